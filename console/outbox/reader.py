"""The part of the outbox that reads sends: one, a page of those that are asked for, or all."""

import sqlite3
from datetime import timedelta
from typing import Unpack

from console.outbox import row
from console.outbox.choice import Choice, condition
from console.outbox.drafts import Drafts
from console.outbox.overlap import overlap
from console.outbox.send import Place, Send, Target


class Reader(Drafts):
    """What the journal says of sends.

    What a process that has ended left on its way is given as what it is, even before `recover`.
    """

    def send(self, send_id: int) -> Send | None:
        """Return one send; None where there is none of that number.

        Raises:
            JournalError: the journal cannot be read.
        """
        return self._database.read(lambda connection: found(connection, send_id))

    def sends(
        self, *, limit: int | None = None, offset: int = 0, **choice: Unpack[Choice]
    ) -> list[Send]:
        """Return sends, the newest first.

        Args:
            limit: how many at most.
            offset: how many of the newest are left out.
            choice: which ones.

        Raises:
            JournalError: the journal cannot be read.
        """
        return self._database.read(lambda connection: _part(connection, choice, limit, offset))

    def page(
        self, *, limit: int | None = None, offset: int = 0, **choice: Unpack[Choice]
    ) -> tuple[list[Send], int]:
        """Return a page of sends, and how many there are; arguments and errors as of `sends`."""

        def work(connection: sqlite3.Connection) -> tuple[list[Send], int]:
            where, values = condition(choice)
            (total,) = connection.execute(f"{row.COUNT}{where}", values).fetchone()
            return _part(connection, choice, limit, offset), int(total)

        return self._database.read(work)

    def repetitions(self) -> list[Send]:
        """Return the sends that repeat another one, the newest first.

        Raises:
            JournalError: the journal cannot be read.
        """
        statement = f"{row.SENDS} WHERE resend_of IS NOT NULL ORDER BY id DESC"
        return self._database.read(lambda connection: row.sends(connection.execute(statement)))

    def same_lately(
        self, place: Place, target: Target, text_hash: str, within: timedelta
    ) -> list[Send]:
        """Return what was sent with the same text to any of the same desktops, the newest first.

        That is the same target, the pool that desktops are of, or desktops of a pool; see
        `overlap`. What was rejected is left out, as nobody saw it.

        Args:
            place: the project; through which profile does not matter.
            target: the target.
            text_hash: `hash_of` the text.
            within: how long ago at most.

        Raises:
            JournalError: the journal cannot be read.
        """
        statement = (
            f"{row.SENDS} WHERE text_hash = ? AND place_key = ?"
            " AND outcome != 'rejected' AND written_at >= ? ORDER BY id DESC"
        )
        values = (text_hash, place.key, row.stamp(self._now() - within))
        every = self._database.read(
            lambda connection: row.sends(connection.execute(statement, values))
        )
        return [each for each in every if overlap(target, each)]


def found(connection: sqlite3.Connection, send_id: int) -> Send | None:
    """Return one send; None where there is none of that number."""
    every = row.sends(connection.execute(f"{row.SENDS} WHERE id = ?", (send_id,)))
    return every[0] if every else None


def _part(
    connection: sqlite3.Connection, choice: Choice, limit: int | None, offset: int
) -> list[Send]:
    where, values = condition(choice)
    statement = f"{row.SENDS}{where} ORDER BY id DESC LIMIT ? OFFSET ?"
    bounds = [-1 if limit is None else limit, offset]
    return row.sends(connection.execute(statement, [*values, *bounds]))
