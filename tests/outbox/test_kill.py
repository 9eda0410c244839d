"""A process that is killed: whatever the moment, the next start tells the truth."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from console.outbox.journal import Journal
from console.outbox.schema import STEPS, Step
from console.outbox.send import DesktopCourse, Draft, Outcome
from tests.outbox.making import OTHER, PLACE, POOL, Console
from tests.profiles.forked import killed_at

PERIOD = timedelta(minutes=5)


def outcomes(path: Path) -> list[str]:
    with Journal(path) as journal:
        recovered = journal.sends()
        assert journal.recover() == [
            each for each in recovered if "the console ended" in str(each.error)
        ]
        assert journal.notice == ""
    return [each.outcome.value for each in recovered]


def test_killed_before_it_left_it_is_rejected_and_says_why(path: Path) -> None:
    with Console(path) as console:
        assert console.does("write-two", "m") == [1, 2]
        console.dies()
    with Journal(path) as journal:
        for send in journal.sends():
            assert send.outcome is Outcome.REJECTED
            assert send.error["message"] == "the console ended before anything of it left"
            assert send.settled_at is not None
            assert journal.same_lately(PLACE, send.target, send.text_hash, PERIOD) == []


def test_killed_on_its_way_it_is_unknown(path: Path) -> None:
    with Console(path) as console:
        console.does("write-two", "m")
        console.does("going", 2)
        console.dies()
    assert outcomes(path) == ["unknown", "rejected"]


@pytest.mark.parametrize("outcome", ["accepted", "rejected", "unknown"])
def test_killed_after_its_end_it_is_what_it_was(path: Path, outcome: str) -> None:
    with Console(path) as console:
        console.does("write", "m")
        console.does("going", 1)
        console.does("settle", 1, outcome)
        console.dies()
    assert outcomes(path) == [outcome]


def test_what_was_found_dead_is_told_once(path: Path) -> None:
    with Journal(path) as journal, Console(path) as console:
        journal.version()
        console.does("write-two", "m")
        console.does("going", 1)
        console.dies()
        before = journal.version()
        assert [(each.id, each.outcome.value) for each in journal.recover()] == [
            (2, "rejected"),
            (1, "unknown"),
        ]
        assert journal.version() != before
        assert journal.recover() == []
    with Journal(path) as journal:
        assert journal.recover() == []


def test_what_was_found_dead_at_the_start_is_told_once(path: Path) -> None:
    with Console(path) as console:
        console.does("write-two", "m")
        console.does("going", 1)
        console.dies()
    with Journal(path) as journal:
        assert journal.drafts() == []
        found = journal.recover()
        assert [(each.id, each.outcome.value) for each in found] == [
            (2, "rejected"),
            (1, "unknown"),
        ]
        assert found == journal.sends()
        assert journal.recover() == []


def test_what_is_read_is_true_before_anything_is_recovered(path: Path) -> None:
    with Journal(path) as journal, Console(path) as console:
        console.does("write-two", "m")
        console.does("going", 1)
        assert [each.outcome for each in journal.sends()] == [Outcome.WRITTEN, Outcome.GOING]
        console.dies()
        found = journal.sends()
        assert [each.outcome for each in found] == [Outcome.REJECTED, Outcome.UNKNOWN]
        assert "ended" in str(found[0].error["message"])
        assert journal.sends(outcome=Outcome.GOING) == []
        assert journal.sends(outcome=Outcome.UNKNOWN) == [found[1]]
        assert journal.send(1) == found[1]
        assert journal.same_lately(PLACE, POOL, found[1].text_hash, PERIOD) == [found[1]]
        assert journal.settle(1, Outcome.ACCEPTED, job_id="seen").job_id == "seen"


def test_a_draft_outlives_the_process(path: Path) -> None:
    with Console(path) as console:
        for text in ("h", "he", "hel"):
            console.does("draft", text)
        console.dies()
    with Journal(path) as journal:
        assert [each.text for each in journal.drafts()] == ["hel"]


FILES = {
    "outbox/journal.py": 12,
    "outbox/ledger.py": 5,
    "outbox/database.py": 20,
    "outbox/row.py": 12,
    "outbox/owner.py": 8,
}
"""The files whose steps are taken, with how many moments there are at least to be killed at."""


@pytest.mark.parametrize("of", FILES)
def test_killed_anywhere_the_journal_agrees_with_what_was_reached(path: Path, of: str) -> None:
    """The steps are taken in order, and the step reached is noted outside of the journal."""
    steps: list[tuple[str, Callable[[Journal], object]]] = [
        ("written", lambda journal: journal.write(PLACE, [POOL, OTHER], "m")),
        ("going", lambda journal: journal.going(1)),
        ("accepted", lambda journal: journal.settle(1, Outcome.ACCEPTED, job_id="j")),
        ("ended", course),
    ]
    begun, done = path.parent.parent / "begun", path.parent.parent / "done"

    def work() -> None:
        journal = Journal(path)
        for name, step in steps:
            begun.write_text(name)
            step(journal)
            done.write_text(name)

    # What may be found of the two sends after a step has been done, or begun and perhaps not done.
    allowed = {
        "": [],
        "written": ["rejected", "rejected"],
        "going": ["unknown", "rejected"],
        "accepted": ["accepted", "rejected"],
        "ended": ["accepted", "rejected"],
    }
    kills = 0
    number = 0
    while True:
        for each in (begun, done):
            each.write_text("")
        killed = killed_at(number, work, of=of)
        if path.parent.exists():
            found = outcomes(path)[::-1]
            assert found in [allowed[begun.read_text()], allowed[done.read_text()]], number
            remove(path.parent)
        if not killed:
            break
        kills += 1
        number += 3 if of == "outbox/database.py" else 1
    assert done.read_text() == "ended"
    assert kills >= FILES[of]


def course(journal: Journal) -> None:
    journal.course(
        1, "COMPLETE", [DesktopCourse("d", "n", "u", "delivered")], ended=True, verdict="delivered"
    )


def remove(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir():
            remove(each)
        else:
            each.unlink()
    folder.rmdir()


NEXT: list[Step] = [*STEPS, ["ALTER TABLE sends ADD COLUMN more TEXT", "CREATE TABLE other (a)"]]


def test_killed_while_it_is_brought_to_a_newer_version_it_is_old_or_new(path: Path) -> None:
    with Journal(path) as journal:
        journal.write(PLACE, [POOL], "m")
        journal.put_draft(Draft("d", "typed"))
    number = 0
    versions = []
    while killed_at(number, lambda: Journal(path, steps=NEXT).sends(), of="outbox/schema.py"):
        with Journal(path, steps=NEXT) as journal:
            assert [each.text for each in journal.sends()] == ["m"]
            assert [each.text for each in journal.drafts()] == ["typed"]
        versions.append(int.from_bytes(path.read_bytes()[60:64]))
        begin_again(path)
        number += 1
    assert number > 5
    assert set(versions) == {len(NEXT)}


def begin_again(path: Path) -> None:
    path.unlink()
    with Journal(path) as journal:
        journal.write(PLACE, [POOL], "m")
        journal.put_draft(Draft("d", "typed"))


@pytest.mark.parametrize("number", range(0, 60, 4))
def test_killed_while_a_broken_file_is_set_aside_nothing_of_it_is_lost(
    path: Path, number: int
) -> None:
    path.parent.mkdir()
    path.write_bytes(b"once it was a journal " * 100)
    killed_at(number, lambda: Journal(path).sends(), of="outbox/database.py")
    with Journal(path) as journal:
        journal.write(PLACE, [POOL], "m")
        assert len(journal.sends()) == 1
    kept = [each.read_bytes() for each in path.parent.glob("*.broken-*")]
    assert b"once it was a journal " * 100 in kept


def test_a_child_that_outlives_the_console_does_not_speak_for_it(path: Path) -> None:
    with Console(path) as console:
        console.does("write", "m")
        console.does("going", 1)
        child = console.does("leave-a-child")
        try:
            os.kill(child, 0)
            console._process.wait()
            assert outcomes(path) == ["unknown"]
        finally:
            os.kill(child, 9)
