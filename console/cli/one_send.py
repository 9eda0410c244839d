"""One send in full: what was sent, what became of it on each desktop, and a look into the cloud."""

import asyncio
import sys
from dataclasses import replace
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from console.cli import outbox, way
from console.cli.lines import width_of, wrapped
from console.cli.output import put, writer
from console.cli.talk import say
from console.client.client import Client
from console.client.paging import Row
from console.outbox.journal import Journal
from console.outbox.send import DesktopCourse, Outcome, Send
from console.profiles import environment
from console.sending import elsewhere, record
from console.sending.dispatch import unjournalled
from console.services import column
from console.text import Json, cell, json_text, safe

if TYPE_CHECKING:
    from console.app.looking import Findings

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
    "settled_at",
    "job_id",
    "job_status",
    "followed_at",
    "error.message",
    "error.hint",
    "error.status",
    "error.code",
    "error.request_id",
)

_LABEL: Final = 14
_INDENT: Final = 4


def put_one(send: Send, form: str, zone: tzinfo | None) -> None:
    """Write one send; NDJSON and CSV write its desktops."""
    row = record.row(send)
    if form == "json":
        put(f"{json_text(row)}\n")
        return
    if form != "table":
        _put_rows(send, form, zone)
        return
    _put_head(send, row, zone)
    if why := unjournalled(send):
        _put_fact("Journal", cell(why))
    lines = "".join(f"  | {line}\n" for line in safe(send.text).split("\n"))
    put(f"\n{lines}\n")
    if send.desktops:
        _put_course(send, zone)
    elif send.is_accepted and not send.ended:
        say(f"its course is not known here: {outbox.follow_command(send)}".rstrip(": "))
    if send.outcome is Outcome.UNKNOWN:
        put("OUTCOME UNKNOWN; it may have been shown:\n")
        for line in outbox.what_next(send):
            put(f"  {line}\n")


def _put_head(send: Send, row: Row, zone: tzinfo | None) -> None:
    sent = record.SentRecord.of(row)
    for name in _HEAD:
        if name == "error.hint" and send.outcome is Outcome.UNKNOWN:
            continue  # what to do is said in commands, at the end
        each = column.column(record.SentRecord, name)
        value = each.of(sent)
        if value is not None and value != "" and value is not False:
            _put_fact(each.title, cell(column.shown(value, zone)))


def looked(journal: Journal, send: Send) -> "Findings":
    """Ask the cloud whether a send arrived, with the profile that it was sent with if there is one.

    Raises:
        ConsoleError: that profile cannot be used, or the cloud cannot be asked.
    """
    from console.app.looking import look  # noqa: PLC0415 - for this option alone

    given, own = way.named(None), send.place.profile
    name = own if given is None and own not in {environment.NAME, elsewhere.DEMO} else given

    async def asked() -> "Findings":
        async with Client(way.profile(name, read_only=True)) as client:
            return await look(journal, client, send)

    found = asyncio.run(asked())
    if found.error:
        raise found.error
    return found


def put_look(found: "Findings", form: str, zone: tzinfo | None) -> None:
    """Write what was found out about whether a send arrived."""
    if form == "json":
        put(f"{json_text(_facts(found))}\n")
        return
    for line in in_words(found, zone):
        put(f"{line}\n")
    if found.jobs:
        which = "" if len(found.jobs) == 1 else " --job ID"
        put(f"to note that it arrived: console sent {found.send.id} --arrived{which}\n")


def _facts(found: "Findings") -> dict[str, Json]:
    jobs: list[Json] = [
        {
            "job_id": each.id,
            "began": each.began.isoformat() if each.began else None,
            "likely": each.likely,
            "desktops": dict(each.states),
        }
        for each in found.jobs
    ]
    return {
        "id": found.send.id,
        "jobs": jobs,
        "job_type": found.type,
        "doubts": list(found.doubts),
        "connected": found.connected,
        "repeated_as": [each.id for each in found.repeats],
    }


def in_words(found: "Findings", zone: tzinfo | None) -> list[str]:
    """Return what was found out, line by line."""
    send = found.send
    lines = []
    for job in found.jobs:
        began = f" began {column.shown(job.began, zone)}," if job.began else ""
        states = ", ".join(f"{number:,} {cell(state)}" for state, number in job.states.items())
        arrived = "it has probably ARRIVED" if job.likely else "it may have ARRIVED"
        lines.append(f"{arrived}: job {cell(job.id)}{began} {states}".rstrip())
        if follow_it := outbox.follow_command(replace(send, job_id=job.id)):
            lines.append(f"  {follow_it}")
    if any(not each.likely for each in found.jobs):
        lines.append("no document names the zone of these times")
    if not found.jobs and found.doubts:
        lines.append("no job of that time was found, which proves nothing:")
        lines += [f"  {cell(each)}" for each in found.doubts]
    elif not found.jobs:
        lines.append(
            f"no job of type {cell(found.type)} was found at that time: it has probably not arrived"
        )
    lines += [f"it was repeated as send {each.id}: {record.became(each)}" for each in found.repeats]
    if found.connected is not None:
        desktops = f"{found.connected:,} desktop{'' if found.connected == 1 else 's'}"
        lines.append(f"{desktops} of {cell(send.target.name)} connected now: ask their users")
    if not found.jobs and not found.repeats:
        lines.append(f"to send it again, which asks first: console send --again {send.id}")
    return lines


def _put_fact(title: str, text: str) -> None:
    lines = wrapped(text, _LABEL, width_of(sys.stdout))
    for number, line in enumerate(lines):
        put(f"{'' if number else f'{title}:':<{_LABEL}}{line}\n")


def _put_rows(send: Send, form: str, zone: tzinfo | None) -> None:
    out = writer(form, record.COURSE, None, zone)
    out.page([each.facts() for each in send.desktops])
    out.end()


def _put_course(send: Send, zone: tzinfo | None) -> None:
    """Write what became of each desktop, those first that did not get it; reasons are whole."""
    width = width_of(sys.stdout)
    desktops = sorted(send.desktops, key=lambda each: each.state == "delivered")
    lines = [_cells(each) for each in desktops]
    if width is None or _fits(lines, width):
        told = [replace(each, reason=outbox.why(each)) for each in desktops]
        _put_rows(replace(send, desktops=tuple(told)), "table", zone)
        return
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - a narrow terminal needs it

    reasons = [outbox.why(each) for each in desktops]
    heads = [line[:3] for line in lines]
    widths = [max(map(cell_len, part)) for part in zip(*heads, strict=True)]
    for head, reason in zip(heads, reasons, strict=True):
        aligned = "  ".join(
            set_cell_size(part, cells) for part, cells in zip(head, widths, strict=True)
        )
        put(f"{aligned.rstrip()}\n")
        for line in wrapped(cell(reason), _INDENT, width) if reason else ():
            put(f"{'':<{_INDENT}}{line}\n")


def _cells(course: DesktopCourse) -> list[str]:
    parts = (course.name or course.desktop_id, course.user or "-", course.state)
    return [*map(cell, parts), cell(outbox.why(course)), cell(course.desktop_id)]


def _fits(lines: list[list[str]], width: int) -> bool:
    """Tell whether a table has room for all of it."""
    from rich.cells import cell_len  # noqa: PLC0415 - as in `_put_course`

    widths = [max(map(cell_len, part)) for part in zip(*lines, strict=True)]
    return sum(widths) + 2 * len(widths) <= width
