"""`console demo`: the console on an emulated cloud, with nothing to configure."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from pydantic import SecretStr

from console.cli import listing
from console.cli.talk import say
from console.errors import SettingsError
from console.profiles.credential import AccessKey
from console.profiles.profile import Profile
from console.services.listing import named

_STOP_SECONDS = 5.0
"""How long the emulator may take to end."""


@contextmanager
def emulator(*arguments: str) -> Iterator[Mapping[str, str]]:
    """Run the emulator as a process of its own; give what it says when it is ready.

    It ends with the block, and by itself when this process ends in any other way, because its
    standard input closes then.

    Raises:
        SettingsError: it did not start.
    """
    words = [sys.executable, "-m", "console", "emulate", "--until-stdin-closes", *arguments]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own program
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        try:
            line = process.stdout.readline()
            if not line:
                raise SettingsError("the emulator did not start")
            yield json.loads(line)
        finally:
            process.stdin.close()
            process.wait(_STOP_SECONDS)


def profile_of(facts: Mapping[str, str]) -> Profile:
    """Return the profile that leads into an emulator that is ready."""
    return Profile(
        name="demo",
        credential=AccessKey(facts["access_key"], SecretStr(facts["secret_key"])),
        region=facts["region"],
        project_id=facts["project_id"],
        domain_id=facts["domain_id"],
        workspace=facts["workspace"],
        check_project_id=facts["check_project_id"],
        endpoint=facts["url"],
    )


@click.command("demo")
def command() -> int:
    """Show the latest blocked notifications of a cloud that lives on this machine.

    Nothing has to be configured, nothing in it is real, and nothing leaves this machine.
    """
    values = {
        "query_type": "DESKTOP",
        "sort_field": "operate_time",
        "sort_type": "DESC",
        "limit": 20,
        "form": "table",
        "utc": False,
    }
    with emulator() as facts:
        say(f"an emulated cloud at {facts['url']}; nothing in it is real")
        return listing.run(named("blocked"), profile_of(facts), values)
