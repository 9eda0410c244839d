"""The command palette, without anything in it that moves by itself."""

from textual.command import CommandPalette
from textual.widgets import Input, LoadingIndicator


class StillPalette(CommandPalette):
    """A command palette whose cursor does not blink: that would send a kilobyte each second."""

    def on_mount(self) -> None:
        """Still what moves."""
        self.query_one(Input).cursor_blink = False
        self.query_one(LoadingIndicator).auto_refresh = None
