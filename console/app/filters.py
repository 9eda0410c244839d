"""The filters of a listing that were used, and those that people saved under a name.

They stand in what the program remembers, under one key. Whatever is there may have been written by
another version or by hand: what makes no sense is left alone and not offered. What is changed holds
at once, and is written by `Memory.keep`.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from console.app.fields import FormField, is_set
from console.app.memory import Change, Memory, Part
from console.errors import ConsoleError
from console.text import Json, cell, json_text

KEY: Final = "filters"
"""The key under which filters are remembered."""

MOST_USED: Final = 20
"""Filters used that are kept for each listing."""

LONGEST_NAME: Final = 60
"""Characters of a saved filter's name."""

LONGEST_FILTER: Final = 4_000
"""Characters of one filter; the file of what the program remembers must stay small."""

_TOO_LONG: Final = "the filter is too long to be remembered"

_USED: Final = "used"
_SAVED: Final = "saved"


class Filters:
    """The filters of one listing. Every call reads the file as it is then.

    Attributes:
        memory: what the application remembers; it writes what was changed here.
    """

    def __init__(self, memory: Memory, listing: str) -> None:
        """Say where they are remembered; nothing is read yet.

        Args:
            memory: what the application remembers.
            listing: the listing's name in `LISTINGS`.
        """
        self.memory = memory
        self._listing = listing

    def used(self) -> list[dict[str, Json]]:
        """Return the filters used, the newest first."""
        return _used(self._mine())

    def saved(self) -> dict[str, dict[str, Json]]:
        """Return the saved filters by their names, in the order of the names."""
        found = _part(self._mine(), _SAVED).items()
        named = [(name, dict(each)) for name, each in found if isinstance(each, dict) and each]
        return dict(sorted(named, key=lambda pair: pair[0].casefold()))

    def use(self, values: Mapping[str, Any]) -> str:  # Any: each parameter has its own type
        """Remember that a filter was used; one that asks for nothing is not worth it.

        Returns:
            Why it is not to be remembered; empty where it is.
        """
        kept = _kept(values)
        before = self.used()
        if not kept or (before and _same(before[0], kept)):
            return ""
        if _is_long(kept):
            return _TOO_LONG
        self._change(partial(_with_used, kept))
        return ""

    def save(self, name: str, values: Mapping[str, Any]) -> str:  # Any: as in `use`
        """Save a filter under a name; one that has the name already is replaced.

        Returns:
            Why it cannot be; empty where it is saved.
        """
        if reason := wrong_name(name) or ("" if _kept(values) else "there is no filter to save"):
            return reason
        if _is_long(_kept(values)):
            return _TOO_LONG
        self._change(partial(_with_saved, name.strip(), _kept(values)))
        return ""

    def remove(self, name: str) -> None:
        """Forget a saved filter."""
        self._change(partial(_without_saved, name))

    def _mine(self) -> Part:
        return _part(self.memory.part(KEY), self._listing)

    def _change(self, change: Change) -> None:
        self.memory.change(KEY, partial(_changed, self._listing, change))


def _changed(listing: str, change: Change, part: Part) -> Part:
    """Change the filters of one listing."""
    return {**part, listing: change(_part(part, listing))}


def _part(part: Part, name: str) -> Part:
    """Return what stands under a name; nothing where that makes no sense."""
    found = part.get(name)
    return found if isinstance(found, dict) else {}


def _used(mine: Part) -> list[Part]:
    kept = mine.get(_USED)
    found = kept if isinstance(kept, list) else []
    return [dict(each) for each in found if isinstance(each, dict) and each]


def _with_used(kept: Part, mine: Part) -> Part:
    used: list[Json] = [kept, *(each for each in _used(mine) if not _same(each, kept))]
    return {**mine, _USED: used[:MOST_USED]}


def _with_saved(name: str, kept: Part, mine: Part) -> Part:
    return {**mine, _SAVED: {**_part(mine, _SAVED), name: kept}}


def _without_saved(name: str, mine: Part) -> Part:
    saved = _part(mine, _SAVED)
    return {**mine, _SAVED: {each: saved[each] for each in saved if each != name}}


def wrong_name(name: str) -> str:
    """Say why a filter cannot have a name; empty where it can."""
    stripped = name.strip()
    if not stripped:
        return "a filter needs a name"
    if len(stripped) > LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} characters"
    return "" if cell(stripped) == stripped else "a name holds no control characters"


def understood(
    fields: Sequence[FormField], values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:  # Any: each parameter has its own type
    """Return what of a remembered filter the form can show, and the names of what it cannot.

    Args:
        fields: the fields of the form.
        values: a filter as it was remembered.
    """
    by_name = {each.name: each for each in fields}
    found: dict[str, Any] = {}
    for name, value in values.items():
        try:
            if _is_one(by_name[name].read(by_name[name].write(value)), value):
                found[name] = value
        except (KeyError, ValueError, ConsoleError):
            continue  # another version's, or written by hand
    return found, [name for name in values if name not in found]


def _is_one(read: object, value: object) -> bool:
    """Tell whether a remembered value is of the type that its field reads."""
    texts = not isinstance(value, list) or all(isinstance(each, str) for each in value)
    return type(read) is type(value) and texts


def _kept(values: Mapping[str, Any]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if is_set(value)}


def _is_long(values: Mapping[str, Json]) -> bool:
    return len(json_text(dict(values))) > LONGEST_FILTER


def _same(one: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    """Tell whether two filters are the same; to Python alone, 1 and True are equal."""
    return _typed(one) == _typed(other)


def _typed(values: Mapping[str, Json]) -> dict[str, tuple[type, Json]]:
    return {name: (type(value), value) for name, value in values.items()}
