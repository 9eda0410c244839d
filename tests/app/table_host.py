"""Rows and an application that shows nothing but their table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from textual import on
from textual.app import App, ComposeResult
from textual.screen import Screen

from console.app.painting.compositor import FrontCompositor
from console.app.rows import Rows
from console.app.table_column import TableColumn
from console.app.widgets.record_table import RecordTable
from console.client.paging import Row
from console.services.column import column, shown
from console.services.model import Record, attribute
from console.services.value import Instant, LooseInstant
from console.text import Json


class Desktop(Record):
    """A row with a name of its own."""

    IDENTITY = ("desktop_id",)

    desktop_id: str | None = attribute("Id")
    name: str | None = attribute("Name")
    pool: str | None = attribute("Pool")
    size: int | None = attribute("Size")
    ready: bool | None = attribute("Ready")
    since: Instant = attribute("Since")
    seen: LooseInstant = attribute("Seen")
    state: str | None = attribute("State", labels={"A": "attached", "D": "detached"})


class Refusal(Record):
    """A row without a name of its own."""

    user: str | None = attribute("User")
    reason: str | None = attribute("Reason")


@dataclass(frozen=True)
class Toned:
    """A column that a screen computes: how large a desktop is, in a colour."""

    name: str = "rating"
    title: str = "Rating"
    fixed: bool = False
    is_time: bool = False

    def of(self, record: Record) -> object:
        return getattr(record, "size", None)

    def text(self, record: Record, zone: tzinfo | None) -> str:
        return f"rated {shown(self.of(record), zone)}"

    def tone(self, record: Record) -> str:
        return "error" if getattr(record, "size", None) == 1 else ""


NAMES = ("desktop_id", "name", "pool", "size", "ready", "since", "seen", "state")


def columns(*names: str, record: type[Record] = Desktop) -> list[TableColumn]:
    return [column(record, name) for name in names or NAMES]


def desktop(number: int, **values: Json) -> Row:
    when = datetime(2026, 11, 20, 8, number % 60, tzinfo=UTC).isoformat()
    row: Row = {"desktop_id": f"d-{number:04d}", "name": f"desk {number}", "since": when}
    return {**row, "size": number, **values}


def desktops(count: int, first: int = 0) -> list[Row]:
    return [desktop(number) for number in range(first, first + count)]


def records(rows: Sequence[Row], record: type[Record] = Desktop) -> list[Record]:
    return [record.of(row) for row in rows]


def loaded(found: Sequence[Row], record: type[Record] = Desktop) -> Rows:
    rows = Rows()
    rows.replace(found, records(found, record))
    return rows


def refreshed(rows: Rows, found: Sequence[Row], record: type[Record] = Desktop) -> bool:
    return rows.refresh(found, records(found, record))


class FrontScreen(Screen[None]):
    """A screen that asks for nothing that is out of sight, as the console's own do."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = FrontCompositor()


class Host(App[None]):
    """Shows one table and keeps the messages that it posts."""

    def __init__(self, rows: Rows, shown: Sequence[TableColumn], zone: tzinfo | None = UTC) -> None:
        super().__init__()
        self.rows = rows
        self.table = RecordTable(rows, shown, zone=zone)
        self.said: list[object] = []

    def get_default_screen(self) -> Screen[None]:
        return FrontScreen()

    def compose(self) -> ComposeResult:
        yield self.table

    @on(RecordTable.Moved)
    def note_move(self, message: RecordTable.Moved) -> None:
        self.said.append(("moved", message.line and message.line.row.get("name")))

    @on(RecordTable.Chosen)
    def note_choice(self, message: RecordTable.Chosen) -> None:
        self.said.append(("chosen", message.line.row.get("name")))

    @on(RecordTable.Sorted)
    def note_sorting(self) -> None:
        self.said.append("sorted")

    @on(RecordTable.Marked)
    def note_mark(self) -> None:
        self.said.append("marked")

    def painted(self) -> list[str]:
        """Return the lines as they are on screen now."""
        return [self.table.render_line(y).text.rstrip() for y in range(self.table.size.height)]
