"""A job is followed to its end; delivered is said where every desktop says so, and only there."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.app import courses
from console.client.client import Client
from console.errors import (
    ConsoleError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    SettingsError,
    UnreachableError,
)
from console.outbox.journal import Journal
from console.outbox.send import DesktopCourse, Outcome, Place, Send, Target
from console.sending import record
from console.sending.dispatch import UNJOURNALLED, dispatch, unjournalled
from console.sending.follow import Course, follow, look, watch
from console.text import Json
from tests.client.wire import Reply, Wire, answer, client_of, document, serving
from tests.cloud import Cloud
from tests.sending.test_dispatch import pools

WELL = "HR-Shared"
"""A pool whose desktops all run."""


class Waits:
    """Waits by setting the cloud's clock ahead, and keeps how long it was asked to."""

    def __init__(self, cloud: Cloud | None = None) -> None:
        self.seconds: list[float] = []
        self._cloud = cloud

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if self._cloud:
            ahead = {"offset_seconds": sum(self.seconds)}
            self._cloud.control.put("/_emulator/clock", json=ahead).raise_for_status()


async def sent(client: Client, journal: Journal, name: str) -> Send:
    """Send to a pool."""
    (send,) = await dispatch(journal, client, "Save your work.", await pools(client, name))
    assert send.outcome is Outcome.ACCEPTED
    return send


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("研发一部", ("COMPLETE", "partly")),
        (WELL, ("SUCCESS", "delivered")),
        ("Legal-Hold", ("FAIL", "failed")),
        ("Board-Room", ("SUCCESS", "")),  # it has no desktops: nobody got it
    ],
)
async def test_a_send_is_followed_to_its_end(
    name: str, end: tuple[str, str], client: Client, cloud: Cloud, journal: Journal
) -> None:
    status, verdict = end
    send = await sent(client, journal, name)
    changes: list[Send] = []
    ended = await follow(journal, client, send, on_change=changes.append, wait=Waits(cloud))
    assert (ended.job_status, ended.ended, ended.verdict) == (status, True, verdict)
    assert journal.send(send.id) == ended == changes[-1]
    assert len(ended.desktops) == send.target.desktops
    assert all(bool(each.reason) == (each.state == "failed") for each in ended.desktops)
    assert all(each.name for each in ended.desktops)
    if verdict == "partly":
        assert {each.state for each in ended.desktops} == {"delivered", "failed"}
        assert "pending" in {each.state for each in changes[0].desktops}
    if verdict:
        assert await follow(journal, client, ended, wait=Waits(cloud)) is ended


async def test_the_cloud_is_asked_often_at_first_and_then_more_seldom() -> None:
    async with serving(document({"status": "RUNNING"})) as wire, client_of(wire) as client:
        waits = Waits()
        looks = [each async for each in watch(client, "j", timeout=1200, wait=waits)]
        asked = len(wire.received)
    assert all(not each.ended for each in looks)
    assert waits.seconds[0] < 1
    assert waits.seconds == sorted(waits.seconds[:-1]) + waits.seconds[-1:]
    assert waits.seconds[-2] == 60
    assert sum(waits.seconds) == pytest.approx(1200)
    assert asked == len(waits.seconds) < 80


def sub_job(number: int, status: str, **more: Any) -> dict[str, Any]:
    entities = {"desktop_id": f"d-{number}", "desktop_name": f"DEV-{number}", "user_name": "li"}
    return {"id": f"s-{number}", "status": status, "entities": entities, **more}


def job(status: str, *sub_jobs: dict[str, Any], **more: Any) -> Reply:
    return document({"id": "j", "status": status, "sub_jobs": list(sub_jobs), **more})


DONE, BAD, BUSY = sub_job(1, "SUCCESS"), sub_job(2, "FAILED"), sub_job(3, "RUNNING")


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (job("SUCCESS", DONE), "delivered"),
        (job("COMPLETE", DONE), "delivered"),
        (job("COMPLETE", DONE, BAD), "partly"),
        (job("SUCCESS", DONE, BAD), "partly"),
        (job("FAIL", DONE), "partly"),
        (job("COMPLETE", BAD), "failed"),
        (job("COMPLETE", sub_job(1, "FAIL")), "failed"),
        (job("SUCCESS"), "delivered"),
        (job("SUCCESS", sub_jobs_total=0), ""),
        (job("COMPLETE"), ""),
        (job("FAIL", job_error_code="WKS.1", fail_reason="frozen"), "failed"),
        (job("COMPLETE", DONE, BUSY), "partly"),
        (job("COMPLETE", BUSY), ""),
        (job("COMPLETE", BAD, BUSY), "failed"),
        (job("COMPLETE", sub_job(1, "COMPLETE")), ""),
        (job("FAILED", BAD), "failed"),
        (job("FAILED", fail_reason="frozen"), "failed"),
    ],
    ids=range(17),
)
async def test_delivered_is_said_where_every_desktop_says_success(
    reply: Reply, verdict: str
) -> None:
    async with serving(reply) as wire, client_of(wire) as client:
        courses = [each async for each in watch(client, "j", timeout=3600, wait=Waits())]
    assert courses[-1].ended
    assert courses[-1].verdict == verdict
    assert all(each.verdict == "" for each in courses[:-1])
    assert all(each.reason for each in courses[-1].desktops if each.state == "pending")


@pytest.mark.parametrize("status", ["QUEUED", "排队中", "success", "\x1b[31m"])
async def test_an_unknown_status_goes_on(status: str) -> None:
    async with serving(job(status, DONE), job("SUCCESS", DONE)) as wire, client_of(wire) as client:
        first, last = [each async for each in watch(client, "j", wait=Waits())]
    assert (first.status, first.ended, first.verdict) == (status, False, "")
    assert last.verdict == "delivered"


async def test_desktops_that_are_told_of_late_are_waited_for() -> None:
    replies = [job("COMPLETE", BUSY), job("COMPLETE", BUSY), job("COMPLETE", sub_job(3, "SUCCESS"))]
    async with serving(*replies) as wire, client_of(wire) as client:
        courses = [each async for each in watch(client, "j", wait=Waits())]
    assert [(each.over, each.ended) for each in courses] == [
        (True, False),
        (True, False),
        (True, True),
    ]
    assert courses[-1].verdict == "delivered"


async def test_sub_jobs_that_the_job_leaves_out_are_listed_page_by_page() -> None:
    every = [sub_job(number, "SUCCESS") for number in range(1500)]
    head = job("SUCCESS", *every[:1], sub_jobs_total=len(every))
    pages = [
        document({"jobs": every[:1000], "total_count": len(every)}),
        document({"jobs": every[999:], "total_count": len(every)}),
    ]
    async with serving(head, *pages) as wire, client_of(wire, seconds=20) as client:
        course = await look(client, "j")
        targets = [each.target for each in wire.received[1:]]
    assert (course.ended, course.verdict, course.number("delivered")) == (True, "delivered", 1500)
    assert all("job_id=j" in each for each in targets)


async def test_desktops_that_nobody_names_are_not_taken_for_delivered() -> None:
    head = job("SUCCESS", DONE, sub_jobs_total=3)
    few = document({"jobs": [DONE], "total_count": 1})
    async with serving(head, few, head, few, head, few) as wire, client_of(wire) as client:
        looks = [each async for each in watch(client, "j", wait=Waits())]
    assert len(looks) == 3
    assert (looks[-1].verdict, looks[-1].total) == ("partly", 3)


async def test_desktops_that_nobody_names_are_counted(journal: Journal) -> None:
    head = job("COMPLETE", DONE, sub_jobs_total=10)
    few = document({"jobs": [DONE], "total_count": 1})
    async with serving(head, few, head, few, head, few) as wire, client_of(wire) as client:
        ended = await follow(journal, client, accepted(journal, wire), wait=Waits())
    assert journal.send(ended.id) == ended
    assert (ended.verdict, ended.total, ended.untold) == ("partly", 10, 9)
    row = record.row(ended)
    assert [row[each] for each in ("delivered", "failed", "pending")] == [1, 0, 9]
    assert record.reach(ended) == "1 of 10 desktops got it, 9 never told of"
    assert courses.said(ended).text == "1 of 10 delivered, 9 never told of"


@pytest.mark.parametrize("total", [-1, 10**30])
async def test_a_number_of_desktops_that_is_none_is_passed_over(total: int) -> None:
    async with (
        serving(job("SUCCESS", DONE, sub_jobs_total=total)) as wire,
        client_of(wire) as client,
    ):
        course = await look(client, "j")
    assert (course.total, course.verdict) == (None, "delivered")


async def test_a_job_just_accepted_may_be_unknown_for_a_while(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    send = await sent(client, journal, WELL)
    missing = {"error_code": "WKS.0404", "error_msg": "no job"}
    cloud.script(
        {
            "action": "answer",
            "path": "workspace-jobs",
            "status": 404,
            "body": str(missing).replace("'", '"'),
            "times": 5,
        }
    )
    troubles: list[ConsoleError] = []
    ended = await follow(journal, client, send, on_trouble=troubles.append, wait=Waits(cloud))
    assert ended.verdict == "delivered"
    assert [type(each) for each in troubles] == [NotFoundError] * 5


async def test_a_job_that_the_cloud_does_not_know_ends_without_a_verdict(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    send = await sent(client, journal, WELL)
    gone = replace(send, job_id="no-such-job")
    waits = Waits(cloud)
    ended = await follow(journal, client, gone, wait=waits)
    assert (ended.ended, ended.verdict) == (True, "")
    assert 60 <= sum(waits.seconds) < 90


NO_JOB = document({"error_code": "WKS.0404", "error_msg": "no job"}, 404)
STRAY = answer("<html>not here</html>", 404)


@pytest.mark.parametrize("stray", [[STRAY] * 40, [NO_JOB], [NO_JOB, NO_JOB, STRAY]])
async def test_a_stray_404_does_not_end_a_course(stray: list[Reply], journal: Journal) -> None:
    replies = [job("RUNNING", BUSY), *stray, job("SUCCESS", DONE)]
    async with serving(*replies) as wire, client_of(wire) as client:
        ended = await follow(journal, client, accepted(journal, wire), wait=Waits())
    assert (ended.ended, ended.verdict) == (True, "delivered")


async def test_a_job_that_is_gone_can_be_followed_again(journal: Journal) -> None:
    async with serving(job("RUNNING", BUSY), NO_JOB) as wire, client_of(wire) as client:
        waits = Waits()
        gone = await follow(journal, client, accepted(journal, wire), wait=waits)
        assert len(wire.received) >= 4
    assert (gone.ended, gone.verdict, gone.job_status) == (True, "", "RUNNING")
    assert sum(waits.seconds) > 30
    assert journal.send(gone.id) == gone
    changes: list[Send] = []
    replies = [NO_JOB, job("RUNNING", BUSY), job("SUCCESS", DONE)]
    async with serving(*replies) as wire, client_of(wire) as client:
        here = replace(gone, place=replace(gone.place, endpoint=wire.url))
        ended = await follow(journal, client, here, on_change=changes.append, wait=Waits())
    assert [each.ended for each in changes] == [False, True]
    assert journal.send(gone.id) == ended
    assert ended.verdict == "delivered"


async def test_what_the_journal_did_not_take_is_written_with_the_next_look(
    journal: Journal,
) -> None:
    changes: list[Send] = []
    async with (
        serving(job("RUNNING", BUSY), job("SUCCESS", DONE)) as wire,
        client_of(wire) as client,
    ):
        send = accepted(journal, wire, settled=False)
        assert journal.send(send.id) != send
        ended = await follow(journal, client, send, on_change=changes.append, wait=Waits())
    assert [unjournalled(each) for each in changes] == ["", ""]
    assert journal.send(send.id) == ended
    assert (ended.outcome, ended.job_id, ended.verdict) == (Outcome.ACCEPTED, "j", "delivered")


async def test_a_look_that_fails_is_passed_over_and_a_wait_that_is_asked_for_is_kept() -> None:
    throttled = answer(status=429, headers=[("Retry-After", "40")])
    replies = [job("RUNNING", BUSY), throttled, answer("<html>"), job("SUCCESS", DONE)]
    async with serving(*replies) as wire, client_of(wire) as client:
        troubles: list[ConsoleError] = []
        waits = Waits()
        courses = [
            each async for each in watch(client, "j", on_trouble=troubles.append, wait=waits)
        ]
    assert courses[-1].verdict == "delivered"
    assert [each.title for each in troubles] == ["Throttled", "Unreadable answer"]
    assert waits.seconds[2] == 40


async def test_a_cloud_that_fails_for_long_is_asked_until_the_time_is_over() -> None:
    async with serving(answer(status=503)) as wire, client_of(wire, seconds=0.05) as client:
        troubles: list[ConsoleError] = []
        watched = watch(client, "j", timeout=20, on_trouble=troubles.append, wait=Waits())
        assert [each async for each in watched] == []
    assert len(troubles) > 5
    assert {type(each) for each in troubles} <= {ServerError, UnreachableError}  # or too slow


async def test_what_waiting_would_not_mend_is_raised_and_it_can_be_followed_later(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    send = await sent(client, journal, WELL)
    cloud.script({"action": "answer", "path": "workspace-jobs", "status": 403})
    with pytest.raises(PermissionDeniedError):
        await follow(journal, client, send, wait=Waits(cloud))
    assert journal.send(send.id) == send
    assert (await follow(journal, client, send, wait=Waits(cloud))).verdict == "delivered"


@pytest.mark.parametrize(
    ("change", "leads"),
    [
        ({"project_id": "another"}, "this way leads to another$"),
        ({"endpoint": "http://127.0.0.1:9"}, "this way leads to http://127.0.0.1:9$"),
    ],
)
async def test_a_job_is_asked_for_where_it_is_only(
    change: dict[str, Any], leads: str, client: Client, cloud: Cloud, journal: Journal
) -> None:
    send = await sent(client, journal, WELL)
    before = len(cloud.requests())
    async with Client(cloud.profile(**change)) as other:
        with pytest.raises(SettingsError, match=leads):
            await follow(journal, other, send, timeout=1.0, wait=Waits(cloud))
    assert len(cloud.requests()) == before


async def test_the_time_that_is_over_leaves_the_course_as_known(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    send = await sent(client, journal, "研发一部")
    ahead = Waits(cloud)
    now = await follow(journal, client, send, timeout=1.0, wait=ahead)
    assert (now.ended, now.verdict) == (False, "")
    assert sum(ahead.seconds) == pytest.approx(1.0)
    assert journal.send(send.id) == now


async def test_an_unchanged_course_is_written_once(journal: Journal) -> None:
    async with serving(job("RUNNING", BUSY)) as wire, client_of(wire) as client:
        send = accepted(journal, wire)
        versions: set[int] = set()
        changes: list[Send] = []

        async def wait(_: float) -> None:
            versions.add(journal.version())

        await follow(journal, client, send, on_change=changes.append, timeout=60, wait=Once(wait))
    assert len(changes) == 1
    assert len(versions) == 2  # before and after the first look


class Once:
    """Waits through a function, a few times; then the time is over."""

    def __init__(self, wait: Callable[[float], Any]) -> None:
        self._wait = wait

    async def __call__(self, seconds: float) -> None:
        await self._wait(seconds)


async def test_a_journal_that_fails_hides_nothing(tmp_path: Path) -> None:
    async with serving(job("SUCCESS", DONE)) as wire, client_of(wire) as client:
        with Journal(tmp_path / "outbox.sqlite3") as elsewhere:
            send = accepted(elsewhere, wire)
        (tmp_path / "file").touch()
        troubles: list[ConsoleError] = []
        with Journal(tmp_path / "file" / "outbox.sqlite3") as broken:
            ended = await follow(broken, client, send, on_trouble=troubles.append, wait=Waits())
    assert (ended.ended, ended.verdict) == (True, "delivered")
    assert [each.title for each in troubles] == ["Journal not usable"]


async def test_a_job_that_fails_as_a_whole_says_why(journal: Journal) -> None:
    reply = job("FAIL", job_error_code="WKS.1", fail_reason="frozen")
    async with serving(reply) as wire, client_of(wire) as client:
        ended = await follow(journal, client, accepted(journal, wire), wait=Waits())
    assert ended.job_status == "FAIL: frozen (WKS.1)"


async def test_following_can_be_stopped(journal: Journal) -> None:
    async with serving(Reply(then="hold")) as wire, client_of(wire, seconds=30) as client:
        task = asyncio.create_task(follow(journal, client, accepted(journal, wire), wait=Waits()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def accepted(journal: Journal, wire: Wire, *, settled: bool = True) -> Send:
    """Return a send that the wire's project accepted; where not `settled`, the journal lacks it."""
    place = Place("wire", "cn-north-4", "p", "d", wire.url)
    (send,) = journal.write(place, [Target("pool", "pool", "Pool")], "text")
    journal.going(send.id)
    if not settled:
        error: dict[str, Json] = {UNJOURNALLED: "another process held it"}
        return replace(send, outcome=Outcome.ACCEPTED, job_id="j", error=error)
    return journal.settle(send.id, Outcome.ACCEPTED, job_id="j")


def test_a_course_counts_its_desktops() -> None:
    states = ("delivered", "failed", "delivered", "pending")
    desktops = tuple(DesktopCourse(str(n), "", "", state) for n, state in enumerate(states))  # type: ignore[arg-type] # each is one of them
    course = Course("RUNNING", desktops, None)
    assert [course.number(each) for each in ("delivered", "failed", "pending")] == [2, 1, 1]
