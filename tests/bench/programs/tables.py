"""Load rows into our table or into Textual's own, and page down in it; to painted, in bytes.

`tables ours|stock ROWS`; records and texts are made before the clock starts.
"""

import asyncio
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from textual import events
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.widget import Widget
from textual.widgets import DataTable

from console.app.rows import Rows
from console.app.widgets.record_table import RecordTable
from console.client.paging import Row
from console.services.blocked_notifications import LISTING

_SIZE: Final = (120, 36)
_PAGES: Final = 9
_QUIET: Final = 10
"""Looks in a row that find nothing written, after which a screen is painted; not in the time."""

_BEGAN: Final = datetime(2026, 11, 20, tzinfo=UTC)


class NotedDriver(HeadlessDriver):
    """A terminal that only notes when it was written to; the screen is rendered for it in full."""

    wrote_at = 0.0
    amount = 0

    @property
    def is_headless(self) -> bool:
        """Whether painting may be left out."""
        return False

    def write(self, data: str) -> None:
        """Note the time."""
        NotedDriver.wrote_at = time.perf_counter()
        NotedDriver.amount += len(data.encode())


class TableApp(App[None]):
    """Shows one widget, without animations."""

    def __init__(self, table: Widget) -> None:
        driver: type[Driver] = NotedDriver
        super().__init__(driver_class=driver)
        self.animation_level = "none"
        self.table = table

    def compose(self) -> ComposeResult:
        """Show the widget alone."""
        yield self.table


def row(number: int) -> Row:
    """Return a row of about the size that the cloud's rows have."""
    return {
        "operate_time": (_BEGAN + timedelta(seconds=number)).isoformat(),
        "type": "EMAIL" if number % 3 else "SMS",
        "user_name": f"user-{number % 5_000:04d}",
        "desktop_name": f"desktop-{number:06d}",
        "desktop_pool_name": "研发一部" if number % 2 else "sales",
        "result": "FAIL",
        "error_message": f"the mailbox of user {number % 5_000} is full " * 8,
        "project_id": f"{number % 7:032x}",
    }


async def settled() -> None:
    """Wait until something was painted and nothing more comes."""
    quiet = 0
    while quiet < _QUIET:
        before = NotedDriver.amount
        await asyncio.sleep(0.02)
        quiet = quiet + 1 if 0 < before == NotedDriver.amount else 0


async def painted(act: Callable[[], object]) -> tuple[float, int]:
    """Do something; return the seconds until the last byte it painted, and how many there were."""
    NotedDriver.amount = 0
    began = time.perf_counter()
    act()
    await settled()
    return NotedDriver.wrote_at - began, NotedDriver.amount


async def measure(app: TableApp, load: Callable[[], object]) -> dict[str, float]:
    """Load, page down a few times, and report."""
    running = asyncio.create_task(app.run_async(size=_SIZE))
    await settled()
    gc.collect()  # what making the rows left behind is not part of loading them
    seconds, _ = await painted(load)
    pages = [
        await painted(partial(app.post_message, events.Key("pagedown", None)))
        for _ in range(_PAGES)
    ]
    app.exit()
    await running
    return {
        "load": seconds,
        "page": statistics.median(each for each, _ in pages),
        "written": statistics.median(amount for _, amount in pages),
    }


def ours(rows: list[Row]) -> tuple[TableApp, Callable[[], object]]:
    """Return our table and what loads it."""
    records = LISTING.records(rows)
    held = Rows()
    table = RecordTable(held, LISTING.every_column(), zone=UTC)

    def load() -> None:
        held.replace(rows, records)
        table.rows_replaced()

    return TableApp(table), load


def stock(rows: list[Row]) -> tuple[TableApp, Callable[[], object]]:
    """Return Textual's table and what loads it; it is given text that is ready."""
    columns = LISTING.every_column()
    texts = [
        tuple(column.text(record, UTC) for column in columns) for record in LISTING.records(rows)
    ]
    table: DataTable[str] = DataTable(cursor_type="row")

    def load() -> None:
        with app._context():  # as a handler of the app would run
            table.add_columns(*(column.title for column in columns))
            table.add_rows(texts)

    app = TableApp(table)
    return app, load


def main(side: str, count: int) -> None:
    """Measure one side with so many rows."""
    rows = [row(number) for number in range(count)]
    app, load = {"ours": ours, "stock": stock}[side](rows)
    report = asyncio.run(measure(app, load))
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()
    os._exit(0)  # a hundred thousand rows take a while to be thrown away


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
