"""The sends of this console: those on their way, those followed, and what became of them.

They belong to the application, not to a screen: no screen, no mode and no other profile ends them.
Each keeps the client that it began with until it is over. Workers post what they hear, and only
handlers of the application change what is kept here.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.message import Message
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from console.app.widgets.status_line import Part
from console.errors import ConsoleError
from console.profiles import paths
from console.text import cell

if TYPE_CHECKING:
    from console.app.app import ConsoleApp
    from console.client.client import Client
    from console.outbox.journal import Journal
    from console.outbox.send import Place, Send, Target

KEY: Final = "6"
"""The key of the screen that shows what was sent."""

WAY_BACK: Final = f"{KEY} shows what was sent, and d there what became of it"
"""Where it is to be found what can be done with a send."""

FOLLOWED_ON: Final = timedelta(days=1)
"""How long ago a send may have been made that is followed on by itself."""

MOST_FOLLOWED_ON: Final = 8
"""Sends that are followed on by themselves, the newest first."""


class _Act(NamedTuple):
    """What was confirmed at once; see `Sends.begin`."""

    number: int
    texts: "Mapping[Target, str]"
    confirmed: "Place"
    resend_of: int | None
    knowing: Collection[int]


class Sends:
    """What this console sends and follows.

    Attributes:
        known: every send of this run, as last heard, by its number.
        troubles: why following one goes slowly or has stopped, by its number.
    """

    class Changed(Message):
        """Something was heard of a send; `act` is the number of the act that it belongs to."""

        def __init__(self, send: "Send", act: int = 0) -> None:
            self.send = send
            self.act = act
            super().__init__()

    class Troubled(Message):
        """A send is hard to follow; or, where it `stopped`, is followed no longer."""

        def __init__(self, send_id: int, error: ConsoleError, *, stopped: bool) -> None:
            self.send_id = send_id
            self.error = error
            self.stopped = stopped
            super().__init__()

    class Left(Message):
        """What was confirmed has left, as these sends, or was not sent at all for an error."""

        def __init__(
            self, number: int, sends: "Sequence[Send]", error: ConsoleError | None = None
        ) -> None:
            self.number = number
            self.sends = sends
            self.error = error
            super().__init__()

    class Adopted(Message):
        """Sends of before, which are this console's to follow now with `client`."""

        def __init__(self, client: "Client", sends: "Sequence[Send]") -> None:
            self.client = client
            self.sends = sends
            super().__init__()

    def __init__(self, app: "ConsoleApp") -> None:
        """Take the application that the sends belong to; nothing is opened yet."""
        self.known: dict[int, Send] = {}
        self.troubles: dict[int, ConsoleError] = {}
        self._app = app
        self._journal: Journal | None = None  # loaded, as all that sends, when it is first used
        self._followed: set[int] = set()
        self._unseen: dict[int, Send] = {}  # how they ended, nobody has seen yet
        self._before: set[int] = set()  # those that another run made
        self._lost: set[int] = set()  # followed no longer, and nobody has seen that yet
        self._clients: dict[int, Client] = {}  # by send, the client that it is followed with
        self._users: Counter[Client] = Counter()
        self._left: set[Client] = set()  # those whose profile is no longer in use
        self._numbers = 0
        self._acts: dict[int, list[int]] = {}  # the sends of each act
        self._workers: set[Worker[None]] = set()

    @property
    def journal(self) -> "Journal":
        """The journal; opened when it is first asked something, in a thread.

        Raises:
            SettingsError: nothing says where its file is.
        """
        from console.outbox.journal import Journal  # noqa: PLC0415 - loads SQLite

        if self._journal is None:
            self._journal = Journal(paths.outbox_file(self._app.environ), self._app.now)
        return self._journal

    # Sending and following

    def begin(
        self,
        client: "Client",
        texts: "Mapping[Target, str]",
        *,
        confirmed: "Place",
        resend_of: int | None = None,
        knowing: Collection[int] = (),
    ) -> int:
        """Send what was confirmed, once, and follow it; return the number of this act.

        Args:
            client: who sends.
            texts: the message for each target.
            confirmed: the place that was confirmed; it goes there or nowhere.
            resend_of: the number of the send that is repeated.
            knowing: sends of the same text to the same people that the operator was told of.
        """
        self._numbers += 1
        self._unseen.clear()
        act = _Act(self._numbers, texts, confirmed, resend_of, knowing)
        work = self._dispatch(client, act)
        self._run(work, "send", client)
        return self._numbers

    def follow(self, client: "Client", send: "Send") -> None:
        """Follow an accepted send, unless it is followed already or its end is known."""
        over = send.ended and bool(send.verdict)
        if send.id in self._followed or not send.is_accepted or over:
            return
        self.known[send.id] = send
        self._followed.add(send.id)
        self.troubles.pop(send.id, None)
        self._lost.discard(send.id)
        self._run(self._follow(client, send), "follow", client)

    def follow_on(self, client: "Client") -> None:
        """Look for sends of before whose course is not known to its end, to follow them on.

        Those are the newest of late that went to the same place with the same profile, and that no
        other console follows: see `Journal.adopt`.
        """
        self._run(self._look_back(client), "follow", client)

    async def _look_back(self, client: "Client") -> None:
        since = self._app.now() - FOLLOWED_ON
        profile = client.profile.name
        with suppress(ConsoleError):  # the screen of what was sent says so
            if not await asyncio.to_thread(os.path.lexists, paths.outbox_file(self._app.environ)):
                return
            sends = partial(self.journal.sends, since=since, profile=profile, ended=False, limit=1)
            if await asyncio.to_thread(sends):
                sending = await asyncio.to_thread(import_module, "console.sending.dispatch")
                place = await sending.place_of(client)
                found = await asyncio.to_thread(self.journal.adopt, place, since, MOST_FOLLOWED_ON)
                self._tell(self.Adopted(client, found))

    def take_adopted(self, client: "Client", sends: "Sequence[Send]") -> None:
        """Follow sends of before."""
        for each in sends:
            if each.id not in self.known:
                self._before.add(each.id)
            self.follow(client, each)

    def _run(self, work: Coroutine[None, None, None], group: str, client: "Client") -> None:
        self._users[client] += 1

        async def held() -> None:
            try:
                await work
            finally:
                await self._let_go(client)

        self._workers.add(self._app.run_worker(held(), group=group, exit_on_error=True))

    async def _dispatch(self, client: "Client", act: "_Act") -> None:
        from console.sending.dispatch import dispatch  # noqa: PLC0415 - loads pydantic

        def heard(send: "Send") -> None:
            self._clients[send.id] = client
            self._tell(self.Changed(send, act.number))

        try:
            sends = await dispatch(
                self.journal,
                client,
                act.texts,
                list(act.texts),
                confirmed=act.confirmed,
                resend_of=act.resend_of,
                knowing=act.knowing,
                on_change=heard,
            )
        except ConsoleError as error:
            self._tell(self.Left(act.number, (), error))
        else:
            self._tell(self.Left(act.number, sends))

    async def _follow(self, client: "Client", send: "Send") -> None:
        from console.sending.follow import follow  # noqa: PLC0415 - as above

        try:
            last = await follow(
                self.journal,
                client,
                send,
                on_change=lambda heard: self._tell(self.Changed(heard)),
                on_trouble=lambda error: self._tell(self.Troubled(send.id, error, stopped=False)),
            )
        except ConsoleError as error:
            self._tell(self.Troubled(send.id, error, stopped=True))
        else:
            self._tell(self.Changed(last))

    def _tell(self, message: Message) -> None:
        self._app.post_message(message)

    # What was heard; called by the application's handlers alone

    def take(self, send: "Send", act: int = 0) -> bool:
        """Take what was heard of a send; tell whether it is over now and was not before."""
        from console.app import courses  # noqa: PLC0415 - loads pydantic

        before = self.known.get(send.id)
        if act and send.id not in (ids := self._acts.setdefault(act, [])):
            ids.append(send.id)
        self.known[send.id] = send
        self.troubles.pop(send.id, None)
        self._lost.discard(send.id)
        if client := self._clients.get(send.id):
            self.follow(client, send)
        over = not courses.under_way(send)
        if not over:
            return False
        self._followed.discard(send.id)
        self._clients.pop(send.id, None)
        if before is not None and not courses.under_way(before):
            return False
        self._unseen[send.id] = send
        return True

    def take_trouble(self, send_id: int, error: ConsoleError, *, stopped: bool) -> None:
        """Take note that a send is hard to follow, or is followed no longer."""
        self.troubles[send_id] = error
        if stopped:
            self._lost.add(send_id)
            self._followed.discard(send_id)
            self._clients.pop(send_id, None)

    def of_act(self, number: int) -> "list[Send]":
        """Return the sends that came of one act; none before the journal has them."""
        return [self.known[each] for each in self._acts.get(number, ())]

    def seen(self) -> bool:
        """Take note that the operator has seen how sends ended; tell whether any was new."""
        new = bool(self._unseen or self._lost)
        self._unseen.clear()
        self._lost.clear()
        return new

    # Saying what is so

    @property
    def under_way(self) -> "list[Send]":
        """The sends that more is to be heard of: not settled yet, or followed."""
        return [
            send
            for send in self.known.values()
            if not send.outcome.settled or send.id in self._followed
        ]

    @property
    def begun_here(self) -> "list[Send]":
        """Those of them that this run sent; nothing is lost with the others where it ends."""
        return [send for send in self.under_way if send.id not in self._before]

    @property
    def followed(self) -> Collection[int]:
        """The numbers of the sends that are followed."""
        return self._followed

    @property
    def notice(self) -> str:
        """What the journal has to tell of its file; empty where there is nothing to tell."""
        return self._journal.notice if self._journal else ""

    def parts(self) -> list[Part]:
        """Return what every screen says of the sends: how far they are, and how they ended."""
        if not self.known:
            return []
        from console.app import courses  # noqa: PLC0415 - loads pydantic

        parts: list[Part] = []
        if unseen := list(self._unseen.values()):
            words, tone = courses.ended(unseen)
            parts.append(Part(cell(self._whose(unseen) + words), tone))
        for each in self._lost:
            name, why = self.known[each].target.name, self.troubles[each].title
            parts.append(Part(cell(f"{name}: followed no longer: {why}"), "warning"))
        if going := self.under_way:
            words, tone = courses.together(going)
            parts.append(Part(cell(self._whose(going) + words), tone))
        return parts

    def _whose(self, sends: "Sequence[Send]") -> str:
        return "sent before: " if self._before.issuperset(each.id for each in sends) else ""

    # Clients

    async def leave(self, client: "Client") -> None:
        """Close the client of a profile that is left, as soon as no send uses it."""
        if self._users[client]:
            self._left.add(client)
        else:
            await client.close()

    async def _let_go(self, client: "Client") -> None:
        self._users[client] -= 1
        if not self._users[client]:
            del self._users[client]
            if client in self._left:
                self._left.discard(client)
                await client.close()

    async def close(self) -> None:
        """Stop, and let go of everything; the journal says what is under way as what it is."""
        for worker in self._workers:
            worker.cancel()
        for worker in self._workers:
            with suppress(WorkerCancelled, WorkerFailed):  # a failure has ended the application
                await worker.wait()
        for client in self._left:
            await client.close()
        if self._journal is not None:
            await asyncio.to_thread(self._close_journal, self._journal)

    def _close_journal(self, journal: "Journal") -> None:
        """Close it; what it did not take before it takes now, or never."""
        from console.sending.dispatch import settle_again, unjournalled  # noqa: PLC0415 - as above

        for each in self.known.values():
            if unjournalled(each):
                settle_again(journal, each)
        journal.close()
