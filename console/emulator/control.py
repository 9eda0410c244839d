"""The control routes, for tests: faults, clock, request log, and totals that change.

They stand outside authentication and are part of no cloud.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.emulator.data.records import RecordStore
from console.emulator.faults import read_fault

if TYPE_CHECKING:
    from console.emulator.cloud import Cloud

Handler = Callable[[Request], Awaitable[Response]]
LONGEST_WAIT_SECONDS = 30.0


def _understood(handler: Handler) -> Handler:
    """Answer 400 with a sentence where a control request makes no sense."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return guarded


async def _object(request: Request) -> dict[str, object]:
    document: object = await request.json()
    if not isinstance(document, dict):
        raise TypeError("a JSON object is expected")
    return document


class Control:
    """The handlers of the control routes of one cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def set_faults(self, request: Request) -> Response:
        """Change some of the rates that hold for every request."""
        faults = self._cloud.faults
        faults.rates = faults.rates.changed(await _object(request))
        return Response(status_code=204)

    async def clear_faults(self, _request: Request) -> Response:
        """Go back to the rates of the options."""
        self._cloud.faults.restore_rates()
        return Response(status_code=204)

    async def add_script(self, request: Request) -> Response:
        """Append single faults to the script."""
        document: object = await request.json()
        if not isinstance(document, list):
            raise TypeError("a JSON list of faults is expected")
        self._cloud.faults.script.extend([read_fault(item) for item in document])
        return Response(status_code=204)

    async def clear_script(self, _request: Request) -> Response:
        """Forget the single faults that have not struck yet."""
        self._cloud.faults.script.clear()
        return Response(status_code=204)

    async def show_requests(self, request: Request) -> Response:
        """List the requests so far; `at_least=N` waits until there are as many."""
        wanted = int(request.query_params.get("at_least", "0"))
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                await self._cloud.log.wait_for(wanted)
        return JSONResponse(self._cloud.log.entries())

    async def clear_requests(self, _request: Request) -> Response:
        """Forget the requests so far."""
        self._cloud.log.clear()
        return Response(status_code=204)

    async def set_clock(self, request: Request) -> Response:
        """Set the server's clock off by some seconds, or let the story's stand at some second."""
        document, clock = await _object(request), self._cloud.clock
        name = "stands_at_seconds" if "stands_at_seconds" in document else "offset_seconds"
        seconds = document.get(name)
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise TypeError(f"{name} must be a number")
        if name == "stands_at_seconds":
            clock.stands_at = timedelta(seconds=seconds)
        else:
            clock.offset = timedelta(seconds=seconds)
        return Response(status_code=204)

    async def change_records(self, request: Request) -> Response:
        """Insert new blocking records, or delete the oldest or the newest."""
        document = await _object(request)
        store = self._cloud.part(RecordStore)
        stream = store.streams[str(document.get("query_type", "DESKTOP"))]
        if "insert" in document:
            stream.insert(int(str(document["insert"])), self._cloud.clock.story())
        if "delete" in document:
            count = int(str(document["delete"]))
            stream.delete(count, newest=document.get("newest") is True)
        return JSONResponse({"total_count": len(stream)})

    async def reset(self, _request: Request) -> Response:
        """Go back to how the cloud was at the start."""
        self._cloud.reset()
        return Response(status_code=204)


def routes(cloud: Cloud) -> list[Route]:
    """Return the control routes of a cloud."""
    control = Control(cloud)
    table: list[tuple[str, str, Handler]] = [
        ("PUT", "faults", control.set_faults),
        ("DELETE", "faults", control.clear_faults),
        ("POST", "script", control.add_script),
        ("DELETE", "script", control.clear_script),
        ("GET", "requests", control.show_requests),
        ("DELETE", "requests", control.clear_requests),
        ("PUT", "clock", control.set_clock),
        ("POST", "records", control.change_records),
        ("POST", "reset", control.reset),
    ]
    return [
        Route(f"/_emulator/{path}", _understood(handler), methods=[method])
        for method, path, handler in table
    ]
