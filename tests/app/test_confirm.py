"""Confirming a send: one key sends, once, and no other key ever does."""

import os
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from textual.events import Key
from textual.widgets import Button, Input, TextArea

from console.app.dialogs.confirm import DEAF_SECONDS, SEND_KEY, ConfirmDialog
from console.app.widgets.dialog import Dialog
from console.outbox.journal import Journal
from console.outbox.send import Outcome
from console.profiles.profile import Profile
from tests.app.flow import Flow, flow
from tests.app.sending import (
    FIRST,
    SECOND,
    ask,
    awake,
    compose,
    ended,
    journalled,
    make_newer,
    outbox,
    paste,
    posts,
    said,
    send,
    shown,
    until,
)
from tests.cli.place import Place
from tests.cloud import Cloud

TEXT = "The pool restarts in ten minutes."


@pytest.fixture
async def console(console: Flow) -> Flow:
    """Give the application with a message to the first pool, ready to be sent."""
    await compose(console, TEXT)
    return console


async def nothing_was_sent(console: Flow, cloud: Cloud, folder: Path) -> None:
    """Check that no request left, that the journal is empty, and that the text is there."""
    await console.settled()
    assert posts(cloud) == []
    assert journalled(folder) == []
    assert console.app.get_screen_stack("pools")[0].query_one(TextArea).text == TEXT


async def test_it_says_everything_and_its_focus_is_on_cancel(console: Flow) -> None:
    await ask(console)
    words = said(console)
    for each in (
        "Send to 13 desktops?",
        "Profile test",
        "region cn-north-4",
        "Project e685f13a7a5bb9264c363db60d799668",
        f"To {FIRST} · 13 desktops · 5 connected now",
        TEXT,
        "Cancel ctrl+y sends it",
    ):
        assert each in words
    assert isinstance(console.app.focused, Button)


async def test_one_key_sends_once_however_often_it_comes(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await ask(console)
    await console.pilot.press(SEND_KEY, SEND_KEY, SEND_KEY, "enter", SEND_KEY)
    (sent,) = await ended(console, cloud)
    assert len(posts(cloud)) == 1
    assert [each.id for each in journalled(tmp_path)] == [sent.id]
    assert (sent.text, sent.target.name, sent.verdict) == (TEXT, FIRST, "partly")


@pytest.mark.parametrize("keys", [["enter"] * 30, ["space"] * 5, ["escape"], ["ctrl+g"] * 5])
async def test_no_other_key_sends(
    console: Flow, cloud: Cloud, tmp_path: Path, keys: list[str]
) -> None:
    await ask(console)
    await console.pilot.press(*keys)
    await console.settled()
    assert posts(cloud) == []
    assert journalled(tmp_path) == []
    assert isinstance(console.screen, ConfirmDialog) == (keys[0] in {"ctrl+g", "space"})


async def test_keys_that_came_before_it_was_seen_are_thrown_away(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    pressed = [Key(each, None) for each in (SEND_KEY, "enter", SEND_KEY, "escape")]
    dialog = await ask(console)
    for each in pressed:  # as on a line that was slow to bring them
        console.app.post_message(each)
    await nothing_was_sent(console, cloud, tmp_path)
    assert console.screen is dialog
    await until(console, lambda: dialog.is_released, "the key to be let go")
    await console.pilot.press(SEND_KEY)
    await ended(console, cloud)
    assert len(posts(cloud)) == 1


async def test_its_own_key_held_down_from_the_beginning_does_not_send(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await console.pilot.press("ctrl+g")
    await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
    dialog = console.screen
    assert isinstance(dialog, ConfirmDialog)
    await until(console, lambda: dialog._painted_at, "the picture")
    while monotonic() < (dialog._painted_at or 0) + DEAF_SECONDS + 0.2:
        await console.pilot.press(SEND_KEY)
    await nothing_was_sent(console, cloud, tmp_path)
    assert console.screen is dialog
    assert "not sent: ctrl+y came too soon" in said(console)


async def test_a_paste_is_no_key(console: Flow, cloud: Cloud, tmp_path: Path) -> None:
    await ask(console)
    await paste(console, "yes\n\n\x19\r\n")
    await nothing_was_sent(console, cloud, tmp_path)
    assert isinstance(console.screen, ConfirmDialog)


async def test_the_palette_does_not_offer_to_send(console: Flow) -> None:
    await ask(console)
    offered = [each.title for each in console.app.get_system_commands(console.screen)]
    assert not any("send" in title.lower() for title in offered if "Bell" not in title)


def production(cloud: Cloud) -> Profile:
    """Return a profile that is marked as production."""
    return replace(cloud.profile(), production=True)


async def test_in_production_the_pools_name_is_typed(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, profile=lambda: production(cloud)) as console:
        await compose(console, TEXT)
        await ask(console)
        assert "PRODUCTION" in said(console)
        assert f"Type {FIRST}, the pool's name" in said(console)
        assert isinstance(console.app.focused, Input)  # what is typed goes where it is asked for
        await console.press("down")
        assert isinstance(console.app.focused, Button)
        await console.press(SEND_KEY)
        await shown(console, "not sent: the pool's name is not typed yet")
        assert isinstance(console.app.focused, Input)
        await console.press("enter")
        await shown(console, "enter does not send; ctrl+y does")
        await paste(console, SECOND)
        await until(console, lambda: held_no_longer(console), "the key to be let go")
        await console.press(SEND_KEY)
        assert posts(cloud) == []
        await console.press("ctrl+u")
        await paste(console, FIRST)
        await until(console, lambda: held_no_longer(console), "the key to be let go")
        await console.pilot.press(SEND_KEY)
        await ended(console, cloud)
        assert len(posts(cloud)) == 1


def held_no_longer(console: Flow) -> bool:
    """Tell whether the key that sends would be taken for a new press."""
    return isinstance(console.screen, ConfirmDialog) and console.screen.is_released


async def test_for_several_targets_their_number_is_typed_and_each_has_its_own_outcome(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as console:
        await console.press("2", "space", "down", "space", "m")
        await paste(console, "{pool} restarts.")
        await ask(console)
        words = said(console)
        assert "Send to 2 targets, 35 desktops?" in words
        for pool in (FIRST, SECOND):
            assert f"to {pool}:" in words
            assert f"{pool} restarts." in words
        assert "Type 2, the number of targets" in words
        await console.press("escape")
        await send(console, typed="2")
        sent = await ended(console, cloud, 2)
        assert [each.text for each in sent] == [f"{FIRST} restarts.", f"{SECOND} restarts."]
        assert len(posts(cloud)) == 2
        got = sum(course.state == "delivered" for each in sent for course in each.desktops)
        assert f"2 sends ended: 2 partly: {got} of 35 delivered" in said(console)


async def test_the_same_text_to_the_same_pool_is_asked_twice(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await send(console)
    await ended(console, cloud)
    await compose(console, TEXT)
    await ask(console)
    assert f"THE SAME TEXT went to {FIRST} at 01:30:00 (send 1:" in said(console)
    await console.press(SEND_KEY)
    await shown(console, "The same again? ctrl+y once more sends it again")
    await console.pilot.press(SEND_KEY)
    await console.settled()
    assert len(journalled(tmp_path)) == 1
    await until(console, lambda: held_no_longer(console), "the key to be let go")
    await console.pilot.press(SEND_KEY)
    await ended(console, cloud, 2)
    assert len(posts(cloud)) == len(journalled(tmp_path)) == 2


async def test_the_same_text_to_desktops_of_the_pool_is_asked_twice_and_says_so(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await console.press("escape", "d", "space", "m")
    await paste(console, TEXT)
    await send(console)
    (sent,) = await ended(console, cloud)
    await console.press("escape", "escape")
    await compose(console, TEXT)
    await ask(console)
    assert f"THE SAME TEXT went to 1 desktop of {FIRST} ({sent.target.name})" in said(console)
    await console.press(SEND_KEY)
    await shown(console, "The same again? ctrl+y once more sends it again")
    assert len(posts(cloud)) == len(journalled(tmp_path)) == 1


async def test_what_is_confirmed_is_what_was_shown_whatever_the_table_shows(
    console: Flow, cloud: Cloud
) -> None:
    console.screen.rows.unmark_all()
    console.screen.table.cursor = 5
    console.screen.rows.restrict(lambda _: False)
    console.screen.table.rows_changed()
    await ask(console)
    assert f"To {FIRST} · 13 desktops" in said(console)
    await awake(console)
    await console.pilot.press(SEND_KEY)
    (sent,) = await ended(console, cloud)
    assert sent.target.name == FIRST


async def test_another_profile_before_the_dialog_is_there_sends_nothing(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    cloud.script({"action": "delay", "path": "/desktops$", "seconds": 0.5})
    await console.pilot.press("ctrl+g")
    assert not isinstance(console.screen, ConfirmDialog)
    console.app.open_demo()
    await nothing_was_sent(console, cloud, tmp_path)
    assert "targets of before were dropped" in said(console)


async def test_another_profile_under_the_dialog_sends_nothing(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    dialog = await ask(console)
    console.app.open_demo()
    await console.settled()
    assert not dialog.is_attached
    assert "nothing was sent: another profile is in use now" in said(console)
    await console.press(SEND_KEY)
    await nothing_was_sent(console, cloud, tmp_path)
    assert console.screen.pane.area.text == TEXT


async def test_another_profile_under_a_dialog_above_the_dialog_closes_both(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    dialog = await ask(console)
    console.app.push_screen(Dialog[None]())
    await console.settled()
    console.app.open_demo()
    await console.settled()
    await console.press(SEND_KEY, "escape")
    assert not dialog.is_attached
    assert console.screen.name == "pools"
    await console.press(SEND_KEY)
    await nothing_was_sent(console, cloud, tmp_path)


async def test_a_profile_and_a_secret_changed_under_the_dialog_send_what_it_names_and_where(
    cloud: Cloud, tmp_path: Path
) -> None:
    place = Place(tmp_path)
    place.write(place.keyed("here", cloud, 'region = "cn-north-4"'))
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    async with flow(
        cloud, tmp_path, environ=environ, begin_with_demo=False, profile_name="here"
    ) as console:
        await compose(console, TEXT)
        await ask(console)
        changed = place.profiles.read_text().replace(cloud.url, "http://127.0.0.1:9")
        place.write(changed.replace("cn-north-4", "cn-north-9"))
        (tmp_path / "secret-key").unlink()
        ran = place.run("profile", "use", "here")
        assert ran.code == 0, ran.err
        await console.pilot.press(SEND_KEY)
        (sent,) = await ended(console, cloud)
    assert (sent.place.profile, sent.place.region) == ("here", "cn-north-4")
    assert (sent.place.endpoint, sent.verdict) == (cloud.url, "partly")
    assert len(posts(cloud)) == 1


async def test_a_journal_that_breaks_under_the_dialog_sends_nothing(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await ask(console)
    make_newer(tmp_path)
    await console.press(SEND_KEY)
    await shown(console, "nothing was sent: the journal")
    assert posts(cloud) == []
    area = console.screen.query_one(TextArea)
    assert (area.text, area.read_only) == (TEXT, False)


async def test_a_repetition_goes_where_the_first_one_went_or_nowhere(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await send(console)
    (sent,) = await ended(console, cloud)
    with Journal(outbox(tmp_path)) as journal:
        place = replace(sent.place, project_id="another")
        (elsewhere,) = journal.write(place, [sent.target], TEXT)
        journal.going(elsewhere.id)
        journal.settle(elsewhere.id, Outcome.ACCEPTED, job_id="j")
        journal.course(elsewhere.id, "COMPLETE", sent.desktops, ended=True, verdict="partly")
    console.screen.act_on("resend", elsewhere)
    await shown(console, "nothing was sent: send 2 went to project another")
    assert not isinstance(console.screen, ConfirmDialog)


async def test_in_a_low_terminal_all_is_seen_but_the_rest_of_the_text(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path, size=(80, 16), profile=lambda: production(cloud)) as console:
        await compose(console, "XX TODO {time} save your work. " * 40)
        await ask(console)
        words = said(console)
        for each in (
            "PRODUCTION",
            "To 研发一部",
            "! XX looks like",
            "XX TODO {time} save your work.",
            "the pool's name:",
        ):
            assert each in words
        assert "Cancel ctrl+y sends it" in words
        await console.press("down")
        assert isinstance(console.app.focused, Button)
