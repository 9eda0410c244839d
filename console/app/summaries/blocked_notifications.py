"""Blocked notifications: how many there are, and what changed in 24 hours."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from console.app.bins import DAY
from console.app.changes import Change, Counts, brief, latest, sentence
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
    said.sort(key=lambda each: _URGENCIES.index(each.urgency))
    return Summary(
        count=f"{' + '.join(map(_total, found))} rows",
        fact="; ".join(filter(None, [_together(said), *(each.fact for each in said)])),
        urgency=said[0].urgency,
        fetched_at=at,
    )


@dataclass(frozen=True, slots=True)
class _Scope:
    """What one scope has to say.

    Attributes:
        fact: what changed in it.
        urgency: how soon somebody should look.
        change: the last 24 hours and those before; None where not all their rows are known.
        is_empty: whether it has no row at all.
    """

    fact: str
    urgency: Urgency
    change: Change | None = None
    is_empty: bool = False


def _total(found: Fetched) -> str:
    return f"{found.total:,}" if found.total is not None else f"at least {len(found.rows):,}"


def _together(said: Sequence[_Scope]) -> str:
    """Say in few words what changed in all scopes; nothing where one of them tells more."""
    changes = [each.change for each in said if not each.is_empty]
    known = [each for each in changes if each and each.counts_before is not None]
    if not known or len(known) < len(changes) or said[0].urgency != "calm":
        return ""
    counts = _sum(each.counts for each in known)
    earlier = _sum(each.counts_before for each in known if each.counts_before)
    return ", ".join(brief(replace(known[0], counts=counts, counts_before=earlier), KINDS))


def _sum(found: Iterable[Counts]) -> Counts:
    every = list(found)
    return {kind.name: sum((each[kind.name] for each in every), Counter()) for kind in KINDS}


def _scope(found: Fetched, words: str, at: datetime) -> _Scope:
    """Return what changed in one scope, and how soon somebody should look."""
    if not found.records:
        return _Scope(f"{words}: none", "calm", is_empty=True)
    tallies = Tallies()
    tallies.extend(found.records)
    complete = found.total is not None and len(found.records) >= found.total
    covered = tallies.covered(newest_first=True, at_start=True, complete=complete)
    compared = latest(tallies, at.timestamp(), covered)
    if compared is None:
        fact = f"{words}: at least {len(found.records):,} rows in the last 10 min"
        return _Scope(fact, "urgent")
    change, lasting = compared
    parts = sentence(change, KINDS)
    if lasting != "24 h":
        day = sum(time > at.timestamp() - DAY for time in tallies.times)
        parts.insert(0, f"at least {day:,} rows in 24 h")
    of = f", {found.total:,} in all" if found.total is not None else ""
    fact = f"{words}: {', '.join(parts[:3])}{of}"
    return _Scope(fact, _urgency(change), change if lasting == "24 h" else None)


def _urgency(change: Change) -> Urgency:
    earlier = change.rows_before
    if earlier is None:
        return "notice" if change.rows else "calm"
    more = change.rows - earlier
    if more >= _ALARMING[1] and change.rows >= _ALARMING[0] * earlier:
        return "urgent"
    return "notice" if more >= _NOTABLE[1] and change.rows >= _NOTABLE[0] * earlier else "calm"
