"""Turns what Textual wants to be seen into the bytes that are missing."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import compress, repeat, takewhile
from operator import and_, eq, is_not, ne, or_
from typing import Final

from rich.color import ColorSystem
from textual._compositor import CompositorUpdate

from console.app.painting import beside, scroll
from console.app.painting.cells import is_certain, is_rest, text_of
from console.app.painting.looks import PLAIN, Looks
from console.app.painting.pen import Pen
from console.app.painting.row import Row, Unit
from console.app.painting.wanted import Wanted

_GAP: Final = 4
"""Cells of one byte each that are written once more rather than gone over: CSI 4 C is as long."""

_STALE: Final = b"\1"
"""Stands for a cell that is to be written, among the bytes that stand for those of a line."""

_TOGETHER: Final = re.compile(b"\1+")
_NEAR: Final = re.compile(b"\1+(?:\0{1,%d}\1+)*" % _GAP)
"""Cells to be written that are next to each other; or have a few others between."""

_is_blank: Final = partial(eq, " ")

_ERASING: Final = 4
"""Bytes that erasing the rest of a line is reckoned with."""


class Painter:
    """Knows what a terminal shows, and what to write so that it shows something else.

    Args:
        coloured: whether the terminal erases in the background colour that is set.

    Attributes:
        times_forgotten: how often it forgot what it knew.
    """

    def __init__(self, *, coloured: bool) -> None:
        self.times_forgotten = 0
        self._looks = Looks(coloured=coloured)
        self._pen = Pen(self._looks)
        self._rows: list[Row] = []
        self._size = (0, 0)
        self._late: dict[
            int, Row
        ] = {}  # as the terminal shows them, of lines that were drawn since
        self._cursor: tuple[int, int] | None = None
        self._goes = False  # whether the cursor is still to be put there
        self._cleared = False

    @property
    def is_late(self) -> bool:
        """Whether something was drawn that is still to be sent."""
        return bool(self._late)

    @property
    def newline(self) -> str:
        """What takes the terminal's cursor to the first cell of the next line."""
        return self._pen.newline

    @newline.setter
    def newline(self, newline: str) -> None:
        self._pen.newline = newline

    def forget(self, *, cleared: bool = False) -> None:
        """Know nothing of the terminal any more: not what it shows, and not how it is set.

        Args:
            cleared: whether one thing is known: that every cell is blank, and in no style.
        """
        self.times_forgotten += 1
        self._cleared = cleared
        if cleared:
            self._pen.is_styled = False
        self._begin()

    def _begin(self) -> None:
        self._late = {}
        self._cursor = None
        width, height = self._size
        self._pen.forget(width)
        if self._cleared:
            self._rows = [Row.blank(width, PLAIN) for _ in range(height)]
        else:
            self._rows = [Row.unknown(width) for _ in range(height)]

    def beside(self, data: str) -> str:
        """Return what to write instead of `data`, which comes from elsewhere.

        What is not known to leave the screen as it is, is written as if nothing had been saved:
        without a style, and where the cursor was put last. Afterwards nothing is known any more.
        """
        if beside.is_harmless(data):
            return data
        pen = self._pen
        late = self.rest()
        if pen.is_styled:
            pen.turn(PLAIN)
        if self._cursor is not None:
            pen.go(*self._cursor)
        before = late + pen.taken()
        pen.is_styled = False
        self.forget()
        return before + data

    def paint(
        self, update: CompositorUpdate, colours: ColorSystem, cursor: tuple[int, int], *, seen: bool
    ) -> str | None:
        """Return what makes the terminal show an update; None where it holds what has no cells.

        Then the update has to be written by whoever knows how, past this painter.

        Args:
            update: what to show.
            colours: how many colours there are.
            cursor: the column and the row where the cursor is put.
            seen: whether it matters where that is.
        """
        if not self.draw(update, colours, cursor, seen=seen):
            return None
        return self.rest()

    def draw(
        self, update: CompositorUpdate, colours: ColorSystem, cursor: tuple[int, int], *, seen: bool
    ) -> bool:
        """Draw an update that `rest` is to send; False where it holds what has no cells.

        Takes what `paint` takes. What one update draws, and a later one draws over before anything
        is sent, is never sent.
        """
        before = self._take(update, colours)
        if before is None:
            return False
        self._late = {**before, **self._late}
        self._cursor = cursor
        self._goes = self._goes or seen
        return True

    def rest(self) -> str:
        """Return what makes the terminal show all that was drawn."""
        before, self._late = self._late, {}
        changed = [y for y in sorted(before) if not before[y].same_as(self._rows[y])]
        if changed:
            self._paint_lines(before, changed)
        if self._goes and self._cursor is not None:
            self._pen.go(*self._cursor)
        self._goes = False
        return self._pen.taken()

    def _take(self, update: CompositorUpdate, colours: ColorSystem) -> dict[int, Row] | None:
        """Draw an update into the rows, and return those that it touched as they were."""
        wanted = Wanted.of(update)
        if wanted is None:
            return None
        if wanted.size != self._size:
            self._size = wanted.size
            self._begin()
        self._cleared = False
        rows, looks = self._rows, self._looks
        before: dict[int, Row] = {}
        for y, x, strip in wanted.pieces:
            if y >= len(rows):
                return None
            row = rows[y]
            if row.has(x, strip):
                continue
            if y not in before:
                before[y] = row.copy()
            if not row.put(x, strip, looks, colours):
                return None
        return before

    def _paint_lines(self, before: dict[int, Row], changed: Sequence[int]) -> None:
        shown = [before.get(y, row) for y, row in enumerate(self._rows)]
        moved = scroll.found(shown, self._rows, changed)
        if moved:
            moved.make(self._pen)
            moved.move(shown, self._size[0])
            changed = sorted({*changed, *range(moved.top, moved.bottom + 1)})
        for y in changed:
            self._paint_line(y, shown[y], self._rows[y])

    def _paint_line(self, y: int, before: Row, row: Row) -> None:
        """Write what differs on one line."""
        stale = _stale(before, row)
        if not stale:
            return
        if (look := self._blank_look(row, stale)) is not None:
            x = stale.find(_STALE)
            self._pen.reach(x, y, row, look)
            self._pen.erase()
            stale = _stale(before.erased(x, look), row)
        self._write(y, row, stale)

    def _blank_look(self, row: Row, stale: bytes) -> int | None:
        """Return the style in which to erase the line first; None where that gains nothing."""
        written = stale.count(_STALE)
        if written <= _ERASING:
            return None
        start = stale.find(_STALE)
        units, looks = row.units[start:], row.looks[start:]
        if None in units:
            return None
        look, count = looks[0], units.count(" ")
        if looks.count(look) != len(looks):
            blanks = [look for unit, look in zip(units, looks, strict=True) if unit == " "]
            look, count = Counter(blanks).most_common(1)[0] if blanks else (look, 0)
        gains = count and len(units) - count + _ERASING < written
        return look if gains and self._looks.erasable(look) else None

    def _write(self, y: int, row: Row, stale: bytes) -> None:
        """Write cells of one line, from left to right."""
        pen, units = self._pen, row.units
        tail = self._tail(row)
        for run in _runs(stale, row, tail):
            x = run.start
            pen.reach(x, y, row)
            if x == tail and len(run) >= _ERASING:
                pen.erase()
            elif x >= row.doubtful and not is_certain(unit := units[x] or ""):
                pen.write_doubtful(unit, len(run), x, y)
            else:
                pen.write(text_of(units[x : run.stop]), len(run))  # type: ignore[arg-type]  # nothing unknown is stale

    def _tail(self, row: Row) -> int:
        """Return where the blanks at the end begin; the width where they cannot be erased."""
        looks = row.looks
        width = len(looks)
        look = looks[-1]
        if not self._looks.erasable(look):
            return width
        blanks = len([*takewhile(_is_blank, reversed(row.units))])
        return width - len([*takewhile(partial(eq, look), reversed(looks[width - blanks :]))])


def _stale(before: Row, row: Row) -> bytes:
    """Return for each cell whether to write it; of every unit all its cells, or none.

    Nothing is returned where there is nothing to write.
    """
    units = row.units
    differs: Iterable[bool] = map(ne, units, before.units)
    if row.looks != before.looks:
        differs = map(or_, differs, map(ne, row.looks, before.looks))
    stale = bytes(differs)
    if (doubtful := min(before.doubtful, row.doubtful)) < len(units) and _STALE in stale:
        # Such a unit may have moved what follows it; in the last column, what is before it.
        start = max(0, min(stale.find(_STALE), doubtful, len(units) - 2))
        while start and is_rest(units[start] or " "):
            start -= 1
        stale = bytes(start) + _STALE * (len(units) - start)
    if None in units:
        stale = bytes(map(and_, stale, map(is_not, units, repeat(None))))
    return stale if _STALE in stale else b""


def _runs(stale: bytes, row: Row, tail: int) -> Iterator[range]:
    """Yield what can be written in one piece: in one style, and certain or doubtful as a whole.

    A few cells between that are shown already are part of it, where to write them once more takes
    no more bytes than to go over them.
    """
    units, looks = row.units, row.looks
    one_style = looks.count(looks[0]) == len(looks)
    if not one_style or row.doubtful < len(units) or None in units:
        yield from _runs_of_any(stale, row, tail)
        return
    for found in _NEAR.finditer(stale, 0, tail):
        start, end = found.span()
        if stale.count(_STALE, start, end) == end - start or _is_plain(units[start:end]):
            yield range(start, end)
        else:
            yield from _parted(stale, units, start, end)
    for found in _TOGETHER.finditer(stale, tail):
        yield range(*found.span())


def _parted(stale: bytes, units: Sequence[Unit], start: int, end: int) -> Iterator[range]:
    """Yield the parts of what is near, parted where cells between take more than a byte each."""
    last = start
    for found in _TOGETHER.finditer(stale, start, end):
        if found.start() > last and not _is_plain(units[last : found.start()]):
            yield range(start, last)
            start = found.start()
        last = found.end()
    yield range(start, end)


def _is_plain(units: Sequence[Unit]) -> bool:
    """Tell whether each cell holds a character of one byte."""
    return all(" " <= (unit or "") < "\x7f" for unit in units)


def _runs_of_any(stale: bytes, row: Row, tail: int) -> Iterator[range]:
    """Yield the runs of a line of many styles, or with what terminals disagree on."""
    units, looks, doubtful = row.units, row.looks, row.doubtful
    start, end, look = -1, -1, -1
    for x in compress(range(len(units)), stale):
        alone = doubtful <= x < tail and not is_rest(units[x] or " ")
        if 0 < x - end <= _GAP and start >= 0 and x < tail and not alone:
            alike = looks[end:x] == [look] * (x - end)
            if alike and _is_plain(units[end:x]):
                end = x
        if x != end or looks[x] != look or x == tail or alone:
            if end > start:
                yield range(start, end)
            start, look = x, looks[x]
        end = x + 1
    if end > start:
        yield range(start, end)
