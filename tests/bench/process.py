"""Run a command in a process of its own and learn what it took."""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.side import Sample

ROOT: Final = Path(__file__).parents[2]
"""The project, where the measured processes run."""

PROGRAMS: Final = Path(__file__).parent / "programs"
PYTHON: Final = sys.executable
CONSOLE: Final = str(Path(PYTHON).with_name("console"))
"""The command as it is installed."""

_LAUNCHER: Final = str(Path(__file__).with_name("launcher.py"))
_PASSED_ON: Final = ("PATH", "HOME", "LANG")


class BenchError(Exception):
    """What was to be measured did not do its work."""


@dataclass(frozen=True)
class Ran:
    """What one process did and took.

    Attributes:
        sample: `wall`, `cpu` (seconds, user and system), `peak` (bytes of memory), `bytes` and
            `lines` (written to stdout), `first_byte` (seconds until it wrote), `began` and `ended`
            (the system's monotonic clock).
        tail: the end of what it wrote to stdout, at most 64 KiB.
        talk: what it wrote to stderr.
    """

    sample: Sample
    tail: str
    talk: str

    @property
    def last_line(self) -> str:
        """The last line on stdout, where our programs put their own report."""
        return self.tail.rstrip("\n").rpartition("\n")[2]


def run(*words: str, environ: Mapping[str, str] | None = None) -> Ran:
    """Run a command with `environ` and little else in its environment.

    Raises:
        BenchError: it failed.
    """
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    done = subprocess.run(
        [PYTHON, "-I", "-S", _LAUNCHER, *words],
        cwd=ROOT,
        env={**passed_on, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    talk = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        raise BenchError(f"{' '.join(words)} could not be started:\n{talk}")
    said = ast.literal_eval(done.stdout.decode())
    if said["code"]:
        raise BenchError(f"{' '.join(words)} ended with {said['code']}:\n{talk}")
    return Ran(said["quantities"], said["tail"].decode("utf-8", "replace"), talk)


def program(name: str, *, options: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the words that run one of `programs` as a script, with options for Python.

    As a script, nothing of this package is imported beside it.
    """
    return (PYTHON, *options, str(PROGRAMS / f"{name}.py"))


def module(name: str) -> tuple[str, ...]:
    """Return the words that run one of `programs` as a module, which may import others."""
    return (PYTHON, "-m", f"tests.bench.programs.{name}")
