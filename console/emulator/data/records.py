"""The blocked notifications: up to millions, none of them held in memory.

A stream of records is a sequence of segments, one for each hour, and a record is its place in the
stream. Its time follows from its place in its segment; everything else is one of a few thousand
templates, rendered once, that a repeating random block assigns to places. So a page is written by
joining ready bytes, and a filter is a scan over the block.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import compress
from typing import TYPE_CHECKING

from console.emulator.data.identifiers import Identifiers
from console.emulator.data.record_templates import Templates, desktop_templates, pool_templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from random import Random

    from console.emulator.cloud import Cloud

DAYS = 90
HOUR_MS = 3_600_000
POOL_SHARE = 6
MAIN_BLOCK, INCIDENT_BLOCK = 32_768, 4096
INCIDENTS = 7
JITTER_STEPS = 1024
KEPT_FILTERS = 16
# Hours of the day in China, midnight first: quiet nights, a morning peak, a dip at noon.
HOURLY = (2, 1, 1, 1, 1, 2, 5, 14, 38, 60, 55, 44, 20, 30, 52, 58, 50, 40, 24, 15, 11, 8, 5, 3)
CHINA = timedelta(hours=8)
WEEKEND_SHARE = 0.25

SECONDS = tuple(f"{second // 60:02d}:{second % 60:02d}.".encode() for second in range(3600))
MILLISECONDS = tuple(f'{millisecond:03d}Z"}}'.encode() for millisecond in range(1000))

Filter = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """Some records of one hour.

    Attributes:
        first: Place of its first record in the stream.
        count: How many records it has.
        prefix: Date and hour of all of them, as rendered.
        offset_ms: Where in the hour it begins.
        span_ms: How long it is.
        block: Which block assigns its templates; 0 is the usual one.
    """

    first: int
    count: int
    prefix: bytes
    offset_ms: int
    span_ms: int
    block: int


class History:
    """What a stream holds at the start.

    Attributes:
        count: How many records it is.
        jitter: How far records stray from even intervals.
        blocks: Which template each place has, the usual block first, then those of incidents.
    """

    def __init__(self, count: int, templates: Templates, now: datetime, random: Random) -> None:
        self.count = count
        self.templates = templates
        self.jitter = array("H", (random.randrange(JITTER_STEPS) for _ in range(JITTER_STEPS)))
        self.blocks = [templates.block(random, MAIN_BLOCK)]
        self.segments = self._make_segments(count, now, random)

    def _make_segments(self, count: int, now: datetime, random: Random) -> list[Segment]:
        last_hour = now.replace(minute=0, second=0, microsecond=0)
        hours = [last_hour - timedelta(hours=back) for back in reversed(range(DAYS * 24))]
        weights = [_usual_weight(hour, random) for hour in hours]
        blocks = [0] * len(hours)
        for number in range(1, INCIDENTS + 1):
            self.blocks.append(self.templates.incident_block(random, INCIDENT_BLOCK))
            start = random.randrange(len(hours) - 12)
            for struck in range(start, start + random.randrange(2, 9)):
                weights[struck] += 60 * random.uniform(4, 14)
                blocks[struck] = number
        since_hour_ms = max(1, int((now - last_hour).total_seconds() * 1000))
        weights[-1] *= since_hour_ms / HOUR_MS
        total, passed, segments, first = sum(weights), 0.0, [], 0
        for hour, weight, block in zip(hours, weights, blocks, strict=True):
            passed += weight
            end = count if hour == last_hour else min(count, int(count * passed / total))
            span = since_hour_ms if hour == last_hour else HOUR_MS
            segments.append(Segment(first, end - first, _prefix(hour), 0, span, block))
            first = end
        return [segment for segment in segments if segment.count] or segments[-1:]


class Stream:
    """The records of one query type, oldest first, numbered without gaps."""

    def __init__(self, history: History) -> None:
        self._templates = history.templates
        self._jitter = history.jitter
        self._blocks = history.blocks
        self._segments = list(history.segments)
        self._firsts = [segment.first for segment in self._segments]
        self._low, self._high = 0, history.count
        self._found: OrderedDict[Filter, array[int]] = OrderedDict()

    def __len__(self) -> int:
        return self._high - self._low

    def insert(self, count: int, now: datetime) -> None:
        """Let new records happen now; they come last."""
        last = self._segments[-1]
        hour = now.replace(minute=0, second=0, microsecond=0)
        offset = int((now - hour).total_seconds() * 1000)
        if last.prefix == _prefix(hour):
            offset = max(offset, last.offset_ms + last.span_ms)
        offset = min(offset, HOUR_MS - 1)
        span = min(count, HOUR_MS - offset)
        self._segments.append(Segment(self._high, count, _prefix(hour), offset, span, 0))
        self._firsts.append(self._high)
        self._high += count
        self._found.clear()

    def delete(self, count: int, *, newest: bool) -> None:
        """Forget the oldest records, or the newest."""
        count = min(count, len(self))
        self._found.clear()
        if not newest:
            self._low += count
            return
        self._high -= count
        while len(self._segments) > 1 and self._segments[-1].first >= self._high:
            del self._segments[-1], self._firsts[-1]
        last = self._segments[-1]
        kept = self._high - last.first
        span = last.span_ms * kept // max(1, last.count)
        self._segments[-1] = replace(last, count=kept, span_ms=span)

    def rows(self, start: int, stop: int) -> list[bytes]:
        """Render the records from one place of the ascending list to before another."""
        start, stop = self._low + start, self._low + min(stop, len(self))
        rows: list[bytes] = []
        number = bisect_right(self._firsts, start) - 1
        while start < stop:
            segment = self._segments[number]
            end = min(stop, segment.first + segment.count)
            self._render(segment, range(start, end), rows)
            start = end
            number += 1
        return rows

    def _render(self, segment: Segment, places: Iterable[int], rows: list[bytes]) -> None:
        block, templates, jitter = self._blocks[segment.block], self._templates.rows, self._jitter
        size, first, offset, prefix = len(block), segment.first, segment.offset_ms, segment.prefix
        step = segment.span_ms / (segment.count * JITTER_STEPS)
        for place in places:
            at = place - first
            second, millisecond = divmod(
                offset + int((at * JITTER_STEPS + jitter[at % JITTER_STEPS]) * step), 1000
            )
            rows.append(
                templates[block[place % size]]
                + prefix
                + SECONDS[second]
                + MILLISECONDS[millisecond]
            )

    def matches(self, wanted: Filter) -> Sequence[int]:
        """Return the places of the ascending list that fit a filter, and remember them."""
        found = self._found.get(wanted)
        if found is None:
            found = self._found[wanted] = self._search(wanted)
            if len(self._found) > KEPT_FILTERS:
                self._found.popitem(last=False)
        self._found.move_to_end(wanted)
        return found

    def _search(self, wanted: Filter) -> array[int]:
        fitting = self._templates.fitting(wanted)
        flags = [bytes(fitting[template] for template in block) for block in self._blocks]
        found = array("I")
        for segment in self._segments:
            block = flags[segment.block]
            place, end = segment.first, segment.first + segment.count
            while place < end:
                at = place % len(block)
                part = block[at : at + end - place]
                found.extend(compress(range(place, place + len(part)), part))
                place += len(part)
        low = self._low
        return array("I", (place - low for place in found if place >= low)) if low else found

    def rows_at(self, places: Sequence[int]) -> list[bytes]:
        """Render records at any places of the ascending list."""
        rows: list[bytes] = []
        for place in places:
            number = bisect_right(self._firsts, self._low + place) - 1
            self._render(self._segments[number], (self._low + place,), rows)
        return rows


def _prefix(hour: datetime) -> bytes:
    return hour.astimezone(UTC).strftime("%Y-%m-%dT%H:").encode()


def _usual_weight(hour: datetime, random: Random) -> float:
    local = hour + CHINA
    weekend = WEEKEND_SHARE if local.weekday() >= 5 else 1.0
    return HOURLY[local.hour] * weekend * random.uniform(0.5, 1.5)


class Histories:
    """Both histories, about desktops and about pools; nothing changes them."""

    def __init__(self, cloud: Cloud) -> None:
        ids, records, now = (
            Identifiers(cloud.options.seed),
            cloud.options.records,
            cloud.clock.story_start,
        )
        self.desktops = History(
            records, desktop_templates(cloud), now, ids.random("desktop records")
        )
        self.pools = History(
            records // POOL_SHARE, pool_templates(cloud), now, ids.random("pool records")
        )


class RecordStore:
    """Both streams of blocked notifications, by query type."""

    def __init__(self, cloud: Cloud) -> None:
        histories = cloud.fixed(Histories)
        self.streams = {
            "DESKTOP": Stream(histories.desktops),
            "DESKTOP_POOL": Stream(histories.pools),
        }
