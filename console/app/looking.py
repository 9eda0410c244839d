"""Looks whether a send of unknown outcome arrived: jobs of that time, and who is connected.

The cloud lists jobs by type or by id only. The type of a notification's job is in no document; it
is learnt from a job of an earlier send. Where none is known, the operation's name is tried, which
proves nothing when it finds nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from console.client.client import Client
from console.errors import ConsoleError, NotFoundError, SettingsError
from console.outbox.journal import Journal
from console.outbox.send import Outcome, Send
from console.sending import elsewhere, targets
from console.sending.dispatch import place_of
from console.services import pool_connections
from console.services.desktop_notifications import SEND_TO_DESKTOPS, SEND_TO_POOL
from console.services.jobs import SUB_JOBS, SubJob, SubJobQuery, show_job
from console.services.pool_connections import PooledDesktopQuery

_EARLIER: Final = 3
"""Jobs of earlier sends that are asked for their type."""

_MOST: Final = 5_000
"""Sub-jobs that are read."""

_BEFORE: Final = timedelta(minutes=2)
"""How much earlier than it was written its job may seem to have begun, by clocks set right."""

_AFTER: Final = timedelta(minutes=10)
"""How much later than it was written its job may have begun."""

_APART: Final = timedelta(minutes=15)
"""How far two clocks may be apart, before the gateway refuses, where theirs is not known."""

_ZONES: Final = range(-12, 15)
"""Hours that zones are apart from UTC: that of the jobs' times is not documented."""

_APART_AT_MOST: Final = timedelta(days=1)
"""How much earlier than it another send may have been written whose job is of about that time."""

_SOON: Final = timedelta(minutes=1)
"""How long after a send its job may still be unknown."""


@dataclass(frozen=True, slots=True)
class FoundJob:
    """A job that may be that of the send.

    Attributes:
        id: the job.
        began: when it began; None where the cloud does not say.
        states: how many of its desktops are in which state.
        likely: whether it is the send's if its times are in UTC; else it may be.
    """

    id: str
    began: datetime | None
    states: Counter[str]
    likely: bool = True


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found.

    Attributes:
        send: the send that was looked for.
        jobs: jobs of that time and target that belong to no other send of the journal.
        type: the type of job that was looked for.
        doubts: why a job that was not found may be there all the same; empty where it would have
            been found.
        repeats: the sends that repeat this one, the newest first.
        connected: how many desktops of the target are connected now; None where not known.
        error: why jobs could not be listed; None where they could.
    """

    send: Send
    jobs: Sequence[FoundJob] = ()
    type: str = ""
    doubts: Sequence[str] = ()
    repeats: Sequence[Send] = ()
    connected: int | None = None
    error: ConsoleError | None = None


async def look(journal: Journal, client: Client, send: Send) -> Findings:
    """Return what can be found out about a send of unknown outcome; errors are part of it.

    Raises:
        JournalError: the journal cannot be read.
    """
    others = await asyncio.to_thread(journal.repetitions)
    findings = Findings(send, repeats=targets.repeats_of(send.id, others))
    try:
        place = await place_of(client)
        if said := elsewhere.sentence(send, place):
            raise SettingsError(said, hint=elsewhere.hint(send.place, place))
        findings = replace(findings, connected=await _connected(client, send))
        if job := await _named(client, send):
            return replace(findings, jobs=[job])
        kind, guessed = await _type(journal, client, send)
        jobs, doubts = await _jobs(journal, client, send, kind)
    except ConsoleError as error:
        return replace(findings, error=error)
    if guessed:
        doubts = ["its type is a guess, as no document names it and no earlier send was accepted"]
    if datetime.now(UTC) - send.written_at < _SOON:
        doubts = [*doubts, "it was sent a moment ago: a job may come up a little later"]
    return replace(findings, jobs=jobs, type=kind, doubts=doubts)


async def _named(client: Client, send: Send) -> FoundJob | None:
    """Return the job that the doubtful answer named, if the cloud knows it."""
    if not send.job_id:
        return None
    try:
        job, _ = await show_job(client, send.job_id)
    except NotFoundError:
        return None
    began = job.begin_time if isinstance(job.begin_time, datetime) else None
    return FoundJob(send.job_id, began, Counter(each.status or "?" for each in job.sub_jobs or ()))


async def _connected(client: Client, send: Send) -> int | None:
    target = send.target
    try:
        if target.kind == "desktops":
            found = await targets.desktops_called(client, target.desktop_ids)
            return targets.of_desktops(found).connected
        query = PooledDesktopQuery(pool_id=target.pool_id)
        states = [
            each.connect_status
            async for page in pool_connections.DESKTOPS.pages(client, query, most=_MOST)
            for each in pool_connections.DESKTOPS.records(page.rows)
        ]
    except ConsoleError:
        return None
    return None if None in states else states.count(pool_connections.CONNECTED)


async def _type(journal: Journal, client: Client, send: Send) -> tuple[str, bool]:
    """Return the type of such jobs, and whether it is a guess."""
    accepted = await asyncio.to_thread(
        journal.sends,
        outcome=Outcome.ACCEPTED,
        project_id=send.place.project_id,
        limit=10 * _EARLIER,
    )
    alike = [
        each
        for each in accepted
        if each.target.kind == send.target.kind and each.place.key == send.place.key
    ]
    for each in alike[:_EARLIER]:
        try:
            job, _ = await show_job(client, each.job_id)
        except ConsoleError:
            continue  # an old job that the cloud has forgotten says nothing
        if job.job_type:
            return job.job_type, False
    operation = SEND_TO_POOL if send.target.kind == "pool" else SEND_TO_DESKTOPS
    return operation.name[0].lower() + operation.name[1:], True


async def _jobs(
    journal: Journal, client: Client, send: Send, kind: str
) -> tuple[list[FoundJob], list[str]]:
    """Return the jobs that may be the send's, and why there may be others."""
    pool_id = send.target.pool_id if send.target.kind == "pool" else None
    query = SubJobQuery(job_type=kind, desktop_pool_id=pool_id)
    pages = SUB_JOBS.pages(client, query, most=_MOST)
    sub_jobs = [each async for page in pages for each in SUB_JOBS.records(page.rows)]
    own = await asyncio.to_thread(
        journal.sends, project_id=send.place.project_id, since=send.written_at - _APART_AT_MOST
    )
    here = [each for each in own if each.place.key == send.place.key and each.id != send.id]
    known = {each.job_id for each in here if each.job_id}
    jobs: dict[str, list[SubJob]] = {}
    for each in sub_jobs:
        if each.job_id and each.job_id not in known and _concerns(each, send):
            jobs.setdefault(each.job_id, []).append(each)
    found = [
        FoundJob(
            job_id,
            began := _began(parts),
            Counter(each.status or "?" for each in parts),
            likely=_near(began, send, client.clock_offset, range(1)),
        )
        for job_id, parts in jobs.items()
    ]
    fit = [each for each in found if _near(each.began, send, client.clock_offset, _ZONES)]
    doubts = []
    if pages.incomplete or len(sub_jobs) >= min(_MOST, (pages.total or 0) + 1):
        of = f" of {pages.total:,}" if pages.total else ""
        doubts.append(f"only {len(sub_jobs):,}{of} desktops of such jobs were looked through")
    return sorted(fit, key=lambda each: not each.likely), doubts


def _concerns(sub_job: SubJob, send: Send) -> bool:
    if send.target.kind == "pool":
        return True
    desktop = sub_job.entities.desktop_id if sub_job.entities else None
    return desktop in send.target.desktop_ids


def _began(parts: Sequence[SubJob]) -> datetime | None:
    times = [each.begin_time for each in parts if isinstance(each.begin_time, datetime)]
    return min(times) if times else None


def _near(
    began: datetime | None, send: Send, clock_offset: float | None, zones: Iterable[int]
) -> bool:
    """Tell whether a job began about when the send left, if its time is in one of some zones.

    One without a time may have, in any zone but none that is known.
    """
    if began is None:
        return len(list(zones)) > 1
    margin = _APART if clock_offset is None else timedelta()
    written = send.written_at - timedelta(seconds=clock_offset or 0.0)
    earliest, latest = written - _BEFORE - margin, written + _AFTER + margin
    return any(earliest <= began - timedelta(hours=hours) <= latest for hours in zones)
