"""What a table's column must offer, and reading it in many rows at once."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Protocol

from console.services.column import Column
from console.services.model import Record


class TableColumn(Protocol):
    """A column of a table: a field of the records, or something that a screen computes.

    A column may also have a method `tone(record)` that returns "", "good", "warning", "error" or
    "dim": a colour that adds to what the text says; and a number `keeps`, of cells below which it
    is not cut.
    """

    @property
    def name(self) -> str:
        """What people type to name it."""

    @property
    def title(self) -> str:
        """The header."""

    @property
    def is_time(self) -> bool:
        """Whether its values are times, so that the header names the zone."""

    @property
    def fixed(self) -> bool:
        """Whether a part of a value says nothing: times, ids, words of the cloud's own."""

    def of(self, record: Record) -> object:
        """Return the value in a record, as sorting wants it; None where it is missing."""

    def text(self, record: Record, zone: tzinfo | None) -> str:
        """Return the value as people read it; raw, as the table makes it safe."""


class Recorded(Protocol):
    """What holds a record: a line of the table."""

    @property
    def record(self) -> Record:
        """The row's record."""


def values(column: TableColumn, records: Sequence[Record]) -> list[object]:
    """Return the column's value in each of `records`."""
    if isinstance(column, Column):
        return column.values(records)
    return list(map(column.of, records))


def texts(column: TableColumn, records: Sequence[Record], zone: tzinfo | None) -> list[str]:
    """Return the column's text in each of `records`; raw."""
    if isinstance(column, Column):
        return column.texts(records, zone)
    return [column.text(record, zone) for record in records]
