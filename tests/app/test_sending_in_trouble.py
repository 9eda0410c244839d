"""Sending by keys while the disk is full, the journal cannot be used, or the console is killed.

Each ends in a sentence; nothing is sent that is not in the journal, and nothing typed is lost.
"""

import re
import resource
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from console.app.dialogs.confirm import SEND_KEY
from console.outbox.send import Outcome
from tests.app.desk import QUESTION, Desk, desk, drafts, outbox
from tests.cloud import Cloud

TEXT = "The pool restarts in ten minutes."


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    """Let no file of a process grow or be written: what a full disk does, without one."""
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def held(journal: Path) -> Iterator[None]:
    """Hold the journal as any other program could that writes to it."""
    with closing(sqlite3.connect(journal, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def browses(at: Desk) -> None:
    """Check that other screens go on, and come back to the message."""
    at.screen.press("escape")
    at.screen.wait_for("ctrl+n opens it")
    at.screen.press("1")
    at.screen.wait_for("of 18,344")
    at.screen.press("ctrl+n")
    at.screen.wait_for(TEXT)


@pytest.mark.parametrize("begun", [False, True], ids=["no journal yet", "a journal"])
def test_on_a_full_disk_nothing_is_sent_and_all_is_there(
    cloud: Cloud, tmp_path: Path, *, begun: bool
) -> None:
    with desk(cloud, tmp_path) as at:
        at.choose()
        if begun:
            at.write("before ")
        with full_disk(at.screen.pid):
            if not begun:
                at.screen.press("m")
            at.screen.paste(TEXT)
            at.screen.wait_for("NOT KEPT as a draft: ")
            at.screen.press("ctrl+g")
            said = at.screen.wait_for(re.compile(f"{QUESTION}|nothing was sent: the "))
            if QUESTION in said:  # as a journal may be read that cannot be written
                at.wait_for_question()
                at.screen.press(SEND_KEY)
                at.screen.wait_for("nothing was sent: the ")
            at.has_sent_no_more_than(0)
            browses(at)
        at.screen.type("!")
        at.screen.wait_for("kept as a draft")
        at.ask()
        at.confirm()
        at.has_sent(1)
        assert at.sends()[0].text == "before " * begun + f"{TEXT}!"


def test_a_disk_that_fills_under_the_question_sends_nothing(cloud: Cloud, tmp_path: Path) -> None:
    with desk(cloud, tmp_path) as at:
        at.write(TEXT)
        at.ask()
        with full_disk(at.screen.pid):
            at.screen.press(SEND_KEY)
            at.screen.wait_for("nothing was sent: the ")
            at.has_sent_no_more_than(0)
            assert TEXT in at.screen.text()
        at.ask()
        at.confirm()
        at.has_sent(1)


def test_a_journal_that_another_program_holds_is_said(cloud: Cloud, tmp_path: Path) -> None:
    with desk(cloud, tmp_path) as at:
        at.write(TEXT)
        with held(outbox(tmp_path)):
            at.ask()
            at.screen.press(SEND_KEY)
            at.screen.wait_for("nothing was sent: another program holds the journal")
            at.screen.type("!")
            at.screen.wait_for("NOT KEPT as a draft: another program holds")
            browses(at)
            assert at.received() == 0
        at.screen.type("!")
        at.screen.wait_for("kept as a draft")
        at.ask()
        at.confirm()
        at.has_sent(1)
        assert at.sends()[0].text == f"{TEXT}!!"


def test_a_newer_journal_is_left_alone(cloud: Cloud, tmp_path: Path) -> None:
    with desk(cloud, tmp_path) as at:
        at.write("before")
    file = outbox(tmp_path)
    with closing(sqlite3.connect(file)) as newer:
        (version,) = newer.execute("PRAGMA user_version").fetchone()
        newer.execute("PRAGMA user_version = 99")
    with desk(cloud, tmp_path) as at:
        at.choose()
        at.screen.press("m")
        at.screen.paste(TEXT)
        at.screen.wait_for("NOT KEPT as a draft: ")
        at.screen.press("ctrl+g")
        at.screen.wait_for("nothing was sent: the ")
        assert "newer console" in at.screen.text()
        browses(at)
        assert QUESTION not in at.screen.text()
        assert at.received() == 0
    with closing(sqlite3.connect(file)) as newer:
        newer.execute(f"PRAGMA user_version = {version}")
    assert [each.text for each in drafts(tmp_path)] == ["before"]


def test_a_corrupt_journal_is_set_aside_and_said(cloud: Cloud, tmp_path: Path) -> None:
    file = outbox(tmp_path)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"once it was a journal " * 1000)
    with desk(cloud, tmp_path) as at:
        at.screen.wait_for("the journal was damaged; a new one was begun")
        at.write(TEXT)
        at.ask()
        at.confirm()
        at.has_sent(1)
    (aside,) = file.parent.glob("*.broken-*")
    assert aside.read_bytes() == b"once it was a journal " * 1000


@pytest.mark.parametrize("answered", [False, True], ids=["no answer", "an answer"])
def test_killed_while_it_sends_it_is_told_at_the_next_start(
    cloud: Cloud, tmp_path: Path, *, answered: bool
) -> None:
    with desk(cloud, tmp_path) as at:
        at.write(TEXT)
        if not answered:
            cloud.script(
                {"action": "stall", "path": "notifications$", "method": "POST", "seconds": 60}
            )
        at.ask()
        at.confirm()
        at.has_reached(1, settled=answered)
        at.screen.signal(signal.SIGKILL)
        at.screen.wait_exit()
    with desk(cloud, tmp_path) as at:
        if not answered:
            at.screen.wait_for("1 send of UNKNOWN outcome: 6 shows them")
        at.has_sent(1)
        outcome = Outcome.ACCEPTED if answered else Outcome.UNKNOWN
        assert [each.outcome for each in at.sends()] == [outcome]
