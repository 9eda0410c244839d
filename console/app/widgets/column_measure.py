"""How wide the columns of a table are by their content, without making text of every value."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import compress
from types import NoneType
from typing import Final, cast

from rich.cells import cell_len

from console.app.slices import PIECE, Slices
from console.app.table_column import Recorded, TableColumn, values
from console.app.widgets.cell_text import one_line
from console.app.widgets.column_layout import NAME, NARROWEST, Width
from console.services.column import MISSING, Column, titles
from console.services.model import Record

_WIDEST: Final = 400
"""Cells beyond which nobody asks how wide a value is: no terminal has room for it."""

_SAMPLE: Final = 500
"""Values that are made text to be measured, where their type does not tell their width."""


class Measure:
    """The widths of some columns; it grows with the rows that are added.

    Args:
        columns: which columns.
        zone: the zone in which times are shown.
        before: what was measured of the same rows before; its columns are not measured again.

    Attributes:
        columns: which columns.
        titles: their headers, each as one safe line.
    """

    def __init__(
        self,
        columns: Sequence[TableColumn],
        zone: tzinfo | None,
        before: "Measure | None" = None,
    ) -> None:
        self.columns = tuple(columns)
        self.titles = [one_line(each) for each in titles(self.columns, zone)]
        self._heads = list(map(cell_len, self.titles))
        known = before.contents if before else []
        self.contents: list[_Content] = [
            next((each.in_zone(zone) for each in known if each.column == column), None)
            or _Content(column, zone)
            for column in self.columns
        ]

    def widths(self, sorted_by: TableColumn | None) -> list[Width]:
        """Return how wide the columns want to be; the one sorted by has an arrow in its header."""
        return [
            Width(
                max(self._heads[n] + 2 * (content.column is sorted_by), content.widest),
                content.column.fixed,
                content.is_empty,
                getattr(content.column, "keeps", NARROWEST if n else NAME),
            )
            for n, content in enumerate(self.contents)
        ]

    def add(self, records: Sequence[Record]) -> bool:
        """Take more rows into account; tell whether a column has changed."""
        before = [(each.widest, each.is_empty) for each in self.contents]
        for content in self.contents:
            content.add(records)
        return before != [(each.widest, each.is_empty) for each in self.contents]

    def catch_up(self, lines: Sequence[Recorded]) -> Slices[None]:
        """Take those lines into account that some column has not seen yet."""
        for content in self.contents:
            while content.seen < len(lines):
                piece = slice(content.seen, content.seen + PIECE)
                content.add([line.record for line in lines[piece]])
                content.seen = min(piece.stop, len(lines))
                yield

    @property
    def seen(self) -> int:
        """Of how many lines, from the first one on, every column is measured."""
        return min((each.seen for each in self.contents), default=0)

    @seen.setter
    def seen(self, count: int) -> None:
        for content in self.contents:
            content.seen = count

    def grow(self, number: int, width: int) -> bool:
        """Make a column at least that wide, as a value turned out to be; tell whether it was."""
        content = self.contents[number]
        grows = content.widest < width
        content.widest = max(content.widest, width)
        return grows


class _Content:
    """What the values of a column say of its width.

    Attributes:
        column: the column.
        widest: cells that the widest value takes.
        is_empty: whether there is no value.
        seen: of how many lines, from the first one on, this is.
        words: cells of the widest value that is the same in every zone.
        samples: rows of which texts were made, one for each day where they are of times.
    """

    def __init__(self, column: TableColumn, zone: tzinfo | None) -> None:
        self.column = column
        self.widest = len(MISSING)
        self.is_empty = True
        self.seen = 0
        self._zone = zone
        self.words = len(MISSING)
        self.samples: dict[int, Record] = {}

    def in_zone(self, zone: tzinfo | None) -> "_Content":
        """Return the same in another zone, where only the offset may make times longer."""
        if zone is self._zone:
            return self
        other = _Content(self.column, zone)
        other.is_empty, other.seen = self.is_empty, self.seen
        other.words, other.samples = self.words, dict(self.samples)
        other.widest = self.words
        other.measure(list(self.samples.values()))
        return other

    def add(self, records: Sequence[Record]) -> None:
        """Take more rows into account."""
        if self.widest >= _WIDEST and not self.is_empty:
            return
        found = values(self.column, records)
        kinds = set(map(type, found))
        if kinds <= {NoneType}:
            return
        self.is_empty = False
        if kinds <= {str, NoneType} and isinstance(self.column, Column):
            texts = self._texts(self.column, cast("list[str | None]", found))
            self.words = _widest(texts, self.words)
            self.widest = max(self.widest, self.words)
            return
        step = max(1, len(records) // _SAMPLE)
        sampled: Mapping[int, Record] = {}
        if kinds <= {datetime, NoneType} and isinstance(self.column, Column):
            times = cast("list[datetime | None]", found)
            days = {each.toordinal(): n for n, each in enumerate(times) if each}
            sampled = {day: records[n] for day, n in days.items() if day not in self.samples}
        else:
            sampled = {id(record): record for record in records[::step]}
        if len(self.samples) < _SAMPLE:
            self.samples.update(sampled)
        self.measure(list(sampled.values()))

    @staticmethod
    def _texts(column: Column, found: Sequence[str | None]) -> list[str]:
        if column.labels:
            return [column.labels.get(word, word) for word in set(found) if word is not None]
        return [word for word in found if word is not None]

    def measure(self, records: Sequence[Record]) -> None:
        """Make the texts of some rows, and take the widest."""
        texts = [self.column.text(record, self._zone) for record in records]
        self.widest = _widest(texts, self.widest)


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
