"""Marked rows that are looked for among rows that are read anew: another page, or all of them."""

from collections.abc import Sequence

from console.app.succession import name_of
from console.client.paging import Row


class Sought:
    """Rows that had marks, and have not come again so far.

    Args:
        rows: the rows.
        identity: the fields that name a row, of which it may lack some or all.
    """

    def __init__(self, rows: Sequence[Row] = (), identity: Sequence[str] = ()) -> None:
        self._identity = identity
        self._by_name: dict[str, list[Row]] = {}
        for row in rows:
            self._by_name.setdefault(name_of(row, identity), []).append(row)

    def __len__(self) -> int:
        """Return how many have not come."""
        return sum(map(len, self._by_name.values()))

    @property
    def rows(self) -> list[Row]:
        """Those that have not come."""
        return [row for rows in self._by_name.values() for row in rows]

    def take(self, rows: Sequence[Row]) -> list[int]:
        """Return which of `rows` are among those sought; they are sought no longer."""
        found: list[int] = []
        for number, row in enumerate(rows):
            if not self._by_name:
                break
            name = name_of(row, self._identity)
            if same := self._by_name.get(name):
                same.remove(row if row in same else same[0])
                found.append(number)
                if not same:
                    del self._by_name[name]
        return found
