"""The journal: what is to be sent is written here first, and what became of it afterwards.

Each method is one transaction, flushed to the disk before it returns, so the journal is true at
whichever point the process is killed:

- `write` before anything leaves: killed from here on, it was *rejected*, as nothing has left;
- `going` right before the request: killed from here on, its outcome is *unknown*;
- `settle` with what the cloud said: *accepted*, *rejected*, or *unknown* as well.

All methods wait for the disk; from a running event loop they are called in a thread.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self, TypeVar

from console.outbox import row, schema
from console.outbox.database import Database, Work
from console.outbox.error import JournalError
from console.outbox.filesystem import MOUNTS
from console.outbox.owner import Owners
from console.outbox.send import (
    DesktopCourse,
    Draft,
    Outcome,
    Place,
    Send,
    Target,
    Verdict,
    hash_of,
)
from console.text import Json

__all__ = ["DRAFTS_KEPT", "Journal", "JournalError"]

DRAFTS_KEPT: Final = 50
"""How many drafts there may be; the one longest unchanged goes first."""

T = TypeVar("T")


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Journal:
    """Drafts and sends in one file, for all consoles of a user at once.

    It may be used from several threads, but not be taken into a forked process.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime] = utc_now,
        *,
        steps: Sequence[schema.Step] = schema.STEPS,
        mounts: Path = MOUNTS,
    ) -> None:
        """Say where the file is; the first call opens it, and makes it where it is missing.

        Args:
            path: the file; its folder is made too.
            now: the clock; aware.
            steps: the schema, one entry for each version.
            mounts: the kernel's list of file systems.
        """
        self._now = now
        self._database = Database(path, now, steps, self._prepare, mounts)
        self._owners = Owners(path.with_name(f"{path.name}.owners"))
        self._highest = 0  # the highest number that this journal has given
        self._found: list[int] = []  # what was settled when the file was opened, not yet told
        self._changes = 0
        self._seen = (0, 0)

    @property
    def notice(self) -> str:
        """What to tell the operator about the file; empty where there is nothing to tell."""
        return self._database.notice

    # Sends.

    def write(
        self,
        place: Place,
        targets: Sequence[Target],
        text: str,
        *,
        resend_of: int | None = None,
    ) -> list[Send]:
        """Journal one send for each target, all or none; do it before anything leaves.

        Args:
            place: the project that they go to.
            targets: whom they reach.
            text: the message.
            resend_of: the number of the send that is repeated.

        Raises:
            JournalError: they could not be journalled, so they must not be sent; or a target is
                named twice.
        """
        keys = [each.key for each in targets]
        if len(set(keys)) < len(keys):
            raise JournalError("a target is named twice, and would get the message twice")

        def work(connection: sqlite3.Connection) -> list[Send]:
            owner = self._owners.name()
            # After a file that was set aside, too, a number means one send only in this process.
            first = max(row.next_number(connection), self._highest + 1)
            written = [
                Send(
                    id=first + index,
                    place=place,
                    target=target,
                    text=text,
                    text_hash=hash_of(text),
                    written_at=self._now().astimezone(UTC),
                    outcome=Outcome.WRITTEN,
                    resend_of=resend_of,
                )
                for index, target in enumerate(targets)
            ]
            for send in written:
                row.insert(connection, send, owner)
            self._highest = first + len(written) - 1
            return written

        return self._changed(work)

    def going(self, send_id: int) -> None:
        """Note that bytes of a send may leave from now on; call it right before the request.

        Raises:
            JournalError: it could not be noted, or it is not the turn of this send: it is unknown,
                belongs to another process, or has been on its way before. It must not be sent.
        """

        def work(connection: sqlite3.Connection) -> None:
            outcome = self._mine(connection, send_id)
            if outcome is not Outcome.WRITTEN:
                raise JournalError(f"send {send_id} is {outcome.value} already")
            connection.execute("UPDATE sends SET outcome = 'going' WHERE id = ?", (send_id,))

        self._changed(work)

    def settle(
        self,
        send_id: int,
        outcome: Outcome,
        *,
        job_id: str = "",
        error: Mapping[str, Json] | None = None,
    ) -> Send:
        """Write what became of a send, and return it.

        An unknown outcome may be settled later, by any process, when somebody has looked.

        Args:
            send_id: its number.
            outcome: accepted, rejected or unknown.
            job_id: the cloud's job, where it was accepted.
            error: `ConsoleError.facts()` of why it was not.

        Raises:
            JournalError: it could not be written, or it is settled already, as something else.
            ValueError: `outcome` settles nothing.
        """
        if not outcome.settled:
            raise ValueError(f"{outcome.value} settles nothing")

        def work(connection: sqlite3.Connection) -> Send:
            before = self._mine(connection, send_id)
            if before.settled and before is not Outcome.UNKNOWN:
                raise JournalError(f"send {send_id} is {before.value} already")
            row.settle(connection, send_id, outcome, error or {}, self._now(), job_id=job_id)
            return self._one(connection, send_id)

        return self._changed(work)

    def course(
        self,
        send_id: int,
        job_status: str,
        desktops: Sequence[DesktopCourse],
        *,
        ended: bool,
        verdict: Verdict,
    ) -> Send:
        """Write what the job of an accepted send has done so far, and return the send.

        A course that has ended stays: whoever asked earlier and writes later changes nothing.

        Args:
            send_id: the send's number.
            job_status: the job's status.
            desktops: what it did to each desktop.
            ended: whether the job is over.
            verdict: what became of it as a whole.

        Raises:
            JournalError: it could not be written, or the send is not accepted.
        """

        def work(connection: sqlite3.Connection) -> Send:
            before = self._one(connection, send_id)
            if before.outcome is not Outcome.ACCEPTED:
                raise JournalError(f"send {send_id} is {before.outcome.value}, it has no job")
            if before.ended and not ended:
                return before
            after = replace(
                before,
                job_status=job_status,
                desktops=tuple(desktops),
                followed_at=self._now().astimezone(UTC),
                ended=ended,
                verdict=verdict,
            )
            row.follow(connection, after)
            return after

        return self._changed(work)

    def send(self, send_id: int) -> Send | None:
        """Return one send; None where there is none of that number.

        Raises:
            JournalError: the journal cannot be read.
        """
        return self._database.read(lambda connection: _found(connection, send_id))

    def sends(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        outcome: Outcome | Collection[Outcome] | None = None,
        profile: str | None = None,
        project_id: str | None = None,
        ended: bool | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Send]:
        """Return sends, the newest first.

        What a process that has ended left on its way is given as what it is, even before `recover`.

        Args:
            since: only those written then or later; aware.
            until: only those written before then; aware.
            outcome: only those of that outcome, or of one of those.
            profile: only those of that profile.
            project_id: only those into that project.
            ended: only accepted ones whose job is over, or is not.
            limit: how many at most.
            offset: how many of the newest are left out.

        Raises:
            JournalError: the journal cannot be read.
        """
        where, values = row.condition(since, until, outcome, profile, project_id, ended=ended)
        statement = f"{row.SENDS}{where} ORDER BY id DESC LIMIT ? OFFSET ?"
        values = [*values, -1 if limit is None else limit, offset]
        return self._database.read(
            lambda connection: row.sends(connection.execute(statement, values))
        )

    def same_lately(
        self, place: Place, target: Target, text_hash: str, within: timedelta
    ) -> list[Send]:
        """Return what was sent to the same target with the same text, the newest first.

        What was rejected is left out, as nobody saw it.

        Args:
            place: the project; through which profile does not matter.
            target: the target.
            text_hash: `hash_of` the text.
            within: how long ago at most.

        Raises:
            JournalError: the journal cannot be read.
        """
        statement = (
            f"{row.SENDS} WHERE text_hash = ? AND target_key = ? AND place_key = ?"
            " AND outcome != 'rejected' AND written_at >= ? ORDER BY id DESC"
        )
        values = (text_hash, target.key, place.key, row.stamp(self._now() - within))
        return self._database.read(
            lambda connection: row.sends(connection.execute(statement, values))
        )

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

    def prune(self, older_than: timedelta) -> int:
        """Remove sends written longer ago than that, and return how many.

        What is on its way, of unknown outcome, or accepted with a job that is not over, stays.

        Raises:
            JournalError: the journal cannot be written.
        """
        before = row.stamp(self._now() - older_than)

        def work(connection: sqlite3.Connection) -> int:
            return connection.execute(
                "DELETE FROM sends WHERE written_at < ?"
                " AND (outcome = 'rejected' OR outcome = 'accepted' AND ended)",
                (before,),
            ).rowcount

        removed = self._changed(work)
        if removed:
            with suppress(JournalError):  # it is done; only the room is not given back yet
                self._database.ask(_give_back)
        return removed

    def export(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        outcome: Outcome | Collection[Outcome] | None = None,
    ) -> list[dict[str, Json]]:
        """Return sends as JSON objects, the oldest first; arguments and errors as of `sends`."""
        found = self.sends(since=since, until=until, outcome=outcome)
        return [each.facts() for each in reversed(found)]

    # Drafts.

    def put_draft(self, draft: Draft) -> None:
        """Keep a draft in the place of the one of the same id; the oldest of too many goes.

        It outlasts the process, and a power cut with the next send or after a short while.

        Raises:
            JournalError: it could not be kept; the one before is as it was.
        """
        changed_at = draft.changed_at or self._now()
        self._changed(
            lambda connection: row.put(connection, draft, changed_at, DRAFTS_KEPT), flushed=False
        )

    def drafts(self) -> list[Draft]:
        """Return the drafts, the one changed last first.

        Raises:
            JournalError: the journal cannot be read.
        """
        statement = f"{row.DRAFTS} ORDER BY changed_at DESC, rowid DESC"
        return self._database.read(lambda connection: row.drafts(connection.execute(statement)))

    def drop_draft(self, draft_id: str) -> None:
        """Forget a draft; nothing happens where there is none of that id.

        Raises:
            JournalError: it could not be forgotten.
        """
        self._changed(
            lambda connection: connection.execute(
                f"DELETE FROM drafts WHERE id = {row.TEXT}",  # noqa: S608 - as in `row`
                (row.bound(draft_id),),
            )
        )

    # The file, and who is at work.

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
        self._found = []
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

    def _mine(self, connection: sqlite3.Connection, send_id: int) -> Outcome:
        """Return the outcome so far of a send that this process may settle."""
        found = connection.execute(
            "SELECT outcome, owner FROM sends WHERE id = ?", (send_id,)
        ).fetchone()
        if found is None:
            raise _missing(send_id)
        outcome, owner = Outcome(found[0]), found[1]
        if outcome.settled or self._owners.is_own(owner):
            return outcome
        if not self._owners.is_dead(owner):
            raise JournalError(f"send {send_id} belongs to another console, which still runs")
        return Outcome.UNKNOWN if outcome is Outcome.GOING else Outcome.REJECTED

    def _one(self, connection: sqlite3.Connection, send_id: int) -> Send:
        found = _found(connection, send_id)
        if found is None:
            raise _missing(send_id)
        return found


def _found(connection: sqlite3.Connection, send_id: int) -> Send | None:
    found = row.sends(connection.execute(f"{row.SENDS} WHERE id = ?", (send_id,)))
    return found[0] if found else None


def _missing(send_id: int) -> JournalError:
    return JournalError(f"there is no send {send_id} in the journal")


def _any_dead(connection: sqlite3.Connection) -> bool:
    statement = f"SELECT 1 FROM sends WHERE {row.DEAD} LIMIT 1"  # noqa: S608 - as in `row`
    return connection.execute(statement).fetchone() is not None


def _give_back(connection: sqlite3.Connection) -> None:
    """Give the room of what was removed back to the disk."""
    connection.executescript("PRAGMA incremental_vacuum")  # `execute` frees one page only
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
