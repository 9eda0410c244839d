"""Workspace jobs: what became of a notification, desktop by desktop.

Sources: Workspace API reference, ShowJob and ListItaSubJobs; the official Terraform provider for
which words end a job (COMPLETE, SUCCESS, FAIL) and that COMPLETE does not mean success. A parent
fails with FAIL, a sub-job with FAILED. The job types and the codes of failures are invented.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from console.emulator.data.identifiers import Identifiers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.emulator.cloud import Cloud
    from console.emulator.data.estate import Desktop, Pool

KEPT_JOBS = 500
BEGINS_AFTER = timedelta(seconds=0.3)
ENDS_AFTER = timedelta(seconds=2.5)
POOL_JOB, DESKTOP_JOB = "sendDesktopPoolNotifications", "sendDesktopNotifications"
WAITING, RUNNING, SUCCESS, FAILED = "WAITING", "RUNNING", "SUCCESS", "FAILED"
COMPLETE, FAIL = "COMPLETE", "FAIL"
FROZEN = ("WKS.00040102", "The desktop pool contains frozen desktops.")
REASONS = {
    "SHUTOFF": ("WKS.00040201", "桌面已关机"),
    "HIBERNATED": ("WKS.00040202", "The desktop is hibernated and cannot receive notifications."),
    "ERROR": ("WKS.00040203", "The desktop is faulty: agent heartbeat lost."),
}

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted notification; its state follows from its age alone."""

    id: str
    type: str
    begun: datetime
    desktops: tuple[Desktop, ...]
    pool: Pool | None
    sub_job_ids: tuple[str, ...] = field(repr=False)

    @property
    def refused(self) -> bool:
        """Whether the job as a whole fails: its pool is frozen."""
        return self.pool is not None and self.pool.status == "EXIST_FROZEN"

    def _ends(self, number: int) -> datetime:
        share = (number + 1) / max(1, len(self.desktops))
        return self.begun + BEGINS_AFTER + (ENDS_AFTER - BEGINS_AFTER) * share

    def status(self, now: datetime) -> str:
        """Return the state of the whole."""
        if now < self.begun + BEGINS_AFTER:
            return WAITING
        if now < self.begun + ENDS_AFTER:
            return RUNNING
        if self.refused:
            return FAIL
        return COMPLETE if any(item.status in REASONS for item in self.desktops) else SUCCESS

    def sub_status(self, number: int, now: datetime) -> str:
        """Return the state of one desktop's share."""
        if now < self.begun + BEGINS_AFTER:
            return WAITING
        if now < self._ends(number):
            return RUNNING
        return FAILED if self._failure(number) else SUCCESS

    def _failure(self, number: int) -> tuple[str, str] | None:
        return FROZEN if self.refused else REASONS.get(self.desktops[number].status)

    def sub_rows(self, now: datetime, project_id: str) -> Iterator[Row]:
        """Render the sub-jobs."""
        for number, desktop in enumerate(self.desktops):
            status = self.sub_status(number, now)
            row: Row = {
                "id": self.sub_job_ids[number],
                "job_type": self.type,
                "entities": {
                    "desktop_id": desktop.id,
                    "desktop_name": desktop.name,
                    "user_name": desktop.users[0] if desktop.users else None,
                    "ip_address": desktop.ip,
                },
                "begin_time": _time(self.begun),
                "status": status,
                "project_id": project_id,
                "job_id": self.id,
                "process": {WAITING: 0, RUNNING: 50}.get(status, 100),
                "attach_user": ",".join(desktop.users),
                "entity": desktop.name,
                "ip_address": desktop.ip,
            }
            if status in (SUCCESS, FAILED):
                row["end_time"] = _time(self._ends(number))
            if status == FAILED:
                row["error_code"], row["fail_reason"] = self._failure(number) or ("", "")
            yield row

    def row(self, now: datetime, project_id: str) -> Row:
        """Render the whole job."""
        status = self.status(now)
        row: Row = {
            "id": self.id,
            "job_type": self.type,
            "begin_time": _time(self.begun),
            "status": status,
            "sub_jobs_total": len(self.desktops),
            "sub_jobs": list(self.sub_rows(now, project_id)),
        }
        if status in (COMPLETE, SUCCESS, FAIL):
            row["end_time"] = _time(self.begun + ENDS_AFTER)
        if status == FAIL:
            row["job_error_code"], row["fail_reason"] = FROZEN
        return row


def _time(instant: datetime) -> str:
    # Jobs alone write times with a space and without a zone.
    return instant.strftime("%Y-%m-%d %H:%M:%S")


class JobStore:
    """The latest jobs."""

    def __init__(self, cloud: Cloud) -> None:
        self._ids = Identifiers(cloud.options.seed)
        self._clock = cloud.clock
        self._serial = count(1)
        self._jobs: OrderedDict[str, Job] = OrderedDict()

    def start(self, kind: str, desktops: Sequence[Desktop], pool: Pool | None) -> Job:
        """Accept a notification to desktops."""
        label = f"job {next(self._serial)}"
        job = Job(
            self._ids.uuid(label),
            kind,
            self._clock.story(),
            tuple(desktops),
            pool,
            tuple(self._ids.uuid(f"{label} {number}") for number in range(len(desktops))),
        )
        self._jobs[job.id] = job
        if len(self._jobs) > KEPT_JOBS:
            self._jobs.popitem(last=False)
        return job

    def find(self, job_id: str) -> Job | None:
        """Return a job, None when it is unknown."""
        return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        """Return the jobs, oldest first."""
        return list(self._jobs.values())
