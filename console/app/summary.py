"""One service in one line: what the overview says of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from console.client.client import Client

Urgency: TypeAlias = Literal["calm", "notice", "urgent"]
"""How soon somebody should look: not at all, when there is time, now."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What one service has to say at a glance.

    Attributes:
        count: how many of what, such as '1,204 blocked'; text from outside is still raw.
        fact: the most urgent thing, in a few words; empty where there is nothing to say.
        urgency: how soon somebody should look.
        fetched_at: when the cloud said so; with its zone.
    """

    count: str
    fact: str
    urgency: Urgency
    fetched_at: datetime


async def counted(name: str, client: "Client", now: datetime) -> Summary:
    """Return how many rows a listing has: all there is to say of one that nobody knows better.

    Args:
        name: the listing's name, as the commands call it.
        client: who asks.
        now: the moment, which makes no difference.

    Raises:
        QueryError: a value is wrong or missing; nothing was sent.
        ConsoleError: the cloud refused, or could not be reached.
    """
    from console.library import fetch  # noqa: PLC0415 - the first picture does without it

    del now
    found = await fetch(client, name, limit=1)
    unknown = "1 or more" if found.rows else "none"
    count = unknown if found.total is None else f"{found.total:,}"
    return Summary(count, found.incomplete, "calm", found.fetched_at or datetime.now(UTC))
