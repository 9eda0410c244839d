"""A page of a listing, and the pages that were asked for and have not come yet."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from console.text import Json

Row: TypeAlias = "dict[str, Json]"
Rows: TypeAlias = tuple[Row, ...]
"""Rows of one answer, as the cloud gave them."""


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
        beside: what the answer says beside its rows and their total, such as other sums.
    """

    rows: Rows
    total: int | None
    offset: int
    limit: int
    fetched_at: datetime
    seconds: float
    beside: Mapping[str, Json] = field(default_factory=dict)


Fetch: TypeAlias = Callable[[int, int], Awaitable[Page]]
"""Asks for one page, by offset and limit."""


class Flight:
    """Pages that were asked for and have not landed yet, in order."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._tasks: deque[tuple[int, int, asyncio.Task[Page]]] = deque()
        self._cancelled: list[asyncio.Task[Page]] = []

    def __len__(self) -> int:
        return len(self._tasks)

    def following(self, otherwise: int, overlap: int) -> int:
        """Return where the page after the last one in flight begins, or `otherwise`."""
        if not self._tasks:
            return otherwise
        offset, limit, _ = self._tasks[-1]
        return offset + limit - overlap

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
