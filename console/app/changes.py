"""What changed, and for whom: a time beside the one before it, in one sentence.

A sentence is a list of parts, the most telling first, so that a narrow line leaves out whole parts
and never half a number. Values are the cloud's words, still raw: whoever shows them makes them safe.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from console.app.bins import DAY, HOUR, local
from console.app.tallies import Kind, Share, Span, Tallies

LATEST: Final = "last 24 h"

_MOSTLY: Final = 0.5
"""From this share on, most of the rows are about one thing."""

_STANDS_OUT: Final = 0.1
"""Below this share, nothing stands out."""

_GROWTH: Final = 1.5
"""From this factor on, what grew is named rather than what is the most."""

_SAME: Final = (0.95, 1.05)
"""Between these factors, two counts are about the same."""

_REASON: Final = "error_message"
_ABOUT: Final = ("desktop_pool_name", "desktop_name", "user_name")
"""The kinds that say for whom."""

Counts = Mapping[str, Counter[str | None]]


def before(span: Span, zone: tzinfo | None) -> Span:
    """Return the time before one, as long by the zone's clock where it is of whole days."""
    start, end = local(span.start, zone), local(span.end, zone)
    days = (end.date() - start.date()).days
    if days and _is_midnight(start) and _is_midnight(end):
        first = datetime.combine(start.date() - timedelta(days=days), start.time(), zone)
        return Span(first.timestamp(), span.start)
    return Span(span.start - (span.end - span.start), span.start)


def _is_midnight(moment: datetime) -> bool:
    return moment.hour == moment.minute == moment.second == moment.microsecond == 0


def before_words(span: Span) -> str:
    """Say what the time before a time is."""
    seconds = span.end - span.start
    if abs(seconds - DAY) <= HOUR:  # one hour more or less where the clock is put forward or back
        return "the day before"
    if abs(seconds - 7 * DAY) <= HOUR:
        return "the week before"
    if seconds == HOUR:
        return "the hour before"
    hours, rest = divmod(seconds, HOUR)
    return "the same time before" if rest or not hours else f"the {hours:g} h before"


@dataclass(frozen=True)
class Change:
    """A time, and the one before it.

    Attributes:
        words: what the time is called.
        counts: rows of the time, by kind.
        counts_before: rows of the time before; None where not all of them are loaded.
        before_words: what the time before is called.
    """

    words: str
    counts: Counts
    counts_before: Counts | None
    before_words: str

    @property
    def rows(self) -> int:
        """Rows of the time."""
        return _rows(self.counts)

    @property
    def rows_before(self) -> int | None:
        """Rows of the time before; None where not all of them are loaded."""
        return None if self.counts_before is None else _rows(self.counts_before)

    def of(self, kind: Kind, value: str) -> int | None:
        """Return how many rows more than before a value has; None where that is not known."""
        if self.counts_before is None:
            return None
        return self.counts[kind.name][value] - self.counts_before[kind.name][value]


def _rows(counts: Counts) -> int:
    return next(iter(counts.values())).total() if counts else 0


def change(
    tallies: Tallies, span: Span, words: str, covered: Span | None, zone: tzinfo | None
) -> Change | None:
    """Compare a time with the one before it.

    Args:
        tallies: the loaded rows.
        span: the time.
        words: what it is called.
        covered: the time of which every row is loaded; None where that is unsure.
        zone: whose clock says what a day is.

    Returns:
        None where not every row of the time is loaded.
    """
    if covered is None or not _covers(covered, span):
        return None
    earlier = before(span, zone)
    known = _covers(covered, earlier)
    return Change(
        words=words,
        counts=tallies.within(span),
        counts_before=tallies.within(earlier) if known else None,
        before_words=before_words(span),
    )


def _covers(covered: Span, span: Span) -> bool:
    return covered.start <= span.start and span.end <= covered.end


def sentence(found: Change, kinds: Sequence[Kind]) -> list[str]:
    """Say what changed, and for whom, in parts, the most telling first."""
    count = found.rows
    rows = "row" if count == 1 else "rows"
    parts = [f"{found.words}: {count:,} {rows}" if count else f"{found.words}: no rows"]
    if (earlier := found.rows_before) is not None:
        parts.append(_compared(count, earlier, found.before_words))
    if count > 1:
        about = [kind for kind in kinds if kind.name in _ABOUT]
        reasons = [kind for kind in kinds if kind.name == _REASON]
        parts += [words for each in (about, reasons) if (words := _standing_out(found, each))]
    return parts


def _compared(count: int, earlier: int, words: str) -> str:
    if not earlier:
        return f"none {words}" if count else f"nor {words}"
    if not count:
        return f"{earlier:,} {words}"
    factor = count / earlier
    if _SAME[0] <= factor <= _SAME[1]:
        return f"as many as {words} ({earlier:,})"
    return (
        f"{factor:.{1 if 0.1 <= factor < 10 else 0 if factor >= 10 else 2}f}x {words} ({earlier:,})"
    )


def _standing_out(found: Change, kinds: Sequence[Kind]) -> str:
    """Name the value that stands out: the one that grew most, else the most frequent one."""
    candidates: list[tuple[int, int, Kind, Share]] = []
    spread = ""
    for kind in kinds:
        counts = found.counts[kind.name]
        values = [(value, count) for value, count in counts.items() if value is not None]
        if not values:
            continue
        value, count = max(values, key=lambda each: (_weight(found, kind, *each), each[1]))
        share = Share(value, count, found.rows)
        if count > 1 and count >= _STANDS_OUT * found.rows:
            candidates.append((_weight(found, kind, value, count), count, kind, share))
        spread = (
            spread or f"spread over {len(values):,} {kind.many if len(values) > 1 else kind.one}"
        )
    if not candidates:
        return spread if len(kinds) > 1 else ""
    *_, kind, share = max(candidates, key=lambda each: each[:2])
    lead = "mostly" if share.count >= _MOSTLY * found.rows else "most"
    lead = "all" if share.count == found.rows else lead
    new = ", none before" if _is_new(found, kind, share.value) else ""
    return f"{lead} {kind.one} {share.value} ({share.percent}%{new})"


def _weight(found: Change, kind: Kind, value: str, count: int) -> int:
    earlier = found.rows_before
    if earlier is None or found.rows < _GROWTH * earlier:
        return count
    more = found.of(kind, value)
    return count if more is None else more


def _is_new(found: Change, kind: Kind, value: str) -> bool:
    earlier = found.counts_before
    return bool(found.rows_before) and earlier is not None and not earlier[kind.name][value]
