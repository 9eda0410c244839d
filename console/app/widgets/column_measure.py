"""How wide the columns of a table are by their content, without making text of every value."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from itertools import compress
from types import NoneType
from typing import Final, cast

from rich.cells import cell_len

from console.app.table_column import TableColumn, values
from console.app.widgets.cell_text import one_line
from console.app.widgets.column_layout import NAME, NARROWEST, Width
from console.services.column import MISSING, Column, titles
from console.services.model import Record

_WIDEST: Final = 400
"""Cells beyond which nobody asks how wide a value is: no terminal has room for it."""

_SAMPLE: Final = 500
"""Values that are made text to be measured, where their type does not tell their width."""


class Measure:
    """The widths of some columns; it grows with the rows that are added."""

    def __init__(self, columns: Sequence[TableColumn], zone: tzinfo | None) -> None:
        self.columns = tuple(columns)
        self.titles = [one_line(each) for each in titles(self.columns, zone)]
        self._zone = zone
        self._heads = list(map(cell_len, self.titles))
        self._widest = [len(MISSING)] * len(self.columns)
        self._empty = [True] * len(self.columns)

    def widths(self, sorted_by: TableColumn | None) -> list[Width]:
        """Return how wide the columns want to be; the one sorted by has an arrow in its header."""
        return [
            Width(
                max(self._heads[n] + 2 * (column is sorted_by), self._widest[n]),
                column.fixed,
                self._empty[n],
                getattr(column, "keeps", NARROWEST if n else NAME),
            )
            for n, column in enumerate(self.columns)
        ]

    def add(self, records: Sequence[Record]) -> bool:
        """Take more rows into account; tell whether a column has changed."""
        before = (list(self._widest), list(self._empty))
        for number, column in enumerate(self.columns):
            if self._widest[number] < _WIDEST or self._empty[number]:
                self._add(number, column, records)
        return before != (self._widest, self._empty)

    def grow(self, number: int, width: int) -> bool:
        """Make a column at least that wide, as a value turned out to be; tell whether it was."""
        grows = self._widest[number] < width
        self._widest[number] = max(self._widest[number], width)
        return grows

    def _add(self, number: int, column: TableColumn, records: Sequence[Record]) -> None:
        found = values(column, records)
        kinds = set(map(type, found))
        if kinds <= {NoneType}:
            return
        self._empty[number] = False
        texts: Iterable[str]
        if kinds <= {str, NoneType} and isinstance(column, Column):
            texts = self._of_words(column, cast("list[str | None]", found))
        elif kinds <= {datetime, NoneType} and isinstance(column, Column):
            texts = self._of_times(column, records, cast("list[datetime | None]", found))
        else:
            step = max(1, len(records) // _SAMPLE)
            texts = [column.text(record, self._zone) for record in records[::step]]
        self._widest[number] = _widest(texts, self._widest[number])

    @staticmethod
    def _of_words(column: Column, found: Sequence[str | None]) -> list[str]:
        if column.labels:
            return [column.labels.get(word, word) for word in set(found) if word is not None]
        return [word for word in found if word is not None]

    def _of_times(
        self, column: Column, records: Sequence[Record], found: Sequence[datetime | None]
    ) -> list[str]:
        """Return the text of one time of each day; only the offset may make one longer."""
        days = {each.toordinal(): n for n, each in enumerate(found) if each}
        step = max(1, len(days) // _SAMPLE)
        return [column.text(records[n], self._zone) for n in list(days.values())[::step]]


def _widest(texts: Iterable[str], least: int) -> int:
    """Return the cells that the widest of `texts` takes, at least `least`.

    Of ASCII each character takes one, of others two at most, but for those that are made visible in
    other words; so the longest are looked at first, and most not at all.
    """
    texts = list(texts)
    plain = list(map(str.isascii, texts))
    widest = max(map(len, compress(texts, plain)), default=0)
    widest = max(widest, least)
    if all(plain):
        return min(widest, _WIDEST)
    others = sorted({text for text in texts if not text.isascii()}, key=len, reverse=True)
    for text in others[:_SAMPLE]:
        if widest >= _WIDEST or (2 * len(text) <= widest and text.isprintable()):
            break
        widest = max(widest, cell_len(one_line(text)))
    return min(widest, _WIDEST)
