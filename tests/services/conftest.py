"""What the tests of the services may ask for."""

from collections.abc import AsyncIterator, Iterator

import pytest

from console.client.client import Client
from console.profiles.credential import AccessKey, Credential
from console.services import blocked_notifications, desktop_pools, desktops, review_messages
from tests.cloud import Cloud
from tests.services.sdk import Both, Sdk


@pytest.fixture
def sdk(cloud: Cloud) -> Iterator[Sdk]:
    """Give the official SDK, logged in to the emulated cloud with its access key."""
    made = Sdk(cloud, cloud.key)
    yield made
    made.close()


WAYS = ("access key", "temporary key", "password")
"""How our client gets in; the SDK takes keys only, so beside a password it has the access key."""


@pytest.fixture(params=WAYS)
async def both(request: pytest.FixtureRequest, cloud: Cloud) -> AsyncIterator[Both]:
    """Give the SDK and our client, in each of the ways in."""
    ways: dict[str, Credential] = {
        "access key": cloud.key,
        "temporary key": cloud.temporary_key,
        "password": cloud.password,
    }
    credential = ways[request.param]
    sdk = Sdk(cloud, credential if isinstance(credential, AccessKey) else cloud.key)
    async with Client(cloud.profile(credential)) as client:
        yield Both(sdk, client)
    sdk.close()


@pytest.fixture(scope="module")
def known(shared_cloud: Cloud) -> dict[str, str]:
    """Find what this cloud has; the same seed has the same names after every reset."""
    sdk = Sdk(shared_cloud, shared_cloud.key)
    pools = sdk.call(desktop_pools.LIST, {}).desktop_pools
    steady = [pool for pool in pools if pool.status == "STEADY"]
    pool = max(steady, key=lambda each: each.desktop_count)
    found = sdk.call(desktops.LIST_DESKTOPS, {"pool_id": pool.id, "limit": 100}).pool_desktops
    records = sdk.call(blocked_notifications.LIST, {"query_type": "DESKTOP", "type": "EMAIL"})
    workspace = shared_cloud.facts["workspace"]
    reviews = sdk.call(review_messages.LIST, {"workspace": workspace, "dlm_type": "SHARED"}).records
    sdk.close()
    by_status = {each.status: each.id for each in pools}
    return {
        "workspace": workspace,
        "instance_id": shared_cloud.facts["instance_id"],
        "pool_id": pool.id,
        "frozen_pool": by_status["EXIST_FROZEN"],
        "changing_pool": by_status["TEMPORARY"],
        "desktop_id": found[0].desktop_id,
        "other_desktop_id": found[1].desktop_id,
        "user": next(each.user_name for each in found if each.user_name),
        "user_name": records.notification_records[0].user_name,
        "blocked_desktop": records.notification_records[0].desktop_name,
        "message_id": reviews[0].id,
        "api_name": reviews[0].api_name,
    }
