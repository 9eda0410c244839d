"""When a job is looked at: often at first, then more seldom; and how long it may be missing."""

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, TypeAlias

from console.errors import CloudError, ConsoleError, NotFoundError

FIRST_DELAYS: Final = (0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 5.0, 10.0)
"""Seconds before each of the first looks."""

DELAY: Final = 15.0
"""Seconds between two looks after those, as the official provider waits."""

SELDOM_AFTER: Final = 600.0
"""Seconds after which a job that does not end is looked at once a minute only."""

SELDOM: Final = 60.0
PATIENCE: Final = 60.0
"""Seconds that a job just accepted may be unknown to the cloud."""

PATIENCE_LATER: Final = 30.0
"""Seconds that a job may be unknown to the cloud which it knew, or must know by now."""

_GONE_LOOKS: Final = 3
"""Looks in a row that find no such job until it is taken for gone."""

_OWN_CODES: Final = "WKS."
"""How codes of the service itself begin; a 404 of anything on the way says nothing of a job."""

_LONGEST_WAIT: Final = 300.0
_GRACE: Final = 5.0
"""Seconds that the last look may take beyond the time there is."""


Wait: TypeAlias = Callable[[float], Awaitable[object]]


class Clock:
    """Counts the time that looking takes; a wait that is no real one counts too."""

    def __init__(self, wait: Wait, timeout: float | None) -> None:
        """Begin to count; `timeout` is the seconds that there are, None for no end."""
        self._wait = wait
        self._timeout = timeout
        self._began = time.monotonic()
        self._waited = 0.0
        self._hold = 0.0

    def spent(self) -> float:
        """Return the seconds since the beginning."""
        return max(time.monotonic() - self._began, self._waited)

    def grace(self) -> float | None:
        """Return the seconds that a look may take; None where there is no end."""
        return None if self._timeout is None else max(self._timeout - self.spent(), 0.0) + _GRACE

    def hold(self, error: ConsoleError) -> None:
        """Make the next wait as long as the cloud asks for in `error`, within reason."""
        asked = error.retry_after if isinstance(error, CloudError) else None
        self._hold = min(asked or 0.0, _LONGEST_WAIT)

    async def wait(self, seconds: float) -> bool:
        """Wait before the next look; return whether there is time for one."""
        seconds, self._hold = max(seconds, self._hold), 0.0
        if self._timeout is not None:
            left = self._timeout - self.spent()
            if left <= 0:
                return False
            seconds = min(seconds, left)  # the last look is at the very end
        await self._wait(seconds)
        self._waited += seconds
        return True


class Absence:
    """Counts how often in a row the cloud has said that there is no such job."""

    def __init__(self, clock: Clock, patience: float) -> None:
        """Take the seconds that the job may be unknown at first, by the clock."""
        self._clock = clock
        self._patience = patience  # until the job was there once, since the beginning
        self._known = False
        self._looks = 0
        self._since = 0.0

    def ends(self) -> None:
        """Take note that the job is there."""
        self._known, self._looks = True, 0

    def is_proven_by(self, error: NotFoundError) -> bool:
        """Take note of one more error; tell whether the job is taken for gone."""
        spent = self._clock.spent()
        if not self._known:
            self._looks += 1
            return self._looks >= _GONE_LOOKS and spent >= self._patience
        if not says_no_such_job(error):
            return False
        if not self._looks:
            self._since = spent
        self._looks += 1
        return self._looks >= _GONE_LOOKS and spent - self._since >= PATIENCE_LATER


def says_no_such_job(error: NotFoundError) -> bool:
    """Tell whether it is the service itself that knows no such job."""
    return error.code.startswith(_OWN_CODES)


def delays(clock: Clock) -> Iterator[float]:
    """Yield the seconds before each look."""
    yield from FIRST_DELAYS
    while True:
        yield DELAY if clock.spent() < SELDOM_AFTER else SELDOM
