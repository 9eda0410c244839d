"""Read a listing page by page, several pages in flight, every row once and in order.

A listing moves while it is read. What the cloud may do, and what happens here:

* the total grows: more pages are asked for; rows that were pushed into the next page are dropped
  there, because they came already;
* the total shrinks: rows behind the reader have moved up, so the reading goes back as many rows,
  finds the last row it gave and continues after it;
* a page past the end repeats the first one, or an offset is rounded down: recognised and left out;
* pages are shorter than asked for: the next offset follows from what came;
* the same page comes again, an empty one comes too early, no total comes: the reading ends, and
  says that it is incomplete where it is.

The number of requests is bounded by the total, so the reading always ends.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from console.text import Json

Row: TypeAlias = "dict[str, Json]"

IN_FLIGHT: Final = 8
"""Pages that are asked for at the same time."""

_REMEMBERED: Final = 16
"""Pages whose identities are kept to recognise a row that comes again."""

_TAIL: Final = 1_000
"""Rows that are kept to recognise a row that comes again, where rows have no name."""

_SPARE_REQUESTS: Final = 32
"""Requests beyond what the total needs, for going back and for totals that move."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a listing.

    Attributes:
        rows: the rows as the cloud gave them.
        total: how many rows the listing has, as this answer says; None where it does not.
        offset: the offset that was asked for.
        limit: the number of rows that was asked for.
        fetched_at: when the answer was complete, aware, UTC.
        seconds: how long it took.
    """

    rows: tuple[Row, ...]
    total: int | None
    offset: int
    limit: int
    fetched_at: datetime
    seconds: float


Fetch: TypeAlias = Callable[[int, int], Awaitable[Page]]
"""Asks for one page, by offset and limit."""


class Pages:
    """An async iterator over the pages of a listing; iterate over it once.

    Attributes:
        total: the listing's latest total; None while unknown.
        given: rows given so far.
        incomplete: why rows are missing; empty while none are.
    """

    def __init__(
        self,
        fetch: Fetch,
        *,
        page_size: int,
        offset: int = 0,
        most: int | None = None,
        identity: tuple[str, ...] = (),
        rounds_down: bool = False,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        """Say what to read; nothing is asked before the first iteration.

        Args:
            fetch: asks for one page.
            page_size: rows to ask for at a time, 1 or more.
            offset: rows to leave out at the start, 0 or more.
            most: rows to give at the most; None for all.
            identity: fields that together name a row; empty where a row has no name of its own.
            rounds_down: whether the cloud rounds an offset down to a multiple of the page size.
            in_flight: pages to ask for at the same time.
        """
        self.total: int | None = None
        self.given = 0
        self.incomplete = ""
        self._flight = _Flight(fetch)
        self._size = page_size
        self._start = offset
        self._most = most
        self._given_rows = _ByIdentity(identity) if identity else _ByOrder()
        self._rounds_down = rounds_down
        self._in_flight = in_flight
        self._position = offset  # where the rows begin that were not given yet
        self._moved = 0  # rows that may have moved across that place since the last page
        self._asked = 0
        self._over = False
        self._first: tuple[Row, ...] = ()
        self._previous: tuple[Row, ...] = ()

    async def __aiter__(self) -> AsyncIterator[Page]:
        """Yield each page, holding the rows in it that were not given before.

        Raises:
            ConsoleError: a page could not be read; the pages before it were given.
        """
        try:
            while not self._over:
                self._ask_ahead()
                page = await self._flight.land()
                rows = self._take(page)
                if rows:
                    yield replace(page, rows=rows)
        finally:
            await self._flight.abandon()
        self._say_what_is_missing()

    def _end(self) -> int | None:
        """Return the offset to stop at, as far as it is known."""
        wanted = None if self._most is None else self._start + self._most
        if self.total is None or wanted is None:
            return wanted if self.total is None else self.total
        return min(wanted, self.total)

    def _aligned(self, offset: int) -> int:
        return offset - offset % self._size if self._rounds_down else offset

    def _ask_ahead(self) -> None:
        """Keep pages in flight: one until the total is known, then as many as allowed."""
        end = self._end()
        allowed = 1 if self.total is None else self._in_flight
        offset = self._flight.following(self._aligned(self._position))
        while not self._flight or (len(self._flight) < allowed and (end is None or offset < end)):
            self._flight.ask(offset, self._size)
            offset += self._size

    def _take(self, page: Page) -> tuple[Row, ...]:
        """Return the new rows of `page`, and find out where the reading stands."""
        self._asked += 1
        shrunk = self._note_total(page.total)
        if not page.rows or self._is_a_repetition(page) or self._asked_enough():
            self._over = True
            return ()
        if shrunk:
            self._position = max(self._start, self._position - shrunk)
            self._flight.cancel()
            return ()
        rows = page.rows[max(0, self._start - page.offset) :] if not self._first else page.rows
        rows = self._given_rows.without(rows, self._moved + max(0, self._position - page.offset))
        rows = rows if self._most is None else rows[: self._most - self.given]
        self._remember(page, rows)
        return rows

    def _note_total(self, total: int | None) -> int:
        """Take a page's total; return by how many rows the listing shrank since the last one."""
        before, self.total = self.total, self.total if total is None else total
        if before is None or total is None:
            return 0
        self._moved += abs(total - before)
        return max(0, before - total)

    def _is_a_repetition(self, page: Page) -> bool:
        """Tell whether the cloud gave a page again instead of the one that was asked for."""
        if page.offset <= self._start or not self._given_rows.can_tell(page.rows):
            return False
        if page.rows == self._first:
            return True
        if page.rows == self._previous:
            self.incomplete = "the cloud gave the same page again"
            return True
        return False

    def _asked_enough(self) -> bool:
        end = self._end()
        return end is not None and self._asked > 2 * (end // self._size) + _SPARE_REQUESTS

    def _remember(self, page: Page, rows: tuple[Row, ...]) -> None:
        self._first = self._first or page.rows
        self._previous = page.rows
        self._given_rows.add(rows)
        self.given += len(rows)
        self._moved = 0
        self._position = page.offset + len(page.rows)
        end = self._end()
        if end is not None and self._position >= end:
            self._over = True
        elif len(page.rows) < page.limit:
            self._size = len(page.rows)  # the cloud gives fewer at a time than it was asked for
        if not self._flight.begins_at(self._aligned(self._position)):
            self._flight.cancel()

    def _say_what_is_missing(self) -> None:
        end = self._end()
        if self.total is None or end is None:
            return
        expected = max(0, end - self._start)
        if self.given < expected and not self.incomplete:
            self.incomplete = f"{self.given:,} of {expected:,} rows came"


class _Flight:
    """Pages that were asked for and have not landed yet, in order."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._tasks: deque[tuple[int, int, asyncio.Task[Page]]] = deque()
        self._cancelled: list[asyncio.Task[Page]] = []

    def __len__(self) -> int:
        return len(self._tasks)

    def following(self, otherwise: int) -> int:
        """Return the offset after the last page in flight, or `otherwise` where there is none."""
        if not self._tasks:
            return otherwise
        offset, limit, _ = self._tasks[-1]
        return offset + limit

    def begins_at(self, offset: int) -> bool:
        """Tell whether the next page to land begins at `offset`; true where none is in flight."""
        return not self._tasks or self._tasks[0][0] == offset

    def ask(self, offset: int, limit: int) -> None:
        """Ask for one more page."""
        task = asyncio.ensure_future(self._fetch(offset, limit))
        self._tasks.append((offset, limit, task))

    async def land(self) -> Page:
        """Wait for the next page, in the order of asking."""
        return await self._tasks.popleft()[2]

    def cancel(self) -> None:
        """Give up every page in flight."""
        while self._tasks:
            task = self._tasks.popleft()[2]
            task.cancel()
            self._cancelled.append(task)

    async def abandon(self) -> None:
        """Give up every page in flight and wait until each is gone."""
        self.cancel()
        gone, self._cancelled = self._cancelled, []
        await asyncio.gather(*gone, return_exceptions=True)


class _ByIdentity:
    """Recognises rows that were given before by the fields that name them."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self._pages: deque[frozenset[str]] = deque(maxlen=_REMEMBERED)

    def _name(self, row: Row) -> str:
        return "\0".join(str(row.get(field)) for field in self._fields)

    def can_tell(self, rows: Sequence[Row]) -> bool:
        """Tell whether equal pages are surely the same page."""
        return bool(rows)

    def without(self, rows: tuple[Row, ...], _: int) -> tuple[Row, ...]:
        """Return `rows` without those given before."""
        given = frozenset[str]().union(*self._pages)
        return tuple(row for row in rows if self._name(row) not in given)

    def add(self, rows: tuple[Row, ...]) -> None:
        """Take note of rows that are given now."""
        self._pages.append(frozenset(map(self._name, rows)))


class _ByOrder:
    """Recognises rows that were given before by their place: they come first, and in order."""

    def __init__(self) -> None:
        self._last: tuple[Row, ...] = ()

    def can_tell(self, rows: Sequence[Row]) -> bool:
        """Tell whether equal pages are surely the same page; one row alone may recur."""
        return len(rows) > 1

    def without(self, rows: tuple[Row, ...], moved: int) -> tuple[Row, ...]:
        """Return `rows` without those given before; at most `moved` of them can be."""
        for count in range(min(moved, len(rows), len(self._last)), 0, -1):
            if self._last[-count:] == rows[:count]:
                return rows[count:]
        return rows

    def add(self, rows: tuple[Row, ...]) -> None:
        """Take note of rows that are given now."""
        self._last = (*self._last, *rows)[-_TAIL:] if len(rows) < _TAIL else rows
