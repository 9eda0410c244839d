"""A command on a terminal of its own, of a size that the test chooses."""

import os
import pty
import subprocess
import sys
import termios
import tty
from collections.abc import Mapping
from threading import Thread

from tests.cloud import Ran


class Terminal:
    """A pty whose every byte is kept; what is written is not changed on the way.

    Attributes:
        end: the file descriptor that a process gets as its terminal.
    """

    def __init__(self, columns: int, lines: int = 24) -> None:
        self._ours, self.end = pty.openpty()
        tty.setraw(self.end)
        termios.tcsetwinsize(self.end, (lines, columns))
        self._kept = b""
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        try:
            while part := os.read(self._ours, 65_536):
                self._kept += part
        except OSError:
            pass  # so Linux says that nobody has the terminal open any more

    def type(self, text: bytes) -> None:
        """Type something."""
        os.write(self._ours, text)

    def written(self) -> bytes:
        """Return what was written, once every process has closed the terminal."""
        os.close(self.end)
        self._reader.join()
        os.close(self._ours)
        return self._kept


def on_terminal(
    *arguments: str,
    environ: Mapping[str, str],
    columns: int = 80,
    only: str = "",
) -> Ran:
    """Run a command on a terminal.

    Args:
        arguments: the command and its options.
        environ: its whole environment.
        columns: how wide the terminal is, in cells.
        only: `out` where the terminal is stdout alone, `err` where it is stderr alone; otherwise it
            is stdin and stdout. What is not the terminal is a pipe, or empty.
    """
    terminal = Terminal(columns)
    with subprocess.Popen(
        [sys.executable, "-m", "console", *arguments],
        env={"TERM": "xterm-256color", **environ},
        stdin=subprocess.DEVNULL if only else terminal.end,
        stdout=subprocess.PIPE if only == "err" else terminal.end,
        stderr=terminal.end if only == "err" else subprocess.PIPE,
    ) as process:
        out, err = process.communicate(timeout=60)
    shown = terminal.written()
    if only == "err":
        return Ran(process.returncode, out.decode(), shown.decode())
    return Ran(process.returncode, shown.decode(), err.decode())
