"""Query parameters, read strictly: what breaks its documented range is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from console.emulator.operations import Dialect, RefusedError

FLAGS = {"true": True, "false": False}
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)


def pairs(query_string: str) -> list[tuple[str, str]]:
    """Split a raw query string into decoded pairs; a `+` stays a plus, as when signing."""
    split = (item.partition("=") for item in query_string.split("&") if item)
    return [(unquote(key), unquote(value)) for key, _, value in split]


class Parameters:
    """The query of one request, in the dialect of the service that reads it."""

    def __init__(self, given: Iterable[tuple[str, str]], dialect: Dialect) -> None:
        self._given: dict[str, list[str]] = {}
        for key, value in given:
            self._given.setdefault(key, []).append(value)
        self._dialect = dialect

    def _refusal(self, message: str) -> RefusedError:
        return self._dialect.refuse(400, message)

    def text(
        self, name: str, *, longest: int | None = None, pattern: re.Pattern[str] | None = None
    ) -> str | None:
        """Return a text, None when it is missing.

        Raises:
            RefusedError: It is empty, too long, or of other characters than documented.
        """
        values = self._given.get(name)
        if values is None:
            return None
        value = values[-1]
        if longest is not None and not 1 <= len(value) <= longest:
            raise self._refusal(f"The length of {name} must be 1 to {longest}.")
        if pattern is not None and not pattern.fullmatch(value):
            raise self._refusal(f"The parameter {name} contains invalid characters.")
        return value

    def choice(self, name: str, allowed: Collection[str], *, required: bool = False) -> str | None:
        """Return one of the allowed words, None when it is missing and may be.

        Raises:
            RefusedError: It is missing though required, or no allowed word.
        """
        value = self.text(name)
        if value is None:
            if required:
                raise self._refusal(f"The parameter {name} is mandatory.")
            return None
        if value not in allowed:
            raise self._refusal(f"The parameter {name} must be one of {', '.join(allowed)}.")
        return value

    def number(self, name: str, *, low: int, high: int, default: int) -> int:
        """Return a whole number within its range.

        Raises:
            RefusedError: It is no number or out of range.
        """
        value = self.text(name)
        if value is None:
            return default
        if not INTEGER.fullmatch(value) or not low <= int(value) <= high:
            raise self._refusal(f"The parameter {name} must be a number from {low} to {high}.")
        return int(value)

    def flag(self, name: str) -> bool | None:
        """Return true or false, None when it is missing.

        Raises:
            RefusedError: It is another word.
        """
        value = self.text(name)
        if value is None:
            return None
        if value.lower() not in FLAGS:
            raise self._refusal(f"The parameter {name} must be true or false.")
        return FLAGS[value.lower()]

    def several(self, name: str, *, most: int | None = None) -> list[str]:
        """Return a list given as repeated keys, as one comma-separated value, or as both.

        Raises:
            RefusedError: There are more than allowed.
        """
        values = [part for value in self._given.get(name, ()) for part in value.split(",") if part]
        if most is not None and len(values) > most:
            raise self._refusal(f"The parameter {name} takes at most {most} values.")
        return values
