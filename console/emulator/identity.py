"""Who may call: users, projects, access keys, tokens, agencies and what policies deny.

Sources: IAM API reference (tokens, temporary access keys, projects); every name, key and password
is derived from the seed and fake.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from console.emulator.data.identifiers import Identifiers
from console.emulator.signature import SignatureError

if TYPE_CHECKING:
    from console.emulator.clock import Clock
    from console.emulator.options import Options

REGION = "cn-north-4"
DENIED_TO_OBSERVER = frozenset(
    {
        "workspace:desktopPools:sendNotifications",
        "workspace:desktops:sendNotifications",
        "workspace:desktops:listConnectStatus",
        "dataartsstudio:messages:list",
        "dataartsstudio:messages:confirm",
    }
)
SEAL_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the account; `name` is its region, or region and sub-project."""

    id: str
    name: str
    description: str
    parent_id: str
    workspace_enabled: bool = False


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user; `passcode` set means that a second factor is needed."""

    id: str
    name: str
    password: str
    passcode: str | None = None
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A pair of keys; temporary ones have a security token and an end."""

    access: str
    secret: str
    user: User
    security_token: str | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """An issued token; without a project its scope is the domain."""

    value: str
    user: User
    methods: tuple[str, ...]
    project: Project | None
    issued: datetime
    expires: datetime
    assumed_by: User | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated side of a request.

    Attributes:
        project: The project the credential is for; None without one.
        token: The token used; None for a signature.
    """

    user: User
    project: Project | None = None
    token: Token | None = None


class Identity:
    """The account: its people, their keys, and the tokens given out so far."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._ids = ids = Identifiers(options.seed)
        self._clock = clock
        self._lifetime = timedelta(seconds=options.token_lifetime)
        self._serial = count(1)
        self._seal_key = f"EXAMPLE-SEAL-{options.seed}".encode()
        self.domain_id = ids.hexadecimal("domain")
        self.domain_name = "example-corp"
        self.agency_name = "notification-duty"
        main = Project(
            ids.hexadecimal("project"), REGION, "", self.domain_id, workspace_enabled=True
        )
        self.projects = {
            project.id: project
            for project in (
                main,
                Project(ids.hexadecimal("east"), "cn-east-3", "华东-上海一", self.domain_id),
                Project(ids.hexadecimal("drill"), f"{REGION}_drill", "Drills", main.id),
            )
        }
        self.main_project = main
        self.operator = self._user("operator")
        self.careful = self._user("operator-totp", passcode="246810")
        self.observer = self._user("observer", denied=DENIED_TO_OBSERVER)
        self.deputy = User(
            ids.hexadecimal("agency"), f"{self.domain_name}/{self.agency_name}", password=""
        )
        self.nobody = User(id="", name="", password="")
        self.users = {user.name: user for user in (self.operator, self.careful, self.observer)}
        self.keys: dict[str, AccessKey] = {}
        self.tokens: dict[str, Token] = {}
        self.key = self._permanent_key(self.operator)
        self.observer_key = self._permanent_key(self.observer)
        self.temporary_key = self.temporary(self.operator, timedelta(days=1), label="ready")

    def _user(
        self, name: str, passcode: str | None = None, denied: frozenset[str] = frozenset()
    ) -> User:
        password = f"EXAMPLE-PASSWORD-{self._ids.hexadecimal('password ' + name, 8)}"
        return User(self._ids.hexadecimal("user " + name), name, password, passcode, denied)

    def _permanent_key(self, user: User) -> AccessKey:
        key = AccessKey(
            "EXAMPLEAK" + self._ids.hexadecimal("ak " + user.name, 11).upper(),
            "EXAMPLE-SECRET-" + self._ids.hexadecimal("sk " + user.name, 25),
            user,
        )
        self.keys[key.access] = key
        return key

    def temporary(self, user: User, lifetime: timedelta, label: str | None = None) -> AccessKey:
        """Give out temporary keys of a user."""
        label = label or f"{next(self._serial)}"
        key = AccessKey(
            "EXAMPLETK" + self._ids.hexadecimal("tk " + label, 11).upper(),
            "EXAMPLE-SECRET-" + self._ids.hexadecimal("ts " + label, 25),
            user,
            "EXAMPLE-SECURITY-TOKEN-" + self._ids.hexadecimal("st " + label, 64),
            self._clock.now() + lifetime,
        )
        self.keys[key.access] = key
        return key

    def issue(
        self,
        user: User,
        methods: tuple[str, ...],
        project: Project | None,
        assumed_by: User | None = None,
    ) -> Token:
        """Give out a token, and forget those that have expired."""
        now = self._clock.now()
        self.tokens = {
            value: token
            for value, token in self.tokens.items()
            if token.expires > now - timedelta(1)
        }
        # The random-looking part differs from run to run so that no stored token outlives its run.
        salt = f"token {next(self._serial)} {now.isoformat()}"
        value = "EXAMPLE-TOKEN-" + "".join(
            self._ids.hexadecimal(f"{salt} {part}", 64) for part in range(8)
        )
        token = Token(value, user, methods, project, now, now + self._lifetime, assumed_by)
        self.tokens[value] = token
        return token

    def key_of(self, access_key: str) -> AccessKey:
        """Return the pair of keys that an access key belongs to.

        Raises:
            SignatureError: There is none.
        """
        try:
            return self.keys[access_key]
        except KeyError as error:
            raise SignatureError(f"AK {access_key} not exist") from error

    def has_expired(self, holder: Token | AccessKey) -> bool:
        """Tell whether a token or a temporary key is past its end."""
        return holder.expires is not None and self._clock.now() >= holder.expires

    def project_named(self, name: str) -> Project | None:
        """Return the project of a name, None when there is none."""
        return next((item for item in self.projects.values() if item.name == name), None)

    def seal(self, denial: object) -> str:
        """Encode why a request was denied, for nobody but STS to read."""
        content = json.dumps(denial, ensure_ascii=False).encode()
        mark = hmac.digest(self._seal_key, content, hashlib.sha256)[:SEAL_LENGTH]
        return base64.urlsafe_b64encode(mark + content).decode()

    def unseal(self, message: str) -> str | None:
        """Decode a sealed denial to JSON text, None when it is not one of ours."""
        try:
            raw = base64.b64decode(message.encode(), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            return None
        mark, content = raw[:SEAL_LENGTH], raw[SEAL_LENGTH:]
        expected = hmac.digest(self._seal_key, content, hashlib.sha256)[:SEAL_LENGTH]
        return content.decode() if hmac.compare_digest(mark, expected) else None
