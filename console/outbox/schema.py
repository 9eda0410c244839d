"""What the journal's file looks like, and how an older one becomes a newer one.

The file's version is the number of steps that made it, kept where SQLite keeps such a number
(`PRAGMA user_version`). A step that has been released is never changed; another one is added.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final, TypeAlias

APPLICATION: Final = 0x434F5542
"""What marks a database as a journal of this program (`PRAGMA application_id`): `COUB`."""

Step: TypeAlias = Sequence[str]
"""Statements that lead from one version to the next."""

STEPS: Final[Sequence[Step]] = (
    (
        # AUTOINCREMENT: the number of a send that was pruned is not given again.
        """
        CREATE TABLE sends (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            written_at INTEGER NOT NULL,        -- microseconds since 1970, as all times
            profile TEXT NOT NULL,
            project_id TEXT NOT NULL,
            place TEXT NOT NULL,                -- JSON
            place_key TEXT NOT NULL,
            target TEXT NOT NULL,               -- JSON
            target_key TEXT NOT NULL,
            text TEXT NOT NULL,
            text_hash TEXT NOT NULL,
            outcome TEXT NOT NULL,
            owner TEXT NOT NULL,                -- the process that sends it
            settled_at INTEGER,
            job_id TEXT NOT NULL DEFAULT '',
            error TEXT NOT NULL DEFAULT '{}',   -- JSON
            job_status TEXT NOT NULL DEFAULT '',
            desktops TEXT NOT NULL DEFAULT '[]', -- JSON
            resend_of INTEGER,
            followed_at INTEGER,
            ended INTEGER NOT NULL DEFAULT 0,
            verdict TEXT NOT NULL DEFAULT ''
        )
        """,
        "CREATE INDEX sends_unsettled ON sends (outcome) WHERE outcome IN ('written', 'going')",
        """
        CREATE TABLE drafts (
            id TEXT PRIMARY KEY,
            text TEXT NOT NULL,
            targets TEXT NOT NULL,              -- JSON
            profile TEXT NOT NULL,
            changed_at INTEGER NOT NULL
        )
        """,
    ),
    ("ALTER TABLE sends ADD COLUMN total INTEGER",),
)


def version(connection: sqlite3.Connection) -> int:
    """Return the version of the file behind `connection`; 0 where it is no journal."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found) if application == APPLICATION else 0


def complete(connection: sqlite3.Connection) -> bool:
    """Tell whether the tables are there."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {"sends", "drafts"} <= {name for (name,) in found}


def bring_up(connection: sqlite3.Connection, steps: Sequence[Step]) -> None:
    """Take the file through the steps that it lacks, all of them or none.

    Raises:
        sqlite3.Error: it could not be done; the file is as it was.
    """
    connection.execute("BEGIN EXCLUSIVE")
    try:
        for step in steps[version(connection) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
