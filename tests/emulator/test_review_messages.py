"""DataArts: paging that rounds down and begins again, and what follows from a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from tests.emulator.conftest import Emulator

MESSAGES = "/v1/{}/service/messages"
Row = dict[str, Any]


def ask(
    cloud: Emulator,
    path: str = MESSAGES,
    query: tuple[tuple[str, object], ...] = (),
    **more: Any,
) -> httpx.Response:
    headers: Mapping[str, str | None] = {
        "workspace": cloud.facts["workspace"],
        **more.pop("headers", {}),
    }
    return cloud.call(more.pop("method", "GET"), cloud.at(path), query, headers=headers, **more)


def rows(answer: httpx.Response) -> list[Row]:
    assert answer.status_code == 200, answer.text
    found: list[Row] = answer.json()["records"]
    return found


def all_rows(cloud: Emulator) -> list[Row]:
    total = ask(cloud).json()["total"]
    return [row for at in range(0, total, 100) for row in rows(ask(cloud, query=(("offset", at),)))]


def test_there_are_a_few_hundred_messages_each_once(cloud: Emulator) -> None:
    found = all_rows(cloud)
    assert 200 < len(found) == len({row["id"] for row in found}) < 1000


def test_deadlines_are_near_past_and_far(cloud: Emulator) -> None:
    now = datetime.now(UTC)
    deadlines = [
        datetime.fromtimestamp(row["api_using_time"] / 1000, UTC) - now for row in all_rows(cloud)
    ]
    day = timedelta(days=1)
    assert sum(-day < left < day for left in deadlines) > 10
    assert sum(left < -30 * day for left in deadlines) > 10
    assert sum(left > 90 * day for left in deadlines) > 10


def test_an_offset_is_rounded_down_to_a_multiple_of_the_limit(cloud: Emulator) -> None:
    ten = ("limit", 10)
    assert rows(ask(cloud, query=(("offset", 15), ten))) == rows(
        ask(cloud, query=(("offset", 10), ten))
    )


def test_past_the_end_the_first_page_comes_again(cloud: Emulator) -> None:
    answer = ask(cloud, query=(("offset", 100_000), ("limit", 50)))
    assert rows(answer) == rows(ask(cloud, query=(("limit", 50),)))
    assert len(rows(answer)) == 50


def test_messages_are_found_by_the_name_of_their_api(cloud: Emulator) -> None:
    expected = [row for row in all_rows(cloud) if "查询" in row["api_name"]]
    assert rows(ask(cloud, query=(("api_name", "查询"),))) == expected[:100]
    assert expected


def test_the_exclusive_edition_has_messages_of_its_own(cloud: Emulator) -> None:
    exclusive = rows(ask(cloud, headers={"Dlm-Type": "EXCLUSIVE"}))
    assert exclusive
    assert not {row["id"] for row in exclusive} & {row["id"] for row in all_rows(cloud)}
    assert rows(ask(cloud, headers={"Dlm-Type": "SHARED"})) == rows(ask(cloud))
    assert ask(cloud, headers={"Dlm-Type": "BOTH"}).status_code == 400


@pytest.mark.parametrize(
    "headers", [{"workspace": None}, {"workspace": "unknown"}, {"X-Project-Id": None}]
)
def test_without_workspace_or_project_the_workspace_does_not_exist(
    cloud: Emulator, headers: dict[str, str | None]
) -> None:
    answer = ask(cloud, headers=headers)
    assert answer.status_code == 400
    assert answer.json() == {"error_code": "DLM.4001", "error_msg": "Workspace does not exists"}


@pytest.mark.parametrize("query", [("limit", 0), ("limit", 101), ("offset", -1)])
def test_a_query_that_breaks_the_documents_is_refused(
    cloud: Emulator, query: tuple[str, object]
) -> None:
    assert ask(cloud, query=(query,)).status_code == 400


def test_a_message_in_detail_has_five_nulls(cloud: Emulator) -> None:
    row = rows(ask(cloud))[0]
    detail = ask(cloud, f"{MESSAGES}/{row['id']}").json()
    hidden = {"id", "api_id", "app_id", "approval_time", "approver_name"}
    assert {name for name in hidden if detail[name] is None} == hidden
    assert {k: v for k, v in detail.items() if k not in hidden} == {
        k: v for k, v in row.items() if k not in hidden
    }
    assert ask(cloud, f"{MESSAGES}/unknown").status_code == 400


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"action": 0}, "STATUS_TYPE_PASSED"),
        ({"action": 1}, "STATUS_TYPE_PENDING_EXECUTE"),
        ({"action": 1, "time": "2026-12-01T10:00:00.000Z"}, "STATUS_TYPE_PENDING_EXECUTE"),
    ],
)
def test_a_waiting_message_can_be_confirmed_once(
    cloud: Emulator, more: dict[str, object], status: str
) -> None:
    waiting = "STATUS_TYPE_PENDING_CHECK"
    message = next(row for row in all_rows(cloud) if row["api_apply_status"] == waiting)
    body = {"message_id": message["id"], **more}
    answer = ask(cloud, method="POST", body=body)
    assert (answer.status_code, answer.content) == (204, b"")
    now = next(row for row in all_rows(cloud) if row["id"] == message["id"])
    assert now["api_apply_status"] == status
    assert ask(cloud, method="POST", body=body).status_code == 400


@pytest.mark.parametrize("action", [None, 2, True, "0"])
def test_a_confirmation_of_another_form_is_refused(cloud: Emulator, action: object) -> None:
    body = {"message_id": rows(ask(cloud))[0]["id"], "action": action}
    assert ask(cloud, method="POST", body=body).status_code == 400


def test_applications_come_pending_or_reviewed(cloud: Emulator) -> None:
    path = "/v1/{}/service/applys"
    pending = ask(cloud, path, (("query_type", 0),)).json()
    reviewed = ask(cloud, path, (("query_type", 1),)).json()
    assert {row["api_apply_status"] for row in pending["records"]} == {
        "STATUS_TYPE_PENDING_APPROVAL"
    }
    assert pending["total"] + reviewed["total"] == ask(cloud).json()["total"]
    assert ask(cloud, path, (("query_type", 4),)).status_code == 400


def test_the_workspace_header_is_found_through_instances(cloud: Emulator) -> None:
    instances = cloud.call("GET", cloud.at("/v1/{}/instances")).json()
    ids = [order["resource_id"] for order in instances["commodity_orders"]]
    assert cloud.facts["instance_id"] in ids
    assert instances["count"] == 2
    path = cloud.at("/v1/{}/workspaces/") + cloud.facts["instance_id"]
    workspaces = cloud.call("GET", path, [("limit", 2)]).json()
    assert cloud.facts["workspace"] in [row["id"] for row in workspaces["data"]]
    assert (workspaces["count"], workspaces["total_page"], len(workspaces["data"])) == (3, 2, 2)
    mine = cloud.call(
        "GET",
        cloud.at("/v1/{}/") + f"{cloud.facts['instance_id']}/workspaces/{cloud.facts['user_id']}",
    ).json()
    assert mine["count"] == 3
    assert cloud.call("GET", cloud.at("/v1/{}/workspaces/unknown")).status_code == 400


def test_an_empty_workspace_has_no_messages(cloud: Emulator) -> None:
    path = cloud.at("/v1/{}/workspaces/") + cloud.facts["instance_id"]
    found = cloud.call("GET", path).json()["data"]
    public = next(row["id"] for row in found if row["is_default"] == 2)
    answer = ask(cloud, headers={"workspace": public}, query=(("offset", 100),))
    assert answer.json() == {"total": 0, "records": []}


def test_the_restricted_user_is_refused_with_a_message_for_sts(cloud: Emulator) -> None:
    answer = ask(cloud, keys=cloud.restricted)
    assert answer.status_code == 403
    assert answer.json()["encoded_authorization_message"]


def test_nothing_depends_on_which_message_is_asked_for_first(
    start: Callable[..., Emulator],
) -> None:
    options = {"seed": 3, "clock": "2026-11-20T08:30:00Z"}
    one, two = start(**options), start(**options)
    ask(two, headers={"Dlm-Type": "EXCLUSIVE"})
    assert ask(one).json() == ask(two).json()
