"""The dialog that takes something away: one key for each thing there is to copy."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from console.app.command_line import Equivalent
from console.app.tones import MUTED
from console.app.widgets.dialog import Dialog
from console.client.paging import Row
from console.export import line
from console.text import cell, safe

What: TypeAlias = Literal["cell", "row", "marked", "id", "command", "file"]

WORDS: Final[dict[What, str]] = {
    "cell": "the cell",
    "row": "the row as JSON",
    "marked": "the marked rows as NDJSON",
    "id": "the id",
    "command": "the command",
    "file": "a file",
}
"""What each answer is, for a sentence."""

_KEYS: Final[dict[str, What]] = {
    "c": "cell",
    "r": "row",
    "i": "id",
    "m": "marked",
    "q": "command",
    "w": "file",
}

_LONGEST_PREVIEW: Final = 200


class Taken(NamedTuple):
    """What was chosen, and its text; the text is empty where a file is to be written."""

    what: What
    text: str


class Offer(NamedTuple):
    """One thing to copy."""

    what: What
    title: str
    preview: str
    text: Callable[[], str]


class CopyDialog(Dialog[Taken]):
    """Offers what there is to copy; one key takes it."""

    DEFAULT_CSS = """
    CopyDialog .offer { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    CopyDialog .note { height: auto; color: $text-muted; padding: 0 0 0 4; }
    """

    TITLE_TEXT = "Copy"
    KEYS_TEXT = "a letter copies · escape leaves"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"take('{what}')", WORDS[what], id=f"copy.{what}", show=False)
        for key, what in _KEYS.items()
    ]

    def __init__(
        self,
        *,
        cell_title: str = "",
        cell_text: str = "",
        row: "Row | None" = None,
        identity: str = "",
        marked: Sequence[Row] = (),
        command: Equivalent | None = None,
    ) -> None:
        """Say what there is.

        Args:
            cell_title: the header of the column under the cursor; empty where there is no row.
            cell_text: the text of the cell under the cursor.
            row: the row under the cursor, as the cloud wrote it.
            identity: the id of that row; empty where it has none.
            marked: the marked rows.
            command: the command that lists the same.
        """
        super().__init__()
        self._command = command
        self._offers = list(_offers((cell_title, cell_text), row, identity, marked, command))

    def compose_body(self) -> ComposeResult:
        """Compose a line for each thing."""
        for offer in self._offers:
            preview = cell(offer.preview[:_LONGEST_PREVIEW])
            yield Static(
                Content.assemble(
                    (f" {cell(self._key_of(offer.what))} ", "bold"),
                    cell(offer.title),
                    (f"  {preview}" if preview else "", MUTED),
                ),
                classes="offer",
            )
            if offer.what == "command" and self._command:
                for note in self._command.notes:
                    yield Static(Content(cell(note)), classes="note")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is."""
        return action != "take" or any(offer.what in parameters for offer in self._offers)

    def action_take(self, what: What) -> None:
        """Answer with one of the offers."""
        for offer in self._offers:
            if offer.what == what:
                self.dismiss(Taken(what, offer.text()))

    def _key_of(self, what: What) -> str:
        """Return the key that takes an offer, which the operator may have changed."""
        action = f"take('{what}')"
        found = (each.binding for each in self.active_bindings.values())
        return next((self.app.get_key_display(b) for b in found if b.action == action), "")


def _offers(
    of_cell: tuple[str, str],
    row: "Row | None",
    identity: str,
    marked: Sequence[Row],
    command: Equivalent | None,
) -> Iterator[Offer]:
    title, text = of_cell
    if title:
        yield Offer("cell", f"cell {title}", text, lambda: safe(text))
    if row is not None:
        written = line(row)
        yield Offer("row", "row as JSON", written, lambda: written)
    if identity:
        yield Offer("id", "id", identity, lambda: safe(identity))
    if marked:
        rows = f"{len(marked):,} marked row{'s' if len(marked) > 1 else ''} as NDJSON"
        yield Offer("marked", rows, "", lambda: "".join(f"{line(each)}\n" for each in marked))
    if command:
        yield Offer("command", "equivalent command", command.text, lambda: command.text)
    yield Offer("file", "write to a file instead", "", str)
