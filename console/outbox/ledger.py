"""The ledger: the outbox's file as all of its parts share it, and who is at work in it.

What processes that have ended left on its way is settled here: whenever the file is opened, and
whenever somebody asks.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

from console.outbox import choice, row, schema
from console.outbox.database import Database, Work
from console.outbox.filesystem import MOUNTS
from console.outbox.owner import Owners
from console.outbox.send import Send

T = TypeVar("T")


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Ledger:
    """The file, for all consoles of a user at once.

    It may be used from several threads, but not be taken into a forked process. All methods wait
    for the disk; from a running event loop they are called in a thread.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime] = utc_now,
        *,
        steps: Sequence[schema.Step] = schema.STEPS,
        mounts: Path = MOUNTS,
        only_read: bool = False,
    ) -> None:
        """Say where the file is; the first call opens it, and makes it where it is missing.

        Args:
            path: the file; its folder is made too.
            now: the clock; aware.
            steps: the schema, one entry for each version.
            mounts: the kernel's list of file systems.
            only_read: whether the file stays as it is: it is not made, nor brought up to date, nor
                set aside; `JournalError` says where it cannot be used so.
        """
        self._now = now
        self._only_read = only_read
        self._database = Database(path, now, steps, self._prepare, mounts, only_read=only_read)
        self._owners = Owners(path.with_name(f"{path.name}.owners"))
        self._found: list[int] = []  # what was settled when the file was opened, not yet told
        self._changes = 0
        self._seen = (0, 0)

    @property
    def notice(self) -> str:
        """What to tell the operator about the file; empty where there is nothing to tell."""
        return self._database.notice

    def recover(self) -> list[Send]:
        """Settle what processes that have ended left on their way, and return it.

        What was written and had not begun to leave becomes rejected; what was leaving, unknown.
        It is done whenever the file is opened, too; the next call returns that as well. A console
        that runs for long calls it now and then.

        Raises:
            JournalError: the journal cannot be read or written.
        """
        if self._database.read(_any_dead):  # opening the file may have settled some already
            settled = self._changed(
                lambda connection: row.settle_dead(connection, self._now()),
            )
            self._found.extend(settled)
        numbers = sorted(self._found, reverse=True)
        self._found = []
        if not numbers:
            return []
        marks = ", ".join("?" * len(numbers))
        statement = f"{row.SENDS} WHERE id IN ({marks}) ORDER BY id DESC"
        return self._database.read(
            lambda connection: row.sends(connection.execute(statement, numbers))
        )

    def version(self) -> int:
        """Return a number that changes whenever any process has written anything.

        Raises:
            JournalError: the journal cannot be read.
        """
        (found,) = self._database.ask(
            lambda connection: connection.execute("PRAGMA data_version").fetchone()
        )
        if (seen := (self._database.opened, found)) != self._seen:
            self._seen = seen
            self._changes += 1
        return self._changes

    def close(self) -> None:
        """Let go of the file; what this journal left on its way is recovered from then on."""
        self._database.close()
        self._owners.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _changed(self, work: Work[T], *, flushed: bool = True) -> T:
        result = self._database.write(work, flushed=flushed)
        self._changes += 1
        return result

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.create_function("is_dead", 1, self._owners.is_dead)
        for name, work in choice.FUNCTIONS.items():
            connection.create_function(name, 2, work, deterministic=True)
        self._found = []
        if self._only_read:
            return
        if _any_dead(connection):
            # What is read is true without it as well, so a full or a busy disk is no hindrance.
            with suppress(sqlite3.OperationalError):
                connection.execute("BEGIN IMMEDIATE")
                try:
                    found = row.settle_dead(connection, self._now())
                    connection.execute("COMMIT")
                    self._found = found
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
        self._owners.sweep()


def _any_dead(connection: sqlite3.Connection) -> bool:
    statement = f"SELECT 1 FROM sends WHERE {row.DEAD} LIMIT 1"  # noqa: S608 - as in `row`
    return connection.execute(statement).fetchone() is not None
