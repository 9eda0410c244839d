"""Rows in the order of a column's typed values."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Any, Final

from console.app.table_column import TableColumn, values
from console.services.column import shown
from console.services.model import Record

_COMPARABLE: Final = ({int, float, bool}, {datetime}, {timedelta})
"""Types whose values can be compared with each other as they are."""


class Order:
    """The numbers of rows, sorted by a column; rows may be added at the end.

    Equal values stay in the order in which they came, and missing ones are last in both directions.

    Attributes:
        numbers: the rows' numbers, sorted.
    """

    def __init__(self, column: TableColumn, *, descending: bool) -> None:
        self.numbers: list[int] = []
        self._column = column
        self._descending = descending
        self._values: list[object] = []
        self._keys: list[Any] = []  # Any: whatever can be compared with its like
        self._kinds: set[type] = set()
        self._present: list[int] = []
        self._missing: list[int] = []

    def add(self, records: Sequence[Record]) -> None:
        """Sort `records` in, which follow those that were added before."""
        self.put(len(self._values), len(self._values), records)

    def put(self, begin: int, end: int, records: Sequence[Record]) -> None:
        """Sort `records` in, which stand in the place of the rows from `begin` to `end`."""
        found = list(map(_without_nan, values(self._column, records)))
        as_they_are, size = _as_they_are(self._kinds), len(self._values)
        self._values[begin:end] = found
        kinds = set(map(type, found if begin == size else self._values)) - {NoneType}
        self._kinds = self._kinds | kinds if begin == size else kinds
        if _as_they_are(self._kinds) is as_they_are:
            self._keys[begin:end] = self._keys_of(found)
        else:  # old keys do not compare with new
            self._keys = list(self._keys_of(self._values))
        present = [n for n, value in enumerate(found, begin) if value is not None]
        missing = [n for n, value in enumerate(found, begin) if value is None]
        if begin == size:
            self._present += present
            self._missing += missing
        else:
            shift = len(found) - (end - begin)
            self._present = _between(self._present, begin, end, shift, present)
            self._missing = _between(self._missing, begin, end, shift, missing)
        self._sort()

    def _sort(self) -> None:
        try:
            self._present.sort(key=self._keys.__getitem__, reverse=self._descending)
        except TypeError:  # types that do not compare, or times with a zone and without one
            self._keys = list(map(self._ranked, self._values))
            self._present.sort()  # so that equal ones are in their first order again
            self._present.sort(key=self._keys.__getitem__, reverse=self._descending)
        self.numbers = self._present + self._missing

    def _keys_of(self, found: Sequence[object]) -> Sequence[object]:
        if _as_they_are(self._kinds):
            return found
        return list(map(self._ranked, found))

    @staticmethod
    def _ranked(value: object) -> tuple[int, object]:
        """Return what compares a value with those of other types: numbers, times, then text."""
        match value:
            case None:
                return (9, "")
            case bool() | int() | float():
                return (0, value)
            case datetime():
                return (1, value if value.tzinfo else value.replace(tzinfo=UTC))
            case _:
                return (2, shown(value, UTC).casefold())


def _as_they_are(kinds: set[type]) -> bool:
    return any(kinds <= comparable for comparable in _COMPARABLE)


def _without_nan(value: object) -> object:
    """Return None for what is no number, as that compares with nothing."""
    return None if value != value else value  # noqa: PLR0124 - only NaN differs from itself


def _between(
    numbers: Sequence[int], begin: int, end: int, shift: int, new: Sequence[int]
) -> list[int]:
    """Put new numbers in the place of some; of equal rows the lowest number still comes first."""
    below = [n for n in numbers if n < begin]
    return [*below, *new, *(n + shift for n in numbers if n >= end)]
