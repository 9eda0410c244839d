"""Chooses one of several texts: what was sent before, or was typed and not sent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.widgets.cell_text import fit, one_line
from console.app.widgets.dialog import Dialog
from console.text import cell, safe

_CELLS: Final = 72
"""Cells of a line of the list."""

_WHOM_CELLS: Final = 20
"""Cells of it that say to whom, at most."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A text that can be chosen.

    Attributes:
        id: what the screen calls it.
        when: when it was typed or sent.
        whom: to whom; raw.
        text: the text; raw.
        note: what else is to be known of it; raw.
    """

    id: str
    when: str
    whom: str
    text: str
    note: str = ""


class TextsDialog(Dialog[str]):
    """Lists texts, and shows the one under the cursor; answers with its id."""

    DEFAULT_CSS = """
    TextsDialog > .dialog-frame { width: 78; }
    TextsDialog OptionList {
        height: auto; max-height: 9; border: none; padding: 0; background: $surface;
    }
    TextsDialog OptionList:ansi { background: ansi_default; }
    TextsDialog .chosen-text {
        height: auto; max-height: 7; margin: 1 0 0 0; padding: 0 1; border-left: thick $primary;
        scrollbar-size-vertical: 1;
    }
    TextsDialog .chosen-text > Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move(1)", "Down", show=False, id="texts.down"),
        Binding("k", "move(-1)", "Up", show=False, id="texts.up"),
        Binding("delete", "forget", "Forget", show=False, id="texts.forget"),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        nothing: str,
        forget: Callable[[str], str] | None = None,
    ) -> None:
        """Take what can be chosen.

        Args:
            title: what it is about, in our words.
            choices: the texts, the likeliest first.
            nothing: what to say where there is none.
            forget: forgets a text, or says why it does not; None where none can be forgotten here.
        """
        super().__init__()
        self._title_words = title
        self._choices = {each.id: each for each in choices}
        self._nothing = nothing
        self._forget = forget

    def title_text(self) -> str:
        """Return what it is about."""
        return self._title_words

    def compose_body(self) -> ComposeResult:
        """Compose the list, and the text under the cursor."""
        yield OptionList(
            *(
                Option(line, id=name)
                for name, line in zip(
                    self._choices, _lines(list(self._choices.values())), strict=True
                )
            ),
            markup=False,
            compact=True,
        )
        with VerticalScroll(classes="chosen-text", can_focus=False):
            yield Static()

    def on_mount(self) -> None:
        """Say which keys there are."""
        keys = "enter takes it · escape leaves"
        if self._forget:
            keys = "enter takes it · delete forgets it · escape leaves"
        self.tell_keys(keys)
        self.query_one(OptionList).focus()
        self._show()

    def _show(self) -> None:
        chosen = self._choices.get(self._under())
        self.query_one(OptionList).display = bool(self._choices)
        text = Content(safe(chosen.text)) if chosen else Content(self._nothing)
        self.query_one(".chosen-text > Static", Static).update(text)

    def _under(self) -> str:
        listed = self.query_one(OptionList)
        if listed.highlighted is None or not listed.option_count:
            return ""
        return listed.get_option_at_index(listed.highlighted).id or ""

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)

    def action_move(self, by: int) -> None:
        """Move in the list."""
        listed = self.query_one(OptionList)
        if by > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def action_forget(self) -> None:
        """Forget the text under the cursor."""
        under = self._under()
        if under and self._forget:
            if problem := self._forget(under):
                self.tell_keys(f"{problem} · escape leaves")
                return
            del self._choices[under]
            self.query_one(OptionList).remove_option(under)
            self._show()


def _lines(choices: Sequence[Choice]) -> list[Content]:
    """Return a line for each: when, to whom and the text, one below the other."""
    times = [cell(each.when) for each in choices]
    names = [one_line(each.whom) for each in choices]
    time = max(map(cell_len, times), default=0)
    name = min(max(map(cell_len, names), default=0), _WHOM_CELLS)
    lines = []
    for each, when, whom in zip(choices, times, names, strict=True):
        note = f"{cell(each.note)}: " if each.note else ""
        head = f"{fit(when, time)}  {fit(whom, name)}  {note}"
        text = Content(one_line(each.text.strip()))
        first = text.truncate(max(_CELLS - cell_len(head), 1), ellipsis=True)
        lines.append(Content.assemble(head, first.stylize("bold")))
    return lines
