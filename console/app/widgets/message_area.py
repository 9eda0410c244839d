"""Where a message is typed: pastes are taken whole, and only what every reader can be shown."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from console.sending.message import Cleaned, cleaned


class MessageArea(TextArea):
    """A text of many lines. What holds control characters is cleaned before it is taken.

    Enter begins a line and does nothing else; no key in here sends.
    """

    DEFAULT_CSS = """
    MessageArea, MessageArea:focus {
        border: none;
        padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    MessageArea:ansi { background: ansi_default; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # In Textual's area this is the end of the line; here it is the pane's key for the editor.
        Binding("ctrl+e", "leave_to_pane", "", show=False, system=True),
        # The key that sends, in the dialog, must not change the text when it comes twice.
        Binding("ctrl+y", "nothing", "", show=False, system=True),
    ]

    class Cleansed(Message):
        """Characters were taken out of what was pasted or typed."""

        def __init__(self, removed: int) -> None:
            self.removed = removed
            super().__init__()

    def __init__(self) -> None:
        """Make an empty area."""
        super().__init__(
            soft_wrap=True,
            show_line_numbers=False,
            tab_behavior="focus",
            compact=True,
            placeholder="write the message; ctrl+l offers templates",
        )
        self.cursor_blink = False
        self.highlight_cursor_line = False
        self.match_cursor_bracket = False

    async def _on_paste(self, event: events.Paste) -> None:
        """Take a paste whole, with all its lines."""
        event.stop()
        event.prevent_default()
        self._take(event.text)

    def action_paste(self) -> None:
        """Take what was cut or copied in this application."""
        self._take(self.app.clipboard)

    def _take(self, text: str) -> None:
        if result := self._replace_via_keyboard(self._clean(text), *self.selection):
            self.move_cursor(result.end_location)

    def take(self, text: str) -> None:
        """Put `text` in the place of all that is there; undo brings that back."""
        self.replace(self._clean(text), (0, 0), self.document.end)
        self.move_cursor(self.document.end)

    def begin(self, text: str) -> None:
        """Show another message; undo brings nothing back of the one before."""
        self.load_text(self._clean(text))
        self.move_cursor(self.document.end)

    def _clean(self, text: str) -> str:
        done: Cleaned = cleaned(text)
        if done.removed:
            self.post_message(self.Cleansed(done.removed))
        return done.text

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the pane have the keys that are its own."""
        return False if action == "leave_to_pane" else super().check_action(action, parameters)

    def action_leave_to_pane(self) -> None:
        """Stand for a key that is the pane's."""

    def action_nothing(self) -> None:
        """Do nothing."""
