"""The smallest application of Textual, as its tutorial begins."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """Says hello."""

    def compose(self) -> ComposeResult:
        """Show the words alone."""
        yield Static("Hello, World!")


if __name__ == "__main__":
    Hello().run()
