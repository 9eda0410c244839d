"""The answer box: the title of something asked, its control, and what is to be said of it."""

from typing import TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from console.app.widgets.field_control import ChoiceControl, TextControl
from console.app.widgets.secret_control import SecretControl

Control: TypeAlias = TextControl | SecretControl | ChoiceControl


class AnswerBox(Widget):
    """One question of a dialog.

    Attributes:
        control: what is typed into, or chosen with.
        problem: what is wrong with the answer, safe to show; empty where nothing is.
    """

    DEFAULT_CSS = """
    AnswerBox {
        height: auto;
        width: 1fr;
        .answer-title {
            dock: left;
            width: 16;
            height: 1;
            color: $text-muted;
            text-wrap: nowrap;
        }
        .answer-note {
            display: none;
            height: auto;
            color: $text-muted;
        }
        &.-told .answer-note { display: block; }
        &.-wrong .answer-note { color: $text-error; }
        &.-wrong .answer-title { color: $text-error; }
        &:focus-within .answer-title { color: $foreground; text-style: bold; }
    }
    """

    class Changed(Message):
        """Another answer was typed or chosen; the box has it, the message has not."""

        def __init__(self, box: "AnswerBox") -> None:
            super().__init__()
            self.box = box

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(self, name: str, title: str, control: Control) -> None:
        """Ask for `name` under the words `title`, which are ours."""
        super().__init__(id=f"answer-{name.replace('_', '-')}", name=name)
        self.control = control
        self.problem = ""
        self._words = title
        self._title = Static(Content(f" {title}"), classes="answer-title")
        self._note = Static(classes="answer-note")

    @property
    def key(self) -> str:
        """What is asked for."""
        return self.name or ""

    @property
    def value(self) -> str:
        """What is typed or chosen."""
        return self.control.value.strip()

    def compose(self) -> ComposeResult:
        """Compose the title, the control and what is said of it."""
        yield self._title
        yield self.control
        yield self._note

    def tell(self, note: str = "", *, problem: str = "") -> None:
        """Say what is wrong, or else what is to be known; both safe to show."""
        self.problem = problem
        said = problem or note
        self.set_class(bool(said), "-told")
        self.set_class(bool(problem), "-wrong")
        self._title.update(Content(f"{'!' if problem else ' '}{self._words}"))
        self._note.update(Content(said))

    @on(Input.Changed)
    @on(ChoiceControl.Changed)
    def _pass_on(self, message: Message) -> None:
        message.stop()
        self.post_message(self.Changed(self))

    @on(Input.Submitted)
    @on(ChoiceControl.Submitted)
    def _pass_on_enter(self, message: Message) -> None:
        message.stop()
        self.post_message(self.Submitted())

    @on(TextControl.Refused)
    def _refuse(self, message: TextControl.Refused) -> None:
        message.stop()
        self.tell(problem=message.sentence)
