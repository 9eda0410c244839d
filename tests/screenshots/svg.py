"""Writes a picture as SVG, and reads back what is written in one.

Every word is placed by its cell, and set to the width of its cells, so that columns stand one below
the other whatever font a viewer has. The same picture is always the same file.
"""

import html
import re
from typing import Final

from rich.cells import cell_len

from tests.screenshots.drawn import HEIGHT, WIDTH, is_drawn, path
from tests.screenshots.picture import Appearance, Picture, Run

_MARGIN: Final = 10
_BASELINE: Final = 14
_FONT_SIZE: Final = 14.95
"""At this size a character of DejaVu Sans Mono is as wide as a cell."""

_STYLE: Final = (
    'text{font-family:"DejaVu Sans Mono",Menlo,Consolas,"Liberation Mono",monospace;'
    f"font-size:{_FONT_SIZE}px}}"
    '.w{font-family:"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}'
    ".b{font-weight:bold}.i{font-style:italic}.n{fill:none}"
)
"""Fonts of the viewer's machine alone; `.n` is text that stands there as shapes."""

_TEXT: Final = re.compile(r'<text [^>]*?x="(\d+)" y="(\d+)"[^>]*>([^<]*)</text>')
_SIZE: Final = re.compile(r'viewBox="0 0 (\d+) (\d+)"')


def write(picture: Picture, title: str) -> str:
    """Return a picture as SVG; `title` is what it is called where it cannot be seen."""
    width = picture.columns * WIDTH + 2 * _MARGIN
    height = len(picture.lines) * HEIGHT + 2 * _MARGIN
    colours: dict[str, str] = {}
    grounds: list[str] = []
    words: list[str] = []
    for number, line in enumerate(picture.lines):
        y = _MARGIN + number * HEIGHT
        grounds += _grounds(line, y, picture.ground, colours)
        for run in line:
            words += _written(run, y, colours)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">'
    )
    everywhere = (
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="6" '
        f'fill="{picture.ground}" stroke="#808080" stroke-opacity=".6"/>'
    )
    rules = "".join(f".{name}{{fill:{colour}}}" for colour, name in colours.items())
    return "\n".join(
        [
            opening,
            f"<title>{html.escape(title)}</title>",
            f"<style>{rules}{_STYLE}</style>",
            everywhere,
            '<g shape-rendering="crispEdges">',
            *grounds,
            "</g>",
            *words,
            "</svg>",
            "",
        ]
    )


def text(svg: str) -> list[str]:
    """Return the lines that are written in a picture of `write`, without blanks at their ends."""
    size = _SIZE.search(svg)
    count = (int(size[2]) - 2 * _MARGIN) // HEIGHT if size else 0
    lines = [""] * count
    for x, y, escaped in _TEXT.findall(svg):
        column = (int(x) - _MARGIN) // WIDTH
        number = (int(y) - _MARGIN - _BASELINE) // HEIGHT
        blanks = column - cell_len(lines[number])
        lines[number] += " " * blanks + html.unescape(escaped)
    return lines


def _name(colour: str, colours: dict[str, str]) -> str:
    """Return the class of a colour."""
    return colours.setdefault(colour, f"c{len(colours)}")


def _grounds(line: tuple[Run, ...], y: int, usual: str, colours: dict[str, str]) -> list[str]:
    """Return what is behind the text of a line, where it is not as everywhere."""
    spans: list[tuple[str, int, int]] = []
    for run in line:
        ground = run.look.ground
        if spans and spans[-1][0] == ground:
            spans[-1] = (ground, spans[-1][1], run.column + run.cells)
        else:
            spans.append((ground, run.column, run.column + run.cells))
    return [
        f'<rect class="{_name(ground, colours)}" x="{_MARGIN + start * WIDTH}" y="{y}" '
        f'width="{(end - start) * WIDTH}" height="{HEIGHT}"/>'
        for ground, start, end in spans
        if ground != usual
    ]


def _written(run: Run, y: int, colours: dict[str, str]) -> list[str]:
    """Return the words of a run, and the lines below or through it."""
    found = []
    for word in run.words():
        x = _MARGIN + word.column * WIDTH
        drawn = is_drawn(word.text[0])
        found.append(
            f'<text class="{_classes(word, colours)}" x="{x}" y="{y + _BASELINE}" '
            f'textLength="{word.cells * WIDTH}" lengthAdjust="spacingAndGlyphs">'
            f"{html.escape(word.text, quote=False)}</text>"
        )
        if drawn:
            colour = _name(word.look.colour, colours)
            shape = "" if set(word.text) & set("╭╮╰╯") else ' shape-rendering="crispEdges"'
            found.append(f'<path class="{colour}" d="{path(word.text, x, y)}"{shape}/>')
    heights = [HEIGHT - 2] * run.look.underline + [HEIGHT // 2] * run.look.strike
    return found + [
        f'<rect class="{_name(run.look.colour, colours)}" x="{_MARGIN + run.column * WIDTH}" '
        f'y="{y + height}" width="{run.cells * WIDTH}" height="1"/>'
        for height in heights
    ]


def _classes(word: Run, colours: dict[str, str]) -> str:
    first, look = word.text[0], word.look
    if is_drawn(first):
        return "n"
    return " ".join(_parts(look, colours, wide=cell_len(first) > 1))


def _parts(look: Appearance, colours: dict[str, str], *, wide: bool) -> list[str]:
    marks = [("w", wide), ("b", look.bold), ("i", look.italic)]
    return [_name(look.colour, colours), *(mark for mark, holds in marks if holds)]
