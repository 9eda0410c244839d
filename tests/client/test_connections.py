"""Connections that are refused, stall, end and come back; redirects; repeated reads."""

import asyncio
import gc
import time
import warnings

import pytest
from pydantic import SecretStr

from console.client.client import Client
from console.errors import (
    CloudError,
    Exit,
    PermissionDeniedError,
    ServerError,
    ThrottledError,
    UnreachableError,
)
from console.profiles.credential import Token
from tests.client.reading import ROW, SOON, TEXT, free_port, listing, rows_of
from tests.client.wire import Reply, answer, client_of, profile_to, serving


async def test_a_name_that_nobody_knows_is_unreachable_and_nothing_was_sent() -> None:
    async with Client(profile_to("https://nowhere.invalid", seconds=2.0)) as client:
        with pytest.raises(UnreachableError) as caught:
            await rows_of(client)
    assert caught.value.host == "nowhere.invalid"
    assert not caught.value.request_left
    assert caught.value.exit_code is Exit.TRY_AGAIN


async def test_a_refused_connection_is_unreachable_and_nothing_was_sent() -> None:
    async with Client(profile_to(f"http://127.0.0.1:{free_port()}")) as client:
        with pytest.raises(UnreachableError) as caught:
            await rows_of(client)
    assert not caught.value.request_left


async def test_a_server_that_never_speaks_tls_is_given_up_in_time() -> None:
    async with serving(Reply(then="hold", unasked=True)) as wire:
        url = wire.url.replace("http:", "https:")
        started = time.monotonic()
        async with Client(profile_to(url, seconds=1.0)) as client:
            with pytest.raises(UnreachableError):
                await rows_of(client)
        assert time.monotonic() - started < SOON
    with warnings.catch_warnings():  # httpcore leaves the socket of a cancelled handshake behind
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


async def test_a_server_that_answers_tls_with_plain_text_is_unreachable() -> None:
    async with (
        serving(answer(TEXT, then="close", unasked=True)) as wire,
        Client(profile_to(wire.url.replace("http:", "https:"))) as client,
    ):
        with pytest.raises(UnreachableError, match="TLS failed"):
            await rows_of(client)


async def test_a_redirect_is_not_followed_and_takes_no_token_along() -> None:
    async with serving(answer(TEXT)) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            there = answer(status=status, headers=[("Location", f"{elsewhere.url}/v2")])
            async with (
                serving(there) as wire,
                client_of(wire, credential=Token(SecretStr("t0ken"))) as client,
            ):
                with pytest.raises(CloudError) as caught:
                    await rows_of(client)
                assert caught.value.status == status
                assert wire.received[0].headers["x-auth-token"] == "t0ken"
        assert elsewhere.connections == 0


async def test_a_rest_of_an_answer_is_not_read_as_the_next_one() -> None:
    first = Reply(answer(TEXT).raw + TEXT)
    async with serving(first, listing()) as wire, client_of(wire, seconds=3.0) as client:
        assert await rows_of(client) == [ROW]
        assert await rows_of(client) == [ROW]
        assert len(wire.received) <= 3


async def test_a_kept_connection_that_the_server_closed_is_replaced_for_a_read() -> None:
    async with serving(answer(TEXT), Reply(then="close"), answer(TEXT)) as wire:
        async with client_of(wire, seconds=3.0) as client:
            assert await rows_of(client) == [ROW]
            assert await rows_of(client) == [ROW]
        assert len(wire.received) == 3


async def test_a_server_that_went_away_and_came_back_is_used_again() -> None:
    async with serving(answer(TEXT)) as wire:
        port = int(wire.url.rpartition(":")[2])
        client = Client(profile_to(wire.url, seconds=0.5))
        assert await rows_of(client) == [ROW]
    with pytest.raises(UnreachableError):
        await rows_of(client)
    async with serving(answer(TEXT), port=port), client:
        assert await rows_of(client) == [ROW]


async def test_a_wait_that_the_cloud_asks_for_is_kept() -> None:
    throttled = answer(status=429, headers=[("Retry-After", "1")])
    async with serving(throttled, listing()) as wire, client_of(wire, seconds=5.0) as client:
        started = time.monotonic()
        assert await rows_of(client) == [ROW]
        assert time.monotonic() - started >= 1.0


async def test_a_wait_that_is_too_long_is_told_instead_of_kept() -> None:
    throttled = answer(status=429, headers=[("Retry-After", "3600")])
    async with serving(throttled) as wire, client_of(wire, seconds=9.0) as client:
        with pytest.raises(ThrottledError) as caught:
            await rows_of(client)
        assert caught.value.retry_after == 3600
        assert len(wire.received) == 1


async def test_a_read_is_tried_four_times_and_no_more() -> None:
    async with serving(answer(status=503)) as wire, client_of(wire, seconds=20.0) as client:
        with pytest.raises(ServerError):
            await rows_of(client)
        assert len(wire.received) == 4


async def test_a_refusal_is_not_tried_again() -> None:
    async with serving(answer(status=403)) as wire, client_of(wire, seconds=5.0) as client:
        with pytest.raises(PermissionDeniedError):
            await rows_of(client)
        assert len(wire.received) == 1


async def test_reads_side_by_side_survive_a_fault_of_one() -> None:
    async with (
        serving(Reply(then="close"), listing()) as wire,
        client_of(wire, seconds=3.0) as client,
    ):
        ended = await asyncio.gather(*(rows_of(client) for _ in range(6)))
        assert ended == [[ROW]] * 6
        assert len(wire.received) == 7
