"""The terminal is sent the cells that changed, and shows what it would show without that."""

import sys
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip
from wcwidth import wcwidth

from console.app import terminal
from console.app.driver import CLEARED
from console.app.painting import cells
from console.app.painting.looks import Looks
from console.app.painting.painter import Painter
from console.errors import SettingsError
from tests.app.floor import floor
from tests.app.frames import Kind, Picture
from tests.app.sheet import (
    Cell,
    Habits,
    SheetDisplay,
    as_narrow_ones_do,
    as_old_terminals_do,
)

_COLOURS = ColorSystem.EIGHT_BIT
_ANEW = f"\x1b[?1049l\x1b[?1049h{CLEARED}"
_SEEDS = (*range(26), 207, 303)  # the last ones hold what is rare: half a character that scrolls
_FRAMES = 50  # of each seed and each terminal: 5,600 in all
_BUSY = 0.6  # how often a slow terminal has not taken yet what was sent before
_HARMLESS = ("\x07", "\x1b]52;c;eA==\x07")
_FOREIGN = (*_HARMLESS, "blocked", "\x1b[1;1Hx\x1b[31my\x1b[m", "\x1b[2J", "\x1b[?6h\x1b[?6l")


class TwoTerminals:
    """One terminal that is sent what changed, and one that is sent all that is painted."""

    def __init__(self, seed: int, habits: Habits, *, slow: bool = False) -> None:
        self.compared = 0
        self._slow = slow
        self._random = Random(seed)  # noqa: S311 - nothing is secret here
        self.picture = Picture(self._random, Kind())
        self._exact = habits.erasing == "all"
        self._painter = Painter(coloured=habits.erasing != "nothing")
        self._console = Console(color_system="256", force_terminal=True)
        size = self.picture.width, self.picture.height
        self._ours, self._plain = SheetDisplay(*size, habits), SheetDisplay(*size, habits)
        self._take()
        self._show(self.picture.whole())

    def step(self) -> None:
        """Let something happen."""
        dice = self._random.randrange(50)
        if dice == 0:
            self.picture.resize()
            for display in (self._ours, self._plain):
                display.resize(self.picture.width, self.picture.height)
            self._painter.forget()
            self._show(self.picture.whole())
        elif dice == 1:
            self._take()
            self._show(self.picture.whole())
        elif dice < 4:
            data = self._random.choice(_FOREIGN)
            self._ours.feed(self._painter.beside(data).encode())
            self._plain.feed(data.encode())
        else:
            self._show(self.picture.change())

    def compare(self) -> None:
        """Check that both show the same, unless one of them has not got all yet."""
        if self._painter.is_late:
            return
        self.compared += 1
        ours, plain = self._ours.sheet.rows(), self._plain.sheet.rows()
        # Erased cells have no colour of their own to write in; nobody sees the one of a blank.
        if not self._exact:
            ours, plain = _as_seen(ours), _as_seen(plain)
        if self._slow:
            assert self._painted(ours) == self._painted(plain)
        else:
            assert ours == plain

    def _painted(self, rows: list[list[Cell]]) -> list[list[Cell | None]]:
        """Leave out what is half of a character of which the other half was painted over.

        Nobody painted that half: it is whatever the pictures before have left there, and a slow
        terminal has not seen all of them.
        """
        known = self._painter._rows
        return [
            [None if unit is None else cell for unit, cell in zip(line.units, row, strict=True)]
            for line, row in zip(known, rows, strict=True)
        ]

    def _take(self) -> None:
        for display in (self._ours, self._plain):
            display.feed(_ANEW.encode())
        self._painter.forget(cleared=True)

    def _show(self, update: CompositorUpdate) -> None:
        x = self._random.randrange(self.picture.width)
        y = self._random.randrange(self.picture.height)
        seen = self._random.random() < 0.3
        whole = update.render_segments(self._console) + Control.move_to(x, y).segment.text
        self._plain.feed(whole.encode())
        was_late = self._painter.is_late
        drawn = self._painter.draw(update, _COLOURS, (x, y), seen=seen)
        if drawn and self._slow and self._random.random() < _BUSY:
            return
        self._ours.feed((self._painter.rest() if drawn else self._painter.beside(whole)).encode())
        if was_late and not drawn:
            self._show(self.picture.whole())
        elif seen:
            assert (self._ours.sheet.cursor.x, self._ours.sheet.cursor.y) == (x, y)


def _as_seen(rows: list[list[Cell]]) -> list[list[Cell]]:
    return [[cell.as_seen() for cell in row] for row in rows]


@pytest.mark.parametrize("seed", _SEEDS)
@pytest.mark.parametrize(
    "habits",
    [
        pytest.param(Habits(), id="erases in the whole style"),
        pytest.param(Habits(erasing="background"), id="erases in the background"),
        pytest.param(Habits(erasing="nothing"), id="erases in no colour"),
        pytest.param(Habits(halves=False), id="leaves halves"),
    ],
)
def test_both_terminals_show_the_same(habits: Habits, seed: int) -> None:
    both = TwoTerminals(seed, habits)
    for _ in range(_FRAMES):
        both.step()
        both.compare()


@pytest.mark.parametrize("seed", range(12))
def test_pictures_that_a_slow_terminal_never_gets_are_not_missed(seed: int) -> None:
    both = TwoTerminals(seed, Habits(), slow=True)
    for _ in range(_FRAMES):
        both.step()
        both.compare()
    assert both.compared > _FRAMES / 4


@pytest.mark.parametrize("seed", [*range(10), 82, 128])  # the last ones: emoji at the very edge
@pytest.mark.parametrize(
    "habits",
    [
        pytest.param(Habits(), id="as Textual"),
        pytest.param(Habits(width=as_old_terminals_do, joins=False), id="nothing joins"),
        pytest.param(Habits(width=as_narrow_ones_do, joins=False), id="emoji are narrow"),
        pytest.param(Habits(width=as_old_terminals_do, joins=False, halves=False), id="halves"),
    ],
)
def test_whatever_width_a_terminal_gives_to_emoji_what_is_painted_in_bits_is_right(
    habits: Habits, seed: int
) -> None:
    picture = Picture.of(seed, Kind(torn=True))
    bits, once = Painter(coloured=True), Painter(coloured=True)
    ours = SheetDisplay(picture.width, picture.height, habits)
    ours.feed(CLEARED.encode())
    bits.forget(cleared=True)
    for _ in range(_FRAMES):
        frames = [
            bits.paint(update, _COLOURS, (0, 0), seen=False)
            for update in (picture.change(), picture.whole())
        ]
        once.forget(cleared=True)
        whole = once.paint(picture.whole(), _COLOURS, (0, 0), seen=False)
        if whole is None or None in frames:
            return  # Textual itself cannot say how wide it is
        ours.feed("".join(filter(None, frames)).encode())
        fresh = SheetDisplay(picture.width, picture.height, habits)
        fresh.feed((CLEARED + whole).encode())
        assert ours.sheet.rows() == fresh.sheet.rows()


class Painted:
    """A painter and its terminal of 20 columns."""

    def __init__(self, *lines: str) -> None:
        self.painter = Painter(coloured=True)
        self.display = SheetDisplay(20, len(lines))
        self.painter.forget(cleared=True)
        self.display.feed(CLEARED.encode())
        self.show(*lines)

    def show(self, *lines: str, style: Style | None = None, cursor: int | None = None) -> str:
        """Show lines, put the cursor into a column of the first one, and return what was sent."""
        strips = [[Strip([Segment(line, style)]).adjust_cell_length(20, style)] for line in lines]
        sent = self.show_strips(strips, cursor)
        assert [line.rstrip() for line in self.display.lines()] == [line.rstrip() for line in lines]
        return sent

    def show_strips(self, strips: Sequence[Sequence[Strip]], cursor: int | None = None) -> str:
        """Show lines of strips, and return what was sent."""
        update = LayoutUpdate([*strips], Region(0, 0, 20, len(strips)))
        place = cursor or 0, 0
        sent = self.painter.paint(update, _COLOURS, place, seen=cursor is not None)
        assert sent is not None
        self.display.feed(sent.encode())
        return sent


def test_what_is_shown_already_is_not_sent() -> None:
    painted = Painted("one", "two")
    assert painted.show("one", "two") == ""


def test_a_cell_that_changed_costs_a_place_and_itself() -> None:
    painted = Painted("12:00:00", "")
    assert painted.show("12:00:01", "") == "\x1b[D1"
    assert painted.show("12:00:02", "x") == "\x1b[D2\r\nx"
    assert painted.show("12:00:03", "x") == "\x1b[1;8H3"


def test_a_few_cells_that_did_not_change_are_written_rather_than_jumped_over() -> None:
    painted = Painted("abcdefghijklmnopqrst")
    assert painted.show("Abc-efghijklm-opqrst") == "\x1b[HAbc-\x1b[9C-"


def test_a_cursor_inside_a_wide_character_is_no_place_to_write_from() -> None:
    painted = Painted("中abc")
    painted.show("中abc", cursor=1)
    painted.show("中Abc")


def test_what_covers_half_of_a_wide_character_spoils_it() -> None:
    painted = Painted("中文")
    whole = [Strip([Segment("中文")]).adjust_cell_length(20)]
    halves = [Strip([Segment(text)]) for text in (" ", "x", " " * 18)]
    painted.show_strips([halves])
    assert painted.show_strips([whole]) == "\x1b[H中文"


def test_a_strip_is_known_until_something_covers_it() -> None:
    painted = Painted("")
    left, right = Strip([Segment("left" * 2)]), Strip([Segment("right " * 2)])
    painted.show_strips([[left, right]])
    assert painted.show_strips([[left, right]]) == ""
    painted.show("something else")
    painted.show_strips([[left, right]])
    assert painted.display.lines()[0] == "leftleftright right "


def test_the_end_of_a_line_is_erased() -> None:
    painted = Painted("something long")
    assert painted.show("some") == "\x1b[10D\x1b[K"


_LINES = [chr(ord("a") + number) * 18 for number in range(12)]


def test_lines_that_moved_are_moved_by_the_terminal() -> None:
    painted = Painted("head", *_LINES, "foot")
    up = painted.show("head", *_LINES[1:], "new", "foot")
    assert up == "\x1b[2;13r\x1b[13H\r\n\x1b[r\x1b[13Hnew"
    down = painted.show("head", "old", *_LINES[1:], "foot")
    assert down == "\x1b[2;13r\x1b[2H\x1bM\x1b[r\x1b[2Hold"


def test_the_first_line_is_not_scrolled_away_into_what_a_terminal_keeps() -> None:
    painted = Painted(*_LINES)
    assert "r" not in painted.show(*_LINES[1:], "")


def test_what_follows_an_emoji_stands_where_it_belongs() -> None:
    painted = Painted("a 👩‍💻 end")
    assert painted.show("a 👩‍💻 eNd") == "\x1b[6D\x1b[K  \x1b[2D👩‍💻\x1b[5G eNd\x1b[K"


@pytest.mark.parametrize("data", ["\x1b[2J", "text", "\x1b[31m", "\x1b]8;;http://x\x07", "\x1b7"])
def test_after_what_it_does_not_know_it_knows_nothing(data: str) -> None:
    painted = Painted("one", "two")
    assert painted.painter.beside(data).endswith(data)
    assert "one" in painted.show("one", "two")


@pytest.mark.parametrize("data", ["\x07", "\x1b[?2026h", "\x1b]52;c;eA==\x07", "\x1b[?1000l"])
def test_after_what_changes_no_cell_it_knows_all(data: str) -> None:
    painted = Painted("one", "two")
    assert painted.painter.beside(data) == data
    assert painted.show("one", "two") == ""


def test_foreign_text_gets_no_style_of_ours() -> None:
    painted = Painted("one")
    painted.show("two", style=Style(bold=True))
    assert painted.painter.beside("text") == "\x1b[m\x1b[Htext"
    painted.show("two", style=Style(bold=True))
    painted.painter.forget()
    assert painted.painter.beside("text") == "\x1b[mtext"


@pytest.mark.parametrize("text", ["\x1b[5m", "tab\t", "\x9b", "\u2028"])
def test_what_has_no_cells_is_left_to_textual(text: str) -> None:
    painter = Painter(coloured=True)
    update = LayoutUpdate([[Strip([Segment(text)])]], Region(0, 0, 20, 1))
    assert painter.paint(update, _COLOURS, (0, 0), seen=False) is None


def test_a_link_is_left_to_textual() -> None:
    painter = Painter(coloured=True)
    update = LayoutUpdate(
        [[Strip([Segment("x", Style(link="http://example.invalid"))])]], Region(0, 0, 20, 1)
    )
    assert painter.paint(update, _COLOURS, (0, 0), seen=False) is None


def test_a_style_is_reached_by_the_shortest_way() -> None:
    looks = Looks(coloured=True)
    bold, dim = looks.number("1;38;5;12"), looks.number("2;38;5;12")
    plain = looks.number("39;49")
    assert looks.way(plain, bold) == "\x1b[1;38;5;12m"
    assert looks.way(bold, plain) == "\x1b[m"
    assert looks.way(bold, dim) == "\x1b[22;2m"
    assert looks.way(None, dim) == "\x1b[;2;38;5;12m"
    odd = looks.number("1;53")
    assert looks.way(odd, bold) == "\x1b[;1;38;5;12m"


def test_what_is_taken_for_certain_is_certain() -> None:
    wrong = []
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        if unicodedata.category(character) in {"Cn", "Cs", "Co"}:
            continue
        if cells.is_certain(character) and not (number < 32 or number == 127):
            widths = {cell_len(character), wcwidth(character)}
            wide = unicodedata.east_asian_width(character) in {"W", "F"}
            if widths != {2 if wide else 1}:
                wrong.append(f"{number:04X} {unicodedata.name(character, '')} {widths} {wide}")
    assert wrong == []


def test_by_hand_it_takes_more() -> None:
    picture = Picture.of(5, Kind(emoji=False))
    painter, display = Painter(coloured=True), SheetDisplay(picture.width, picture.height)
    painter.forget(cleared=True)
    display.feed(CLEARED.encode())
    sizes = []
    shown = [display.sheet.rows()]
    for _ in range(100):
        sent = painter.paint(picture.change(), _COLOURS, (0, 0), seen=False) or ""
        display.feed(sent.encode())
        sizes.append(len(sent.encode()))
        shown.append(display.sheet.rows())
    assert 0 < sum(sizes) < sum(floor(*both) for both in pairwise(shown))


@pytest.mark.parametrize(
    ("environ", "option", "whole"),
    [
        ({}, None, False),
        ({"CONSOLE_WHOLE_FRAMES": "on"}, None, True),
        ({"CONSOLE_WHOLE_FRAMES": "on"}, False, False),
        ({"CONSOLE_WHOLE_FRAMES": "no"}, None, False),
        ({}, True, True),
    ],
)
def test_whole_frames_are_sent_where_that_is_wanted(
    environ: dict[str, str], *, option: bool | None, whole: bool
) -> None:
    assert terminal.whole_frames(environ, option) == whole


def test_a_wish_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="CONSOLE_WHOLE_FRAMES is 'perhaps': on or off"):
        terminal.whole_frames({"CONSOLE_WHOLE_FRAMES": "perhaps"})


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "linux"}, True),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "screen-256color"}, False),
        ({"TERM": "screen.xterm-256color"}, False),
        ({"TERM": "screen.linux"}, False),
        ({"TERM": "xterm-256color", "STY": "1.pts"}, False),
        ({"TERM": "vt220"}, False),
    ],
)
def test_it_erases_in_colour_only_where_terminals_do(
    environ: dict[str, str], *, coloured: bool
) -> None:
    assert terminal.erases_in_colour(environ) == coloured
