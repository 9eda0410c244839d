"""The text of one cell, exactly as many terminal cells wide as its column."""

import re
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, get_character_cell_size
from textual.content import Content

from console.text import LONGEST_CELL, cell

ELLIPSIS: Final = "…"
"""Says that a text goes on."""

_JOINERS: Final = re.compile("[\u200d\ufe0e\ufe0f]")
# Terminals disagree on the width of what is joined by these, and a line would no longer end where
# it should; apart from each other the parts have the same width everywhere.

_MARKS: Final = 4
"""Marks without a width of their own that one character may carry; more only fill the line."""


def one_line(value: str) -> str:
    """Return outside text as a table shows it: safe, on one line, of a width all agree on."""
    text = cell(value)
    if text.isascii():
        return text
    return _settled(_JOINERS.sub("", text))


def _settled(text: str) -> str:
    """Return `text` with a bearer for a mark that has none, and without piles of marks."""
    if cell_len(text) >= len(text):
        return text  # nothing without a width, or as good as nothing
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = 0 if get_character_cell_size(character) else marks + 1
        if marks and not kept:
            kept.append(" ")
        if marks <= _MARKS:
            kept.append(character)
    return "".join(kept)


def one_lines(values: Sequence[str]) -> list[str]:
    """Return what `one_line` does for each of many values, faster."""
    together = "".join(values)
    plain = together.isascii() and together.isprintable()
    if plain and max(map(len, values), default=0) <= LONGEST_CELL:
        return [*values]
    return [*map(one_line, values)]


def fitted(texts: Sequence[str], width: int) -> list[str]:
    """Return what `fit` does for each of many texts, faster."""
    return [
        text.ljust(width) if len(text) <= width and text.isascii() else fit(text, width)
        for text in texts
    ]


def fit(text: str, width: int) -> str:
    """Return a text of `one_line`, cut or filled with spaces to be `width` cells wide."""
    if width <= 0:
        return ""
    length = len(text) if text.isascii() else cell_len(text)
    if length <= width:
        return text + " " * (width - length)
    if text.isascii():
        return text[: width - 1] + ELLIPSIS
    room = width - 1
    for place, character in enumerate(text):
        size = get_character_cell_size(character)
        if size > room:
            return text[:place] + ELLIPSIS + " " * room
        room -= size
    raise AssertionError("a text that is too long ends before it is cut")


def shortened(text: Content, width: int) -> Content:
    """Return a text that is at most `width` cells wide, with no blank before its ellipsis."""
    if text.cell_length <= width:
        return text
    kept = fit(text.plain, width).rstrip(" ").removesuffix(ELLIPSIS).rstrip(" ")
    return Content.assemble(text[: len(kept)], ELLIPSIS if width > 0 else "")


def padded(text: Content, width: int) -> Content:
    """Return a text with blanks after it, so that it is `width` cells wide."""
    return text.pad_right(max(0, width - text.cell_length))
