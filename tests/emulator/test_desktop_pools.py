"""Pools, their desktops and people, and what becomes of a notification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.emulator.conftest import Emulator

POOLS = "/v2/{}/desktop-pools"
DESKTOPS = "/v2/{}/desktops"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
TEXT = {"notifications": "今晚 22:00 维护 / Maintenance at 22:00"}

Row = dict[str, Any]


def pools(cloud: Emulator, *query: tuple[str, object]) -> list[Row]:
    answer = cloud.call("GET", cloud.at(POOLS), query)
    assert answer.status_code == 200, answer.text
    rows: list[Row] = answer.json()["desktop_pools"]
    return rows


def pool_with(cloud: Emulator, status: str, *, desktops: bool = True) -> Row:
    return next(
        row
        for row in pools(cloud)
        if row["status"] == status and bool(row["desktop_count"]) == desktops
    )


def pool_desktops(cloud: Emulator, pool: Row, *query: tuple[str, object]) -> list[Row]:
    path = cloud.at(POOLS) + f"/{pool['id']}/desktops"
    answer = cloud.call("GET", path, [("limit", 100), *query])
    assert answer.status_code == 200, answer.text
    rows: list[Row] = answer.json()["pool_desktops"]
    return rows


def send(cloud: Emulator, pool_id: str, body: object = TEXT) -> httpx.Response:
    return cloud.call("POST", cloud.at(POOLS) + f"/{pool_id}/notifications", body=body)


def job(cloud: Emulator, job_id: str) -> Row:
    answer = cloud.call("GET", cloud.at("/v2/{}/workspace-jobs/") + job_id)
    assert answer.status_code == 200, answer.text
    row: Row = answer.json()
    return row


def finished_job(cloud: Emulator, accepted: httpx.Response) -> Row:
    """Set the clock on until the job is at its end."""
    assert accepted.status_code == 200, accepted.text
    cloud.control("PUT", "clock", {"offset_seconds": 60})
    return job(cloud, accepted.json()["job_id"])


def test_there_are_40_pools_in_every_state(cloud: Emulator) -> None:
    found = pools(cloud)
    assert len(found) == 40
    assert {row["status"] for row in found} == {"STEADY", "TEMPORARY", "EXIST_FROZEN", "UNKNOWN"}
    assert {row["type"] for row in found} == {"DYNAMIC", "STATIC"}
    assert any(row["desktop_count"] == 0 for row in found)
    assert any(row["name"].isascii() for row in found)
    assert not all(row["name"].isascii() for row in found)


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("name", "QA", "name"),
        ("type", "STATIC", "type"),
        ("enterprise_project_id", "0", "enterprise_project_id"),
        ("in_maintenance_mode", "true", "in_maintenance_mode"),
    ],
)
def test_a_pool_filter_keeps_what_fits(cloud: Emulator, name: str, value: str, field: str) -> None:
    wanted: object = True if value == "true" else value
    expected = [
        row
        for row in pools(cloud)
        if row[field] == wanted or (name == "name" and value in row["name"])
    ]
    assert pools(cloud, (name, value)) == expected
    assert 0 < len(expected) < 40


def test_pools_come_in_pages(cloud: Emulator) -> None:
    assert pools(cloud, ("offset", 35), ("limit", 10)) == pools(cloud)[35:]


def test_a_pool_in_detail_is_the_row_of_the_list_with_a_shorter_time(cloud: Emulator) -> None:
    row = pools(cloud)[0]
    detail = cloud.call("GET", cloud.at(POOLS) + f"/{row['id']}").json()
    assert detail.pop("created_time") == row.pop("created_time")[:19] + "Z"
    assert detail == row


@pytest.mark.parametrize("below", ["", "/desktops", "/users"])
def test_an_unknown_pool_is_a_400_with_wks_0001(cloud: Emulator, below: str) -> None:
    answer = cloud.call("GET", cloud.at(POOLS) + f"/{UNKNOWN}{below}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "WKS.0001")


def test_an_unknown_pool_takes_no_notification(cloud: Emulator) -> None:
    answer = send(cloud, UNKNOWN)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "WKS.0001")


def test_the_desktops_of_all_pools_and_of_none_are_600(cloud: Emulator) -> None:
    answer = cloud.call("GET", cloud.at(DESKTOPS)).json()
    assert answer["total_count"] == len(answer["desktops"]) == 600
    in_pools = [row for row in answer["desktops"] if "pool_id" in row]
    assert 0 < len(in_pools) < 600
    assert len(in_pools) == sum(row["desktop_count"] for row in pools(cloud))


def test_desktops_are_found_by_several_pools_and_users(cloud: Emulator) -> None:
    first, second = (row["id"] for row in pools(cloud)[:2])
    query = [("pool_id", f"{first},{second}")]
    found = cloud.call("GET", cloud.at(DESKTOPS), query).json()["desktops"]
    assert {row["pool_id"] for row in found} == {first, second}
    query = [("user_name", "wang"), ("user_name", "chen")]
    found = cloud.call("GET", cloud.at(DESKTOPS), query).json()["desktops"]
    assert found
    for row in found:
        names = [user["user_name"] for user in row["attach_user_infos"]]
        assert any("wang" in name or "chen" in name for name in names)


def test_a_page_of_pool_desktops_holds_ten_unless_asked_otherwise(cloud: Emulator) -> None:
    pool = max(pools(cloud), key=lambda row: int(row["desktop_count"]))
    answer = cloud.call("GET", cloud.at(POOLS) + f"/{pool['id']}/desktops").json()
    assert len(answer["pool_desktops"]) == 10
    assert answer["total_count"] == pool["desktop_count"] > 10
    assert answer["period_desktops_num"] + answer["on_demand_desktops_num"] == answer["total_count"]


@pytest.mark.parametrize(
    ("name", "value", "field", "shown"),
    [
        ("status", "ACTIVE", "status", "ACTIVE"),
        ("desktop_type", "DEDICATED", "desktop_type", "DEDICATED"),
        ("domain_status", "1", "domain_status", 1),
        ("is_support_internet", "false", "is_support_internet", False),
        ("isolated", "false", "isolated", False),
    ],
)
def test_a_desktop_filter_keeps_what_fits(
    cloud: Emulator, name: str, value: str, field: str, shown: object
) -> None:
    seen = 0
    for pool in sorted(pools(cloud), key=lambda row: int(row["desktop_count"]))[-8:]:
        assert pool["desktop_count"] <= 100
        found = pool_desktops(cloud, pool, (name, value))
        assert found == [row for row in pool_desktops(cloud, pool) if row[field] == shown]
        seen += len(found)
    assert seen


def test_pool_desktops_come_in_the_order_asked_for(cloud: Emulator) -> None:
    pool = pool_with(cloud, "STEADY")
    query = (("sort_field", "computer_name"), ("sort_type", "DESC"))
    found = [row["computer_name"] for row in pool_desktops(cloud, pool, *query)]
    assert found == sorted(found, reverse=True)


def test_user_names_win_over_user_name(cloud: Emulator) -> None:
    pool = pool_with(cloud, "STEADY")
    user = next(row["user_name"] for row in pool_desktops(cloud, pool) if row["user_name"])
    alone = pool_desktops(cloud, pool, ("user_names", user))
    assert alone
    assert pool_desktops(cloud, pool, ("user_names", user), ("user_name", "nobody")) == alone


def test_connections_are_listed_by_status(cloud: Emulator) -> None:
    path = cloud.at("/v2/{}/connect-desktops")
    answer = cloud.call("GET", path, [("connect_status", "CONNECTED"), ("limit", 1000)]).json()
    assert 0 < answer["total_count"] == len(answer["desktops"]) < 600
    assert {row["connect_status"] for row in answer["desktops"]} == {"CONNECTED"}
    assert len(cloud.call("GET", path).json()["desktops"]) == 100


def test_the_people_of_a_pool_are_listed_ten_at_a_time(cloud: Emulator) -> None:
    pool = max(pools(cloud, ("type", "DYNAMIC")), key=lambda row: int(row["desktop_count"]))
    path = cloud.at(POOLS) + f"/{pool['id']}/users"
    answer = cloud.call("GET", path).json()
    assert len(answer["objects"]) == 10 < answer["total_count"]
    assert {row["object_type"] for row in answer["objects"]} == {"USER", "USER_GROUP"}


def test_a_job_waits_runs_and_ends(cloud: Emulator) -> None:
    pool = pool_with(cloud, "STEADY")
    job_id = send(cloud, pool["id"]).json()["job_id"]
    cloud.control("PUT", "clock", {"offset_seconds": -5})
    assert job(cloud, job_id)["status"] == "WAITING"
    cloud.control("PUT", "clock", {"offset_seconds": 60})
    ended = job(cloud, job_id)
    assert ended["status"] in ("COMPLETE", "SUCCESS")
    assert ended["sub_jobs_total"] == len(ended["sub_jobs"]) == pool["desktop_count"]
    assert ended["begin_time"][10] == " "
    assert "end_time" in ended


def test_a_job_stands_where_the_storys_clock_does(cloud: Emulator) -> None:
    pool = pool_with(cloud, "STEADY")
    cloud.control("PUT", "clock", {"stands_at_seconds": 100})
    job_id = send(cloud, pool["id"]).json()["job_id"]
    assert job(cloud, job_id)["status"] == "WAITING"
    cloud.control("PUT", "clock", {"stands_at_seconds": 101.5})
    half = job(cloud, job_id)
    assert half["status"] == "RUNNING"
    assert {row["status"] for row in half["sub_jobs"]} >= {"RUNNING", "SUCCESS"}
    assert job(cloud, job_id) == half
    cloud.control("PUT", "clock", {"stands_at_seconds": 103})
    assert job(cloud, job_id)["status"] in ("COMPLETE", "SUCCESS")


def test_a_job_can_be_complete_although_desktops_failed(cloud: Emulator) -> None:
    steady = [row for row in pools(cloud) if row["status"] == "STEADY"]
    pool = next(
        row
        for row in steady
        if row["desktop_count"] and pool_desktops(cloud, row, ("status", "SHUTOFF"))
    )
    ended = finished_job(cloud, send(cloud, pool["id"]))
    assert ended["status"] == "COMPLETE"
    by_name = {row["computer_name"]: row["status"] for row in pool_desktops(cloud, pool)}
    for row in ended["sub_jobs"]:
        active = by_name[row["entities"]["desktop_name"]] == "ACTIVE"
        assert row["status"] == ("SUCCESS" if active else "FAILED")
        assert ("error_code" in row, "fail_reason" in row) == (not active, not active)


def test_a_job_where_all_went_well_is_a_success(cloud: Emulator) -> None:
    query = [("status", "ACTIVE"), ("limit", 3)]
    rows = cloud.call("GET", cloud.at(DESKTOPS), query).json()["desktops"]
    ids = [row["desktop_id"] for row in rows]
    path = cloud.at(DESKTOPS) + "/notifications"
    ended = finished_job(cloud, cloud.call("POST", path, body={**TEXT, "desktop_ids": ids}))
    assert ended["status"] == "SUCCESS"
    assert [row["entities"]["desktop_id"] for row in ended["sub_jobs"]] == ids


def test_a_frozen_pool_fails_as_a_whole(cloud: Emulator) -> None:
    ended = finished_job(cloud, send(cloud, pool_with(cloud, "EXIST_FROZEN")["id"]))
    assert ended["status"] == "FAIL"
    assert ended["job_error_code"]
    assert ended["fail_reason"]


def test_a_pool_in_transition_is_a_conflict_with_a_detail(cloud: Emulator) -> None:
    answer = send(cloud, pool_with(cloud, "TEMPORARY")["id"])
    assert answer.status_code == 409
    assert set(answer.json()) == {"error_code", "error_msg", "error_detail"}


def test_a_pool_without_desktops_is_done_at_once(cloud: Emulator) -> None:
    ended = finished_job(cloud, send(cloud, pool_with(cloud, "STEADY", desktops=False)["id"]))
    assert (ended["status"], ended["sub_jobs"]) == ("SUCCESS", [])


@pytest.mark.parametrize("body", [None, {}, [], {"notifications": ""}, {"notifications": 1}])
def test_a_send_without_a_text_is_refused(cloud: Emulator, body: object) -> None:
    answer = send(cloud, pool_with(cloud, "STEADY")["id"], body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "WKS.0001")


@pytest.mark.parametrize("ids", [None, [], "x", [UNKNOWN]])
def test_a_send_to_no_known_desktop_is_refused(cloud: Emulator, ids: object) -> None:
    path = cloud.at(DESKTOPS) + "/notifications"
    answer = cloud.call("POST", path, body={**TEXT, "desktop_ids": ids})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "WKS.0001")


def test_every_send_is_a_job_of_its_own(cloud: Emulator) -> None:
    pool_id = pool_with(cloud, "STEADY")["id"]
    assert send(cloud, pool_id).json() != send(cloud, pool_id).json()


def test_sub_jobs_are_listed_by_job_and_status(cloud: Emulator) -> None:
    pool = max(pools(cloud), key=lambda row: int(row["desktop_count"]))
    ended = finished_job(cloud, send(cloud, pool["id"]))
    path = cloud.at("/v2/{}/workspace-sub-jobs")
    listed = cloud.call("GET", path, [("job_id", ended["id"])]).json()
    assert (listed["jobs"], listed["total_count"]) == (ended["sub_jobs"], pool["desktop_count"])
    failed = cloud.call("GET", path, [("job_id", ended["id"]), ("status", "FAILED")]).json()
    assert failed["jobs"] == [row for row in ended["sub_jobs"] if row["status"] == "FAILED"]
    assert cloud.call("GET", path).status_code == 400


def test_an_unknown_job_is_not_found(cloud: Emulator) -> None:
    answer = cloud.call("GET", cloud.at("/v2/{}/workspace-jobs/") + UNKNOWN)
    assert answer.status_code == 404


def test_the_restricted_user_may_look_but_not_send(cloud: Emulator) -> None:
    pool = pool_with(cloud, "STEADY")
    assert cloud.call("GET", cloud.at(POOLS), keys=cloud.restricted).status_code == 200
    assert cloud.blocked(("query_type", "DESKTOP"), keys=cloud.restricted).status_code == 200
    refused = [
        cloud.call(method, cloud.at(path), body=body, keys=cloud.restricted)
        for method, path, body in (
            ("POST", f"{POOLS}/{pool['id']}/notifications", TEXT),
            ("POST", DESKTOPS + "/notifications", TEXT),
            ("GET", "/v2/{}/connect-desktops", None),
        )
    ]
    for answer in refused:
        assert answer.status_code == 403
        assert answer.json()["encoded_authorization_message"]
