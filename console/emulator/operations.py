"""What an operation of the cloud is: its address, its answer, and how its service says no."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from console.emulator.cloud import Cloud
    from console.emulator.identity import Caller
    from console.emulator.parameters import Parameters

Headers = tuple[tuple[str, str], ...]
SIGNATURE = "signature"
TOKEN = "token"  # noqa: S105 - the name of a way to authenticate, not a secret
EITHER = frozenset({SIGNATURE, TOKEN})
NOBODY = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response, body complete."""

    status: int = 200
    body: bytes = b""
    headers: Headers = ()


def json_bytes(document: object) -> bytes:
    """Render a document as compact UTF-8 JSON; half a surrogate pair becomes a question mark."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def document(content: object, status: int = 200, headers: Headers = ()) -> Answer:
    """Answer with a JSON document."""
    return Answer(
        status,
        json_bytes(content),
        (("Content-Type", "application/json;charset=utf-8"), *headers),
    )


class RefusedError(Exception):
    """An operation that ends in an error answer; raised anywhere below the gateway."""

    def __init__(
        self,
        status: int,
        body: Mapping[str, object],
        *,
        names_request: bool = False,
        headers: Headers = (),
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.names_request = names_request
        self.headers = headers

    def answer(self, request_id: str) -> Answer:
        """Return the refusal as a response; gateway bodies repeat the request id."""
        body = {**self.body, "request_id": request_id} if self.names_request else self.body
        return document(body, self.status, self.headers)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one service words its errors.

    Attributes:
        codes: The service's code for an HTTP status, where it has one of its own.
        nested: Whether errors are `{"error": {"code": int, ...}}`, the manner of IAM.
        names_request: Whether the body carries `request_id`, the manner of the gateway.
    """

    codes: Mapping[int, str]
    nested: bool = False
    names_request: bool = False

    def refuse(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        headers: Headers = (),
        **more: object,
    ) -> RefusedError:
        """Make the refusal that this service would answer with."""
        if self.nested:
            title = HTTPStatus(status).phrase
            body: dict[str, object] = {
                "error": {"code": status, "message": message, "title": title, **more}
            }
        else:
            code = code or self.codes.get(status) or self.codes[400]
            body = {"error_code": code, "error_msg": message, **more}
        return RefusedError(status, body, names_request=self.names_request, headers=headers)


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request, as an operation sees it.

    Attributes:
        path: The variables of the path.
        query: The query string, read in the service's dialect.
        headers: The request headers, names in lower case.
        body: The request body as sent.
        caller: Who asks, and for which project.
        request_id: The id that the answer carries.
    """

    cloud: Cloud
    operation: Operation
    path: Mapping[str, str]
    query: Parameters
    headers: Mapping[str, str]
    body: bytes
    caller: Caller
    request_id: str

    def refuse(
        self, status: int, message: str, code: str | None = None, *, detail: str = ""
    ) -> RefusedError:
        """Make a refusal in the dialect of this operation's service.

        Only the calls of Workspace that send something tell a detail.
        """
        if detail:
            return self.operation.dialect.refuse(status, message, code, error_detail=detail)
        return self.operation.dialect.refuse(status, message, code)

    def document(self) -> dict[str, object]:
        """Read the body as a JSON object.

        Raises:
            RefusedError: The body is empty, no JSON, or no object.
        """
        if not self.body:
            raise self.refuse(400, "The request message input by the interface is empty.")
        try:
            content: object = json.loads(self.body)
        except ValueError as error:
            raise self.refuse(400, "The request body is not valid JSON.") from error
        if not isinstance(content, dict):
            raise self.refuse(400, "The request body must be a JSON object.")
        return content


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: where it is, who may call it, and what answers.

    Attributes:
        name: Operation id of the API reference.
        path: Path template in Starlette's form.
        answer: Computes the answer; raises `RefusedError`.
        dialect: How the service words its errors.
        action: Identity action that a policy can deny; empty for none.
        accepts: Ways to authenticate; `NOBODY` needed for those that issue tokens.
        keeps_body: Whether the request log may show the body: not where it carries secrets.
    """

    name: str
    method: str
    path: str
    answer: Callable[[Call], Answer]
    dialect: Dialect
    action: str = ""
    accepts: frozenset[str] = EITHER
    keeps_body: bool = True
