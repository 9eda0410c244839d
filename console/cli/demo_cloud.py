"""The emulated cloud, as a process beside the one that uses it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pydantic import SecretStr

from console.errors import SettingsError
from console.profiles.credential import AccessKey
from console.profiles.profile import Profile

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
    with subprocess.Popen(  # noqa: S603 - our own program
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it would write across the screen
        start_new_session=True,  # ctrl+z and ctrl+c are for the screen alone
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("both are pipes")
        try:
            line = process.stdout.readline()
            if not line:
                raise SettingsError(
                    "the emulated cloud did not start",
                    hint="console emulate says why; it needs the extra `demo`",
                )
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
