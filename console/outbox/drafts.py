"""Drafts in the outbox: what is typed and not sent."""

from typing import Final

from console.outbox import row
from console.outbox.ledger import Ledger
from console.outbox.send import Draft

DRAFTS_KEPT: Final = 500
"""How many drafts there may be; the one longest unchanged goes first."""


class Drafts(Ledger):
    """The part of the outbox that keeps drafts."""

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
