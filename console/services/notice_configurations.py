"""MetaStudio: the tenant's notices on resources that end or run out.

Source: MetaStudio API reference, ShowTenantNoticeConfiguration. The operation accepts an offset and
a limit and answers with one object all the same, so both types are asked side by side.
"""

from collections.abc import Sequence
from typing import Final, Literal

from console.client.answer import Answer, kind
from console.client.operation import Operation
from console.client.paging import Row
from console.errors import UnreadableError
from console.services.listing import Listing, objects
from console.services.model import Query, Record, attribute, mandatory, optional
from console.services.value import LooseText, Switch
from console.text import Json

SHOW: Final = Operation(
    name="ShowTenantNoticeConfiguration",
    service="metastudio",
    method="GET",
    path="/v1/{project_id}/tenants/notice-configurations",
)


TYPES: Final = {"RESOURCE_EXPIRE": "resource expires", "RESOURCE_LEFT": "little is left"}
"""The documented types of a notice, and what each means."""


class NoticeConfigurationQuery(Query):
    """Which of the tenant's notices to show."""

    type: Literal["RESOURCE_EXPIRE", "RESOURCE_LEFT"] = mandatory(
        "Type",
        "a resource expires or has expired, or little of it is left",
        labels=TYPES,
    )
    limit: int | None = optional("Limit", "accepted, and without effect", ge=1, le=100)
    offset: int | None = optional("Offset", "accepted, and without effect", ge=0, le=2147483647)


class NoticeConfiguration(Record):
    """One of the tenant's notices."""

    IDENTITY = ("type",)

    type: str | None = attribute("Type", "what the notice is about", labels=TYPES)
    send_msg: Switch = attribute("SMS", "whether an SMS is sent; left out, none is")
    properties: LooseText = attribute("Properties", "settings of the notice; not documented")


_OWN_FIELDS: Final = frozenset(NoticeConfiguration.model_fields)


def rows_in(answer: Answer, _: NoticeConfigurationQuery) -> Sequence[Row]:
    """Return the notices of an answer: the documented object, a list of such, or a wrapper.

    Raises:
        UnreadableError: it is none of these.
    """
    body: Json = answer.json
    if isinstance(body, dict) and not _OWN_FIELDS & body.keys():
        wrapped = [value for value in body.values() if isinstance(value, dict | list)]
        body = wrapped[0] if len(wrapped) == 1 else body
    if isinstance(body, list):
        return objects(body, "the notices")
    if isinstance(body, dict):
        return (body,)
    raise UnreadableError(f"a notice is documented as an object; {kind(body)} came")


LISTING: Final = Listing(
    title="Notices on resources",
    operation=SHOW,
    query=NoticeConfigurationQuery,
    record=NoticeConfiguration,
    unwrap=rows_in,
    side_by_side="type",
    beside=("X-Request-Id",),
    columns=("type", "send_msg", "properties"),
)
