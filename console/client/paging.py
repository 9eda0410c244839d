"""Read a listing page by page, several pages in flight, every row once and in order.

A listing moves while it is read, and its total need not show it: where one row goes and another
comes, everything between has moved and the total is the same. So each page is asked to begin with
the last row of the page before it. Where it does not,

* rows came in before that place: it is further down in the page, and the reading continues after
  it; what came in before it is left out;
* rows went away: it is further up, and the reading goes back, a little at first, until it meets a
  row that it gave.

A cloud that rounds an offset down to a multiple of the limit cannot be asked so. There a total that
shrinks tells that rows went away; the reading goes back as many rows, and a row that was given is
recognised by its name. A row that goes while another one comes stays unnoticed there.

Pages shorter than asked for, a page past the end that repeats the first one, one page given again
and again, an empty one too early, no total: each ends in the right rows, or in `incomplete`. The
number of requests is bounded by the rows there are, so the reading always ends.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Final

from console.client.given import Named, Nameless
from console.client.page import Fetch, Flight, Page, Row, Rows

__all__ = ["IN_FLIGHT", "Fetch", "Page", "Pages", "Row"]

IN_FLIGHT: Final = 8
"""Pages that are asked for at the same time."""

_SPARE_REQUESTS: Final = 32
"""Requests beyond what the rows need, for going back and for totals that move."""


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
        self._flight = Flight(fetch)
        self._size = page_size
        self._start = offset
        self._most = most
        self._known = Named(identity) if identity else Nameless()
        self._rounds_down = rounds_down
        self._in_flight = in_flight
        self._position = offset  # how many rows of the listing lie behind the reader
        self._next = self._aligned(offset)  # where the next page begins
        self._searching = False
        self._stride = max(1, page_size // 8)  # how far up to look for the last row given
        self._moved = False  # whether the total has changed since rows came last
        self._fewest: int | None = None  # the smallest total so far
        self._asked = 0
        self._over = False
        self._came_again = False  # whether the page before did, since rows came last
        self._first: Rows = ()
        self._previous: Rows = ()

    async def __aiter__(self) -> AsyncGenerator[Page, None]:
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

    @property
    def _overlap(self) -> int:
        """Rows that a page is asked to share with the one before."""
        return 0 if self._rounds_down or self._size < 2 else 1

    def _aligned(self, offset: int) -> int:
        return offset - offset % self._size if self._rounds_down else offset

    def _ask_ahead(self) -> None:
        """Keep pages in flight: one while the way is not sure, then as many as are wanted."""
        end = self.total or 0
        if self._most is not None:
            end = min(end, self._position + self._most - self.given)
        allowed = 1 if self._searching else self._in_flight
        overlap = self._overlap
        offset = self._flight.following(self._next, overlap)
        while not self._flight or (len(self._flight) < allowed and offset + overlap < end):
            self._flight.ask(offset, self._size)
            offset += self._size - overlap

    def _take(self, page: Page) -> Rows:
        """Return the new rows of `page`, and find out where the reading stands."""
        self._asked += 1
        change = self._note_total(page.total)
        if self._asked > self._enough_requests():
            self._stop("the listing moves too much to be read")
            return ()
        if self.total is not None and 0 < self.total <= page.offset:
            page = replace(page, rows=())  # past its end a listing may give its first page again
        new: Rows | None
        if not self._first:
            new = self._wanted(page)
        elif self._overlap:
            new = self._following(page, change)
        else:
            new = self._recognised(page, change)
        return () if new is None else self._remember(page, new)

    def _note_total(self, total: int | None) -> int:
        """Take a page's total; return by how much it differs from the one before."""
        if total is None:
            return 0
        change = 0 if self.total is None else total - self.total
        self.total = total
        self._fewest = total if self._fewest is None else min(self._fewest, total)
        self._moved = self._moved or change != 0
        self._came_again = self._came_again and change == 0
        return change

    def _enough_requests(self) -> int:
        rows = max(self.given, (self.total or 0) - self._start)
        return 2 * (rows // (self._size - self._overlap)) + _SPARE_REQUESTS

    def _following(self, page: Page, change: int) -> Rows | None:
        """Return the rows that follow the last one given; None where that is not to be seen."""
        continues = self._known.ends_with(page.rows[:1])
        if self.total is None and continues and len(page.rows) == 1:
            self._over = True
            return ()
        if page.rows == self._previous and not change:
            if continues or (self._came_again and not self._searching):
                self._stop("the cloud gave the same page again")
                return None
            if self.total is not None and (self._came_again or not self._searching):
                self._doubt()
                return None
        new = self._known.after(page.rows)
        return self._search(page) if new is None else new

    def _doubt(self) -> None:
        """Find out why the page before came again: rows moved, or the offset was rounded down.

        In the first case the page behind it holds the last row given; in the second it does not,
        and the search for that row ends at the page before once more.
        """
        self._rounds_down = self._came_again
        self._came_again = True
        self._go_to(self._aligned(self._position))

    def _search(self, page: Page) -> Rows | None:
        """Look further up for a row that was given, as `page` holds none."""
        if page.offset:
            further_up = page.offset - min(self._stride, self._size - 1)
            if self.total is not None:
                further_up = min(further_up, self.total - self._size)
            self._stride *= 2
            self._searching = True
            self._go_to(max(0, further_up))
            return None
        if self._start or not self._known.recognises_all(self.given):
            self._stop("the listing moved too far to find the place again")
            return None
        return page.rows  # nothing that was given is left

    def _recognised(self, page: Page, change: int) -> Rows | None:
        """Return the rows of a page without those given before; None where it is of no use."""
        if page.rows and not self._moved and self._is_a_repetition(page):
            self._stop("the cloud gave the same page again" if self.total is not None else "")
            return None
        moved = change != 0 or self._known.ends_with(page.rows[:1])
        if moved and not self._known.by_name:
            self._stop("the listing moved, and its rows have no name to tell them apart")
            return None
        if change < 0:
            self._position += change
            if self._position < self._start:
                self._stop("rows before the first one asked for went away")
                return None
            self._go_to(self._aligned(self._position))
            return None
        return self._known.without(self._wanted(page))

    def _wanted(self, page: Page) -> Rows:
        """Return the rows of a page without those before the first one asked for."""
        return page.rows[max(0, self._start - page.offset) :]

    def _is_a_repetition(self, page: Page) -> bool:
        """Tell whether the cloud gave a page again instead of the one that was asked for."""
        if self._known.by_name:
            return not self._known.without(self._wanted(page))
        return page.rows in (self._first, self._previous)

    def _remember(self, page: Page, new: Rows) -> Rows:
        """Take note of `new` rows and of the page they came in; return as many as are wanted."""
        if self._most is not None:
            new = new[: self._most - self.given]
        self._first = self._first or page.rows
        self._previous = page.rows
        self._searching = False
        self._stride = max(1, self._size // 8)
        self._known.add(new)
        self.given += len(new)
        self._moved = self._moved and not new
        self._came_again = self._came_again and not new
        self._position = page.offset + len(page.rows)
        at_the_end = self.total is not None and self._position >= self.total
        if not page.rows or self.given == self._most or at_the_end:
            self._over = True
        elif self.total is not None and len(page.rows) < page.limit:
            self._size = len(page.rows)  # the cloud gives fewer at a time than it was asked for
        self._next = self._aligned(self._position - self._overlap)
        if not self._flight.begins_at(self._next):
            self._flight.cancel()
        return new

    def _go_to(self, offset: int) -> None:
        """Give up the pages in flight and read on at `offset`."""
        self._flight.cancel()
        self._next = offset

    def _stop(self, reason: str) -> None:
        """End the reading, incomplete for a reason where there is one."""
        self._over = True
        self.incomplete = reason

    def _say_what_is_missing(self) -> None:
        if self._fewest is None or self.incomplete:
            return
        expected = max(0, self._fewest - self._start)
        if self._most is not None:
            expected = min(expected, self._most)
        if self.given < expected:
            self.incomplete = f"{self.given:,} of {expected:,} rows came"
