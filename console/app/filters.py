"""The filters of a listing that were used, and those that people saved under a name.

They stand in what the program remembers, under one key. Whatever is there may have been written by
another version or by hand: what makes no sense is left alone and not offered. Nothing here is worth
an error; what could not be written is said in a sentence.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from console.app.fields import FormField, is_set
from console.errors import ConsoleError
from console.profiles.state import State
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
    """The filters of one listing. Every call reads the file as it is then."""

    def __init__(self, state: State, listing: str) -> None:
        """Say where they are remembered; nothing is read yet.

        Args:
            state: what the program remembers.
            listing: the listing's name in `LISTINGS`.
        """
        self._state = state
        self._listing = listing

    def used(self) -> list[dict[str, Json]]:
        """Return the filters used, the newest first."""
        kept = self._mine().get(_USED)
        found = kept if isinstance(kept, list) else []
        return [dict(each) for each in found if isinstance(each, dict) and each]

    def saved(self) -> dict[str, dict[str, Json]]:
        """Return the saved filters by their names, in the order of the names."""
        kept = self._mine().get(_SAVED)
        found = kept.items() if isinstance(kept, dict) else ()
        named = [(name, dict(each)) for name, each in found if isinstance(each, dict) and each]
        return dict(sorted(named, key=lambda pair: pair[0].casefold()))

    def use(self, values: Mapping[str, Any]) -> str:  # Any: each parameter has its own type
        """Remember that a filter was used; one that asks for nothing is not worth it.

        Returns:
            Why it is not remembered; empty where all is well.
        """
        kept = _kept(values)
        before = self.used()
        if not kept or (before and _same(before[0], kept)):
            return ""
        if _is_long(kept):
            return _TOO_LONG
        others = [each for each in before if not _same(each, kept)]
        used: list[Json] = [kept, *others]
        return self._put(_USED, used[:MOST_USED])

    def save(self, name: str, values: Mapping[str, Any]) -> str:  # Any: as in `use`
        """Save a filter under a name; one that has the name already is replaced.

        Returns:
            Why it is not saved; empty where all is well.
        """
        if reason := wrong_name(name) or ("" if _kept(values) else "there is no filter to save"):
            return reason
        if _is_long(_kept(values)):
            return _TOO_LONG
        kept = self._mine().get(_SAVED)
        before = kept if isinstance(kept, dict) else {}
        return self._put(_SAVED, {**before, name.strip(): _kept(values)})

    def remove(self, name: str) -> str:
        """Forget a saved filter.

        Returns:
            Why it is still there; empty where all is well.
        """
        kept = self._mine().get(_SAVED)
        before = kept if isinstance(kept, dict) else {}
        return self._put(_SAVED, {key: each for key, each in before.items() if key != name})

    def _every(self) -> dict[str, Json]:
        kept = self._state.read().values.get(KEY)
        return dict(kept) if isinstance(kept, dict) else {}

    def _mine(self) -> dict[str, Json]:
        mine = self._every().get(self._listing)
        return dict(mine) if isinstance(mine, dict) else {}

    def _put(self, key: str, value: Json) -> str:
        every = self._every()
        every[self._listing] = {**self._mine(), key: value}
        try:
            self._state.put(KEY, every)
        except ConsoleError as error:
            return f"the filter is not remembered: {cell(error.sentence)}"
        return ""


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
