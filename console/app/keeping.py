"""What the console narrows loaded rows by itself: a time, and values of theirs."""

from collections.abc import Callable, Mapping
from math import inf

from console.app.period import Period
from console.app.tallies import TIME, Span
from console.services.model import Record


def nothing(_: Record) -> bool:
    """Let no row through."""
    return False


def span_of(period: Period | None) -> Span | None:
    """Return the time of a period; it may have no beginning, or no end."""
    if period is None:
        return None
    start, end = period.start, period.end
    return Span(start.timestamp() if start else -inf, end.timestamp() if end else inf)


def keeping(span: Span | None, values: Mapping[str, str]) -> Callable[[Record], bool]:
    """Return what lets through the rows of a time that have some values."""

    def keep(record: Record) -> bool:
        if span is not None and not span.holds(getattr(record, TIME)):
            return False
        return all(getattr(record, name) == value for name, value in values.items())

    return keep
