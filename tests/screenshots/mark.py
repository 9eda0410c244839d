"""The mark in a PNG that tells which SVG it was made from."""

import hashlib
from typing import Final

NAME: Final = "Source"
"""What the mark is called in the file."""


def mark(svg: str) -> str:
    """Return the mark of what is made from an SVG."""
    return hashlib.sha256(svg.encode()).hexdigest()


def is_made_from(png: bytes, svg: str) -> bool:
    """Tell whether a PNG bears the mark of an SVG."""
    return f"tEXt{NAME}\0{mark(svg)}".encode() in png
