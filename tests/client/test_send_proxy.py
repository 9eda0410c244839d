"""A send through a proxy: what is asked of the proxy is not the send."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.client.call import Call
from console.client.client import Client
from console.client.identity import LIST_PROJECTS
from console.errors import Exit, OutcomeUnknownError, UnreachableError, UntrustedError
from console.services.desktop_notifications import send_to_pool
from console.services.desktop_pools import LIST
from tests.client.sends import LENGTH, outcome
from tests.client.tunnel import HOST, OPEN, Tunnel, tunnel
from tests.client.wire import client_of, document, profile_to, serving

CONNECT = f"CONNECT {HOST}:443 HTTP/1.1"


@pytest.fixture
async def proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tunnel]:
    """Run a proxy that the environment names."""
    for name in ("HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with tunnel(tmp_path) as (running, _):
        monkeypatch.setenv("HTTPS_PROXY", running.url)
        monkeypatch.setenv("https_proxy", running.url)
        yield running


@pytest.fixture
async def client(proxy: Tunnel, tmp_path: Path) -> AsyncIterator[Client]:
    """Give a client whose only way to the cloud is the proxy."""
    assert proxy.url
    ca_file = str(tmp_path / "cloud.pem")
    async with Client(profile_to(f"https://{HOST}", seconds=1, ca_file=ca_file)) as made:
        yield made


async def test_a_send_goes_through_a_proxy_once(proxy: Tunnel, client: Client) -> None:
    proxy.give = LENGTH
    assert await send_to_pool(client, "pool", "text") == "job-1"
    assert proxy.asked == [CONNECT]
    assert [each.split()[0] for each in proxy.received] == [b"POST"]


@pytest.mark.parametrize(
    "opening",
    [
        pytest.param(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", id="407"),
        pytest.param(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", id="403"),
        pytest.param(b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", id="502"),
        pytest.param(b"", id="dropped"),
        pytest.param(b"HTTP/1.1 20", id="cut"),
        pytest.param(b"nonsense\r\n\r\n", id="not HTTP"),
    ],
)
async def test_a_proxy_that_opens_no_way_means_that_nothing_was_sent(
    proxy: Tunnel, client: Client, opening: bytes
) -> None:
    proxy.opening = opening
    ended = await outcome(send_to_pool(client, "pool", "text"))
    assert isinstance(ended, UnreachableError), ended
    assert not ended.request_left
    assert ended.exit_code is Exit.TRY_AGAIN
    assert {*proxy.asked} == {CONNECT}
    assert not proxy.received


async def test_a_way_that_ends_before_tls_means_that_nothing_was_sent(
    proxy: Tunnel, client: Client
) -> None:
    proxy.opening, proxy.shakes = OPEN, False
    ended = await outcome(send_to_pool(client, "pool", "text"))
    assert isinstance(ended, UnreachableError), ended
    assert not ended.request_left


async def test_a_stranger_behind_the_proxy_gets_nothing(proxy: Tunnel) -> None:
    async with Client(profile_to(f"https://{HOST}", seconds=5)) as client:
        ended = await outcome(send_to_pool(client, "pool", "text"))
    assert isinstance(ended, UntrustedError)
    assert not proxy.received


@pytest.mark.parametrize("give", [b"", LENGTH[:-1], b"HTTP/1.1 502 Bad Gateway\r\n\r\n"])
async def test_a_cut_beyond_the_proxy_is_unknown(
    proxy: Tunnel, client: Client, give: bytes
) -> None:
    proxy.give = give
    ended = await outcome(send_to_pool(client, "pool", "text"))
    assert isinstance(ended, OutcomeUnknownError), ended
    assert len(proxy.received) == len(proxy.asked) == 1


async def test_loopback_never_goes_through_the_proxy(proxy: Tunnel) -> None:
    async with serving(document({"job_id": "job-1"})) as wire, client_of(wire) as client:
        assert await send_to_pool(client, "pool", "text") == "job-1"
    assert not proxy.asked


async def test_a_service_on_loopback_does_not_take_the_proxy_from_the_others(
    proxy: Tunnel, tmp_path: Path
) -> None:
    body = b'{"desktop_pools": [], "total_count": 0}'
    proxy.give = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    profile = profile_to(
        f"https://{HOST}",
        seconds=2,
        ca_file=str(tmp_path / "cloud.pem"),
        endpoints={"iam": "https://127.0.0.1:9"},
    )
    async with Client(profile) as client:
        with pytest.raises(UnreachableError):
            await client.read(Call(LIST_PROJECTS))
        assert not proxy.asked
        assert (await client.read(Call(LIST))).body == body
    assert proxy.asked == [CONNECT]
