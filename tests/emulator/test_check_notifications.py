"""CodeArts Check: an envelope that may say 'error' under HTTP status 200."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.emulator.conftest import Emulator

PATH = "/v2/transmission/notification"
RULES = {"codeGateFailed", "deleteTask", "executeTask"}


def ask(cloud: Emulator, scope: object, **query: str) -> httpx.Response:
    pairs = [("is_check_project", scope), *query.items()]
    return cloud.call("GET", PATH, pairs)


def rules(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200
    envelope = answer.json()
    assert (envelope["httpStatus"], envelope["status"]) == ("OK", "success")
    result: dict[str, Any] = envelope["result"]
    return result


def test_a_project_and_the_account_differ(cloud: Emulator) -> None:
    domain, project = cloud.facts["domain_id"], cloud.facts["check_project_id"]
    of_project = rules(ask(cloud, 1, domain_id=domain, project_id=project))
    of_account = rules(ask(cloud, 0, domain_id=domain))
    assert set(of_project) == set(of_account) == RULES
    assert of_project != of_account


def test_flags_are_numbers_and_people_are_one_text(cloud: Emulator) -> None:
    rule = rules(ask(cloud, 1, project_id=cloud.facts["check_project_id"]))["codeGateFailed"]
    assert rule["sendMail"] == 1
    assert rule["sendMail"] is not True
    assert len(rule["userIds"].split(",")) == 3
    assert "Developer" in rule["roles"]


def test_a_rule_may_be_null(cloud: Emulator) -> None:
    assert rules(ask(cloud, 0))["deleteTask"] is None
    partial = cloud.facts["check_project_ids"][1]
    assert rules(ask(cloud, 1, project_id=partial))["codeGateFailed"] is None


@pytest.mark.parametrize("query", [{"project_id": "unknown"}, {}, {"domain_id": "another"}])
def test_what_is_unknown_is_an_error_under_status_200(
    cloud: Emulator, query: dict[str, str]
) -> None:
    answer = ask(cloud, 1, **query)
    assert answer.status_code == 200
    assert answer.json() == {"result": None, "httpStatus": "BAD_REQUEST", "status": "error"}


def test_a_broken_project_is_an_internal_error_under_status_200(cloud: Emulator) -> None:
    answer = ask(cloud, 1, project_id=cloud.facts["check_project_ids"][2])
    assert answer.status_code == 200
    assert answer.json()["httpStatus"] == "INTERNAL_SERVER_ERROR"


@pytest.mark.parametrize(
    "query",
    [
        (),
        (("is_check_project", 2),),
        (("is_check_project", 0), ("domain_id", "a-b")),
        (("is_check_project", 1), ("project_id", "x" * 129)),
    ],
)
def test_a_query_that_breaks_the_documents_is_refused(
    cloud: Emulator, query: tuple[tuple[str, object], ...]
) -> None:
    answer = cloud.call("GET", PATH, query)
    assert answer.status_code == 400
    assert answer.json()["error_code"].startswith("CC.")
    assert answer.json()["error_code"].endswith(".400")


def test_an_expired_token_is_worded_by_the_service(cloud: Emulator) -> None:
    token = cloud.token()
    cloud.control("PUT", "clock", {"offset_seconds": 86_401})
    query = {"is_check_project": 0}
    answer = cloud.http.get(cloud.url + PATH, params=query, headers={"X-Auth-Token": token})
    assert answer.status_code == 401
    assert answer.json() == {
        "error_code": "CC.00000003",
        "error_msg": "The token must be updated",
    }
