"""What was sent, as a table: rows, filters, course, record, command, file; other consoles' too."""

import json
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import click
import pytest

from console.app.screens.sent import SentQuery, mark_of, of_row
from console.app.sent_command import command, listing
from console.cli.send import command as sending
from console.cli.sent import command as listed
from console.outbox.journal import Journal
from console.outbox.send import DesktopCourse, Outcome, Place, Send, Target
from console.sending import record
from tests.app.flow import NOW, Flow, flow
from tests.app.sending import FIRST, outbox, paste, said, shown, until
from tests.app.test_writing import place_of
from tests.cloud import Cloud

THERE = Place("test", "cn-north-4", "e685f13a", "d", "https://example.com")
"""Another place than the one that the profile of the tests leads to."""

POOL = Target("pool", "p-1", FIRST, desktops=2)
ONE = Target("desktops", "p-1", "D-1", ("d-1",), 1)
COURSE = (
    DesktopCourse("d-1", "D-1", "wang", "delivered"),
    DesktopCourse("d-2", "D-2", "[/]", "failed", "off\x1b[2J"),
)


@pytest.fixture
def journal(cloud: Cloud, tmp_path: Path) -> Journal:
    """Give the journal with three sends: partly delivered, unknown, and rejected long ago."""
    times = iter([NOW - timedelta(days=3), NOW - timedelta(hours=2), NOW - timedelta(minutes=5)])
    now = {"time": NOW}
    made = Journal(outbox(tmp_path), lambda: now["time"])
    last = 0
    for target, text, outcome in (
        (POOL, "rejected one", Outcome.REJECTED),
        (ONE, "nobody knows", Outcome.UNKNOWN),
        (POOL, "two\nlines \x1b]0;t\x07", Outcome.ACCEPTED),
    ):
        now["time"] = next(times)
        (send,) = made.write(place_of(cloud), [target], text)
        made.going(send.id)
        error = {"title": "Refused", "message": "No [red]", "hint": "wait"}
        job = "job-1" if outcome is Outcome.ACCEPTED else ""
        last = send.id
        made.settle(send.id, outcome, job_id=job, error={} if job else error)
    made.course(last, "COMPLETE", COURSE, ended=True, verdict="partly")
    now["time"] = NOW
    return made


@pytest.fixture
async def console(cloud: Cloud, tmp_path: Path, journal: Journal) -> AsyncIterator[Flow]:
    """Give the application on the screen of what was sent."""
    async with flow(cloud, tmp_path) as made:
        await made.press("6")
        yield made
    journal.close()


def texts(console: Flow) -> list[str]:
    """Return the texts of the rows that are shown."""
    rows = console.screen.rows
    return [rows.lines[index].record.text for index in rows.shown]


async def test_the_newest_comes_first_and_what_became_of_it_is_said(console: Flow) -> None:
    words = said(console)
    assert words.index("1 of 2, 1 FAILED") < words.index("UNKNOWN") < words.index("REJECTED")
    assert "rows 1-3 of 3" in words
    assert "\x1b" not in console.text()


async def test_in_80_columns_whom_it_went_to_and_its_text_are_told_apart(
    console: Flow, journal: Journal
) -> None:
    target = Target("pool", "p-9", "Kiosk-Lobby-Nord-2", desktops=2222)
    (made,) = journal.write(replace(THERE, profile="production"), [target], "Please save your work")
    journal.going(made.id)
    journal.settle(made.id, Outcome.ACCEPTED, job_id="job-9")
    journal.course(made.id, "COMPLETE", COURSE, ended=True, verdict="partly", total=2222)
    await shown(console, "rows 1-4 of 4")
    line = next(each for each in console.lines() if "Kiosk" in each)
    assert "1 of 2,222, 1 FAILED  Kiosk-Lobby-" in line
    assert "Please save you" in line


async def test_filters_ask_the_journal(console: Flow) -> None:
    for values, left in (
        ({"outcome": "unknown"}, ["nobody knows"]),
        ({"within": "day"}, ["two\nlines \x1b]0;t\x07", "nobody knows"]),
        ({"standing": "rejected"}, ["rejected one"]),
        ({"target": "d-1"}, ["nobody knows"]),
        ({"text": "LINES"}, ["two\nlines \x1b]0;t\x07"]),
        ({"profile": "other"}, []),
    ):
        console.screen.ask(values)
        await console.settled()
        assert texts(console) == left, values
    await console.press("x", "slash")
    await console.type("knows")
    assert texts(console) == ["nobody knows"]


async def test_the_course_of_one_is_shown_with_what_failed_first(console: Flow) -> None:
    await console.press("d")
    words = said(console)
    assert "FAILED D-2 [/] off␛[2J" in words
    assert words.index("FAILED D-2") < words.index("delivered D-1 wang")
    assert "send 3, job job-1 COMPLETE" in words
    await console.press("escape", "down", "d")
    assert "L looks whether it arrived" in said(console)
    await console.press("escape")
    assert not console.screen.shows_course


async def test_a_job_that_the_cloud_lost_can_be_asked_for_again(
    console: Flow, journal: Journal
) -> None:
    (lost,) = journal.write(THERE, [POOL], "lost")
    journal.going(lost.id)
    journal.settle(lost.id, Outcome.ACCEPTED, job_id="job-9")
    journal.course(lost.id, "RUNNING", [], ended=True, verdict="", total=10)
    await shown(console, "rows 1-4 of 4")
    await console.press("home", "d")
    assert "U asks again" in said(console)
    assert console.screen.course.check_action("update", ()) is True
    await console.press("U")
    await shown(console, "hard to follow: send 4 went to project e685f13a")
    assert "U asks again" in said(console)
    journal.course(lost.id, "COMPLETE", COURSE, ended=True, verdict="partly", total=10)
    await shown(console, "1 of 10 delivered, 1 FAILED, 8 never told of")
    assert "U asks again" not in said(console)


async def test_what_a_later_send_reached_is_not_offered_again(
    console: Flow, journal: Journal
) -> None:
    await console.press("d")
    assert "R sends it again" in said(console)
    (again,) = journal.write(
        THERE, [Target("desktops", "p-1", "D-2", ("d-2",), 1)], "m", resend_of=3
    )
    journal.going(again.id)
    journal.settle(again.id, Outcome.ACCEPTED, job_id="job-2")
    course = [DesktopCourse("d-2", "D-2", "", "delivered")]
    journal.course(again.id, "SUCCESS", course, ended=True, verdict="delivered")
    (other,) = journal.write(THERE, [ONE], "nobody knows", resend_of=2)
    journal.going(other.id)
    journal.settle(other.id, Outcome.UNKNOWN)
    await shown(console, "rows 1-5 of 5")
    await console.press("escape", "home", "down", "down", "d")
    words = said(console)
    assert "repeated as send 4: delivered" in words
    assert "R sends it again" not in words
    assert console.screen.course.check_action("resend", ()) is False
    await console.press("escape", "down", "d")
    words = said(console)
    assert "repeated as send 5: OUTCOME UNKNOWN" in words
    assert "L looks whether it arrived" in words
    assert "it can be sent again" not in words
    await console.press("L")
    await shown(console, "It was repeated as send 5")
    assert "R sends it again" not in said(console)


async def test_what_can_only_be_refused_is_not_offered_and_what_leads_there_is_said(
    console: Flow, cloud: Cloud, journal: Journal
) -> None:
    there = replace(place_of(cloud), profile="other", endpoint="https://there.example.com")
    (unknown,) = journal.write(there, [ONE], "nobody there knows")
    journal.going(unknown.id)
    journal.settle(unknown.id, Outcome.UNKNOWN)
    (missed,) = journal.write(replace(there, profile="demo"), [POOL], "missed")
    journal.going(missed.id)
    journal.settle(missed.id, Outcome.ACCEPTED, job_id="job-9")
    journal.course(missed.id, "COMPLETE", COURSE, ended=True, verdict="partly")
    await shown(console, "rows 1-5 of 5")
    for key, what, number, leads in (
        ("R", "resend", missed.id, "it was sent in a demo, which only the same run can reach"),
        ("L", "look", unknown.id, "profile other is the one that it was sent with"),
    ):
        table = console.screen.table
        table.cursor = [table.rows.lines[index].row["id"] for index in table.rows.shown].index(
            number
        )
        await console.press("d")
        words = said(console)
        assert f"send {number} went to endpoint https://there.example.com, and this way" in words
        assert leads in words
        assert f"{key} sends" not in words
        assert f"{key} looks" not in words
        assert console.screen.course.check_action(what, ()) is False
        await console.press(key)
        assert console.screen.name == "sent"
        assert f"send {number} went to endpoint" in console.lines()[-2]
        await console.app.act_on(what, missed if what == "resend" else unknown)
        await console.settled()
        assert console.screen.name == "sent"
        assert f"send {number} went to endpoint" in console.lines()[-2]
        await console.press("escape")
    assert not [each for each in cloud.requests() if "jobs" in each["path"]]


async def test_a_key_that_does_nothing_says_why(console: Flow) -> None:
    await console.press("R")
    assert "6 shows what was sent, and d there what became of it" in console.lines()[-2]
    for keys, why in (
        (("home", "d", "L"), "send 3 is not of unknown outcome"),
        (("escape", "down", "d", "R"), "L looks whether it arrived, before it is sent again"),
        (("escape", "down", "d", "R"), "nobody saw send 1; E takes the text up again"),
    ):
        await console.press(*keys)
        assert why in console.lines()[-2]


async def test_the_record_has_everything_and_the_command(console: Flow) -> None:
    await console.press("down", "enter")
    words = said(console)
    assert "OUTCOME UNKNOWN: it may have been shown" in words
    assert "console send --desktop d-1 --message 'nobody knows' --wait --profile test" in words


async def test_what_another_console_sends_appears_by_itself(
    console: Flow, journal: Journal
) -> None:
    journal.write(THERE, [POOL], "from elsewhere")
    await until(console, lambda: "from elsewhere" in texts(console), "the new send")
    await shown(console, "rows 1-4 of 4")
    assert console.screen.table.line.record.text.startswith("two")


@pytest.mark.parametrize(("marks", "cursor"), [(False, 0), (True, 2)])
async def test_what_was_sent_meanwhile_has_the_cursor_unless_rows_are_marked(
    console: Flow,
    journal: Journal,
    marks: bool,  # noqa: FBT001 - pytest gives it by name
    cursor: int,
) -> None:
    await console.press("down", *["space"] * marks)
    if not marks:
        # What another console sends while one looks does not move the cursor's row.
        (made,) = journal.write(THERE, [ONE], "while one looks")
        journal.going(made.id)
        journal.settle(made.id, Outcome.ACCEPTED, job_id="job-8")
        await until(console, lambda: len(texts(console)) == 4)
        assert console.screen.table.cursor == 2
    await console.press("1")
    (made,) = journal.write(THERE, [POOL], "sent meanwhile")
    journal.going(made.id)
    journal.settle(made.id, Outcome.ACCEPTED, job_id="job-9")
    await console.press("6")
    await until(console, lambda: texts(console)[0] == "sent meanwhile")
    assert console.screen.table.cursor == cursor


async def test_a_text_can_be_written_with_again(console: Flow, journal: Journal) -> None:
    journal.write(THERE, [POOL], "another one")
    await shown(console, "rows 1-4 of 4")
    await console.press("home", "m")
    assert console.screen.name == "pools"
    assert "another one" in said(console)
    # Another project may have a pool of the same id; nobody meant that one.
    assert "it went to another place; ctrl+t chooses pools of here" in said(console)
    assert "To nobody yet" in said(console)
    await console.press("escape")
    assert console.screen.name == "sent"


async def test_it_can_be_written_to_a_file(console: Flow, tmp_path: Path) -> None:
    target = tmp_path / "sent.json"
    await console.press("w", "ctrl+u")
    await paste(console, str(target))
    await console.press("enter")
    await until(console, target.exists, "the file")
    await console.settled()
    rows = json.loads(target.read_text(encoding="utf-8"))
    assert [each["id"] for each in rows] == [3, 2, 1]
    assert rows[0]["desktops"][1]["reason"] == "off\x1b[2J"


def test_a_row_gives_its_send_back(journal: Journal) -> None:
    for send in journal.sends():
        assert of_row(record.row(send)) == send
    journal.close()


def test_the_command_is_ready_for_a_shell() -> None:
    send = Send(1, THERE, POOL, "it's\nnow", "", datetime(2026, 1, 1, tzinfo=UTC), Outcome.ACCEPTED)
    assert command(send) == (
        r"console send --pool p-1 --message $'it\'s\nnow' --wait --profile test"
    )


@pytest.mark.parametrize("target", [POOL, Target("desktops", "", "two", ("-d", "d 2"), 2)])
def test_the_command_sends_the_same_to_the_same(target: Target) -> None:
    text = "-it's\n{now} \x1b[2J"
    send = Send(1, THERE, target, text, "", datetime(2026, 1, 1, tzinfo=UTC), Outcome.ACCEPTED)
    taken = parsed(sending, command(send))
    assert taken["message"] == text
    assert list(taken["pools"]) == ([target.pool_id] if target.kind == "pool" else [])
    assert list(taken["desktops"]) == list(target.desktop_ids)
    assert (taken["profile_name"], taken["wait"], taken["yes"]) == ("test", True, False)


def parsed(ours: click.Command, text: str) -> dict[str, Any]:
    """Return what a command of ours makes of a command line, as a shell gives it."""
    script = f"for word in {text.removeprefix('console ')}; do printf '%s\\0' \"$word\"; done"
    ran = subprocess.run(["/bin/bash", "-c", script], capture_output=True, check=True)
    name, *words = ran.stdout.decode().split("\0")[:-1]
    assert name == ours.name
    return dict(ours.make_context(name, words).params)


@pytest.mark.parametrize(
    ("values", "limit", "chosen", "notes"),
    [
        ({}, 50, {"limit": 50}, []),
        ({"within": "hour"}, None, {"since": "-1h", "everything": True}, []),
        ({"within": "day"}, 50, {"since": "-1d"}, []),
        ({"within": "month", "standing": "partly"}, 50, {"outcomes": ("partly",)}, []),
        ({"outcome": "unknown"}, 50, {"outcomes": ("unknown",)}, []),
        (
            {"outcome": "accepted", "standing": "accepted", "text": "x"},
            50,
            {"outcomes": ("accepted",)},
            ["text, outcome accepted, only what is not over"],
        ),
        ({"profile": "p", "target": "t"}, 50, {"outcomes": ()}, ["profile, target"]),
    ],
)
def test_our_own_command_lists_what_the_screen_lists(
    values: dict[str, str], limit: int | None, chosen: dict[str, Any], notes: list[str]
) -> None:
    said = listing(values, limit=limit)
    taken = parsed(listed, said.text)
    assert {name: taken[name] for name in chosen} == chosen
    own = "not part of it, as the console does it itself: "
    assert [note.removeprefix(own) for note in said.notes] == notes


def test_every_choice_of_the_filter_is_one_of_the_command() -> None:
    for name in ("outcome", "standing"):
        for choice in get_args(get_args(SentQuery.model_fields[name].annotation)[0]):
            assert parsed(listed, listing({name: choice}, limit=1).text)["outcomes"] == (choice,)


def test_pages_and_columns_are_said_as_the_command_can() -> None:
    said = listing({}, limit=50, offset=100, columns=["id", "result"])
    assert said.text == "console sent --limit 150 --columns id"
    assert said.notes == ("without the columns result", "it lists the 100 newer ones too")


async def test_what_is_copied_lists_what_is_on_the_screen(console: Flow) -> None:
    console.screen.ask({"standing": "unknown"})
    await console.settled()
    await console.press("y")
    assert "console sent --outcome unknown --limit" in said(console)


def test_every_filter_says_what_it_does() -> None:
    for field in SentQuery.model_fields.values():
        assert field.title
        assert field.description


async def test_the_start_says_that_outcomes_are_unknown(
    cloud: Cloud, tmp_path: Path, journal: Journal
) -> None:
    async with flow(cloud, tmp_path) as console:
        await shown(console, "1 send of UNKNOWN outcome: 6 shows them")
    journal.close()


async def test_what_another_console_learnt_is_shown(
    console: Flow, cloud: Cloud, journal: Journal
) -> None:
    (send,) = journal.write(place_of(cloud), [POOL], "of here")
    journal.going(send.id)
    here = journal.settle(send.id, Outcome.UNKNOWN, error={"message": "lost"})
    console.app.sends.take(here)
    await until(console, lambda: "of here" in texts(console), "the new send")
    await console.press("home", "d")
    assert "L looks whether it arrived" in said(console)
    journal.settle(send.id, Outcome.ACCEPTED, job_id="job-9")
    journal.course(send.id, "COMPLETE", COURSE[:1], ended=True, verdict="delivered")
    await shown(console, "send 4, job job-9 COMPLETE")
    await shown(console, "delivered D-1")  # where a table comes in, it is painted a frame later


async def test_what_nobody_follows_can_be_followed_on(console: Flow, journal: Journal) -> None:
    (left,) = journal.write(THERE, [POOL], "left behind")
    journal.going(left.id)
    journal.settle(left.id, Outcome.ACCEPTED, job_id="job-2")
    await until(console, lambda: "left behind" in texts(console), "the new send")
    await console.press("home", "d")
    assert "it is not followed; U follows it on" in said(console)
    await console.press("U")
    await shown(console, "this way leads to")


async def test_the_journal_is_read_again_when_its_file_was_written_to(
    console: Flow, journal: Journal, tmp_path: Path
) -> None:
    file = outbox(tmp_path)
    assert mark_of(file.with_name("none")) is None
    os.utime(file)  # whatever the start took, it was written to just now
    assert mark_of(file) is None
    for each in file.parent.glob(f"{file.name}*"):
        os.utime(each, (1_600_000_000, 1_600_000_000))
    mark = mark_of(file)
    assert mark is not None
    await until(console, lambda: console.screen._mark == mark, "a look at the file")
    journal.write(THERE, [POOL], "from elsewhere")
    assert mark_of(file) != mark
    await until(console, lambda: "from elsewhere" in texts(console), "the new send")
