"""The dialog: a modal screen with a title, a body and a line that says its keys."""

from typing import ClassVar, Generic, TypeVar

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.app.widgets.phrases import broken
from console.text import cell

T = TypeVar("T")


class Dialog(ModalScreen[T | None], Generic[T]):
    """A modal screen that answers with a `T`, or with None when it is left.

    A dialog says its title and composes its body in `compose_body`; `escape` leaves it.
    """

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: transparent;
    }
    Dialog > .dialog-frame {
        width: 72;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        border: round $primary;
        background: $surface;
        padding: 0 1;
    }
    Dialog .dialog-body {
        height: auto;
        max-height: 100%;
    }
    Dialog .dialog-keys {
        dock: bottom;
        height: auto;
        color: $text-muted;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="dialog.leave"),
    ]

    TITLE_TEXT: ClassVar[str] = ""
    KEYS_TEXT: ClassVar[str] = "escape leaves"

    _keys: str = ""  # the keys that are said now, where those are others

    def compose(self) -> ComposeResult:
        """Compose the frame around the body."""
        with Vertical(classes="dialog-frame") as frame:
            frame.border_title = Content(cell(self.title_text()))
            with VerticalScroll(classes="dialog-body", can_focus=False):
                yield from self.compose_body()
            yield Static(Content(""), classes="dialog-keys")

    def on_unmount(self) -> None:
        """Let go of what was painted.

        Textual keeps two colours for each painted widget in a cache of a thousand, and with them
        the widget's whole picture, long after it is gone.
        """
        StylesCache.get_inner_outer.cache_clear()

    def on_resize(self) -> None:
        """Break the line of keys anew."""
        self.tell_keys(self._keys or self.KEYS_TEXT)

    def tell_keys(self, text: str) -> None:
        """Say other keys: phrases with ` · ` between them."""
        self._keys = text
        frame = self.query_one(".dialog-frame")
        width = frame.content_size.width or self.app.size.width
        self.query_one(".dialog-keys", Static).update(Content(broken(text, width)))

    def title_text(self) -> str:
        """Return the title; made safe by the dialog."""
        return self.TITLE_TEXT

    def compose_body(self) -> ComposeResult:
        """Compose what the dialog asks."""
        yield from ()

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
