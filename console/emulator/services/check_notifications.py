"""CodeArts Check: who is told when a check task fails its gate, is deleted, or ends.

Source: CodeArts Check API reference, ShowDataTransmissionServiceNotification. The answer is an
envelope whose HTTP status is 200 even where its `status` is `error`. The values of `eventType` and
the separator in `roles` are not documented; those used here are examples.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.emulator.data.identifiers import Identifiers
from console.emulator.dialects import CHECK
from console.emulator.operations import Answer, Call, Operation, document

if TYPE_CHECKING:
    from console.emulator.cloud import Cloud

IDENTIFIER = re.compile(r"[A-Za-z0-9]+")
LONGEST_IDENTIFIER = 128
TENANT, PROJECT = "0", "1"

Rule = dict[str, object]
Rules = dict[str, Rule | None]


class CheckProjects:
    """The CodeArts projects, which are not the projects of IAM.

    Attributes:
        complete: A project with all rules.
        partial: A project without a rule for a failed gate.
        broken: A project whose configuration cannot be read.
    """

    def __init__(self, cloud: Cloud) -> None:
        ids = Identifiers(cloud.options.seed)
        self.complete = ids.hexadecimal("check complete")
        self.partial = ids.hexadecimal("check partial")
        self.broken = ids.hexadecimal("check broken")
        people = ids.random("check people")
        self.user_ids = [ids.hexadecimal(f"check user {people.random()}") for _ in range(3)]

    def rules(self, project_id: str) -> Rules | None:
        """Return the rules of a project, None when it is unknown."""
        if project_id == self.complete:
            return self._rules(mail=True, roles="Project manager,Developer,Committer")
        if project_id == self.partial:
            return self._rules(mail=False, roles="project_admin") | {"codeGateFailed": None}
        return None

    def tenant_rules(self) -> Rules:
        """Return the rules of the account."""
        return self._rules(mail=False, roles="Project manager") | {"deleteTask": None}

    def _rules(self, *, mail: bool, roles: str) -> Rules:
        return {
            "codeGateFailed": self._rule("codeGateFailed", mail=True, roles=roles, users=3),
            "deleteTask": self._rule("taskDeleted", mail=mail, roles=roles, users=0),
            "executeTask": self._rule("taskExecuteCompleted", mail=mail, roles="", users=1),
        }

    def _rule(self, event: str, *, mail: bool, roles: str, users: int) -> Rule:
        return {
            "eventType": event,
            "sendMail": int(mail),
            "sendMessage": 1,
            "sendRolesEnable": int(bool(roles)),
            "roles": roles,
            "sendUsersEnable": int(bool(users)),
            "userIds": ",".join(self.user_ids[:users]),
        }


def _envelope(result: Rules | None, http_status: str) -> Answer:
    status = "success" if result is not None else "error"
    return document({"result": result, "httpStatus": http_status, "status": status})


def show_notification(call: Call) -> Answer:
    """Show the rules of the account or of one project."""
    query = call.query
    scope = query.choice("is_check_project", (TENANT, PROJECT), required=True)
    domain_id = query.text("domain_id", longest=LONGEST_IDENTIFIER, pattern=IDENTIFIER)
    project_id = query.text("project_id", longest=LONGEST_IDENTIFIER, pattern=IDENTIFIER)
    projects = call.cloud.fixed(CheckProjects)
    if domain_id not in (None, call.cloud.identity.domain_id):
        return _envelope(None, "BAD_REQUEST")
    if scope == TENANT:
        return _envelope(projects.tenant_rules(), "OK")
    if project_id == projects.broken:
        return _envelope(None, "INTERNAL_SERVER_ERROR")
    rules = projects.rules(project_id or "")
    return _envelope(rules, "BAD_REQUEST" if rules is None else "OK")


def facts(cloud: Cloud) -> dict[str, object]:
    """Tell which CodeArts projects there are."""
    projects = cloud.fixed(CheckProjects)
    return {
        "check_project_id": projects.complete,
        "check_project_ids": [projects.complete, projects.partial, projects.broken],
    }


OPERATIONS = (
    Operation(
        "ShowDataTransmissionServiceNotification",
        "GET",
        "/v2/transmission/notification",
        show_notification,
        CHECK,
        action="codeartscheck::getProjectConfig",
    ),
)
