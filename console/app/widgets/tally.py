"""The tally: the most frequent values of one thing, each with its count, share and change."""

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.widget import Widget

from console.app.glyphs import EIGHTHS, Glyphs, bar
from console.app.tallies import Kind, Share
from console.app.tones import MUTED
from console.app.widgets.cell_text import fit, one_line

MOST: Final = 200
"""Values that a tally can be scrolled through."""

_LEAST_VALUE: Final = 12
"""Cells that a value gets, where it needs them, before any but the count stands beside it."""

_LEAST_COUNT: Final = 2
"""Digits that a count gets at the least."""

_SEEN: Final = 5
"""Values by which the columns are measured."""

_BAR: Final = 6
_MARK: Final = ">"
"""Says which value is chosen."""


@dataclass(frozen=True)
class Ranking:
    """What a tally shows.

    Attributes:
        shares: the most frequent values, the first ones of all.
        distinct: how many values there are.
        chosen: the value that is chosen; None where none is.
        compared: what the changes compare with, such as 'the day before'; empty where there are
            none.
        lasting: how long the time is that is compared, such as '24 h'; empty where it is the time
            of all rows here.
    """

    shares: tuple[Share, ...] = ()
    distinct: int = 0
    chosen: str | None = None
    compared: str = ""
    lasting: str = ""

    @property
    def label(self) -> str:
        """The changes' heading, in few cells."""
        return self.lasting.replace(" ", "")


class Tally(Widget, can_focus=True):
    """A list of values; Enter chooses one, and lets go of the one that is chosen."""

    DEFAULT_CSS = """
    Tally {
        height: 6;
        width: 1fr;
        padding: 0 0 0 1;
        text-wrap: nowrap;
    }
    """

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "the value above", id="whom.up", show=False),
        Binding("down,j", "move(1)", "the value below", id="whom.down", show=False),
        Binding("home", "move(-1000)", "the most frequent value", id="whom.first", show=False),
        Binding("end", "move(1000)", "the last value", id="whom.last", show=False),
        Binding("left,h", "sideways(-1)", "the list before", id="whom.before", show=False),
        Binding(
            "right,l",
            "sideways(1)",
            "Next list",
            id="whom.next",
            key_display="← →",
            tooltip="the list before, or the next one",
        ),
        Binding(
            "enter", "choose", "Only this", id="whom.choose", tooltip="only rows about this, or all"
        ),
        Binding("escape", "leave", "Back", id="whom.leave", tooltip="back to the rows"),
    ]

    class Chosen(Message):
        """A value was chosen; None lifts the choice."""

        def __init__(self, kind: Kind, value: str | None) -> None:
            self.kind = kind
            self.value = value
            super().__init__()

    class Pointed(Message):
        """What `pointed` says has changed."""

    class Left(Message):
        """The keys are to go back to the table."""

    def __init__(self, kind: Kind, signs: Glyphs = EIGHTHS, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.kind = kind
        self._signs = signs
        self._ranking = Ranking()
        self._cursor = 0
        self._top = 0

    @property
    def ranking(self) -> Ranking:
        """What is shown."""
        return self._ranking

    @property
    def share(self) -> Share | None:
        """The value that the cursor is on."""
        shares = self._ranking.shares
        return shares[self._cursor] if self._cursor < len(shares) else None

    def show(self, ranking: Ranking) -> None:
        """Show other values, with the cursor on the same one; paint only where they differ."""
        if ranking == self._ranking:
            return
        on = self.share.value if self.share else None
        self._ranking = ranking
        values = [share.value for share in ranking.shares]
        known = on in values and (self._cursor or self.has_focus)
        self._cursor = values.index(on) if known and on is not None else 0
        self._scroll()
        self._point()

    def on_resize(self, _: Resize) -> None:
        """Keep the cursor in sight."""
        self._scroll()

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001 - Textual's own signature
        """Show the cursor, or hide it."""
        super().watch_has_focus(_has_focus)
        self._point()

    def _point(self) -> None:
        self.post_message(self.Pointed())
        self.refresh()

    @property
    def pointed(self) -> list[str]:
        """All about the value under the cursor, in parts, still raw; empty without focus."""
        if not self.has_focus:
            return []
        share, ranking = self.share, self._ranking
        if share is None:
            return [f"no {self.kind.many}"]
        rows = "row" if share.rows == 1 else "rows"
        value = share.value or "(empty)"
        parts = [f"{share.rows:,} {rows}, {share.percent}%: {self.kind.one} {value}"]
        if share.change is not None and ranking.compared:
            time = f"{ranking.lasting}: " if ranking.lasting else ""
            parts.append(f"{time}{_changed(share.change, ranking.compared)}")
        return parts

    # Keys

    def action_move(self, step: int) -> None:
        """Go to a value above or below."""
        last = max(0, len(self._ranking.shares) - 1)
        self._cursor = min(max(0, self._cursor + step), last)
        self._scroll()
        self._point()

    def action_sideways(self, step: int) -> None:
        """Go to the list before or after."""
        if step > 0:
            self.screen.focus_next(Tally)
        else:
            self.screen.focus_previous(Tally)

    def action_choose(self) -> None:
        """Choose the value, or let go of it where it is chosen."""
        share = self.share
        if share is not None:
            chosen = share.value == self._ranking.chosen
            self.post_message(self.Chosen(self.kind, None if chosen else share.value))

    def action_leave(self) -> None:
        """Go back to the table."""
        self.post_message(self.Left())

    # Painting

    def _lines(self) -> int:
        """Return how many values are in sight; the last line says how many more there are."""
        height = max(0, self.content_size.height - 1)
        return height - 1 if self._ranking.distinct > height else height

    def _scroll(self) -> None:
        lines = max(1, self._lines())
        self._top = min(max(self._top, self._cursor - lines + 1), self._cursor)

    def render(self) -> Content:
        """Return the heading, and a line for each value in sight."""
        ranking, width = self._ranking, self.content_size.width
        lines = self._lines()
        if width < 1:
            return Content("")
        columns = self._columns(width)
        shown = [self._heading(width, columns)]
        for at, share in enumerate(ranking.shares[self._top : self._top + lines], self._top):
            shown.append(self._line(at, share, width, columns))
        more = ranking.distinct - self._top - lines
        if ranking.distinct > lines and more > 0:
            shown.append(Content.styled(fit(f" {more:,} more", width), MUTED))
        return Content("\n").join(shown)

    def _columns(self, width: int) -> dict[str, int]:
        """Return the cells of each column right of the value, as far as there is room."""
        shares = self._ranking.shares
        longest = max((cell_len(one_line(share.value)) for share in shares[:_SEEN]), default=0)
        least = min(_LEAST_VALUE, longest)
        counts = max((len(f"{share.rows:,}") for share in shares), default=1)
        found = {"count": max(_LEAST_COUNT, counts) + 1}
        wanted = [("share", 5), ("bar", _BAR + 1)]
        changes = [share.change for share in shares if share.change is not None]
        if self._ranking.compared and changes:
            most = max(len(_signed(change)) for change in changes[:_SEEN])
            wanted.insert(0, ("change", max(most, len(self._ranking.label) + 1) + 1))
        for name, cells in wanted:
            if width - 1 - sum(found.values()) - cells < least:
                continue
            if name == "change" or len(self._title) + len(self._headings(found)) + cells <= width:
                found[name] = cells
        return found

    @property
    def _title(self) -> str:
        """The first heading: how many values there are."""
        kind, distinct = self.kind, self._ranking.distinct
        return f" {distinct:,} {kind.one if distinct == 1 else kind.many} "

    def _headings(self, columns: dict[str, int]) -> str:
        """Return what stands above the columns right of the value."""
        texts = {"count": "rows", "share": "%", "change": f"±{self._ranking.label}", "bar": ""}
        return "".join(texts[name].rjust(cells) for name, cells in columns.items()).lstrip()

    def _heading(self, width: int, columns: dict[str, int]) -> Content:
        title, right = self._title, self._headings(columns)
        if len(title) > width - len(right):  # what is left out first is what any number here is of
            right = right.replace("rows", "", 1).lstrip()
        room = max(0, width - len(right))
        style = "bold underline" if self.has_focus else "bold"
        return Content.assemble((fit(title, room), style), (right, MUTED))

    def _line(self, at: int, share: Share, width: int, columns: dict[str, int]) -> Content:
        chosen = share.value == self._ranking.chosen
        value = one_line(share.value) or "(empty)"
        room = max(0, width - 1 - sum(columns.values()))
        greatest = self._ranking.shares[0].rows
        texts = {
            "count": f"{share.rows:,}",
            "share": f"{share.percent}%",
            "change": "" if share.change is None else _signed(share.change),
            "bar": bar(share.rows / greatest, _BAR, self._signs.lengths),
        }
        tones = {
            "change": "$text-warning" if (share.change or 0) > 0 else MUTED,
            "bar": "$primary",
        }
        here = "reverse" if self.has_focus and at == self._cursor else ""
        style = f"{'bold ' if chosen else ''}{here}"
        parts = [((_MARK if chosen else " ") + fit(value, room), style)]
        for name, cells in columns.items():
            tone = here or tones.get(name, "")
            parts.append((texts[name].rjust(cells), f"{'bold ' if chosen else ''}{tone}"))
        return Content.assemble(*parts)


def _changed(change: int, before: str) -> str:
    that = "that " if before.startswith(("by ", "as ")) else ""
    return f"{change:+,} on {that}{before}" if change else f"same as {that}{before}"


def _signed(change: int) -> str:
    return f"{change:+,}" if change else "="
