"""The fewest bytes, more or less, that turn one picture into another: changed cells by hand."""

from collections.abc import Sequence

from tests.app.sheet import Cell


def floor(before: Sequence[Sequence[Cell]], after: Sequence[Sequence[Cell]]) -> int:
    """Return how many bytes it takes to write the cells that differ, one after the other.

    Each run of them takes its place (`CSI row;column H`), each change of style what says the whole
    new one, each cell its text. Nothing is erased, repeated or scrolled.

    Args:
        before: the rows of cells that are shown.
        after: those that are to be shown.
    """
    count, style = 0, None
    for y, (old, new) in enumerate(zip(before, after, strict=True), 1):
        end = -1
        for x, (was, cell) in enumerate(zip(old, new, strict=True)):
            if was == cell or not cell.data:
                continue
            if x != end:
                count += len(f"\x1b[{y};{x + 1}H")
            if cell._replace(data="") != style:
                count += len(_set(cell))
                style = cell._replace(data="")
            count += len(cell.data.encode())
            end = x + 1
            while end < len(new) and not new[end].data:
                end += 1
    return count


def _set(cell: Cell) -> str:
    """Return what sets the style of a cell, whatever was set before."""
    marks = {"1": cell.bold, "2": cell.dim, "3": cell.italics, "4": cell.underscore}
    marks |= {"7": cell.reverse, "9": cell.strikethrough}
    codes = [code for code, is_set in marks.items() if is_set]
    codes += [colour for colour in (cell.fg, cell.bg) if colour != "default"]
    return f"\x1b[;{';'.join(codes)}m" if codes else "\x1b[m"
