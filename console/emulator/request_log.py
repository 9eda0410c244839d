"""What arrived, for tests to look at: who called what, and how it ended; never a secret."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from console.emulator.cloud import Cloud

CAPACITY = 5000
EXCHANGE = "console.exchange"
CONTROL = "/_emulator/"


@dataclass(slots=True)
class Exchange:
    """One request and, once it is answered, its status.

    Attributes:
        at: Wire time of arrival.
        operation: Operation id, None where no operation was reached.
        status: HTTP status answered, None while none was.
        user: Name of the authenticated user.
        body: Request body of an operation that carries no secret.
        fault: The injected fault that it met.
        in_flight: How many requests were being answered at arrival, this one included.
    """

    n: int
    at: str
    method: str
    path: str
    query: str
    content_type: str | None
    operation: str | None = None
    status: int | None = None
    user: str | None = None
    body: str | None = None
    fault: str | None = None
    in_flight: int = 0

    @property
    def request_id(self) -> str:
        """The id that the answer carries, fixed by the order of arrival."""
        return f"{self.n:032x}"


class RequestLog:
    """The latest requests, in order of arrival."""

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque(maxlen=CAPACITY)
        self._number = 0
        self._in_flight = 0
        self._arrived = asyncio.Event()

    def open(self, scope: Scope, at: str, content_type: str | None) -> Exchange:
        """Note an arrival."""
        self._number += 1
        self._in_flight += 1
        exchange = Exchange(
            self._number,
            at,
            scope["method"],
            scope["path"],
            scope["query_string"].decode("latin-1"),
            content_type,
            in_flight=self._in_flight,
        )
        self._kept.append(exchange)
        self._arrived.set()
        return exchange

    def close(self) -> None:
        """Note that a request is done with."""
        self._in_flight -= 1

    def clear(self) -> None:
        """Forget what arrived; numbers go on, so that request ids stay unique."""
        self._kept.clear()

    def entries(self) -> list[dict[str, object]]:
        """Return the requests as plain data."""
        return [asdict(exchange) for exchange in self._kept]

    async def wait_for(self, number: int) -> None:
        """Return once a number of requests are in the log."""
        while len(self._kept) < number:
            self._arrived.clear()
            await self._arrived.wait()


class RequestLogMiddleware:
    """Notes every request to the cloud and names it in its answer; control routes pass unseen."""

    def __init__(self, app: ASGIApp, cloud: Cloud) -> None:
        self._app = app
        self._cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        cloud = self._cloud
        content_type = next(
            (
                value.decode("latin-1")
                for name, value in scope["headers"]
                if name == b"content-type"
            ),
            None,
        )
        exchange = cloud.log.open(scope, cloud.clock.now().isoformat(), content_type)
        scope[EXCHANGE] = exchange

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"Date", cloud.clock.date_header()),
                    (b"X-Request-Id", exchange.request_id.encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            cloud.log.close()
