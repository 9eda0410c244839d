"""What the screens remember between two runs: columns, page sizes, theme, time zone.

Nothing of it is worth an error: what cannot be read is as if it were not there, and what cannot be
written is said once.
"""

from collections.abc import Mapping
from typing import Final

from console.errors import ConsoleError
from console.profiles import paths
from console.profiles.state import State
from console.text import Json

_SCREENS: Final = "screens"


class Memory:
    """The part of the state file that belongs to the screens."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Say where the file is; nothing is read before it is asked for."""
        self._environ = environ
        self._values: dict[str, Json] | None = None

    def _read(self) -> dict[str, Json]:
        if self._values is None:
            try:
                found = State(paths.state_file(self._environ)).read().values
            except ConsoleError:
                found = {}
            screens = found.get(_SCREENS)
            self._values = screens if isinstance(screens, dict) else {}
        return self._values

    def get(self, screen: str, name: str) -> Json:
        """Return what was kept as `name` for a screen; None where nothing was."""
        kept = self._read().get(screen)
        return kept.get(name) if isinstance(kept, dict) else None

    def texts(self, screen: str, name: str) -> list[str]:
        """Return a list of texts that was kept; empty where there is none."""
        kept = self.get(screen, name)
        return [each for each in kept if isinstance(each, str)] if isinstance(kept, list) else []

    def number(self, screen: str, name: str) -> int | None:
        """Return a whole number that was kept; None where there is none."""
        kept = self.get(screen, name)
        return kept if isinstance(kept, int) and not isinstance(kept, bool) else None

    def put(self, screen: str, name: str, value: Json) -> str:
        """Keep `value` for a screen; None forgets it. It holds for this run in any case.

        Returns:
            Why it will be forgotten with this run; empty where it was written.
        """
        self._values = None  # another console may have written meanwhile
        values = self._read()
        kept = values.get(screen)
        mine: dict[str, Json] = dict(kept) if isinstance(kept, dict) else {}
        mine[name] = value
        if value is None:
            del mine[name]
        values[screen] = mine
        try:
            State(paths.state_file(self._environ)).put(_SCREENS, values)
        except ConsoleError as error:
            return f"not remembered: {error.sentence}"
        return ""
