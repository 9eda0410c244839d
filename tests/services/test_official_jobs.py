"""What the official SDK and our client send, and the jobs that come of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal  # Any: what the SDK gives and takes, which has no types

import pytest

from console.client.client import Client
from console.client.operation import Operation
from console.outbox.journal import Journal
from console.outbox.send import Target
from console.sending.dispatch import dispatch
from console.sending.follow import follow, look
from console.services import desktop_notifications, jobs
from tests.cloud import Cloud
from tests.services.sdk import (
    Both,
    differences,
    filled,
    last_request,
    later,
    plain,
    raw_rows_in,
    without_nulls,
)

SENDS: dict[str, tuple[Operation, Mapping[str, Any], set[str]]] = {
    "to a pool": (
        desktop_notifications.SEND_TO_POOL,
        {"pool_id": "{pool_id}"},
        {"COMPLETE", "SUCCESS"},
    ),
    "to a frozen pool": (
        desktop_notifications.SEND_TO_POOL,
        {"pool_id": "{frozen_pool}"},
        {"FAIL"},
    ),
    "to desktops": (
        desktop_notifications.SEND_TO_DESKTOPS,
        {"desktop_ids": ["{desktop_id}", "{other_desktop_id}"]},
        {"COMPLETE", "SUCCESS"},
    ),
}
STATES = {"delivered": "SUCCESS", "failed": "FAILED"}
TEXT = "系统将于 18:00 维护 — save your work ✓ \U0001f600 \"'+&=%\n"


async def send(client: Client, values: Mapping[str, Any]) -> str:
    """Send through our services."""
    if "pool_id" in values:
        return await desktop_notifications.send_to_pool(client, values["pool_id"], TEXT)
    return await desktop_notifications.send_to_desktops(client, values["desktop_ids"], TEXT)


@pytest.mark.parametrize("name", SENDS)
async def test_a_send_of_either_makes_a_job_that_both_see(
    name: str, cloud: Cloud, both: Both, known: dict[str, str]
) -> None:
    operation, template, ends = SENDS[name]
    values = filled(template, known)

    by_sdk = both.sdk.call(operation, {**values, "notifications": TEXT}).job_id
    theirs_sent = last_request(cloud)
    by_us = await send(both.client, values)
    assert last_request(cloud) == theirs_sent
    assert theirs_sent["body"]["notifications"] == TEXT
    assert by_sdk != by_us

    later(cloud, 60)
    outcomes = []
    for job_id in (by_sdk, by_us):
        theirs = both.sdk.call(jobs.SHOW_JOB, {"job_id": job_id})
        ours, raw = await jobs.show_job(both.client, job_id)
        assert raw == theirs.to_json_object()
        assert without_nulls(raw) == plain(theirs)
        assert list(differences(ours, theirs)) == []
        assert ours.finished
        assert ours.status in ends
        await assert_sub_jobs_are_the_same(both, job_id)
        outcomes.append([(each.entity, each.status) for each in ours.sub_jobs or []])
    assert outcomes[0] == outcomes[1] != []


async def assert_sub_jobs_are_the_same(both: Both, job_id: str) -> None:
    listing = jobs.SUB_JOBS
    of_job = jobs.SubJobQuery(job_id=job_id)
    for query in (of_job, jobs.SubJobQuery(job_id=job_id, status="SUCCESS")):
        answer = both.sdk.call(listing.operation, query.model_dump(exclude_none=True))
        pages = listing.pages(both.client, query)
        rows = [row async for page in pages for row in page.rows]
        assert rows == raw_rows_in(listing, answer)
        assert pages.total == answer.total_count == len(rows)
        for record, row in zip(listing.records(rows), answer.jobs, strict=True):
            assert list(differences(record, row)) == []


@pytest.mark.parametrize("name", SENDS)
async def test_what_we_journal_and_follow_is_what_the_sdk_sees(
    name: str, cloud: Cloud, both: Both, known: dict[str, str], tmp_path: Path
) -> None:
    operation, template, _ = SENDS[name]
    values = filled(template, known)
    ids = tuple(values.get("desktop_ids", ()))
    kind: Literal["pool", "desktops"] = "desktops" if ids else "pool"
    target = Target(kind, values.get("pool_id", ""), name, ids)
    with Journal(tmp_path / "outbox.sqlite3") as journal:
        (sent,) = await dispatch(journal, both.client, TEXT, [target])
        ours_sent = last_request(cloud)
        by_sdk = both.sdk.call(operation, {**values, "notifications": TEXT}).job_id
        assert last_request(cloud) == ours_sent
        later(cloud, 60)
        ended = await follow(journal, both.client, sent)

    theirs = both.sdk.call(jobs.SHOW_JOB, {"job_id": sent.job_id})
    assert ended.job_status == theirs.status
    assert [(each.desktop_id, each.name, STATES[each.state]) for each in ended.desktops] == [
        (each.entities.desktop_id, each.entities.desktop_name, each.status)
        for each in theirs.sub_jobs
    ]
    course = await look(both.client, by_sdk)  # a job of the SDK's is followed as one of ours
    assert (course.status, course.desktops) == (ended.job_status, ended.desktops)
    assert (course.ended, course.verdict) == (True, ended.verdict)
    all_well = {each.status for each in theirs.sub_jobs} == {"SUCCESS"}
    assert (ended.verdict == "delivered") == all_well
