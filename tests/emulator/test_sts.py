"""STS: decoding the message of a 403, and telling who one is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.emulator.conftest import Emulator

DECODE = "/v5/decode-authorization-message"


def test_the_message_of_a_refusal_decodes_to_json_text(cloud: Emulator) -> None:
    refused = cloud.call("GET", cloud.at("/v2/{}/connect-desktops"), keys=cloud.restricted)
    body = {"encoded_message": refused.json()["encoded_authorization_message"]}
    answer = cloud.call("POST", DECODE, body=body)
    assert answer.status_code == 200
    decoded = json.loads(answer.json()["decoded_message"])
    assert decoded["context"]["action"] == "workspace:desktops:listConnectStatus"
    assert "implicit deny" in decoded["failure"]


@pytest.mark.parametrize("message", [None, "", "!", "5Lit5paH", "中文", "x" * 10_241])
def test_another_message_is_an_error_of_sts(cloud: Emulator, message: str | None) -> None:
    answer = cloud.call("POST", DECODE, body={"encoded_message": message})
    assert answer.status_code == 400
    assert answer.json()["error_code"].startswith("STS5.")


def test_a_token_cannot_decode(cloud: Emulator) -> None:
    headers = {"X-Auth-Token": cloud.token()}
    answer = cloud.http.post(cloud.url + DECODE, json={"encoded_message": "x"}, headers=headers)
    assert answer.status_code == 401


def test_a_signature_tells_who_one_is(cloud: Emulator) -> None:
    answer = cloud.call("GET", "/v5/caller-identity").json()
    assert answer["account_id"] == cloud.facts["domain_id"]
    assert answer["principal_id"] == cloud.facts["user_id"]
    assert answer["principal_urn"].endswith(":user:operator")
