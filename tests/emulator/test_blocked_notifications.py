"""ListNotificationRecords, over a socket."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.emulator.conftest import Emulator

DESKTOP = ("query_type", "DESKTOP")
POOL = ("query_type", "DESKTOP_POOL")
TIME = ("sort_field", "operate_time")

Row = dict[str, str]


def rows_of(answer: httpx.Response) -> list[Row]:
    assert answer.status_code == 200, answer.text
    rows: list[Row] = answer.json()["notification_records"]
    return rows


def total_of(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total_count"])


def all_rows(cloud: Emulator, *query: tuple[str, object], size: int = 1000) -> list[Row]:
    total = total_of(cloud.blocked(*query, ("limit", 1)))
    rows: list[Row] = []
    for offset in range(0, total, size):
        rows += rows_of(cloud.blocked(*query, ("limit", size), ("offset", offset)))
    return rows


def test_the_default_holds_18344_records_about_desktops(cloud: Emulator) -> None:
    assert total_of(cloud.blocked(DESKTOP)) == 18_344
    assert 2_000 < total_of(cloud.blocked(POOL)) < 10_000


def test_pages_put_together_are_the_whole_in_order_of_time(cloud: Emulator) -> None:
    rows = all_rows(cloud, DESKTOP)
    times = [row["operate_time"] for row in rows]
    assert len(rows) == 18_344
    assert times == sorted(times)


def test_uneven_pages_give_the_same_rows_as_full_ones(cloud: Emulator) -> None:
    assert all_rows(cloud, POOL, size=997) == all_rows(cloud, POOL)


def test_newest_first_is_the_reverse_of_oldest_first(cloud: Emulator) -> None:
    down = all_rows(cloud, POOL, TIME, ("sort_type", "DESC"), size=700)
    up = all_rows(cloud, POOL, TIME, ("sort_type", "ASC"))
    assert down == up[::-1]


def test_a_row_about_a_desktop_names_no_pool_and_the_other_way_round(cloud: Emulator) -> None:
    assert all(
        "desktop_name" in row and "desktop_pool_name" not in row
        for row in rows_of(cloud.blocked(DESKTOP))
    )
    assert all(
        "desktop_pool_name" in row and "desktop_name" not in row
        for row in rows_of(cloud.blocked(POOL))
    )


def test_the_rows_look_like_an_account_in_use(cloud: Emulator) -> None:
    rows = all_rows(cloud, DESKTOP)
    by_day: dict[str, int] = {}
    for row in rows:
        day = row["operate_time"][:10]
        by_day[day] = by_day.get(day, 0) + 1
    assert len(by_day) >= 90
    assert max(by_day.values()) > 4 * sorted(by_day.values())[len(by_day) // 2]
    assert {"EMAIL", "SMS"} == {row["type"] for row in rows}
    assert sum(row["result"] == "FAIL" for row in rows) > 0.9 * len(rows)
    assert any(row["project_id"] != cloud.project for row in rows)
    assert any(not row["user_name"].isascii() for row in rows)
    assert any(row["error_message"].isascii() for row in rows)


@pytest.mark.parametrize(
    ("query_type", "name", "value"),
    [
        ("DESKTOP", "user_name", "zhang"),
        ("DESKTOP", "desktop_name", "QA-"),
        ("DESKTOP", "type", "SMS"),
        ("DESKTOP_POOL", "desktop_pool_name", "研发"),
        ("DESKTOP_POOL", "user_name", "li"),
    ],
)
def test_a_filter_keeps_what_fits_and_nothing_else(
    cloud: Emulator, query_type: str, name: str, value: str
) -> None:
    every = all_rows(cloud, ("query_type", query_type))
    found = all_rows(cloud, ("query_type", query_type), (name, value), size=333)
    assert found == [row for row in every if value in row[name]]
    assert 0 < len(found) < len(every)


def test_filters_combine(cloud: Emulator) -> None:
    both = all_rows(cloud, DESKTOP, ("type", "SMS"), ("user_name", "wang"))
    assert both
    assert all(row["type"] == "SMS" and "wang" in row["user_name"] for row in both)


def test_a_filtered_list_can_be_read_newest_first(cloud: Emulator) -> None:
    query = (DESKTOP, ("user_name", "wang"), TIME)
    up = all_rows(cloud, *query, ("sort_type", "ASC"))
    assert all_rows(cloud, *query, ("sort_type", "DESC"), size=50) == up[::-1]


def test_a_pool_name_finds_no_row_about_a_desktop(cloud: Emulator) -> None:
    assert total_of(cloud.blocked(DESKTOP, ("desktop_pool_name", "QA"))) == 0


def test_past_the_end_there_is_an_empty_page(cloud: Emulator) -> None:
    answer = cloud.blocked(DESKTOP, ("offset", 20_000))
    assert (rows_of(answer), total_of(answer)) == ([], 18_344)


def test_without_a_limit_a_page_holds_a_thousand(cloud: Emulator) -> None:
    assert len(rows_of(cloud.blocked(DESKTOP))) == 1000


@pytest.mark.parametrize(
    "query",
    [
        (),
        (("query_type", "POOL"),),
        (DESKTOP, TIME),
        (DESKTOP, ("sort_type", "DESC")),
        (DESKTOP, ("sort_field", "user_name"), ("sort_type", "ASC")),
        (DESKTOP, ("limit", 1001)),
        (DESKTOP, ("limit", "ten")),
        (DESKTOP, ("offset", -1)),
        (DESKTOP, ("type", "PHONE")),
        (DESKTOP, ("desktop_pool_name", "a b")),
        (DESKTOP, ("desktop_pool_name", "x" * 256)),
    ],
)
def test_a_query_that_breaks_the_documents_is_refused(
    cloud: Emulator, query: tuple[tuple[str, object], ...]
) -> None:
    answer = cloud.blocked(*query)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "WKS.0001"
    assert answer.json()["error_msg"]


def test_a_project_without_workspace_is_refused(cloud: Emulator) -> None:
    projects = cloud.call("GET", "/v3/projects", [("name", "cn-east-3")]).json()["projects"]
    other = projects[0]["id"]
    answer = cloud.call(
        "GET",
        f"/v2/{other}/users/notification-records",
        [DESKTOP],
        headers={"X-Project-Id": other},
    )
    assert (answer.status_code, answer.json()["error_code"]) == (403, "WKS.00010099")


def test_totals_change_while_somebody_pages(cloud: Emulator) -> None:
    newest = (DESKTOP, TIME, ("sort_type", "DESC"), ("limit", 3))
    before = rows_of(cloud.blocked(*newest))
    assert cloud.control("POST", "records", {"insert": 2}) == {"total_count": 18_346}
    after = rows_of(cloud.blocked(*newest))
    assert after[2] == before[0]
    assert after[0]["operate_time"] >= after[1]["operate_time"] >= before[0]["operate_time"]
    cloud.control("POST", "records", {"delete": 2, "newest": True})
    assert rows_of(cloud.blocked(*newest)) == before
    second = rows_of(cloud.blocked(DESKTOP, ("limit", 2)))[1]
    cloud.control("POST", "records", {"delete": 1})
    assert rows_of(cloud.blocked(DESKTOP, ("limit", 1))) == [second]


def test_filters_notice_records_that_come_and_go(cloud: Emulator) -> None:
    query = (DESKTOP, ("type", "SMS"))
    before = total_of(cloud.blocked(*query))
    cloud.control("POST", "records", {"insert": 500})
    more = total_of(cloud.blocked(*query))
    assert before < more < before + 500
    cloud.control("POST", "records", {"delete": 18_800})
    assert all_rows(cloud, *query) == [r for r in all_rows(cloud, DESKTOP) if r["type"] == "SMS"]


def resident_kilobytes(cloud: Emulator) -> int:
    status = Path(f"/proc/{cloud.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def test_a_million_records_are_quick_to_reach_and_take_no_memory(
    start: Callable[..., Emulator],
) -> None:
    small, large = start(records=10_000, throttle=0), start(records=1_000_000, throttle=0)
    began = time.perf_counter()
    for offset in range(0, 1_000_000, 20_011):
        assert len(rows_of(large.blocked(DESKTOP, ("offset", offset)))) == 1000
    per_page = (time.perf_counter() - began) / 50
    small.blocked(DESKTOP)
    assert total_of(large.blocked(DESKTOP)) == 1_000_000
    # Generous, for a busy machine: measured 2 ms and 3 MB.
    assert per_page < 0.05
    assert resident_kilobytes(large) - resident_kilobytes(small) < 20_000


def test_the_same_seed_tells_the_same_story_and_another_does_not(
    start: Callable[..., Emulator],
) -> None:
    clock = "2026-11-20T08:00:00Z"
    first, second, other = (start(seed=seed, clock=clock) for seed in (7, 7, 8))
    assert first.blocked(DESKTOP).json() == second.blocked(DESKTOP).json()
    assert first.blocked(DESKTOP).json() != other.blocked(DESKTOP).json()
    assert {**first.facts, "url": ""} == {**second.facts, "url": ""}
    for name in ("access_key", "project_id", "workspace", "password"):
        assert first.facts[name] != other.facts[name]
    assert rows_of(first.blocked(DESKTOP, TIME, ("sort_type", "DESC")))[0]["operate_time"] < clock
