"""What an operator does all night, by keys, on the emulated cloud."""

import csv
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from console.app.reading import Batch, Question, read
from console.app.screens.asking import AskingScreen
from console.client.client import Client
from console.services.blocked_notifications import BlockedNotification
from console.services.listing import named
from tests.app.flow import Flow, flow
from tests.cloud import Cloud

RECORDS = "notification-records"


def names(console: Flow) -> list[str | None]:
    """Return the users on the rows that are shown, in their order."""
    found = []
    for index in console.screen.rows.shown:
        record = console.screen.rows.lines[index].record
        assert isinstance(record, BlockedNotification)
        found.append(record.user_name)
    return found


def asked(cloud: Cloud) -> list[dict[str, str]]:
    """Return the queries that the cloud received for blocked notifications."""
    return [dict(parse_qsl(each["query"])) for each in cloud.requests() if RECORDS in each["path"]]


async def test_the_first_picture_is_the_overview_and_a_key_opens_a_screen(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as console:
        assert "1 Blocked" in console.text()
        await console.press("1")
        assert "of 18,344" in console.lines()[-2]
        assert console.messages.count("AskingScreen.Came") == 1


async def test_a_screen_keeps_its_state_while_another_one_is_open(blocked: Flow) -> None:
    await blocked.press("down", "down", "n", "down")
    before = blocked.lines()
    await blocked.press("2")
    assert blocked.lines() != before
    await blocked.press("1")
    assert blocked.lines() == before


async def test_a_filter_is_typed_and_applied_with_enter(blocked: Flow, cloud: Cloud) -> None:
    user = names(blocked)[0]
    assert user
    await blocked.press("f")
    blocked.screen.form.focus_field("user_name")
    await blocked.pilot.pause()
    await blocked.type(user)
    await blocked.press("enter")
    assert all(user in (name or "") for name in names(blocked))
    assert asked(cloud)[-1]["user_name"] == user
    assert f"User: {user}" in blocked.lines()[2]
    await blocked.press("x")
    assert "of 18,344" in blocked.lines()[-2]


async def test_pages_are_turned_and_named(blocked: Flow) -> None:
    first = names(blocked)
    pages = blocked.screen.extent.pages
    await blocked.press("n")
    assert f"page 2/{pages}" in blocked.text()
    assert names(blocked) != first
    await blocked.press("p", "p")
    assert "this is the first page" in blocked.text()
    assert names(blocked) == first
    await blocked.press(">")
    assert f"page {pages}/{pages}" in blocked.text()
    await blocked.press("g")
    await blocked.type("3")
    await blocked.press("enter")
    assert f"page 3/{pages}" in blocked.text()
    await blocked.press("<")
    assert f"page 1/{pages}" in blocked.text()


async def test_rows_are_sorted_by_the_column_under_the_cursor(blocked: Flow) -> None:
    while blocked.screen.table.column.name != "user_name":
        await blocked.press("right")
    came = names(blocked)
    await blocked.press("s")
    assert names(blocked) == sorted(came, key=lambda name: (name or "").casefold())
    await blocked.press("s", "s")
    assert names(blocked) == came


async def test_a_quick_filter_is_instant_and_says_what_it_is_of(
    blocked: Flow, cloud: Cloud
) -> None:
    user = names(blocked)[0] or ""
    before = len(asked(cloud))
    before_it = names(blocked)
    loaded = len(blocked.screen.rows.lines)
    await blocked.press("slash")
    await blocked.type(f"user_name:{user}")
    expected = [each for each in before_it if user in (each or "")]
    assert names(blocked) == expected
    assert f"{len(expected)} of {loaded:,} loaded rows" in blocked.text()
    assert len(asked(cloud)) == before
    await blocked.press("enter", "escape")
    assert len(names(blocked)) == loaded


async def test_another_quick_filter_replaces_the_one_before_and_an_arrow_edits_it(
    blocked: Flow,
) -> None:
    came = names(blocked)
    first, other = sorted({name for name in came if name})[:2]
    for typed, expected in ((first, first), (other, other)):
        await blocked.press("slash")
        await blocked.type(f"user_name:{typed}")
        await blocked.press("enter")
        assert names(blocked) == [name for name in came if expected in (name or "")]
    await blocked.press("slash", "end", "backspace", "enter")
    assert names(blocked) == [name for name in came if other[:-1] in (name or "")]


async def test_a_record_is_shown_in_full_beside_the_table_or_below(
    cloud: Cloud, tmp_path: Path
) -> None:
    for size in ((80, 24), (120, 36)):
        async with flow(cloud, tmp_path, size=size) as console:
            await console.press("1", "down", "enter")
            assert "when it was blocked" in console.text()
            beside = console.screen.detail.region.x > 0
            assert beside == (size[0] > 110)
            await console.press("escape")
            assert "when it was blocked" not in console.text()


async def test_a_refresh_keeps_the_cursor_and_marks_what_is_new(
    blocked: Flow, cloud: Cloud
) -> None:
    screen = blocked.screen
    screen.ask({**screen.first_values(), "sort_field": "operate_time", "sort_type": "DESC"})
    await blocked.settled()
    await blocked.press("down", "down", "down")
    row = screen.table.line.row
    cloud.control.post("/_emulator/records", json={"insert": 2}).raise_for_status()
    await blocked.press("r")
    assert screen.table.line.row == row
    assert [line.new for line in screen.rows.lines[:3]] == [True, True, False]
    assert "18,346" in blocked.lines()[-2]


async def test_a_refresh_that_brings_nothing_new_paints_nothing_but_the_time(
    blocked: Flow,
) -> None:
    before = blocked.lines()
    await blocked.press("r")
    after = blocked.lines()
    assert [n for n, line in enumerate(after) if line != before[n]] in ([], [len(after) - 2])


async def test_a_late_answer_of_the_profile_before_is_dropped(
    cloud: Cloud, other_cloud: Cloud, tmp_path: Path
) -> None:
    ways = [cloud.profile(), replace(other_cloud.profile(), name="second")]
    async with flow(cloud, tmp_path, profile=lambda: ways.pop(0)) as console:
        await console.press("1")
        screen = console.screen
        asked, lines = screen.question, screen.rows.lines[:50]
        rows, records = [line.row for line in lines], [line.record for line in lines]
        late = Batch(rows, records, 18_344, *screen._fetched)
        console.app.open_demo()
        assert not screen.rows.lines
        for _ in range(2):  # while the second profile is being opened, and once it is in use
            screen.post_message(AskingScreen.Came(asked, late, first=True))
            screen.post_message(AskingScreen.Ended(asked, None))
            await console.settled()
        assert " second " in console.lines()[0]
        assert screen.extent.total == len(screen.rows.lines) == 60
        assert "of 18,344" not in console.text()


async def test_an_error_leaves_the_old_rows_marked_stale_and_goes_away(
    blocked: Flow, cloud: Cloud
) -> None:
    before = names(blocked)
    cloud.script(
        {
            "action": "answer",
            "path": RECORDS,
            "status": 403,
            "headers": {"X-Request-Id": "r-1"},
            "body": '{"error_code": "WKS.0403", "error_msg": "No permission."}',
        }
    )
    await blocked.press("r")
    text = blocked.text()
    assert "No permission." in text
    assert "WKS.0403" in text
    assert "STALE" in text
    assert names(blocked) == before
    await blocked.press("r")
    assert "STALE" not in blocked.text()
    assert "No permission." not in blocked.text()


async def test_rows_of_another_filter_never_stand_under_its_words(
    blocked: Flow, cloud: Cloud
) -> None:
    cloud.script({"action": "answer", "path": RECORDS, "status": 400, "body": "{}"})
    screen = blocked.screen
    screen.ask({**screen.first_values(), "user_name": "nobody"})
    assert not screen.rows.lines
    await blocked.settled()
    assert not screen.rows.lines
    assert "User: nobody" in blocked.lines()[2]


async def test_everything_is_loaded_and_said_and_can_be_stopped(
    blocked: Flow, cloud: Cloud
) -> None:
    await blocked.press("a")
    assert "all 18,344 rows" in blocked.lines()[-2]
    screen = blocked.screen
    screen.ask(screen.first_values())
    await blocked.settled()
    cloud.control.put("/_emulator/faults", json={"latency_ms": 100}).raise_for_status()
    await blocked.pilot.press("a")
    while screen.extent.loaded == 0 or not screen.extent.everything:
        await blocked.pilot.pause()
    await blocked.press("escape")
    assert "stopped" in blocked.lines()[-2]
    assert f"{len(screen.rows.lines):,} of 18,344" in blocked.lines()[-2]


async def test_how_long_all_of_it_took_is_counted_from_the_first_request_on(cloud: Cloud) -> None:
    question = Question({"query_type": "DESKTOP"}, 0, size=1_000, everything=True)
    async with Client(cloud.profile()) as client:
        batches = read(named("blocked"), client, question, lambda _: False)
        seconds = [batch.seconds async for batch in batches]
    assert len(seconds) == 19
    assert all(before <= after for before, after in pairwise(seconds))
    assert seconds[0] < seconds[-1]


async def test_nothing_to_clear_leaves_what_is_loaded(blocked: Flow, cloud: Cloud) -> None:
    await blocked.press("a", "space")
    requests = len(asked(cloud))
    for key, said in (("x", "there is nothing to clear"), ("a", "every row is loaded")):
        await blocked.press(key)
        assert said in blocked.lines()[-2]
        assert len(blocked.screen.rows.lines) == 18_344
    # What narrows the loaded rows is lifted without another question.
    await blocked.press("slash")
    await blocked.type("LAB-")
    await blocked.press("enter", "x")
    assert "all 18,344 rows" in blocked.lines()[-2]
    assert "find" not in blocked.lines()[-2]
    assert len(asked(cloud)) == requests
    assert blocked.screen.rows.marks == 1


async def test_marks_stay_with_their_rows_on_other_pages_or_are_said_to_be_gone(
    blocked: Flow,
) -> None:
    rows = blocked.screen.rows
    await blocked.press("n", "space", "down", "space")
    marked = [line.row for line in rows.marked()]
    assert len(marked) == 2
    await blocked.press("a")
    assert [line.row for line in rows.marked()] == marked
    assert [rows.lines.index(line) for line in rows.marked()] == [1_000, 1_001]
    assert "2 marked" in blocked.lines()[-2]
    screen = blocked.screen
    screen.ask(screen.first_values())
    await blocked.settled()
    assert "2 marks are gone" in blocked.lines()[-2]
    await blocked.press("space", "n")
    assert not rows.marks
    assert "1 mark is gone: not on the rows that are loaded now" in blocked.lines()[-2]


async def test_in_80_columns_one_sees_that_a_page_alone_is_sorted_and_how_often_it_is_read(
    blocked: Flow,
) -> None:
    assert "newest first" in blocked.lines()[2]
    await blocked.press("i")
    assert "off (as it is now)" in blocked.text()
    await blocked.press("down", "enter")
    assert "every 10 s" in blocked.lines()[-2]
    await blocked.press("right", "right", "right", "s")
    assert "loaded rows by Desktop rising" in blocked.lines()[-2]
    assert "every 10 s" in blocked.lines()[-2]
    assert "asked newest first" in blocked.lines()[2]
    await blocked.press("s", "s")
    assert "asked" not in blocked.lines()[2]


async def test_too_many_requests_make_refreshes_rarer(cloud: Cloud, tmp_path: Path) -> None:
    impatient = cloud.profile(total_seconds=1.0)
    async with flow(cloud, tmp_path, size=(120, 24), profile=lambda: impatient) as console:
        await console.press("1", "i", "down", "enter")
        assert "every 10 s" in console.lines()[-2]
        cloud.script(
            {"action": "answer", "path": RECORDS, "status": 429, "body": "{}", "times": 20}
        )
        await console.press("r")
        assert "now 20 s" in console.lines()[-2]
        cloud.control.delete("/_emulator/script").raise_for_status()
        await console.press("r")
        assert "now" not in console.lines()[-2]


async def test_what_is_shown_is_written_to_a_file(
    blocked: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    user = names(blocked)[0]
    await blocked.press("slash")
    await blocked.type(f"user_name:{user}")
    await blocked.press("enter", "w", "enter")
    written = list(tmp_path.glob("blocked-*.csv"))  # noqa: ASYNC240 - nothing else is going on
    assert len(written) == 1
    with written[0].open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["user_name"] for row in rows] == names(blocked)
    assert f"{len(rows)} rows written to" in blocked.text()


async def test_the_zone_is_changed_everywhere_at_once(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, zone=timezone(timedelta(hours=8), "CST")) as console:
        await console.press("1")
        first = console.screen.table.columns[0]
        for name, zone in (("CST", console.app.zone), ("UTC", UTC)):
            record = console.screen.table.line.record
            assert name in console.lines()[0]
            assert f"({name})" in console.text()
            assert first.text(record, zone) in console.text()
            fetched = console.screen._fetched[0].astimezone(zone)
            assert f"{fetched:%H:%M:%S} in " in console.lines()[-2]
            await console.press("z")


async def test_a_first_run_is_welcomed_and_offered_the_demo(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, begin_with_demo=False) as console:
        assert "There is no profile yet" in console.text()
        await console.press("d")
        assert "5 of 5 services answered" in console.text()


async def test_a_profile_is_made_in_the_application_and_used_at_once(
    cloud: Cloud, tmp_path: Path
) -> None:
    environ = {"CONSOLE_ENDPOINT": cloud.url}
    async with flow(cloud, tmp_path, begin_with_demo=False, environ=environ) as console:
        await console.press("l")
        assert "There is no profile yet" not in console.text()
        await console.press("escape")
        assert "There is no profile yet" in console.text()


async def test_a_refresh_by_itself_waits_under_dialogs_and_while_a_filter_is_typed(
    blocked: Flow, cloud: Cloud
) -> None:
    screen = blocked.screen
    await blocked.press("i", "down", "enter")
    before = len(asked(cloud))
    for opens, leaves in (("g", "escape"), ("f", "escape")):
        await blocked.press(opens)
        screen._refresh_by_itself()
        await blocked.settled()
        assert len(asked(cloud)) == before
        await blocked.press(leaves)
    screen._refresh_by_itself()
    await blocked.settled()
    assert len(asked(cloud)) == before + 1


async def test_no_key_of_the_screen_is_shown_under_a_dialog(blocked: Flow) -> None:
    assert "Find" in blocked.lines()[-1]
    await blocked.press("g")
    assert not blocked.lines()[-1]
    await blocked.press("escape")
    assert "Find" in blocked.lines()[-1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('page.nxt = "ctrl+right"', "there is no action page.nxt; page.next?"),
        ('page.next = "ctrl+bogus"', "there is no key ctrl+bogus"),
        ('page.next = "m"\npage.previous = "m"', "have the same key"),
        ("page.next = ", "keys.toml is not used"),
    ],
)
async def test_a_wrong_key_in_the_file_of_keys_is_said(
    cloud: Cloud, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "config").mkdir(mode=0o700)
    (tmp_path / "config" / "keys.toml").write_text(text, encoding="utf-8")
    async with flow(cloud, tmp_path, size=(120, 24)) as console:
        assert said in console.text()


async def test_a_key_of_ones_own_does_what_the_usual_one_did(cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir(mode=0o700)
    (tmp_path / "config" / "keys.toml").write_text('page.next = "ctrl+right"', encoding="utf-8")
    async with flow(cloud, tmp_path) as console:
        await console.press("1", "n")
        assert "page 1/" in console.text()
        await console.press("ctrl+right")
        assert "page 2/" in console.text()
