"""What changed, and for whom: a time beside the one before it, in one sentence.

A sentence is a list of parts, the most telling first, so that a narrow line leaves out whole parts
and never half a number. Values are the cloud's own, still raw: whoever shows them makes them safe.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import inf, isinf
from typing import Final

from console.app.bins import DAY, HOUR, MINUTE, local
from console.app.slices import Slices, finished
from console.app.tallies import Kind, Share, Span, Tallies

_LATEST: Final = ((DAY, "24 h"), (6 * HOUR, "6 h"), (HOUR, "1 h"), (10 * MINUTE, "10 min"))
"""The times up to now that are compared, the first one of which all rows are loaded."""

_MOSTLY: Final = 0.5
"""From this share on, most of the rows are about one thing."""

_STANDS_OUT: Final = 0.1
"""Below this share, nothing stands out."""

_GROWTH: Final = 1.5
"""From this factor on, what grew is named rather than what is the most."""

_SAME: Final = (0.95, 1.05)
"""Between these factors, two counts are about the same."""

_FINE: Final = 0.1
_COARSE: Final = 10
"""Below the first, a factor has two digits after the point; from the second on, none."""

_REASON: Final = "error_message"
_ABOUT: Final = ("desktop_pool_name", "desktop_name", "user_name")
"""The kinds that say for whom."""

Counts = Mapping[str, Counter[str | None]]


def before(span: Span, now: float, zone: tzinfo | None) -> tuple[Span, str] | None:
    """Return the time that a time is compared with, and what it is called.

    It is the one right before, as long by the zone's clock where it is of whole days. A time that
    is not over is compared as far as it has come: today until now with yesterday until this hour.
    There is none before a time that has no beginning, or that has not begun.
    """
    if isinf(span.start) or span.start >= min(span.end, now):
        return None
    end = min(span.end, now)
    days = _whole_days(span, zone)
    if days and end < span.end:
        return Span(_earlier(span.start, days, zone), _earlier(end, days, zone)), (
            "by this time the day before" if days == 1 else f"by this time {days} days before"
        )
    if days:
        words = {1: "the day before", 7: "the week before"}.get(days, f"the {days} days before")
        return Span(_earlier(span.start, days, zone), span.start), words
    seconds = end - span.start
    return Span(span.start - seconds, span.start), _length_words(seconds)


def _whole_days(span: Span, zone: tzinfo | None) -> int:
    """Return how many days a time is, from midnight to midnight; 0 where it is no such time."""
    if isinf(span.start) or isinf(span.end):
        return 0
    start, end = local(span.start, zone), local(span.end, zone)
    return (end.date() - start.date()).days if _is_midnight(start) and _is_midnight(end) else 0


def _is_midnight(moment: datetime) -> bool:
    return moment.hour == moment.minute == moment.second == moment.microsecond == 0


def _earlier(instant: float, days: int, zone: tzinfo | None) -> float:
    """Return when the zone's clock showed the same, some days earlier."""
    try:
        wall = local(instant, zone).replace(tzinfo=zone) - timedelta(days=days)
        return wall.timestamp()
    except (OverflowError, ValueError, OSError):
        return instant - days * DAY


def _length_words(seconds: float) -> str:
    for length, words in ((DAY, "the day before"), (HOUR, "the hour before")):
        if seconds == length:
            return words
    for length, words in ((HOUR, "h"), (MINUTE, "min")):
        count, rest = divmod(seconds, length)
        if count and not rest:
            return f"the {count:g} {words} before"
    return "as long before"


@dataclass(frozen=True)
class Change:
    """A time, and the one before it.

    Attributes:
        words: what the time is called.
        counts: rows of the time, by kind.
        counts_before: rows of the time before; None where not all of them are loaded.
        before_words: what the time before is called.
        whole: whether all rows of the time are loaded.
    """

    words: str
    counts: Counts
    counts_before: Counts | None = None
    before_words: str = ""
    whole: bool = True

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


def comparing(
    tallies: Tallies,
    span: Span,
    words: str,
    covered: Span | None,
    earlier: tuple[Span, str] | None,
) -> Slices[Change]:
    """Compare a time with the one before it.

    Args:
        tallies: the loaded rows.
        span: the time.
        words: what it is called.
        covered: the time of which every row is loaded; None where that is unsure.
        earlier: the time to compare it with, and what that is called; None for no comparison.
    """
    counts = yield from tallies.within(span)
    if covered is None or not _covers(covered, span):
        return Change(words, counts, whole=False)
    if earlier is None or not _covers(covered, earlier[0]):
        return Change(words, counts)
    before = yield from tallies.within(earlier[0])
    return Change(words, counts, before, earlier[1])


def comparing_latest(
    tallies: Tallies, now: float, covered: Span | None
) -> Slices[tuple[Change, str] | None]:
    """Compare the time up to now with the one before, as long a time as rows are loaded of.

    Returns:
        The comparison and how long the time is, in words; None where not even of the shortest
        time all rows are loaded.
    """
    for both in (True, False):
        for seconds, words in _LATEST:
            # A row may be a little newer than this machine's clock.
            span, past = Span(now - seconds, inf), Span(now - 2 * seconds, now - seconds)
            needed = Span(past.start, inf) if both else span
            if covered is None or not _covers(covered, needed):
                continue
            earlier = past, _length_words(seconds)
            found = yield from comparing(tallies, span, f"last {words}", covered, earlier)
            return found, words
    return None


def latest(tallies: Tallies, now: float, covered: Span | None) -> tuple[Change, str] | None:
    """Return the same at once, of a page of rows."""
    return finished(comparing_latest(tallies, now, covered))


def _covers(covered: Span, span: Span) -> bool:
    return covered.start <= span.start and span.end <= covered.end


def sentence(found: Change, kinds: Sequence[Kind]) -> list[str]:
    """Say what changed, and for whom, in parts, the most telling first."""
    count = found.rows
    said = f"{count:,}" if count else "no"
    rows = "row" if count == 1 else "rows"
    if not found.whole:
        said = f"at least {said}" if count else "no loaded"
    parts = [f"{found.words}: {said} {rows}" if found.words else f"{said} loaded {rows}"]
    if (earlier := found.rows_before) is not None:
        parts.append(_compared(count, earlier, found.before_words))
    if count > 1:
        about = [kind for kind in kinds if kind.name in _ABOUT]
        reasons = [kind for kind in kinds if kind.name == _REASON]
        parts += [words for each in (about, reasons) if (words := _standing_out(found, each))]
    return parts


def brief(found: Change, kinds: Sequence[Kind]) -> list[str]:
    """Say the same in fewer words, where there is room for one line: what changed, and who most.

    Of two times that are compared, both must be whole.
    """
    parts = [f"{found.words}: {found.rows:,}" if found.rows else f"{found.words}: none"]
    if (earlier := found.rows_before) is not None:
        parts[0] += f", {_briefly(found.rows, earlier, found.before_words)}"
    if found.rows > 1 and (most := _most(found, [each for each in kinds if each.name in _ABOUT])):
        kind, share = most
        parts.append(f"{_lead(found, kind, share)} {kind.one} {share.value}")
    return parts


def _briefly(count: int, earlier: int, words: str) -> str:
    if count and earlier and count != earlier:
        return f"{_factor(count / earlier)}x {words}"
    return _compared(count, earlier, words).removesuffix(f" ({earlier:,})")


def _factor(factor: float) -> str:
    return f"{factor:.{2 if factor < _FINE else int(factor < _COARSE)}f}"


def _compared(count: int, earlier: int, words: str) -> str:
    if not earlier:
        return f"none {words}" if count else f"nor {words}"
    if not count:
        return f"{earlier:,} {words}"
    if count == earlier:
        return f"as many as {words} ({earlier:,})"
    factor = count / earlier
    if _SAME[0] <= factor <= _SAME[1]:
        return f"about as many as {words} ({earlier:,})"
    that = "that " if words.startswith("by ") else ""
    return f"{_factor(factor)}x {that}{words} ({earlier:,})"


def _standing_out(found: Change, kinds: Sequence[Kind]) -> str:
    """Name the value that stands out, and its share; else over how many the rows are spread."""
    if most := _most(found, kinds):
        kind, share = most
        new = ", none before" if _is_new(found, kind, share.value) else ""
        return f"{_lead(found, kind, share)} {kind.one} {share.value} ({share.percent}%{new})"
    for kind in kinds:
        counts = found.counts[kind.name]
        count = len(counts) - (None in counts)
        if count and kind.name in _ABOUT:
            return f"spread over {count:,} {kind.many if count > 1 else kind.one}"
    return ""


def _most(found: Change, kinds: Sequence[Kind]) -> tuple[Kind, Share] | None:
    """Return the value that stands out: the one that grew most, else the most frequent one."""
    candidates: list[tuple[int, int, Kind, Share]] = []
    for kind in kinds:
        weight, count, value = _leading(found, kind)
        share = Share(value, count, found.rows)
        if count > 1 and count >= _STANDS_OUT * found.rows:
            candidates.append((weight, count, kind, share))
    if not candidates:
        return None
    *_, kind, share = max(candidates, key=lambda each: each[:2])
    return kind, share


def _lead(found: Change, kind: Kind, share: Share) -> str:
    """Say how a value stands out among those of its kind."""
    if share.rows == share.of:
        return "all"
    if share.rows >= _MOSTLY * share.of:
        return "mostly"
    others = (count for value, count in found.counts[kind.name].items() if value is not None)
    return "top" if share.rows == max(others) else "grown most:"


def _leading(found: Change, kind: Kind) -> tuple[int, int, str]:
    """Return the value that grew most, else the most frequent one: its weight, count and name."""
    counts = {value: n for value, n in found.counts[kind.name].items() if value is not None}
    if not counts:
        return 0, 0, ""
    earlier = found.rows_before
    if earlier is None or found.counts_before is None or found.rows < _GROWTH * earlier:
        value = max(counts, key=counts.__getitem__)
        return counts[value], counts[value], value
    before = dict(found.counts_before[kind.name])
    grown = {value: (n - before.get(value, 0), n) for value, n in counts.items()}
    value = max(grown, key=grown.__getitem__)
    return *grown[value], value


def _is_new(found: Change, kind: Kind, value: str) -> bool:
    earlier = found.counts_before
    return bool(found.rows_before) and earlier is not None and not earlier[kind.name][value]
