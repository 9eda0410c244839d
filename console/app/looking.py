"""Looks whether a send of unknown outcome arrived: jobs of that time, and who is connected.

The cloud lists jobs by type or by id only. The type of a notification's job is in no document; it
is learnt from a job of an earlier send. Where none is known, the operation's name is tried, which
proves nothing when it finds nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from console.client.client import Client
from console.errors import ConsoleError, SettingsError
from console.outbox.journal import Journal
from console.outbox.send import Outcome, Send
from console.sending import targets
from console.services import pool_connections
from console.services.desktop_pools import (
    SEND_TO_DESKTOPS,
    SEND_TO_POOL,
    SUB_JOBS,
    SubJobQuery,
    show_job,
)
from console.services.job import SubJob
from console.services.pool_connections import PooledDesktopQuery

_EARLIER: Final = 3
"""Jobs of earlier sends that are asked for their type."""

_MOST: Final = 5_000
"""Sub-jobs that are read."""

_BEFORE: Final = timedelta(minutes=2)
"""How much earlier than it was written its job may seem to have begun, for clocks that differ."""

_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FoundJob:
    """A job that may be that of the send.

    Attributes:
        id: the job.
        began: when it began; None where the cloud does not say.
        states: how many of its desktops are in which state.
    """

    id: str
    began: datetime | None
    states: Counter[str]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found.

    Attributes:
        send: the send that was looked for.
        jobs: jobs of that time and target that belong to no other send of the journal.
        type: the type of job that was looked for.
        guessed: whether the type is a guess.
        connected: how many desktops of the target are connected now; None where not known.
        error: why jobs could not be listed; None where they could.
    """

    send: Send
    jobs: Sequence[FoundJob] = ()
    type: str = ""
    guessed: bool = False
    connected: int | None = None
    error: ConsoleError | None = None


async def look(journal: Journal, client: Client, send: Send) -> Findings:
    """Return what can be found out about a send of unknown outcome; errors are part of it."""
    if (project := await client.project_id()) != send.place.project_id:
        raise SettingsError(
            f"it went to project {send.place.project_id}, and this way leads to {project}",
            hint=f"use profile {send.place.profile}",
        )
    connected = await _connected(client, send)
    try:
        kind, guessed = await _type(journal, client, send)
        jobs = await _jobs(journal, client, send, kind)
    except ConsoleError as error:
        return Findings(send, connected=connected, error=error)
    return Findings(send, jobs, kind, guessed, connected)


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
    alike = [each for each in accepted if each.target.kind == send.target.kind]
    for each in alike[:_EARLIER]:
        try:
            job, _ = await show_job(client, each.job_id)
        except ConsoleError:
            continue  # an old job that the cloud has forgotten says nothing
        if job.job_type:
            return job.job_type, False
    operation = SEND_TO_POOL if send.target.kind == "pool" else SEND_TO_DESKTOPS
    return operation.name[0].lower() + operation.name[1:], True


async def _jobs(journal: Journal, client: Client, send: Send, kind: str) -> list[FoundJob]:
    pool_id = send.target.pool_id if send.target.kind == "pool" else None
    query = SubJobQuery(job_type=kind, desktop_pool_id=pool_id)
    pages = SUB_JOBS.pages(client, query, most=_MOST)
    sub_jobs = [each async for page in pages for each in SUB_JOBS.records(page.rows)]
    own = await asyncio.to_thread(journal.sends, project_id=send.place.project_id)
    known = {each.job_id for each in own if each.job_id}
    jobs: dict[str, list[SubJob]] = {}
    for each in sub_jobs:
        if each.job_id and each.job_id not in known and _concerns(each, send):
            jobs.setdefault(each.job_id, []).append(each)
    found = [
        FoundJob(job_id, _began(parts), Counter(each.status or "?" for each in parts))
        for job_id, parts in jobs.items()
    ]
    return [each for each in found if _fits(each, send)]


def _concerns(sub_job: SubJob, send: Send) -> bool:
    if send.target.kind == "pool":
        return True
    desktop = sub_job.entities.desktop_id if sub_job.entities else None
    return desktop in send.target.desktop_ids


def _began(parts: Sequence[SubJob]) -> datetime | None:
    times = [each.begin_time for each in parts if isinstance(each.begin_time, datetime)]
    return min(times) if times else None


def _fits(job: FoundJob, send: Send) -> bool:
    """Tell whether a job began about when the send left; one without a time may have."""
    if job.began is None:
        return True
    return send.written_at - _BEFORE <= job.began <= send.written_at + _AFTER
