"""Deadlines of review messages: the time left, what is overdue, and in which order to look.

A message is open until it has passed, was rejected or was cancelled; a status that nobody knows
counts as open, so that nothing is overlooked. Only an open message can be overdue. The deadline is
until when the API may be used, so it says something of a decided message too, and calmly.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import ClassVar, Final

from console.services.column import MISSING
from console.services.model import Record
from console.services.review_messages import ReviewMessage

DECIDED: Final = frozenset(
    {"STATUS_TYPE_PASSED", "STATUS_TYPE_REJECTED", "STATUS_TYPE_FORCED_CANCEL"}
)
"""The statuses after which nobody has to do anything more."""

SOON: Final = timedelta(days=1)
"""A deadline that is nearer than this, on either side, is one to look at now."""

LONG_AGO: Final = timedelta(days=30)
"""What is overdue by more than this is no news: it comes after all that can still be saved."""

_ONLY_ONE: Final = 10
"""Days from which on hours say nothing more, and hours from which on minutes do not."""

_MINUTE: Final = timedelta(minutes=1)

_GROUP: Final = 1e12
"""Seconds between two groups of messages in the order; more than lie between any two deadlines."""


def is_open(message: ReviewMessage) -> bool:
    """Tell whether something is still to be done about a message."""
    return message.api_apply_status not in DECIDED


def left(message: ReviewMessage, now: datetime) -> timedelta | None:
    """Return the time until a message's deadline, negative after it; None where it has none."""
    return message.api_using_time - now if message.api_using_time else None


def _parts(length: timedelta) -> tuple[int, int, int]:
    minutes = abs(length) // _MINUTE
    return minutes // 1440, minutes // 60 % 24, minutes % 60


def short(length: timedelta) -> str:
    """Return a length of time in one or two units, rounded down: '2 d 4 h', '12 min'."""
    days, hours, minutes = _parts(length)
    if days:
        return f"{days:,} d {hours} h" if hours and days < _ONLY_ONE else f"{days:,} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes and hours < _ONLY_ONE else f"{hours} h"
    return f"{minutes} min" if minutes else "< 1 min"


def full(length: timedelta) -> str:
    """Return a length of time in words, to the minute: '2 days, 4 hours and 1 minute'."""
    texts = [
        f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"
        for count, unit in zip(_parts(length), ("day", "hour", "minute"), strict=True)
        if count
    ]
    *before, last = texts or ["less than a minute"]
    return f"{', '.join(before)} and {last}" if before else last


def in_words(message: ReviewMessage, now: datetime, length: Callable[[timedelta], str]) -> str:
    """Return how a message stands to its deadline: 'in 2 d 4 h', 'overdue 3 h', '40 d ago'.

    Args:
        message: the message.
        now: the moment to count from.
        length: writes a length of time, `short` or `full`.
    """
    until = left(message, now)
    if until is None:
        return MISSING
    if until >= timedelta():
        return f"in {length(until)}"
    return f"overdue {length(until)}" if is_open(message) else f"{length(until)} ago"


def order(message: ReviewMessage, now: datetime) -> float | None:
    """Return the number to sort messages by; None for those that come last.

    First the open ones by their deadline, soonest first and so the overdue ones at the top; then
    open ones without a deadline; open ones that are overdue since long ago, the latest first; and
    the decided ones, those with time left before those without.
    """
    until = left(message, now)
    if until is None:
        return _GROUP if is_open(message) else None
    seconds = until.total_seconds()
    match is_open(message), until >= timedelta():
        case True, _ if until >= -LONG_AGO:
            return seconds
        case True, _:
            return 2 * _GROUP - seconds
        case _, True:
            return 3 * _GROUP + seconds
        case _:
            return 4 * _GROUP - seconds


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """The column that says how a message stands to its deadline, and sorts by who needs whom.

    Attributes:
        now: gives the moment to count from, aware; the same for every row of one picture.
    """

    now: Callable[[], datetime]

    name: ClassVar[str] = "time_left"
    title: ClassVar[str] = "Time left"
    fixed: ClassVar[bool] = True
    is_time: ClassVar[bool] = False

    def of(self, record: Record) -> float | None:
        """Return what to sort a message by."""
        return order(record, self.now()) if isinstance(record, ReviewMessage) else None

    def text(self, record: Record, zone: tzinfo | None) -> str:
        """Return how a message stands to its deadline."""
        del zone  # a length of time is the same in every zone
        if not isinstance(record, ReviewMessage):
            return MISSING
        return in_words(record, self.now(), short)

    def tone(self, record: Record) -> str:
        """Return the colour's meaning, which only adds to what the words say."""
        until = left(record, self.now()) if isinstance(record, ReviewMessage) else None
        if not isinstance(record, ReviewMessage) or until is None:
            return ""
        if not is_open(record):
            return "dim"
        if until >= SOON or until < -LONG_AGO:
            return ""
        return "warning" if until >= timedelta() else "error"


@dataclass(frozen=True, slots=True)
class Tally:
    """What some messages come to.

    Attributes:
        open: how many are open.
        overdue: how many of those are past their deadline.
        lately: how many of those since less than a day.
        soonest: the time until the next deadline of an open message; None where there is none.
    """

    open: int
    overdue: int
    lately: int
    soonest: timedelta | None

    @property
    def urgent(self) -> bool:
        """Whether a deadline is near on either side, so that somebody should look now."""
        return bool(self.lately) or (self.soonest is not None and self.soonest < SOON)

    def words(self) -> str:
        """Return the most urgent of it: '12 overdue, the next due in 3 h'; empty where nothing."""
        overdue = f"{self.overdue:,} overdue" if self.overdue else ""
        due = f"next due in {short(self.soonest)}" if self.soonest is not None else ""
        return ", ".join(each for each in (overdue, due) if each)


def tally(messages: Iterable[ReviewMessage], now: datetime) -> Tally:
    """Return what `messages` come to at a moment."""
    count, lengths = 0, []
    for message in messages:
        if is_open(message):
            count += 1
            until = left(message, now)
            if until is not None:
                lengths.append(until)
    ahead = [each for each in lengths if each >= timedelta()]
    overdue = [each for each in lengths if each < timedelta()]
    return Tally(
        open=count,
        overdue=len(overdue),
        lately=sum(each > -SOON for each in overdue),
        soonest=min(ahead, default=None),
    )
