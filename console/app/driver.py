"""How the console holds a terminal: what it sets, and that all of it is given back however it ends.

Textual's driver for Linux reads keys and draws well. What it lacks is here: signals that end the
program cleanly, a terminal that goes away, Ctrl+Z under every parent, modes that are restored one
and all, and a screen that nothing else can write on.

Which sequences are sent is decided in this module alone: `MODES`, `MOUSE` and the question of
`_ask`. Left out on purpose: reports of focus (they repaint on each change of window), resizing in
band (SIGWINCH does it), mouse pixels and the mouse's every move (they flood a slow line), and of
kitty's keyboard all but the first step, after which Enter still works in a shell should the program
be killed outright.
"""

import _thread
import errno
import os
import select
import selectors
import signal
import sys
import termios
import tty
from codecs import getincrementaldecoder, lookup
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from types import FrameType
from typing import Any, Final, TypeAlias

from rich.color import ColorSystem
from textual import constants, events
from textual._compositor import CompositorUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from console.app import terminal
from console.app.painting.painter import Painter
from console.app.pasted import Pastes
from console.app.stray import Stray
from console.app.writer import TerminalWriter

MODES: Final = (
    ("\x1b[?1049h", "\x1b[H\x1b[J\x1b[?1049l"),  # the other screen; wiped where there is only one
    ("\x1b[?25l", "\x1b[?25h"),  # no cursor
    ("\x1b[?7l", "\x1b[?7h"),  # no wrapping at the edge
    ("\x1b[?2004h", "\x1b[?2004l"),  # pasted text is marked as such
)
"""What is set at the start, and how each is given back; in the reverse order."""

KITTY: Final = ("\x1b[>1u", "\x1b[<u")
"""Keys told apart, such as escape and the beginning of another key, where the terminal can."""

MOUSE: Final = (
    ("\x1b[?1000h", "\x1b[?1000l"),  # clicks
    ("\x1b[?1002h", "\x1b[?1002l"),  # moves with a button held
    ("\x1b[?1006h", "\x1b[?1006l"),  # beyond column 223
)
"""What is set where the mouse is wanted."""

ASK_SYNCHRONIZED: Final = "\x1b[?2026$p"
"""The one question that is asked: whether frames can be shown whole."""

CLEARED: Final = "\x1b[m\x1b[H\x1b[J"
"""What wipes the screen, so that nobody has to guess what is on it."""

FRAME: Final = ("\x1b[?2026h", "\x1b[?2026l")
"""What is around a frame, so that it is shown whole, where the terminal can do that."""

_PLAIN: Final = f"{FRAME[1]}\x1b[r\x1b[0m"  # no frame half shown, no lines marked off, no colour

_SMALL: Final = 64  # characters of a frame that comes in one piece anyway

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
_GRACE: Final = 3.0  # seconds that an orderly end may take before it is cut short
_DRAIN: Final = 1.0  # seconds that a slow terminal gets for the last bytes
_TICK: Final = 0.025  # seconds between looks whether an escape stands alone
_NO_SIZE: Final = (80, 24)  # what a terminal has that does not say

Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None


class ConsoleDriver(LinuxDriver):
    """A driver that leaves every terminal as it found it."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # Keys come from stdin. The screen goes to stdout, where Textual takes stderr, so that
        # `console 2>errors` works, and so that stderr can be led aside.
        stdout = sys.__stdout__
        if stdout is None:
            raise OSError(errno.EBADF, "standard output is closed")
        self._terminal = os.dup(stdout.fileno())
        self._encoding = stdout.encoding
        if size is None:
            self._size = self._get_terminal_size()
        self._modes = self._wanted_modes()
        self._painter = self._wanted_painter()
        self._writer: TerminalWriter | None = None
        self._whole = False  # whether the terminal can show a frame whole
        self._stray = Stray()
        self._wake: tuple[int, int] | None = None
        self._turning = False
        self._ending = False
        self._former: dict[int, Handler] = {
            number: signal.signal(number, self._told_to_end) for number in _ENDING
        }

    def _wanted_modes(self) -> list[tuple[str, str]]:
        modes = list(MODES)
        if not (constants.DISABLE_KITTY_KEY or self._is_linux_console()):
            modes.append(KITTY)
        if self._mouse:
            modes.extend(MOUSE)
        return modes

    def _wanted_painter(self) -> Painter | None:
        """Return what finds out which cells changed; None where whole frames are to be written."""
        # Elsewhere nobody knows how wide what replaces a character is.
        if lookup(self._encoding).name != "utf-8" or getattr(self._app, "whole_frames", False):
            return None
        return Painter(coloured=terminal.erases_in_colour(os.environ))

    @staticmethod
    def _is_linux_console() -> bool:
        # Before Linux 5.8 it shows the last letter of what it does not know.
        return os.environ.get("TERM") == "linux"

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return what the terminal itself says; COLUMNS and LINES may be of another one."""
        try:
            columns, rows = os.get_terminal_size(self._terminal)
        except OSError:
            return _NO_SIZE
        return (columns or _NO_SIZE[0], rows or _NO_SIZE[1])

    # Beginning and leaving.

    def start_application_mode(self) -> None:
        """Take the terminal: at the start, and when coming back."""
        if self._writer is not None:
            return
        # Attributes first: in the background this stops the process before anything is drawn.
        try:
            self.attrs_before = termios.tcgetattr(self.fileno)
            self._set_attributes(self._raw(self.attrs_before))
        except termios.error:
            self._lost()
        self._writer = TerminalWriter(
            self._terminal, self._encoding, lost=self._lost, drained=self._drained
        )
        self._stray.lead_aside()
        # Through the loop: a signal wakes it then whichever thread it comes to, and many of them
        # are seen in order.
        self._loop.add_signal_handler(signal.SIGWINCH, self._resized)
        self._loop.call_soon_threadsafe(self._tell_size)
        taking = "".join(on for on, _ in self._modes)
        if self._painter is None:
            self._writer.write(taking)
        else:
            self._writer.write(taking + CLEARED)
            self._painter.forget(cleared=True)
            self._painter.newline = self._next_line()
        self.exit_event.clear()
        self._wake = os.pipe()
        self._key_thread = Thread(target=self.run_input_thread, name="console-input", daemon=True)
        self._key_thread.start()
        if not self._is_linux_console():
            self._request_terminal_sync_mode_support()

    def stop_application_mode(self) -> None:
        """Give the terminal back; harmless where that has been done."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        self.disable_input()
        writer.stop(self._restoring(), _DRAIN)
        with suppress(termios.error):
            # Answers and mouse reports that were still on their way must not become typed text.
            termios.tcflush(self.fileno, termios.TCIFLUSH)
        if self.attrs_before is not None:
            with suppress(termios.error):
                self._set_attributes(self.attrs_before)
        self._stray.lead_back()

    def disable_input(self) -> None:
        """Read no more keys; harmless where that has been done."""
        if self._wake is None:
            return
        self._loop.remove_signal_handler(signal.SIGWINCH)
        self.exit_event.set()
        told, tell = self._wake
        self._wake = None
        os.write(tell, b".")
        if self._key_thread is not None:
            self._key_thread.join(_DRAIN)
            self._key_thread = None
        os.close(told)
        os.close(tell)

    def suspend_application_mode(self) -> None:
        """Give the terminal back for a while, as for an editor."""
        self.stop_application_mode()

    def close(self) -> None:
        """Give back all that is held; nothing can be shown after it."""
        self.stop_application_mode()
        if self._ending:
            return  # the end goes on, also where a signal comes after what it tells of
        for number, handler in self._former.items():
            signal.signal(number, handler)
        self._former.clear()

    def write(self, data: str) -> None:
        """Send `data`; while the terminal is given back it is dropped."""
        if self._writer is not None:
            self._writer.write(self._painter.beside(data) if self._painter else data)

    def paint(
        self,
        update: CompositorUpdate,
        colours: ColorSystem,
        cursor: tuple[int, int],
        *,
        seen: bool,
        whole: bool,
    ) -> bool:
        """Send what of an update the terminal does not show yet.

        Args:
            update: what it is to show.
            colours: how many colours there are.
            cursor: the column and the row where the cursor is put.
            seen: whether it matters where that is.
            whole: whether the terminal can show a frame whole.

        Returns:
            False where that cannot be found out: the update has to be written as it is.
        """
        painter, writer = self._painter, self._writer
        if painter is None or writer is None:
            return painter is not None
        was_late = painter.is_late
        self._whole = whole
        if not painter.draw(update, colours, cursor, seen=seen):
            if was_late:
                # What is written in its place is this update alone.
                self._loop.call_soon(self._repaint)
            return False
        self._catch_up()
        return True

    def _catch_up(self) -> None:
        """Send what was drawn, unless the terminal has not taken yet what was sent before.

        So a slow terminal gets the newest picture next, and none of those in between.
        """
        painter, writer = self._painter, self._writer
        if painter is None or writer is None or writer.is_busy:
            return
        before = painter.times_forgotten
        frame = painter.rest()
        if not frame:
            return
        if self._whole and len(frame) > _SMALL:
            frame = frame.join(FRAME)
        writer.write(frame)
        if painter.times_forgotten != before:
            # Stopped and gone on meanwhile, by a signal: who knows what was shown where.
            painter.forget()

    def _drained(self) -> None:
        """Go on where the terminal has taken all; called from the thread that writes."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._catch_up)

    def _next_line(self) -> str:
        """Return what takes the terminal's cursor to the first cell of the next line."""
        with suppress(termios.error):
            flags = termios.tcgetattr(self._terminal)[tty.OFLAG]
            if flags & termios.OPOST and flags & termios.ONLCR:
                return "\n"  # the system adds the CR
        return "\r\n"

    def _restoring(self) -> str:
        return _PLAIN + "".join(off for _, off in reversed(self._modes))

    def _raw(self, attributes: list[Any]) -> list[Any]:
        raw = [*attributes]
        raw[tty.LFLAG] = self._patch_lflag(raw[tty.LFLAG])
        raw[tty.IFLAG] = self._patch_iflag(raw[tty.IFLAG])
        raw[tty.CC] = [*raw[tty.CC]]
        raw[tty.CC][termios.VMIN] = 1
        raw[tty.CC][termios.VTIME] = 0
        return raw

    def _set_attributes(self, attributes: list[Any]) -> None:
        while True:
            try:
                termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)
            except termios.error as error:
                # In the background the process is stopped here; it goes on once it is in front.
                if error.args[0] != errno.EINTR:
                    raise
            else:
                return

    # Being told something.

    def _told_to_end(self, number: int, _frame: FrameType | None) -> None:
        self._end(128 + number)

    def _lost(self) -> None:
        """End, as there is no terminal any more; called from any thread."""
        self._end(128 + signal.SIGHUP)

    def _end(self, code: int) -> None:
        """End the app in order, and end the process in any case.

        It is called from signal handlers, so that it takes no lock that the main thread may hold.
        """
        if self._ending:
            return
        self._ending = True
        if self._writer is not None:
            self._writer.hurried = True
        _thread.start_new_thread(self._cut_short, (code,))
        with suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._app.exit, None, code)

    def _cut_short(self, code: int) -> None:
        """End the process where the app has not ended in time; normally it is gone before that."""
        select.select([], [], [], _GRACE)
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(OSError, termios.error):
                if self.attrs_before is not None:
                    self._set_attributes(self.attrs_before)
                if select.select([], [self._terminal], [], 0)[1]:
                    os.write(self._terminal, self._restoring().encode())
        os._exit(code)

    def _resized(self) -> None:
        if self._painter is not None:
            self._painter.forget()
        self._tell_size()

    def _tell_size(self) -> None:
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))

    # Stopping and going on.

    def _sigtstp_application(self, *_: object) -> None:
        """Stop, with the terminal given back.

        The whole process group stops, so that a shell sees it also where another program stands
        between. SIGTSTP does it, not SIGSTOP: where nobody could make the process go on, as under
        `ssh host console`, the system ignores it, and the screen comes back at once.
        """
        self._turning = True
        ours = self._auto_restart and self._writer is not None
        if ours:
            self.suspend_application_mode()
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)
        if ours:
            self._come_back()
        self._turning = False

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal anew: whoever stopped the process has had it since."""
        if self._turning or self._writer is None or not self._auto_restart:
            return
        self._turning = True
        self.suspend_application_mode()
        self._come_back()
        self._turning = False

    def _come_back(self) -> None:
        self.resume_application_mode()
        with suppress(RuntimeError):  # as in `_end`
            self._loop.call_soon_threadsafe(self._repaint)

    def _repaint(self) -> None:
        self._app.post_message(self.SignalResume())
        self._app.refresh(layout=True)

    # Reading keys.

    def run_input_thread(self) -> None:
        """Read what the terminal sends, until told to stop or it is gone."""
        wake = self._wake
        if wake is None:
            return
        parser, pastes = XTermParser(self._debug), Pastes()
        decoder = getincrementaldecoder("utf-8")("replace")
        patience = int(constants.ESCAPE_DELAY / _TICK) + 2
        ticks = 0
        # Not poll or epoll: macOS has none for terminals.
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(wake[0], selectors.EVENT_READ)
            while not self.exit_event.is_set():
                # Without input there is nothing to look for, and nothing wakes the process.
                ready = selector.select(_TICK if ticks else None)
                if any(key.fd == self.fileno for key, _ in ready):
                    text = self._read(decoder.decode)
                    if text is None:
                        self._lost()
                        return
                    text = pastes.made_text(text)
                    for message in parser.feed(text) if text else ():
                        self.process_message(message)
                    ticks = patience
                elif ticks:
                    ticks -= 1
                for message in parser.tick():
                    self.process_message(message)

    def _read(self, decode: Callable[[bytes], str]) -> str | None:
        """Return what was typed, or None where the terminal is gone."""
        try:
            data = os.read(self.fileno, 4096)
        except BlockingIOError:
            return ""
        except OSError:
            return None
        return decode(data) if data else None
