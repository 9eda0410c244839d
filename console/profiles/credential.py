"""What proves who is calling: four kinds of credential, secrets kept out of sight.

Every secret is a `SecretStr` from here to the header it ends in: `repr` and logs of a credential
show asterisks, and a credential refuses to be pickled, because a pickle holds plain text. What a
credential holds is hidden from the log from the moment it is made.
"""

from dataclasses import dataclass
from typing import TypeAlias

from pydantic import SecretStr

from console.log import hide


class _Unpicklable:
    """Something that must not be written anywhere by accident."""

    __slots__ = ()

    def __reduce__(self) -> str:
        raise TypeError("a credential is not pickled: its secrets would be plain text")


@dataclass(frozen=True, slots=True)
class AccessKey(_Unpicklable):
    """An access key and its secret; with a security token, a temporary one."""

    access_key: str
    secret_key: SecretStr
    security_token: SecretStr | None = None

    def __post_init__(self) -> None:
        hide(self.secret_key, self.security_token)


@dataclass(frozen=True, slots=True)
class Token(_Unpicklable):
    """A token that somebody else obtained; it is used until it ends, never renewed."""

    value: SecretStr

    def __post_init__(self) -> None:
        hide(self.value)


@dataclass(frozen=True, slots=True)
class Password(_Unpicklable):
    """A user and a password; IAM gives a token for them.

    Attributes:
        user_name: the IAM user's name.
        password: its password.
        domain_name: the account the user belongs to.
        user_id: the IAM user's id; needed with `passcode`.
        passcode: the six digits of a TOTP device; with them, both factors are sent.
    """

    user_name: str
    password: SecretStr
    domain_name: str
    user_id: str = ""
    passcode: SecretStr | None = None

    def __post_init__(self) -> None:
        hide(self.password, self.passcode)


@dataclass(frozen=True, slots=True)
class AssumedRole(_Unpicklable):
    """An agency of another account, entered with a credential of one's own.

    Attributes:
        base: the credential that asks.
        agency_name: the agency to enter.
        domain_name: the account that owns the agency, by name.
        domain_id: the same by id; one of the two is enough.
    """

    base: "AccessKey | Token | Password"
    agency_name: str
    domain_name: str = ""
    domain_id: str = ""


Credential: TypeAlias = AccessKey | Token | Password | AssumedRole
