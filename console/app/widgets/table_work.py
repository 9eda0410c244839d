"""What a table does in slices: showing its rows otherwise, taking other columns, a refresh."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from console.app.rows import QuickError, Wish
from console.app.slices import FEW, Slices, finished
from console.app.table_column import TableColumn
from console.app.turns import Turns
from console.app.widgets.column_measure import Measure
from console.client.paging import Row
from console.services.model import Record

if TYPE_CHECKING:
    from console.app.widgets.record_table import RecordTable

_VIEW: Final = "view"
_COLUMNS: Final = "columns"
_MEASURE: Final = "measure"
_RELEASE: Final = "release"


class TableWork:
    """The work of one table; what is shown stays as it is until some work is done.

    Args:
        table: the table.

    Attributes:
        turns: where all of it waits for its turn, and what a screen adds.
    """

    def __init__(self, table: "RecordTable") -> None:
        self._table = table
        self.turns = Turns(self._start, lambda: bool(getattr(table.app, "is_hearing", False)))
        self._anew = False  # whether to sort the rows even where they are sorted so
        self._afterwards: list[Callable[[], object]] = []
        self._refused: Callable[[QuickError], None] | None = None

    def _start(self, work: Coroutine[Any, Any, None]) -> None:  # Any: as asyncio has it
        self._table.run_worker(work, group="turns")

    @property
    def is_becoming(self) -> bool:
        """Whether the rows are about to be shown otherwise."""
        return _VIEW in self.turns

    def want(
        self,
        wish: Wish,
        afterwards: Callable[[], object] | None = None,
        refused: Callable[[QuickError], None] | None = None,
        *,
        anew: bool = False,
    ) -> None:
        """Show the rows as they are wished; a newer wish takes the place of an older one.

        Args:
            wish: how to show them.
            afterwards: called when they are shown so.
            refused: called where the quick filter turns out to take too long.
            anew: whether to sort them even where they are sorted so.

        Raises:
            QuickError: the quick filter cannot be understood; everything stays as it is.
        """
        self._table.rows.want(wish)
        if afterwards and afterwards not in self._afterwards:
            self._afterwards.append(afterwards)
        self._refused = refused or self._refused
        self._anew = self._anew or anew
        self._bring()

    def _bring(self) -> None:
        self.turns.take(_VIEW, self._becoming(), at_once=self._table.rows.is_few)

    def _becoming(self) -> Slices[None]:
        table, rows = self._table, self._table.rows
        by = rows.sorted_by
        try:
            yield from rows.becoming(anew=self._anew)
        except QuickError as error:
            self._bring()
            if self._refused:
                self._refused(error)
            return
        self._anew = False
        if table.cursor == 0 and rows.sorted_by != by:
            table.rows_sorted()
        else:
            table.rows_changed()
        self._has_become()

    def _has_become(self) -> None:
        afterwards, self._afterwards = self._afterwards, []
        for call in afterwards:
            call()
        self._table.post_message(self._table.Became(self._table))

    def rows_replaced(self) -> None:
        """Give up what was done for other rows; what is wished holds for these too."""
        waited = self.is_becoming
        self.turns.drop(_VIEW, _MEASURE)
        self.let_go()
        if self._table.rows.is_behind:
            self._bring()
        elif waited:
            self._has_become()

    def let_go(self) -> None:
        """Give the memory of rows that went away back."""
        self.turns.take(_RELEASE, self._table.rows.letting_go(), rank=2)

    def refreshing(self, rows: Sequence[Row], records: Sequence[Record]) -> Slices[bool]:
        """Take the answer to the same question as before; tell whether anything is different."""
        changed = yield from self._table.rows.refreshing(rows, records)
        if changed:
            self._table.rows_changed()
            self.let_go()
        return changed

    def take_columns(self, columns: Sequence[TableColumn]) -> None:
        """Show other columns, as soon as it is known how wide they are."""
        work = self._taking(tuple(columns))
        self.turns.take(_COLUMNS, work, at_once=self._table.rows.is_few)

    def _taking(self, columns: tuple[TableColumn, ...]) -> Slices[None]:
        table = self._table
        before, lines = table.measure, table.rows.lines
        measure = Measure(columns, table.zone, before)
        yield from measure.catch_up(lines)
        if table.measure is not before or table.rows.lines is not lines:  # of other rows, or zone
            measure = Measure(columns, table.zone, table.measure)
            finished(measure.catch_up(table.rows.lines))
        table.show_columns(measure)

    def measure(self) -> None:
        """Measure the rows that were not measured; very many of them while keys are heard."""
        table = self._table
        work = table.measure.catch_up(table.rows.lines)
        if table.measure.seen + FEW < len(table.rows.lines):
            self.turns.take(_MEASURE, self._measuring(work), rank=1)
        else:
            finished(work)

    def _measuring(self, work: Slices[None]) -> Slices[None]:
        yield from work
        self._table.lay_out_anew()

    def sort(self, column: TableColumn | None, *, descending: bool) -> None:
        """Sort the rows, and say so when that is done."""
        by = (column, descending) if column else None
        self.want(replace(self._table.rows.wanted, sorted_by=by), self._say_sorted, anew=True)

    def _say_sorted(self) -> None:
        self._table.post_message(self._table.Sorted(self._table))
