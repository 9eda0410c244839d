"""`console sent`: the journal of what was sent, and what became of it. Nobody is asked anything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

import click

from console import export
from console.cli import outbox
from console.cli.listing import chosen_columns
from console.cli.output import FORMATS, put, writer
from console.cli.talk import say
from console.errors import ConsoleError, Exit
from console.outbox.journal import Journal
from console.outbox.send import Outcome, Send
from console.sending import record
from console.sending.dispatch import unjournalled
from console.services import column
from console.text import cell, json_text, safe

_VERDICTS: Final = ("delivered", "partly", "failed", "ended")
"""What of `record.STANDINGS` tells an accepted send's course."""

_LIMIT: Final = 100
_HEAD: Final = (
    "id",
    "written_at",
    "standing",
    "target.name",
    "target.kind",
    "target.pool_id",
    "target.desktops",
    "place.profile",
    "place.region",
    "place.project_id",
    "place.endpoint",
    "resend_of",
    "outcome",
    "settled_at",
    "job_id",
    "job_status",
    "followed_at",
    "ended",
    "verdict",
    "error.message",
    "error.hint",
    "error.status",
    "error.code",
    "error.request_id",
)


class MissingError(ConsoleError):
    """The journal does not have what was asked for."""

    title = "Not found"


@click.command("sent", context_settings={"max_content_width": 100})
@click.argument("number", required=False, type=click.IntRange(min=1))
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

    --prune never removes what is of unknown outcome, or whose job is not known to be over.
    """
    if sum(each is not None for each in (number, prune, file)) > 1:
        raise click.UsageError("a number, --prune and --export exclude each other")
    zone = UTC if utc else None
    start = _start(since, zone)
    with outbox.opened() as journal:
        if number is not None:
            _put_one(journal, number, form, zone)
        elif prune is not None:
            gone = journal.prune(timedelta(days=prune))
            say(f"{gone:,} send{'' if gone == 1 else 's'} removed from the journal")
        elif file is not None:
            _export(list(_chosen(journal, start, outcomes))[::-1], file, zone)
        else:
            found = list(_chosen(journal, start, outcomes))
            shown = found if everything else found[:limit]
            out = writer(
                form, record.SENT, chosen_columns(record.SENT, columns), zone, choosable=True
            )
            if shown or form != "table":
                out.page([record.row(each) for each in shown])
            out.end()
            if not found:
                say("nothing was sent" + (" like that" if since or outcomes else ""))
            elif len(shown) < len(found):
                say(f"{len(shown):,} of {len(found):,} sends; --all writes every one")
    return Exit.DONE


def _start(since: str | None, zone: tzinfo | None) -> datetime | None:
    if since is None:
        return None
    from console.app.period import parse  # noqa: PLC0415 - for this option alone

    try:
        return parse(since, datetime.now(UTC), zone).start
    except ValueError as error:
        raise click.UsageError(f"--since {error}") from error


def _chosen(journal: Journal, since: datetime | None, outcomes: tuple[str, ...]) -> Iterator[Send]:
    """Yield the sends that are asked for, the newest first."""
    wanted = set(outcomes)
    for each in journal.sends(since=since):
        if not wanted or each.outcome in wanted or record.standing(each) in wanted:
            yield each


def _put_one(journal: Journal, number: int, form: str, zone: tzinfo | None) -> None:
    found = journal.send(number)
    if found is None:
        raise MissingError(
            f"there is no send {number} in the journal", hint="console sent lists them"
        )
    row = record.row(found)
    if form == "json":
        put(f"{json_text(row)}\n")
        return
    if form != "table":
        out = writer(form, record.COURSE, None, zone)
        out.page([each.facts() for each in found.desktops])
        out.end()
        return
    sent = record.SentRecord.of(row)
    titles = {name: column.column(record.SentRecord, name) for name in _HEAD}
    for each in titles.values():
        value = each.of(sent)
        if value is not None and value != "" and value is not False:
            put(f"{each.title + ':':<14}{cell(column.shown(value, zone))}\n")
    if why := unjournalled(found):
        put(f"{'Journal:':<14}{cell(why)}\n")
    put("\n")
    for line in safe(found.text).split("\n"):
        put(f"  | {line}\n")
    put("\n")
    if found.desktops:
        out = writer(form, record.COURSE, None, zone)
        out.page([each.facts() for each in found.desktops])
        out.end()
    elif found.outcome is Outcome.ACCEPTED and not found.ended:
        say(f"its course is not known here: {outbox.follow_command(found)}".rstrip(": "))


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
