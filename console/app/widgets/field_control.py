"""The controls of a form: a line of text, and a choice that needs no overlay. One line each."""

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from console.text import cell, safe

BEFORE, AFTER = "\u2039", "\u203a"
"""The arrows of a choice."""

LONGEST: Final = 16_000
"""Characters that a control holds; a hundred ids are a quarter of it, and no request takes more."""


def one_line(text: str, *, between: str = " ") -> str:
    """Return pasted `text` on one line, without anything that a terminal could act on.

    Args:
        text: what was pasted.
        between: what joins its lines; empty lines and the space around lines are dropped.
    """
    lines = [line.replace("\t", " ").strip() for line in text.splitlines()]
    joined = between.join(line for line in lines if line)
    if safe(joined) == joined:
        return joined
    return "".join(each for each in joined if safe(each) == each)


class TextControl(Input):
    """A line of text. It takes anything; what it holds is never markup, and is safe to show."""

    DEFAULT_CSS = """
    TextControl {
        width: 1fr;
        background: $surface;
        &:focus {
            background: $panel;
        }
        &:ansi, &:ansi:focus {
            background: ansi_default;
        }
    }
    """

    class Refused(Message):
        """A paste was not taken, and why."""

        def __init__(self, control: "TextControl", sentence: str) -> None:
            super().__init__()
            self.text_control = control
            self.sentence = sentence

        @property
        def control(self) -> "TextControl":
            """The control that refused."""
            return self.text_control

    def __init__(self, *, placeholder: str, between: str = " ") -> None:
        """Make an empty line.

        Args:
            placeholder: what to say while it is empty; in brackets, so that it is no value.
            between: what joins the lines of a paste.
        """
        super().__init__(placeholder=cell(placeholder), compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._between = between

    def _on_paste(self, event: events.Paste) -> None:
        """Take every line of a paste; Textual's own input keeps the first one only."""
        event.stop()
        event.prevent_default()
        self._take(event.text)

    def action_paste(self) -> None:
        """Take what was cut or copied in this application."""
        self._take(self.app.clipboard)

    def _take(self, text: str) -> None:
        line = one_line(text, between=self._between)
        if len(self.value) + len(line) > LONGEST:
            refused = f"nothing was pasted: at most {LONGEST:,} characters fit"
            self.post_message(self.Refused(self, refused))
        elif line:
            start, end = sorted(self.selection)
            self.replace(line, start, end)


class ChoiceControl(Widget, can_focus=True):
    """One of a few values between two arrows: the arrow keys or the first letter choose.

    Where it may be left blank, the blank is the first of what it offers.
    """

    DEFAULT_CSS = """
    ChoiceControl {
        width: 1fr;
        height: 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        background: $surface;
        &:focus {
            text-style: reverse;
        }
        &:ansi {
            background: ansi_default;
        }
    }
    """

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose(-1)", "the value before", show=False, id="choice.previous"),
        Binding("right,space", "choose(1)", "the next value", show=False, id="choice.next"),
        Binding("home,backspace,delete", "first", "the first value", show=False, id="choice.first"),
        Binding("end", "last", "the last value", show=False, id="choice.last"),
        Binding("enter", "submit", "Apply", id="choice.apply"),
    ]

    index: reactive[int] = reactive(0)

    class Changed(Message):
        """Another value was chosen."""

        def __init__(self, control: "ChoiceControl") -> None:
            super().__init__()
            self.choice_control = control

        @property
        def control(self) -> "ChoiceControl":
            """The control that changed."""
            return self.choice_control

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(self, labels: Sequence[str], *, blank: str = "") -> None:
        """Offer `labels`, and before them `blank` where it is given."""
        super().__init__()
        self._blank = blank
        self._offered = [*([f"({blank})"] if blank else []), *labels]

    @property
    def value(self) -> str:
        """The label that is chosen; empty where the choice is left blank."""
        return "" if self._blank and not self.index else self._offered[self.index]

    @value.setter
    def value(self, label: str) -> None:
        offered = self._offered[1:] if self._blank else self._offered
        before = len(self._offered) - len(offered)
        self.index = offered.index(label) + before if label in offered else 0

    def validate_index(self, index: int) -> int:
        """Go round at both ends."""
        return index % len(self._offered)

    def watch_index(self) -> None:
        """Tell that another value is chosen."""
        self.post_message(self.Changed(self))

    def render(self) -> Content:
        """Return the value between the arrows that change it."""
        shown = Content(f"{BEFORE} {cell(self._offered[self.index])} {AFTER}")
        if shown.cell_length <= self.size.width:
            return shown
        return Content(f"{BEFORE}{cell(self._offered[self.index])}{AFTER}")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Tell that letters are taken here, so that no other key is said to do anything."""
        return character is not None and character.isprintable() and key != "space"

    def on_key(self, event: events.Key) -> None:
        """Choose the next value that begins with the letter typed."""
        if not event.is_printable or event.key == "space" or event.character is None:
            return
        event.stop()
        wanted = event.character.casefold()
        count = len(self._offered)
        for step in range(1, count + 1):
            index = (self.index + step) % count
            if self._offered[index].lstrip("(").casefold().startswith(wanted):
                self.index = index
                return

    def on_click(self, event: events.Click) -> None:
        """Choose the value before on the left arrow, else the one after."""
        self.action_choose(-1 if event.x < 2 else 1)

    def action_choose(self, step: Literal[-1, 1]) -> None:
        """Choose the value before or after."""
        self.index += step

    def action_first(self) -> None:
        """Choose the first value: the blank, where there is one."""
        self.index = 0

    def action_last(self) -> None:
        """Choose the last value."""
        self.index = -1

    def action_submit(self) -> None:
        """Apply the form."""
        self.post_message(self.Submitted())
