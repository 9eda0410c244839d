"""IAM: the projects and accounts that a credential may use, and STS: what a refusal meant.

Source: IAM API reference, KeystoneListAuthProjects and KeystoneListAuthDomains; STS API reference,
DecodeAuthorizationMessage.
"""

from collections.abc import Sequence
from typing import Final

from console.client import identity
from console.client.answer import Answer
from console.client.call import Call
from console.client.client import Client
from console.client.paging import Row
from console.errors import Problem, QueryError, UnreadableError
from console.services.listing import Listing
from console.services.model import Query, Record, attribute

_LONGEST_MESSAGE: Final = 10_240
"""Characters of an encoded message that STS accepts."""


class NoQuery(Query):
    """Nothing to choose: the credential decides what is listed."""


class Links(Record):
    """Where IAM keeps the thing."""

    address: str | None = attribute("Address", alias="self")


class Project(Record):
    """An IAM project."""

    IDENTITY = ("id",)

    id: str | None = attribute("Project", "the project's id")
    name: str | None = attribute("Name", "the region's id, or the region's and a sub-project's")
    enabled: bool | None = attribute("Enabled")
    description: str | None = attribute("Description")
    domain_id: str | None = attribute("Domain", "the account it belongs to")
    parent_id: str | None = attribute("Parent")
    is_domain: bool | None = attribute("Is domain")
    links: Links | None = attribute("Links")


class Domain(Record):
    """An account."""

    IDENTITY = ("id",)

    id: str | None = attribute("Domain", "the account's id")
    name: str | None = attribute("Name")
    enabled: bool | None = attribute("Enabled")
    description: str | None = attribute("Description")
    links: Links | None = attribute("Links")


def _projects_in(answer: Answer, _: NoQuery) -> Sequence[Row]:
    return identity.items(answer, "projects")


def _domains_in(answer: Answer, _: NoQuery) -> Sequence[Row]:
    return identity.items(answer, "domains")


LISTING: Final = Listing(
    title="Projects",
    operation=identity.LIST_PROJECTS,
    query=NoQuery,
    record=Project,
    unwrap=_projects_in,
    columns=("id", "name", "enabled", "description"),
)
DOMAINS: Final = Listing(
    title="Accounts",
    operation=identity.LIST_DOMAINS,
    query=NoQuery,
    record=Domain,
    unwrap=_domains_in,
    columns=("id", "name", "enabled", "description"),
)


async def decode_authorization_message(client: Client, encoded: str) -> str:
    """Return the JSON text that says which rule refused.

    Args:
        client: who asks; STS documents a signature with an access key as the only way in.
        encoded: the `encoded_authorization_message` of a refusal, 1 to 10,240 characters.

    Raises:
        QueryError: the message is empty or too long.
        ConsoleError: STS refused, or could not be reached.
    """
    if not 1 <= len(encoded) <= _LONGEST_MESSAGE:
        raise QueryError(
            [Problem("encoded_message", f"must be 1 to {_LONGEST_MESSAGE} characters")]
        )
    call = Call(identity.DECODE_AUTHORIZATION_MESSAGE, body={"encoded_message": encoded})
    decoded = (await client.read(call)).json_object().get("decoded_message")
    if not isinstance(decoded, str):
        raise UnreadableError("STS answered without a decoded message")
    return decoded
