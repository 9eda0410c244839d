"""A journal that is broken, or is none: it is kept aside, and said; nothing is lost unsaid."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from console.outbox.journal import Journal
from console.outbox.send import Outcome
from tests.outbox.making import (
    OTHER,
    PLACE,
    POOL,
    Clock,
    Console,
    database,
    filled,
    raw,
    scribbled,
    sentence,
)


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
    _random, _text, _empty, _short, _half, scribbled, _header, _foreign,
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
        scribbled(path)
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
