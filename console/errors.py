"""One tree of errors, and the exit codes that go with it.

Each error knows a title, a plain sentence, what to do next and, where the cloud spoke, its status,
code and request id. Errors of other libraries become one of these in one place each.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import ClassVar, NamedTuple

from console.text import Json


class Exit(IntEnum):
    """What a command's exit code says; scripts rely on these numbers."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    TRY_AGAIN = 3
    CREDENTIALS = 4
    UNKNOWN = 5
    PARTLY = 6
    INTERRUPTED = 130


class ConsoleError(Exception):
    """The root of every error that this program raises on purpose.

    Attributes:
        title: two or three words that name the kind of error.
        sentence: what went wrong, in plain words.
        hint: what to do next; empty where there is nothing to say.
        exit_code: what a command ends with.
        given_up: whether it was tried again in vain already; a call that failed because another
            one did, such as that for its token, is not what to try again then.
    """

    title: ClassVar[str] = "Error"
    exit_code: ClassVar[Exit] = Exit.REFUSED

    def __init__(self, sentence: str, *, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.given_up = False

    def facts(self) -> dict[str, Json]:
        """Return the error as JSON: what a script or a log line wants of it."""
        return {"title": self.title, "message": self.sentence, "hint": self.hint}


class SettingsError(ConsoleError):
    """A setting cannot be used: an address, a file, a number."""

    title = "Unusable setting"
    exit_code = Exit.USAGE


class Problem(NamedTuple):
    """One thing that is wrong with one field of a query."""

    field: str
    sentence: str


class QueryError(ConsoleError):
    """A query breaks the operation's rules; nothing was sent.

    Attributes:
        problems: one for each field that is wrong.
    """

    title = "Not sent"
    exit_code = Exit.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{each.field}: {each.sentence}" for each in problems))
        self.problems = tuple(problems)

    def facts(self) -> dict[str, Json]:  # noqa: D102 - the parent's docstring holds
        return {
            **super().facts(),
            "problems": [{"field": p.field, "message": p.sentence} for p in self.problems],
        }


class ReadOnlyError(ConsoleError):
    """The way into the cloud is a read-only one; nothing was sent."""

    title = "Read-only"
    exit_code = Exit.USAGE


class CredentialsError(ConsoleError):
    """There is no credential to use, or it has ended."""

    title = "Credentials needed"
    exit_code = Exit.CREDENTIALS


class ServiceNotInRegionError(ConsoleError):
    """The service does not exist in the region: a normal state, not a fault."""

    title = "Not in this region"

    def __init__(self, service: str, region: str, regions: Sequence[str]) -> None:
        super().__init__(
            f"{service} does not exist in region {region or '(none)'}",
            hint=f"regions that have it: {', '.join(regions)}",
        )
        self.service = service
        self.region = region


class UnreachableError(ConsoleError):
    """No answer came: refused, timed out, cut, or the name is not known.

    Attributes:
        host: the host that did not answer.
        request_left: whether any byte of the request may have reached the cloud.
    """

    title = "Unreachable"
    exit_code = Exit.TRY_AGAIN

    def __init__(self, sentence: str, *, host: str, request_left: bool, hint: str = "") -> None:
        super().__init__(sentence, hint=hint)
        self.host = host
        self.request_left = request_left


class UntrustedError(ConsoleError):
    """The server's certificate could not be verified; nothing was sent."""

    title = "Untrusted server"


class UnreadableError(ConsoleError):
    """An answer came that is not what the operation documents."""

    title = "Unreadable answer"


class IncompleteError(ConsoleError):
    """A listing ended before all its rows were read."""

    title = "Incomplete"
    exit_code = Exit.TRY_AGAIN


class OutputError(ConsoleError):
    """What was to be written could not be, or not to its end, as on a full disk."""

    title = "Output broke off"


class OutcomeUnknownError(ConsoleError):
    """Bytes of a request that changes something left, and no usable answer came back.

    Attributes:
        job_id: the job that the answer names all the same; empty where it names none.
    """

    title = "Outcome unknown"
    exit_code = Exit.UNKNOWN

    def __init__(self, sentence: str, *, hint: str = "", job_id: str = "") -> None:
        super().__init__(sentence, hint=hint)
        self.job_id = job_id


class CloudError(ConsoleError):
    """The cloud refused.

    Attributes:
        status: the HTTP status, also where it is 200 and the body says otherwise.
        code: the cloud's error code, such as `WKS.0001`; empty where it gave none.
        message: the cloud's own words.
        detail: further words, where an operation has them (`error_detail`).
        request_id: what to quote to support; empty where none was given.
        encoded_authorization_message: what STS can decode into the rule that refused.
        retry_after: seconds that the cloud asks to wait, where it does.
    """

    title = "Refused by the cloud"

    def __init__(
        self,
        *,
        status: int,
        code: str = "",
        message: str = "",
        detail: str = "",
        request_id: str = "",
        encoded_authorization_message: str = "",
        retry_after: float | None = None,
        hint: str = "",
    ) -> None:
        said = message or f"HTTP {status}"
        super().__init__(f"{said} ({code})" if code else said, hint=hint)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.request_id = request_id
        self.encoded_authorization_message = encoded_authorization_message
        self.retry_after = retry_after

    def facts(self) -> dict[str, Json]:  # noqa: D102 - the parent's docstring holds
        return {
            **super().facts(),
            "status": self.status,
            "code": self.code,
            "cloud_message": self.message,
            "detail": self.detail,
            "request_id": self.request_id,
            "encoded_authorization_message": self.encoded_authorization_message,
        }


class AuthenticationError(CloudError):
    """The cloud does not accept the credential (401)."""

    title = "Not authenticated"
    exit_code = Exit.CREDENTIALS


class ClockError(CloudError):
    """The request's time is too far from the server's."""

    title = "Wrong clock"


class PermissionDeniedError(CloudError):
    """The credential is valid and may not do this (403)."""

    title = "Not permitted"


class NotFoundError(CloudError):
    """What was asked for does not exist."""

    title = "Not found"


class ThrottledError(CloudError):
    """Too many requests (429)."""

    title = "Throttled"
    exit_code = Exit.TRY_AGAIN


class ServerError(CloudError):
    """The cloud failed (5xx)."""

    title = "Cloud failure"
    exit_code = Exit.TRY_AGAIN
