"""The lines of a table as they are painted: its header, its visible rows, and what is kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.filter import LineFilter
from textual.strip import Strip

from console.app.table_column import TableColumn, texts
from console.app.widgets.cell_text import fit, fitted, one_lines
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


class TablePart(StrEnum):
    """What has a style of its own in a table; its name as a component class."""

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


_TONES: Final = frozenset({TablePart.GOOD, TablePart.WARNING, TablePart.ERROR, TablePart.DIM})


_GAP: Final = " " * GAP

_Piece: TypeAlias = tuple[str, Style]
_style_of = itemgetter(1)


class _Row(NamedTuple):
    """All that decides what a row looks like, as long as rows, columns and colours are the same.

    Attributes:
        number: its index in `rows.lines`.
        marked: whether it is marked.
        column_cursor: the column that the cursor is in; None where it is not in this row.
        thumb: whether it is among those beside which the thumb is.
    """

    number: int
    marked: bool
    column_cursor: int | None
    thumb: bool


class TableLines:
    """Makes the lines of one table and keeps what it made."""

    def __init__(self, table: "RecordTable") -> None:
        self._table = table
        self._kept: LRUCache[_Row, Strip] = LRUCache(_KEPT)
        self._filters: Sequence[LineFilter] = ()
        self._base: Style | None = None
        self._styles: dict[str, Style] = {}
        self._thumb_of, self._thumb_at = (0, 0, 0), range(0)

    def forget(self) -> None:
        """Forget what was made, as columns, rows or colours are others."""
        self._kept.clear()
        self._styles.clear()
        self._base = None

    def lines(self, wanted: range) -> list[Strip]:
        """Return lines of the screen.

        Rows that were not shown before are made together, column by column: that takes half the
        time that it takes row by row.
        """
        table = self._table
        filters = table.get_line_filters()
        if filters != self._filters:
            self._filters = filters
            self.forget()
        width, height = table.size  # asked once, as it is worked out each time
        places = table.arranged(width).places  # first, as it may make this forget
        head = 1 if height > 1 else 0
        rows = [self._row(y - head, height - head) for y in wanted]
        strips = [row and self._kept.get(row) for row in rows]
        missing = [row for row, strip in zip(rows, strips, strict=True) if row and not strip]
        made = self._made(missing, places, width) if missing else iter(())
        lines: list[Strip] = []
        for y, row, kept in zip(wanted, rows, strips, strict=True):
            if row is None:
                lines.append(self._header(width) if y < head else Strip.blank(width, self._plain))
            elif kept:
                lines.append(kept)
            else:
                strip = self._kept[row] = next(made)
                lines.append(strip)
        return lines

    def _row(self, y: int, body: int) -> _Row | None:
        """Return the row on one of the lines of the body; None where there is none."""
        table = self._table
        rows = table.rows
        shown = rows.shown
        position = table.top + y
        if y < 0 or position >= len(shown):
            return None
        index = shown[position]
        at_cursor = position == table.cursor
        return _Row(
            index,
            rows.is_marked(index),
            table.column_cursor if at_cursor else None,
            y in self._thumb(table.top, body, len(shown)),
        )

    @property
    def _plain(self) -> Style:
        if self._base is None:
            self._base = self._filtered(self._table.rich_style)
        return self._base

    def _style(self, part: str) -> Style:
        style = self._styles.get(part)
        if style is None:
            style = self._filtered(self._table.get_component_rich_style(f"record-table--{part}"))
            self._styles[part] = style
        return style

    def _filtered(self, style: Style) -> Style:
        """Return a style as the app's filters leave it: once here, and not in every line."""
        for each in self._filters:
            (segment,) = each.apply([Segment(" ", style)], self._table.background_colors[1])
            style = segment.style or style
        return style

    def _made(self, rows: Sequence[_Row], places: Sequence[Place], width: int) -> Iterator[Strip]:
        """Yield the lines of rows."""
        lines = self._table.rows.lines
        records = [lines[row.number].record for row in rows]
        columns = [self._table.columns[place.number] for place in places]
        cells = [
            self._cells(column, records, place)
            for column, place in zip(columns, places, strict=True)
        ]
        toned = [(n, tone) for n, each in enumerate(columns) if (tone := _tone(each))]
        taken = places[-1].left + places[-1].width if places else 0
        free = " " * (width - GUTTER - THUMB - taken)
        for position, (row, record) in enumerate(zip(rows, records, strict=True)):
            if row.column_cursor is None:
                base = self._plain
                own = {n: self._style(part) for n, tone in toned if (part := tone(record))}
            else:
                base = self._style(TablePart.CURSOR)
                cell = self._style(TablePart.CELL)
                own = {n: cell for n, at in enumerate(places) if at.number == row.column_cursor}
            end = self._style(TablePart.THUMB) if row.thumb else self._plain
            segments = _joined(
                [
                    *self._gutter(row),
                    *_body([each[position] for each in cells], own, base, free),
                    (_THUMB if row.thumb else " ", end),
                ]
            )
            if GUTTER + taken + THUMB <= width:
                yield Strip(segments, width)
            else:
                yield Strip(segments).adjust_cell_length(width)

    def _cells(self, column: TableColumn, records: Sequence[Record], place: Place) -> list[str]:
        """Return a column's text in each record, as wide as its place."""
        found = one_lines(texts(column, records, self._table.zone))
        if column.fixed and max(map(len, found)) * 2 > place.width:
            self._table.make_room(place, max(map(cell_len, found)))
        return fitted(found, place.width)

    def _gutter(self, row: _Row) -> Iterator[_Piece]:
        new = self._table.rows.lines[row.number].new
        signs = (("*", TablePart.MARK, row.marked), ("+", TablePart.NEW, new))
        for sign, part, holds in signs:
            if row.column_cursor is not None:
                style = self._style(TablePart.GUTTER)
            else:
                style = self._style(part) if holds else self._plain
            yield sign if holds else " ", style

    def _header(self, width: int) -> Strip:
        table = self._table
        layout = table.arrangement
        segments = [Segment(" " * GUTTER, self._plain)]
        for place in layout.places:
            part = TablePart.HEADER
            if place.number == table.column_cursor:
                part = TablePart.HEADER_CURSOR
            segments.append(Segment(self._title(place), self._style(part)))
            segments.append(Segment(" " * GAP, self._plain))
        strip = Strip(segments).adjust_cell_length(width, self._plain)
        before = f"<{layout.before}".ljust(GUTTER) if layout.before else ""
        after = f" {layout.after}>" if layout.after else ""
        if len(before) + len(after) > width:
            before = ""
        if len(after) > width:
            after = ""
        edge = self._style(TablePart.EDGE)
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


def _body(
    cells: Sequence[str], own: Mapping[int, Style], base: Style, free: str
) -> Iterator[_Piece]:
    """Yield the cells of a row, some in styles of their own, and what is free after them."""
    begun = 0
    before: tuple[str, ...] = ()  # with one cell before it, a gap is to come
    for number, style in own.items():
        yield _GAP.join([*before, *cells[begun:number], ""]), base
        yield cells[number], style
        begun, before = number + 1, ("",)
    yield _GAP.join([*before, *cells[begun:]]) + free, base


def _joined(pieces: Iterable[_Piece]) -> list[Segment]:
    """Return pieces of which those that look alike are one."""
    segments: list[Segment] = []
    for style, alike in groupby(pieces, _style_of):
        if text := "".join([text for text, _ in alike]):
            segments.append(Segment(text, style))
    return segments


def _tone(column: TableColumn) -> Callable[[Record], str] | None:
    """Return what tells a record's colour in a column, or nothing; None for a column without."""
    tone = getattr(column, "tone", None)
    if tone is None:
        return None

    def known(record: Record) -> str:
        found = str(tone(record))
        return found if found in _TONES else ""

    return known
