"""The desktops of one pool: a table of their own, with its count and who is connected now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from console.app.reading import Batch, Purpose, Question, read
from console.app.rows import Line as RowLine
from console.app.rows import Rows
from console.app.status import clock
from console.app.widgets.cell_text import shortened
from console.app.widgets.error_panel import ErrorPanel
from console.app.widgets.line import Line
from console.app.widgets.record_table import RecordTable
from console.client.client import Client
from console.errors import CloudError, ConsoleError
from console.services.column import column
from console.services.desktop_pools import DesktopPool
from console.services.desktops import DESKTOPS, Desktop
from console.services.model import Record
from console.services.pool_connections import CONNECTED
from console.text import cell

COLUMNS: Final = (
    "computer_name",
    "status",
    "login_status",
    "user_name",
    "ip_addresses",
    "task_status",
    "desktop_id",
)

_NAME_CELLS: Final = 40
"""Cells of a pool's name in the heading, so that there is room for what it comes to."""

_PAGE: Final = 100
_MOST: Final = 1_000
"""Desktops of a pool that are read; ten requests."""


@dataclass(slots=True)
class _Extent:
    """How much of the pool is on the screen.

    Attributes:
        total: how many desktops the cloud says the pool has; None as long as it did not.
        reading: whether desktops are still coming.
        fetched_at: when they came last; None before any did.
        stale: whether they are older than what was asked last.
        pending: what a refresh has brought so far.
    """

    total: int | None = None
    reading: bool = False
    fetched_at: datetime | None = None
    stale: bool = False
    pending: list[Batch] = field(default_factory=list)


class PoolDesktops(Vertical):
    """The desktops of a chosen pool.

    Attributes:
        rows: the desktops that are loaded.
        pool: whose they are; None while none is chosen.
    """

    DEFAULT_CSS = """
    PoolDesktops, PoolDesktops:focus-within { height: 1fr; width: 1fr; }
    PoolDesktops > .heading { padding: 0 1; background: $panel; }
    PoolDesktops:focus-within > .heading { text-style: bold; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "leave",
            "Back to pools",
            id="pools.leave-desktops",
            tooltip="back to the pools",
        ),
        Binding(
            "m",
            "screen.message",
            "Message",
            id="desktops.message",
            tooltip="write to this desktop, or the marked ones",
        ),
    ]

    @dataclass
    class Came(Message):
        """An answer came."""

        question: Question
        batch: Batch
        first: bool

    @dataclass
    class Ended(Message):
        """The reading of a question has ended."""

        question: Question
        error: ConsoleError | None

    @dataclass
    class Decoded(Message):
        """An encoded authorization message was decoded, or was not."""

        about: ConsoleError
        text: str

    class Left(Message):
        """The operator goes back to the pools."""

    class Opened(Message):
        """A desktop is to be shown in full."""

    class Moved(Message):
        """Another desktop is under the cursor, or none."""

    def __init__(self, now: Callable[[], datetime], zone: tzinfo | None) -> None:
        """Say which time it is and how times are shown; nothing is asked yet."""
        super().__init__()
        self.rows = Rows()
        self.pool: DesktopPool | None = None
        self._now = now
        self._zone = zone
        self._client: Client | None = None
        self._question: Question | None = None
        self._extent = _Extent()

    def compose(self) -> ComposeResult:
        """Compose the heading, the place of an error, and the table."""
        yield Line(classes="heading")
        yield ErrorPanel()
        yield RecordTable(self.rows, [column(Desktop, name) for name in COLUMNS], zone=self._zone)

    @property
    def table(self) -> RecordTable:
        """The table of desktops."""
        return self.query_one(RecordTable)

    @property
    def line(self) -> RowLine | None:
        """The desktop under the cursor; None where there is none."""
        return self.table.line

    def open(self, pool: DesktopPool, client: Client) -> None:
        """Show the desktops of a pool; those of another go first."""
        self.forget()
        self.pool, self._client = pool, client
        self._ask(Purpose.LOAD)

    def ask_again(self) -> None:
        """Ask for the same desktops again; those on the screen stay until the answer is there."""
        if self.pool and not self._extent.reading:
            purpose = Purpose.REFRESH if self._extent.fetched_at else Purpose.LOAD
            self._ask(purpose)

    def forget(self) -> None:
        """Show nothing of any pool, and drop what still comes."""
        self.workers.cancel_node(self)
        self.pool = self._client = self._question = None
        self._extent = _Extent()
        self.rows.clear()
        self._show_error(None)
        self.table.rows_replaced()
        self._tell()

    def show_in(self, zone: tzinfo | None) -> None:
        """Show times in another zone."""
        self._zone = zone
        self.table.zone = zone
        self._tell()

    def action_leave(self) -> None:
        """Go back to the pools."""
        self.post_message(self.Left())

    # Asking

    def _ask(self, purpose: Purpose) -> None:
        if self.pool is None or self._client is None:
            return
        self._question = Question(
            values={"pool_id": self.pool.id or ""},
            offset=0,
            size=_PAGE,
            everything=True,
            purpose=purpose,
        )
        self._extent.reading = True
        self._extent.pending = []
        if purpose is Purpose.LOAD:
            self._tell()
        self._read(self._client, self._question)

    @work(exclusive=True, group="desktops")
    async def _read(self, client: Client, question: Question) -> None:
        count = 0

        def enough(records: Sequence[Record]) -> bool:
            nonlocal count
            count += len(records)
            return count >= _MOST

        error: ConsoleError | None = None
        first = True
        try:
            async for batch in read(DESKTOPS, client, question, enough):
                self.post_message(self.Came(question, batch, first))
                first = False
        except ConsoleError as caught:
            error = caught
        self.post_message(self.Ended(question, error))

    def on_pool_desktops_came(self, message: Came) -> None:
        """Show what came, or keep it until a refresh is complete."""
        message.stop()
        if message.question is not self._question:
            return
        batch = message.batch
        if message.question.purpose is Purpose.REFRESH:
            self._extent.pending.append(batch)
            return
        if message.first:
            self.rows.replace(batch.rows, batch.records)
            self.table.rows_replaced()
        else:
            self.rows.extend(batch.rows, batch.records)
            self.table.rows_changed()
        self._take_facts(batch)
        self._tell()

    def on_pool_desktops_ended(self, message: Ended) -> None:
        """Say what the desktops come to, or why they cannot be shown."""
        message.stop()
        if message.question is not self._question:
            return
        extent = self._extent
        extent.reading = False
        if message.error:
            extent.stale = bool(self.rows.lines)
        elif message.question.purpose is Purpose.REFRESH:
            self._take_refresh()
        elif not self.rows.lines:
            extent.total, extent.fetched_at = 0, self._now()
        self._show_error(message.error)
        self._tell()

    def _take_refresh(self) -> None:
        pending = self._extent.pending
        rows = [row for batch in pending for row in batch.rows]
        records = [record for batch in pending for record in batch.records]
        if self.rows.refresh(rows, records):
            self.table.rows_changed()
            self.post_message(self.Moved())
        if pending:
            self._take_facts(pending[-1])
        else:
            self._extent.total, self._extent.fetched_at = 0, self._now()
        self._extent.stale = False

    def _take_facts(self, batch: Batch) -> None:
        extent = self._extent
        extent.total, extent.fetched_at, extent.stale = batch.total, batch.fetched_at, False

    # Errors

    @on(ErrorPanel.Left)
    def _leave_error(self, message: ErrorPanel.Left) -> None:
        message.stop()
        self.table.focus()

    @on(ErrorPanel.DecodeAsked)
    def _start_decoding(self, message: ErrorPanel.DecodeAsked) -> None:
        message.stop()
        if self._client:
            self._decode(self._client, message.error)

    @work(exclusive=True, group="decode")
    async def _decode(self, client: Client, error: CloudError) -> None:
        from console.services.projects import decode_authorization_message  # noqa: PLC0415 - seldom

        try:
            text = await decode_authorization_message(client, error.encoded_authorization_message)
        except ConsoleError as refused:
            text = f"it could not be decoded: {refused.title}: {refused.sentence}"
        self.post_message(self.Decoded(error, text))

    def on_pool_desktops_decoded(self, message: Decoded) -> None:
        """Show which rule refused, where the error is still there."""
        message.stop()
        panel = self.query_one(ErrorPanel)
        if message.about is panel.error:
            panel.show_decoded(message.text)

    # Saying what is so

    def _show_error(self, error: ConsoleError | None) -> None:
        self.query_one(ErrorPanel).show(error, at=self._now(), zone=self._zone, listing=DESKTOPS)

    def _tell(self) -> None:
        self.query_one(".heading", Line).show(self._heading())

    def _heading(self) -> Content:
        pool = self.pool
        if pool is None:
            return Content("")
        extent = self._extent
        name = Content.styled(cell(pool.name or pool.id or ""), "bold")
        said = [shortened(name, _NAME_CELLS)]
        if extent.stale:
            said.append(Content.styled("STALE", "bold $text-error"))
        said.append(Content(self._counted()))
        if extent.fetched_at and not extent.reading:
            said.append(Content(clock(extent.fetched_at, self._zone, self._now())))
        return Content(" · ").join(said)

    def _counted(self) -> str:
        """Return how many desktops there are, and how many of them are connected."""
        extent, loaded = self._extent, len(self.rows.lines)
        if extent.fetched_at is None:
            return "desktops: loading" if extent.reading else "desktops: not known"
        if not loaded:
            return "no desktops"
        logins = [
            line.record.login_status for line in self.rows.lines if isinstance(line.record, Desktop)
        ]
        connected, untold = logins.count(CONNECTED), logins.count(None)
        whole = extent.total is not None and loaded >= extent.total
        many = f"{loaded:,} desktop{'s' * (loaded != 1)}"
        if not whole:
            many = f"first {loaded:,} of {extent.total:,}" if extent.total else f"first {loaded:,}"
        words = f"{many}, {connected:,} {'' if whole else 'of these '}connected now"
        return words + (f", {untold:,} not told" if untold else "")

    # What the table says

    @on(RecordTable.Chosen)
    def _open_desktop(self, message: RecordTable.Chosen) -> None:
        message.stop()
        self.post_message(self.Opened())

    @on(RecordTable.Moved)
    def _follow(self, message: RecordTable.Moved) -> None:
        message.stop()
        self.post_message(self.Moved())

    @on(RecordTable.Sorted)
    @on(RecordTable.Marked)
    def _keep_to_itself(self, message: Message) -> None:
        message.stop()
