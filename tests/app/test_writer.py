"""What reaches a terminal that takes little at a time, or goes away."""

import os
import pty
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest

from console.app.writer import LARGEST_QUEUE, TerminalWriter

PATIENCE = 20.0


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Give both ends of a terminal that changes nothing of what is written."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    try:
        yield ours, theirs
    finally:
        for each in (ours, theirs):
            with suppress(OSError):
                os.close(each)


def all_of(ours: int, count: int) -> bytes:
    """Read so many bytes."""
    read = bytearray()
    while len(read) < count:
        read += os.read(ours, 1000)
    return bytes(read)


@pytest.mark.parametrize("size", [1, 100, 5_000, 40_000])
def test_all_arrives_in_order_also_where_the_terminal_takes_little(size: int) -> None:
    pieces = [f"{number}:".ljust(size, "x") for number in range(4 * LARGEST_QUEUE // size)]
    pieces = pieces[:400]
    whole = "".join(pieces).encode()
    with terminal() as (ours, theirs):
        writer = TerminalWriter(theirs, "utf-8", lost=Event().set)

        def write() -> None:
            for piece in pieces:
                writer.write(piece)

        writing = Thread(target=write)
        writing.start()
        assert all_of(ours, len(whole)) == whole
        writing.join(PATIENCE)
        writer.stop("", PATIENCE)


def test_what_the_terminal_takes_is_there_when_write_returns() -> None:
    with terminal() as (ours, theirs):
        writer = TerminalWriter(theirs, "utf-8", lost=Event().set)
        os.set_blocking(ours, False)
        for number in range(100):
            writer.write(f"{number}.")
            assert os.read(ours, 100) == f"{number}.".encode()
        writer.stop("", PATIENCE)


def test_a_terminal_that_is_gone_is_told_once_and_nobody_waits() -> None:
    lost: list[None] = []
    told = Event()

    def tell() -> None:
        lost.append(None)
        told.set()

    with terminal() as (ours, theirs):
        writer = TerminalWriter(theirs, "utf-8", lost=tell)
        os.close(ours)
        writer.write("a")
        assert told.wait(PATIENCE)
        writer.write("b" * 2 * LARGEST_QUEUE)
        writer.write("c")
        writer.stop("", PATIENCE)
        assert lost == [None]


def test_a_terminal_that_takes_nothing_is_left_with_what_comes_last() -> None:
    with terminal() as (ours, theirs):
        writer = TerminalWriter(theirs, "utf-8", lost=Event().set)
        writer.write("x" * LARGEST_QUEUE)
        assert writer.is_busy
        writer.stop("the end", 0.1)
        os.set_blocking(ours, False)
        left = bytearray()
        with suppress(BlockingIOError):
            while True:
                left += os.read(ours, 1000)
        assert left.endswith(b"the end")
        assert len(left) < LARGEST_QUEUE
        after = TerminalWriter(theirs, "utf-8", lost=Event().set)
        after.write("begun again")
        assert os.read(ours, 100) == b"begun again"
        after.stop("", PATIENCE)


def test_it_tells_when_all_that_waited_is_taken() -> None:
    drained = Event()
    with terminal() as (ours, theirs):
        writer = TerminalWriter(theirs, "utf-8", lost=Event().set, drained=drained.set)
        writer.write("x" * LARGEST_QUEUE)
        assert not drained.is_set()
        all_of(ours, LARGEST_QUEUE)
        assert drained.wait(PATIENCE)
        assert not writer.is_busy
        writer.stop("", PATIENCE)


def test_what_is_no_terminal_is_written_to_all_the_same() -> None:
    reading, writing = os.pipe()
    writer = TerminalWriter(writing, "utf-8", lost=Event().set)
    writer.write("abc")
    assert os.read(reading, 10) == b"abc"
    writer.stop("", PATIENCE)
    os.close(reading)
    os.close(writing)


def test_a_stop_in_the_middle_of_a_write_is_the_last_that_is_written() -> None:
    class Interrupted(TerminalWriter):
        """Stopped while it writes, as by a signal that comes at that moment."""

        def _taken(self, data: bytes) -> int:
            taken = super()._taken(data)
            if data == b"frame":
                self.stop("back", PATIENCE)
                assert self._thread.is_alive()  # nobody has waited for what cannot end yet
            return taken

    with terminal() as (ours, theirs):
        writer = Interrupted(theirs, "utf-8", lost=Event().set)
        writer.write("frame")
        writer._thread.join(PATIENCE)
        assert not writer._thread.is_alive()
        os.write(theirs, b".")
        assert all_of(ours, len("frameback.")) == b"frameback."
