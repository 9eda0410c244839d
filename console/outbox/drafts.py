"""Drafts in the outbox: what is typed and not sent. None goes but by the hand that typed it."""

from console.outbox import row
from console.outbox.ledger import Ledger
from console.outbox.send import Draft


class Drafts(Ledger):
    """The part of the outbox that keeps drafts."""

    def put_draft(self, draft: Draft) -> None:
        """Keep a draft in the place of the one of the same id.

        It outlasts the process, and a power cut with the next send or after a short while.

        Raises:
            JournalError: it could not be kept; the one before is as it was.
        """
        changed_at = draft.changed_at or self._now()
        self._changed(lambda connection: row.put(connection, draft, changed_at), flushed=False)

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
