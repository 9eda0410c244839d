"""Pools: how many there are, and which of them need a look."""

from collections.abc import Sequence
from datetime import UTC, datetime

from console.app.pool_columns import STATES, STEADY, is_full
from console.app.summary import Summary, Urgency
from console.client.client import Client
from console.services.desktop_pools import POOLS, DesktopPool, DesktopPoolQuery


async def summary(client: Client, now: datetime) -> Summary:
    """Return how many pools there are, and which of them need a look.

    Raises:
        ConsoleError: the cloud refused, or could not be reached.
    """
    del now  # nothing here depends on the time
    pages = POOLS.pages(client, DesktopPoolQuery(), most=POOLS.page_size)
    pools: list[DesktopPool] = []
    fetched_at = datetime.now(UTC)  # an answer without pools has no page to ask
    async for page in pages:
        pools += POOLS.records(page.rows)
        fetched_at = page.fetched_at
    total = len(pools) if pages.total is None else pages.total
    part = f", {len(pools):,} read" if total > len(pools) else ""
    fact, urgency = _most_urgent(pools)
    count = f"{total:,} pool{'s' * (total != 1)}{part}"
    return Summary(count, fact, urgency, fetched_at)


def _most_urgent(pools: Sequence[DesktopPool]) -> tuple[str, Urgency]:
    """Say how many pools are full, not steady, or in maintenance; and how soon to look."""
    full = [pool for pool in pools if is_full(pool)]
    found = [(f"{len(full):,} full", full)] if full else []
    for state, words in STATES.items():
        those = [pool for pool in pools if pool.status == state]
        if those and state != STEADY:
            found.append((f"{len(those):,} {words}", those))
    others = [pool for pool in pools if pool.status not in STATES]
    if others:
        found.append((f"{len(others):,} in no known state", others))
    urgency: Urgency = "notice" if found else "calm"
    maintained = [pool for pool in pools if pool.in_maintenance_mode]
    if maintained:
        found.append((f"{len(maintained):,} in maintenance", maintained))
    facts = [
        f"{text}: {those[0].name}" if len(those) == 1 and those[0].name else text
        for text, those in found
    ]
    return ", ".join(facts) or ("every one is steady" if pools else ""), urgency
