"""A listing that moves while it is read, behind the same `Fetch` that the services give."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from console.client.paging import Page, Pages, Row


@dataclass(frozen=True)
class Change:
    """What happens to the listing before one page is cut.

    Attributes:
        inserts: where rows come in, as shares of the listing's length.
        deletes: where rows go, as shares of it.
    """

    inserts: tuple[float, ...] = ()
    deletes: tuple[float, ...] = ()


STILL = Change()


@dataclass
class Moving:
    """A listing in the cloud.

    Attributes:
        rows: what is in it now; each row holds a number of its own.
        changes: what happens before the first page, the second one, and so on.
        named: whether a row has a name, or only its content.
        cap: rows that one answer holds at the most, whatever is asked.
        rounds_down: whether an offset is rounded down to a multiple of the limit.
        first_again: whether a page past the end is the first one again.
        tells_total: whether an answer says how many rows there are.
        asked: every offset and limit so far.
        always: numbers of the rows that were there at every moment since the first page.
        order: what was in it when the first page was cut.
        newest: the number of the latest row that came in.
        begins: how many rows the reader leaves out.
    """

    rows: list[int]
    changes: Sequence[Change] = ()
    named: bool = True
    cap: int = 1_000_000
    rounds_down: bool = False
    first_again: bool = False
    tells_total: bool = True
    asked: list[tuple[int, int]] = field(default_factory=list)
    always: set[int] = field(default_factory=set)
    order: list[int] = field(default_factory=list)
    newest: int = 10_000
    begins: int = 0

    async def fetch(self, offset: int, limit: int) -> Page:
        """Cut one page, after whatever happens before it."""
        await asyncio.sleep(0)
        self._change(offset, limit)
        limit_ = min(limit, self.cap)
        start = offset - offset % limit_ if self.rounds_down else offset
        if self.first_again and start >= len(self.rows):
            start = 0
        if len(self.asked) == 1:
            self.always &= {*self.rows[self.begins :]}
        return Page(
            rows=tuple(map(self._row, self.rows[start : start + limit_])),
            total=len(self.rows) if self.tells_total else None,
            offset=offset,
            limit=limit,
            fetched_at=datetime.now(UTC),
            seconds=0.0,
        )

    def _row(self, number: int) -> Row:
        return {"id": f"row-{number}", "n": number} if self.named else {"n": number}

    def _change(self, offset: int, limit: int) -> None:
        number = len(self.asked)
        self.asked.append((offset, limit))
        change = self.changes[number] if number < len(self.changes) else STILL
        for share in change.deletes:
            if self.rows:
                del self.rows[int(share * (len(self.rows) - 1))]
        for share in change.inserts:
            self.newest += 1
            self.rows.insert(int(share * len(self.rows)), self.newest)
        if number == 0:
            self.order = list(self.rows)
        self.always = {*self.rows} if number == 0 else self.always & {*self.rows}

    def pages(
        self, size: int, *, offset: int = 0, most: int | None = None, ahead: int = 8
    ) -> Pages:
        """Return the pages of this listing."""
        self.begins = offset
        return Pages(
            self.fetch,
            page_size=size,
            offset=offset,
            most=most,
            identity=("id",) if self.named else (),
            rounds_down=self.rounds_down,
            in_flight=ahead,
        )


async def numbers(pages: Pages) -> list[int]:
    """Read everything; return the numbers of the rows in the order they came."""
    return [int(str(row["n"])) for page in [page async for page in pages] for row in page.rows]
