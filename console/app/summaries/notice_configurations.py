"""Notices: how many are on, and which one is off."""

from datetime import UTC, datetime

from console.app import notices
from console.app.summary import Summary
from console.client.client import Client
from console.library import fetch
from console.services.notice_configurations import NoticeConfiguration


async def summary(client: Client, now: datetime) -> Summary:
    """Return how many notices are on, and which one is off.

    Raises:
        ConsoleError: the cloud refused, or could not be reached.
    """
    del now  # nothing here depends on the time
    found = await fetch(client, "notices")
    records = [each for each in found.records if isinstance(each, NoticeConfiguration)]
    fact, urgency = notices.most_urgent(records)
    on = sum(each.send_msg is True for each in records)
    at = found.fetched_at or datetime.now(UTC)
    return Summary(f"{on} of {len(records)} on", fact, urgency, at)
