"""What widgets are asked for when something has changed: little, and the picture is the same."""

from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, TypeAlias

import pytest
from rich.segment import Segment
from textual._compositor import Compositor, CompositorUpdate
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from console.app.crash import GuardedApp
from console.app.painting.compositor import FrontCompositor
from console.app.painting.wanted import Wanted
from tests.app.flow import flow
from tests.app.stage import SECONDS, stage
from tests.cloud import Cloud

Picture: TypeAlias = dict[tuple[int, int], tuple[str, str]]
"""The text and the style at places of the screen."""


class Letters(Widget):
    """A widget full of one letter; notes which of its lines it is asked for."""

    def __init__(self, letter: str) -> None:
        super().__init__(id=letter)
        self.asked: list[int] = []

    def render_line(self, y: int) -> Strip:
        text = f"{self.id}{y % 10}研" * self.size.width
        return Strip([Segment(text, self.rich_style)]).crop(0, self.size.width)

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked += crop.line_range
        return super().render_lines(crop)


class Pile(Screen[None]):
    """Widgets beside, above, in and over each other, one of them scrolled."""

    CSS = """
    #a, #f { height: 3; }
    #b { width: 20; border: solid red; }
    #c { height: 1fr; }
    #d, #e { height: 9; margin: 1; }
    VerticalScroll { width: 30; }
    #g { layer: above; offset: 25 4; width: 17; height: 8; background: $error; }
    Pile { layers: below above; }
    Horizontal { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._compositor = FrontCompositor()

    def compose(self) -> ComposeResult:
        yield Letters("a")
        with Horizontal():
            yield Letters("b")
            with Vertical():
                yield Letters("c")
            with VerticalScroll():
                yield Letters("d")
                yield Letters("e")
        yield Letters("f")
        yield Letters("g")


class Noting(GuardedApp[None]):
    """An app that notes what it shows."""

    def __init__(self) -> None:
        super().__init__({"TERM": "xterm-256color"})
        self.shown: list[CompositorUpdate] = []

    def compose(self) -> ComposeResult:
        yield Letters("a")

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.shown.append(renderable)
        super()._display(screen, renderable)


def picture(update: CompositorUpdate) -> Picture:
    """Return what an update shows."""
    wanted = Wanted.of(update)
    assert wanted
    cells: Picture = {}
    for y, x, strip in wanted.pieces:
        at = x
        for text, style, _ in strip:
            for character in text:
                cells[y, at] = (character, str(style))
                at += Segment(character).cell_length
    return cells


def shown_by(compositor: Compositor, regions: list[Region]) -> Picture:
    """Return what a compositor shows where something has changed in some regions."""
    compositor._dirty_regions = set(regions)
    update: Any = compositor.render_update()
    return picture(update)


def agree(screen: Screen[Any], random: Random, times: int) -> None:
    """Change random parts of a screen: at least those are shown, as they are on the whole."""
    width, height = screen.size
    textuals = Compositor()
    textuals.reflow(screen, screen.size)
    whole = shown_by(textuals, [screen.size.region])
    assert isinstance(screen._compositor, FrontCompositor)
    assert shown_by(screen._compositor, [screen.size.region]) == whole
    for _ in range(times):
        regions: list[Region] = []
        for _ in range(random.randint(1, 3)):
            x, y = random.randrange(width), random.randrange(height)
            wide, high = random.randint(1, width - x), random.randint(1, height - y)
            from_edge = random.random() < 0.5
            regions.append(Region(0 if from_edge else x, y, width if from_edge else wide, high))
        shown = shown_by(screen._compositor, regions)
        assert shown.items() <= whole.items(), regions
        assert not {
            (y, x)
            for y, x in whole.keys() - shown.keys()
            if any(region.contains(x, y) for region in regions)
        }


@pytest.mark.parametrize("size", [(80, 24), (61, 17), (33, 9)])
async def test_widgets_in_and_over_each_other_look_as_textual_shows_them(
    size: tuple[int, int],
) -> None:
    async with stage(pile := Pile(), size=size) as play:
        random = Random(6)  # noqa: S311 - the same each time
        for offset in (0, 3, 8):
            pile.query_one(VerticalScroll).scroll_to(y=offset, animate=False)
            await play.pilot.pause()
            agree(pile, random, 40)


async def test_the_consoles_screens_look_as_textual_shows_them(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path, size=(100, 30)) as console:
        await console.settled()
        random = Random(6)  # noqa: S311 - the same each time
        for key in ("0", "1", "pagedown", "enter", "escape", "f", "2", "d", "6"):
            await console.press(key)
            agree(console.screen, random, 6)


async def test_only_lines_that_are_seen_and_may_have_changed_are_asked_for() -> None:
    async with stage(pile := Pile(), size=(80, 24)) as play:
        await play.pilot.pause()
        every = {each.id: each for each in pile.query(Letters)}

        def asked(*regions: Region) -> dict[str | None, list[int]]:
            for each in every.values():
                each.asked.clear()
            shown_by(pile._compositor, [*regions])
            return {name: each.asked for name, each in every.items() if each.asked}

        assert asked(Region(0, 1, 80, 1)) == {"a": [1]}
        assert asked(Region(2, 22, 4, 2)) == {"f": [1, 2]}
        assert asked(Region(26, 5, 3, 2)) == {"g": [1, 2]}
        assert asked(Region(3, 5, 3, 2)) == {"b": [2, 3]}


async def test_what_was_resized_and_back_is_painted_anew() -> None:
    app = Noting()
    there, back = Size(40, 10), Size(80, 24)
    async with app.run_test(size=back) as pilot:
        await pilot.pause()
        app.shown.clear()
        app.post_message(Resize(there, there))
        # After the app has heard of the first, and before it tells the screen.
        app.call_later(app.post_message, Resize(back, back))
        end = monotonic() + SECONDS
        while not any({y for y, _ in picture(update)} == {*range(24)} for update in app.shown):
            assert monotonic() < end, "it was not painted anew"
            await pilot.pause(0.01)
