"""Pools on the screen: state, how full, who is connected; and the desktops of one of them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from console.app.pool_columns import Connected, InUse, State
from console.app.reading import Batch
from console.app.summaries.desktop_pools import summary
from console.app.widgets.pool_desktops import PoolDesktops
from console.client.client import Client
from console.services.desktop_pools import DesktopPool
from console.services.desktops import Desktop
from console.services.pool_connections import connected
from console.text import safe
from tests.app.flow import NOW, Flow, flow
from tests.cloud import Cloud
from tests.outside import OUTSIDE

POOLS, OF_A_POOL, OF_POOLS = "/desktop-pools$", "/desktop-pools/[^/]+/desktops", "/desktops$"
NARROW, WIDE, SHORT = (80, 24), (120, 36), (80, 16)


def refuse(cloud: Cloud, path: str) -> None:
    """Make the cloud refuse the next request for a path."""
    cloud.answer(path, status=403, error_code="WKS.0403", error_msg="No permission.")


def asked(cloud: Cloud, end: str) -> int:
    """Return how many requests there were whose path ends so."""
    return sum(each["path"].endswith(end) for each in cloud.requests())


def pool(**values: Any) -> DesktopPool:
    """Return a pool as the cloud would write it."""
    return DesktopPool.of({"id": "p", "name": "one", **values})


async def go_to(console: Flow, name: str) -> DesktopPool:
    """Put the cursor on a pool."""
    table = console.screen.table
    names = [table.rows.lines[index].record.name for index in table.rows.shown]
    table.cursor = names.index(name)
    await console.settled()
    found = table.line.record
    assert isinstance(found, DesktopPool)
    return found


def logins(console: Flow) -> list[str | None]:
    """Return the logins of the desktops on the screen."""
    lines = console.screen.desktops.rows.lines
    return [line.record.login_status for line in lines if isinstance(line.record, Desktop)]


# Columns


@pytest.mark.parametrize(
    ("status", "text", "tone", "order"),
    [
        ("STEADY", "steady", "", 3),
        ("TEMPORARY", "in transition (TEMPORARY)", "warning", 1),
        ("EXIST_FROZEN", "some frozen (EXIST_FROZEN)", "warning", 0),
        ("UNKNOWN", "unknown", "warning", 2),
        ("NEW_STATE", "NEW_STATE", "warning", 2),
        (None, "-", "", None),
    ],
)
def test_a_state_is_said_in_words_beside_the_clouds_own(
    status: str | None, text: str, tone: str, order: int | None
) -> None:
    column, one = State(), pool(status=status)
    assert (column.text(one, UTC), column.tone(one), column.of(one)) == (text, tone, order)


@pytest.mark.parametrize(
    ("used", "count", "text", "share"),
    [
        (12, 40, "12 of 40", 0.3),
        (40, 40, "40 of 40 full", 1.0),
        (41, 40, "41 of 40 full", 1.025),
        (0, 0, "0 of 0", 0.0),
        (None, 40, "? of 40", None),
        (12, None, "12 of ?", None),
        (None, None, "-", None),
        (1200, 4000, "1,200 of 4,000", 0.3),
    ],
)
def test_how_full_a_pool_is_sorts_by_the_share(
    used: int | None, count: int | None, text: str, share: float | None
) -> None:
    column, one = InUse(), pool(desktop_used=used, desktop_count=count)
    assert (column.text(one, UTC), column.of(one)) == (text, share)
    assert column.tone(one) == ("warning" if text.endswith("full") else "")


def test_who_is_connected_is_a_number_or_said_not_to_be_known() -> None:
    one = pool()
    assert Connected().text(one, UTC) == "…"
    assert Connected({"p": 0}).text(one, UTC) == "0"
    assert Connected({"p": 1200}).text(one, UTC) == "1,200"
    assert Connected({"p": None}).text(one, UTC) == "?"
    assert Connected({"p": 3}, failed=True).text(one, UTC) == "?"
    assert Connected({"p": 3}).text(DesktopPool(), UTC) == "?"


async def test_connections_are_counted_for_all_pools_in_one_listing(
    cloud: Cloud, client: Client
) -> None:
    def desktop(name: str, pool_id: str, state: str | None) -> dict[str, Any]:
        return {"desktop_id": name, "pool_id": pool_id, "connect_status": state}

    rows = [
        desktop("1", "a", "CONNECTED"),
        desktop("2", "a", "CONNECTED"),
        desktop("3", "a", "DISCONNECTED"),
        desktop("4", "b", "CONNECTED"),
        desktop("5", "b", None),
        desktop("6", "strange", "CONNECTED"),
    ]
    cloud.answer(OF_POOLS, total_count=len(rows), desktops=rows)
    counts = {"a": 3, "b": 2, "empty": 0, "silent": 7}
    pools = [pool(id=name, desktop_count=count) for name, count in counts.items()]
    found = await connected(client, pools)
    assert found == {"a": 2, "b": None, "empty": 0, "silent": None}
    assert "pool_id=a%2Cb%2Cempty%2Csilent" in cloud.requests()[-1]["query"].split("&")


# The screen


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_pool_is_one_line_that_says_what_one_asks(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with flow(cloud, tmp_path, size=size) as console:
        before = asked(cloud, "/desktops")
        await console.press("2")
        assert asked(cloud, "/desktops") - before == 1, "one listing counts the connections"
        one = await go_to(console, "外包开发-A")
        line = next(line for line in console.lines() if "外包开发-A" in line)
        used = one.desktop_used
        assert line.split()[:5] == ["外包开发-A", "steady", f"{used}", "of", f"{one.desktop_count}"]
        assert line.split()[5:7] == [str(used), "no"], (
            "in the emulated cloud, who is connected uses"
        )
        moving = next(line for line in console.lines() if "外包开发-B" in line)
        assert "in transition" in moving
        assert ("TEMPORARY" in moving) == (size is WIDE)


async def test_names_of_pools_are_whole_before_further_columns_have_room(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path, size=(80, 60)) as console:
        await console.press("2")
        names = [line.record.name for line in console.screen.rows.lines]
        assert max(map(cell_len, names)) > 16
        shown = [line.split("  ")[1] for line in console.lines()[4:-2] if line.startswith("  ")]
        assert [name for name in shown if name] == names


async def test_until_it_is_known_who_is_connected_the_screen_says_so(
    cloud: Cloud, tmp_path: Path
) -> None:
    cloud.script({"action": "stall", "path": OF_POOLS, "seconds": 0.4})
    async with flow(cloud, tmp_path) as console:
        await console.pilot.press("2")
        while "研发一部" not in console.text():
            await console.pilot.pause()
        assert "…" in next(line for line in console.lines() if "研发一部" in line).split()
        await console.settled()
        assert "…" not in next(line for line in console.lines() if "研发一部" in line).split()


async def test_where_it_cannot_be_known_the_screen_says_why(cloud: Cloud, tmp_path: Path) -> None:
    refuse(cloud, OF_POOLS)
    async with flow(cloud, tmp_path) as console:
        await console.press("2")
        assert "?" in next(line for line in console.lines() if "研发一部" in line).split()
        assert "who is connected is not known: Not permitted" in console.lines()[-2]
        await console.press("r")
        assert "?" not in next(line for line in console.lines() if "研发一部" in line).split()
        assert "not known" not in console.lines()[-2]


async def test_the_fullest_pool_is_found_by_sorting(console: Flow) -> None:
    while console.screen.table.column.name != "in_use":
        await console.press("right")
    await console.press("s", "s")
    rows = console.screen.rows
    shares = [InUse().of(rows.lines[index].record) or 0 for index in rows.shown]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


# The desktops of one pool


@pytest.mark.parametrize("size", [NARROW, WIDE, SHORT])
async def test_the_desktops_of_a_pool_stand_below_beside_or_in_place(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with flow(cloud, tmp_path, size=size) as console:
        await console.press("2")
        one = await go_to(console, "客服中心-白班")
        await console.press("d")
        screen = console.screen
        found = logins(console)
        assert len(found) == one.desktop_count
        count = found.count("CONNECTED")
        assert f"客服中心-白班 · {len(found)} desktops, {count} connected now" in console.text()
        assert any(" CONNECTED " in line for line in console.lines())
        assert "Login" in console.text()
        beside = screen.desktops.region.x > 0
        below = not beside and screen.table.region.height > 0
        assert (beside, below) == (size is WIDE, size is NARROW)
        await console.press("escape")
        assert "connected now" not in console.text()
        assert screen.table.has_focus


async def test_the_heading_of_the_desktops_is_bold_while_keys_go_there(console: Flow) -> None:
    await go_to(console, "客服中心-白班")
    await console.press("d")
    heading = console.screen.desktops.query_one(".heading")
    assert heading.text_style.bold
    console.screen.table.focus()
    await console.settled()
    assert not heading.text_style.bold
    console.screen.desktops.table.focus()
    await console.settled()
    assert heading.text_style.bold


async def test_another_pool_takes_the_place_and_an_empty_one_says_so(console: Flow) -> None:
    await go_to(console, "客服中心-白班")
    await console.press("d", "shift+tab")
    console.screen.table.focus()
    await go_to(console, "培训教室-02")
    await console.press("d")
    assert "培训教室-02 · no desktops" in console.text()
    assert "客服中心-白班 ·" not in console.text()
    assert logins(console) == []


async def test_a_late_answer_about_the_pool_before_is_dropped(console: Flow) -> None:
    one = await go_to(console, "客服中心-白班")
    await console.press("d")
    pane = console.screen.desktops
    rows, records = (
        [line.row for line in pane.rows.lines],
        [line.record for line in pane.rows.lines],
    )
    late = PoolDesktops.Came(pane._question, Batch(rows, records, len(rows), NOW, 0.1), first=True)
    console.screen.table.focus()
    two = await go_to(console, "客服中心-夜班")
    await console.press("d")
    pane.post_message(late)
    pane.post_message(PoolDesktops.Ended(late.question, None))
    await console.settled()
    assert len(logins(console)) == two.desktop_count != one.desktop_count
    assert "客服中心-白班 ·" not in console.text()


async def test_a_refresh_asks_for_the_open_pool_too_and_keeps_the_cursor(
    cloud: Cloud, console: Flow
) -> None:
    await go_to(console, "客服中心-白班")
    await console.press("d", "down", "down")
    line = console.screen.desktops.line
    before = asked(cloud, "/desktops")
    await console.press("r")
    assert asked(cloud, "/desktops") - before == 2
    assert console.screen.desktops.line is line
    refuse(cloud, OF_A_POOL)
    await console.press("r")
    assert "客服中心-白班 · STALE" in console.text()
    assert "No permission." in console.text()
    assert "pools 1-40 of 40" in console.text()
    assert logins(console)
    await console.press("r")
    assert "STALE" not in console.text()


async def test_a_desktop_is_shown_in_full_and_left_step_by_step(console: Flow) -> None:
    await go_to(console, "客服中心-白班")
    await console.press("d", "down", "enter")
    name = console.screen.desktops.line.record.computer_name
    assert "whether somebody is connected" in console.text()
    assert name in console.text()
    await console.press("escape")
    assert "whether somebody is connected" not in console.text()
    assert console.screen.desktops.table.has_focus
    await console.press("escape", "enter")
    assert "Pool id" in console.text()
    assert "connected now" not in console.text()


async def test_help_says_whom_a_message_is_for_and_goes_to_its_end(console: Flow) -> None:
    await go_to(console, "研发一部")
    for key, said in (
        ("escape", "write to this pool, or to the marked ones  pools.message"),
        ("d", "write to this desktop, or the marked ones  desktops.message"),
    ):
        await console.press(key, "question_mark")
        assert said in console.text()
        assert "app.help" not in console.text()
        await console.press("end")
        assert "app.help" in console.text()
        await console.press("home")
        assert said in console.text()
        if key == "d":
            assert any("back to the pools " in li and ".leave-d" in li for li in console.lines())
        await console.press("escape")
    await console.press("m")
    assert console.screen.composes
    assert console.screen.desktops.line.record.computer_name in console.text()


async def test_keys_of_the_pools_do_nothing_among_the_desktops(cloud: Cloud, console: Flow) -> None:
    await go_to(console, "客服中心-白班")
    await console.press("d")
    before, lines = len(cloud.requests()), console.lines()
    await console.press("n", "y", "w", "o", "a", "d", "slash", "g")
    assert console.lines() == lines
    assert len(cloud.requests()) == before


async def test_another_profile_finds_no_desktops_of_the_one_before(
    cloud: Cloud, tmp_path: Path
) -> None:
    ways = [cloud.profile(), replace(cloud.profile(), name="second")]
    async with flow(cloud, tmp_path, profile=lambda: ways.pop(0)) as console:
        await console.press("2", "d")
        assert "connected now" in console.text()
        console.app.open_demo()
        assert not console.screen.desktops.rows.lines
        await console.settled()
        assert "connected now" not in console.text()
        assert console.screen.rows.lines


async def test_names_from_outside_are_text_and_nothing_else(cloud: Cloud, tmp_path: Path) -> None:
    texts = [
        OUTSIDE[name]
        for name in ("OSC 52 (clipboard) ended by BEL", "C1 CSI", "bidi override", "LF")
    ] + [OUTSIDE[name] for name in ("closing markup", "action markup", "a megabyte")]
    pools = [
        {"id": f"p{n}", "name": text, "status": text, "desktop_count": 1}
        for n, text in enumerate(texts)
    ]
    cloud.answer(POOLS, 2, total_count=len(pools), desktop_pools=pools)
    cloud.answer(OF_A_POOL, len(texts), total_count=0, pool_desktops=[])
    async with flow(cloud, tmp_path) as console:
        await console.press("2")
        for _ in texts:
            await console.press("d")
            assert "no desktops" in console.text()
            assert all(safe(line) == line for line in console.lines())
            await console.pilot.press("escape", "down")


# The overview's line


async def test_the_summary_says_how_many_and_what_needs_a_look(
    cloud: Cloud, client: Client
) -> None:
    found = await summary(client, datetime.now(UTC))
    assert (found.count, found.urgency) == ("40 pools", "notice")
    wanted = "3 some frozen, 3 in transition, 2 unknown, 3 in maintenance"
    assert found.fact.endswith(wanted)
    rows = [
        {"id": "a", "name": "Night", "status": "STEADY", "desktop_used": 4, "desktop_count": 4},
        {"id": "b", "status": "STEADY", "desktop_used": 0, "desktop_count": 0},
    ]
    cloud.answer(POOLS, total_count=2, desktop_pools=rows)
    found = await summary(client, datetime.now(UTC))
    assert (found.count, found.fact, found.urgency) == ("2 pools", "1 full: Night", "notice")
    cloud.answer(POOLS, total_count=1, desktop_pools=rows[1:])
    found = await summary(client, datetime.now(UTC))
    assert (found.count, found.fact, found.urgency) == ("1 pool", "every one is steady", "calm")
    cloud.answer(POOLS, total_count=0, desktop_pools=[])
    found = await summary(client, datetime.now(UTC))
    assert (found.count, found.fact, found.urgency) == ("0 pools", "", "calm")
