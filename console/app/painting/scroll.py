"""Lines that only moved up or down: the terminal can move them by itself."""

from collections.abc import Sequence
from operator import ne
from typing import Final, NamedTuple

from console.app.painting.looks import PLAIN
from console.app.painting.pen import Pen
from console.app.painting.row import Row

_FEWEST: Final = 3
"""Lines that have to be found again somewhere else."""

_WORTH: Final = 30
"""Cells less to write that make it worth telling the terminal."""

_EDGE: Final = 2
"""Cells at the right edge that do not move with a line: what shows how far it is scrolled."""


class Scroll(NamedTuple):
    """Lines that moved.

    Attributes:
        top: the first line.
        bottom: the last line.
        lines: how far they move up; down where negative.
    """

    top: int
    bottom: int
    lines: int

    def make(self, pen: Pen) -> None:
        """Let the terminal do it; what comes in is blank.

        The lines are marked off, and a line more is asked for at their end: unlike other ways, this
        one is known to every terminal. In the plain style what comes in is the same on all of them.
        """
        pen.turn(PLAIN)
        pen.raw(f"\x1b[{self.top + 1};{self.bottom + 1}r")
        if self.lines > 0:
            pen.go(0, self.bottom)
            pen.raw(pen.newline * self.lines)
        else:
            pen.go(0, self.top)
            pen.raw("\x1bM" * -self.lines)
        pen.raw("\x1b[r")

    def move(self, rows: list[Row], width: int) -> None:
        """Move lines of the picture as the terminal moves its own."""
        band = rows[self.top : self.bottom + 1]
        blanks = [Row.blank(width, PLAIN) for _ in range(abs(self.lines))]
        up = self.lines > 0
        moved = band[self.lines :] + blanks if up else blanks + band[: self.lines]
        rows[self.top : self.bottom + 1] = moved


def found(before: Sequence[Row], after: Sequence[Row], changed: Sequence[int]) -> Scroll | None:
    """Return what to scroll so that less has to be written; None where nothing is gained.

    Args:
        before: what the terminal shows.
        after: what it is to show.
        changed: the lines that differ.
    """
    if len(changed) < _FEWEST:
        return None
    scroll = _most_common(before, after, changed)
    # The first line stays: what leaves it may be kept by the terminal among its past lines.
    if scroll is None or not scroll.top:
        return None
    width = len(after[0].units)
    band = slice(scroll.top, scroll.bottom + 1)
    # Nobody could put back what is not known.
    if any(None in row.units for row in (*before[band], *after[band])):
        return None
    moved = [*before]
    scroll.move(moved, width)
    now = later = 0
    for y in range(scroll.top, scroll.bottom + 1):
        now += _differing(before[y], after[y])
        later += _differing(moved[y], after[y])
    return scroll if later + _WORTH < now else None


def _most_common(
    before: Sequence[Row], after: Sequence[Row], changed: Sequence[int]
) -> Scroll | None:
    """Return where most of the changed lines came from."""
    places = {_key(before[y]): y for y in changed}
    ways: dict[int, list[int]] = {}
    for y in changed:
        source = places.get(_key(after[y]))
        if source is not None and source != y and not _is_blank(after[y]):
            ways.setdefault(source - y, []).append(y)
    if not ways:
        return None
    lines, rows = max(ways.items(), key=lambda item: len(item[1]))
    if len(rows) < _FEWEST:
        return None
    return Scroll(min(rows[0], rows[0] + lines), max(rows[-1], rows[-1] + lines), lines)


def _key(row: Row) -> tuple[str | None, ...]:
    return tuple(row.units[:-_EDGE])


def _is_blank(row: Row) -> bool:
    return row.units.count(" ") >= len(row.units) - _EDGE


def _differing(one: Row, other: Row) -> int:
    if one.same_as(other):
        return 0
    return sum(
        map(
            ne,
            zip(one.units, one.looks, strict=True),
            zip(other.units, other.looks, strict=True),
        )
    )
