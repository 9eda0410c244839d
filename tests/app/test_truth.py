"""What must never be false on the screen, each case by keys on the emulated cloud."""

import json
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from console.app.reading import Batch
from console.app.screens.asking import AskingScreen
from console.app.status import Extent, extent_parts
from tests.app.flow import Flow, flow
from tests.cloud import Cloud

RECORDS = "notification-records"
REFUSED = {"action": "answer", "path": RECORDS, "status": 403, "body": "{}"}


async def test_a_page_that_failed_is_not_turned_to_by_a_refresh(
    blocked: Flow, cloud: Cloud
) -> None:
    cloud.script(REFUSED)
    await blocked.press("n")
    assert "STALE" in blocked.lines()[-2]
    assert "page 1/" in blocked.lines()[-2]
    await blocked.press("r")
    assert "page 1/" in blocked.lines()[-2]
    assert "STALE" not in blocked.lines()[-2]
    assert not any(line.new for line in blocked.screen.rows.lines)


async def test_a_refresh_after_a_stop_reads_no_more_than_there_was(
    blocked: Flow, cloud: Cloud
) -> None:
    screen = blocked.screen
    cloud.control.put("/_emulator/faults", json={"latency_ms": 100}).raise_for_status()
    await blocked.pilot.press("a")
    while not screen.extent.everything:
        await blocked.pilot.pause()
    await blocked.press("escape")
    cloud.control.delete("/_emulator/faults").raise_for_status()
    loaded = len(screen.rows.lines)
    assert loaded < 18_344
    await blocked.press("r")
    assert len(screen.rows.lines) == loaded
    assert not any(line.new for line in screen.rows.lines)
    assert f"{loaded:,} of 18,344" in blocked.lines()[-2]
    assert "stopped" in blocked.lines()[-2]


async def test_an_answer_that_comes_after_the_stop_is_dropped(blocked: Flow) -> None:
    screen = blocked.screen
    await blocked.press("a")
    lines = screen.rows.lines
    came = AskingScreen.Came(screen.question, _batch(screen), first=False)
    screen.extent.reading = True
    screen.action_back()
    screen.post_message(came)
    await blocked.settled()
    assert "stopped" in blocked.lines()[-2]
    assert screen.rows.lines is lines
    assert len(lines) == 18_344


def _batch(screen: AskingScreen) -> Batch:
    lines = screen.rows.lines[:50]
    fetched_at, seconds = screen._fetched
    rows, records = [each.row for each in lines], [each.record for each in lines]
    return Batch(rows, records, 18_344, fetched_at, seconds)


@pytest.mark.parametrize(
    ("extent", "said"),
    [
        (Extent(2_000, total=None, everything=True, reading=True), "2,000 rows so far"),
        (Extent(2_000, total=None, everything=True, stopped="stopped"), "2,000 rows so far"),
        (Extent(2_000, total=None, everything=True, complete=True), "all 2,000 rows"),
        (Extent(2_000, total=2_000, everything=True), "all 2,000 rows"),
        (Extent(1_000, total=2_000, everything=True), "1,000 of 2,000"),
        (Extent(100, total=None), "rows 1-100; the cloud does not say of how many"),
        (Extent(0, total=None), "no answer"),
        (Extent(0, total=None, reading=True), "loading"),
        (Extent(0, total=0), "no rows"),
        (Extent(0, total=7, offset=100), "no rows here; 7 in all"),
    ],
)
def test_all_is_said_of_what_was_read_to_its_end(extent: Extent, said: str) -> None:
    assert said in [part.text for part in extent_parts(extent, [])]


async def test_no_rows_is_not_said_where_nobody_answered(blocked: Flow, cloud: Cloud) -> None:
    cloud.script({**REFUSED, "times": 9})
    await blocked.press("2")
    await blocked.press("1")
    screen = blocked.screen
    screen.ask({**screen.first_values(), "user_name": "nobody"})
    await blocked.settled()
    assert "no answer" in blocked.lines()[-2]
    assert "no rows" not in blocked.text()


async def test_times_are_found_by_what_is_seen(cloud: Cloud, tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=8), "CST")
    async with flow(cloud, tmp_path, zone=zone) as console:
        await console.press("1", "slash")
        await console.type("09:")
        await console.press("enter", "z")
        screen = console.screen
        assert "UTC" in console.lines()[0]
        texts = [
            screen.table.columns[0].text(screen.rows.lines[index].record, screen.console.zone)
            for index in screen.rows.shown
        ]
        assert texts
        assert all("09:" in text for text in texts)


async def test_ids_of_one_profile_are_not_sent_with_the_next(
    cloud: Cloud, other_cloud: Cloud, tmp_path: Path
) -> None:
    ways = [cloud.profile(), replace(other_cloud.profile(), name="second")]
    async with flow(cloud, tmp_path, profile=lambda: ways.pop(0)) as console:
        await console.press("3")
        screen = console.screen
        screen.ask({"project_id": "a" * 32, "domain_id": "b" * 32, "is_check_project": 1})
        await console.settled()
        other_cloud.reset()
        console.app.open_demo()
        await console.settled()
    asked = [each for each in other_cloud.requests() if "transmission" in each["path"]]
    assert asked
    assert "aaaa" not in json.dumps(asked)
    assert "bbbb" not in json.dumps(asked)


async def test_an_export_ends_with_the_profile_it_began_in(
    cloud: Cloud, other_cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ways = [cloud.profile(), replace(other_cloud.profile(), name="second")]
    async with flow(cloud, tmp_path, size=(120, 24), profile=lambda: ways.pop(0)) as console:
        await console.press("1", "w")
        cloud.control.put("/_emulator/faults", json={"latency_ms": 300}).raise_for_status()
        await console.press("up", "up", "right")
        before = len(cloud.requests())
        await console.pilot.press("enter")
        cloud.control.get(f"/_emulator/requests?at_least={before + 1}")
        console.app.open_demo()
        await console.settled()
        assert "the export was stopped" in console.text()
        after = len(cloud.requests())
        cloud.control.put("/_emulator/faults", json={"latency_ms": 0}).raise_for_status()
        await console.press("r")
        assert len(cloud.requests()) == after
    assert not list(tmp_path.glob("*.csv"))  # noqa: ASYNC240 - nothing else is going on


async def test_the_welcome_leads_nowhere_but_to_a_profile(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, begin_with_demo=False) as console:
        await console.press("1")
        assert "There is no profile yet" in console.text()
        await console.press("d", "1", "0")
        assert "There is no profile yet" not in console.text()
        assert "services answered" in console.text()


async def test_what_is_not_whole_is_not_written_without_a_word(
    blocked: Flow, cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cloud.script(REFUSED)
    await blocked.press("r", "w")
    assert "STALE" in blocked.text()
    await blocked.press("enter")
    assert "STALE" in blocked.lines()[-2]


async def test_a_pool_that_is_not_there_is_no_pool_where_everybody_was_told(
    blocked: Flow,
) -> None:
    screen = blocked.screen
    screen.ask({"query_type": "DESKTOP_POOL", "desktop_pool_name": "kiosk-lobby"})
    await blocked.settled()
    assert "there is no pool named kiosk-lobby; Kiosk-Lobby?" in blocked.text()


async def test_a_pool_leads_to_who_was_not_notified_in_it(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as console:
        await console.press("2", "down")
        name = console.screen.table.line.record.name
        await console.press("b")
        assert f"Pool: {name}" in console.lines()[2]
        pools = {line.record.desktop_pool_name for line in console.screen.rows.lines}
        assert pools == {name}


async def test_bars_come_back_with_the_room_for_them(blocked: Flow) -> None:
    for size in ((40, 10), (120, 36)):
        await blocked.pilot.resize_terminal(*size)
        await blocked.settled()
    await blocked.press("b")
    assert blocked.screen.findings.histogram.has_focus
