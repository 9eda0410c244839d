"""Periods of time as people on call type them: `yesterday`, `-2h`, `2026-11-20 14:00..15:00`.

A period is half-open: its start belongs to it, its end does not. Days, hours and minutes of the day
are those of the console's zone, also where the zone's clocks are set forward or back:

- a day lasts from its first moment to the first moment of the next one, be it 23, 24 or 25 hours;
- a time that the clocks skip stands for the moment at which they skip it;
- a time that comes twice is the first of the two where a period starts, the second where it ends.

`-2h` counts hours as they pass, `-7d` goes back to the same time of the day a week ago; `2h` and
`7d` are the same.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Final

from console.app.fields import FormField

EXAMPLES: Final = "today, yesterday, -2h, last 7 days, 14:00, 2026-11-20, 2026-11-20 14:00..15:00"
"""What to type, by example."""

_NONE: Final = "must be a period: yesterday, 2h, 30d"  # short, as the field has little room
_DATE: Final = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
_TIME: Final = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
_ZONE: Final = r"(?:\s?(?P<zone>z|utc|[+-][0-9]{2}:?[0-9]{2}))?"
_MOMENT: Final = re.compile(rf"(?:{_DATE}(?:$|[t\s](?=[0-9])))?(?:{_TIME}{_ZONE})?", re.IGNORECASE)
_SPAN: Final = re.compile(r"(?P<count>[0-9]{1,9})?\s*(?P<unit>[a-z]+)", re.IGNORECASE)
_UNITS: Final = {
    name: unit
    for unit, names in {
        "minutes": "m min mins minute minutes",
        "hours": "h hr hrs hour hours",
        "days": "d day days",
        "weeks": "w week weeks",
    }.items()
    for name in names.split()
}
_BETWEEN: Final = re.compile(r"\s*\.\.\.?\s*|\s+(?:to|until|till)\s+", re.IGNORECASE)
_WORDS_BEFORE: Final = re.compile(r"(?P<which>since|from|until|till)\s+(?P<rest>.+)", re.IGNORECASE)
_ENDING: Final = frozenset({"until", "till"})


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, open at either side.

    Attributes:
        start: its first moment, aware; None where it has no beginning.
        end: the first moment after it, aware; None where it has no end.
        words: what it is, in words, with its dates.
    """

    start: datetime | None
    end: datetime | None
    words: str

    def contains(self, moment: object) -> bool:
        """Tell whether a moment lies in the period; what is no time lies in none."""
        if not isinstance(moment, datetime):
            return False
        after = self.start is None or moment >= self.start
        return after and (self.end is None or moment < self.end)


@dataclass(frozen=True, slots=True)
class _Point:
    """One thing that somebody typed: a day, or a moment.

    Attributes:
        wall: the time on the clocks of the zone.
        is_day: whether a whole day is meant.
        exact: the moment itself, where the clocks play no part.
        is_clock: whether a time was typed without its day.
    """

    wall: datetime
    is_day: bool = False
    exact: datetime | None = None
    is_clock: bool = False

    def words(self) -> str:
        """Return the day or the moment as it is written."""
        if self.is_day:
            return f"{self.wall:%Y-%m-%d}"
        return f"{self.wall:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def parse(text: str, now: datetime, zone: tzinfo | None) -> Period:
    """Return the period that `text` says.

    Args:
        text: what somebody typed.
        now: the time now, aware.
        zone: whose clocks and days are meant; None for this machine's.

    Raises:
        ValueError: it says none, and why, in a sentence.
    """
    typed = " ".join(text.split())
    try:
        return _Reader(now, zone).period(typed)
    except OverflowError as error:
        raise ValueError("lies outside the years 1 to 9999") from error


def period_field(
    name: str = "period",
    title: str = "Period",
    meaning: str = f"such as {EXAMPLES}",
) -> FormField:
    """Return the field of a period; the console applies it, and its value is the text typed.

    The text stays what it is, so that `-2h` means two hours ago whenever it is applied.
    """
    return FormField(
        name=name,
        title=title,
        meaning=meaning,
        kind="text",
        read=_checked,
        blank="any: yesterday, -2h",
        local=True,
    )


def _checked(text: str) -> str:
    parse(text, datetime.now(UTC), None)
    return " ".join(text.split())


class _Reader:
    """Reads what is typed at one moment in one zone."""

    def __init__(self, now: datetime, zone: tzinfo | None) -> None:
        self._now = now
        self._zone = zone
        self._here = now.astimezone(zone).replace(tzinfo=None, fold=0)

    def period(self, typed: str) -> Period:
        """Return the period that is typed."""
        if not typed:
            raise ValueError(_NONE)
        parts = _BETWEEN.split(typed)
        if len(parts) > 2:
            raise ValueError("must have one start and one end")
        if len(parts) == 2:
            return self._between(_bare(parts[0]), _bare(parts[1]))
        if found := _WORDS_BEFORE.fullmatch(typed):
            ends = found["which"].lower() in _ENDING
            return self._between("", found["rest"]) if ends else self._between(found["rest"], "")
        if found := re.fullmatch(r"(?:last|past)\s+(.+)", typed, re.IGNORECASE):
            return self._between(f"-{found[1]}", "")
        point = self._point(typed)
        if point.is_day:
            return self._between(typed, typed)
        return self._between(typed, "")

    def _between(self, first: str, last: str) -> Period:
        """Return the period from one thing typed to another; an empty one leaves it open."""
        start = self._latest(self._point(first)) if first else None
        end = self._point(last, after=start) if last else None
        if start is None and end is None:
            raise ValueError("must have a start or an end")
        begins = self._start(start) if start else None
        ends = self._end(end) if end else None
        if begins and ends and begins >= ends:
            raise ValueError("must end after it begins")
        return Period(begins, ends, self._words(start, end))

    def _latest(self, start: _Point) -> _Point:
        """Return the last time that it was so late; nobody is after what has not begun."""
        if start.is_clock and start.wall > self._here:
            return _Point(start.wall - timedelta(days=1))
        return start

    def _words(self, start: _Point | None, end: _Point | None) -> str:
        if start and end:
            if start == end:
                return self._day_words(start)
            both = ", both days included" if start.is_day and end.is_day else ""
            return f"{start.words()} to {end.words()}{both}"
        if start:
            return f"since {start.words()}"
        if end is None:
            raise AssertionError("one of both is given")
        return f"until {'the end of ' if end.is_day else ''}{end.words()}"

    def _day_words(self, day: _Point) -> str:
        names = {0: "today, ", 1: "yesterday, "}
        return names.get((self._here.date() - day.wall.date()).days, "") + day.words()

    def _start(self, point: _Point) -> datetime:
        return point.exact or _moment(point.wall, self._zone)

    def _end(self, point: _Point) -> datetime:
        if point.exact:
            return point.exact
        if point.is_day:
            return _moment(point.wall + timedelta(days=1), self._zone)
        return _moment(point.wall, self._zone, last=True)

    def _point(self, typed: str, *, after: _Point | None = None) -> _Point:
        """Return the day or the moment typed; a time without a day is the next one `after`."""
        match typed.lower():
            case "now":
                return _Point(self._here, exact=self._now)
            case "today":
                return self._day(self._here.date())
            case "yesterday":
                return self._day(self._here.date() - timedelta(days=1))
        if typed.startswith(("-", "−", "–")):  # noqa: RUF001 - typed by keyboards that mean well
            return self._ago(typed[1:].strip())
        if (span := _SPAN.fullmatch(typed.removesuffix("ago").strip())) and span["count"]:
            return self._ago(typed)
        if named := re.fullmatch(r"(today|yesterday) (.+)", typed, re.IGNORECASE):
            typed = f"{self._point(named[1]).words()} {named[2]}"
        found = _MOMENT.fullmatch(typed)
        if not found or not typed:
            raise ValueError(_NONE)
        return self._written(found, after)

    def _ago(self, typed: str) -> _Point:
        found = _SPAN.fullmatch(typed.removesuffix("ago").strip())
        unit = _UNITS.get(found["unit"].lower()) if found else None
        if not found or not unit:
            raise ValueError("must be a number of minutes, hours, days or weeks, such as -2h")
        span = timedelta(**{unit: int(found["count"] or 1)})
        if unit in {"days", "weeks"}:
            return _Point(self._here - span)
        exact = _in_calendar(self._now - span)
        return _Point(exact.astimezone(self._zone).replace(tzinfo=None), exact=exact)

    def _written(self, found: re.Match[str], after: _Point | None) -> _Point:
        """Return the date, the time or both that are written in figures."""
        try:
            day = date(*map(int, found.group("year", "month", "day"))) if found["year"] else None
            if found["hour"] is None:
                return self._day(day or self._here.date())
            clock = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
        except ValueError as error:
            raise ValueError("must be a date and a time that exist") from error
        if found["zone"]:
            return self._elsewhere(datetime.combine(day or self._here, clock), found["zone"])
        if day:
            return _Point(datetime.combine(day, clock))
        if after is None or after.is_day:
            return _Point(datetime.combine(self._here, clock), is_clock=True)
        wall = datetime.combine(_in_calendar(after.wall), clock)
        return _Point(wall if wall > after.wall else wall + timedelta(days=1))

    def _elsewhere(self, wall: datetime, named: str) -> _Point:
        """Return a time that is written with its own offset."""
        aware = datetime.fromisoformat(f"{_in_calendar(wall).isoformat()}{_offset(named)}")
        shown = aware.astimezone(self._zone).replace(tzinfo=None)
        return _Point(shown, exact=aware.astimezone(UTC))

    def _day(self, day: date) -> _Point:
        return _Point(datetime.combine(day, time()), is_day=True)


def _bare(typed: str) -> str:
    """Return one side of a period without the word before it."""
    return re.sub(r"^(?:since|from)\s+", "", typed, flags=re.IGNORECASE)


def _offset(named: str) -> str:
    return "+00:00" if named.lower() in {"z", "utc"} else named


def _moment(wall: datetime, zone: tzinfo | None, *, last: bool = False) -> datetime:
    """Return the moment at which the clocks of a zone show `wall`, in UTC.

    Args:
        wall: what the clocks show.
        zone: whose clocks; None for this machine's.
        last: whether to return the last such moment, where there are two.
    """
    at = partial(_in_utc, _in_calendar(wall), zone)
    before, after = at(fold=0), at(fold=1)
    if before <= after:
        return after if last else before
    # The clocks skip `wall`, somewhere between both readings of it.
    return _skipped(after, before, lambda moment: _shown(moment, zone) >= wall)


def _in_calendar(moment: datetime) -> datetime:
    """Return `moment` where every zone can show it.

    Raises:
        OverflowError: it is too close to an end of the calendar.
    """
    if not MINYEAR < moment.year < MAXYEAR:
        raise OverflowError
    return moment


def _skipped(low: datetime, high: datetime, passed: Callable[[datetime], bool]) -> datetime:
    """Return the first second after `low` that has `passed`; `high` has."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (low, middle) if passed(middle) else (middle, high)
    return high


def _in_utc(wall: datetime, zone: tzinfo | None, *, fold: int) -> datetime:
    here = wall.replace(fold=fold)
    return (here if zone is None else here.replace(tzinfo=zone)).astimezone(UTC)


def _shown(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
