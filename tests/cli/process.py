"""A command as a process: in a shell, or begun and ended by the test."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Final

from tests.cloud import Cloud, Ran

SHELL: Final = "console() { " + f'"{sys.executable}" -m console "$@"' + "; }; set -o pipefail; "


def in_shell(script: str, cloud: Cloud, **changes: str) -> Ran:
    """Run a script of bash in which `console` is our command."""
    done = subprocess.run(
        ["/bin/bash", "-c", SHELL + script],
        env=cloud.environ(PATH=os.environ["PATH"], **changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def begun(
    *arguments: str, environ: Mapping[str, str]
) -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    """Begin a command; give its process and its stdout. It does not outlive the block."""
    words = [sys.executable, "-m", "console", *arguments]
    pipe = subprocess.PIPE  # unbuffered: what `readline` has not read is left to `communicate`
    with subprocess.Popen(
        words, env=environ, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout
        finally:
            if process.poll() is None:
                process.kill()
