"""What Textual wants to be seen, as pieces of lines."""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

Piece: TypeAlias = tuple[int, int, Strip]
"""The line, the cell where it begins, and what is to be shown from there on."""


class Wanted(NamedTuple):
    """What an update of Textual holds.

    Attributes:
        size: the columns and lines of the whole screen.
        pieces: what is to be shown, in the order in which Textual writes it.
    """

    size: tuple[int, int]
    pieces: Iterator[Piece]

    @classmethod
    def of(cls, update: CompositorUpdate) -> "Wanted | None":
        """Return what `update` holds; None where it is of an unknown kind."""
        if isinstance(update, ChopsUpdate):
            ends = update.chop_ends
            return cls((ends[0][-1], len(ends)), _of_chops(update)) if ends else None
        if isinstance(update, LayoutUpdate):
            return cls(update.region.bottom_right, _of_layout(update))
        return None


def _of_layout(update: LayoutUpdate) -> Iterator[Piece]:
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in line:
            yield y, x, strip
            x += strip.cell_length


def _of_chops(update: ChopsUpdate) -> Iterator[Piece]:
    """Yield what `ChopsUpdate.render_segments` writes."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > last or end <= first:
                continue
            yield y, x, strip if end <= last else strip.crop(0, last - x)
