"""CodeArts Check: who is notified when a gate fails, a task is deleted, or a task has run.

Source: CodeArts Check API reference, ShowDataTransmissionServiceNotification; the official SDK does
not have it. The answer is an envelope that can say 'error' under HTTP 200. No 200 example is
published, so a rule may be missing, and values of the switches and of `eventType` are shown as they
come.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from console.client.answer import Answer, kind, refusal
from console.client.operation import Operation
from console.client.paging import Row
from console.errors import CloudError, Problem, UnreadableError
from console.services.listing import Listing, Spared
from console.services.model import Origin, Query, Record, attribute, mandatory, optional
from console.services.value import LooseText, Switch
from console.text import Json

SHOW: Final = Operation(
    name="ShowDataTransmissionServiceNotification",
    service="codeartscheck",
    method="GET",
    path="/v2/transmission/notification",
    action="codeartscheck::getProjectConfig",
)

EVENTS: Final = {
    "codeGateFailed": "quality gate failed",
    "deleteTask": "task deleted",
    "executeTask": "task finished",
}
"""The documented events, and what each means."""

_ACCEPTED: Final = (None, "OK", "ACCEPTED")


class CheckNotificationQuery(Query):
    """Whose notification rules to show: a CodeArts project's, or the tenant's."""

    is_check_project: Literal[1, 0] = mandatory(
        "Scope",
        "1 the project's rules, 0 the tenant's",
        labels={"1": "the project's", "0": "the tenant's"},
    )
    domain_id: str = mandatory(
        "Domain",
        "the account's id; the documents disagree on whether it may be left out",
        origin=Origin.DOMAIN,
        min_length=1,
        max_length=128,
        pattern="^[A-Za-z0-9]+$",
    )
    project_id: str | None = optional(
        "Project",
        "the CodeArts project's id, which is no IAM project's",
        origin=Origin.CHECK_PROJECT,
        min_length=1,
        max_length=128,
        pattern="^[A-Za-z0-9]+$",
    )

    def problems(self) -> Iterator[Problem]:
        """Yield a problem where the project's rules are asked for and no project is named."""
        if self.is_check_project and not self.project_id:
            yield Problem(
                "project_id",
                "is needed for a project's rules: the CodeArts project's id "
                "(CONSOLE_CHECK_PROJECT); is_check_project 0 shows the tenant's alone",
            )


class CheckNotification(Record):
    """The rule of one event, in one scope."""

    IDENTITY = ("scope", "event")

    scope: str | None = attribute("Scope", "whose rule it is", choices="project tenant")
    event: str | None = attribute("Event", "what happened", labels=EVENTS)
    event_type: LooseText = attribute(
        "Event type", "the cloud's own name of the event; not documented", alias="eventType"
    )
    send_mail: Switch = attribute("Mail", "whether a mail is sent", alias="sendMail")
    send_message: Switch = attribute(
        "Message", "whether a system message is shown", alias="sendMessage"
    )
    send_roles_enable: Switch = attribute(
        "To roles", "whether the roles are told", alias="sendRolesEnable"
    )
    roles: LooseText = attribute(
        "Roles", "who, by role; how they are separated is not documented", names=True
    )
    send_users_enable: Switch = attribute(
        "To users", "whether the named users are told", alias="sendUsersEnable"
    )
    user_ids: LooseText = attribute(
        "Users", "who, by id, separated by commas", names=True, alias="userIds"
    )


def rows_in(answer: Answer, query: CheckNotificationQuery) -> Sequence[Row]:
    """Return a row for each event of the answer; a rule that is missing is a row without values.

    Raises:
        CloudError: the envelope says 'error'.
        UnreadableError: there are no rules in it.
    """
    body = answer.json_object()
    _check_envelope(answer, body)
    result = body.get("result")
    rules = result if isinstance(result, dict) else body
    if result is not None and not isinstance(result, dict):
        raise UnreadableError(f"the rules are documented as an object; {kind(result)} came")
    if not EVENTS.keys() & rules.keys():
        raise UnreadableError("the answer holds no notification rules")
    scope = "project" if query.is_check_project else "tenant"
    return [_row(scope, event, rules.get(event)) for event in _events(rules)]


def _check_envelope(answer: Answer, body: Mapping[str, Json]) -> None:
    status, http_status = body.get("status"), body.get("httpStatus")
    if status in (None, "success") and http_status in _ACCEPTED:  # a tuple takes any JSON value
        return
    told = refusal(answer, SHOW)
    raise CloudError(
        status=answer.status,
        code=told.code or str(http_status or status),
        message=told.message if told.code else f"CodeArts Check says {status}, {http_status}",
        request_id=told.request_id,
        hint="check the CodeArts project's id and the domain id",
    )


def _events(rules: Mapping[str, Json]) -> list[str]:
    new = [key for key, rule in rules.items() if key not in EVENTS and isinstance(rule, dict)]
    return [*EVENTS, *new]


def _row(scope: str, event: str, rule: Json) -> Row:
    if rule is not None and not isinstance(rule, dict):
        raise UnreadableError(f"the rule of {event} is documented as an object; {kind(rule)} came")
    return {"scope": scope, "event": event, **(rule or {})}


LISTING: Final = Listing(
    title="Check notifications",
    operation=SHOW,
    query=CheckNotificationQuery,
    record=CheckNotification,
    unwrap=rows_in,
    side_by_side="is_check_project",
    beside=("status", "httpStatus"),
    spared=Spared(
        value=1,
        lacks="project_id",
        sentence="the tenant's rules alone, as no CodeArts project is set: "
        "`console profile set NAME check_project_id=ID` or CONSOLE_CHECK_PROJECT sets it",
    ),
    columns=(
        "scope",
        "event",
        "send_mail",
        "send_message",
        "send_roles_enable",
        "roles",
        "send_users_enable",
        "user_ids",
    ),
)
