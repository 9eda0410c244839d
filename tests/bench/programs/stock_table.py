"""Blocked notifications in Textual's own table, as whoever has read its guide would write it.

It reads with httpx and a token that is there already, 1,000 rows a page, and shows every field.
"""

import os
from typing import ClassVar

import httpx
from textual import work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import DataTable, Footer, Header

LIMIT = 1000
PATH = "/v2/{}/users/notification-records"
COLUMNS = {
    "operate_time": "Time",
    "type": "Channel",
    "user_name": "User",
    "desktop_name": "Desktop",
    "desktop_pool_name": "Pool",
    "result": "Result",
    "error_message": "Reason",
}


class Blocked(App[None]):
    """One table of blocked notifications."""

    TITLE = "Blocked notifications"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("n", "next_page", "Next page"),
        ("r", "refresh", "Refresh"),
        ("a", "load_all", "Load all"),
        ("q", "quit", "Quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.client = httpx.AsyncClient(
            base_url=os.environ["CONSOLE_ENDPOINT"],
            headers={"X-Auth-Token": os.environ["TOKEN"]},
            trust_env=False,
        )
        self.offset = 0

    def compose(self) -> ComposeResult:
        """Show the table between a header and a footer."""
        yield Header()
        yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        """Name the columns and read the first page."""
        self.query_one(DataTable).add_columns(*COLUMNS.values())
        self.load()

    async def read(self, offset: int) -> tuple[list[tuple[str, ...]], int]:
        """Return the rows of a page, and how many rows there are in all."""
        answer = await self.client.get(
            PATH.format(os.environ["HUAWEICLOUD_SDK_PROJECT_ID"]),
            params={"query_type": "DESKTOP", "limit": LIMIT, "offset": offset},
        )
        answer.raise_for_status()
        body = answer.json()
        rows = [
            tuple(row.get(name) or "" for name in COLUMNS) for row in body["notification_records"]
        ]
        return rows, body["total_count"]

    @work(exclusive=True)
    async def load(self) -> None:
        """Show the page that begins at the offset; the cursor stays in its row."""
        rows, total = await self.read(self.offset)
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear()
        table.add_rows(rows)
        table.move_cursor(row=row)
        self.sub_title = f"rows {self.offset + 1}-{self.offset + len(rows)} of {total}"

    @work(exclusive=True)
    async def load_rest(self) -> None:
        """Add every further page."""
        table = self.query_one(DataTable)
        _, total = await self.read(self.offset)
        while table.row_count < total:
            rows, total = await self.read(table.row_count)
            table.add_rows(rows)
        self.sub_title = f"all {total} rows"

    def action_next_page(self) -> None:
        """Turn to the next page, from its top."""
        self.offset += LIMIT
        self.query_one(DataTable).move_cursor(row=0)
        self.load()

    def action_refresh(self) -> None:
        """Read the same page again."""
        self.load()

    def action_load_all(self) -> None:
        """Read all that there is."""
        self.load_rest()


if __name__ == "__main__":
    Blocked().run()
