"""DataArts Studio: the review centre's messages, and the workspaces they live in.

Source: DataArts Studio API reference, ListMessage, ShowMessageDetail, ListDataArtsStudioInstances
and ListManagerWorkSpaces; the meaning of the enumerations is from the Chinese pages. An offset is
rounded down to a multiple of the limit, and a page past the end is the first one again.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from console.client.client import Client
from console.client.operation import Operation
from console.errors import Problem
from console.services.listing import Listing
from console.services.model import Origin, Query, Record, attribute, mandatory, optional
from console.services.value import Instant

LIST: Final = Operation(
    name="ListMessage",
    service="dataartsstudio",
    method="GET",
    path="/v1/{project_id}/service/messages",
)
SHOW: Final = Operation(
    name="ShowMessageDetail",
    service="dataartsstudio",
    method="GET",
    path="/v1/{project_id}/service/messages/{message_id}",
)
LIST_INSTANCES: Final = Operation(
    name="ListDataArtsStudioInstances",
    service="dataartsstudio",
    method="GET",
    path="/v1/{project_id}/instances",
)
LIST_WORKSPACES: Final = Operation(
    name="ListManagerWorkSpaces",
    service="dataartsstudio",
    method="GET",
    path="/v1/{project_id}/workspaces/{instance_id}",
)

STATUSES: Final = {
    "STATUS_TYPE_PENDING_APPROVAL": "waiting for review",
    "STATUS_TYPE_REJECTED": "rejected",
    "STATUS_TYPE_PENDING_CHECK": "waiting for confirmation",
    "STATUS_TYPE_PENDING_EXECUTE": "waiting to be executed",
    "STATUS_TYPE_SYNCHRONOUS_EXECUTE": "executing",
    "STATUS_TYPE_FORCED_CANCEL": "cancelled by force",
    "STATUS_TYPE_PASSED": "passed",
}
"""The documented statuses of a message, and what each means."""

_SHORT_STATUSES: Final = {
    **STATUSES,
    "STATUS_TYPE_PENDING_APPROVAL": "to review",
    "STATUS_TYPE_PENDING_CHECK": "to confirm",
    "STATUS_TYPE_PENDING_EXECUTE": "to execute",
    "STATUS_TYPE_FORCED_CANCEL": "cancelled",
}
"""The same for a table, which has no room for more."""

TYPES: Final = {
    "APPLY_TYPE_PUBLISH": "publish an API",
    "APPLY_TYPE_AUTHORIZE": "an API grants an app",
    "APPLY_TYPE_APPLY": "an app asks for a grant",
    "APPLY_TYPE_RENEW": "an app asks for renewal",
    "APPLY_TYPE_STOP": "suspend an API",
    "APPLY_TYPE_RECOVER": "resume an API",
    "APPLY_TYPE_API_CANCEL_AUTHORIZE": "an API takes a grant back",
    "APPLY_TYPE_APP_CANCEL_AUTHORIZE": "an app gives a grant up",
    "APPLY_TYPE_OFFLINE": "take an API offline",
}
"""The documented types of a message, and what each means."""

_HEADER_VALUE: Final = r"^[\x21-\x7e]+$"
"""What an id in a header may hold: no spaces, no line breaks."""


class ReviewQuery(Query):
    """What every call to the review centre needs."""

    workspace: str = mandatory(
        "Workspace",
        "the DataArts Studio workspace's id, not the instance's",
        place="header",
        origin=Origin.WORKSPACE,
        pattern=_HEADER_VALUE,
    )
    dlm_type: Literal["SHARED", "EXCLUSIVE"] | None = optional(
        "Edition",
        "shared or exclusive edition; the cloud's own default is not documented",
        place="header",
        alias="Dlm-Type",
    )


class ReviewMessageQuery(ReviewQuery):
    """Which messages of the review centre to list."""

    offset: int | None = optional("Offset", "index of the first row, a multiple of the limit", ge=0)
    limit: int | None = optional("Limit", "rows in one answer", ge=1, le=100)
    api_name: str | None = optional(
        "API", "name of an API; whether a part of it is enough is not documented"
    )

    def problems(self) -> Iterator[Problem]:
        """Yield a problem where the cloud would round the offset down without a word."""
        if self.offset and self.limit and self.offset % self.limit:
            yield Problem("offset", f"must be a multiple of the limit, {self.limit}")


class ReviewMessageDetailQuery(ReviewQuery):
    """Which message to show."""

    message_id: str = mandatory("Message", "the message's id", place="path", min_length=1)


class ReviewMessage(Record):
    """A message of the review centre."""

    IDENTITY = ("id",)

    id: str | None = attribute("Message", "the message's id")
    api_using_time: Instant = attribute("Deadline", "until when the API may be used")
    api_apply_status: str | None = attribute(
        "Status", "how far the review is", labels=STATUSES, short=_SHORT_STATUSES
    )
    api_apply_type: str | None = attribute("Type", "what is asked for", labels=TYPES)
    api_name: str | None = attribute("API")
    api_id: str | None = attribute("API id")
    app_name: str | None = attribute("App")
    app_id: str | None = attribute("App id")
    user_name: str | None = attribute("Applicant")
    apply_time: Instant = attribute("Applied", "when it was asked for")
    approval_time: Instant = attribute("Reviewed", "when it was reviewed")
    approver_name: str | None = attribute("Reviewer")
    comment: str | None = attribute("Comment", "the reviewer's words")


LISTING: Final = Listing(
    title="Review messages",
    operation=LIST,
    query=ReviewMessageQuery,
    record=ReviewMessage,
    rows="records",
    total="total",
    rounds_down=True,
    columns=(
        "api_using_time",
        "api_apply_status",
        "api_name",
        "api_apply_type",
        "app_name",
        "user_name",
        "apply_time",
        "comment",
    ),
)


async def show(client: Client, query: ReviewMessageDetailQuery) -> ReviewMessage:
    """Return one message; its ids, reviewer and time of review are not shown by the cloud.

    Raises:
        ConsoleError: the cloud refused, or could not be reached.
    """
    answer = await client.read(query.call(SHOW))
    return ReviewMessage.of(answer.json_object())


class InstanceQuery(Query):
    """Which DataArts Studio instances to list."""

    limit: int | None = optional("Limit", "rows in one answer", ge=1, le=100)
    offset: int | None = optional("Offset", "index of the first row", ge=0)


class Instance(Record):
    """A DataArts Studio instance, as it was ordered."""

    IDENTITY = ("resource_id",)

    resource_id: str | None = attribute("Instance", "the instance's id")
    resource_name: str | None = attribute("Name")
    status: int | None = attribute(
        "Status",
        labels={
            "1": "not effective",
            "2": "effective",
            "3": "deleted",
            "4": "frozen",
            "5": "grace period",
            "6": "being deleted",
        },
    )
    effective_time: Instant = attribute("From", "when it became effective")
    expire_time: Instant = attribute("Until", "when it ends")
    expire_days: str | None = attribute("Days left")
    create_time: Instant = attribute("Ordered")
    create_user: str | None = attribute("Ordered by")
    work_space_mode: str | None = attribute("Workspace mode")
    is_trial_order: int | None = attribute("Trial", "1 for a trial order")
    is_auto_renew: int | None = attribute("Renewed", "1 where it is renewed by itself")
    charge_type: str | None = attribute("Charging")
    order_type: str | None = attribute("Order type")
    order_id: str | None = attribute("Order")
    subscription_id: str | None = attribute("Subscription")
    product_id: str | None = attribute("Product")
    resource_type: str | None = attribute("Resource type")
    resource_spec_code: str | None = attribute("Specification")
    project_id: str | None = attribute("Project")
    region_id: str | None = attribute("Region")
    domain_id: str | None = attribute("Domain")
    eps_id: str | None = attribute("Enterprise project")
    vpc_id: str | None = attribute("VPC")
    security_group_id: str | None = attribute("Security group")
    lock_check_endpoint: str | None = attribute("Lock check endpoint")


INSTANCES: Final = Listing(
    title="DataArts Studio instances",
    operation=LIST_INSTANCES,
    query=InstanceQuery,
    record=Instance,
    rows="commodity_orders",
    total="count",
    columns=("resource_id", "resource_name", "status", "expire_time", "work_space_mode"),
)


class WorkspaceQuery(InstanceQuery):
    """Which workspaces of an instance to list."""

    instance_id: str = mandatory("Instance", "the instance's id", place="path", min_length=1)


class Workspace(Record):
    """A workspace of a DataArts Studio instance."""

    IDENTITY = ("id",)

    id: str | None = attribute("Workspace", "the id that the review centre's calls need")
    name: str | None = attribute("Name")
    description: str | None = attribute("Description")
    is_default: int | None = attribute(
        "Default", labels={"0": "private", "1": "default", "2": "public"}
    )
    owner_name: str | None = attribute("Owner")
    member_num: int | None = attribute("Members")
    instance_id: str | None = attribute("Instance")
    project_id: str | None = attribute("Project")
    domain_id: str | None = attribute("Domain")
    eps_id: str | None = attribute("Enterprise project")
    create_time: Instant = attribute("Created")
    create_user: str | None = attribute("Created by")
    update_time: Instant = attribute("Changed")
    update_user: str | None = attribute("Changed by")
    job_log_location_name: str | None = attribute("Job log", "where logs of jobs are kept")
    bad_record_location_name: str | None = attribute(
        "Bad records", "where records that failed are kept"
    )


WORKSPACES: Final = Listing(
    title="DataArts Studio workspaces",
    operation=LIST_WORKSPACES,
    query=WorkspaceQuery,
    record=Workspace,
    rows="data",
    total="count",
    columns=("id", "name", "is_default", "owner_name", "member_num", "create_time"),
)


class WorkspaceChoice(NamedTuple):
    """A workspace that a profile can choose, and the instance that it belongs to.

    Attributes:
        id: what the review centre's calls need.
        workspace: the workspace itself.
        instance: its instance.
    """

    id: str
    workspace: Workspace
    instance: Instance

    @property
    def title(self) -> str:
        """The names of both; an id where there is no name. Text from outside, still raw."""
        instance = self.instance.resource_name or self.instance.resource_id
        return f"{instance} / {self.workspace.name or self.id}"


async def workspaces(client: Client) -> list[WorkspaceChoice]:
    """Return every workspace of every instance, instance by instance.

    Raises:
        ConsoleError: DataArts Studio refused, is not in the region, or could not be reached.
    """
    found: list[WorkspaceChoice] = []
    async for page in INSTANCES.pages(client, InstanceQuery()):
        for instance in INSTANCES.records(page.rows):
            if not instance.resource_id:
                continue
            query = WorkspaceQuery(instance_id=instance.resource_id)
            async for inner in WORKSPACES.pages(client, query):
                found += [
                    WorkspaceChoice(each.id, each, instance)
                    for each in WORKSPACES.records(inner.rows)
                    if each.id
                ]
    return found
