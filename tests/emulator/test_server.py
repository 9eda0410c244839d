"""The emulator as a process: how it starts, what it says, how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from console.emulator import app, services
from console.emulator.cloud import Cloud
from console.emulator.options import Options
from tests.emulator.conftest import PROGRAM, ROOT, Emulator

DESKTOP = ("query_type", "DESKTOP")
FACTS = {
    "url",
    "access_key",
    "secret_key",
    "project_id",
    "domain_id",
    "domain_name",
    "region",
    "workspace",
    "instance_id",
    "check_project_id",
    "user_name",
    "password",
    "user_id",
    "totp_user_name",
    "totp_user_id",
    "totp_password",
    "totp_passcode",
    "agency_name",
    "temporary",
    "restricted",
}


def test_it_says_everything_needed_to_call_it(cloud: Emulator) -> None:
    assert set(cloud.facts) >= FACTS
    assert all(cloud.facts[name] for name in FACTS)
    assert set(cloud.facts["temporary"]) == {"access_key", "secret_key", "security_token"}


def test_every_secret_is_plainly_fake(cloud: Emulator) -> None:
    facts = cloud.facts
    for holder in (facts, facts["temporary"], facts["restricted"]):
        assert holder["access_key"].startswith("EXAMPLE")
        assert holder["secret_key"].startswith("EXAMPLE-SECRET-")
    assert facts["password"].startswith("EXAMPLE-")
    assert facts["totp_password"].startswith("EXAMPLE-")


def test_it_is_ready_soon(start: Callable[..., Emulator]) -> None:
    began = time.monotonic()
    start()
    # Measured 0.3 s; the bound is for a busy machine.
    assert time.monotonic() - began < 3


def test_it_listens_on_loopback_only(cloud: Emulator) -> None:
    port = int(cloud.url.rpartition(":")[2])
    table = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert [place for place in listening if place.endswith(f":{port:04X}")] == [
        f"0100007F:{port:04X}"
    ]


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_on_a_signal(start: Callable[..., Emulator], name: signal.Signals) -> None:
    cloud = start()
    cloud.process.send_signal(name)
    assert cloud.process.wait(10) == 0


def test_it_ends_when_standard_input_does(start: Callable[..., Emulator]) -> None:
    assert start().stop() == 0


def test_it_ends_although_a_request_is_stalled(start: Callable[..., Emulator]) -> None:
    cloud = start()
    cloud.script({"path": "projects", "action": "stall", "seconds": 600})
    request = cloud.signed("GET", "/v3/auth/projects")
    with httpx.Client() as another, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(another.send, request)
        cloud.control("GET", "requests?at_least=1")
        cloud.process.terminate()
        assert cloud.process.wait(5) == 0
        assert isinstance(answer.exception(), httpx.HTTPError)


def test_a_port_that_is_taken_is_an_error(cloud: Emulator) -> None:
    port = int(cloud.url.rpartition(":")[2])
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps({"port": port})],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert "Address already in use" in ran.stderr


@pytest.mark.parametrize(
    "options",
    [
        {"records": -1},
        {"records": 10_000_001},
        {"error_rate": 1.5},
        {"latency_ms": -1},
        {"clock": "yesterday"},
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Options(**options)  # type: ignore[arg-type] # names are given as text


def test_a_clock_without_a_zone_is_utc() -> None:
    assert Options(clock="2026-11-20T08:00:00").now() == Options(clock="2026-11-20T08:00Z").now()


def test_answers_carry_a_date_and_a_request_id(cloud: Emulator) -> None:
    first, second = cloud.blocked(DESKTOP), cloud.blocked(DESKTOP)
    assert first.headers["Date"].endswith("GMT")
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_a_sixth_service_is_one_file(tmp_path: Path) -> None:
    source = '''
"""A service of its own."""
from console.emulator.dialects import GATEWAY
from console.emulator.operations import Operation, document

OPERATIONS = (
    Operation("ShowWeather", "GET", "/v1/weather", lambda call: document({"sun": True}), GATEWAY),
)


def facts(cloud):
    return {"weather": "fine"}
'''
    (tmp_path / "weather.py").write_text(source)
    services.__path__.append(str(tmp_path))
    try:
        cloud = Cloud(Options(records=10))
        paths = {getattr(route, "path", "") for route in app.build(cloud).routes}
        facts = app.ready_facts(cloud, "http://127.0.0.1")
    finally:
        services.__path__.remove(str(tmp_path))
    assert "/v1/weather" in paths
    assert facts["weather"] == "fine"
