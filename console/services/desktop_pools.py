"""Workspace: desktop pools, their desktops, and notifications sent to both.

Source: Workspace API reference (ListDesktopPools, ShowDesktopPoolDetail, ListPoolDesktopsDetail,
ListDesktopsConnectStatus, ListDesktopPoolAuthorizedObjects, SendDesktopPoolNotifications,
SendNotifications, ShowJob, ListItaSubJobs). A send answers with a job; the job says what became of
it, and a job that is `COMPLETE` can hold desktops that never got the message.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from console.client.answer import Answer
from console.client.call import Call
from console.client.client import Client
from console.client.operation import Operation
from console.errors import Problem, QueryError, UnreadableError
from console.services.desktop import (
    AuthorizedObject,
    ConnectedDesktop,
    Desktop,
    Product,
    SecurityGroup,
    Tag,
    Volume,
)
from console.services.job import Job, SubJob
from console.services.listing import Listing
from console.services.model import Query, Record, attribute, mandatory, optional
from console.services.value import LooseInstant
from console.text import Json

LIST: Final = Operation(
    name="ListDesktopPools",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/desktop-pools",
    action="workspace:desktopPools:list",
)
SHOW: Final = Operation(
    name="ShowDesktopPoolDetail",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/desktop-pools/{pool_id}",
)
LIST_DESKTOPS: Final = Operation(
    name="ListPoolDesktopsDetail",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/desktop-pools/{pool_id}/desktops",
)
LIST_CONNECTED: Final = Operation(
    name="ListDesktopsConnectStatus",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/connect-desktops",
)
LIST_AUTHORIZED: Final = Operation(
    name="ListDesktopPoolAuthorizedObjects",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/desktop-pools/{pool_id}/users",
)
SEND_TO_POOL: Final = Operation(
    name="SendDesktopPoolNotifications",
    service="workspace",
    method="POST",
    path="/v2/{project_id}/desktop-pools/{pool_id}/notifications",
    mutates=True,
    action="workspace:desktopPools:sendNotifications",
)
SEND_TO_DESKTOPS: Final = Operation(
    name="SendNotifications",
    service="workspace",
    method="POST",
    path="/v2/{project_id}/desktops/notifications",
    mutates=True,
    action="workspace:desktops:sendNotifications",
)
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

_ID_OF_PROJECT: Final = "^[a-zA-Z0-9_-]+$"


class DesktopPoolQuery(Query):
    """Which desktop pools to list."""

    name: str | None = optional("Name", "name of a pool")
    type: Literal["DYNAMIC", "STATIC"] | None = optional("Type", "dynamic or static pools")
    enterprise_project_id: str | None = optional(
        "Enterprise project", "its id", max_length=36, pattern=_ID_OF_PROJECT
    )
    in_maintenance_mode: bool | None = optional("Maintenance", "only pools in maintenance, or not")
    offset: int | None = optional("Offset", "index of the first row", ge=0)
    limit: int | None = optional(
        "Limit", "rows in one answer; the cloud's own default is 1000", ge=1, le=1000
    )


class AutoscalePolicy(Record):
    """How a pool grows and shrinks by itself."""

    autoscale_type: str | None = attribute("Grows", choices="ACCESS_CREATED AUTO_CREATED")
    max_auto_created: int | None = attribute("At most", "desktops made automatically")
    min_idle: int | None = attribute("Idle below", "idle desktops below which more are made")
    once_auto_created: int | None = attribute("At once", "desktops made at a time; no longer used")
    min_retention: int | None = attribute("Kept", "desktops kept at least")
    idle_retention_duration: int | None = attribute("Idle time", "minutes until an idle one goes")
    auto_isolation_enable: bool | None = attribute("Isolates", "isolates faulty desktops")
    auto_isolation_max_num: int | None = attribute("Isolates at most")


class UserResetPolicy(Record):
    """How often a user may reset a desktop."""

    enable: bool | None = attribute("Resets allowed")
    reset_count_per_day: int | None = attribute("Resets a day")


class DesktopPool(Record):
    """A desktop pool."""

    IDENTITY = ("id",)

    id: str | None = attribute("Pool id")
    name: str | None = attribute("Pool")
    status: str | None = attribute(
        "Status",
        "steady, in transition, holding frozen desktops, or unknown",
        choices="STEADY TEMPORARY EXIST_FROZEN UNKNOWN",
    )
    type: str | None = attribute("Type", choices="DYNAMIC STATIC")
    in_maintenance_mode: bool | None = attribute("Maintenance")
    desktop_used: int | None = attribute("Used", "desktops in use")
    desktop_count: int | None = attribute("Desktops", "desktops in the pool")
    description: str | None = attribute("Description")
    created_time: LooseInstant = attribute("Created")
    charging_mode: str | None = attribute("Charging", "0 by period, 1 on demand", choices="0 1")
    availability_zone: str | None = attribute("Zone")
    subnet_id: str | None = attribute("Subnet", "no longer used; see the subnets")
    subnet_ids: list[str] | None = attribute("Subnets")
    vpc_id: str | None = attribute("VPC")
    product: Product | None = attribute("Product")
    image_id: str | None = attribute("Image id")
    image_name: str | None = attribute("Image")
    image_os_type: str | None = attribute("OS type")
    image_os_version: str | None = attribute("OS version")
    image_os_platform: str | None = attribute("OS platform")
    image_product_code: str | None = attribute("Image product code")
    image_cloud_service_type: str | None = attribute("Image cloud service type")
    image_resource_type: str | None = attribute("Image resource type")
    root_volume: Volume | None = attribute("System disk")
    data_volumes: list[Volume] | None = attribute("Data disks")
    security_groups: list[SecurityGroup] | None = attribute("Security groups")
    disconnected_retention_period: int | None = attribute(
        "Retention", "minutes that a disconnected desktop is kept"
    )
    enable_autoscale: bool | None = attribute("Autoscale")
    autoscale_policy: AutoscalePolicy | None = attribute("Autoscale policy")
    user_reset_policy: UserResetPolicy | None = attribute("Reset policy")
    enterprise_project_id: str | None = attribute("Enterprise project")
    desktop_name_policy_id: str | None = attribute("Naming policy")
    tags: list[Tag] | None = attribute("Tags")
    ou_name: str | None = attribute("OU")
    isolation_num: int | None = attribute("Isolated", "isolated desktops")
    domain: str | None = attribute("Domain")


POOLS: Final = Listing(
    title="Desktop pools",
    operation=LIST,
    query=DesktopPoolQuery,
    record=DesktopPool,
    rows="desktop_pools",
    total="total_count",
    columns=(
        "name",
        "id",
        "status",
        "desktop_used",
        "desktop_count",
        "type",
        "in_maintenance_mode",
    ),
)


class DesktopQuery(Query):
    """Which desktops of a pool to list."""

    pool_id: str = mandatory("Pool", "the pool's id", place="path", min_length=1)
    status: Literal["ACTIVE", "SHUTOFF", "ERROR", "HIBERNATED"] | None = optional(
        "Status", "state of the machine"
    )
    computer_name: str | None = optional("Desktop", "name of a desktop")
    computer_names: list[str] | None = optional("Desktops", "names of desktops", max_length=100)
    desktop_id: list[str] | None = optional("Desktop ids", "ids of desktops", max_length=100)
    desktop_ip: str | None = optional("IP address", "address of a desktop")
    user_name: str | None = optional("User", "name of a user; without effect beside `user_names`")
    user_names: list[str] | None = optional("Users", "names of users", max_length=100)
    user_attached: bool | None = optional("Attached", "only desktops given to a user, or not")
    desktop_type: Literal["DEDICATED", "POOLED"] | None = optional("Type", "kind of desktop")
    domain_status: Literal[1, 2, 3] | None = optional(
        "Domain status",
        "1 normal, 2 off the domain, 3 not reported",
        labels={"1": "normal", "2": "off the domain", "3": "not reported"},
    )
    in_maintenance_mode: bool | None = optional("Maintenance", "only those in maintenance, or not")
    isolated: bool | None = optional("Isolated", "only isolated ones, or not")
    is_share_desktop: bool | None = optional("Shared", "only shared ones, or not")
    is_support_internet: bool | None = optional("Internet", "only those with internet, or not")
    inconsistent_type: str | None = optional(
        "Differs in",
        "what differs from the pool: PRODUCT_ID, IMAGE_ID, DISK_NUM or DISK_SIZE; older documents "
        "say PRODUCT or IMAGE",
    )
    tag: str | None = optional("Tag", "a tag")
    charge_mode: Literal["0", "1"] | None = optional(
        "Charging", "0 by period, 1 on demand", labels={"0": "by period", "1": "on demand"}
    )
    image_id: str | None = optional("Image", "id of an image")
    subnet_id: str | None = optional("Subnet", "id of a subnet")
    availability_zone: str | None = optional("Zone", "an availability zone")
    enterprise_project_id: str | None = optional("Enterprise project", "its id")
    sort_field: Literal["created", "computer_name"] | None = optional("Sort by", "field to sort by")
    sort_type: Literal["ASC", "DESC"] | None = optional(
        "Direction",
        "direction to sort in",
        labels={"ASC": "ascending", "DESC": "descending"},
    )
    offset: int | None = optional("Offset", "index of the first row", ge=0, le=10000)
    limit: int | None = optional(
        "Limit", "rows in one answer; the cloud's own default is 10", ge=1, le=100
    )


DESKTOPS: Final = Listing(
    title="Desktops of a pool",
    operation=LIST_DESKTOPS,
    query=DesktopQuery,
    record=Desktop,
    rows="pool_desktops",
    total="total_count",
    columns=("computer_name", "desktop_id", "login_status", "user_name", "status", "ipv4"),
)


class ConnectionQuery(Query):
    """Which connections to list."""

    user_names: list[str] | None = optional("Users", "names of users")
    connect_status: Literal["UNREGISTER", "REGISTERED", "CONNECTED", "DISCONNECTED"] | None = (
        optional("Connection", "state of the connection")
    )
    offset: int | None = optional("Offset", "index of the first row", ge=0, le=2000)
    limit: int | None = optional(
        "Limit", "rows in one answer; the cloud's own default is 100", ge=1, le=1000
    )


CONNECTED: Final = Listing(
    title="Connections",
    operation=LIST_CONNECTED,
    query=ConnectionQuery,
    record=ConnectedDesktop,
    rows="desktops",
    total="total_count",
    columns=("desktop_name", "connect_status", "attach_users.name", "desktop_id"),
)


class AuthorizedQuery(Query):
    """Whose pool it is."""

    pool_id: str = mandatory("Pool", "the pool's id", place="path", min_length=1)
    offset: int | None = optional("Offset", "index of the first row", ge=0)
    limit: int | None = optional(
        "Limit", "rows in one answer; the cloud's own default is 10", ge=1, le=100
    )


AUTHORIZED: Final = Listing(
    title="Users of a pool",
    operation=LIST_AUTHORIZED,
    query=AuthorizedQuery,
    record=AuthorizedObject,
    rows="objects",
    total="total_count",
    columns=("object_type", "object_name", "domain", "object_id", "created_at"),
)


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


async def show(client: Client, pool_id: str) -> DesktopPool:
    """Return one pool in full.

    Raises:
        CloudError: the pool does not exist (the cloud says 400, `WKS.0001`), or the cloud refused.
        ConsoleError: the cloud could not be reached.
    """
    answer = await client.read(Call(SHOW, path={"pool_id": pool_id}))
    return DesktopPool.of(answer.json_object())


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


async def send_to_pool(client: Client, pool_id: str, text: str) -> str:
    """Send `text` to every desktop of a pool; return the job that says what became of it.

    The request is sent once. It is not idempotent: sent again, it is shown again.

    Args:
        client: who sends.
        pool_id: the pool's id.
        text: the message; its greatest length is not documented.

    Raises:
        QueryError: the pool or the text is empty.
        CloudError: the cloud refused; nothing was sent (409: the pool is being changed).
        UnreachableError: no connection was made; nothing was sent.
        OutcomeUnknownError: the request left and no usable answer came.
    """
    return await client.send(to_pool(pool_id, text), accepted_job)


async def send_to_desktops(client: Client, desktop_ids: Sequence[str], text: str) -> str:
    """Send `text` to single desktops; return the job that says what became of it.

    Args:
        client: who sends.
        desktop_ids: the desktops' ids; how many are allowed is not documented.
        text: the message.

    Raises:
        QueryError: there is no desktop or no text.
        CloudError: the cloud refused; nothing was sent.
        UnreachableError: no connection was made; nothing was sent.
        OutcomeUnknownError: the request left and no usable answer came.
    """
    return await client.send(to_desktops(desktop_ids, text), accepted_job)


def to_pool(pool_id: str, text: str) -> Call:
    """Return the call that `send_to_pool` makes; raises as that does, where nothing is sent."""
    _check_text(text)
    return Call(SEND_TO_POOL, path={"pool_id": pool_id}, body={"notifications": text})


def to_desktops(desktop_ids: Sequence[str], text: str) -> Call:
    """Return the call that `send_to_desktops` makes; raises as that does, where nothing is sent."""
    _check_text(text)
    if not desktop_ids or not all(desktop_ids):
        raise QueryError([Problem("desktop_ids", "must name at least one desktop, each by its id")])
    body: dict[str, Json] = {"desktop_ids": list(desktop_ids), "notifications": text}
    return Call(SEND_TO_DESKTOPS, body=body)


def _check_text(text: str) -> None:
    if not text.strip():
        raise QueryError([Problem("notifications", "must not be empty")])


def accepted_job(answer: Answer) -> str:
    """Return the job that an accepting answer to a send names.

    Raises:
        UnreadableError: it names none.
    """
    found = answer.json_object().get("job_id")
    if not isinstance(found, str) or not found:
        raise UnreadableError("the cloud accepted without naming a job")
    return found
