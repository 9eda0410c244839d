"""`console send --again`: what may be seen a second time needs a word of its own, each time."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest

from console.outbox.journal import Journal
from console.outbox.send import DesktopCourse, Outcome, Send
from tests.cli.place import Place
from tests.cli.sends import WELL, Here, journalled, posts
from tests.cloud import Cloud

DROPPED = {"action": "drop", "path": "notifications$", "method": "POST", "acts": True}

Earlier: TypeAlias = Callable[..., Send]


@pytest.fixture
def earlier(here: Here, place: Place) -> Earlier:
    """Give what writes a send of before to the pool that all go to, and returns it."""
    assert here("send", "--pool", WELL, "--message", "first", "--yes").code == 0
    (like,) = journalled(place)

    def written(
        outcome: Outcome,
        hours: float,
        *,
        resend_of: int | None = None,
        endpoint: str = "",
        profile: str = "",
    ) -> Send:
        then = datetime.now(UTC) - timedelta(hours=hours)
        where = replace(
            like.place,
            endpoint=endpoint or like.place.endpoint,
            profile=profile or like.place.profile,
        )
        with Journal(place.state / "outbox.sqlite3", now=lambda: then) as journal:
            text = f"text of {resend_of or then}"
            (send,) = journal.write(where, [like.target], text, resend_of=resend_of)
            journal.going(send.id)
            return journal.settle(send.id, outcome, job_id="j" * (outcome is Outcome.ACCEPTED))

    return written


def test_what_may_be_seen_twice_is_not_sent_unasked(
    here: Here, cloud: Cloud, earlier: Earlier
) -> None:
    unknown, old = earlier(Outcome.UNKNOWN, 9).id, earlier(Outcome.ACCEPTED, 9).id
    fresh = earlier(Outcome.ACCEPTED, 0.4).id
    ahead = earlier(Outcome.ACCEPTED, -9).id
    repeated, in_vain = earlier(Outcome.ACCEPTED, 9).id, earlier(Outcome.ACCEPTED, 9).id
    second = earlier(Outcome.ACCEPTED, 8, resend_of=repeated).id
    earlier(Outcome.REJECTED, 8, resend_of=in_vain)
    rejected = earlier(Outcome.REJECTED, 0.1).id
    for number, doubt in (
        (unknown, f"the outcome of send {unknown} is unknown"),
        (fresh, f"send {fresh} went 24 min ago: accepted"),
        (ahead, "ahead of this machine's clock: accepted"),
        (repeated, f"send {repeated} was repeated as {second}: accepted"),
    ):
        ran = here("send", "--again", str(number), "--yes")
        assert ran.code == 2
        assert doubt in ran.err
        assert "--repeat" in ran.err
    assert len(posts(cloud)) == 1
    assert here("send", "--again", str(unknown), "--yes", "--repeat").code == 0
    for number in (old, in_vain, rejected):
        assert here("send", "--again", str(number), "--yes").code == 0
    assert len(posts(cloud)) == 5


def test_a_fresh_repetition_is_asked_about_a_second_time(
    place: Place, cloud: Cloud, earlier: Earlier
) -> None:
    fresh = earlier(Outcome.ACCEPTED, 0.4).id
    for answer, code in (("yes", 2), ("again", 0)):
        with place.terminal("send", "--again", str(fresh)) as dialogue:
            shown = dialogue.answer("to send: ", "yes")
            assert f"this repeats send {fresh} (accepted)" in shown
            assert f"send {fresh} went 24 min ago: accepted" in shown
            dialogue.answer("type `again` to send it all the same: ", answer)
            assert dialogue.end() == code
    assert len(posts(cloud)) == 2


def test_those_of_whom_nothing_is_known_yet_are_said_to_be_left_out(
    here: Here, place: Place, cloud: Cloud
) -> None:
    assert here("send", "--pool", WELL, "--message", "m", "--yes").code == 0
    (send,) = journalled(place)
    rows = here("desktops", "--pool-id", send.target.pool_id, "-o", "json").out
    first, second = (each["desktop_id"] for each in json.loads(rows)[:2])
    courses = [DesktopCourse(first, "A", "", "failed"), DesktopCourse(second, "B", "", "pending")]
    with Journal(place.state / "outbox.sqlite3") as journal:
        journal.course(send.id, "RUNNING", courses, ended=False, verdict="", total=4)
    words = f"3 are still pending and are left out (as last heard; console job {send.job_id} "
    for option in ("--dry-run", "--yes"):
        ran = here("send", "--again", "1", "--missed", option)
        assert ran.code == 0, ran.err
        assert words in ran.err
    assert json.loads(posts(cloud)[-1]["body"])["desktop_ids"] == [first]


def test_what_went_elsewhere_is_told_apart(here: Here, cloud: Cloud, earlier: Earlier) -> None:
    number = earlier(Outcome.REJECTED, 9, endpoint="https://workspace.example.com").id
    ran = here("send", "--again", str(number), "--yes")
    assert ran.code == 2
    assert (
        f"went to endpoint https://workspace.example.com, and this way leads to {cloud.url}\n"
    ) in ran.err
    assert "the environment led there then" in ran.err
    assert "region" not in ran.err
    assert "project" not in ran.err
    unknown = earlier(Outcome.UNKNOWN, 9, endpoint="https://workspace.example.com").id
    before = len(cloud.requests())
    for options in ((), ("-o", "json")):
        ran = here("sent", str(unknown), "--look", *options)
        assert (ran.code, ran.out) == (2, "")
        assert "went to endpoint https://workspace.example.com, and this way" in ran.err
    assert len(cloud.requests()) == before


def test_it_is_said_what_leads_to_where_it_was_sent(
    here: Here, place: Place, cloud: Cloud, earlier: Earlier
) -> None:
    place.write(place.keyed("other", cloud, 'region = "cn-north-4"'))
    away = {"endpoint": "https://workspace.example.com"}
    for profile, option, said in (
        ("demo", (), "it was sent in a demo, which only the same run can reach"),
        ("environment", ("--profile", "other"), "the environment's credentials: profile env"),
        ("gone", (), "profile gone is the one that it was sent with"),
        ("other", ("--profile", "other"), "profile other led there then"),
    ):
        number = earlier(Outcome.REJECTED, 9, profile=profile, **away).id
        ran = here("send", "--again", str(number), "--yes", *option)
        assert (ran.code, said in ran.err) == (2, True), ran.err
        assert len(posts(cloud)) == 1
    number = earlier(Outcome.UNKNOWN, 9, profile="demo", **away).id
    ran = here("sent", str(number), "--look")
    assert (ran.code, "in a demo, which only the same run can reach" in ran.err) == (2, True), (
        ran.err
    )


def test_what_cannot_be_repeated_is_said_where_nobody_could_confirm_it_either(
    here: Here, place: Place
) -> None:
    for number in ("99", "1"):
        ran = here("send", "--again", number, "--missed")
        assert (ran.code, f"there is no send {number}" in ran.err) == (2, True), ran.err
    assert not (place.state / "outbox.sqlite3").exists()
    assert here("send", "--pool", WELL, "--message", "m", "--yes").code == 0
    for options, why in (
        (("99",), "there is no send 99 in the journal"),
        (("1", "--missed"), "send 1 names no desktop that it did not reach"),
        (("1",), "there is no terminal to confirm it at"),
    ):
        ran = here("send", "--again", *options)
        assert (ran.code, why in ran.err) == (2, True), ran.err


def test_an_unknown_outcome_is_five_and_is_looked_at_before_it_is_repeated(
    here: Here, place: Place, cloud: Cloud
) -> None:
    cloud.script(DROPPED)
    words = ("send", "--pool", WELL, "--message", "m", "--yes")
    first = here(*words)
    assert first.code == 5
    assert "OUTCOME UNKNOWN" in first.err
    shown = here("sent", "1")
    for told in (first.err, shown.out):
        assert 0 < told.index("console sent 1 --look") < told.index("console send --again 1")
    looked = here("sent", "1", "--look")
    assert looked.code == 0, looked.err
    assert "desktops of HR-Shared connected now: ask their users" in looked.out
    facts = json.loads(here("sent", "1", "--look", "-o", "json").out)
    assert facts["id"] == 1
    assert len(posts(cloud)) == 1
    assert here(*words).code == here("send", "--again", "1", "--yes").code == 2
    assert len(posts(cloud)) == 1
    assert here("send", "--again", "1", "--yes", "--repeat").code == 0
    assert [(each.outcome, each.resend_of) for each in journalled(place)] == [
        (Outcome.UNKNOWN, None),
        (Outcome.ACCEPTED, 1),
    ]
    again = here("send", "--again", "1", "--yes")
    assert again.code == 2
    assert "send 1 was repeated as 2: accepted" in again.err
    assert "it was repeated as send 2: accepted" in here("sent", "1", "--look").out
    assert here("sent", "2", "--look").code == here("sent", "--look").code == 2
    assert len(posts(cloud)) == 2


def test_what_arrived_is_noted_as_the_job_that_was_found(
    here: Here, place: Place, cloud: Cloud
) -> None:
    words = ("send", "--pool", WELL, "--yes", "--message")
    assert here(*words, "accepted").code == 0
    cloud.script(DROPPED)
    assert here(*words, "arrives").code == 5
    for options, why in (
        (("1", "--arrived", "--yes"), "send 1 is accepted"),
        (("2", "--arrived"), "there is no terminal to confirm it at"),
        (("2", "--arrived", "--yes", "--job", "j"), "job j is none of those that were found"),
        (("2", "--arrived", "--look"), "--arrived looks by itself"),
        (("2", "--yes"), "--job and --yes go with --arrived"),
        (("--arrived",), "--arrived goes with the number of a send"),
    ):
        ran = here("sent", *options)
        assert (ran.code, why in ran.err) == (2, True), ran.err
    assert "to note that it arrived: console sent 2 --arrived\n" in here("sent", "2", "--look").out
    for answer, code in (("yes", 2), ("arrived", 0)):
        with place.terminal("sent", "2", "--arrived") as dialogue:
            shown = dialogue.until("type `arrived` to note send 2 as job ")
            assert "it has probably ARRIVED: job " in shown
            dialogue.type(f"{answer}\n")
            assert dialogue.end() == code
            assert ("nothing was noted" in dialogue.shown) is bool(code)
    noted = journalled(place)[1]
    assert (noted.outcome, bool(noted.job_id)) == (Outcome.ACCEPTED, True)
    again = here("send", "--again", "2", "--yes")
    assert (again.code, "send 2 went " in again.err) == (2, True), again.err
    cloud.script({**DROPPED, "acts": False})
    assert here(*words, "lost").code == 5
    ran = here("sent", "3", "--arrived", "--yes")
    assert (ran.code, "no job was found" in ran.err) == (2, True), ran.err
    cloud.script(DROPPED)
    assert here(*words, "arrives as well").code == 5
    ran = here("sent", "4", "--arrived", "--yes", "-o", "json")
    assert (ran.code, json.loads(ran.out)["outcome"]) == (0, "accepted"), ran.err
    assert "send 4 is UNKNOWN no more: it arrived, as job " in ran.err
    assert len(posts(cloud)) == 4
