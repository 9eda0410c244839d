"""Asks before the console ends while a send is under way."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from console.app import courses
from console.app.tones import MUTED
from console.app.widgets.dialog import Dialog
from console.outbox.send import Send
from console.text import cell

_MOST: Final = 8
"""Sends that are named."""


class QuittingDialog(Dialog[bool]):
    """Says what is under way, and what the journal will say of it; Q quits."""

    TITLE_TEXT = "Quit now?"
    KEYS_TEXT = "escape stays · Q quits"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("Q", "quit_now", "Quit now", id="quitting.quit"),
    ]

    def __init__(self, going: Sequence[Send]) -> None:
        """Take the sends that are under way."""
        super().__init__()
        self._going = going

    def compose_body(self) -> ComposeResult:
        """Compose a line for each send, and what becomes of it."""
        leaving = [each for each in self._going if not each.outcome.settled]
        lines = [self._line(each) for each in self._going[:_MOST]]
        if len(self._going) > _MOST:
            lines.append(Content(f"  and {len(self._going) - _MOST:,} more"))
        yield Static(Content("\n").join(lines))
        if leaving:
            yield Static(
                Content(
                    f"\n{len(leaving):,} of them may be leaving at this moment. Each is in the "
                    "journal; the next start will call it unknown, and it is not sent again."
                )
            )
        if len(leaving) < len(self._going):
            yield Static(
                Content(
                    "\nWhat is accepted stays accepted: the cloud goes on with it. The journal has "
                    "its job; it is only not followed any further. Key 6 shows it the next time."
                )
            )

    @staticmethod
    def _line(send: Send) -> Content:
        return Content.assemble(
            (f"  {cell(send.target.name)}", "bold"),
            f": {cell(courses.said(send).text)} ",
            (f"(send {send.id})", MUTED),
        )

    def action_quit_now(self) -> None:
        """Quit."""
        self.dismiss(True)  # noqa: FBT003 - the answer
