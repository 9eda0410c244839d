"""Follow the job of a send to its end: who got the message, who did not, and why.

Source: api facts, ShowJob and ListItaSubJobs, and the official Terraform provider. A job's statuses
have no published list, so an unknown one is one that goes on. `COMPLETE` alone says nothing: each
desktop's own sub-job must be `SUCCESS`. A job may be unknown to the cloud for a while after it was
accepted. The cloud is asked often at first and then more seldom; its throttling counts per user.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

from console.client.client import Client
from console.errors import (
    ConsoleError,
    IncompleteError,
    NotFoundError,
    ServerError,
    SettingsError,
    ThrottledError,
    UnreachableError,
    UnreadableError,
)
from console.outbox.journal import Journal, JournalError
from console.outbox.send import DesktopCourse, Send, Verdict
from console.sending import elsewhere
from console.sending.dispatch import place_of, settle_again, unjournalled
from console.sending.pace import (
    PATIENCE,
    PATIENCE_LATER,
    Absence,
    Clock,
    Wait,
    delays,
    says_no_such_job,
)
from console.services.jobs import (
    FAILED,
    SUB_JOBS,
    SUCCEEDED,
    JobEntities,
    SubJob,
    SubJobQuery,
    show_job,
)

_MOST_SUB_JOBS: Final = 10_000
"""The greatest offset of sub-jobs that is documented."""

_MOST_TOTAL: Final = 1_000_000
"""A number of desktops beyond which it is no number of desktops."""

_LATE_LOOKS: Final = 3
"""Looks at a job that is over until desktops that it left open are taken for open for ever."""

_PASSING: Final = (ThrottledError, ServerError, UnreachableError, UnreadableError, IncompleteError)
"""Errors of a look that the next one may not meet."""

OnTrouble: TypeAlias = Callable[[ConsoleError], object]


@dataclass(frozen=True, slots=True)
class Course:
    """How a job stands.

    Attributes:
        status: its status in the cloud's own word.
        desktops: what it did to each desktop that is named.
        total: how many desktops the cloud counts; None where it does not say.
        over: whether the cloud is done with it.
        ended: whether nothing more will change; a desktop may be told of later than the job.
        verdict: what became of it as a whole; empty while it goes on, and where nobody says.
        reason: why the job as a whole failed; empty where it did not, or nobody says.
    """

    status: str
    desktops: tuple[DesktopCourse, ...]
    total: int | None
    over: bool = False
    ended: bool = False
    verdict: Verdict = ""
    reason: str = ""

    def number(self, state: str) -> int:
        """Return how many desktops are in a state."""
        return sum(each.state == state for each in self.desktops)


async def look(client: Client, job_id: str) -> Course:
    """Return how a job stands now.

    Raises:
        NotFoundError: the cloud does not know it, or not yet.
        ConsoleError: the cloud refused, or could not be reached.
    """
    job, _ = await show_job(client, job_id)
    sub_jobs = job.sub_jobs or []
    total = job.sub_jobs_total
    if total is not None and not 0 <= total <= _MOST_TOTAL:
        total = None
    if len(sub_jobs) < (total or 0):
        pages = SUB_JOBS.pages(client, SubJobQuery(job_id=job_id), most=_MOST_SUB_JOBS)
        listed = [each async for page in pages for each in SUB_JOBS.records(page.rows)]
        sub_jobs = max(sub_jobs, listed, key=len)
    desktops = tuple(_desktop(each, over=job.finished) for each in sub_jobs)
    all_told = len(desktops) >= (total or 0) and all(each.state != "pending" for each in desktops)
    course = Course(
        status=job.status or "",
        desktops=desktops,
        total=total,
        over=job.finished,
        reason=_reason(job.fail_reason, job.job_error_code),
    )
    return _at_its_end(course) if job.finished and all_told else course


async def watch(
    client: Client,
    job_id: str,
    *,
    patience: float = PATIENCE,
    timeout: float | None = None,  # noqa: ASYNC109 - not an end to a call, but to looking again
    on_trouble: OnTrouble | None = None,
    wait: Wait = asyncio.sleep,
) -> AsyncGenerator[Course, None]:
    """Yield how a job stands, again and again, until it has ended or the time is over.

    Args:
        client: who asks.
        job_id: the job.
        patience: seconds that the cloud may not know it at first.
        timeout: seconds after which to stop looking; None for as long as it takes.
        on_trouble: told of each error that is passed over.
        wait: waits for some seconds.

    Raises:
        NotFoundError: the cloud does not know the job, and has said so several times.
        ConsoleError: it cannot be asked, and waiting would not mend that.
    """
    clock = Clock(wait, timeout)
    absence, late = Absence(clock, patience), 0
    for delay in delays(clock):
        if not await clock.wait(delay):
            return
        try:
            async with asyncio.timeout(clock.grace()):
                course = await look(client, job_id)
        except TimeoutError:
            return
        except (NotFoundError, *_PASSING) as error:
            if isinstance(error, NotFoundError) and absence.is_proven_by(error):
                raise
            clock.hold(error)
            if on_trouble:
                on_trouble(error)
            continue
        absence.ends()
        late += course.over and not course.ended
        if late >= _LATE_LOOKS:
            course = _at_its_end(course)
        yield course
        if course.ended:
            return


async def follow(
    journal: Journal,
    client: Client,
    send: Send,
    *,
    on_change: Callable[[Send], object] | None = None,
    on_trouble: OnTrouble | None = None,
    timeout: float | None = None,  # noqa: ASYNC109 - as in `watch`
    wait: Wait = asyncio.sleep,
) -> Send:
    """Follow an accepted send to its end, journal its course, and return it as last known.

    A job that the cloud no longer knows has ended, and nobody says how: no verdict; it can be
    followed again. Where the journal cannot be written, the course is told all the same, and the
    next look writes what is missing.

    Args:
        journal: where each change is written.
        client: a way to the place that the send went to.
        send: the send; one without a job, or whose end is known, is returned as it is.
        on_change: told of the send whenever it has changed.
        on_trouble: told of each error that is passed over, of the journal too.
        timeout: seconds after which to stop; None for as long as it takes.
        wait: waits for some seconds.

    Raises:
        SettingsError: the client leads to another place.
        ConsoleError: the cloud cannot be asked, and waiting would not mend that; the course so far
            is in the journal, and it can be followed later.
    """
    if not can_be_followed(send):
        return send
    place = await place_of(client)
    if said := elsewhere.sentence(send, place):
        raise SettingsError(said, hint=elsewhere.hint(send.place, place))
    age = (datetime.now(UTC) - send.written_at).total_seconds()
    patience = max(PATIENCE - max(age, 0.0), PATIENCE_LATER)

    async def noted(before: Send, course: Course) -> Send:
        after = await _noted(journal, before, course, on_trouble)
        if on_change and replace(after, followed_at=before.followed_at) != before:
            on_change(after)
        return after

    try:
        courses = watch(
            client,
            send.job_id,
            patience=patience,
            timeout=timeout,
            on_trouble=on_trouble,
            wait=wait,
        )
        async with aclosing(courses):
            async for course in courses:
                send = await noted(send, course)
                if send.ended:  # here, or in another console
                    break
    except NotFoundError as error:
        if not says_no_such_job(error):
            raise
        gone = Course(send.job_status, send.desktops, send.total, over=True, ended=True)
        send = await noted(send, gone)
    return send


def can_be_followed(send: Send) -> bool:
    """Tell whether there may be more to be heard of a send's job."""
    return send.is_accepted and bool(send.job_id) and not is_known_to_its_end(send)


def is_known_to_its_end(send: Send) -> bool:
    """Tell whether a send's job is over, and it is known what became of it."""
    return send.ended and bool(send.verdict)


async def _noted(
    journal: Journal, send: Send, course: Course, on_trouble: OnTrouble | None
) -> Send:
    """Return `send` with its course, written to the journal where it has changed."""
    status = course.status
    if course.reason and not course.desktops:  # no desktop says it
        status = f"{status}: {course.reason}"
    changed = replace(
        send,
        job_status=status,
        desktops=course.desktops,
        total=course.total,
        ended=course.ended,
        verdict=course.verdict,
        followed_at=datetime.now(UTC),
    )
    if unjournalled(send):
        settled = await asyncio.to_thread(settle_again, journal, send)
        changed = replace(changed, error=settled.error, settled_at=settled.settled_at)
    elif send.followed_at and replace(changed, followed_at=send.followed_at) == send:
        return send
    try:
        return await asyncio.to_thread(
            journal.course,
            send.id,
            status,
            course.desktops,
            ended=course.ended,
            verdict=course.verdict,
            total=course.total,
        )
    except JournalError as error:
        if on_trouble:
            on_trouble(error)
        return changed


def _at_its_end(course: Course) -> Course:
    return replace(course, ended=True, verdict=_verdict(course))


def _desktop(sub_job: SubJob, *, over: bool) -> DesktopCourse:
    entities = sub_job.entities or JobEntities()
    name = entities.desktop_name or sub_job.entity or ""
    user = entities.user_name or sub_job.attach_user or ""
    of = (entities.desktop_id or "", name, user)
    if sub_job.status == SUCCEEDED:
        return DesktopCourse(*of, "delivered")
    reason = _reason(sub_job.fail_reason, sub_job.error_code)
    if sub_job.status in FAILED:
        return DesktopCourse(*of, "failed", reason)
    if over:
        reason = reason or f"the job is over, and the cloud says {sub_job.status or 'nothing'}"
    return DesktopCourse(*of, "pending", reason)


def _reason(sentence: str | None, code: str | None) -> str:
    if sentence and code:
        return f"{sentence} ({code})"
    return sentence or code or ""


def _verdict(course: Course) -> Verdict:
    """Return what became of a job that is over; empty where nobody says."""
    delivered, failed = course.number("delivered"), course.number("failed")
    if not course.desktops:
        if course.status in FAILED:
            return "failed"
        # A job that counts its desktops and names none reached nobody that is known.
        return "delivered" if course.status == SUCCEEDED and course.total is None else ""
    whole = delivered == len(course.desktops) >= (course.total or 0)
    if whole and course.status not in FAILED:
        return "delivered"
    if delivered:
        return "partly"
    return "failed" if failed else ""
