"""What others write on the terminal while the screen is ours: it goes to the log."""

import logging
import os
from threading import Thread
from typing import Final

_STDERR: Final = 2
_LOGGER: Final = logging.getLogger("console.stray")
_LONGEST: Final = 4096


class Stray:
    """Leads standard error aside: that of this process, of its libraries and of its children.

    Only where it is a terminal; somebody who has sent it to a file wants it there.
    """

    def __init__(self) -> None:
        self._kept: int | None = None

    def lead_aside(self) -> None:
        """Send standard error to the log from now on."""
        if self._kept is not None or not os.isatty(_STDERR):
            return
        kept = os.dup(_STDERR)
        reading, writing = os.pipe()
        os.dup2(writing, _STDERR)
        os.close(writing)
        self._kept = kept
        Thread(target=_note, args=(reading,), name="console-stray", daemon=True).start()

    def lead_back(self) -> None:
        """Send standard error to where it went before."""
        if self._kept is None:
            return
        os.dup2(self._kept, _STDERR)
        os.close(self._kept)
        self._kept = None


def _note(reading: int) -> None:
    """Write what comes to the log, until nobody can write any more."""
    with os.fdopen(reading, "rb") as lines:
        while line := lines.readline(_LONGEST):
            _LOGGER.warning("%s", line.decode("utf-8", "replace").rstrip())
