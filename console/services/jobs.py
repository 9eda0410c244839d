"""Workspace: a job, and what it did to each desktop.

Source: Workspace API reference, ShowJob and ListItaSubJobs. The statuses have no published list; a
job is finished when the official Terraform provider says so, and a desktop got its message only
where the sub-job says `SUCCESS`: a job that is `COMPLETE` can hold desktops that never got it.
Parents end in `FAIL`, sub-jobs in `FAILED`; each is read for both. The zone of the times is not
documented; they are read as UTC.
"""

from collections.abc import Iterator
from typing import Final, Literal

from console.client.call import Call
from console.client.client import Client
from console.client.operation import Operation
from console.errors import Problem, UnreadableError
from console.services.listing import Listing
from console.services.model import Query, Record, attribute, optional
from console.services.value import LooseInstant
from console.text import Json

SHOW_JOB: Final = Operation(
    name="ShowJob",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/workspace-jobs/{job_id}",
    action="workspace:jobs:get",
)
LIST_SUB_JOBS: Final = Operation(
    name="ListItaSubJobs",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/workspace-sub-jobs",
    action="workspace:jobs:listSubJobs",
)
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


class SubJobQuery(Query):
    """Which sub-jobs to list."""

    job_id: str | None = optional("Job", "the job's id; this or `job_type` is needed", min_length=1)
    job_type: str | None = optional(
        "Type", "type of job; notification jobs have none that is known"
    )
    status: Literal["SUCCESS", "RUNNING", "FAILED", "WAITING"] | None = optional(
        "Status", "state of the sub-job"
    )
    desktop_pool_id: str | None = optional("Pool", "the pool's id")
    offset: int | None = optional("Offset", "index of the first row", ge=0, le=10000)
    limit: int | None = optional(
        "Limit", "rows in one answer; the cloud's own default is 1000", ge=1, le=1000
    )

    def problems(self) -> Iterator[Problem]:
        """Yield a problem where neither a job nor a type is named."""
        if not self.job_id and not self.job_type:
            yield Problem("job_id", "is needed, or job_type")


SUB_JOBS: Final = Listing(
    title="Sub-jobs",
    operation=LIST_SUB_JOBS,
    query=SubJobQuery,
    record=SubJob,
    rows="jobs",
    total="total_count",
    columns=("entities.desktop_name", "entities.user_name", "status", "process", "fail_reason"),
)


async def show_job(client: Client, job_id: str) -> tuple[Job, dict[str, Json]]:
    """Return a job, and the same as the cloud wrote it.

    Raises:
        ConsoleError: the cloud refused, could not be reached, or answered without a status.
    """
    answer = await client.read(Call(SHOW_JOB, path={"job_id": job_id}))
    body = answer.json_object()
    job = Job.of(body)
    if not job.status:
        raise UnreadableError(f"the cloud does not say how job {job_id} stands")
    return job, body
