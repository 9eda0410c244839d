"""A screen that asks its listing, and shows what comes.

A worker asks the cloud and posts what comes; only handlers change what is on the screen, and only
for the question asked last: an answer to an earlier one, or of another profile, is dropped.
"""

import gc
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from textual import on, work
from textual.message import Message
from textual.timer import Timer

from console.app import status
from console.app.reading import Batch, Purpose, Question, read
from console.app.screens.listed import ListedScreen
from console.app.slices import FEW, PIECE, Slices
from console.app.widgets.error_panel import ErrorPanel
from console.app.widgets.status_line import Part
from console.client.paging import Row
from console.errors import ConsoleError, QueryError
from console.services.model import Record, limits
from console.text import Json, cell

_SLOW_SECONDS = 0.4
"""How long an answer may take before the status line says that it is waited for."""

_MANY = 10_000
"""Rows that take the collector of garbage longer to look through than a key may wait."""

Source: TypeAlias = Callable[[Question], AsyncIterator[Batch]]
"""Answers a question, batch by batch; raises a `ConsoleError` where it cannot."""


class AskingScreen(ListedScreen):
    """A screen of one listing, before it has any keys.

    Attributes:
        question: what is asked, or was last; None where nothing that comes is wanted.
        beside: what the answer shown said beside its rows.
    """

    class Came(Message):
        """An answer came."""

        def __init__(self, question: Question, batch: Batch, *, first: bool) -> None:
            self.question = question
            self.batch = batch
            self.first = first
            super().__init__()

    class Ended(Message):
        """The reading of a question has ended."""

        def __init__(self, question: Question, error: ConsoleError | None) -> None:
            self.question = question
            self.error = error
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take a listing's name, one of `LISTINGS`; nothing is asked yet."""
        super().__init__(name)
        self.question: Question | None = None
        self.extent = status.Extent(paged=not self.listing.unwrap)
        self.error: ConsoleError | None = None
        self._fetched: tuple[Any, float] = (None, 0.0)  # when the rows came, and how long it took
        self.beside: Mapping[str, Json] = {}
        self._stale = False
        self._restrictions: dict[str, tuple[str, Callable[[Record], bool]]] = {}
        self._in_force: Mapping[str, tuple[str, Callable[[Record], bool]]] = {}  # of those shown
        self._stopped_early = False  # whether no further rows were wanted
        self._pending: list[Batch] = []  # what a refresh has brought so far
        self._slow: Timer | None = None
        self.answered: Question | None = None  # what the rows on the screen answer

    # Asking

    def on_mount(self) -> None:
        """Begin with the table, and ask as soon as there is somebody to ask."""
        super().on_mount()
        self.form.folded = True
        self.table.focus()
        if self.source():
            self.way_ready()

    def way_changed(self) -> None:
        """Empty everything: nothing of the profile before may stay."""
        self.give_up()
        fields = {each.name: each for each in self.form.fields}
        self._values = {
            name: value
            for name, value in self._values.items()
            if name not in fields or not fields[name].origin  # ids are of the profile before
        }
        self._empty()
        self.close_detail()
        self.table.rows_replaced()
        self.rows_were_loaded()
        self.quiet()

    def way_ready(self) -> None:
        """Ask with what the form has."""
        self.form.set_known(self.known())
        self.ask(self._values)

    @property
    def page_size(self) -> int:
        """Rows of a page."""
        field = self.listing.query.model_fields.get("limit")
        most = (limits(field)[1] if field else None) or self.PAGE_SIZE
        return int(self._values.get("limit") or min(self.PAGE_SIZE, most))

    def ask(self, values: Mapping[str, Any]) -> None:
        """Ask with other filters: the form says them, and the rows of before go first."""
        self.give_up()
        marks = self.rows.marks
        self._values = dict(values)
        self.form.set_values(self._values)
        self._empty()
        self._restrict_locally()
        self.table.rows_replaced()
        self.rows_were_loaded()
        self._ask(offset=0, everything=self.reads_on(self._values))
        self.say_lost_marks(marks)

    def give_up(self) -> None:
        """Read no further, and take nothing more of what was read."""
        self.workers.cancel_group(self, "read")
        self.table.work.turns.drop("refresh")
        self.question = None

    def _empty(self) -> None:
        """Forget the rows and all that is said of them: nothing of what is asked is known yet."""
        self.rows.clear()
        self.answered = None
        self._restrictions.clear()
        self._apply_restrictions()
        self.extent = status.Extent(paged=not self.listing.unwrap, size=self.page_size)
        self._fetched = (None, 0.0)
        self.beside = {}
        self._stale = False
        self._show_error(None)

    def source(self) -> Source | None:
        """Return what answers questions; None while there is nobody to ask."""
        client = self.console.way.client
        if client is None:
            return None
        return lambda question: read(self.listing, client, question, self.enough)

    def reads_on(self, values: Mapping[str, Any]) -> bool:  # noqa: ARG002 - for screens that have such filters
        """Tell whether these filters need more than the first page."""
        return False

    def enough(self, records: Sequence[Record]) -> bool:  # noqa: ARG002 - as above
        """Tell, of the records of one answer, whether none after them are wanted."""
        return False

    def sent_values(self) -> dict[str, Any]:
        """Return what is sent of the form: no page size, and nothing that is applied here."""
        local = {field.name for field in self.LOCAL}
        if not self.listing.unwrap:
            local |= {"limit", "offset"}
        return {name: value for name, value in self._values.items() if name not in local}

    def _ask(self, *, offset: int, everything: bool = False) -> None:
        """Ask for other rows than those on the screen."""
        self._put(Question(self.sent_values(), offset, size=self.page_size, everything=everything))

    def ask_again(self) -> None:
        """Ask what the rows on the screen answer, and no more of it than is there."""
        asked = self.answered
        if asked is None:
            self.ask(self._values)
            return
        part = asked.everything and not self.extent.complete
        self._put(
            replace(asked, purpose=Purpose.REFRESH, most=len(self.rows.lines) if part else None)
        )

    def _put(self, question: Question) -> None:
        source = self.source()
        if source is None:
            return
        self.table.work.turns.drop("refresh")
        self.question = question
        self._pending = []
        self.extent.reading = True
        self.extent.slow = False
        if self._slow:
            self._slow.stop()
        self._slow = self.set_timer(_SLOW_SECONDS, self._say_slow)
        if question.purpose is Purpose.LOAD:
            self.tell_status()
        self._read(source, question)

    def _say_slow(self) -> None:
        self.extent.slow = self.extent.reading
        self.tell_status()

    @work(exclusive=True, group="read")
    async def _read(self, source: Source, question: Question) -> None:
        first = True
        try:
            async for batch in source(question):
                self.post_message(self.Came(question, batch, first=first))
                first = False
        except ConsoleError as error:
            self.post_message(self.Ended(question, error))
        else:
            self.post_message(self.Ended(question, None))

    # What comes

    @on(Came)
    def _take(self, message: Came) -> None:
        message.stop()
        if message.question is not self.question:
            return
        if message.question.purpose is Purpose.REFRESH:
            self._pending.append(message.batch)
            return
        batch = message.batch
        if message.first:
            answered = self.answered
            seeking = answered is not None and answered.values == message.question.values
            self.rows.replace(batch.rows, batch.records, seeking=seeking)
            self.table.rows_replaced()
        else:
            self.rows.extend(batch.rows, batch.records)
            self.table.rows_changed()
        self._take_extent(message.question, batch, len(self.rows.lines))
        self._show_error(None)
        self.rows_were_loaded()
        self.tell_status()

    def _take_extent(self, question: Question, batch: Batch, loaded: int) -> None:
        self.answered = question
        self._fetched = (batch.fetched_at, batch.seconds)
        self.beside = batch.beside
        self._stale = False
        extent = self.extent
        extent.loaded, extent.total = loaded, batch.total
        extent.offset, extent.size = question.offset, question.size
        extent.everything = question.everything
        extent.complete = False
        if question.most is None:
            extent.stopped = ""
        self._stopped_early = batch.enough

    @on(Ended)
    def _end(self, message: Ended) -> None:
        message.stop()
        if message.question is not self.question:
            return
        if message.error is None and message.question.purpose is Purpose.REFRESH:
            work = self._take_refresh(message.question)
            self.table.work.turns.take("refresh", work, at_once=self.rows.is_few)
        else:
            self._has_ended(message.question, message.error)

    def _has_ended(self, question: Question, error: ConsoleError | None) -> None:
        self.extent.reading = self.extent.slow = False
        if self._slow:
            self._slow.stop()
        if error:
            self._fail(question, error)
        else:
            whole = question.everything and question.most is None
            self.extent.complete = (whole and not self._stopped_early) or not self.extent.paged
        if question.everything and len(self.rows.lines) >= _MANY:
            _keep_from_the_collector()
        self.say_lost_marks(self.rows.given_up())
        self.reading_ended(error)
        self.tell_status()

    def say_lost_marks(self, lost: int) -> None:
        """Say how many marks went with rows that went."""
        if lost:
            marks = "1 mark is" if lost == 1 else f"{lost:,} marks are"
            self.say(f"{marks} gone: not on the rows that are loaded now", tone="warning")

    def _take_refresh(self, question: Question) -> Slices[None]:
        rows: list[Row] = []
        records: list[Record] = []
        last: Batch | None = None
        while self._pending:  # each is let go of, so that its rows can be
            last = self._pending.pop(0)
            rows += last.rows
            records += last.records
        before = self.beside
        changed = yield from self.table.work.refreshing(rows, records)
        if last:
            self._take_extent(question, last, len(rows))
        self._show_error(None)
        if changed:
            self.rows_were_loaded()
        if changed or self.beside != before:
            self.follow_cursor()
        self._has_ended(question, None)
        last = None
        while len(rows) > FEW:  # giving their memory back takes a while too
            del rows[-PIECE:], records[-PIECE:]
            yield

    def _fail(self, question: Question, error: ConsoleError) -> None:
        self._pending = []
        just_came = self.answered is question and not question.everything
        self._stale = bool(self.rows.lines) and not just_came
        if question.everything and self.answered is question:
            self.extent.stopped = "broke off"
        if isinstance(error, QueryError):
            self.form.show_problems(error.problems)
        self._show_error(error)

    def _show_error(self, error: ConsoleError | None) -> None:
        if error is None and self.error is None:
            return
        self.error = error
        since = (
            status.clock(self._fetched[0], self.console.zone, self.console.now())
            if (self._stale and self._fetched[0])
            else ""
        )
        self.query_one(ErrorPanel).show(
            error,
            at=self.console.now(),
            stale=since and f"the rows below are from {since}",
            zone=self.console.zone,
            listing=self.listing,
        )

    def rows_were_loaded(self) -> None:
        """Bring up to date what a screen adds: rows, or what narrows them, have changed."""

    # Local filters

    def local_restriction(
        self,
        values: Mapping[str, Any],  # noqa: ARG002 - for screens that have such filters
    ) -> tuple[str, Callable[[Record], bool]] | None:
        """Return what the form's own filters let through, and its words; None for everything."""
        return None

    def _restrict_locally(self) -> None:
        found = self.local_restriction(self._values)
        if found:
            self._restrictions["form"] = found
        self._apply_restrictions()

    def narrowed(self) -> None:
        """Say what the local filters let through now."""
        self._in_force = dict(self._restrictions)
        self.rows_were_loaded()
        self.tell_status()

    def restrict(self, words: str, keep: Callable[[Record], bool] | None) -> None:
        """Narrow the loaded rows by what a screen adds, such as a bar of a histogram."""
        if keep:
            self._restrictions["chosen"] = (words, keep)
        else:
            self._restrictions.pop("chosen", None)
        self._apply_restrictions(self.narrowed)

    def local_words(self, *, but: str = "") -> list[str]:
        """Return the filters that the console applies itself, in words; all `but` one."""
        words = [words for name, (words, _) in self._in_force.items() if name != but]
        return [*words, f"find {self.rows.quick_text}"] if self.rows.quick_text else words

    def _apply_restrictions(self, afterwards: Callable[[], None] | None = None) -> None:
        kept = [keep for _, keep in self._restrictions.values()]
        keep = (lambda record: all(keep(record) for keep in kept)) if kept else None
        if afterwards is None:
            self.rows.restrict(keep)
            self._in_force = dict(self._restrictions)
        else:
            self.table.work.want(replace(self.rows.wanted, keep=keep), afterwards)

    # Saying what is so

    def status_parts(self) -> list[Part]:
        """Say how many rows of how many, from when, in which order, and what narrows them."""
        if self.source() is None:
            return [Part("no profile is open")]
        now, zone = self.console.now(), self.console.zone
        fetched_at, seconds = self._fetched
        self.extent.shown = len(self.rows.shown)
        parts = status.extent_parts(self.extent, self.local_words())
        if self._stale:
            parts.insert(0, status.stale_part(fetched_at, zone, now))
        if self.rows.quick_problem:
            problem = f"not filtered: {self.rows.quick_problem}"
            parts.insert(0, Part(cell(problem), "warning"))
        parts += self.mark_parts()
        if self.rows.sorted_by:
            by, descending = self.rows.sorted_by
            parts.append(
                status.sorted_part(by.title, descending=descending, partial=self.extent.partial)
            )
        if not self._stale:
            parts.append(status.fetched_part(fetched_at, seconds, zone, now))
        return parts

    def mark_parts(self) -> list[Part]:
        """Say how many rows are marked, and how many of them cannot be seen."""
        marked = self.rows.marks
        if not marked:
            return []
        unseen = self.rows.marked_unseen
        return [Part(f"{marked:,} marked" + (f", {unseen:,} out of sight" if unseen else ""))]

    def reading_ended(self, error: ConsoleError | None) -> None:
        """Take note that nothing more comes; a screen may plan the next reading."""

    def close_detail(self) -> None:
        """Close the record in full."""

    def detail_extra(self, record: Record) -> Sequence[tuple[str, str]]:  # noqa: ARG002 - for screens that compute more
        """Return what a screen computes of a record, as titles and texts."""
        return ()

    def follow_cursor(self) -> None:
        """Show in full what the cursor is on, where something is shown in full."""


def _keep_from_the_collector() -> None:
    """Look through what is loaded no more: rows refer to nothing that refers to them."""
    gc.collect(1)
    gc.freeze()
