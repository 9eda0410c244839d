"""`console sent`: the journal of what was sent; the cloud is asked by `--look` only."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

import click

from console import export
from console.cli import outbox
from console.cli.listing import chosen_columns
from console.cli.one_send import looked, put_look, put_one
from console.cli.output import FORMATS, writer
from console.cli.talk import say
from console.errors import ConsoleError, Exit
from console.outbox.choice import Choice
from console.outbox.journal import Journal
from console.outbox.send import Outcome, Send
from console.sending import record
from console.text import cell

_VERDICTS: Final = ("delivered", "partly", "failed", "ended")
"""What of `record.STANDINGS` tells an accepted send's course."""

_LIMIT: Final = 100


class MissingError(ConsoleError):
    """The journal does not have what was asked for."""

    title = "Not found"


@click.command("sent", context_settings={"max_content_width": 100})
@click.argument("number", required=False, type=click.IntRange(min=1))
@click.option("--look", is_flag=True, help="with a number: ask the cloud whether it arrived")
@click.option("--arrived", is_flag=True, help="with a number: note that it arrived; asks first")
@click.option("--job", help="with --arrived: as which job, where several were found")
@click.option("--yes", is_flag=True, help="with --arrived: do not ask")
@click.option("--since", help="only those sent since: -2h, yesterday, 2026-11-20, 2026-11-20 14:00")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=click.Choice([*(each.value for each in Outcome), *_VERDICTS]),
    help="only those of an outcome, or accepted ones of a course; may be repeated",
)
@click.option("--limit", type=click.IntRange(min=1), default=_LIMIT, show_default=True)
@click.option("--all", "everything", is_flag=True, help="write every one")
@click.option("--columns", help="columns to write, separated by commas; dots reach inside")
@click.option("--prune", type=click.IntRange(min=0), metavar="DAYS", help="remove older ones")
@click.option(
    "--export", "file", type=click.Path(path_type=Path), help="write them to a .json, .ndjson, .csv"
)
@click.option(
    "-o",
    "--output",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="how to write them",
)
@click.option("--utc", is_flag=True, help="times in UTC instead of this machine's zone")
def command(
    number: int | None,
    *,
    look: bool,
    arrived: bool,
    job: str | None,
    yes: bool,
    since: str | None,
    outcomes: tuple[str, ...],
    limit: int,
    columns: str | None,
    prune: int | None,
    file: Path | None,
    form: str,
    everything: bool,
    utc: bool,
) -> int:
    """Show what was sent, the newest first; or one send in full, with its course on each desktop.

    The journal is this machine's, whatever the profile. What is accepted is followed with
    `console send --wait`, with `console job ID --follow`, or by the screens, which follow on what
    was sent with their profile in the last day; until then its course is not known here.

    --look asks with the profile that it was sent with; it sends nothing. --arrived looks as well,
    and notes a send of unknown outcome as accepted, as the job that was found, which can be
    followed then.

    --prune never removes what is of unknown outcome, or whose job is not known to be over.
    """
    if sum(each is not None for each in (number, prune, file)) > 1:
        raise click.UsageError("a number, --prune and --export exclude each other")
    if look and arrived:
        raise click.UsageError("--arrived looks by itself")
    if (job is not None or yes) and not arrived:
        raise click.UsageError("--job and --yes go with --arrived")
    option = _of_one(number, {"--look": look, "--arrived": arrived})
    zone = UTC if utc else None
    start = _start(since, zone)
    chosen = Choice(since=start, stands=set(outcomes) or None)
    with outbox.opened() as journal:
        if number is not None:
            send = _one(journal, number, option)
            if look:
                put_look(looked(journal, send), form, zone)
            else:
                put_one(
                    _arrived(journal, send, job, zone, yes=yes) if arrived else send, form, zone
                )
        elif prune is not None:
            gone = journal.prune(timedelta(days=prune))
            say(f"{gone:,} send{'' if gone == 1 else 's'} removed from the journal")
        elif file is not None:
            _export(journal.sends(**chosen)[::-1], file, zone)
        else:
            found, total = journal.page(limit=None if everything else limit, **chosen)
            _put_list(found, form, columns, zone)
            if not total:
                say("nothing was sent" + (" like that" if since or outcomes else ""))
            elif len(found) < total:
                say(f"{len(found):,} of {total:,} sends; --all writes every one")
    return Exit.DONE


def _put_list(sends: list[Send], form: str, columns: str | None, zone: tzinfo | None) -> None:
    out = writer(form, record.SENT, chosen_columns(record.SENT, columns), zone, choosable=True)
    if sends or form != "table":
        out.page([record.row(each) for each in sends])
    out.end()


def _start(since: str | None, zone: tzinfo | None) -> datetime | None:
    if since is None:
        return None
    from console.app.period import parse  # noqa: PLC0415 - for this option alone

    try:
        return parse(since, datetime.now(UTC), zone).start
    except ValueError as error:
        raise click.UsageError(f"--since {error}") from error


def _of_one(number: int | None, options: Mapping[str, bool]) -> str:
    """Return the option that is given of those that go with a number; empty for none."""
    given = next((name for name, said in options.items() if said), "")
    if given and number is None:
        raise click.UsageError(f"{given} goes with the number of a send")
    return given


def _arrived(
    journal: Journal, send: Send, job_id: str | None, zone: tzinfo | None, *, yes: bool
) -> Send:
    from console.cli.arrived import note  # noqa: PLC0415 - for this option alone

    return note(journal, send, job_id, zone, yes=yes)


def _one(journal: Journal, number: int, option: str) -> Send:
    """Return a send; one of unknown outcome where an `option` is only for such."""
    found = journal.send(number)
    if found is None:
        raise MissingError(
            f"there is no send {number} in the journal", hint="console sent lists them"
        )
    if option and found.outcome is not Outcome.UNKNOWN:
        stands = record.standing(found)
        raise click.UsageError(
            f"{option} is for what is of unknown outcome; send {number} is {stands}"
        )
    return found


def _export(sends: list[Send], path: Path, zone: tzinfo | None) -> None:
    """Write sends to a file, the oldest first: whole or not at all, and never over another one."""
    from console.app import files  # noqa: PLC0415 - for this option alone

    form = path.suffix.removeprefix(".").lower()
    if form not in export.FORMATS:
        names = ", ".join(f".{each}" for each in export.FORMATS)
        raise click.UsageError(f"--export {path}: the name must end in one of {names}")
    with files.written(path) as put_text:
        out = export.writer(form, record.SENT, None, zone, put_text)
        out.page([record.row(each) for each in sends])
        out.end()
    say(f"{len(sends):,} send{'' if len(sends) == 1 else 's'} written to {cell(str(path))}")
