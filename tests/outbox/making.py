"""What the tests of the outbox put into it, and a process of its own that works with it."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from console.outbox.database import Database
from console.outbox.journal import Journal, JournalError
from console.outbox.send import Draft, Outcome, Place, Target

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


def filled(path: Path, count: int = 20) -> None:
    """Fill a journal with sends and a draft."""
    with Journal(path) as journal:
        for number in range(count):
            send = journal.write(PLACE, [POOL], f"{number} " * 500)[0]
            journal.settle(send.id, Outcome.REJECTED)
        journal.put_draft(Draft("d", "typed"))


def raw(path: Path, *statements: str) -> None:
    """Do something to a journal past all rules."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def sentence(work: Callable[[], object]) -> str:
    """Return what `work` is refused with."""
    try:
        work()
    except JournalError as error:
        return f"{error.sentence} | {error.hint}"
    return "nothing was refused"


def database(journal: Journal) -> Database:
    """Return the database that a journal keeps its rows in."""
    return journal._database


def scribbled(path: Path) -> None:
    """Write over the middle of a journal."""
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 5))
