"""A terminal's screen that keeps every style, and whose habits can be chosen.

pyte's own screen does not know dim, stops at what joins emoji, forgets to blank the other half of a
wide character that is written over, and erases in a way of its own. Terminals differ in all that,
so each habit is an argument here.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import pyte
from pyte import graphics
from pyte.screens import Char
from rich.cells import cell_len, get_character_cell_size
from wcwidth import wcwidth

from tests.app.display import Display, Screen
from tests.app.sequences import Token

Width: TypeAlias = Callable[[str], int]
"""How many cells a terminal gives to a character."""

Erasing: TypeAlias = Literal["all", "background", "nothing"]
"""What of the present style erased cells get."""

_JOINER: Final = "\u200d"
_EMOJI: Final = "\ufe0f"


class Cell(NamedTuple):
    """A cell and its style, as pyte keeps it, and whether it is dim."""

    data: str
    fg: str = "default"
    bg: str = "default"
    bold: bool = False
    italics: bool = False
    underscore: bool = False
    strikethrough: bool = False
    reverse: bool = False
    blink: bool = False
    dim: bool = False

    def as_seen(self) -> "Cell":
        """Return the cell without what cannot be seen: the colour and weight of a blank."""
        if self.data != " " or self.reverse or self.underscore or self.strikethrough or self.blink:
            return self
        return Cell(" ", bg=self.bg)


_NONE: Final = Cell(" ")
_MORE: Final = {2: {"dim": True}, 22: {"bold": False, "dim": False}}


def as_textual_does(character: str) -> int:
    """Return the width that Textual lays out for a character."""
    return get_character_cell_size(character)


@lru_cache(None)
def as_old_terminals_do(character: str) -> int:
    """Return a width from a table that knows neither flags nor what joins."""
    return max(0, wcwidth(character))


@lru_cache(None)
def as_narrow_ones_do(character: str) -> int:
    """Return a width from a table without emoji."""
    return (
        min(1, get_character_cell_size(character))
        if character >= "\U0001f000"
        else max(0, wcwidth(character))
    )


class Sheet(Screen):
    """A screen of pyte with habits of its own.

    Args:
        columns: its width.
        lines: its height.
        width: how wide it makes a character.
        joins: whether it keeps together what is joined, as Textual reckons with.
        erasing: what of the present style erased cells get.
        halves: whether the other half of a wide character that is written over becomes blank.
    """

    def __init__(
        self,
        columns: int,
        lines: int,
        *,
        width: Width,
        joins: bool,
        erasing: Erasing,
        halves: bool,
    ) -> None:
        self._width = width
        self._joins = joins
        self._erasing = erasing
        self._halves = halves
        self.joining = False
        super().__init__(columns, lines)

    @property
    def default_char(self) -> Char:
        """A cell that nothing was written in."""
        return _NONE  # type: ignore[return-value]  # it has all that pyte asks for

    @property
    def attrs(self) -> Cell:
        """The present style."""
        return self.cursor.attrs  # type: ignore[return-value]  # as above

    def rows(self) -> list[list[Cell]]:
        """Return every cell, row by row."""
        columns = range(self.columns)
        return [
            [line[x] for x in columns]  # type: ignore[misc]  # as above
            for line in (self.buffer[y] for y in range(self.lines))
        ]

    def draw(self, data: str) -> None:
        """Write text where the cursor is; never beyond the edge."""
        for character in data:
            self.joining = self._put(character)

    def _put(self, character: str) -> bool:
        """Write a character; return whether the next one joins it."""
        cursor, line = self.cursor, self.buffer[self.cursor.y]
        width = self._width(character)
        if not width or (self.joining and self._joins):
            self._join(character)
            return character == _JOINER
        if cursor.x + width > self.columns:
            cursor.x = max(0, self.columns - width)
        x = cursor.x
        if self._halves:
            self._blank_halves(x, x + width)
        line[x] = _styled(self.attrs, character)
        if width == 2 and x + 1 < self.columns:
            line[x + 1] = _styled(self.attrs, "")
        cursor.x = x + width
        return False

    def _join(self, character: str) -> None:
        line = self.buffer[self.cursor.y]
        x = self.cursor.x - 1
        while x > 0 and not line[x].data:
            x -= 1
        if x < 0:
            return
        before = line[x].data
        line[x] = line[x]._replace(data=before + character)
        wide = self._joins and character == _EMOJI and self.cursor.x == x + 1
        if wide and cell_len(before + character) == 2 and x + 1 < self.columns:
            if self._halves:
                self._blank_halves(x + 1, x + 2)
            line[x + 1] = line[x]._replace(data="")
            self.cursor.x += 1

    def _blank_halves(self, start: int, end: int) -> None:
        line = self.buffer[self.cursor.y]
        if start and not line[start].data:
            x = start
            while x and not line[x].data:
                line[x] = line[x]._replace(data=" ")
                x -= 1
            line[x] = line[x]._replace(data=" ")
        while end < self.columns and not line[end].data:
            line[end] = line[end]._replace(data=" ")
            end += 1

    def _erased(self) -> Any:  # Any: as pyte has cells of its own
        if self._erasing == "all":
            return _styled(self.attrs, " ")
        return Cell(" ", bg=self.attrs.bg) if self._erasing == "background" else _NONE

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:  # noqa: FBT001, FBT002 - pyte's signature
        """Erase from the cursor on, up to it, or the whole line."""
        assert not private
        start = self.cursor.x if how == 0 else 0
        end = self.cursor.x + 1 if how == 1 else self.columns
        erased = self._erased()
        if self._halves and start < self.columns:
            self._blank_halves(start, end)
        line = self.buffer[self.cursor.y]
        for x in range(start, min(end, self.columns)):
            line[x] = erased

    def erase_in_display(self, how: int = 0, *args: Any, **kwargs: Any) -> None:
        """Erase everything; no more is asked for than from the first cell on."""
        assert how == 2 or (self.cursor.x, self.cursor.y) == (0, 0), (args, kwargs)
        erased = self._erased()
        for y in range(self.lines):
            for x in range(self.columns):
                self.buffer[y][x] = erased

    def index(self) -> None:
        """Go down a line; what comes in at the bottom is erased."""
        _, bottom = self.margins or (0, self.lines - 1)
        scrolls = self.cursor.y == bottom
        super().index()
        if scrolls:
            self._blank_line(bottom)

    def reverse_index(self) -> None:
        """Go up a line; what comes in at the top is erased."""
        top, _ = self.margins or (0, self.lines - 1)
        scrolls = self.cursor.y == top
        super().reverse_index()
        if scrolls:
            self._blank_line(top)

    def _blank_line(self, y: int) -> None:
        erased = self._erased()
        for x in range(self.columns):
            self.buffer[y][x] = erased

    def set_margins(self, top: int | None = None, bottom: int | None = None) -> None:
        """Mark off lines; the cursor goes home."""
        super().set_margins(top, bottom)
        self.cursor_position()

    def select_graphic_rendition(self, *attrs: int) -> None:
        """Set the style, with dim."""
        codes = [*attrs] or [0]
        style: Any = self.attrs
        while codes:
            code = codes.pop(0)
            if code == 0:
                style = _NONE
            elif code in _MORE:
                style = style._replace(**_MORE[code])
            elif code in {38, 48}:
                count = 2 if codes[0] == 5 else 4
                name = f"{code};{';'.join(map(str, codes[:count]))}"
                del codes[:count]
                style = style._replace(**{"fg" if code == 38 else "bg": name})
            elif code in graphics.TEXT:
                name = graphics.TEXT[code]
                style = style._replace(**{name[1:]: name[0] == "+"})
            elif code in {39, 49}:
                style = style._replace(**{"fg" if code == 39 else "bg": "default"})
            elif code // 10 in {3, 9}:
                style = style._replace(fg=str(code))
            elif code // 10 in {4, 10}:
                style = style._replace(bg=str(code))
            else:
                raise AssertionError(f"nobody knows the style {code}")
        self.cursor.attrs = style


@lru_cache(1 << 16)
def _styled(style: Cell, data: str) -> Any:
    return style._replace(data=data)


class Habits(NamedTuple):
    """What terminals do differently; each as `Sheet` takes it."""

    width: Width = as_textual_does
    joins: bool = True
    erasing: Erasing = "all"
    halves: bool = True


class SheetDisplay(Display):
    """A display whose screens are sheets."""

    def __init__(self, columns: int, rows: int, habits: Habits = Habits()) -> None:  # noqa: B008 - it never changes
        self._habits = habits
        super().__init__(columns, rows)

    @property
    def sheet(self) -> Sheet:
        """The screen that is shown."""
        assert isinstance(self.screen, Sheet)
        return self.screen

    def made(self, columns: int, rows: int) -> pyte.Screen:
        """Return a new sheet."""
        return Sheet(columns, rows, **self._habits._asdict())

    def draw(self, text: str) -> None:
        """Show text, with all that joins."""
        self.sheet.draw(text)

    def _act(self, token: Token) -> None:
        if not token.text.endswith("m"):
            self.sheet.joining = False
        super()._act(token)
