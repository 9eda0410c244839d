"""A client whose answers a test decides, and what an honest cloud would have answered."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from console.client import tokens
from console.client.call import Call
from console.client.client import Client
from console.services import LISTINGS, desktop_notifications, desktop_pools, jobs, review_messages
from console.services.listing import named
from tests.cloud import Cloud
from tests.services.answering import Answering

Values = dict[str, Any]  # Any: a query's parameters have their own types

SINGLE: Final = ("job", "pool detail", "message detail", "decoded message", "token")
"""Operations that answer with one thing; the listings are in `LISTINGS`."""


@dataclass(frozen=True)
class Wire:
    """A client, a server that answers it as told, and the loop that both live in.

    Attributes:
        samples: what an honest cloud answers to each operation.
        values: what each listing is asked.
    """

    run: Callable[[Coroutine[Any, Any, Any]], Any]  # Any: whatever the coroutine returns
    server: Answering
    client: Client
    samples: dict[str, bytes]
    values: dict[str, Values]


@contextmanager
def running_wire(cloud: Cloud) -> Iterator[Wire]:
    """Run a wire; `cloud` gives the honest answers."""
    with asyncio.Runner() as runner:
        samples, values = runner.run(_samples(cloud))
        server = Answering()
        client = Client(cloud.profile(endpoint=runner.run(server.start())))
        yield Wire(runner.run, server, client, samples, values)
        runner.run(client.close())
        runner.run(server.stop())


async def _samples(cloud: Cloud) -> tuple[dict[str, bytes], dict[str, Values]]:
    async with Client(cloud.profile()) as client:
        pool = await _steady_pool(client)
        job = await desktop_notifications.send_to_pool(client, pool, "hello")
        values: dict[str, Values] = {name: {} for name in LISTINGS} | {
            "blocked": {"query_type": "DESKTOP"},
            "desktops": {"pool_id": pool},
            "pool-users": {"pool_id": pool},
            "job-desktops": {"job_id": job},
            "workspaces": {"instance_id": cloud.facts["instance_id"]},
        }
        samples = {name: await _listed(client, name, values[name]) for name in LISTINGS}
        message = review_messages.ReviewMessageDetailQuery(
            workspace=client.profile.workspace,
            message_id=json.loads(samples["reviews"])["records"][0]["id"],
        )
        calls = {
            "job": Call(jobs.SHOW_JOB, path={"job_id": job}),
            "pool detail": Call(desktop_pools.SHOW, path={"pool_id": pool}),
            "message detail": message.call(review_messages.SHOW),
            "token": tokens.by_password(cloud.password, project_id="", region="cn-north-4"),
        }
        samples |= {name: (await client.read(call)).body for name, call in calls.items()}
    samples["decoded message"] = json.dumps({"decoded_message": '{"allowed":false}'}).encode()
    return samples, values


async def _steady_pool(client: Client) -> str:
    pages = desktop_pools.POOLS.pages(client, desktop_pools.DesktopPoolQuery())
    rows = [row async for page in pages for row in page.rows]
    return str(next(row["id"] for row in rows if row["status"] == "STEADY"))


async def _listed(client: Client, name: str, values: Values) -> bytes:
    listing = named(name)
    query = (await listing.queries(client, values))[0]
    if not listing.unwrap:
        query = query.model_copy(update={"limit": 3})
    return (await client.read(query.call(listing.operation))).body
