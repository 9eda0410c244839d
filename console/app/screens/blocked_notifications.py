"""Blocked: who was not notified, what changed, and for whom."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message
from textual.timer import Timer

from console.app.bins import local, span_words
from console.app.glyphs import glyphs
from console.app.investigation import Asked, Investigation
from console.app.keeping import keeping, nothing, span_of
from console.app.period import Period, parse, period_field
from console.app.pool_names import missing
from console.app.reading import Purpose
from console.app.screens.service import ServiceScreen
from console.app.slices import Slices, finished
from console.app.tallies import KINDS, TIME, Kind, Span
from console.app.widgets.findings import Findings
from console.app.widgets.histogram import Histogram
from console.app.widgets.status_line import Part
from console.app.widgets.tally import Tally
from console.client.client import Client
from console.errors import ConsoleError, Problem
from console.services.model import Record
from console.text import cell

DESKTOP: Final = "DESKTOP"
POOL: Final = "DESKTOP_POOL"
PERIOD: Final = "period"

_OTHER: Final = {DESKTOP: POOL, POOL: DESKTOP}
_SCOPE_WORDS: Final = {DESKTOP: "desktops", POOL: "desktop pools"}
_ONLY_IN: Final = {"desktop_name": DESKTOP, "desktop_pool_name": POOL}
"""Names that rows of one scope have, and those of the other do not."""

_AT_ONCE: Final = 20_000
"""Rows up to which every page is counted as it comes; beyond, several are counted at once."""

_COUNT: Final = "count"
"""The name of the work that counts rows."""

_PAUSE: Final = 0.1
"""Seconds between two counts of more rows than that."""


class BlockedScreen(ServiceScreen):
    """The blocked notifications, with bars over time and tallies of what they are about."""

    DEFAULT_CSS = """
    BlockedScreen.-narrow #main.-detail #figures { display: none; }
    """

    FIRST: ClassVar[Mapping[str, Any]] = {  # Any: each parameter has its own type
        "query_type": DESKTOP,
        "sort_field": TIME,
        "sort_type": "DESC",
    }
    LOCAL = (period_field(PERIOD),)
    PAGE_SIZE = 1_000

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "t",
            "scope",
            "Desktops/pools",
            id="blocked.scope",
            tooltip="rows about desktops, or about pools",
        ),
        Binding(
            "u",
            "whom",
            "For whom",
            id="blocked.whom",
            tooltip="the noisiest; ±24h: against the day before",
        ),
        Binding("b", "bars", "When", id="blocked.bars", tooltip="when, in bars; choose a time"),
        Binding(
            "B",
            "fold_bars",
            "Fold bars",
            id="blocked.fold",
            show=False,
            tooltip="show or hide bars and tallies",
        ),
    ]

    class Looked(Message):
        """Pools were looked at; the sentence says where there is none of that name."""

        def __init__(self, name: str, sentence: str) -> None:
            self.name = name
            self.sentence = sentence
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self._study = Investigation()
        self._span: Span | None = None  # the time chosen in the histogram
        self._chosen: dict[str, str] = {}  # what was chosen of kinds that the cloud cannot filter
        self._period: Period | None = None
        self._everything = False  # whether to read on past the period's edge
        self._asking = False  # whether rows have gone because others are about to be asked for
        self._later: Timer | None = None
        self._counted = -1  # the version of the rows that are counted

    def compose_above(self) -> ComposeResult:
        """Compose sentence, bars and tallies."""
        yield Findings(KINDS, glyphs(self.console.environ))

    @property
    def findings(self) -> Findings:
        """Sentence, bars and tallies."""
        return self.query_one(Findings)

    def on_mount(self) -> None:
        """Fold what was folded when the screen was left."""
        super().on_mount()
        if self.console.memory.get(self.listing_name, "folded") is True:
            self.findings.fold()

    # The period: the cloud knows no such filter

    def local_restriction(
        self,
        values: Mapping[str, Any],  # Any: as in `FIRST`
    ) -> tuple[str, Callable[[Record], bool]] | None:
        """Return what lets through the rows of the period."""
        text = str(values.get(PERIOD) or "")
        self._period = None
        if not text:
            return None
        try:
            period = parse(text, self.console.now(), self.console.zone)
        except ValueError as error:
            self.form.show_problems([Problem(PERIOD, str(error))])
            return "no period", nothing
        self._period = period
        return period.words, lambda record: period.contains(getattr(record, TIME))

    def reads_on(self, values: Mapping[str, Any]) -> bool:  # Any: as in `FIRST`
        """Tell whether there is a period, whose rows may be on any page."""
        return bool(values.get(PERIOD)) and self._period is not None

    def enough(self, records: Sequence[Record]) -> bool:
        """Tell whether the rows have passed the period, in the order they were asked for."""
        period = self._period
        if period is None or self._everything:
            return False
        times = [time for record in records if (time := getattr(record, TIME)) is not None]
        asked = self.question.values.get("sort_type") if self.question else None
        if not times or asked is None:
            return False
        if asked == "DESC":
            return period.start is not None and times[-1] < period.start
        return period.end is not None and times[-1] >= period.end

    def ask(self, values: Mapping[str, Any]) -> None:  # Any: as in `FIRST`
        """Ask with other filters, up to the period's edge."""
        self._everything = False
        self._asking = True
        super().ask(values)
        self._asking = False

    def action_load_all(self) -> None:
        """Read every row that the cloud has, those outside the period too."""
        self._everything = True
        super().action_load_all()

    def zone_changed(self) -> None:
        """Show times in another zone; a day there is another period, so it is asked for anew."""
        before = self._period
        super().zone_changed()
        self.local_restriction(self._values)
        if self._period != before:
            self.ask(self._values)

    # Scope

    def show_pool(self, name: str) -> None:
        """Show what is blocked about a pool; a screen that was never open begins with it."""
        self.ask({**self.first_values(), "query_type": POOL, "desktop_pool_name": name})

    def action_scope(self) -> None:
        """Ask about the other scope, with every filter that it has too."""
        other = _OTHER[self._scope]
        self.ask(
            {
                name: value
                for name, value in {**self._values, "query_type": other}.items()
                if _ONLY_IN.get(name, other) == other
            }
        )

    @property
    def _scope(self) -> str:
        scope = str(self._values.get("query_type"))
        return scope if scope in _OTHER else DESKTOP

    def reading_ended(self, error: ConsoleError | None) -> None:
        """Ask the other scope where no row of this one can have the name that was given."""
        super().reading_ended(error)
        if error is None and self.question and self.question.purpose is Purpose.REFRESH:
            self._move_period()
        self._investigate()
        if error or self.rows.lines:
            return
        wanted = {scope for name, scope in _ONLY_IN.items() if self._values.get(name)}
        other = _OTHER[self._scope]
        if wanted == {other}:
            self.ask({**self._values, "query_type": other})
            self.say(f"these are rows about {_SCOPE_WORDS[other]}")
        elif (pool := self._values.get("desktop_pool_name")) and self.console.way.client:
            self._look_for_pool(self.console.way.client, str(pool))

    @work(exclusive=True, group="pool")
    async def _look_for_pool(self, client: Client, name: str) -> None:
        with suppress(ConsoleError):  # whether there is such a pool stays open then
            self.post_message(self.Looked(name, await missing(client, name)))

    @on(Looked)
    def _take_looked(self, message: Looked) -> None:
        message.stop()
        if message.sentence and self._values.get("desktop_pool_name") == message.name:
            self.say(message.sentence, tone="warning")

    def _move_period(self) -> None:
        """Let a period such as -2h begin anew."""
        before = self._period
        found = self.local_restriction(self._values)
        if found and self._period != before:
            self._restrictions["form"] = found
            self._apply_restrictions(self.narrowed)

    # Counting

    @property
    def _is_counting(self) -> bool:
        """Whether rows are there that are not counted yet."""
        return self._later is not None or _COUNT in self.table.work.turns

    def rows_were_loaded(self) -> None:
        """Count what came, or what is narrowed now."""
        if "chosen" not in self._restrictions:
            self._span, self._chosen = None, {}
        if self.rows.version != self._counted:
            self.table.work.turns.drop(_COUNT)
        if len(self.rows.lines) <= _AT_ONCE:
            self._investigate()
        elif self._later is None:
            self._later = self.set_timer(_PAUSE, self._count_later)

    def _count_later(self) -> None:
        """Count, but let a count that has begun go on; it takes in what came meanwhile."""
        self._later = None
        if _COUNT in self.table.work.turns and self.extent.reading:
            self._later = self.set_timer(_PAUSE, self._count_later)
        else:
            self._investigate()

    def _investigate(self) -> None:
        if self._later:
            self._later.stop()
            self._later = None
        if not self.is_mounted:
            return
        self._counted = self.rows.version
        work = self._show_findings(self._asked())
        self.table.work.turns.take(_COUNT, work, at_once=self.rows.is_few, rank=1)

    def _count_now(self) -> None:
        """Count at once, for what must not be said wrong."""
        self.table.work.turns.drop(_COUNT)
        self._counted = self.rows.version
        finished(self._show_findings(self._asked()))

    def _asked(self) -> Asked:
        question, extent = self.question or self.answered, self.extent
        return Asked(
            period=span_of(self._period),
            period_words=self._period.words if self._period else "",
            chosen=self._span,
            values={
                kind.name: str(value)
                for kind in KINDS
                if (value := self._chosen.get(kind.name) or self._values.get(kind.name))
            },
            quick=bool(self.rows.quick_text),
            order=str(question.values.get("sort_type") or "") if question else "",
            at_start=extent.offset == 0,
            total=extent.total,
            reading=extent.reading or self._asking,
            now=self.console.now().timestamp(),
            zone=self.console.zone,
        )

    def _show_findings(self, asked: Asked) -> Slices[None]:
        findings = self.findings
        found = yield from self._study.finding(self.rows, asked, findings.histogram.room)
        yield
        findings.show(found)
        if self._period:  # whether all of it is loaded is known only now
            self.call_later(self.tell_status)

    @on(Resize)
    def _fit(self) -> None:
        self.findings.fit()

    @on(Histogram.Fitted)
    def _take_room(self, message: Histogram.Fitted) -> None:
        message.stop()
        self._investigate()

    # Choosing

    @on(Histogram.Chosen)
    def _take_time(self, message: Histogram.Chosen) -> None:
        message.stop()
        self._span = message.span
        self._narrow_to_chosen()

    @on(Tally.Chosen)
    def _take_value(self, message: Tally.Chosen) -> None:
        message.stop()
        kind, value = message.kind, message.value
        if kind.sent:
            self._ask_for(kind, value)
        elif value is None:
            self._chosen.pop(kind.name, None)
            self._narrow_to_chosen()
        else:
            self._chosen[kind.name] = value
            self._narrow_to_chosen()

    def _ask_for(self, kind: Kind, value: str | None) -> None:
        """Ask the cloud for one value; what else was chosen stays so."""
        chosen, span = self._chosen, self._span
        values = {name: kept for name, kept in self._values.items() if name != kind.name}
        self.ask(values if value is None else {**values, kind.name: value})
        self._chosen, self._span = chosen, span
        self._narrow_to_chosen()

    def _narrow_to_chosen(self) -> None:
        """Narrow the loaded rows to the time and to the values that were chosen here."""
        words: list[str] = []
        if self._span:
            start, end = (local(each, self.console.zone) for each in self._span)
            words.append(span_words(start, end))
        titles = {kind.name: kind.one for kind in KINDS}
        words += [f"{titles[name]} {cell(value)}" for name, value in self._chosen.items()]
        keep = keeping(self._span, dict(self._chosen)) if words else None
        self.restrict(" and ".join(words), keep)

    # Going there and back

    def action_bars(self) -> None:
        """Go to the bars."""
        if not self.findings.look_at_bars():
            self.say(f"no bars: {self._why_not()}")

    def action_whom(self) -> None:
        """Go to the tallies."""
        if not self.findings.look_at_whom():
            self.say(f"no tallies: {self._why_not()}")

    def _why_not(self) -> str:
        short = self.findings.has_class("-short")
        if short:
            return "the terminal has too few lines"
        return "no row is found" if self.rows.lines else "no row is loaded"

    def action_fold_bars(self) -> None:
        """Show the sentence alone, or bars and tallies with it."""
        folded = self.findings.fold()
        self.table.focus()
        self.console.remember(self.listing_name, "folded", folded)

    @on(Histogram.Left)
    @on(Tally.Left)
    def _go_back(self, message: Histogram.Left | Tally.Left) -> None:
        message.stop()
        self.findings.look_away()
        self.table.focus()

    # Saying what is so

    def status_parts(self) -> list[Part]:
        """Say also whether the whole period is loaded."""
        parts = super().status_parts()
        period = span_of(self._period)
        if period and self.rows.lines:
            parts.insert(1, self._period_part(period))
        return parts

    def gaps(self) -> list[str]:
        """Say also that the period was not read to its edge."""
        period = span_of(self._period)
        if period and self._is_counting:
            self._count_now()
        cut = period and not self.extent.reading and not self._study.covers(period)
        return [*super().gaps(), *(["INCOMPLETE: the period is not all read"] if cut else [])]

    def _period_part(self, period: Span) -> Part:
        if self.extent.reading or self._is_counting:
            return Part("reading the period", "notice")
        if not self._study.covers(period):
            return Part("period not complete", "warning")
        untimed = self._study.untimed
        said = f"; {untimed:,} without a time left out" if untimed else ""
        return Part(f"period complete{said}")


SCREEN = BlockedScreen
