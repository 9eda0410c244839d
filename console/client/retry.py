"""When a read is worth another try, and how long to wait before it.

Only reads come here. The error decides: a connection that failed, a 429 and a 5xx are tried again,
and a wait that the cloud asks for is kept within a cap.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from console.errors import CloudError, ConsoleError, ServerError, ThrottledError, UnreachableError

ATTEMPTS: Final = 4
"""Tries of one read, the first included."""

LONGEST_WAIT: Final = 20.0
"""Seconds of `Retry-After` that are waited out; a longer one is told to the operator instead."""

T = TypeVar("T")

# Where nobody has set up logging, Python writes stamina's warnings to stderr, into the talk of a
# command or onto a screen. Whoever sets it up still gets them.
logging.getLogger("stamina").addHandler(logging.NullHandler())


def worth_trying(error: Exception) -> bool | float:
    """Tell whether to try again after `error`; a number is the seconds to wait before it."""
    if isinstance(error, ConsoleError) and error.given_up:
        return False
    if isinstance(error, ThrottledError | ServerError):
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after <= LONGEST_WAIT else False
    return isinstance(error, UnreachableError)


async def persistent(attempt: Callable[[], Awaitable[T]]) -> T:
    """Return what `attempt` returns, trying again where its error is worth it.

    Raises:
        ConsoleError: the last try's error, marked as given up.
    """
    try:
        return await _persistent(attempt)
    except ConsoleError as error:
        error.given_up = True
        raise


async def _persistent(attempt: Callable[[], Awaitable[T]]) -> T:
    try:
        return await attempt()
    except (UnreachableError, CloudError) as error:
        if worth_trying(error) is False:
            raise
        first = error
    # Most calls succeed at once; the library that knows how to wait is loaded for the others.
    import stamina  # noqa: PLC0415

    async for trial in stamina.retry_context(
        on=worth_trying,
        attempts=ATTEMPTS,
        timeout=None,  # the caller bounds the whole
        wait_initial=0.2,
        wait_max=5.0,
        wait_jitter=0.2,
    ):
        with trial:
            if trial.num == 1:
                raise first
            return await attempt()
    raise AssertionError("stamina ends by returning or raising")
