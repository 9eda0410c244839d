"""The blocked notifications: what changed, for whom, and who was not notified."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest

from console.app.screens.blocked_notifications import BlockedScreen
from console.app.summaries.blocked_notifications import summary
from console.app.widgets.findings import Findings
from console.app.widgets.histogram import Histogram
from console.app.widgets.tally import Tally
from console.client.client import Client
from console.client.paging import Row
from console.library import fetch
from console.services.value import instant
from tests.app.flow import NOW, Flow, flow
from tests.cloud import Cloud, running_cloud

PATH = "notification-records"
TALL, WIDE = (80, 24), (120, 36)


@pytest.fixture(scope="module")
def past_cloud() -> Iterator[Cloud]:
    """Run a cloud whose rows end at the time that the tests take for the present."""
    with running_cloud("--clock", f"{NOW:%Y-%m-%dT%H:%M:%SZ}") as cloud:
        yield cloud


@pytest.fixture
def past(past_cloud: Cloud) -> Iterator[Cloud]:
    """Give that cloud, fresh."""
    past_cloud.reset()
    yield past_cloud
    past_cloud.reset()


@pytest.fixture(scope="module")
def raw(past_cloud: Cloud) -> dict[str, list[Row]]:
    """Return every row that the cloud has, newest first, by scope."""

    async def read() -> dict[str, list[Row]]:
        order: dict[str, Any] = {"sort_field": "operate_time", "sort_type": "DESC"}
        async with Client(past_cloud.profile()) as client:
            return {
                scope: (
                    await fetch(client, "blocked", limit=99_999, query_type=scope, **order)
                ).rows
                for scope in ("DESKTOP", "DESKTOP_POOL")
            }

    return asyncio.run(read())


def time_of(row: Row) -> datetime:
    """Return when a row was."""
    found = instant(row["operate_time"])
    assert found
    return found


def within(rows: list[Row], start: datetime, end: datetime) -> list[Row]:
    """Return the rows of a time."""
    return [row for row in rows if start <= time_of(row) < end]


def day(number: int, month: int = 11, zone: Any = UTC) -> tuple[datetime, datetime]:
    """Return a day of 2026."""
    start = datetime(2026, month, number, tzinfo=zone)
    return start, start + timedelta(days=1)


def busiest(rows: list[Row], name: str) -> str:
    """Return the most frequent value."""
    return str(Counter(row[name] for row in rows).most_common(1)[0][0])


def screen_of(running: Flow) -> BlockedScreen:
    assert isinstance(running.app.screen, BlockedScreen)
    return running.app.screen


def table_rows(running: Flow) -> list[Row]:
    """Return the rows that the table shows, in its order."""
    rows = screen_of(running).rows
    return [rows.lines[index].row for index in rows.shown]


def bars(running: Flow) -> list[tuple[datetime, datetime, int]]:
    """Return the bars: from when to when, and how many rows."""
    picture = screen_of(running).findings.histogram.picture
    assert picture
    edges = [datetime.fromtimestamp(edge, UTC) for edge in picture.bins.edges]
    return [
        (start, end, count)
        for (start, end), count in zip(pairwise(edges), picture.counts, strict=True)
    ]


def tally(running: Flow, name: str) -> dict[str, int]:
    """Return the counts of a tally."""
    found = screen_of(running).query_one(f"#tally-{name}", Tally)
    return {share.value: share.rows for share in found.ranking.shares}


def asked(cloud: Cloud) -> list[dict[str, str]]:
    """Return the parameters of each list that was asked for."""
    found = [each["query"] for each in cloud.requests() if PATH in each["path"]]
    return [dict(parse_qsl(query)) for query in found]


def status(running: Flow) -> str:
    return running.lines()[-2]


async def fill_in(running: Flow, **fields: str) -> None:
    """Fill in the form, and apply it."""
    names = [field.name for field in screen_of(running).form.fields]
    await running.press("f")
    at = 0
    for name, text in sorted(fields.items(), key=lambda each: names.index(each[0])):
        await running.press(*["tab"] * (names.index(name) - at))
        at = names.index(name)
        await running.type(text)
    await running.press("enter")


async def ask(running: Flow, **values: str) -> None:
    """Ask as the form would, beside what it begins with."""
    screen_of(running).ask({**BlockedScreen.FIRST, **values})
    await running.settled()


# At a glance


@pytest.mark.parametrize("size", [TALL, WIDE])
async def test_bars_and_tallies_count_the_rows_that_are_loaded(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path, size: tuple[int, int]
) -> None:
    async with flow(past, tmp_path, size=size) as running:
        await running.press("1")
        loaded = raw["DESKTOP"][:1_000]
        assert table_rows(running) == loaded
        found = bars(running)
        assert [count for *_, count in found] == [len(within(loaded, *bar[:2])) for bar in found]
        assert sum(count for *_, count in found) == 1_000
        for name in ("user_name", "desktop_name", "error_message", "type"):
            counts = Counter(row[name] for row in loaded)
            assert tally(running, name) == dict(counts.most_common(200)) or len(counts) > 200
            assert set(tally(running, name).items()) <= set(counts.items())
        assert f"1,000 of {len(raw['DESKTOP']):,}" in running.lines()[3]
        screen = screen_of(running)
        heights = [
            each.region.height for each in (screen.query_one(Histogram), *screen.query(Tally))
        ]
        assert max(heights) == (6 if size == WIDE else 3)
        assert heights.count(6) == (4 if size == WIDE else 0)  # bars, desktops, users and reasons
        await running.press("a")
        found = bars(running)
        assert [count for *_, count in found] == [
            len(within(raw["DESKTOP"], *bar[:2])) for bar in found
        ]
        assert f"of {len(raw['DESKTOP']):,}" not in running.lines()[3]


async def test_a_small_terminal_shows_bars_or_tallies_and_ten_rows(
    past: Cloud, tmp_path: Path
) -> None:
    async with flow(past, tmp_path, size=TALL) as running:
        await running.press("1")
        users = screen_of(running).query_one("#tally-user_name", Tally)
        histogram = screen_of(running).query_one(Histogram)
        for keys, bars_height, tally_height in (((), 3, 0), (("u",), 0, 6), (("b",), 3, 0)):
            await running.press(*keys)
            assert histogram.region.height == bars_height
            assert users.region.height == tally_height
            assert sum(line[2:6] == "2026" for line in running.lines()) >= 10
        await running.press("u", "escape")
        assert histogram.region.height == 3
        assert screen_of(running).table.has_focus


async def test_a_tiny_terminal_leaves_the_room_to_the_table(past: Cloud, tmp_path: Path) -> None:
    async with flow(past, tmp_path, size=(40, 10)) as running:
        await running.press("1")
        assert not screen_of(running).query_one(Findings).region.area
        await running.press("b", "u")
        assert screen_of(running).table.has_focus
        assert "too few lines" in status(running)[:40] or "no tallies" in status(running)


async def test_the_sentence_says_what_changed(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    async with flow(past, tmp_path, size=WIDE) as running:
        await running.press("1")
        last = within(raw["DESKTOP"], NOW - timedelta(days=1), NOW)
        earlier = within(raw["DESKTOP"], NOW - timedelta(days=2), NOW - timedelta(days=1))
        sentence = screen_of(running).findings.finding.sentence
        assert sentence[0] == f"last 24 h: {len(last):,} rows"
        assert sentence[1].endswith(f"the day before ({len(earlier):,})")
        assert f" {sentence[0]} · {sentence[1]} · " in running.lines()[3]
        users = screen_of(running).query_one("#tally-user_name", Tally)
        now, then = (Counter(row["user_name"] for row in rows) for rows in (last, earlier))
        changes = {share.value: share.change for share in users.ranking.shares}
        assert changes == {value: now[value] - then[value] for value in changes}
        # On the second page nothing of the last day is loaded: nothing is said of it.
        await running.press("n")
        sentence = screen_of(running).findings.finding.sentence
        assert sentence[0] == "1,000 loaded rows"
        assert {share.change for share in users.ranking.shares} == {None}


async def test_folded_bars_stay_folded(past: Cloud, tmp_path: Path) -> None:
    async with flow(past, tmp_path) as running:
        await running.press("1", "B")
        assert not screen_of(running).query_one(Histogram).region.area
    async with flow(past, tmp_path) as running:
        await running.press("1")
        assert not screen_of(running).query_one(Histogram).region.area
        await running.press("b")
        assert screen_of(running).query_one(Histogram).region.area


# Choosing


async def test_a_bar_that_is_chosen_narrows_the_table_to_its_time(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    async with flow(past, tmp_path, size=TALL) as running:
        await running.press("1", "b")
        requests = len(asked(past))
        await running.press("left", "left", "shift+left", "enter")
        drawn = bars(running)
        start, end = drawn[-4][0], drawn[-3][1]
        expected = within(raw["DESKTOP"][:1_000], start, end)
        assert expected
        assert table_rows(running) == expected
        assert f"{len(expected)} of 1,000 loaded rows: Fri 20 Nov" in status(running)
        assert bars(running) == drawn  # what was not chosen can still be seen
        users = Counter(row["user_name"] for row in expected)
        assert tally(running, "user_name") == dict(users)
        assert len(asked(past)) == requests
        await running.press("escape", "escape")
        assert len(table_rows(running)) == 1_000
        assert screen_of(running).query_one(Histogram).has_focus
        await running.press("escape")
        assert screen_of(running).table.has_focus
        # From the table, escape lifts it too.
        await running.press("b", "left", "enter")
        assert len(table_rows(running)) < 1_000
        screen_of(running).table.focus()
        await running.press("escape")
        assert len(table_rows(running)) == 1_000
        picture = screen_of(running).findings.histogram.picture
        assert picture
        assert picture.chosen is None


async def test_a_pool_that_is_chosen_is_asked_of_the_cloud(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    async with flow(past, tmp_path, size=TALL) as running:
        await running.press("1", "t", "u", "enter")
        pool = busiest(raw["DESKTOP_POOL"][:1_000], "desktop_pool_name")
        assert asked(past)[-1]["desktop_pool_name"] == pool
        expected = [row for row in raw["DESKTOP_POOL"] if pool in str(row["desktop_pool_name"])]
        assert table_rows(running) == expected[:1_000]
        pools = screen_of(running).query_one("#tally-desktop_pool_name", Tally)
        assert pools.has_focus
        assert pools.ranking.chosen == pool
        await running.press("escape")
        assert sum(count for *_, count in bars(running)) == len(expected[:1_000])
        await running.press("u", "enter")
        assert "desktop_pool_name" not in asked(past)[-1]
        assert table_rows(running) == raw["DESKTOP_POOL"][:1_000]


async def test_a_reason_that_is_chosen_narrows_what_is_loaded_and_stays_for_the_next_question(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    async with flow(past, tmp_path, size=WIDE) as running:
        await running.press("1", "u", "right", "right")
        requests = len(asked(past))
        await running.press("enter")
        loaded = raw["DESKTOP"][:1_000]
        reason = busiest(loaded, "error_message")
        expected = [row for row in loaded if row["error_message"] == reason]
        assert table_rows(running) == expected
        assert len(asked(past)) == requests
        assert sum(count for *_, count in bars(running)) == len(expected)
        # Its own list still says what else there is.
        counts = Counter(row["error_message"] for row in loaded)
        assert tally(running, "error_message") == dict(counts)
        assert f"{len(expected)} of 1,000 loaded rows: reason " in status(running)
        await running.press("left", "enter")  # the user with the most such rows
        user = asked(past)[-1]["user_name"]
        users = Counter(row["user_name"] for row in expected)
        assert users[user] == max(users.values())
        shown = table_rows(running)
        assert shown
        assert {row["error_message"] for row in shown} == {reason}
        await running.press("right", "enter")
        assert {row["error_message"] for row in table_rows(running)} > {reason}


async def test_the_quick_filter_is_counted_too(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    async with flow(past, tmp_path) as running:
        await running.press("1", "slash")
        await running.type("LAB-")
        await running.press("enter")
        expected = [row for row in raw["DESKTOP"][:1_000] if "LAB-" in str(row["desktop_name"])]
        assert table_rows(running) == expected
        assert sum(count for *_, count in bars(running)) == len(expected)
        users = Counter(row["user_name"] for row in expected)
        assert tally(running, "user_name") == dict(users)
        assert f"of {len(expected)} " in running.lines()[3]


async def test_a_quick_filter_without_a_hit_is_one_sentence_and_no_axis(
    past: Cloud, tmp_path: Path
) -> None:
    async with flow(past, tmp_path) as running:
        await running.press("1", "slash")
        below = running.lines().index(next(each for each in running.lines() if "Reason" in each))
        await running.type("nobody-is-called-so")
        said = "none of the 1,000 loaded rows is found · the cloud has 18,344"
        assert [line.strip() for line in running.lines()[3:below]] == [said, "", "", ""]
        assert "Reason" in running.lines()[below]  # nothing has moved
        await running.press("enter", "b")
        assert "no bars: no row is found" in status(running)
        assert screen_of(running).table.has_focus


@pytest.mark.parametrize("period", ["", "yesterday"])
async def test_nothing_is_compared_with_a_time_that_the_quick_filter_may_hide(
    past: Cloud, tmp_path: Path, period: str
) -> None:
    async with flow(past, tmp_path, size=WIDE) as running:
        await running.press("1")
        await ask(running, period=period)
        findings = screen_of(running).findings
        assert "the day before" in " ".join(findings.finding.sentence)
        await running.press("slash")
        await running.type("11-20")
        assert findings.finding.sentence
        assert "before" not in running.text()
        users = screen_of(running).query_one("#tally-user_name", Tally)
        assert {share.change for share in users.ranking.shares} == {None}
        await running.press("escape")
        assert "the day before" in " ".join(findings.finding.sentence)


# Who was not notified in pool X yesterday?


async def test_who_was_not_notified_in_a_pool_yesterday(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    yesterday = within(raw["DESKTOP_POOL"], *day(20))
    pool = busiest(yesterday, "desktop_pool_name")
    async with flow(past, tmp_path, size=TALL) as running:
        await running.press("1")
        # The scope is that of desktops still, of which none has a pool.
        await fill_in(running, desktop_pool_name=pool, period="yesterday")
        expected = [row for row in yesterday if pool in str(row["desktop_pool_name"])]
        assert expected
        assert table_rows(running) == expected
        assert asked(past)[-1]["query_type"] == "DESKTOP_POOL"
        assert "these are rows about desktop pools" in status(running)
        screen_of(running).quiet()
        await running.settled()
        assert "yesterday, 2026-11-20" in status(running)
        assert "period complete" in status(running)
        assert (
            screen_of(running)
            .findings.finding.sentence[0]
            .startswith(f"yesterday, 2026-11-20: {len(expected)} row")
        )
        found = bars(running)
        assert (found[0][0], found[-1][1]) == day(20)
        assert [count for *_, count in found] == [len(within(expected, *bar[:2])) for bar in found]
        # The one-line command lists the same: all of the period, in the same order.
        said = screen_of(running).equivalent_command()
        assert f" --desktop-pool-name {pool} " in said.text
        assert " --period yesterday --utc --all" in said.text
        assert not said.notes


async def test_a_period_is_read_to_its_edge_and_not_further(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    rows = raw["DESKTOP"]
    async with flow(past, tmp_path, size=WIDE) as running:
        await running.press("1")
        for period, start, end in (
            ("2026-11-10..2026-11-12", day(10)[0], day(12)[1]),
            ("-36h", NOW - timedelta(hours=36), NOW + timedelta(days=1)),
            ("until 2026-08-26", datetime(2026, 1, 1, tzinfo=UTC), day(26, 8)[1]),
        ):
            await ask(running, period=period)
            expected = within(rows, start, end)
            assert expected
            assert table_rows(running) == expected
            assert "period complete" in status(running)
            needed = sum(time_of(row) >= start for row in rows)
            assert needed <= len(screen_of(running).rows.lines) < needed + 1_000 + 1
        await ask(running, period="-36h", sort_type="ASC")  # nothing tells where to stop
        assert table_rows(running) == within(rows, NOW - timedelta(hours=36), NOW)[::-1]
        await ask(running, period="2026-11-10..2026-11-12")
        await running.press("a")
        assert len(screen_of(running).rows.lines) == len(rows)
        assert table_rows(running) == within(rows, day(10)[0], day(12)[1])


async def test_a_period_that_broke_off_is_said_to_be_incomplete(
    past: Cloud, tmp_path: Path
) -> None:
    async with flow(past, tmp_path, size=WIDE) as running:
        await running.press("1")
        refused = {"action": "answer", "status": 403, "body": "{}", "times": 99}
        past.script({**refused, "path": r"offset=[1-9]"})
        await ask(running, period="2026-11-01..2026-11-20")
        screen = screen_of(running)
        assert screen.error
        assert len(screen.rows.lines) == 1_000
        assert "period not complete" in status(running)
        assert ": at least " in screen.findings.finding.sentence[0]


async def test_a_period_in_another_zone_is_another_one(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    async with flow(past, tmp_path, zone=shanghai) as running:
        await running.press("1")
        await ask(running, period="yesterday")
        assert table_rows(running) == within(raw["DESKTOP"], *day(20, zone=shanghai))
        found = bars(running)
        assert found[0][0] == day(20, zone=shanghai)[0]
        await running.press("z")
        assert table_rows(running) == within(raw["DESKTOP"], *day(20))


# Scope


async def test_the_scope_changes_at_one_key_and_keeps_what_it_has_too(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    async with flow(past, tmp_path) as running:
        await running.press("1")
        await ask(running, desktop_name="LAB", user_name="l", period="2026-11-20")
        await running.press("t")
        last = asked(past)[-1]
        assert last["query_type"] == "DESKTOP_POOL"
        assert last["user_name"] == "l"
        assert last["sort_type"] == "DESC"
        assert "desktop_name" not in last
        expected = [
            row for row in within(raw["DESKTOP_POOL"], *day(20)) if "l" in str(row["user_name"])
        ]
        assert table_rows(running) == expected
        await running.press("t")
        assert asked(past)[-1]["query_type"] == "DESKTOP"


async def test_a_name_that_no_row_has_stays_an_empty_answer(past: Cloud, tmp_path: Path) -> None:
    async with flow(past, tmp_path) as running:
        await running.press("1")
        screen_of(running).ask({**BlockedScreen.FIRST, "user_name": "nobody-at-all"})
        said = [part.text for part in screen_of(running).status_parts()]
        assert "loading" in said  # and nothing of the rows before
        await running.settled()
        assert table_rows(running) == []
        assert asked(past)[-1]["query_type"] == "DESKTOP"
        assert "no rows" in status(running)
        await running.press("u")
        assert "no tallies: no row is loaded" in status(running)


# Refreshing


async def test_a_refresh_counts_what_came_and_paints_nothing_where_nothing_did(
    past: Cloud, tmp_path: Path
) -> None:
    async with flow(past, tmp_path, size=WIDE) as running:
        await running.press("1")
        before = screen_of(running).findings.finding
        await running.press("r")
        assert screen_of(running).findings.finding == before
        past.control.post("/_emulator/records", json={"insert": 40}).raise_for_status()
        await running.press("r")
        after = screen_of(running).findings.finding
        assert after.sentence[0] != before.sentence[0]
        assert sum(count for *_, count in bars(running)) == 1_000


async def test_a_period_back_from_now_begins_anew_with_each_refresh(
    past: Cloud, raw: dict[str, list[Row]], tmp_path: Path
) -> None:
    clock = [NOW]
    async with flow(past, tmp_path, now=lambda: clock[-1]) as running:
        await running.press("1")
        await ask(running, period="-20h")
        assert table_rows(running) == within(raw["DESKTOP"], NOW - timedelta(hours=20), NOW)
        clock.append(NOW + timedelta(hours=9))
        await running.press("r")
        expected = within(raw["DESKTOP"], NOW - timedelta(hours=11), NOW)
        assert table_rows(running) == expected
        assert f"{len(expected)} of " in status(running)
        assert 0 < len(expected) < 15
        assert sum(line[2:6] == "2026" for line in running.lines()) == len(expected)


# The overview


async def test_the_overview_counts_the_last_day_of_both_scopes(
    past: Cloud, raw: dict[str, list[Row]]
) -> None:
    async with Client(past.profile()) as client:
        said = await summary(client, NOW)
    desktops, pools = raw["DESKTOP"], raw["DESKTOP_POOL"]
    assert said.count == f"{len(desktops):,} + {len(pools):,} rows"
    for words, rows in (("desktops", desktops), ("pools", pools)):
        last = len(within(rows, NOW - timedelta(days=1), NOW + timedelta(days=1)))
        assert f"{words}: last 24 h: {last} rows" in said.fact
    assert len(asked(past)) == 2


@pytest.mark.parametrize(
    ("insert", "urgency", "words"),
    [
        (0, "calm", "desktops: last 24 h: "),
        (700, "urgent", "desktops: at least "),  # the page does not reach back two days
        (1_500, "urgent", "desktops: at least 1,000 rows in the last 10 min"),
    ],
)
async def test_an_incident_is_urgent_in_the_overview(
    past: Cloud,
    insert: int,
    urgency: str,
    words: str,
) -> None:
    past.control.post("/_emulator/records", json={"insert": insert}).raise_for_status()
    async with Client(past.profile()) as client:
        said = await summary(client, NOW + timedelta(minutes=5))
    assert said.urgency == urgency
    assert words in said.fact
