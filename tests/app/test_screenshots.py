"""The pictures in `screenshots/` show what the screens look like now."""

import re
from difflib import unified_diff
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tests.screenshots import svg
from tests.screenshots.files import FOLDER
from tests.screenshots.mark import is_made_from
from tests.screenshots.picture import pictured
from tests.screenshots.reels import REELS, Shot, take
from tests.screenshots.studio import still_cloud

AGAIN = "`python -m tests.screenshots` takes them anew; it needs the extra `screenshots`"
MOST_BYTES = 150_000
LEAST_CONTRAST = 0.2
"""How much brighter or darker words are than what is behind them, of 1."""

SVGS = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}


def outdated(shot: Shot) -> str:
    """Return how a picture differs from what is on the screen; empty where it does not."""
    drawing = svg.write(shot.picture, shot.title)
    kept = SVGS.get(shot.name)
    if kept is None:
        return f"{shot.name}.svg is missing\n"
    before, now = svg.text(kept), svg.text(drawing)
    lines = unified_diff(before, now, f"{shot.name}.svg", "the screen", lineterm="", n=0)
    return "".join(f"{line}\n" for line in lines)


def unreadable(shot: Shot) -> str:
    """Return the words of a picture that stand out too little from what is behind them."""
    return "".join(
        f"{shot.name}: {run.text.strip()!r} is {run.look.colour} on {run.look.ground}\n"
        for line in shot.picture.lines
        for run in line
        if any(map(str.isalnum, run.text))
        and abs(brightness(run.look.colour) - brightness(run.look.ground)) < LEAST_CONTRAST
    )


def brightness(colour: str) -> float:
    """Return how bright a colour seems, from 0 to 1."""
    return Color.parse(colour).brightness


async def test_every_picture_shows_the_screen_of_now(tmp_path: Path) -> None:
    shots: list[Shot] = []
    with still_cloud() as cloud:
        for number, reel in enumerate(REELS):
            folder = tmp_path / str(number)
            folder.mkdir()
            shots += await take(reel, cloud, folder)
    names = [shot.name for shot in shots]
    assert len(set(names)) == len(names), "two pictures have one name"
    wanted = {f"{name}.{kind}" for name in names for kind in ("svg", "png")}
    stray = {path.name for path in FOLDER.iterdir()} - wanted
    said = "".join(outdated(shot) for shot in shots)
    said += "".join(unreadable(shot) for shot in shots)
    said += "".join(f"{name} is of no reel\n" for name in sorted(stray))
    assert not said, f"screenshots/ is out of date; {AGAIN}\n{said}"


@pytest.mark.parametrize("name", SVGS)
def test_a_png_is_small_and_made_from_its_svg(name: str) -> None:
    path = FOLDER / f"{name}.png"
    assert path.exists(), AGAIN
    made = path.read_bytes()
    fits = is_made_from(made, SVGS[name])
    assert fits, AGAIN
    assert len(made) < MOST_BYTES


def test_a_picture_needs_nothing_from_elsewhere() -> None:
    for drawing in SVGS.values():
        silent = re.sub(r"(<text [^>]*>)[^<]*", r"\1", drawing)  # an address may be written there
        assert re.findall(r"https?://[^\s\"<]*", silent) == ["http://www.w3.org/2000/svg"]
        assert not re.search(r"@import|@font-face|url\(|href|<script", drawing)


def test_the_readme_shows_pictures_that_there_are() -> None:
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"screenshots/([\w-]+)\.png", readme))
    assert {"overview", "blocked", "pools", "checks", "notices", "reviews"} <= shown
    assert shown <= set(SVGS)


def test_what_is_written_is_placed_by_its_cells() -> None:
    bold = Style(bold=True, color="red")
    strip = [Segment(" a  研发 b<"), Segment("│▁█", bold), Segment(" & c")]
    drawing = svg.write(pictured([strip], 20), "<&>")
    assert svg.text(drawing) == [" a  研发 b<│▁█ & c"]
    words = re.findall(r'<text [^>]*x="(\d+)"[^>]*textLength="(\d+)"[^>]*>([^<]*)', drawing)
    assert [((int(x) - 10) // 9, int(length) // 9, word) for x, length, word in words] == [
        (1, 1, "a"),
        (4, 4, "研发"),
        (9, 2, "b&lt;"),
        (11, 3, "│▁█"),
        (15, 3, "&amp; c"),
    ]
    assert "<title>&lt;&amp;&gt;</title>" in drawing


def test_a_look_becomes_colours_and_lines() -> None:
    upside = Style(color="#ff0000", bgcolor="#000000", reverse=True, underline=True)
    drawing = svg.write(pictured([[Segment("x", upside)], [Segment(" " * 9)]], 9), "")
    colours = dict(re.findall(r"\.(c\d)\{fill:(#\w+)\}", drawing))
    drawn = re.findall(r'<(\w+) class="(c\d)"[^>]*?height="(\d+)"', drawing)
    assert [(kind, colours[name], height) for kind, name, height in drawn] == [
        ("rect", "#ff0000", "18"),
        ("rect", "#000000", "1"),
    ]
    letter = re.search(r'<text class="(c\d)"', drawing)
    assert letter
    assert colours[letter[1]] == "#000000"
