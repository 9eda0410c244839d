"""What a query refuses before anything is sent, and what it sends."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.client.client import Client
from console.errors import Exit, QueryError
from console.services import LISTINGS
from console.services.check_notifications import CheckNotification
from console.services.column import column, exported, shown
from console.services.listing import named
from console.services.model import extra, labels, range_text
from console.services.review_messages import ReviewMessage
from console.services.value import instant, instant_or_text
from console.text import Json
from tests.cloud import Cloud

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("blocked", {}, "query_type", "is mandatory: one of DESKTOP, DESKTOP_POOL"),
    ("blocked", {"query_type": "desktop"}, "query_type", "must be one of DESKTOP, DESKTOP_POOL"),
    ("blocked", {"limit": 0}, "limit", "must be 1 to 1000"),
    ("blocked", {"limit": 1001}, "limit", "must be 1 to 1000"),
    ("blocked", {"limit": "5"}, "limit", "must be a valid integer"),
    ("blocked", {"limit": True}, "limit", "must be a valid integer"),
    ("blocked", {"offset": -1}, "offset", "must be 0 or more"),
    ("blocked", {"type": "MAIL"}, "type", "must be one of EMAIL, SMS"),
    ("blocked", {"desktop_pool_name": "x" * 256}, "desktop_pool_name", "1 to 255 characters"),
    ("blocked", {"desktop_pool_name": ""}, "desktop_pool_name", "1 to 255 characters"),
    ("blocked", {"sort_field": "operate_time"}, "sort_type", "together with sort_field"),
    ("blocked", {"sort_type": "ASC"}, "sort_field", "together with sort_type"),
    ("blocked", {"nonsense": 1}, "nonsense", "is no parameter of this operation"),
    ("notices", {}, "type", "is mandatory: one of RESOURCE_EXPIRE, RESOURCE_LEFT"),
    ("notices", {"limit": 101}, "limit", "must be 1 to 100"),
    ("checks", {}, "is_check_project", "is mandatory: one of 1, 0"),
    ("checks", {"is_check_project": 2}, "is_check_project", "must be one of 1, 0"),
    ("checks", {"is_check_project": 1, "domain_id": "d"}, "project_id", "is needed"),
    ("checks", {"is_check_project": 0, "domain_id": "a b"}, "domain_id", "is not allowed"),
    ("reviews", {}, "workspace", "is mandatory, here or as CONSOLE_WORKSPACE"),
    ("reviews", {"workspace": "a\r\nX-Evil: 1"}, "workspace", "is not allowed"),
    ("reviews", {"workspace": "w", "limit": 101}, "limit", "must be 1 to 100"),
    ("reviews", {"workspace": "w", "limit": 10, "offset": 15}, "offset", "multiple of the limit"),
    ("pools", {"enterprise_project_id": "x" * 37}, "enterprise_project_id", "0 to 36 characters"),
    ("pools", {"in_maintenance_mode": "yes"}, "in_maintenance_mode", "must be a valid boolean"),
    ("desktops", {}, "pool_id", "is mandatory"),
    ("desktops", {"pool_id": "p", "user_names": ["u"] * 101}, "user_names", "0 to 100 values"),
    ("job-desktops", {}, "job_id", "is needed, or job_type"),
]


@pytest.mark.parametrize(("name", "values", "field", "sentence"), REFUSED)
def test_a_query_says_which_field_is_wrong_and_what_it_may_be(
    name: str, values: dict[str, Any], field: str, sentence: str
) -> None:
    if name == "blocked" and values and field != "query_type":
        values = {"query_type": "DESKTOP", **values}
    with pytest.raises(QueryError) as caught:
        named(name).query(**values)
    problems = {problem.field: problem.sentence for problem in caught.value.problems}
    assert sentence in problems[field]
    assert caught.value.exit_code is Exit.USAGE


async def test_nothing_is_sent_when_a_query_is_wrong(client: Client, cloud: Cloud) -> None:
    with pytest.raises(QueryError):
        await named("blocked").queries(client, {"query_type": "DESKTOP", "limit": 0})
    assert cloud.requests() == []


async def test_the_profile_stands_in_for_what_is_left_out(client: Client, cloud: Cloud) -> None:
    (query,) = await named("reviews").queries(client, {})
    assert query.workspace == cloud.facts["workspace"]
    project, tenant = await named("checks").queries(client, {})
    assert (project.is_check_project, tenant.is_check_project) == (1, 0)
    assert project.domain_id == tenant.domain_id == cloud.facts["domain_id"]
    assert project.project_id == cloud.facts["check_project_id"]


async def test_what_is_given_wins_over_the_profile(client: Client) -> None:
    (query,) = await named("reviews").queries(client, {"workspace": "other"})
    assert query.workspace == "other"


async def test_the_account_is_looked_up_where_the_profile_lacks_it(cloud: Cloud) -> None:
    async with Client(cloud.profile(domain_id="", project_id="")) as client:
        _, tenant = await named("checks").queries(client, {})
        assert await client.project_id() == cloud.facts["project_id"]
    assert tenant.domain_id == cloud.facts["domain_id"]


@pytest.mark.parametrize("name", LISTINGS)
def test_every_parameter_says_what_it_is(name: str) -> None:
    for field in named(name).query.model_fields.values():
        assert field.title
        assert field.description
        assert extra(field, "place") in {"query", "path", "header"}
        assert "None" not in range_text(field)


@pytest.mark.parametrize("name", LISTINGS)
def test_every_field_of_a_record_has_a_title_and_a_meaning(name: str) -> None:
    listing = named(name)
    for field in listing.record.model_fields.values():
        assert field.title
        assert field.description
    assert [column.name for column in listing.first_columns()] == list(listing.columns)
    assert {
        part.partition(".")[0] for part in listing.columns
    } <= listing.record.model_fields.keys()
    assert set(listing.record.IDENTITY) <= listing.record.model_fields.keys()


async def test_only_listings_with_pages_ask_for_pages(client: Client) -> None:
    for name in LISTINGS:
        listing = named(name)
        assert bool(listing.unwrap) != bool(listing.rows and listing.total)
        assert listing.unwrap or {"offset", "limit"} <= listing.query.model_fields.keys()
        assert not listing.operation.mutates
    assert client.profile.name == "test"


@pytest.mark.parametrize("text", ["1712010112345", "1711121312000", "20260115", "2026011", ""])
def test_a_row_of_digits_is_no_written_time(text: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        instant(text)
    assert instant_or_text(text) == text


@pytest.mark.parametrize("text", ["2026-01-15T09:30:00.123Z", "2026-01-15 09:30:00", "2026-01-15"])
def test_every_documented_way_to_write_a_time_is_read(text: str) -> None:
    read = instant(text)
    assert read
    assert read.utcoffset() == timedelta(0)


def test_a_list_of_names_is_shown_with_blanks_and_exported_as_it_came() -> None:
    rows: list[dict[str, Json]] = [{"roles": "a,b, c"}, {"roles": " "}, {}, {"roles": None}]
    records = [CheckNotification.of(row) for row in rows]
    roles = column(CheckNotification, "roles")
    assert roles.texts(records, UTC) == ["a, b, c", "none", "-", "-"]
    assert [roles.text(each, UTC) for each in records] == roles.texts(records, UTC)
    assert exported(roles.of(records[0]), UTC) == "a,b, c"


def test_a_status_is_short_in_a_table() -> None:
    record = ReviewMessage.of({"api_apply_status": "STATUS_TYPE_PENDING_CHECK"})
    assert column(ReviewMessage, "api_apply_status").text(record, UTC) == "to confirm"
    assert labels(ReviewMessage.model_fields["api_apply_status"])["STATUS_TYPE_PENDING_CHECK"] == (
        "waiting for confirmation"
    )


def test_a_time_of_another_season_carries_its_own_offset() -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime.now(UTC)
    other = now + timedelta(days=182)
    assert len(shown(now, zone)) == len("2026-01-15 09:30:00")
    assert shown(other, zone)[-5:] in {"+0100", "+0200"}
