"""One conversation with the cloud: calls go in, whole answers or one of our errors come out."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

import httpx

from console.client import identity, tokens
from console.client.answer import Answer, carried_error, refusal
from console.client.auth import MUTATES, AccessKeyAuth, AgencyKeyAuth, TokenAuth
from console.client.call import Call
from console.client.endpoints import Endpoints
from console.client.guard import refuse_changes, refuse_ended
from console.client.limiter import Limiters
from console.client.operation import Operation, Scope
from console.client.retry import persistent
from console.client.send import Departure, unknown, verdict
from console.client.signer import canonical_query
from console.client.tokens import IssuedKey, IssuedToken
from console.client.transport import Transport, body_of, our_errors
from console.errors import ConsoleError, SettingsError, UnreachableError, UnreadableError
from console.profiles.credential import AccessKey, AssumedRole, Credential, Password, Token
from console.profiles.profile import Profile

T = TypeVar("T")


class Client:
    """A client of the cloud, in the name of one profile.

    Use it as an async context manager, or close it. One client may be used by many tasks of one
    event loop.

    Attributes:
        profile: the profile.
        endpoints: where each service is.
        clock_offset: seconds that this machine's clock is ahead of the cloud's, as the latest
            answer says; None before one does.
    """

    def __init__(self, profile: Profile) -> None:
        """Take a profile; nothing is sent and no secret is read before the first call.

        Raises:
            SettingsError: an endpoint of the profile cannot be used.
        """
        self.profile = profile
        self.endpoints = Endpoints(
            profile.region, everywhere=profile.endpoint, single=profile.endpoints
        )
        self.clock_offset: float | None = None
        self._transport = Transport(ca_file=profile.ca_file)
        self._limiters = Limiters()
        self._auth = self._make_auth(profile.credential)
        self._answering: dict[str, str] = {}
        self._project = identity.LookUp(profile.project_id, self._look_up_project)
        self._domain = identity.LookUp(profile.domain_id, self._look_up_domain)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()

    async def project_id(self) -> str:
        """Return the IAM project id, looked up by region where the profile names none.

        Raises:
            ConsoleError: IAM knows no such project, or could not be asked.
        """
        return await self._project.value()

    async def domain_id(self) -> str:
        """Return the account's id, looked up where the profile names none.

        Raises:
            ConsoleError: IAM does not say, or could not be asked.
        """
        return await self._domain.value()

    async def read(self, call: Call) -> Answer:
        """Make a call that changes nothing, trying again and at other hosts where that may help.

        Raises:
            CloudError: the cloud refused.
            UnreachableError: no whole answer came in time.
            ConsoleError: the call could not be made.
        """
        if call.operation.mutates:
            raise AssertionError(f"{call.operation.name} is not a read")
        return await self._read(call, self._auth)

    async def send(
        self,
        call: Call,
        understand: Callable[[Answer], T],
        *,
        departure: Departure | None = None,
    ) -> T:
        """Make a call that changes something: once, and never again after a byte has left.

        Args:
            call: the call.
            understand: reads the answer of an accepted call.
            departure: a new one; it tells whoever stops this whether a byte had left.

        Raises:
            CloudError: the cloud refused; nothing was done.
            UnreachableError: no connection was made; nothing was sent.
            OutcomeUnknownError: bytes left and no usable answer came.
        """
        if isinstance(self._auth, TokenAuth | AgencyKeyAuth):
            await self._auth.fresh()  # a failure to get a token is no failure of the call
        base = self.endpoints.of(call.operation.service)[0]
        departure = departure or Departure()
        request = await self._request(call, base, fresh=True)
        request.extensions["trace"] = departure.notice
        last: ConsoleError | None = None

        async def attempt() -> Answer:
            nonlocal last
            try:
                return await self._exchange(request, base, call.operation, self._auth)
            except (UnreachableError, UnreadableError) as error:
                if departure.left:
                    raise unknown(call.operation, error.sentence) from error
                if isinstance(error, UnreachableError):
                    error.request_left = False  # whatever left was for the proxy on the way
                last = error
                raise

        try:
            async with asyncio.timeout(self.profile.total_seconds):
                answer = await persistent(attempt)
        except TimeoutError as error:
            if departure.left:
                raise unknown(call.operation, "no whole answer came in time") from error
            raise last or self._too_late(call.operation, request_left=False) from error
        return verdict(call.operation, answer, understand)

    async def _read(self, call: Call, auth: httpx.Auth | None) -> Answer:
        last: ConsoleError | None = None

        async def attempt() -> Answer:
            nonlocal last
            try:
                return await self._read_anywhere(call, auth)
            except ConsoleError as error:
                last = error
                raise

        try:
            async with asyncio.timeout(self.profile.total_seconds):
                return await persistent(attempt)
        except TimeoutError as error:
            raise last or self._too_late(call.operation, request_left=True) from error

    async def _read_anywhere(self, call: Call, auth: httpx.Auth | None) -> Answer:
        """Read from the service's first host that takes a connection."""
        *others, final = self._hosts(call.operation)
        for base in others:
            try:
                return await self._read_from(base, call, auth)
            except UnreachableError as error:
                if error.request_left:
                    raise
        return await self._read_from(final, call, auth)

    async def _read_from(self, base: str, call: Call, auth: httpx.Auth | None) -> Answer:
        request = await self._request(call, base, fresh=False)
        answer = await self._exchange(request, base, call.operation, auth)
        self._answering[call.operation.service] = base
        if not answer.succeeded or carried_error(answer.json):
            raise refusal(answer, call.operation)
        return answer

    def _hosts(self, operation: Operation) -> list[str]:
        """Return the hosts to try, the one that answered last at the front."""
        known = self._answering.get(operation.service)
        return sorted(self.endpoints.of(operation.service), key=lambda base: base != known)

    def _too_late(self, operation: Operation, *, request_left: bool) -> UnreachableError:
        host = httpx.URL(self._hosts(operation)[0]).host
        return UnreachableError(
            f"no whole answer of {host} to {operation.name} "
            f"within {self.profile.total_seconds:g} s",
            host=host,
            request_left=request_left,
            hint="try again; CONSOLE_TIMEOUT allows more seconds",
        )

    async def _request(self, call: Call, base: str, *, fresh: bool) -> httpx.Request:
        operation = call.operation
        headers = {"Content-Type": "application/json", **call.headers}
        project_id = ""
        if operation.scope is Scope.PROJECT:
            project_id = await self.project_id()
            headers["X-Project-Id"] = project_id
        elif self._domain.known:
            headers["X-Domain-Id"] = self._domain.known
        url = base + call.target(project_id)
        if call.query:
            url = f"{url}?{canonical_query(call.query)}"
        http = self._transport.client(base, fresh=fresh)
        async with our_errors(base):
            return http.build_request(
                operation.method,
                url,
                headers=httpx.Headers(headers, encoding="utf-8"),
                content=call.content(),
                extensions={MUTATES: operation.mutates},
            )

    async def _exchange(
        self, request: httpx.Request, base: str, operation: Operation, auth: httpx.Auth | None
    ) -> Answer:
        profile = self.profile
        if profile.read_only:
            refuse_changes(operation)
        # The outcome of a change is worth knowing, so its credential must see the end of it.
        seconds = profile.total_seconds if operation.mutates else 0.0
        refuse_ended(profile.name, profile.expires_at, seconds=seconds)
        host = request.url.host
        await self._limiters.wait(host, operation.service)
        http = self._transport.client(base, fresh=operation.mutates)
        started = time.monotonic()
        async with our_errors(host):
            response = await http.send(request, auth=auth, stream=True)
            try:
                body = await body_of(response)
            finally:
                await response.aclose()
        answer = Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
            host=host,
            fetched_at=datetime.now(UTC),
            seconds=time.monotonic() - started,
        )
        if answer.server_time():
            self.clock_offset = answer.clock_offset()
        return answer

    def _make_auth(self, credential: Credential) -> AccessKeyAuth | AgencyKeyAuth | TokenAuth:
        match credential:
            case AccessKey():
                return AccessKeyAuth(credential)
            case Token():
                return TokenAuth(None, credential)
            case Password():
                return TokenAuth(lambda: self._token_by_password(credential), None)
            case AssumedRole():
                base = self._make_auth(credential.base)
                if isinstance(base, TokenAuth):
                    return TokenAuth(lambda: self._token_by_agency(credential, base), None)
                return AgencyKeyAuth(lambda: self._key_by_agency(credential, base))

    async def _token_by_password(self, credential: Password) -> IssuedToken:
        call = tokens.by_password(
            credential, project_id=self.profile.project_id, region=self.profile.region
        )
        return tokens.issued(await self._read(call, None))

    async def _token_by_agency(self, role: AssumedRole, base: TokenAuth) -> IssuedToken:
        call = tokens.by_agency(
            role,
            token=(await base.fresh()).value,
            project_id=self.profile.project_id,
            region=self.profile.region,
        )
        return tokens.issued(await self._read(call, None))

    async def _key_by_agency(self, role: AssumedRole, base: httpx.Auth) -> IssuedKey:
        return tokens.issued_key(await self._read(tokens.key_by_agency(role), base))

    async def _look_up_project(self) -> str:
        if isinstance(self._auth, TokenAuth) and (found := (await self._auth.fresh()).project_id):
            return found
        answer = await self.read(Call(identity.LIST_PROJECTS))
        return identity.project_in(answer, self.profile.region)

    async def _look_up_domain(self) -> str:
        if isinstance(self._auth, TokenAuth) and (found := (await self._auth.fresh()).domain_id):
            return found
        if found := identity.domain_in(await self.read(Call(identity.LIST_DOMAINS))):
            return found
        caller = (await self.read(Call(identity.CALLER_IDENTITY))).json_object()
        if account := caller.get("account_id"):
            return str(account)
        raise SettingsError("IAM does not say which account this is", hint="set CONSOLE_DOMAIN_ID")
