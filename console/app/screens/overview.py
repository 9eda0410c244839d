"""The overview: one line for each service, the first look on being paged."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize, ScreenResume
from textual.message import Message
from textual.widgets import Static

from console.app.screens.frame import FrameScreen
from console.app.summary import Summary, counted
from console.app.tones import MUTED
from console.app.widgets.line import Line
from console.app.widgets.service_lines import (
    SERVICES,
    STYLES,
    ServiceLines,
    State,
    clock,
    heading,
)
from console.app.widgets.status_line import Part
from console.errors import CloudError, ConsoleError
from console.text import cell

if TYPE_CHECKING:
    from console.client.client import Client

_SLOW_SECONDS: Final = 0.4
"""How long an answer may take before its line says that it is waited for."""

_HEAVY: Final = {"reviews": 1, "blocked": 2}
"""What takes longest to load, to ask and to read, the heaviest last; the others are asked first."""

_AT_THE_LATEST: Final = 2.0
"""Seconds from which on nothing waits for answers that is to be made ready."""

Summarize: TypeAlias = Callable[..., Awaitable[Summary]]
"""Asks a service, with a client, what there is to say of it at a moment, and of what is picked."""


class Explanation(Static):
    """What the selected line has no room for; painted only when it changes."""

    ALLOW_SELECT = False

    def show(self, content: Content) -> None:
        """Show `content`."""
        if not (isinstance(self.content, Content) and content.is_same(self.content)):
            self.update(content)


class OverviewScreen(FrameScreen):
    """One line for each service: its count, its most urgent fact, or why it does not answer."""

    DEFAULT_CSS = """
    OverviewScreen {
        #heading {
            color: $text-muted;
            padding: 0 1;
        }
        #explained {
            height: 1fr;
            padding: 1 1 0 1;
        }
    }
    """

    KEY = "0"

    class Told(Message):
        """A service answered, or did not."""

        def __init__(self, name: str, generation: int, said: Summary | ConsoleError) -> None:
            self.name = name
            self.generation = generation
            self.said = said
            super().__init__()

    def __init__(self) -> None:
        super().__init__(name="overview")
        self.states = {name: State(entry) for name, entry in SERVICES.items()}
        self._loading = asyncio.Lock()
        self._will_show = False  # everything, after the next refresh
        self._asked_with: dict[str, dict[str, str]] = {}  # what was picked then, by service

    def compose_content(self) -> ComposeResult:
        """Compose the heading, the lines, and what is said of the selected one."""
        yield Line(id="heading")
        yield ServiceLines(id="services")
        with VerticalScroll(id="explained", can_focus=False):
            yield Explanation()

    # The way into the cloud

    def way_changed(self) -> None:
        """Forget what every service said."""
        for name in SERVICES:
            self.workers.cancel_group(self, _group(name))
        self.states = {name: State(entry) for name, entry in SERVICES.items()}
        self._asked_with = {}
        self._show_all()

    def way_ready(self) -> None:
        """Ask every service, each on its own; make ready what is opened next, when they said it."""
        self.action_refresh()
        self.set_timer(_AT_THE_LATEST, self.console.preparation.begin)

    def zone_changed(self) -> None:
        """Show times in the zone of now."""
        self._show_all()

    def action_refresh(self) -> None:
        """Ask every service again."""
        way = self.console.way
        if way.client is None:
            return
        self.set_timer(_SLOW_SECONDS, self._say_slow)
        for name in sorted(self.states, key=lambda name: _HEAVY.get(name, 0)):
            self._begin(name, way.client)
        self._show_all()

    def _begin(self, name: str, client: "Client") -> None:
        """Ask a service for what it has to say of what is picked on its screen."""
        way = self.console.way
        self.states[name].asking = True
        picked = self._asked_with[name] = way.picked.get(name, {})
        self.run_worker(
            self._ask(name, client, way.generation, picked), group=_group(name), exclusive=True
        )

    @on(ScreenResume)
    def _ask_for_what_was_picked(self) -> None:
        """Ask anew where something else was picked on a screen since."""
        way = self.console.way
        for name, before in self._asked_with.items():
            if way.client and way.picked.get(name, {}) != before:
                self._begin(name, way.client)

    def _say_slow(self) -> None:
        for name, state in self.states.items():
            if state.asking and not state.slow:
                state.slow = True
                self._show(name)
        self.tell_status()

    async def _ask(
        self, name: str, client: "Client", generation: int, picked: Mapping[str, str]
    ) -> None:
        said: Summary | ConsoleError
        try:
            summary = await self._summary_of(name)
            said = await summary(client, self.console.now(), **picked)
        except ConsoleError as error:
            said = error
        self.post_message(self.Told(name, generation, said))

    async def _summary_of(self, name: str) -> Summarize:
        """Load what asks a service: one after the other, in a thread, so that keys are heard."""
        module = f"console.app.summaries.{SERVICES[name].module}"
        if find_spec(module) is None:
            return partial(counted, name)
        async with self._loading:
            loaded = await asyncio.to_thread(import_module, module)
        summary: Summarize = loaded.summary
        return summary

    @on(Told)
    def _take(self, message: Told) -> None:
        if message.generation != self.console.way.generation:
            return  # it speaks of another profile
        state = self.states[message.name]
        state.asking = state.slow = False
        if isinstance(message.said, Summary):
            state.summary, state.error = message.said, None
        else:
            state.error, state.failed_at = message.said, self.console.now()
        self._show(message.name)
        self.tell_status()
        if not any(each.asking for each in self.states.values()):
            self.console.preparation.begin()

    # The lines

    @on(ScreenResume)
    def _resumed(self) -> None:
        self._will_show = True
        self.call_after_refresh(self._show_all)

    @on(Resize)
    def _resized(self) -> None:
        if not self._will_show:
            self._resumed()

    @on(ServiceLines.Moved)
    def _show_all(self) -> None:
        self._will_show = False
        if not self.is_mounted:
            return
        way = self.console.way
        for state in self.states.values():
            state.has_profile = way.client is not None or bool(self.console.opening)
        self.query_one("#heading", Line).show(heading(self.size.width - 2))
        for name in self.states:
            self._show(name)
        self.tell_status()

    def _show(self, name: str) -> None:
        lines = self.query_one(ServiceLines)
        zone = self.console.zone
        state, now = self.states[name], self.console.now()
        lines.tell(name, state, state.time(zone, now))
        if name == lines.service:
            was = state.summary and clock(state.summary.fetched_at, zone, now)
            self.query_one(Explanation).show(Content("\n").join(_explained(state, was or "")))

    def status_parts(self) -> list[Part]:
        """Return how many services answered, and how many of them are urgent."""
        if not self.console.way.client:
            return [Part(f"opening {cell(self.console.opening)} …")] * bool(self.console.opening)
        words = [state.word for state in self.states.values()]
        asking = sum(state.asking for state in self.states.values())
        answered = sum(word in ("urgent", "notice", "calm") for word in words)
        urgent, notice, failed = (words.count(each) for each in ("urgent", "notice", "error"))
        parts = [Part(f"{answered} of {len(words)} services answered")]
        parts += [Part(f"{asking} being asked …", weight=1)] * bool(asking)
        parts += [Part(f"{urgent} urgent", "error")] * bool(urgent)
        parts += [Part(f"{notice} to notice", "warning")] * bool(notice)
        parts += [Part(f"{failed} failed", "error")] * bool(failed)
        absent = words.count("absent")
        return parts + [Part(f"{absent} not in this region")] * bool(absent)

    @on(ServiceLines.Chosen)
    async def _open(self, message: ServiceLines.Chosen) -> None:
        await self.console.switch_mode(message.name)


def _group(name: str) -> str:
    return f"overview-{name}"


def _explained(state: State, fetched: str) -> Iterator[Content]:
    """Yield the paragraphs that say in full what the line has no room for."""
    entry, error = state.entry, state.error
    yield Content.assemble((entry.name, "bold"), f": {entry.summary}")
    yield Content("")
    if error:
        told = isinstance(error, CloudError) and error.message
        sentence = cell(told or error.sentence)  # without the code, which stands below
        yield Content.assemble((cell(error.title), STYLES[state.word]), f": {sentence}")
        yield from _error_facts(error)
        if state.summary:
            was = " · ".join(filter(None, (state.summary.count, state.summary.fact)))
            yield Content.styled(f"Before, at {fetched}: {cell(was)}", MUTED)
    elif state.summary:
        yield Content(state.count)
        style = STYLES[state.word] if state.word != "calm" else ""
        yield from (Content.styled(each, style) for each in state.fact.split("; ") if each)
    elif state.has_profile:
        yield Content.styled("not answered yet …", MUTED)
    else:
        yield Content("no profile is open: ctrl+o picks one or logs in")


def _error_facts(error: ConsoleError) -> Iterator[Content]:
    if error.hint:
        yield Content(f"What to do: {cell(error.hint)}")
    if isinstance(error, CloudError):
        facts = [("code", error.code), ("request id", error.request_id)]
        known = "   ".join(f"{name} {cell(value)}" for name, value in facts if value)
        if known:
            yield Content.styled(known, MUTED)
