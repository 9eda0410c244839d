"""What a terminal shows: pyte's screens, fed by sequences that are already told apart.

pyte's own parser goes through what was written character by character, does not know the other
screen, and shows the end of some sequences that it does not know as text.
"""

import unicodedata
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from typing import Final

import pyte
from pyte.screens import Char
from rich.cells import cell_len

from tests.app.sequences import Modes, Token, tokens

_OTHER_SCREEN: Final = {"\x1b[?1049h": 1, "\x1b[?1049l": 0, "\x1b[?47h": 1, "\x1b[?47l": 0}


def _with_cells(text: str) -> str:
    """Return `text` without what takes no cell and joins nothing, at which pyte stops drawing."""
    if text.isascii():
        return text
    return "".join(each for each in text if cell_len(each) or unicodedata.combining(each))


def _texts(row: list[Char]) -> Iterator[str]:
    wide = False
    for char in row:
        yield char.data or " " * (not wide)
        # To pyte half a flag is as wide as a whole one.
        wide = cell_len(char.data) > 1 or "\U0001f1e6" <= char.data <= "\U0001f1ff"


class Screen(pyte.Screen):
    """A screen on which the cursor can move below the lines that scroll."""

    def cursor_down(self, count: int | None = None) -> None:
        """Go down, not beyond the last line, nor out of the lines that scroll."""
        last = self.lines - 1
        if self.margins and self.cursor.y <= self.margins.bottom:
            last = self.margins.bottom
        self.cursor.y = min(self.cursor.y + (count or 1), last)


class Display:
    """Two screens, of which one is shown, and the modes of the terminal."""

    def __init__(self, columns: int, rows: int) -> None:
        self.modes = Modes()
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._screens = (self.made(columns, rows), self.made(columns, rows))
        self._now = 0
        self._rest = ""
        self._last = " "

    def made(self, columns: int, rows: int) -> pyte.Screen:
        """Return a new screen."""
        return Screen(columns, rows)

    def draw(self, text: str) -> None:
        """Show text on the present screen."""
        self.screen.draw(_with_cells(text))

    @property
    def screen(self) -> pyte.Screen:
        """The screen that is shown."""
        return self._screens[self._now]

    def resize(self, columns: int, rows: int) -> None:
        """Give both screens another size."""
        for screen in self._screens:
            screen.resize(rows, columns)

    def cells(self) -> list[list[Char]]:
        """Return every cell with its style, row by row."""
        screen = self.screen
        return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]

    def lines(self) -> list[str]:
        """Return the text of every row; half of a wide character counts as a space."""
        return ["".join(_texts(row)) for row in self.cells()]

    def feed(self, data: bytes) -> None:
        """Show what was written."""
        self._rest, text = "", self._rest + self._decoder.decode(data)
        for token in tokens(text):
            if token.kind == "text":
                self._last = token.text[-1]
                self.draw(token.text)
            elif token.kind == "rest":
                self._rest = token.text
            else:
                self.modes.see(token)
                self._act(token)

    def _act(self, token: Token) -> None:
        kind, text = token
        if text in _OTHER_SCREEN:
            self._turn(_OTHER_SCREEN[text])
        elif kind == "csi":
            self._csi(text)
        elif kind == "control":
            for character in text:
                self._call(pyte.Stream.basic.get(character))
        elif kind == "escape":
            self._call(pyte.Stream.escape.get(text[1:]))

    def _turn(self, other: int) -> None:
        if other != self._now:
            self._now = other
            if other:
                self.screen.reset()

    def _csi(self, text: str) -> None:
        body, final = text[2:-1], text[-1]
        private = body.startswith("?")
        body = body.removeprefix("?")
        if body and not body.replace(";", "").replace(":", "").isdigit():
            return  # kitty's keys, a question, or what only newer terminals know
        numbers = [min(int(each or 0), 9999) for each in body.replace(":", ";").split(";")]
        if final in "STb":
            self._more(final, numbers[0] or 1)
        elif private:
            if final in "hl":
                self._call(pyte.Stream.csi.get(final), *numbers, private=True)
        elif final not in "cnu":
            self._call(pyte.Stream.csi.get(final), *numbers)

    def _more(self, final: str, count: int) -> None:
        """Do what pyte does not know: scroll up and down, repeat a character."""
        screen = self.screen
        if final == "b":
            screen.draw(self._last * count)
            return
        top, bottom = screen.margins or (0, screen.lines - 1)
        row = screen.cursor.y
        for _ in range(min(count, screen.lines)):
            screen.cursor.y = bottom if final == "S" else top
            (screen.index if final == "S" else screen.reverse_index)()
        screen.cursor.y = row

    def _call(self, name: str | None, *numbers: int, private: bool = False) -> None:
        if name is None:
            return
        method: Callable[..., None] = getattr(self.screen, name)
        if private:
            method(*numbers, private=True)
        else:
            method(*numbers)
