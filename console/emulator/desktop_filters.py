"""Which desktops a list asks for.

Source: Workspace API reference, ListPoolDesktopsDetail and ListDesktops. User and computer names
match where they contain what is asked for; lists of names must match exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from console.emulator.data.estate import Desktop
    from console.emulator.operations import Call

    Test = Callable[[Desktop], bool]

STATUSES = ("ACTIVE", "SHUTOFF", "ERROR", "HIBERNATED")
POOL_DESKTOP_TYPES = ("DEDICATED", "POOLED")
DESKTOP_TYPES = ("DEDICATED", "SHARED", "POOLED")
INCONSISTENT_TYPES = ("PRODUCT_ID", "IMAGE_ID", "DISK_NUM", "DISK_SIZE", "PRODUCT", "IMAGE")
CHARGE_MODES = ("0", "1")
DOMAIN_STATUSES = ("1", "2", "3")
SORT_FIELDS, SORT_TYPES = ("created", "computer_name"), ("ASC", "DESC")
MOST_NAMES = 100


def _common(call: Call, types: Sequence[str]) -> list[Test]:
    """Return the tests that both lists know."""
    query = call.query
    status = query.choice("status", STATUSES)
    computer_name = query.text("computer_name") or ""
    ip = query.text("desktop_ip") or ""
    desktop_type = query.choice("desktop_type", types)
    domain_status = query.choice("domain_status", DOMAIN_STATUSES)
    enterprise = query.text("enterprise_project_id")
    subnet = query.text("subnet_id")
    shared = query.flag("is_share_desktop")
    tag = query.text("tag")
    ids = set(query.several("desktop_id", most=MOST_NAMES))
    return [
        lambda item: status in (None, item.status),
        lambda item: computer_name in item.name,
        lambda item: ip in item.ip,
        lambda item: desktop_type in (None, item.type),
        lambda item: domain_status in (None, str(item.domain_status)),
        lambda item: enterprise in (None, item.enterprise_project_id),
        lambda item: subnet is None or (item.pool is not None and item.pool.subnet_id == subnet),
        lambda item: shared in (None, item.type == "SHARED"),
        lambda item: tag is None or (item.pool is not None and _has_tag(item, tag)),
        lambda item: not ids or item.id in ids,
    ]


def _has_tag(desktop: Desktop, tag: str) -> bool:
    key, _, value = tag.partition("=")
    tags = desktop.pool.tags if desktop.pool else ()
    return any(key == own_key and value in ("", own_value) for own_key, own_value in tags)


def chosen_desktops(call: Call, desktops: Sequence[Desktop]) -> list[Desktop]:
    """Return the desktops that ListDesktops asks for."""
    names = call.query.several("user_name")
    pools = set(call.query.several("pool_id"))
    tests: list[Test] = [
        *_common(call, DESKTOP_TYPES),
        lambda item: not names or any(name in user for name in names for user in item.users),
        lambda item: not pools or (item.pool is not None and item.pool.id in pools),
    ]
    return [desktop for desktop in desktops if all(test(desktop) for test in tests)]


def chosen_pool_desktops(call: Call, desktops: Sequence[Desktop]) -> list[Desktop]:
    """Return the desktops of a pool that ListPoolDesktopsDetail asks for."""
    query = call.query
    users = set(query.several("user_names", most=MOST_NAMES))
    # user_name counts only where user_names is not given.
    user = (query.text("user_name") or "") if not users else ""
    computers = set(query.several("computer_names"))
    inconsistent = query.choice("inconsistent_type", INCONSISTENT_TYPES)
    attached, internet = query.flag("user_attached"), query.flag("is_support_internet")
    isolated, maintained = query.flag("isolated"), query.flag("in_maintenance_mode")
    charge_mode = query.choice("charge_mode", CHARGE_MODES)
    image, zone = query.text("image_id"), query.text("availability_zone")
    tests: list[Test] = [
        *_common(call, POOL_DESKTOP_TYPES),
        lambda item: not users or bool(users & set(item.users)),
        lambda item: not user or any(user in name for name in item.users),
        lambda item: not computers or item.name in computers,
        lambda item: (
            inconsistent is None
            or any(kind.startswith(inconsistent.lower()) for kind in item.inconsistent_types)
        ),
        lambda item: attached in (None, bool(item.users)),
        lambda item: internet in (None, item.internet),
        lambda item: isolated in (None, item.isolated),
        lambda item: charge_mode in (None, item.charge_mode),
        lambda item: (
            item.pool is not None
            and maintained in (None, item.pool.in_maintenance_mode)
            and image in (None, item.pool.image_id)
            and zone in (None, item.pool.availability_zone)
        ),
    ]
    return [desktop for desktop in desktops if all(test(desktop) for test in tests)]


def in_order(call: Call, desktops: list[Desktop]) -> list[Desktop]:
    """Sort desktops as ListPoolDesktopsDetail was asked to."""
    field = call.query.choice("sort_field", SORT_FIELDS)
    direction = call.query.choice("sort_type", SORT_TYPES)
    if field is None:
        return desktops
    return sorted(
        desktops,
        key=lambda item: item.name if field == "computer_name" else item.created.isoformat(),
        reverse=direction == "DESC",
    )
