"""Drafts: what is typed is kept as it is typed, and is there again at the next start.

At most the last half second is lost, whatever ends the program. Another console that runs may be
typing at a draft; such a one is not taken over unasked.
"""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from textual.message import Message
from textual.timer import Timer

from console.errors import ConsoleError
from console.outbox.send import Draft
from console.profiles import paths

if TYPE_CHECKING:
    from console.app.app import ConsoleApp

SECONDS: Final = 0.3
"""How long what is typed may wait until it is kept."""


def new_id() -> str:
    """Return an id for a draft of this process."""
    return f"{os.getpid()}-{uuid4().hex[:12]}"


def typed_elsewhere(draft: Draft) -> bool:
    """Tell whether another console that still runs may be typing at a draft."""
    number, _, rest = draft.id.partition("-")
    if not rest or not number.isdecimal() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


class Drafts:
    """Keeps what is typed, a little later than it is typed.

    Attributes:
        problem: why the last draft could not be kept; None where it was.
    """

    class Read(Message):
        """The drafts of earlier runs were read."""

        def __init__(self, drafts: Sequence[Draft]) -> None:
            self.drafts = drafts
            super().__init__()

    class Refused(Message):
        """A draft could not be kept; or can be again, where there is no error."""

        def __init__(self, error: ConsoleError | None) -> None:
            self.error = error
            super().__init__()

    def __init__(self, app: "ConsoleApp") -> None:
        """Take the application; nothing is read yet."""
        self.problem: ConsoleError | None = None
        self._app = app
        self._waiting: dict[str, Draft] = {}
        self._timer: Timer | None = None
        self._turn = asyncio.Lock()

    # Reading

    def look(self) -> None:
        """Read what earlier runs left, where there is a journal already."""
        self._app.run_worker(self._look(), group="drafts")

    async def _look(self) -> None:
        with suppress(ConsoleError):  # whoever opens the pane is told
            if await asyncio.to_thread(os.path.lexists, paths.outbox_file(self._app.environ)):
                self._app.post_message(self.Read(await self.left()))

    async def left(self) -> list[Draft]:
        """Return the drafts that are kept, the one changed last first.

        Raises:
            ConsoleError: the journal cannot be read.
        """
        found = await asyncio.to_thread(self._app.sends.journal.drafts)
        return [each for each in found if each.text.strip()]

    # Keeping

    def typed(self, draft: Draft) -> None:
        """Keep a draft soon; an empty one is forgotten."""
        self._waiting[draft.id] = draft
        if self._timer is None:
            self._timer = self._app.set_timer(SECONDS, self._time_is_up)

    def drop(self, draft_id: str) -> None:
        """Forget a draft: it is sent, or was thrown away."""
        self._waiting[draft_id] = Draft(draft_id, "")
        self._time_is_up()

    def _time_is_up(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._app.run_worker(self._keep(), group="drafts")

    async def _keep(self) -> None:
        async with self._turn:  # in the order in which they were typed
            try:
                await self._put()
            except ConsoleError as error:
                self._app.post_message(self.Refused(error))
            else:
                if self.problem:
                    self._app.post_message(self.Refused(None))

    async def _put(self) -> None:
        """Keep what waits; what cannot be kept waits on."""
        for draft in list(self._waiting.values()):
            journal = self._app.sends.journal
            if draft.text.strip():
                changed = replace(draft, changed_at=self._app.now())
                await asyncio.to_thread(journal.put_draft, changed)
            else:
                await asyncio.to_thread(journal.drop_draft, draft.id)
            if self._waiting.get(draft.id) is draft:
                del self._waiting[draft.id]

    async def close(self) -> None:
        """Keep at once what still waits."""
        async with self._turn:
            with suppress(ConsoleError):  # there is nobody left to be told
                await self._put()
