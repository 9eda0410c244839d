"""Send: into the journal first, then one request for each target, then what became of it.

At whatever point the program is stopped, the journal tells the truth: what is only *written* has
not left, what is *going* may have. A request is made once; nothing here makes it again.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, ParamSpec, TypeAlias, TypeVar

from console.client.call import Call
from console.client.client import Client
from console.client.guard import refuse_changes
from console.client.send import Departure
from console.errors import ConsoleError, Exit, OutcomeUnknownError
from console.outbox.journal import Journal, JournalError
from console.outbox.send import Outcome, Place, Send, Target
from console.sending.message import checked
from console.sending.repetition import refuse_repeats
from console.sending.targets import TargetError
from console.services import desktop_notifications
from console.text import Json

AT_ONCE: Final = 4
"""Sends that are on their way at the same time."""

UNJOURNALLED: Final = "unjournalled"
"""The fact of an error that says why the journal does not have the outcome; see `unjournalled`."""

OnChange: TypeAlias = Callable[[Send], object]

P = ParamSpec("P")
T = TypeVar("T")


async def place_of(client: Client) -> Place:
    """Return the place that sends of `client` go to; looks the project up where that is needed.

    Raises:
        ConsoleError: the service does not exist in the region, or the project cannot be found out.
    """
    profile = client.profile
    endpoint = client.endpoints.of(desktop_notifications.SEND_TO_POOL.service)[0]
    project_id = await client.project_id()
    return Place(profile.name, profile.region, project_id, profile.domain_id, endpoint)


def call_for(target: Target, text: str) -> Call:
    """Return the call that a send to `target` makes.

    Raises:
        QueryError: the target or the text is empty.
    """
    if target.kind == "pool":
        return desktop_notifications.to_pool(target.pool_id, text)
    return desktop_notifications.to_desktops(target.desktop_ids, text)


async def dispatch(
    journal: Journal,
    client: Client,
    message: str | Mapping[Target, str],
    targets: Sequence[Target],
    *,
    confirmed: Place | None = None,
    resend_of: int | None = None,
    knowing: Collection[int] | None = None,
    on_change: OnChange | None = None,
) -> list[Send]:
    """Send a message to each target, once, and return what became of each, in their order.

    Sends go side by side and each has its own outcome; an error of one is in its `error`, with the
    exit code that a command would end with. Stopped in the middle, it settles what was under way as
    unknown, that of which no byte had left as rejected, and only then stops.

    Args:
        journal: where each is written before it leaves.
        client: who sends.
        message: the text, or the text for each target.
        targets: whom it is for, each once.
        confirmed: the place that the operator confirmed; it goes there or nowhere. None: not
            looked at.
        resend_of: the number of the send that is repeated.
        knowing: the sends of the same text to the same people that the operator knows of. Where
            there is another one, by the time all is written, nothing is sent. None: not looked at.
        on_change: told of each send whenever it changes.

    Raises:
        ReadOnlyError: the profile is read-only; nothing was written anywhere.
        MessageError: the text cannot be sent as it is.
        TargetError: there is no target, one stands twice, or the client leads elsewhere.
        JournalError: the sends could not be journalled; nothing was sent.
        RepeatedError: another console sent the same meanwhile; nothing was sent.
        ConsoleError: the place could not be found out; nothing was sent.
    """
    if client.profile.read_only:
        refuse_changes(desktop_notifications.SEND_TO_POOL)
    _refuse_twice(targets)
    texts = {
        target: checked(message if isinstance(message, str) else message[target])
        for target in targets
    }
    for target, text in texts.items():
        call_for(target, text)
    place = await place_of(client)
    if confirmed not in {None, place}:
        raise TargetError(f"profile {place.profile} leads elsewhere than where it was confirmed")
    tell = on_change or (lambda _: None)
    sends = await _written(journal, place, texts, resend_of)
    try:
        if knowing is not None:
            await refuse_repeats(journal, sends, frozenset(knowing))
        for each in sends:
            tell(each)
    except BaseException:
        await _whole(_withdraw, journal, sends)
        raise
    carrier = _Carrier(journal, client, tell)
    tasks = [asyncio.ensure_future(carrier.carry(each)) for each in sends]
    await asyncio.gather(*tasks, return_exceptions=True)  # so that each comes to its own end
    return [await carrier.settled_again(task.result()) for task in tasks]


def unjournalled(send: Send) -> str:
    """Say why the journal does not have the outcome of `send`; empty where it has."""
    return str(send.error.get(UNJOURNALLED, ""))


def settle_again(journal: Journal, send: Send) -> Send:
    """Write an outcome that the journal does not have; return the send as it has it then.

    Its course is written too. Where that cannot be done now either, or there is nothing to write,
    `send` is returned.
    """
    if not unjournalled(send):
        return send
    error = {name: value for name, value in send.error.items() if name != UNJOURNALLED}
    try:
        written = journal.send(send.id)
        if written is None or written.outcome is not send.outcome:
            written = journal.settle(send.id, send.outcome, job_id=send.job_id, error=error)
        if send.followed_at is None:
            return written
        return journal.course(
            send.id,
            send.job_status,
            send.desktops,
            ended=send.ended,
            verdict=send.verdict,
            total=send.total,
        )
    except JournalError:
        return send


def exit_code(sends: Iterable[Send]) -> Exit:
    """Return what a command ends with that sent these: the worst of them.

    What says that nothing left, and that it is worth trying again, holds for all of them or is not
    said: whoever tries again would send to the others twice.
    """
    every = list(sends)
    if any(not each.outcome.settled or each.outcome is Outcome.UNKNOWN for each in every):
        return Exit.UNKNOWN
    rejected = {each.error.get("exit_code") for each in every if each.outcome is Outcome.REJECTED}
    if not rejected:
        return Exit.DONE
    alike = len(rejected) == 1 and all(each.outcome is Outcome.REJECTED for each in every)
    (code,) = rejected if alike else (Exit.REFUSED,)
    return Exit(code) if isinstance(code, int) and code in set(Exit) else Exit.REFUSED


def _refuse_twice(targets: Sequence[Target]) -> None:
    if not targets:
        raise TargetError("there is nobody to send to")
    seen: set[str] = set()
    for each in targets:
        if each.key in seen:
            raise TargetError(f"{each.name} stands twice and would get the message twice")
        seen.add(each.key)


async def _written(
    journal: Journal, place: Place, texts: Mapping[Target, str], resend_of: int | None
) -> list[Send]:
    """Write every send, those of the same text in one step; where one fails, none is sent."""
    groups: dict[str, list[Target]] = {}
    for target, text in texts.items():
        groups.setdefault(text, []).append(target)

    def write() -> list[Send]:
        done: list[Send] = []
        try:
            for text, targets in groups.items():
                done += journal.write(place, targets, text, resend_of=resend_of)
        except JournalError:
            _withdraw(journal, done)
            raise
        return done

    written: list[Send] = []
    try:
        await _whole(lambda: written.extend(write()))
    except asyncio.CancelledError:
        await _whole(_withdraw, journal, written)
        raise
    order = {target.key: number for number, target in enumerate(texts)}
    return sorted(written, key=lambda each: order[each.target.key])


def _withdraw(journal: Journal, sends: Sequence[Send]) -> None:
    """Settle sends that will not leave; where that fails, the journal finds it out later."""
    for each in sends:
        with suppress(JournalError):
            journal.settle(each.id, Outcome.REJECTED, error=_stopped(left=False))


async def _whole(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Return what `work` returns, from a thread; whoever cancels waits until it is done."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *given, **named))
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        task.exception()  # looked at, so that nobody complains of it
        raise asyncio.CancelledError
    return task.result()


class _Carrier:
    """Carries sends to the cloud, a few at a time."""

    def __init__(self, journal: Journal, client: Client, tell: OnChange) -> None:
        self._journal = journal
        self._client = client
        self._tell = tell
        self._room = asyncio.Semaphore(AT_ONCE)

    async def carry(self, send: Send) -> Send:
        """Make the request of a send that is written, and return it settled."""
        departure = Departure()
        try:
            async with self._room:
                await _whole(self._journal.going, send.id)
                self._tell(replace(send, outcome=Outcome.GOING))
                job_id = await self._request(send, departure)
        except OutcomeUnknownError as error:
            return await self._settled(
                send, Outcome.UNKNOWN, job_id=error.job_id, error=_facts(error)
            )
        except ConsoleError as error:
            return await self._settled(send, Outcome.REJECTED, error=_facts(error))
        except BaseException:
            outcome = Outcome.UNKNOWN if departure.left else Outcome.REJECTED
            await self._settled(send, outcome, error=_stopped(left=departure.left))
            raise
        return await self._settled(send, Outcome.ACCEPTED, job_id=job_id)

    async def settled_again(self, send: Send) -> Send:
        """Return a send, whose outcome the journal did not take at once, as it has it now."""
        if not unjournalled(send):
            return send
        settled = await _whole(settle_again, self._journal, send)
        if settled is not send:
            self._tell(settled)
        return settled

    async def _request(self, send: Send, departure: Departure) -> str:
        call = call_for(send.target, send.text)
        return await self._client.send(
            call, desktop_notifications.accepted_job, departure=departure
        )

    async def _settled(
        self,
        send: Send,
        outcome: Outcome,
        *,
        job_id: str = "",
        error: Mapping[str, Json] | None = None,
    ) -> Send:
        facts = dict(error or {})
        try:
            settled = await _whole(
                self._journal.settle, send.id, outcome, job_id=job_id, error=facts
            )
        except JournalError as failed:
            # What happened is told as it is, and written later; else the journal says 'unknown'
            # in the end, which is no lie.
            facts[UNJOURNALLED] = failed.sentence
            settled = replace(send, outcome=outcome, job_id=job_id, error=facts)
        self._tell(settled)
        return settled


def _facts(error: ConsoleError) -> dict[str, Json]:
    return {**error.facts(), "exit_code": int(error.exit_code)}


def _stopped(*, left: bool) -> dict[str, Json]:
    said = (
        "it was stopped while the request was under way; whether it arrived is not known"
        if left
        else "it was stopped before anything left"
    )
    hint = "look at what happened in the cloud before doing it again" if left else ""
    code = int(Exit.UNKNOWN if left else Exit.INTERRUPTED)
    return {"title": "Stopped", "message": said, "hint": hint, "exit_code": code}
