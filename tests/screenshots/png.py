"""Makes a PNG of an SVG, as small as a few colours allow."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Final, TypeAlias

import resvg_py
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.screenshots.mark import NAME, mark

ZOOM: Final = 4 / 3
"""A cell is whole pixels then, 12 by 24: lines are sharp."""

_COLOURS: Final = 64
_Colour: TypeAlias = tuple[int, int, int]


def render(svg: str) -> bytes:
    """Return an SVG as PNG, with the mark of what it was made from."""
    whole = resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM)
    with Image.open(BytesIO(whole)) as image:
        few = _with_few_colours(image.convert("RGBA"), _named(svg))
    info = PngInfo()
    info.add_text(NAME, mark(svg))
    made = BytesIO()
    few.save(made, "PNG", optimize=True, pnginfo=info)
    return made.getvalue()


def _named(svg: str) -> list[_Colour]:
    """Return the colours that an SVG names."""
    names = sorted(set(re.findall(r"#([0-9a-f]{6})", svg)))
    return [(int(name[:2], 16), int(name[2:4], 16), int(name[4:], 16)) for name in names]


def _with_few_colours(image: Image.Image, named: Sequence[_Colour]) -> Image.Image:
    """Return an image with the colours that are named, and the most frequent of the others.

    What gives way to the nearest of them are shades at the edges of letters.
    """
    opaque = Image.new("RGB", image.size, "white")
    opaque.paste(image, mask=image.getchannel("A"))
    found = opaque.getcolors(image.width * image.height) or []
    usual = [_colour(each) for _, each in sorted(found, key=lambda one: (-one[0], one[1]))]
    chosen = list(dict.fromkeys([*named, *usual]))[: max(_COLOURS, len(named))]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in chosen for part in colour])
    return opaque.quantize(palette=palette, dither=Image.Dither.NONE)


def _colour(found: object) -> _Colour:
    if not isinstance(found, tuple):
        raise TypeError("an RGB image has colours of three parts")
    red, green, blue = found
    return red, green, blue
