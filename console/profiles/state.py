"""What the program remembers by itself: the profile last chosen, and whatever screens add to it.

One JSON object in one file. Nothing in it is worth an outage: a file that cannot be used is set
aside, which is said once, and the program goes on as if it had none. Keys that this version does
not know stay as they are, for the version that does.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.errors import SettingsError
from console.profiles.files import LOCK_SECONDS, locked, read_shared, set_aside, write_shared
from console.text import Json

PROFILE = "profile"
"""The key of the profile chosen with `console profile use`."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the file says.

    Attributes:
        values: all of it.
        notice: what to tell the operator about the file; empty where there is nothing to tell.
    """

    values: Mapping[str, Json] = field(default_factory=dict)
    notice: str = ""

    @property
    def profile(self) -> str:
        """Return the name of the profile last chosen; empty for none."""
        name = self.values.get(PROFILE)
        return name if isinstance(name, str) else ""


class State:
    """The file that remembers. Every call reads it as it is then."""

    def __init__(self, path: Path) -> None:
        """Say where the file is; it need not exist, and nothing is read yet."""
        self.path = path

    def read(self) -> Remembered:
        """Return what is remembered; never fail.

        A file that makes no sense is renamed, so that it is complained of once. One that is no
        file, or that others can change, stays where it is and is not believed.
        """
        read = self._read()
        if read is not None:
            return read
        try:
            with locked(self.path, seconds=0.5):  # another process may be mending it
                return self._read() or self._set_aside()
        except SettingsError as error:
            return Remembered(notice=f"{self.path} is broken and not used: {error.sentence}")

    def glance(self) -> Mapping[str, Json]:
        """Return what is remembered; nothing where the file makes no sense, which is left alone.

        It waits for no other process, so that a screen may call it.
        """
        read = self._read()
        return read.values if read else {}

    def put(self, key: str, value: Json) -> None:
        """Remember `value` as `key`; None forgets it. All the rest stays.

        Raises:
            SettingsError: the file cannot be written. Only what the operator asked for, such as
                `profile use`, should fail for that.
        """
        self.update({key: lambda _: value})

    def update(
        self, changes: Mapping[str, Callable[[Json], Json]], *, seconds: float = LOCK_SECONDS
    ) -> None:
        """Change what is remembered as some keys, in one step; all the rest stays.

        Args:
            changes: by key, what makes of the value of before the one of now; None for none.
            seconds: how long another process may hold the file meanwhile.

        Raises:
            SettingsError: as `put`.
        """
        with locked(self.path, seconds=seconds):
            values = dict((self._read() or self._set_aside()).values)
            for key, change in changes.items():
                value = change(values.pop(key, None))
                if value is not None:
                    values[key] = value
            write_shared(self.path, f"{json.dumps(values, indent=2, sort_keys=True)}\n".encode())

    def choose(self, profile: str) -> None:
        """Remember `profile` as the one to use from now on; the empty name forgets the choice.

        Raises:
            SettingsError: as `put`.
        """
        self.put(PROFILE, profile or None)

    def _read(self) -> Remembered | None:
        """Return what the file says; None where it makes no sense."""
        try:
            raw = read_shared(self.path)
        except FileNotFoundError:
            return Remembered()
        except SettingsError as error:
            mend = f" ({error.hint})" if error.hint else ""
            return Remembered(notice=f"what was last chosen is not known: {error.sentence}{mend}")
        try:
            values: Json = json.loads(raw)
        except (ValueError, RecursionError):
            return None
        return Remembered(values) if isinstance(values, dict) else None

    def _set_aside(self) -> Remembered:
        try:
            aside = set_aside(self.path)
        except OSError as error:
            return Remembered(notice=f"{self.path} is broken and not used: {error.strerror}")
        return Remembered(notice=f"{self.path} was broken; it is now {aside.name}, unused")
