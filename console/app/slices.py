"""Work in slices: what takes long gives way after each piece, so that keys are heard in between.

Such work is a generator that yields wherever it may be interrupted, or given up for good. It makes
what it makes aside, and puts it in its place in one piece at the end.
"""

from collections.abc import Generator, Iterator
from typing import Final, TypeAlias, TypeVar

T = TypeVar("T")

Slices: TypeAlias = Generator[None, None, T]
"""Work that yields between two pieces, and returns what it comes to."""

PIECE: Final = 1_000
"""Rows that are worked on without a pause: a millisecond or a few."""

FEW: Final = 2_000
"""Rows up to which everything is done at once, as nobody would notice."""


def finished(work: Slices[T]) -> T:
    """Do all of some work at once, and return what it comes to."""
    result: list[T] = []

    def whole() -> Iterator[None]:
        result.append((yield from work))

    for _ in whole():
        pass
    return result[0]


def pieces(begin: int, end: int, size: int = PIECE) -> Iterator[slice]:
    """Yield the slices of a sequence that are worked on one after the other."""
    for start in range(begin, end, size):
        yield slice(start, min(start + size, end))
