"""`console job`: how a send's job stands, and what it did to each desktop."""

import asyncio
from datetime import UTC

import click

from console.cli import way
from console.cli.options import way_options
from console.cli.output import FORMATS, put, writer
from console.cli.talk import say
from console.client.client import Client
from console.client.paging import Row
from console.errors import Exit, IncompleteError
from console.profiles.profile import Profile
from console.services import column
from console.services.desktop_pools import SUB_JOBS, SubJobQuery, show_job
from console.services.job import Job
from console.text import Json, cell, json_text

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
@click.option("--utc", is_flag=True, help="times in UTC instead of this machine's zone")
def command(job_id: str, form: str, *, utc: bool, profile_name: str | None, read_only: bool) -> int:
    """Show how a job stands, and what it did to each desktop.

    COMPLETE alone does not say that everybody got the message: every desktop must say SUCCESS.
    """
    job, body, rows = asyncio.run(_ask(way.taken(profile_name, read_only=read_only), job_id))
    zone = UTC if utc else None
    if form == "json":
        whole: dict[str, Json] = {**body, "sub_jobs": list(rows)}
        put(f"{json_text(whole)}\n")
        return Exit.DONE
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
    return Exit.DONE


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
