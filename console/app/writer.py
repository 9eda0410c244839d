"""What is sent to the terminal, without letting a slow or dead one hold up the screens."""

import os
import select
import termios
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread
from typing import Final

LARGEST_QUEUE: Final = 1 << 16
"""Bytes that may wait to be written; then whoever writes waits, so that they do not pile up."""

_LOOK_AGAIN: Final = 0.1  # seconds until one who waits looks whether the program is to end

_CALLED_OFF: Final = 1.0
"""Seconds that the thread may take to end once it is called off."""


class TerminalWriter:
    """Writes to a terminal: at once what it takes at once, the rest in a thread of its own.

    Attributes:
        hurried: whether the program is to end: nobody waits for a slow terminal any more. A signal
            handler may set it, as that takes no lock.
    """

    def __init__(
        self,
        descriptor: int,
        encoding: str,
        *,
        lost: Callable[[], None],
        drained: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin.

        Args:
            descriptor: the terminal.
            encoding: what it reads; what has no form in it becomes `?`.
            lost: called once, from the thread, when the terminal is gone.
            drained: called from the thread whenever the terminal has taken all that waited.
        """
        self.hurried = False
        self._descriptor = descriptor
        self._encoding = encoding
        self._lost = lost
        self._drained = drained
        self._unblocked = _opened_anew(descriptor)
        self._told, self._tell = os.pipe()  # calls the thread off
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._sending = False  # whether the thread has something in hand
        self._ended = False
        self._at_it = False  # whether whoever writes is just doing so, and so has the lock
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="console-output", daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether the terminal has not taken yet all that was written."""
        with self._changed:
            return bool(self._queue) or self._sending

    def write(self, text: str) -> None:
        """Send `text`; after the end, or once the terminal is gone, it is dropped."""
        data = text.encode(self._encoding, "replace")
        with self._changed:
            while self._size > LARGEST_QUEUE and not (self.hurried or self._ended):
                self._changed.wait(_LOOK_AGAIN)
            if self._ended or not data:
                return
            if not (self._queue or self._sending):
                self._at_it = True
                try:
                    data = data[self._taken(data) :]
                finally:
                    self._at_it = False
            if data and not self._ended:
                self._queue.append(data)
                self._size += len(data)
                self._changed.notify_all()

    def _taken(self, data: bytes) -> int:
        """Write what the terminal takes without a wait, and return how many bytes that was.

        A terminal that is gone takes nothing: the thread finds out.
        """
        if self._unblocked is None:
            return 0
        try:
            return os.write(self._unblocked, data)
        except OSError:
            return 0

    def stop(self, last: str, seconds: float) -> None:
        """Write what waits, then `last`, and end.

        Where the terminal does not take that within `seconds`, what waits is dropped, and `last`
        is all that is left to it.
        """
        data = last.encode(self._encoding, "replace")
        with self._changed:
            interrupted = self._at_it
            if not (self._ended or interrupted):
                self._queue.append(data)
            self._ended = True
            self._changed.notify_all()
        if interrupted:
            # By a signal, in the middle of `write`: nothing waits, and the thread cannot go on.
            self._taken(data)
            return
        self._thread.join(seconds)
        if self._thread.is_alive() and self._unblocked is not None:
            os.write(self._tell, b".")
            self._thread.join(_CALLED_OFF)
            with self._changed:
                self._queue.clear()  # should it go on later, it has nothing to say any more
            with suppress(termios.error):
                termios.tcflush(self._descriptor, termios.TCOFLUSH)
            self._taken(data)
        if self._thread.is_alive():
            return  # it has the descriptors in hand, and ends with the process
        for each in (self._told, self._tell, self._unblocked):
            if each is not None:
                os.close(each)
        self._unblocked = None

    def _run(self) -> None:
        while data := self._next():
            try:
                if not self._send(data):
                    return
            except OSError:
                with self._changed:
                    self._ended = True
                    self._queue.clear()
                    self._sending = False
                    self._changed.notify_all()
                self._lost()
                return
            with self._changed:
                self._sending = False
                self._size -= len(data)
                self._changed.notify_all()
                more = bool(self._queue)
            if not more:
                self._drained()

    def _next(self) -> bytes:
        """Return all that waits, in one piece; nothing at the end."""
        with self._changed:
            while not (self._queue or self._ended):
                self._changed.wait()
            data = b"".join(self._queue)
            self._queue.clear()
            self._sending = bool(data)
        return data

    def _send(self, data: bytes) -> bool:
        """Write all of `data`; False where the thread was called off meanwhile."""
        terminal = self._descriptor if self._unblocked is None else self._unblocked
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(terminal, left) :]
            except BlockingIOError:
                if self._told in select.select([self._told], [terminal], [])[0]:
                    return False
        return True


def _opened_anew(descriptor: int) -> int | None:
    """Return a terminal opened once more, so that a write never waits; None where it cannot be.

    The descriptor itself is shared with the shell, which must not find it changed.
    """
    try:
        return os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return None
