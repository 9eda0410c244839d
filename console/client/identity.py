"""Who is calling, and in which project: the look-ups the client itself needs.

Source: IAM API reference (KeystoneListAuthProjects, KeystoneListAuthDomains) and STS API reference
(GetCallerIdentity, DecodeAuthorizationMessage).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from console.client.answer import Answer
from console.client.operation import Operation, Scope
from console.errors import SettingsError, UnreadableError
from console.text import Json

LIST_PROJECTS: Final = Operation(
    name="KeystoneListAuthProjects",
    service="iam",
    method="GET",
    path="/v3/auth/projects",
    scope=Scope.DOMAIN,
)
LIST_DOMAINS: Final = Operation(
    name="KeystoneListAuthDomains",
    service="iam",
    method="GET",
    path="/v3/auth/domains",
    scope=Scope.DOMAIN,
)
CALLER_IDENTITY: Final = Operation(
    name="GetCallerIdentity",
    service="sts",
    method="GET",
    path="/v5/caller-identity",
    scope=Scope.DOMAIN,
)
DECODE_AUTHORIZATION_MESSAGE: Final = Operation(
    name="DecodeAuthorizationMessage",
    service="sts",
    method="POST",
    path="/v5/decode-authorization-message",
    scope=Scope.DOMAIN,
    action="sts::decodeAuthorizationMessage",
)


class LookUp:
    """A value that is known from the start, or asked for once.

    Attributes:
        known: the value; empty until it is known.
    """

    def __init__(self, known: str, ask: Callable[[], Awaitable[str]]) -> None:
        self.known = known
        self._ask = ask
        self._lock = asyncio.Lock()

    async def value(self) -> str:
        """Return the value, asking only where it is not known yet."""
        async with self._lock:
            if not self.known:
                self.known = await self._ask()
            return self.known


def items(answer: Answer, key: str) -> list[dict[str, Json]]:
    """Return the objects under `key` of an answer.

    Raises:
        UnreadableError: there is no list of objects.
    """
    found = answer.json_object().get(key)
    if not isinstance(found, list):
        raise UnreadableError(f"{answer.host} answered without a list of {key}")
    return [each for each in found if isinstance(each, dict)]


def project_in(answer: Answer, region: str) -> str:
    """Return the id of the project that is called like its region.

    Raises:
        SettingsError: there is none.
    """
    projects = items(answer, "projects")
    for project in projects:
        if project.get("name") == region and project.get("id"):
            return str(project["id"])
    names = ", ".join(sorted(str(project.get("name")) for project in projects)) or "none"
    raise SettingsError(
        f"IAM knows no project of region {region} for this credential",
        hint=f"set CONSOLE_PROJECT_ID, or another region; the projects it may use: {names}",
    )


def domain_in(answer: Answer) -> str:
    """Return the id of the first account; empty where IAM lists none."""
    return next((str(each["id"]) for each in items(answer, "domains") if each.get("id")), "")
