"""A command that asks, and whoever answers: on a pty that is its controlling terminal.

Only such a terminal is asked for a secret; what is typed goes in when the question is there.
"""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

SECONDS: Final = 30.0
"""How long something may take that is waited for."""

_TAKE_IT = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, '-m', 'console', *sys.argv[1:]])"
)
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


class Dialogue:
    """A command and its terminal.

    Attributes:
        process: the command.
        shown: everything that the terminal has shown so far, with plain line ends.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", descriptor: int) -> None:
        self.process = process
        self.shown = ""
        self._descriptor = descriptor
        self._read_to = 0

    def until(self, words: str) -> str:
        """Read until `words` appear; return what came up to their end since the last call."""
        end = time.monotonic() + SECONDS
        while (found := self.shown.find(words, self._read_to)) < 0:
            assert self._more(end), f"ended without {words!r}:\n{self.shown}"
        before = self.shown[self._read_to : found + len(words)]
        self._read_to = found + len(words)
        return before

    def answer(self, prompt: str, line: str) -> str:
        """Wait for `prompt`, then type `line` and Enter; return what came before."""
        before = self.until(prompt)
        self.type(f"{line}\n")
        return before

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._descriptor, keys.encode())

    def interrupt(self) -> int:
        """Press Ctrl-C until it is heard, and return the exit code.

        A signal that comes after a question is shown and before its answer is read is only seen
        with the next one: so is Python's `input`.
        """
        while self.process.poll() is None:
            self.type("\x03")
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
        return self.end()

    def end(self) -> int:
        """Read to the end and return the exit code."""
        end = time.monotonic() + SECONDS
        while self._more(end):
            pass
        return self.process.wait(SECONDS)

    def _more(self, end: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"nothing came for {SECONDS:g} s after:\n{self.shown}"
        try:
            piece = os.read(self._descriptor, 1 << 16)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.shown += _STYLE.sub("", piece.decode(errors="replace")).replace("\r\n", "\n")
        return bool(piece)


@contextmanager
def dialogue(*arguments: str, environ: Mapping[str, str], columns: int = 200) -> Iterator[Dialogue]:
    """Run `console` with `arguments` on a terminal, and with nothing but `environ`."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, columns))
    words = [sys.executable, "-c", _TAKE_IT, *arguments]
    with subprocess.Popen(
        words,
        env={"TERM": "xterm-256color", **environ},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield Dialogue(process, ours)
        finally:
            if process.poll() is None:
                process.kill()
            os.close(ours)
