"""A command on a terminal of its own, of a size that the test chooses."""

import os
import pty
import subprocess
import sys
import termios
import tty
from collections.abc import Collection, Mapping
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
    streams: Collection[str] = ("in", "out"),
) -> Ran:
    """Run a command on a terminal.

    Args:
        arguments: the command and its options.
        environ: its whole environment.
        columns: how wide the terminal is, in cells.
        streams: which of `in`, `out` and `err` are the terminal; the others are empty or a pipe.
    """
    terminal = Terminal(columns)
    with subprocess.Popen(
        [sys.executable, "-m", "console", *arguments],
        env={"TERM": "xterm-256color", **environ},
        stdin=terminal.end if "in" in streams else subprocess.DEVNULL,
        stdout=terminal.end if "out" in streams else subprocess.PIPE,
        stderr=terminal.end if "err" in streams else subprocess.PIPE,
    ) as process:
        out, err = process.communicate(timeout=60)
    shown = terminal.written()
    if "out" not in streams:
        return Ran(process.returncode, out.decode(), shown.decode())
    return Ran(process.returncode, shown.decode(), (err or b"").decode())
