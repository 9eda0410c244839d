"""One line of the terminal: every cell and its style."""

from collections.abc import Sequence
from typing import TypeAlias

from rich.color import ColorSystem
from textual.strip import Strip

from console.app.painting.cells import in_cells, is_certain, is_rest, rest
from console.app.painting.looks import PLAIN, Looks

Unit: TypeAlias = str | None
"""What is in a cell, as `cells` has it; None where nobody knows."""


class Row:
    """A line.

    Attributes:
        units: what is in each cell.
        looks: the number of each cell's style.
        doubtful: the first cell whose width terminals disagree on; the row's width where all agree.
    """

    __slots__ = ("_strips", "doubtful", "looks", "units")

    def __init__(self, units: list[Unit], looks: list[int]) -> None:
        self.units = units
        self.looks = looks
        self.doubtful = len(units)
        self._strips: dict[int, Strip] = {}

    @classmethod
    def unknown(cls, width: int) -> "Row":
        """Return a line of which nothing is known."""
        return cls([None] * width, [PLAIN] * width)

    @classmethod
    def blank(cls, width: int, look: int) -> "Row":
        """Return a line of blanks in one style."""
        return cls([" "] * width, [look] * width)

    def copy(self) -> "Row":
        """Return a copy; it does not know where it came from."""
        row = Row(self.units.copy(), self.looks.copy())
        row.doubtful = self.doubtful
        return row

    def erased(self, x: int, look: int) -> "Row":
        """Return a copy that is blank from cell `x` on; nothing before it is doubtful."""
        row = Row(self.units[:x], self.looks[:x])
        row.units += [" "] * (len(self.units) - x)
        row.looks += [look] * (len(self.units) - x)
        row.doubtful = len(self.units)
        return row

    def same_as(self, other: "Row") -> bool:
        """Tell whether both look the same."""
        return self.units == other.units and self.looks == other.looks

    def has(self, x: int, strip: Strip) -> bool:
        """Tell whether a strip is shown there already: the very same one."""
        return self._strips.get(x) is strip

    def put(self, x: int, strip: Strip, looks: Looks, colours: ColorSystem) -> bool:
        """Show a strip from cell `x` on; False where it holds what has no cells.

        The row is not to be used any more then.
        """
        units: list[str] = []
        numbers: list[int] = []
        doubtful: int | None = None
        for text, style, control in strip:
            if control or (style is not None and style.link):
                return False
            if text.isascii() and text.isprintable():
                units += text
            else:
                cells = in_cells(text)
                if cells is None:
                    return False
                if cells.joining:
                    doubtful = _least(doubtful, _join(units, cells.joining))
                if cells.doubtful is not None:
                    doubtful = _least(doubtful, len(units) + cells.doubtful)
                units += cells.units
            look = PLAIN
            if style is not None:
                codes = style._ansi  # noqa: SLF001 - as Textual looks it up; a call costs more than all else here
                look = looks.number(Strip.render_ansi(style, colours) if codes is None else codes)
            numbers += [look] * (len(units) - len(numbers))
        if x + len(units) > len(self.units):
            return False
        self._take(x, units, numbers, strip)
        if doubtful is not None:
            self.doubtful = min(self.doubtful, x + doubtful)
        return True

    def _take(self, x: int, units: list[str], numbers: list[int], strip: Strip) -> None:
        end = x + len(units)
        whole = self.units
        strips = self._strips
        for at in [at for at, one in strips.items() if at < end and at + one.cell_length > x]:
            del strips[at]
        strips[x] = strip
        if x < end and _is_rest(whole[x]):
            self._spoil(x)
        if x < end < len(whole) and _is_rest(whole[end]):
            self._spoil(end)
        whole[x:end] = units
        self.looks[x:end] = numbers
        if self.doubtful < len(whole):
            self.doubtful = _first_doubtful(whole)

    def _spoil(self, x: int) -> None:
        """Forget a unit of which one part only was written over, around its cell `x`."""
        whole = self.units
        start = end = x
        while _is_rest(whole[start]):
            start -= 1
        while end < len(whole) and _is_rest(whole[end]):
            end += 1
        whole[start:end] = [None] * (end - start)


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def _join(units: list[str], mark: str) -> int | None:
    """Add a mark to the last unit, and return the cell of that.

    At the very beginning of a strip a mark belongs to nothing: what is to its left is of another
    widget, and terminals do with it whatever they like.
    """
    for at in range(len(units) - 1, -1, -1):
        if not is_rest(units[at]):
            units[at] += mark
            for number in range(1, len(units) - at):
                units[at + number] = rest(units[at], number)
            return at
    return None


def _is_rest(unit: Unit) -> bool:
    return unit is not None and is_rest(unit)


def _first_doubtful(units: Sequence[Unit]) -> int:
    for x, unit in enumerate(units):
        if unit and not is_rest(unit) and not is_certain(unit):
            return x
    return len(units)
