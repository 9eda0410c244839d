"""A program on a terminal of its own: keys go in, and what it shows and every byte can be seen.

Nothing here sleeps: whoever waits is woken by what the program writes. Bytes are drawn only when
somebody looks, so that measuring how many came, and when, costs nothing.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from threading import Condition, Thread
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from pyte.screens import Char

from tests.app import keyboard, leader
from tests.app.display import Display

PATIENCE: Final = 20.0
"""Seconds that a test waits for what must come, on a machine that is busy with others."""

_QUESTION: Final = re.compile(rb"\x1b\[(?:\?(\d+)\$p|(>?)0?c|(6)n)")
_END: Final = leader.END.encode()
_ON: Final = 1
_UNKNOWN: Final = 0

Wanted: TypeAlias = "str | re.Pattern[str] | Callable[[TerminalScreen], bool]"
"""What is waited for: text on the screen, a pattern of it, or a condition."""


class NotShownError(AssertionError):
    """What was waited for did not come."""


class NotEndedError(AssertionError):
    """The program did not end, or did not stop, in time."""


class TerminalScreen:
    """Runs a program on a new terminal of its own.

    Attributes:
        received: every byte that it wrote.
        times: when each piece of it came (`time.perf_counter()`), with the length up to its end.
        pid: the program's process.
        started: when it was started, by the same clock.
        stops: how often it was stopped.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        synchronized: bool = False,
        kitty: bool = False,
        ignored: Collection[str] = (),
        errors: int | None = None,
    ) -> None:
        """Start the program.

        Args:
            command: the program and its arguments.
            environ: its whole environment; TERM is xterm-256color where it has none.
            columns: the width in cells.
            rows: the height in cells.
            synchronized: whether the terminal says that it knows mode 2026.
            kitty: whether the terminal sends keys as kitty does, where it is asked to.
            ignored: signals that it inherits as ignored, such as `HUP`.
            errors: where its stderr goes; the terminal where None.
        """
        self.received = bytearray()
        self.times: list[tuple[float, int]] = []
        self.pid = 0
        self.started = 0.0
        self.stops = 0
        self._code: int | None = None
        self._columns, self._rows = columns, rows
        self._synchronized = synchronized
        self._kitty = kitty
        self._display = Display(columns, rows)
        self._drawn = 0
        self._reading = True
        self._came = Condition()
        self._ours, theirs = pty.openpty()
        self._set_size()
        self._first = termios.tcgetattr(theirs)
        self._report, report = os.pipe()
        hold, self._hold = os.pipe()
        self._woken, self._wake = os.pipe()
        self._leader = subprocess.Popen(
            [
                *(sys.executable, "-IS", leader.__file__),
                *(str(report), str(hold), ",".join(ignored)),
                *command,
            ],
            env={"TERM": "xterm-256color", **environ},
            cwd=environ.get("HOME"),  # what is written without a folder's name ends there
            stdin=theirs,
            stdout=theirs,
            stderr=theirs if errors is None else errors,
            start_new_session=True,
            pass_fds=(report, hold),
        )
        for descriptor in (theirs, report, hold):
            os.close(descriptor)
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        with self._came:
            assert self._came.wait_for(lambda: self.pid or self._code is not None, PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        try:
            self.wait_exit(PATIENCE if kind is None else 1.0)
        except NotEndedError:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            if kind is None:
                raise
        finally:
            os.close(self._hold)
            self._leader.wait()
            os.write(self._wake, b".")
            self._reader.join()
            for descriptor in (self._report, self._woken, self._wake):
                os.close(descriptor)

    # What goes in.

    def press(self, *keys: str) -> None:
        """Press keys: a character, `ctrl+` or `alt+` and a letter, or a name of `keyboard.KEYS`.

        As on most terminals, an escape and a key soon after it cannot be told from alt and that
        key: wait for something in between, or use a terminal that is like kitty.
        """
        with self._came:
            self._draw()
            apart = self._kitty and self._display.modes.kitty > 0
        for key in keys:
            self.send(keyboard.sent_apart(key) if apart else keyboard.sent(key))

    def type(self, text: str) -> None:
        """Type `text`, letter by letter as far as the program can tell."""
        self.send(text)

    def paste(self, text: str) -> None:
        """Paste `text` as a terminal does that marks what is pasted."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def send(self, text: str) -> None:
        """Send exactly these characters."""
        self.send_bytes(text.encode())

    def send_bytes(self, data: bytes) -> None:
        """Send exactly these bytes."""
        os.write(self._ours, data)

    def show(self, text: str) -> None:
        """Show `text` where the cursor is, as another program does that has the terminal."""
        with self._came:
            self._draw()
            self._display.feed(text.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program gets SIGWINCH."""
        with self._came:
            self._draw()
            self._columns, self._rows = columns, rows
            self._display.resize(columns, rows)
        self._set_size()

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def stop_reading(self) -> None:
        """Take nothing more from the program, as a line does that is stuck."""
        with self._came:
            self._reading = False
        os.write(self._wake, b".")

    def close(self) -> None:
        """Hang up: the terminal is gone."""
        with self._came:
            if self._ours >= 0:
                ours, self._ours = self._ours, -1
                os.write(self._wake, b".")
                self._came.wait_for(lambda: not self._reading, PATIENCE)
                os.close(ours)

    # What comes out.

    def mark(self) -> int:
        """Return how many bytes have come, to ask for those after them."""
        return len(self.received)

    def bytes_since(self, mark: int) -> bytes:
        """Return what came after `mark`."""
        with self._came:
            return bytes(self.received[mark:])

    def text(self) -> str:
        """Return the rows of the screen, without the blanks at their ends."""
        with self._came:
            return self._text()

    def cells(self) -> list[list[Char]]:
        """Return every cell of the screen with its style, row by row."""
        with self._came:
            self._draw()
            return self._display.cells()

    def cursor(self) -> tuple[int, int]:
        """Return the column and the row of the cursor, from 0."""
        with self._came:
            self._draw()
            cursor = self._display.screen.cursor
            return cursor.x, cursor.y

    def wait_for(self, wanted: Wanted, seconds: float = PATIENCE) -> str:
        """Wait until the screen shows what is wanted, and return its text.

        Raises:
            NotShownError: it did not come in time, or the program ended before.
        """
        until = time.monotonic() + seconds
        with self._came:
            while not self._shows(wanted):
                left = until - time.monotonic()
                if left <= 0 or not self._reading or not self._came.wait(left):
                    if self._shows(wanted):
                        break
                    ended = f" (ended with {self._code})" if self._code is not None else ""
                    raise NotShownError(f"{wanted!r} is not shown{ended}:\n{self._text()}")
            return self._text()

    def wait_until_still(self, seconds: float = 0.15, at_most: float = PATIENCE) -> int:
        """Wait until nothing has come for so long, and return how many bytes have come.

        Raises:
            NotShownError: it never became still.
        """
        until = time.monotonic() + at_most
        with self._came:
            while self._reading and self._came.wait(seconds):
                if time.monotonic() > until:
                    raise NotShownError("the program does not stop writing")
            return len(self.received)

    def wait_until_stuck(self, seconds: float = 0.2) -> None:
        """Wait until no more fits into what nobody reads (see `stop_reading`)."""
        now = -1
        while (before := now) != (now := self._unread()):
            select.select([], [], [], seconds)
            assert now or before < 0, "the program has written nothing"

    def _unread(self) -> int:
        unread: int = struct.unpack("i", fcntl.ioctl(self._ours, termios.FIONREAD, b"\0" * 4))[0]
        return unread

    def written_by(self, when: float) -> int:
        """Return how many bytes had come at a moment of `time.perf_counter()`."""
        with self._came:
            at = bisect_left(self.times, (when, 0))
            return self.times[at - 1][1] if at else 0

    def wait_exit(self, seconds: float = PATIENCE) -> int:
        """Wait for the program's end and all that it wrote; return its exit code, -n for signal n.

        Raises:
            NotEndedError: it did not end in time.
        """
        with self._came:
            if not self._came.wait_for(lambda: self._code is not None, seconds):
                raise NotEndedError(f"the program goes on:\n{self._text()}")
            self._came.wait_for(lambda: not self._reading, seconds)
            assert self._code is not None
            return self._code

    def wait_stopped(self, times: int = 1, seconds: float = PATIENCE) -> None:
        """Wait until the program has been stopped so often.

        Raises:
            NotEndedError: it was not, in time.
        """
        with self._came:
            if not self._came.wait_for(lambda: self.stops >= times, seconds):
                raise NotEndedError(f"the program was stopped {self.stops} times:\n{self._text()}")

    def modes_left(self) -> list[str]:
        """Return what of the terminal's modes differs from before the program."""
        with self._came:
            self._draw()
            left = self._display.modes.left()
            if self._ours >= 0 and termios.tcgetattr(self._ours) != self._first:
                left.append("the line's attributes")
            return left

    def is_on(self, number: int) -> bool:
        """Return whether a private mode is on, such as 1049, the other screen."""
        with self._came:
            self._draw()
            return self._display.modes.is_on(number)

    # Inside.

    def _set_size(self) -> None:
        fcntl.ioctl(
            self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", self._rows, self._columns, 0, 0)
        )

    def _draw(self) -> None:
        if self._drawn < len(self.received):
            self._display.feed(bytes(self.received[self._drawn :]))
            self._drawn = len(self.received)

    def _text(self) -> str:
        self._draw()
        return "\n".join(row.rstrip() for row in self._display.lines())

    def _shows(self, wanted: Wanted) -> bool:
        if isinstance(wanted, str):
            return wanted in self._text()
        if isinstance(wanted, re.Pattern):
            return wanted.search(self._text()) is not None
        return wanted(self)

    def _read(self) -> None:
        """Take in what the program writes and what is told of it, until the leader has ended."""
        told, leading = b"", True
        while leading or self._leader.returncode is None:
            with self._came:
                if self._ours < 0:
                    self._reading = False
                self._came.notify_all()
                wanted = [self._woken]
                wanted += [self._report] * leading + [self._ours] * self._reading
            ready, _, _ = select.select(wanted, [], [])
            if self._woken in ready:
                os.read(self._woken, 1)
            if self._report in ready:
                more = os.read(self._report, 4096)
                leading = bool(more)
                *lines, told = (told + more).split(b"\n")
                self._hear(lines)
            if self._reading and self._ours in ready:
                self._take()
        with self._came:
            self._reading = False
            self._came.notify_all()

    def _hear(self, lines: list[bytes]) -> None:
        with self._came:
            for what, *rest in (line.split() for line in lines):
                if what == b"started":
                    self.pid, self.started = int(rest[0]), float(rest[1])
                elif what == b"stopped":
                    self.stops += 1
                else:
                    self._code = int(rest[0])

    def _take(self) -> None:
        try:
            piece = os.read(self._ours, 65_536)
        except OSError:  # so Linux says that nobody has the terminal open any more
            piece = b""
        with self._came:
            self.received += piece
            if not piece or self.received.endswith(_END):
                self.received = self.received.removesuffix(_END)
                self._reading = False
            self.times.append((time.perf_counter(), len(self.received)))
            self._answer(piece)

    def _answer(self, piece: bytes) -> None:
        """Answer the questions in `piece` as an xterm does."""
        if b"\x1b[" not in piece:
            return
        for match in _QUESTION.finditer(piece):
            if match[1]:
                known = _ON + 1 if self._synchronized and match[1] == b"2026" else _UNKNOWN
                self.send(f"\x1b[?{match[1].decode()};{known}$y")
            elif match[3]:
                self._draw()
                cursor = self._display.screen.cursor
                self.send(f"\x1b[{cursor.y + 1};{cursor.x + 1}R")
            elif match[2]:
                self.send("\x1b[>41;390;0c")
            else:
                self.send("\x1b[?64;1;2;6;9;15;18;21;22c")


def python_environ(home: str, **more: str) -> dict[str, Any]:
    """Return an environment for our own programs, whose files are under `home`."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "VIRTUAL_ENV") if name in os.environ
    }
    return {"LANG": "C.UTF-8", **kept, "HOME": home, "PYTHONWARNINGS": "default", **more}
