"""From loaded rows to what is said of them: the sentence, the bars and the tallies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from math import inf, isinf, nextafter

from console.app.bins import bins, local, span_words
from console.app.changes import Change, before, comparing, comparing_latest, sentence
from console.app.rows import Rows
from console.app.slices import PIECE, Slices, pieces
from console.app.tallies import EVER, Selection, Span, Tallies
from console.app.widgets.findings import Finding
from console.app.widgets.histogram import Picture
from console.app.widgets.tally import MOST, Ranking


@dataclass(frozen=True)
class Asked:
    """What is asked of the rows, and what the listing says of them.

    Attributes:
        period: the time that the form names; None where it names none.
        period_words: the same in words.
        chosen: the time chosen in the histogram.
        values: the value chosen of a kind, by the kind's name.
        quick: whether the quick filter narrows the rows.
        order: in which order the cloud was asked for them: DESC, ASC or empty.
        at_start: whether the first row loaded is the first of the listing.
        total: how many rows the listing has; None where the cloud does not say.
        reading: whether rows are still coming.
        now: the time now, in seconds since 1970.
        zone: whose clock counts; None for this machine's.
    """

    period: Span | None
    period_words: str
    chosen: Span | None
    values: Mapping[str, str]
    quick: bool
    order: str
    at_start: bool
    total: int | None
    reading: bool
    now: float
    zone: tzinfo | None


class Investigation:
    """Counts the rows of a screen, and keeps the counts as long as they hold.

    Attributes:
        tallies: the counts.
        untimed: rows that do not say when, of those that were looked at last.
    """

    def __init__(self) -> None:
        self.tallies = Tallies()
        self.untimed = 0
        self._version = -1
        self._as_of = 0.0
        self._covered: Span | None = None
        self._asked: Asked | None = None

    def covers(self, span: Span) -> bool:
        """Tell whether every row of a time is loaded."""
        covered = self._covered
        return covered is not None and covered.start <= span.start and span.end <= covered.end

    def finding(self, rows: Rows, asked: Asked, room: int) -> Slices[Finding]:
        """Return what there is to say. What is given up half way, the next one goes on with.

        Args:
            rows: what is loaded.
            asked: what is asked of it.
            room: how many bars there is room for.
        """
        tallies = self.tallies
        yield from self._take(rows, asked)
        self.untimed = tallies.untimed
        if not len(tallies):
            self._covered = None
            return Finding(awaited=asked.reading)
        complete = asked.at_start and asked.total is not None and len(tallies) >= asked.total
        self._covered = tallies.covered(
            newest_first=asked.order == "DESC", at_start=asked.at_start, complete=complete
        )
        local_values = {
            kind.name: asked.values[kind.name]
            for kind in tallies.kinds
            if not kind.sent and kind.name in asked.values
        }
        found_flags = (yield from _flags(rows)) if asked.quick else None
        tallies.select(
            Selection(
                period=asked.period,
                chosen=asked.chosen,
                values=local_values,
                found=found_flags,
            )
        )
        extents = _extents(rows, asked, complete=complete)
        compared = yield from self._compared(asked)
        is_found = not asked.quick or bool(rows.shown)
        found = compared[0] if compared else Change("", (yield from tallies.within(EVER)))
        yield from tallies.counting()
        said = (
            self._sentence(asked, found)
            if is_found
            else _nothing_found(rows, asked, complete=complete)
        )
        yield
        return Finding(
            sentence=said,
            extents=extents if is_found else (),
            picture=(yield from self._picture(asked, room)) if is_found else None,
            rankings=(yield from self._rankings(asked, compared)),
            is_found=is_found,
        )

    def _take(self, rows: Rows, asked: Asked) -> Slices[None]:
        """Take in the rows that are new; time stands still as long as none is."""
        if rows.version != self._version:
            self._version = rows.version
            self.tallies.clear()
            self._as_of = asked.now
        while (begin := len(self.tallies)) < len(rows.lines):  # more may come meanwhile
            self.tallies.extend(line.record for line in rows.lines[begin : begin + PIECE])
            self._as_of = asked.now
            yield

    # What changed

    def _compared(self, asked: Asked) -> Slices[tuple[Change, str] | None]:
        """Compare the chosen time, else the period, else the latest time, with the one before.

        The quick filter looks into times as well, and into rows of the period alone: what it
        leaves of the time before is no measure of that time, so nothing is compared.
        """
        zone, now = asked.zone, self._as_of
        span, words = asked.chosen, ""
        if span:
            words = span_words(local(span.start, zone), local(span.end, zone))
        elif asked.period:
            span, words = asked.period, asked.period_words
        if span is None:
            if asked.quick:
                return None
            return (yield from comparing_latest(self.tallies, now, self._covered))
        earlier = None if asked.quick else before(span, now, zone)
        compared = yield from comparing(self.tallies, span, words, self._covered, earlier)
        return compared, ""

    def _sentence(self, asked: Asked, found: Change) -> list[str]:
        # What was asked for is no finding.
        return sentence(
            found, [kind for kind in self.tallies.kinds if kind.name not in asked.values]
        )

    def _rankings(
        self, asked: Asked, compared: tuple[Change, str] | None
    ) -> Slices[dict[str, Ranking]]:
        tallies = self.tallies
        found, lasting = compared or (None, "")
        known = found is not None and found.counts_before is not None
        words = found.before_words if found and known else ""
        rankings: dict[str, Ranking] = {}
        for kind in tallies.kinds:
            if not tallies.has(kind):
                continue
            rankings[kind.name] = Ranking(
                shares=tuple(
                    share._replace(change=found.of(kind, share.value)) if found else share
                    for share in tallies.top(kind, MOST)
                ),
                distinct=tallies.distinct(kind),
                chosen=asked.values.get(kind.name),
                compared=words,
                lasting=lasting,
            )
            yield
        return rankings

    # Over time

    def _picture(self, asked: Asked, room: int) -> Slices[Picture | None]:
        axis = self._axis(asked)
        if axis is None or room < 1:
            return None
        found = bins(axis.start, axis.end, asked.zone, room)
        return Picture(
            bins=found,
            counts=tuple((yield from self.tallies.bars(found))),
            covered=self._covered,
            chosen=asked.chosen,
        )

    def _axis(self, asked: Asked) -> Span | None:
        """Return from when to when the bars go.

        They end now where no later row can be missing, unless all of them would then be huddled in
        a corner.
        """
        extent = self.tallies.extent
        if extent is None:
            return None
        oldest, newest = extent.start, nextafter(extent.end, inf)
        if asked.period:
            start = oldest if isinf(asked.period.start) else asked.period.start
            end = min(asked.period.end, max(self._as_of, newest))
            return Span(start, max(end, nextafter(start, inf)))
        known_to_now = self._covered is not None and isinf(self._covered.end)
        if known_to_now and 0 < self._as_of - newest <= newest - oldest:
            return Span(oldest, self._as_of)
        return Span(oldest, newest)


def _flags(rows: Rows) -> Slices[bytes]:
    """Return for each line whether it is shown."""
    shown, flags = rows.shown, bytearray(len(rows.lines))
    for piece in pieces(0, len(shown), 5 * PIECE):
        for index in shown[piece]:
            flags[index] = 1
        yield
    return bytes(flags)


def _nothing_found(rows: Rows, asked: Asked, *, complete: bool) -> list[str]:
    """Say that the quick filter finds none of the rows, and that there are more of them."""
    said = [f"none of the {len(rows.lines):,} loaded rows is found"]
    if not complete and asked.total is not None:
        said.append(f"the cloud has {asked.total:,}")
    return said


def _extents(rows: Rows, asked: Asked, *, complete: bool) -> tuple[str, ...]:
    """Say of which rows everything is counted, at length and in short."""
    loaded = len(rows.lines)
    of = "" if asked.total is None else f"; the cloud has {asked.total:,}"
    if asked.quick:
        shown = len(rows.shown)
        return (f"of {shown:,} rows found in {loaded:,} loaded", f"of {shown:,} found")
    if complete:
        return ()
    short = f"{loaded:,} loaded" if asked.total is None else f"{loaded:,} of {asked.total:,}"
    return (f"of {loaded:,} loaded rows{of}", short)
