"""What one profile of `profiles.toml` says: everything but its secrets.

A profile of the file becomes a `Profile` that can talk to the cloud once its secrets are there.
`Entry.read` is the border: whatever breaks a rule becomes one `EntryError` that names the key, and
no value of the file is ever in its words, because people write secrets where none belong.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, TypeAlias, get_args

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from console.errors import CredentialsError, SettingsError
from console.profiles.credential import AccessKey, AssumedRole, Credential, Password, Token
from console.profiles.profile import DEFAULT_REGION, DEFAULT_SECONDS, Profile

Auth: TypeAlias = Literal["access-key", "temporary-key", "token", "password"]
Store: TypeAlias = Literal["keyring", "command", "file", "environment", "session"]
Colour: TypeAlias = Literal["", "red", "yellow", "green", "cyan", "blue", "magenta"]
Secret: TypeAlias = Literal["secret_key", "security_token", "token", "password", "passcode"]
Service: TypeAlias = Literal[
    "workspace", "codeartscheck", "metastudio", "dataartsstudio", "iam", "sts"
]

SECRET_WORDS: Final[Mapping[str, str]] = {
    "secret_key": "secret key",
    "security_token": "security token",
    "token": "token",
    "password": "password",
    "passcode": "six digits of the TOTP device",
    "access_key": "access key",
}
"""Each secret as people call it."""

_NEEDS: Final[Mapping[str, tuple[Secret, ...]]] = {
    "access-key": ("secret_key",),
    "temporary-key": ("secret_key", "security_token"),
    "token": ("token",),
    "password": ("password",),
}

OF_ONE_WAY: Final[Mapping[str, tuple[str, ...]]] = {
    "access_key": ("access-key", "temporary-key"),
    "user_name": ("password",),
    "user_id": ("password",),
    "domain_name": ("password",),
    "totp": ("password",),
    "expires_at": ("temporary-key", "token"),
}
"""Keys that mean something with some ways to authenticate only."""

FILLED_BY_OTHERS: Final = frozenset({"command", "environment"})
"""Stores that others fill, with a whole key perhaps: its id as well as its secret."""

_SECRET_KEYS: Final = frozenset(
    {
        "sk",
        "pwd",
        "otp",
        "passwd",
        "passcode",
        "password",
        "passphrase",
        "private_key",
        "secret",
        "secret_access_key",
        "secret_key",
        "secretaccesskey",
        "secretkey",
        "securitytoken",
        "token",
    }
)
_SECRET_ENDINGS: Final = (
    "_sk",
    "_token",
    "_secret",
    "_password",
    "_passcode",
    "_secret_key",
    "_passphrase",
)

_LONGEST_REGION: Final = 32
_REGION: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+", re.ASCII)


class EntryError(SettingsError):
    """A profile of the file breaks a rule.

    Attributes:
        where: the key, with the tables that it is in; empty where the profile as a whole is meant.
    """

    def __init__(self, sentence: str, *, where: tuple[str, ...], hint: str = "") -> None:
        super().__init__(sentence, hint=hint)
        self.where = where


def _printable(value: str) -> str:
    if not value.isprintable():
        raise PydanticCustomError("sentence", "holds a control character")
    return value


def _is_id(value: str) -> str:
    # It ends in a header or in a path.
    if not (value.isascii() and value.isprintable() and " " not in value):
        raise PydanticCustomError("sentence", "holds something else than letters, digits and signs")
    return value


def _address(value: str) -> str:
    if "@" in value:
        raise PydanticCustomError("sentence", "holds a user name or a password")
    return _is_id(value)


def is_region(value: str) -> bool:
    """Tell whether `value` looks like a region's id; a secret that was pasted there does not."""
    return len(value) <= _LONGEST_REGION and bool(_REGION.fullmatch(value))


def _region(value: str) -> str:
    if not is_region(value):
        raise PydanticCustomError("sentence", "is no region, such as cn-north-4")
    return value


_Text = Annotated[str, AfterValidator(_printable)]
_Id = Annotated[str, AfterValidator(_is_id)]
_Address = Annotated[str, AfterValidator(_address)]

_CONFIG: Final = ConfigDict(
    strict=True,
    frozen=True,
    extra="forbid",
    hide_input_in_errors=True,
)


class AssumeRole(BaseModel):
    """An agency of another account, entered with the profile's own credential."""

    model_config = _CONFIG

    agency_name: _Text = Field(description="The agency to enter.")
    domain_name: _Text = Field("", description="The account that owns the agency, by name.")
    domain_id: _Id = Field("", description="The same by id; one of the two is enough.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.agency_name:
            raise _broken("agency_name", "is empty")
        if not (self.domain_name or self.domain_id):
            raise _broken(
                "domain_name", "is missing; domain_name or domain_id says whose agency it is"
            )
        return self


class Entry(BaseModel):
    """A profile as the file has it."""

    model_config = _CONFIG

    auth: Auth = Field(description="How to prove who is calling.")
    store: Store = Field(
        description=(
            "Where the secret is kept: `session` keeps it for one run, `environment` never has it."
        ),
    )
    access_key: _Id = Field(
        "",
        description=(
            "The access key's id (AK); its secret is in the store, which may hold the whole key."
        ),
    )
    user_name: _Text = Field("", description="The IAM user's name.")
    user_id: _Id = Field("", description="The IAM user's id; needed with `totp`.")
    domain_name: _Text = Field("", description="The account that the user belongs to, by name.")
    totp: bool = Field(
        default=False,
        description=(
            "Whether the password goes with six digits of a device, which are asked for each time."
        ),
    )
    region: Annotated[str, AfterValidator(_region)] = Field(
        DEFAULT_REGION,
        description="The region's id.",
    )
    project_id: _Id = Field(
        "",
        description="The IAM project of the region; looked up by region where empty.",
    )
    domain_id: _Id = Field("", description="The account's id; looked up where empty.")
    workspace: _Id = Field("", description="The DataArts Studio workspace's id.")
    check_project_id: _Id = Field("", description="The CodeArts project's id (not an IAM project).")
    endpoint: _Address = Field(
        "",
        description="One address for every service, instead of the region's.",
    )
    endpoints: dict[Service, _Address] = Field(
        default_factory=dict,
        description="Addresses for single services; they win over `endpoint`.",
    )
    ca_file: _Text = Field("", description="Certificates to trust instead of the system's.")
    timeout: Annotated[float, Field(ge=1, le=3600)] = Field(
        DEFAULT_SECONDS,
        description="Seconds that one read may take, with its retries.",
    )
    colour: Colour = Field("", description="How the screens mark the profile.")
    read_only: bool = Field(
        default=False,
        description="Whether every call that changes something is refused.",
    )
    production: bool = Field(default=False, description="Whether a send asks for more than a key.")
    # A list is what TOML has; each of its items is still a text and nothing else.
    secret_command: Annotated[tuple[_Text, ...], Field(strict=False)] = Field(
        (),
        description=(
            "The command that prints the secret, as a list that no shell reads; `store = "
            '"command"`.'
        ),
    )
    keyring_backend: _Text = Field(
        "",
        description=(
            "The keyring's backend, where not the system's own; with `store = \"keyring\"`."
        ),
    )
    expires_at: AwareDatetime | None = Field(
        None,
        description="When the temporary key or the token ends, with its time zone.",
    )
    assume_role: AssumeRole | None = Field(
        None,
        description="The agency to enter with this credential.",
    )

    @classmethod
    def read(cls, fields: Mapping[str, object]) -> Self:
        """Return the entry that `fields` describe.

        Raises:
            EntryError: they break a rule; the first one that is broken is named.
        """
        if secret := _secret_among(fields):
            raise EntryError(
                f"{secret[-1]!r} is a secret, and none is kept in this file",
                where=secret,
                hint="remove the line and give it to `console login`, which asks where to keep it",
            )
        try:
            return cls.model_validate(dict(fields))
        except ValidationError as error:
            found = error.errors(include_url=False)
        from console.profiles.broken_rule import first_broken  # noqa: PLC0415 - where one is only

        broken = first_broken(found, _keys, _choices)
        # Raised here and not above: the other error's context holds the values.
        raise EntryError(broken.sentence, where=broken.where, hint=broken.hint)

    @model_validator(mode="after")
    def _check(self) -> Self:
        for key, ways in OF_ONE_WAY.items():
            if getattr(self, key) and self.auth not in ways:
                named = " or ".join(f'"{way}"' for way in ways)
                raise _broken(key, f"goes with auth = {named} only")
        if self._has_key and not (self.access_key or self.store in FILLED_BY_OTHERS):
            raise _broken("access_key", f'is missing; auth = "{self.auth}" needs it')
        if self.auth == "password":
            for key in ("user_name", "domain_name", *(("user_id",) if self.totp else ())):
                if not getattr(self, key):
                    needs = "totp = true" if key == "user_id" else 'auth = "password"'
                    raise _broken(key, f"is missing; {needs} needs it")
        if self.store == "command" and not (self.secret_command and self.secret_command[0]):
            raise _broken("secret_command", 'is missing; store = "command" needs it')
        if self.secret_command and self.store != "command":
            raise _broken("secret_command", 'goes with store = "command" only')
        if self.keyring_backend and self.store != "keyring":
            raise _broken("keyring_backend", 'goes with store = "keyring" only')
        return self

    @property
    def _has_key(self) -> bool:
        return self.auth in {"access-key", "temporary-key"}

    def needs(self) -> tuple[Secret, ...]:
        """Return the names of the secrets that this profile cannot do without.

        A `passcode` is good for half a minute: it is asked for, never kept.
        """
        return (*_NEEDS[self.auth], *(("passcode",) if self.totp else ()))

    def fields(self) -> dict[str, object]:
        """Return what a file has to say of this entry, in TOML's own types: no default values."""
        said = self.model_dump(exclude_defaults=True)
        if self.secret_command:
            said["secret_command"] = list(self.secret_command)
        return said

    def profile(self, name: str, secrets: Mapping[str, SecretStr]) -> Profile:
        """Return the profile `name` that can talk to the cloud.

        Args:
            name: how people call it.
            secrets: what `needs` names. Where the store is a command or the environment, an
                `access_key` among them wins over the profile's own, and a `security_token` goes
                with it: whoever gives a whole key knows best what belongs together. Others are
                not used.

        Raises:
            CredentialsError: a secret is missing or empty.
        """
        used: list[str] = [*self.needs()]
        if self._has_key and self.store in FILLED_BY_OTHERS:
            used += [each for each in ("access_key", "security_token") if secrets.get(each)]
        if self._has_key and not self.access_key:
            used.append("access_key")
        given: dict[str, SecretStr] = {}
        for secret in used:
            value = secrets.get(secret)
            if value is None or not value.get_secret_value():
                raise CredentialsError(
                    f"profile {name} has no {SECRET_WORDS[secret]}",
                    hint=f"console login {name}",
                )
            given[secret] = value
        return Profile(
            name=name,
            credential=self._credential(given),
            region=self.region,
            project_id=self.project_id,
            domain_id=self.domain_id,
            workspace=self.workspace,
            check_project_id=self.check_project_id,
            endpoint=self.endpoint,
            endpoints={service: url for service, url in self.endpoints.items()},  # noqa: C416 - widens
            ca_file=self.ca_file,
            total_seconds=self.timeout,
            colour=self.colour,
            read_only=self.read_only,
            production=self.production,
            expires_at=self.expires_at,
        )

    def _credential(self, given: Mapping[str, SecretStr]) -> Credential:
        base: AccessKey | Token | Password
        if self.auth == "token":
            base = Token(given["token"])
        elif self.auth == "password":
            base = Password(
                user_name=self.user_name,
                password=given["password"],
                domain_name=self.domain_name,
                user_id=self.user_id,
                passcode=given.get("passcode"),
            )
        else:
            own = given.get("access_key")
            base = AccessKey(
                own.get_secret_value() if own else self.access_key,
                given["secret_key"],
                given.get("security_token"),
            )
        if self.assume_role is None:
            return base
        return AssumedRole(
            base=base,
            agency_name=self.assume_role.agency_name,
            domain_name=self.assume_role.domain_name,
            domain_id=self.assume_role.domain_id,
        )


def _broken(key: str, sentence: str) -> PydanticCustomError:
    return PydanticCustomError("rule", "{key} {sentence}", {"key": key, "sentence": sentence})


def _secret_among(fields: Mapping[str, object]) -> tuple[str, ...]:
    for key, value in fields.items():
        plain = key.lower().replace("-", "_")
        if plain in _SECRET_KEYS or plain.endswith(_SECRET_ENDINGS):
            return (key,)
        if isinstance(value, Mapping) and (inside := _secret_among(value)):
            return (key, *inside)
    return ()


def _keys(table: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(AssumeRole.model_fields if table == ("assume_role",) else Entry.model_fields)


def _choices(where: tuple[str, ...]) -> tuple[str, ...]:
    kinds = {"auth": Auth, "store": Store, "colour": Colour}
    return get_args(kinds.get(where[0], Service))
