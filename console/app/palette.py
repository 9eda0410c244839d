"""The command palette, without anything in it that moves by itself."""

from textual.app import ComposeResult
from textual.command import CommandInput, CommandPalette
from textual.events import Paste
from textual.widgets import Input, LoadingIndicator

from console.app.widgets.field_control import one_line


class PaletteInput(CommandInput):
    """The palette's line; what is pasted into it is made safe to show."""

    def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(one_line(event.text), *sorted(self.selection))


class StillPalette(CommandPalette):
    """A command palette whose cursor does not blink: that would send a kilobyte each second."""

    def compose(self) -> ComposeResult:
        """Compose what Textual does, with a line of our own."""
        for widget in super().compose():
            if isinstance(widget, CommandInput):
                yield PaletteInput(placeholder=widget.placeholder, select_on_focus=False)
            else:
                yield widget

    def on_mount(self) -> None:
        """Still what moves."""
        self.query_one(Input).cursor_blink = False
        self.query_one(LoadingIndicator).auto_refresh = None
