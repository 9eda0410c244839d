"""Panes of text whose lines are made when they come in sight: a record's fields, and its JSON."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar, Final, TypeAlias

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.app.facts import Fact
from console.app.raw_json import RawJson
from console.app.wrapped import wrapped

_STACKED: Final = 44
"""Cells below which a value stands under its title."""

_WIDEST_TITLE: Final = 24
"""Cells that a title may take before it is broken."""

_LONG: Final = 4_000
"""Characters from which on a line of JSON is cut by count, which costs nothing."""

_GUTTER: Final = 2
"""Cells at the left, where the chosen field has its mark."""

_GAP: Final = 2
"""Cells between a title and its value."""

_HANGING: Final = 2
"""Cells by which the rest of a line of JSON stands further in."""

Piece: TypeAlias = tuple[str, str]
"""A text, and what it is: one of `KINDS`."""

KINDS: Final = (
    "title",
    "group",
    "value",
    "computed",
    "meaning",
    "missing",
    "new",
    "json",
)


class Pane(ScrollView, can_focus=False):
    """Lines of which only those in sight are made; some of them belong to the chosen field."""

    DEFAULT_CSS = """
    Pane {
        width: 1fr;
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
    }
    Pane > .pane--title { color: $text; text-style: bold; }
    Pane > .pane--group { color: $text; text-style: bold underline; }
    Pane > .pane--value, Pane > .pane--json { color: $text; }
    Pane > .pane--computed { color: $text; text-style: italic; }
    Pane > .pane--meaning, Pane > .pane--missing { color: $text-muted; }
    Pane > .pane--new { color: $text-warning; }
    Pane > .pane--chosen { color: $text; text-style: bold; }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pane--{kind}" for kind in (*KINDS, "chosen")}
    ALLOW_SELECT = False

    def __init__(self, *, classes: str) -> None:
        super().__init__(classes=classes)
        self.chosen = range(0)
        self._laid_out_for = -1

    def on_resize(self, event: Resize) -> None:
        """Break the lines anew where the width has changed."""
        del event
        self.lay_out()

    @property
    def room(self) -> int:
        """Cells of a line."""
        return self.scrollable_content_region.width

    def lay_out(self, *, anew: bool = False) -> None:
        """Break the text into lines for the width there is."""
        room = self.room
        if anew:
            self._laid_out_for = -1
            self.virtual_size = Size(self.virtual_size.width, 0)  # no line of before is left
        if room <= 0 or room == self._laid_out_for:
            return
        self._laid_out_for = room
        self.virtual_size = Size(room, self.break_lines(max(room - _GUTTER, 1)))
        self.refresh()

    def break_lines(self, room: int) -> int:
        """Break the text into lines of `room` cells, and return how many there are."""
        raise NotImplementedError

    def pieces(self, number: int) -> Sequence[Piece]:
        """Return what stands on a line."""
        raise NotImplementedError

    def choose(self, lines: range) -> None:
        """Mark `lines` as those of the chosen field."""
        if lines != self.chosen:
            self.chosen = lines
            self.refresh()

    def reveal(self, lines: range) -> None:
        """Scroll so that `lines` are in sight, their first one at any rate."""
        height, top = self.scrollable_content_region.height, self.scroll_offset.y
        if not lines or height <= 0:
            return
        if lines.stop > top + height:
            top = min(lines.start, lines.stop - height)
        top = min(top, lines.start)
        self.go(top)

    def go(self, top: int) -> None:
        """Scroll so that line `top` is the first in sight, as far as that goes."""
        self.scroll_to(y=min(max(top, 0), self.max_scroll_y), animate=False)

    def render_line(self, y: int) -> Strip:
        """Return one line in sight."""
        number = y + self.scroll_offset.y
        width, base = self.size.width, self.get_component_rich_style("pane--value")
        if number >= self.virtual_size.height:
            return Strip.blank(width, base)
        chosen = number in self.chosen
        if chosen:
            base = self.get_component_rich_style("pane--chosen")
        mark = ">" if chosen and number == self.chosen.start else "|" if chosen else ""
        segments = [Segment(mark.ljust(_GUTTER), base)]
        for text, kind in self.pieces(number):
            style = self.get_component_rich_style(f"pane--{kind}")
            if chosen:
                style = base + Style(
                    bold=style.bold, italic=style.italic, underline=style.underline
                )
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, base)


class FieldPane(Pane):
    """The fields of a record: titles at the left, values and meanings beside or below."""

    def __init__(self) -> None:
        super().__init__(classes="fields")
        self._facts: Sequence[Fact] = ()
        self._lines: list[list[Piece]] = []
        self._begins: list[int] = []  # the first line of each fact, and the end

    def tell(self, found: Sequence[Fact]) -> None:
        """Show `found`."""
        self._facts = found
        self._lines, self._begins = [], []
        self.lay_out(anew=True)

    def break_lines(self, room: int) -> int:  # noqa: D102 - the parent's docstring holds
        indents = [min(2 * fact.depth, room // 4) for fact in self._facts]
        widest = max(
            (cell_len(fact.title) + by for fact, by in zip(self._facts, indents, strict=True)),
            default=0,
        )
        beside = min(widest, _WIDEST_TITLE, room // 3) if room >= _STACKED else 0
        self._lines, self._begins = [], []
        for fact, indent in zip(self._facts, indents, strict=True):
            self._begins.append(len(self._lines))
            if beside:
                self._lines += _side_by_side(fact, indent, beside, room)
            else:
                self._lines += _stacked(fact, indent, room)
        self._begins.append(len(self._lines))
        return len(self._lines)

    def pieces(self, number: int) -> Sequence[Piece]:  # noqa: D102 - the parent's docstring holds
        return self._lines[number]

    def lines_of(self, fact: int) -> range:
        """Return the lines of a fact; none before they are laid out."""
        if fact + 1 >= len(self._begins):
            return range(0)
        return range(self._begins[fact], self._begins[fact + 1])

    def fact_at(self, line: int) -> int:
        """Return the fact that a line belongs to."""
        return min(max(bisect_right(self._begins, line) - 1, 0), max(len(self._facts) - 1, 0))


def _text_of(fact: Fact, width: int) -> list[Piece]:
    """Return the lines beside a title: the value, then what it means."""
    kind = {"": "value", "group": "meaning"}.get(fact.tone, fact.tone)
    lines = [(line, kind) for line in wrapped(fact.text, width)] if fact.text else []
    if fact.meaning:
        lines += [
            (line, "new" if fact.tone == "new" else "meaning")
            for line in wrapped(fact.meaning, width)
        ]
    return lines


def _side_by_side(fact: Fact, indent: int, beside: int, room: int) -> list[list[Piece]]:
    kind = "group" if fact.tone == "group" else "title"
    titles = wrapped(fact.title, beside - indent)
    texts = _text_of(fact, room - beside - _GAP)
    return [
        [
            (" " * indent, "value"),
            (title := titles[n] if n < len(titles) else "", kind),
            (" " * (beside - indent - cell_len(title) + _GAP), "value"),
            texts[n] if n < len(texts) else ("", "value"),
        ]
        for n in range(max(len(titles), len(texts)))
    ]


def _stacked(fact: Fact, indent: int, room: int) -> list[list[Piece]]:
    kind = "group" if fact.tone == "group" else "title"
    under = indent + 2
    return [
        *([(" " * indent, "value"), (line, kind)] for line in wrapped(fact.title, room - indent)),
        *([(" " * under, "value"), piece] for piece in _text_of(fact, room - under)),
    ]


def _hanging(line: str, room: int) -> list[str]:
    """Return the parts of a line of JSON; those after the first one stand a little further in."""
    if len(line) <= room // 2:  # it fits, however wide its characters are
        return [line]
    body = line.lstrip(" ")
    indent = min(len(line) - len(body), room // 3)
    first, *others = wrapped(body, room - indent - _HANGING)
    return [" " * indent + first, *(" " * (indent + _HANGING) + each for each in others)]


class RawPane(Pane):
    """A row as JSON, whole, however long: a line is cut where it comes in sight."""

    def __init__(self) -> None:
        super().__init__(classes="raw")
        self._json = RawJson()
        self._cuts: list[list[str] | int] = []  # each line's parts, or after how many characters
        self._begins: list[int] = [0]

    def tell(self, written: RawJson) -> None:
        """Show `written`."""
        self._json = written
        self._cuts, self._begins = [], [0]
        self.lay_out(anew=True)

    def break_lines(self, room: int) -> int:  # noqa: D102 - the parent's docstring holds
        self._cuts = []
        counts = []
        for line in self._json.lines:
            if len(line) < _LONG:
                parts = _hanging(line, room)
                self._cuts.append(parts)
                counts.append(len(parts))
            else:
                step = room if line.isascii() else max(room // 2, 1)
                self._cuts.append(step)
                counts.append(-(-len(line) // step))
        self._begins = [0, *accumulate(counts)]
        return self._begins[-1]

    def pieces(self, number: int) -> Sequence[Piece]:  # noqa: D102 - the parent's docstring holds
        line = bisect_right(self._begins, number) - 1
        part = number - self._begins[line]
        cut = self._cuts[line]
        if isinstance(cut, int):
            return [(self._json.lines[line][part * cut : (part + 1) * cut], "json")]
        return [(cut[part], "json")]

    def lines_of(self, fact: Fact) -> range:
        """Return the lines of a fact's value; none where it does not stand in the row."""
        place = None if fact.path is None else self._json.places.get(fact.path)
        if place is None or place[1] >= len(self._begins):
            return range(0)
        return range(self._begins[place[0]], self._begins[place[1]])
