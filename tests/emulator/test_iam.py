"""Tokens, temporary keys, projects and domains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.emulator.conftest import Emulator

TOKENS = "/v3/auth/tokens"
DESKTOP = {"query_type": "DESKTOP", "limit": "1"}


def identity_of(cloud: Emulator, **changes: str) -> dict[str, Any]:
    user = {
        "name": cloud.facts["user_name"],
        "password": cloud.facts["password"],
        "domain": {"name": cloud.facts["domain_name"]},
    }
    return {"methods": ["password"], "password": {"user": user | changes}}


def issue(
    cloud: Emulator, identity: object, scope: object = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    auth = {"identity": identity, "scope": scope or {"project": {"name": "cn-north-4"}}}
    return cloud.http.post(
        cloud.url + TOKENS + "?nocatalog=1", json={"auth": auth}, headers=headers
    )


def blocked_with(cloud: Emulator, token: str) -> httpx.Response:
    path = cloud.at("/v2/{}/users/notification-records")
    return cloud.http.get(cloud.url + path, params=DESKTOP, headers={"X-Auth-Token": token})


def assert_iam_error(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == status
    assert error["message"]
    assert error["title"]


def test_a_token_comes_in_a_header_only_and_works(cloud: Emulator) -> None:
    answer = issue(cloud, identity_of(cloud))
    assert answer.status_code == 201
    token = answer.headers["X-Subject-Token"]
    assert token not in answer.text
    content = answer.json()["token"]
    assert content["project"]["id"] == cloud.project
    assert content["expires_at"].endswith("Z")
    assert content["catalog"] == []
    assert blocked_with(cloud, token).status_code == 200


def test_without_nocatalog_the_body_is_large(cloud: Emulator) -> None:
    auth = {"identity": identity_of(cloud), "scope": {"domain": {"name": "example-corp"}}}
    answer = cloud.http.post(cloud.url + TOKENS, json={"auth": auth})
    assert len(answer.json()["token"]["catalog"]) > 3
    assert answer.json()["token"]["domain"]["id"] == cloud.facts["domain_id"]


@pytest.mark.parametrize(
    "change", [{"password": "wrong"}, {"name": "nobody"}, {"domain": {"name": "elsewhere"}}]
)
def test_a_wrong_password_user_or_account_is_a_401(cloud: Emulator, change: dict[str, Any]) -> None:
    assert_iam_error(issue(cloud, identity_of(cloud, **change)), 401)


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"auth":{}}', '{"auth":{"identity":{"methods":["magic"]}}}']
)
def test_a_request_of_another_form_is_a_400(cloud: Emulator, body: str) -> None:
    assert_iam_error(cloud.http.post(cloud.url + TOKENS, content=body), 400)


def test_an_unknown_project_is_a_404(cloud: Emulator) -> None:
    assert_iam_error(issue(cloud, identity_of(cloud), {"project": {"name": "mars"}}), 404)


def test_the_careful_user_needs_the_second_factor(cloud: Emulator) -> None:
    facts = cloud.facts
    identity = identity_of(cloud, name=facts["totp_user_name"], password=facts["totp_password"])
    assert_iam_error(issue(cloud, identity), 401)
    totp = {"id": facts["totp_user_id"], "passcode": facts["totp_passcode"]}
    both = {**identity, "methods": ["password", "totp"], "totp": {"user": totp}}
    assert issue(cloud, both).status_code == 201
    wrong = {**both, "totp": {"user": totp | {"passcode": "000000"}}}
    assert_iam_error(issue(cloud, wrong), 401)


def test_an_agency_is_assumed_with_a_token(cloud: Emulator) -> None:
    assume = {"agency_name": cloud.facts["agency_name"], "domain_id": cloud.facts["domain_id"]}
    identity = {"methods": ["assume_role"], "assume_role": assume}
    headers = {"X-Auth-Token": cloud.token()}
    answer = issue(cloud, identity, headers=headers)
    assert answer.status_code == 201
    content = answer.json()["token"]
    assert content["assumed_by"]["user"]["name"] == cloud.facts["user_name"]
    assert blocked_with(cloud, answer.headers["X-Subject-Token"]).status_code == 200
    assert_iam_error(issue(cloud, identity), 401)
    unknown = {**identity, "assume_role": {**assume, "agency_name": "none"}}
    assert_iam_error(issue(cloud, unknown, headers=headers), 404)


def test_a_token_expires_and_each_service_says_so_in_its_words(
    start: Callable[..., Emulator],
) -> None:
    cloud = start(token_lifetime=120)
    token = cloud.token()
    headers = {"X-Auth-Token": token}
    assert blocked_with(cloud, token).status_code == 200
    cloud.control("PUT", "clock", {"offset_seconds": 121})
    gateway = blocked_with(cloud, token)
    assert (gateway.status_code, gateway.json()["error_code"]) == (401, "APIGW.0301")
    assert "The token must be updated" in gateway.json()["error_msg"]
    iam = cloud.http.get(cloud.url + "/v3/auth/projects", headers=headers)
    assert_iam_error(iam, 401)
    assert iam.json()["error"]["message"] == "The token must be updated"
    path = cloud.at("/v1/{}/tenants/notice-configurations")
    service = cloud.http.get(cloud.url + path, headers=headers)
    assert service.json()["error_code"] == "MSS.00000001"


def test_a_token_shows_what_it_is_for(cloud: Emulator) -> None:
    token = cloud.token()
    headers = {"X-Auth-Token": token, "X-Subject-Token": token}
    answer = cloud.http.get(cloud.url + TOKENS, headers=headers)
    assert answer.headers["X-Subject-Token"] == token
    assert answer.json()["token"]["user"]["id"] == cloud.facts["user_id"]
    headers["X-Subject-Token"] = "unknown"
    assert_iam_error(cloud.http.get(cloud.url + TOKENS, headers=headers), 404)


def test_a_token_for_another_project_is_refused(cloud: Emulator) -> None:
    for scope in ({"project": {"name": "cn-east-3"}}, {"domain": {"name": "example-corp"}}):
        assert blocked_with(cloud, cloud.token(scope)).status_code == 403


def test_projects_are_filtered_and_paged(cloud: Emulator) -> None:
    every = cloud.call("GET", "/v3/projects").json()["projects"]
    assert len(every) == 3
    named = cloud.call("GET", "/v3/projects", [("name", "cn-north-4")]).json()["projects"]
    assert [project["id"] for project in named] == [cloud.project]
    query = [("page", 2), ("per_page", 2)]
    assert cloud.call("GET", "/v3/projects", query).json()["projects"] == every[2:]
    assert_iam_error(cloud.call("GET", "/v3/projects", [("page", 1)]), 400)
    assert cloud.call("GET", "/v3/projects", [("enabled", "false")]).json()["projects"] == []


def test_the_restricted_user_may_use_one_project(cloud: Emulator) -> None:
    mine = cloud.call("GET", "/v3/auth/projects", keys=cloud.restricted).json()["projects"]
    assert [project["id"] for project in mine] == [cloud.project]
    assert len(cloud.call("GET", "/v3/auth/projects").json()["projects"]) == 3


def test_the_account_is_listed(cloud: Emulator) -> None:
    domains = cloud.call("GET", "/v3/auth/domains").json()["domains"]
    assert [domain["id"] for domain in domains] == [cloud.facts["domain_id"]]


def test_temporary_keys_work_until_they_end(cloud: Emulator) -> None:
    identity = {"methods": ["token"], "token": {"id": cloud.token(), "duration_seconds": 900}}
    path = "/v3.0/OS-CREDENTIAL/securitytokens"
    answer = cloud.call("POST", path, body={"auth": {"identity": identity}})
    assert answer.status_code == 201
    given = answer.json()["credential"]
    keys = replace(
        cloud.keys, ak=given["access"], sk=given["secret"], security_token=given["securitytoken"]
    )
    assert cloud.blocked(("query_type", "DESKTOP"), keys=keys).status_code == 200
    request = cloud.signed("GET", "/v5/caller-identity", keys=keys)
    cloud.control("PUT", "clock", {"offset_seconds": 899})
    assert cloud.http.send(request).status_code == 200
    identity["token"] = {"duration_seconds": 899}
    assert_iam_error(cloud.call("POST", path, body={"auth": {"identity": identity}}), 400)


def test_temporary_keys_of_an_agency(cloud: Emulator) -> None:
    assume = {"agency_name": cloud.facts["agency_name"], "domain_name": "example-corp"}
    identity = {"methods": ["assume_role"], "assume_role": assume}
    path = "/v3.0/OS-CREDENTIAL/securitytokens"
    answer = cloud.call("POST", path, body={"auth": {"identity": identity}})
    assert answer.status_code == 201
