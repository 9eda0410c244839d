"""What can be said of a call that changes something: accepted, refused, or unknown.

The cloud gives no idempotency key, so the only safe question is whether a byte has left. From the
first byte on there are three outcomes, and a doubtful answer is always the third.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from console.client.answer import Answer, carried_error, refusal
from console.client.operation import Operation
from console.errors import CloudError, OutcomeUnknownError, UnreadableError

_UNDONE_REDIRECTS: Final = frozenset({307, 308})
"""Redirects that ask for the same request elsewhere; the others may follow upon what was done."""

_DOUBTFUL: Final = frozenset({408, 499, 502, 503, 504})
"""Statuses of a server or a front end that gave up; how much was done by then is open."""

_SAYING_NOTHING: Final = frozenset({"APIGW.0201", "WKS.00000003"})
"""Codes that leave open what was done, where the status is one of success: a service that was late
to answer, or that failed inside."""

_REFUSALS: Final = frozenset(
    {
        "APIGW.0101",
        "APIGW.0301",
        "APIGW.0303",
        "APIGW.0307",
        "APIGW.0308",
        "WKS.0001",
        "WKS.0202",
        "WKS.00010099",
        "WKS.00170117",
        "WKS.00170208",
        "WKS.00170312",
    }
)
"""Codes of a request that was turned away before anything was done, whatever the status.

The gateway's: no such path, not authenticated, too many requests. Workspace's: a parameter is
wrong, and what is asked for, the tenant or the service does not exist. Workspace writes some of
them with status 500; a failure in the middle of the work has that status too.
"""

T = TypeVar("T")


class Departure:
    """Notices when the first byte of a request is about to leave.

    What a proxy is asked in order to open the way is no part of the request.

    Attributes:
        left: whether it has.
    """

    def __init__(self) -> None:
        self.left = False

    async def notice(self, event: str, told: dict[str, Any]) -> None:  # Any: httpcore's signature
        """Take one of httpcore's trace events."""
        if event.endswith("send_request_headers.started") and told["request"].method != b"CONNECT":
            self.left = True


def unknown(operation: Operation, sentence: str, *, job_id: str = "") -> OutcomeUnknownError:
    """Return the error that says that nobody knows."""
    return OutcomeUnknownError(
        f"{operation.name} left this machine and its outcome is not known: {sentence}",
        hint="look at what happened in the cloud before doing it again",
        job_id=job_id,
    )


def verdict(operation: Operation, answer: Answer, understand: Callable[[Answer], T]) -> T:
    """Return what `understand` reads from an accepting answer.

    Raises:
        CloudError: the answer is a refusal.
        OutcomeUnknownError: it is neither, or both.
    """
    try:
        if answer.succeeded and not carried_error(answer.json):
            return understand(answer)
    except UnreadableError as error:
        raise unknown(operation, error.sentence) from error
    refused = refusal(answer, operation)
    job_id = _job(answer)
    if job_id or not _is_certain(refused):
        raise unknown(operation, refused.sentence, job_id=job_id) from refused
    raise refused


def _is_certain(refused: CloudError) -> bool:
    """Tell whether nothing was done of what was refused."""
    status, code = refused.status, refused.code
    if status in _DOUBTFUL:
        return False
    if 300 <= status < 400:
        return status in _UNDONE_REDIRECTS
    if 400 <= status < 500:
        return True
    if status < 300:
        return code not in _SAYING_NOTHING
    return code in _REFUSALS


def _job(answer: Answer) -> str:
    """Return the job that a refusing answer names; empty where it names none."""
    try:
        body = answer.json
    except UnreadableError:
        return ""
    found = body.get("job_id") if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""
