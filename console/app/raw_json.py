"""A row as JSON on many lines: exact, and without a character that a terminal could act on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from console.text import Json, json_text

Path: TypeAlias = tuple[str | int, ...]
"""What leads to a value inside a row: names of fields, and places in lists."""

_INDENT: Final = "  "

_SHORT: Final = 48
"""Characters that a list of values may have to stay on one line."""


@dataclass(slots=True)
class RawJson:
    """JSON on many lines.

    Attributes:
        lines: the lines.
        places: for each value, its first line and the one after its last.
    """

    lines: list[str] = field(default_factory=list)
    places: dict[Path, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Json) -> "RawJson":
        """Return `value` as JSON; any reader turns it back into the very same value."""
        written = cls()
        written._add(value, (), "", "")
        return written

    @property
    def text(self) -> str:
        """All lines as one text."""
        return "\n".join(self.lines)

    def _add(self, value: Json, path: Path, before: str, after: str) -> None:
        first = len(self.lines)
        if isinstance(value, dict) and value:
            self._add_each(
                [((*path, name), f"{json_text(name)}: ", each) for name, each in value.items()],
                (f"{before}{{", f"{_INDENT * len(path)}}}{after}"),
            )
        elif isinstance(value, list) and value and not _short(value):
            self._add_each(
                [((*path, number), "", each) for number, each in enumerate(value)],
                (f"{before}[", f"{_INDENT * len(path)}]{after}"),
            )
        else:
            self.lines.append(f"{before}{json_text(value)}{after}")
        self.places[path] = (first, len(self.lines))

    def _add_each(
        self, values: Sequence[tuple[Path, str, Json]], brackets: tuple[str, str]
    ) -> None:
        opening, closing = brackets
        self.lines.append(opening)
        for number, (path, name, value) in enumerate(values, start=1):
            comma = "," if number < len(values) else ""
            self._add(value, path, f"{_INDENT * len(path)}{name}", comma)
        self.lines.append(closing)


def _short(values: list[Json]) -> bool:
    if any(isinstance(each, dict | list) for each in values):
        return False
    return len(values) <= _SHORT and sum(len(str(each)) + 3 for each in values) <= _SHORT
