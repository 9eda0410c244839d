"""Paging against the emulated cloud and its traps: rounding, pages past the end, rows that come."""

import pytest

from console.client.client import Client
from console.client.paging import Pages
from console.services.blocked_notifications import LISTING as BLOCKED
from console.services.blocked_notifications import BlockedNotificationQuery
from console.services.review_messages import LISTING as REVIEWS
from console.services.review_messages import ReviewMessageQuery
from tests.cloud import Cloud


def _blocked(client: Client, **window: int) -> Pages:
    return BLOCKED.pages(client, BlockedNotificationQuery(query_type="DESKTOP"), **window)


def _reviews(client: Client, cloud: Cloud, **window: int) -> Pages:
    query = ReviewMessageQuery(workspace=cloud.facts["workspace"])
    return REVIEWS.pages(client, query, **window)


async def _rows(pages: Pages) -> list[dict[str, object]]:
    return [dict(row) async for page in pages for row in page.rows]


@pytest.mark.parametrize("size", [7, 33, 100])
async def test_reviews_come_whole_whatever_the_page_size(
    client: Client, cloud: Cloud, size: int
) -> None:
    whole = await _rows(_reviews(client, cloud))
    pages = _reviews(client, cloud, page_size=size)
    assert await _rows(pages) == whole
    assert pages.total == len(whole) > 100
    assert not pages.incomplete


@pytest.mark.parametrize(("offset", "most"), [(1, 5), (99, 2), (100, 100), (115, 30), (7, 300)])
async def test_any_window_of_the_reviews_can_be_read_though_offsets_are_rounded_down(
    client: Client, cloud: Cloud, offset: int, most: int
) -> None:
    whole = await _rows(_reviews(client, cloud))
    pages = _reviews(client, cloud, offset=offset, most=most)
    assert await _rows(pages) == whole[offset : offset + most]
    assert not pages.incomplete


async def test_past_the_end_of_the_reviews_there_is_nothing(client: Client, cloud: Cloud) -> None:
    total = len(await _rows(_reviews(client, cloud)))
    for offset in (total, total + 1, total + 5_000):
        pages = _reviews(client, cloud, offset=offset)
        assert await _rows(pages) == []
        assert not pages.incomplete


async def test_every_blocked_notification_comes_once(client: Client) -> None:
    pages = _blocked(client)
    rows = await _rows(pages)
    assert len(rows) == pages.total == pages.given == 18_344
    assert not pages.incomplete


@pytest.mark.parametrize("sort_type", ["ASC", "DESC"])
async def test_rows_that_come_in_while_reading_double_and_hide_nothing(
    client: Client, cloud: Cloud, sort_type: str
) -> None:
    query = BlockedNotificationQuery.model_validate(
        {"query_type": "DESKTOP", "sort_field": "operate_time", "sort_type": sort_type}
    )
    before = await _rows(BLOCKED.pages(client, query))
    pages = BLOCKED.pages(client, query, page_size=500)
    rows: list[dict[str, object]] = []
    async for page in pages:
        rows.extend(map(dict, page.rows))
        cloud.control.post("/_emulator/records", json={"insert": 20}).raise_for_status()
    assert not pages.incomplete
    kept = [row for row in rows if row in before[:200] or row in before[-200:]]
    assert kept == [*before[:200], *before[-200:]]
    assert len(rows) >= 18_344
    assert [row["operate_time"] for row in rows] == sorted(
        (str(row["operate_time"]) for row in rows), reverse=sort_type == "DESC"
    )


async def test_rows_that_go_while_others_come_hide_nothing(client: Client, cloud: Cloud) -> None:
    query = BlockedNotificationQuery(query_type="DESKTOP")
    before = await _rows(BLOCKED.pages(client, query))
    pages = BLOCKED.pages(client, query, page_size=500)
    rows: list[dict[str, object]] = []
    async for page in pages:
        rows.extend(map(dict, page.rows))
        cloud.control.post("/_emulator/records", json={"delete": 15}).raise_for_status()
        cloud.control.post("/_emulator/records", json={"insert": 15}).raise_for_status()
    assert not pages.incomplete
    assert pages.total == 18_344
    assert rows[: len(before)] == before  # the oldest were read before they went
