"""Every command that is no listing: job, decode, demo, emulate, completion."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pytest

from console.client.client import Client
from console.services import LISTINGS
from console.services.desktop_notifications import send_to_pool
from console.version import __version__
from tests.cli.process import begun
from tests.cloud import Cloud, console


async def sent(cloud: Cloud) -> str:
    """Send a message to a pool; return the job."""
    pools = json.loads(console("pools", "-o", "json", environ=cloud.environ()).out)
    pool = next(pool["id"] for pool in pools if pool["status"] == "STEADY")
    async with Client(cloud.profile()) as client:
        return await send_to_pool(client, pool, "hello")


@pytest.fixture
def job(cloud: Cloud) -> str:
    """Give the job of a message that was sent to a pool."""
    return asyncio.run(sent(cloud))


def test_a_job_is_shown_in_every_format(job: str, cloud: Cloud) -> None:
    table, whole, lines, sheet = (
        console("job", job, "-o", form, environ=cloud.environ())
        for form in ("table", "json", "ndjson", "csv")
    )
    assert {ran.code for ran in (table, whole, lines, sheet)} == {0}
    desktops = json.loads(whole.out)["sub_jobs"]
    assert json.loads(whole.out)["id"] == job
    assert len(desktops) >= 1
    assert len(lines.out.splitlines()) == len(desktops)
    assert len(sheet.out.splitlines()) == len(desktops) + 1
    assert table.out.startswith(f"Job:         {job}\nStatus:      ")
    assert len(table.out.partition("\n\n")[2].splitlines()) == len(desktops) + 1


def test_an_unknown_job_ends_in_one(cloud: Cloud) -> None:
    ran = console("job", "nothing", environ=cloud.environ())
    assert (ran.code, ran.out) == (1, "")
    assert "Not found" in ran.err


@pytest.mark.parametrize("way", ["argument", "stdin"])
def test_a_refusal_can_be_decoded(way: str, cloud: Cloud) -> None:
    key = cloud.restricted_key
    restricted = {
        "HUAWEICLOUD_SDK_AK": key.access_key,
        "HUAWEICLOUD_SDK_SK": key.secret_key.get_secret_value(),
    }
    refused = console("reviews", environ=cloud.environ(**restricted))
    assert refused.code == 1
    encoded = refused.err.partition("encoded message: ")[2].split()[0]
    words = ("decode", encoded) if way == "argument" else ("decode", "-")
    ran = console(*words, environ=cloud.environ(), stdin="" if way == "argument" else encoded)
    assert (ran.code, ran.err) == (0, "")
    assert "dataartsstudio:messages:list" in ran.out
    assert json.loads(ran.out)


def test_nonsense_cannot_be_decoded(cloud: Cloud) -> None:
    ran = console("decode", "nonsense", environ=cloud.environ())
    assert (ran.code, ran.out) == (1, "")


def test_the_version_is_told(cloud: Cloud) -> None:
    assert console("--version", environ=cloud.environ()).out == f"console {__version__}\n"


@pytest.mark.parametrize("arguments", [(), ("demo",)])
def test_screens_need_a_terminal_and_name_what_needs_none(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    ran = console(*arguments, environ={"HOME": str(tmp_path)})
    assert ran.code == 2
    assert not ran.out
    assert "standard input is not a terminal" in ran.err
    assert "console blocked" in ran.err


def facts_of(out: IO[bytes]) -> dict[str, object]:
    """Return what an emulator says when it is ready."""
    facts: dict[str, object] = json.loads(out.readline())
    return facts


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_the_emulator_ends_in_good_order_when_it_is_told_to(name: str, cloud: Cloud) -> None:
    with begun("emulate", environ=cloud.environ()) as (process, out):
        assert facts_of(out)["url"]
        process.send_signal(signal.Signals[name])
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, b"")


def test_a_shell_is_led_into_the_emulated_cloud(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    with begun("emulate", "--exports", "--until-stdin-closes", environ=environ) as (process, out):
        lines = out.read(4096).decode()
        assert lines.startswith("export CONSOLE_ENDPOINT=http://127.0.0.1:")
        script = f'{lines}"{sys.executable}" -m console pools -o json'
        ran = subprocess.run(
            ["/bin/sh", "-c", script], env=environ, capture_output=True, check=True, timeout=60
        )
        assert json.loads(ran.stdout)
        assert process.communicate(timeout=30) == (b"", b"")


def test_the_emulator_ends_with_its_stdin_where_it_is_told_to(cloud: Cloud) -> None:
    arguments = ("emulate", "--until-stdin-closes")
    with begun(*arguments, environ=cloud.environ()) as (process, out):
        assert facts_of(out)["url"]
        _, err = process.communicate(timeout=30)  # closes stdin first
    assert (process.returncode, err) == (0, b"")


def test_the_emulator_says_that_a_port_is_taken(cloud: Cloud) -> None:
    port = cloud.url.rpartition(":")[2]
    ran = console("emulate", "--port", port, environ=cloud.environ())
    assert (ran.code, ran.out) == (2, "")
    assert port in ran.err


def test_the_emulator_refuses_nonsense(cloud: Cloud) -> None:
    for wrong in (("--error-rate", "2"), ("--records", "-1"), ("--clock", "noon")):
        assert console("emulate", *wrong, environ=cloud.environ()).code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_reads_its_completion_script(shell: str, cloud: Cloud) -> None:
    ran = console("completion", shell, environ=cloud.environ())
    assert ran.code == 0
    assert "_CONSOLE_COMPLETE" in ran.out
    if found := shutil.which(shell):
        words = [found, "--no-execute" if shell == "fish" else "-n", "/dev/stdin"]
        checked = subprocess.run(
            words, input=ran.out.encode(), capture_output=True, check=False, timeout=60
        )
        assert (checked.returncode, checked.stderr) == (0, b"")


def completed(typed: Sequence[str], cloud: Cloud) -> list[str]:
    """Return what a shell offers after some words, the last of which is not finished."""
    environ = {
        "_CONSOLE_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["console", *typed]),
        "COMP_CWORD": str(len(typed)),
    }
    lines = console(environ=cloud.environ(**environ)).out.splitlines()
    return [line.partition(",")[2] for line in lines]


def test_commands_options_and_values_are_completed(cloud: Cloud) -> None:
    assert completed(["bl"], cloud) == ["blocked"]
    assert set(LISTINGS) <= set(completed([""], cloud))
    assert completed(["blocked", "--query"], cloud) == ["--query-type"]
    assert completed(["blocked", "--query-type", ""], cloud) == ["DESKTOP", "DESKTOP_POOL"]
    assert completed(["blocked", "-o", "nd"], cloud) == ["ndjson"]
    assert cloud.requests() == []
