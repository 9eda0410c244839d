"""The emulator as a running server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from console.emulator.app import build, ready_facts
from console.emulator.cloud import Cloud
from console.emulator.fault_middleware import TRANSPORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from console.emulator.options import Options

HOST = "127.0.0.1"
KEEP_ALIVE_SECONDS = 60


class OpenProtocol(HttpToolsProtocol):
    """The HTTP protocol with its transport in the scope, so that faults can strike the socket."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required] # a key of ours


class Server(uvicorn.Server):
    """A server that says when it accepts, and whose signals are handled by `run`."""

    def __init__(self, config: uvicorn.Config, accepting: Callable[[], None]) -> None:
        super().__init__(config)
        self._accepting = accepting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept, then say so."""
        await super().startup(sockets)
        self._accepting()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End at once: whoever is still waiting for an answer will not get it."""
        for connection in self.server_state.connections:
            if isinstance(connection, OpenProtocol):
                connection.transport.abort()
        # Requests that are held back by a fault are cancelled now, which is no error.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone: uvicorn would raise them again once it has stopped."""
        yield

    def stop(self) -> None:
        """Stop accepting and end `serve`."""
        self.should_exit = True


def _wait_for_end_of_input(stop: Callable[[], None]) -> None:
    # A thread, because standard input may be a file or a terminal that the loop cannot watch.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop()


async def _serve(server: Server, listener: socket.socket, options: Options) -> None:
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, server.stop)
    if options.until_stdin_closes:
        threading.Thread(
            target=_wait_for_end_of_input,
            args=(server.stop,),
            daemon=True,
        ).start()
    await server.serve([listener])


def run(options: Options, *, ready: Callable[[dict[str, object]], None]) -> None:
    """Serve one cloud until SIGTERM, SIGINT or, if so asked, the end of standard input.

    Args:
        options: How the cloud is set up.
        ready: Called once connections are accepted, with everything a client must know.

    Raises:
        OSError: The port is taken.
    """
    # The protocol is named because asyncio turns Nagle's delay off only where it is; without that
    # every small answer waits 40 ms for an acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, options.port))
        cloud = Cloud(options)
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            build(cloud),
            http=OpenProtocol,
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            date_header=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=1,
        )
        server = Server(config, lambda: ready(ready_facts(cloud, url)))
        asyncio.run(_serve(server, listener, options))
