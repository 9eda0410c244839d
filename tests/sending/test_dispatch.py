"""Into the journal, then one request for each target: what both say of it is the same."""

import asyncio
import json
import logging
import socket
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.client.client import Client
from console.errors import ConsoleError, Exit, ReadOnlyError
from console.outbox.journal import Journal, JournalError
from console.outbox.schema import STEPS
from console.outbox.send import Outcome, Place, Send, Target
from console.sending import dispatch as sending
from console.sending.dispatch import dispatch, exit_code
from console.sending.message import MessageError
from console.sending.repetition import RepeatedError, sent_lately
from console.sending.targets import TargetError, every_pool, of_pool
from tests.client.cutting import cutting
from tests.client.sends import CHUNKED, LENGTH
from tests.client.wire import client_of, document, profile_to, serving
from tests.cloud import Cloud

POOL = Target("pool", "pool", "Pool")
TEXT = "系统将于 18:00 维护 — save your work ✓"


async def pools(client: Client, *names: str) -> list[Target]:
    """Return pools as targets, by name."""
    found = {pool.name: of_pool(pool).target for pool in await every_pool(client)}
    return [found[name] for name in names]


def posts(cloud: Cloud) -> list[dict[str, Any]]:
    """Return the requests that would change something."""
    return [each for each in cloud.requests() if each["method"] != "GET"]


def told(journal: Journal) -> list[Outcome]:
    """Return what the journal says of each send, the oldest first."""
    return [each.outcome for each in reversed(journal.sends())]


async def test_sends_to_several_targets_each_have_an_outcome_of_their_own(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    targets = await pools(client, "研发一部", "外包开发-B", "QA-Linux")
    desktops = Target("desktops", "", "none", ("no-such-desktop",), 1)
    changes: list[tuple[int, Outcome]] = []
    sends = await dispatch(
        journal,
        client,
        TEXT,
        [*targets, desktops],
        on_change=lambda send: changes.append((send.id, send.outcome)),
    )
    assert [each.target for each in sends] == [*targets, desktops]
    accepted, rejected = Outcome.ACCEPTED, Outcome.REJECTED
    assert [each.outcome for each in sends] == [accepted, rejected, accepted, rejected]
    assert sends == journal.sends()[::-1]
    assert [bool(each.job_id) for each in sends] == [True, False, True, False]
    assert sends[1].error["code"] == "WKS.00000009"
    assert sends[1].error["exit_code"] == Exit.REFUSED
    assert exit_code(sends) is Exit.REFUSED

    bodies = [json.loads(each["body"]) for each in posts(cloud)]
    assert [each["notifications"] for each in bodies] == [TEXT] * 4
    for send in sends:
        of_it = [outcome for number, outcome in changes if number == send.id]
        assert of_it == [Outcome.WRITTEN, Outcome.GOING, send.outcome]


async def test_each_target_may_have_a_text_of_its_own(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    targets = await pools(client, "研发一部", "QA-Linux", "Board-Room")
    texts = dict(zip(targets, ["one", "two", "one"], strict=True))
    sends = await dispatch(journal, client, texts, targets)
    assert [(each.target, each.text) for each in sends] == list(texts.items())
    by_path = {each["path"].split("/")[-2]: json.loads(each["body"]) for each in posts(cloud)}
    assert by_path == {t.pool_id: {"notifications": texts[t]} for t in targets}


async def test_the_journal_names_the_place(client: Client, cloud: Cloud, journal: Journal) -> None:
    (send,) = await dispatch(journal, client, TEXT, await pools(client, "QA-Linux"))
    assert send.place.facts() == {
        "profile": "test",
        "region": cloud.facts["region"],
        "project_id": cloud.facts["project_id"],
        "domain_id": cloud.facts["domain_id"],
        "endpoint": cloud.url,
    }


async def test_a_read_only_profile_writes_nothing_and_asks_nobody(
    cloud: Cloud, journal: Journal
) -> None:
    async with Client(cloud.profile(read_only=True, project_id="")) as client:
        with pytest.raises(ReadOnlyError):
            await dispatch(journal, client, TEXT, [POOL])
    assert (journal.sends(), cloud.requests()) == ([], [])


@pytest.mark.parametrize(
    ("text", "targets", "error"),
    [
        ("esc \x1b[31m", [POOL], MessageError),
        ("", [POOL], MessageError),
        ("text", [], TargetError),
        ("text", [POOL, Target("pool", "pool", "the same")], TargetError),
        ("text", [Target("desktops", "", "none")], ConsoleError),
    ],
)
async def test_what_cannot_be_sent_is_not_written(
    text: str, targets: list[Target], error: type[ConsoleError], client: Client, journal: Journal
) -> None:
    with pytest.raises(error):
        await dispatch(journal, client, text, targets)
    assert journal.sends() == []


async def test_what_cannot_be_journalled_is_not_sent(
    client: Client, cloud: Cloud, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with Journal(tmp_path / "file" / "outbox.sqlite3") as journal, pytest.raises(JournalError):
        await dispatch(journal, client, TEXT, await pools(client, "QA-Linux"))
    assert posts(cloud) == []


def newer(path: Path, version: int = 999) -> None:
    """Make the journal one of a newer program, as an update meanwhile would; or of this one."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


async def test_a_journal_that_fails_after_writing_stops_the_request(
    client: Client, cloud: Cloud, journal: Journal, tmp_path: Path
) -> None:
    path = tmp_path / "outbox.sqlite3"
    targets = await pools(client, "QA-Linux")

    def spoil(send: Send) -> None:
        if send.outcome is Outcome.WRITTEN:
            newer(path)

    (send,) = await dispatch(journal, client, TEXT, targets, on_change=spoil)
    assert send.outcome is Outcome.REJECTED
    assert sending.unjournalled(send)
    assert posts(cloud) == []


async def test_an_outcome_that_cannot_be_journalled_is_told_and_unknown_at_the_next_start(
    client: Client, cloud: Cloud, journal: Journal, tmp_path: Path
) -> None:
    path = tmp_path / "outbox.sqlite3"
    targets = await pools(client, "QA-Linux")

    def spoil(send: Send) -> None:
        if send.outcome is Outcome.GOING:
            newer(path)

    (send,) = await dispatch(journal, client, TEXT, targets, on_change=spoil)
    assert send.outcome is Outcome.ACCEPTED
    assert send.job_id
    assert "newer" in sending.unjournalled(send)
    assert len(posts(cloud)) == 1
    journal.close()
    newer(path, len(STEPS))
    with Journal(path) as after:
        assert told(after) == [Outcome.UNKNOWN]


async def test_an_outcome_that_the_journal_did_not_take_is_written_as_soon_as_it_can_be(
    client: Client, journal: Journal, tmp_path: Path
) -> None:
    path = tmp_path / "outbox.sqlite3"
    targets = await pools(client, "QA-Linux")
    troubled: list[str] = []

    def spoil(send: Send) -> None:
        if send.outcome is Outcome.GOING:
            newer(path)
        elif why := sending.unjournalled(send):
            troubled.append(why)
            newer(path, len(STEPS))

    (send,) = await dispatch(journal, client, TEXT, targets, on_change=spoil)
    assert (len(troubled), sending.unjournalled(send)) == (1, "")
    assert journal.send(send.id) == send
    assert (send.outcome, bool(send.job_id)) == (Outcome.ACCEPTED, True)


async def test_what_was_followed_meanwhile_is_written_with_the_outcome(journal: Journal) -> None:
    (send,) = journal.write(Place("p", "r", "i", "d", "e"), [POOL], TEXT)
    journal.going(send.id)
    known = replace(
        send,
        outcome=Outcome.ACCEPTED,
        job_id="j",
        error={sending.UNJOURNALLED: "another process held it"},
        job_status="COMPLETE",
        total=3,
        followed_at=send.written_at,
        ended=True,
        verdict="failed",
    )
    settled = sending.settle_again(journal, known)
    assert settled == journal.send(send.id) == sending.settle_again(journal, settled)
    assert (settled.job_id, settled.verdict, settled.total) == ("j", "failed", 3)


async def test_nothing_left_where_nobody_listens(journal: Journal) -> None:
    async with serving(document({})) as wire:
        url = wire.url
    async with Client(profile_to(url, seconds=0.3)) as client:
        sends = await dispatch(journal, client, TEXT, [POOL])
    assert told(journal) == [Outcome.REJECTED]
    assert exit_code(sends) is Exit.TRY_AGAIN


@pytest.mark.parametrize(
    ("fault", "outcome", "code"),
    [
        ({"action": "answer", "status": 429}, Outcome.REJECTED, Exit.TRY_AGAIN),
        ({"action": "answer", "status": 401}, Outcome.REJECTED, Exit.CREDENTIALS),
        ({"action": "answer", "status": 409, "body": "{}"}, Outcome.REJECTED, Exit.REFUSED),
        ({"action": "answer", "status": 502}, Outcome.UNKNOWN, Exit.UNKNOWN),
        ({"action": "answer", "status": 503}, Outcome.UNKNOWN, Exit.UNKNOWN),
        ({"action": "answer", "status": 200, "body": "<html>"}, Outcome.UNKNOWN, Exit.UNKNOWN),
        ({"action": "answer", "status": 200, "body": "{}"}, Outcome.UNKNOWN, Exit.UNKNOWN),
        ({"action": "drop"}, Outcome.UNKNOWN, Exit.UNKNOWN),
        ({"action": "reset", "acts": True}, Outcome.UNKNOWN, Exit.UNKNOWN),
        ({"action": "cut"}, Outcome.UNKNOWN, Exit.UNKNOWN),
        ({"action": "stall", "seconds": 30}, Outcome.UNKNOWN, Exit.UNKNOWN),
    ],
    ids=lambda each: "-".join(str(v) for v in each.values()) if isinstance(each, dict) else None,
)
async def test_a_fault_makes_one_request_and_one_truthful_line(
    fault: dict[str, Any], outcome: Outcome, code: Exit, cloud: Cloud, journal: Journal
) -> None:
    seconds = 0.5 if fault["action"] == "stall" else 30
    async with Client(cloud.profile(total_seconds=seconds)) as client:
        targets = await pools(client, "QA-Linux")
        cloud.script({**fault, "path": "notifications$", "method": "POST"})
        sends = await dispatch(journal, client, TEXT, targets)
    assert told(journal) == [outcome]
    assert exit_code(sends) is code
    assert len(posts(cloud)) == 1


async def test_cut_at_any_byte_the_journal_counts_what_was_received(journal: Journal) -> None:
    async with cutting() as server, Client(profile_to(server.url, seconds=30)) as client:
        server.give = LENGTH
        await dispatch(journal, client, TEXT, [POOL])
        whole = len(server.requests[0])
        server.give, server.reset = b"", True
        for server.take in range(whole):
            await dispatch(journal, client, TEXT, [POOL])
        server.take = None
        for answer in (LENGTH, CHUNKED):
            for position in range(len(answer) + 1):
                server.give, server.reset = answer[:position], bool(position % 2)
                if position == len(answer):
                    server.reset = False
                await dispatch(journal, client, TEXT, [POOL])
        cases = 1 + whole + len(LENGTH) + len(CHUNKED) + 2
        assert len(server.requests) == cases > 600
    assert Counter(told(journal)) == {Outcome.ACCEPTED: 3, Outcome.UNKNOWN: cases - 3}


async def test_stopped_in_the_middle_it_is_unknown_and_what_had_not_begun_is_rejected(
    journal: Journal,
) -> None:
    async with cutting() as server, Client(profile_to(server.url, seconds=30)) as client:
        server.take = 1 << 20  # more than there is: it reads and never answers
        targets = [Target("pool", f"pool-{number}", "Pool") for number in range(6)]
        sending_all = asyncio.create_task(dispatch(journal, client, TEXT, targets))
        while len(server.requests) < sending.AT_ONCE or not all(server.requests):  # noqa: ASYNC110 - of several requests the server has no event
            await asyncio.sleep(0.01)
        sending_all.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending_all
        assert len(server.requests) == sending.AT_ONCE
    unknown, rejected = [Outcome.UNKNOWN] * 4, [Outcome.REJECTED] * 2
    assert told(journal) == unknown + rejected


class Waiting(logging.Handler):
    """Notices that a try has failed and another one is due."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = asyncio.Event()

    def emit(self, _record: logging.LogRecord) -> None:
        self.failed.set()


async def test_stopped_before_the_request_had_a_connection_nothing_left(journal: Journal) -> None:
    waiting = Waiting()
    logging.getLogger("stamina").addHandler(waiting)
    with socket.socket() as nobody:  # bound and never listening: every connection is refused
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        async with Client(profile_to(url, seconds=30)) as client:
            sending_one = asyncio.create_task(dispatch(journal, client, TEXT, [POOL]))
            await waiting.failed.wait()
            assert told(journal) == [Outcome.GOING]
            sending_one.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending_one
    logging.getLogger("stamina").removeHandler(waiting)
    (send,) = journal.sends()
    assert send.outcome is Outcome.REJECTED
    assert send.error["message"] == "it was stopped before anything left"


async def test_it_goes_to_the_place_that_was_confirmed_or_nowhere(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    place = await sending.place_of(client)
    targets = await pools(client, "QA-Linux")
    elsewhere = replace(place, project_id="another")
    with pytest.raises(TargetError, match="leads elsewhere"):
        await dispatch(journal, client, TEXT, targets, confirmed=elsewhere)
    assert (journal.sends(), posts(cloud)) == ([], [])
    (send,) = await dispatch(journal, client, TEXT, targets, confirmed=place)
    assert send.place == place


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 5, 8, 13, 40])
async def test_stopped_at_any_time_the_journal_never_says_less_than_was_received(
    turns: int, journal: Journal
) -> None:
    async with serving(document({"job_id": "j-1"})) as wire, client_of(wire, seconds=30) as client:
        task = asyncio.create_task(dispatch(journal, client, TEXT, [POOL]))
        for _ in range(turns):
            await asyncio.sleep(0.001 * (turns > 5))
        task.cancel()
        ended = await asyncio.gather(task, return_exceptions=True)
        received = len(wire.received)
    assert received <= 1
    outcomes = told(journal)
    if received:
        assert outcomes in ([Outcome.UNKNOWN], [Outcome.ACCEPTED])
    assert not set(outcomes) & {Outcome.WRITTEN, Outcome.GOING}
    if not isinstance(ended[0], BaseException):
        assert outcomes == [Outcome.ACCEPTED]


async def test_of_two_consoles_with_the_same_draft_one_sends(
    client: Client, cloud: Cloud, journal: Journal, tmp_path: Path
) -> None:
    targets = await pools(client, "QA-Linux")
    with Journal(tmp_path / "outbox.sqlite3") as other:
        for number in range(8):
            text = f"text {number}"
            ended = await asyncio.gather(
                *(dispatch(each, client, text, targets, knowing=()) for each in (journal, other)),
                return_exceptions=True,
            )
            (refused,) = [each for each in ended if isinstance(each, RepeatedError)]
            assert "to QA-Linux as " in refused.sentence
    assert Counter(told(journal)) == {Outcome.ACCEPTED: 8, Outcome.REJECTED: 8}
    assert len(posts(cloud)) == 8


async def test_a_repetition_that_the_operator_knows_of_is_sent(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    targets = await pools(client, "QA-Linux")
    (first,) = await dispatch(journal, client, TEXT, targets, knowing=())
    place = await sending.place_of(client)
    assert await sent_lately(journal, place, {targets[0]: TEXT}) == {targets[0]: [first]}
    assert await sent_lately(journal, place, {targets[0]: "another"}) == {}
    with pytest.raises(RepeatedError, match="QA-Linux as 1"):
        await dispatch(journal, client, TEXT, targets, knowing=())
    (third,) = await dispatch(
        journal, client, TEXT, targets, knowing=[first.id], resend_of=first.id
    )
    assert (third.outcome, third.resend_of) == (Outcome.ACCEPTED, first.id)
    assert len(posts(cloud)) == 2


async def test_the_same_text_to_a_pool_and_to_desktops_of_it_is_a_repetition(
    client: Client, cloud: Cloud, journal: Journal
) -> None:
    (pool,) = await pools(client, "QA-Linux")
    desktops = Target("desktops", pool.pool_id, "D-1", ("d-1", "d-2"), 2)
    place = await sending.place_of(client)
    (first,) = await dispatch(journal, client, TEXT, [pool], knowing=())
    assert await sent_lately(journal, place, {desktops: TEXT}) == {desktops: [first]}
    with pytest.raises(RepeatedError, match="to pool QA-Linux, with 2 of 2 desktops as 1"):
        await dispatch(journal, client, TEXT, [desktops], knowing=())
    await dispatch(journal, client, "one", [replace(desktops, desktop_ids=("d-1",))])
    journal.settle(journal.write(place, [desktops], "two")[0].id, Outcome.UNKNOWN)
    with pytest.raises(RepeatedError, match="to 2 desktops of QA-Linux"):
        await dispatch(journal, client, "two", [pool], knowing=())
    only = Target("desktops", "", "D-2", ("d-2",), 1)
    with pytest.raises(RepeatedError, match="to 1 of 1 desktops"):
        await dispatch(journal, client, "two", [only], knowing=())
    assert [each["path"].count(pool.pool_id) for each in posts(cloud)] == [1, 0]


def outcome_of(outcome: Outcome, code: int = 0) -> Send:
    """Return a send that ended so."""
    return Send(
        1,
        Place("p", "r", "i", "d", "e"),
        POOL,
        "text",
        "",
        written_at=None,  # type: ignore[arg-type] # it plays no part
        outcome=outcome,
        error={"exit_code": code},
    )


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        ([(Outcome.ACCEPTED, 0)] * 2, Exit.DONE),
        ([(Outcome.REJECTED, 3)] * 2, Exit.TRY_AGAIN),
        ([(Outcome.REJECTED, 4)], Exit.CREDENTIALS),
        ([(Outcome.REJECTED, 3), (Outcome.REJECTED, 1)], Exit.REFUSED),
        ([(Outcome.REJECTED, 3), (Outcome.ACCEPTED, 0)], Exit.REFUSED),
        ([(Outcome.REJECTED, 3), (Outcome.UNKNOWN, 5)], Exit.UNKNOWN),
        ([(Outcome.GOING, 0), (Outcome.ACCEPTED, 0)], Exit.UNKNOWN),
        ([(Outcome.REJECTED, 77)], Exit.REFUSED),
    ],
)
def test_the_exit_code_is_the_worst_and_try_again_holds_for_all_or_none(
    ended: list[tuple[Outcome, int]], code: Exit
) -> None:
    assert exit_code([outcome_of(*each) for each in ended]) is code
