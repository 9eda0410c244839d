"""What a screen asks of the cloud, and what comes back, batch by batch.

Nothing here touches a widget: a worker reads, and posts what comes; the screen's handlers decide
whether it is still wanted.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

from console.client.client import Client
from console.client.paging import Row
from console.errors import IncompleteError
from console.services.listing import AnyListing
from console.services.model import Record
from console.text import Json

_AT_ONCE: Final = 200
"""Rows that are read into records before a key may be heard again; some milliseconds."""


class Purpose(Enum):
    """Why something is asked."""

    LOAD = "load"
    """Another filter or page: what is on the screen makes room for it."""

    REFRESH = "refresh"
    """The same again: what is on the screen stays, and what is new is marked."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. Two of them are never the same, even where they ask the same.

    Attributes:
        values: the parameters of the operation, as the form has them.
        offset: rows to leave out at the start.
        size: rows to ask for at a time.
        everything: whether to read on to the end.
        most: where to stop reading on all the same; None for nowhere.
        purpose: why it is asked.
    """

    values: Mapping[str, Any]  # Any: the query checks every value
    offset: int
    size: int
    everything: bool = False
    most: int | None = None
    purpose: Purpose = Purpose.LOAD


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that came with one answer.

    Attributes:
        rows: as the cloud gave them.
        records: the same, each value in its type.
        total: how many the listing has; None where the cloud does not say.
        fetched_at: when they came, aware, UTC.
        seconds: how long the cloud took; of one of several answers, how long it took up to then.
        enough: whether no further rows are wanted.
        beside: what the answer says beside its rows and their total.
    """

    rows: Sequence[Row]
    records: Sequence[Record]
    total: int | None
    fetched_at: datetime
    seconds: float
    enough: bool = False
    beside: Mapping[str, Json] = field(default_factory=dict)


async def read(
    listing: AnyListing,
    client: Client,
    question: Question,
    enough: Callable[[Sequence[Record]], bool],
) -> AsyncIterator[Batch]:
    """Yield what the cloud answers, answer by answer; one batch without rows where it has none.

    Args:
        listing: what is listed.
        client: who asks.
        question: what is asked.
        enough: tells of the records of one answer whether none after them are wanted.

    Raises:
        QueryError: a value is wrong; nothing was sent.
        IncompleteError: rows are missing; those before were given.
        ConsoleError: the cloud refused, or could not be reached, or answered what cannot be read.
    """
    queries = await listing.queries(client, question.values)
    pages = listing.pages(
        client,
        *queries,
        offset=question.offset,
        most=question.most if question.everything or listing.unwrap else question.size,
        page_size=None if listing.unwrap else question.size,
    )
    nothing, seconds = True, 0.0
    began = time.perf_counter()
    asked_at: datetime | None = None
    async with aclosing(pages.__aiter__()) as answers:
        async for page in answers:
            nothing = False
            asked_at = asked_at or page.fetched_at - timedelta(seconds=page.seconds)
            passed = (page.fetched_at - asked_at).total_seconds()
            seconds = max(seconds, page.seconds, passed)  # the clock may be put back
            records = await _records(listing, page.rows)
            stops = question.everything and enough(records)
            yield Batch(
                rows=page.rows,
                records=records,
                total=page.total,
                fetched_at=page.fetched_at,
                seconds=seconds,
                enough=stops,
                beside=page.beside,
            )
            if stops:
                return
    if pages.incomplete:
        raise IncompleteError(
            pages.incomplete, hint="the listing moved while it was read; r reads it again"
        )
    if nothing:
        yield Batch((), (), pages.total or 0, datetime.now(UTC), time.perf_counter() - began)


async def read_everything(
    listing: AnyListing, client: Client, values: Mapping[str, Any]
) -> AsyncIterator[Sequence[Row]]:
    """Yield all rows that the cloud has, answer by answer, in the memory of a few of them.

    Raises:
        QueryError: a value is wrong; nothing was sent.
        IncompleteError: rows are missing; those before were given.
        ConsoleError: the cloud refused, or could not be reached.
    """
    pages = listing.pages(client, *await listing.queries(client, values))
    async with aclosing(pages.__aiter__()) as answers:
        async for page in answers:
            yield page.rows
    if pages.incomplete:
        raise IncompleteError(pages.incomplete, hint="the listing moved while it was read")


async def _records(listing: AnyListing, rows: Sequence[Row]) -> list[Record]:
    """Return the records of `rows`; keys are heard in between."""
    if len(rows) <= _AT_ONCE:
        return list(listing.records(rows))
    records: list[Record] = []
    for start in range(0, len(rows), _AT_ONCE):
        records += listing.records(rows[start : start + _AT_ONCE])
        await asyncio.sleep(0)
    return records
