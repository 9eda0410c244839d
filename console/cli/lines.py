"""Long words for people, broken between words and as wide as the terminal that shows them."""

import os
import sys
from typing import Final, TextIO

_USUAL: Final = 80
"""Cells of a terminal that does not say how wide it is."""

_NARROWEST: Final = 20
"""Cells that a text keeps however far it is indented."""


def width_of(stream: TextIO) -> int | None:
    """Return how many cells the terminal behind `stream` is wide; None where it is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return None


def error_width() -> int | None:
    """Return how many cells the terminal is wide on which people are spoken to."""
    return width_of(sys.stderr)


def wrapped(text: str, indent: int, width: int | None) -> list[str]:
    """Return one line of text as lines that fit behind `indent` cells.

    A word that is too long stands alone, whole: an address or an id is there to be read and copied.

    Args:
        text: the text, safe to show.
        indent: cells that stand before each line.
        width: how wide the terminal is; None breaks nothing.
    """
    from rich.cells import cell_len  # noqa: PLC0415 - loaded where a terminal is there to be filled

    if width is None or cell_len(text) <= (room := max(width - indent, _NARROWEST)):
        return [text]
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and cell_len(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
