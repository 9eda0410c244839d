"""The record detail: every field of one record with its meaning, and the raw JSON beside it."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar, Final, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from console.app.facts import Fact, facts
from console.app.raw_json import RawJson
from console.app.widgets.record_panes import FieldPane, Pane, RawPane
from console.client.paging import Row
from console.export import line
from console.services.listing import AnyListing
from console.services.model import Record
from console.text import Json, cell

_WIDE: Final = 90
"""Cells from which on the JSON stands beside the fields."""


class Shown(Protocol):
    """What the detail shows: a row and its record."""

    @property
    def row(self) -> Row:
        """The row as the cloud wrote it."""

    @property
    def record(self) -> Record:
        """The row as a record."""


class RecordDetail(Widget, can_focus=True):
    """Every field of a record, and its JSON: beside the fields where there is room."""

    DEFAULT_CSS = """
    RecordDetail {
        layout: vertical;
        height: 1fr;
        width: 1fr;
        background: $surface;
    }
    RecordDetail > .heading { height: 1; width: 1fr; background: $panel; text-wrap: nowrap;
        text-overflow: ellipsis; }
    RecordDetail:focus > .heading { text-style: bold; }
    RecordDetail > .panes { layout: horizontal; height: 1fr; width: 1fr; }
    RecordDetail .raw.-beside { border-left: vkey $foreground 30%; }
    RecordDetail:focus .pane--chosen {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="detail.leave", tooltip="back to the rows"),
        Binding(
            "J", "json", "JSON", id="detail.json", tooltip="show the record as JSON, or hide it"
        ),
        Binding(
            "y", "copy", "Copy field", id="detail.copy", tooltip="copy the chosen field, whole"
        ),
        Binding("up,k", "previous", "the field above", id="detail.up", show=False),
        Binding("down,j", "next", "the field below", id="detail.down", show=False),
        Binding("pageup", "page(-1)", "a screenful up", id="detail.page-up", show=False),
        Binding("pagedown", "page(1)", "a screenful down", id="detail.page-down", show=False),
        Binding("home", "first", "the first field", id="detail.first", show=False),
        Binding("end", "last", "the last field", id="detail.last", show=False),
    ]

    class Left(Message):
        """The operator goes back to the table."""

    class Copied(Message):
        """A field is to be copied."""

        def __init__(self, text: str, what: str) -> None:
            self.text = text
            self.what = what
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._fields = FieldPane()
        self._raw = RawPane()
        self._heading = Static(Content(""), classes="heading")
        self._facts: Sequence[Fact] = ()
        self._line: Shown | None = None
        self._chosen = 0
        self._beside = True  # whether the JSON is wanted beside the fields
        self._instead = False  # whether it is wanted in their place

    def compose(self) -> ComposeResult:
        """Compose the heading and the two panes."""
        yield self._heading
        with Widget(classes="panes"):
            yield self._fields
            yield self._raw

    def on_mount(self) -> None:
        """Show the panes that there is room for."""
        self._arrange()

    def on_resize(self, event: Resize) -> None:
        """Show the panes that there is room for."""
        self._arrange(event.size.width)

    def show(
        self,
        line: Shown | None,
        listing: AnyListing,
        zone: tzinfo | None,
        *,
        extra: Sequence[tuple[str, str]] = (),
        beside: Mapping[str, Json] | None = None,
    ) -> None:
        """Show a record.

        Args:
            line: the row and its record; None where there is none.
            listing: what it is a row of.
            zone: the zone to show times in; None for this machine's.
            extra: titles and texts that the console worked out.
            beside: what the answer said beside its rows.
        """
        before = self._facts[self._chosen].path if self._facts else None
        self._line = line
        self._facts = facts(line.record, line.row, zone, extra, beside) if line else ()
        self._chosen = next((n for n, f in enumerate(self._facts) if f.path == before), 0)
        self._fields.tell(self._facts)
        self._tell_raw()
        self._heading.update(Content(f" {cell(listing.title)}" if line else " no record"))
        self._choose(self._chosen, reveal=True)

    @property
    def fact(self) -> Fact | None:
        """The chosen field; None where there is no record."""
        return self._facts[self._chosen] if self._facts else None

    def action_leave(self) -> None:
        """Go back to the table."""
        self.post_message(self.Left())

    def action_copy(self) -> None:
        """Ask for the chosen field to be copied, or the JSON where that alone is in sight."""
        if self._line and not self._fields.display:
            self.post_message(self.Copied(line(self._line.row), "the row as JSON"))
        elif self.fact and self.fact.whole:
            self.post_message(self.Copied(self.fact.whole, self.fact.title))

    def action_json(self) -> None:
        """Show the record as JSON, or hide it."""
        if self.size.width >= _WIDE:
            self._beside = not self._beside
        else:
            self._instead = not self._instead
        self._arrange()

    def action_previous(self) -> None:
        """Choose the field before; a long one is scrolled through first."""
        pane, lines = self._in_charge()
        if lines.start < pane.scroll_offset.y < lines.stop:
            pane.go(pane.scroll_offset.y - 1)
        else:
            self._choose(self._chosen - 1, reveal=True)

    def action_next(self) -> None:
        """Choose the field after; a long one is scrolled through first."""
        pane, lines = self._in_charge()
        bottom = pane.scroll_offset.y + pane.scrollable_content_region.height
        if lines.start < bottom < lines.stop:
            pane.go(pane.scroll_offset.y + 1)
        else:
            self._choose(self._chosen + 1, reveal=True)

    def action_page(self, pages: int) -> None:
        """Scroll by pages, and choose a field that is in sight."""
        pane, _ = self._in_charge()
        height = max(pane.scrollable_content_region.height - 1, 1)
        top = min(max(pane.scroll_offset.y + pages * height, 0), pane.max_scroll_y)
        at_end = top == pane.scroll_offset.y
        pane.go(top)
        if pane is self._fields:
            line = top if not at_end else top if pages < 0 else pane.virtual_size.height - 1
            self._choose(self._fields.fact_at(line), reveal=False)

    def action_first(self) -> None:
        """Choose the first field."""
        self._choose(0, reveal=True)

    def action_last(self) -> None:
        """Choose the last field."""
        self._choose(len(self._facts) - 1, reveal=True)

    def _in_charge(self) -> tuple[Pane, range]:
        """Return the pane that the keys move in, and the lines of the chosen field there."""
        if self._fields.display:
            return self._fields, self._fields.lines_of(self._chosen)
        return self._raw, self._raw.lines_of(self._facts[self._chosen]) if self._facts else range(0)

    def _choose(self, fact: int, *, reveal: bool) -> None:
        self._chosen = min(max(fact, 0), max(len(self._facts) - 1, 0))
        if not self._facts:
            return
        for pane, lines in (
            (self._fields, self._fields.lines_of(self._chosen)),
            (self._raw, self._raw.lines_of(self._facts[self._chosen])),
        ):
            pane.choose(lines)
            if pane.display and (reveal or pane is not self._fields):
                pane.reveal(lines)

    def _arrange(self, width: int = 0) -> None:
        wide = (width or self.size.width) >= _WIDE
        shown = self._beside if wide else self._instead
        if shown != self._raw.display:
            self._raw.display = shown
            self._tell_raw()
        self._raw.set_class(wide, "-beside")
        self._fields.display = wide or not self._instead
        self.call_after_refresh(self._choose, self._chosen, reveal=True)

    def _tell_raw(self) -> None:
        """Write the JSON, where it is in sight."""
        seen = self._line if self._raw.display else None
        self._raw.tell(RawJson.of(seen.row) if seen else RawJson())
