"""Asks for one secret, while a profile is opened: a password, six digits, the passphrase."""

from typing import ClassVar, Final

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from console.app.widgets.answer_box import AnswerBox
from console.app.widgets.dialog import Dialog
from console.app.widgets.secret_control import SecretControl
from console.profiles.stores.passphrase import SHORTEST
from console.text import cell

TOO_SHORT: Final = f"{SHORTEST} characters at least: a few random words make a good one"
NOT_EQUAL: Final = "the two are not the same"


def passphrase_problem(first: str, again: str) -> tuple[str, str]:
    """Return what is wrong with a new passphrase, and with its repetition."""
    return (
        TOO_SHORT if len(first) < SHORTEST else "",
        NOT_EQUAL if first != again else "",
    )


class AskingDialog(Dialog[SecretStr]):
    """Asks one question; the answer is not shown."""

    KEYS_TEXT = "enter gives it · escape leaves"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False, id="asking.next"),
        Binding("up", "app.focus_previous", "Field before", show=False, id="asking.previous"),
    ]

    def __init__(self, title: str, words: str, *, twice: bool = False, problem: str = "") -> None:
        """Say what to ask.

        Args:
            title: what it is for.
            words: what is asked, in two or three words of ours.
            twice: whether it is a new passphrase, which is typed twice and may not be short.
            problem: what was wrong with the answer before.
        """
        super().__init__()
        self._title_words = title
        self._twice = twice
        self._problem = problem
        self._answer = AnswerBox("secret", words, SecretControl())
        self._again = AnswerBox("again", "Once more", SecretControl())

    def title_text(self) -> str:
        """Return what it is for."""
        return self._title_words

    def compose_body(self) -> ComposeResult:
        """Compose the question."""
        if self._twice:
            yield Static(
                Content("This passphrase will open the file that keeps your secrets: keep it well.")
            )
        yield self._answer
        if self._twice:
            yield self._again

    def on_mount(self) -> None:
        """Say what was wrong before."""
        if self._problem:
            self._answer.tell(problem=cell(self._problem))
        self._answer.control.focus()

    @on(AnswerBox.Changed)
    def _changed(self, message: AnswerBox.Changed) -> None:
        message.stop()
        if message.box.value:  # an emptied line does not take back what was said of the one before
            message.box.tell()

    @on(AnswerBox.Submitted)
    def _submitted(self, message: AnswerBox.Submitted) -> None:
        message.stop()
        typed, again = self._answer.control, self._again.control
        if not isinstance(typed, SecretControl) or not typed.value:
            self._answer.tell(problem="it is empty")
            return
        if self._twice:
            wrong, differs = passphrase_problem(typed.value, again.value)
            self._answer.tell(problem=wrong)
            self._again.tell(problem="" if wrong else differs)
            if wrong or differs:
                (typed if wrong else again).focus()
                return
        self.leave_with(typed.secret)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.leave_with(None)

    def leave_with(self, answer: SecretStr | None) -> None:
        """Forget what was typed, and answer."""
        for box in (self._answer, self._again):
            box.control.value = ""
        self.dismiss(answer)
