"""Whom a message goes to, whatever was written before: nothing is carried to others unasked."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from console.app.dialogs.confirm import ConfirmDialog
from console.app.dialogs.looking import LookingDialog
from console.outbox.journal import Journal
from console.outbox.owner import Owners
from console.outbox.send import DesktopCourse, Draft, Outcome, Place, Send, Target
from console.profiles.profile import Profile
from tests.app.flow import NOW, Flow, flow
from tests.app.sending import (
    FIRST,
    SECOND,
    TO_POOL,
    ask,
    awake,
    compose,
    ended,
    make_newer,
    outbox,
    paste,
    posts,
    said,
    send,
    shown,
    until,
)
from tests.cloud import Cloud

TEXT = "It restarts in ten minutes."
POOLS = "/desktop-pools$"
DESKTOPS = "/desktops$"


def area_text(console: Flow) -> str:
    """Return what is in the pane."""
    return str(pools(console).pane.area.text)


def pools(console: Flow) -> Any:  # Any: as `Flow.screen`
    """Return the screen of the pools, whatever is in front of it."""
    return console.app.get_screen_stack("pools")[0]


def drafts(folder: Path) -> list[str]:
    """Return the texts of the drafts in the journal."""
    with Journal(outbox(folder)) as journal:
        return [each.text for each in journal.drafts()]


def place_of(cloud: Cloud, project_id: str = "e685f13a7a5bb9264c363db60d799668") -> Place:
    """Return the place that the profile of a test leads to."""
    profile = cloud.profile()
    return Place(profile.name, profile.region, project_id, profile.domain_id, cloud.url)


def sent_before(
    journal: Journal, place: Place, target: Target, text: str, outcome: Outcome = Outcome.ACCEPTED
) -> Send:
    """Write a send of before; one that was accepted has missed a desktop."""
    (made,) = journal.write(place, [target], text)
    journal.going(made.id)
    made = journal.settle(made.id, outcome, job_id="j" * (outcome is Outcome.ACCEPTED))
    if outcome is Outcome.ACCEPTED:
        courses = [
            DesktopCourse("d-1", "D-1", "a", "delivered"),
            DesktopCourse("d-2", "D-2", "b", "failed", "off"),
        ]
        made = journal.course(made.id, "COMPLETE", courses, ended=True, verdict="partly")
    return made


async def test_a_text_for_one_pool_is_not_carried_to_another(console: Flow, tmp_path: Path) -> None:
    await console.press("m")
    await paste(console, TEXT)
    await console.press("escape", "down", "m")
    words = said(console)
    assert f"To {SECOND}" in words
    assert "a new message; a draft is kept: f4" in words
    assert area_text(console) == ""
    await console.press("ctrl+z")
    assert area_text(console) == ""
    await until(console, lambda: drafts(tmp_path) == [TEXT], "the draft")
    await console.press("f4", "enter")
    assert area_text(console) == TEXT
    assert f"To {FIRST}" in said(console)


async def test_a_text_for_the_same_pool_or_for_nobody_yet_is_gone_on_with(console: Flow) -> None:
    await console.press("m")
    await paste(console, TEXT)
    await console.press("escape", "m")
    assert area_text(console) == TEXT
    await console.press("ctrl+n")
    await console.press("escape", "ctrl+n", "ctrl+n")
    await paste(console, "for nobody yet")
    assert area_text(console) == "for nobody yet"


async def test_what_is_sent_again_and_cancelled_leaves_nothing_and_stands_where_it_was(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await compose(console, TEXT)
    await send(console)
    await ended(console, cloud)
    await console.pilot.press("R")
    await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
    await awake(console)
    assert "It repeats send 1. That one alone, to 研发一部: 11 of 13" in said(console)
    await console.press("escape")
    assert "nothing was sent" in console.lines()[-2]
    assert console.screen.pane.shows_course
    await console.press("E")
    assert area_text(console) == TEXT
    assert "the text of an earlier send" in said(console)
    await console.press("escape", "down", "m")
    assert area_text(console) == ""
    assert f"To {SECOND}" in said(console)
    assert "a draft is kept" not in said(console)
    await console.press("escape", "6", "d")
    await console.pilot.press("R")
    await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
    await awake(console)
    await console.press("escape")
    assert console.screen.name == "sent"
    assert "nothing was sent" in console.lines()[-2]
    await console.press("m", "escape")
    assert console.screen.name == "sent"
    assert drafts(tmp_path) == []
    assert len(posts(cloud)) == 1


async def test_that_the_cloud_is_asked_is_said_no_longer_than_it_is(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await compose(console, TEXT)
    await send(console)
    await ended(console, cloud)
    await console.press("escape", "6", "d")
    cloud.script({"action": "delay", "path": "/desktops$", "seconds": 0.7, "times": 2})
    await console.pilot.press("R")
    await shown(console, "asking who is connected")
    make_newer(tmp_path)
    await console.settled()
    assert console.screen.name == "sent"
    assert "nothing was sent: the journal" in said(console)
    await console.press("2")
    assert "asking who is connected" not in said(console)
    assert len(posts(cloud)) == 1


async def test_those_of_whom_nothing_is_known_yet_are_said_to_be_left_out(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    courses = [
        DesktopCourse("d-1", "D-1", "a", "delivered"),
        DesktopCourse("d-2", "D-2", "b", "failed"),
        DesktopCourse("d-3", "D-3", "c", "pending"),
    ]
    with Journal(outbox(tmp_path)) as journal:
        (made,) = journal.write(place_of(cloud), [Target("pool", "p", FIRST, desktops=4)], TEXT)
        journal.going(made.id)
        journal.settle(made.id, Outcome.ACCEPTED, job_id="j")
        journal.course(made.id, "RUNNING", courses, ended=False, verdict="", total=4)
    await console.press("6")
    await shown(console, "1 of 4 so far")
    await console.press("d")
    words = "2 are still pending and are left out"
    assert f"R sends it to the 1 failed so far; {words}" in said(console)
    await console.pilot.press("R")
    await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
    assert "Send to 1 desktop?" in said(console)
    assert f"! {words}" in said(console)


async def test_a_text_that_names_another_pool_is_pointed_out(console: Flow) -> None:
    await console.press("m")
    await paste(console, f"{FIRST} waits; build-farm restarts, Build-Farms does not.")
    warning = "! the text names Build-Farm, and it does not go there"
    assert warning in said(console)
    await ask(console)
    assert warning in said(console)
    await console.press("escape", "ctrl+t")
    await paste(console, "build")
    await console.press("enter")
    assert "names" not in said(console)


async def test_a_draft_of_an_earlier_run_is_offered_and_not_taken_by_m(
    cloud: Cloud, tmp_path: Path
) -> None:
    with Journal(outbox(tmp_path), lambda: NOW) as journal:
        journal.put_draft(Draft("old", TEXT, (Target("pool", "p", "Gone", desktops=2),), "test"))
    async with flow(cloud, tmp_path) as console:
        await console.press("2", "m")
        await shown(console, "1 draft of before: f4")
        assert area_text(console) == ""
        await console.press("escape", "ctrl+n")
        await shown(console, "! Gone is not among the pools any more")
        assert "your draft from 01:30:00" in said(console)


async def test_what_was_typed_under_another_profile_is_not_taken_by_m(console: Flow) -> None:
    await console.press("m")
    await paste(console, TEXT)
    await console.press("escape")
    console.app.open_demo()
    await console.settled()
    await console.press("m")
    assert area_text(console) == ""
    assert "a draft is kept: f4" in said(console)


# Choosing pools


async def test_enter_alone_changes_nothing_in_the_list_of_pools(console: Flow) -> None:
    await console.press("d", "space", "m", "ctrl+t")
    words = said(console)
    assert "enter leaves it as it is: to" in words
    assert "1 single desktop" in words
    await console.press("enter")
    assert "1 desktop," in said(console)
    assert console.screen.composed.targets[0].kind == "desktops"
    await console.press("ctrl+t")
    await paste(console, "no such pool")
    await console.press("enter")
    assert "no pool has such a name; enter takes nothing" in said(console)
    await console.press("ctrl+u", "tab", "down", "enter")
    assert console.screen.composed.targets[0].kind == "desktops"


async def test_what_was_marked_is_so_no_longer_when_others_are_chosen(console: Flow) -> None:
    await console.press("space", "m", "ctrl+t", "down", "tab", "down", "tab")
    assert f"enter: to {SECOND}" in said(console)
    await console.press("enter")
    assert [each.name for each in console.screen.composed.targets] == [SECOND]
    assert console.screen.rows.marked() == []


async def test_marks_that_cannot_be_seen_do_not_win_over_the_row_that_can(console: Flow) -> None:
    await console.press("space", "slash")
    await console.type("Build")
    await console.press("enter", "m")
    words = said(console)
    assert "To Build-Farm" in words
    assert "for the row under the cursor; 1 marked out of sight: not meant" in words


# What is so today


def pools_answer(pool_id: str, name: str) -> dict[str, object]:
    """Return an answer with one pool, which is not as it was."""
    row = {
        "id": pool_id,
        "name": name,
        "desktop_count": 99,
        "status": "TEMPORARY",
        "in_maintenance_mode": True,
    }
    return {
        "action": "answer",
        "path": POOLS,
        "method": "GET",
        "times": 50,
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"total_count": 1, "desktop_pools": [row]}),
    }


async def test_todays_name_and_numbers_are_confirmed_typed_and_journalled(
    cloud: Cloud, tmp_path: Path
) -> None:
    def production() -> Profile:
        return replace(cloud.profile(), production=True)

    async with flow(cloud, tmp_path, profile=production) as console:
        await compose(console, TEXT)
        pool_id = console.screen.composed.targets[0].pool_id
        cloud.script(pools_answer(pool_id, "Renamed"))
        await ask(console)
        words = said(console)
        for each in (
            "To Renamed · 99 desktops · 5 connected now",
            f"! {FIRST} is called Renamed now",
            "! Renamed has 99 desktops now, not 13",
            "! Renamed is in transition",
            "! Renamed is in maintenance",
            "Type Renamed, the pool's name",
        ):
            assert each in words
        await paste(console, FIRST)
        await console.press("ctrl+y")
        assert "what is typed is not the pool's name" in said(console)
        await console.press("escape")
        assert "To Renamed · 1 pool, 99 desktops, 5 connected now" in said(console)
        await send(console, typed="Renamed")
        (sent,) = await ended(console, cloud)
        assert (sent.target.name, sent.target.desktops) == ("Renamed", 99)


async def test_a_cloud_that_does_not_answer_is_waited_for_for_a_short_while(
    console: Flow, cloud: Cloud
) -> None:
    await compose(console, TEXT)
    for path in (POOLS, DESKTOPS):
        cloud.script({"action": "stall", "path": path, "method": "GET", "seconds": 60, "times": 9})
    await ask(console)
    words = said(console)
    assert "not known how many are connected" in words
    assert "names and numbers are as known before: the cloud did not say it within 2 s" in words
    await console.press("escape")
    assert "13 desktops, 5 connected now" in said(console)


async def test_a_desktop_that_is_off_is_said(console: Flow) -> None:
    await console.press("d")
    lines = console.screen.desktops.rows.lines
    off = next(n for n, each in enumerate(lines) if each.record.status != "ACTIVE")
    console.screen.desktops.table.cursor = console.screen.desktops.rows.shown.index(off)
    await console.press("m")
    record = lines[off].record
    warning = f"! {record.computer_name} is {record.status}: it may not get it"
    assert warning in said(console)
    await paste(console, TEXT)
    await ask(console)
    assert warning in said(console)


async def test_all_of_many_targets_can_be_seen_and_what_matters_stays_in_sight(
    cloud: Cloud, tmp_path: Path
) -> None:
    def production() -> Profile:
        return replace(cloud.profile(), production=True)

    async with flow(cloud, tmp_path, profile=production) as console:
        await console.press("2", "asterisk", "m")
        await paste(console, "Save your work.")
        await ask(console)
        seen = set(console.lines())
        for _ in range(30):
            words = said(console)
            for each in ("PRODUCTION", "Save your work.", "Type 40, the number of targets"):
                assert each in words
            await console.press("pagedown")
            seen |= set(console.lines())
        names = [line.record.name for line in pools(console).rows.lines]
        assert [each for each in names if not any(f"To {each} " in line for line in seen)] == []
        assert any("Board-Room has no desktops" in line for line in seen)


async def test_every_single_desktop_is_named_and_the_name_of_the_pool_is_asked_for(
    console: Flow,
) -> None:
    await console.press("d", "asterisk", "m")
    await paste(console, "{pool} restarts.")
    await console.press("ctrl+g")
    assert "write the name yourself where {pool} stands, or send to the pool" in said(console)
    await console.press("ctrl+u")
    await paste(console, TEXT)
    await ask(console)
    seen = said(console)
    await console.press("pagedown")
    seen += said(console)
    names = [each.record.computer_name for each in pools(console).desktops.rows.lines]
    assert len(names) == 13
    assert [each for each in names if each not in seen] == []


# What other consoles do meanwhile


async def test_an_unknown_send_that_another_console_settled_is_not_sent_again(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    cloud.script({"action": "drop", "path": TO_POOL, "acts": True})
    await compose(console, TEXT)
    await send(console)
    await ended(console, cloud)
    assert "OUTCOME UNKNOWN" in said(console)
    await console.press("6", "d", "L")
    assert isinstance(console.screen, LookingDialog)
    await console.press("escape")
    assert console.screen.name == "sent"
    await console.press("2")
    with Journal(outbox(tmp_path), lambda: NOW + timedelta(minutes=1)) as journal:
        journal.settle(1, Outcome.ACCEPTED, job_id="found")
        done = [DesktopCourse("d", "D", "u", "delivered")]
        journal.course(1, "SUCCESS", done, ended=True, verdict="delivered")
    await console.press("6", "d")
    assert "OUTCOME UNKNOWN" not in said(console)
    assert f"{FIRST}: delivered" in said(console)
    await console.press("2", "L")
    await shown(console, "UNKNOWN no more")
    assert not isinstance(console.screen, ConfirmDialog)
    assert "OUTCOME UNKNOWN" not in said(console)


async def test_a_send_of_a_place_of_the_same_profile_name_is_not_offered_here(
    cloud: Cloud, tmp_path: Path
) -> None:
    target = Target("pool", "p-1", "There", desktops=3)
    with Journal(outbox(tmp_path), lambda: NOW) as journal:
        sent_before(journal, place_of(cloud, "another"), target, TEXT)
    async with flow(cloud, tmp_path) as console:
        await console.press("6", "m")
        assert "it went to another place" in said(console)
        assert console.screen.composed.targets == ()


# Nothing typed is lost


async def test_a_text_taken_in_place_of_what_was_typed_leaves_that_a_draft(
    console: Flow, tmp_path: Path
) -> None:
    await console.press("m")
    await paste(console, TEXT)
    await console.press("ctrl+l", "tab", "backspace", "enter")
    assert "is needed" in said(console)  # what was emptied is not its default
    await console.type("25")
    await console.press("enter")
    assert "restarts in 25 minutes" in area_text(console)
    assert "what was typed before is among the drafts: f4" in said(console)
    assert f"To {FIRST}" in said(console)
    await until(console, lambda: TEXT in drafts(tmp_path), "the draft")


async def test_what_cannot_be_kept_stays_where_it_is(console: Flow, tmp_path: Path) -> None:
    make_newer(tmp_path)
    await console.press("m")
    await paste(console, TEXT)
    await shown(console, "NOT KEPT as a draft: the journal was written by a newer console")
    await console.press("ctrl+n")
    assert area_text(console) == TEXT
    assert "it stays here, as it is NOT KEPT as a draft" in said(console)
    await console.press("escape")
    assert "NOT KEPT as a draft; ctrl+n opens it in this run only" in console.lines()[-2]
    await console.press("down", "m")
    assert area_text(console) == TEXT
    assert f"To {FIRST}" in said(console)


async def test_a_draft_that_another_console_types_is_not_forgotten(
    console: Flow, tmp_path: Path
) -> None:
    file = outbox(tmp_path)
    other = Owners(file.with_name(f"{file.name}.owners"))
    with Journal(file) as journal:
        journal.put_draft(Draft(f"{other.name()}.a", "theirs", (), "test"))
    await console.press("m", "f4", "delete")
    assert "another console that runs may be typing it: it stays" in said(console)
    await console.press("escape")
    assert drafts(tmp_path) == ["theirs"]
    other.close()


# Keys where letters are typed


async def test_f1_shows_the_keys_where_letters_are_typed_and_in_dialogs(console: Flow) -> None:
    await console.press("m")
    assert "f1 keys" in console.lines()[-1]
    assert "? all keys" not in console.lines()[-1]
    await console.press("f1")
    assert "compose.send" in said(console)
    await console.press("f1", "ctrl+c")
    assert "ctrl+q quits" in console.lines()[-2]
    assert "q or" not in console.lines()[-2]
    await console.press("ctrl+t", "f1")
    assert "Keys" in said(console)
    await console.press("escape", "escape")
    assert area_text(console) == ""
