"""A read-only way into the cloud changes nothing, whatever calls it."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import console.client
import console.services
from console.client.call import Call
from console.client.client import Client
from console.client.guard import refuse_changes
from console.client.operation import Operation
from console.errors import Exit, ReadOnlyError
from console.services.desktop_notifications import send_to_desktops, send_to_pool
from tests.cloud import Cloud


def operations() -> Iterator[Operation]:
    """Find every operation of the program, wherever it is."""
    for package in (console.client, console.services):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for value in vars(importlib.import_module(found.name)).values():
                if isinstance(value, Operation):
                    yield value


OPERATIONS = sorted(set(operations()), key=lambda each: each.name)
CHANGING = {"SendDesktopPoolNotifications", "SendNotifications"}


def test_every_operation_is_known_to_read_or_to_change() -> None:
    assert len(OPERATIONS) >= 20
    assert {each.name for each in OPERATIONS if each.mutates} == CHANGING


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
async def test_exactly_what_changes_something_is_refused(
    operation: Operation, cloud: Cloud
) -> None:
    """Go through the client with every operation there is, so that a new one is not forgotten."""
    call = Call(
        operation,
        path=dict.fromkeys(("pool_id", "job_id", "message_id", "instance_id"), "x"),
        body=None if operation.method == "GET" else {"notifications": "text"},
    )
    async with Client(cloud.profile(read_only=True)) as client:
        if operation.mutates:
            with pytest.raises(ReadOnlyError) as caught:
                await client.send(call, lambda answer: answer)
            assert caught.value.exit_code is Exit.USAGE
            assert cloud.requests() == []
        else:
            refuse_changes(operation)


async def test_a_send_is_refused_before_anything_travels(cloud: Cloud) -> None:
    async with Client(cloud.profile(read_only=True)) as client:
        with pytest.raises(ReadOnlyError, match="read-only"):
            await send_to_pool(client, "pool", "text")
        with pytest.raises(ReadOnlyError, match="read-only"):
            await send_to_desktops(client, ["desktop"], "text")
    assert cloud.requests() == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_an_operation_that_only_says_that_it_reads_is_refused(method: str) -> None:
    sly = Operation("ListNotificationRecords", "workspace", method, "/v2/x")  # type: ignore[arg-type] # one of the allowed words, chosen at run time
    with pytest.raises(ReadOnlyError):
        refuse_changes(sly)
