"""The rows of a screen: loaded, shown, sorted and marked.

What takes long with many rows is work in slices: everything is made aside, and takes the place of
what is shown in one piece at the end. Each such work has a short form that does it at once.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from console.app.order import Order
from console.app.quick import Quick, QuickError
from console.app.slices import FEW, PIECE, Slices, finished, pieces
from console.app.sought import Sought
from console.app.succession import Succession, succession
from console.app.table_column import TableColumn
from console.app.view import View, Wish, arranged, grown
from console.client.paging import Row
from console.services.column import Column
from console.services.model import Record

__all__ = ["Line", "QuickError", "Rows", "TableColumn", "Wish"]


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
        quick_problem: why rows that came could not be filtered, so that all are shown again; empty
            where there is nothing to say.
        wanted: how rows are to be shown; what is shown is something else until `becoming` is done.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.version = 0
        self.quick_problem = ""
        self.wanted = Wish()
        self._view = View(self.wanted)
        self._begun: tuple[int, Order | None, Quick | None] = (0, None, None)
        self._marks: set[int] = set()
        self._sought = Sought()  # what had marks, while rows are read anew
        self._unseen: int | None = 0  # marks that are not shown; None where nobody has counted
        self._new: Sequence[int] = ()
        self._gone: list[Line] = []
        self._succession: Succession | None = None
        self._put_in = range(0)

    @property
    def put_in(self) -> range:
        """The indexes of the lines that the last answer brought: others are as they were."""
        return self._put_in

    @property
    def shown(self) -> Sequence[int]:
        """The indexes of the lines that pass the filters, sorted."""
        return self._view.shown

    @property
    def quick_text(self) -> str:
        """The quick filter that the shown rows pass; empty while there is none."""
        return self._view.wish.text

    @property
    def sorted_by(self) -> tuple[TableColumn, bool] | None:
        """What the shown rows are sorted by, as in `Wish`."""
        return self._view.wish.sorted_by

    @property
    def is_behind(self) -> bool:
        """Whether the rows are shown otherwise than they are wanted."""
        return self._view.wish != self.wanted

    @property
    def is_few(self) -> bool:
        """Whether there are so few that nobody notices what is done with them at once."""
        return len(self.lines) <= FEW

    # What comes

    def replace(
        self, rows: Sequence[Row], records: Sequence[Record], *, seeking: bool = False
    ) -> None:
        """Take the rows of another query or page: none is new, and marks are dropped.

        Args:
            rows: the rows.
            records: the same, read.
            seeking: whether rows that had marks get them again, where they are among these or
                among those that are added; `given_up` ends that.
        """
        marked = [line.row for line in self.marked()] + self._sought.rows if seeking else []
        identity = self.lines[0].record.IDENTITY if self.lines else ()
        finished(self._putting(0, len(self.lines), _lines(rows, records), None))
        self._marks = set()
        self._sought = Sought(marked, identity)
        self._marks.update(self._sought.take(rows))

    def given_up(self) -> int:
        """Look no longer for rows that had marks; return how many were not found."""
        count, self._sought = len(self._sought), Sought()
        return count

    def clear(self) -> None:
        """Let go of all rows; the sorting and the filters stay."""
        self.replace((), ())

    def letting_go(self) -> Slices[None]:
        """Give back the memory of many rows that were replaced."""
        while self._gone:
            del self._gone[-PIECE:]
            yield

    def extend(self, rows: Sequence[Row], records: Sequence[Record]) -> None:
        """Add rows at the end; filters and sorting hold for them too."""
        began = len(self.lines)
        self.lines += _lines(rows, records)
        self._marks.update(began + number for number in self._sought.take(rows))
        self._take_in(began)

    def _take_in(self, began: int) -> None:
        """Show the lines from `began` on too."""
        view = self._view
        if view.order is not None:
            view.order.add([line.record for line in self.lines[began:]])
        if view.kept is not None:
            try:
                view.kept += self._passing(range(began, len(self.lines)), view.quick, view.wish)
            except QuickError as error:
                self._lift_quick(error)
                view = self._view
                view.kept = finished(self._keeping(self.lines, None, view.wish))
        self._unseen = None
        view.shown = finished(arranged(view, len(self.lines)))

    def refresh(self, rows: Sequence[Row], records: Sequence[Record]) -> bool:
        """Take the answer to the same question as before; tell whether anything is different.

        Marks stay with their rows, and rows that were not there are new. Where all is equal,
        nothing is touched.
        """
        return finished(self.refreshing(rows, records))

    def refreshing(self, rows: Sequence[Row], records: Sequence[Record]) -> Slices[bool]:
        """Do the same in slices; meanwhile rows may be marked, but neither come nor go."""
        identity = records[0].IDENTITY if records else ()
        found = yield from succession([line.row for line in self.lines], rows, identity)
        if found is None:
            return False
        lines: list[Line] = []
        for piece in pieces(found.begin, found.end + found.shift):
            lines += _lines(rows[piece], records[piece])
            yield
        marks, followed = set(self._marks), set[int | None]()
        for count, index in enumerate(marks, 1):
            followed.add(found.followed(index))
            if not count % PIECE:
                yield
        yield from self._putting(found.begin, found.end, lines, found)
        followed.symmetric_difference_update(map(found.followed, marks ^ self._marks))
        self._marks = {index for index in followed if index is not None}
        return True

    def followed(self, index: int) -> int | None:
        """Return where the line that had `index` before the last refresh is now; None if gone."""
        return self._succession.followed(index) if self._succession else None

    def _putting(
        self, begin: int, end: int, new: list[Line], found: Succession | None
    ) -> Slices[None]:
        """Put lines in the place of those from `begin` to `end`."""
        before, problem = self._view, self.quick_problem
        view = replace(before)
        lines = [*self.lines[:begin], *new, *self.lines[end:]]
        records = [line.record for line in new]
        if before.quick:
            view.quick = yield from before.quick.put(begin, end, records)
        try:
            view.kept = yield from self._keeping(lines, view.quick, view.wish)
        except QuickError as error:
            view.wish, view.quick = replace(view.wish, text=""), None
            problem = error.sentence
            view.kept = yield from self._keeping(lines, None, view.wish)
        if before.order is not None and view.wish.sorted_by:
            column, descending = view.wish.sorted_by
            if len(new) < len(lines) and isinstance(column, Column):
                view.order = yield from before.order.put(begin, end, records)
            else:  # what a screen computes may have another value now
                view.order = Order(column, descending=descending)
                yield from grown(view.order, lines)
        view.shown = yield from arranged(view, len(lines))
        for index in self._new:
            self.lines[index].new = False
        if end - begin > FEW:
            self._gone = [*self._gone, *self.lines[begin:end]]
        self.lines = lines
        self.version += 1
        if view.wish.text != before.wish.text and self.wanted.text == before.wish.text:
            self.wanted = replace(self.wanted, text="")
        self._view, self.quick_problem, self._unseen = view, problem, None
        self._put_in, self._succession = range(begin, begin + len(new)), found
        self._new = found.new if found else ()
        for index in self._new:
            lines[index].new = True

    # What is shown of it

    def want(self, wish: Wish) -> None:
        """Take note of how the rows are to be shown; `becoming` then shows them so.

        Raises:
            QuickError: the quick filter cannot be understood; everything stays as it is.
        """
        wish = replace(wish, text=wish.text.strip())
        if wish.text:
            Quick(wish.text, wish.columns, wish.zone)
        self.wanted = wish

    def becoming(self, *, anew: bool = False) -> Slices[None]:
        """Show the rows as they are wanted.

        Args:
            anew: whether to sort them although they are sorted so.

        Raises:
            QuickError: the quick filter takes too long; the one of before is wanted again.
        """
        wish = self.wanted
        view = View(wish, quick=self._quick_of(wish))
        view.order = self._order_of(wish, anew=anew)
        version, count = self.version, len(self.lines)
        self._begun = (version, view.order, view.quick)
        try:
            view.kept = yield from self._keeping(self.lines, view.quick, wish)
        except QuickError:
            self._give_up_finding(wish)
            raise
        if view.order is not None:
            yield from grown(view.order, self.lines)
        view.shown = yield from arranged(view, count)
        if (version, wish) != (self.version, self.wanted):
            yield from self.becoming(anew=anew)
            return
        if len(self.lines) > count:  # a few came meanwhile
            if view.kept is not None:
                try:
                    view.kept += self._passing(range(count, len(self.lines)), view.quick, wish)
                except QuickError:
                    self._give_up_finding(wish)
                    raise
            if view.order is not None:
                finished(grown(view.order, self.lines))
            view.shown = finished(arranged(view, len(self.lines)))
        self._view, self._unseen, self.quick_problem = view, None, ""

    def _give_up_finding(self, wish: Wish) -> None:
        """Want the quick filter of before again, unless something newer is wanted."""
        if self.wanted is wish:
            shown = self._view.wish
            self.wanted = replace(wish, text=shown.text, columns=shown.columns, zone=shown.zone)

    def _quick_of(self, wish: Wish) -> Quick | None:
        """Return the quick filter; what was made of the rows for another one is used again."""
        if not wish.text:
            return None
        version, _, begun = self._begun
        before = begun if version == self.version else None
        return Quick(wish.text, wish.columns, wish.zone, before or self._view.quick)

    def _order_of(self, wish: Wish, *, anew: bool) -> Order | None:
        """Return the order; it may be the one there is, or one that was begun."""
        if wish.sorted_by is None:
            return None
        shown, (version, begun, _) = self._view, self._begun
        column, descending = wish.sorted_by
        if not anew:
            if shown.order is not None and wish.sorted_by == shown.wish.sorted_by:
                return shown.order
            if (
                begun is not None
                and version == self.version
                and begun.is_by(column, descending=descending)
            ):
                return begun
        by = shown.wish.sorted_by
        like = shown.order if by and by[0] == column and isinstance(column, Column) else None
        return Order(column, descending=descending, like=like)

    def sort(self, column: TableColumn | None, *, descending: bool = False) -> None:
        """Sort by a column's typed values, or return to the cloud's order.

        What is missing comes last in both directions, and equal rows keep the cloud's order.
        """
        self.want(replace(self.wanted, sorted_by=(column, descending) if column else None))
        finished(self.becoming(anew=True))

    def quick(self, text: str, columns: Sequence[TableColumn], zone: tzinfo | None) -> None:
        """Show only rows that match `text` in `columns`; an empty text shows them all.

        Raises:
            QuickError: the text cannot be understood; everything stays as it is.
        """
        self.want(replace(self.wanted, text=text, columns=tuple(columns), zone=zone))
        finished(self.becoming())

    def restrict(self, keep: Callable[[Record], bool] | None) -> None:
        """Show only rows whose record `keep` is true of, beside the quick filter; None lifts it."""
        self.want(replace(self.wanted, keep=keep))
        try:
            finished(self.becoming())
        except QuickError as error:
            self._lift_quick(error)
            finished(self.becoming())

    def _keeping(
        self, lines: Sequence[Line], quick: Quick | None, wish: Wish
    ) -> Slices[list[int] | None]:
        """Return which lines pass the filters, ascending; None for all."""
        if quick is None and wish.keep is None:
            return None
        shown = self._view
        if lines is self.lines and wish.keep is shown.wish.keep and quick is shown.quick is None:
            return [*shown.kept] if shown.kept is not None else None
        among: Sequence[int] = range(len(lines))
        if (
            lines is self.lines
            and shown.kept is not None
            and wish.keep is shown.wish.keep
            and quick
            and shown.quick
            and quick.narrows(shown.quick)
        ):
            among = [*shown.kept]
        kept: list[int] = []
        for piece in pieces(0, len(among)):
            kept += self._passing(among[piece], quick, wish, lines)
            yield
        return kept

    def _lift_quick(self, error: QuickError) -> None:
        """Show rows that the quick filter does not find too; a newer one stays wanted."""
        failed = self._view.wish
        self._view = replace(self._view, quick=None, wish=replace(failed, text=""))
        if self.wanted.text == failed.text:
            self.wanted = replace(self.wanted, text="")
        self.quick_problem = error.sentence

    def _passing(
        self,
        indexes: Sequence[int],
        quick: Quick | None,
        wish: Wish,
        lines: Sequence[Line] | None = None,
    ) -> list[int]:
        lines = self.lines if lines is None else lines
        found = list(indexes)
        if keep := wish.keep:
            found = [index for index in found if keep(lines[index].record)]
        return quick.matching(lines, found) if quick else found

    def place(self, index: int) -> int | None:
        """Return where in `shown` a line is; None where it is not shown."""
        try:
            return self.shown.index(index)
        except ValueError:
            return None

    # Marks

    def toggle(self, index: int) -> None:
        """Mark a line, or take its mark away."""
        self._marks ^= {index}
        self._unseen = None

    def mark_all(self) -> None:
        """Mark every line that is shown."""
        self._marks.update(self.shown)
        self._unseen = None

    def unmark_all(self) -> None:
        """Take all marks away, of lines that are not shown too."""
        self._marks.clear()
        self._sought = Sought()
        self._unseen = 0

    def is_marked(self, index: int) -> bool:
        """Tell whether a line is marked."""
        return index in self._marks

    @property
    def all_marked(self) -> bool:
        """Whether there are lines shown, and each is marked."""
        return bool(self.shown) and self._marks.issuperset(self.shown)

    @property
    def marks(self) -> int:
        """How many lines are marked, shown or not."""
        return len(self._marks)

    def marked(self) -> list[Line]:
        """Return the marked lines in the cloud's order, shown or not."""
        return [self.lines[index] for index in sorted(self._marks)]

    @property
    def marked_unseen(self) -> int:
        """How many marked lines are not shown."""
        if self._unseen is None:
            kept = self._view.kept
            self._unseen = len(self._marks.difference(kept)) if kept is not None else 0
        return self._unseen


def _lines(rows: Sequence[Row], records: Sequence[Record]) -> list[Line]:
    """Return lines; Python looks for garbage afterwards, not ten times among the records."""
    looking = gc.isenabled()
    gc.disable()
    try:
        return list(map(Line, rows, records))
    finally:
        if looking:
            gc.enable()
