"""What the commands say to people, on stderr."""

import click

from console.errors import CloudError, ConsoleError, QueryError
from console.text import cell


class ReaderGoneError(Exception):
    """Whoever read the output has closed it, as `head` does; click would make an error of it."""


def say(sentence: str) -> None:
    """Say one sentence."""
    click.echo(f"console: {sentence}", err=True)


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
        click.echo(f"  hint: {cell(error.hint)}", err=True)


def _tell_facts(error: CloudError) -> None:
    facts = {
        "status": str(error.status),
        "detail": error.detail,
        "request id": error.request_id,
        "encoded message": error.encoded_authorization_message,
    }
    for name, value in facts.items():
        if value:
            click.echo(f"  {name}: {cell(value)}", err=True)
    if error.encoded_authorization_message:
        click.echo("  `console decode MESSAGE` says which rule refused", err=True)


def option(field: str) -> str:
    """Return the option that sets `field` of a query."""
    return f"--{field.replace('_', '-')}"
