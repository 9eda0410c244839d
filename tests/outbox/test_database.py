"""The journal's file: whatever is done to it ends in a sentence, and nothing is half written."""

import os
import resource
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.errors import Exit
from console.outbox import schema
from console.outbox.database import Database
from console.outbox.journal import Journal, JournalError
from console.outbox.schema import STEPS, Step
from console.outbox.send import Draft, Outcome, hash_of
from console.profiles.paths import NoHomeError, outbox_file
from tests.outbox.making import OTHER, PLACE, POOL, Clock, Console
from tests.profiles.forked import NOBODY, forked

ROOT = os.geteuid() == 0
MORE: Step = [
    "ALTER TABLE sends ADD COLUMN more TEXT NOT NULL DEFAULT 'x'",
    "CREATE TABLE other (a)",
]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def filled(path: Path, count: int = 20) -> None:
    with Journal(path) as journal:
        for number in range(count):
            send = journal.write(PLACE, [POOL], f"{number} " * 500)[0]
            journal.settle(send.id, Outcome.REJECTED)
        journal.put_draft(Draft("d", "typed"))


def raw(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def sentence(work: Callable[[], object]) -> str:
    try:
        work()
    except JournalError as error:
        return f"{error.sentence} | {error.hint}"
    return "nothing was refused"


# --- what is made


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
    assert "is no path" in sentence(Journal(Path("/tmp/a\0b")).sends)  # noqa: S108 - never made


@pytest.mark.parametrize("environ", [{}, {"HOME": "here"}])
def test_without_a_home_it_is_said_where_to_put_it(environ: dict[str, str]) -> None:
    with pytest.raises(NoHomeError, match="HOME is"):
        outbox_file(environ)


def test_it_lies_in_the_folder_of_what_the_program_writes() -> None:
    assert outbox_file({"CONSOLE_STATE_DIR": "/s"}) == Path("/s/outbox.sqlite3")


# --- locked


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


# --- broken


def _random(path: Path) -> None:
    path.write_bytes(os.urandom(20_000))


def _text(path: Path) -> None:
    path.write_text("{}\n")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10])


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _scribbled(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 5))


def _header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\0" * 100)


def _foreign(path: Path) -> None:
    path.unlink()
    raw(path, "CREATE TABLE cookies (a)")


def _foreign_with_a_version(path: Path) -> None:
    raw(path, "PRAGMA application_id = 7")


def _no_tables(path: Path) -> None:
    raw(path, "DROP TABLE drafts")


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").touch()


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


BREAKS = [
    _random, _text, _empty, _short, _half, _scribbled, _header, _foreign,
    _foreign_with_a_version, _no_tables,
    _directory, _link, _dangling, _pipe,
]  # fmt: skip


@pytest.mark.parametrize("break_it", BREAKS)
def test_what_is_broken_is_set_aside_and_said(
    path: Path, clock: Clock, break_it: Callable[[Path], None]
) -> None:
    filled(path)
    break_it(path)
    kind = stat.S_IFMT(path.lstat().st_mode)
    held = path.read_bytes() if stat.S_ISREG(kind) else b""
    with Journal(path, clock) as journal:
        send = journal.write(PLACE, [POOL], "m")[0]
        assert journal.sends() == [send]
        aside = path.with_name("outbox.sqlite3.broken-20261120T101112Z")
        assert aside.name in journal.notice
        assert str(path) in journal.notice
    assert stat.S_IFMT(aside.lstat().st_mode) == kind
    if held:
        assert aside.read_bytes() == held
    with Journal(path, clock) as journal:
        assert [each.id for each in journal.sends()] == [send.id]
        assert journal.notice == ""


def test_what_belongs_to_a_broken_file_does_not_stay_behind(path: Path) -> None:
    filled(path)
    _directory(path)
    for side in ("-wal", "-shm", "-journal"):
        Path(f"{path}{side}").write_bytes(f"its {side}".encode())
    with Journal(path) as journal:
        assert journal.sends() == []
        (aside,) = (each for each in path.parent.glob("*.broken-*") if each.is_dir())
        for side in ("-wal", "-shm", "-journal"):
            assert Path(f"{aside}{side}").read_text() == f"its {side}"


def test_a_broken_beginning_is_mended_from_the_log_that_holds_it(path: Path) -> None:
    with Console(path) as console:
        console.does("write", "m")
        console.does("draft", "d" * 10_000)  # a page more: the first page is in the log
        console.dies()
    assert Path(f"{path}-wal").stat().st_size > 0
    with path.open("r+b") as file:
        file.write(b"\0" * 4096)
    with Journal(path) as journal:
        assert [each.text for each in journal.sends()] == ["m"]
        assert journal.notice == ""


def test_of_an_empty_file_the_log_beside_it_is_kept(path: Path) -> None:
    with Console(path) as console:
        console.does("write", "m")
        console.dies()
    log = Path(f"{path}-wal").read_bytes()
    _empty(path)
    with Journal(path) as journal:
        assert journal.sends() == []
        assert "was empty" in journal.notice
    (aside,) = path.parent.glob("*.broken-*-wal")
    assert aside.read_bytes() == log


def test_two_broken_ones_of_one_second_are_both_kept(path: Path, clock: Clock) -> None:
    for content in ("one", "two"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        with Journal(path, clock) as journal:
            journal.sends()
    kept = sorted(path.parent.glob("*.broken-*"))
    assert [each.read_text() for each in kept] == ["one", "two"]


def test_a_log_left_without_its_database_is_not_played_into_a_new_one(
    path: Path, clock: Clock
) -> None:
    with Journal(path, clock) as journal:
        journal.write(PLACE, [POOL], "old")
        log = Path(f"{path}-wal").read_bytes()
        assert log
    path.unlink()
    Path(f"{path}-wal").write_bytes(log)
    with Journal(path, clock) as journal:
        assert journal.sends() == []
        assert journal.write(PLACE, [POOL], "new")[0].id == 1
    assert path.with_name("outbox.sqlite3.broken-20261120T101112Z-wal").read_bytes() == log


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE sends SET place = '{'", id="no json"),
        pytest.param("UPDATE sends SET target = '{\"kind\": 1}'", id="other json"),
        pytest.param("UPDATE sends SET outcome = 'odd'", id="outcome"),
        pytest.param("UPDATE sends SET text = CAST(x'ff' AS TEXT)", id="no utf-8"),
        pytest.param("UPDATE sends SET written_at = 'now'", id="type"),
        pytest.param("UPDATE sends SET written_at = 9e18", id="time"),
    ],
)
def test_rows_that_make_no_sense_are_found_when_they_are_read(path: Path, damage: str) -> None:
    filled(path, 1)
    with Journal(path) as journal:
        assert len(journal.sends()) == 1
        raw(path, damage)
        assert journal.sends() == []
        assert "damaged" in journal.notice
        assert journal.write(PLACE, [POOL], "m")[0].text == "m"


def test_a_file_that_breaks_under_the_console_costs_no_send(path: Path) -> None:
    filled(path, 200)
    with Journal(path) as journal:
        journal.version()
        _scribbled(path)
        database(journal).ask(lambda connection: connection.execute("PRAGMA shrink_memory"))
        assert journal.sends() == []
        assert "damaged" in journal.notice
        send = journal.write(PLACE, [POOL], "m")[0]
        journal.going(send.id)


def test_a_file_that_is_broken_when_something_is_written_costs_no_send(path: Path) -> None:
    filled(path, 200)
    with Journal(path) as journal:
        journal.version()
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
        database(journal).close()
        written = journal.write(PLACE, [POOL, OTHER], "m")
        assert journal.sends() == written[::-1]
        assert "damaged" in journal.notice


def test_a_file_that_lost_its_end_is_found_out(path: Path) -> None:
    filled(path)
    path.write_bytes(path.read_bytes()[:-100])  # a part of a page is read as if it ended in zeros
    with Journal(path) as journal:
        assert journal.sends() == []
        assert "damaged" in journal.notice


def test_a_number_never_means_two_sends_to_one_console(path: Path) -> None:
    with Journal(path) as journal:
        first = journal.write(PLACE, [POOL], "one")[0]
        journal.going(first.id)
        path.unlink()
        second = journal.write(PLACE, [POOL], "two")[0]
        assert second.id > first.id
        assert "there is no send 1" in sentence(
            lambda: journal.settle(first.id, Outcome.ACCEPTED, job_id="j")
        )
        assert journal.sends() == [second]


def test_a_file_put_in_its_place_is_noticed(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "outbox.sqlite3"
    filled(other, 3)
    with Journal(path) as journal:
        journal.write(PLACE, [POOL], "m")
        before = journal.version()
        other.replace(path)
        for side in ("-wal", "-shm"):
            Path(f"{path}{side}").unlink()
        assert journal.version() != before
        assert len(journal.sends()) == 3


# --- versions


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


# --- no room, no right


def test_what_is_interrupted_leaves_nothing_half_written(journal: Journal) -> None:
    send = journal.write(PLACE, [POOL], "m")[0]

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM sends")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        database(journal).write(work)
    assert journal.sends() == [send]
    assert journal.write(PLACE, [POOL], "m")[0].id == send.id + 1


def database(journal: Journal) -> Database:
    return journal._database


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


# --- file systems


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
    _scribbled(path)
    with Journal(path, mounts=mounts) as journal:
        assert journal.sends() == []
        assert "damaged" in journal.notice
