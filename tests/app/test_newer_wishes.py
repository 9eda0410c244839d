"""What is asked for while older work is still under way: the newer one holds, everywhere."""

import asyncio
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from textual.events import Key

from console.app.dialogs.exporting import ExportDialog
from console.app.rows import Rows
from console.app.slices import Slices
from console.app.turns import Turns
from console.app.widgets.tally import Tally
from console.client.paging import Row
from tests.app.flow import Flow, flow
from tests.app.table_host import columns, records
from tests.cloud import Cloud, running_cloud

SLOW = "/^(a|aa|aaa)+$/"
"""An expression that is quick on nearly all rows, and takes much too long on some."""


def piecemeal(said: list[str], word: str) -> Slices[None]:
    """Say a word in two pieces."""
    for _ in range(2):
        said.append(word)
        yield


async def test_what_is_done_at_once_does_nothing_of_what_waits() -> None:
    said: list[str] = []
    tasks: list[asyncio.Task[None]] = []
    turns = Turns(lambda work: tasks.append(asyncio.ensure_future(work)), lambda: True)
    turns.take("late", lasting(said), rank=1)
    begun = list(said)
    turns.take("now", piecemeal(said, "now"), at_once=True)
    assert said == [*begun, "now", "now"]
    turns.take("after", piecemeal(said, "after"), at_once=True, rank=2)
    assert "after" not in said
    turns.drop("late", "after")
    await asyncio.gather(*tasks)


def lasting(said: list[str]) -> Slices[None]:
    """Be too long for one slice."""
    for _ in range(50):
        said.append("late")
        sum(range(50_000))
        yield


async def under_way(console: Flow, name: str) -> None:
    """Wait until some work on the rows has begun and is not done."""
    async with asyncio.timeout(15):
        while name not in console.screen.table.work.turns:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)


def asks_the_cloud(console: Flow) -> bool:
    """Tell whether a value chosen where the focus is would be asked for anew."""
    tally = console.app.focused
    assert isinstance(tally, Tally)
    return tally.kind.sent


async def all_loaded(console: Flow) -> Any:
    """Open the first screen with all rows."""
    await console.press("1", "a")
    async with asyncio.timeout(30):
        while console.screen._is_counting:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    return console.screen


async def test_another_question_ends_a_refresh_that_makes_way(tmp_path: Path) -> None:
    """With so many rows it would be done within the next piece, whoever steps it."""
    with running_cloud("--records", "3000", "--throttle", "0") as cloud:
        async with flow(cloud, tmp_path) as console:
            screen = await all_loaded(console)
            lines = screen.rows.lines[5:]
            screen.rows.replace([line.row for line in lines], [line.record for line in lines])
            screen.table.rows_replaced()
            screen.action_refresh()
            await under_way(console, "refresh")
            cloud.script({"action": "delay", "path": "/notification-records$", "seconds": 1})
            screen.action_scope()
            assert not screen.rows.lines
            assert "refresh" not in screen.table.work.turns
            assert screen.answered is None
            await console.settled()
            assert {line.record.desktop_name for line in screen.rows.lines} == {None}


async def test_keys_wait_wherever_the_focus_is(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, size=(140, 40)) as console:
        screen = await all_loaded(console)
        await console.press("u")
        while asks_the_cloud(console):
            await console.press("tab")
        for key, character in (("enter", "\r"), ("w", "w")):
            console.app.post_message(Key(key, character))
        async with asyncio.timeout(15):
            while not isinstance(console.app.screen, ExportDialog):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
        await console.settled()
        shown = len(screen.rows.shown)
        assert shown < len(screen.rows.lines)
        assert f"Writes the {shown:,} rows shown" in " ".join(console.text().split())


async def test_another_zone_holds_though_the_quick_filter_makes_no_sense(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path, zone=timezone(timedelta(hours=8), "CST")) as console:
        await console.press("1", "slash")
        await console.type("channel:EMAIL")
        await console.press("enter")
        screen = console.screen
        screen._take_columns([each.name for each in screen.table.columns if each.name != "type"])
        await console.settled()
        await console.press("z")
        assert screen.table.zone is console.app.zone
        assert "Time (UTC)" in console.text()


async def test_the_quick_filter_looks_in_the_columns_of_now(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as console:
        await console.press("1", "slash")
        await console.type("EMAIL")
        await console.press("enter")
        screen = console.screen
        assert screen.rows.shown
        screen._take_columns([each.name for each in screen.table.columns if each.name != "type"])
        await console.settled()
        assert not screen.rows.shown


def test_a_newer_filter_outlives_an_older_one_that_new_rows_are_too_much_for() -> None:
    first = [named(number, f"desk {number}") for number in range(3_000)]
    more = [named(number, f"{'a' * 60}c{number}") for number in range(3_000, 3_050)]
    rows = Rows()
    rows.replace(first, records(first))
    rows.quick(f"!{SLOW}", columns("name", "size"), None)
    rows.want(replace(rows.wanted, text="12"))
    work = rows.becoming()
    next(work)
    rows.extend(more, records(more))
    assert rows.quick_problem
    for _ in work:
        pass
    assert rows.quick_text == "12"
    assert 0 < len(rows.shown) < len(rows.lines)
    assert not rows.quick_problem


def named(number: int, name: str) -> Row:
    """Return a row."""
    return {"desktop_id": f"d{number}", "name": name, "size": number}
