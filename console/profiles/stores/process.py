"""Run a program that knows a secret: no shell, a time limit, and nothing of it on the screen."""

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from console.text import cell

LONGEST = 64 * 1024
"""Bytes that a program may print; a secret is a few thousand at most."""

_LONGEST_COMPLAINT = 200
_GRACE = 0.2  # seconds for the last bytes of a program that has ended


class TooMuchError(Exception):
    """A program printed more than any secret is long."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a program did; its output is a secret, so no `repr` shows it."""

    code: int
    out: bytes = field(repr=False)
    err: bytes = field(repr=False)

    @property
    def complaint(self) -> str:
        """Return the first line that it printed to stderr, safe to show; or its exit code."""
        for line in self.err.decode(errors="replace").splitlines():
            if line.strip():
                shown = cell(line.strip())
                cut = len(shown) > _LONGEST_COMPLAINT
                return f"{shown[:_LONGEST_COMPLAINT]}…" if cut else shown
        return f"signal {-self.code}" if self.code < 0 else f"exit code {self.code}"


def run(
    words: Sequence[str], *, seconds: float, given: bytes | None = None, terminal: bool = False
) -> Finished:
    """Run a program and return what it printed. Blocks: call it from a thread.

    Args:
        words: the program and its arguments.
        seconds: how long it may take.
        given: what it reads from stdin; at most what a pipe holds, 64 KiB.
        terminal: whether it may use the terminal, to ask for a PIN. Where not, it gets a session
            of its own, which has none, and is ended with all that it started.

    Raises:
        TimeoutError: it took longer; it was ended.
        TooMuchError: it printed more than `LONGEST` bytes; it was ended.
        OSError: it cannot be started.
    """
    own_input = given is None and terminal and os.isatty(0)
    process = subprocess.Popen(  # noqa: S603 - the operator named the program; there is no shell
        list(words),
        stdin=subprocess.PIPE if given is not None else None if own_input else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=not terminal,
        creationflags=0 if terminal else getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        if sys.platform == "win32":
            finished = Finished(*_talk(process, given, seconds))
        else:
            finished = Finished(*_listen(process, given, seconds))
    except subprocess.TimeoutExpired:
        raise TimeoutError from None  # the library's own error holds the output
    finally:
        _end(process, alone=terminal)
    return finished


def _talk(
    process: subprocess.Popen[bytes], given: bytes | None, seconds: float
) -> tuple[int, bytes, bytes]:
    """Exchange everything at once, where pipes cannot be waited for."""
    out, err = process.communicate(given, timeout=seconds)
    if len(out) > LONGEST:
        raise TooMuchError
    return process.returncode, out, err


def _listen(
    process: subprocess.Popen[bytes], given: bytes | None, seconds: float
) -> tuple[int, bytes, bytes]:
    """Read both pipes until the program has ended, or the time is up, or it prints too much."""
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.write(given or b"")
        process.stdin.close()
    out, err = bytearray(), bytearray()
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as pipes:
        for stream, read in ((process.stdout, out), (process.stderr, err)):
            if stream:
                pipes.register(stream, selectors.EVENT_READ, read)
        while pipes.get_map():
            if process.poll() is not None:
                # Whatever it left running may hold the pipes open for ever.
                deadline = min(deadline, time.monotonic() + _GRACE)
            left = deadline - time.monotonic()
            _take(pipes, max(0.0, min(_GRACE, left)))
            if left <= 0:
                break
            if len(out) > LONGEST:
                raise TooMuchError
            del err[LONGEST:]
    code = process.wait(max(0.0, deadline - time.monotonic()))
    return code, bytes(out), bytes(err)


def _take(pipes: selectors.BaseSelector, seconds: float) -> None:
    """Read what is there, once something is, within `seconds`."""
    for key, _ in pipes.select(seconds):
        piece = os.read(key.fd, LONGEST)
        key.data.extend(piece)
        if not piece:
            pipes.unregister(key.fileobj)


def _end(process: subprocess.Popen[bytes], *, alone: bool) -> None:
    """End the program if it still runs, and close our ends of its pipes."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            if alone or sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, 9)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            with suppress(OSError):
                stream.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(1.0)
