"""Frames that nobody would paint: whatever a terminal may stumble over, in random order.

A picture is what the widgets of an app show: lines of segments, cut where widgets meet. It changes
as apps do: a widget here and there, a style, everything, lines that scroll, another size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-:.,/…·│─█▌é"
_WIDE: Final = "中文短信桌面発한글Ａ、"
_EMOJI: Final = ("😀", "🚀", "✅", "🇨🇳", "👩‍💻", "👨‍👩‍👧", "👍🏽", "❤️", "⚠️", "☎", "🫠")
_MARKS: Final = ("\u0301", "\u0323", "\u200b", "\u20dd")
_COLOURS: Final = ("default", "red", "bright_black", "color(17)", "color(233)", "#102030")

_STYLES: Final = [
    None,
    Style(),
    *(
        Style(
            color=color,
            bgcolor=background,
            bold=bold,
            dim=dim,
            italic=italic,
            underline=underline,
            reverse=reverse,
            strike=strike,
        )
        for color, background, bold, dim, italic, underline, reverse, strike in (
            (None, "color(17)", None, None, None, None, None, None),
            ("color(253)", "color(17)", None, None, None, None, None, None),
            ("color(253)", "color(17)", True, None, None, None, None, None),
            ("red", None, True, True, None, None, None, None),
            ("red", None, None, True, None, None, None, None),
            (None, None, None, None, True, True, None, None),
            (None, "#102030", None, None, None, None, True, None),
            ("bright_black", "red", None, None, None, True, None, True),
            ("default", "default", None, None, None, None, None, None),
        )
    ),
]


@dataclass(frozen=True)
class Kind:
    """Which texts are made.

    Attributes:
        emoji: whether terminals may disagree on widths in them.
        torn: whether what joins may stand at the end of a segment, where Textual lays out both
            sides of it apart.
    """

    emoji: bool = True
    torn: bool = False


class Picture:
    """What an app shows, and how it changes.

    Attributes:
        width: its columns.
        height: its lines.
    """

    def __init__(self, random: Random, kind: Kind) -> None:
        self._random = random
        self._kind = kind
        self.width = self.height = 0
        self._cuts: list[list[int]] = []
        self._lines: list[Strip] = []
        self.resize()

    @classmethod
    def of(cls, seed: int, kind: Kind) -> "Picture":
        """Return the picture that a seed makes."""
        return cls(Random(seed), kind)  # noqa: S311 - nothing is secret here

    def resize(self) -> None:
        """Take another size, and show something else."""
        random = self._random
        self.width = random.choice((1, 2, 3, 7, 20, 33))
        self.height = random.choice((1, 2, 5, 9, 12))
        self.lay_out()

    def lay_out(self) -> None:
        """Place widgets anew, and show something else."""
        random, width = self._random, self.width
        inner = sorted(random.sample(range(1, width), min(random.randrange(3), width - 1)))
        self._cuts = [inner if random.random() < 0.8 else [] for _ in range(self.height)]
        self._lines = [self._line() for _ in range(self.height)]

    def whole(self) -> LayoutUpdate:
        """Return the update that paints everything."""
        region = Region(0, 0, self.width, self.height)
        return LayoutUpdate([list(self._chops(y).values()) for y in range(self.height)], region)

    def change(self) -> CompositorUpdate:
        """Change something; return the update that paints at least that."""
        random = self._random
        what = random.choice(("cells", "cells", "style", "line", "scroll", "scroll", "all", "none"))
        first, last = sorted((random.randrange(self.height), random.randrange(self.height)))
        if what == "all":
            self.lay_out()
            return self.whole()
        if what == "scroll":
            self._scroll(first, last)
        elif what != "none":
            for y in {random.randrange(first, last + 1) for _ in range(3)}:
                self._lines[y] = self._changed(self._lines[y], what)
        if random.random() < 0.3:
            return self.whole()
        return self._update(range(first, last + 1))

    def _scroll(self, first: int, last: int) -> None:
        count = self._random.randint(1, 3)
        new = [self._line() for _ in range(min(count, last - first + 1))]
        band = self._lines[first : last + 1]
        kept = [*band[count:], *new] if self._random.random() < 0.5 else [*new, *band[:-count]]
        self._lines[first : last + 1] = kept[: len(band)]

    def _update(self, lines: range) -> ChopsUpdate:
        """Return the update of some lines, or of what lies between two columns there."""
        chops: list[Mapping[int, Strip | None]] = [self._chops(y) for y in range(self.height)]
        ends = [[*cuts, self.width] for cuts in self._cuts]
        start, end = 0, self.width
        if self._random.random() < 0.4:
            start, end = sorted((self._random.randrange(end), self._random.randint(1, end)))
        return ChopsUpdate(chops, [(y, start, end) for y in lines], ends)

    def _chops(self, y: int) -> dict[int, Strip]:
        cuts = [*self._cuts[y], self.width]
        strips = self._lines[y].divide(cuts)
        if len(strips) != len(cuts) or not all(map(_is_filled, strips)):
            # What joins was cut in two, and is as wide as nobody has reckoned with.
            self._lines[y] = Strip([Segment("~" * self.width)])
            strips = self._lines[y].divide(cuts)
        if not self._kind.torn:
            strips = [_mended(strip, first=not n) for n, strip in enumerate(strips)]
        return dict(zip([0, *cuts[:-1]], strips, strict=True))

    def _changed(self, line: Strip, what: str) -> Strip:
        random = self._random
        if what == "line":
            return self._line()
        start, end = sorted((random.randrange(self.width + 1), random.randrange(self.width + 1)))
        before, middle, after = line.crop(0, start), line.crop(start, end), line.crop(end)
        if what == "style":
            style = random.choice(_STYLES)
            middle = Strip([Segment(part.text, style) for part in middle])
        else:
            middle = self._text(end - start)
        return Strip.join([before, middle, after]).adjust_cell_length(self.width)

    def _line(self) -> Strip:
        return self._text(self.width)

    def _text(self, width: int) -> Strip:
        random = self._random
        segments = []
        left = width
        while left > 0:
            segment = Segment(self._words(random.randint(1, 9)), random.choice(_STYLES))
            segments.append(segment)
            left -= segment.cell_length
            if segment.cell_length == 0 and random.random() < 0.5:
                break
        fill = random.choice(_STYLES)
        return Strip(segments).adjust_cell_length(width, fill)

    def _words(self, length: int) -> str:
        random = self._random
        dice = random.random()
        if dice < 0.35:
            return " " * length
        if dice < 0.6:
            return "".join(random.choices(_LETTERS, k=length))
        if dice < 0.7:
            return random.choice("x ") * length
        if dice < 0.85 or not self._kind.emoji:
            return "".join(random.choices(_LETTERS[:9] + _WIDE, k=length))
        parts = [*_LETTERS[:6], *_WIDE[:4], *_EMOJI, *_MARKS, " "]
        if not self._kind.torn:
            return "".join(random.choices(parts, k=length))
        words = "".join(random.choices([*parts, "\u200d", "\ufe0f", "\u202e"], k=length))
        # Rich fails on it: it finds no cells in it, and divides by their number.
        return words.replace("\u200d\u200d", "\u200d")


def _mended(strip: Strip, *, first: bool) -> Strip:
    """Return a strip of which Textual and a terminal must have the same opinion.

    A mark at its beginning would join the widget to its left; what joins, cut off from what it
    joins, has another width on each side of the cut.
    """
    segments = [segment for segment in strip if segment.text]
    if any(text[0] in "\u200d\ufe0f" or text[-1] == "\u200d" for text, _, _ in segments):
        return Strip([Segment("~" * strip.cell_length)])
    if first or not segments or cell_len(segments[0].text[0]):
        return strip
    while segments and not segments[0].cell_length:
        del segments[0]
    if segments:
        text, style, _ = segments[0]
        while not cell_len(text[0]):
            text = text[1:]
        segments[0] = Segment(text, style)
    return Strip(segments)


def _is_filled(strip: Strip) -> bool:
    return sum(segment.cell_length for segment in strip) == strip.cell_length
