"""A server that cuts: it reads so many bytes, gives so many, and ends the connection."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

HEAD_ENDS = b"\r\n\r\n"
MOST = 1 << 16


@dataclass
class Cutter:
    """What the server does with each connection.

    Attributes:
        take: bytes of the request that it reads; None for the whole.
        give: what it answers.
        reset: whether it ends with a TCP reset instead of in good order.
        url: where it listens.
        requests: what it read, one item for each connection.
        whole: set once a whole request has arrived.
    """

    take: int | None = None
    give: bytes = b""
    reset: bool = False
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    whole: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, connection: socket.socket) -> None:
        """Serve one connection."""
        loop = asyncio.get_running_loop()
        number = len(self.requests)
        self.requests.append(b"")
        with connection, suppress(OSError):
            while part := await loop.sock_recv(connection, self._wanted(self.requests[number])):
                self.requests[number] += part
                if len(self.requests[number]) == whole_length(self.requests[number]):
                    self.whole.set()
            await loop.sock_sendall(connection, self.give)
            if self.reset:  # lingering for no time makes the kernel send a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _wanted(self, so_far: bytes) -> int:
        return (whole_length(so_far) if self.take is None else self.take) - len(so_far)


def whole_length(so_far: bytes) -> int:
    """Return how long a request is that begins so; more than any is, while nobody can tell."""
    head, ends, _ = so_far.partition(HEAD_ENDS)
    if not ends:
        return MOST
    lines = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    return len(head + ends) + int(lines.get(b"content-length", b"0"))


@asynccontextmanager
async def cutting() -> AsyncIterator[Cutter]:
    """Run a server that cuts."""
    cutter = Cutter()
    tasks: set[asyncio.Task[None]] = set()

    async def accept(listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.settimeout(0)
            tasks.add(asyncio.create_task(cutter.talk(connection)))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        cutter.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        accepting = asyncio.create_task(accept(listener))
        try:
            yield cutter
        finally:
            accepting.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(accepting, *tasks, return_exceptions=True)
