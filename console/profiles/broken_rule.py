"""The rule that a profile of the file breaks, in our own words; loaded only when one is broken.

What pydantic says of a broken rule is for programmers, and may hold the value; none is said here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, TypeAlias

from pydantic_core import ErrorDetails

Named: TypeAlias = Callable[[tuple[str, ...]], tuple[str, ...]]
"""Gives the names that may stand in a place of the file."""

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "string_type": "is no text; a text stands in quotes",
    "bool_type": "is neither true nor false",
    "float_type": "is no number",
    "finite_number": "is no number",
    "greater_than_equal": "is not from 1 to 3600 seconds",
    "less_than_equal": "is not from 1 to 3600 seconds",
    "tuple_type": 'is no list of texts, such as ["pass", "show", "huawei"]',
    "dict_type": "is no table",
    "model_type": "is no table",
    "datetime_type": "is no time, such as 2030-01-31T12:00:00Z (without quotes)",
    "timezone_aware": "has no time zone; write it such as 2030-01-31T12:00:00Z",
}


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that is broken.

    Attributes:
        where: the key, with the tables that it is in.
        sentence: what is wrong with it.
        hint: what was probably meant, or what there is; empty where there is nothing to say.
    """

    where: tuple[str, ...]
    sentence: str
    hint: str = ""


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the one of `known` that `word` was probably meant to be; empty where none is near."""
    folded = {each.lower(): each for each in known}
    found = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def first_broken(found: Sequence[ErrorDetails], keys: Named, choices: Named) -> BrokenRule:
    """Return the first problem that pydantic found; a key that is none goes before all others.

    Args:
        found: the problems, one at the least.
        keys: gives the keys of a table.
        choices: gives the values, or the keys, to choose from in a place.
    """
    first = next((each for each in found if each["type"] == "extra_forbidden"), found[0])
    kind, where = first["type"], tuple(str(part) for part in first["loc"] if part != "[key]")
    context = first.get("ctx", {})
    if kind == "rule":
        key = str(context["key"])
        return BrokenRule((*where, key), f"{key!r} {context['sentence']}")
    named = repr(".".join(where))
    if kind == "extra_forbidden":
        return _unknown(where, keys(where[:-1]))
    if kind == "literal_error":
        known = choices(where)
        if first["loc"][-1] == "[key]":  # a key of [endpoints]
            return _unknown(where, known)
        near = nearest(first["input"], known) if isinstance(first["input"], str) else ""
        listed = ", ".join(f'"{choice}"' for choice in known if choice)
        hint = f'did you mean "{near}"?' if near else ""
        return BrokenRule(where, f"{named} is none of {listed}", hint)
    if kind == "sentence":
        return BrokenRule(where, f"{named} {first['msg']}")
    return BrokenRule(where, f"{named} {_SENTENCES.get(kind, 'cannot be used')}")


def _unknown(where: tuple[str, ...], known: Sequence[str]) -> BrokenRule:
    near = nearest(where[-1], known)
    hint = f"did you mean {near!r}?" if near else f"keys: {', '.join(known)}"
    return BrokenRule(where, f"there is no key {where[-1]!r}", hint)
