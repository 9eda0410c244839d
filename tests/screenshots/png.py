"""Makes a PNG of an SVG, as small as a few colours allow."""

from io import BytesIO
from typing import Final

import resvg_py
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.screenshots.mark import NAME, mark

ZOOM: Final = 1.5
_COLOURS: Final = 128


def render(svg: str) -> bytes:
    """Return an SVG as PNG, with the mark of what it was made from."""
    whole = resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM)
    with Image.open(BytesIO(whole)) as image:
        few = image.convert("RGBA").quantize(_COLOURS, method=Image.Quantize.FASTOCTREE)
        info = PngInfo()
        info.add_text(NAME, mark(svg))
        made = BytesIO()
        few.save(made, "PNG", optimize=True, pnginfo=info)
    return made.getvalue()
