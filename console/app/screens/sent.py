"""What was sent: the journal as a table like all others, with what became of each send."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import time_ns
from typing import Any, ClassVar, Final, Literal, TypeAlias, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import ScreenResume, ScreenSuspend
from textual.timer import Timer

from console.app import courses
from console.app.command_line import Equivalent
from console.app.reading import Batch, Question
from console.app.screens.asking import Source
from console.app.screens.service import ServiceScreen
from console.app.sends import KEY, WAY_BACK
from console.app.sent_command import WITHIN, command
from console.app.sent_command import listing as listing_command
from console.app.table_column import TableColumn
from console.app.widgets.course_table import Result, kept
from console.app.widgets.job_course import JobCourse
from console.client.operation import Operation
from console.client.paging import Row
from console.errors import ConsoleError
from console.outbox.choice import Choice
from console.outbox.send import DesktopCourse, Outcome, Place, Send, Target
from console.profiles import paths
from console.sending import elsewhere, record
from console.services.listing import AnyListing, Listing
from console.services.model import Query, Record, optional

_LOOK_SECONDS: Final = 1.5
"""How often the journal's file is looked at while the screen is in front; nothing is painted."""

_FRESH: Final = 1_000_000_000
"""Nanoseconds for which a file may be written to once more without another time beside it."""

Mark: TypeAlias = tuple[tuple[int, int, int], ...]
"""By what one sees that a file was written to."""


class SentQuery(Query):
    """Which sends to show."""

    within: Literal["hour", "day", "week", "month"] | None = optional("Within", "the last …")
    outcome: Literal["accepted", "rejected", "unknown", "written", "going"] | None = optional(
        "Outcome", "what the cloud said to it"
    )
    standing: (
        Literal["accepted", "delivered", "partly", "failed", "rejected", "unknown", "ended"] | None
    ) = optional("Status", "what became of it")
    profile: str | None = optional("Profile", "sent with that profile")
    target: str | None = optional("To", "a part of a pool's or a desktop's name")
    text: str | None = optional("Text", "a part of the text")
    offset: int | None = optional("Offset", "index of the first row", ge=0)
    limit: int | None = optional("Limit", "rows of a page", ge=1, le=1000)


JOURNAL: Final = Listing(
    title="Sent",
    operation=Operation(name="Journal", service="workspace", method="GET", path=""),
    query=SentQuery,
    record=record.SentRecord,
    rows="sends",
    total="total",
    columns=record.SENT.columns,
)
"""The journal as a listing; it is never asked of the cloud, and `SentScreen.source` reads it."""


class SentScreen(ServiceScreen):
    """The sends of this journal: those of other consoles too, as soon as they are there."""

    DEFAULT_CSS = """
    SentScreen JobCourse { display: none; border-top: solid $primary; }
    SentScreen #main.-course JobCourse { display: block; }
    SentScreen #main.-course #middle { height: 8; }
    SentScreen.-short #main.-course #middle { display: none; }
    SentScreen.-wide #main.-course { layout: horizontal; }
    SentScreen.-wide #main.-course #middle { height: 1fr; }
    SentScreen.-wide #main.-course JobCourse { border-top: none; border-left: solid $primary; }
    SentScreen #main.-course.-detail JobCourse { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "course", "Desktops", id="sent.course", tooltip="what became of each desktop"),
        Binding("m", "reuse", "Write again", id="sent.reuse", tooltip="write with this text"),
        Binding("R", "why_not('resend')", "", id="sent.why-not-resend", show=False),
        Binding("L", "why_not('look')", "", id="sent.why-not-look", show=False),
    ]

    FIRST_COLUMNS: ClassVar[Sequence[str]] = (
        "written_at",
        "result",
        "target.name",
        "text",
        "place.profile",
        "id",
    )

    def __init__(self, name: str) -> None:
        """Take the screen's name."""
        super().__init__(name)
        self._version: int | None = None
        self._mark: Mark | None = None  # of the file as it was read
        self._watch: Timer | None = None
        self._left_at: object = None  # the newest send as the screen was left, until looked at
        self._result = Result()
        self._repetitions: dict[int, Send] = {}  # what repeats another send, by its number

    def make_listing(self, name: str) -> AnyListing:
        """Return the journal, which is no listing of the cloud."""
        del name
        return JOURNAL

    @property
    def key(self) -> str:
        """The key that opens this screen."""
        return KEY

    def computed(self) -> Sequence[TableColumn]:
        """Return what became of a send, in words."""
        return (self._result,)

    def columns_named(self, names: Sequence[str]) -> list[TableColumn]:
        """Return the columns of these names; on a narrow screen, text and target count most."""
        return [kept(each) for each in super().columns_named(names)]

    def compose_beside(self) -> ComposeResult:
        """Compose the course of the chosen send."""
        yield JobCourse(zone=self.console.zone)

    @property
    def course(self) -> JobCourse:
        """The course of the chosen send."""
        return self.query_one(JobCourse)

    @property
    def shows_course(self) -> bool:
        """Whether the course is on the screen."""
        return self._main.has_class("-course")

    # Where the rows come from

    def source(self) -> Source | None:
        """Return what reads the journal; it needs no profile."""
        return self._read_journal

    async def _read_journal(self, question: Question) -> AsyncIterator[Batch]:
        query = SentQuery.complete(dict(question.values), {})
        size = None if question.everything else question.size
        sends, total = await self._page(query, size, question.offset)
        rows = [record.row(each) for each in sends]
        yield Batch(
            rows,
            record.SENT.records(rows),
            total,
            self.console.now(),
            0.0,  # no cloud was asked
        )

    async def _page(
        self, query: SentQuery, size: int | None = None, offset: int = 0
    ) -> tuple[list[Send], int]:
        """Return a page of the sends that fit, the newest first, and how many there are.

        Raises:
            JournalError: the journal cannot be read.
        """
        journal = self.console.sends.journal
        since = self.console.now() - WITHIN[query.within] if query.within else None
        going_on = query.standing == "accepted"
        chosen = Choice(
            since=since,
            outcome=Outcome(query.outcome) if query.outcome else None,
            stands=[query.standing] if query.standing and not going_on else None,
            ended=False if going_on else None,
            profile=query.profile,
            name=query.target,
            text=query.text,
        )

        def read() -> tuple[int, tuple[list[Send], int], list[Send]]:
            version = journal.version()  # asked first: what comes in meanwhile is read again
            page = journal.page(limit=size, offset=offset, **chosen)
            return version, page, journal.repetitions()

        self._version, page, repetitions = await asyncio.to_thread(read)
        self._repetitions = {each.id: each for each in repetitions}
        return page

    def every_row(self, values: Mapping[str, Any]) -> AsyncIterator[Sequence[Row]] | None:
        """Return all rows under a filter."""

        async def rows() -> AsyncIterator[Sequence[Row]]:
            query = SentQuery.complete(dict(values), {})
            sends, _ = await self._page(query)
            yield [record.row(each) for each in sends]

        return rows()

    def way_changed(self) -> None:
        """Stay as it is: each row says with which profile it was sent."""

    def way_ready(self) -> None:
        """Ask, where nothing was asked yet."""
        if self.question is None:
            super().way_ready()
        if self.is_mounted:
            self._show_course()  # what can be done with it is not what it was

    def equivalent_command(self) -> Equivalent:
        """Return the command that lists the same of the journal."""
        return listing_command(
            self.sent_values(),
            limit=None if self.extent.everything else self.page_size,
            offset=self.extent.offset,
            columns=self.console.memory.texts(self.listing_name, "columns"),
            local=self.local_words(),
        )

    # Keeping up with what is sent, here and in other consoles

    @on(ScreenResume)
    def _resume(self) -> None:
        self.console.sends_seen()
        if self._watch is None:
            self._watch = self.set_interval(_LOOK_SECONDS, self._look)
        self._watch.resume()
        self._look()

    @on(ScreenSuspend)
    def _suspend(self) -> None:
        if not self.app.screen.is_modal:
            self._left_at = self._newest
        if self._watch is not None:
            self._watch.pause()

    def _look(self) -> None:
        """Look whether anybody has written to the journal; paint nothing where nobody has."""
        if self.is_current and self._version is not None and not self.extent.reading:
            mark = mark_of(paths.outbox_file(self.console.environ))
            if mark is None or mark != self._mark:
                self.run_worker(self._look_at_version(mark), group="version", exclusive=True)
            else:
                self._left_at = None

    async def _look_at_version(self, mark: Mark | None) -> None:
        try:
            version = await asyncio.to_thread(self.console.sends.journal.version)
        except ConsoleError:
            return  # the next reading says it
        if version == self._version:
            self._mark, self._left_at = mark, None
        else:
            self.call_later(self._read_again)

    @property
    def _newest(self) -> object:
        """The number of the newest send of all; None where it is not among the rows."""
        lines = self.rows.lines
        return lines[0].row["id"] if lines and not self.extent.offset else None

    def reading_ended(self, error: ConsoleError | None) -> None:
        """Point to what was sent while another screen was in front."""
        super().reading_ended(error)
        left_at, self._left_at = self._left_at, None
        is_new = left_at is not None and self._newest not in {None, left_at}
        if is_new and not self.rows.marks and self.rows.place(0) == 0:
            self.table.action_top()

    def _read_again(self) -> None:
        asked = self.question
        if asked and not self.extent.reading:
            self.ask_again()

    def sends_changed(self) -> None:
        """Show at once what this console heard."""
        super().sends_changed()
        if self.is_mounted and self.is_current:
            self.console.sends_seen()
            self._show_course()
            self._look()

    def rows_were_loaded(self) -> None:
        """Bring the course up to date too."""
        super().rows_were_loaded()
        self._show_course()

    # What became of one of them

    @property
    def _send(self) -> Send | None:
        """The send under the cursor: as this console heard last, or the journal knows more."""
        line = self.table.line
        if line is None:
            return None
        kept = of_row(line.row)
        return courses.later(self.console.sends.known.get(kept.id, kept), kept)

    def action_course(self) -> None:
        """Show what became of each desktop."""
        if self._send is None:
            self.say("nothing was sent")
            return
        self.close_detail()
        self._main.add_class("-course")
        self._show_course()
        self.call_after_refresh(self.course.go)

    def _show_course(self) -> None:
        send = self._send
        if self.shows_course:
            sends = self.console.sends
            others = {**self._repetitions, **sends.known}.values()
            shown = [send] if send else []
            way = self.console.way
            away = elsewhere.out_of_reach(way.client, way.project_id, shown)
            self.course.show(shown, sends.troubles, sends.followed, others, away)

    def follow_cursor(self) -> None:
        """Show what the cursor is on: its course, its record."""
        super().follow_cursor()
        self._show_course()

    def _close_course(self) -> None:
        self._main.remove_class("-course")
        self.table.focus()
        self.refresh_bindings()

    def _way_back(self) -> Callable[[], None] | None:
        return super()._way_back() or (self._close_course if self.shows_course else None)

    @on(JobCourse.Left)
    def _left_course(self, message: JobCourse.Left) -> None:
        message.stop()
        self._close_course()

    @on(JobCourse.Asked)
    async def _asked_of_course(self, message: JobCourse.Asked) -> None:
        message.stop()
        await self._act_on(message.what, message.send)

    def action_why_not(self, what: str) -> None:
        """Say why a key does nothing that is of the course."""
        said = self.course.why_not(what) if self.shows_course else WAY_BACK
        self.say(said, tone="warning" if self.shows_course else "notice")

    async def action_reuse(self) -> None:
        """Write with the text of the send under the cursor."""
        if send := self._send:
            await self._act_on("reuse", send)

    async def _act_on(self, what: str, send: Send) -> None:
        """Let the screen on which messages are composed do it."""
        if what == "update":
            if client := self.console.way.client:
                self.console.sends.follow(client, send)
            return
        await self.console.act_on(what, send)

    def detail_extra(self, record: Record) -> Sequence[tuple[str, str]]:
        """Return what became of it in words, and the command that sends the same."""
        send = self._send
        if send is None:
            return super().detail_extra(record)
        return (
            ("What became of it", courses.said(send).text),
            ("As a command", command(send)),
        )


def mark_of(path: Path) -> Mark | None:
    """Return by what one would see that the journal at `path` is written to.

    Returns:
        None where one would not see it: there is no file, or it was written to just now, and
        whatever else is written in the same moment leaves the same time beside it.
    """
    try:
        found = [path.stat()]
    except OSError:
        return None
    with suppress(OSError):  # what is written last stands in a file of its own, or in the first one
        found.append(path.with_name(f"{path.name}-wal").stat())
    if any(time_ns() - each.st_mtime_ns < _FRESH for each in found):
        return None
    return tuple((each.st_ino, each.st_mtime_ns, each.st_size) for each in found)


def of_row(row: Row) -> Send:
    """Return the send that a row of the journal is of."""
    place, target = cast("dict[str, Any]", row["place"]), cast("dict[str, Any]", row["target"])
    facts = cast("dict[str, Any]", row)
    return Send(
        id=facts["id"],
        place=Place(**place),
        target=Target(**{**target, "desktop_ids": tuple(target["desktop_ids"])}),
        text=facts["text"],
        text_hash=facts["text_hash"],
        written_at=datetime.fromisoformat(facts["written_at"]),
        outcome=Outcome(facts["outcome"]),
        settled_at=_time(facts["settled_at"]),
        job_id=facts["job_id"],
        error=facts["error"],
        job_status=facts["job_status"],
        desktops=tuple(DesktopCourse(**each) for each in facts["desktops"]),
        total=facts["total"],
        resend_of=facts["resend_of"],
        followed_at=_time(facts["followed_at"]),
        ended=facts["ended"],
        verdict=facts["verdict"],
    )


def _time(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


SCREEN: Final = SentScreen
