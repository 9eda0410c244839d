"""The rows of a screen: loaded, shown, sorted and marked."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import compress

from console.app.order import Order
from console.app.quick import Quick, QuickError
from console.app.succession import Succession, succession
from console.app.table_column import TableColumn
from console.client.paging import Row
from console.services.column import Column
from console.services.model import Record

__all__ = ["Line", "QuickError", "Rows", "TableColumn"]


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
        quick_problem: why rows that came could not be filtered, so that all are shown again; empty
            where there is nothing to say.
        sorted_by: the column, and whether the largest comes first; None for the cloud's order.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.version = 0
        self.quick_text = ""
        self.quick_problem = ""
        self.sorted_by: tuple[TableColumn, bool] | None = None
        self._order: Order | None = None
        self._quick: Quick | None = None
        self._keep: Callable[[Record], bool] | None = None
        self._kept: list[int] | None = None  # what passes both filters, ascending; None for all
        self._shown: Sequence[int] = range(0)
        self._marks: set[int] = set()
        self._succession: Succession | None = None
        self._put_in = range(0)

    @property
    def put_in(self) -> range:
        """The indexes of the lines that the last answer brought: others are as they were."""
        return self._put_in

    @property
    def shown(self) -> Sequence[int]:
        """The indexes of the lines that pass the filters, sorted."""
        return self._shown

    def replace(self, rows: Sequence[Row], records: Sequence[Record]) -> None:
        """Take the rows of another query or page: none is new, and marks are dropped."""
        self._put(0, len(self.lines), _lines(rows, records))
        self._marks = set()
        self._succession = None

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
            try:
                self._kept += self._passing(range(began, len(self.lines)), self._quick)
            except QuickError as error:
                self._lift_quick(error)
        self._show()

    def refresh(self, rows: Sequence[Row], records: Sequence[Record]) -> bool:
        """Take the answer to the same question as before; tell whether anything is different.

        Marks stay with their rows, and rows that were not there are new. Where all is equal,
        nothing is touched.
        """
        identity = records[0].IDENTITY if records else ()
        found = succession([line.row for line in self.lines], rows, identity)
        if found is None:
            return False
        between = slice(found.begin, found.end + found.shift)
        for line in self.lines:
            line.new = False
        self._put(found.begin, found.end, _lines(rows[between], records[between]))
        self._succession = found
        for index in found.new:
            self.lines[index].new = True
        followed = map(found.followed, self._marks)
        self._marks = {index for index in followed if index is not None}
        return True

    def followed(self, index: int) -> int | None:
        """Return where the line that had `index` before the last refresh is now; None if gone."""
        return self._succession.followed(index) if self._succession else None

    def _put(self, begin: int, end: int, lines: list[Line]) -> None:
        """Put lines in the place of those from `begin` to `end`."""
        same = [*self.lines[:begin], *self.lines[end:]]
        self.lines = [*same[:begin], *lines, *same[begin:]]
        self.version += 1
        self._put_in = range(begin, begin + len(lines))
        records = [line.record for line in lines]
        if self._quick:
            self._quick.put(begin, end, records)
        self._filter()
        if same and self._order and self.sorted_by and isinstance(self.sorted_by[0], Column):
            self._order.put(begin, end, records)
            self._show()
        else:  # what a screen computes may have another value now
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
        before, kept = self._quick, self._kept
        quick = Quick(text, columns, zone, before) if text.strip() else None
        everything: Sequence[int] = range(len(self.lines))
        if quick and kept is not None and before and quick.narrows(before):
            self._kept = quick.matching(self.lines, kept)
        else:
            self._kept = self._passing(everything, quick) if quick or self._keep else None
        self._quick, self.quick_text, self.quick_problem = quick, text.strip(), ""
        self._show()

    def restrict(self, keep: Callable[[Record], bool] | None) -> None:
        """Show only rows whose record `keep` is true of, beside the quick filter; None lifts it."""
        self._keep = keep
        self._filter()
        self._show()

    def _filter(self) -> None:
        """Filter all lines; where the quick filter takes too long on them, lift it."""
        everything = range(len(self.lines))
        try:
            self._kept = (
                self._passing(everything, self._quick) if self._quick or self._keep else None
            )
        except QuickError as error:
            self._lift_quick(error)

    def _lift_quick(self, error: QuickError) -> None:
        self._quick, self.quick_text, self.quick_problem = None, "", error.sentence
        self._filter()

    def _passing(self, indexes: Sequence[int], quick: Quick | None) -> list[int]:
        found = list(indexes)
        if self._keep:
            keep, lines = self._keep, self.lines
            found = [index for index in found if keep(lines[index].record)]
        return quick.matching(self.lines, found) if quick else found

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
