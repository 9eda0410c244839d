"""The passage: a few lines made for the width there is, above a table that has more to say."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.widget import Widget

_LONGEST: Final = 500
"""Lines that are shown at the most; a longer passage says that there is more."""


GAP: Final = 2
"""Cells between two columns."""

_ROOMY: Final = 30
"""Lines of a terminal from which there is room for empty ones."""

_ANY: Final = 80
"""A width, to find out whether there is anything to say."""


def in_columns(cells: Sequence[Content], widths: Sequence[int]) -> Iterator[Content]:
    """Yield lines on which each of `cells` is wrapped in a column of its own."""
    columns = [each.wrap(max(2, room)) for each, room in zip(cells, widths, strict=True)]
    for number in range(max(len(column) for column in columns)):
        pieces = [
            (column[number] if number < len(column) else Content("")).truncate(room, pad=True)
            for column, room in zip(columns, widths, strict=True)
        ]
        yield Content(" " * GAP).join(pieces).rstrip()


class Passage(Widget, can_focus=True):
    """Lines that say in sentences what a table holds; as high as they are, up to a share.

    A subclass makes the lines; it is scrolled by keys where they do not all fit.
    """

    DEFAULT_CSS = """
    Passage {
        height: auto;
        max-height: 60%;
        layout: vertical;
        overflow: hidden auto;
        scrollbar-size-vertical: 1;
        padding: 0 1;
        border-bottom: solid $primary;
        &:focus {
            border-bottom: heavy $primary;
        }
        &.-empty, &.-folded {
            display: none;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "a line up", id="passage.up", show=False),
        Binding("down,j", "scroll_down", "a line down", id="passage.down", show=False),
        Binding("pageup", "page_up", "a screenful up", id="passage.page-up", show=False),
        Binding("pagedown", "page_down", "a screenful down", id="passage.page-down", show=False),
        Binding("home", "scroll_home", "to the beginning", id="passage.top", show=False),
        Binding("end", "scroll_end", "to the end", id="passage.bottom", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Compose the lines."""
        yield _Lines()

    def on_mount(self) -> None:
        """Take no room before there is something to say."""
        self.set_class(not self.lines(_ANY), "-empty")

    @property
    def roomy(self) -> bool:
        """Whether there is room for empty lines between the others."""
        return self.app.size.height >= _ROOMY

    def fold(self) -> None:
        """Leave the room to the table, or take it back."""
        self.toggle_class("-folded")

    def lines(self, width: int) -> list[Content]:
        """Return the lines for a width in cells; made safe already."""
        del width
        return []

    def tell(self) -> None:
        """Show what `lines` gives now; nothing is painted where it is as before."""
        try:
            shown = self.query_one(_Lines)
        except NoMatches:
            return  # not composed yet; it asks for the lines then
        self.set_class(not self.lines(_ANY), "-empty")
        shown.tell()


class _Lines(Widget):
    """Lines, as high as they are."""

    DEFAULT_CSS = """
    _Lines {
        height: auto;
        width: 1fr;
    }
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[int, Content] | None = None

    def tell(self) -> None:
        """Paint what has changed."""
        before = self._shown
        self._shown = None
        if before and self._content(before[0]).is_same(before[1]):
            return
        self.refresh(layout=True)

    def _content(self, width: int) -> Content:
        if self._shown is None or self._shown[0] != width:
            passage = self.parent
            lines = passage.lines(width) if isinstance(passage, Passage) else []
            if len(lines) > _LONGEST:
                more = len(lines) - _LONGEST
                lines = [*lines[:_LONGEST], Content(f"… {more:,} more lines; the table has it all")]
            self._shown = width, Content("\n").join(lines)
        return self._shown[1]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are at a width."""
        del container, viewport
        return self._content(max(2, width)).plain.count("\n") + 1

    def render(self) -> Content:
        """Return the lines for the present width."""
        return self._content(max(2, self.content_size.width))
