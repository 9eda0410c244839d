"""A running emulator for the tests, and a client that the official signer signs for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

PROGRAM = """
import json, sys
from console.emulator.options import Options
from console.emulator.server import run
run(
    Options(until_stdin_closes=True, **json.loads(sys.argv[1])),
    ready=lambda facts: print(json.dumps(facts), flush=True),
)
"""
ROOT = Path(__file__).parents[2]
TIMEOUT = 30

Pairs = Sequence[tuple[str, object]]


@dataclass(frozen=True)
class Keys:
    """What a request is signed with; the official signer reads `ak` and `sk`."""

    ak: str
    sk: str
    security_token: str | None = None


@dataclass
class Emulator:
    """One emulator in a process of its own."""

    process: subprocess.Popen[str]
    facts: dict[str, Any]
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=TIMEOUT))

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self.facts["url"])

    @property
    def project(self) -> str:
        """The main project."""
        return str(self.facts["project_id"])

    @property
    def keys(self) -> Keys:
        """The permanent keys of the operator."""
        return Keys(self.facts["access_key"], self.facts["secret_key"])

    @property
    def restricted(self) -> Keys:
        """The keys of the user whom a policy denies some operations."""
        keys = self.facts["restricted"]
        return Keys(keys["access_key"], keys["secret_key"])

    def signed(
        self,
        method: str,
        path: str,
        query: Pairs = (),
        *,
        body: object = None,
        headers: Mapping[str, str | None] | None = None,
        keys: Keys | None = None,
    ) -> httpx.Request:
        """Build a request and sign it; a header of None is left out."""
        keys = keys or self.keys
        content = None if body is None else json.dumps(body)
        wanted = {
            "Content-Type": "application/json",
            "X-Project-Id": self.project,
            "X-Security-Token": keys.security_token,
            **(headers or {}),
        }
        unsigned = SdkRequest(
            method=method,
            schema="http",
            host=self.url.removeprefix("http://"),
            resource_path=path,
            query_params=list(query),
            header_params={name: value for name, value in wanted.items() if value is not None},
            body=content,
        )
        request = Signer(keys).sign(unsigned)
        return self.http.build_request(
            method, self.url + request.uri, headers=request.header_params, content=content
        )

    def at(self, path: str) -> str:
        """Return a path below the main project, `{}` standing for its id."""
        return path.replace("{}", self.project)

    def call(
        self,
        method: str,
        path: str,
        query: Pairs = (),
        *,
        body: object = None,
        headers: Mapping[str, str | None] | None = None,
        keys: Keys | None = None,
    ) -> httpx.Response:
        """Sign a request and send it."""
        request = self.signed(method, path, query, body=body, headers=headers, keys=keys)
        return self.http.send(request)

    def blocked(self, *query: tuple[str, object], keys: Keys | None = None) -> httpx.Response:
        """Call ListNotificationRecords."""
        path = f"/v2/{self.project}/users/notification-records"
        return self.call("GET", path, query, keys=keys)

    def token(self, scope: object = None, **password: str) -> str:
        """Get a token by password."""
        user = {
            "name": self.facts["user_name"],
            "password": self.facts["password"],
            "domain": {"name": self.facts["domain_name"]},
        } | password
        identity = {"methods": ["password"], "password": {"user": user}}
        auth = {"identity": identity, "scope": scope or {"project": {"id": self.project}}}
        answer = self.http.post(self.url + "/v3/auth/tokens", json={"auth": auth})
        assert answer.status_code == 201, answer.text
        return answer.headers["X-Subject-Token"]

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call a control route."""
        answer = self.http.request(method, f"{self.url}/_emulator/{path}", json=body)
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else None

    def script(self, *faults: Mapping[str, object]) -> None:
        """Append faults to the script."""
        self.control("POST", "script", list(faults))

    def stop(self) -> int:
        """End the process through its standard input and wait for it."""
        self.http.close()
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode


def start_emulator(**options: object) -> Emulator:
    """Start an emulator and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(options)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return Emulator(process, json.loads(process.stdout.readline()))


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    emulator = start_emulator(throttle=0)
    yield emulator
    emulator.stop()


@pytest.fixture
def cloud(shared_emulator: Emulator) -> Emulator:
    """Return an emulator as it is at the start."""
    shared_emulator.control("POST", "reset")
    return shared_emulator


@pytest.fixture
def start() -> Iterator[Callable[..., Emulator]]:
    """Return a function that starts an emulator with options of the test's own."""
    started: list[Emulator] = []

    def start_one(**options: object) -> Emulator:
        started.append(start_emulator(**options))
        return started[-1]

    yield start_one
    for emulator in started:
        emulator.stop()
