"""Bins of time that suit a span, a width and a zone: where each begins, and what it is called.

A bin begins when the zone's clock shows a round time. Where the clock is put forward or back, a bin
of hours or days is as much shorter or longer; bins of an hour or less are as long as ever.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from itertools import pairwise
from typing import Final, NamedTuple

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


class Step(NamedTuple):
    """How long a bin is, or how far apart two times on the axis are.

    Attributes:
        seconds: its length, where no clock is put forward or back.
        words: the same in words.
    """

    seconds: int
    words: str

    @property
    def days(self) -> int:
        """Its length in days; 0 where it is shorter."""
        return self.seconds // DAY


_STEPS: Final = (
    *(Step(count * MINUTE, f"{count} min") for count in (1, 2, 5, 10, 15, 30)),
    *(Step(count * HOUR, f"{count} h") for count in (1, 2, 3, 6, 12)),
    Step(DAY, "1 day"),
    Step(2 * DAY, "2 days"),
    Step(7 * DAY, "1 week"),
    Step(14 * DAY, "2 weeks"),
)
_FIRST_DOUBLED: Final = 4 * 7 * DAY
"""The shortest of the steps that are made by doubling."""

_LONGEST_WITHOUT_YEAR: Final = 300 * DAY
"""The longest span in which a day and its month tell which year it is."""

_AXIS_STEPS: Final = (Step(3 * DAY, "3 days"), Step(4 * DAY, "4 days"))
"""Steps for the axis alone: bins of as many days would begin on odd days."""

_GAP: Final = 2
"""Cells between two times on the axis; one less where each has a sign before it."""


def steps(more: Iterable[Step] = ()) -> Iterator[Step]:
    """Yield every step, and `more`, the shortest first, without end."""
    yield from sorted([*_STEPS, *more])
    seconds = _FIRST_DOUBLED
    while True:
        yield Step(seconds, f"{seconds // (7 * DAY):,} weeks")
        seconds *= 2


def local(instant: float, zone: tzinfo | None) -> datetime:
    """Return a time, in seconds since 1970, as the zone's clock shows it; None is this machine's.

    At the edges of the calendar it is in UTC.
    """
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError, OSError):
        return moment


def _instant(day: date, seconds: int, zone: tzinfo | None) -> float:
    """Return when the zone's clock shows that many seconds after midnight of a day."""
    hours, rest = divmod(seconds, HOUR)
    wall = datetime(day.year, day.month, day.day, hours, rest // MINUTE, tzinfo=zone)
    try:
        return wall.timestamp()
    except (OverflowError, ValueError, OSError):
        return wall.replace(tzinfo=UTC).timestamp()


def _starts(first: float, step: Step, zone: tzinfo | None) -> Iterator[float]:
    """Yield where bins begin: the last beginning that is not after `first`, and on without end."""
    day = local(first, zone).date()
    if step.days:
        every = step.days
        back = (day.toordinal() - 1) % every  # the calendar's first day is a Monday
        day = date.fromordinal(max(1, day.toordinal() - back))
        while True:
            yield _instant(day, 0, zone)
            try:
                day += timedelta(days=every)
            except OverflowError:
                return
    held: float | None = None
    while True:
        try:
            tomorrow = day + timedelta(days=1)
        except OverflowError:
            return
        for start in _within(day, tomorrow, step, zone):
            if start <= first:
                held = start
                continue
            if held is not None:
                yield held
                held = None
            yield start
        day = tomorrow


def _within(day: date, tomorrow: date, step: Step, zone: tzinfo | None) -> Iterator[float]:
    """Yield where the bins of one day begin, for steps shorter than a day."""
    midnight, end = _instant(day, 0, zone), _instant(tomorrow, 0, zone)
    if step.seconds <= HOUR:
        start = midnight
        while start < end:
            yield start
            start += step.seconds
        return
    last = midnight - 1
    for seconds in range(0, DAY, step.seconds):
        start = _instant(day, seconds, zone)
        if last < start < end:  # a time that the clock leaves out, or one of the next day
            yield start
            last = start


@dataclass(frozen=True)
class Bins:
    """Bins that follow each other without a gap.

    Attributes:
        edges: where each begins, in seconds since 1970, and where the last one ends.
        step: how long each is.
        zone: whose clock they go by; None for this machine's.
    """

    edges: tuple[float, ...]
    step: Step
    zone: tzinfo | None

    def __len__(self) -> int:
        return len(self.edges) - 1

    def index(self, instant: float) -> int | None:
        """Return the bin that holds a time; None where none does."""
        found = bisect_right(self.edges, instant) - 1
        return found if 0 <= found < len(self) else None

    def count(self, times: Iterable[float]) -> list[int]:
        """Return how many of `times` are in each bin."""
        found = [0] * (len(self) + 2)
        for place in map(partial(bisect_right, self.edges), times):
            found[place] += 1
        return found[1:-1]

    def carried(self, before: "Bins", counts: Sequence[int]) -> list[int] | None:
        """Return the counts of `before` in these bins; None where they do not fit in."""
        at = bisect_right(self.edges, before.edges[0]) - 1
        if at < 0 or self.edges[at : at + len(before.edges)] != before.edges:
            return None
        after = len(self) - at - len(before)
        return [*[0] * at, *counts, *[0] * after]

    def zone_name(self) -> str:
        """Return the zone's name where the bins end."""
        return local(self.edges[-1], self.zone).tzname() or "UTC"

    def words(self, first: int, last: int) -> str:
        """Say from when to when some bins last: 'Fri 20 Nov 14:00-15:00'."""
        start = local(self.edges[first], self.zone)
        end = local(self.edges[last + 1], self.zone)
        if not self.step.days:
            return span_words(start, end)
        final = end - timedelta(seconds=1)
        year = self._years
        if start.date() == final.date():
            return _day(start, year=year)
        return f"{_day(start, year=year)} to {_day(final, year=year)}"

    @property
    def _years(self) -> bool:
        """Whether a day is not clear without its year."""
        return self.edges[-1] - self.edges[0] > _LONGEST_WITHOUT_YEAR

    def ticks(self, breadth: int, room: int, sign: str = "") -> list[tuple[int, str]]:
        """Return what the axis says: where, in cells, and what.

        Args:
            breadth: cells of one bin.
            room: cells of the axis.
            sign: what stands before each time.
        """
        starts = [local(edge, self.zone) for edge in self.edges[:-1]]
        for step in steps(_AXIS_STEPS):
            if step.seconds < self.step.seconds:
                continue
            chosen = [at for at, start in enumerate(starts) if _begins(start, step)]
            texts = [f"{sign}{_tick(starts[at], step, year=self._years)}" for at in chosen]
            placed = [(at * breadth, text) for at, text in zip(chosen, texts, strict=True)]
            said = _spread(placed, room, _GAP - len(sign))
            if said is not None:
                break
        else:  # the steps have no end
            said = []
        return _with_first(said, self._beginnings(starts[0]), room)

    def _beginnings(self, start: datetime) -> tuple[str, ...]:
        """Return what may stand at the axis' beginning, the most telling first."""
        day = _day(start, year=self._years)
        if self.step.days:
            return (day,)
        short = f"{start.day} {start:%b}"
        return (f"{day} {start:%H:%M}", f"{short} {start:%H:%M}", day, short)


def span_words(start: datetime, end: datetime) -> str:
    """Say from when to when; the day of the end only where it is another one."""
    midnight = end.hour == end.minute == end.second == 0
    same = start.date() == end.date() or (midnight and (end.date() - start.date()).days == 1)
    if same:
        closing = "24:00" if midnight else end.strftime("%H:%M")
        return f"{_day(start)} {start:%H:%M}-{closing}"
    return f"{_day(start)} {start:%H:%M} to {_day(end)} {end:%H:%M}"


def _day(moment: datetime, *, year: bool = False) -> str:
    """Name a day."""
    return f"{moment:%a} {moment.day} {moment:%b}" + (f" {moment.year}" if year else "")


def _begins(start: datetime, step: Step) -> bool:
    """Tell whether a step of the axis begins here, by the zone's clock."""
    since_midnight = start.hour * HOUR + start.minute * MINUTE + start.second
    if step.days:
        return not since_midnight and not (start.toordinal() - 1) % step.days
    return not since_midnight % step.seconds


def _tick(start: datetime, step: Step, *, year: bool) -> str:
    if year:
        return start.date().isoformat()
    if step.days or start.hour == start.minute == 0:
        return f"{start.day} {start:%b}"
    return f"{start:%H:%M}"


def _spread(said: list[tuple[int, str]], room: int, gap: int) -> list[tuple[int, str]] | None:
    """Return what the axis says, or None where two would come nearer than `gap`."""
    for (at, text), (following, _) in pairwise(said):
        if at + len(text) + gap > following:
            return None
    return [(at, text) for at, text in said if at + len(text) <= room]


def _with_first(
    said: list[tuple[int, str]], beginnings: Sequence[str], room: int
) -> list[tuple[int, str]]:
    """Return what the axis says, with the day at its beginning where that costs little."""
    named = any(":" not in text for _, text in said)
    for first in beginnings:
        rest = [(at, text) for at, text in said if at >= len(first) + _GAP]
        spared = len(said) - len(rest)
        if len(first) <= room and (not spared or (spared == 1 and not named)):
            return [(0, first), *rest]
    return said


def bins(start: float, end: float, zone: tzinfo | None, most: int) -> Bins:
    """Return the shortest bins, at most `most`, that hold `start` and everything before `end`.

    Raises:
        ValueError: there is room for no bin at all.
    """
    if most < 1:
        raise ValueError("a histogram needs room for a bin")
    for step in steps():
        if (end - start) > step.seconds * (most + 1):
            continue
        edges = _edges(start, end, step, zone, most)
        if edges is not None:
            return Bins(edges, step, zone)
    raise AssertionError("the steps have no end")


def _edges(
    start: float, end: float, step: Step, zone: tzinfo | None, most: int
) -> tuple[float, ...] | None:
    edges: list[float] = []
    for edge in _starts(start, step, zone):
        edges.append(edge)
        if edge >= end and len(edges) > 1:
            return tuple(edges)
        if len(edges) > most:
            return None
    if not edges:
        return None
    return (*edges, max(end, edges[-1] + 1))  # the end of the calendar
