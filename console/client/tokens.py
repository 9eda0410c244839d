"""Tokens and temporary keys from IAM: what to ask, and what the answer holds.

Source: IAM API reference, KeystoneCreateUserTokenByPassword, ...ByPasswordAndMfa,
KeystoneCreateAgencyToken and CreateTemporaryAccessKeyByAgency. The first three are
`POST /v3/auth/tokens`; the token itself comes in the header `X-Subject-Token` alone. An agency's
token takes another token to ask for it, so whoever has an access key enters with a temporary key.
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
from console.log import hide
from console.profiles.credential import AccessKey, AssumedRole, Password
from console.text import Json

CREATE_TOKEN: Final = Operation(
    name="KeystoneCreateUserTokenByPassword",
    service="iam",
    method="POST",
    path="/v3/auth/tokens",
    scope=Scope.DOMAIN,
)
"""Changes nothing in the account, so it may be tried again."""

CREATE_TEMPORARY_KEY: Final = Operation(
    name="CreateTemporaryAccessKeyByAgency",
    service="iam",
    method="POST",
    path="/v3.0/OS-CREDENTIAL/securitytokens",
    scope=Scope.DOMAIN,
)
"""As `CREATE_TOKEN`: what it makes ends by itself."""

_KEY_SECONDS: Final = 3600
"""How long a temporary key is asked for; IAM gives 900 to 86400 seconds."""


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

    def __post_init__(self) -> None:
        hide(self.value)

    def __reduce__(self) -> str:
        raise TypeError("a token is not pickled: it would be plain text")

    @property
    def lifetime(self) -> timedelta:
        """How long the token lives from when it was received."""
        return self.expires_at - self.issued_at


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A temporary access key and how long it may be used.

    Attributes:
        value: what signs.
        expires_at: when it ends, aware.
        issued_at: when it was received, aware.
    """

    value: AccessKey
    expires_at: datetime
    issued_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def lifetime(self) -> timedelta:
        """How long the key lives from when it was received."""
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


def by_agency(role: AssumedRole, *, token: SecretStr, project_id: str, region: str) -> Call:
    """Return the call that enters an agency as the holder of `token`."""
    headers = {"X-Auth-Token": token.get_secret_value()}
    identity: dict[str, Json] = {"methods": ["assume_role"], "assume_role": _assumed(role)}
    return _call(identity, _scope(project_id, region), headers)


def key_by_agency(role: AssumedRole) -> Call:
    """Return the call that enters an agency as whoever signs it."""
    assumed: dict[str, Json] = {**_assumed(role), "duration_seconds": _KEY_SECONDS}
    identity: dict[str, Json] = {"methods": ["assume_role"], "assume_role": assumed}
    return Call(CREATE_TEMPORARY_KEY, body={"auth": {"identity": identity}})


def _assumed(role: AssumedRole) -> dict[str, Json]:
    if role.domain_id:
        return {"agency_name": role.agency_name, "domain_id": role.domain_id}
    return {"agency_name": role.agency_name, "domain_name": role.domain_name}


def issued(answer: Answer) -> IssuedToken:
    """Return the token in IAM's answer.

    Raises:
        UnreadableError: there is no token in it, or no time at which it ends.
    """
    value = answer.headers.get("x-subject-token", "")
    token = answer.json_object().get("token")
    if not value or not isinstance(token, dict):
        raise UnreadableError("IAM answered without a token")
    return IssuedToken(
        SecretStr(value),
        _end(token, "token"),
        project_id=_id(token.get("project")),
        domain_id=_id(token.get("domain")) or _owner(token),
    )


def issued_key(answer: Answer) -> IssuedKey:
    """Return the temporary key in IAM's answer.

    Raises:
        UnreadableError: there is no whole key in it, or no time at which it ends.
    """
    key = answer.json_object().get("credential")
    if not isinstance(key, dict) or not all(key.get(p) for p in ("access", "secret", _TOKEN_PART)):
        raise UnreadableError("IAM answered without a temporary key")
    access, secret, token = (str(key[part]) for part in ("access", "secret", _TOKEN_PART))
    value = AccessKey(access, SecretStr(secret), SecretStr(token))
    return IssuedKey(value, _end(key, "temporary key"))


_TOKEN_PART: Final = "securitytoken"  # noqa: S105 - the name of a field


def _end(issued_thing: dict[str, Json], what: str) -> datetime:
    try:
        end = datetime.fromisoformat(str(issued_thing.get("expires_at")))
    except ValueError as error:
        raise UnreadableError(f"IAM's {what} does not say when it ends") from error
    return end if end.tzinfo else end.replace(tzinfo=UTC)


def _id(value: Json) -> str:
    return str(value.get("id") or "") if isinstance(value, dict) else ""


def _owner(token: dict[str, Json]) -> str:
    project = token.get("project")
    return _id(project.get("domain")) if isinstance(project, dict) else ""
