"""MetaStudio: one object for each type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.conftest import Emulator

PATH = "/v1/{}/tenants/notice-configurations"


@pytest.mark.parametrize("kind", ["RESOURCE_EXPIRE", "RESOURCE_LEFT"])
def test_the_answer_is_one_object_and_names_its_request(cloud: Emulator, kind: str) -> None:
    answer = cloud.call("GET", cloud.at(PATH), [("type", kind), ("limit", 1), ("offset", 5)])
    assert answer.status_code == 200
    assert answer.headers["X-Request-Id"]
    content = answer.json()
    assert content["type"] == kind
    assert set(content) == {"type", "send_msg", "properties"}
    assert isinstance(content["send_msg"], bool)
    assert isinstance(content["properties"], str)


@pytest.mark.parametrize(
    "query",
    [
        (),
        (("type", "RESOURCE"),),
        (("type", "RESOURCE_LEFT"), ("limit", 0)),
        (("type", "RESOURCE_LEFT"), ("limit", 101)),
        (("type", "RESOURCE_LEFT"), ("offset", 2**31)),
    ],
)
def test_a_query_that_breaks_the_documents_is_refused(
    cloud: Emulator, query: tuple[tuple[str, object], ...]
) -> None:
    answer = cloud.call("GET", cloud.at(PATH), query)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MSS.00000003")


def test_a_project_other_than_the_credentials_is_refused(cloud: Emulator) -> None:
    query = [("type", "RESOURCE_LEFT")]
    for path, headers in (
        (PATH.replace("{}", "f" * 32), {}),
        (cloud.at(PATH), {"X-Project-Id": None}),
    ):
        answer = cloud.call("GET", path, query, headers=headers)
        assert (answer.status_code, answer.json()["error_code"]) == (403, "MSS.00010009")


def test_what_is_set_is_shown(cloud: Emulator) -> None:
    body = {"type": "RESOURCE_LEFT", "send_msg": True, "properties": '{"阈值":10}'}
    answer = cloud.call("POST", cloud.at(PATH), body=body)
    assert (answer.status_code, answer.content) == (200, b"")
    shown = cloud.call("GET", cloud.at(PATH), [("type", "RESOURCE_LEFT")])
    assert shown.json() == body


@pytest.mark.parametrize(
    "body", [None, {}, {"type": "X"}, {"type": "RESOURCE_LEFT", "send_msg": "false"}]
)
def test_a_configuration_of_another_form_is_refused(cloud: Emulator, body: object) -> None:
    answer = cloud.call("POST", cloud.at(PATH), body=body)
    assert answer.status_code == 400
    assert answer.json()["error_code"].startswith("MSS.0000000")


def test_a_project_where_nothing_was_set_reads_as_no_sms(cloud: Emulator) -> None:
    projects = cloud.call("GET", "/v3/projects", [("name", "cn-east-3")]).json()["projects"]
    other = projects[0]["id"]
    answer = cloud.call(
        "GET",
        PATH.replace("{}", other),
        [("type", "RESOURCE_LEFT")],
        headers={"X-Project-Id": other},
    )
    assert answer.json() == {"type": "RESOURCE_LEFT", "send_msg": False}
