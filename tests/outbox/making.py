"""What the tests of the outbox put into it, and a process of its own that works with it."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from console.outbox.send import Place, Target

PLACE = Place("prod", "cn-north-4", "p1", "d1", "https://workspace.example")
POOL = Target("pool", "pool-1", "研发一部", desktops=3)
OTHER = Target("pool", "pool-2", "研发二部")
DESKTOPS = Target("desktops", "pool-1", "two of 研发一部", ("d-2", "d-1"), 2)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 10, 11, 12, 345678, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


class Console:
    """Another process with the same journal; it does one thing after another."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.outbox.driver", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self, *words: object) -> None:
        """Tell it what to do, and do not wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(words)}\n")
        self._process.stdin.flush()

    def answer(self) -> Any:  # Any: whatever the driver prints
        """Return what came of it; None where the process has ended."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else None

    def does(self, *words: object) -> Any:  # Any: as `answer`
        self.start(*words)
        return self.answer()

    def dies(self) -> None:
        """It kills itself with SIGKILL."""
        self.start("die")
        assert self._process.wait() == -9

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()
        self._process.wait()
