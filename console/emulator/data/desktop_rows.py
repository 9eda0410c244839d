"""Pools and desktops as Workspace shows them.

Source: Workspace API reference, `SimpleDesktopPoolInfo`, `PoolDesktopsDetailInfo`,
`SimpleDesktopInfo`, `ConnectDesktopsInfo`, `AuthorizedObjects`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.emulator.clock import iso_milliseconds

if TYPE_CHECKING:
    from console.emulator.data.estate import Desktop, Estate, Pool

Row = dict[str, object]
WINDOWS = ("Windows", "Windows 10 Enterprise", "Other")
LINUX = ("Linux", "Kylin V10", "Kylin")
IN_USE = "CONNECTED"


def pool_row(estate: Estate, pool: Pool) -> Row:
    """Render a pool, for the list and for the detail alike."""
    desktops = estate.desktops_of(pool)
    os_type, os_version, platform = LINUX if pool.linux else WINDOWS
    dynamic = pool.type == "DYNAMIC"
    return {
        "id": pool.id,
        "name": pool.name,
        "type": pool.type,
        "description": pool.description,
        "created_time": iso_milliseconds(pool.created),
        "charging_mode": pool.charging_mode,
        "desktop_count": len(desktops),
        "desktop_used": sum(desktop.login_status == IN_USE for desktop in desktops),
        "availability_zone": pool.availability_zone,
        "subnet_id": pool.subnet_id,
        "subnet_ids": [pool.subnet_id],
        "product": _product(pool),
        "image_id": pool.image_id,
        "image_name": f"{os_version} office",
        "image_os_type": os_type,
        "image_os_version": os_version,
        "image_os_platform": platform,
        "root_volume": {"type": "SAS", "size": 80},
        "data_volumes": [{"type": "SSD", "size": 100}] if dynamic else [],
        "security_groups": [{"id": pool.subnet_id, "name": "WorkspaceUserSecurityGroup"}],
        "disconnected_retention_period": 30 if dynamic else None,
        "enable_autoscale": dynamic,
        "autoscale_policy": _autoscale(len(desktops)) if dynamic else None,
        "user_reset_policy": {"enable": False, "reset_count_per_day": 0},
        "status": pool.status,
        "enterprise_project_id": pool.enterprise_project_id,
        "in_maintenance_mode": pool.in_maintenance_mode,
        "tags": _tags(pool),
        "ou_name": "",
        "isolation_num": sum(desktop.isolated for desktop in desktops),
    }


def _tags(pool: Pool) -> list[Row]:
    return [{"key": key, "value": value} for key, value in pool.tags]


def _product(pool: Pool) -> Row:
    graphics = "GPU" in pool.name or "CAD" in pool.name
    return {
        "product_id": "workspace.k4.xlarge.windows",
        "flavor_id": "workspace.k4.xlarge",
        "type": "BASE",
        "cpu": "8" if graphics else "4",
        "memory": "32768" if graphics else "8192",
        "charge_mode": pool.charging_mode,
        "architecture": "x86",
        "is_gpu": graphics,
        "package_type": "workstation" if graphics else "general",
        "status": "normal",
    }


def _autoscale(count: int) -> Row:
    return {
        "autoscale_type": "AUTO_CREATED",
        "max_auto_created": count + 10,
        "min_idle": 2,
        "once_auto_created": 1,
        "min_retention": 1,
        "idle_retention_duration": 60,
        "auto_isolation_enable": False,
        "auto_isolation_max_num": 1000,
    }


def _attached(estate: Estate, desktop: Desktop) -> list[Row]:
    return [
        {"user_id": estate.user_id(name), "user_name": name, "user_group": "users", "type": "USER"}
        for name in desktop.users
    ]


def pool_desktop_row(estate: Estate, desktop: Desktop) -> Row:
    """Render a desktop in the list of its pool; the misspelt `hrel` is the service's own."""
    pool = desktop.pool
    address = {
        "addr": desktop.ip,
        "version": "4",
        "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:" + desktop.id[:2] + ":" + desktop.id[2:4],
        "OS-EXT-IPS:type": "fixed",
    }
    return {
        "desktop_id": desktop.id,
        "computer_name": desktop.name,
        "os_host_name": desktop.name,
        "addresses": {"workspace": [address]},
        "ip_addresses": [desktop.ip],
        "ipv4": desktop.ip,
        "user_list": list(desktop.users),
        "user_group_list": ["users"] if desktop.users else [],
        "desktop_type": desktop.type,
        "metadata": {"charging_mode": desktop.charge_mode},
        "flavor": {"id": "workspace.k4.xlarge", "links": [{"rel": "self", "hrel": ""}]},
        "status": desktop.status,
        "task_status": desktop.task_status,
        "domain_status": desktop.domain_status,
        "in_maintenance_mode": pool.in_maintenance_mode if pool else False,
        "created": iso_milliseconds(desktop.created),
        "security_groups": [],
        "login_status": desktop.login_status,
        "user_name": desktop.users[0] if desktop.users else None,
        "attach_user_infos": _attached(estate, desktop),
        "product_id": "workspace.k4.xlarge.windows",
        "root_volume": {"type": "SAS", "size": 80, "id": desktop.id},
        "data_volumes": [],
        "availability_zone": pool.availability_zone if pool else None,
        "product": _product(pool) if pool else None,
        "tags": _tags(pool) if pool else [],
        "is_support_internet": desktop.internet,
        "internet_mode": "NAT" if desktop.internet else None,
        "internet_mode_list": ["NAT"] if desktop.internet else [],
        "is_attaching_eip": False,
        "attach_state": "ATTACHED" if desktop.users else "UNATTACH",
        "enterprise_project_id": desktop.enterprise_project_id,
        "subnet_id": pool.subnet_id if pool else None,
        "process": 40 if desktop.task_status else None,
        "is_freeze": desktop.frozen,
        "isolated": desktop.isolated,
        "agent_version": "23.3.40100",
        "inconsistent_types": list(desktop.inconsistent_types),
    }


def desktop_row(estate: Estate, desktop: Desktop, domain_id: str, project_id: str) -> Row:
    """Render a desktop in the list of all; one outside any pool has no `pool_id`."""
    pool = desktop.pool
    row: Row = {
        "domain_id": domain_id,
        "project_id": project_id,
        "desktop_id": desktop.id,
        "computer_name": desktop.name,
        "os_host_name": desktop.name,
        "created": iso_milliseconds(desktop.created),
        "ip_address": desktop.ip,
        "attach_user_infos": _attached(estate, desktop),
        "enterprise_project_id": desktop.enterprise_project_id,
        "tags": _tags(pool) if pool else [],
        "in_maintenance_mode": pool.in_maintenance_mode if pool else False,
        "desktop_type": desktop.type,
        "status": desktop.status,
        "task_status": desktop.task_status,
        "connect_status": desktop.login_status,
        "domain_status": desktop.domain_status,
    }
    if desktop.users:
        row["user_name"] = desktop.users[0]
    if pool is not None:
        row |= {
            "pool_id": pool.id,
            "subnet_id": pool.subnet_id,
            "availability_zone": pool.availability_zone,
        }
    return row


def connection_row(estate: Estate, desktop: Desktop) -> Row:
    """Render who is connected to a desktop."""
    return {
        "desktop_id": desktop.id,
        "desktop_name": desktop.name,
        "connect_status": desktop.login_status,
        "attach_users": [
            {"id": estate.user_id(name), "name": name, "user_group": "users", "type": "USER"}
            for name in desktop.users
        ],
    }


def authorized_objects(estate: Estate, pool: Pool) -> list[Row]:
    """Render who may use a pool: its users, and a group for a dynamic one."""
    created = iso_milliseconds(pool.created)
    names = sorted({name for desktop in estate.desktops_of(pool) for name in desktop.users})
    objects: list[Row] = [
        {
            "object_type": "USER",
            "object_id": estate.user_id(name),
            "object_name": name,
            "user_group": "users",
            "created_at": created,
        }
        for name in names
    ]
    if pool.type == "DYNAMIC":
        group: Row = {
            "object_type": "USER_GROUP",
            "object_id": estate.user_id("group " + pool.name),
            "object_name": f"{pool.name}-users",
            "created_at": created,
        }
        objects.insert(0, group)
    return objects
