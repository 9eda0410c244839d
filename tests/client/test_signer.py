"""The signer, against the vectors, the official signer and the emulator's own reading."""

import json
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from console.client.auth import AccessKeyAuth
from console.client.call import Call
from console.client.client import Client
from console.client.signer import Signature, canonical_query, sign
from console.errors import CloudError, SettingsError
from console.profiles.credential import AccessKey, Token
from console.services import (
    blocked_notifications,
    desktop_notifications,
    desktop_pools,
    review_messages,
)
from tests.cloud import Cloud

DOCUMENT = json.loads(Path(__file__).with_name("sign_vectors.json").read_text("utf-8"))
KEY, SECRET = DOCUMENT["ak"], DOCUMENT["sk"]

# The tenth is of another scheme, V11-HMAC-SHA256, which none of our services asks for.
VECTORS = [vector for vector in DOCUMENT["vectors"] if "derived" not in vector["input"]]

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
DATE = "20260115T093000Z"

# Any, here and below: what a parameter holds is what is generated.
Parameters = Sequence[tuple[str, Any]]


def texts(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """Flatten parameters as the official SDK does: Python's values into pairs of text."""
    for name, value in parameters:
        if isinstance(value, list):
            yield from ((name, str(each)) for each in value)
        elif isinstance(value, bool):
            yield name, str(value).lower()
        else:
            yield name, str(value)


def signed(
    method: str,
    path: str,
    parameters: Parameters,
    headers: Mapping[str, str],
    body: str | None,
) -> Signature:
    """Sign with our signer."""
    return sign(
        access_key=KEY,
        secret_key=SECRET,
        method=method,
        path=path,
        query=texts(parameters),
        headers=headers,
        body=(body or "").encode(),
        now=NOW,
    )


def target(path: str, parameters: Parameters) -> str:
    """Return what our client asks a host for."""
    query = canonical_query(texts(parameters))
    return f"{path}?{query}" if query else path


def raw(headers: Mapping[str, str]) -> dict[str, bytes]:
    """Return the bytes of header values, as httpx writes what our client gives it."""
    stripped = {name: value.strip() for name, value in headers.items()}
    written = httpx.Headers(stripped, encoding="utf-8").raw
    return {name.decode().lower(): value for name, value in written}


def test_the_vectors_are_the_nine_of_our_scheme() -> None:
    assert [int(vector["name"].partition("-")[0]) for vector in VECTORS] == [*range(1, 10)]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_a_vector_is_reproduced_to_the_byte(vector: dict[str, Any]) -> None:
    given_, expected = vector["input"], vector["expected"]
    headers = {**given_["headers"], "Host": given_["host"]}
    path, parameters = given_["resource_path"], given_["query_params"]

    made = signed(given_["method"], path, parameters, headers, given_["body"])

    assert made.canonical_request == expected["canonical_request"]
    assert made.string_to_sign == expected["string_to_sign"]
    assert made.headers["Authorization"] == expected["authorization"]
    # The official signer leaves the UTF-8 bytes of a value in a text of Latin-1.
    assert raw({**headers, **made.headers}) == {
        name.lower(): value.encode("latin-1") for name, value in expected["wire_headers"].items()
    }
    asked = target(path, parameters)
    assert asked == expected["request_target"]
    url = httpx.URL(f"{given_['scheme']}://{given_['host']}{asked}")
    assert url.raw_path == expected["request_target"].encode()
    assert str(url) == expected["url"]


class Keys:
    """What the official signer reads."""

    ak, sk = KEY, SECRET


def officially_signed(
    *,
    method: str,
    path: str,
    parameters: Parameters,
    headers: Mapping[str, str],
    body: str | None,
    host: str,
) -> tuple[str, SdkRequest]:
    """Let the official signer sign; return its canonical request too."""
    signer = Signer(Keys())
    request = SdkRequest(
        method=method,
        schema="https",
        host=host,
        resource_path=path,
        query_params=list(parameters),
        header_params=dict(headers),
        body=body,
    )
    request = signer.sign(request)
    authorization = request.header_params.pop("Authorization")
    names = signer._process_signed_headers(request)
    # Header values have become bytes in a text of Latin-1 by now; they were signed as text.
    request.header_params = {
        name: value.encode("latin-1").decode() for name, value in request.header_params.items()
    }
    canonical = signer._process_canonical_request(request, names)
    request.header_params["Authorization"] = authorization
    return canonical, request


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
RESERVED = st.text("+&=/*~'%?#;,:@!$()[] \"\\<>|^`{}-_.~éÅ研\U0001f600", max_size=8)
VALUE = TEXT | RESERVED
NAME = VALUE.filter(bool)

# One name has values of one kind: the official signer cannot sort others, and sorts numbers under
# one name by size, where a gateway that reads text cannot.
ONE_OR_MORE = (
    VALUE.map(lambda value: [value])
    | st.integers(-5, 10**12).map(lambda value: [value])
    | st.booleans().map(lambda value: [value])
    | st.lists(VALUE, min_size=2, max_size=4)
    | st.lists(st.booleans(), min_size=2, max_size=3)
    | st.lists(VALUE, max_size=4).map(lambda values: [values])
    | st.lists(st.booleans(), min_size=1, max_size=3).map(lambda values: [values])
)
PARAMETERS = st.dictionaries(NAME, ONE_OR_MORE, max_size=6).map(
    lambda named: [(name, value) for name, values in named.items() for value in values]
)

SEGMENT = VALUE.map(lambda text: text.replace("/", ""))
PATH = st.builds(
    lambda segments, end: "/" + "/".join(segments) + end,
    st.lists(SEGMENT | st.sampled_from(["a%20b", "%E6%B6%88", "a%2Fb", "%zz", "x+y(z)"])),
    st.sampled_from(["", "/"]),
)

HEADER_NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,10}", fullmatch=True).filter(
    lambda name: name.lower() not in {"host", "content-type", "x-sdk-date"}
)
HEADER_VALUE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
HEADERS = st.dictionaries(HEADER_NAME, HEADER_VALUE, max_size=4).filter(
    lambda headers: len({name.lower() for name in headers}) == len(headers)
)
CONTENT_TYPE = st.sampled_from(
    [
        None,
        "application/json",
        "application/json;charset=utf8",
        "application/bson",
        "application/x-www-form-urlencoded",
        "text/plain; charset=日本",
        "APPLICATION/JSON",
    ]
)
HOST = st.builds(
    "{}{}".format,
    st.sampled_from(["workspace.cn-north-4.myhuaweicloud.com", "127.0.0.1", "[::1]"]),
    st.sampled_from(["", ":443", ":8443"]),
)


@settings(max_examples=2000, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=PATH,
    parameters=PARAMETERS,
    headers=HEADERS,
    content_type=CONTENT_TYPE,
    body=st.none() | TEXT | st.just('{"notifications": "系统将于 18:00 维护 ✓"}'),
    host=HOST,
    date=st.sampled_from(["X-Sdk-Date", "x-sdk-date", "X-SDK-DATE"]),
)
@example(
    method="GET",
    path="/v1/x",
    parameters=[("a~", "1"), ("aé", "2"), ("a/", ""), ("flags", [True, False]), ("on", True)],
    headers={"X-Note": " héllo ", "x_internal_id": "skip-me"},
    content_type="text/plain",
    body="b",
    host="127.0.0.1:8443",
    date="x-sdk-date",
)
def test_our_signature_is_the_official_one(
    *,
    method: str,
    path: str,
    parameters: Parameters,
    headers: dict[str, str],
    content_type: str | None,
    body: str | None,
    host: str,
    date: str,
) -> None:
    if content_type is not None:
        headers = {**headers, "Content-Type": content_type}

    made = signed(method, path, parameters, {**headers, "Host": host}, body)

    canonical, theirs = officially_signed(
        method=method,
        path=path,
        parameters=parameters,
        headers={**headers, date: DATE},
        body=body,
        host=host,
    )
    assert made.canonical_request == canonical
    assert made.headers["Authorization"] == theirs.header_params["Authorization"]
    assert target(path, parameters) == theirs.uri
    assert raw({**headers, **made.headers, "Host": host}) == {
        name.lower(): value.encode("latin-1") for name, value in theirs.header_params.items()
    }


@settings(max_examples=500, deadline=None)
@given(parameters=PARAMETERS)
def test_httpx_sends_the_query_that_was_signed(parameters: Parameters) -> None:
    asked = target("/v2/a%20b", parameters)
    assert httpx.URL(f"https://workspace.example.com{asked}").raw_path == asked.encode()


WEIRD = [
    "+",
    "&",
    "=",
    "%",
    "*",
    "~",
    "'",
    " ",
    "  a  ",
    "%2B",
    "a+b c",
    "é",
    "研发 池",
    "\U0001f600",
]


def blocked(parameters: Iterable[tuple[str, str]]) -> Call:
    """Return the call that lists one blocked notification."""
    mandatory = (("query_type", "DESKTOP"), ("limit", "1"))
    return Call(blocked_notifications.LIST, query=(*mandatory, *parameters))


# A session's cloud is no state of one example: each example opens a client of its own.
@settings(max_examples=150, deadline=None)
@given(
    user_name=st.sampled_from(WEIRD) | VALUE,
    desktop_name=VALUE,
    others=st.lists(st.tuples(NAME.map("x-{}".format), VALUE), max_size=3),
)
async def test_the_emulator_accepts_any_parameter_that_httpx_sends(
    shared_cloud: Cloud, user_name: str, desktop_name: str, others: list[tuple[str, str]]
) -> None:
    pairs = [("user_name", user_name), ("desktop_name", desktop_name), *others]
    call = blocked(pairs)
    shared_cloud.control.delete("/_emulator/requests")
    async with Client(shared_cloud.profile()) as client:
        answer = await client.read(call)
    assert answer.status == 200
    assert shared_cloud.requests()[-1]["query"] == canonical_query(call.query)


@pytest.mark.parametrize("user_name", WEIRD)
@pytest.mark.parametrize("kind", ["permanent", "temporary"])
async def test_a_weird_user_name_is_signed_as_it_is_sent(
    cloud: Cloud, user_name: str, kind: str
) -> None:
    key = cloud.key if kind == "permanent" else cloud.temporary_key
    async with Client(cloud.profile(key)) as client:
        answer = await client.read(blocked([("user_name", user_name)]))
    assert answer.json_object()["total_count"] == 0


@pytest.mark.parametrize("message_id", [*WEIRD, "a.b", "x+y(z)", "...", "消息;v=1,2"])
async def test_a_weird_path_is_signed_as_it_is_sent(cloud: Cloud, message_id: str) -> None:
    call = Call(
        review_messages.SHOW,
        path={"message_id": message_id},
        headers={"workspace": cloud.facts["workspace"], "Dlm-Type": "SHARED"},
    )
    assert await refused(cloud, call) == (400, "DLS.1000")


@pytest.mark.parametrize("workspace", ["工作空间", "héllo", "a,b;c=d", "a  b"])
async def test_a_weird_header_is_signed_as_it_is_sent(cloud: Cloud, workspace: str) -> None:
    call = Call(review_messages.LIST, headers={"workspace": workspace})
    assert await refused(cloud, call) == (400, "DLM.4001")


@pytest.mark.parametrize(
    "text", ["plain", "系统维护 ✓ \U0001f600", '"quoted" \\ \x00\x1b\n', "+&=%"]
)
async def test_a_weird_body_is_signed_as_it_is_sent(cloud: Cloud, text: str) -> None:
    async with Client(cloud.profile()) as client:
        pages = desktop_pools.POOLS.pages(client, desktop_pools.DesktopPoolQuery())
        pools = [pool async for page in pages for pool in desktop_pools.POOLS.records(page.rows)]
        steady = next(pool.id for pool in pools if pool.status == "STEADY")
        assert await desktop_notifications.send_to_pool(client, steady or "", text)
    assert json.loads(cloud.requests()[-1]["body"]) == {"notifications": text}


async def refused(cloud: Cloud, call: Call) -> tuple[int, str]:
    """Make a call with the access key; return the service's refusal, behind the gateway's door."""
    async with Client(cloud.profile()) as client:
        with pytest.raises(CloudError) as caught:
            await client.read(call)
    return caught.value.status, caught.value.code


async def test_what_leaves_is_what_the_official_signer_signs(cloud: Cloud) -> None:
    url = f"http://127.0.0.1:8443{target('/v2/a%20b', [('tag', 'k=v'), ('name', '研发 +')])}"
    headers = {"X-Project-Id": "p", "Workspace": "w", "X-Other": "not signed"}
    request = httpx.Request("POST", url, headers=headers, content="正文")
    (sent,) = AccessKeyAuth(cloud.temporary_key).auth_flow(request)

    claim = sent.headers["Authorization"]
    names = claim.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert names == ["host", "workspace", "x-project-id", "x-sdk-date", "x-security-token"]
    assert sent.headers["X-Security-Token"] == cloud.facts["temporary"]["security_token"]
    path, _, query = sent.url.raw_path.decode().partition("?")
    again = SdkRequest(
        method="POST",
        host=sent.headers["Host"],
        resource_path=path,
        query_params=[
            (unquote(name), unquote(value))
            for name, _, value in (pair.partition("=") for pair in query.split("&"))
        ],
        header_params={name: sent.headers[name] for name in names},
        body=sent.content,
    )
    keys = SimpleNamespace(
        ak=cloud.temporary_key.access_key, sk=cloud.temporary_key.secret_key.get_secret_value()
    )
    assert Signer(keys).sign(again).header_params["Authorization"] == claim


UNSENDABLE = {
    "a token with a line break": {"credential": Token(SecretStr("TOPSECRET\r"))},
    "a token with a space at its end": {"credential": Token(SecretStr("TOPSECRET "))},
    "a token that is no text": {"credential": Token(SecretStr("TOPSECRET\udcff"))},
    "a secret that is no text": {"credential": AccessKey("AK", SecretStr("TOPSECRET\udcff"))},
    "an access key in Chinese": {"credential": AccessKey("密钥", SecretStr("TOPSECRET"))},
    "a security token with a line break": {
        "credential": AccessKey("AK", SecretStr("s"), SecretStr("TOPSECRET\n"))
    },
    "a project with a line break": {"project_id": "TOPSECRET\n"},
    "a project that is no text": {"project_id": "TOPSECRET\udcff"},
}


@pytest.mark.parametrize("change", UNSENDABLE.values(), ids=UNSENDABLE)
async def test_what_no_header_can_carry_is_named_without_telling_it(
    cloud: Cloud,
    change: dict[str, Any],  # Any: fields of a profile
) -> None:
    async with Client(cloud.profile(**change)) as client:
        with pytest.raises(SettingsError) as caught:
            await client.read(blocked([]))
    told = "".join(traceback.format_exception(caught.value))
    assert "no header can carry" in told
    assert "TOPSECRET" not in told
    assert cloud.requests() == []
