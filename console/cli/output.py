"""Rows on stdout: as a table that fits the terminal, or in one of the formats of `export`."""

import os
import shutil
import sys
from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from console import export
from console.cli.talk import ReaderGoneError, say
from console.client.paging import Row
from console.errors import OutputError
from console.export import Table, Writer
from console.services.column import MISSING, Column, titles
from console.text import cell

FORMATS: Final = ("table", *export.FORMATS)

_NARROWEST: Final = 8
"""Cells that a column keeps when the terminal is too narrow for all."""

_GAP: Final = "  "


def put(text: str) -> None:
    """Write `text` to stdout as UTF-8, whatever the locale says.

    Raises:
        ReaderGoneError: whoever read it has closed it.
        OutputError: it cannot be written, as on a full disk.
    """
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        raise ReaderGoneError from error
    except OSError as error:
        raise OutputError(f"the output cannot be written: {error.strerror}") from error


def writer(
    form: str,
    listing: Table,
    columns: Sequence[Column] | None,
    zone: tzinfo | None,
    *,
    choosable: bool = False,
) -> Writer:
    """Return the writer for one of `FORMATS`.

    Args:
        form: the format's name.
        listing: what is listed.
        columns: the columns to write; None for the listing's own choice (JSON: all of them).
        zone: the zone to show times in; None for this machine's.
        choosable: whether the command lets people choose columns.
    """
    if form == "table":
        shown = columns or listing.first_columns()
        return TableWriter(listing, shown, zone, choosable=choosable)
    return export.writer(form, listing, columns, zone, put)


class TableWriter:
    """Aligned columns under a header, as wide as the terminal allows.

    Widths follow from the first page. On a terminal a longer value is cut and ends in `…`; into a
    pipe everything is written in full.
    """

    def __init__(
        self, listing: Table, columns: Sequence[Column], zone: tzinfo | None, *, choosable: bool
    ) -> None:
        self._listing = listing
        self._choosable = choosable
        self._columns = list(columns)
        self._zone = zone
        self._shown: list[int] = []  # the columns that have room, by their number
        self._widths: list[int] = []
        self._cut = sys.stdout.isatty()

    def page(self, rows: Sequence[Row]) -> None:  # noqa: D102 - the protocol's docstring holds
        lines = [
            [cell(column.text(record, self._zone)) for column in self._columns]
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
        self._shown = list(range(len(widths)))
        if self._cut:
            self._fit(widths, [{line[n] for line in lines} <= {MISSING} for n in self._shown])
        self._widths = [widths[number] for number in self._shown]
        line = self._aligned(head)
        put(f"\x1b[1m{line}\x1b[0m\n" if self._cut and _may_style() else f"{line}\n")

    def _fit(self, widths: list[int], empty: Sequence[bool]) -> None:
        """Make the columns fit: without those that hold nothing, without the last, narrower.

        A time, an id and a word of the cloud's own are shown whole or not at all: a part of one
        would say something else.
        """
        room = shutil.get_terminal_size().columns
        least = [
            width if column.fixed else min(width, _NARROWEST)
            for width, column in zip(widths, self._columns, strict=True)
        ]
        if _row_width(widths) > room:
            self._shown = [number for number in self._shown if not empty[number]] or [0]
        while len(self._shown) > 1 and _row_width([least[n] for n in self._shown]) > room:
            self._shown.pop()
        while (excess := _row_width([widths[n] for n in self._shown]) - room) > 0:
            widest = max(self._shown, key=lambda n: widths[n] - least[n])
            if widths[widest] == least[widest]:
                widths[widest] = room  # one column alone, and wider than the terminal
                break
            widths[widest] -= min(excess, max(1, (widths[widest] - least[widest]) // 2))
        left_out = [each.name for n, each in enumerate(self._columns) if n not in self._shown]
        if left_out:
            cure = "--columns chooses" if self._choosable else "-o json has them"
            say(f"too narrow for {cell(', '.join(left_out))}; {cure}")

    def _aligned(self, values: Sequence[str]) -> str:
        from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - as in `_begin`

        cells = []
        chosen = [values[number] for number in self._shown]
        for value, width in zip(chosen, self._widths, strict=True):
            length = cell_len(value)
            if self._cut and length > width:
                value = f"{set_cell_size(value, width - 1).rstrip()}…"  # noqa: PLW2901 - the cut value
                length = cell_len(value)
            cells.append(value + " " * (width - length))
        return _GAP.join(cells).rstrip()


def _row_width(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _may_style() -> bool:
    return not os.environ.get("NO_COLOR") and (os.environ.get("TERM") or "dumb") != "dumb"
