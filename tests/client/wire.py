"""A server that misbehaves on demand: raw bytes on a loopback socket."""

import asyncio
import gzip
import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import SecretStr

from console.client.client import Client
from console.profiles.credential import AccessKey, Credential
from console.profiles.profile import Profile
from tests.cloud import Ran, console

KEY = AccessKey("AK", SecretStr("SK"))

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    Attributes:
        raw: the bytes it sends.
        then: what becomes of the connection: kept for more, closed, reset, or held in silence.
        pace: seconds between two bytes; 0 sends all at once.
        unasked: whether it acts as soon as the connection stands, before any request.
    """

    raw: bytes = b""
    then: Literal["keep", "close", "reset", "hold"] = "keep"
    pace: float = 0.0
    unasked: bool = False


def head(status: int, headers: Headers) -> bytes:
    """Return a status line and headers."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} Told\r\n{lines}\r\n".encode()


def answer(body: bytes | str = b"", status: int = 200, headers: Headers = (), **then: Any) -> Reply:
    """Return a well-formed answer; `then` says what follows it."""
    raw = body.encode() if isinstance(body, str) else body
    framed = [*headers, ("Content-Length", str(len(raw)))]
    return Reply(head(status, framed) + raw, **then)


def document(value: object, status: int = 200, headers: Headers = (), **then: Any) -> Reply:
    """Return a JSON answer."""
    return answer(
        json.dumps(value), status, [("Content-Type", "application/json"), *headers], **then
    )


def zipped(body: bytes, status: int = 200) -> Reply:
    """Return a compressed answer."""
    return answer(gzip.compress(body), status, [("Content-Encoding", "gzip")])


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Wire:
    """A running server.

    Attributes:
        replies: what it does with the first request, the second one, and so on; the last one stays.
        received: every whole request so far.
        connections: how many connections were made.
    """

    replies: Sequence[Reply]
    url: str = ""
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    _taken: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._exchange(reader, writer):
                pass
        writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if not self._next().unasked:
            self.received.append(await _request(reader))
        reply = self._next()
        self._taken += 1
        if reply.pace:
            for byte in reply.raw:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(reply.pace)
        else:
            writer.write(reply.raw)
            await writer.drain()
        match reply.then:
            case "close":
                writer.close()
                await writer.wait_closed()
            case "reset":
                writer.transport.abort()
            case "hold":
                await reader.read()
        return reply.then == "keep"

    def _next(self) -> Reply:
        return self.replies[min(self._taken, len(self.replies) - 1)]

    async def end(self) -> None:
        """End every conversation."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> Received:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    pairs = (line.split(": ", 1) for line in lines[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(method, target, headers, body)


@asynccontextmanager
async def serving(
    *replies: Reply, tls: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[Wire]:
    """Run a server that gives `replies`."""
    wire = Wire(replies)
    server = await asyncio.start_server(wire.talk, "127.0.0.1", port, ssl=tls, limit=1 << 20)
    number = server.sockets[0].getsockname()[1]
    wire.url = f"https://localhost:{number}" if tls else f"http://127.0.0.1:{number}"
    try:
        yield wire
    finally:
        server.close()
        await wire.end()


def profile_to(
    url: str, *, credential: Credential = KEY, seconds: float = 0.5, **more: Any
) -> Profile:
    """Return a profile that leads to one address for every service."""
    values = {"project_id": "p", "domain_id": "d", "workspace": "w", "check_project_id": "c"}
    return Profile(
        name="wire",
        credential=credential,
        endpoint=url,
        total_seconds=seconds,
        **{**values, **more},
    )


def environ_to(url: str, **changes: str) -> dict[str, str]:
    """Return the environment that leads a command to one address."""
    return {
        "HUAWEICLOUD_SDK_AK": "AK",
        "HUAWEICLOUD_SDK_SK": "SK",
        "HUAWEICLOUD_SDK_PROJECT_ID": "p",
        "CONSOLE_DOMAIN_ID": "d",
        "CONSOLE_WORKSPACE": "w",
        "CONSOLE_CHECK_PROJECT": "c",
        "CONSOLE_ENDPOINT": url,
        "CONSOLE_TIMEOUT": "1",
        **changes,
    }


@asynccontextmanager
async def client_of(wire: Wire, **options: Any) -> AsyncIterator[Client]:
    """Give a client of the server."""
    async with Client(profile_to(wire.url, **options)) as client:
        yield client


async def console_beside(*arguments: str, environ: Mapping[str, str]) -> Ran:
    """Run a command in a process of its own, while this loop serves it."""
    return await asyncio.to_thread(console, *arguments, environ=environ)
