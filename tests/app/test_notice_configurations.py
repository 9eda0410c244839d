"""Notices on the screen: both types at once, in sentences, with their properties as they came."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.app import notices
from console.app.summaries.notice_configurations import summary
from console.app.widgets.notice_board import NoticeBoard
from console.client.client import Client
from console.services.notice_configurations import NoticeConfiguration
from tests.app.flow import Flow, flow
from tests.cloud import Cloud
from tests.outside import OUTSIDE

PATH = "notice-configurations"


def script(cloud: Cloud, kind: str, **values: Any) -> None:
    """Make the cloud answer once for a type."""
    cloud.answer(f"{PATH}\\?.*type={kind}", type=kind, **values)


def notice(**values: Any) -> NoticeConfiguration:
    """Return a notice as the cloud would write it."""
    return NoticeConfiguration.of(values)


def board(running: Flow, width: int = 78) -> str:
    """Return the lines above the table."""
    lines = running.screen.query_one(NoticeBoard).lines(width)
    return "\n".join(line.plain.rstrip() for line in lines)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_both_notices_are_read_at_one_look(
    cloud: Cloud, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with flow(cloud, tmp_path, size=size) as running:
        await running.press("4")
        lines = running.lines()
        text = running.text()
        assert "resource expires: SMS on; properties:" in text
        assert "little is left: SMS off; properties: threshold=20%" in text
        assert '    "days_before": [30,7,1],' in text
        assert '"receivers": ["运营值班组","ops@example.com"]' in text
        assert "2 rows" in text
        together = [line for line in lines if "resource expires" in line and "is left" in line]
        assert len(together) == (size[0] >= 100)


@pytest.mark.parametrize(
    ("send_msg", "expected"),
    [
        (True, "SMS on"),
        (False, "SMS off"),
        ("false", "SMS off"),
        (1, "SMS on"),
        (None, "SMS off (not said, and documented as off)"),
        (2, "SMS switch says 2"),
        ("may\x1bbe", "SMS switch says may\u241bbe"),
    ],
)
def test_the_switch_is_said_as_it_came(send_msg: object, expected: str) -> None:
    assert notices.sms(notice(send_msg=send_msg)) == expected


@pytest.mark.parametrize(
    ("text", "how", "lines"),
    [
        (None, "- (the cloud said nothing)", []),
        ("", "empty", []),
        (" ", 'blank: " "', []),
        ("threshold=20%", "as they came", ["threshold=20%"]),
        ("20", "as they came", ["20"]),
        ("{not json", "as they came", ["{not json"]),
        ('{"a":1,"a":2}', "as they came", ['{"a":1,"a":2}']),
        ('{"a":1}', "", ["{", '  "a": 1', "}"]),
        ({"a": [True, None]}, "", ["{", '  "a": [true,null]', "}"]),
        ('{"a":"\\u001b[2J"}', "", ["{", '  "a": "\\u001b[2J"', "}"]),
        ("a\x1b[2J\nb\u202ec", "as they came", ["a\u241b[2J", "b<U+202E>c"]),
        ("[" * 50_000, "as they came", [f"{'[' * 20_000}… (the beginning of 50,000 characters)"]),
    ],
)
def test_properties_are_laid_out_where_they_parse(text: object, how: str, lines: list[str]) -> None:
    assert notices.properties(notice(properties=text)) == (how, lines)


def test_a_type_that_nobody_knows_is_shown_as_it_came() -> None:
    assert notices.title(notice(type="RESOURCE_EXPIRE")) == "resource expires"
    assert notices.title(notice(type="RESOURCE_GONE\x1b")) == "RESOURCE_GONE\u241b"
    assert notices.title(notice()) == "a notice without a type"


async def test_a_notice_that_is_off_is_urgent_where_resources_expire(cloud: Cloud) -> None:
    async with Client(cloud.profile()) as client:
        said = await summary(client, datetime.now(UTC))
        assert (said.count, said.fact) == ("1 of 2 on", "no SMS when little is left")
        assert said.urgency == "notice"
        script(cloud, "RESOURCE_EXPIRE")
        said = await summary(client, datetime.now(UTC))
        assert said.fact == "no SMS when resources expire; no SMS when little is left"
        assert (said.count, said.urgency) == ("0 of 2 on", "urgent")
        script(cloud, "RESOURCE_LEFT", send_msg=True)
        said = await summary(client, datetime.now(UTC))
        assert (said.count, said.fact, said.urgency) == ("2 of 2 on", "", "calm")
        script(cloud, "RESOURCE_EXPIRE", send_msg=7)
        said = await summary(client, datetime.now(UTC))
        assert said.urgency == "notice"
        assert said.fact == "resource expires: SMS switch says 7; no SMS when little is left"


async def test_long_properties_hide_neither_the_other_notice_nor_the_table(
    cloud: Cloud, tmp_path: Path
) -> None:
    for _ in range(2):
        long = json.dumps({f"k{number}": number for number in range(1_000)})
        script(cloud, "RESOURCE_EXPIRE", properties=long)
        script(cloud, "RESOURCE_LEFT", properties="x" * 50_000)
    async with flow(cloud, tmp_path) as running:
        await running.press("4")
        assert '"k4": 4,' in running.text()
        assert "\u2026 996 more lines; enter shows the record in full" in running.text()
        assert "little is left: SMS off" in running.text()
        assert running.screen.table.size.height >= 4
        board_ = running.screen.query_one(NoticeBoard)
        board_.focus()
        await running.press("end")
        assert "more lines; enter shows the record in full" in running.text()
        await running.press("e")
        assert running.screen.table.has_focus
        assert not board_.display


async def test_outside_text_in_notices_acts_on_nothing(cloud: Cloud, tmp_path: Path) -> None:
    texts = [text for text in OUTSIDE.values() if len(text) < 2_000]
    for _ in range(2):
        script(
            cloud,
            "RESOURCE_EXPIRE",
            send_msg=texts[3],
            properties="\n".join([OUTSIDE["action markup"], *texts]),
        )
        script(cloud, "RESOURCE_LEFT", properties=json.dumps(texts))
    async with flow(cloud, tmp_path, size=(120, 36)) as running:
        await running.press("4")
        for width in (78, 118):
            shown = board(running, width).replace("\n", "")
            assert not [each for each in shown if not 31 < ord(each) < 127 and ord(each) < 160]
        assert "[@click=app.quit]x[/]" in board(running)
        assert running.app.current_mode == "notices"
