"""Read-only: what may be called when nothing may be changed.

It is a list of what is allowed, not of what is forbidden, and it looks at what would travel, not at
what an operation says of itself. So an operation that nobody thought of is refused.
"""

from typing import Final

from console.client.identity import DECODE_AUTHORIZATION_MESSAGE
from console.client.operation import Operation
from console.client.tokens import CREATE_TOKEN
from console.errors import ReadOnlyError

_READING_POSTS: Final = frozenset({CREATE_TOKEN, DECODE_AUTHORIZATION_MESSAGE})
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
