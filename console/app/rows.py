"""The rows of a screen: loaded, shown, sorted and marked."""

import gc
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from hashlib import blake2b
from itertools import compress
from marshal import dumps
from typing import Final

from console.app.order import Order
from console.app.quick import Quick, QuickError
from console.app.table_column import TableColumn
from console.client.paging import Row
from console.services.model import Record

__all__ = ["Line", "QuickError", "Rows", "TableColumn"]

_MARSHAL_WITHOUT_REFERENCES: Final = 2
"""From version 3 on, the bytes of equal values may differ."""


@dataclass(slots=True)
class Line:
    """One row that is loaded.

    Attributes:
        row: the row as the cloud wrote it.
        record: the same, read.
        new: whether the last refresh brought it.
    """

    row: Row
    record: Record
    new: bool = False


class Rows:
    """Rows as the cloud gave them, and which of them are shown in which order.

    A line is named by its index in `lines`. Indexes stay what they are until the rows are replaced
    or refreshed, which `version` tells.

    Attributes:
        lines: all that is loaded, in the cloud's order; to be read only.
        version: grows each time that indexes lose their meaning.
        quick_text: the quick filter; empty while there is none.
        sorted_by: the column, and whether the largest comes first; None for the cloud's order.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.version = 0
        self.quick_text = ""
        self.sorted_by: tuple[TableColumn, bool] | None = None
        self._order: Order | None = None
        self._quick: Quick | None = None
        self._keep: Callable[[Record], bool] | None = None
        self._kept: list[int] | None = None  # what passes both filters, ascending; None for all
        self._shown: Sequence[int] = range(0)
        self._marks: set[int] = set()
        self._names = _Names()
        self._follow: dict[int, int] = {}

    @property
    def shown(self) -> Sequence[int]:
        """The indexes of the lines that pass the filters, sorted."""
        return self._shown

    def replace(self, rows: Sequence[Row], records: Sequence[Record]) -> None:
        """Take the rows of another query or page: none is new, and marks are dropped."""
        self._take(_lines(rows, records))
        self._marks = set()
        self._follow = {}

    def clear(self) -> None:
        """Let go of all rows; the sorting and the filters stay."""
        self.replace((), ())

    def extend(self, rows: Sequence[Row], records: Sequence[Record]) -> None:
        """Add rows at the end; filters and sorting hold for them too."""
        began = len(self.lines)
        self.lines += _lines(rows, records)
        if self._order:
            self._order.add(records)
        if self._kept is not None:
            self._kept += self._passing(range(began, len(self.lines)))
        self._show()

    def refresh(self, rows: Sequence[Row], records: Sequence[Record]) -> bool:
        """Take the answer to the same question as before; tell whether anything is different.

        Marks stay with their rows, and rows that were not there are new. Where all is equal,
        nothing is touched.
        """
        if len(rows) == len(self.lines) and all(
            line.row == row for line, row in zip(self.lines, rows, strict=True)
        ):
            return False
        before = {name: index for index, name in enumerate(self._names.of(self.lines))}
        marks = self._marks
        self._take(_lines(rows, records))
        self._follow = {}
        for index, name in enumerate(self._names.of(self.lines)):
            if name in before:
                self._follow[before[name]] = index
            else:
                self.lines[index].new = True
        self._marks = {self._follow[index] for index in marks if index in self._follow}
        return True

    def followed(self, index: int) -> int | None:
        """Return where the line that had `index` before the last refresh is now; None if gone."""
        return self._follow.get(index)

    def _take(self, lines: list[Line]) -> None:
        self.lines = lines
        self.version += 1
        self._names = _Names()
        if self._quick:
            self._quick.forget()
        self._filter()
        self._sort()

    def sort(self, column: TableColumn | None, *, descending: bool = False) -> None:
        """Sort by a column's typed values, or return to the cloud's order.

        What is missing comes last in both directions, and equal rows keep the cloud's order.
        """
        self.sorted_by = (column, descending) if column else None
        self._sort()

    def _sort(self) -> None:
        self._order = None
        if self.sorted_by:
            column, descending = self.sorted_by
            self._order = Order(column, descending=descending)
            self._order.add([line.record for line in self.lines])
        self._show()

    def quick(self, text: str, columns: Sequence[TableColumn], zone: tzinfo | None) -> None:
        """Show only rows that match `text` in `columns`; an empty text shows them all.

        Raises:
            QuickError: the text cannot be understood; everything stays as it is.
        """
        before = self._quick
        quick = Quick(text, columns, zone, before) if text.strip() else None
        self.quick_text = text.strip()
        self._quick = quick
        if quick and self._kept is not None and before and quick.narrows(before):
            self._kept = quick.matching(self.lines, self._kept)
        else:
            self._filter()
        self._show()

    def restrict(self, keep: Callable[[Record], bool] | None) -> None:
        """Show only rows whose record `keep` is true of, beside the quick filter; None lifts it."""
        self._keep = keep
        self._filter()
        self._show()

    def _filter(self) -> None:
        everything = range(len(self.lines))
        self._kept = self._passing(everything) if self._quick or self._keep else None

    def _passing(self, indexes: Sequence[int]) -> list[int]:
        found = list(indexes)
        if self._keep:
            keep, lines = self._keep, self.lines
            found = [index for index in found if keep(lines[index].record)]
        return self._quick.matching(self.lines, found) if self._quick else found

    def _show(self) -> None:
        everything: Sequence[int] = range(len(self.lines))
        if self._order:
            everything = self._order.numbers
        if self._kept is None:
            self._shown = everything
        elif self._order:
            self._shown = list(compress(everything, map(self._flags().__getitem__, everything)))
        else:
            self._shown = self._kept

    def _flags(self) -> bytearray:
        """Return for each line whether it passes the filters."""
        flags = bytearray(len(self.lines))
        for index in self._kept or ():
            flags[index] = 1
        return flags

    def identity(self, index: int) -> str:
        """Return what names a line over refreshes: its own name, or its content and its turn."""
        return self._names.of(self.lines)[index]

    def position(self, identity: str) -> int | None:
        """Return where in `shown` the line of that identity is; None where it is not shown."""
        index = self._names.index(self.lines, identity)
        return None if index is None else self.place(index)

    def place(self, index: int) -> int | None:
        """Return where in `shown` a line is; None where it is not shown."""
        try:
            return self._shown.index(index)
        except ValueError:
            return None

    def toggle(self, index: int) -> None:
        """Mark a line, or take its mark away."""
        self._marks ^= {index}

    def mark_all(self) -> None:
        """Mark every line that is shown."""
        self._marks.update(self._shown)

    def unmark_all(self) -> None:
        """Take all marks away, of lines that are not shown too."""
        self._marks.clear()

    def is_marked(self, index: int) -> bool:
        """Tell whether a line is marked."""
        return index in self._marks

    def marked(self) -> list[Line]:
        """Return the marked lines in the cloud's order, shown or not."""
        return [self.lines[index] for index in sorted(self._marks)]

    @property
    def marked_unseen(self) -> int:
        """How many marked lines are not shown."""
        if self._kept is None or not self._marks:
            return 0
        return len(self._marks.difference(self._kept))


def _lines(rows: Sequence[Row], records: Sequence[Record]) -> list[Line]:
    """Return lines; Python looks for garbage afterwards, not ten times among the records."""
    looking = gc.isenabled()
    gc.disable()
    try:
        return list(map(Line, rows, records))
    finally:
        if looking:
            gc.enable()


class _Names:
    """The identities of lines, made when first asked for."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._indexes: dict[str, int] = {}
        self._seen: Counter[str] = Counter()

    def of(self, lines: Sequence[Line]) -> list[str]:
        """Return the identity of each line; lines may have been added since the last time."""
        for line in lines[len(self._names) :]:
            name = _name(line)
            self._seen[name] += 1
            turn = self._seen[name]
            self._names.append(f"{name}\0{turn}" if turn > 1 else name)
        return self._names

    def index(self, lines: Sequence[Line], identity: str) -> int | None:
        """Return the index of the line of that identity."""
        names = self.of(lines)
        if len(self._indexes) < len(names):
            self._indexes = {name: index for index, name in enumerate(names)}
        return self._indexes.get(identity)


def _name(line: Line) -> str:
    """Return the values that name a line, or a digest of its content where it has none."""
    named = [line.row.get(field) for field in line.record.IDENTITY]
    if any(named):
        return "\0".join(map(str, named))
    content = dumps(sorted(line.row.items()), _MARSHAL_WITHOUT_REFERENCES)
    return blake2b(content, digest_size=16).hexdigest()
