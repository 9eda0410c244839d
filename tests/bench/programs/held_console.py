"""The console on an event loop that notes how long each of its rounds held it.

`held_console.py FILE`: a line of FILE for each round that took a while, as it ends: when that was
(the system's monotonic clock) and how long it took, in seconds. A key that comes meanwhile waits
for so long, as nothing else is done in between.
"""

import asyncio
import selectors
import sys
import time
from pathlib import Path
from typing import Final, TextIO

_NOTED: Final = 0.0005
"""Seconds below which a round is not noted."""


class Watch(selectors.DefaultSelector):
    """Waits for what comes; between two waits the loop is held by what is done."""

    def __init__(self, notes: TextIO) -> None:
        super().__init__()
        self._notes = notes
        self._since = time.monotonic()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait as ever, and note what took long since the wait before."""
        now = time.monotonic()
        if now - self._since > _NOTED:
            self._notes.write(f"{now} {now - self._since}\n")
        found = super().select(timeout)
        self._since = time.monotonic()
        return found


class WatchedLoops(asyncio.DefaultEventLoopPolicy):
    """Makes loops that are watched."""

    def __init__(self, notes: TextIO) -> None:
        super().__init__()
        self._watch = notes

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Return a loop that is watched."""
        return asyncio.SelectorEventLoop(Watch(self._watch))


if __name__ == "__main__":
    notes = Path(sys.argv.pop(1)).open("w", buffering=1, encoding="utf-8")  # noqa: SIM115 - open to the end
    asyncio.set_event_loop_policy(WatchedLoops(notes))
    from console.__main__ import main

    main()
