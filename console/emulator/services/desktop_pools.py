"""Workspace: desktop pools, their desktops and people, and notifications to them.

Sources: Workspace API reference, ListDesktopPools, ShowDesktopPoolDetail, ListPoolDesktopsDetail,
ListDesktops, ListDesktopsConnectStatus, ListDesktopPoolAuthorizedObjects,
SendDesktopPoolNotifications, SendNotifications, ShowJob, ListItaSubJobs. That an unknown pool is a
400 with WKS.0001 is what the official Terraform provider knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.emulator.data import desktop_rows
from console.emulator.data.estate import Desktop, Estate, Pool
from console.emulator.desktop_filters import chosen_desktops, chosen_pool_desktops, in_order
from console.emulator.dialects import WORKSPACE
from console.emulator.jobs import DESKTOP_JOB, POOL_JOB, JobStore
from console.emulator.operations import Answer, Call, Operation, document
from console.emulator.projects import require_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

POOL_TYPES = ("DYNAMIC", "STATIC")
LOGIN_STATUSES = ("UNREGISTER", "REGISTERED", "CONNECTED", "DISCONNECTED")
SUB_JOB_STATUSES = ("SUCCESS", "RUNNING", "FAILED", "WAITING")
ENTERPRISE_PROJECT = re.compile(r"[a-zA-Z0-9_-]+")
LONGEST_ENTERPRISE_PROJECT = 36
PAGE, SMALL_PAGE = 1000, 100
IN_TRANSITION = "TEMPORARY"


def _estate(call: Call) -> Estate:
    require_workspace(call)
    return call.cloud.fixed(Estate)


def _pool(call: Call) -> Pool:
    pool = _estate(call).pool_by_id.get(call.path["pool_id"])
    if pool is None:
        raise call.refuse(400, "The desktop pool does not exist.")
    return pool


def _span(call: Call, *, last_offset: int, most: int, default: int, least: int = 0) -> slice:
    offset = call.query.number("offset", low=0, high=last_offset, default=0)
    limit = call.query.number("limit", low=least, high=most, default=default)
    return slice(offset, offset + limit)


def list_pools(call: Call) -> Answer:
    """List the pools that fit the filters; a name need only contain what is asked for."""
    estate, query = _estate(call), call.query
    name = query.text("name") or ""
    kind = query.choice("type", POOL_TYPES)
    enterprise = query.text(
        "enterprise_project_id", longest=LONGEST_ENTERPRISE_PROJECT, pattern=ENTERPRISE_PROJECT
    )
    maintained = query.flag("in_maintenance_mode")
    found = [
        pool
        for pool in estate.pools
        if name in pool.name
        and kind in (None, pool.type)
        and enterprise in (None, pool.enterprise_project_id)
        and maintained in (None, pool.in_maintenance_mode)
    ]
    span = _span(call, last_offset=20_000, most=PAGE, default=PAGE)
    rows = [desktop_rows.pool_row(estate, pool) for pool in found[span]]
    return document({"total_count": len(found), "desktop_pools": rows})


def show_pool(call: Call) -> Answer:
    """Show one pool; its time is without milliseconds here, unlike in the list."""
    row = desktop_rows.pool_row(_estate(call), _pool(call))
    row["created_time"] = str(row["created_time"])[:19] + "Z"
    return document(row)


def list_pool_desktops(call: Call) -> Answer:
    """List the desktops of a pool that fit the filters."""
    pool = _pool(call)
    estate = call.cloud.fixed(Estate)
    found = in_order(call, chosen_pool_desktops(call, estate.desktops_of(pool)))
    span = _span(call, last_offset=10_000, most=SMALL_PAGE, default=10, least=1)
    periods = sum(desktop.charge_mode == "0" for desktop in found)
    content: dict[str, object] = {
        "pool_desktops": [desktop_rows.pool_desktop_row(estate, item) for item in found[span]],
        "total_count": len(found),
        "on_demand_desktops_num": len(found) - periods,
        "period_desktops_num": periods,
        "on_demand_free_image_desktops_num": len(found) - periods if pool.linux else 0,
        "on_demand_charge_image_desktops_num": 0 if pool.linux else len(found) - periods,
        "period_free_image_desktops_num": periods if pool.linux else 0,
        "period_charge_image_desktops_num": 0 if pool.linux else periods,
    }
    if inconsistent := call.query.text("inconsistent_type"):
        content["inconsistent_type"] = inconsistent.lower()
    return document(content)


def list_desktops(call: Call) -> Answer:
    """List the desktops of the project that fit the filters."""
    estate, identity = _estate(call), call.cloud.identity
    found = chosen_desktops(call, estate.desktops)
    rows = [
        desktop_rows.desktop_row(estate, item, identity.domain_id, identity.main_project.id)
        for item in found[_span(call, last_offset=2**31 - 1, most=PAGE, default=PAGE)]
    ]
    return document({"total_count": len(found), "desktops": rows})


def list_connections(call: Call) -> Answer:
    """List who is connected to which desktop."""
    estate = _estate(call)
    names = set(call.query.several("user_names"))
    status = call.query.choice("connect_status", LOGIN_STATUSES)
    found = [
        desktop
        for desktop in estate.desktops
        if status in (None, desktop.login_status) and (not names or names & set(desktop.users))
    ]
    span = _span(call, last_offset=2000, most=PAGE, default=100)
    rows = [desktop_rows.connection_row(estate, desktop) for desktop in found[span]]
    return document({"desktops": rows, "total_count": len(found)})


def list_authorized_objects(call: Call) -> Answer:
    """List the users and groups that may use a pool."""
    pool = _pool(call)
    objects = desktop_rows.authorized_objects(call.cloud.fixed(Estate), pool)
    span = _span(call, last_offset=2**31 - 1, most=SMALL_PAGE, default=10)
    return document({"objects": objects[span], "total_count": len(objects)})


def _check_text(call: Call, content: dict[str, object]) -> None:
    text = content.get("notifications")
    if not isinstance(text, str) or not text:
        message = "The parameter notifications must be a text."
        raise call.refuse(400, message, detail="notifications")


def _accept(call: Call, kind: str, desktops: Sequence[Desktop], pool: Pool | None) -> Answer:
    job = call.cloud.part(JobStore).start(kind, desktops, pool)
    return document({"job_id": job.id})


def send_to_pool(call: Call) -> Answer:
    """Accept a notification for every desktop of a pool."""
    pool = _pool(call)
    _check_text(call, call.document())
    if pool.status == IN_TRANSITION:
        raise call.refuse(409, "The desktop pool is being changed.", detail=f"status {pool.status}")
    return _accept(call, POOL_JOB, call.cloud.fixed(Estate).desktops_of(pool), pool)


def send_to_desktops(call: Call) -> Answer:
    """Accept a notification for some desktops."""
    estate = _estate(call)
    content = call.document()
    _check_text(call, content)
    ids = content.get("desktop_ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(item, str) for item in ids):
        message = "The parameter desktop_ids must be a list of ids."
        raise call.refuse(400, message, detail="desktop_ids")
    unknown = [item for item in ids if item not in estate.desktop_by_id]
    if unknown:
        raise call.refuse(400, "The desktop does not exist.", detail=", ".join(unknown))
    desktops = [estate.desktop_by_id[item] for item in dict.fromkeys(ids)]
    return _accept(call, DESKTOP_JOB, desktops, None)


def show_job(call: Call) -> Answer:
    """Show how far a job is, with all its sub-jobs."""
    require_workspace(call)
    job = call.cloud.part(JobStore).find(call.path["job_id"])
    if job is None:
        raise call.refuse(404, "The job does not exist.")
    return document(job.row(call.cloud.clock.story(), call.path["project_id"]))


def list_sub_jobs(call: Call) -> Answer:
    """List sub-jobs; one of job_id and job_type must be given."""
    require_workspace(call)
    query = call.query
    job_id, job_type = query.text("job_id"), query.text("job_type")
    pool_id, status = query.text("desktop_pool_id"), query.choice("status", SUB_JOB_STATUSES)
    if job_id is None and job_type is None:
        raise call.refuse(400, "Either job_id or job_type is mandatory.")
    now = call.cloud.clock.story()
    found = [
        row
        for job in call.cloud.part(JobStore).all()
        if job_id in (None, job.id) and job_type in (None, job.type)
        if pool_id is None or (job.pool is not None and job.pool.id == pool_id)
        for row in job.sub_rows(now, call.path["project_id"])
        if status in (None, row["status"])
    ]
    span = _span(call, last_offset=10_000, most=PAGE, default=PAGE)
    return document({"total_count": len(found), "jobs": found[span]})


POOLS = "/v2/{project_id}/desktop-pools"
DESKTOPS = "/v2/{project_id}/desktops"
OPERATIONS = tuple(
    Operation(name, method, path, answer, WORKSPACE, action)
    for name, method, path, answer, action in (
        ("ListDesktopPools", "GET", POOLS, list_pools, "workspace:desktopPools:list"),
        (
            "ShowDesktopPoolDetail",
            "GET",
            POOLS + "/{pool_id}",
            show_pool,
            "workspace:desktopPools:get",
        ),
        (
            "ListPoolDesktopsDetail",
            "GET",
            POOLS + "/{pool_id}/desktops",
            list_pool_desktops,
            "workspace:desktopPools:listDesktops",
        ),
        (
            "ListDesktopPoolAuthorizedObjects",
            "GET",
            POOLS + "/{pool_id}/users",
            list_authorized_objects,
            "workspace:desktopPools:listAuthorizedObjects",
        ),
        (
            "SendDesktopPoolNotifications",
            "POST",
            POOLS + "/{pool_id}/notifications",
            send_to_pool,
            "workspace:desktopPools:sendNotifications",
        ),
        ("ListDesktops", "GET", DESKTOPS, list_desktops, "workspace:desktops:list"),
        (
            "SendNotifications",
            "POST",
            DESKTOPS + "/notifications",
            send_to_desktops,
            "workspace:desktops:sendNotifications",
        ),
        (
            "ListDesktopsConnectStatus",
            "GET",
            "/v2/{project_id}/connect-desktops",
            list_connections,
            "workspace:desktops:listConnectStatus",
        ),
        (
            "ShowJob",
            "GET",
            "/v2/{project_id}/workspace-jobs/{job_id}",
            show_job,
            "workspace:jobs:get",
        ),
        (
            "ListItaSubJobs",
            "GET",
            "/v2/{project_id}/workspace-sub-jobs",
            list_sub_jobs,
            "workspace:jobs:listSubJobs",
        ),
    )
)
