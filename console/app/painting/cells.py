"""Text in cells: which characters take one, which two, and on which terminals disagree.

Where all agree, a character is a unit by itself. The rest is kept together as one unit, with the
character that it may join: emoji, what joins them, marks, flags, and whatever Unicode has changed
its mind about. Its width is what Textual lays out for it; a terminal may have another opinion.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len

# One cell everywhere: what old terminals have too, and Unicode has never given another width.
# East Asian terminals may be set to draw some of them wide; no program with frames suits those.
_NARROW: Final = (
    "\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f"
    "\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u2070\u2071\u2074-\u208e\u2090-\u209c\u20a0-\u20bf"
    "\u2100-\u2138\u213a-\u218b\u2190-\u2193\u219a-\u21a8\u21ab-\u22ff\u2300-\u2319\u231c-\u2327\u232b-\u23ce\u2400-\u2426\u2500-\u25a9"
    "\u25ac-\u25b5\u25b7-\u25bf\u25c1-\u25fa\u2800-\u28ff\ufffd"
)
# Two cells everywhere: what is written in East Asia.
_WIDE: Final = (
    "\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3000-\u3029\u3031-\u303c\u3041-\u3096\u309b-\u30ff"
    "\u3105-\u312f\u3131-\u3163\u3165-\u318e\u3190-\u31ba\u3220-\u3247\u3251-\u3296\u329a-\u4dbf\u4e00-\ua48c"
    "\ua490-\ua4c6\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe52\ufe54-\ufe66\uff01-\uff60\uffe0-\uffe6"
    "\U00020000-\U0002fffd"
)
_FREQUENT: Final = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("·…⏎→←↑↓▲▼─│█")
"""Narrow ones that most texts are made of, told without looking at all of them."""

# What acts on the terminal, or has no form in UTF-8.
_NO_TEXT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@cache
def _unit() -> re.Pattern[str]:
    """Return what finds runs of each kind; it takes a while to make, and the start needs none."""
    return re.compile(
        f"(?P<narrow>[{_NARROW}]+)|(?P<wide>[{_WIDE}]+)|(?P<other>[^{_NARROW}{_WIDE}]+)"
    )


class Cells(NamedTuple):
    """A text in cells.

    Attributes:
        units: one for each cell: what is in it; for the cells that a unit takes beyond its first,
            what `rest` returns.
        joining: what comes before them, and joins whatever is to their left.
        doubtful: the first cell whose unit terminals disagree on; None where there is none.
    """

    units: tuple[str, ...]
    joining: str = ""
    doubtful: int | None = None


def rest(unit: str, number: int) -> str:
    """Return what stands in the cells that a unit takes beyond its first.

    It differs wherever the unit does, so that cells can be compared one by one.
    """
    return "\0" * number + unit


def is_rest(unit: str) -> bool:
    """Tell whether a cell is one that a unit takes beyond its first."""
    return unit < " "


def text_of(units: Sequence[str]) -> str:
    """Return the text of cells."""
    text = "".join(units)
    return "".join([unit for unit in units if unit >= " "]) if "\0" in text else text


def is_certain(unit: str) -> bool:
    """Tell whether every terminal gives `unit` the same width."""
    if unit.isascii() or unit in _FREQUENT:
        return True
    return len(unit) == 1 and _unit().match(unit)["other"] is None  # type: ignore[index]  # it matches every character


@lru_cache(512)
def in_cells(text: str) -> Cells | None:
    """Return `text` in cells, as wide as Textual takes it for; None where that cannot be said."""
    if _FREQUENT.issuperset(text):
        return Cells(tuple(text))
    if _NO_TEXT.search(text):
        return None
    units: list[str] = []
    joining, doubtful, is_plain = "", None, True
    for match in _unit().finditer(text):
        part = match[0]
        if match["narrow"]:
            units += part
        elif match["wide"]:
            units += [unit for character in part for unit in (character, "\0" + character)]
        else:
            is_plain = False
            lead = _lead(part)
            if lead and units:
                part = _taken(units) + part
            elif lead:
                joining, part = part[:lead], part[lead:]
            if part:
                doubtful = len(units) if doubtful is None else min(doubtful, len(units))
                units += (part, *(rest(part, n) for n in range(1, cell_len(part))))
    if not is_plain and len(units) != cell_len(text):
        return None
    return Cells(tuple(units), joining, doubtful)


def _taken(units: list[str]) -> str:
    """Return the last unit, and take it away."""
    while is_rest(units[-1]):
        units.pop()
    return units.pop()


def _lead(text: str) -> int:
    """Return how many characters take no cell before the first one that does."""
    count = 0
    while count < len(text) and not cell_len(text[: count + 1]):
        count += 1
    return count
