"""Rows of a period only: read in the order of time, up to the period's edge and no further.

The cloud knows no such filter, so the rows of the period are chosen here.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, tzinfo
from typing import Any

import click

from console.app.period import Period, parse
from console.client.paging import Pages, Row
from console.services.listing import AnyListing


def given(typed: str, zone: tzinfo | None) -> Period:
    """Return the period that somebody typed.

    Args:
        typed: what was typed.
        zone: whose days and clocks are meant; None for this machine's.

    Raises:
        click.UsageError: it says none.
    """
    try:
        return parse(typed, datetime.now(UTC), zone)
    except ValueError as error:
        raise click.UsageError(f"--period {error}") from error


class RowsOfPeriod:
    """The rows of a period, out of the pages of a listing.

    Attributes:
        written: rows that were given.
        more: whether the period has more rows than were wanted.
        untimed: rows that were left out because they do not say when.
    """

    def __init__(
        self, listing: AnyListing, period: Period, *, most: int | None, oldest_first: bool
    ) -> None:
        """Say what is wanted.

        Args:
            listing: what is listed.
            period: the period.
            most: rows to give at the most; None for all.
            oldest_first: whether the rows are asked for in that order, else newest first.
        """
        self.written = 0
        self.more = False
        self.untimed = 0
        self._listing = listing
        self._period = period
        self._most = most
        self._oldest_first = oldest_first
        self._last: datetime | None = None
        self._in_order = True

    async def of(self, pages: Pages) -> AsyncIterator[Sequence[Row]]:
        """Yield the rows of the period, page by page; read no further than they can be.

        Raises:
            ConsoleError: a page could not be read; the rows before it were given.
        """
        came: AsyncGenerator[Any, None] = pages.__aiter__()  # Any: a page
        async with aclosing(came):
            async for page in came:
                chosen = self._chosen(page.rows)
                self.written += len(chosen)
                if chosen:
                    yield chosen
                if self.more or self._is_past():
                    return

    def _chosen(self, rows: Sequence[Row]) -> list[Row]:
        chosen = []
        for row, record in zip(rows, self._listing.records(rows), strict=True):
            moment = getattr(record, self._listing.when)
            self._note(moment)
            if self._period.contains(moment):
                chosen.append(row)
        room = len(chosen) if self._most is None else self._most - self.written
        self.more = len(chosen) > room
        return chosen[:room]

    def _note(self, moment: datetime | None) -> None:
        """Take note of a time, and of an order that is not the one asked for."""
        if moment is None:
            self.untimed += 1
            return
        if self._last and moment != self._last:
            self._in_order = self._in_order and (moment > self._last) == self._oldest_first
        self._last = moment

    def _is_past(self) -> bool:
        """Tell whether no further row can be one of the period's."""
        if self._last is None or not self._in_order:
            return False
        if self._oldest_first:
            return self._period.end is not None and self._last >= self._period.end
        return self._period.start is not None and self._last < self._period.start

    def extent(self, filters: str) -> str:
        """Say how many rows of the period were written, and whether that is all.

        Args:
            filters: what else the rows had to match, as it follows what they are.
        """
        words = self._period.words
        untimed = f"; {self.untimed:,} without a time left out" if self.untimed else ""
        if self.more:
            order = "oldest" if self._oldest_first else "newest"
            return f"{words}: the {order} {self.written:,} rows; --all writes every one{untimed}"
        if not self.written:
            return f"{words}: no rows{filters}{untimed}"
        rows = "1 row" if self.written == 1 else f"{self.written:,} rows"
        return f"{words}: {rows}{untimed}"


def sorted_by_time(listing: AnyListing, values: dict[str, Any]) -> dict[str, Any]:  # Any: as above
    """Return the parameters with an order by time, newest first where nobody chose one."""
    if values.get("sort_field") or values.get("sort_type"):
        return values
    return {**values, "sort_field": listing.when, "sort_type": "DESC"}
