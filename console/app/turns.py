"""Pieces of work that take their turn: one after the other, in slices between which keys are heard.

What is done within a few milliseconds is done at once, in the frame of the key that asked for it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from time import monotonic, thread_time
from typing import Any, Final

from console.app.slices import Slices

_SLICE: Final = 0.005
"""Seconds of work between two pauses; the last piece of it may take a few milliseconds longer."""

_PAUSE: Final = 0.001
"""Seconds in which everybody else has the thread."""

_PATIENCE: Final = 0.05
"""Seconds after which work goes on although keys are still being heard."""


class Turns:
    """Work of several names; what is asked for again under a name takes the older one's place.

    Args:
        start: runs what drives the work.
        is_hearing: tells whether a key is being heard, for which work makes way.
    """

    def __init__(
        self,
        start: Callable[[Coroutine[Any, Any, None]], object],  # Any: asyncio's own signature
        is_hearing: Callable[[], bool],
    ) -> None:
        self._start = start
        self._is_hearing = is_hearing
        self._waiting: dict[str, _Entry] = {}
        self._now: Slices[None] | None = None
        self._driven = False

    def __contains__(self, name: str) -> bool:
        """Tell whether some work is not done yet."""
        return name in self._waiting

    def take(self, name: str, work: Slices[None], *, at_once: bool = False, rank: int = 0) -> None:
        """Do some work after what waits already, instead of what waits under its name.

        Args:
            name: what it is called.
            work: what to do.
            at_once: whether to do all of it without a pause when its turn comes: now, where nothing
                waits that goes first.
            rank: what has a lower one goes first, even where this has begun.
        """
        self.drop(name)
        self._waiting[name] = _Entry(work, at_once, rank)
        if self._now is not None:
            return
        if at_once and self._first() == name:
            self._finish(name)
        elif not self._driven:
            self._go_on()
        if self._waiting and not self._driven:
            self._driven = True
            self._start(self._drive())

    def drop(self, *names: str) -> None:
        """Give some work up, as far as it is not done."""
        for name in names:
            entry = self._waiting.pop(name, None)
            if entry is not None and entry.work is not self._now:
                entry.work.close()

    async def _drive(self) -> None:
        patient_until = monotonic() + _PATIENCE
        try:
            while True:
                await asyncio.sleep(_PAUSE)
                if self._is_hearing() and monotonic() < patient_until:
                    continue
                if self._go_on():
                    break
                patient_until = monotonic() + _PATIENCE
        finally:
            self._driven = False

    def _go_on(self) -> bool:
        """Work for one slice; tell whether all is done."""
        end = thread_time() + _SLICE
        while self._waiting:
            name = self._first()
            entry = self._waiting[name]
            self._step(name, entry)
            if not entry.at_once and thread_time() >= end:
                break
        return not self._waiting

    def _first(self) -> str:
        """Return the name of the work that goes first."""
        return min(self._waiting, key=lambda each: self._waiting[each].rank)

    def _finish(self, name: str) -> None:
        """Do some work to its end, and nothing else."""
        entry = self._waiting[name]
        while self._waiting.get(name) is entry:
            self._step(name, entry)

    def _step(self, name: str, entry: "_Entry") -> None:
        """Do one piece of some work; in it, other work of the same name may be asked for."""
        self._now, done = entry.work, True
        try:
            next(entry.work)
            done = False
        except StopIteration:
            pass
        finally:
            self._now = None
            replaced = self._waiting.get(name) is not entry
            if done and not replaced:
                del self._waiting[name]
        if replaced and not done:
            entry.work.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """Some work that waits; what its parts mean is said at `take`."""

    work: Slices[None]
    at_once: bool
    rank: int
