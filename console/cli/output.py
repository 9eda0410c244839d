"""Rows on stdout: as a table, JSON, NDJSON or CSV, each safe in its own way.

Each writer takes one page after another and keeps none, so that a listing of any length needs no
more memory than a short one.
"""

import csv
import io
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final, Protocol

from console.cli.talk import ReaderGoneError, say
from console.client.paging import Row
from console.errors import SettingsError
from console.services.column import Column, exported, shown, titles
from console.services.listing import AnyListing
from console.text import Json, cell, csv_cell, json_text

FORMATS: Final = ("table", "json", "ndjson", "csv")

_NARROWEST: Final = 8
"""Cells that a column keeps when the terminal is too narrow for all."""

_GAP: Final = "  "


class Writer(Protocol):
    """Takes pages of rows and writes them."""

    def page(self, rows: Sequence[Row]) -> None:
        """Write the rows of one page."""

    def end(self) -> None:
        """Write what comes after the last row."""


def put(text: str) -> None:
    """Write `text` to stdout as UTF-8, whatever the locale says.

    Raises:
        ReaderGoneError: whoever read it has closed it.
        SettingsError: it cannot be written, as on a full disk.
    """
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        raise ReaderGoneError from error
    except OSError as error:
        raise SettingsError(f"the output cannot be written: {error.strerror}") from error


def writer(
    form: str, listing: AnyListing, columns: Sequence[Column] | None, zone: tzinfo | None
) -> Writer:
    """Return the writer for one of `FORMATS`.

    Args:
        form: the format's name.
        listing: what is listed.
        columns: the columns to write; None for the listing's own choice (JSON: all of them).
        zone: the zone to show times in; None for this machine's.
    """
    match form:
        case "json":
            return JsonWriter(columns)
        case "ndjson":
            return NdjsonWriter(columns)
        case "csv":
            return CsvWriter(listing, columns or listing.every_column(), zone)
        case _:
            return TableWriter(listing, columns or listing.first_columns(), zone)


def _line(row: Row, columns: Sequence[Column] | None) -> str:
    chosen: Json = {".".join(c.wire): c.raw(row) for c in columns} if columns else row
    return json_text(chosen)


class NdjsonWriter:
    """One JSON object a line, as the cloud wrote it."""

    def __init__(self, columns: Sequence[Column] | None) -> None:
        self._columns = columns

    def page(self, rows: Sequence[Row]) -> None:  # noqa: D102 - the protocol's docstring holds
        put("".join(f"{_line(row, self._columns)}\n" for row in rows))

    def end(self) -> None:
        """Nothing comes after the last line."""


class JsonWriter:
    """One JSON array; it is closed even where the listing breaks off, so it always parses."""

    def __init__(self, columns: Sequence[Column] | None) -> None:
        self._columns = columns
        self._before = "[\n"

    def page(self, rows: Sequence[Row]) -> None:  # noqa: D102 - the protocol's docstring holds
        put(self._before + ",\n".join(_line(row, self._columns) for row in rows))
        self._before = ",\n"

    def end(self) -> None:
        """Close the array."""
        put("[]\n" if self._before == "[\n" else "\n]\n")


class CsvWriter:
    """Comma-separated values with a header line, inert in a spreadsheet."""

    def __init__(self, listing: AnyListing, columns: Sequence[Column], zone: tzinfo | None) -> None:
        self._listing = listing
        self._columns = columns
        self._zone = zone
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
        put(buffer.getvalue())


class TableWriter:
    """Aligned columns under a header, as wide as the terminal allows.

    Widths follow from the first page. On a terminal a longer value is cut and ends in `…`; into a
    pipe everything is written in full.
    """

    def __init__(self, listing: AnyListing, columns: Sequence[Column], zone: tzinfo | None) -> None:
        self._listing = listing
        self._columns = list(columns)
        self._zone = zone
        self._widths: list[int] = []
        self._cut = sys.stdout.isatty()

    def page(self, rows: Sequence[Row]) -> None:  # noqa: D102 - the protocol's docstring holds
        lines = [
            [cell(shown(column.of(record), self._zone)) for column in self._columns]
            for record in self._listing.records(rows)
        ]
        if not self._widths:
            self._begin(lines)
        put("".join(f"{self._aligned(line)}\n" for line in lines))

    def end(self) -> None:
        """Nothing comes after the last line."""

    def _begin(self, lines: Sequence[Sequence[str]]) -> None:
        from rich.cells import cell_len  # noqa: PLC0415 - only a table needs it

        head = titles(self._columns, self._zone)
        widths = [max(map(cell_len, column)) for column in zip(head, *lines, strict=True)]
        if self._cut:
            widths = self._fitted(widths)
        self._widths = widths
        line = self._aligned(head)
        put(f"\x1b[1m{line}\x1b[0m\n" if self._cut and _may_style() else f"{line}\n")

    def _fitted(self, widths: list[int]) -> list[int]:
        """Narrow the widest columns until all fit; leave out the last where that is not enough."""
        room = shutil.get_terminal_size().columns
        while sum(widths) + len(_GAP) * (len(widths) - 1) > room:
            widest = max(range(len(widths)), key=widths.__getitem__)
            if widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
        while len(widths) > 1 and sum(widths) + len(_GAP) * (len(widths) - 1) > room:
            widths.pop()
        if left_out := self._columns[len(widths) :]:
            names = ", ".join(column.name for column in left_out)
            say(f"too narrow for {cell(names)}; --columns chooses")
        return widths

    def _aligned(self, values: Sequence[str]) -> str:
        from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - as in `_begin`

        cells = []
        for value, width in zip(values, self._widths, strict=False):
            length = cell_len(value)
            if self._cut and length > width:
                value = f"{set_cell_size(value, width - 1).rstrip()}…"  # noqa: PLW2901 - the cut value
                length = cell_len(value)
            cells.append(value + " " * (width - length))
        return _GAP.join(cells).rstrip()


def _may_style() -> bool:
    return not os.environ.get("NO_COLOR") and (os.environ.get("TERM") or "dumb") != "dumb"
