"""Text broken into lines that fit a width, measured in cells."""

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

_TAB: Final = 4
"""Cells from one tab stop to the next."""

_LEAST: Final = 2
"""Cells that the widest character needs."""

_JOINER: Final = "\u200d"


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of `text`, each at most `width` cells wide; broken at spaces where it can.

    Args:
        text: what to break; made safe already.
        width: cells of a line; fewer than 2 count as 2, which the widest character needs.
    """
    width = max(width, _LEAST)
    lines: list[str] = []
    for line in text.expandtabs(_TAB).split("\n"):
        if not line.isascii():
            lines.extend(_broken(line, width))
        elif len(line) <= width:
            lines.append(line)
        else:
            lines.extend(_broken_ascii(line, width))
    return lines


def padded(text: str, width: int) -> str:
    """Return `text` with spaces behind it, `width` cells wide; a wider one stays as it is."""
    return text + " " * (width - cell_len(text))


def _broken_ascii(line: str, width: int) -> Iterator[str]:
    start = 0
    while len(line) - start > width:
        end = line.rfind(" ", start, start + width + 1) + 1
        if end <= start:
            end = start + width
        yield line[start:end].rstrip(" ")
        start = end
    yield line[start:]


def _broken(line: str, width: int) -> Iterator[str]:
    start = taken = 0  # where the line begins, and its cells so far
    space = cells_to_space = 0  # behind its last space, and the cells up to there
    for at, end in _clusters(line):
        cells = cell_len(line[at:end])
        if taken + cells > width and at > start:
            if space > start:
                yield line[start:space].rstrip(" ")
                start, taken = space, taken - cells_to_space
            if taken + cells > width:
                yield line[start:at]
                start, taken = at, 0
        taken += cells
        if line[at] == " ":
            space, cells_to_space = end, taken
    yield line[start:]


def _clusters(line: str) -> Iterator[tuple[int, int]]:
    """Yield where each character with all that joins it begins and ends."""
    start = 0
    for at in range(1, len(line)):
        joined = line[at - 1] == _JOINER or not cell_len(line[at])
        if not joined:
            yield start, at
            start = at
    if line:
        yield start, len(line)
