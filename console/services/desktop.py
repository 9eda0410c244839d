"""Workspace: what a desktop is, and what it is made of.

Source: Workspace API reference, ListPoolDesktopsDetail, and the models of the official SDK. The
parts stand here because pools and desktops share them.
"""

from console.services.model import Record, attribute
from console.services.value import LooseInstant


class SecurityGroup(Record):
    """A security group."""

    id: str | None = attribute("Security group id")
    name: str | None = attribute("Security group")


class Tag(Record):
    """A tag: a key and its value."""

    key: str | None = attribute("Key")
    value: str | None = attribute("Value")


class Product(Record):
    """The machine that is rented: its processors, memory and system disk."""

    product_id: str | None = attribute("Product")
    flavor_id: str | None = attribute("Flavor")
    type: str | None = attribute("Product type")
    cpu: str | None = attribute("CPUs")
    memory: str | None = attribute("Memory", "in MB, as the cloud writes it")
    descriptions: str | None = attribute("Product description")
    charge_mode: str | None = attribute("Product charging", "0 by period, 1 on demand")
    architecture: str | None = attribute("Architecture")
    is_gpu: bool | None = attribute("GPU")
    package_type: str | None = attribute(
        "Package", choices="ultimate enterprise general workstation dedicated solver agile"
    )
    system_disk_type: str | None = attribute("System disk type")
    system_disk_size: str | None = attribute("System disk", "in GB, as the cloud writes it")
    contain_data_disk: bool | None = attribute("With data disk")
    resource_type: str | None = attribute("Resource type")
    cloud_service_type: str | None = attribute("Cloud service type")
    volume_product_type: str | None = attribute("Volume product type")
    status: str | None = attribute("Product status", choices="normal sellout abandon")


class Volume(Record):
    """A disk, in every field that a pool's or a desktop's disk may have."""

    id: str | None = attribute("Disk record")
    volume_id: str | None = attribute("Disk")
    type: str | None = attribute("Disk type", choices="SAS SSD")
    size: int | None = attribute("Disk size", "in GB")
    iops: int | None = attribute("IOPS")
    throughput: int | None = attribute("Throughput", "in MiB/s")
    device: str | None = attribute("Device")
    display_name: str | None = attribute("Disk name")
    create_time: LooseInstant = attribute("Disk created")
    resource_spec_code: str | None = attribute("Disk specification")
    kms_id: str | None = attribute("Encryption key id")
    bill_resource_id: str | None = attribute("Billed disk")
    desktop_pool_disk_id: str | None = attribute("Pool's disk")


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
