"""What the application remembers between two runs: columns, page sizes, theme, filters.

Nothing of it is worth an error, nor a wait: a value holds for this run at once, and is written in
a thread. What cannot be read is as if it were not there; what could not be written is tried again
with the next value.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from console.errors import ConsoleError
from console.profiles import paths
from console.profiles.state import State
from console.text import Json

_SCREENS: Final = "screens"

_SECONDS: Final = 1.0
"""How long another process may hold the file; a change takes milliseconds."""

Part: TypeAlias = dict[str, Json]
"""What is remembered under one key of the file."""

Change: TypeAlias = Callable[[Part], Part]
"""Makes another part of one, which it leaves as it is; twice makes the same as once."""


class Memory:
    """What screens have kept, and what of it waits to be written."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Say where the file is; nothing is read before it is asked for."""
        self._environ = environ
        self._screens: Part | None = None
        self._waiting: list[tuple[str, Change]] = []
        self._turn = asyncio.Lock()

    # What screens keep

    def get(self, screen: str, name: str) -> Json:
        """Return what was kept as `name` for a screen; None where nothing was."""
        if self._screens is None:
            self._screens = self.part(_SCREENS)
        kept = self._screens.get(screen)
        return kept.get(name) if isinstance(kept, dict) else None

    def texts(self, screen: str, name: str) -> list[str]:
        """Return a list of texts that was kept; empty where there is none."""
        kept = self.get(screen, name)
        return [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []

    def number(self, screen: str, name: str) -> int | None:
        """Return a whole number that was kept; None where there is none."""
        kept = self.get(screen, name)
        return kept if isinstance(kept, int) and not isinstance(kept, bool) else None

    def put(self, screen: str, name: str, value: Json) -> None:
        """Hold `value` for a screen; None forgets it. `keep` writes it."""
        self.change(_SCREENS, partial(_with_value, screen, name, value))

    # Parts of the file

    def part(self, key: str) -> Part:
        """Return what is remembered under `key`: as the file is now, with what waits."""
        try:
            found = State(paths.state_file(self._environ)).glance().get(key)
        except ConsoleError:
            found = None
        part = dict(found) if isinstance(found, dict) else {}
        return _changed([change for name, change in self._waiting if name == key], part)

    def change(self, key: str, change: Change) -> None:
        """Change what is remembered under `key`, in this run at once; `keep` writes it.

        The change is made again when it is written, as another console may have written meanwhile.
        """
        self._waiting.append((key, change))
        if key == _SCREENS and self._screens is not None:
            self._screens = change(self._screens)

    async def keep(self) -> str:
        """Write what waits.

        Returns:
            Why it will be forgotten with this run; empty where it was written.
        """
        async with self._turn:
            waiting = list(self._waiting)
            if not waiting:
                return ""
            try:
                await asyncio.to_thread(self._write, waiting)
            except ConsoleError as error:
                return f"not remembered: {error.sentence}"
            del self._waiting[: len(waiting)]
            return ""

    def _write(self, waiting: list[tuple[str, Change]]) -> None:
        by_key: dict[str, list[Change]] = {}
        for key, change in waiting:
            by_key.setdefault(key, []).append(change)
        changes = {key: partial(_changed, every) for key, every in by_key.items()}
        State(paths.state_file(self._environ)).update(changes, seconds=_SECONDS)


def _changed(changes: list[Change], value: Json) -> Part:
    """Make changes one after the other; what is no part is as if it were not there."""
    part = value if isinstance(value, dict) else {}
    for change in changes:
        part = change(part)
    return part


def _with_value(screen: str, name: str, value: Json, part: Part) -> Part:
    kept = part.get(screen)
    mine = {**kept, name: value} if isinstance(kept, dict) else {name: value}
    if value is None:
        del mine[name]
    return {**part, screen: mine}
