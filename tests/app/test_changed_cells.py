"""The terminal is sent the cells that changed, and shows what it would show without that."""

import sys
from random import Random

import pytest
from rich.color import ColorSystem
from rich.console import Console
from rich.control import Control

from console.app.painting.painter import Painter
from tests.app import both_ways
from tests.app.screen import TerminalScreen, python_environ
from tests.app.frames import Kind, Picture
from tests.app.sheet import (
    Habits,
    SheetDisplay,
    as_narrow_ones_do,
    as_old_terminals_do,
)

_SYSTEM = ColorSystem.EIGHT_BIT
_FRAMES = 60
"""Frames of one picture."""


class Terminals:
    """Two terminals: one is sent what changed, the other one every frame whole."""

    def __init__(self, random: Random, kind: Kind, habits: Habits) -> None:
        self.random = random
        self.picture = Picture(random, kind)
        self.painter = Painter(coloured=habits.erasing != "nothing")
        self.console = Console(color_system="256", force_terminal=True)
        size = self.picture.width, self.picture.height
        self.ours, self.plain = SheetDisplay(*size, habits), SheetDisplay(*size, habits)
        self.sent = 0
        self.begin()

    def begin(self) -> None:
        for display in (self.ours, self.plain):
            display.feed(b"\x1b[?1049l\x1b[?1049h\x1b[m\x1b[H\x1b[J")
        self.painter.forget(cleared=True)

    def show(self, update) -> None:
        system = self.console._color_system
        x = self.random.randrange(self.picture.width)
        y = self.random.randrange(self.picture.height)
        whole = update.render_segments(self.console) + Control.move_to(x, y).segment.text
        seen = self.random.random() < 0.3
        frame = self.painter.paint(update, system, (x, y), seen=seen)
        if frame is None:
            frame = self.painter.beside(whole)
        self.sent += len(frame)
        self.ours.feed(frame.encode())
        self.plain.feed(whole.encode())
        if seen:
            assert (self.ours.sheet.cursor.x, self.ours.sheet.cursor.y) == (x, y)

    def step(self) -> None:
        dice = self.random.random()
        if dice < 0.02:
            self.picture.resize()
            self.painter.forget()
            for display in (self.ours, self.plain):
                display.resize(self.picture.width, self.picture.height)
            self.show(self.picture.whole())
        elif dice < 0.04:
            self.foreign()
        elif dice < 0.05:
            self.begin()
            self.show(self.picture.whole())
        else:
            self.show(self.picture.change())

    def foreign(self) -> None:
        data = self.random.choice(
            ("\x07", "\x1b]52;c;eA==\x07", "blocked", "\x1b[1;1Hx\x1b[31my\x1b[m")
        )
        self.ours.feed(self.painter.beside(data).encode())
        self.plain.feed(data.encode())


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    ("habits"),
    [
        Habits(),
        Habits(erasing="background"),
        Habits(erasing="nothing"),
        Habits(halves=False),
    ],
    ids=["pyte", "xterm", "screen", "halves"],
)
def test_random(habits, seed) -> None:
    random = Random(seed)
    both = Terminals(random, Kind(), habits)
    both.show(both.picture.whole())
    for n in range(_FRAMES):
        both.step()
        ours, plain = both.ours.sheet.rows(), both.plain.sheet.rows()
        if habits.erasing != "all":
            ours = [[c.as_seen() for c in r] for r in ours]
            plain = [[c.as_seen() for c in r] for r in plain]
        assert ours == plain, n


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    "habits",
    [
        Habits(width=as_old_terminals_do, joins=False),
        Habits(width=as_narrow_ones_do, joins=False),
        Habits(width=as_old_terminals_do, joins=False, halves=False),
        Habits(),
    ],
    ids=["old", "narrow", "halves", "agree"],
)
def test_disagree(habits, seed) -> None:
    random = Random(seed)
    picture = Picture(random, Kind(torn=True))
    painter, again = Painter(coloured=True), Painter(coloured=True)
    size = picture.width, picture.height
    bit, once = SheetDisplay(*size, habits), SheetDisplay(*size, habits)
    begin = "\x1b[m\x1b[H\x1b[J"
    bit.feed(begin.encode())
    painter.forget(cleared=True)
    for n in range(40):
        frames = [
            painter.paint(each, _SYSTEM, (0, 0), seen=False)
            for each in (picture.change(), picture.whole())
        ]
        again.forget(cleared=True)
        g = again.paint(picture.whole(), _SYSTEM, (0, 0), seen=False)
        if None in frames:
            break
        bit.feed("".join(frames).encode())
        once.feed((begin + g).encode())
        assert bit.sheet.rows() == once.sheet.rows(), n


BURSTS = [
    ("1",),
    ("down",) * 12,
    ("pagedown",) * 3,
    ("down",) * 25,
    ("up",) * 30,
    ("end",),
    ("up",) * 5,
    ("home",),
    ("right",) * 4,
    ("left",) * 2,
    ("s",),
    ("s", "s"),
    ("space", "down") * 4,
    ("n",),
    ("n", "p"),
    ("enter",),
    ("down",) * 8,
    ("escape",),
    ("?",),
    ("pagedown", "down", "down"),
    ("escape",),
    ("f",),
    ("tab", *"desk"),
    ("escape",),
    ("/", *"wang"),
    ("escape",),
    ("escape",),
    ("t",),
    ("u",),
    ("b",),
    ("escape",),
    ("z",),
    ("ctrl+p", *"them"),
    ("escape",),
    ("escape",),
    ("2",),
    ("down",) * 10,
    ("d",),
    ("escape",),
    ("3",),
    ("down",) * 5,
    ("4",),
    ("5",),
    ("down",) * 15,
    ("0",),
    ("down", "down"),
    ("1",),
    ("r",),
]


@pytest.mark.parametrize(
    ("size", "environ"), [((80, 24), {"TERM": "xterm-256color"}), ((120, 40), {"TERM": "linux"})]
)
def test_session(size, environ, tmp_path):
    kept = tmp_path / "kept"
    with TerminalScreen(
        [sys.executable, "-P", both_ways.__file__, str(kept)],
        environ=python_environ(str(tmp_path), **environ),
        columns=size[0],
        rows=size[1],
        kitty=True,
    ) as screen:
        painted, plain = SheetDisplay(*size), SheetDisplay(*size)
        seen = [0, 0]
        screen.wait_for("5 of 5 services")

        def same(_=None):
            received = screen.bytes_since(seen[0])
            painted.feed(received)
            seen[0] += len(received)
            with kept.open("rb") as f:
                f.seek(seen[1])
                data = f.read()
                seen[1] += len(data)
                plain.feed(data)
            return painted.sheet.rows() == plain.sheet.rows()

        n = 0
        for burst in BURSTS:
            screen.press(*burst)
            n += len(burst)
            screen.wait_until_still(0.2)
            screen.wait_for(same, 5)
        print(n, "keys", seen)
        screen.press("escape", "escape", "q")
        screen.wait_exit()
