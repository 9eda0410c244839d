"""Workspace: a job, and what it did to each desktop.

Source: Workspace API reference, ShowJob and ListItaSubJobs. The statuses have no published list; a
job is finished when the official Terraform provider says so, and a desktop got its message only
where the sub-job says `SUCCESS`. Parents end in `FAIL`, sub-jobs in `FAILED`; each is read
for both. The zone of the times is not documented; they are read as UTC.
"""

from typing import Final

from console.services.model import Record, attribute
from console.services.value import LooseInstant

FAILED: Final = frozenset({"FAIL", "FAILED"})
"""Statuses of a job or a sub-job that did not do its work."""

FINISHED: Final = frozenset({"COMPLETE", "SUCCESS"}) | FAILED
"""Statuses of a job that is over, whatever became of it."""

SUCCEEDED: Final = "SUCCESS"
"""The one status of a sub-job that did its work."""


class JobEntities(Record):
    """What a sub-job worked on."""

    desktop_id: str | None = attribute("Desktop id")
    desktop_name: str | None = attribute("Desktop")
    product_id: str | None = attribute("Product")
    user_name: str | None = attribute("User")
    ip_address: str | None = attribute("IP address")


class SubJob(Record):
    """What a job did to one desktop."""

    IDENTITY = ("id",)

    id: str | None = attribute("Sub-job")
    job_type: str | None = attribute("Type")
    status: str | None = attribute("Status", choices="SUCCESS RUNNING FAILED WAITING")
    entities: JobEntities | None = attribute("Works on")
    process: int | None = attribute("Progress", "0 to 100")
    error_code: str | None = attribute("Error code")
    fail_reason: str | None = attribute("Reason")
    begin_time: LooseInstant = attribute("Began")
    end_time: LooseInstant = attribute("Ended")
    host: str | None = attribute("Host")
    project_id: str | None = attribute("Project")
    job_id: str | None = attribute("Job")
    attach_user: str | None = attribute("Attached user")
    entity: str | None = attribute("Entity")
    ip_address: str | None = attribute("IP address")


class Job(Record):
    """A job of Workspace."""

    IDENTITY = ("id",)

    id: str | None = attribute("Job")
    job_type: str | None = attribute("Type")
    status: str | None = attribute("Status", choices="COMPLETE SUCCESS FAIL RUNNING WAITING")
    begin_time: LooseInstant = attribute("Began")
    end_time: LooseInstant = attribute("Ended")
    job_error_code: str | None = attribute("Error code")
    fail_reason: str | None = attribute("Reason")
    sub_jobs_total: int | None = attribute("Desktops", "how many sub-jobs there are")
    sub_jobs: list[SubJob] | None = attribute("Sub-jobs")

    @property
    def finished(self) -> bool:
        """Whether the job is over; nothing more will happen to its sub-jobs."""
        return self.status in FINISHED
