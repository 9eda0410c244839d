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
        found = list(map(_without_nan, values(self._column, records)))
        new_kinds = set(map(type, found)) - {NoneType}
        as_they_are = _as_they_are(self._kinds)
        self._kinds |= new_kinds
        self._values += found
        if _as_they_are(self._kinds) is not as_they_are:
            self._keys, self._present, self._missing = (
                [],
                [],
                [],
            )  # old keys do not compare with new
        self._sort_in()

    def _sort_in(self) -> None:
        began = len(self._keys)
        new = self._values[began:]
        self._keys += self._keys_of(new)
        self._missing += [n for n, value in enumerate(new, began) if value is None]
        self._present += [n for n, value in enumerate(new, began) if value is not None]
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
