"""How a request proves who sends it: by signature, or by token.

Each is an `httpx.Auth`, so the very bytes that travel are what is signed. Tokens and temporary keys
that are obtained here are renewed before they end, and once after a 401 of a read; a call that
changes something is never repeated, not even then.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import unquote

import httpx

from console.client.signer import sign
from console.client.tokens import IssuedKey, IssuedToken
from console.errors import CredentialsError
from console.profiles.credential import AccessKey, Token

MUTATES: Final = "console.mutates"
"""The request extension that marks a call which changes something."""

_RENEW_BEFORE: Final = timedelta(minutes=2)
"""How long before its end a token is replaced."""

_SIGNED: Final = frozenset(
    {
        "host",
        "content-type",
        "x-project-id",
        "x-domain-id",
        "x-security-token",
        "workspace",
        "dlm-type",
    }
)
"""Headers that are signed. A proxy may rewrite others, such as User-Agent."""


def _pairs(query: bytes) -> list[tuple[str, str]]:
    """Return the parameters of a query string of ours, where a space is `%20` and never `+`."""
    split = (item.partition("=") for item in query.decode("ascii").split("&") if item)
    return [(unquote(key), unquote(value)) for key, _, value in split]


def signed(request: httpx.Request, key: AccessKey) -> httpx.Request:
    """Return `request`, signed as it stands with `key`."""
    if key.security_token:
        request.headers["X-Security-Token"] = key.security_token.get_secret_value()
    path, _, query = request.url.raw_path.partition(b"?")
    signature = sign(
        access_key=key.access_key,
        secret_key=key.secret_key.get_secret_value(),
        method=request.method,
        path=path.decode("ascii"),
        query=_pairs(query),
        headers={k: v for k, v in request.headers.items() if k in _SIGNED},
        body=request.content,
        now=datetime.now(UTC),
    )
    request.headers.update(signature.headers)
    return request


class AccessKeyAuth(httpx.Auth):
    """Sign each request with an access key, permanent or temporary."""

    requires_request_body = True

    def __init__(self, key: AccessKey) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign `request` as it stands and send it."""
        yield signed(request, self._key)


def _ends_soon(issued: IssuedToken | IssuedKey) -> bool:
    # What lives only seconds is renewed in the last tenth of its life.
    margin = min(_RENEW_BEFORE, issued.lifetime / 10)
    return datetime.now(UTC) >= issued.expires_at - margin


class AgencyKeyAuth(httpx.Auth):
    """Sign each request with a temporary key of an agency, renewing it where it ends."""

    requires_request_body = True

    def __init__(self, issue: Callable[[], Awaitable[IssuedKey]]) -> None:
        """Say where keys come from."""
        self._issue = issue
        self._key: IssuedKey | None = None
        self._lock = asyncio.Lock()

    async def fresh(self) -> IssuedKey:
        """Return a key that lasts a while yet, asking for a new one only where needed.

        Raises:
            ConsoleError: IAM refused, or could not be reached.
        """
        async with self._lock:
            if self._key is None or _ends_soon(self._key):
                self._key = await self._issue()
            return self._key

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send `request` signed; after a 401 of a read, once more with a new key."""
        key = await self.fresh()
        response = yield signed(request, key.value)
        if response.status_code != 401:
            return
        async with self._lock:
            if self._key is key:  # nobody else has replaced it meanwhile
                self._key = None
        if not request.extensions.get(MUTATES):
            yield signed(request, (await self.fresh()).value)


class TokenAuth(httpx.Auth):
    """Send a token with each request, obtaining and renewing it where that is possible."""

    def __init__(
        self, issue: Callable[[], Awaitable[IssuedToken]] | None, token: Token | None
    ) -> None:
        """Say where tokens come from.

        Args:
            issue: asks IAM for a new token; None where the token was given and cannot be renewed.
            token: the token to begin with, if there is one.
        """
        self._issue = issue
        self._token = IssuedToken(token.value, datetime.max.replace(tzinfo=UTC)) if token else None
        self._lock = asyncio.Lock()

    async def fresh(self) -> IssuedToken:
        """Return a token that lasts a while yet, asking for a new one only where needed.

        Raises:
            CredentialsError: the token has ended and cannot be renewed.
            ConsoleError: IAM refused, or could not be reached.
        """
        async with self._lock:
            if self._token is None or _ends_soon(self._token):
                if self._issue is None:
                    raise CredentialsError("the token has ended", hint="get a new token")
                self._token = await self._issue()
            return self._token

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send `request` with a token; after a 401 of a read, once more with a new one."""
        token = await self.fresh()
        request.headers["X-Auth-Token"] = token.value.get_secret_value()
        response = yield request
        if response.status_code != 401 or self._issue is None:
            return
        async with self._lock:
            if self._token is token:  # nobody else has replaced it meanwhile
                self._token = None
        if request.extensions.get(MUTATES):
            return
        renewed = await self.fresh()
        request.headers["X-Auth-Token"] = renewed.value.get_secret_value()
        yield request
