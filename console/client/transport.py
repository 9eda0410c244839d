"""httpx set up our way, and its errors made ours: the only seam to the network.

TLS is verified against the system's certificates or a file of one's own; redirects are never
followed, because a token in a header would travel along; proxies come from the environment, but
never for loopback.
"""

import logging
import os
import socket
import ssl
import sys
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from console.client.endpoints import is_loopback
from console.errors import SettingsError, UnreachableError, UnreadableError, UntrustedError
from console.text import cell
from console.version import __version__

LARGEST_BODY: Final = 64 * 1024 * 1024
"""Bytes of one answer, decoded; more is refused, so that a compressed bomb cannot fill memory."""

_GZIP: Final = 31
"""zlib's way to say: a gzip header, and the widest window."""

CONNECT_SECONDS: Final = 5.0
"""How long making a connection may take, TLS included."""

SILENCE_SECONDS: Final = 20.0
"""How long the network may stay silent in the middle of a conversation."""

_POOL: Final = 16
"""Connections to all hosts together; eight pages in flight leave room for others."""


# httpcore looks for sniffio eight times with each request and takes asyncio where it is missing.
# Python finds out anew each time, in every folder of its path; told once, it knows.
if find_spec("sniffio") is None:
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # Python's own sign for what is missing; its stubs leave it out


def _without_headers(record: logging.LogRecord) -> bool:
    """Shorten httpcore's log lines about headers to the event's name; every record passes.

    IAM gives a token in a header, and httpcore logs the headers of every answer at DEBUG, and a
    malformed one in its errors. Whoever turns that level on, in a notebook say, wants to see what
    happens and not to keep tokens in a file. The filter sits on the logger itself, so no handler
    comes before it; what else httpcore logs holds no header and no body.
    """
    event, _, _ = record.getMessage().partition(" ")
    if "_headers." in event:
        record.msg, record.args = event, ()
    return True


for _name in ("httpcore.http11", "httpcore.http2"):
    logging.getLogger(_name).addFilter(_without_headers)


def _system_certificates() -> ssl.SSLContext:
    """Return a context that trusts what the system trusts.

    A folder of hashed certificates is read one certificate at a time when needed, which saves
    reading 140 of them at the start; httpx's own bundle is the last resort.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()
    if paths.cafile and os.environ.get(paths.openssl_cafile_env):
        context.load_verify_locations(cafile=paths.cafile)  # whoever names a file means that one
        return context
    folder = Path(paths.capath) if paths.capath else None
    if folder and any(folder.glob("*.0")):
        context.load_verify_locations(capath=str(folder))
        return context
    if paths.cafile:
        context.load_verify_locations(cafile=paths.cafile)
        return context
    return httpx.create_ssl_context()


class Transport:
    """The connections of one client.

    Calls that change something use connections of their own, made new for each: a kept connection
    may be closed by the other side just as bytes leave, and then nobody knows whether they arrived.
    """

    def __init__(self, *, ca_file: str = "") -> None:
        self._ca_file = ca_file
        self._clients: dict[tuple[bool, bool, bool], httpx.AsyncClient] = {}
        self._closed = False

    @cached_property
    def _context(self) -> ssl.SSLContext:
        try:
            if self._ca_file:
                return ssl.create_default_context(cafile=self._ca_file)
            return _system_certificates()
        except (OSError, ssl.SSLError) as error:
            named = self._ca_file or os.environ.get("SSL_CERT_FILE", "")
            raise SettingsError(
                f"the CA file {named!r} cannot be used: {error.strerror or error}"
            ) from error

    def client(self, url: str, *, fresh: bool) -> httpx.AsyncClient:
        """Return the httpx client for `url`.

        Args:
            url: the endpoint's address.
            fresh: whether each request gets a connection of its own.

        Raises:
            SettingsError: the CA file cannot be used, or the environment names a proxy that is no
                address.
        """
        parts = urlsplit(url)
        local = is_loopback(parts.hostname or "")
        plain = parts.scheme == "http"
        key = (fresh, local, plain)
        if self._closed:
            raise UnreachableError(
                "the profile was left meanwhile; nothing was sent", host=url, request_left=False
            )
        if key not in self._clients:
            self._clients[key] = self._make(fresh=fresh, local=local, plain=plain)
        return self._clients[key]

    def _make(self, *, fresh: bool, local: bool, plain: bool) -> httpx.AsyncClient:
        # Plain http verifies nothing, so it gets a context that trusts nobody and costs nothing.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else self._context
        kept = 0 if fresh else _POOL
        try:
            return httpx.AsyncClient(
                verify=context,
                follow_redirects=False,
                trust_env=not local,
                timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
                limits=httpx.Limits(max_connections=_POOL, max_keepalive_connections=kept),
                headers={
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip",
                    "User-Agent": f"notification-console/{__version__}",
                },
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise SettingsError(
                "the proxy in the environment cannot be used",
                hint="look at HTTPS_PROXY, HTTP_PROXY and ALL_PROXY",
            ) from error

    async def close(self) -> None:
        """Close every connection; no other one is made from now on."""
        self._closed = True
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()


async def body_of(response: httpx.Response) -> bytes:
    """Read the whole body of a streamed `response`, decompressed; never more than is allowed.

    The body of a refusal that cannot be decompressed is empty: its status still says what it is.

    Raises:
        UnreadableError: it is larger than `LARGEST_BODY`, or cannot be decompressed.
    """
    host = response.request.url.host
    try:
        parts = [part async for part in _inflated(response)]
    except (zlib.error, EOFError) as error:
        if response.is_error:
            return b""
        raise UnreadableError(f"the answer of {host} cannot be decompressed") from error
    return b"".join(parts)


async def _inflated(response: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the parts of a body; gzip alone was asked for, so nothing else is understood."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip"}:
        raise zlib.error(f"compressed by {encoding}")
    inflate = zlib.decompressobj(wbits=_GZIP) if encoding == "gzip" else None
    size = compressed = 0
    async for raw in response.aiter_raw():
        compressed += len(raw)
        part = inflate.decompress(raw, LARGEST_BODY + 1 - size) if inflate else raw
        size += len(part)
        if size > LARGEST_BODY:
            raise UnreadableError(
                f"{response.request.url.host} answers with more than "
                f"{LARGEST_BODY // 1024 // 1024} MiB: refused"
            )
        yield part
    if inflate and compressed and not inflate.eof:
        raise EOFError("the end is missing")


_QUOTING: Final = "illegal header"
"""What an error of h11 says that quotes a header it cannot read."""

_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@asynccontextmanager
async def our_errors(host: str) -> AsyncIterator[None]:
    """Turn every error of httpx in the block into one of ours.

    Raises:
        UnreachableError: no whole answer came.
        UntrustedError: the certificate could not be verified.
        SettingsError: the address cannot be asked, or a value fits in no header.
    """
    try:
        yield
    except (httpx.LocalProtocolError, UnicodeEncodeError) as error:
        if isinstance(error, httpx.LocalProtocolError) and "header value" not in str(error):
            raise _translated(error, host) from error
        # Both errors quote the value, which may be a secret; so neither is kept as the cause.
        raise SettingsError(
            "the credential, an id or the workspace holds characters that no header can carry",
            hint="look for line breaks, spaces at the ends, and bytes that are no text",
        ) from None
    except httpx.TransportError as error:
        # An error about a header quotes it, and it may be the one that holds a token.
        raise _translated(error, host) from (None if _QUOTING in str(error) else error)
    except httpx.InvalidURL as error:
        raise SettingsError(f"{host} cannot be asked: {cell(str(error))}") from error


def _translated(error: httpx.TransportError, host: str) -> UnreachableError | UntrustedError:
    request_left = not isinstance(error, _NOT_SENT)
    cause = _root(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return UntrustedError(
            f"the certificate of {host} cannot be trusted: {cell(cause.verify_message)}",
            hint="name your own authority's certificate as the CA file, if it is yours",
        )
    return UnreachableError(
        _sentence(error, cause, host), host=host, request_left=request_left, hint=_hint(error)
    )


def _root(error: BaseException) -> BaseException:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error


def _sentence(error: httpx.TransportError, cause: BaseException, host: str) -> str:
    match error:
        case httpx.ConnectTimeout():
            said = f"no connection to {host} within {CONNECT_SECONDS:.0f} s"
        case httpx.ProxyError():
            said = f"the proxy refused the way to {host}: {cell(str(error))}"
        case httpx.PoolTimeout():
            said = f"no free connection to {host}"
        case httpx.ConnectError():
            said = f"no connection to {host}: {_reason(cause)}"
        case httpx.TimeoutException():
            said = f"{host} was silent for {SILENCE_SECONDS:.0f} s"
        case httpx.RemoteProtocolError() if _QUOTING in str(error):
            said = f"{host} broke off: a header of its answer is malformed"
        case httpx.RemoteProtocolError():
            said = f"{host} broke off: {cell(str(error)) or 'no answer'}"
        case _:
            said = f"the connection to {host} was lost: {_reason(cause)}"
    return said


def _reason(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLError):
        return f"TLS failed ({cell(cause.reason or 'no reason given')})"
    if isinstance(cause, OSError) and cause.errno and not isinstance(cause, socket.gaierror):
        return os.strerror(cause.errno)  # asyncio puts words and addresses of its own in its place
    if isinstance(cause, OSError) and cause.strerror:
        return cell(cause.strerror)
    return cell(str(cause)) or type(cause).__name__


def _hint(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.ProxyError):
        return "look at HTTPS_PROXY and NO_PROXY"
    return "check the network, the region and the endpoint; then try again"
