"""Journals of other versions: a newer one is left alone, an older one is brought up to date."""

import sqlite3
from pathlib import Path

from console.outbox import schema
from console.outbox.journal import Journal
from console.outbox.schema import STEPS, Step
from tests.outbox.making import PLACE, POOL, Console, filled, raw, sentence

MORE: Step = [
    "ALTER TABLE sends ADD COLUMN more TEXT NOT NULL DEFAULT 'x'",
    "CREATE TABLE other (a)",
]


def test_a_newer_journal_is_refused_and_stays_as_it_is(path: Path) -> None:
    with Journal(path, steps=[*STEPS, MORE]) as newer:
        newer.write(PLACE, [POOL], "m")
    before = path.read_bytes()
    said = sentence(Journal(path).sends)
    assert (
        f"{path} was written by a newer console: its version is {len(STEPS) + 1}, "
        f"this one knows up to {len(STEPS)}"
    ) in said
    assert "use the newer console" in said
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*broken*"))
    with Journal(path, steps=[*STEPS, MORE]) as newer:
        assert [each.text for each in newer.sends()] == ["m"]


def test_of_a_newer_journal_not_even_the_dead_are_settled(path: Path) -> None:
    with Console(path) as console:
        console.does("write", "m")
        console.dies()
    raw(path, f"PRAGMA user_version = {len(STEPS) + 1}")
    before = path.read_bytes()
    with Journal(path) as journal:
        assert "newer console" in sentence(journal.recover)
    assert path.read_bytes() == before


def test_an_older_journal_is_brought_up_with_all_that_is_in_it(path: Path) -> None:
    filled(path)
    with Journal(path) as old:
        sends, drafts = old.sends(), old.drafts()
    with Journal(path, steps=[*STEPS, MORE]) as newer:
        assert (newer.sends(), newer.drafts()) == (sends, drafts)
        assert newer.notice == ""
        newer.write(PLACE, [POOL], "m")
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS) + 1,)
    assert connection.execute("SELECT DISTINCT more FROM sends").fetchall() == [("x",)]
    connection.close()


def test_a_journal_of_the_first_version_is_brought_up(path: Path) -> None:
    with Journal(path, steps=STEPS[:1]) as first:
        first.write(PLACE, [POOL], "m")
    raw(path, "UPDATE sends SET outcome = 'accepted', job_id = 'j'")
    with Journal(path) as journal:
        (send,) = journal.sends()
        journal.course(send.id, "RUNNING", [], ended=False, verdict="", total=7)
        assert (send.total, journal.sends()[0].many) == (None, 7)


def test_a_step_that_fails_leaves_the_older_journal(path: Path) -> None:
    filled(path, 1)
    bad = [*STEPS, MORE, ["CREATE TABLE sends (again)"]]
    assert "cannot be used" in sentence(Journal(path, steps=bad).sends)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(STEPS),)
    connection.close()
    with Journal(path) as journal:
        assert len(journal.sends()) == 1


def test_a_journal_that_a_newer_console_brought_up_meanwhile_is_left_alone(path: Path) -> None:
    with Journal(path) as old:
        send = old.write(PLACE, [POOL], "m")[0]
        with Journal(path, steps=[*STEPS, MORE]) as newer:
            newer.sends()
        for work in (old.sends, lambda: old.going(send.id), lambda: old.write(PLACE, [POOL], "m")):
            assert "newer console" in sentence(work)


def test_the_first_version_is_what_it_was_when_it_was_released(path: Path) -> None:
    """Files of it are out there: it changes by a further step only."""
    with Journal(path, steps=STEPS[:1]) as first:
        assert first.drafts() == []
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'drafts'").fetchone()[0]
    columns = [each[1] for each in connection.execute("PRAGMA table_info(sends)")]
    assert connection.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION,)
    connection.close()
    assert ", ".join(columns) == (
        "id, written_at, profile, project_id, place, place_key, target, target_key, text,"
        " text_hash, outcome, owner, settled_at, job_id, error, job_status, desktops, resend_of,"
        " followed_at, ended, verdict"
    )
    assert "changed_at INTEGER NOT NULL" in found
