"""The painting of a table: its header, its visible rows, and what it keeps of them."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from console.app.table_column import TableColumn
from console.app.widgets.cell_text import fit, one_line
from console.app.widgets.column_layout import GAP, Place
from console.services.model import Record

if TYPE_CHECKING:
    from console.app.widgets.record_table import RecordTable

GUTTER: Final = 2
"""Cells before the first column: one for the mark, one for what is new."""

THUMB: Final = 1
"""Cells after the last column, where it is seen which part of the rows is on screen."""

_KEPT: Final = 500
"""Painted lines that are kept; more than the tallest terminal shows."""

_ASCENDING, _DESCENDING, _THUMB = "\u2191", "\u2193", "\u2590"  # the Linux console has these


class Look(StrEnum):
    """What a part of the table looks like, as a component class."""

    HEADER = "header"
    HEADER_CURSOR = "header-cursor"
    EDGE = "edge"
    CURSOR = "cursor"
    CELL = "cell"
    GUTTER = "gutter"
    MARK = "mark"
    NEW = "new"
    THUMB = "thumb"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"
    DIM = "dim"


_TONES: Final = frozenset({Look.GOOD, Look.WARNING, Look.ERROR, Look.DIM})


class TablePainter:
    """Paints the lines of one table and keeps what it painted."""

    def __init__(self, table: "RecordTable") -> None:
        self._table = table
        self._kept: LRUCache[tuple[object, ...], Strip] = LRUCache(_KEPT)
        self._base: Style | None = None
        self._styles: dict[str, Style] = {}
        self._thumb_of, self._thumb_at = (0, 0, 0), range(0)

    def forget(self) -> None:
        """Forget what was painted, as columns, rows or colours are others."""
        self._kept.clear()
        self._styles.clear()
        self._base = None

    def line(self, y: int) -> Strip:
        """Return one line of the screen."""
        table = self._table
        width, height = table.size  # asked once, as it is worked out each time
        places = table.arranged(width).places  # first, as it may make this forget
        body = height - 1 if height > 1 else height
        y -= height - body
        if y < 0:
            return self._header(width)
        shown = table.rows.shown
        top = table.top
        position = top + y
        thumb = y in self._thumb(top, body, len(shown))
        if position >= len(shown):
            return Strip.blank(width, self._plain)
        index = shown[position]
        at_cursor = position == table.cursor
        key = (
            index,
            table.rows.is_marked(index),
            table.column_cursor if at_cursor else None,
            thumb,
        )
        strip = self._kept.get(key)
        if strip is None:
            segments = [*self._gutter(index, at_cursor=at_cursor)]
            segments += self._row(index, places, width, at_cursor=at_cursor)
            segments.append(Segment(_THUMB if thumb else " ", self._style(Look.THUMB)))
            taken = places[-1].left + places[-1].width if places else 0
            fits = GUTTER + taken + THUMB <= width
            strip = Strip(segments, width) if fits else Strip(segments).adjust_cell_length(width)
            self._kept[key] = strip
        return strip

    @property
    def _plain(self) -> Style:
        if self._base is None:
            self._base = self._table.rich_style
        return self._base

    def _style(self, look: str) -> Style:
        style = self._styles.get(look)
        if style is None:
            style = self._table.get_component_rich_style(f"record-table--{look}")
            self._styles[look] = style
        return style

    def _gutter(self, index: int, *, at_cursor: bool) -> Iterator[Segment]:
        rows = self._table.rows
        signs = (
            ("*", Look.MARK, rows.is_marked(index)),
            ("+", Look.NEW, rows.lines[index].new),
        )
        for sign, look, holds in signs:
            style = self._style(look) if holds else self._plain
            yield Segment(sign if holds else " ", self._style(Look.GUTTER) if at_cursor else style)

    def _row(
        self, index: int, places: Sequence[Place], width: int, *, at_cursor: bool
    ) -> Iterator[Segment]:
        """Yield the cells of a row and what is free after them; parts that look alike are one."""
        table = self._table
        record = table.rows.lines[index].record
        base = self._style(Look.CURSOR) if at_cursor else self._plain
        free = width - GUTTER - THUMB
        text, style = "", base
        for place in places:
            column = table.columns[place.number]
            cell = fit(self._text(column, record, place), place.width)
            own = base
            if at_cursor and place.number == table.column_cursor:
                own = self._style(Look.CELL)
            elif not at_cursor and (tone := _tone(column, record)):
                own = self._style(tone)
            if own is not style:
                if text:
                    yield Segment(text, style)
                text, style = "", own
            text += cell
            free -= place.width
            gap = " " * min(GAP, free)
            free -= len(gap)
            if own is base:
                text += gap
            else:
                yield Segment(text, style)
                text, style = gap, base
        yield Segment(text + " " * free, style)

    def _text(self, column: TableColumn, record: Record, place: Place) -> str:
        text = one_line(column.text(record, self._table.zone))
        if column.fixed and len(text) * 2 > place.width:
            self._table.make_room(place, len(text) if text.isascii() else cell_len(text))
        return text

    def _header(self, width: int) -> Strip:
        table = self._table
        layout = table.arrangement
        segments = [Segment(" " * GUTTER, self._plain)]
        for place in layout.places:
            look = Look.HEADER
            if place.number == table.column_cursor:
                look = Look.HEADER_CURSOR
            segments.append(Segment(self._title(place), self._style(look)))
            segments.append(Segment(" " * GAP, self._plain))
        strip = Strip(segments).adjust_cell_length(width, self._plain)
        before = f"<{layout.before}".ljust(GUTTER) if layout.before else ""
        after = f" {layout.after}>" if layout.after else ""
        if len(before) + len(after) > width:
            before = ""
        if len(after) > width:
            after = ""
        edge = self._style(Look.EDGE)
        return Strip.join(
            [
                Strip([Segment(before, edge)], len(before)),
                strip.crop(len(before), width - len(after)),
                Strip([Segment(after, edge)], len(after)),
            ]
        )

    def _title(self, place: Place) -> str:
        table = self._table
        title = table.measure.titles[place.number]
        by = table.rows.sorted_by
        if by is None or by[0].name != table.columns[place.number].name:
            return fit(title, place.width)
        arrow = _DESCENDING if by[1] else _ASCENDING
        room = place.width - 2
        return fit(f"{fit(title, min(room, cell_len(title)))} {arrow}", place.width)

    def _thumb(self, top: int, height: int, count: int) -> range:
        """Return the lines of the body that stand for the part of the rows that is on screen.

        Args:
            top: the position of the first row on screen.
            height: the lines of the body.
            count: how many rows there are.
        """
        if count <= height:
            return range(0)
        if self._thumb_of != (top, height, count):
            size = max(1, height * height // count)
            begin = round(top * (height - size) / (count - height))
            self._thumb_of, self._thumb_at = (top, height, count), range(begin, begin + size)
        return self._thumb_at


def _tone(column: TableColumn, record: Record) -> str:
    tone = getattr(column, "tone", None)
    found = str(tone(record)) if tone else ""
    return found if found in _TONES else ""
