"""An emulated cloud in a process of its own, and how to get into it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from console.profiles.credential import AccessKey, Credential, Password
from console.profiles.profile import Profile


@dataclass(frozen=True)
class Cloud:
    """A running emulator.

    Attributes:
        facts: what it said when it was ready.
        control: its control routes.
    """

    facts: Mapping[str, Any]
    control: httpx.Client

    @property
    def url(self) -> str:
        return str(self.facts["url"])

    @property
    def key(self) -> AccessKey:
        return _key(self.facts)

    @property
    def temporary_key(self) -> AccessKey:
        return _key(self.facts["temporary"])

    @property
    def restricted_key(self) -> AccessKey:
        return _key(self.facts["restricted"])

    @property
    def password(self) -> Password:
        return Password(
            self.facts["user_name"],
            SecretStr(self.facts["password"]),
            self.facts["domain_name"],
        )

    def profile(self, credential: Credential | None = None, **changes: Any) -> Profile:
        """Return a profile that leads into this cloud."""
        values = {
            "name": "test",
            "credential": credential or self.key,
            "region": self.facts["region"],
            "project_id": self.facts["project_id"],
            "domain_id": self.facts["domain_id"],
            "workspace": self.facts["workspace"],
            "check_project_id": self.facts["check_project_id"],
            "endpoint": self.url,
        }
        return Profile(**{**values, **changes})

    def environ(self, **changes: str) -> dict[str, str]:
        """Return the environment variables that lead into this cloud."""
        return {
            "HUAWEICLOUD_SDK_AK": self.facts["access_key"],
            "HUAWEICLOUD_SDK_SK": self.facts["secret_key"],
            "HUAWEICLOUD_SDK_PROJECT_ID": self.facts["project_id"],
            "CONSOLE_DOMAIN_ID": self.facts["domain_id"],
            "CONSOLE_ENDPOINT": self.url,
            "CONSOLE_REGION": self.facts["region"],
            "CONSOLE_WORKSPACE": self.facts["workspace"],
            "CONSOLE_CHECK_PROJECT": self.facts["check_project_id"],
            **changes,
        }

    def script(self, *faults: Mapping[str, object]) -> None:
        """Make the next matching requests fail as told, one after the other."""
        self.control.post("/_emulator/script", json=list(faults)).raise_for_status()

    def answer(
        self,
        path: str,
        times: int = 1,
        status: int = 200,
        **body: Any,  # Any: whatever JSON holds
    ) -> None:
        """Make the cloud answer the next requests for a path with a JSON object."""
        self.script(
            {
                "action": "answer",
                "path": path,
                "times": times,
                "status": status,
                "headers": {"Content-Type": "application/json"},
                "body": json.dumps(body),
            }
        )

    def requests(self) -> list[dict[str, Any]]:
        """Return what the cloud received since the last reset."""
        found: list[dict[str, Any]] = self.control.get("/_emulator/requests").json()
        return found

    def reset(self) -> None:
        """Forget faults, requests and changes."""
        self.control.post("/_emulator/reset").raise_for_status()


def _key(facts: Mapping[str, Any]) -> AccessKey:
    token = facts.get("security_token")
    return AccessKey(
        facts["access_key"], SecretStr(facts["secret_key"]), SecretStr(token) if token else None
    )


@contextmanager
def running_cloud(*options: str) -> Iterator[Cloud]:
    """Run `console emulate` with `options` on a free port."""
    words = [sys.executable, "-m", "console", "emulate", "--until-stdin-closes", *options]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        try:
            facts = json.loads(process.stdout.readline())
            with httpx.Client(base_url=facts["url"], trust_env=False, timeout=30) as control:
                yield Cloud(facts, control)
        finally:
            process.stdin.close()
            process.wait(10)


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


def console(
    *arguments: str, environ: Mapping[str, str], stdin: str = "", timeout: float = 60
) -> Ran:
    """Run a command in a process of its own, with nothing but `environ` in its environment."""
    done = subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        env=dict(environ),
        input=stdin.encode(),
        capture_output=True,
        check=False,
        timeout=timeout,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def columns(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """Return one column of some rows."""
    return [row.get(name) for row in rows]
