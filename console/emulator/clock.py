"""The two times of the emulator: the one on the wire and the one its data tells about."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.emulator.options import Options


class Clock:
    """The server's clock, which a test may set wrong, and the story's, which may stand elsewhere.

    Signatures, tokens and the Date header go by the wire time. Rows and jobs go by the story time,
    which begins at `Options.now()` and runs at the usual speed, unless it is told to stand.

    Attributes:
        offset: how far the wire time is off.
        stands_at: where the story time stands, counted from its beginning; None where it runs.
    """

    def __init__(self, options: Options) -> None:
        self.offset = timedelta()
        self.stands_at: timedelta | None = None
        self.story_start = options.now()
        self._started = time.time()
        self._date_second = 0
        self._date_header = b""

    def now(self) -> datetime:
        """Return the wire time."""
        return datetime.now(UTC) + self.offset

    def story(self) -> datetime:
        """Return the story time; an offset of the wire time moves it along too."""
        if self.stands_at is not None:
            return self.story_start + self.stands_at
        return self.story_start + timedelta(seconds=time.time() - self._started) + self.offset

    def date_header(self) -> bytes:
        """Return the wire time as an HTTP date."""
        second = int(time.time() + self.offset.total_seconds())
        if second != self._date_second:
            self._date_second = second
            self._date_header = formatdate(second, usegmt=True).encode()
        return self._date_header


def iso_milliseconds(instant: datetime) -> str:
    """Render an instant as Workspace does, `2025-04-15T01:40:23.584Z`."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def iso_microseconds(instant: datetime) -> str:
    """Render an instant as IAM does, `2025-04-15T01:40:23.584000Z`."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def epoch_milliseconds(instant: datetime) -> int:
    """Render an instant as DataArts Studio does, 13 digits."""
    return int(instant.timestamp()) * 1000 + instant.microsecond // 1000
