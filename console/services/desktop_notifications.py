"""Workspace: notifications sent to the desktops of a pool, or to single desktops.

Source: Workspace API reference, SendDesktopPoolNotifications and SendNotifications. A send answers
with a job, which says what became of it: see `jobs`.
"""

from collections.abc import Sequence
from typing import Final

from console.client.answer import Answer
from console.client.call import Call
from console.client.client import Client
from console.client.operation import Operation
from console.errors import Problem, QueryError, UnreadableError
from console.text import Json

SEND_TO_POOL: Final = Operation(
    name="SendDesktopPoolNotifications",
    service="workspace",
    method="POST",
    path="/v2/{project_id}/desktop-pools/{pool_id}/notifications",
    mutates=True,
    action="workspace:desktopPools:sendNotifications",
)
SEND_TO_DESKTOPS: Final = Operation(
    name="SendNotifications",
    service="workspace",
    method="POST",
    path="/v2/{project_id}/desktops/notifications",
    mutates=True,
    action="workspace:desktops:sendNotifications",
)


async def send_to_pool(client: Client, pool_id: str, text: str) -> str:
    """Send `text` to every desktop of a pool; return the job that says what became of it.

    The request is sent once. It is not idempotent: sent again, it is shown again.

    Args:
        client: who sends.
        pool_id: the pool's id.
        text: the message; its greatest length is not documented.

    Raises:
        QueryError: the pool or the text is empty.
        CloudError: the cloud refused; nothing was sent (409: the pool is being changed).
        UnreachableError: no connection was made; nothing was sent.
        OutcomeUnknownError: the request left and no usable answer came.
    """
    return await client.send(to_pool(pool_id, text), accepted_job)


async def send_to_desktops(client: Client, desktop_ids: Sequence[str], text: str) -> str:
    """Send `text` to single desktops; return the job that says what became of it.

    Args:
        client: who sends.
        desktop_ids: the desktops' ids; how many are allowed is not documented.
        text: the message.

    Raises:
        QueryError: there is no desktop or no text.
        CloudError: the cloud refused; nothing was sent.
        UnreachableError: no connection was made; nothing was sent.
        OutcomeUnknownError: the request left and no usable answer came.
    """
    return await client.send(to_desktops(desktop_ids, text), accepted_job)


def to_pool(pool_id: str, text: str) -> Call:
    """Return the call that `send_to_pool` makes; raises as that does, where nothing is sent."""
    _check_text(text)
    return Call(SEND_TO_POOL, path={"pool_id": pool_id}, body={"notifications": text})


def to_desktops(desktop_ids: Sequence[str], text: str) -> Call:
    """Return the call that `send_to_desktops` makes; raises as that does, where nothing is sent."""
    _check_text(text)
    if not desktop_ids or not all(desktop_ids):
        raise QueryError([Problem("desktop_ids", "must name at least one desktop, each by its id")])
    body: dict[str, Json] = {"desktop_ids": list(desktop_ids), "notifications": text}
    return Call(SEND_TO_DESKTOPS, body=body)


def _check_text(text: str) -> None:
    if not text.strip():
        raise QueryError([Problem("notifications", "must not be empty")])


def accepted_job(answer: Answer) -> str:
    """Return the job that an accepting answer to a send names.

    Raises:
        UnreadableError: it names none.
    """
    found = answer.json_object().get("job_id")
    if not isinstance(found, str) or not found:
        raise UnreadableError("the cloud accepted without naming a job")
    return found
