"""What stands before every operation: authentication, throttling, policies, and the way out.

Sources: API Request Signing Guide (AK/SK), IAM API reference (tokens), API Gateway error codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.emulator import signature
from console.emulator.dialects import CLOCK_IS_OFF, GATEWAY
from console.emulator.identity import Caller
from console.emulator.operations import SIGNATURE, TOKEN, Answer, Call, RefusedError
from console.emulator.parameters import Parameters, pairs
from console.emulator.request_log import EXCHANGE

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from console.emulator.cloud import Cloud
    from console.emulator.identity import Identity, Token
    from console.emulator.operations import Operation
    from console.emulator.signature import SignedRequest

LARGEST_BODY = 12 * 1024 * 1024
INCORRECT = "Incorrect IAM authentication information: "
TOKEN_EXPIRED = "The token must be updated"  # noqa: S105 - a message, not a secret


async def read_body(receive: Receive) -> bytes:
    """Read the request body to its end.

    Raises:
        RefusedError: It is larger than the gateway takes.
    """
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            raise GATEWAY.refuse(413, "Request entity too large")
        if not message.get("more_body", False):
            return bytes(body)


def _headers(scope: Scope) -> dict[str, str]:
    headers = {}
    for name, value in scope["headers"]:
        try:
            # Signers sign header values as text and send them as UTF-8.
            headers[name.decode("latin-1")] = value.decode()
        except UnicodeDecodeError:
            headers[name.decode("latin-1")] = value.decode("latin-1")
    return headers


def signed_caller(identity: Identity, request: SignedRequest, cloud: Cloud) -> Caller:
    """Authenticate a request by its signature.

    Raises:
        RefusedError: The signature, the key, the clock or the security token is wrong.
    """
    try:
        claim = signature.read_claim(request.headers["authorization"])
        key = identity.key_of(claim.access_key)
        signature.verify(request, claim, key.secret, cloud.clock.now())
    except signature.SignatureError as error:
        code = CLOCK_IS_OFF if error.clock else None
        raise GATEWAY.refuse(401, INCORRECT + str(error), code) from error
    if key.security_token != request.headers.get("x-security-token"):
        raise GATEWAY.refuse(401, INCORRECT + "the security token does not belong to the AK")
    if identity.has_expired(key):
        raise GATEWAY.refuse(401, INCORRECT + "the temporary AK has expired")
    return Caller(key.user, identity.projects.get(request.headers.get("x-project-id", "")))


def live_token(identity: Identity, value: str, operation: Operation) -> Token:
    """Find a token that is still good.

    Raises:
        RefusedError: It is unknown or has expired; worded by the service where it has words for it.
    """
    dialect, prefix = operation.dialect, ""
    if not dialect.nested and 401 not in dialect.codes:
        dialect, prefix = GATEWAY, INCORRECT
    token = identity.tokens.get(value)
    if token is None:
        raise dialect.refuse(401, prefix + "decrypt token fail")
    if identity.has_expired(token):
        raise dialect.refuse(401, prefix + TOKEN_EXPIRED)
    return token


class Endpoint:
    """The gateway in front of one operation, as an ASGI application."""

    def __init__(self, operation: Operation, cloud: Cloud) -> None:
        self._operation = operation
        self._cloud = cloud

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange = scope[EXCHANGE]
        exchange.operation = self._operation.name
        try:
            body = await read_body(receive)
            if body and self._operation.keeps_body:
                exchange.body = body.decode(errors="replace")
            answer = self._answer(scope, body)
        except RefusedError as refusal:
            answer = refusal.answer(exchange.request_id)
        await send_answer(send, answer)

    def _answer(self, scope: Scope, body: bytes) -> Answer:
        operation, exchange = self._operation, scope[EXCHANGE]
        headers = _headers(scope)
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1")
        caller = self._caller(signature.SignedRequest(scope["method"], path, query, headers, body))
        if caller is not None:
            exchange.user = caller.user.name
            self._cloud.throttle.take(caller.user.id)
            self._authorise(caller, path)
        call = Call(
            self._cloud,
            operation,
            scope["path_params"],
            Parameters(pairs(query), operation.dialect),
            headers,
            body,
            caller or Caller(self._cloud.identity.nobody),
            exchange.request_id,
        )
        return operation.answer(call)

    def _caller(self, request: SignedRequest) -> Caller | None:
        accepts, identity = self._operation.accepts, self._cloud.identity
        if not accepts:
            return None
        if SIGNATURE in accepts and "authorization" in request.headers:
            return signed_caller(identity, request, self._cloud)
        if TOKEN in accepts and "x-auth-token" in request.headers:
            token = live_token(identity, request.headers["x-auth-token"], self._operation)
            return Caller(token.user, token.project, token)
        wanted = " or ".join(sorted(accepts))
        raise GATEWAY.refuse(401, f"{INCORRECT}no {wanted} in the request")

    def _authorise(self, caller: Caller, path: str) -> None:
        operation, identity = self._operation, self._cloud.identity
        if operation.action not in caller.user.denied:
            return
        denial = {
            "context": {
                "action": operation.action,
                "principal": f"iam::{identity.domain_id}:user:{caller.user.name}",
                "resource": path,
            },
            "failure": "implicit deny by identity-based policy",
        }
        raise operation.dialect.refuse(
            403,
            f"You are not authorized to perform {operation.action}.",
            encoded_authorization_message=identity.seal(denial),
        )


async def send_answer(send: Send, answer: Answer) -> None:
    """Put a complete answer on the wire."""
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    if answer.status != 204:
        headers.append((b"Content-Length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
