"""Reviews: how many are open, how many of them overdue, and what is due next."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from console.app.deadlines import Tally, tally
from console.app.summary import Summary, Urgency
from console.client.client import Client
from console.errors import SettingsError
from console.services.review_messages import LISTING, ReviewMessage

_READ: Final = 500
"""Messages that the line is made of; five requests."""


async def summary(
    client: Client, now: datetime, *, workspace: str = "", called: str = ""
) -> Summary:
    """Return how many messages are open, how many of them overdue, and what is due next.

    Args:
        client: who asks.
        now: the moment to count from.
        workspace: the workspace that is picked on the screen; empty for the profile's.
        called: what people call that one; raw.

    Raises:
        SettingsError: no workspace is picked, and the profile names none.
        ConsoleError: the cloud refused, or could not be reached.
    """
    if not (workspace or client.profile.workspace):
        raise SettingsError(
            "the profile names no DataArts workspace", hint="5, then W, lists those there are"
        )
    picked = {"workspace": workspace} if workspace else {}
    query = (await LISTING.queries(client, {"dlm_type": "SHARED", **picked}))[0]
    pages = LISTING.pages(client, query, most=_READ)
    messages: list[ReviewMessage] = []
    fetched_at = None
    async for page in pages:
        messages += LISTING.records(page.rows)
        fetched_at = page.fetched_at
    fetched_at = fetched_at or datetime.now(UTC)  # an empty listing has no page to ask
    found = tally(messages, now)
    where = f"workspace {called or workspace}" if workspace else ""
    notes = [pages.incomplete, where, "shared edition"]
    return _summary(found, len(messages), pages.total, fetched_at, notes)


def _summary(
    found: Tally, read: int, total: int | None, fetched_at: datetime, notes: Sequence[str]
) -> Summary:
    partly = total is None or total > read
    of = "more" if total is None else f"{total:,}"
    count = f"{found.open:,} open" + (f", first {read:,} of {of}" if partly else f" of {of}")
    facts = [found.words(), *notes]
    urgency: Urgency = "notice" if found.overdue else "calm"
    if found.urgent:
        urgency = "urgent"
    return Summary(count, "; ".join(each for each in facts if each), urgency, fetched_at)
