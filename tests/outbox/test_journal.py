"""What is written into the journal, and what comes out of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.errors import Exit, OutcomeUnknownError
from console.outbox.journal import Journal, JournalError
from console.outbox.send import DesktopCourse, Draft, Outcome, Place, Send, Target, hash_of
from console.text import Json, json_text
from tests.outbox.making import DESKTOPS, OTHER, PLACE, POOL, Clock

ODD = "a\0b \x1b]0;x\x07 [/] \ud800 研发 \u202e 👩‍💻\r\n\t" + "x" * 100_000
"""What SQLite, a terminal or a markup reader could stumble over."""


def one(journal: Journal, text: str = "m", target: Target = POOL, place: Place = PLACE) -> Send:
    return journal.write(place, [target], text)[0]


def settled(journal: Journal, outcome: Outcome = Outcome.ACCEPTED, text: str = "m") -> Send:
    send = one(journal, text)
    journal.going(send.id)
    return journal.settle(send.id, outcome, job_id="j" if outcome is Outcome.ACCEPTED else "")


def test_a_send_is_there_as_it_was_written(journal: Journal, clock: Clock) -> None:
    written = journal.write(PLACE, [POOL, DESKTOPS], "hello", resend_of=7)
    assert written == [
        Send(
            id=number,
            place=PLACE,
            target=target,
            text="hello",
            text_hash=hash_of("hello"),
            written_at=clock.time,
            outcome=Outcome.WRITTEN,
            resend_of=7,
        )
        for number, target in [(1, POOL), (2, DESKTOPS)]
    ]
    assert journal.sends() == written[::-1]
    assert journal.send(1) == written[0]
    assert journal.send(3) is None


def test_a_send_goes_and_is_accepted_and_followed(journal: Journal, clock: Clock) -> None:
    send = one(journal)
    journal.going(send.id)
    assert journal.send(send.id) == replace(send, outcome=Outcome.GOING)
    clock.move(seconds=2)
    accepted = journal.settle(send.id, Outcome.ACCEPTED, job_id="job")
    assert accepted == replace(send, outcome=Outcome.ACCEPTED, job_id="job", settled_at=clock.time)
    clock.move(seconds=2)
    course = (
        DesktopCourse("d", "name", "user", "failed", "full"),
        DesktopCourse("e", "", "", "pending"),
    )
    followed = journal.course(send.id, "RUNNING", course, ended=False, verdict="", total=5)
    assert followed == replace(
        accepted, job_status="RUNNING", desktops=course, total=5, followed_at=clock.time
    )
    assert (followed.many, followed.untold) == (5, 3)
    ended = journal.course(send.id, "COMPLETE", course[:1], ended=True, verdict="failed")
    assert (ended.ended, ended.verdict, ended.desktops) == (True, "failed", course[:1])
    assert journal.sends() == [ended]


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.UNKNOWN])
def test_why_it_was_not_accepted_is_kept(journal: Journal, outcome: Outcome) -> None:
    error: dict[str, Json] = {
        **OutcomeUnknownError("cut \ud800").facts(),
        "status": 502,
        "more": [None, {"a": 1.5}],
    }
    send = one(journal)
    journal.going(send.id)
    assert journal.settle(send.id, outcome, error=error).error == error
    found = journal.send(send.id)
    assert found is not None
    assert found.error == error


def test_whatever_is_typed_or_answered_is_kept_whole(journal: Journal) -> None:
    place = Place(ODD, ODD, ODD, ODD, ODD)
    target = Target("desktops", ODD, ODD, (ODD, "b"), 2)
    send = one(journal, ODD, target, place)
    journal.going(send.id)
    journal.settle(send.id, Outcome.ACCEPTED, job_id=ODD)
    course = DesktopCourse(ODD, ODD, ODD, "failed", ODD)
    journal.course(send.id, ODD, [course], ended=True, verdict="partly")
    draft = Draft(ODD, ODD, (target,), ODD)
    journal.put_draft(draft)
    (found,) = journal.sends(profile=ODD, project_id=ODD)
    assert (found.place, found.target, found.text) == (place, target, ODD)
    assert (found.job_id, found.job_status, found.desktops) == (ODD, ODD, (course,))
    assert journal.same_lately(place, target, hash_of(ODD), timedelta(1)) == [found]
    assert [replace(each, changed_at=None) for each in journal.drafts()] == [draft]
    journal.drop_draft(ODD)
    assert journal.drafts() == []


def test_a_target_named_twice_is_refused_and_nothing_is_written(journal: Journal) -> None:
    with pytest.raises(JournalError, match="named twice") as caught:
        journal.write(PLACE, [POOL, OTHER, replace(POOL, name="alias")], "m")
    assert caught.value.exit_code is Exit.REFUSED
    assert journal.sends() == []


def test_a_send_goes_once(journal: Journal) -> None:
    send = one(journal)
    journal.going(send.id)
    with pytest.raises(JournalError, match="is going already"):
        journal.going(send.id)
    journal.settle(send.id, Outcome.UNKNOWN)
    with pytest.raises(JournalError, match="is unknown already"):
        journal.going(send.id)


@pytest.mark.parametrize("first", [Outcome.ACCEPTED, Outcome.REJECTED])
@pytest.mark.parametrize("then", [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.UNKNOWN])
def test_what_is_accepted_or_rejected_stays_so(
    journal: Journal, first: Outcome, then: Outcome
) -> None:
    send = settled(journal, first)
    with pytest.raises(JournalError, match=f"is {first.value} already"):
        journal.settle(send.id, then)
    assert journal.send(send.id) == send


def test_what_is_unknown_is_settled_when_somebody_has_looked(journal: Journal, path: Path) -> None:
    send = settled(journal, Outcome.UNKNOWN)
    with Journal(path) as other:
        found = other.settle(send.id, Outcome.ACCEPTED, job_id="found")
    assert journal.send(send.id) == found
    assert found.job_id == "found"


def test_an_outcome_that_settles_nothing_is_a_mistake_of_the_program(journal: Journal) -> None:
    with pytest.raises(ValueError, match="settles nothing"):
        journal.settle(one(journal).id, Outcome.GOING)


def test_what_is_not_in_the_journal_is_not_sent(journal: Journal) -> None:
    with pytest.raises(JournalError, match="there is no send 9"):
        journal.going(9)
    with pytest.raises(JournalError, match="there is no send 9"):
        journal.settle(9, Outcome.UNKNOWN)
    with pytest.raises(JournalError, match="there is no send 9"):
        journal.course(9, "", [], ended=False, verdict="")


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.UNKNOWN])
def test_only_what_is_accepted_has_a_course(journal: Journal, outcome: Outcome) -> None:
    send = settled(journal, outcome)
    with pytest.raises(JournalError, match="has no job"):
        journal.course(send.id, "COMPLETE", [], ended=True, verdict="delivered")


def test_a_late_answer_does_not_take_an_end_back(journal: Journal) -> None:
    send = settled(journal)
    ended = journal.course(send.id, "COMPLETE", [], ended=True, verdict="delivered")
    assert journal.course(send.id, "RUNNING", [], ended=False, verdict="") == ended
    assert journal.course(send.id, "", [], ended=True, verdict="") == ended
    assert journal.send(send.id) == ended


def test_what_ended_without_a_verdict_may_go_on(journal: Journal) -> None:
    send = settled(journal)
    journal.course(send.id, "RUNNING", [], ended=True, verdict="")
    assert not journal.course(send.id, "RUNNING", [], ended=False, verdict="").ended
    ended = journal.course(send.id, "COMPLETE", [], ended=True, verdict="delivered")
    assert journal.send(send.id) == ended


def test_sends_are_chosen(journal: Journal, clock: Clock) -> None:
    start = clock.time
    for outcome in (Outcome.ACCEPTED, Outcome.REJECTED, Outcome.UNKNOWN):
        settled(journal, outcome)
        clock.move(hours=1)
    journal.course(1, "COMPLETE", [], ended=True, verdict="delivered")
    one(journal, place=replace(PLACE, profile="other", project_id="p2"))
    settled(journal)

    def ids(**choice: object) -> list[int]:
        return [each.id for each in journal.sends(**choice)]  # type: ignore[arg-type]  # any of them

    assert ids() == [5, 4, 3, 2, 1]
    assert ids(limit=2) == [5, 4]
    assert ids(limit=2, offset=3) == [2, 1]
    assert ids(limit=0) == []
    assert ids(outcome=Outcome.UNKNOWN) == [3]
    assert ids(outcome={Outcome.UNKNOWN, Outcome.WRITTEN}) == [4, 3]
    assert ids(outcome=[]) == []
    assert ids(profile="other") == [4]
    assert ids(project_id="p1", outcome=Outcome.ACCEPTED) == [5, 1]
    assert ids(ended=True) == [1]
    assert ids(ended=False) == [5]
    assert ids(since=start + timedelta(hours=1)) == [5, 4, 3, 2]
    assert ids(since=start + timedelta(hours=1), until=start + timedelta(hours=3)) == [3, 2]
    assert ids(stands=["unknown", "delivered"]) == [3, 1]
    assert ids(stands=["accepted"]) == [5, 1]
    assert ids(stands=["ended"]) == ids(job_id="none") == []
    journal.course(5, "", [], ended=True, verdict="")
    assert ids(stands=["ended"]) == [5]
    assert ids(job_id="j") == [5, 1]
    assert ids(since=None, profile=None) == [5, 4, 3, 2, 1]


def test_sends_are_found_by_parts_of_names_and_texts(journal: Journal) -> None:
    journal.write(PLACE, [POOL, DESKTOPS], "Straße\0\ud800")
    journal.write(PLACE, [OTHER], "100%_")

    def ids(**choice: str) -> list[int]:
        return [each.id for each in journal.sends(**choice)]  # type: ignore[arg-type]  # name or text

    assert ids(text="STRASSE") == ids(text="\ud800") == [2, 1]
    assert ids(text="%_") == [3]
    assert ids(text="%s") == ids(text="100 ") == []
    assert ids(name="研发") == [3, 2, 1]
    assert ids(name="POOL-1") == [2, 1]
    assert ids(name="d-2") == [2]
    assert ids(name="d-2", text="strasse") == [2]


def test_a_page_comes_with_the_number_of_all(journal: Journal) -> None:
    for number in range(5):
        settled(journal, Outcome.UNKNOWN if number % 2 else Outcome.ACCEPTED)
    assert journal.page(limit=2) == (journal.sends()[:2], 5)
    assert journal.page(limit=2, offset=4) == (journal.sends()[4:], 5)
    assert journal.page(limit=0, outcome=Outcome.UNKNOWN) == ([], 2)
    assert journal.page()[1] == 5


def test_times_are_kept_to_the_microsecond_in_any_year(journal: Journal, clock: Clock) -> None:
    for moment in (
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ):
        clock.time = moment
        send = one(journal)
        found = journal.send(send.id)
        assert found is not None
        assert found.written_at == send.written_at == moment
        assert found.written_at.tzinfo is UTC


def test_the_same_text_to_the_same_target_lately(journal: Journal, clock: Clock) -> None:
    half = timedelta(minutes=30)

    def same(
        target: Target = POOL, text: str = "m", place: Place = PLACE, within: timedelta = half
    ) -> list[int]:
        return [each.id for each in journal.same_lately(place, target, hash_of(text), within)]

    assert same() == []
    accepted = settled(journal)
    assert same() == [accepted.id]
    assert same(replace(POOL, name="renamed")) == [accepted.id]
    assert same(place=replace(PLACE, profile="other")) == [accepted.id]
    assert same(DESKTOPS) == [accepted.id]  # they are of that pool
    assert same(OTHER) == same(replace(DESKTOPS, pool_id="pool-2")) == same(text="m ") == []
    assert same(place=replace(PLACE, project_id="p2")) == []
    settled(journal, Outcome.REJECTED)
    unknown = settled(journal, Outcome.UNKNOWN)
    going = one(journal)
    assert same() == [going.id, unknown.id, accepted.id]
    clock.move(minutes=30)
    assert len(same()) == 3
    clock.move(microseconds=1)
    assert same() == []
    assert len(same(within=timedelta(hours=1))) == 3
    clock.move(days=-1)  # a clock that was set back hides nothing
    assert len(same()) == 3


def test_pruning_keeps_what_is_recent_unknown_or_not_over(journal: Journal, clock: Clock) -> None:
    ended, failed = settled(journal), settled(journal)
    journal.course(ended.id, "COMPLETE", [], ended=True, verdict="delivered")
    journal.course(failed.id, "FAIL", [], ended=True, verdict="failed")
    rejected = settled(journal, Outcome.REJECTED)
    unknown, followed = settled(journal, Outcome.UNKNOWN), settled(journal)
    going, written = one(journal), one(journal)
    journal.going(going.id)
    clock.move(days=30)
    young = settled(journal, Outcome.REJECTED)
    kept = [young.id, written.id, going.id, followed.id, unknown.id]
    assert journal.prune(timedelta(days=31)) == 0
    assert journal.prune(timedelta(days=29)) == 3
    assert [each.id for each in journal.sends()] == kept
    assert journal.prune(timedelta(days=29)) == 0
    assert {ended.id, failed.id, rejected.id}.isdisjoint(kept)


def test_what_is_pruned_is_gone_from_the_disk_and_its_number_stays_its_own(
    journal: Journal, path: Path, clock: Clock
) -> None:
    last = settled(journal, Outcome.REJECTED, text="very private " * 20_000)
    clock.move(days=1)
    journal.prune(timedelta(0))
    found = b"".join(
        each.read_bytes() for each in path.parent.glob("outbox.sqlite3*") if each.is_file()
    )
    assert b"very private" not in found
    assert path.stat().st_size < 100_000
    assert one(journal).id == last.id + 1


def test_a_send_is_plain_json_too(journal: Journal, clock: Clock) -> None:
    first = settled(journal)
    journal.course(
        first.id,
        "COMPLETE",
        [DesktopCourse("d", "n", "u", "delivered")],
        ended=True,
        verdict="delivered",
    )
    clock.move(minutes=1)
    journal.write(PLACE, [DESKTOPS], ODD, resend_of=1)
    found = [each.facts() for each in journal.sends()][::-1]
    assert [each["id"] for each in found] == [1, 2]
    assert json.loads(json_text(list(found))) == found
    assert found[0] == {
        "id": 1,
        "written_at": "2026-11-20T10:11:12.345678+00:00",
        "outcome": "accepted",
        "verdict": "delivered",
        "place": {
            "profile": "prod",
            "region": "cn-north-4",
            "project_id": "p1",
            "domain_id": "d1",
            "endpoint": "https://workspace.example",
        },
        "target": {
            "kind": "pool",
            "pool_id": "pool-1",
            "name": "研发一部",
            "desktop_ids": [],
            "desktops": 3,
        },
        "text": "m",
        "text_hash": hash_of("m"),
        "settled_at": "2026-11-20T10:11:12.345678+00:00",
        "job_id": "j",
        "error": {},
        "job_status": "COMPLETE",
        "desktops": [
            {"desktop_id": "d", "name": "n", "user": "u", "state": "delivered", "reason": ""}
        ],
        "total": None,
        "resend_of": None,
        "followed_at": "2026-11-20T10:11:12.345678+00:00",
        "ended": True,
    }
    assert found[1]["text"] == ODD


def test_drafts_are_kept_the_last_changed_first(journal: Journal, clock: Clock) -> None:
    journal.put_draft(Draft("a", "first", (POOL, DESKTOPS), "prod"))
    clock.move(seconds=1)
    journal.put_draft(Draft("b", "second"))
    clock.move(seconds=1)
    journal.put_draft(Draft("a", "first, longer", (POOL,), "prod"))
    assert journal.drafts() == [
        Draft("a", "first, longer", (POOL,), "prod", clock.time),
        Draft("b", "second", (), "", clock.time - timedelta(seconds=1)),
    ]
    journal.drop_draft("b")
    journal.drop_draft("never there")
    assert [each.id for each in journal.drafts()] == ["a"]


def test_no_draft_goes_for_another_one_however_many_there_are(
    journal: Journal, clock: Clock
) -> None:
    names = {f"{number}" for number in range(520)}
    for name in names:
        journal.put_draft(Draft(name, "text"))
        clock.move(seconds=1)
    assert {each.id for each in journal.drafts()} == names


def test_the_version_changes_with_each_write_and_with_nothing_else(
    journal: Journal, path: Path
) -> None:
    with Journal(path) as other:
        seen = [(journal.version(), other.version())]

        def changed() -> tuple[bool, bool]:
            seen.append((journal.version(), other.version()))
            return seen[-1][0] != seen[-2][0], seen[-1][1] != seen[-2][1]

        assert changed() == (False, False)
        send = one(journal)
        assert changed() == (True, True)
        assert changed() == (False, False)
        other.put_draft(Draft("a", ""))
        assert changed() == (True, True)
        other.sends()
        journal.drafts()
        assert other.recover() == []
        assert changed() == (False, False)
        journal.going(send.id)
        assert changed() == (True, True)
        journal.close()
        other.recover()
        assert changed() == (True, True)
