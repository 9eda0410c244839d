"""What is on a screen at one moment: runs of text, each in its cells and its look."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from rich.cells import cell_len
from rich.color import blend_rgb
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.screen import Screen

from tests.screenshots.drawn import is_drawn

TERMINAL: Final = TerminalTheme(
    (18, 18, 18),
    (224, 224, 224),
    [
        *((0, 0, 0), (205, 49, 49), (13, 188, 121), (229, 229, 16)),
        *((59, 130, 216), (188, 63, 188), (17, 168, 205), (204, 204, 204)),
    ],
    [
        *((102, 102, 102), (241, 76, 76), (35, 209, 139), (245, 245, 67)),
        *((79, 154, 240), (214, 112, 214), (41, 184, 219), (255, 255, 255)),
    ],
)
"""The colours of a usual dark terminal, where an application leaves them to it."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """How cells look.

    Attributes:
        colour: the colour of the text, `#rrggbb`.
        ground: the colour behind it.
        bold: whether it is bold.
        italic: whether it is slanted.
        underline: whether there is a line below it.
        strike: whether there is a line through it.
    """

    colour: str
    ground: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Cells of one look, side by side in one line.

    Attributes:
        column: the first cell, from 0.
        cells: how many there are.
        text: what is in them.
        look: how they look.
    """

    column: int
    cells: int
    text: str
    look: Appearance

    def words(self) -> Iterator["Run"]:
        """Yield what is to be written of the run.

        No word holds two blanks in a row, or characters of one cell beside those of two, or drawn
        ones beside others: each can then be set to the width of its cells as a whole.
        """
        column = self.column
        for kind, characters in groupby(_characters(self.text), key=_kind):
            text = "".join(characters)
            if kind == _PLAIN:
                yield from _apart(text, column, self.look)
            else:
                yield Run(column, cell_len(text), text, self.look)
            column += cell_len(text)


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen at one moment.

    Attributes:
        columns: its width in cells.
        lines: its lines from the top, each as runs from the left.
        ground: the colour that most of it has.
    """

    columns: int
    lines: tuple[tuple[Run, ...], ...]
    ground: str


def taken(screen: Screen[object]) -> Picture:
    """Return a picture of the screen in front."""
    return pictured(screen._compositor.render_strips(), screen.size.width)


def pictured(strips: Iterable[Iterable[Segment]], columns: int) -> Picture:
    """Return a picture of strips, a line each."""
    lines = tuple(tuple(_runs(strip)) for strip in strips)
    area: dict[str, int] = {}
    for run in (run for line in lines for run in line):
        area[run.look.ground] = area.get(run.look.ground, 0) + run.cells
    return Picture(columns, lines, max(area, key=lambda ground: area[ground]))


_PLAIN, _WIDE, _DRAWN = "plain", "wide", "drawn"


def _characters(text: str) -> list[str]:
    """Return the characters of `text`, each with the marks that stand on it."""
    found: list[str] = []
    for character in text:
        if found and cell_len(character) == 0:
            found[-1] += character
        else:
            found.append(character)
    return found


def _kind(character: str) -> str:
    if is_drawn(character):
        return _DRAWN
    return _WIDE if cell_len(character) > 1 else _PLAIN


def _apart(text: str, column: int, look: Appearance) -> Iterator[Run]:
    """Yield the words of `text`, parted where there are two blanks or more."""
    position = 0
    for part in text.split("  "):
        word = part.strip(" ")
        if word:
            start = position + part.index(word)
            yield Run(column + cell_len(text[:start]), cell_len(word), word, look)
        position += len(part) + 2


def _runs(strip: Iterable[Segment]) -> Iterator[Run]:
    column = 0
    parts = [(part.text, _look(part.style)) for part in strip if part.text and not part.control]
    for look, same in groupby(parts, key=lambda part: part[1]):
        text = "".join(text for text, _ in same)
        yield Run(column, cell_len(text), text, look)
        column += cell_len(text)


def _look(style: Style | None) -> Appearance:
    style = style or Style.null()
    colour = _colour(style, foreground=True)
    ground = _colour(style, foreground=False)
    if style.reverse:
        colour, ground = ground, colour
    if style.dim:
        colour = blend_rgb(colour, ground, 0.5)
    return Appearance(
        colour.hex,
        ground.hex,
        bold=bool(style.bold),
        italic=bool(style.italic),
        underline=bool(style.underline),
        strike=bool(style.strike),
    )


def _colour(style: Style, *, foreground: bool) -> ColorTriplet:
    """Return a colour, whoever chose it."""
    colour = style.color if foreground else style.bgcolor
    if colour is None:
        return TERMINAL.foreground_color if foreground else TERMINAL.background_color
    return colour.get_truecolor(TERMINAL, foreground=foreground)
