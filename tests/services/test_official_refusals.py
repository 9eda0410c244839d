"""What the cloud refuses the official SDK and us: the same status, code and words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # what the SDK gives and takes, which has no types

import pytest
from pydantic import SecretStr

from console.client import identity
from console.client.call import Call
from console.client.client import Client
from console.client.operation import Operation
from console.errors import (
    AuthenticationError,
    ClockError,
    CloudError,
    NotFoundError,
    PermissionDeniedError,
    QueryError,
)
from console.profiles.credential import AccessKey
from console.services import (
    blocked_notifications,
    desktop_notifications,
    desktop_pools,
    desktops,
    jobs,
    notice_configurations,
    projects,
    review_messages,
)
from tests.cloud import Cloud
from tests.services.sdk import Refused, Sdk, filled, later, raw_call, refused_by_us

BLOCKED, REVIEWS = blocked_notifications.LISTING, review_messages.LISTING
NOTICES, DESKTOPS = notice_configurations.LISTING, desktops.DESKTOPS
CONNECTED, AUTHORIZED = desktops.CONNECTED, desktops.AUTHORIZED
SHARED = {"workspace": "{workspace}", "dlm_type": "SHARED"}


@dataclass(frozen=True)
class Refusal:
    """A call that the cloud refuses, and its documented words.

    Attributes:
        operation: what is called.
        values: its parameters, as the SDK names them.
        status: the documented HTTP status.
        code: the documented code.
        kind: the error that our client raises.
        who: whose name the call is made in.
        clock: how many seconds the cloud's clock is ahead.
    """

    operation: Operation
    values: Mapping[str, Any]
    status: int
    code: str
    kind: type[CloudError] = CloudError
    who: str = "operator"
    clock: int = 0


RECORDS = {"query_type": "DESKTOP", "limit": 1}
NO_POOL = {"pool_id": "00000000-0000-0000-0000-000000000000"}
SIGNATURE = (401, "APIGW.0301", AuthenticationError)
CLOCK = (401, "APIGW.0303", ClockError)
NO_WORKSPACE = (400, "DLM.4001", NotFoundError)

REFUSALS = {
    "a wrong secret": Refusal(BLOCKED.operation, RECORDS, *SIGNATURE, who="wrong secret"),
    "an unknown key": Refusal(BLOCKED.operation, RECORDS, *SIGNATURE, who="unknown key"),
    "a foreign security token": Refusal(desktop_pools.LIST, {}, *SIGNATURE, who="wrong token"),
    "a wrong secret at IAM": Refusal(
        projects.LISTING.operation, {}, *SIGNATURE, who="wrong secret"
    ),
    "a wrong secret at STS": Refusal(identity.CALLER_IDENTITY, {}, *SIGNATURE, who="wrong secret"),
    "a clock 20 minutes behind": Refusal(BLOCKED.operation, RECORDS, *CLOCK, clock=1200),
    "a clock 20 minutes ahead": Refusal(BLOCKED.operation, RECORDS, *CLOCK, clock=-1200),
    "a wrong clock at DataArts": Refusal(REVIEWS.operation, SHARED, *CLOCK, clock=1200),
    "a wrong clock of a temporary key": Refusal(
        BLOCKED.operation, RECORDS, *CLOCK, who="temporary", clock=1200
    ),
    "no query_type": Refusal(BLOCKED.operation, {"limit": 1}, 400, "WKS.0001"),
    "half of the sorting": Refusal(
        BLOCKED.operation, {**RECORDS, "sort_type": "ASC"}, 400, "WKS.0001"
    ),
    "a limit of 1001": Refusal(BLOCKED.operation, {**RECORDS, "limit": 1001}, 400, "WKS.0001"),
    "an unknown pool": Refusal(desktop_pools.SHOW, NO_POOL, 400, "WKS.0001"),
    "desktops of an unknown pool": Refusal(DESKTOPS.operation, NO_POOL, 400, "WKS.0001"),
    "users of an unknown pool": Refusal(AUTHORIZED.operation, NO_POOL, 400, "WKS.0001"),
    "a send to an unknown pool": Refusal(
        desktop_notifications.SEND_TO_POOL, {**NO_POOL, "notifications": "x"}, 400, "WKS.0001"
    ),
    "a send to a pool in change": Refusal(
        desktop_notifications.SEND_TO_POOL,
        {"pool_id": "{changing_pool}", "notifications": "x"},
        409,
        "WKS.00000009",
    ),
    "a send to no desktop": Refusal(
        desktop_notifications.SEND_TO_DESKTOPS,
        {"desktop_ids": [], "notifications": "x"},
        400,
        "WKS.0001",
    ),
    "a send that is not allowed": Refusal(
        desktop_notifications.SEND_TO_POOL,
        {"pool_id": "{pool_id}", "notifications": "x"},
        403,
        "WKS.00000005",
        PermissionDeniedError,
        who="restricted",
    ),
    "an unknown job": Refusal(jobs.SHOW_JOB, {"job_id": "none"}, 404, "WKS.0202", NotFoundError),
    "sub-jobs of no job": Refusal(jobs.LIST_SUB_JOBS, {}, 400, "WKS.0001"),
    "no type of notice": Refusal(NOTICES.operation, {}, 400, "MSS.00000003"),
    "a project that is not one's own": Refusal(
        NOTICES.operation,
        {"type": "RESOURCE_LEFT"},
        403,
        "MSS.00010009",
        PermissionDeniedError,
        who="other project",
    ),
    "an unknown workspace": Refusal(REVIEWS.operation, {"workspace": "none"}, *NO_WORKSPACE),
    "an unknown instance": Refusal(
        review_messages.WORKSPACES.operation, {"instance_id": "none"}, *NO_WORKSPACE
    ),
    "an unknown message": Refusal(
        review_messages.SHOW, {**SHARED, "message_id": "none"}, 400, "DLS.1000"
    ),
    "a message that STS did not encode": Refusal(
        identity.DECODE_AUTHORIZATION_MESSAGE, {"encoded_message": "none"}, 400, "STS5.1001"
    ),
}


def keys(cloud: Cloud) -> dict[str, AccessKey]:
    """Return the access keys of everybody who calls."""
    ours, temporary = cloud.key, cloud.temporary_key
    return {
        "operator": ours,
        "other project": ours,
        "restricted": cloud.restricted_key,
        "temporary": temporary,
        "wrong secret": AccessKey(ours.access_key, SecretStr("wrong")),
        "unknown key": AccessKey("NOBODY", ours.secret_key),
        "wrong token": AccessKey(
            temporary.access_key, temporary.secret_key, SecretStr("another's")
        ),
    }


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_is_the_same_by_the_sdk_and_by_us(
    name: str, cloud: Cloud, known: dict[str, str]
) -> None:
    case = REFUSALS[name]
    values = filled(case.values, known)
    key = keys(cloud)[case.who]
    project_id = "f" * 32 if case.who == "other project" else cloud.facts["project_id"]
    later(cloud, case.clock)

    sdk = Sdk(cloud, key, project_id=project_id)
    with pytest.raises(Refused) as caught:
        sdk.call(case.operation, values)
    sdk.close()
    theirs = caught.value
    async with Client(cloud.profile(key, project_id=project_id)) as client:
        ours = await refused_by_us(client, raw_call(case.operation, values))

    assert (ours.status, ours.code) == (case.status, case.code)
    assert type(ours) is case.kind
    assert (ours.status, ours.code) == (theirs.status_code, theirs.error_code)
    assert ours.message == theirs.error_msg
    assert ours.encoded_authorization_message == (theirs.encoded_auth_msg or "")
    by_sdk, by_us = cloud.requests()
    assert (int(theirs.request_id, 16), int(ours.request_id, 16)) == (by_sdk["n"], by_us["n"])


def test_a_reset_sets_the_clock_right(cloud: Cloud, sdk: Sdk) -> None:
    later(cloud, 1200)
    with pytest.raises(Refused):
        sdk.call(BLOCKED.operation, RECORDS)
    cloud.reset()
    assert sdk.call(BLOCKED.operation, RECORDS).total_count


async def test_a_missing_query_type_is_told_before_anything_is_sent(cloud: Cloud) -> None:
    with pytest.raises(QueryError) as caught:
        blocked_notifications.BlockedNotificationQuery(limit=1)
    assert [problem.field for problem in caught.value.problems] == ["query_type"]
    assert cloud.requests() == []


async def test_the_rule_that_refused_is_the_same_by_the_sdk_and_by_us(cloud: Cloud) -> None:
    sdk = Sdk(cloud, cloud.restricted_key)
    with pytest.raises(Refused) as caught:
        sdk.call(CONNECTED.operation, {})
    encoded = {"encoded_message": caught.value.encoded_auth_msg}
    theirs = sdk.call(identity.DECODE_AUTHORIZATION_MESSAGE, encoded).decoded_message
    sdk.close()
    async with Client(cloud.profile(cloud.restricted_key)) as client:
        refusal = await refused_by_us(client, Call(CONNECTED.operation))
        ours = await projects.decode_authorization_message(
            client, refusal.encoded_authorization_message
        )
    assert ours == theirs
    assert json.loads(ours)["context"]["action"] == "workspace:desktops:listConnectStatus"
