"""The dialog that chooses a table's columns and their order."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.app.table_column import TableColumn
from console.app.tones import MUTED
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import TextControl
from console.app.wrapped import padded
from console.errors import QueryError
from console.services import column
from console.services.model import Record
from console.text import cell

_LEAST: Final = "at least one column is needed"

_TITLE: Final = 24
"""Cells of a title, so that the names stand in a column of their own."""


class ColumnList(OptionList):
    """Columns, those that are shown with a cross; some keys choose, some move them.

    Attributes:
        names: every column, in order.
        checked: those that are shown.
    """

    DEFAULT_CSS = """
    ColumnList { height: auto; max-height: 60vh; background: $surface; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "check", "Show/hide", id="columns.toggle"),
        Binding("K,shift+up", "move(-1)", "Move up", id="columns.up"),
        Binding("J,shift+down", "move(1)", "Move down", id="columns.down"),
        Binding("k", "cursor_up", "Up", id="columns.previous", show=False),
        Binding("j", "cursor_down", "Down", id="columns.next", show=False),
        Binding("d", "default", "Default", id="columns.default"),
        Binding("enter", "apply", "Apply", id="columns.apply"),
    ]

    class Applied(Message):
        """The choice is to be taken."""

    def __init__(
        self, every: Sequence[TableColumn], chosen: Sequence[str], default: Sequence[str]
    ) -> None:
        super().__init__(compact=True, markup=False)
        self._titles = {each.name: each.title for each in every}
        self._default = tuple(default)
        self.names: list[str] = []
        self.checked: set[str] = set()
        self._begin(chosen)

    def on_mount(self) -> None:
        """Show the columns."""
        self._list(0)

    def watch_highlighted(self, before: int | None, highlighted: int | None) -> None:  # type: ignore[override] # Textual gives a watcher both values where it takes them
        """Move the mark along with the cursor, as colour alone would not tell."""
        super().watch_highlighted(highlighted)
        for number in {before, highlighted} - {None}:
            self._show(number)

    def add(self, name: str, title: str) -> None:
        """Show one more column, behind those that are shown."""
        if name not in self._titles:
            self._titles[name] = title
            last = max((n for n, each in enumerate(self.names) if each in self.checked), default=-1)
            self.names.insert(last + 1, name)
        self.checked.add(name)
        self._list(self.names.index(name))

    def chosen(self) -> list[str]:
        """Return the names of the columns that are shown, in order."""
        return [name for name in self.names if name in self.checked]

    def action_check(self) -> None:
        """Show or hide the column under the cursor."""
        if self.highlighted is not None:
            self.checked ^= {self.names[self.highlighted]}
            self._show(self.highlighted)

    def action_move(self, by: int) -> None:
        """Move the column under the cursor up or down."""
        at = self.highlighted
        if at is None or not 0 <= at + by < len(self.names):
            return
        self.names[at], self.names[at + by] = self.names[at + by], self.names[at]
        self._list(at + by)

    def action_default(self) -> None:
        """Choose the columns that are shown where nobody chose any."""
        self._begin(self._default)
        self._list(0)

    def action_apply(self) -> None:
        """Ask for the choice to be taken."""
        self.post_message(self.Applied())

    def _begin(self, chosen: Sequence[str]) -> None:
        self.names = [*chosen, *(name for name in self._titles if name not in chosen)]
        self.checked = set(chosen)

    def _list(self, highlighted: int) -> None:
        self.set_options(Option(self._prompt(number)) for number in range(len(self.names)))
        self.highlighted = highlighted if self.names else None

    def _show(self, number: int | None) -> None:
        if number is not None and number < self.option_count:
            self.replace_option_prompt_at_index(number, self._prompt(number))

    def _prompt(self, number: int) -> Content:
        name = self.names[number]
        here = ">" if number == self.highlighted else " "
        box = "[x]" if name in self.checked else "[ ]"
        title = padded(cell(self._titles.get(name, name)), _TITLE)
        return Content.assemble(f"{here} {box} {title}  ", (cell(name), MUTED))


class ColumnsDialog(Dialog[list[str]]):
    """Asks which columns a table shows, and in which order."""

    DEFAULT_CSS = """
    ColumnsDialog .dialog-body { max-height: 100%; }
    ColumnsDialog .dialog-keys { dock: bottom; }
    ColumnsDialog .field { height: 1; margin: 1 0 0 0; }
    ColumnsDialog .label { width: 14; }
    ColumnsDialog #problem { height: auto; color: $text-warning; }
    """

    TITLE_TEXT = "Columns"
    KEYS_TEXT = (
        "space shows or hides · K/J or shift+up/down moves · d default · tab adds by name · "
        "enter applies · escape leaves"
    )

    def __init__(
        self,
        every: Sequence[TableColumn],
        chosen: Sequence[str],
        *,
        default: Sequence[str],
        record: type[Record],
    ) -> None:
        """Say what there is to choose from.

        Args:
            every: the columns that are offered.
            chosen: the names of those that are shown, in order.
            default: the names of those that are shown where nobody chose any.
            record: the record, of which further columns can be named: `product.cpu`.
        """
        super().__init__()
        self._record = record
        offered = {each.name: each for each in every}
        for name in (*chosen, *default):
            if name not in offered:
                offered[name] = column.column(record, name)
        self._list = ColumnList(list(offered.values()), chosen, default)

    def compose_body(self) -> ComposeResult:
        """Compose the list, and the field for a name."""
        yield self._list
        with Horizontal(classes="field"):
            yield Static(Content("add by name"), classes="label")
            name = TextControl(placeholder="such as product.cpu")
            name.id = "name"
            yield name
        yield Static(Content(""), id="problem")

    def on_mount(self) -> None:
        """Begin in the list."""
        self._list.focus()

    @on(ColumnList.Applied)
    def _applied(self) -> None:
        if chosen := self._list.chosen():
            self.dismiss(chosen)
        else:
            self._say(_LEAST)

    @on(Input.Submitted, "#name")
    def _added(self, event: Input.Submitted) -> None:
        event.stop()
        name = event.value.strip()
        if not name:
            return
        try:
            added = column.column(self._record, name)
        except QueryError as error:
            self._say(error.problems[0].sentence)
            return
        self._say(self._doubt(name))
        self._list.add(added.name, added.title)
        event.input.value = ""

    def _doubt(self, name: str) -> str:
        if column.known(self._record, name):
            return ""
        like = column.nearest(self._record, name)
        return f"{name} is no column known here" + (f"; did you mean {like}?" if like else "")

    def _say(self, sentence: str) -> None:
        self.query_one("#problem", Static).update(Content(cell(sentence)))
