"""DataArts Studio: messages about API reviews, and the workspaces that they are kept in.

Sources: DataArts Studio API reference, ListMessage, ShowMessageDetail, ConfirmMessage, ListApply,
ListDataArtsStudioInstances, ListManagerWorkSpaces, ListWorkspacesForUser.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.emulator.data.messages import EXCLUSIVE, SHARED, Message, MessageStore, Workspace
from console.emulator.dialects import DATAARTS, DATAARTS_WORKSPACE
from console.emulator.operations import Answer, Call, Operation, document
from console.emulator.projects import require_project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.emulator.cloud import Cloud

LARGEST_PAGE = 100
LARGEST_OFFSET = 2**31 - 1
ADMIN_PAGE = 20
NOW, SCHEDULED = 0, 1
AWAITING_CONFIRMATION = "STATUS_TYPE_PENDING_CHECK"
AWAITING_APPROVAL = "STATUS_TYPE_PENDING_APPROVAL"
HIDDEN_IN_DETAIL = ("id", "api_id", "app_id", "approval_time", "approver_name")
DAY_MS = 86_400_000


def _messages(call: Call) -> list[Message]:
    """Return the messages of the workspace and the edition that the headers name."""
    store = call.cloud.part(MessageStore)
    # A signature without X-Project-Id is blamed on the workspace, says the FAQ.
    project_known = call.caller.project is not None
    workspace = call.headers.get("workspace", "")
    if not project_known or workspace not in store.workspaces:
        raise call.refuse(400, "Workspace does not exists", DATAARTS_WORKSPACE)
    if require_project(call) != call.cloud.identity.main_project:
        raise call.refuse(400, "Workspace does not exists", DATAARTS_WORKSPACE)
    edition = call.headers.get("dlm-type", SHARED)
    if edition not in (SHARED, EXCLUSIVE):
        raise call.refuse(400, f"Dlm-Type must be {SHARED} or {EXCLUSIVE}.")
    return store.messages(workspace, edition)


def _row(store: MessageStore, message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "api_apply_status": message.status,
        "api_apply_type": message.type,
        "api_id": store.api_id(message),
        "api_name": message.api_name,
        "api_using_time": store.epoch(message.deadline),
        "app_id": store.app_id(message),
        "app_name": message.app_name,
        "apply_time": store.epoch(message.applied),
        "approval_time": store.epoch(message.decided),
        "approver_name": message.approver,
        "comment": message.comment,
        "user_name": message.applicant,
    }


def _page(call: Call, messages: Sequence[Message]) -> Answer:
    """Cut a page in the manner of DataService.

    The offset is rounded down to a multiple of the limit, and a page past the end is the first
    page again.
    """
    limit = call.query.number("limit", low=1, high=LARGEST_PAGE, default=LARGEST_PAGE)
    offset = call.query.number("offset", low=0, high=LARGEST_OFFSET, default=0)
    start = offset // limit * limit
    if start >= len(messages):
        start = 0
    store = call.cloud.part(MessageStore)
    records = [_row(store, message) for message in messages[start : start + limit]]
    return document({"total": len(messages), "records": records})


def _named(call: Call, messages: list[Message]) -> list[Message]:
    name = call.query.text("api_name") or ""
    return [message for message in messages if name in message.api_name]


def list_messages(call: Call) -> Answer:
    """List the messages of a workspace, newest first."""
    return _page(call, _named(call, _messages(call)))


def list_applications(call: Call) -> Answer:
    """List applications: received and pending, received and reviewed, or sent."""
    messages = _named(call, _messages(call))
    kind = call.query.number("query_type", low=0, high=3, default=0)
    pending = [message for message in messages if message.status == AWAITING_APPROVAL]
    reviewed = [message for message in messages if message.status != AWAITING_APPROVAL]
    by_developer = [message for message in messages if "APP" not in message.type[10:]]
    by_caller = [message for message in messages if "APP" in message.type[10:]]
    return _page(call, (pending, reviewed, by_developer, by_caller)[kind])


def _find(call: Call, message_id: object) -> Message:
    for message in _messages(call):
        if message.id == message_id:
            return message
    raise call.refuse(400, "The message does not exist.")


def show_message(call: Call) -> Answer:
    """Show one message; five of its fields are null here."""
    message = _find(call, call.path["message_id"])
    row = _row(call.cloud.part(MessageStore), message)
    return document(row | dict.fromkeys(HIDDEN_IN_DETAIL))


def confirm_message(call: Call) -> Answer:
    """Confirm a message, now or at a time; there is no way back."""
    content = call.document()
    message = _find(call, content.get("message_id"))
    action, time = content.get("action"), content.get("time")
    if action not in (NOW, SCHEDULED) or isinstance(action, bool):
        raise call.refuse(400, "action must be 0 (now) or 1 (scheduled).")
    if action == SCHEDULED and time is not None:
        _check_time(call, time)
    if message.status != AWAITING_CONFIRMATION:
        raise call.refuse(400, "The message is not waiting for confirmation.")
    status = "STATUS_TYPE_PASSED" if action == NOW else "STATUS_TYPE_PENDING_EXECUTE"
    call.cloud.part(MessageStore).change_status(message, status)
    return Answer(204)


def _check_time(call: Call, time: object) -> None:
    try:
        datetime.fromisoformat(str(time))
    except ValueError as error:
        raise call.refuse(400, "time must look like 2021-01-01T10:00:00.000Z.") from error


def list_instances(call: Call) -> Answer:
    """List the DataArts instances of the project; the instance id is `resource_id`."""
    project = require_project(call)
    store, identity = call.cloud.part(MessageStore), call.cloud.identity
    found = store.instances if project == identity.main_project else {}
    created = store.epoch(call.cloud.clock.story_start) or 0
    orders = [
        {
            "resource_id": instance_id,
            "resource_name": name,
            "project_id": project.id,
            "domain_id": identity.domain_id,
            "region_id": project.name,
            "order_id": f"EXAMPLE-ORDER-{number}",
            "resource_type": "hws.resource.type.dayu",
            "resource_spec_code": "dayu.enterprise",
            "status": 2,
            "charge_type": "period",
            "is_auto_renew": number % 2,
            "is_trial_order": 0,
            "eps_id": "0",
            "create_user": identity.operator.name,
            "create_time": created - 400 * DAY_MS,
            "effective_time": created - 400 * DAY_MS,
            "expire_time": created + 60 * DAY_MS,
            "expire_days": "60",
            "work_space_mode": "0",
        }
        for number, (instance_id, name) in enumerate(found.items())
    ]
    start, stop = _admin_page(call)
    return document(
        {"billing_check": False, "count": len(orders), "commodity_orders": orders[start:stop]}
    )


def _admin_page(call: Call) -> tuple[int, int]:
    limit = call.query.number("limit", low=1, high=1000, default=ADMIN_PAGE)
    offset = call.query.number("offset", low=0, high=LARGEST_OFFSET, default=0)
    return offset, offset + limit


def list_workspaces(call: Call) -> Answer:
    """List the workspaces of an instance; their id is the `workspace` header of the others."""
    project = require_project(call)
    store = call.cloud.part(MessageStore)
    if (
        call.path["instance_id"] not in store.instances
        or project != call.cloud.identity.main_project
    ):
        raise call.refuse(400, "Instance does not exist", DATAARTS_WORKSPACE)
    found = [
        _workspace(call, workspace)
        for workspace in store.workspaces.values()
        if workspace.instance_id == call.path["instance_id"]
    ]
    start, stop = _admin_page(call)
    pages = -(-len(found) // (stop - start))
    return document({"count": len(found), "total_page": pages, "data": found[start:stop]})


def _workspace(call: Call, workspace: Workspace) -> dict[str, object]:
    identity = call.cloud.identity
    created = (call.cloud.part(MessageStore).epoch(call.cloud.clock.story_start) or 0) - (
        300 * DAY_MS
    )
    return {
        "id": workspace.id,
        "name": workspace.name,
        "description": workspace.description,
        "instance_id": workspace.instance_id,
        "project_id": identity.main_project.id,
        "domain_id": identity.domain_id,
        "eps_id": "0",
        "is_default": workspace.is_default,
        "owner_name": identity.operator.name,
        "member_num": workspace.members,
        "create_user": identity.operator.name,
        "create_time": created,
        "update_user": identity.operator.name,
        "update_time": created,
        "bad_record_location_name": "",
        "job_log_location_name": "",
    }


def facts(cloud: Cloud) -> dict[str, object]:
    """Tell the workspace whose messages there are most of, and its instance."""
    workspace = cloud.part(MessageStore).main_workspace
    return {"workspace": workspace.id, "instance_id": workspace.instance_id}


MESSAGES = "/v1/{project_id}/service/messages"
READ, CONFIRM = "dataartsstudio:messages:list", "dataartsstudio:messages:confirm"
OPERATIONS = (
    Operation("ListMessage", "GET", MESSAGES, list_messages, DATAARTS, READ),
    Operation("ConfirmMessage", "POST", MESSAGES, confirm_message, DATAARTS, CONFIRM),
    Operation("ShowMessageDetail", "GET", MESSAGES + "/{message_id}", show_message, DATAARTS, READ),
    Operation("ListApply", "GET", "/v1/{project_id}/service/applys", list_applications, DATAARTS),
    Operation(
        "ListDataArtsStudioInstances", "GET", "/v1/{project_id}/instances", list_instances, DATAARTS
    ),
    Operation(
        "ListManagerWorkSpaces",
        "GET",
        "/v1/{project_id}/workspaces/{instance_id}",
        list_workspaces,
        DATAARTS,
    ),
    Operation(
        "ListWorkspacesForUser",
        "GET",
        "/v1/{project_id}/{instance_id}/workspaces/{user_id}",
        list_workspaces,
        DATAARTS,
    ),
)
