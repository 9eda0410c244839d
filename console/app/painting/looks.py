"""Styles as numbers, and the shortest way for a terminal from one to another."""

from typing import Final, NamedTuple

PLAIN: Final = 0
"""The number of the style that a terminal begins with."""

_OFF: Final = {1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 7: 27, 8: 28, 9: 29}
"""Attributes, and what takes each away."""

_SEEN_ON_BLANKS: Final = frozenset({4, 5, 7, 8, 9})
"""Attributes that erased cells do not have, but blanks that are written do."""

_ON: Final = "\x1b[m"


class Look(NamedTuple):
    """A style.

    Attributes:
        attributes: the numbers of its attributes, such as 1 for bold.
        colour: how its colour is set, such as `38;5;12`; empty for the terminal's own.
        background: how its background is set.
        other: what else there is in it.
    """

    attributes: frozenset[int] = frozenset()
    colour: str = ""
    background: str = ""
    other: str = ""


class Looks:
    """Every style that was met so far, each with a number.

    Args:
        coloured: whether the terminal erases in the background colour that is set.
    """

    def __init__(self, *, coloured: bool) -> None:
        self._coloured = coloured
        self._numbers: dict[Look, int] = {Look(): PLAIN}
        self._looks: list[Look] = [Look()]
        self._erasable: list[bool] = [True]
        self._of_codes: dict[str, int] = {"": PLAIN}
        self._ways: dict[tuple[int | None, int], str] = {}

    def number(self, codes: str) -> int:
        """Return the number of a style, given as Textual sets it, such as `1;38;5;12`."""
        known = self._of_codes.get(codes)
        return self._take(codes) if known is None else known

    def erasable(self, number: int) -> bool:
        """Tell whether erased cells look like blanks that are written in a style."""
        return self._erasable[number]

    def way(self, now: int | None, wanted: int) -> str:
        """Return what makes a terminal write in a style; None stands for any it may be in."""
        if now == wanted:
            return ""
        way = self._ways.get((now, wanted))
        if way is None:
            way = self._ways[now, wanted] = self._shortest(now, self._looks[wanted])
        return way

    def _take(self, codes: str) -> int:
        look = _parsed(codes)
        number = self._numbers.setdefault(look, len(self._looks))
        if number == len(self._looks):
            self._looks.append(look)
            self._erasable.append(
                not (look.other or look.attributes & _SEEN_ON_BLANKS)
                and (self._coloured or not look.background)
            )
        self._of_codes[codes] = number
        return number

    def _shortest(self, now: int | None, wanted: Look) -> str:
        codes = [
            *map(str, sorted(wanted.attributes)),
            *filter(None, (wanted.colour, wanted.background, wanted.other)),
        ]
        # An empty code is 0: everything off.
        anew = f"\x1b[;{';'.join(codes)}m" if codes else _ON
        if now is None:
            return anew
        before = self._looks[now]
        if before.other:
            return anew
        changes = f"\x1b[{';'.join(_changes(before, wanted))}m"
        return min(changes, anew, key=len)


def _changes(now: Look, wanted: Look) -> list[str]:
    """Return the codes for what differs; `wanted` has nothing unknown, or more than `now`."""
    codes: list[int | str] = []
    kept = now.attributes
    for attribute in sorted(now.attributes - wanted.attributes):
        off = _OFF[attribute]
        kept = frozenset(each for each in kept if _OFF[each] != off)
        if off not in codes:
            codes.append(off)
    codes += sorted(wanted.attributes - kept)
    if now.colour != wanted.colour:
        codes.append(wanted.colour or 39)
    if now.background != wanted.background:
        codes.append(wanted.background or 49)
    if wanted.other:
        codes.append(wanted.other)
    return [*map(str, codes)]


def _parsed(codes: str) -> Look:
    attributes: set[int] = set()
    colour = background = ""
    other: list[str] = []
    left = codes.split(";")
    while left:
        first = left.pop(0)
        if first in {"38", "48"}:
            count = {"5": 2, "2": 4}.get(left[0] if left else "", 0)
            whole = ";".join((first, *left[:count]))
            del left[:count]
            if first == "38":
                colour = whole
            else:
                background = whole
        elif first.isdigit() and int(first) in _OFF:
            attributes.add(int(first))
        elif len(first) == 2 and first[0] in "34":
            if first[0] == "3":
                colour = "" if first == "39" else first
            else:
                background = "" if first == "49" else first
        elif first.isdigit() and (90 <= int(first) <= 97 or 100 <= int(first) <= 107):
            if int(first) < 100:
                colour = first
            else:
                background = first
        else:
            other.append(first)
    return Look(frozenset(attributes), colour, background, ";".join(other))
