"""The histogram: how many rows at which time, as bars with an axis below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widget import Widget

from console.app.bins import Bins
from console.app.glyphs import EIGHTHS, Glyphs, column
from console.app.tallies import Span
from console.app.tones import MUTED
from console.text import cell

GUTTER: Final = 7
"""Cells left of the bars, for the greatest count and the zone's name."""

_LONGEST_COUNT: Final = 99_999
"""The greatest count that the gutter holds in full."""

_APART: Final = 3
"""Cells of a bar from which on the last one stays empty, so that bars can be told apart."""


@dataclass(frozen=True)
class Picture:
    """What a histogram shows.

    Attributes:
        bins: the bars' times.
        counts: rows of each.
        covered: the time of which every row is loaded; None where that is unsure.
        chosen: the time that was chosen; None where none was.
    """

    bins: Bins
    counts: tuple[int, ...]
    covered: Span | None
    chosen: Span | None = None

    def is_whole(self, first: int, last: int) -> bool:
        """Tell whether every row of some bars is loaded."""
        edges = self.bins.edges
        covered = self.covered
        return (
            covered is not None and covered.start <= edges[first] and edges[last + 1] <= covered.end
        )

    def span(self, first: int, last: int) -> Span:
        """Return the time of some bars."""
        return Span(self.bins.edges[first], self.bins.edges[last + 1])

    def words(self, first: int, last: int) -> str:
        """Say when some bars are, and how many rows they have."""
        count = sum(self.counts[first : last + 1])
        rows = "row" if count == 1 else "rows"
        if self.is_whole(first, last):
            said = f"{count:,} {rows}"
        else:
            said = f"at least {count:,} {rows}" if count else "not loaded"
        return f"{self.bins.words(first, last)}: {said}"


class Histogram(Widget, can_focus=True):
    """Bars over time, with a cursor while it has the focus."""

    DEFAULT_CSS = """
    Histogram {
        height: 3;
        width: 1fr;
        padding: 0 1;
        text-wrap: nowrap;
    }
    """

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left,h",
            "move(-1)",
            "Earlier",
            id="bars.earlier",
            key_display="←",
            tooltip="the bar before",
        ),
        Binding(
            "right,l",
            "move(1)",
            "Later",
            id="bars.later",
            key_display="→",
            tooltip="the next bar",
        ),
        Binding(
            "shift+left,H",
            "extend(-1)",
            "the range, to the bar before",
            id="bars.extend-earlier",
            show=False,
        ),
        Binding(
            "shift+right,L",
            "extend(1)",
            "the range, to the next bar",
            id="bars.extend-later",
            show=False,
        ),
        Binding(
            "space", "anchor", "Range", id="bars.range", tooltip="begin a range here, or end it"
        ),
        Binding("home", "first", "the first bar", id="bars.first", show=False),
        Binding("end", "last", "the last bar", id="bars.last", show=False),
        Binding(
            "enter", "choose", "Only this time", id="bars.choose", tooltip="only rows of this time"
        ),
        Binding("escape", "leave", "Back", id="bars.leave", tooltip="lift the time, or go back"),
    ]

    class Chosen(Message):
        """A time was chosen; None lifts the choice."""

        def __init__(self, span: Span | None) -> None:
            self.span = span
            super().__init__()

    class Pointed(Message):
        """What `pointed` says has changed."""

    class Fitted(Message):
        """There is room for another number of bars."""

    class Left(Message):
        """The keys are to go back to the table."""

    def __init__(self, signs: Glyphs = EIGHTHS, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._signs = signs
        self._picture: Picture | None = None
        self._cursor = 0
        self._anchor: int | None = None
        self._extending = False  # whether moves without shift extend the range

    @property
    def picture(self) -> Picture | None:
        """What is shown; None while there is nothing."""
        return self._picture

    @property
    def room(self) -> int:
        """How many bars there is room for; 0 where there is none at all."""
        return max(0, self.content_size.width - GUTTER)

    def on_resize(self, _: Resize) -> None:
        """Ask for as many bars as fit now."""
        self.post_message(self.Fitted())

    def show(self, picture: Picture | None) -> None:
        """Show other bars, with the cursor at the same time; paint only where they differ."""
        before = self._picture
        if picture == before:
            return
        if picture and before and picture.bins != before.bins:
            self._cursor = self._moved(self._cursor, before, picture)
            if self._anchor is not None:
                self._anchor = self._moved(self._anchor, before, picture)
        elif picture and not before:
            self._cursor = len(picture.bins) - 1
            self._anchor = None
        self._picture = picture
        self._point()

    def _moved(self, at: int, before: Picture, now: Picture) -> int:
        """Return the bar that shows the time that another bar showed."""
        if at == len(before.bins) - 1:
            return len(now.bins) - 1
        start = before.bins.edges[at]
        found = now.bins.index(start)
        return (
            found if found is not None else (0 if start < now.bins.edges[0] else len(now.bins) - 1)
        )

    def _pointed_at(self) -> tuple[int, int]:
        """Return the first and the last bar that the cursor and its range hold."""
        other = self._cursor if self._anchor is None else self._anchor
        return min(self._cursor, other), max(self._cursor, other)

    @property
    def pointed(self) -> str:
        """When the bars under the cursor are, and how many rows they have; empty without focus."""
        if self._picture is None or not self.has_focus:
            return ""
        return self._picture.words(*self._pointed_at())

    def _point(self) -> None:
        self.post_message(self.Pointed())
        self.refresh()

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001 - Textual's own signature
        """Show the cursor, or hide it and let go of its range."""
        super().watch_has_focus(_has_focus)
        if not _has_focus:
            self._anchor, self._extending = None, False
        self._point()

    # Keys

    def _go(self, to: int) -> None:
        if self._picture is None:
            return
        to = min(max(0, to), len(self._picture.bins) - 1)
        self._cursor = to
        self._point()

    def action_move(self, step: int) -> None:
        """Go to the bar before or after."""
        if not self._extending:
            self._anchor = None
        self._go(self._cursor + step)

    def action_extend(self, step: int) -> None:
        """Take the bar before or after into the range."""
        if self._anchor is None:
            self._anchor = self._cursor
        self._go(self._cursor + step)

    def action_anchor(self) -> None:
        """Begin a range at the cursor, or let go of it."""
        self._extending = not self._extending
        self._anchor = self._cursor if self._extending else None
        self._go(self._cursor)

    def action_first(self) -> None:
        """Go to the first bar."""
        self.action_move(-self._cursor)

    def action_last(self) -> None:
        """Go to the last bar."""
        self.action_move(len(self._picture.bins) if self._picture else 0)

    def action_choose(self) -> None:
        """Choose the time of the cursor, or of its range."""
        if self._picture is None:
            return
        span = self._picture.span(*self._pointed_at())
        self._extending = False
        self.post_message(self.Chosen(span))

    def action_leave(self) -> None:
        """Let go of the range, else of the time that was chosen, else go back."""
        if self._anchor is not None:
            self._anchor, self._extending = None, False
            self._go(self._cursor)
        elif self._picture and self._picture.chosen:
            self.post_message(self.Chosen(None))
        else:
            self.post_message(self.Left())

    # Painting

    def render(self) -> Content:
        """Return the bars, the greatest count beside them, and the axis below."""
        picture, height = self._picture, self.content_size.height
        room = self.room
        if picture is None or height < 2 or room < len(picture.bins):
            return Content("")
        breadth = max(1, room // len(picture.bins))
        lines = self._bars(picture, breadth, height - 1)
        return Content("\n").join([*lines, self._axis(picture, breadth, room)])

    def _bars(self, picture: Picture, breadth: int, height: int) -> list[Content]:
        greatest = max(picture.counts, default=0)
        label = f"{greatest:,}" if greatest <= _LONGEST_COUNT else f"{greatest / 1000:,.0f}k"
        pieces: list[list[tuple[str, str]]] = [[] for _ in range(height)]
        for line, said in enumerate(pieces):
            text = label if line == 0 else ""
            said.append((f"{text:>{GUTTER - 1}} ", MUTED))
        for at, count in enumerate(picture.counts):
            cells = column(count / greatest if greatest else 0, height, self._signs.heights)
            if not count and not picture.is_whole(at, at):
                cells = cells[:-1] + self._signs.unknown
            style = self._style(picture, at)
            wide = breadth - (breadth >= _APART)
            for said, sign in zip(pieces, cells, strict=True):
                said.append((sign * wide + " " * (breadth - wide), style))
        return [Content.assemble(*said) for said in pieces]

    def _style(self, picture: Picture, at: int) -> str:
        """Return how a bar is painted; the words say the same as the colours."""
        first, last = self._pointed_at()
        if self.has_focus and first <= at <= last:
            return "bold $accent"
        if picture.chosen:
            start = picture.bins.edges[at]
            return (
                "bold $primary"
                if picture.chosen.start <= start < picture.chosen.end
                else "$text-disabled"
            )
        return "$primary" if picture.is_whole(at, at) else MUTED

    def _axis(self, picture: Picture, breadth: int, room: int) -> Content:
        """Return the times; the bars of the cursor or of the choice are underlined there."""
        signs = self._signs
        line = [" "] * room
        for at, text in picture.bins.ticks(breadth, room, signs.tick):
            line[at : at + len(text)] = text
        marked: tuple[int, int] | None = None
        if self.has_focus:
            marked = self._pointed_at()
        elif picture.chosen:
            marked = _held(picture)
        parts = [(f"{self._zone(picture):>{GUTTER - 1}} ", MUTED)]
        if marked is None:
            parts.append(("".join(line), MUTED))
        else:
            first, end = marked[0] * breadth, (marked[1] + 1) * breadth
            if breadth >= _APART:
                end -= 1
            under = list(signs.range * (end - first))
            if self.has_focus:
                here = self._cursor * breadth - first
                wide = breadth - (breadth >= _APART)
                under[here : here + wide] = signs.here * wide
            parts.append(("".join(line[:first]), MUTED))
            parts.append(("".join(under), "bold $accent"))
            parts.append(("".join(line[end:]), MUTED))
        return Content.assemble(*parts)

    @staticmethod
    def _zone(picture: Picture) -> str:
        name = cell(picture.bins.zone_name())
        return name if len(name) < GUTTER else ""


def _held(picture: Picture) -> tuple[int, int] | None:
    """Return the first and the last bar that the chosen time holds; None where it holds none."""
    chosen: Sequence[int] = [
        at
        for at, start in enumerate(picture.bins.edges[:-1])
        if picture.chosen and picture.chosen.start <= start < picture.chosen.end
    ]
    return (chosen[0], chosen[-1]) if chosen else None
