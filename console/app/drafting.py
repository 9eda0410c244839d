"""Drafts: what is typed is kept as it is typed, and is there again at the next start.

At most the last half second is lost, whatever ends the program. Another console that runs may be
typing at a draft; such a one is not taken over unasked.
"""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from textual.message import Message
from textual.timer import Timer

from console.errors import ConsoleError
from console.profiles import paths

if TYPE_CHECKING:
    from console.app.app import ConsoleApp
    from console.outbox.owner import Owners
    from console.outbox.send import Draft, Send

SECONDS: Final = 0.3
"""How long what is typed may wait until it is kept."""

AGAIN_SECONDS: Final = 0.5
"""How long what could not be kept waits until it is tried again."""

SLOW_SECONDS: Final = 0.5
"""How long keeping may take until it is said that it is not done yet."""

_LATE: Final = timedelta(days=1)
"""How long a send of unknown outcome is spoken of at the start."""

_DOT: Final = "."
"""Stands between who types and what is typed, in a draft's id."""


def new_id() -> str:
    """Return a name for something that is composed."""
    return uuid4().hex[:12]


class BusyError(ConsoleError):
    """Something keeps the journal busy; what was typed is not kept yet."""

    title = "Not kept yet"


class Drafts:
    """Keeps what is typed, a little later than it is typed.

    Attributes:
        problem: why the last draft could not be kept; None where it was.
    """

    class Read(Message):
        """What earlier runs left was read: drafts, and the sends that nobody knows the end of.

        Of these, `unknown` has the profiles.
        """

        def __init__(self, drafts: "Sequence[Draft]", unknown: Sequence[str]) -> None:
            self.drafts = drafts
            self.unknown = unknown
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
        self._owners: Owners | None = None  # which consoles run, loaded when first needed
        self._read: set[str] = set()  # ids of drafts that were read
        self._name = ""  # what other consoles know this one by

    # Reading

    def look(self) -> None:
        """Read what earlier runs left, where there is a journal already."""
        self._app.run_worker(self._look(), group="drafts")

    async def _look(self) -> None:
        with suppress(ConsoleError):  # whoever opens the pane is told
            if await asyncio.to_thread(os.path.lexists, paths.outbox_file(self._app.environ)):
                unknown = [each.place.profile for each in await asyncio.to_thread(self._unknown)]
                self._app.post_message(self.Read(await self.left(), unknown))

    def _unknown(self) -> "list[Send]":
        """Return the sends of late that are of unknown outcome and were not sent again."""
        from console.outbox.send import Outcome  # noqa: PLC0415 - the first picture needs none

        journal, since = self._app.sends.journal, self._app.now() - _LATE
        late = journal.sends(since=since, outcome=Outcome.UNKNOWN)
        repeats = journal.repetitions() if late else []
        again = {each.resend_of for each in repeats if each.outcome is not Outcome.REJECTED}
        return [each for each in late if each.id not in again]

    async def left(self) -> "list[Draft]":
        """Return the drafts, the one changed last first; those first that wait to be kept.

        Raises:
            ConsoleError: the journal cannot be read, and nothing waits.
        """
        waiting = dict(self._waiting)
        typed = [each for each in waiting.values() if each.text.strip()]
        try:
            found = await asyncio.to_thread(self._app.sends.journal.drafts)
        except ConsoleError:
            if not typed:
                raise
            found = []
        self._read.update(each.id for each in found)
        over = {*waiting, *(f"{self._name}{_DOT}{each}" for each in waiting)}
        return [*typed, *(each for each in found if each.id not in over and each.text.strip())]

    def typed_elsewhere(self, draft: "Draft") -> bool:
        """Tell whether another console that still runs may be typing at a draft."""
        owner, dot, _ = draft.id.partition(_DOT)
        return bool(dot) and owner != self._name and not self._running().is_dead(owner)

    def is_of(self, draft: "Draft", name: str) -> bool:
        """Tell whether a draft is the one that is typed here under a name."""
        return draft.id in {name, f"{self._name}{_DOT}{name}"}

    @property
    def reason(self) -> str:
        """Why the last draft could not be kept, in short; empty where it was."""
        if self.problem is None:
            return ""
        outbox = paths.outbox_file(self._app.environ)
        return self.problem.sentence.replace(f" {outbox}.owners", "").replace(f" {outbox}", "")

    # Keeping

    def typed(self, draft: "Draft") -> None:
        """Keep a draft soon; an empty one is forgotten."""
        self._waiting[draft.id] = draft
        if self._timer is None:
            self._timer = self._app.set_timer(SECONDS, self._time_is_up)

    def drop(self, draft_id: str) -> None:
        """Forget a draft, one of here or one that was read: it is sent, or was thrown away."""
        from console.outbox.send import Draft  # noqa: PLC0415 - as in `_unknown`

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
                slow = await self._put_in_time()
            except ConsoleError as error:
                self._app.post_message(self.Refused(error))
                if self._timer is None:  # whatever is in the way may be gone by then
                    self._timer = self._app.set_timer(AGAIN_SECONDS, self._time_is_up)
            else:
                if slow or self.problem:
                    self._app.post_message(self.Refused(None))

    async def _put_in_time(self) -> bool:
        """Keep what waits; say where that takes long, and tell whether it did."""
        work = asyncio.ensure_future(self._put())
        try:
            done, _ = await asyncio.wait([work], timeout=SLOW_SECONDS)
            if not done:
                self._app.post_message(self.Refused(BusyError("the journal is busy")))
            await work
            return not done
        finally:
            work.cancel()

    async def _put(self) -> None:
        """Keep what waits; what cannot be kept waits on."""
        for draft in list(self._waiting.values()):
            await asyncio.to_thread(self._put_one, draft)
            if self._waiting.get(draft.id) is draft:
                del self._waiting[draft.id]

    def _put_one(self, draft: "Draft") -> None:
        journal = self._app.sends.journal
        kept = draft.id if draft.id in self._read else self._id(draft.id)
        if draft.text.strip():
            journal.put_draft(
                replace(draft, id=kept, changed_at=draft.changed_at or self._app.now())
            )
        else:
            journal.drop_draft(kept)

    def _id(self, name: str) -> str:
        """Return the id under which a draft of here is kept; it says who types it."""
        self._name = self._name or self._running().name()
        return f"{self._name}{_DOT}{name}"

    def _running(self) -> "Owners":
        """Return what tells consoles that run from those that have ended."""
        from console.outbox.owner import Owners  # noqa: PLC0415 - loads SQLite

        if self._owners is None:
            outbox = paths.outbox_file(self._app.environ)
            self._owners = Owners(outbox.with_name(f"{outbox.name}.owners"))
        return self._owners

    async def close(self) -> None:
        """Keep at once what still waits."""
        async with self._turn:
            with suppress(ConsoleError):  # there is nobody left to be told
                await self._put()
        if self._owners is not None:
            self._owners.close()
