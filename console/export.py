"""Rows written to a stream or a file: JSON, NDJSON or CSV, each safe in its own way.

Each writer takes one page after another and keeps none, so that a listing of any length needs no
more memory than a short one. Where the text goes is the caller's choice.
"""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Final, Protocol, TypeAlias

from console.client.paging import Row
from console.services.column import Column, exported
from console.services.model import Record
from console.text import Json, csv_cell, json_text

FORMATS: Final = ("json", "ndjson", "csv")

Put: TypeAlias = Callable[[str], object]
"""Takes a piece of text and writes it."""


class Table(Protocol):
    """What rows are of: a listing of the cloud, or the journal of what was sent."""

    @property
    def record(self) -> type[Record]:
        """What one row is."""

    def records(self, rows: Sequence[Row]) -> Sequence[Record]:
        """Return the records of `rows`."""

    def first_columns(self) -> Sequence[Column]:
        """Return the columns to show where nobody chose any."""

    def every_column(self) -> Sequence[Column]:
        """Return a column for each field of a row."""


class Writer(Protocol):
    """Takes pages of rows and writes them."""

    def page(self, rows: Sequence[Row]) -> None:
        """Write the rows of one page."""

    def end(self) -> None:
        """Write what comes after the last row."""


def writer(
    form: str,
    listing: Table,
    columns: Sequence[Column] | None,
    zone: tzinfo | None,
    put: Put,
) -> Writer:
    """Return the writer for one of `FORMATS`.

    Args:
        form: the format's name.
        listing: what is listed.
        columns: the columns to write; None for all there are.
        zone: the zone to write times of CSV in, with their offset; None for this machine's.
        put: what writes the text.
    """
    match form:
        case "json":
            return JsonWriter(columns, put)
        case "ndjson":
            return NdjsonWriter(columns, put)
        case "csv":
            return CsvWriter(listing, columns or listing.every_column(), zone, put)
        case _:
            raise AssertionError(f"{form} is one of {', '.join(FORMATS)}")


def line(row: Row, columns: Sequence[Column] | None = None) -> str:
    """Return a row as one line of JSON, as the cloud wrote it; of chosen columns, if any are."""
    chosen: Json = {".".join(c.wire): c.raw(row) for c in columns} if columns else row
    return json_text(chosen)


class NdjsonWriter:
    """One JSON object a line, as the cloud wrote it."""

    def __init__(self, columns: Sequence[Column] | None, put: Put) -> None:
        self._columns = columns
        self._put = put

    def page(self, rows: Sequence[Row]) -> None:  # noqa: D102 - the protocol's docstring holds
        self._put("".join(f"{line(row, self._columns)}\n" for row in rows))

    def end(self) -> None:
        """Nothing comes after the last line."""


class JsonWriter:
    """One JSON array; it is closed even where the listing breaks off, so it always parses."""

    def __init__(self, columns: Sequence[Column] | None, put: Put) -> None:
        self._columns = columns
        self._put = put
        self._before = "[\n"

    def page(self, rows: Sequence[Row]) -> None:  # noqa: D102 - the protocol's docstring holds
        if not rows:  # a comma without a row behind it would be no JSON
            return
        self._put(self._before + ",\n".join(line(row, self._columns) for row in rows))
        self._before = ",\n"

    def end(self) -> None:
        """Close the array."""
        self._put("[]\n" if self._before == "[\n" else "\n]\n")


class CsvWriter:
    """Comma-separated values with a header line, inert in a spreadsheet."""

    def __init__(
        self, listing: Table, columns: Sequence[Column], zone: tzinfo | None, put: Put
    ) -> None:
        self._listing = listing
        self._columns = columns
        self._zone = zone
        self._put = put
        self._write([csv_cell(column.name) for column in columns])

    def page(self, rows: Sequence[Row]) -> None:  # noqa: D102 - the protocol's docstring holds
        self._write(
            *(
                [csv_cell(exported(column.of(record), self._zone)) for column in self._columns]
                for record in self._listing.records(rows)
            )
        )

    def end(self) -> None:
        """Nothing comes after the last line."""

    def _write(self, *lines: Sequence[str]) -> None:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(lines)
        self._put(buffer.getvalue())
