"""The journal's file: whatever is done to it ends in a sentence, and nothing is half written."""

import os
import resource
import sqlite3
import stat
import time
from pathlib import Path

import pytest

from console.errors import Exit
from console.outbox.journal import Journal, JournalError
from console.outbox.send import Draft, Outcome, hash_of
from console.profiles.paths import NoHomeError, outbox_file
from tests.outbox.making import OTHER, PLACE, POOL, Console, database, filled, scribbled, sentence
from tests.profiles.forked import NOBODY, forked

ROOT = os.geteuid() == 0


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# What is made


def test_nothing_is_made_before_it_is_needed(path: Path) -> None:
    Journal(path).close()
    assert not path.parent.exists()


def test_all_that_is_made_is_one_s_own(path: Path) -> None:
    old = os.umask(0)
    try:
        with Journal(path) as journal:
            journal.write(PLACE, [POOL], "m")
            assert mode(path.parent) == 0o700
            every = list(path.parent.rglob("*"))
            assert {each.name for each in every} > {path.name, f"{path.name}-wal"}
            for each in every:
                assert mode(each) == (0o700 if each.is_dir() else 0o600), each
    finally:
        os.umask(old)


def test_permissions_that_are_too_wide_are_mended(path: Path) -> None:
    filled(path)
    path.chmod(0o644)
    side = Path(f"{path}-wal")
    side.touch(0o644)
    with Journal(path) as journal:
        assert len(journal.sends()) == 20
        assert journal.notice == ""
        assert (mode(path), mode(side)) == (0o600, 0o600)


@pytest.mark.parametrize(
    "name", ["a b?c#d%20e", "研发", "file:x?mode=memory", os.fsdecode(b"\xff")]
)
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "outbox.sqlite3"
    filled(path, 1)
    assert path.is_file()
    with Journal(path) as journal:
        assert len(journal.sends()) == 1


def test_a_relative_path_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    filled(Path("outbox.sqlite3"), 1)
    assert (tmp_path / "outbox.sqlite3").is_file()


def test_what_is_no_path_is_said() -> None:
    assert "is no path" in sentence(Journal(Path("a\0b")).sends)


@pytest.mark.parametrize("environ", [{}, {"HOME": "here"}])
def test_without_a_home_it_is_said_where_to_put_it(environ: dict[str, str]) -> None:
    with pytest.raises(NoHomeError, match="HOME is"):
        outbox_file(environ)


def test_it_lies_in_the_folder_of_what_the_program_writes() -> None:
    assert outbox_file({"CONSOLE_STATE_DIR": "/s"}) == Path("/s/outbox.sqlite3")


# Locked


def test_a_journal_that_another_holds_is_waited_for_and_then_said(path: Path) -> None:
    with Journal(path) as journal, Console(path) as other:
        send = journal.write(PLACE, [POOL], "m")[0]
        other.does("hold")
        began = time.monotonic()
        said = sentence(lambda: journal.write(PLACE, [POOL], "never"))
        assert 1.9 < time.monotonic() - began < 4
        assert said == f"another program holds the journal {path} | try again"
        assert journal.sends() == [send]  # reading goes on
        other.does("let-go")
        assert journal.write(PLACE, [POOL], "again")[0].id == send.id + 1


def test_a_journal_that_is_held_shortly_is_waited_for(path: Path) -> None:
    with Journal(path) as journal, Console(path) as other:
        journal.version()
        other.does("hold")
        other.start("let-go")
        assert len(journal.write(PLACE, [POOL], "m")) == 1


def test_a_journal_held_while_it_is_opened_is_still_read(path: Path) -> None:
    filled(path, 1)
    with Console(path) as other, Console(path) as dead:
        dead.does("write", "m")
        dead.dies()
        other.does("hold")
        with Journal(path) as journal:  # what the dead one left cannot be written, and is true
            assert [each.outcome for each in journal.sends()] == [Outcome.REJECTED] * 2


# No room, no right


def test_what_is_interrupted_leaves_nothing_half_written(journal: Journal) -> None:
    send = journal.write(PLACE, [POOL], "m")[0]

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM sends")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database(journal).write(work)
    assert journal.sends() == [send]
    assert journal.write(PLACE, [POOL], "m")[0].id == send.id + 1


def test_on_a_full_disk_nothing_is_written_and_it_is_said(path: Path) -> None:
    with Journal(path) as journal:
        kept = journal.write(PLACE, [POOL], "m")[0]
        journal.put_draft(Draft("d", "typed"))

        def pages(most: int) -> None:
            database(journal).ask(
                lambda connection: connection.execute(f"PRAGMA max_page_count = {most}").fetchone()
            )

        pages(1)
        large = "x" * 100_000
        for work in (
            lambda: journal.write(PLACE, [OTHER, POOL], large),
            lambda: journal.put_draft(Draft("d", large)),
            lambda: journal.settle(kept.id, Outcome.REJECTED, error={"message": large}),
        ):
            assert sentence(work) == (
                f"the journal {path} could not be written: the disk is full | make room on it"
            )
        assert journal.sends() == [kept]
        assert [each.text for each in journal.drafts()] == ["typed"]
        pages(1_000_000)
        assert len(journal.write(PLACE, [OTHER, POOL], large)) == 2


def test_where_no_file_may_grow_nothing_is_written_and_it_is_said(path: Path) -> None:
    filled(path, 1)

    def work() -> str:
        with Journal(path) as journal:
            journal.version()
            resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
            said = sentence(lambda: journal.write(PLACE, [OTHER, POOL], "x" * 100_000))
            return f"{len(journal.sends())} {said}"

    said = forked(work)
    assert said.startswith("1 the ")
    assert str(path) in said
    assert "full" in said or "space" in said
    with Journal(path) as journal:
        assert len(journal.sends()) == 1


def test_where_none_can_be_begun_it_is_said_and_nothing_is_left(path: Path) -> None:
    def work() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        return sentence(lambda: Journal(path).write(PLACE, [POOL], "m"))

    said = forked(work)
    assert "full" in said or "space" in said
    assert [each.name for each in path.parent.iterdir()] == [".outbox.sqlite3.lock"]
    with Journal(path) as journal:
        assert journal.sends() == []
        assert journal.notice == ""


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder that nobody may write to, and everybody may come to."""
    for each in [tmp_path, *tmp_path.parents]:
        if each.stat().st_uid == os.geteuid() and each.name.startswith(("pytest", "popen", "test")):
            each.chmod(0o755)
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


def test_in_a_folder_that_is_read_only_it_is_said(shared: Path) -> None:
    shared.chmod(0o555)
    said = forked(
        lambda: sentence(lambda: Journal(shared / "outbox.sqlite3").write(PLACE, [POOL], "m")),
        user=NOBODY if ROOT else None,
    )
    shared.chmod(0o755)
    assert said.startswith(f"{shared}/outbox.sqlite3 was not written: its folder may not be")
    assert list(shared.iterdir()) == []


def test_a_journal_of_somebody_else_is_left_alone(shared: Path) -> None:
    path = shared / "outbox.sqlite3"
    filled(path, 1)
    before = path.read_bytes()
    if not ROOT:
        path.chmod(0)
    said = forked(
        lambda: sentence(lambda: Journal(path).write(PLACE, [POOL], "m")),
        user=NOBODY if ROOT else None,
    )
    path.chmod(0o600)
    assert "|" in said
    assert str(path) in said
    assert path.read_bytes() == before


def test_a_part_of_the_path_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    said = sentence(Journal(tmp_path / "state" / "outbox.sqlite3").sends)
    assert "is a file, not a directory" in said


def test_what_is_refused_ends_a_command_with_one(path: Path) -> None:
    path.parent.mkdir()
    with pytest.raises(JournalError) as caught:
        Journal(path / "\0").sends()
    assert caught.value.exit_code is Exit.REFUSED
    assert caught.value.facts()["title"] == "Journal not usable"


# File systems


def test_readers_and_a_writer_work_at_once(journal: Journal, path: Path) -> None:
    journal.write(PLACE, [POOL], "m")
    (found,) = database(journal).ask(lambda c: c.execute("PRAGMA journal_mode").fetchone())
    assert found == "wal"
    (flushed,) = database(journal).ask(lambda c: c.execute("PRAGMA synchronous").fetchone())
    assert flushed == 3
    assert Path(f"{path}-wal").is_file()


def journal_mode(journal: Journal) -> str:
    return str(database(journal).ask(lambda c: c.execute("PRAGMA journal_mode").fetchone())[0])


def both_work(journal: Journal, path: Path) -> None:
    """Use the journal from two processes at once."""
    with Console(path) as other:
        send = journal.write(PLACE, [POOL], "m")[0]
        before = journal.version()
        assert other.does("outcomes")[str(send.id)] == "written"
        assert other.does("write", "m") == [send.id + 1]
        assert journal.version() != before
        journal.going(send.id)
        assert journal.settle(send.id, Outcome.ACCEPTED, job_id="j").text_hash == hash_of("m")
        assert journal.notice == ""


def test_where_there_can_be_no_log_it_does_without(path: Path) -> None:
    def work() -> str:
        # As on a file system without shared memory: SQLite wants 32 KiB of it.
        resource.setrlimit(resource.RLIMIT_FSIZE, (32_767, 32_767))
        with Journal(path) as journal:
            journal.write(PLACE, [POOL], "m")
            return f"{journal_mode(journal)}{journal.notice}"

    assert forked(work) == "delete"
    with Journal(path) as journal:
        both_work(journal, path)
        assert journal_mode(journal) == "delete"


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    """A list in which all of the disk is another machine's."""
    path = tmp_path / "mountinfo"
    path.write_text("30 1 0:50 / / rw shared:9 - nfs4 server:/ rw\n")
    return path


def test_on_another_machine_s_disk_it_does_without_a_log(path: Path, mounts: Path) -> None:
    with Journal(path, mounts=mounts) as journal:
        both_work(journal, path)
        assert journal_mode(journal) == "delete"


def test_a_journal_that_was_moved_to_such_a_disk_loses_its_log_only(
    path: Path, mounts: Path
) -> None:
    with Console(path) as other:
        other.does("write", "m")
        other.dies()
    assert Path(f"{path}-wal").stat().st_size > 0
    with Journal(path, mounts=mounts) as journal:
        assert [each.text for each in journal.sends()] == ["m"]
        assert journal_mode(journal) == "delete"
        assert not Path(f"{path}-wal").exists()


def test_a_broken_one_on_such_a_disk_is_set_aside_too(path: Path, mounts: Path) -> None:
    filled(path)
    scribbled(path)
    with Journal(path, mounts=mounts) as journal:
        assert journal.sends() == []
        assert "damaged" in journal.notice
