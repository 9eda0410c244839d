"""A send that is cut, cancelled or kept waiting at any moment happens at most once."""

import asyncio
import json
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from console.client.client import Client
from console.errors import (
    Exit,
    OutcomeUnknownError,
    ServerError,
    ThrottledError,
    UnreachableError,
)
from console.services import desktop_pools
from tests.client.cutting import cutting
from tests.client.sends import (
    ACCEPTED,
    CHUNKED,
    LENGTH,
    UNTIL_CLOSED,
    Send,
    outcome,
    to_desktops,
    to_pool,
)
from tests.client.wire import Reply, answer, client_of, document, profile_to, serving


class Waiting(logging.Handler):
    """Takes the log lines about calls that failed and wait to be tried again."""

    def __init__(self, failed: asyncio.Event) -> None:
        super().__init__()
        self._failed = failed

    def emit(self, _record: logging.LogRecord) -> None:
        self._failed.set()


@pytest.fixture
async def failed() -> AsyncIterator[asyncio.Event]:
    """Give what is set once a try has failed and another is due."""
    handler = Waiting(asyncio.Event())
    logging.getLogger("stamina").addHandler(handler)
    yield handler._failed
    logging.getLogger("stamina").removeHandler(handler)


SENDS = pytest.mark.parametrize("send", [to_pool, to_desktops])


@SENDS
async def test_a_request_cut_at_any_byte_is_unknown_and_never_sent_again(send: Send) -> None:
    async with cutting() as server, Client(profile_to(server.url, seconds=30)) as client:
        server.give = LENGTH
        assert await send(client, "text") == "job-1"
        whole = len(server.requests.pop())
        assert whole > 400
        server.give, server.reset = b"", True
        for position in range(whole + 1):
            server.take = position
            ended = await outcome(send(client, "text"))
            assert isinstance(ended, OutcomeUnknownError), (position, ended)
            assert len(server.requests) == position + 1


@SENDS
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize(
    "whole", [LENGTH, CHUNKED, UNTIL_CLOSED], ids=["length", "chunked", "until closed"]
)
async def test_an_answer_cut_at_any_byte_is_unknown_until_it_is_whole(
    send: Send, whole: bytes, *, reset: bool
) -> None:
    async with cutting() as server, Client(profile_to(server.url, seconds=30)) as client:
        for position in range(len(whole)):
            server.give, server.reset = whole[:position], reset
            ended = await outcome(send(client, "text"))
            assert isinstance(ended, OutcomeUnknownError), (position, ended)
            assert ended.exit_code is Exit.UNKNOWN
            assert len(server.requests) == position + 1
        server.give, server.reset = whole, False
        assert await send(client, "text") == "job-1"
        assert len(server.requests) == len(whole) + 1


@SENDS
async def test_a_refused_connection_is_told_in_words_and_nothing_left(send: Send) -> None:
    with socket.socket() as nobody:  # bound and never listening: every connection is refused
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        async with Client(profile_to(url, seconds=0.4)) as client:
            ended = await outcome(send(client, "text"))
    assert isinstance(ended, UnreachableError)
    assert ended.sentence == "no connection to 127.0.0.1: Connection refused"
    assert not ended.request_left
    assert ended.exit_code is Exit.TRY_AGAIN


async def test_a_connection_that_is_never_made_in_time_is_no_unknown_outcome() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        try:
            for each in waiting:  # the first ones fill the queue of those not yet accepted
                each.settimeout(0)
                each.connect_ex(address)
            url = f"http://127.0.0.1:{address[1]}"
            async with Client(profile_to(url, seconds=0.3)) as client:
                ended = await outcome(to_pool(client, "text"))
        finally:
            for each in waiting:
                each.close()
    assert isinstance(ended, UnreachableError)
    assert not ended.request_left


async def test_a_send_is_tried_again_where_no_connection_was_made(
    failed: asyncio.Event,
) -> None:
    with socket.socket() as nobody:
        nobody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        async with Client(profile_to(f"http://127.0.0.1:{port}", seconds=30)) as client:
            sending = asyncio.create_task(to_pool(client, "text"))
            await failed.wait()
            nobody.close()
            async with serving(document(ACCEPTED), port=port) as wire:
                assert await sending == "job-1"
                assert len(wire.received) == 1


@SENDS
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answer("x", 500, [("Content-Encoding", "gzip")]), id="500 of broken gzip"),
        pytest.param(answer("full", 507), id="507"),
        pytest.param(Reply(LENGTH, pace=0.05), id="a trickle that takes too long"),
        pytest.param(Reply(then="hold"), id="silence"),
        pytest.param(Reply(b"HTTP/1.1 100 Continue\r\n\r\n", then="hold"), id="100 and silence"),
        pytest.param(Reply(b"HTTP/1.1 200 OK\r\nX" * 9000, then="close"), id="headers without end"),
    ],
)
async def test_more_doubtful_answers_leave_the_outcome_unknown(send: Send, reply: Reply) -> None:
    async with serving(reply) as wire, client_of(wire, seconds=0.4) as client:
        assert isinstance(await outcome(send(client, "text")), OutcomeUnknownError)
        assert (wire.connections, len(wire.received)) == (1, 1)


async def test_a_body_that_the_gateway_finds_too_large_was_refused() -> None:
    told = {"error_code": "APIGW.0201", "error_msg": "Request entity too large"}
    async with serving(document(told, 413)) as wire, client_of(wire) as client:
        ended = await outcome(to_pool(client, "text"))
        assert not isinstance(ended, str | OutcomeUnknownError | ServerError)
        assert len(wire.received) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("7", 7.0, id="seconds"),
        pytest.param("0", None, id="now"),
        pytest.param("99999999999999999999", 999_999_999.0, id="huge"),
        pytest.param("-5", None, id="negative"),
        pytest.param("1.5", None, id="a fraction"),
        pytest.param("soon", None, id="a word"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="missing"),
        pytest.param("Thu, 15 Jan 2026 09:31:30 GMT", 90.0, id="a date"),
        pytest.param("Thu, 15 Jan 2026 09:29:00 GMT", None, id="a date gone by"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 GMT", 251_633_831_399.0, id="a far date"),
        pytest.param("Thu, 99 Jan 2026 09:31:30 GMT", None, id="no date"),
    ],
)
async def test_a_throttled_send_says_how_long_to_wait_and_waits_for_nothing(
    value: str | None, seconds: float | None
) -> None:
    headers = [("Date", "Thu, 15 Jan 2026 09:30:00 GMT")]
    if value is not None:
        headers.append(("Retry-After", value))
    raw = document({"error_code": "APIGW.0308", "error_msg": "slow"}, 429, headers)
    async with serving(raw) as wire, client_of(wire, seconds=1) as client:
        ended = await outcome(to_pool(client, "text"))
        assert isinstance(ended, ThrottledError)
        assert ended.retry_after == seconds
        assert len(wire.received) == 1


async def test_every_send_has_a_connection_of_its_own() -> None:
    replies = (document({"desktop_pools": [], "total_count": 0}), *[document(ACCEPTED)] * 3)
    async with serving(*replies) as wire, client_of(wire, seconds=30) as client:
        pages = desktop_pools.POOLS.pages(client, desktop_pools.DesktopPoolQuery())
        assert [row async for page in pages for row in page.rows] == []
        assert wire.connections == 1  # and kept: a send would be tempted
        for number in range(2, 5):
            assert await to_pool(client, "text") == "job-1"
            assert wire.connections == number


async def test_many_sends_at_once_are_one_request_each() -> None:
    async with serving(document(ACCEPTED)) as wire, client_of(wire, seconds=30) as client:
        ended = await asyncio.gather(*(to_pool(client, f"text {n}") for n in range(40)))
        assert ended == ["job-1"] * 40
        texts = Counter(json.loads(each.body)["notifications"] for each in wire.received)
        assert texts == Counter(f"text {n}" for n in range(40))
        assert wire.connections == 40


async def test_a_cancelled_send_is_not_sent_again_and_the_client_goes_on() -> None:
    async with cutting() as server, Client(profile_to(server.url, seconds=30)) as client:
        server.take = 1 << 20  # more than there is: it reads and never answers
        sending = asyncio.create_task(to_pool(client, "text"))
        await server.whole.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        server.take, server.give = None, LENGTH
        assert await to_pool(client, "another") == "job-1"
        assert len(server.requests) == 2


async def test_a_send_cancelled_before_it_left_sends_nothing() -> None:
    async with serving(document(ACCEPTED)) as wire, client_of(wire, seconds=30) as client:
        sending = asyncio.create_task(to_pool(client, "text"))
        await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert await to_pool(client, "another") == "job-1"
        assert [json.loads(each.body)["notifications"] for each in wire.received] == ["another"]
