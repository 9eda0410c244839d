"""Checks on the screen: sentences, both scopes, what differs, and a profile without a project."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from console.app.summaries.check_notifications import summary
from console.app.widgets.rule_matrix import RuleMatrix
from console.client.client import Client
from console.errors import IncompleteError
from console.library import fetch, records
from console.profiles.profile import Profile
from tests.app.flow import Flow, flow
from tests.cloud import Cloud, console
from tests.outside import OUTSIDE

PATH = "transmission/notification"
UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def envelope(**rules: Any) -> str:
    """Return an answer of CodeArts Check."""
    return json.dumps({"result": rules, "httpStatus": "OK", "status": "success"})


def script(cloud: Cloud, project: str, tenant: str) -> None:
    """Make the cloud answer once for each scope."""
    for scope, body in (("1", project), ("0", tenant)):
        cloud.script(
            {
                "action": "answer",
                "path": f"{PATH}\\?.*is_check_project={scope}",
                "headers": {"Content-Type": "application/json"},
                "body": body,
            }
        )


def sentences(running: Flow) -> list[str]:
    """Return the lines above the table."""
    matrix = running.screen.query_one(RuleMatrix)
    return [line.plain.strip() for line in matrix.lines(200)]


RULE = {
    "sendMail": 1,
    "sendMessage": 0,
    "sendRolesEnable": 1,
    "roles": "Developer,Tester",
    "sendUsersEnable": 0,
    "userIds": "",
}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_both_scopes_are_read_at_one_look(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with flow(cloud, tmp_path, size=size) as running:
        await running.press("3")
        text = running.text()
        for said in (
            "quality gate failed",
            "\u2260 Developer, Committer only in the project",
            "\u2260 only the project has a rule",
            "the cloud said nothing",
            "\u2260 mail only in the project",
            "system message to 1 user; no mail",
        ):
            assert said in text
        assert "To roles" in text
        assert "6 rows" in text
        if size[0] >= 100:
            heads = next(line for line in running.lines() if "Tenant" in line)
            assert heads.split() == ["Project", "Tenant"]
            assert "mail and system message to 1 user      " in text
        else:
            assert "project  mail and system message to 1 user" in text
            assert "tenant   system message to 1 user; no mail" in text


async def test_what_the_cloud_did_not_say_is_not_off(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as running:
        script(
            cloud,
            envelope(executeTask=RULE, codeGateFailed=None, taskPaused={**RULE, "sendMail": 3}),
            envelope(executeTask=RULE, codeGateFailed={}),
        )
        await running.press("3")
        said = sentences(running)
        assert "mail to Developer, Tester; no system message" in running.text()
        assert "= the same in both" in running.text()
        rows = {
            line.split("  ")[0]: line.split("  ", 1)[1].strip() for line in said if "  " in line
        }
        assert rows["quality gate failed"].split("  ")[0] == "- (the cloud said nothing)"
        assert "off" not in rows["quality gate failed"]
        assert rows["taskPaused"].startswith("mail switch says 3; no system message; meant for")
        assert rows["taskPaused"].endswith("- (the cloud said nothing)")
        assert "\u2260 only the project has a rule" in said


async def test_a_filter_for_one_scope_shows_that_one_alone(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path) as running:
        await running.press("3")
        running.screen.ask({"is_check_project": 0})
        await running.settled()
        assert sentences(running)[0] == "Tenant's rules alone"
        assert "task deleted: - (the cloud said nothing)" in running.text()
        assert "only in the project" not in running.text()


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_without_a_project_the_tenants_rules_stand_alone_and_it_is_said(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    def profile() -> Profile:
        return cloud.profile(check_project_id="")

    async with flow(cloud, tmp_path, size=size, profile=profile) as running:
        await running.press("3")
        text = " ".join(running.text().split())
        assert "! the tenant's rules alone, as no CodeArts project is set: `console profile" in text
        assert "task finished: system message to 1 user; no mail" in text
        assert "3 rows" in text
        assert "Not sent" not in text
        asked = [each for each in cloud.requests() if PATH in each["path"]]
        assert len(asked) == 2  # the overview's, and the screen's


def test_the_command_shows_the_tenants_rules_alone_and_says_so(cloud: Cloud) -> None:
    environ = cloud.environ()
    del environ["CONSOLE_CHECK_PROJECT"]
    ran = console("checks", "-o", "json", environ=environ)
    assert ran.code == 0
    assert {row["scope"] for row in json.loads(ran.out)} == {"tenant"}
    assert "the tenant's rules alone, as no CodeArts project is set" in ran.err
    wanted = console("checks", "--is-check-project", "1", environ=environ)
    assert wanted.code == 2
    assert "--project-id is needed for a project's rules" in wanted.err


async def test_the_library_says_what_is_left_out(cloud: Cloud) -> None:
    async with Client(cloud.profile(check_project_id="")) as client:
        fetched = await fetch(client, "checks")
        assert fetched.total == 3
        assert fetched.incomplete.startswith("the tenant's rules alone")
        given = await fetch(client, "checks", project_id=cloud.facts["check_project_id"])
        assert (given.total, given.incomplete) == (6, "")
        tenant = await fetch(client, "checks", is_check_project=0)
        assert (tenant.total, tenant.incomplete) == (3, "")
        with pytest.raises(IncompleteError, match="the tenant's rules alone"):
            _ = [each async for each in records(client, "checks")]


async def test_sentences_give_their_room_to_the_table_and_scroll(
    cloud: Cloud, tmp_path: Path
) -> None:
    many = {f"event{number}": RULE for number in range(9)}
    async with flow(cloud, tmp_path) as running:
        script(cloud, envelope(executeTask=RULE, **many), envelope(executeTask=RULE))
        await running.press("3")
        matrix = running.screen.query_one(RuleMatrix)
        assert "event8" not in running.text().split("Scope")[0]
        matrix.focus()
        await running.press("end")
        assert "event8" in running.text().split("Scope")[0]
        assert running.screen.table.size.height >= 4
        await running.press("e")
        assert not matrix.display
        assert running.screen.table.has_focus
        await running.press("e")
        assert matrix.display


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_another_profile_empties_the_sentences(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with flow(cloud, tmp_path, size=size) as running:
        await running.press("3")
        running.app.open_demo()
        assert sentences(running) == []
        await running.settled()
        assert sentences(running)


async def test_outside_text_in_rules_acts_on_nothing(cloud: Cloud, tmp_path: Path) -> None:
    texts = [text for text in OUTSIDE.values() if len(text) < 2_000]
    rules = {
        f"event{number} {text}": {**RULE, "sendMail": text, "roles": text, f"x{text}": text}
        for number, text in enumerate(texts)
    }
    async with flow(cloud, tmp_path) as running:
        body = envelope(executeTask=RULE, **rules)
        script(cloud, body, body)
        await running.press("3")
        matrix = running.screen.query_one(RuleMatrix)
        for width in (78, 118):
            shown = "\n".join(line.plain for line in matrix.lines(width))
            assert not UNSAFE.search(shown.replace("\n", ""))
        assert running.screen.rows.lines[-1].record.event.startswith("event")
        matrix.focus()
        await running.press("end")
        assert running.app.current_mode == "checks"


async def test_the_summary_says_what_tells_nobody_and_what_differs(cloud: Cloud) -> None:
    async with Client(cloud.profile()) as client:
        said = await summary(client, datetime.now(UTC))
        assert (said.count, said.urgency) == ("5 rules", "notice")
        assert said.fact == "3 of 3 events differ by scope; the cloud said nothing of 1 rule"
        nobody = envelope(executeTask={**RULE, "sendMail": 0}, deleteTask=RULE)
        script(cloud, nobody, nobody)
        said = await summary(client, datetime.now(UTC))
        assert (said.count, said.urgency) == ("4 rules", "notice")
        assert said.fact == "2 rules tell nobody; the cloud said nothing of 2 rules"
