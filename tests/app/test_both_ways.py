"""Sessions of the real console: the terminal shows what whole frames would have shown, always."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.app import both_ways, tiny
from tests.app.multiplexer import in_tmux
from tests.app.screen import TerminalScreen, python_environ
from tests.app.sheet import Cell, SheetDisplay

_STILL: Final = 0.1

_SESSION: Final = (
    ("1", *["down"] * 12, *["pagedown"] * 3, *["down"] * 20),
    (*["up"] * 25, "end", *["up"] * 5, "home", *["right"] * 4, "left", "s", "down", "s", "s"),
    (*["space", "down"] * 4, "n", "down", "n", "p", *["down"] * 18),
    ("enter", *["down"] * 9),
    ("escape",),
    ("?", "pagedown", "down", "down", "up"),
    ("escape", "f", "tab", *"desk-1", "backspace"),
    ("escape", "/", *"wang"),
    ("escape", "t", *["pagedown"] * 3, "u", "down"),
    ("escape", "z", "ctrl+p", *"them", "down"),
    ("escape", "2", *["down"] * 10, "d", *["down"] * 3),
    ("escape", "3", *["down"] * 5, "4", "5", *["down"] * 15, *["pagedown"] * 2),
    ("0", "down", "down", "down", "1", "r", *["down"] * 9),
)
"""Keys, as they are pressed between two looks at the screen: 240 in all."""


class BothWays:
    """The console on a terminal, and what whole frames would show there.

    Args:
        screen: the terminal that the console is on, or that what it is in is on.
        kept: the file of whole frames.
        size: the columns and lines of the console.
    """

    def __init__(self, screen: TerminalScreen, kept: Path, size: tuple[int, int]) -> None:
        self._screen = screen
        self._kept = kept
        self._seen = 0
        self._size = size
        self._in_between = screen_size(screen) != size
        self._plain = SheetDisplay(*size)
        self._ours = SheetDisplay(*screen_size(screen))
        self._drawn = 0

    def press(self, *keys: str) -> None:
        """Press keys, wait until nothing changes any more, and compare."""
        if keys[0] == "escape":
            # With a key right after it, it would be alt and that key.
            self._screen.press("escape")
            self._screen.wait_until_still(_STILL)
            keys = keys[1:]
        self._screen.press(*keys)
        self._screen.wait_until_still(_STILL)
        self._screen.wait_for(lambda _: self._same())

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, and compare."""
        self._same()
        self._screen.resize(columns, rows)
        for display in (self._ours, self._plain):
            display.resize(columns, rows)
        self._screen.wait_until_still(_STILL)
        self._screen.wait_for(lambda _: self._same())

    def _same(self) -> bool:
        received = self._screen.bytes_since(self._drawn)
        self._drawn += len(received)
        self._ours.feed(received)
        with self._kept.open("rb") as file:
            file.seek(self._seen)
            whole = file.read()
        self._seen += len(whole)
        self._plain.feed(whole)
        ours, plain = self._ours.sheet.rows(), self._plain.sheet.rows()
        if self._in_between:
            return _as_seen(ours[: len(plain)]) == _as_seen(plain)
        return ours == plain


def screen_size(screen: TerminalScreen) -> tuple[int, int]:
    """Return the columns and lines of a terminal."""
    rows = screen.cells()
    return len(rows[0]), len(rows)


def _as_seen(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    return [[cell.as_seen() for cell in row] for row in rows]


@contextmanager
def console(home: Path, size: tuple[int, int], term: str) -> Iterator[BothWays]:
    """Run the console on a terminal of its own."""
    kept = home / "kept"
    with TerminalScreen(
        [sys.executable, "-P", both_ways.__file__, str(kept)],
        environ=python_environ(str(home), TERM=term),
        columns=size[0],
        rows=size[1],
        kitty=True,
        synchronized=True,
    ) as screen:
        screen.wait_for("5 of 5 services")
        yield BothWays(screen, kept, size)
        screen.press("ctrl+q")
        assert screen.wait_exit() == 0
        assert screen.modes_left() == []


@pytest.mark.parametrize(
    ("size", "term"), [((80, 24), "xterm-256color"), ((100, 30), "linux")], ids=["256", "16"]
)
def test_a_session_shows_what_whole_frames_would(
    size: tuple[int, int], term: str, tmp_path: Path
) -> None:
    with console(tmp_path, size, term) as both:
        for keys in _SESSION:
            both.press(*keys)
        both.resize(120, 40)
        both.press("down", "pagedown", "down")
        both.resize(60, 18)
        both.press("down", "pagedown", "down")


def test_a_session_in_tmux_does_too(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    environ = python_environ(str(tmp_path))
    with in_tmux(
        [sys.executable, "-P", both_ways.__file__, str(kept)],
        environ=environ,
        home=tmp_path,
        settings=["set -g default-terminal tmux-256color", "set -g escape-time 0"],
    ) as tmux:
        tmux.screen.wait_for("5 of 5 services")
        both = BothWays(tmux.screen, kept, (80, 24))
        for keys in _SESSION:
            both.press(*keys)


@pytest.mark.parametrize("said", ["on", "off"])
def test_whole_frames_can_be_wished_for(said: str, tmp_path: Path) -> None:
    environ = python_environ(str(tmp_path), CONSOLE_WHOLE_FRAMES=said)
    with TerminalScreen([sys.executable, "-P", tiny.__file__], environ=environ) as screen:
        screen.wait_for("ready")
        mark = screen.mark()
        screen.press("k")
        screen.wait_for("pressed 1")
        # Either the line in all its 80 columns, or a place, a word, and what erases the rest.
        assert (screen.wait_until_still() - mark > 80) == (said == "on")
        screen.press("q")
        assert screen.wait_exit() == 0
