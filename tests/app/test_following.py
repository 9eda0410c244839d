"""Following what was sent: to its end, whatever is in front, and what can be done then."""

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from console.app.dialogs.confirm import HELD_SECONDS, SEND_KEY, ConfirmDialog
from console.app.dialogs.looking import LookingDialog
from console.app.dialogs.quitting import QuittingDialog
from console.outbox.journal import Journal
from console.outbox.schema import STEPS
from console.outbox.send import Outcome, Send
from console.profiles import paths
from console.profiles.state import State
from tests.app.flow import Flow, flow
from tests.app.screen import TerminalScreen, python_environ
from tests.app.sending import (
    FIRST,
    TO_POOL,
    Hurry,
    awake,
    compose,
    ended,
    journalled,
    outbox,
    paste,
    posts,
    said,
    send,
    shown,
    until,
)
from tests.cloud import Cloud

TEXT = "The pool restarts in ten minutes."
WHOLE = "人力资源"


@pytest.fixture
async def console(console: Flow) -> Flow:
    """Give the application with a message to the first pool, ready to be sent."""
    await compose(console, TEXT)
    return console


async def test_what_becomes_of_it_is_said_in_the_pane_and_on_every_screen(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await send(console)
    await shown(console, "of 13 delivered")
    await console.pilot.press("1")
    await until(console, lambda: f"{FIRST}: " in console.lines()[-2], "the status line")
    await ended(console, cloud)
    assert f"{FIRST}: 11 of 13 delivered, 2 FAILED" in console.lines()[-2]
    await console.press("2")
    words = said(console)
    assert "FAILED HR-0005 huang.yu52 桌面已关机 (WKS.00040201)" in words
    assert words.index("FAILED 客服-0003") < words.index("delivered CSR-0009")
    (sent,) = journalled(tmp_path)
    assert (sent.outcome, sent.ended, sent.verdict) == (Outcome.ACCEPTED, True, "partly")
    await console.press("escape")
    assert "FAILED" not in console.lines()[-2]
    assert "6 shows what was sent, and d there what became of it" in console.lines()[-2]
    await console.press("down")
    assert "what became of it" not in console.lines()[-2]
    await console.press("R")
    assert "6 shows what was sent, and d there what became of it" in console.lines()[-2]


async def test_another_profile_does_not_end_it(console: Flow, cloud: Cloud) -> None:
    client = console.app.way.client
    assert client is not None
    await send(console)
    await shown(console, "of 13 delivered")
    console.app.open_demo()
    await until(console, lambda: console.app.way.client not in (None, client), "the other client")
    (sent,) = await ended(console, cloud)
    assert sent.verdict == "partly"


async def test_it_can_be_sent_again_to_those_who_did_not_get_it(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await send(console)
    (first,) = await ended(console, cloud)
    await console.pilot.press("R")
    await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
    await awake(console)
    words = said(console)
    assert "Send to 2 desktops?" in words
    assert "客服-0003" in words
    assert "HR-0005" in words
    assert "It repeats send 1." in words
    await console.pilot.press(SEND_KEY)
    _, again = await ended(console, cloud, 2)
    missed = {each.desktop_id for each in first.desktops if each.state == "failed"}
    assert set(again.target.desktop_ids) == missed
    assert (again.resend_of, again.text) == (first.id, TEXT)
    assert len(posts(cloud)) == len(journalled(tmp_path)) == 2
    assert "FAILED: none of 2 got it" in said(console)
    assert "writing it into the journal" not in said(console)


async def test_what_is_sent_again_may_name_the_pool_that_it_went_to(
    console: Flow, cloud: Cloud
) -> None:
    await paste(console, f" {FIRST}")
    await send(console)
    await ended(console, cloud)
    await console.pilot.press("R")
    await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
    assert "Send to 2 desktops?" in said(console)
    assert "does not go there" not in said(console)


async def test_the_marks_of_what_was_sent_are_gone(console: Flow, cloud: Cloud) -> None:
    await console.press("escape", "space", "down", "space", "m")
    await paste(console, TEXT)
    await send(console, "2")
    await ended(console, cloud, 2)
    assert not console.screen.rows.marked()
    await console.press("escape", "home", "m")
    assert f"To {FIRST} · 1 pool" in said(console)


async def test_a_refusal_is_said_and_the_text_is_at_hand(console: Flow, cloud: Cloud) -> None:
    await console.press("escape")
    await compose(console, TEXT, pool="外包开发-B")
    await send(console)
    (sent,) = await ended(console, cloud)
    assert sent.outcome is Outcome.REJECTED
    assert "REJECTED: nobody saw it" in said(console)
    assert "The desktop pool is being changed." in said(console)
    await console.press("E")
    assert console.screen.pane.area.text == TEXT
    assert "To 外包开发-B" in said(console)
    assert "nobody saw it: The desktop pool is being changed." in said(console)


async def test_a_text_that_nobody_saw_is_composed_and_a_draft_again(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await console.press("ctrl+u", "escape")
    await compose(console, "{pool} restarts.", pool="外包开发-B")
    await send(console)
    await ended(console, cloud)
    await until(console, lambda: texts_of_drafts(tmp_path) == ["{pool} restarts."], "the draft")
    await console.press("escape", "ctrl+n")
    assert console.screen.pane.area.text == "{pool} restarts."
    assert "To 外包开发-B" in said(console)


async def test_what_is_written_meanwhile_stays_and_what_nobody_saw_is_a_draft(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await console.press("escape")
    await compose(console, TEXT, pool="外包开发-B")
    cloud.script({"action": "delay", "path": TO_POOL, "seconds": 1})
    await send(console)
    await shown(console, "on its way")
    await console.pilot.press("ctrl+n")
    await console.pilot.press("a", "n", "d")
    await ended(console, cloud)
    assert console.screen.pane.area.text == "and"
    assert "its text is among the drafts: f4" in said(console)
    await until(console, lambda: sorted(texts_of_drafts(tmp_path)) == [TEXT, TEXT, "and"], "drafts")


async def test_a_text_that_somebody_saw_is_no_draft(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as console:
        await console.press("2", "space", "m")
        table = console.screen.table
        names = [table.rows.lines[index].record.name for index in table.rows.shown]
        await console.press("escape")
        table.cursor = names.index("外包开发-B")
        await console.press("space", "m")
        await paste(console, TEXT)
        await send(console, typed="2")
        sent = await ended(console, cloud, 2)
        assert {each.outcome for each in sent} == {Outcome.ACCEPTED, Outcome.REJECTED}
        await console.press("escape", "ctrl+n")
        assert console.screen.pane.area.text == ""
    assert texts_of_drafts(tmp_path) == []


async def test_what_the_journal_did_not_take_it_takes_at_the_end(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as console:
        await compose(console, TEXT, pool="外包开发-B")
        cloud.script({"action": "delay", "path": TO_POOL, "seconds": 1})
        await send(console)
        await until(console, lambda: posts(cloud), "the request")
        version(tmp_path, 99)
        await shown(console, "the journal does not have this: ")
        version(tmp_path, len(STEPS))
        (sent,) = console.app.sends.known.values()
        assert sent.outcome is Outcome.REJECTED
        assert journalled(tmp_path)[0].outcome is Outcome.GOING
    (kept,) = journalled(tmp_path)
    assert (kept.outcome, kept.error["code"]) == (Outcome.REJECTED, sent.error["code"])


def version(folder: Path, number: int) -> None:
    """Give the journal of a test another version: a newer one is not written."""
    with closing(sqlite3.connect(outbox(folder))) as connection:
        connection.execute(f"PRAGMA user_version = {number}")


def texts_of_drafts(folder: Path) -> list[str]:
    """Return the texts of the drafts that the journal of a test has."""
    with Journal(outbox(folder)) as journal:
        return [each.text for each in journal.drafts()]


async def test_what_an_earlier_run_sent_is_followed_on_by_itself(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as console:
        await compose(console, TEXT)
        await send(console)
        await shown(console, "of 13 delivered")
    (left,) = journalled(tmp_path)
    assert (left.outcome, left.ended) == (Outcome.ACCEPTED, False)
    Hurry(cloud)()
    async with flow(cloud, tmp_path) as console:
        (sent,) = await ended(console, cloud)
        assert f"sent before: {FIRST}: 11 of 13 delivered, 2 FAILED" in console.lines()[-2]
    assert (sent.ended, sent.verdict) == (True, "partly")
    assert journalled(tmp_path)[0].verdict == "partly"
    await nothing_asked_at_the_end(cloud, tmp_path, replace(sent, id=9, ended=False, job_id="j"))
    asked = len(jobs(cloud))
    async with flow(cloud, tmp_path) as console:
        assert not console.app.sends.known
    assert len(jobs(cloud)) == asked


async def nothing_asked_at_the_end(cloud: Cloud, folder: Path, left: Send) -> None:
    """Quit while a send of before is followed on: the next run does that again."""
    async with flow(cloud, folder) as console:
        client = console.app.way.client
        assert client is not None
        console.app.sends.take_adopted(client, [left])
        assert console.app.sends.under_way == [left]
        await console.pilot.press("ctrl+q")
        await until(console, lambda: not console.app.is_running, "the end")


async def test_what_another_console_follows_is_left_to_it(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as console:
        await compose(console, TEXT)
        await send(console)
        await shown(console, "of 13 delivered")
        async with flow(cloud, tmp_path) as other:
            assert not other.app.sends.known


def jobs(cloud: Cloud) -> list[str]:
    """Return the requests that asked how a job stands."""
    return [each["path"] for each in cloud.requests() if "workspace-jobs" in each["path"]]


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_unknown_outcome_is_looked_into_before_it_can_be_sent_again(
    cloud: Cloud, tmp_path: Path, *, arrived: bool
) -> None:
    async with flow(cloud, tmp_path, now=None) as console:
        await compose(console, TEXT)
        await unknown(console, cloud, tmp_path, arrived=arrived)


async def unknown(console: Flow, cloud: Cloud, folder: Path, *, arrived: bool) -> None:
    """Send where the answer is lost, and find out what became of it."""
    cloud.script({"action": "drop", "path": TO_POOL, "acts": arrived})
    await send(console)
    (sent,) = await ended(console, cloud)
    assert sent.outcome is Outcome.UNKNOWN
    assert "OUTCOME UNKNOWN: it may have been shown" in said(console)
    await console.press("R", "L")
    assert isinstance(console.screen, LookingDialog)
    assert "5 desktops of 研发一部 connected now" in said(console)
    if arrived:
        assert "It has probably ARRIVED:" in said(console)
        await console.pilot.press("A")
        (settled,) = await ended(console, cloud)
        assert settled.verdict == "partly"
        assert len(posts(cloud)) == 1
        return
    assert "No job of that time was found." in said(console)
    assert "This proves nothing: its type is a guess" in said(console)
    await console.pilot.press("R")
    await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
    dialog = await awake(console)
    assert "THE SAME TEXT went to" in said(console)
    await console.pilot.press(SEND_KEY)
    await shown(console, "The same again?")
    await until(console, lambda: dialog.is_released, "the key to be let go")
    await console.pilot.press(SEND_KEY)
    await ended(console, cloud, 2)
    again, first = journalled(folder)
    assert (again.resend_of, again.outcome) == (first.id, Outcome.ACCEPTED)
    assert first.outcome is Outcome.UNKNOWN
    assert len(posts(cloud)) == 2


async def test_quitting_asks_while_a_send_is_under_way(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    cloud.script({"action": "stall", "path": TO_POOL, "seconds": 20})
    await send(console)
    await until(console, lambda: posts(cloud), "the request")
    await console.pilot.press("ctrl+q")
    await until(console, lambda: isinstance(console.screen, QuittingDialog), "the question")
    assert "may be leaving at this moment" in said(console)
    assert f"{FIRST}: on its way (send 1)" in said(console)
    await console.pilot.press("escape")
    await until(console, lambda: console.screen.name == "pools", "the screen")
    await console.pilot.press("ctrl+q")
    await until(console, lambda: isinstance(console.screen, QuittingDialog), "the question")
    await console.pilot.press("Q")
    await until(console, lambda: not console.app.is_running, "the end")
    (sent,) = journalled(tmp_path)
    assert sent.outcome is Outcome.UNKNOWN


async def test_a_pool_that_everybody_of_got_it_says_so(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as console:
        await console.press("2", "d")
        lines = console.screen.desktops.rows.lines
        on = [n for n, each in enumerate(lines) if each.row["status"] == "ACTIVE"][:3]
        for number in on:
            console.screen.desktops.rows.toggle(number)
        await console.press("m", "ctrl+l", "enter")
        await console.press("ctrl+g")
        assert "{pool} stands in the text" in said(console)
        await console.press("ctrl+u")
        await paste(console, TEXT)
        await send(console)
        (sent,) = await ended(console, cloud)
        assert (sent.verdict, len(sent.desktops)) == ("delivered", 3)
        assert "delivered to all 3" in said(console)


async def test_six_keys_tell_a_pool_and_know_that_it_was_told(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as console:
        for key in ("2", "m", "ctrl+l", "enter"):
            await console.press(key)
        await console.pilot.press("ctrl+g")
        await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
        await awake(console)
        await console.pilot.press(SEND_KEY)
        (sent,) = await ended(console, cloud)
        assert sent.text == (
            f"Desktop pool {FIRST} restarts in 10 minutes. Please save your work now."
        )
        assert "11 of 13 delivered, 2 FAILED" in said(console)


def test_on_a_terminal_held_keys_and_bursts_send_once_and_the_bell_rings(tmp_path: Path) -> None:
    home = python_environ(str(tmp_path), CONSOLE_STATE_DIR=str(tmp_path / "state"))
    memory = State(paths.state_file(home))
    memory.put("screens", {"app": {"bell": True}})
    command = [sys.executable, "-m", "console", "demo"]
    with TerminalScreen(command, environ=home, kitty=True) as screen:
        screen.wait_for("5 of 5 services")
        screen.press("2")
        screen.wait_for("pools 1-40 of 40")
        screen.send("m\r\r\r\r")  # in one piece, as over a slow line
        screen.wait_for("in 5 lines")
        screen.paste("Save\nyour\nwork.\n")
        screen.wait_for("in 8 lines")
        screen.press("ctrl+g", SEND_KEY, SEND_KEY)  # all before it can be seen
        screen.wait_for("Send to 13 desktops?")
        screen.wait_until_still(2 * HELD_SECONDS)
        assert journalled(tmp_path) == []
        screen.press(SEND_KEY, SEND_KEY, "enter", "enter")
        screen.wait_for("11 of 13 delivered, 2 FAILED")
        assert b"\x07" in screen.bytes_since(0)
        screen.press("ctrl+q")
        assert screen.wait_exit() == 0
    (sent,) = journalled(tmp_path)
    assert sent.text == "\n\n\n\nSave\nyour\nwork.\n"
