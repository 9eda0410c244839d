"""Workspace: desktops across pools, and how many of each pool somebody is connected to.

Source: Workspace API reference, ListDesktops, and the models of the official SDK. The list of
connections (ListDesktopsConnectStatus) does not name pools; this one does, and takes the ids of
several pools at once.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from console.client.client import Client
from console.client.operation import Operation
from console.services.desktop_pools import DesktopPool
from console.services.listing import Listing
from console.services.model import Query, Record, attribute, optional

LIST: Final = Operation(
    name="ListDesktops",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/desktops",
    action="workspace:desktops:list",
)

CONNECTED: Final = "CONNECTED"
"""The state of a desktop that somebody has logged in to and is using."""

_POOLS_AT_ONCE: Final = 50
"""Ids of pools in one request; an address of 2,000 characters passes every gateway."""

_MOST_DESKTOPS: Final = 10_000
"""Desktops that are read for so many pools; beyond, the answer would cost more than it is worth."""


class PooledDesktopQuery(Query):
    """Of which pools to list the desktops, or which desktops."""

    pool_id: str | None = optional("Pools", "ids of pools, separated by commas", min_length=1)
    desktop_id: list[str] | None = optional("Desktop ids", "ids of desktops", max_length=100)
    offset: int | None = optional("Offset", "index of the first row", ge=0)
    limit: int | None = optional("Limit", "rows in one answer", ge=1, le=1000)


class PooledDesktop(Record):
    """A desktop, as far as it is needed to count connections and to name it."""

    IDENTITY = ("desktop_id",)

    desktop_id: str | None = attribute("Desktop id")
    computer_name: str | None = attribute("Desktop")
    user_name: str | None = attribute("User")
    pool_id: str | None = attribute("Pool id")
    status: str | None = attribute("State", choices="ACTIVE SHUTOFF ERROR HIBERNATED")
    connect_status: str | None = attribute(
        "Connection", choices="UNREGISTER REGISTERED CONNECTED DISCONNECTED"
    )


DESKTOPS: Final = Listing(
    title="Desktops of pools",
    operation=LIST,
    query=PooledDesktopQuery,
    record=PooledDesktop,
    rows="desktops",
    total="total_count",
    columns=("desktop_id", "pool_id", "connect_status"),
)


async def connected(client: Client, pools: Sequence[DesktopPool]) -> dict[str, int | None]:
    """Return how many desktops of each pool are connected, by the pool's id.

    A number is None where the cloud does not tell: the pool has desktops and none is listed, one
    comes without its state, or there are too many to read.

    Raises:
        ConsoleError: the cloud refused, or could not be reached.
    """
    found: dict[str, int | None] = {}
    named = [pool for pool in pools if pool.id]
    for start in range(0, len(named), _POOLS_AT_ONCE):
        found.update(await _counted(client, named[start : start + _POOLS_AT_ONCE]))
    return found


async def _counted(client: Client, pools: Sequence[DesktopPool]) -> dict[str, int | None]:
    query = PooledDesktopQuery(pool_id=",".join(str(pool.id) for pool in pools))
    pages = DESKTOPS.pages(client, query, most=_MOST_DESKTOPS)
    states: dict[str, list[str | None]] = {str(pool.id): [] for pool in pools}
    given = 0
    async for page in pages:
        for desktop in DESKTOPS.records(page.rows):
            given += 1
            if desktop.pool_id in states:
                states[desktop.pool_id].append(desktop.connect_status)
    if pages.incomplete or given < (pages.total or 0):
        return dict.fromkeys(states)
    return dict(_numbers(pools, states))


def _numbers(
    pools: Sequence[DesktopPool], states: dict[str, list[str | None]]
) -> Iterator[tuple[str, int | None]]:
    for pool in pools:
        own = states[str(pool.id)]
        untold = None in own or (not own and bool(pool.desktop_count))
        yield str(pool.id), None if untold else own.count(CONNECTED)
