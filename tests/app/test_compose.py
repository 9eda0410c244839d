"""Writing a message: whom it is for, what it holds, and that nothing that was typed is lost."""

import signal
import sqlite3
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from textual.widgets import TextArea

from console.outbox.journal import Journal
from console.outbox.owner import Owners
from console.outbox.send import Draft, Target
from tests.app.flow import NOW, Flow, flow
from tests.app.screen import TerminalScreen, python_environ
from tests.app.sending import (
    FIRST,
    SECOND,
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
from tests.cloud import Cloud

TEXT = "The pool restarts in ten minutes."
PLACED = (80, 24), (120, 36)


def area(console: Flow) -> TextArea:
    """Return where the message is typed."""
    found: TextArea = console.app.get_screen_stack("pools")[0].query_one(TextArea)
    return found


def drafts(folder: Path) -> list[Draft]:
    """Return the drafts that a journal has."""
    with Journal(outbox(folder)) as journal:
        return journal.drafts()


async def kept(console: Flow, folder: Path, text: str) -> Draft:
    """Wait until a text is kept as a draft, and return that."""
    await until(console, lambda: [each for each in drafts(folder) if each.text == text], "a draft")
    return next(each for each in drafts(folder) if each.text == text)


# Whom it is for


async def test_it_is_for_the_pool_under_the_cursor(console: Flow) -> None:
    await console.press("m")
    assert f"To {FIRST} · 1 pool, 13 desktops, 5 connected now" in said(console)
    assert console.app.focused is area(console)
    assert area(console).cursor_blink is False


async def test_marked_pools_that_cannot_be_seen_are_counted_aloud(console: Flow) -> None:
    await console.press("space", "down", "space", "slash")
    await console.type("Linux")
    await console.press("enter", "m")
    words = said(console)
    assert f"To {FIRST}, {SECOND}" in words
    assert "1 OUT OF SIGHT in the table" in words
    assert "2 pools, 35 desktops" in words


async def test_another_profile_drops_the_targets_and_keeps_the_text(console: Flow) -> None:
    await console.press("m")
    await paste(console, TEXT)
    console.app.open_demo()
    await console.settled()
    words = said(console)
    assert "another profile: the targets of before were dropped" in words
    assert "To nobody yet" in words
    assert area(console).text == TEXT


async def test_pools_are_chosen_by_a_part_of_their_name(console: Flow) -> None:
    await console.press("ctrl+n", "ctrl+t")
    await paste(console, "二部-li")
    await console.press("tab")
    await paste(console, "研发一")
    await console.press("enter")
    assert f"To {SECOND}, {FIRST} · 2 pools, 35 desktops, 13 connected now" in said(console)


async def test_a_message_can_be_for_single_desktops(console: Flow, cloud: Cloud) -> None:
    await console.press("d", "space", "down", "down", "space", "m")
    assert "2 desktops," in said(console)
    await paste(console, TEXT)
    await send(console)
    (sent,) = await ended(console, cloud)
    (post,) = posts(cloud)
    assert post["path"].endswith("/desktops/notifications")
    assert (sent.target.kind, len(sent.target.desktop_ids)) == ("desktops", 2)


async def test_from_anywhere_one_key_opens_it(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, size=(120, 36)) as console:
        await console.press("1", "ctrl+n")
        assert "To nobody yet: ctrl+t chooses pools" in said(console)
        await paste(console, TEXT)
        await console.press("ctrl+g")
        assert "Send to which pools?" in said(console)


# What it holds


async def test_a_paste_is_taken_whole_and_no_line_of_it_sends(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await console.press("m")
    await paste(console, "one\r\ntwo\nthree\n")
    await console.press("enter")
    await console.type("four")
    assert area(console).text == "one\ntwo\nthree\n\nfour"
    assert "in 5 lines" in said(console)
    assert posts(cloud) == []
    assert journalled(tmp_path) == []


async def test_what_no_reader_could_be_shown_is_taken_out_and_said(console: Flow) -> None:
    await console.press("m")
    await paste(console, "a\x1b[31mb\u202ec\x07d [red]e[/]")
    assert area(console).text == "abcd [red]e[/]"
    assert "7 characters that no reader could be shown were taken out" in said(console)
    assert area(console).text in said(console)


async def test_open_places_are_pointed_out(console: Flow) -> None:
    await console.press("m")
    await paste(console, "It ends at XX:XX for <name>.")
    words = said(console)
    assert "XX:XX looks like a place left open" in words
    assert "<name> looks like a place left open" in words


async def test_the_name_of_the_pool_stands_where_the_text_says_so(console: Flow) -> None:
    await console.press("m")
    await paste(console, "{pool} restarts.")
    words = said(console)
    assert f"what its readers see in {FIRST}" in words
    assert f"{FIRST} restarts." in words
    assert "left open" not in words


async def test_a_template_is_taken_with_its_fields(console: Flow, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "templates.toml").write_text(
        '[own]\ntext = "{pool} at {什么} and {b}"\n[own.fields]\nb = "[/]"\n', encoding="utf-8"
    )
    await console.press("m", "ctrl+l")
    assert "own" in said(console)
    await console.press("enter")
    assert "is needed" in said(console)
    await paste(console, "noon")
    await console.press("enter")
    assert area(console).text == "{pool} at noon and [/]"


async def test_a_broken_file_of_templates_is_said_and_the_built_in_ones_are_there(
    console: Flow, tmp_path: Path
) -> None:
    (tmp_path / "config").mkdir(exist_ok=True)
    (tmp_path / "config" / "templates.toml").write_text("[own\n", encoding="utf-8")
    await console.press("m", "ctrl+l")
    assert "your own are left out:" in said(console)
    await console.press("enter")
    assert area(console).text.startswith("Desktop pool {pool} restarts in 10 minutes.")


async def test_what_was_sent_before_can_be_used_again(console: Flow, cloud: Cloud) -> None:
    await console.press("m")
    await paste(console, TEXT)
    await send(console)
    await ended(console, cloud)
    await console.press("E", "ctrl+u", "ctrl+r")
    assert f"01:30:00 {FIRST} {TEXT}" in said(console)
    await console.press("enter")
    assert area(console).text == TEXT


# Refused before anything is written


async def test_a_read_only_profile_says_so_and_nothing_is_written(
    cloud: Cloud, tmp_path: Path
) -> None:
    read_only = replace(cloud.profile(), read_only=True)
    async with flow(cloud, tmp_path, profile=lambda: read_only) as console:
        await console.press("2", "m")
        assert "this profile is READ-ONLY: nothing can be sent with it" in said(console)
        assert not console.screen.composes
        await console.press("1", "ctrl+n")
        assert not console.screen.composes
    assert not outbox(tmp_path).exists()


async def test_without_a_journal_nothing_is_sent_and_browsing_goes_on(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    make_newer(tmp_path)
    await console.press("m")
    await paste(console, TEXT)
    await shown(console, "NOT KEPT as a draft:")
    await console.press("ctrl+g")
    await shown(console, "nothing was sent: the journal")
    assert "written by a newer console" in said(console)
    assert posts(cloud) == []
    assert area(console).text == TEXT
    await console.press("escape", "1")
    assert "of 18,344" in said(console)


async def test_an_empty_message_and_one_for_nobody_are_not_sent(console: Flow) -> None:
    await console.press("m", "ctrl+g")
    assert "the message is empty" in said(console)


# Drafts


async def test_what_is_typed_is_kept_and_there_at_the_next_start(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as console:
        await compose(console, TEXT)
        draft = await kept(console, tmp_path, TEXT)
        assert [each.name for each in draft.targets] == [FIRST]
        await console.type(" More")
    assert [each.text for each in drafts(tmp_path)] == [f"{TEXT} More"]
    async with flow(cloud, tmp_path) as console:
        await shown(console, "a draft from 01:30:00 is kept: ctrl+n opens it")
        await console.press("ctrl+n")
        await shown(console, "your draft from 01:30:00, which was not sent")
        assert f"To {FIRST} · 1 pool, 13 desktops" in said(console)
        await until(console, lambda: len(drafts(tmp_path)) == 1, "the old one to go")


async def test_a_draft_that_is_only_looked_at_keeps_its_time(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as console:
        await compose(console, TEXT)
    (before,) = drafts(tmp_path)
    later = NOW + timedelta(hours=1)
    async with flow(cloud, tmp_path, now=lambda: later) as console:
        await console.press("ctrl+n")
        await shown(console, "your draft from 01:30:00, which was not sent")
    (after,) = drafts(tmp_path)
    assert after.changed_at == before.changed_at
    async with flow(cloud, tmp_path, now=lambda: later) as console:
        await console.press("ctrl+n")
        await console.type(".")
    (changed,) = drafts(tmp_path)
    assert changed.changed_at == later


async def test_what_could_not_be_kept_is_kept_as_soon_as_it_can_be(
    console: Flow, tmp_path: Path
) -> None:
    with Journal(outbox(tmp_path)) as journal:
        journal.version()
    await console.press("m")
    holder = sqlite3.connect(outbox(tmp_path), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    await paste(console, TEXT)
    await shown(console, "NOT KEPT as a draft:")
    holder.close()
    await kept(console, tmp_path, TEXT)
    await shown(console, "kept as a draft")


async def test_a_sent_draft_is_gone_and_the_text_is_in_the_journal(
    console: Flow, cloud: Cloud, tmp_path: Path
) -> None:
    await console.press("m")
    await paste(console, TEXT)
    await kept(console, tmp_path, TEXT)
    await send(console)
    await ended(console, cloud)
    await until(console, lambda: not drafts(tmp_path), "the draft to go")
    assert journalled(tmp_path)[0].text == TEXT


async def test_a_draft_of_another_console_is_listed_and_not_taken(
    console: Flow, tmp_path: Path
) -> None:
    file = outbox(tmp_path)
    other = Owners(file.with_name(f"{file.name}.owners"))
    with Journal(file) as journal:
        journal.put_draft(Draft(f"{other.name()}.a", "theirs", (), "test"))
    await console.press("m")
    assert area(console).text == ""
    await console.press("f4")
    assert "nobody yet in another console: theirs" in said(console)
    await console.press("enter")
    assert area(console).text == "theirs"
    assert f"{other.name()}.a" in [each.id for each in drafts(tmp_path)]
    other.close()


async def test_the_list_of_drafts_says_whom_each_is_for(console: Flow, tmp_path: Path) -> None:
    pool = Target("pool", "p", FIRST)
    with Journal(outbox(tmp_path)) as journal:
        journal.put_draft(Draft("a", "for one", (pool,), "test", NOW))
        journal.put_draft(Draft("b", "for two", (pool, replace(pool, pool_id="q")), "other", NOW))
        journal.put_draft(Draft("c", "for " + "many " * 40, (), "test", NOW))
    await console.press("2", "m", "f4")
    words = said(console)
    for told in (
        f"01:30:00 {FIRST} for one",
        f"01:30:00 other: {FIRST} +1 for two",
        "01:30:00 nobody yet for many many",
    ):
        assert told in words


async def test_a_new_message_leaves_the_one_before_among_the_drafts(
    console: Flow, tmp_path: Path
) -> None:
    await console.press("m")
    await paste(console, "first")
    await console.press("ctrl+n")
    await paste(console, "second")
    await kept(console, tmp_path, "second")
    assert {each.text for each in drafts(tmp_path)} == {"first", "second"}
    await console.press("f4", "enter")
    assert area(console).text == "first"


# On a terminal of its own


def demo(home: Path, **more: str) -> TerminalScreen:
    """Run `console demo` on a terminal."""
    command = [sys.executable, "-m", "console", "demo"]
    return TerminalScreen(command, environ=python_environ(str(home), **more), kitty=True)


def test_a_killed_console_keeps_what_was_typed(tmp_path: Path) -> None:
    with demo(tmp_path) as screen:
        screen.wait_for("5 of 5 services")
        screen.press("2")
        screen.wait_for("pools 1-40 of 40")
        screen.press("m")
        screen.wait_for("To 研发一部")
        screen.paste("one\ntwo\nthree\n")
        screen.type("and some more")
        screen.wait_for("and some more")
        screen.wait_until_still(1.0)
        screen.signal(signal.SIGKILL)
        screen.wait_exit()
    with demo(tmp_path) as screen:
        screen.wait_for("a draft from")
        screen.press("ctrl+n")
        screen.wait_for("your draft from")
        for line in ("one", "two", "three", "and some more"):
            assert line in screen.text()


def test_an_editor_that_is_missing_or_fails_loses_nothing(tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\nif [ -e "$HOME/fail" ]; then exit 3; fi\nprintf "more\\n" >> "$1"\n',
        encoding="utf-8",
    )
    with demo(tmp_path, EDITOR=str(editor)) as screen:
        screen.wait_for("5 of 5 services")
        screen.press("2")
        screen.wait_for("pools 1-40 of 40")
        screen.press("m")
        screen.wait_for("To 研发一部")
        screen.type("typed")
        screen.press("ctrl+e")
        screen.wait_for("EDITOR was not found")
        editor.chmod(0o755)
        (tmp_path / "fail").touch()
        screen.press("ctrl+e")
        screen.wait_for("ended with 3; the text is as it was")
        (tmp_path / "fail").unlink()
        screen.press("ctrl+e")
        screen.wait_for("more")
        assert "typed" in screen.text()
        screen.press("ctrl+q")
        assert screen.wait_exit() == 0
