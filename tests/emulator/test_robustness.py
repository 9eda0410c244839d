"""No request, however odd, breaks the emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.emulator import iam, sts
from console.emulator.app import service_modules

if TYPE_CHECKING:
    from console.emulator.operations import Operation
    from tests.emulator.conftest import Emulator

OPERATIONS: list[Operation] = [
    operation for module in (iam, sts, *service_modules()) for operation in module.OPERATIONS
]
READS = [operation for operation in OPERATIONS if operation.method == "GET"]
WRITES = [operation for operation in OPERATIONS if operation.method == "POST"]
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
FIELDS = st.sampled_from(
    [
        "auth",
        "identity",
        "methods",
        "password",
        "user",
        "domain",
        "scope",
        "project",
        "token",
        "assume_role",
        "duration_seconds",
        "notifications",
        "desktop_ids",
        "type",
        "send_msg",
        "properties",
        "message_id",
        "action",
        "time",
        "encoded_message",
    ]
)
DOCUMENTS = st.recursive(
    LEAVES | st.just(["password"]) | st.just(["token"]) | st.just(["assume_role"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "query_type",
        "limit",
        "offset",
        "type",
        "status",
        "user_name",
        "sort_field",
        "sort_type",
        "is_check_project",
        "domain_id",
        "project_id",
        "page",
        "per_page",
        "desktop_id",
        "tag",
    ]
)
VALUES = st.sampled_from(["DESKTOP", "0", "1", "-1", "9" * 30, "", "true", "ASC"]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=8
)


def path_of(emulator: Emulator, operation: Operation) -> str:
    pools = emulator.call("GET", emulator.at("/v2/{}/desktop-pools"), [("limit", 1)]).json()
    return (
        operation.path.replace("{project_id}", emulator.project)
        .replace("{pool_id}", pools["desktop_pools"][0]["id"])
        .replace("{instance_id}", emulator.facts["instance_id"])
        .replace("{", "")
        .replace("}", "")
    )


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.name)
def test_any_query_is_answered_or_refused(shared_emulator: Emulator, operation: Operation) -> None:
    headers = {"workspace": shared_emulator.facts["workspace"]}
    path = path_of(shared_emulator, operation)

    @settings(max_examples=40, deadline=None)
    @given(query=st.lists(st.tuples(NAMES, VALUES), max_size=4))
    def ask(query: list[tuple[str, str]]) -> None:
        answer = shared_emulator.call("GET", path, query, headers=headers)
        assert answer.status_code < 500, answer.text
        assert answer.json() is not None

    ask()


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.name)
def test_any_body_is_answered_or_refused(shared_emulator: Emulator, operation: Operation) -> None:
    headers = {"workspace": shared_emulator.facts["workspace"]}
    path = path_of(shared_emulator, operation)

    @settings(max_examples=60, deadline=None)
    @given(body=DOCUMENTS)
    def ask(body: object) -> None:
        answer = shared_emulator.call("POST", path, body=body, headers=headers)
        assert answer.status_code < 500, answer.text

    ask()
