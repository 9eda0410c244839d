"""The frame around every screen: where one is, which screen it is, what is so, which keys work."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize, ScreenResume, ScreenSuspend
from textual.screen import Screen

from console.app.painting.compositor import FrontCompositor
from console.app.widgets.context_line import ContextLine
from console.app.widgets.key_line import KeyLine
from console.app.widgets.mode_line import ModeLine
from console.app.widgets.status_line import Part, StatusLine
from console.errors import ConsoleError
from console.text import cell

if TYPE_CHECKING:
    from console.app.app import ConsoleApp
    from console.outbox.send import Send


class FrameScreen(Screen[None]):
    """A screen with the context line and the mode line above, status and keys below.

    Attributes:
        is_composed: whether everything that it is made of is there.
    """

    DEFAULT_CSS = """
    FrameScreen {
        layout: vertical;
    }
    FrameScreen > #body {
        height: 1fr;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "r", "refresh", "Refresh", id="screen.refresh", tooltip="ask again for what is shown"
        ),
    ]

    KEY: ClassVar[str] = ""
    """The key that opens the screen."""

    def __init__(self, *, name: str | None = None) -> None:
        super().__init__(name=name)
        self._compositor = FrontCompositor()
        self._notice: Part | None = None
        self._useless: frozenset[str] = frozenset()
        self.is_composed = False

    @property
    def console(self) -> "ConsoleApp":
        """The application."""
        return cast("ConsoleApp", self.app)

    @property
    def in_front(self) -> bool:
        """Whether this screen has the keys: no other one, and no dialog, is in front of it."""
        return self.app.screen is self

    @property
    def key(self) -> str:
        """The key that opens this screen."""
        return self.KEY

    def compose(self) -> ComposeResult:
        """Compose the frame; what a screen adds is in `compose_content`."""
        self._class_by_size()
        yield ContextLine(id="context")
        yield ModeLine(id="modes")
        with Vertical(id="body"):
            yield from self.compose_content()
        yield StatusLine(id="status")
        yield KeyLine(id="keys")

    def _class_by_size(self) -> None:
        """Take the classes of the size at once: later, all would be styled anew for them."""
        width, height = self.app.size
        for points, cells in (
            (self.HORIZONTAL_BREAKPOINTS or (), width),
            (self.VERTICAL_BREAKPOINTS or (), height),
        ):
            reached = [name for least, name in sorted(points) if cells >= least]
            self.add_class(*reached[-1:])

    def compose_content(self) -> ComposeResult:
        """Compose what is between the mode line and the status line."""
        yield from ()

    def status_parts(self) -> list[Part]:
        """Return what the status line says."""
        return []

    def way_changed(self) -> None:
        """Forget everything of the profile before; called before anything of the new one comes."""

    def way_ready(self) -> None:
        """Begin to ask: the profile is open."""

    def sends_changed(self) -> None:
        """Take note that something was heard of what is sent; the status line says it anyway."""

    def sent(self, number: int, sends: "Sequence[Send]", error: ConsoleError | None) -> None:
        """Take note that what was confirmed has left as these sends, or was not sent at all.

        Args:
            number: the number of the act, from `Sends.begin`.
            sends: what became of each; none where nothing was sent.
            error: why nothing was sent; None where it was.
        """

    def action_refresh(self) -> None:
        """Ask the cloud again."""

    def say(self, sentence: str, *, tone: str = "notice") -> None:
        """Say one sentence in the status line, until something else is to be said there."""
        self._notice = Part(cell(sentence), tone)
        self.tell_status()

    def quiet(self) -> None:
        """Take back what was said last."""
        if self._notice:
            self._notice = None
            self.tell_status()

    def tell_status(self) -> None:
        """Bring the status line up to date; nothing is painted where it is so already."""
        parts = [self._notice] if self._notice else []
        for line in self.query(StatusLine):
            line.tell([*parts, *self.console.sends.parts(), *self.status_parts()])
        if self._useless != self.useless_keys():
            self.tell_keys()

    def tell_context(self) -> None:
        """Bring the context line up to date."""
        app = self.console
        for line in self.query(ContextLine):
            line.tell(app.way, app.zone, app.now(), opening=app.opening)

    def tell_keys(self) -> None:
        """Bring the key line up to date."""
        for line in self.query(KeyLine):
            if self.in_front:
                self._useless = self.useless_keys()
                line.tell(self.active_bindings, self._useless, typing=self.console.types)

    def useless_keys(self) -> frozenset[str]:
        """Return the ids of keys that would do nothing now but say so; they are not shown."""
        return frozenset()

    @on(ScreenSuspend)
    def _silence_keys(self) -> None:
        """Show no keys under a dialog, which has its own."""
        for line in self.query(KeyLine):
            line.show(Content(""))

    def on_mount(self) -> None:
        """Learn of what changes the keys."""
        self.is_composed = True
        self.bindings_updated_signal.subscribe(self, lambda _: self.tell_keys())

    @on(ScreenResume)
    def _keep_styles(self, event: ScreenResume) -> None:
        """Let nothing be styled anew: whatever changes while another is in front is styled then."""
        event.refresh_styles = False

    @on(Resize)
    @on(ScreenResume)
    def _tell_all(self) -> None:
        self.query_one(ModeLine).tell(self.console.modes, self.key)
        self.tell_context()
        self.tell_status()
        self.call_after_refresh(self.tell_keys)
