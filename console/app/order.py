"""Rows in the order of a column's typed values."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Any, Final, TypeAlias

from console.app.slices import FEW, Slices, finished, pieces
from console.app.table_column import TableColumn, values
from console.services.column import shown
from console.services.model import Record

_COMPARABLE: Final = ({int, float, bool}, {datetime}, {timedelta})
"""Types whose values can be compared with each other as they are."""

_KEYS: Final = 500
"""Keys that are made without a pause."""

_RUN: Final = 2_000
"""Numbers that are sorted without a pause."""

_SAMPLES: Final = 8
"""Keys of each run that are looked at to find what divides all of them evenly."""

_SHIFTED: Final = 10_000
"""Numbers that are shifted without a pause."""


class Order:
    """The numbers of rows, sorted by a column; rows may be added at the end.

    Equal values stay in the order in which they came, and missing ones are last in both directions.

    Args:
        column: what to sort by.
        descending: whether the largest comes first.
        like: an order of the same rows by the same column; its keys are used again.

    Attributes:
        numbers: the rows' numbers, sorted; of the rows that were there when it was last sorted.
        values: the column's value in each row.
        keys: what each is compared by, as far as that was needed.
        kinds: the types of the values.
        made_by: what makes the keys.
        present: the rows that have a value, as they came.
        missing: the rows that have none.
        ordered: as many of `present` as are sorted.
    """

    def __init__(
        self, column: TableColumn, *, descending: bool, like: "Order | None" = None
    ) -> None:
        self.numbers: list[int] = []
        self.column = column
        self.descending = descending
        self.values: list[object] = list(like.values) if like else []
        self.keys: list[Any] = list(like.keys) if like else []  # Any: what compares with its like
        self.kinds: set[type] = set(like.kinds) if like else set()
        self.made_by: _Make | None = like.made_by if like else None
        self.present: list[int] = list(like.present) if like else []
        self.missing: list[int] = list(like.missing) if like else []
        self.ordered: list[int] = []

    @property
    def size(self) -> int:
        """How many rows it knows."""
        return len(self.values)

    def is_by(self, column: TableColumn, *, descending: bool) -> bool:
        """Tell whether these are the rows in the order of a column."""
        return self.column == column and self.descending is descending

    def add(self, records: Sequence[Record]) -> None:
        """Sort `records` in, which follow those that were added before."""
        self.gather(records)
        finished(self.sorting())

    def gather(self, records: Sequence[Record]) -> None:
        """Take `records`, which follow those that are there; they are to be sorted in."""
        began = len(self.values)
        found = list(map(_without_nan, values(self.column, records)))
        self.values += found
        self.kinds |= set(map(type, found)) - {NoneType}
        self.present += [n for n, value in enumerate(found, began) if value is not None]
        self.missing += [n for n, value in enumerate(found, began) if value is None]

    def put(self, begin: int, end: int, records: Sequence[Record]) -> "Slices[Order]":
        """Return an order with `records` in the place of the rows from `begin` to `end`."""
        found: list[object] = []
        for piece in pieces(0, len(records)):
            found += map(_without_nan, values(self.column, records[piece]))
            yield
        other = Order(self.column, descending=self.descending)
        other.values = [*self.values[:begin], *found, *self.values[end:]]
        other.kinds = set(map(type, other.values)) - {NoneType}
        make = self.made_by
        if make is not None and (make is _ranked or other._make() is make):
            keys: list[object] = []
            for piece in pieces(0, len(found), _KEYS):
                keys += map(make, found[piece])
                yield
            other.made_by = make
            other.keys = [*self.keys[:begin], *keys, *self.keys[end:]]
        shift = len(found) - (end - begin)
        present = [n for n, value in enumerate(found, begin) if value is not None]
        missing = [n for n, value in enumerate(found, begin) if value is None]
        other.present = yield from _between(self.present, begin, end, shift, present)
        other.missing = yield from _between(self.missing, begin, end, shift, missing)
        if len(present) <= FEW:
            other.ordered = yield from _between(self.ordered, begin, end, shift, present)
            yield
        yield from other.sorting()
        return other

    def sorting(self) -> Slices[None]:
        """Sort what was gathered; `numbers` stay as they are until all is done."""
        if len(self.numbers) == len(self.values):
            return
        try:
            yield from self._sort(_ranked if self.made_by is _ranked else self._make())
        except TypeError:  # times with a zone and without one
            yield from self._sort(_ranked)

    def _sort(self, make: "_Make") -> Slices[None]:
        if make is not self.made_by:  # old keys do not compare with new
            self.made_by, self.keys, self.ordered = make, [], []
        for piece in pieces(len(self.keys), len(self.values), _KEYS):
            self.keys += map(make, self.values[piece])
            yield
        new = len(self.present) - len(self.ordered)
        if new <= FEW:
            found = [*self.ordered, *self.present[len(self.ordered) :]]
            found.sort(key=self.keys.__getitem__, reverse=self.descending)
        elif self.descending:  # equal ones come out in the order in which they go in
            found = yield from _sorted(self.present[::-1], self.keys)
            found.reverse()
        else:
            found = yield from _sorted(self.present, self.keys)
        self.ordered = found
        self.numbers = found + self.missing

    def _make(self) -> "_Make":
        """Return what makes keys of values like these that compare with each other."""
        if any(self.kinds <= comparable for comparable in _COMPARABLE):
            return _as_it_is
        return _folded if self.kinds == {str} else _ranked


_Make: TypeAlias = Callable[[object], object]
"""Makes what a value is compared by."""


def _as_it_is(value: object) -> object:
    return value


def _folded(value: object) -> str:
    """Return what compares a text with others."""
    return "" if value is None else shown(value, UTC).casefold()


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


def _without_nan(value: object) -> object:
    """Return None for what is no number, as that compares with nothing."""
    return None if value != value else value  # noqa: PLR0124 - only NaN differs from itself


def _between(
    numbers: Sequence[int], begin: int, end: int, shift: int, new: Sequence[int]
) -> Slices[list[int]]:
    """Put new numbers in the place of some; of equal rows the lowest number still comes first."""
    below: list[int] = []
    above: list[int] = []
    for piece in pieces(0, len(numbers), _SHIFTED):
        some = numbers[piece]
        below += [n for n in some if n < begin]
        above += [n + shift for n in some if n >= end]
        yield
    return [*below, *new, *above]


def _sorted(
    numbers: Sequence[int],
    keys: Sequence[Any],  # Any: as in `Order`
) -> Slices[list[int]]:
    """Sort numbers by their keys, equal ones in the order given, never many without a pause.

    Runs of them are sorted first; then what lies between two keys is taken out of every run, which
    is all that comes next.
    """
    runs: list[list[int]] = []
    for piece in pieces(0, len(numbers), _RUN):
        runs.append(sorted(numbers[piece], key=keys.__getitem__))
        yield
    step = _RUN // _SAMPLES
    samples = sorted(keys[n] for run in runs for n in run[step // 2 :: step])
    begun = [0] * len(runs)
    found: list[int] = []
    for key in samples[_SAMPLES::_SAMPLES]:
        between: list[int] = []
        for at, run in enumerate(runs):
            end = bisect_left(run, key, begun[at], key=keys.__getitem__)
            between += run[begun[at] : end]
            begun[at] = end
        between.sort(key=keys.__getitem__)
        found += between
        yield
    rest = [n for at, run in enumerate(runs) for n in run[begun[at] :]]
    rest.sort(key=keys.__getitem__)
    return found + rest
