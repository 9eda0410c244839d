"""What the tests of sending share: sends, a good answer in every framing, and what became of it."""

import json
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from console.client.client import Client
from console.errors import ConsoleError
from console.services.desktop_notifications import send_to_desktops, send_to_pool
from console.services.desktop_pools import POOLS, DesktopPoolQuery
from tests.cloud import Cloud

Send: TypeAlias = Callable[[Client, str], Awaitable[str]]

ACCEPTED = {"job_id": "job-1"}
BODY = json.dumps(ACCEPTED).encode()
LENGTH = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n"
    % (
        BODY[:6],
        len(BODY) - 6,
        BODY[6:],
    )
)
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s" % BODY


async def to_pool(client: Client, text: str) -> str:
    """Send to a pool."""
    return await send_to_pool(client, "pool", text)


async def to_desktops(client: Client, text: str) -> str:
    """Send to two desktops."""
    return await send_to_desktops(client, ["desktop-1", "desktop-2"], text)


async def outcome(sending: Awaitable[str]) -> str | ConsoleError:
    """Return the job of a send, or what it ended in."""
    try:
        return await sending
    except ConsoleError as error:
        return error


async def pool_that_is(client: Client, status: str) -> str:
    """Return the id of a pool in a state."""
    pages = POOLS.pages(client, DesktopPoolQuery())
    rows = [row async for page in pages for row in page.rows]
    return next(str(row["id"]) for row in rows if row["status"] == status)


def sends_to(cloud: Cloud) -> int:
    """Return how many sends the cloud received."""
    return sum(each["path"].endswith("/notifications") for each in cloud.requests())


def tokens_of(cloud: Cloud) -> int:
    """Return how many tokens were asked for."""
    return sum(each["path"] == "/v3/auth/tokens" for each in cloud.requests())
