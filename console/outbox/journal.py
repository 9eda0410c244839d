"""The journal: what is to be sent is written here first, and what became of it afterwards.

Each method is one transaction, flushed to the disk before it returns, so the journal is true at
whichever point the process is killed:

- `write` before anything leaves: killed from here on, it was *rejected*, as nothing has left;
- `going` right before the request: killed from here on, its outcome is *unknown*;
- `settle` with what the cloud said: *accepted*, *rejected*, or *unknown* as well.

All methods wait for the disk; from a running event loop they are called in a thread.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from console.outbox import row
from console.outbox.error import JournalError
from console.outbox.reader import Reader, found
from console.outbox.send import (
    DesktopCourse,
    Outcome,
    Place,
    Send,
    Target,
    Verdict,
    hash_of,
)
from console.text import Json

__all__ = ["Journal", "JournalError"]


class Journal(Reader):
    """Drafts and sends in one file, for all consoles of a user at once.

    It may be used from several threads, but not be taken into a forked process.
    """

    _highest = 0  # the highest number that this journal has given

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
            job_id: the cloud's job, where it was accepted; or where a doubtful answer named one.
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
        total: int | None = None,
    ) -> Send:
        """Write what the job of an accepted send has done so far, and return the send.

        A course whose end is known stays: whoever asked earlier and writes later changes nothing.
        One that ended without a verdict may go on, where the cloud knows the job again.

        Args:
            send_id: the send's number.
            job_status: the job's status.
            desktops: what it did to each desktop.
            ended: whether the job is over.
            verdict: what became of it as a whole.
            total: how many desktops the job speaks of; None where it does not say.

        Raises:
            JournalError: it could not be written, or the send is not accepted.
        """

        def work(connection: sqlite3.Connection) -> Send:
            before = self._one(connection, send_id)
            if not before.is_accepted:
                raise JournalError(f"send {send_id} is {before.outcome.value}, it has no job")
            if before.ended and before.verdict and not (ended and verdict):
                return before
            after = replace(
                before,
                job_status=job_status,
                desktops=tuple(desktops),
                total=total,
                followed_at=self._now().astimezone(UTC),
                ended=ended,
                verdict=verdict,
            )
            row.follow(connection, after)
            return after

        return self._changed(work)

    def adopt(self, place: Place, since: datetime, most: int) -> list[Send]:
        """Return accepted sends whose job is not over and that are this process's to follow.

        A send belongs to the process that made it, for as long as that lives, and then to the one
        that adopts it; so of several consoles only one follows it. Its own ones are returned too.

        Args:
            place: where they went, and with which profile.
            since: only those written then or later; aware.
            most: how many of the newest.

        Raises:
            JournalError: the journal cannot be read or written.
        """
        values = (place.key, row.bound(place.profile), row.stamp(since))

        def free(connection: sqlite3.Connection) -> list[tuple[int, str]]:
            found = connection.execute(row.FOLLOWABLE, values).fetchall()
            mine = [each for each in found if self._owners.is_own(each[1])]
            left = [each for each in found if each not in mine and self._owners.is_dead(each[1])]
            return sorted(mine + left, reverse=True)[:most]

        def work(connection: sqlite3.Connection) -> list[Send]:
            owner = self._owners.name()
            adopted = free(connection)
            connection.executemany(
                "UPDATE sends SET owner = ? WHERE id = ?",
                [(owner, number) for number, _ in adopted],
            )
            return [self._one(connection, number) for number, _ in adopted]

        return self._changed(work) if self._database.read(free) else []

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
        send = found(connection, send_id)
        if send is None:
            raise _missing(send_id)
        return send


def _missing(send_id: int) -> JournalError:
    return JournalError(f"there is no send {send_id} in the journal")


def _give_back(connection: sqlite3.Connection) -> None:
    """Give the room of what was removed back to the disk."""
    connection.executescript("PRAGMA incremental_vacuum")  # `execute` frees one page only
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
