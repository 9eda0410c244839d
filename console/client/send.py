"""What can be said of a call that changes something: accepted, refused, or unknown.

The cloud gives no idempotency key, so the only safe question is whether a byte has left. From the
first byte on there are three outcomes, and a doubtful answer is always the third.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from console.client.answer import Answer, carried_error, refusal
from console.client.operation import Operation
from console.errors import OutcomeUnknownError, ServerError, UnreadableError

_FRONT_END_FAILURES: Final = frozenset({502, 503, 504})
"""Statuses of a front end that cannot say what the service behind it did."""

_REQUEST_TIMEOUT: Final = 408
"""The status of a server that gave up reading; how much of the request arrived is open."""

_BACKEND_SILENT: Final = "APIGW.0201"
"""The gateway's code for a service that got the request and did not answer it in time."""

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


def unknown(operation: Operation, sentence: str) -> OutcomeUnknownError:
    """Return the error that says that nobody knows."""
    return OutcomeUnknownError(
        f"{operation.name} left this machine and its outcome is not known: {sentence}",
        hint="look at what happened in the cloud before doing it again",
    )


def verdict(operation: Operation, answer: Answer, understand: Callable[[Answer], T]) -> T:
    """Return what `understand` reads from an accepting answer.

    Raises:
        CloudError: the answer is a refusal.
        OutcomeUnknownError: it is neither.
    """
    try:
        if answer.succeeded and not carried_error(answer.json):
            return understand(answer)
    except UnreadableError as error:
        raise unknown(operation, error.sentence) from error
    refused = refusal(answer, operation)
    doubtful = answer.status in _FRONT_END_FAILURES or answer.status == _REQUEST_TIMEOUT
    # A code that only repeats the status is a web framework's, not the service's own refusal.
    telling_nothing = {"", str(answer.status), _BACKEND_SILENT}
    if doubtful or (isinstance(refused, ServerError) and refused.code in telling_nothing):
        raise unknown(operation, refused.sentence) from refused
    raise refused
