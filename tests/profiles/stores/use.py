"""Use a store in a process of its own, and see everything that came of it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-P", str(Path(__file__).with_name("asking.py"))]
ROOT = Path(__file__).parents[3]

SECRETS = {"secret_key": "fake-but-very-secret", "security_token": "fake-token-" + "x" * 3000}


@dataclass(frozen=True)
class Used:
    """What a process that used a store did.

    Attributes:
        code: its exit code.
        said: what came of it.
        err: its stderr.
        seconds: how long the store took.
        everything: all that it wrote.
    """

    code: int
    said: dict[str, Any]
    err: str
    seconds: float
    everything: str


def use(
    name: str,
    action: str,
    *,
    environ: Mapping[str, str],
    profile: str = "prod",
    secrets: Mapping[str, str] | None = None,
    **settings: Any,
) -> Used:
    """Use a store with nothing but `environ` in the environment."""
    call = {"store": name, "action": action, "profile": profile, "settings": settings}
    done = subprocess.run(
        PROGRAM,
        env=dict(environ),
        input=json.dumps({**call, "secrets": dict(secrets or {})}).encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    said = json.loads(out)
    return Used(done.returncode, said, err, said["seconds"], out + err)
