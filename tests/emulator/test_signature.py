"""The gateway's reading of the signature, against the official signer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given
from hypothesis import strategies as st

from console.emulator.signature import SignatureError, SignedRequest, read_claim, verify

if TYPE_CHECKING:
    from tests.emulator.conftest import Emulator

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
SECRET = "EXAMPLE-SECRET"
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
SEGMENT = TEXT.filter(lambda text: text not in ("", ".", ".."))
HEADER_NAME = st.from_regex(r"x-[a-z]{1,8}", fullmatch=True)


class Keys:
    """What the official signer reads."""

    ak, sk = "EXAMPLEAK", SECRET


def officially_signed(
    method: str,
    segments: list[str],
    query: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
) -> SignedRequest:
    """Let the official signer sign, and return what would arrive."""
    request = SdkRequest(
        method=method,
        schema="https",
        host="workspace.example.com",
        resource_path="/" + "/".join(segments),
        query_params=query,
        header_params={**headers, "X-Sdk-Date": NOW.strftime("%Y%m%dT%H%M%SZ")},
        body=body,
    )
    signed = Signer(Keys()).sign(request)
    path, _, sent_query = signed.uri.partition("?")
    arrived = {
        name.lower(): value.encode("latin-1").decode()
        for name, value in signed.header_params.items()
    }
    return SignedRequest(method, path, sent_query, arrived, body)


def check(request: SignedRequest, secret: str = SECRET, now: datetime = NOW) -> None:
    verify(request, read_claim(request.headers["authorization"]), secret, now)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    segments=st.lists(SEGMENT.map(lambda text: text.replace("?", "").replace("%", "") or "x")),
    query=st.lists(st.tuples(TEXT, TEXT), max_size=5),
    headers=st.dictionaries(HEADER_NAME, TEXT, max_size=3),
    json=st.booleans(),
    body=st.binary(max_size=50),
)
def test_what_the_official_signer_signs_is_accepted(
    method: str,
    segments: list[str],
    query: list[tuple[str, str]],
    *,
    headers: dict[str, str],
    json: bool,
    body: bytes,
) -> None:
    headers = {**headers, "Content-Type": "application/json;charset=utf8" if json else "text/x"}
    check(officially_signed(method, segments, query, headers, body))


@pytest.fixture
def signed() -> SignedRequest:
    return officially_signed(
        "POST",
        ["v2", "project", "things"],
        [("name", "研发 A"), ("empty", "")],
        {"Content-Type": "application/json", "X-Project-Id": "p"},
        b'{"a":1}',
    )


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": "/v2/project/thing"},
        {"query": "name=other&empty="},
        {"query": "name=%E7%A0%94%E5%8F%91%20A"},
        {"body": b'{"a":2}'},
        {"body": b""},
    ],
)
def test_any_change_on_the_way_is_noticed(signed: SignedRequest, change: dict[str, object]) -> None:
    check(signed)
    with pytest.raises(SignatureError, match="verify aksk signature fail"):
        check(replace(signed, **change))  # type: ignore[arg-type] # names are given as text


@pytest.mark.parametrize(
    "change",
    [
        {"query": "name=%E7%A0%94%E5%8F%91%20A&empty="},
        {"query": "empty&name=%e7%a0%94%e5%8f%91%20A"},
        {"path": "/v2/project/%74hings/"},
    ],
)
def test_order_and_spelling_on_the_wire_do_not_matter(
    signed: SignedRequest, change: dict[str, str]
) -> None:
    assert signed.query.startswith("empty=&")
    check(replace(signed, **change))  # type: ignore[arg-type] # names are given as text


def test_a_changed_signed_header_is_noticed_and_a_further_one_is_not(signed: SignedRequest) -> None:
    check(replace(signed, headers={**signed.headers, "x-trace": "1"}))
    with pytest.raises(SignatureError, match="verify aksk signature fail"):
        check(replace(signed, headers={**signed.headers, "x-project-id": "q"}))
    fewer = {name: value for name, value in signed.headers.items() if name != "x-project-id"}
    with pytest.raises(SignatureError, match="x-project-id is missing"):
        check(replace(signed, headers=fewer))


def test_an_unsigned_payload_may_change_but_only_if_it_says_so() -> None:
    headers = {"Content-Type": "application/octet-stream"}
    request = officially_signed("POST", ["upload"], [], headers, b"abc")
    assert request.headers["x-sdk-content-sha256"] == "UNSIGNED-PAYLOAD"
    check(replace(request, body=b"abd"))


def test_another_secret_is_noticed(signed: SignedRequest) -> None:
    with pytest.raises(SignatureError, match="verify aksk signature fail"):
        check(signed, secret=SECRET + "x")


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_off_by_less_than_a_quarter_of_an_hour_is_accepted(
    signed: SignedRequest, minutes: int
) -> None:
    check(signed, now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_off_by_more_is_not(signed: SignedRequest, minutes: int) -> None:
    with pytest.raises(SignatureError) as caught:
        check(signed, now=NOW + timedelta(minutes=minutes))
    assert caught.value.clock


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic abc",
        "SDK-HMAC-SHA256 Access=a",
        f"SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature={'0' * 64}",
        f"SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature={'0' * 64}",
    ],
)
def test_an_authorization_of_another_form_is_refused(header: str) -> None:
    with pytest.raises(SignatureError):
        read_claim(header)


def test_the_gateway_words_a_wrong_secret(cloud: Emulator) -> None:
    wrong = replace(cloud.keys, sk="EXAMPLE-WRONG")
    answer = cloud.blocked(("query_type", "DESKTOP"), keys=wrong)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")
    assert "verify aksk signature fail" in answer.json()["error_msg"]
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_the_gateway_words_an_unknown_key(cloud: Emulator) -> None:
    answer = cloud.blocked(("query_type", "DESKTOP"), keys=replace(cloud.keys, ak="NOBODY"))
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


def test_the_gateway_words_a_clock_that_is_twenty_minutes_off(cloud: Emulator) -> None:
    for offset in (1200, -1200):
        cloud.control("PUT", "clock", {"offset_seconds": offset})
        answer = cloud.blocked(("query_type", "DESKTOP"))
        assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0303")
    cloud.control("PUT", "clock", {"offset_seconds": 0})
    assert cloud.blocked(("query_type", "DESKTOP")).status_code == 200


def test_a_request_without_any_credential_is_refused(cloud: Emulator) -> None:
    answer = cloud.http.get(f"{cloud.url}/v2/{cloud.project}/users/notification-records")
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


def test_temporary_keys_need_their_security_token(cloud: Emulator) -> None:
    given = cloud.facts["temporary"]
    keys = replace(cloud.keys, ak=given["access_key"], sk=given["secret_key"])
    query = ("query_type", "DESKTOP")
    assert cloud.blocked(query, keys=keys).status_code == 401
    assert cloud.blocked(query, keys=replace(keys, security_token="EXAMPLE")).status_code == 401
    right = replace(keys, security_token=given["security_token"])
    assert cloud.blocked(query, keys=right).status_code == 200
    assert (
        cloud.blocked(query, keys=replace(cloud.keys, security_token="EXAMPLE")).status_code == 401
    )
    cloud.control("PUT", "clock", {"offset_seconds": 840})
    assert cloud.blocked(query, keys=right).status_code == 200


def test_an_unknown_path_is_answered_by_the_gateway(cloud: Emulator) -> None:
    for method, path in (("GET", "/v9/nothing"), ("DELETE", "/v3/auth/projects")):
        answer = cloud.call(method, path)
        assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")
