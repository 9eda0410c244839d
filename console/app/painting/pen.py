"""The terminal's cursor: where it is, in which style it writes, and its shortest ways.

Only what every terminal knows is used: places, steps to the right, to the left and down, the next
line, styles, and to erase the rest of a line.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from console.app.painting.cells import is_rest
from console.app.painting.looks import Looks
from console.app.painting.row import Row

_NEXT_LINE: Final = 2
"""Bytes of the next line: whoever adds the CR, both arrive."""

_MOST_LINES: Final = 3
"""Lines that are gone down one by one; further down, a place is shorter."""

_SHORTEST_STEP: Final = 5
"""Bytes that a step to the right takes at most: no more cells than that may be worth writing again
in one style."""

_LONGEST_GAP: Final = 12
"""Cells that may be worth writing again, so that nothing has to be jumped over."""


class _Way(NamedTuple):
    cost: int
    text: str
    look: int | None


class Pen:
    """Writes, and knows where the terminal's cursor is.

    Args:
        looks: the styles.

    Attributes:
        newline: what takes the cursor to the first cell of the next line.
        look: the style that is set; None where it is not known.
        is_styled: whether a style may be set that this pen has left there.
    """

    def __init__(self, looks: Looks) -> None:
        self.newline = "\r\n"
        self.look: int | None = None
        self.is_styled = False
        # Beyond the last column terminals disagree on where the cursor is: only its line is known.
        self._x: int | None = None
        self._y: int | None = None
        self._width = 0
        self._looks = looks
        self._written: list[str] = []

    def taken(self) -> str:
        """Return what was written since the last time."""
        text = "".join(self._written)
        self._written.clear()
        return text

    def forget(self, width: int) -> None:
        """Know nothing any more but how many columns there are."""
        self._width = width
        self._x = self._y = self.look = None
        self._written.clear()

    def raw(self, sequence: str) -> None:
        """Write what leaves the style as it is, and the cursor nobody knows where."""
        self._written.append(sequence)
        self._x = self._y = None

    def turn(self, look: int) -> None:
        """Write in a style from now on."""
        if look != self.look:
            self._written.append(self._looks.way(self.look, look))
            self.look = look
            self.is_styled = True

    def go(self, x: int, y: int) -> None:
        """Go to a cell."""
        if (x, y) != (self._x, self._y):
            self._written.append(min(self._jumps(x, y), key=len))
            self._x, self._y = x, y

    def reach(self, x: int, y: int, row: Row, look: int | None = None) -> None:
        """Go to a cell by whatever is cheapest, and write in a style from now on.

        Args:
            x: the column.
            y: the line.
            row: what the terminal shows on that line up to there, and what is to be written.
            look: the style; that of the cell where not given.
        """
        wanted = row.looks[x] if look is None else look
        if y == self._y and wanted == self.look and self._x and x - self._x > _SHORTEST_STEP:
            # As most often: no way is shorter than a step, and nothing is to be weighed.
            self._written.append(_right(x - self._x))
            self._x = x
        elif y != self._y or x != self._x:
            way = self._way(x, y, row, wanted)
            self._written.append(way.text)
            self._x, self._y = x, y
            if way.look != self.look:
                self.look = way.look
                self.is_styled = True
        self.turn(wanted)

    def write(self, text: str, cells: int) -> None:
        """Write text that takes so many cells on every terminal."""
        self._written.append(text)
        if self._x is not None:
            self._x += cells
            if self._x >= self._width:
                self._x = None

    def write_doubtful(self, unit: str, cells: int, x: int, y: int) -> None:
        """Write a unit of which nobody knows how many cells the terminal takes for it.

        Where it takes fewer, nothing of what was there before is left beside it.
        """
        self.write(" " * cells, cells)
        self.go(x, y)
        self._written.append(unit)
        self._x = None

    def erase(self) -> None:
        """Erase the rest of the line in the style that is set."""
        self._written.append("\x1b[K")

    def _way(self, x: int, y: int, row: Row, wanted: int) -> _Way:
        """Return the cheapest way to a cell and into a style."""
        turn = len(self._looks.way(self.look, wanted))
        start, down = self._x, 0
        if y != self._y:
            start, down = 0, y - self._y if self._y is not None else -1
        if start is None or start > x or not 0 <= down <= _MOST_LINES:
            jump = min(self._jumps(x, y), key=len)
            return _Way(len(jump) + turn, jump, self.look)
        begun = _Way(_NEXT_LINE * down, self.newline * down, self.look)
        step = _right(x - start)
        way = _Way(begun.cost + len(step) + turn, begun.text + step, self.look)
        if down and len(jump := _place(x, y)) + turn < way.cost:
            way = _Way(len(jump) + turn, jump, self.look)
        if not 0 < x - start <= _LONGEST_GAP or begun.cost + x - start >= way.cost:
            return way
        return self._again(begun, range(start, x), row, wanted, way)

    def _jumps(self, x: int, y: int) -> Iterator[str]:
        yield _place(x, y)
        if y == self._y:
            if self._x is None:
                yield f"\x1b[{x + 1}G"
            else:
                yield _right(x - self._x) if x > self._x else _steps(self._x - x, "D")
        elif x == self._x and self._y is not None and y > self._y:
            yield _steps(y - self._y, "B")

    def _again(self, begun: _Way, cells: range, row: Row, wanted: int, other: _Way) -> _Way:
        """Return the way over cells that are written once more, or another that is as cheap.

        None of them is doubtful: where one is, all that follows is written in any case.
        """
        units = row.units[cells.start : cells.stop]
        if units[0] is None or is_rest(units[0]) or None in units:
            return other
        cost, before, now = begun
        written = [before]
        for unit, look in zip(units, row.looks[cells.start : cells.stop], strict=True):
            if look != now:
                turn = self._looks.way(now, look)
                written.append(turn)
                cost += len(turn)
                now = look
            if unit is not None and not is_rest(unit):
                written.append(unit)
                cost += 1 if unit < "\x80" else len(unit.encode())
            if cost >= other.cost:
                return other
        cost += len(self._looks.way(now, wanted))
        return _Way(cost, "".join(written), now) if cost < other.cost else other


def _place(x: int, y: int) -> str:
    if x:
        return f"\x1b[{y + 1};{x + 1}H"
    return f"\x1b[{y + 1}H" if y else "\x1b[H"


def _right(count: int) -> str:
    return _steps(count, "C") if count else ""


def _steps(count: int, final: str) -> str:
    return f"\x1b[{final}" if count == 1 else f"\x1b[{count}{final}"
