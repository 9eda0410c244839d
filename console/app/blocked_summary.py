"""What the overview says of blocked notifications: how many, and what changed in 24 hours."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from console.app.bins import DAY
from console.app.changes import Change, latest, sentence
from console.app.summary import Summary, Urgency
from console.app.tallies import KINDS, Tallies
from console.client.client import Client
from console.library import Fetched, fetch

_SCOPES: Final = (("DESKTOP", "desktops"), ("DESKTOP_POOL", "pools"))
_PAGE: Final = 1_000

_URGENCIES: Final[tuple[Urgency, ...]] = ("urgent", "notice", "calm")

_NOTABLE: Final = (2.0, 10)
"""From this factor and this many rows more on, somebody should look when there is time."""

_ALARMING: Final = (4.0, 50)
"""From this factor and this many rows more on, somebody should look now."""


async def summary(client: Client, now: datetime | None = None) -> Summary:
    """Return how many rows each scope has, and what changed, as far as its newest page tells.

    Args:
        client: who asks.
        now: the moment to count back from; when the cloud answered, where not given.

    Raises:
        ConsoleError: the cloud refused, or could not be reached.
    """
    asked = [
        fetch(
            client,
            "blocked",
            limit=_PAGE,
            query_type=scope,
            sort_field="operate_time",
            sort_type="DESC",
        )
        for scope, _ in _SCOPES
    ]
    # Each is waited for, so that a failure leaves no other request behind.
    ended = await asyncio.gather(*asked, return_exceptions=True)
    found: list[Fetched] = []
    for each in ended:
        if isinstance(each, BaseException):
            raise each
        found.append(each)
    fetched_at = max((each.fetched_at for each in found if each.fetched_at), default=None)
    at = fetched_at or datetime.now(UTC)
    said = [_scope(each, words, now or at) for each, (_, words) in zip(found, _SCOPES, strict=True)]
    said.sort(key=lambda each: _URGENCIES.index(each[1]))
    totals = [f"{_total(each)} {words}" for each, (_, words) in zip(found, _SCOPES, strict=True)]
    return Summary(
        count=" + ".join(totals),
        fact="; ".join(fact for fact, _ in said),
        urgency=said[0][1],
        fetched_at=at,
    )


def _total(found: Fetched) -> str:
    return f"{found.total:,}" if found.total is not None else f"at least {len(found.rows):,}"


def _scope(found: Fetched, words: str, at: datetime) -> tuple[str, Urgency]:
    """Return what changed in one scope, and how soon somebody should look."""
    if not found.records:
        return f"{words}: none", "calm"
    tallies = Tallies()
    tallies.extend(found.records)
    complete = found.total is not None and len(found.records) >= found.total
    covered = tallies.covered(newest_first=True, at_start=True, complete=complete)
    compared = latest(tallies, at.timestamp(), covered)
    if compared is None:
        return f"{words}: at least {len(found.records):,} rows in the last 10 min", "urgent"
    change, lasting = compared
    parts = sentence(change, KINDS)
    if lasting != "24 h":
        day = sum(time > at.timestamp() - DAY for time in tallies.times)
        parts.insert(0, f"at least {day:,} rows in 24 h")
    return f"{words}: {', '.join(parts[:3])}", _urgency(change)


def _urgency(change: Change) -> Urgency:
    earlier = change.rows_before
    if earlier is None:
        return "notice" if change.rows else "calm"
    more = change.rows - earlier
    if more >= _ALARMING[1] and change.rows >= _ALARMING[0] * earlier:
        return "urgent"
    return "notice" if more >= _NOTABLE[1] and change.rows >= _NOTABLE[0] * earlier else "calm"
