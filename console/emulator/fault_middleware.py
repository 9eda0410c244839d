"""Where the faults strike: between the request log and the operations."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from console.emulator.request_log import CONTROL, EXCHANGE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from console.emulator.cloud import Cloud
    from console.emulator.faults import ScriptedFault

    Strike = Callable[[ScriptedFault, Scope, Receive, Send], Awaitable[None]]

TRANSPORT = "console.transport"
FRAMING = frozenset({b"content-length", b"transfer-encoding"})

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class HeldAnswer:
    """An answer that the operation has given but the wire has not seen."""

    status: int = 200
    headers: RawHeaders = field(default_factory=list)
    body: bytes = b""

    async def hold(self, message: Message) -> None:
        """Take an ASGI message as `send` would."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        else:
            self.body += message["body"]

    async def release(self, send: Send) -> None:
        """Send the whole answer."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})

    def head(self) -> bytes:
        """Return the status line and the headers, byte for byte as they are."""
        phrase = HTTPStatus(self.status).phrase
        lines = b"".join(b"%s: %s\r\n" % header for header in self.headers)
        return f"HTTP/1.1 {self.status} {phrase}\r\n".encode() + lines + b"\r\n"


async def client_gone(receive: Receive) -> None:
    """Return once the connection is closed, by either side."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _take_in(receive: Receive) -> None:
    """Read the request to its end: a socket closed with bytes unread would be a reset."""
    while (await receive()).get("more_body", False):
        pass


async def _act(app: ASGIApp, scope: Scope, receive: Receive) -> HeldAnswer:
    held = HeldAnswer()
    await app(scope, receive, held.hold)
    return held


class FaultMiddleware:
    """Lets each request meet the fault that is due, if any."""

    def __init__(self, app: ASGIApp, cloud: Cloud) -> None:
        self._app = app
        self._cloud = cloud
        self._strikes: dict[str, Strike] = {
            "answer": self._answer,
            "drop": self._drop,
            "reset": self._reset,
            "cut": self._cut,
            "delay": self._delay,
            "stall": self._stall,
            "trickle": self._trickle,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, well or badly."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        faults = self._cloud.faults
        if wait := faults.waiting_seconds():
            await asyncio.sleep(wait)
        query = scope["query_string"].decode("latin-1")
        fault = faults.next(scope["method"], scope["path"], query)
        if fault is None:
            await self._app(scope, receive, send)
            return
        scope[EXCHANGE].fault = fault.action
        await self._strikes[fault.action](fault, scope, receive, send)

    async def _answer(
        self, fault: ScriptedFault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await _take_in(receive)
        headers = [(name.lower().encode(), value.encode()) for name, value in fault.headers]
        held = HeldAnswer(fault.status, headers, fault.body)
        if FRAMING & {name for name, _ in headers}:
            # The server would not let a wrong length pass, so the answer goes past it.
            held.headers.append((b"connection", b"close"))
            scope[EXCHANGE].status = fault.status
            scope[TRANSPORT].write(held.head() + held.body)
            scope[TRANSPORT].close()
            await client_gone(receive)
            return
        if fault.status not in (204, 304):
            headers.append((b"content-length", str(len(fault.body)).encode()))
        await held.release(send)

    async def _drop(
        self, fault: ScriptedFault, scope: Scope, receive: Receive, _send: Send
    ) -> None:
        await (_act(self._app, scope, receive) if fault.acts else _take_in(receive))
        scope[TRANSPORT].close()
        await client_gone(receive)

    async def _reset(
        self, fault: ScriptedFault, scope: Scope, receive: Receive, _send: Send
    ) -> None:
        await (_act(self._app, scope, receive) if fault.acts else _take_in(receive))
        # Lingering for no time makes the kernel send a reset where it would end in good order.
        connection = scope[TRANSPORT].get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        scope[TRANSPORT].abort()
        await client_gone(receive)

    async def _cut(
        self, _fault: ScriptedFault, scope: Scope, receive: Receive, _send: Send
    ) -> None:
        held = await _act(self._app, scope, receive)
        scope[EXCHANGE].status = held.status
        scope[TRANSPORT].write(held.head() + held.body[: len(held.body) // 2])
        scope[TRANSPORT].close()
        await client_gone(receive)

    async def _delay(
        self, fault: ScriptedFault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        await asyncio.sleep(fault.seconds)
        await self._app(scope, receive, send)

    async def _stall(
        self, fault: ScriptedFault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        held = await _act(self._app, scope, receive)
        with suppress(TimeoutError):
            async with asyncio.timeout(fault.seconds):
                await client_gone(receive)
        await held.release(send)

    async def _trickle(
        self, fault: ScriptedFault, scope: Scope, receive: Receive, send: Send
    ) -> None:
        held = await _act(self._app, scope, receive)
        await send({"type": "http.response.start", "status": held.status, "headers": held.headers})
        for byte in held.body:
            if scope[TRANSPORT].is_closing():
                return
            await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
            await asyncio.sleep(fault.seconds)
        await send({"type": "http.response.body", "body": b""})
