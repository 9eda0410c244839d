"""The rows of a listing that were given already, to recognise one that comes again."""

from typing import Final

from console.client.page import Row, Rows

_TAIL: Final = 1_000
"""Rows that are kept to recognise a row that comes again, where rows have no name."""


class Named:
    """The rows given so far, where certain fields name a row."""

    by_name: Final = True

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self._names: set[str] = set()
        self._last = ""

    def _name(self, row: Row) -> str:
        values = [row.get(field) for field in self._fields]
        return "\0".join(map(str, values)) if any(values) else repr(row)

    def recognises_all(self, _: int) -> bool:
        """Tell whether each of so many rows given would be recognised, should it come again."""
        return True

    def ends_with(self, rows: Rows) -> bool:
        """Tell whether `rows`, at most one, is the row given last."""
        return any(self._name(row) == self._last for row in rows)

    def after(self, rows: Rows) -> Rows | None:
        """Return what follows the latest row given that is among `rows`; None where none is."""
        names = [self._name(row) for row in rows]
        if self._last in names:
            place = names.index(self._last)
        else:
            place = max((n for n, name in enumerate(names) if name in self._names), default=-1)
        return self.without(rows[place + 1 :]) if place >= 0 else None

    def without(self, rows: Rows) -> Rows:
        """Return `rows` without those given before."""
        return tuple(row for row in rows if self._name(row) not in self._names)

    def add(self, rows: Rows) -> None:
        """Take note of rows that are given now."""
        self._names.update(map(self._name, rows))
        self._last = self._name(rows[-1]) if rows else self._last


class Nameless:
    """The rows given last, where a row has nothing but its content, and two may be equal."""

    by_name: Final = False

    def __init__(self) -> None:
        self._tail: Rows = ()
        self._astray = False  # whether the last row given was missed once; it may yet come again

    def recognises_all(self, given: int) -> bool:
        """Tell whether each of so many rows given would be recognised, should it come again."""
        self._astray = True
        return len(self._tail) == given

    def ends_with(self, rows: Rows) -> bool:
        """Tell whether `rows`, at most one, is the row given last."""
        return bool(rows) and self._tail[-1:] == rows

    def after(self, rows: Rows) -> Rows | None:
        """Return what follows the latest row given that is among `rows`; None where none is."""
        last = self._tail[-1]
        if last in rows and not self._astray:
            return rows[rows.index(last) + 1 :]
        known = set(map(repr, self._tail))
        if known.isdisjoint(map(repr, rows)):
            return None
        self._astray = True
        place = max(n for n, row in enumerate(rows) if repr(row) in known)
        return rows[place + 1 :]

    def without(self, rows: Rows) -> Rows:
        """Return `rows`: equal rows need not be the same one."""
        return rows

    def add(self, rows: Rows) -> None:
        """Take note of rows that are given now."""
        self._tail = (*self._tail, *rows)[-_TAIL:]
