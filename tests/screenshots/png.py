"""Makes a PNG of an SVG, as small as a few colours allow."""

from io import BytesIO
from typing import Final

import resvg_py
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.screenshots.mark import NAME, mark

ZOOM: Final = 4 / 3
"""A cell is whole pixels then, 12 by 24: lines are sharp."""

_COLOURS: Final = 64


def render(svg: str) -> bytes:
    """Return an SVG as PNG, with the mark of what it was made from."""
    whole = resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM)
    with Image.open(BytesIO(whole)) as image:
        few = _with_few_colours(image.convert("RGBA"))
    info = PngInfo()
    info.add_text(NAME, mark(svg))
    made = BytesIO()
    few.save(made, "PNG", optimize=True, pnginfo=info)
    return made.getvalue()


def _with_few_colours(image: Image.Image) -> Image.Image:
    """Return an image with its most frequent colours; every other becomes the nearest of them.

    The colours of a theme are the most frequent ones, so they stay what they are; what gives way
    are shades at the edges of letters.
    """
    opaque = Image.new("RGB", image.size, "white")
    opaque.paste(image, mask=image.getchannel("A"))
    found = opaque.getcolors(image.width * image.height) or []
    usual = sorted(found, key=lambda each: (-each[0], each[1]))[:_COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in usual for part in _parts(colour)])
    return opaque.quantize(palette=palette, dither=Image.Dither.NONE)


def _parts(colour: object) -> tuple[int, ...]:
    if not isinstance(colour, tuple):
        raise TypeError("an RGB image has colours of three parts")
    return colour
