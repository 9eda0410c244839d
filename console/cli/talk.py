"""What the commands say to people, on stderr."""

import sys
from contextlib import suppress

from console.errors import CloudError, ConsoleError, QueryError
from console.text import cell, safe


class ReaderGoneError(Exception):
    """Whoever read the output has closed it, as `head` does; click would make an error of it."""


def print_words(words: str) -> None:
    """Print to stderr; where nobody reads it, the exit code still says how it ended."""
    with suppress(OSError):
        sys.stderr.write(words)
        sys.stderr.flush()


def write(line: str) -> None:
    """Write one line to stderr."""
    print_words(f"{line}\n")


def say(sentence: str) -> None:
    """Say one sentence."""
    write(f"console: {sentence}")


def tell_error(error: ConsoleError) -> None:
    """Say what went wrong, what the cloud calls it, and what to do next."""
    if isinstance(error, QueryError):
        for problem in error.problems:
            say(f"{error.title}: {option(problem.field)} {cell(problem.sentence)}")
        return
    say(f"{error.title}: {cell(error.sentence)}")
    if isinstance(error, CloudError):
        _tell_facts(error)
    if error.hint:
        write(f"  hint: {cell(error.hint)}")


def _tell_facts(error: CloudError) -> None:
    facts = {
        "status": str(error.status),
        "detail": error.detail,
        "request id": error.request_id,
    }
    for name, value in facts.items():
        if value:
            write(f"  {name}: {cell(value)}")
    if encoded := error.encoded_authorization_message:
        # Whole, however long: a part of it cannot be decoded.
        write(f"  encoded message: {''.join(safe(encoded).split())}")
        write("  `console decode MESSAGE` says which rule refused")


def option(field: str) -> str:
    """Return the option that sets `field` of a query."""
    return f"--{field.replace('_', '-')}"
