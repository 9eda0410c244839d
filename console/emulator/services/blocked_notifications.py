"""Workspace: notifications that were blocked on their way to users.

Source: Workspace API reference, ListNotificationRecords.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.emulator.data.records import RecordStore
from console.emulator.dialects import WORKSPACE
from console.emulator.operations import Answer, Call, Operation
from console.emulator.projects import require_workspace

if TYPE_CHECKING:
    from console.emulator.cloud import Cloud

LARGEST_OFFSET = 2**31 - 1
LARGEST_PAGE = 1000
QUERY_TYPES = ("DESKTOP", "DESKTOP_POOL")
TYPES = ("EMAIL", "SMS")
SORT_FIELDS = ("operate_time",)
SORT_TYPES = ("ASC", "DESC")
LONGEST_POOL_NAME = 255
POOL_NAME = re.compile(r"[A-Za-z0-9\u4e00-\u9fff-]+")
JSON = (("Content-Type", "application/json;charset=utf-8"),)


def _newest_first(call: Call) -> bool:
    field = call.query.choice("sort_field", SORT_FIELDS)
    direction = call.query.choice("sort_type", SORT_TYPES)
    if (field is None) != (direction is None):
        raise call.refuse(400, "sort_field and sort_type must be given together.")
    return direction == "DESC"


def _filter(call: Call) -> tuple[tuple[str, str], ...]:
    query = call.query
    given = {
        "type": query.choice("type", TYPES),
        "user_name": query.text("user_name"),
        "desktop_name": query.text("desktop_name"),
        "desktop_pool_name": query.text(
            "desktop_pool_name", longest=LONGEST_POOL_NAME, pattern=POOL_NAME
        ),
    }
    return tuple((name, value) for name, value in given.items() if value)


def list_notification_records(call: Call) -> Answer:
    """List the blocked notifications of one query type.

    Rows come by time, ascending unless asked otherwise. A page past the end is empty; a limit of
    0, legal by its documented range, gives an empty page too.
    """
    require_workspace(call)
    query_type = call.query.choice("query_type", QUERY_TYPES, required=True)
    offset = call.query.number("offset", low=0, high=LARGEST_OFFSET, default=0)
    limit = call.query.number("limit", low=0, high=LARGEST_PAGE, default=LARGEST_PAGE)
    newest_first, wanted = _newest_first(call), _filter(call)
    stream = call.cloud.part(RecordStore).streams[str(query_type)]
    places = stream.matches(wanted) if wanted else range(len(stream))
    total = len(places)
    start, stop = min(offset, total), min(offset + limit, total)
    if newest_first:
        start, stop = total - stop, total - start
    rows = stream.rows_at(places[start:stop]) if wanted else stream.rows(start, stop)
    if newest_first:
        rows.reverse()
    body = b'{"total_count":%d,"notification_records":[%s]}' % (total, b",".join(rows))
    return Answer(200, body, JSON)


def facts(cloud: Cloud) -> dict[str, object]:
    """Tell how many records there are; making them here keeps the first page as quick as others."""
    streams = cloud.part(RecordStore).streams
    return {"records": {query_type: len(stream) for query_type, stream in streams.items()}}


OPERATIONS = (
    Operation(
        "ListNotificationRecords",
        "GET",
        "/v2/{project_id}/users/notification-records",
        list_notification_records,
        WORKSPACE,
        action="workspace:users:listNotificationRecords",
    ),
)
