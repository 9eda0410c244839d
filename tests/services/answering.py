"""A server on loopback that answers with the bytes it is told, whatever it is asked."""

import asyncio
import re
from collections.abc import Sequence
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Answering:
    """A server of HTTP/1.1 with kept connections and canned answers.

    Attributes:
        asked: how many requests came since the answers were set.
        connections: how many connections were made.
    """

    def __init__(self) -> None:
        self.asked = 0
        self.connections = 0
        self._answers: Sequence[bytes] = ()
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Accept connections; return the address."""
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """Accept no more connections."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    def answer(
        self, *bodies: bytes, status: int = 200, headers: Sequence[tuple[str, str]] = ()
    ) -> None:
        """Answer with each of `bodies` once, and with the last one from then on."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self._answers = [
            f"HTTP/1.1 {status} Told\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body
            for body in bodies
        ]
        self.asked = 0

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if length := _LENGTH.search(head):
                    await reader.readexactly(int(length[1]))
                writer.write(self._answers[min(self.asked, len(self._answers) - 1)])
                self.asked += 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has closed the connection
        finally:
            writer.close()
