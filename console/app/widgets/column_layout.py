"""Where the columns of a table stand: how wide each is, and which have room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

GAP: Final = 2
"""Cells between two columns."""

NARROWEST: Final = 8
"""Cells below which a column is not cut, unless it says another number."""

NAME: Final = 28
"""Cells below which the first column is not cut: its names tell the rows apart."""

WIDEST_FIXED: Final = 40
"""Cells up to which a column is shown whole or not at all; an id has 36. What is longer is no id,
and would take the place of every other column."""


@dataclass(frozen=True, slots=True)
class Width:
    """How wide a column would like to be.

    Attributes:
        natural: cells that its header and its widest value take.
        fixed: whether it is shown whole or not at all, unless it is very wide.
        empty: whether it holds no value; it loses its place first.
        keeps: cells below which it is not cut.
    """

    natural: int
    fixed: bool
    empty: bool
    keeps: int = NARROWEST

    @property
    def least(self) -> int:
        """The cells without which it is not shown."""
        whole = self.fixed and self.natural <= WIDEST_FIXED
        return self.natural if whole else min(self.natural, self.keeps)


@dataclass(frozen=True, slots=True)
class Place:
    """A column that has room.

    Attributes:
        number: which one.
        left: its first cell, from the table's first column on.
        width: how many cells it has.
    """

    number: int
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that have room, from left to right.

    Attributes:
        places: where they are.
        before: how many columns before them have no room.
        after: how many others have none.
    """

    places: tuple[Place, ...]
    before: int
    after: int

    @property
    def first(self) -> int:
        """The number of the first column that is shown."""
        return self.places[0].number if self.places else 0

    def at(self, x: int) -> int | None:
        """Return the number of the column that covers a cell, the gap after it included."""
        return next((p.number for p in self.places if p.left <= x < p.left + p.width + GAP), None)


def arrange(widths: Sequence[Width], room: int, first: int, wanted: int) -> Layout:
    """Return a layout that shows the column `wanted`, and begins with `first` where it can.

    Where not everything has room, columns that hold nothing go first; of the others as many are
    shown as have room for the least they need, and share the rest. One column alone that is wider
    than the room is cut.
    """
    if room <= 0 or not widths:
        return Layout((), 0, len(widths))
    everything = range(len(widths))
    if _needs([each.natural for each in widths]) <= room:
        return _placed(widths, everything, room)
    chosen = [n for n in everything if not widths[n].empty or n == wanted]
    least = [widths[n].least for n in chosen]
    if _needs(least) <= room:
        return _placed(widths, chosen, room)
    aim = chosen.index(wanted)
    begin = min(aim, next((n for n, each in enumerate(chosen) if each >= first), aim))
    while begin < aim and _needs(least[begin : aim + 1]) > room:
        begin += 1
    end = aim + 1
    while end < len(chosen) and _needs(least[begin : end + 1]) <= room:
        end += 1
    while begin and _needs(least[begin - 1 : end]) <= room:
        begin -= 1
    return _placed(widths, chosen[begin:end], room)


def _needs(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _placed(widths: Sequence[Width], chosen: Sequence[int], room: int) -> Layout:
    given = _shared([widths[n] for n in chosen], room - GAP * (len(chosen) - 1))
    places: list[Place] = []
    left = 0
    for number, width in zip(chosen, given, strict=True):
        places.append(Place(number, left, width))
        left += width + GAP
    before = chosen[0]
    return Layout(tuple(places), before, len(widths) - len(chosen) - before)


def _shared(widths: Sequence[Width], room: int) -> list[int]:
    """Return how much of the room each gets: the least it needs, and of the rest an equal part."""
    given = [min(each.least, room) for each in widths]
    spare = room - sum(given)
    while spare > 0 and (hungry := [n for n, w in enumerate(widths) if given[n] < w.natural]):
        share = max(1, spare // len(hungry))
        for number in hungry:
            more = min(share, spare, widths[number].natural - given[number])
            given[number] += more
            spare -= more
    return given
