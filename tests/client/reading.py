"""Reads of blocked notifications, as a face makes them."""

import json
import socket
from typing import Any

from console.client.client import Client
from console.client.paging import Row
from console.errors import ConsoleError, IncompleteError
from console.services.blocked_notifications import LISTING, BlockedNotificationQuery
from tests.client.wire import Reply, client_of, document, serving

QUERY = BlockedNotificationQuery(query_type="DESKTOP")
ROW: Row = {"type": "EMAIL", "user_name": "li", "operate_time": "2025-04-15T01:40:23.584Z"}
GOOD: dict[str, Any] = {"total_count": 1, "notification_records": [ROW]}
TEXT = json.dumps(GOOD).encode()
SOON = 6.0
"""Seconds within which every case ends."""


async def rows_of(client: Client, **window: Any) -> list[Row]:
    """Read blocked notifications; each row is checked as a face would."""
    pages = LISTING.pages(client, QUERY, **window)
    rows = [row async for page in pages for row in page.rows]
    LISTING.records(rows)
    if pages.incomplete:
        raise IncompleteError(pages.incomplete)
    return rows


async def ending(*replies: Reply, **options: Any) -> list[Row] | ConsoleError:
    """Return what a read ends in."""
    async with serving(*replies) as wire, client_of(wire, **options) as client:
        try:
            return await rows_of(client)
        except ConsoleError as error:
            return error


def listing(**changes: Any) -> Reply:
    """Return a good answer, changed."""
    return document({**GOOD, **changes})


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
