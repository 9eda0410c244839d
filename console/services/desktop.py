"""Workspace: what desktops are made of; pools and desktops share it.

Source: Workspace API reference, ListPoolDesktopsDetail, and the models of the official SDK.
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
