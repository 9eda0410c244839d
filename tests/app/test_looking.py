"""What is said of a send of unknown outcome has its grounds; where they are weak, that is said."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from console.app.looking import Findings, look
from console.outbox.journal import Journal
from console.outbox.send import Outcome, Place, Send, Target
from tests.client.wire import Reply, client_of, document, serving

NOW = datetime.now(UTC).replace(microsecond=0)
WRITTEN = NOW - timedelta(minutes=30)
POOL = Target("pool", "pool-1", "Pool")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Give a journal."""
    with Journal(tmp_path / "outbox.sqlite3", now=lambda: WRITTEN) as made:
        yield made


def settled(journal: Journal, url: str, outcome: Outcome, job_id: str = "") -> Send:
    """Write a send to a cloud at `url`."""
    (send,) = journal.write(Place("wire", "cn-north-4", "p", "d", url), [POOL], "m")
    journal.going(send.id)
    return journal.settle(send.id, outcome, job_id=job_id)


def told(value: object, ahead: float | None = 0.0) -> Reply:
    """Return an answer of a cloud whose clock is so many minutes behind; None: it has none."""
    date = [] if ahead is None else [("Date", format_datetime(NOW - timedelta(minutes=ahead)))]
    return document(value, headers=date)


def sub_job(began: datetime | None, job_id: str = "found") -> dict[str, Any]:
    time = began.strftime("%Y-%m-%d %H:%M:%S") if began else None
    return {"id": f"s-{job_id}", "job_id": job_id, "status": "SUCCESS", "begin_time": time}


async def found(
    journal: Journal, *rows: dict[str, Any], total: int | None = None, ahead: float | None = 0.0
) -> Findings:
    """Look for the job of a send of unknown outcome, in a cloud that lists these sub-jobs."""
    desktops = told({"desktops": [], "total_count": 0}, ahead)
    job = told({"id": "earlier", "status": "SUCCESS", "job_type": "notify"}, ahead)
    listed = told({"jobs": list(rows), "total_count": len(rows) if total is None else total}, ahead)
    async with serving(desktops, job, listed) as wire, client_of(wire, seconds=20) as client:
        settled(journal, wire.url, Outcome.ACCEPTED, "earlier")  # from it the type is known
        return await look(journal, client, settled(journal, wire.url, Outcome.UNKNOWN))


@pytest.mark.parametrize(
    ("minutes", "ahead", "likely"),
    [
        pytest.param(0.1, 0.0, [True], id="at once"),
        pytest.param(8 * 60, 0.0, [False], id="in the cloud's zone"),
        pytest.param(-5 * 60, 0.0, [False], id="west of it"),
        pytest.param(30, 0.0, [], id="at another time"),
        pytest.param(-14, 0.0, [], id="before it"),
        pytest.param(-14, 14.0, [True], id="by a clock that is behind"),
        pytest.param(0.1, 14.0, [], id="another one by that clock"),
        pytest.param(-14, None, [True], id="by a clock that may be behind"),
        pytest.param(None, 0.0, [False], id="without a time"),
    ],
)
async def test_a_job_of_about_that_time_is_found_in_whatever_zone_it_tells_it(
    minutes: float | None, ahead: float | None, likely: list[bool], journal: Journal
) -> None:
    began = None if minutes is None else WRITTEN + timedelta(minutes=minutes)
    findings = await found(journal, sub_job(began), ahead=ahead)
    assert [each.likely for each in findings.jobs] == likely
    assert (findings.type, findings.doubts) == ("notify", [])


async def test_what_was_looked_through_in_part_proves_nothing(journal: Journal) -> None:
    findings = await found(journal, sub_job(WRITTEN - timedelta(days=1, minutes=30)), total=7000)
    assert not findings.jobs
    assert findings.doubts == ["only 1 of 7,000 desktops of such jobs were looked through"]


async def test_the_likelier_job_comes_first_and_those_of_other_sends_are_none(
    journal: Journal,
) -> None:
    rows = [
        sub_job(WRITTEN + timedelta(hours=8), "zone"),
        sub_job(WRITTEN, "likely"),
        sub_job(WRITTEN, "earlier"),
    ]
    findings = await found(journal, *rows)
    assert [each.id for each in findings.jobs] == ["likely", "zone"]


async def test_a_job_that_a_doubtful_answer_named_is_looked_at(journal: Journal) -> None:
    desktops = told({"desktops": [], "total_count": 0})
    job = told({"id": "named", "status": "SUCCESS", "sub_jobs": [sub_job(WRITTEN, "named")]})
    async with serving(desktops, job) as wire, client_of(wire, seconds=20) as client:
        send = settled(journal, wire.url, Outcome.UNKNOWN, "named")
        findings = await look(journal, client, send)
        assert wire.received[1].target.endswith("/workspace-jobs/named")
    assert [(each.id, each.states["SUCCESS"]) for each in findings.jobs] == [("named", 1)]


async def test_another_cloud_is_not_asked_even_if_it_calls_the_project_the_same(
    journal: Journal,
) -> None:
    send = settled(journal, "https://there.example.com", Outcome.UNKNOWN)
    async with serving() as wire, client_of(wire) as client:
        findings = await look(journal, client, send)
        assert wire.received == []
    error = findings.error
    assert error is not None
    assert error.sentence == (
        f"send {send.id} went to endpoint https://there.example.com, and this way leads to "
        f"{wire.url}"
    )
    assert error.hint == "profile wire led there then, and has been changed since"


async def test_jobs_of_another_cloud_say_nothing_of_those_of_this_one(journal: Journal) -> None:
    settled(journal, "https://there.example.com", Outcome.ACCEPTED, "found")
    findings = await found(journal, sub_job(WRITTEN))
    assert [each.id for each in findings.jobs] == ["found"]
