"""Workspace: the desktops of a pool, who is connected to them, and whom a pool is for.

Source: Workspace API reference (ListPoolDesktopsDetail, ListDesktopsConnectStatus,
ListDesktopPoolAuthorizedObjects) and the models of the official SDK.
"""

from typing import Final, Literal

from console.client.operation import Operation
from console.services.desktop import Product, SecurityGroup, Tag, Volume
from console.services.listing import Listing
from console.services.model import Query, Record, attribute, mandatory, optional
from console.services.value import LooseInstant

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


class Address(Record):
    """A network address of a desktop."""

    addr: str | None = attribute("Address")
    version: str | None = attribute("IP version")
    mac_addr: str | None = attribute("MAC address", alias="OS-EXT-IPS-MAC:mac_addr")
    kind: str | None = attribute("Address type", alias="OS-EXT-IPS:type")


class FlavorLink(Record):
    """A link to a flavor. The cloud misspells `href`."""

    rel: str | None = attribute("Relation")
    hrel: str | None = attribute("Address")


class Flavor(Record):
    """A flavor and its links."""

    id: str | None = attribute("Flavor")
    links: list[FlavorLink] | None = attribute("Links")


class AttachedUser(Record):
    """A user or a group that a desktop is for."""

    user_id: str | None = attribute("User id")
    user_name: str | None = attribute("User")
    domain: str | None = attribute("User's domain")
    user_group: str | None = attribute("User group")
    type: str | None = attribute("Kind of user", choices="USER USER_GROUP")


class HourPackage(Record):
    """A package of hours that a desktop is charged by."""

    root_order_id: str | None = attribute("Root order")
    package_resource_id: str | None = attribute("Package resource")
    package_instance_id: str | None = attribute("Package instance")
    package_spec_code: str | None = attribute("Package specification")
    combined_product_type_code: str | None = attribute("Product type code")
    use_up_policy: str | None = attribute("When used up")
    package_duration: int | None = attribute("Package hours")
    use_duration: int | None = attribute("Hours used")


class Desktop(Record):
    """A desktop of a pool."""

    IDENTITY = ("desktop_id",)

    desktop_id: str | None = attribute("Desktop id")
    computer_name: str | None = attribute("Desktop", "its name")
    status: str | None = attribute("Status", choices="ACTIVE SHUTOFF ERROR HIBERNATED")
    login_status: str | None = attribute(
        "Login",
        "whether somebody is connected",
        choices="UNREGISTER REGISTERED CONNECTED DISCONNECTED",
    )
    user_name: str | None = attribute("User")
    user_list: list[str] | None = attribute("Users")
    user_group_list: list[str] | None = attribute("Groups")
    user_group: str | None = attribute("User group")
    attach_user_infos: list[AttachedUser] | None = attribute("Attached users")
    attach_state: str | None = attribute(
        "Attached",
        "whether it is given to a user",
        choices="ATTACHED UNATTACH DEATTACHED ATTACHING DEATTACHING ATTACHFAIL DEATTACHFAIL "
        "WAITING ATTACH_FAIL_CAN_ATTACH_AGAIN DEATTACH_FAIL_CAN_DEATTACH_AGAIN",
    )
    task_status: str | None = attribute("Task", "what is being done to it")
    process: int | None = attribute("Progress", "of that task, 0 to 100")
    desktop_type: str | None = attribute("Type", choices="DEDICATED SHARED POOLED")
    in_maintenance_mode: bool | None = attribute("Maintenance")
    is_freeze: bool | None = attribute("Frozen")
    isolated: bool | None = attribute("Isolated")
    created: LooseInstant = attribute("Created")
    ip_addresses: list[str] | None = attribute("IP addresses")
    ipv4: str | None = attribute("IPv4")
    ipv6: str | None = attribute("IPv6")
    addresses: dict[str, list[Address]] | None = attribute("Addresses", "by network")
    internet_mode: str | None = attribute("Internet", choices="NAT EIP BOTH")
    internet_mode_list: list[str] | None = attribute("Internet modes")
    is_support_internet: bool | None = attribute("Internet access")
    is_attaching_eip: bool | None = attribute("Attaching EIP")
    domain_status: int | None = attribute(
        "Domain status", "1 normal, 2 off the domain, 3 not reported", choices="1 2 3"
    )
    domain: str | None = attribute("Domain")
    ou_name: str | None = attribute("OU")
    os_host_name: str | None = attribute("Host name")
    os_version: str | None = attribute("OS version")
    agent_version: str | None = attribute("Agent")
    sid: str | None = attribute("SID")
    product: Product | None = attribute("Product")
    product_id: str | None = attribute("Product id")
    flavor: Flavor | None = attribute("Flavor")
    metadata: dict[str, object] | None = attribute("Metadata")
    root_volume: Volume | None = attribute("System disk")
    data_volumes: list[Volume] | None = attribute("Data disks")
    security_groups: list[SecurityGroup] | None = attribute("Security groups")
    subnet_id: str | None = attribute("Subnet")
    availability_zone: str | None = attribute("Zone")
    site_type: str | None = attribute("Site type")
    site_name: str | None = attribute("Site")
    share_resource_sku: str | None = attribute("Shared SKU")
    enterprise_project_id: str | None = attribute("Enterprise project")
    tags: list[Tag] | None = attribute("Tags")
    order_id: str | None = attribute("Order")
    bill_resource_id: str | None = attribute("Billed resource")
    root_resource_id: str | None = attribute("Root resource")
    hour_package_info: HourPackage | None = attribute("Hour package")
    inconsistent_types: list[str] | None = attribute(
        "Differs in", "what differs from the pool", choices="product_id image_id disk_num disk_size"
    )


class UserOfDesktop(Record):
    """A user of a desktop, as the list of connections names it."""

    id: str | None = attribute("User id")
    name: str | None = attribute("User")
    user_group: str | None = attribute("User group")
    type: str | None = attribute("Kind of user")


class ConnectedDesktop(Record):
    """A desktop, and whether somebody is connected to it now."""

    IDENTITY = ("desktop_id",)

    desktop_id: str | None = attribute("Desktop id")
    desktop_name: str | None = attribute("Desktop")
    connect_status: str | None = attribute(
        "Connection", choices="UNREGISTER REGISTERED CONNECTED DISCONNECTED"
    )
    attach_users: list[UserOfDesktop] | None = attribute("Users")


class AuthorizedObject(Record):
    """A user or a group that a pool is for."""

    IDENTITY = ("object_type", "object_id")

    object_type: str | None = attribute("Kind", choices="USER USER_GROUP")
    object_id: str | None = attribute("Id")
    object_name: str | None = attribute("Name")
    domain: str | None = attribute("Domain")
    user_group: str | None = attribute("User group")
    created_at: LooseInstant = attribute("Added")


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
