"""A program in a terminal of its own, and what its frames and its answers to keys take.

Everything is measured where a terminal would read, at the other end of a pty, and in the same way
for every program:

* a *frame* is there when the terminal, fed with what has come so far, shows a certain text: not at
  the first byte, which may be a question to the terminal;
* an *answer* to a key lasts from the key's being written to the last byte that comes before the
  program falls silent. A program that paints twice for one key has answered after the second time;
* the *floor* of an answer is what its changed cells take when they are written one after the other
  (see `tests.app.floor`).

The terminal is an xterm of 256 colours that knows synchronized output, as one is over SSH. While a
program works nothing is drawn here: what came is noted, with its time, and drawn afterwards.
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.app import keyboard
from tests.app.floor import floor
from tests.app.screen import TerminalScreen, python_environ
from tests.app.sheet import Cell, SheetDisplay
from tests.bench.process import BenchError

QUIET: Final = 0.08
"""Seconds without a byte after which an answer to a key is over."""

LONG_QUIET: Final = 0.3
"""The same where something is asked over the network meanwhile."""

_PATIENCE: Final = 300.0  # a hundred thousand rows take a minute, for some, on a quiet machine
_LINE: Final = str(Path(__file__).with_name("line.py"))


@dataclass(frozen=True)
class Size:
    """The size of a terminal, in cells."""

    columns: int
    rows: int

    def __str__(self) -> str:
        return f"{self.columns}x{self.rows}"


LARGE: Final = Size(120, 40)
SMALL: Final = Size(80, 24)


@dataclass(frozen=True)
class Line:
    """What lies between the program and the terminal.

    Attributes:
        there_and_back: seconds that a key and its answer are under way, half of it each.
        rate: bits a second; 0 for any number.
    """

    there_and_back: float
    rate: int = 0

    def __str__(self) -> str:
        rate = f", {self.rate / 1000:g} kbit/s" if self.rate else ""
        return f"{self.there_and_back * 1000:g} ms there and back{rate}"

    def words(self) -> tuple[str, ...]:
        """Return the words before a command that run it at the other end of this line."""
        return (sys.executable, "-IS", _LINE, str(self.there_and_back / 2), str(self.rate))


@dataclass(frozen=True)
class Program:
    """Something that runs in a terminal.

    Attributes:
        name: what people call it.
        words: the command.
        environ: what leads it, beside what every program gets.
        frame: what its first frame shows.
        data: what it shows as soon as something of the cloud is there.
    """

    name: str
    words: tuple[str, ...]
    environ: Mapping[str, str]
    frame: str
    data: str = ""


@dataclass(frozen=True)
class Answer:
    """What came for a key.

    Attributes:
        seconds: from the key to the last byte; 0 where none came.
        size: how many bytes.
        floor: how many the changed cells take; 0 where nobody looked.
    """

    seconds: float
    size: int
    floor: int


@dataclass(frozen=True)
class Moment:
    """When something was first shown.

    Attributes:
        seconds: since the program's process was started.
        size: bytes that had come.
    """

    seconds: float
    size: int


class Session:
    """A program that runs in a terminal.

    Attributes:
        size: the terminal's.
    """

    def __init__(self, screen: TerminalScreen, size: Size) -> None:
        self.size = size
        self._screen = screen
        self._display = SheetDisplay(size.columns, size.rows)
        self._blank = self._display.sheet.rows()
        self._drawn = 0

    def shown(self, pattern: str) -> Moment:
        """Wait until the screen shows a pattern, and return when it first did.

        Raises:
            BenchError: it does not come.
        """
        wanted = re.compile(pattern)
        until = time.monotonic() + _PATIENCE
        moment = Moment(0.0, self._drawn)
        while not wanted.search(self.text()):
            if (piece := self._next_piece()) is None:
                if time.monotonic() > until:
                    raise BenchError(f"{pattern!r} is not shown:\n{self.text()}")
                self._screen.wait_until_still(QUIET, _PATIENCE)
                continue
            at, end = piece
            self._draw(end)
            moment = Moment(at - self._screen.started, end)
        return moment

    def settle(self, quiet: float = LONG_QUIET) -> int:
        """Wait until nothing comes any more; return how many bytes have come."""
        size = self._screen.wait_until_still(quiet, _PATIENCE)
        self._draw(size)
        return size

    def start_floor(self) -> int:
        """Return what it takes to write what is shown now on a blank screen."""
        return floor(self._blank, self._cells())

    def answer(
        self, *keys: str, quiet: float = QUIET, looks: bool = False, until: str = ""
    ) -> Answer:
        """Press keys at once and wait for all that they bring about, at least a byte.

        Args:
            keys: what to press.
            quiet: seconds without a byte after which it is over.
            looks: whether to work out the floor.
            until: a pattern that is shown when it is over; any byte will do where there is none.

        Raises:
            BenchError: nothing comes, or not that.
        """
        size = self._screen.mark()
        wanted = re.compile(until)

        def came(now: int) -> bool:
            return now > size and (not until or wanted.search(self.text()) is not None)

        return self._answer(keys, quiet, looks=looks, came=came)

    def maybe_nothing(self, *keys: str, quiet: float = LONG_QUIET) -> Answer:
        """Press keys, or none, and return what comes within `quiet` seconds of it, if anything."""
        return self._answer(keys, quiet, looks=True, came=lambda _: True)

    def _answer(
        self, keys: tuple[str, ...], quiet: float, *, looks: bool, came: Callable[[int], bool]
    ) -> Answer:
        screen = self._screen
        before = self._cells() if looks else []
        size, pieces = screen.mark(), len(screen.times)
        data = "".join(keyboard.sent(key) for key in keys)
        began = time.perf_counter()
        screen.send(data)
        now = self.settle(quiet)
        while not came(now):
            if time.perf_counter() - began > _PATIENCE:
                raise BenchError(f"{keys} did not bring it about:\n{self.text()}")
            now = self.settle(quiet)
        seconds = screen.times[-1][0] - began if len(screen.times) > pieces else 0.0
        return Answer(seconds, now - size, floor(before, self._cells()) if looks else 0)

    def resize(self, size: Size) -> None:
        """Give the terminal another size, and wait until it is filled."""
        self.size = size
        self._display.resize(size.columns, size.rows)
        self._screen.resize(size.columns, size.rows)
        self.settle()

    def peak(self) -> int:
        """Return the most memory that the program has needed so far, in bytes."""
        status = Path(f"/proc/{self._screen.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024

    def text(self) -> str:
        """Return what is shown, as far as it was drawn."""
        return "\n".join(self._display.lines())

    def _cells(self) -> list[list[Cell]]:
        return self._display.sheet.rows()

    def _next_piece(self) -> tuple[float, int] | None:
        times = self._screen.times
        return next((piece for piece in times if piece[1] > self._drawn), None)

    def _draw(self, end: int) -> None:
        self._display.feed(self._screen.bytes_since(self._drawn)[: end - self._drawn])
        self._drawn = end


@contextmanager
def opened(program: Program, size: Size, line: Line | None = None) -> Iterator[Session]:
    """Run a program in a terminal of a size, with a home of its own that is empty."""
    before = line.words() if line else ()
    with (
        tempfile.TemporaryDirectory() as home,
        TerminalScreen(
            [*before, *program.words],
            environ={**python_environ(home), "PYTHONWARNINGS": "ignore", **program.environ},
            columns=size.columns,
            rows=size.rows,
            synchronized=True,
        ) as screen,
    ):
        yield Session(screen, size)
