"""Workspace: notifications that were blocked, so that somebody was not told.

Source: Workspace API reference, ListNotificationRecords. A row is a mail or an SMS to a user that
was intercepted; what is sent to desktops by `desktop_notifications` does not appear here.
"""

from collections.abc import Iterator
from typing import Final, Literal

from console.client.operation import Operation
from console.errors import Problem
from console.services.listing import Listing
from console.services.model import Query, Record, attribute, mandatory, optional
from console.services.value import Instant

LIST: Final = Operation(
    name="ListNotificationRecords",
    service="workspace",
    method="GET",
    path="/v2/{project_id}/users/notification-records",
    action="workspace:users:listNotificationRecords",
)


class BlockedNotificationQuery(Query):
    """Which blocked notifications to list."""

    query_type: Literal["DESKTOP", "DESKTOP_POOL"] = mandatory(
        "Scope",
        "rows about desktops, or rows about desktop pools",
        labels={"DESKTOP": "desktops", "DESKTOP_POOL": "desktop pools"},
    )
    desktop_name: str | None = optional(
        "Desktop", "name of a desktop; whether a part of it is enough is not documented"
    )
    desktop_pool_name: str | None = optional(
        "Pool",
        "name of a desktop pool: letters, digits, hyphens and Chinese characters",
        min_length=1,
        max_length=255,
    )
    user_name: str | None = optional("User", "name of the user who was not notified")
    type: Literal["EMAIL", "SMS"] | None = optional("Channel", "how the notification was to go out")
    offset: int | None = optional("Offset", "index of the first row", ge=0)
    limit: int | None = optional(
        "Limit", "rows in one answer; the cloud's own default is 1000", ge=1, le=1000
    )
    sort_field: Literal["operate_time"] | None = optional(
        "Sort by", "the field to sort by; goes together with the direction"
    )
    sort_type: Literal["ASC", "DESC"] | None = optional(
        "Direction",
        "oldest first, or newest first; goes together with the field",
        labels={"ASC": "oldest first", "DESC": "newest first"},
    )

    def problems(self) -> Iterator[Problem]:
        """Yield a problem where one half of the sorting is missing."""
        if self.sort_field and not self.sort_type:
            yield Problem("sort_type", "must be given together with sort_field: ASC or DESC")
        if self.sort_type and not self.sort_field:
            yield Problem("sort_field", "must be given together with sort_type: operate_time")


class BlockedNotification(Record):
    """A mail or an SMS that did not go out."""

    operate_time: Instant = attribute("Time", "when it was blocked")
    type: str | None = attribute("Channel", "how it was to go out", choices="EMAIL SMS")
    user_name: str | None = attribute("User", "who was not notified")
    desktop_name: str | None = attribute("Desktop", "the desktop it was about; not on pool rows")
    desktop_pool_name: str | None = attribute("Pool", "the pool it was about; not on desktop rows")
    result: str | None = attribute("Result", "how it ended", choices="FAIL")
    error_message: str | None = attribute("Reason", "why it was blocked, in the cloud's words")
    project_id: str | None = attribute("Project", "may differ from the project that was asked")


LISTING: Final = Listing(
    title="Blocked notifications",
    operation=LIST,
    query=BlockedNotificationQuery,
    record=BlockedNotification,
    rows="notification_records",
    total="total_count",
    order="oldest first",
    when="operate_time",
    columns=(
        "operate_time",
        "type",
        "user_name",
        "desktop_name",
        "desktop_pool_name",
        "result",
        "error_message",
    ),
)
