"""Reviews on the screen: soonest first, in a moment that does not tick, in a workspace."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import OptionList

from console.app.deadlines import order
from console.app.dialogs.workspaces import WorkspacesDialog
from console.app.summaries.review_messages import summary
from console.client.client import Client
from console.errors import SettingsError
from console.services.review_messages import ReviewMessage
from console.text import safe
from tests.app.flow import NOW, Flow, flow
from tests.cloud import Cloud
from tests.outside import OUTSIDE

MESSAGES = "service/messages"
INSTANCES = "/instances$"
WAITING, PASSED = "STATUS_TYPE_PENDING_CHECK", "STATUS_TYPE_PASSED"
NARROW, WIDE = (80, 24), (120, 36)


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


def message(name: str, status: str = WAITING, **ahead: float) -> dict[str, Any]:
    """Return a message as the cloud writes it, with its deadline some time ahead of `NOW`."""
    deadline = (NOW + timedelta(**ahead)).timestamp() * 1000 if ahead else None
    return {"id": name, "api_name": name, "api_apply_status": status, "api_using_time": deadline}


def script_messages(cloud: Cloud, times: int, *rows: dict[str, Any]) -> None:
    """Make the cloud answer with these messages."""
    cloud.answer(MESSAGES, times, total=len(rows), records=list(rows))


def asked(cloud: Cloud) -> int:
    """Return how often the cloud was asked for messages."""
    return sum(MESSAGES in each["path"] for each in cloud.requests())


def shown(console: Flow) -> list[ReviewMessage]:
    """Return the messages in the order in which they stand on the screen."""
    rows = console.screen.rows
    return [rows.lines[index].record for index in rows.shown]


def names(console: Flow) -> list[str | None]:
    """Return their APIs."""
    return [each.api_name for each in shown(console)]


def picking(console: Flow) -> bool:
    """Tell whether a workspace is being picked."""
    return isinstance(console.screen, WorkspacesDialog)


def line_of(console: Flow, name: str) -> str:
    """Return the line of the screen that names an API."""
    return next(line for line in console.lines() if f" {name} " in f"{line} ")


SIX = (
    message("far", days=12, hours=1),
    message("granted", PASSED, hours=-5),
    message("late", hours=-3, minutes=-1),
    message("soon", minutes=40, seconds=30),
    message("lost", days=-100),
    message("open-ended"),
)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_waits_stands_first_the_soonest_at_the_top(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    script_messages(cloud, 2, *SIX)
    async with flow(cloud, tmp_path, size=size) as console:
        await console.press("5")
        assert names(console) == ["late", "soon", "far", "open-ended", "lost", "granted"]
        assert "overdue 3 h 1 min" in line_of(console, "late")
        assert "to confirm" in line_of(console, "late")
        assert " in 40 min" in line_of(console, "soon")
        assert "overdue 100 d" in line_of(console, "lost")
        assert " 5 h ago" in line_of(console, "granted")
        assert "5 open: 2 overdue, next due in 40 min" in console.lines()[3]


async def test_the_soonest_is_the_soonest_of_all_pages(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as console:
        before = asked(cloud)
        await console.press("5")
        assert "all 340 rows" in console.text()
        assert asked(cloud) - before == 4
        keys = [order(each, NOW) for each in shown(console)]
        assert keys == sorted(keys, key=lambda key: (key is None, key or 0))


async def test_of_very_many_a_thousand_are_read_until_all_are_asked_for(
    cloud: Cloud, tmp_path: Path
) -> None:
    for start in range(0, 1340, 100):
        numbers = range(start, min(start + 100, 1340))
        rows = [message(f"m{number}", days=2) for number in numbers]
        cloud.answer(f"{MESSAGES}.*offset={start}(&|$)", 9, total=1340, records=rows)
    async with flow(cloud, tmp_path, size=WIDE) as console:
        await console.press("5")
        assert len(shown(console)) == 1000
        assert "1,000 of 1,340" in console.lines()[-2]
        assert "1,000 open of the 1,000 loaded" in console.lines()[3]
        await console.press("a")
        assert len(shown(console)) == 1340
        assert "1,340 open: next due in 2 d" in console.lines()[3]


async def test_pages_of_a_chosen_size_are_turned_and_said_to_be_a_part(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path, size=WIDE) as console:
        await console.press("5")
        console.screen.ask({**console.screen.first_values(), "limit": 50})
        await console.settled()
        assert "page 1/7" in console.text()
        assert "open of the 50 loaded" in console.lines()[3]
        await console.press("n")
        assert "rows 51-100 of 340" in console.text()


async def test_the_time_left_moves_on_with_the_answer_and_never_by_itself(
    cloud: Cloud, tmp_path: Path
) -> None:
    clock = Clock()
    script_messages(cloud, 4, *SIX)
    async with flow(cloud, tmp_path, now=clock) as console:
        await console.press("5")
        before = console.lines()
        clock.time += timedelta(hours=1)
        await console.press("down", "up")
        assert console.lines()[3:-2] == before[3:-2]
        await console.press("r")
        assert "overdue 19 min" in line_of(console, "soon")
        assert "5 open: 3 overdue, next due in 12 d" in console.lines()[3]
        clock.time += timedelta(hours=1)
        await console.press("4", "5")
        assert "overdue 1 h 19 min" in line_of(console, "soon")


async def test_a_refresh_within_the_same_minute_paints_no_row(cloud: Cloud, tmp_path: Path) -> None:
    clock = Clock()
    script_messages(cloud, 3, *SIX)
    async with flow(cloud, tmp_path, now=clock) as console:
        await console.press("5")
        table = console.screen.table
        strip = table.render_line(1)
        clock.time += timedelta(milliseconds=1)
        await console.press("r")
        assert table.render_line(1) is strip


async def test_the_detail_says_in_full_how_long_there_is(cloud: Cloud, tmp_path: Path) -> None:
    script_messages(cloud, 2, *SIX)
    async with flow(cloud, tmp_path) as console:
        await console.press("5", "enter")
        text = " ".join(console.text().replace(">", " ").replace("|", " ").split())
        wanted = "overdue 3 hours and 1 minute; the deadline was 2026-11-20 22:29:00 UTC"
        assert f"Time left {wanted}" in text


async def test_the_other_edition_is_one_key_away_and_said(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, size=WIDE) as console:
        await console.press("5")
        assert "shared edition" in console.lines()[3]
        await console.press("t")
        assert "exclusive edition" in console.lines()[3]
        assert len(shown(console)) == 58
        await console.press("t")
        assert "shared edition" in console.lines()[3]
        assert len(shown(console)) == 340


async def test_without_a_workspace_nothing_is_asked_and_the_picker_is_offered_at_once(
    cloud: Cloud, tmp_path: Path
) -> None:
    profile = cloud.profile(workspace="")
    async with flow(cloud, tmp_path, profile=lambda: profile) as console:
        await console.press("5")
        assert picking(console)
        assert "The profile names no workspace" in console.text()
        await console.press("escape")
        assert "No workspace is chosen. W lists those that there are." in console.text()
        assert "no workspace is chosen, so nothing was asked" in console.text()
        await console.press("4", "5")
        assert not picking(console), "offered once, not each time"
        assert asked(cloud) == 0
        await console.press("W", "end", "enter")
        assert len(shown(console)) == 9
        assert "workspace lab · shared" in console.lines()[3]
        await console.press("x")
        assert len(shown(console)) == 9, "a workspace is no filter to be cleared"


async def test_the_overview_asks_for_the_workspace_that_was_picked(
    cloud: Cloud, tmp_path: Path
) -> None:
    ways = [cloud.profile(workspace=""), cloud.profile(workspace="", name="second")]
    async with flow(cloud, tmp_path, profile=lambda: ways.pop(0), size=WIDE) as console:
        await console.press("0")
        assert "names no DataArts workspace" in reviews(console)
        await console.press("5", "end", "enter", "0")
        assert "of 9" in reviews(console)
        assert "workspace lab" in reviews(console)
        times = asked(cloud)
        await console.press("5", "0")
        assert asked(cloud) == times, "asked anew where something else is picked, and not else"
        console.app.open_demo()
        await console.settled()
        assert "names no DataArts workspace" in reviews(console)


def reviews(console: Flow) -> str:
    """Return the line of the reviews on the overview."""
    return next(line for line in console.lines()[2:] if "Reviews" in line)


async def test_the_picker_shows_each_workspace_below_its_instance_and_which_is_used(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as console:
        await console.press("5", "W")
        text = console.text()
        assert "4 workspaces in 2 instances" in text
        used = next(line for line in console.lines() if "in use" in line)
        assert "默认工作空间" in used
        assert text.index("数据治理-生产") < text.index("公共数据空间") < text.index("DataArts-Lab")
        assert cloud.facts["workspace"] in text
        await console.press("j", "enter")
        assert len(shown(console)) == 47
        assert "workspace Marketing-Insights" in console.lines()[3]


async def test_a_picker_that_is_refused_says_why_and_asks_again(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as console:
        await console.press("5")
        cloud.answer(INSTANCES, status=403, error_code="DLM.403", error_msg="No [b]right[/b].")
        await console.press("W")
        assert "Not permitted: No [b]right[/b]. (DLM.403)" in console.text()
        cloud.answer(INSTANCES, count=0, commodity_orders=[])
        await console.press("r")
        assert "no workspace that the credential may use" in console.text()
        await console.press("r")
        assert "4 workspaces in 2 instances" in console.text()


async def test_names_from_outside_are_text_and_nothing_else(cloud: Cloud, tmp_path: Path) -> None:
    texts = list(OUTSIDE.values())
    instances = [{"resource_id": "i", "resource_name": texts[0], "status": 2}]
    found = [
        {"id": f"w{n}", "name": text, "owner_name": text, "description": text}
        for n, text in enumerate(texts)
    ]
    async with flow(cloud, tmp_path) as console:
        await console.press("5")
        cloud.answer(INSTANCES, count=1, commodity_orders=instances)
        cloud.answer("/workspaces/i", count=len(found), data=found)
        await console.press("W")
        listed = console.screen.query_one(OptionList)
        assert listed.option_count == len(texts) + 1
        while listed.highlighted != len(texts):
            assert all(safe(line) == line for line in console.lines())
            await console.pilot.press("pagedown")
        script_messages(cloud, 1)
        await console.press("enter")
        assert all(safe(line) == line for line in console.lines())


async def test_another_profile_does_not_inherit_the_workspace(cloud: Cloud, tmp_path: Path) -> None:
    ways = [cloud.profile(), replace(cloud.profile(workspace=""), name="second")]
    async with flow(cloud, tmp_path, profile=lambda: ways.pop(0)) as console:
        await console.press("5", "W", "j", "enter")
        screen = console.screen
        assert screen.rows.lines
        console.app.open_demo()
        await console.settled()
        assert not screen.rows.lines
        assert picking(console)


async def test_the_summary_counts_what_is_open_and_says_what_is_urgent(cloud: Cloud) -> None:
    async with Client(cloud.profile()) as client:
        script_messages(cloud, 1, *SIX)
        found = await summary(client, NOW)
        assert (found.count, found.urgency) == ("5 open of 6", "urgent")
        assert found.fact == "2 overdue, next due in 40 min; shared edition"
        script_messages(cloud, 1, message("granted", PASSED, hours=-5))
        found = await summary(client, NOW)
        assert (found.count, found.urgency) == ("0 open of 1", "calm")
        script_messages(cloud, 1)
        found = await summary(client, NOW)
        assert (found.count, found.fact) == ("0 open of 0", "shared edition")


async def test_the_summary_says_what_it_did_not_read(cloud: Cloud) -> None:
    rows = [message(f"m{n}", days=n + 2) for n in range(100)]
    async with Client(cloud.profile()) as client:
        for page in range(5):
            part = [{**row, "id": f"{page} {row['id']}"} for row in rows]
            cloud.answer(f"offset={page * 100}(&|$)", total=1340, records=part)
        found = await summary(client, NOW)
        assert (found.count, found.urgency) == ("500 open, first 500 of 1,340", "calm")


async def test_the_summary_asks_for_a_workspace_where_there_is_none(cloud: Cloud) -> None:
    async with Client(cloud.profile(workspace="")) as client:
        with pytest.raises(SettingsError, match="no DataArts workspace"):
            await summary(client, datetime.now(UTC))
    assert asked(cloud) == 0
