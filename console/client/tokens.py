"""Tokens from IAM: what to ask, and what the answer holds.

Source: IAM API reference, KeystoneCreateUserTokenByPassword, ...ByPasswordAndMfa and
KeystoneCreateAgencyToken. All three are `POST /v3/auth/tokens`; the token itself comes in the
header `X-Subject-Token` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import SecretStr

from console.client.answer import Answer
from console.client.call import Call
from console.client.operation import Operation, Scope
from console.errors import UnreadableError
from console.profiles.credential import AssumedRole, Password
from console.text import Json

CREATE_TOKEN: Final = Operation(
    name="KeystoneCreateUserTokenByPassword",
    service="iam",
    method="POST",
    path="/v3/auth/tokens",
    scope=Scope.DOMAIN,
)
"""Changes nothing in the account, so it may be tried again."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token and how long it may be used.

    Attributes:
        value: what travels in `X-Auth-Token`.
        expires_at: when it ends, aware.
        project_id: the project it is for; empty where IAM did not say.
        domain_id: the account it is for; empty where IAM did not say.
        issued_at: when it was received, aware.
    """

    value: SecretStr
    expires_at: datetime
    project_id: str = ""
    domain_id: str = ""
    issued_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def lifetime(self) -> timedelta:
        """How long the token lives from when it was received."""
        return self.expires_at - self.issued_at


def _scope(project_id: str, region: str) -> dict[str, Json]:
    return {"project": {"id": project_id} if project_id else {"name": region}}


def _call(identity: Mapping[str, Json], scope: dict[str, Json], headers: Mapping[str, str]) -> Call:
    return Call(
        CREATE_TOKEN,
        query=(("nocatalog", "true"),),  # the catalog is large and nobody reads it
        headers=headers,
        body={"auth": {"identity": dict(identity), "scope": scope}},
    )


def by_password(credential: Password, *, project_id: str, region: str) -> Call:
    """Return the call that exchanges a password, and a TOTP passcode if there is one."""
    user: dict[str, Json] = {
        "name": credential.user_name,
        "password": credential.password.get_secret_value(),
        "domain": {"name": credential.domain_name},
    }
    identity: dict[str, Json] = {"methods": ["password"], "password": {"user": user}}
    if credential.passcode:
        identity["methods"] = ["password", "totp"]
        identity["totp"] = {
            "user": {
                "id": credential.user_id,
                "passcode": credential.passcode.get_secret_value(),
            }
        }
    return _call(identity, _scope(project_id, region), {})


def by_agency(role: AssumedRole, *, token: SecretStr | None, project_id: str, region: str) -> Call:
    """Return the call that enters an agency, as the holder of `token` or as the signer."""
    assumed: dict[str, Json] = {"agency_name": role.agency_name}
    if role.domain_id:
        assumed["domain_id"] = role.domain_id
    else:
        assumed["domain_name"] = role.domain_name
    headers = {"X-Auth-Token": token.get_secret_value()} if token else {}
    identity: dict[str, Json] = {"methods": ["assume_role"], "assume_role": assumed}
    return _call(identity, _scope(project_id, region), headers)


def issued(answer: Answer) -> IssuedToken:
    """Return the token in IAM's answer.

    Raises:
        UnreadableError: there is no token in it, or no time at which it ends.
    """
    value = answer.headers.get("x-subject-token", "")
    token = answer.json_object().get("token")
    if not value or not isinstance(token, dict):
        raise UnreadableError("IAM answered without a token")
    try:
        expires_at = datetime.fromisoformat(str(token.get("expires_at")))
    except ValueError as error:
        raise UnreadableError("IAM's token does not say when it ends") from error
    if expires_at.tzinfo is None:
        expires_at = expires_at.replace(tzinfo=UTC)
    return IssuedToken(
        SecretStr(value),
        expires_at,
        project_id=_id(token.get("project")),
        domain_id=_id(token.get("domain")) or _owner(token),
    )


def _id(value: Json) -> str:
    return str(value.get("id") or "") if isinstance(value, dict) else ""


def _owner(token: dict[str, Json]) -> str:
    project = token.get("project")
    return _id(project.get("domain")) if isinstance(project, dict) else ""
