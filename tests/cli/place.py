"""A user's home with nothing in it, and every kind of credential to log in with from there."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.dialogue import Dialogue, dialogue
from tests.cloud import Cloud, Ran

PASSPHRASE = "fake-correct-horse-battery"
FAR = "2099-01-31T12:00:00Z"


@dataclass(frozen=True)
class Place:
    """A home.

    Attributes:
        home: the folder; config and state lie in it.
        more: environment variables that every process there sees.
    """

    home: Path
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.home / "config"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def profiles(self) -> Path:
        return self.config / "profiles.toml"

    def environ(self, **more: str) -> dict[str, str]:
        """Return the environment of a process there, without what `more` sets to nothing."""
        given = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "CONSOLE_CONFIG_DIR": str(self.config),
            "CONSOLE_STATE_DIR": str(self.state),
            **self.more,
            **more,
        }
        return {name: value for name, value in given.items() if value}

    def run(
        self, *arguments: str, secrets: Iterable[str] | None = None, stdin: str = "", **more: str
    ) -> Ran:
        """Run a command; `secrets` come to it through a pipe, as `--secret-fd`."""
        reading, writing = os.pipe()
        with open(writing, "w", encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor has no path
            pipe.writelines(f"{secret}\n" for secret in secrets or ())
        given = [] if secrets is None else ["--secret-fd", str(reading)]
        try:
            done = subprocess.run(
                [sys.executable, "-m", "console", *arguments, *given],
                env=self.environ(**more),
                input=stdin.encode(),
                capture_output=True,
                check=False,
                timeout=60,
                pass_fds=(reading,),
            )
        finally:
            os.close(reading)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def terminal(self, *arguments: str, **more: str) -> AbstractContextManager[Dialogue]:
        """Run a command on a terminal."""
        return dialogue(*arguments, environ=self.environ(**more))

    def with_passphrase(self) -> "Place":
        """Return this place with a passphrase for the encrypted file."""
        kept = self.home / "passphrase"
        kept.write_text(f"{PASSPHRASE}\n")
        return Place(self.home, {**self.more, "CONSOLE_PASSPHRASE_COMMAND": f"cat {kept}"})

    def write(self, text: str) -> None:
        """Write the file of profiles."""
        self.config.mkdir(exist_ok=True)
        self.profiles.write_text(text)

    def keyed(self, name: str, cloud: Cloud, *lines: str) -> str:
        """Return a profile for the file: an access key whose secret a command prints."""
        secret = self.home / "secret-key"
        secret.write_text(f"{cloud.key.secret_key.get_secret_value()}\n")
        said = (
            f"[profile.{name}]",
            'auth = "access-key"',
            f'access_key = "{cloud.key.access_key}"',
            'store = "command"',
            f'secret_command = ["cat", "{secret}"]',
            f'endpoint = "{cloud.url}"',
            *lines,
        )
        return "\n".join([*said, "", ""])

    def everything(self) -> dict[Path, bytes]:
        """Return every file of config and state."""
        folders = (self.config, self.state)
        return {
            path: path.read_bytes()
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


@dataclass(frozen=True)
class Kind:
    """A kind of credential.

    Attributes:
        options: what `console login` is told of it.
        secrets: its secrets by their names, in the order in which they are asked for.
        variables: the same as the environment has it.
    """

    options: tuple[str, ...]
    secrets: Mapping[str, str]
    variables: Mapping[str, str]


def token_of(cloud: Cloud) -> str:
    """Return a token that IAM issues for the operator."""
    facts = cloud.facts
    user = {
        "name": facts["user_name"],
        "password": facts["password"],
        "domain": {"name": facts["domain_name"]},
    }
    identity = {"methods": ["password"], "password": {"user": user}}
    scope = {"project": {"name": facts["region"]}}
    answer = cloud.control.post(
        "/v3/auth/tokens", json={"auth": {"identity": identity, "scope": scope}}
    )
    return str(answer.raise_for_status().headers["X-Subject-Token"])


BASES = ("access-key", "temporary-key", "token", "password", "totp")
KINDS = (*BASES, "role-by-access-key", "role-by-password", "role-by-token")


def kind(name: str, cloud: Cloud) -> Kind:
    """Return a credential of the kind `name` that `cloud` accepts."""
    facts = cloud.facts
    endpoint = ("--endpoint", cloud.url)
    if name.startswith("role-by-"):
        base = kind(name.removeprefix("role-by-"), cloud)
        role = {
            "--assume-agency-name": facts["agency_name"],
            "--assume-domain-name": facts["domain_name"],
        }
        return Kind(
            (*base.options, *(word for pair in role.items() for word in pair)),
            base.secrets,
            {
                **base.variables,
                "HW_ASSUME_ROLE_AGENCY_NAME": facts["agency_name"],
                "HW_ASSUME_ROLE_DOMAIN_NAME": facts["domain_name"],
            },
        )
    if name == "token":
        token = token_of(cloud)
        return Kind((*endpoint, "--auth", "token"), {"token": token}, {"HW_AUTH_TOKEN": token})
    if name in {"access-key", "temporary-key"}:
        key = cloud.key if name == "access-key" else cloud.temporary_key
        secrets = {"secret_key": key.secret_key.get_secret_value()}
        variables = {"HW_ACCESS_KEY": key.access_key, "HW_SECRET_KEY": secrets["secret_key"]}
        options = [*endpoint, "--auth", name, "--access-key", key.access_key]
        if key.security_token:
            secrets["security_token"] = key.security_token.get_secret_value()
            variables["HW_SECURITY_TOKEN"] = secrets["security_token"]
            options += ["--expires-at", FAR]
        return Kind(tuple(options), secrets, variables)
    who = "totp_" if name == "totp" else ""
    user, password = facts[f"{who}user_name"], facts[f"{who}password"]
    options = [*endpoint, "--auth", "password", "--user-name", user]
    options += ["--domain-name", facts["domain_name"]]
    secrets = {"password": password}
    if who:
        options += ["--totp", "--user-id", facts["totp_user_id"]]
        secrets["passcode"] = facts["totp_passcode"]
    variables = {
        "HW_USER_NAME": user,
        "HW_USER_PASSWORD": password,
        "HW_DOMAIN_NAME": facts["domain_name"],
    }
    return Kind(tuple(options), secrets, variables)
