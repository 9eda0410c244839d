"""Asks which page to show."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from console.app.widgets.dialog import Dialog


class PageDialog(Dialog[int]):
    """Asks for the number of a page; answers with it."""

    TITLE_TEXT = "Go to page"
    KEYS_TEXT = "enter goes there · escape leaves"

    def __init__(self, present: int, pages: int | None) -> None:
        """Say which page this is, and how many there are; None where that is not known."""
        super().__init__()
        self._present = present
        self._pages = pages

    def compose_body(self) -> ComposeResult:
        """Compose the field."""
        of = f"1 to {self._pages:,}" if self._pages else "1 or more"
        yield Static(Content(f"this is page {self._present:,}; {of}"))
        number = Input(type="integer", compact=True, id="page")
        number.cursor_blink = False
        yield number
        yield Static(Content(""), id="problem")

    def on_mount(self) -> None:
        """Let the number be typed at once."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _go(self, message: Input.Submitted) -> None:
        message.stop()
        try:
            page = int(message.value)
        except ValueError:
            page = 0
        if page < 1 or (self._pages is not None and page > self._pages):
            last = f" and at most {self._pages:,}" if self._pages else ""
            self.query_one("#problem", Static).update(Content(f"a number, at least 1{last}"))
            return
        self.dismiss(page)
