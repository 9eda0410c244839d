"""MetaStudio: whether the account is told that resources expire or run low.

Source: MetaStudio API reference, ShowTenantNoticeConfiguration and SetTenantNoticeConfiguration.
The page takes `limit` and `offset` and yet answers with one object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.emulator.dialects import METASTUDIO, METASTUDIO_BODY, METASTUDIO_PROJECT
from console.emulator.operations import Answer, Call, Operation, document
from console.emulator.projects import require_project

if TYPE_CHECKING:
    from console.emulator.cloud import Cloud

TYPES = ("RESOURCE_EXPIRE", "RESOURCE_LEFT")
LARGEST_OFFSET = 2**31 - 1
EXPIRE_PROPERTIES = '{"days_before":[30,7,1],"receivers":["运营值班组","ops@example.com"]}'

Configuration = dict[str, object]


class NoticeConfigurations:
    """The configurations by project and type; what was never set reads as 'no SMS'."""

    def __init__(self, cloud: Cloud) -> None:
        main = cloud.identity.main_project.id
        self._set: dict[tuple[str, str], Configuration] = {
            (main, "RESOURCE_EXPIRE"): {"send_msg": True, "properties": EXPIRE_PROPERTIES},
            (main, "RESOURCE_LEFT"): {"send_msg": False, "properties": "threshold=20%"},
        }

    def show(self, project_id: str, kind: str) -> Configuration:
        """Return a configuration."""
        return {"type": kind, **self._set.get((project_id, kind), {"send_msg": False})}

    def change(self, project_id: str, kind: str, configuration: Configuration) -> None:
        """Replace a configuration."""
        self._set[project_id, kind] = configuration


def _project_id(call: Call) -> str:
    # With a signature the project header is mandatory here, unlike in the other services.
    if call.caller.project is None:
        raise call.refuse(403, "The project id of the credential is missing.", METASTUDIO_PROJECT)
    return require_project(call, METASTUDIO_PROJECT).id


def show_configuration(call: Call) -> Answer:
    """Show the configuration of one type."""
    project_id = _project_id(call)
    kind = call.query.choice("type", TYPES, required=True)
    call.query.number("limit", low=1, high=100, default=10)
    call.query.number("offset", low=0, high=LARGEST_OFFSET, default=0)
    return document(call.cloud.part(NoticeConfigurations).show(project_id, str(kind)))


def set_configuration(call: Call) -> Answer:
    """Replace the configuration of one type; the answer has no body."""
    project_id = _project_id(call)
    content = call.document()
    kind, send_msg = content.get("type"), content.get("send_msg", False)
    properties = content.get("properties", "")
    if kind not in TYPES:
        raise call.refuse(400, f"The parameter type must be one of {', '.join(TYPES)}.")
    if not isinstance(send_msg, bool) or not isinstance(properties, str):
        raise call.refuse(400, "send_msg must be a boolean, properties a string.", METASTUDIO_BODY)
    call.cloud.part(NoticeConfigurations).change(
        project_id, kind, {"send_msg": send_msg, "properties": properties}
    )
    return Answer()


PATH = "/v1/{project_id}/tenants/notice-configurations"
OPERATIONS = (
    Operation("ShowTenantNoticeConfiguration", "GET", PATH, show_configuration, METASTUDIO),
    Operation("SetTenantNoticeConfiguration", "POST", PATH, set_configuration, METASTUDIO),
)
