"""What a send carries, what is refused before it leaves, and what the cloud makes of it."""

import json

import pytest

from console.client.client import Client
from console.errors import (
    AuthenticationError,
    CloudError,
    Exit,
    OutcomeUnknownError,
    PermissionDeniedError,
    QueryError,
    UnreachableError,
)
from console.services.desktop_notifications import send_to_desktops, send_to_pool
from console.services.jobs import show_job
from tests.client.sends import ACCEPTED, outcome, pool_that_is, sends_to, tokens_of
from tests.client.wire import client_of, document, serving
from tests.cloud import Cloud

TEXTS = {
    "plain": "Maintenance at 18:00",
    "unicode": "维护通知 今晚十八点 — prêts?",
    "emoji": "⚠️ 👩‍👩‍👧 🇨🇳",
    "newlines": "one\ntwo\r\nthree\ttabbed",
    "quotes": "\"double\" 'single' \\back\\ {json: [1]}",
    "html": "<b>&amp;</b>",
    "controls": "nul \x00 esc \x1b[31m bell \x07 \x7f \x9b \u2028 \u202e",
    "astral and combining": "\U0001d49c" + "e" + "\u0301" * 50,
    "spaces around": "  text  ",
    "a megabyte": "长" * 350_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_the_exact_bytes_of_the_text_arrive(text: str) -> None:
    async with serving(document(ACCEPTED)) as wire, client_of(wire, seconds=30) as client:
        assert await send_to_pool(client, "pool/ 池", text) == "job-1"
        assert await send_to_desktops(client, ["a", "b"], text) == "job-1"
    pool, desktops = wire.received
    assert pool.target == "/v2/p/desktop-pools/pool%2F%20%E6%B1%A0/notifications"
    assert pool.body == json.dumps({"notifications": text}, ensure_ascii=False).encode()
    assert desktops.target == "/v2/p/desktops/notifications"
    assert json.loads(desktops.body) == {"desktop_ids": ["a", "b"], "notifications": text}
    assert {pool.headers["content-type"], desktops.headers["content-type"]} == {"application/json"}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
async def test_the_cloud_accepts_the_signature_of_any_text(
    cloud: Cloud, client: Client, text: str
) -> None:
    pool = await pool_that_is(client, "STEADY")
    job_id = await send_to_pool(client, pool, text)
    job, _ = await show_job(client, job_id)
    assert job.id == job_id
    bodies = [json.loads(each["body"]) for each in cloud.requests() if each["method"] == "POST"]
    assert bodies == [{"notifications": text}]


@pytest.mark.parametrize(
    ("pool_id", "text"),
    [
        pytest.param("pool", "", id="no text"),
        pytest.param("pool", " \n\t", id="nothing but space"),
        pytest.param("pool", "\ud83d", id="half an emoji"),
        pytest.param("", "text", id="no pool"),
        pytest.param(".", "text", id="a dot for a pool"),
        pytest.param("..", "text", id="two dots for a pool"),
    ],
)
async def test_what_cannot_be_sent_to_a_pool_is_refused_here(
    cloud: Cloud, client: Client, pool_id: str, text: str
) -> None:
    with pytest.raises(QueryError) as caught:
        await send_to_pool(client, pool_id, text)
    assert caught.value.exit_code is Exit.USAGE
    assert cloud.requests() == []


@pytest.mark.parametrize(
    ("desktop_ids", "text"),
    [
        pytest.param([], "text", id="no desktop"),
        pytest.param(["a", ""], "text", id="an empty desktop"),
        pytest.param(["\udc00"], "text", id="a desktop that is no text"),
        pytest.param(["a"], "", id="no text"),
    ],
)
async def test_what_cannot_be_sent_to_desktops_is_refused_here(
    cloud: Cloud, client: Client, desktop_ids: list[str], text: str
) -> None:
    with pytest.raises(QueryError):
        await send_to_desktops(client, desktop_ids, text)
    assert cloud.requests() == []


async def test_the_cloud_refuses_an_unknown_pool_a_busy_one_and_a_stranger(
    cloud: Cloud, client: Client
) -> None:
    steady, busy = await pool_that_is(client, "STEADY"), await pool_that_is(client, "TEMPORARY")
    unknown = await outcome(send_to_pool(client, "0" * 32, "text"))
    conflict = await outcome(send_to_pool(client, busy, "text"))
    async with Client(cloud.profile(cloud.restricted_key)) as restricted:
        denied = await outcome(send_to_pool(restricted, steady, "text"))
    assert isinstance(unknown, CloudError)
    assert (unknown.status, unknown.code) == (400, "WKS.0001")
    assert isinstance(conflict, CloudError)
    assert conflict.status == 409
    assert isinstance(denied, PermissionDeniedError)
    assert denied.encoded_authorization_message
    assert sends_to(cloud) == 3


async def test_a_401_of_a_send_is_not_repeated_and_the_next_send_has_a_new_token(
    cloud: Cloud,
) -> None:
    async with Client(cloud.profile(cloud.password)) as client:
        pool = await pool_that_is(client, "STEADY")
        cloud.script({"path": "/notifications$", "action": "answer", "status": 401})
        ended = await outcome(send_to_pool(client, pool, "text"))
        assert isinstance(ended, AuthenticationError)
        assert (sends_to(cloud), tokens_of(cloud)) == (1, 1)
        assert await send_to_pool(client, pool, "text")
        assert (sends_to(cloud), tokens_of(cloud)) == (2, 2)


async def test_what_the_cloud_received_equals_what_the_outcomes_say(
    cloud: Cloud, client: Client
) -> None:
    pool = await pool_that_is(client, "STEADY")
    at = {"path": "/notifications$"}
    cloud.script(
        {**at, "action": "drop"},
        {**at, "action": "drop", "acts": True},
        {**at, "action": "reset"},
        {**at, "action": "reset", "acts": True},
        {**at, "action": "cut"},
        {**at, "action": "answer", "status": 503, "body": "<html>"},
        {**at, "action": "answer", "status": 429, "headers": {"Retry-After": "1"}},
        {**at, "action": "trickle", "seconds": 0},
    )
    ended = [await outcome(send_to_pool(client, pool, f"text {n}")) for n in range(10)]
    kinds = [type(each) for each in ended]
    assert kinds[:6] == [OutcomeUnknownError] * 6
    assert kinds[6:] == [type(ended[6]), str, str, str]
    assert isinstance(ended[6], CloudError)
    assert sends_to(cloud) == len(ended)  # none was unreachable, and none came twice


async def test_a_send_without_a_token_to_send_it_with_sends_nothing(cloud: Cloud) -> None:
    cloud.script({"path": "/v3/auth/tokens", "action": "drop", "times": 9})
    async with Client(cloud.profile(cloud.password)) as client:
        ended = await outcome(send_to_pool(client, "pool", "text"))
    assert isinstance(ended, UnreachableError)
    assert sends_to(cloud) == 0
