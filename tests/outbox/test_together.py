"""Several consoles, and several threads, with one journal."""

import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.outbox.journal import Journal, JournalError
from console.outbox.send import Draft, Outcome
from tests.outbox.making import OTHER, PLACE, POOL, Console


def test_two_consoles_see_each_other_s_sends(path: Path) -> None:
    with Console(path) as one, Console(path) as two:
        before = two.does("version")
        assert one.does("write", "m") == [1]
        assert two.does("version") != before
        assert two.does("outcomes") == {"1": "written"}
        assert two.does("write", "m") == [2]
        one.does("going", 1)
        one.does("settle", 1, "accepted")
        assert two.does("outcomes") == {"1": "accepted", "2": "written"}


def test_writes_at_the_same_time_are_all_written_once(path: Path) -> None:
    with Console(path) as one, Console(path) as two, Journal(path) as here:
        for console in (one, two):
            console.start("write-many", 60)
        mine = [here.write(PLACE, [POOL], "m")[0].id for _ in range(60)]
        given = [*mine, *one.answer(), *two.answer()]
        assert sorted(given) == list(range(1, 181))
        assert len(here.sends()) == 180


def test_two_consoles_that_start_at_once_begin_one_journal(path: Path) -> None:
    with Console(path) as one, Console(path) as two, Console(path) as three:
        every = (one, two, three)
        for console in every:
            console.start("write", "m")
        assert sorted(each.answer()[0] for each in every) == [1, 2, 3]
        assert [each.does("notice") for each in every] == ["", "", ""]
    assert not list(path.parent.glob("*broken*"))


def test_two_consoles_that_find_it_broken_set_it_aside_once(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(os.urandom(10_000))
    with Console(path) as one, Console(path) as two:
        for console in (one, two):
            console.start("write", "m")
        assert sorted(each.answer()[0] for each in (one, two)) == [1, 2]
    assert len(list(path.parent.glob("*broken*"))) == 1


def test_what_another_sends_is_left_alone_while_it_lives(path: Path) -> None:
    with Console(path) as one, Console(path) as two:
        one.does("write-two", "m")
        one.does("going", 1)
        assert two.does("recover") == []
        assert two.does("outcomes") == {"2": "written", "1": "going"}
        for words in (("going", 2), ("settle", 1, "rejected"), ("settle", 2, "unknown")):
            assert "belongs to another console, which still runs" in two.does(*words)
        assert one.does("settle", 1, "accepted") == "accepted"
        one.does("going", 2)
        one.dies()
        assert two.does("outcomes") == {"2": "unknown", "1": "accepted"}
        assert two.does("recover") == [[2, "unknown"]]


def test_a_third_one_that_starts_leaves_it_alone_too(path: Path) -> None:
    with Console(path) as one:
        one.does("write", "m")
        one.does("going", 1)
        for _ in range(2):
            with Journal(path) as third:
                assert [each.outcome for each in third.sends()] == [Outcome.GOING]


def test_what_a_dead_console_had_written_cannot_go_any_more(path: Path) -> None:
    with Console(path) as one, Journal(path) as here:
        one.does("write", "m")
        one.dies()
        with pytest.raises(JournalError, match="is rejected already"):
            here.going(1)


def test_a_console_that_is_closed_leaves_no_file_of_its_own(path: Path) -> None:
    owners = path.with_name("outbox.sqlite3.owners")
    with Journal(path) as here:
        here.write(PLACE, [POOL], "m")
        (file,) = owners.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        assert owners.stat().st_mode & 0o777 == 0o700
    assert list(owners.iterdir()) == []


def test_reading_makes_no_file_and_sweeps_those_of_the_dead(path: Path) -> None:
    owners = path.with_name("outbox.sqlite3.owners")
    with Console(path) as one, Console(path) as two:
        one.does("write", "m")
        two.does("write", "m")
        one.dies()
        assert len(list(owners.iterdir())) == 2
        with Journal(path) as here:
            here.sends()
            assert [each.name.split("-")[0] for each in owners.iterdir()] == [str(two.pid)]


def test_a_living_process_of_the_same_number_is_not_taken_for_the_owner(path: Path) -> None:
    with Console(path) as one:
        one.does("write", "m")
        one.does("going", 1)
        one.dies()
    name = f"{os.getpid()}-0123456789abcdef"
    path.with_name("outbox.sqlite3.owners").joinpath(name).touch()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE sends SET owner = ?", (name,))
    raw.close()
    with Journal(path) as here:
        assert [each.outcome for each in here.sends()] == [Outcome.UNKNOWN]


def test_owners_whose_files_were_removed_can_still_settle(path: Path) -> None:
    with Journal(path) as here, Console(path) as other:
        one, two = here.write(PLACE, [POOL, OTHER], "m")
        here.going(one.id)
        for file in path.with_name("outbox.sqlite3.owners").iterdir():
            file.unlink()
        assert other.does("recover") == [[2, "rejected"], [1, "unknown"]]
        assert here.settle(one.id, Outcome.ACCEPTED, job_id="j").outcome is Outcome.ACCEPTED
        with pytest.raises(JournalError, match="is rejected already"):
            here.going(two.id)
        again = here.write(PLACE, [POOL], "m")[0]
        assert other.does("outcomes")[str(again.id)] == "written"


def test_threads_of_one_console_share_its_journal(path: Path) -> None:
    with Journal(path) as here, ThreadPoolExecutor(8) as pool:

        def work(number: int) -> int:
            send = here.write(PLACE, [POOL], f"{number}")[0]
            here.put_draft(Draft(f"{number % 5}", f"{number}"))
            here.going(send.id)
            here.version()
            return here.settle(send.id, Outcome.ACCEPTED, job_id=f"{number}").id

        assert sorted(pool.map(work, range(80))) == list(range(1, 81))
        assert all(each.text == each.job_id for each in here.sends())
        assert len(here.drafts()) == 5


def test_a_journal_that_was_closed_opens_again(path: Path) -> None:
    here = Journal(path)
    send = here.write(PLACE, [POOL], "m")[0]
    here.going(send.id)
    thread = threading.Thread(target=here.close)
    thread.start()
    thread.join()
    assert here.settle(send.id, Outcome.ACCEPTED, job_id="j").outcome is Outcome.ACCEPTED
    here.close()
    here.close()


def test_what_an_ended_console_sent_is_followed_by_one_other_console(path: Path) -> None:
    with Console(path) as one, Console(path) as two, Console(path) as three:
        for number in (1, 2, 3):
            one.does("write", f"m {number}")
            one.does("going", number)
            one.does("settle", number, "accepted")
        assert one.does("adopt") == [3, 2, 1]
        assert two.does("adopt") == []
        one.dies()
        for console in (two, three):
            console.start("adopt", 2)
        assert sorted([two.answer(), three.answer()], key=len) == [[1], [3, 2]]
        (idle, busy) = sorted((two, three), key=lambda each: len(each.does("adopt")))
        busy.dies()
        assert idle.does("adopt") == [3, 2, 1]


def test_only_what_went_to_the_same_place_and_is_not_over_is_followed_on(path: Path) -> None:
    since = datetime(2026, 11, 20, tzinfo=UTC)
    with Journal(path, lambda: since) as journal:
        for outcome in (Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.REJECTED):
            (send,) = journal.write(PLACE, [POOL], "m")
            journal.going(send.id)
            journal.settle(send.id, outcome, job_id="j" if outcome is Outcome.ACCEPTED else "")
        journal.course(1, "COMPLETE", [], ended=True, verdict="delivered")
        assert [each.id for each in journal.adopt(PLACE, since, 9)] == [2]
        assert journal.adopt(replace(PLACE, profile="other"), since, 9) == []
        assert journal.adopt(replace(PLACE, endpoint="https://another"), since, 9) == []
        assert journal.adopt(PLACE, since + timedelta(microseconds=1), 9) == []
