"""How the app runs and ends, also when something in it fails that nobody expected.

Textual shows a fault with the local variables of every frame, and so the secrets in them. Here the
app ends, the terminal is given back, and the error is raised where the app was run: the commands
write it to the log, without any value, and say where that is.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from rich.color import ColorSystem
from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.worker import WorkerFailed

from console.app import terminal
from console.app.driver import ConsoleDriver

R = TypeVar("R")

_SYSTEMS = {
    "16": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
}
_LEAVING = logging.getLogger("console.leaving")
_STRAY = logging.getLogger("console.stray")


class GuardedApp(App[R]):
    """An app that holds the terminal with good manners and shows no fault of its own.

    Attributes:
        fault: the error that ended it, where one did that nobody expected.
        whole_frames: whether the terminal is sent all that is painted, not only what changed; to be
            set before the app runs.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            id="app.suspend",
            show=False,
            tooltip="back to the shell; `fg` comes back here",
        )
    ]

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Make the app for the terminal that `environ` describes.

        Raises:
            SettingsError: `environ` asks for colours that there are not.
        """
        # Without colours Textual would send greys; in the terminal's own colours it sends none.
        super().__init__(ansi_color=True if environ.get("NO_COLOR") else None)
        self.fault: BaseException | None = None
        self.whole_frames = terminal.whole_frames(environ)
        # Rich would send every colour to whatever inherited COLORTERM.
        self.console._color_system = _SYSTEMS[terminal.colours(environ)]  # noqa: SLF001 - it has no other place once the console is made

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that gives the terminal back."""
        return ConsoleDriver

    def action_command_palette(self) -> None:
        """Open the palette, one that does not blink."""
        from console.app.palette import StillPalette  # noqa: PLC0415 - when it is asked for

        if self.use_command_palette and not isinstance(self.screen, StillPalette):
            self.push_screen(StillPalette(id="--command-palette"))

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002 - Textual's signature
        """End the app; what Textual would print may hold anything."""
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """End the app without Textual's page on the error, which shows the values of variables."""
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        """Keep the first error and end the app.

        Once the app is leaving, Textual mounts nothing any more, and whoever looks for what it has
        just composed fails: the end that was asked for stands.
        """
        cause = error.error if isinstance(error, WorkerFailed) else error
        if self._exit:
            _LEAVING.warning("after the end", exc_info=cause)
            return
        if self.fault is None:
            self.fault = cause
        super()._handle_exception(error)

    def _check_resize(self) -> None:
        """Tell the screen its size; where that is what it was, paint it all anew.

        There and back, faster than screens are told: to Textual nothing has changed, but the
        terminal has lost what it showed.
        """
        event = self._resize_event
        super()._check_resize()
        if event is not None and self._screen_stack and self.screen._compositor.size == event.size:  # noqa: SLF001 - what it was laid out for
            self.screen.refresh()

    def _display(
        self, screen: Screen[Any], renderable: RenderableType | CompositorUpdate | None
    ) -> None:
        """Show an update, by what of it is new where the driver can tell."""
        if isinstance(renderable, CompositorUpdate) and self._painted(renderable):
            self.post_display_hook()
        else:
            super()._display(screen, renderable)  # type: ignore[arg-type]  # Textual's own types leave out what it hands over

    def _painted(self, update: CompositorUpdate) -> bool:
        driver = self._driver
        if not isinstance(driver, ConsoleDriver) or self._batch_count:
            return False
        if not self._running or self._closed:
            return False
        front = self.screen
        return driver.paint(
            update,
            self.console._color_system or ColorSystem.TRUECOLOR,  # noqa: SLF001 - as Textual does
            front.outer_size.clamp_offset(self.cursor_position),
            seen=hasattr(front.focused, "cursor_screen_offset"),
            whole=self._sync_available,
        )

    def _set_pointer_shape(self, shape: str) -> None:
        """Leave the mouse pointer as it is: nothing would give it back at the end."""

    def _print(self, text: str, stderr: bool = False) -> None:  # noqa: FBT001, FBT002 - Textual's signature
        """Write what is printed meanwhile to the log."""
        super()._print(text, stderr)
        if not self.is_headless and (line := text.strip()):
            _STRAY.warning("%s", line)


def run(app: GuardedApp[Any], *, mouse: bool) -> int:
    """Show the app until it ends, and return its exit code: 128+n where signal n ended it.

    Raises:
        BaseException: the error that ended it, where nobody expected it.
    """
    # Without a log, Python would print warnings where the screen is.
    logging.getLogger().addHandler(logging.NullHandler())
    former = threading.excepthook
    try:
        asyncio.run(_shown(app, mouse=mouse))
    finally:
        threading.excepthook = former
    if app.fault is not None:
        raise app.fault
    return app.return_code or 0


async def _shown(app: GuardedApp[Any], *, mouse: bool) -> None:
    loop = asyncio.get_running_loop()

    def failed(args: threading.ExceptHookArgs) -> None:
        error = args.exc_value
        if isinstance(error, Exception):
            loop.call_soon_threadsafe(app._handle_exception, error)  # noqa: SLF001 - what Textual calls for its own threads
        else:
            sys.__excepthook__(args.exc_type, error or args.exc_type(), args.exc_traceback)

    threading.excepthook = failed
    await app.run_async(mouse=mouse)
