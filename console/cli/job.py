"""`console job`: how a send's job stands, and what it did to each desktop."""

import asyncio
from contextlib import aclosing
from datetime import UTC

import click

from console.cli import outbox, way
from console.cli.options import Seconds, way_options
from console.cli.output import FORMATS, put, writer
from console.cli.talk import say, tell_error
from console.client.client import Client
from console.client.paging import Row
from console.errors import Exit, IncompleteError
from console.outbox.journal import Journal, JournalError
from console.outbox.send import Outcome, Send
from console.profiles.profile import Profile
from console.sending.follow import Course, can_be_followed, follow, watch
from console.services import column
from console.services.jobs import SUB_JOBS, Job, SubJobQuery, show_job
from console.text import Json, cell, json_text

_PATIENCE = 10.0
"""Seconds that a job may be unknown to the cloud; a mistyped one is that for ever."""

_HEAD = (
    "id",
    "status",
    "begin_time",
    "end_time",
    "job_error_code",
    "fail_reason",
    "sub_jobs_total",
)


@click.command("job")
@click.argument("job_id")
@click.option(
    "-o",
    "--output",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="how to write the job; ndjson and csv write its desktops, a line each",
)
@click.option("--follow", "follows", is_flag=True, help="wait until it is known who got it")
@click.option(
    "--timeout",
    type=Seconds(),
    help="seconds that --follow waits  [default: as long as it takes]",
)
@click.option("--utc", is_flag=True, help="times in UTC instead of this machine's zone")
def command(
    job_id: str,
    form: str,
    timeout: float | None,
    *,
    follows: bool,
    utc: bool,
    profile_name: str | None,
    read_only: bool,
) -> int:
    """Show how a job stands, and what it did to each desktop.

    COMPLETE alone does not say that everybody got the message: every desktop must say SUCCESS.
    With --follow it ends with 6 where not everybody is known to have got it.
    """
    if timeout and not follows:
        raise click.UsageError("--timeout is how long to --follow")
    profile = way.taken(profile_name, read_only=read_only)
    delivered = not follows or _follow(profile, job_id, timeout)
    _put(profile, job_id, form, utc=utc)
    return Exit.DONE if delivered else Exit.PARTLY


def _put(profile: Profile, job_id: str, form: str, *, utc: bool) -> None:
    """Write how a job stands now."""
    job, body, rows = asyncio.run(_ask(profile, job_id))
    zone = UTC if utc else None
    if form == "json":
        whole: dict[str, Json] = {**body, "sub_jobs": list(rows)}
        put(f"{json_text(whole)}\n")
        return
    out = writer(form, SUB_JOBS, None, zone)
    if form == "table":
        for name in _HEAD:
            each = column.column(Job, name)
            put(f"{each.title + ':':<13}{cell(column.shown(each.of(job), zone))}\n")
        put("\n")
    if rows:
        out.page(rows)
    elif form == "table":
        say("the job names no desktop")
    out.end()


def _follow(profile: Profile, job_id: str, timeout: float | None) -> bool:
    """Follow a job, in the journal too where it is of a send there; tell whether all got it."""
    if not outbox.exists():
        return asyncio.run(_watch(profile, job_id, timeout))
    try:
        with outbox.opened() as journal:
            for send in journal.sends(outcome=Outcome.ACCEPTED, job_id=job_id):
                if can_be_followed(send):
                    return asyncio.run(_follow_send(profile, journal, send, timeout))
    except JournalError as error:  # a job can be followed without it
        tell_error(error)
    return asyncio.run(_watch(profile, job_id, timeout))


async def _follow_send(
    profile: Profile, journal: Journal, send: Send, seconds: float | None
) -> bool:
    progress = outbox.Progress()
    async with Client(profile) as client:
        send = await follow(
            journal,
            client,
            send,
            on_change=progress.send,
            on_trouble=progress.trouble,
            timeout=seconds,
        )
    _tell_end(ended=send.ended)
    return send.verdict == "delivered"


async def _watch(profile: Profile, job_id: str, seconds: float | None) -> bool:
    progress = outbox.Progress()
    course: Course | None = None
    async with Client(profile) as client:
        courses = watch(
            client, job_id, patience=_PATIENCE, timeout=seconds, on_trouble=progress.trouble
        )
        async with aclosing(courses):
            async for course in courses:
                progress.course(job_id, course)
    _tell_end(ended=course is not None and course.ended)
    return course is not None and course.verdict == "delivered"


def _tell_end(*, ended: bool) -> None:
    if not ended:
        say("the time is over, and the job is not")


async def _ask(profile: Profile, job_id: str) -> tuple[Job, dict[str, Json], tuple[Row, ...]]:
    """Return a job, its text, and all its sub-jobs, also those that its answer leaves out."""
    async with Client(profile) as client:
        job, body = await show_job(client, job_id)
        given = body.get("sub_jobs")
        rows = (
            tuple(row for row in given or () if isinstance(row, dict))
            if isinstance(given, list)
            else ()
        )
        if len(rows) >= (job.sub_jobs_total or 0):
            return job, body, rows
        say("the job names only some of its desktops; asking for the rest")
        pages = SUB_JOBS.pages(client, SubJobQuery(job_id=job_id))
        rows = tuple([row async for page in pages for row in page.rows])
        if pages.incomplete:
            raise IncompleteError(pages.incomplete, hint="try again")
        return job, body, rows


command.params += way_options()
