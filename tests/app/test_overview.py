"""The overview: every service on its own, in order, and nothing of another profile."""

from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from console.app.screens.overview import OverviewScreen
from console.profiles.profile import Profile
from console.services import LISTINGS
from tests.app.flow import Flow, flow
from tests.cloud import Cloud

CHECKS = "transmission/notification"
NOTICES = "notice-configurations"
ORDER = [entry.name for entry in LISTINGS.values() if entry.key]


def line_of(running: Flow, name: str) -> str:
    """Return the line of one service."""
    return next(line for line in running.lines() if f" {name} " in line and line[3:4].isdigit())


def states(running: Flow) -> dict[str, str]:
    screen = running.app.screen
    assert isinstance(screen, OverviewScreen)
    return {state.entry.name: state.word for state in screen.states.values()}


def answer(path: str, status: int, body: str = "{}", **more: Any) -> dict[str, Any]:
    return {"action": "answer", "path": path, "status": status, "body": body, **more}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_first_look_has_a_line_for_each_service(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with flow(cloud, tmp_path, size=size) as running:
        lines = [line for line in running.lines() if line[3:4].isdigit()][: len(ORDER)]
        assert [line.split()[-1].count(":") for line in lines] == [2] * len(ORDER)
        assert [name in line for name, line in zip(ORDER, lines, strict=True)] == [True] * 5
        assert set(states(running).values()) <= {"calm", "notice", "urgent"}
        assert "1 of 2 on" in line_of(running, "Notices")
        assert "no SMS when little is left" in line_of(running, "Notices")
        assert f"{len(ORDER)} of {len(ORDER)} services answered" in running.text()


async def test_one_failing_service_leaves_the_others_alone(cloud: Cloud, tmp_path: Path) -> None:
    cloud.script(
        answer(
            CHECKS, 500, '{"error_code":"CC.00000000","error_msg":"busy [/] \\u001b[2J"}', times=9
        ),
        answer(NOTICES, 403, '{"error_code":"MSS.00000005","error_msg":"Forbidden"}', times=2),
    )
    async with flow(cloud, tmp_path) as running:
        said = states(running)
        assert (said["Checks"], said["Notices"]) == ("error", "error")
        assert "error" not in (said["Blocked"], said["Pools"], said["Reviews"])
        assert "Cloud failure · busy [/] \u241b[2J" in line_of(running, "Checks")
        assert "Not permitted" in line_of(running, "Notices")
        assert "2 failed" in running.text()
        await running.press("down", "down", "down")
        assert "What to do: ask for permission on MetaStudio in this project" in running.text()
        assert "code MSS.00000005" in running.text()
        await running.press("r")
        assert states(running)["Notices"] == "notice"


async def test_a_service_that_the_region_lacks_is_absent_and_no_fault(
    cloud: Cloud, tmp_path: Path
) -> None:
    def elsewhere() -> Profile:
        names = ("workspace", "codeartscheck", "dataartsstudio", "iam")
        profile = cloud.profile(endpoint="", endpoints=dict.fromkeys(names, cloud.url))
        return replace(profile, region="cn-south-1")

    async with flow(cloud, tmp_path, profile=elsewhere) as running:
        assert states(running)["Notices"] == "absent"
        assert "Not in this region · MetaStudio does not exist" in line_of(running, "Notices")
        assert "1 not in this region" in running.text()
        assert "failed" not in running.text()


async def test_an_error_keeps_what_was_known_before(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as running:
        await running.press("end", "up")
        cloud.script(answer(NOTICES, 403, times=2))
        await running.press("r")
        assert "Not permitted" in line_of(running, "Notices")
        assert ": 1 of 2 on · no SMS when little is left" in running.text()


async def test_keys_select_and_open(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as running:
        assert line_of(running, "Blocked").startswith(" > 1")
        await running.press("up")
        assert line_of(running, "Blocked").startswith(" > 1")
        await running.press("j", "down")
        assert line_of(running, "Checks").startswith(" > 3")
        assert "Checks: who is notified of check events" in running.text()
        await running.press("enter")
        assert running.app.current_mode == "checks"
        await running.press("0")
        assert line_of(running, "Checks").startswith(" > 3")


async def test_a_click_selects_and_a_second_one_opens(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as running:
        await running.pilot.click("#services", offset=(4, 3))
        assert line_of(running, "Notices").startswith(" > 4")
        await running.pilot.click("#services", offset=(4, 3))
        await running.settled()
        assert running.app.current_mode == "notices"


async def test_another_profile_empties_every_line_and_late_answers_are_dropped(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as running:
        screen = running.app.screen
        assert isinstance(screen, OverviewScreen)
        before = screen.states["notices"].summary
        assert before
        told = replace(before, count="of the profile before")
        late = OverviewScreen.Told("notices", running.app.way.generation, told)
        cloud.script({"action": "stall", "path": "notice-configurations", "seconds": 1, "times": 2})
        running.app.open_demo()
        assert set(states(running).values()) == {"…"}
        await running.pilot.pause()
        while running.app.opening:
            await running.pilot.pause()
        screen.post_message(late)
        await running.pilot.pause()
        assert states(running)["Notices"] == "…"
        await running.settled()
        assert "1 of 2 on" in line_of(running, "Notices")
        assert "of the profile before" not in running.text()


async def test_an_answer_on_its_way_ends_with_its_profile(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as running:
        cloud.script({"action": "stall", "path": "notice-configurations", "seconds": 1, "times": 2})
        told = running.messages.count("OverviewScreen.Told")
        await running.pilot.press("r")
        running.app.open_demo()
        await running.settled()
        assert set(states(running).values()) <= {"calm", "notice", "urgent"}
        assert running.messages.count("OverviewScreen.Told") < 3 * told


async def test_times_are_in_the_zone_of_the_screen(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, zone=timezone(timedelta(hours=8))) as running:
        east = int(line_of(running, "Pools").split()[-1][:2])
        await running.press("z")
        utc = int(line_of(running, "Pools").split()[-1][:2])
        assert (east - utc) % 24 in (7, 8)  # the hour may end in between


async def test_another_zone_and_coming_back_ask_nothing(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, zone=timezone(timedelta(hours=8))) as running:
        asked = len(cloud.requests())
        assert asked
        await running.press("z")
        assert line_of(running, "Pools").split()[-1].count(":") == 2
        await running.press("6", "z", "0")
        assert len(cloud.requests()) == asked
        await running.press("r")
        assert len(cloud.requests()) > asked


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (1, 1)])
async def test_small_terminals_show_the_beginning(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with flow(cloud, tmp_path, size=size) as running:
        assert all(len(line) <= size[0] for line in running.lines())
        if size[0] == 40:
            assert "notice  no SMS" in line_of(running, "Notices")
        await running.press("down", "r")
