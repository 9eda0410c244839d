"""What came back: an answer, or the refusal that it carries.

Every service reports errors in its own shape; the gateway and IAM add theirs. All of them are read
here, once.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import chain
from typing import Final, TypeAlias, cast

from console.client.hints import GONE, MISSING, hint_for
from console.client.operation import Operation
from console.errors import (
    AuthenticationError,
    ClockError,
    CloudError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    ThrottledError,
    UnreadableError,
)
from console.text import Json, cell

_CLOCK_TOLERANCE: Final = 15 * 60
"""Seconds between two clocks from which the gateway refuses (signing guide)."""

_EXCERPT: Final = 200
"""Characters of an unexpected body that are worth showing."""

_DEEPEST: Final = 64
"""Levels of lists and objects in a body; what is documented has fewer than ten."""

_Container: TypeAlias = "dict[str, Json] | list[Json]"
_CONTAINERS: Final = frozenset({dict, list})

_TAGS: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """A whole answer of the cloud.

    Attributes:
        status: the HTTP status.
        headers: the headers, names in lower case.
        body: the decoded bytes.
        host: who answered.
        fetched_at: when the answer was complete, aware, UTC.
        seconds: how long it took, from sending to the last byte.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)  # IAM puts the token there
    body: bytes = field(repr=False)
    host: str
    fetched_at: datetime
    seconds: float

    @property
    def succeeded(self) -> bool:
        """Whether the status is one of success; the body may still say otherwise."""
        return 200 <= self.status < 300

    @cached_property
    def json(self) -> Json:
        """The parsed body; None for an empty one.

        Raises:
            UnreadableError: the body is not JSON.
        """
        if not self.body.strip():
            return None
        try:
            parsed = json.loads(self.body, parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError) as error:
            raise UnreadableError(
                f"{self.host} answered {self.status} with something that is not JSON: "
                f"{excerpt(self.body)}",
                hint="a proxy or a login page may stand between this machine and the cloud",
            ) from error
        value = cast("Json", parsed)
        if not _shallow(value):
            raise UnreadableError(
                f"{self.host} answered {self.status} with values nested in more than {_DEEPEST} "
                "levels: refused"
            )
        return value

    def json_object(self) -> dict[str, Json]:
        """Return the parsed body, which must be a JSON object.

        Raises:
            UnreadableError: it is something else, or empty.
        """
        parsed = self.json
        if not isinstance(parsed, dict):
            raise UnreadableError(
                f"{self.host} answered {self.status} with "
                f"{'an empty body' if parsed is None else f'a JSON {kind(parsed)}'} "
                "where an object is documented"
            )
        return parsed

    def server_time(self) -> datetime | None:
        """Return the server's clock, from its `Date` header; None where there is none to read."""
        try:
            return parsedate_to_datetime(self.headers.get("date", "")).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return None

    def clock_offset(self) -> float:
        """Return how many seconds this machine's clock is ahead of the server's; 0 if unknown."""
        theirs = self.server_time()
        return (self.fetched_at - theirs).total_seconds() if theirs else 0.0

    def retry_after(self) -> float | None:
        """Return the seconds that the server asks to wait; None where it asks for none.

        `Retry-After` is a number of seconds or a date; anything else, or a time gone by, is none.
        """
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value[:9]) or None
        try:
            until = parsedate_to_datetime(value).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            return None
        wait = (until - (self.server_time() or self.fetched_at)).total_seconds()
        return wait if wait > 0 else None


def _shallow(value: Json) -> bool:
    """Tell whether no value lies so deep that what walks through it could run out of stack."""
    level: list[_Container] = [[value]]
    for _ in range(_DEEPEST):
        inside = [outer.values() if type(outer) is dict else outer for outer in level]
        values = list(chain.from_iterable(inside))
        if _CONTAINERS.isdisjoint(map(type, values)):  # the quickest way, and every answer pays it
            return True
        level = cast("list[_Container]", [each for each in values if type(each) in _CONTAINERS])
    return False


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def kind(value: Json) -> str:
    """Name the JSON type of `value`."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"


def excerpt(body: bytes) -> str:
    """Return the first words of an unexpected body, tags removed, safe to show."""
    text = body[: _EXCERPT * 40].decode("utf-8", "replace")
    words = " ".join(_TAGS.sub(" ", text).split())
    if not words:
        return "(nothing)"
    return cell(words[:_EXCERPT] + ("…" if len(words) > _EXCERPT else ""))


def _text(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


_CODE_AND_MESSAGE: Final = (
    ("error_code", "error_msg"),
    ("errorCode", "errorMsg"),
    ("code", "message"),
)


def _shapes(body: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield the code and message of every error shape that `body` holds."""
    for code, message in _CODE_AND_MESSAGE:
        if body.get(code) or body.get(message):
            yield _text(body.get(code)), _text(body.get(message))
    for nested in body.values():
        if isinstance(nested, dict):
            for code, message in _CODE_AND_MESSAGE:
                if nested.get(code) and nested.get(message):
                    yield _text(nested[code]), _text(nested[message])


def carried_error(body: Json) -> bool:
    """Tell whether a body that came with a success status is an error all the same."""
    return isinstance(body, dict) and bool(body.get("error_code") or body.get("errorCode"))


def refusal(answer: Answer, operation: Operation | None = None) -> CloudError:
    """Return the error that a refusing `answer` to an operation carries, whatever its shape.

    The request id is taken from the body, where the gateway puts it, or from the header.
    """
    try:
        parsed = answer.json
    except UnreadableError:
        parsed = None
    body = parsed if isinstance(parsed, dict) else {}
    code, message = next(_shapes(body), ("", ""))
    if not message:
        said = "an empty body" if not answer.body.strip() else excerpt(answer.body)
        message = f"HTTP {answer.status} from {answer.host}: {said}"
    kind_of_error = _class(answer, code)
    return kind_of_error(
        status=answer.status,
        code=code,
        message=message,
        detail=_text(body.get("error_detail")),
        request_id=_text(body.get("request_id")) or answer.headers.get("x-request-id", ""),
        encoded_authorization_message=_text(body.get("encoded_authorization_message")),
        retry_after=answer.retry_after(),
        hint=_clock_hint(answer)
        if kind_of_error is ClockError
        else hint_for(answer.status, code, operation),
    )


_BY_STATUS: Final[Mapping[int, type[CloudError]]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    429: ThrottledError,
}


def _class(answer: Answer, code: str) -> type[CloudError]:
    if code == "APIGW.0303" or (
        answer.status == 401 and abs(answer.clock_offset()) > _CLOCK_TOLERANCE
    ):
        return ClockError
    if code == "APIGW.0308":
        return ThrottledError
    if code in MISSING or code in GONE:
        return NotFoundError
    if answer.status >= 500:
        return ServerError
    return _BY_STATUS.get(answer.status, CloudError)


def _clock_hint(answer: Answer) -> str:
    offset = answer.clock_offset()
    if abs(offset) < 60:
        return "set this machine's clock right; requests may be 15 minutes off at the most"
    side = "ahead of" if offset > 0 else "behind"
    return (
        f"this machine's clock is {abs(offset) / 60:.0f} minutes {side} the server's: set it right"
    )
