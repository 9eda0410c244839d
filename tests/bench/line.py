"""A slow line: runs a command in an inner terminal and carries bytes to and fro, late.

`python -IS line.py SECONDS BITS COMMAND ...`: each byte is under way for so many seconds; to the
terminal go at most so many bits a second, or any number where that is 0. As on a real line, what
waits for its turn fills the little there is to hold it, and then the program has to wait too.
"""

import os
import pty
import select
import sys
import termios
import time
import tty
from collections import deque
from contextlib import suppress

_PIECE = 4096
_SLICE = 0.02  # seconds that a piece takes on the line, so that bytes come as evenly as they do


class Way:
    """One direction: reads here, writes there, later.

    Attributes:
        source: the descriptor to read from.
    """

    def __init__(self, source: int, sink: int, seconds: float, bits: float) -> None:
        self.source = source
        self._sink = sink
        self._seconds = seconds
        self._bits = bits
        self._piece = max(1, int(bits * _SLICE / 8)) if bits else _PIECE
        self._free_at = 0.0
        self._under_way: deque[tuple[float, bytes]] = deque()

    def takes(self, now: float) -> bool:
        """Tell whether there is room for more."""
        return now >= self._free_at

    def next_time(self) -> list[float]:
        """Return when something has to be done, if anything has."""
        due = [self._under_way[0][0]] if self._under_way else []
        return [*due, self._free_at] if self._free_at > time.monotonic() else due

    def take(self) -> bool:
        """Read what there is; return whether the other side is still there."""
        try:
            data = os.read(self.source, self._piece)
        except OSError:  # so Linux says that nobody has the terminal open any more
            data = b""
        now = time.monotonic()
        self._free_at = now + (len(data) * 8 / self._bits if self._bits else 0.0)
        self._under_way.append((self._free_at + self._seconds, data))
        return bool(data)

    def give(self) -> None:
        """Write what has arrived."""
        while self._under_way and self._under_way[0][0] <= time.monotonic():
            left = self._under_way.popleft()[1]
            while left:
                left = left[os.write(self._sink, left) :]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is under way."""
        return not self._under_way


def carry(inner: int, seconds: float, bits: float) -> None:
    """Carry bytes between our terminal and an inner one, until the program there has ended."""
    up, down = Way(0, inner, seconds, 0), Way(inner, 1, seconds, bits)
    going = True
    while going or not down.is_empty:
        now = time.monotonic()
        sources = [up.source] if up.takes(now) else []
        sources += [down.source] if going and down.takes(now) else []
        times = [*up.next_time(), *down.next_time()]
        ready, _, _ = select.select(sources, [], [], max(0.0, min(times) - now) if times else None)
        if up.source in ready and not up.take():
            return
        if down.source in ready:
            going = down.take()
        up.give()
        down.give()


def main() -> None:
    """Run the command in the arguments."""
    seconds, bits, command = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
    size = termios.tcgetwinsize(0)
    tty.setraw(0)
    pid, inner = pty.fork()
    if not pid:
        termios.tcsetwinsize(0, size)
        os.execvp(command[0], command)  # noqa: S606 - as a shell would
    with suppress(OSError):
        carry(inner, seconds, bits)
    os.close(inner)
    os.waitpid(pid, 0)


main()
