"""Asks how often a screen refreshes by itself."""

from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from console.app.widgets.dialog import Dialog

INTERVALS: Final = {
    0: "off",
    10: "10 seconds",
    30: "30 seconds",
    60: "1 minute",
    120: "2 minutes",
    300: "5 minutes",
    600: "10 minutes",
}
"""The intervals that are offered, in seconds, and how each is said."""

_NOW: Final = " (as it is now)"


class IntervalDialog(Dialog[int]):
    """Asks for an interval; answers with its seconds, 0 for none."""

    DEFAULT_CSS = """
    IntervalDialog OptionList { height: auto; border: none; background: $surface; }
    """
    TITLE_TEXT = "Refresh by itself"
    KEYS_TEXT = (
        "enter takes it · escape leaves · it waits under dialogs and while a filter is typed"
    )

    def __init__(self, present: int) -> None:
        """Say which interval there is now, in seconds."""
        super().__init__()
        self._present = present

    def compose_body(self) -> ComposeResult:
        """Compose the choices."""
        yield OptionList(
            *(
                Option(Content(words + _NOW * (each == self._present)), id=str(each))
                for each, words in INTERVALS.items()
            )
        )

    def on_mount(self) -> None:
        """Begin with what is chosen now."""
        choices = self.query_one(OptionList)
        choices.highlighted = list(INTERVALS).index(self._present)
        choices.focus()

    @on(OptionList.OptionSelected)
    def _take(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(int(message.option.id or 0))
