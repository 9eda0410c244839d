"""A send happens at most once, and what became of it is never guessed."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from console.client.client import Client
from console.errors import (
    AuthenticationError,
    CloudError,
    ConsoleError,
    Exit,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    QueryError,
    ServerError,
    ThrottledError,
    UnreachableError,
)
from console.profiles.credential import Token
from console.services.desktop_notifications import send_to_desktops, send_to_pool
from console.services.desktop_pools import POOLS, DesktopPoolQuery
from tests.client.reading import TEXT, free_port, rows_of
from tests.client.wire import Reply, answer, client_of, document, head, profile_to, serving
from tests.cloud import Cloud

Send = Callable[[Client], Awaitable[str]]

_HTML = "<html><body>bad gateway</body></html>"
_INSIDE = {"error_code": "WKS.00000003", "error_msg": "System internal error"}
_LATE = {"error_code": "APIGW.0201", "error_msg": "Backend timeout", "request_id": "r"}


async def _to_pool(client: Client) -> str:
    return await send_to_pool(client, "pool-1", "Save your work.")


async def _to_desktops(client: Client) -> str:
    return await send_to_desktops(client, ["d-1", "d-2"], "Save your work.")


both = pytest.mark.parametrize("send", [_to_pool, _to_desktops])


@both
async def test_an_accepted_send_gives_its_job_from_one_request(send: Send) -> None:
    async with serving(document({"job_id": "j-1"})) as wire, client_of(wire) as client:
        assert await send(client) == "j-1"
        assert len(wire.received) == 1
        assert json.loads(wire.received[0].body)["notifications"] == "Save your work."


@both
async def test_a_refused_connection_means_that_nothing_was_sent(send: Send) -> None:
    async with Client(profile_to(f"http://127.0.0.1:{free_port()}")) as client:
        with pytest.raises(UnreachableError) as caught:
            await send(client)
    assert not caught.value.request_left
    assert caught.value.exit_code is Exit.TRY_AGAIN


async def test_a_name_that_nobody_knows_means_that_nothing_was_sent() -> None:
    async with Client(profile_to("https://nowhere.invalid", seconds=2.0)) as client:
        with pytest.raises(UnreachableError) as caught:
            await _to_pool(client)
    assert not caught.value.request_left


def _case(id_: str, *replies: Reply, requests: int = 1) -> Any:
    return pytest.param(replies, requests, id=id_)


@both
@pytest.mark.parametrize(
    ("replies", "requests"),
    [
        _case("closed before the request", Reply(then="close", unasked=True), requests=0),
        _case("reset before the request", Reply(then="reset", unasked=True), requests=0),
        _case("closed after the request", Reply(then="close")),
        _case("reset after the request", Reply(then="reset")),
        _case("silence", Reply(then="hold")),
        _case("reset after the headers", Reply(head(200, [("Content-Length", "99")]), "reset")),
        _case("body cut", Reply(head(200, [("Content-Length", "99")]) + b'{"job', "close")),
        _case("body one byte a second", answer('{"job_id":"j"}', pace=1.0)),
        _case("502", answer(_HTML, 502)),
        _case("503", answer(_HTML, 503)),
        _case("504", answer(_HTML, 504)),
        _case("502 with a code", document(_LATE, 502)),
        _case("500 without a code", answer(_HTML, 500)),
        _case("500 with its status for a code", document({"code": 500, "message": "x"}, 500)),
        _case("the backend was late", document(_LATE, 500)),
        _case("500 of the service", document(_INSIDE, 500)),
        _case("500 with any code", document({"error_code": "WKS.0500", "error_msg": "x"}, 500)),
        _case("200 of a failure inside", document(_INSIDE)),
        _case("302", answer(status=302, headers=[("Location", "http://127.0.0.1:9/")])),
        _case("303", answer(status=303)),
        _case("499", answer(status=499)),
        _case("408", answer(status=408)),
        _case("not HTTP", Reply(b"220 ready\r\n", "close")),
        _case("200 HTML", answer(_HTML)),
        _case("200 empty", answer()),
        _case("200 null", answer("null")),
        _case("200 an array", document([{"job_id": "j"}])),
        _case("200 without a job", document({})),
        _case("200 with an empty job", document({"job_id": ""})),
        _case("200 with a job that is a number", document({"job_id": 7})),
        _case("200 of broken gzip", answer(b"xx", headers=[("Content-Encoding", "gzip")])),
        _case("200 in another charset", answer(b'{"job_id":"\xd6\xd0"}')),
        _case("204", Reply(head(204, ()))),
    ],
)
async def test_a_send_without_a_usable_answer_has_an_unknown_outcome_and_is_not_repeated(
    send: Send, replies: tuple[Reply, ...], requests: int
) -> None:
    async with serving(*replies) as wire, client_of(wire) as client:
        started = time.monotonic()
        with pytest.raises(OutcomeUnknownError) as caught:
            await send(client)
        assert time.monotonic() - started < 3
        assert len(wire.received) == requests
        assert wire.connections == 1
    assert caught.value.exit_code is Exit.UNKNOWN
    assert "before doing it again" in caught.value.hint
    assert caught.value.sentence.isprintable()


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_answer_that_refuses_and_names_a_job_is_unknown_and_the_job_is_kept(
    status: int,
) -> None:
    both_ways = document({"error_code": "WKS.0001", "error_msg": "no", "job_id": "j"}, status)
    async with serving(both_ways) as wire, client_of(wire) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await _to_pool(client)
    assert caught.value.job_id == "j"


@both
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (document({"error_code": "WKS.0001", "error_msg": "no pool"}, 400), CloudError),
        (answer(status=401), AuthenticationError),
        (document({"error_code": "WKS.0403", "error_msg": "no"}, 403), PermissionDeniedError),
        (document({"error_code": "WKS.0009", "error_msg": "busy"}, 409), CloudError),
        (answer(status=413), CloudError),
        (answer(status=429), ThrottledError),
        (answer(status=429, headers=[("Retry-After", "0")]), ThrottledError),
        (document({"error_code": "APIGW.0308", "error_msg": "slow"}, 429), ThrottledError),
        (document({"error_code": "WKS.0202", "error_msg": "no pool"}, 500), NotFoundError),
        (document({"error_code": "WKS.00170117", "error_msg": "no tenant"}, 500), ServerError),
        (answer(status=307, headers=[("Location", "http://127.0.0.1:9/")]), CloudError),
        (document({"error_code": "WKS.0002", "error_msg": "a 200 that refuses"}), CloudError),
    ],
    ids=lambda each: f"{each.raw[9:12].decode()}" if isinstance(each, Reply) else each.__name__,
)
async def test_a_refused_send_is_one_request_and_the_refusal_itself(
    send: Send, reply: Reply, error: type[ConsoleError]
) -> None:
    async with serving(reply) as wire, client_of(wire) as client:
        with pytest.raises(error) as caught:
            await send(client)
        assert type(caught.value) is error
        assert len(wire.received) == 1


async def test_a_send_after_a_401_of_a_token_is_not_repeated() -> None:
    async with (
        serving(answer(status=401)) as wire,
        client_of(wire, credential=Token(SecretStr("t"))) as client,
    ):
        with pytest.raises(AuthenticationError):
            await _to_pool(client)
        assert len(wire.received) == 1


async def test_a_send_never_uses_a_connection_that_a_read_kept() -> None:
    # The server closes the kept connection at the next request, as an idle one may be at any time.
    async with (
        serving(answer(TEXT), document({"job_id": "j-1"})) as wire,
        client_of(wire) as client,
    ):
        await rows_of(client)
        assert await _to_pool(client) == "j-1"
        assert wire.connections == 2


async def test_two_sends_at_once_are_two_requests_and_no_more() -> None:
    replies = [document({"job_id": "j-1"}), document({"job_id": "j-2"})]
    async with serving(*replies) as wire, client_of(wire) as client:
        jobs = await asyncio.gather(_to_pool(client), _to_desktops(client))
        assert sorted(jobs) == ["j-1", "j-2"]
        assert len(wire.received) == 2


@pytest.mark.parametrize("text", ["", "  \n"])
async def test_an_empty_text_is_refused_before_anything_is_sent(text: str) -> None:
    async with serving(answer()) as wire, client_of(wire) as client:
        with pytest.raises(QueryError):
            await send_to_pool(client, "pool-1", text)
        with pytest.raises(QueryError):
            await send_to_desktops(client, ["d-1"], text)
        assert wire.connections == 0


@pytest.mark.parametrize("pool", ["", ".", ".."])
async def test_a_pool_that_would_change_the_path_is_refused_before_anything_is_sent(
    pool: str,
) -> None:
    async with serving(answer()) as wire, client_of(wire) as client:
        with pytest.raises(QueryError):
            await send_to_pool(client, pool, "text")
        assert wire.connections == 0


async def test_text_that_is_no_text_is_refused_before_anything_is_sent() -> None:
    async with serving(answer()) as wire, client_of(wire) as client:
        with pytest.raises(QueryError, match="not text"):
            await send_to_pool(client, "pool-1", "half a pair: \ud83d")
        assert wire.connections == 0


@pytest.mark.parametrize("action", ["drop", "reset"])
async def test_a_send_that_acted_and_then_lost_its_answer_is_unknown_and_acted_once(
    client: Client, cloud: Cloud, action: str
) -> None:
    cloud.script({"action": action, "path": "notifications$", "method": "POST", "acts": True})
    pools = POOLS.pages(client, DesktopPoolQuery(), most=1)
    (pool,) = [str(row["id"]) async for page in pools for row in page.rows]
    with pytest.raises(OutcomeUnknownError):
        await send_to_pool(client, pool, "Save your work.")
    posts = [each for each in cloud.requests() if each["method"] == "POST"]
    assert [each["operation"] for each in posts] == ["SendDesktopPoolNotifications"]
