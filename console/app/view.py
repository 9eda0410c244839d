"""How loaded rows are shown: what was wished, and what was made of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import compress
from typing import Final

from console.app.order import Order
from console.app.quick import Quick
from console.app.slices import PIECE, Slices, pieces
from console.app.table_column import Recorded, TableColumn
from console.services.model import Record

_FLAGGED: Final = 10_000
"""Rows that are put in order, without a look at them, before a pause."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which of the rows are to be shown, in which order.

    Attributes:
        sorted_by: the column, and whether the largest comes first; None for the cloud's order.
        text: the quick filter; empty for none.
        columns: where the quick filter looks.
        zone: the zone of the times it looks in.
        keep: tells of a record whether it is shown; None for all.
    """

    sorted_by: tuple[TableColumn, bool] | None = None
    text: str = ""
    columns: Sequence[TableColumn] = ()
    zone: tzinfo | None = None
    keep: Callable[[Record], bool] | None = None


@dataclass(slots=True)
class View:
    """What makes rows shown as they are.

    Attributes:
        wish: what was wished.
        order: the rows sorted; None for the cloud's order.
        quick: the quick filter.
        kept: what passes the filters, ascending; None for all.
        shown: the same, sorted.
    """

    wish: Wish
    order: Order | None = None
    quick: Quick | None = None
    kept: list[int] | None = None
    shown: Sequence[int] = range(0)


def grown(order: Order, lines: Sequence[Recorded]) -> Slices[None]:
    """Take all lines into an order that may know some of them."""
    while (begin := order.size) < len(lines):
        order.gather([line.record for line in lines[begin : begin + PIECE]])
        yield
    yield from order.sorting()


def arranged(view: View, count: int) -> Slices[Sequence[int]]:
    """Return which of so many lines are shown, in their order."""
    everything: Sequence[int] = view.order.numbers if view.order is not None else range(count)
    if view.kept is None:
        return everything
    if view.order is None:
        return view.kept
    flags = bytearray(len(everything))
    for index in view.kept:
        flags[index] = 1
    yield
    shown: list[int] = []
    for piece in pieces(0, len(everything), _FLAGGED):
        some = everything[piece]
        shown += compress(some, map(flags.__getitem__, some))
        yield
    return shown
