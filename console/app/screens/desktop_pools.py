"""The pools: their state, how full they are, who is connected, and the desktops of one of them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from console.app.composing import with_numbers
from console.app.pool_columns import Connected, InUse, State
from console.app.screens.repeating import RepeatingScreen
from console.app.screens.writing import Chosen
from console.app.table_column import TableColumn
from console.app.today import at_rest
from console.app.widgets.pool_desktops import PoolDesktops
from console.app.widgets.record_table import RecordTable
from console.app.widgets.status_line import Part
from console.client.client import Client
from console.errors import ConsoleError
from console.sending.targets import of_desktops, of_pool
from console.services.desktop_pools import DesktopPool
from console.services.desktops import DESKTOPS, Desktop
from console.services.pool_connections import PooledDesktop, connected
from console.text import cell

_EXTENT: Final = re.compile(r"rows [0-9].*|(all )?[0-9,]+ rows|no rows.*")
"""What the status line says of how many rows there are."""

_COUNTED: Final = 500
"""Pools whose connections are counted; ten requests."""

_OF_THE_POOLS: Final = frozenset(
    {
        "quick",
        "page",
        "first_page",
        "last_page",
        "go_to_page",
        "load_all",
        "copy",
        "write",
        "columns",
        "desktops",
    }
)
"""Actions on the pools, which have no meaning while one is among the desktops."""


class DesktopPoolsScreen(RepeatingScreen):
    """The desktop pools, and on demand the desktops of one."""

    DEFAULT_CSS = """
    DesktopPoolsScreen PoolDesktops { display: none; border-top: solid $primary; }
    DesktopPoolsScreen #main.-desktops PoolDesktops { display: block; }
    DesktopPoolsScreen.-short #main.-desktops #middle { display: none; }
    DesktopPoolsScreen.-short #main.-desktops PoolDesktops { border-top: none; }
    DesktopPoolsScreen.-wide #main.-desktops { layout: horizontal; }
    DesktopPoolsScreen.-wide #main.-desktops PoolDesktops {
        border-top: none; border-left: solid $primary;
    }
    DesktopPoolsScreen #main.-desktops.-detail #middle { display: none; }
    DesktopPoolsScreen #main.-composing PoolDesktops { display: none; }
    DesktopPoolsScreen.-narrow #main.-desktops.-detail.-full PoolDesktops { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "d", "desktops", "Desktops", id="pools.desktops", tooltip="the desktops of this pool"
        ),
        Binding(
            "b",
            "blocked",
            "Blocked",
            id="pools.blocked",
            tooltip="who was not notified in this pool",
        ),
    ]

    FIRST_COLUMNS: ClassVar[Sequence[str]] = (
        "name",
        "state",
        "in_use",
        "connected",
        "in_maintenance_mode",
        "type",
    )

    class Counted(Message):
        """The cloud has said who is connected, or has not."""

        def __init__(
            self, numbers: dict[str, int | None], error: ConsoleError | None, generation: int
        ) -> None:
            self.numbers = numbers
            self.error = error
            self.generation = generation
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self._connected = Connected()
        self._uncounted: ConsoleError | None = None
        self._in_full = False  # whether the record in full is a desktop, not a pool

    def computed(self) -> Sequence[TableColumn]:
        """Return the state in words, the use, and who is connected now."""
        return (State(), InUse(), self._connected)

    def compose_beside(self) -> ComposeResult:
        """Compose the desktops of one pool: beside the pools, below them, or in their place."""
        yield PoolDesktops(self.console.now, self.console.zone)
        yield from self.compose_pane()

    @property
    def desktops(self) -> PoolDesktops:
        """The desktops of the chosen pool."""
        return self.query_one(PoolDesktops)

    @property
    def shows_desktops(self) -> bool:
        """Whether the desktops of a pool are on the screen."""
        return self._main.has_class("-desktops")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no action on the pools among the desktops."""
        among = self._in_full or (
            self.is_mounted and (self.desktops.has_focus_within or self.pane.has_focus_within)
        )
        if among and action in _OF_THE_POOLS:
            return False
        return super().check_action(action, parameters)

    # Whom a message is for

    def chosen_targets(self) -> Chosen:
        """Return the marked pools, else that under the cursor; among desktops, those.

        Where no marked one can be seen, that under the cursor is meant.
        """
        if self.shows_desktops and (self.desktops.has_focus_within or self._in_full):
            rows, table = self.desktops.rows, self.desktops.table
        else:
            rows, table = self.rows, self.table
        lines, unseen, left_out = rows.marked(), rows.marked_unseen, 0
        if table.line and len(lines) == unseen:
            lines, unseen, left_out = [table.line], 0, unseen
        records = [line.record for line in lines]
        pools = [of_pool(each) for each in records if isinstance(each, DesktopPool) and each.id]
        desktops = [each for each in records if isinstance(each, Desktop) and each.desktop_id]
        if not desktops:
            return Chosen(with_numbers(pools, self._connected.numbers), unseen, left_out)
        pool = self.desktops.pool
        reached = of_desktops([pooled(each, pool) for each in desktops])
        states = [(each.computer_name or each.desktop_id or "", each.status) for each in desktops]
        return Chosen([replace(reached, remarks=at_rest(states))], unseen, left_out)

    def unmark(self) -> None:
        """Take the marks away: the message is for others than the marked ones."""
        for rows, table in (
            (self.rows, self.table),
            (self.desktops.rows, self.desktops.table),
        ):
            if rows.marked():
                rows.unmark_all()
                table.rows_changed()
        self.tell_status()

    def pool_names(self) -> Sequence[str]:
        """Return the names of the pools that are loaded."""
        return [each.name for each in self._pools() if each.name]

    def focus_rows(self) -> None:
        """Put the focus on the table that was left for the pane."""
        if self.shows_desktops:
            self.desktops.table.focus()
        else:
            super().focus_rows()

    # The desktops of one pool

    @property
    def _pool(self) -> DesktopPool | None:
        """The pool under the cursor."""
        record = self.table.line.record if self.table.line else None
        return record if isinstance(record, DesktopPool) else None

    async def action_blocked(self) -> None:
        """Show who was not notified in the pool under the cursor."""
        from console.app.screens.blocked_notifications import BlockedScreen  # noqa: PLC0415 - when asked for

        pool = self._pool
        if pool is None or not pool.name:
            self.say("no pool is chosen")
            return
        await self.console.switch_mode("blocked")
        if isinstance(self.console.screen, BlockedScreen):
            self.console.screen.show_pool(pool.name)

    def action_desktops(self) -> None:
        """Show the desktops of the pool under the cursor."""
        pool, client = self._pool, self.console.way.client
        if pool is None or not pool.id or client is None:
            self.say("no pool is chosen")
            return
        self.close_detail()
        self._main.add_class("-desktops")
        self.desktops.open(pool, client)
        self.desktops.table.focus()

    def _close_desktops(self) -> None:
        self.close_detail()
        if self.shows_desktops:
            self._main.remove_class("-desktops")
            self.desktops.forget()
            self.table.focus()

    @on(PoolDesktops.Left)
    def _leave_desktops(self, message: PoolDesktops.Left) -> None:
        message.stop()
        self._close_desktops()

    def action_back(self) -> None:
        """Close the desktops, where nothing above them is open."""
        if self.shows_desktops and not (self.composes or self._main.has_class("-detail")):
            self._close_desktops()
        else:
            super().action_back()

    @on(PoolDesktops.Opened)
    def _show_desktop(self, message: PoolDesktops.Opened) -> None:
        """Show a desktop in full: beside the desktops, or in their place."""
        message.stop()
        self._in_full = True
        self._main.add_class("-detail")
        self._main.set_class(not self.has_class("-wide"), "-full")
        self._main.set_class(self.has_class("-wide"), "-beside")
        self.follow_cursor()
        self.detail.focus()

    @on(PoolDesktops.Moved)
    def _follow_desktop(self, message: PoolDesktops.Moved) -> None:
        message.stop()
        if self._in_full:
            self.follow_cursor()

    @on(RecordTable.Chosen)
    def _make_room(self) -> None:
        """Close the desktops: a pool is to be shown in full."""
        if self.shows_desktops:
            self._main.remove_class("-desktops")
            self.desktops.forget()

    def follow_cursor(self) -> None:
        """Show in full the desktop that the cursor is on, where one was opened; else the pool."""
        if self._in_full and self._main.has_class("-detail"):
            self.detail.show(self.desktops.line, DESKTOPS, self.console.zone)
        else:
            super().follow_cursor()

    def close_detail(self) -> None:
        """Close the record in full, and go back to the table that it came from."""
        among_desktops = self._in_full
        self._in_full = False
        super().close_detail()
        if among_desktops and self.shows_desktops:
            self.desktops.table.focus()

    # Who is connected

    def reading_ended(self, error: ConsoleError | None) -> None:
        """Ask who is connected to the pools that are there now, and for the open pool again."""
        super().reading_ended(error)
        if error is None:
            self._count()
            if self.shows_desktops:
                self.desktops.ask_again()

    def rows_were_loaded(self) -> None:
        """Forget who was connected where the rows are gone."""
        super().rows_were_loaded()
        if not self.rows.lines:
            self._connected.numbers, self._connected.failed = {}, False
            self._uncounted = None

    def way_changed(self) -> None:
        """Forget the desktops too."""
        self.workers.cancel_group(self, "count")
        self._close_desktops()
        super().way_changed()

    def _pools(self) -> list[DesktopPool]:
        records = (line.record for line in self.rows.lines)
        return [each for each in records if isinstance(each, DesktopPool)]

    def _count(self) -> None:
        client = self.console.way.client
        shown = any(each is self._connected for each in self.table.columns)
        if client and shown and self.rows.lines:
            self._ask_who(client, self._pools(), self.console.way.generation)

    @work(exclusive=True, group="count")
    async def _ask_who(self, client: Client, pools: list[DesktopPool], generation: int) -> None:
        numbers: dict[str, int | None] = {}
        error: ConsoleError | None = None
        try:
            numbers = await connected(client, pools[:_COUNTED])
        except ConsoleError as caught:
            error = caught
        for pool in pools[_COUNTED:]:
            numbers[str(pool.id)] = None
        self.post_message(self.Counted(numbers, error, generation))

    def on_desktop_pools_screen_counted(self, message: Counted) -> None:
        """Show who is connected; nothing is painted where it is as before."""
        message.stop()
        if message.generation != self.console.way.generation or not self.rows.lines:
            return
        self._uncounted = message.error
        column, failed = self._connected, message.error is not None
        if (column.numbers, column.failed) != (message.numbers, failed):
            column.numbers, column.failed = message.numbers, failed
            by = self.rows.wanted.sorted_by
            if by and by[0] is column:
                self.table.work.want(self.rows.wanted, anew=True)
            self.table.rows_changed()
        self.tell_status()

    def status_parts(self) -> list[Part]:
        """Say of which rows all this is, and why it is not known who is connected."""
        parts = [_of_pools(part) for part in super().status_parts()]
        if self._uncounted:
            sentence = f"who is connected is not known: {cell(self._uncounted.title)}"
            parts.append(Part(sentence, "warning", weight=1))
        return parts

    def zone_changed(self) -> None:
        """Show times in another zone, those of the desktops too."""
        super().zone_changed()
        self.desktops.show_in(self.console.zone)


def pooled(desktop: Desktop, pool: DesktopPool | None) -> PooledDesktop:
    """Return a desktop of a pool as whoever sends to it wants it."""
    return PooledDesktop(
        desktop_id=desktop.desktop_id,
        computer_name=desktop.computer_name,
        user_name=desktop.user_name,
        pool_id=pool.id if pool else None,
        connect_status=desktop.login_status,
    )


def _of_pools(part: Part) -> Part:
    """Call rows pools: there may be the rows of desktops too."""
    if not _EXTENT.fullmatch(part.text):
        return part
    return part._replace(text=part.text.replace("rows", "pools"))


SCREEN: Final = DesktopPoolsScreen
