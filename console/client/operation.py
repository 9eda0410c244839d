"""What one operation of the cloud is called, where it lives, and whether it changes anything."""

from enum import StrEnum
from typing import Final, Literal, NamedTuple

ServiceName = Literal["workspace", "codeartscheck", "metastudio", "dataartsstudio", "iam", "sts"]

TITLES: Final[dict[str, str]] = {
    "workspace": "Workspace",
    "codeartscheck": "CodeArts Check",
    "metastudio": "MetaStudio",
    "dataartsstudio": "DataArts Studio",
    "iam": "IAM",
    "sts": "STS",
}
"""Each service as people call it."""


class Scope(StrEnum):
    """What a call is made in the name of; it decides which id travels in the header."""

    PROJECT = "project"
    DOMAIN = "domain"


class Operation(NamedTuple):
    """One operation of one service.

    Attributes:
        name: the operation's id in the API reference.
        service: the service it belongs to, as `endpoints.json` names it.
        method: the HTTP method.
        path: the path, with `{project_id}` and its other parts in braces.
        mutates: whether it changes anything in the cloud; such a call is never sent twice.
        scope: whether it acts in a project or in the whole account.
        action: the permission it needs, where one is documented.
    """

    name: str
    service: ServiceName
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    mutates: bool = False
    scope: Scope = Scope.PROJECT
    action: str = ""
