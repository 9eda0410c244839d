"""Workspace: desktop pools.

Source: Workspace API reference, ListDesktopPools and ShowDesktopPoolDetail.
"""

from typing import Final, Literal

from console.client.call import Call
from console.client.client import Client
from console.client.operation import Operation
from console.services.desktop import Product, SecurityGroup, Tag, Volume
from console.services.listing import Listing
from console.services.model import Query, Record, attribute, optional
from console.services.value import LooseInstant

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


async def show(client: Client, pool_id: str) -> DesktopPool:
    """Return one pool in full.

    Raises:
        CloudError: the pool does not exist (the cloud says 400, `WKS.0001`), or the cloud refused.
        ConsoleError: the cloud could not be reached.
    """
    answer = await client.read(Call(SHOW, path={"pool_id": pool_id}))
    return DesktopPool.of(answer.json_object())
