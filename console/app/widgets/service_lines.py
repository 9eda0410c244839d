"""The service lines: each service in one line, one of them selected."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from console.app.summary import Summary
from console.app.tones import MUTED
from console.app.widgets.cell_text import ELLIPSIS, padded, shortened
from console.errors import ConsoleError, ServiceNotInRegionError
from console.services import LISTINGS, Entry
from console.text import cell

SERVICES: Final = {name: entry for name, entry in LISTINGS.items() if entry.key}
"""The listings that have a screen, in their order."""

_NAME_CELLS: Final = max(len(entry.name) for entry in SERVICES.values()) + 2
_WORD_CELLS: Final = 8
_TIME_CELLS: Final = 8
_COUNT_CELLS: Final = 26
_WIDE: Final = 100
"""Columns from which count and fact stand below each other in columns of their own."""
_NARROW: Final = 60
"""Columns below which the time gives way."""

_LONG_AGO: Final = timedelta(hours=12)
"""From when on a time of day may be yesterday's."""

STYLES: Final = {
    "urgent": "bold $text-error",
    "notice": "bold $text-warning",
    "calm": "$text-success",
    "error": "bold $text-error",
    "absent": MUTED,
    "…": MUTED,
    "-": MUTED,
}
"""How the word for each state looks; the word alone says it."""


@dataclass(slots=True)
class State:
    """What is known of one service.

    Attributes:
        entry: the service's entry in the registry.
        summary: what it said last; None as long as it said nothing.
        error: why it did not answer the last time; None where it did.
        failed_at: when it did not answer.
        asking: whether an answer is being waited for.
        slow: whether it has been for so long that it is worth a word.
        has_profile: whether there is a profile to ask with, or soon will be.
    """

    entry: Entry
    summary: Summary | None = None
    error: ConsoleError | None = None
    failed_at: datetime | None = None
    asking: bool = False
    slow: bool = False
    has_profile: bool = True

    @property
    def word(self) -> str:
        """How urgent it is, in one word."""
        if isinstance(self.error, ServiceNotInRegionError):
            return "absent"
        if self.error:
            return "error"
        if self.summary:
            return self.summary.urgency
        return "…" if self.has_profile else "-"

    @property
    def count(self) -> str:
        """How many of what; the kind of error where there is one. Safe to show."""
        if self.error:
            return cell(self.error.title)
        return cell(self.summary.count) if self.summary else ""

    @property
    def fact(self) -> str:
        """The most urgent fact; the error's sentence where there is one. Safe to show."""
        if self.error:
            return cell(self.error.sentence)
        return cell(self.summary.fact) if self.summary else ""

    def time(self, zone: tzinfo | None, now: datetime) -> str:
        """Return when that was; three dots where a newer answer takes long to come."""
        told_at = self.summary.fetched_at if self.summary else None
        at = self.failed_at if self.error else told_at
        if at is None:
            return ""
        return "…" if self.slow else clock(at, zone, now)


def clock(at: datetime, zone: tzinfo | None, now: datetime) -> str:
    """Return a time of day in a zone, None for this machine's; the day where that is long ago."""
    return at.astimezone(zone).strftime("%m-%d" if now - at > _LONG_AGO else "%H:%M:%S")


def _line(state: State, time: str, width: int, *, selected: bool) -> Content:
    head = Content.assemble(
        "> " if selected else "  ",
        (f"{state.entry.key} ", "bold"),
        state.entry.name.ljust(_NAME_CELLS),
        (state.word.ljust(_WORD_CELLS), STYLES[state.word]),
    )
    room = max(0, width - head.cell_length - (_TIME_CELLS + 1) * (width >= _NARROW))
    said = _said(state, room, width)
    line = Content("").join([head, padded(shortened(said, room), room)])
    if width < _NARROW:
        return line
    at = Content.styled(time.rjust(_TIME_CELLS), MUTED)
    return Content(" ").join([line, at])


def heading(width: int) -> Content:
    """Return what stands above the lines."""
    head = f"    {'Service'.ljust(_NAME_CELLS)}{'State'.ljust(_WORD_CELLS)}"
    said = f"{'How many'.ljust(_COUNT_CELLS)}Most urgent" if width >= _WIDE else "Most urgent"
    at = "Fetched".rjust(_TIME_CELLS) if width >= _NARROW else ""
    room = max(0, width - len(head) - len(at))
    return Content(f"{head}{said[:room].ljust(room)}{at}")


def _said(state: State, room: int, width: int) -> Content:
    """Return count and fact: in columns where there is room, else the most urgent first."""
    style = STYLES[state.word] if state.word in ("urgent", "error", "notice") else ""
    if width >= _WIDE and room > _COUNT_CELLS:
        count = padded(shortened(Content(state.count), _COUNT_CELLS - 2), _COUNT_CELLS)
        return Content("").join([count, _fact(state, room - _COUNT_CELLS, style)])
    count, fact = Content(state.count), Content.styled(state.fact, style)
    if state.error:
        return Content(" · ").join([count, fact])
    fact = _fact(state, room, style)
    both = Content(" · ").join([each for each in (fact, count) if each])
    return both if both.cell_length <= room or not fact else fact


def _fact(state: State, room: int, style: str) -> Content:
    """Return as many parts of a fact as fit whole, and the first one at any rate.

    What is left out stands below the lines.
    """
    if state.error:
        return Content.styled(state.fact, style)
    first, *others = state.fact.split("; ")
    fact = Content(first)
    for part in others:
        more = Content(f"{fact.plain}; {part}")
        if more.cell_length > room:
            fact = Content(f"{fact.plain}; {ELLIPSIS}")
            break
        fact = more
    return fact.stylize(style) if style else fact


class ServiceLines(Widget, can_focus=True):
    """The lines of all services, one of which is selected.

    One widget draws them all: this is the first thing that is painted, and each widget takes time.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"services--selected"}

    DEFAULT_CSS = f"""
    ServiceLines {{
        height: {len(SERVICES)};
        padding: 0 1;
        text-wrap: nowrap;
        & > .services--selected {{
            background: $block-hover-background;
            text-style: bold;
        }}
        &:ansi > .services--selected {{
            background: ansi_default;
        }}
    }}
    """

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="overview.open", tooltip="open the service's screen"),
        Binding("up,k", "move(-1)", "the service above", id="overview.up", show=False),
        Binding("down,j", "move(1)", "the service below", id="overview.down", show=False),
        Binding("home", "move(-99)", "the first service", id="overview.first", show=False),
        Binding("end", "move(99)", "the last service", id="overview.last", show=False),
    ]

    selected: reactive[int] = reactive(0, init=False)
    """The place of the selected service."""

    class Moved(Message):
        """Another service was selected."""

    class Chosen(Message):
        """A service's screen was asked for."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines = dict.fromkeys(SERVICES, Content(""))

    def tell(self, name: str, state: State, time: str) -> None:
        """Show the state of a service, and when it was; what is the same is not painted again."""
        line = _line(state, time, self.size.width, selected=name == self.service)
        if not line.is_same(self._lines[name]):
            self._lines[name] = line
            self.refresh(Region(0, list(SERVICES).index(name), self.size.width, 1))

    def render(self) -> Content:
        """Return the lines."""
        selected = self.get_visual_style("services--selected")
        lines = [
            line.stylize_before(selected) if name == self.service else line
            for name, line in self._lines.items()
        ]
        return Content("\n").join(lines)

    @property
    def service(self) -> str:
        """The name of the selected service."""
        return list(SERVICES)[self.selected]

    def validate_selected(self, selected: int) -> int:
        """Keep the selection among the services."""
        return min(max(selected, 0), len(SERVICES) - 1)

    def watch_selected(self) -> None:
        """Say that another service was selected."""
        self.post_message(self.Moved())

    def action_move(self, by: int) -> None:
        """Select the service that is `by` lines further down."""
        self.selected += by

    def action_open(self) -> None:
        """Ask for the selected service's screen."""
        self.post_message(self.Chosen(self.service))

    @on(Click)
    def _clicked(self, event: Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        before, self.selected = self.selected, place.y
        if before == self.selected:
            self.action_open()
