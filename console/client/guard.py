"""What a profile does not let pass: changes where it is read-only, calls after its end.

Read-only is a list of what is allowed, not of what is forbidden, and it looks at what would travel,
not at what an operation says of itself. So an operation that nobody thought of is refused.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from console.client.identity import DECODE_AUTHORIZATION_MESSAGE
from console.client.operation import Operation
from console.client.tokens import CREATE_TEMPORARY_KEY, CREATE_TOKEN
from console.errors import CredentialsError, ReadOnlyError

_READING_POSTS: Final = frozenset(
    {CREATE_TOKEN, CREATE_TEMPORARY_KEY, DECODE_AUTHORIZATION_MESSAGE}
)
"""Calls that are made with POST and change nothing."""


def refuse_changes(operation: Operation) -> None:
    """Let a call pass that changes nothing.

    Raises:
        ReadOnlyError: it might change something.
    """
    reads = operation.method == "GET" or operation in _READING_POSTS
    if operation.mutates or not reads:
        raise ReadOnlyError(
            f"{operation.name} changes something, and this profile is read-only",
            hint="choose another profile, or drop --read-only or CONSOLE_READ_ONLY",
        )


def refuse_ended(name: str, expires_at: datetime | None, *, seconds: float = 0.0) -> None:
    """Let a call pass whose credential holds for `seconds` from now.

    Args:
        name: the profile's name.
        expires_at: when its credential ends, aware; None where it does not, or nobody said.
        seconds: how long the call may take; a read is tried, a change is not begun.

    Raises:
        CredentialsError: the credential has ended, or would end before the call has.
    """
    if expires_at is None:
        return
    now = datetime.now(UTC)
    end = f"{expires_at:%Y-%m-%d %H:%M:%S %Z}"
    if expires_at <= now:
        raise CredentialsError(
            f"the credential of profile {name} ended at {end}", hint=f"console login {name}"
        )
    if expires_at <= now + timedelta(seconds=seconds):
        raise CredentialsError(
            f"the credential of profile {name} ends at {end}, and this may take {seconds:g} s: "
            "it is not begun",
            hint=f"console login {name}",
        )
