"""The table: rows by the hundred thousand, of which only the visible ones are ever made text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.events import Click, Key, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from console.app.rows import Line, Rows
from console.app.slices import FEW, finished
from console.app.table_column import TableColumn
from console.app.widgets.column_layout import Layout, Place, arrange
from console.app.widgets.column_measure import Measure
from console.app.widgets.table_lines import GUTTER, THUMB, TableLines, TablePart
from console.app.widgets.table_work import TableWork

_WHEEL: Final = 3
"""Rows that one notch of the wheel moves."""


@dataclass
class TableMessage(Message):
    """What a table says."""

    table: "RecordTable"

    @property
    def control(self) -> "RecordTable":
        """The table, so that `on` can tell tables apart."""
        return self.table


class RecordTable(ScrollView, can_focus=True, inherit_bindings=False):
    """A table of rows with a cursor, marks, and columns that move in where they have no room.

    Whoever changes `rows` says so: `rows_replaced` where they are others, `rows_changed` where they
    are the same question's, in another order or fewer. How they are to be shown is wished of its
    `work`; where there are many, they are shown as before meanwhile.

    Args:
        rows: what to show; shared with the screen.
        columns: which columns, from left to right.
        zone: the zone to show times in; None for this machine's.
        id: the widget's id.

    Attributes:
        rows: what is shown.
        work: what is done in slices where there are many rows.
    """

    DEFAULT_CSS = """
    RecordTable {
        height: 1fr;
        overflow: hidden hidden;
        color: $foreground;
        & > .record-table--header { text-style: bold; }
        & > .record-table--header-cursor { text-style: bold underline; }
        & > .record-table--edge { text-style: bold; color: $text-accent; }
        & > .record-table--new { text-style: bold; color: $text-success; }
        & > .record-table--mark { text-style: bold; color: $text-warning; }
        & > .record-table--cursor { text-style: bold; }
        & > .record-table--gutter { text-style: reverse; }
        & > .record-table--thumb { color: $text-muted; }
        & > .record-table--good { color: $text-success; }
        & > .record-table--warning { color: $text-warning; }
        & > .record-table--error { color: $text-error; }
        & > .record-table--dim { color: $text-muted; }
        &:focus > .record-table--cursor { text-style: reverse; }
        &:focus > .record-table--cell { text-style: reverse bold underline; }
        & > .record-table--cell { text-style: bold underline; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"record-table--{part}" for part in TablePart}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor_up", "the row above", id="table.up", show=False),
        Binding("down,j", "cursor_down", "the row below", id="table.down", show=False),
        Binding("pageup", "page_up", "a screenful up", id="table.page-up", show=False),
        Binding("pagedown", "page_down", "a screenful down", id="table.page-down", show=False),
        Binding("home", "top", "the first row", id="table.top", show=False),
        Binding("end", "bottom", "the last row", id="table.bottom", show=False),
        Binding("left,h", "column_left", "the column to the left", id="table.left", show=False),
        Binding("right,l", "column_right", "the column to the right", id="table.right", show=False),
        Binding("space", "mark", "Mark", id="table.mark", tooltip="mark the row, or unmark it"),
        Binding(
            "asterisk",
            "mark_all",
            "Mark all",
            id="table.mark-all",
            show=False,
            key_display="*",
            tooltip="mark every row shown, or no row any more",
        ),
        Binding("enter", "choose", "Open", id="table.choose", tooltip="the record in full"),
        Binding("s", "sort", "Sort", id="table.sort", tooltip="sort by the underlined column"),
    ]

    @dataclass
    class Moved(TableMessage):
        """Another line is under the cursor, or none."""

        line: Line | None

    @dataclass
    class Chosen(TableMessage):
        """A line was chosen with Enter, or clicked twice."""

        line: Line

    @dataclass
    class Sorted(TableMessage):
        """The rows have another order; `rows.sorted_by` says which."""

    @dataclass
    class Became(TableMessage):
        """The rows are shown as they were wanted."""

    @dataclass
    class Marked(TableMessage):
        """Rows were marked, or their marks taken away."""

    def __init__(
        self,
        rows: Rows,
        columns: Sequence[TableColumn],
        *,
        zone: tzinfo | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self.rows = rows
        self._columns = tuple(columns)
        self._zone = zone
        self._cursor = 0
        self._column_cursor = 0
        self._first_column = 0
        self._version = rows.version
        self._under: int | None = None  # the index of the line under the cursor
        self._announced: Line | None = None
        self.work = TableWork(self)
        self._measure = Measure(self._columns, zone)
        self._layout: tuple[int, Layout] | None = None
        self._lines = TableLines(self)

    def on_mount(self) -> None:
        """Show what is loaded already."""
        if self.rows.lines:
            self.rows_replaced()

    @property
    def columns(self) -> Sequence[TableColumn]:
        """The columns, from left to right."""
        return self._columns

    @columns.setter
    def columns(self, columns: Sequence[TableColumn]) -> None:
        self.work.take_columns(columns)

    def show_columns(self, measure: Measure) -> None:
        """Show the columns that were measured; the cursor stays in its own, where that is there."""
        under = self.column
        self._columns = measure.columns
        names = [each.name for each in self._columns]
        self._column_cursor = names.index(under.name) if under and under.name in names else 0
        self._first_column = 0
        self._measure = measure
        self.lay_out_anew()

    @property
    def zone(self) -> tzinfo | None:
        """The zone in which times are shown; None for this machine's."""
        return self._zone

    @zone.setter
    def zone(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._measure = Measure(self._columns, zone, self._measure)
        self.lay_out_anew()

    @property
    def cursor(self) -> int:
        """The position of the cursor in `rows.shown`; 0 where nothing is shown."""
        return self._cursor

    @cursor.setter
    def cursor(self, position: int) -> None:
        self._move(position)

    @property
    def column_cursor(self) -> int:
        """The number of the column that the cursor is in."""
        return self._column_cursor

    @column_cursor.setter
    def column_cursor(self, number: int) -> None:
        number = max(0, min(number, len(self._columns) - 1))
        if number != self._column_cursor:
            self._column_cursor = number
            self.lay_out_anew()

    @property
    def line(self) -> Line | None:
        """The line under the cursor; None where nothing is shown."""
        shown = self.rows.shown
        return self.rows.lines[shown[self._cursor]] if self._cursor < len(shown) else None

    @property
    def column(self) -> TableColumn | None:
        """The column that the cursor is in."""
        return self._columns[self._column_cursor] if self._columns else None

    @property
    def header_height(self) -> int:
        """Lines that the header takes; a table of one line has none."""
        return 1 if self.size.height > 1 else 0

    @property
    def body_height(self) -> int:
        """Lines in which rows are shown."""
        return max(0, self.size.height - self.header_height)

    @property
    def top(self) -> int:
        """The position in `rows.shown` of the first row on screen."""
        return self.scroll_offset.y

    @property
    def measure(self) -> Measure:
        """How wide the columns would like to be."""
        return self._measure

    @property
    def arrangement(self) -> Layout:
        """Where the columns stand at the table's present width."""
        return self.arranged(self.size.width)

    def arranged(self, width: int) -> Layout:
        """Return where the columns stand in so many cells, which are all that the table has."""
        if self._layout is None or self._layout[0] != width:
            sorted_by = self.rows.sorted_by[0] if self.rows.sorted_by else None
            layout = arrange(
                self._measure.widths(sorted_by),
                width - GUTTER - THUMB,
                self._first_column,
                self._column_cursor,
            )
            self._first_column = layout.first
            self._layout = (width, layout)
            self._lines.forget()
        return self._layout[1]

    def make_room(self, place: Place, width: int) -> None:
        """Note that a value in a place needs more cells, and arrange the columns again."""
        if width > place.width and self._measure.grow(place.number, width):
            self.call_later(self.lay_out_anew)

    def rows_replaced(self) -> None:
        """Take other rows: the cursor goes to the top, and columns are measured anew."""
        self._version = self.rows.version
        self._measure = Measure(self._columns, self._zone)
        finished(self._measure.catch_up(self.rows.lines))
        self.rows_sorted()
        self.work.rows_replaced()

    def rows_sorted(self) -> None:
        """Take the rows in another order: the cursor goes to the top."""
        self._resize_content()
        self._put(0, 0)
        self.lay_out_anew()

    def rows_changed(self) -> None:
        """Take changed rows: the line under the cursor and its place on screen stay.

        Where the line went away the cursor keeps its position, and where a filter hides it, it
        goes to the top.
        """
        rows = self.rows
        refreshed = rows.version != self._version
        followed = self._under
        if refreshed:
            once = rows.version == self._version + 1
            followed = rows.followed(followed) if once and followed is not None else None
            self._version = rows.version
            changed = rows.put_in if once else range(len(rows.lines))
            if len(changed) <= FEW:
                self._measure.add([rows.lines[index].record for index in changed])
            self._measure.seen = len(rows.lines) if len(changed) <= FEW else changed.start
        self.work.measure()
        place = None if followed is None else rows.place(followed)
        if place is None:
            place = self._cursor if refreshed else 0
        offset = self._cursor - self.top
        self._resize_content()
        self._put(place, place - offset)
        self.lay_out_anew()

    def sort_by(self, column: TableColumn | None, *, descending: bool = False) -> None:
        """Sort by a column, or return to the cloud's order.

        The cursor stays with its line, but for one at the top, which stays there.
        """
        self.work.sort(column, descending=descending)

    def action_cursor_up(self) -> None:
        """Move the cursor one row up."""
        self._move(self._cursor - 1)

    def action_cursor_down(self) -> None:
        """Move the cursor one row down."""
        self._move(self._cursor + 1)

    def action_page_up(self) -> None:
        """Move a screenful up."""
        self._page(-1)

    def action_page_down(self) -> None:
        """Move a screenful down."""
        self._page(1)

    def action_top(self) -> None:
        """Go to the first row."""
        self._move(0)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self._move(len(self.rows.shown) - 1)

    def action_column_left(self) -> None:
        """Move the column cursor to the left."""
        self.column_cursor -= 1

    def action_column_right(self) -> None:
        """Move the column cursor to the right."""
        self.column_cursor += 1

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away."""
        if self.line:
            self.rows.toggle(self.rows.shown[self._cursor])
            self._repaint(self._cursor)
            self.post_message(self.Marked(self))

    def action_mark_all(self) -> None:
        """Mark every row that is shown; where all are, take all marks away, of hidden rows too."""
        if self.rows.all_marked:
            self.rows.unmark_all()
        else:
            self.rows.mark_all()
        self.refresh()
        self.post_message(self.Marked(self))

    def action_choose(self) -> None:
        """Choose the line under the cursor."""
        if self.line:
            self.post_message(self.Chosen(self, self.line))

    def action_sort(self) -> None:
        """Sort by the column under the cursor: smallest first, largest first, not at all."""
        column = self.column
        if column is None:
            return
        match self.rows.wanted.sorted_by:
            case (by, False) if by.name == column.name:
                self.sort_by(column, descending=True)
            case (by, True) if by.name == column.name:
                self.sort_by(None)
            case _:
                self.sort_by(column)

    def render_line(self, y: int) -> Strip:
        """Return one line of the screen: the header, a row, or nothing."""
        return self._lines.lines(range(y, y + 1))[0]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines of the screen, in the colours that the app's filters leave.

        Textual would build each of them twice more, and look for what this table has not: borders,
        padding and tints.
        """
        strips = self._lines.lines(crop.line_range)
        if crop.column_span == (0, self.size.width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    async def on_key(self, event: Key) -> None:
        """Do at once what a key of the table's own means.

        Textual lets it go up to the app first, which looks for it here before anywhere else. Keys
        that somebody has chosen otherwise are left to it.
        """
        if self.app._keymap:  # noqa: SLF001 - it is told nowhere else
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                return

    def on_resize(self, _: Resize) -> None:
        """Keep the cursor on screen."""
        self._resize_content()
        self._put(self._cursor, self.top)

    def notify_style_update(self) -> None:
        """Paint in other colours."""
        super().notify_style_update()
        self._lines.forget()

    def on_click(self, event: Click) -> None:
        """Move the cursor to what was clicked; sort where it was a header."""
        x, y = event.x - GUTTER, event.y - self.header_height
        number = self.arrangement.at(x) if x >= 0 else None
        if number is not None:
            self.column_cursor = number
        if y < 0:
            if number is not None:
                self.action_sort()
        elif self.top + y < len(self.rows.shown):
            self._move(self.top + y)
            if event.chain == 2:
                self.action_choose()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll down, the cursor with the screen."""
        event.stop()
        self._wheel(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll up, the cursor with the screen."""
        event.stop()
        self._wheel(-_WHEEL)

    def _wheel(self, rows: int) -> None:
        top = max(0, min(self.top + rows, len(self.rows.shown) - self.body_height))
        last = top + max(0, self.body_height - 1)
        self._put(max(top, min(self._cursor, last)), top)

    def _page(self, direction: int) -> None:
        step = max(1, self.body_height - 1) * direction
        self._put(self._cursor + step, self.top + step)

    def _move(self, position: int) -> None:
        self._put(position, self.top)

    def _put(self, position: int, top: int) -> None:
        """Put the cursor on a position and the screen's top near another, so that both hold."""
        shown = self.rows.shown
        position = max(0, min(position, len(shown) - 1))
        height = max(1, self.body_height)
        top = max(position - height + 1, min(top, position))
        top = max(0, min(top, len(shown) - height))
        before, self._cursor = self._cursor, position
        self._under = shown[position] if shown else None
        if top != self.top:
            self.scroll_to(y=top, animate=False, force=True)
        elif before != position:
            self._repaint(before)
            self._repaint(position)
        self._announce()

    def _announce(self) -> None:
        line = self.line
        before, self._announced = self._announced, line
        if line is not before and not (line and before and line.row == before.row):
            self.post_message(self.Moved(self, line))

    def _repaint(self, position: int) -> None:
        y = position - self.top + self.header_height
        self.refresh(Region(0, y, self.size.width, 1))

    def _resize_content(self) -> None:
        """Say how many lines there are; set without a layout, as nothing else depends on it."""
        size = Size(self.size.width, self.header_height + len(self.rows.shown))
        self.set_reactive(Widget.virtual_size, size)

    def lay_out_anew(self) -> None:
        """Arrange the columns when next painted, and paint."""
        self._layout = None
        self.refresh()
