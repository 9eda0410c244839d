"""Signs to draw bars with, as far as the terminal has them.

The console font of Linux has the signs of the old PC code page: half and whole blocks, but no
eighths. Where the encoding has none of them, plain ASCII stands in.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs.

    Attributes:
        heights: how a cell looks that is filled from below, from nothing to all of it.
        lengths: how a cell looks that is filled from the left, from nothing to all of it.
        tick: what stands before a time on the axis.
        here: what points at the bar of the cursor.
        range: what underlines the bars that are chosen.
        unknown: what stands where rows may be missing and none is loaded.
    """

    heights: str
    lengths: str
    tick: str
    here: str
    range: str
    unknown: str


EIGHTHS: Final = Glyphs(" ▁▂▃▄▅▆▇█", " ▏▎▍▌▋▊▉█", "│", "▲", "═", "·")
HALVES: Final = Glyphs(" ▄█", " ▌█", "│", "^", "═", "·")
ASCII: Final = Glyphs(" .:#", " #", "|", "^", "=", "?")


def glyphs(environ: Mapping[str, str], encoding: str | None = None) -> Glyphs:
    """Return the signs that a terminal has.

    Args:
        environ: the environment variables.
        encoding: how text is written to it; that of standard output where not given.
    """
    if encoding is None:
        encoding = sys.__stdout__.encoding if sys.__stdout__ else "utf-8"
    try:
        (EIGHTHS.heights + EIGHTHS.lengths + EIGHTHS.tick + EIGHTHS.here).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return HALVES if environ.get("TERM") == "linux" else EIGHTHS


def column(share: float, lines: int, heights: str) -> str:
    """Return a bar, the topmost cell first; one that is not empty is never drawn as such.

    Args:
        share: how much of it is filled, 0 to 1.
        lines: its height in cells.
        heights: the signs of `Glyphs.heights`.
    """
    steps = len(heights) - 1
    filled = round(share * lines * steps)
    if share > 0:
        filled = max(1, filled)
    cells = [heights[min(steps, max(0, filled - line * steps))] for line in range(lines)]
    return "".join(reversed(cells))


def bar(share: float, cells: int, lengths: str) -> str:
    """Return a lying bar of that many cells; one that is not empty is never drawn as such."""
    steps = len(lengths) - 1
    filled = round(share * cells * steps)
    if share > 0:
        filled = max(1, filled)
    return "".join(lengths[min(steps, max(0, filled - at * steps))] for at in range(cells))
