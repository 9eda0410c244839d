"""The official SDK and our client at the same emulated cloud: the same rows, jobs and refusals."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any  # what the SDK gives and takes, which has no types

import pytest

from console.client.call import Call
from console.client.client import Client
from console.errors import CloudError
from console.services import (
    blocked_notifications,
    desktop_pools,
    desktops,
    jobs,
    notice_configurations,
    projects,
    review_messages,
)
from console.services.listing import AnyListing
from console.services.model import Query, extra, literals
from tests.cloud import Cloud
from tests.services.sdk import (
    Both,
    Refused,
    Sdk,
    differences,
    filled,
    last_request,
    listings,
    plain,
    raw_rows_in,
    rows_in,
    values_in,
    without_nulls,
)


@dataclass(frozen=True)
class Case:
    """A call that both make; `{pool_id}` and the like stand for what this cloud has.

    Attributes:
        listing: what is listed.
        values: the parameters, as Python writes them; the limit and the offset are among them.
        rows: how many rows there must be at least, so that there is something to compare.
    """

    listing: AnyListing
    values: Mapping[str, Any] = field(default_factory=dict)
    rows: int = 1


BLOCKED, REVIEWS = blocked_notifications.LISTING, review_messages.LISTING
NOTICES = notice_configurations.LISTING
POOLS, DESKTOPS = desktop_pools.POOLS, desktops.DESKTOPS
CONNECTED, AUTHORIZED = desktops.CONNECTED, desktops.AUTHORIZED
IN_POOL = {"pool_id": "{pool_id}"}
NEWEST = {"sort_field": "operate_time", "sort_type": "DESC"}
SHARED = {"workspace": "{workspace}", "dlm_type": "SHARED"}
EXCLUSIVE = {"workspace": "{workspace}", "dlm_type": "EXCLUSIVE"}

CASES = {
    "blocked, about desktops": Case(BLOCKED, {"query_type": "DESKTOP"}, 1000),
    "blocked, about pools": Case(BLOCKED, {"query_type": "DESKTOP_POOL"}, 1000),
    "blocked, newest first": Case(BLOCKED, {"query_type": "DESKTOP", "limit": 50, **NEWEST}, 50),
    "blocked, a later page": Case(
        BLOCKED, {"query_type": "DESKTOP", "limit": 100, "offset": 18_300}, 44
    ),
    "blocked, past the end": Case(
        BLOCKED, {"query_type": "DESKTOP", "limit": 100, "offset": 99_999}, 0
    ),
    "blocked, mails to a user": Case(
        BLOCKED, {"query_type": "DESKTOP", "type": "EMAIL", "user_name": "{user_name}"}
    ),
    "blocked, of a desktop": Case(
        BLOCKED, {"query_type": "DESKTOP", "desktop_name": "{blocked_desktop}"}
    ),
    "blocked, of a Chinese pool": Case(
        BLOCKED, {"query_type": "DESKTOP_POOL", "desktop_pool_name": "质检实验室"}
    ),
    "pools": Case(POOLS, {}, 40),
    "pools, dynamic": Case(POOLS, {"type": "DYNAMIC"}),
    "pools, by a Chinese name": Case(POOLS, {"name": "培训教室"}, 2),
    "pools, in maintenance": Case(POOLS, {"in_maintenance_mode": True}, 3),
    "pools, not in maintenance": Case(POOLS, {"in_maintenance_mode": False, "limit": 5}, 5),
    "pools, of an enterprise project": Case(POOLS, {"enterprise_project_id": "0", "offset": 2}),
    "desktops": Case(DESKTOPS, {**IN_POOL, "limit": 100}, 10),
    "desktops, a later page": Case(DESKTOPS, {**IN_POOL, "limit": 4, "offset": 3}, 4),
    "desktops, newest first": Case(
        DESKTOPS, {**IN_POOL, "sort_field": "created", "sort_type": "DESC"}, 10
    ),
    "desktops, active": Case(DESKTOPS, {**IN_POOL, "status": "ACTIVE"}),
    "desktops, of some users": Case(DESKTOPS, {**IN_POOL, "user_names": ["{user}", "nobody"]}),
    "desktops, by their ids": Case(DESKTOPS, {**IN_POOL, "desktop_id": ["{desktop_id}"]}),
    "desktops, given to a user": Case(DESKTOPS, {**IN_POOL, "user_attached": True}),
    "connections": Case(CONNECTED, {"limit": 1000}, 600),
    "connections, online": Case(CONNECTED, {"connect_status": "CONNECTED", "limit": 7}, 7),
    "connections, of some users": Case(CONNECTED, {"user_names": ["{user}"], "limit": 50}),
    "users of a pool": Case(AUTHORIZED, {**IN_POOL, "limit": 100}, 5),
    "users of a pool, a later page": Case(AUTHORIZED, {**IN_POOL, "limit": 2, "offset": 2}, 2),
    "notices, expiring": Case(NOTICES, {"type": "RESOURCE_EXPIRE"}),
    "notices, running low": Case(NOTICES, {"type": "RESOURCE_LEFT"}),
    "reviews, shared edition": Case(REVIEWS, {**SHARED, "limit": 100}, 2),
    "reviews, exclusive edition": Case(REVIEWS, {**EXCLUSIVE, "limit": 100}, 2),
    "reviews, a later page": Case(REVIEWS, {**SHARED, "limit": 10, "offset": 20}, 2),
    "reviews, of an API": Case(REVIEWS, {**SHARED, "api_name": "{api_name}", "limit": 100}),
    "instances": Case(review_messages.INSTANCES, {}),
    "workspaces": Case(review_messages.WORKSPACES, {"instance_id": "{instance_id}"}),
    "projects": Case(projects.LISTING, {}, 3),
    "domains": Case(projects.DOMAINS, {}),
}


@pytest.mark.parametrize("name", CASES)
async def test_a_listing_is_the_same_by_the_sdk_and_by_us(
    name: str, both: Both, known: dict[str, str]
) -> None:
    listing, values = CASES[name].listing, filled(CASES[name].values, known)
    answer = both.sdk.call(listing.operation, values)

    asked = {name: value for name, value in values.items() if name not in {"limit", "offset"}}
    pages = listing.pages(
        both.client,
        listing.query(**asked),
        offset=values.get("offset", 0),
        most=values.get("limit", len(rows_in(listing, answer))),
    )
    rows = [row async for page in pages for row in page.rows]

    assert rows == raw_rows_in(listing, answer)
    assert [without_nulls(row) for row in rows] == [plain(row) for row in rows_in(listing, answer)]
    if listing.total:
        assert pages.total == getattr(answer, listing.total)
    records = listing.records(rows)
    for record, row in zip(records, rows_in(listing, answer), strict=True):
        assert list(differences(record, row)) == []
        assert values_in(record) > 1
    assert len(records) >= CASES[name].rows


def test_every_listing_that_the_sdk_has_is_compared() -> None:
    of_jobs = {jobs.SUB_JOBS.operation.name}  # compared below, with the jobs
    compared = {case.listing.operation.name for case in CASES.values()} | of_jobs
    assert compared == {listing.operation.name for listing in listings().values()}


async def test_a_pool_is_the_same_by_the_sdk_and_by_us(both: Both, known: dict[str, str]) -> None:
    for pool_id in (known["pool_id"], known["frozen_pool"], known["changing_pool"]):
        theirs = both.sdk.call(desktop_pools.SHOW, {"pool_id": pool_id})
        ours = await desktop_pools.show(both.client, pool_id)
        assert list(differences(ours, theirs)) == []
        assert ours.id == pool_id
        raw = await both.client.read(Call(desktop_pools.SHOW, path={"pool_id": pool_id}))
        assert without_nulls(raw.json) == plain(theirs)


async def test_a_message_is_the_same_by_the_sdk_and_by_us(
    both: Both, known: dict[str, str]
) -> None:
    values = {**filled(SHARED, known), "message_id": known["message_id"]}
    theirs = both.sdk.call(review_messages.SHOW, values)
    query = review_messages.ReviewMessageDetailQuery(**values)
    ours = await review_messages.show(both.client, query)
    assert list(differences(ours, theirs)) == []
    assert ours.api_name == known["api_name"]
    assert ours.id is None
    assert without_nulls((await both.client.read(query.call(review_messages.SHOW))).json) == plain(
        theirs
    )


EVERYTHING: dict[str, Any] = {"enterprise_project_id": "0", "offset": 20, "limit": 10}


def every_parameter(query: type[Query], known: Mapping[str, str]) -> dict[str, Any]:
    """Return a value for each parameter of a query."""
    values: dict[str, Any] = {}
    for name, each in query.model_fields.items():
        kinds = str(each.annotation)
        if allowed := literals(each):
            values[name] = allowed[-1]
        elif name in EVERYTHING or extra(each, "place") != "query":
            values[name] = EVERYTHING.get(name) or known[name]
        elif "bool" in kinds:
            values[name] = False
        else:
            values[name] = ["b &+", "a 研发"] if "list" in kinds else "x-1"
    return values


@pytest.mark.parametrize("name", listings())
async def test_every_parameter_travels_as_the_sdk_sends_it(
    name: str, cloud: Cloud, client: Client, sdk: Sdk, known: dict[str, str]
) -> None:
    listing = listings()[name]
    values = every_parameter(listing.query, known)
    # Made-up values may well be refused; how they travel is what counts here.
    with suppress(Refused):
        sdk.call(listing.operation, values)
    by_sdk = last_request(cloud)
    with suppress(CloudError):
        await client.read(listing.query(**values).call(listing.operation))
    by_us = last_request(cloud)
    assert by_us == by_sdk
    assert by_us["operation"] == listing.operation.name
    sent = {pair.partition("=")[0] for pair in by_us["query"] if pair}
    in_query = {
        n for n, each in listing.query.model_fields.items() if extra(each, "place") == "query"
    }
    assert sent == in_query
