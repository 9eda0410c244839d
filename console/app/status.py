"""What a screen says of its rows: how many of how many, which page, when they were true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import ceil

from console.app.widgets.status_line import Part
from console.services.column import in_zone
from console.text import cell


@dataclass(slots=True)
class Extent:
    """How much of a listing is on the screen.

    Attributes:
        loaded: rows that are loaded.
        shown: rows of them that the local filters let through.
        total: how many the listing has; None where the cloud does not say.
        offset: rows before the first one loaded.
        size: rows of a page.
        everything: whether all pages were asked for.
        reading: whether rows are still coming.
        slow: whether they take so long that it is worth a word.
        stopped: why the reading ended before the end; empty where it did not.
        complete: whether the listing was read to its end.
        paged: whether the listing has pages at all.
    """

    loaded: int = 0
    shown: int = 0
    total: int | None = None
    offset: int = 0
    size: int = 100
    everything: bool = False
    reading: bool = False
    slow: bool = False
    stopped: str = ""
    complete: bool = False
    paged: bool = True

    @property
    def pages(self) -> int | None:
        """How many pages the listing has; None where that is not known."""
        return None if self.total is None else max(1, ceil(self.total / self.size))

    @property
    def page(self) -> int:
        """The number of the page, from 1."""
        return self.offset // self.size + 1

    @property
    def partial(self) -> bool:
        """Whether the listing has rows that are not loaded, or may have."""
        return not self.complete and (self.total is None or self.loaded < self.total)


def extent_parts(extent: Extent, local: Sequence[str]) -> list[Part]:
    """Say how many rows are shown of how many, and through which local filters."""
    parts: list[Part] = []
    words = cell(" and ".join(local))
    if local and extent.loaded:
        parts.append(Part(f"{extent.shown:,} of {extent.loaded:,} loaded rows: {words}", "notice"))
    parts.append(Part(_rows(extent, filtered=bool(local))))
    if local and not extent.loaded:
        parts.append(Part(words, "notice"))
    if extent.paged and not extent.everything and extent.loaded:
        of = f"/{extent.pages:,}" if extent.pages is not None else ""
        parts.append(Part(f"page {extent.page:,}{of}", weight=2))
    if extent.reading and extent.everything:
        parts.append(Part("escape stops", "notice"))
    elif extent.slow:
        parts.append(Part("asking the cloud", "notice"))
    if extent.stopped:
        parts.append(Part(extent.stopped, "warning"))
    return parts


def _rows(extent: Extent, *, filtered: bool) -> str:
    total = "" if extent.total is None else f"{extent.total:,}"
    if not extent.loaded:
        return _nothing(extent, total)
    if not extent.paged:
        return f"{extent.loaded:,} rows"
    if extent.everything:
        if not extent.partial:
            return f"all {extent.loaded:,} rows"
        return f"{extent.loaded:,} of {total}" if total else f"{extent.loaded:,} rows so far"
    first, last = extent.offset + 1, extent.offset + extent.loaded
    of = f" of {total}" if total else "; the cloud does not say of how many"
    return f"{total} in all" if filtered and total else f"rows {first:,}-{last:,}{of}"


def _nothing(extent: Extent, total: str) -> str:
    if extent.reading:
        return "loading"
    if extent.total is None and not extent.complete:
        return "no answer"  # and so nothing is known of how many rows there are
    return f"no rows here; {total} in all" if extent.total else "no rows"


def clock(time: datetime, zone: tzinfo | None, now: datetime) -> str:
    """Return the time of day in a zone; with the date where it is not today's."""
    shown, today = in_zone(time, zone), in_zone(now, zone)
    pattern = "%H:%M:%S" if shown.date() == today.date() else "%Y-%m-%d %H:%M:%S"
    return shown.strftime(pattern)


def fetched_part(
    fetched_at: datetime | None, seconds: float, zone: tzinfo | None, now: datetime
) -> Part:
    """Say when the rows came, and how long that took."""
    if fetched_at is None:
        return Part("")
    took = f" in {seconds:.2f} s" if seconds else ""  # the journal is no cloud
    time = clock(fetched_at, zone, now)
    return Part(f"{time}{took}", weight=3, short=time if took else "")


def stale_part(fetched_at: datetime | None, zone: tzinfo | None, now: datetime) -> Part:
    """Say that the rows are older than what was asked last."""
    since = f" from {clock(fetched_at, zone, now)}" if fetched_at else ""
    return Part(f"STALE{since}", "error")


def sorted_part(title: str, *, descending: bool, partial: bool) -> Part:
    """Say by what the loaded rows are sorted; that others are not stays said the longest."""
    direction = "falling" if descending else "rising"
    said = f"by {cell(title)} {direction}"
    return Part(f"loaded rows {said}", weight=1) if partial else Part(said, weight=4)
