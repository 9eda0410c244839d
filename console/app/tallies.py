"""What the loaded rows are about: how many by pool, user, reason and time, and what changed.

The rows are kept as columns, so that a page is taken in within a millisecond or two; many rows are
counted in slices, so that keys are heard meanwhile. Each list counts the rows that everything
narrows but itself, so that what was not chosen can still be seen. Two times are compared only
where all rows of both are loaded.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress, islice
from math import inf, isnan, nan, nextafter
from operator import add, and_, neg
from typing import Final, NamedTuple

from console.app.bins import Bins
from console.app.slices import PIECE, Slices, finished, pieces
from console.services.model import Record

TIME: Final = "operate_time"
"""The field that says when."""


class Kind(NamedTuple):
    """One thing that rows are counted by.

    Attributes:
        name: the field of the record.
        one: what one value is called.
        many: what several are called.
        sent: whether the cloud can be asked for one value; else the loaded rows are narrowed.
    """

    name: str
    one: str
    many: str
    sent: bool


KINDS: Final = (
    Kind("desktop_pool_name", "pool", "pools", sent=True),
    Kind("desktop_name", "desktop", "desktops", sent=True),
    Kind("user_name", "user", "users", sent=True),
    Kind("error_message", "reason", "reasons", sent=False),
    Kind("type", "channel", "channels", sent=True),
    Kind("result", "result", "results", sent=False),
)


class Span(NamedTuple):
    """A stretch of time, in seconds since 1970: from `start`, up to but without `end`."""

    start: float
    end: float

    def holds(self, moment: datetime | None) -> bool:
        """Tell whether a time lies within; a missing one does not."""
        return moment is not None and self.start <= moment.timestamp() < self.end


EVER: Final = Span(-inf, inf)

_COUNTED: Final = 2 * PIECE
"""Rows that are counted without a pause."""


@dataclass(frozen=True)
class Selection:
    """What narrows the rows.

    Attributes:
        period: the time asked for.
        chosen: the time chosen in the histogram.
        values: the value chosen of a kind, by the kind's name.
        found: which rows the quick filter lets through; None where there is none.
    """

    period: Span | None = None
    chosen: Span | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    found: bytes | None = None


class Share(NamedTuple):
    """One value of a kind.

    Attributes:
        value: as the cloud wrote it.
        rows: rows that have it.
        of: rows that it is a share of.
        change: rows more than in the time before; None where that is not known.
    """

    value: str
    rows: int
    of: int
    change: int | None = None

    @property
    def percent(self) -> int:
        """Its share of all, rounded; one that is not all is never 100, nor 0."""
        if not self.of or self.rows == self.of:
            return 100
        return min(99, max(1, round(100 * self.rows / self.of)))


class Tallies:
    """Counts over rows that come page by page.

    Attributes:
        times: when each row was, in seconds since 1970; not a number where it does not say.
        falling: whether each is no newer than the one before.
        rising: whether each is no older than the one before.
        untimed: rows that do not say when.
    """

    def __init__(self, kinds: Sequence[Kind] = KINDS) -> None:
        self.kinds = tuple(kinds)
        self.selection = Selection()
        self.clear()

    def __len__(self) -> int:
        return len(self.times)

    def clear(self) -> None:
        """Forget every row."""
        self.times: array[float] = array("d")
        self.falling = self.rising = True
        self.untimed = 0
        self._oldest, self._newest = inf, -inf
        self._columns: dict[str, list[str | None]] = {kind.name: [] for kind in self.kinds}
        self._named: set[str] = set()
        self._begin()

    def _begin(self) -> None:
        """Count from the first row again."""
        self._counted = 0
        self._counts: dict[str, Counter[str | None]] = {kind.name: Counter() for kind in self.kinds}
        self._bins: Bins | None = None
        self._bars: list[int] = []
        self._timed = 0

    def extend(self, records: Iterable[Record]) -> None:
        """Take in more rows, which follow those that are there."""
        came = list(records)
        times = array("d", [_seconds(getattr(record, TIME)) for record in came])
        self._take_order(times)
        self.times.extend(times)
        for name, column in self._columns.items():
            values = [getattr(record, name) for record in came]
            column.extend(values)
            if name not in self._named and any(value is not None for value in values):
                self._named.add(name)

    def _take_order(self, times: "array[float]") -> None:
        known = [time for time in times if not isnan(time)]
        self.untimed += len(times) - len(known)
        if not known:
            return
        last = next((time for time in reversed(self.times) if not isnan(time)), known[0])
        follow = [last, *known[:-1]]
        self.falling = self.falling and all(map(_not_after, known, follow))
        self.rising = self.rising and all(map(_not_after, follow, known))
        self._oldest = min(self._oldest, *known)
        self._newest = max(self._newest, *known)

    @property
    def extent(self) -> Span | None:
        """From the oldest row to the newest, both within; None where no row says when."""
        return Span(self._oldest, self._newest) if self._oldest <= self._newest else None

    def select(self, selection: Selection) -> None:
        """Count what `selection` lets through from now on; `found` must be of every row."""
        if selection != self.selection:
            self.selection = selection
            self._begin()

    # Counts

    def counting(self) -> Slices[None]:
        """Count the rows that came since the last count."""
        for piece in pieces(self._counted, len(self), _COUNTED):
            self._count(piece)
            yield

    def top(self, kind: Kind, most: int) -> list[Share]:
        """Return the most frequent values of a kind, whatever of that kind is chosen."""
        finished(self.counting())
        counts = self._counts[kind.name]
        total = counts.total()
        return [Share(value, count, total) for value, count in _top(counts, most)]

    def distinct(self, kind: Kind) -> int:
        """Return how many values of a kind there are, whatever of that kind is chosen."""
        finished(self.counting())
        counts = self._counts[kind.name]
        return len(counts) - (None in counts)

    def has(self, kind: Kind) -> bool:
        """Tell whether any loaded row has a value of a kind."""
        return kind.name in self._named

    def bars(self, bins: Bins) -> Slices[list[int]]:
        """Return how many rows each bin has, whatever time is chosen in the histogram."""
        bars, counted = None, 0
        if self._bins:
            counted = self._timed
            bars = self._bars if bins == self._bins else bins.carried(self._bins, self._bars)
        if bars is None:
            bars, counted = [0] * len(bins), 0
        for piece in pieces(counted, len(self), 2 * _COUNTED):
            bars = list(map(add, bars, bins.count(self._times_let_through(piece))))
            self._bins, self._bars, self._timed = bins, bars, piece.stop
            yield
        self._bins, self._bars, self._timed = bins, bars, len(self)
        return bars

    def _times_let_through(self, piece: slice) -> Iterable[float]:
        flags = self._flags(piece, but="chosen")
        times = self.times[piece]
        # No bin holds what is not a number: it compares as greater than every edge.
        return times if flags is None else compress(times, flags)

    def _count(self, piece: slice) -> None:
        common = self._flags(piece)
        for kind in self.kinds:
            column = self._columns[kind.name][piece]
            chosen = kind.name in self.selection.values
            flags = self._flags(piece, but=kind.name) if chosen else common
            self._counts[kind.name].update(column if flags is None else compress(column, flags))
        self._counted = piece.stop

    def _flags(self, piece: slice, *, but: str = "", timeless: bool = False) -> bytes | None:
        """Return for each row whether the selection lets it through; None where it lets all.

        Args:
            piece: of which rows.
            but: what of the selection does not count: `chosen`, or a kind's name.
            timeless: whether neither the period nor the chosen time counts.
        """
        selection = self.selection
        all_flags: list[bytes] = []
        spans = [] if timeless else [selection.period]
        if but != "chosen" and not timeless:
            spans.append(selection.chosen)
        for span in spans:
            if span:
                low, high = span
                all_flags.append(bytes([low <= time < high for time in self.times[piece]]))
        for name, wanted in selection.values.items():
            if name != but:
                column = self._columns[name][piece]
                all_flags.append(bytes([value == wanted for value in column]))
        if selection.found is not None:
            all_flags.append(selection.found[piece])
        if not all_flags:
            return None
        flags = all_flags[0]
        for more in all_flags[1:]:
            flags = bytes(map(and_, flags, more))
        return flags

    # What changed

    def covered(self, *, newest_first: bool, at_start: bool, complete: bool) -> Span | None:
        """Return the time of which every row of the listing is loaded; None where that is unsure.

        Args:
            newest_first: whether the rows were asked for in that order, else oldest first.
            at_start: whether the first row loaded is the first of the listing.
            complete: whether every row of the listing is loaded.
        """
        if complete:
            return EVER
        extent = self.extent
        ordered = self.falling if newest_first else self.rising
        if extent is None or not ordered:
            return None
        # Another row of the very time of the outermost one may be on the next page.
        start, end = nextafter(extent.start, inf), extent.end
        if at_start:
            start, end = (start, inf) if newest_first else (-inf, end)
        return Span(start, end) if start < end else None

    def within(self, span: Span) -> Slices[dict[str, Counter[str | None]]]:
        """Return the counts of a time by kind, under every filter but those of time."""
        found: dict[str, Counter[str | None]] = {name: Counter() for name in self._columns}
        for piece in pieces(*self._rows_of(span), _COUNTED):
            flags = self._flags(piece, timeless=True)
            exact = bytes([span.start <= time < span.end for time in self.times[piece]])
            flags = exact if flags is None else bytes(map(and_, flags, exact))
            for name, column in self._columns.items():
                found[name].update(compress(column[piece], flags))
            yield
        return found

    def _rows_of(self, span: Span) -> tuple[int, int]:
        """Return the first row that may lie in a time, and the one after the last."""
        if self.untimed:
            return 0, len(self)
        if self.falling:
            return (
                bisect_right(self.times, -span.end, key=neg),
                bisect_right(self.times, -span.start, key=neg),
            )
        if self.rising:
            return bisect_left(self.times, span.start), bisect_left(self.times, span.end)
        return 0, len(self)


def _seconds(moment: object) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else nan


def _not_after(one: float, other: float) -> bool:
    return one <= other


def _top(counts: Counter[str | None], most: int) -> list[tuple[str, int]]:
    """Return the most frequent values, equally frequent ones by name."""
    named = {value: count for value, count in counts.items() if value is not None}
    # A heap, as Counter has it, takes ten times as long with very many values.
    least = min(sorted(named.values(), reverse=True)[:most], default=0)
    found = [each for each in named.items() if each[1] > least]
    equal = (each for each in named.items() if each[1] == least)
    found += islice(equal, most - len(found))
    return sorted(found, key=lambda each: (-each[1], each[0]))
