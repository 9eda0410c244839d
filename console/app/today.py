"""What is so now of those a message is for: the cloud is asked again before a send is confirmed.

A draft, a send of before and a table that was read a while ago know names and numbers of another
time. Whoever confirms is shown those of now, or told that nobody says them.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from console.app import composing, courses
from console.app.composing import Plan, plural
from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.journal import Journal
from console.outbox.send import Outcome, Place, Send, Target
from console.sending import elsewhere
from console.sending.dispatch import place_of
from console.sending.repetition import sent_lately
from console.sending.targets import (
    Reached,
    TargetError,
    desktops_called,
    every_pool,
    named,
    of_desktops,
    of_pool,
)
from console.services import pool_connections
from console.services.desktop_pools import DesktopPool

SECONDS: Final = 2.0
"""How long the cloud may take to say it; then what is not known is said to be not known."""

_RUNS: Final = "ACTIVE"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Now:
    """What is so now.

    Attributes:
        reached: the targets, with today's names and numbers where the cloud says them.
        notes: what is not as it was known, and what nobody says.
        names: the names of single desktops, by the key of their target.
        pools: the names of all pools; none where nobody says.
    """

    reached: tuple[Reached, ...]
    notes: tuple[str, ...] = ()
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pools: tuple[str, ...] = ()


async def found_out(journal: Journal, client: Client, plan: Plan) -> Plan:
    """Return a plan with its place, its targets as they are now, and what was sent there lately.

    Raises:
        JournalError: the journal cannot be read, so nothing can be sent.
        TargetError: it repeats a send that went elsewhere, or that is not what it was.
        ConsoleError: the place cannot be found out.
    """
    place = await place_of(client)
    again = await _still_so(journal, plan.again, place)
    now = await asked(client, plan.reached)
    whom = [each.target for each in now.reached]
    # What is repeated is what was sent: braces in it are no field any more.
    texts = dict.fromkeys(whom, plan.text) if again else composing.texts(plan.text, whom)
    return replace(
        plan,
        place=place,
        again=again,
        reached=now.reached,
        notes=now.notes,
        names=now.names,
        pools=now.pools or plan.pools,
        texts=texts,
        lately=await sent_lately(journal, place, texts),
    )


async def _still_so(journal: Journal, again: Send | None, place: Place) -> Send | None:
    """Return the send that is repeated as the journal has it now."""
    if again is None:
        return None
    if said := elsewhere.sentence(again, place):
        raise TargetError(said, hint=elsewhere.hint(again.place, place))
    latest = await asyncio.to_thread(_later, journal, again)
    if again.outcome is Outcome.UNKNOWN and latest.outcome is not Outcome.UNKNOWN:
        raise TargetError(
            f"send {again.id} is UNKNOWN no more: {courses.said(latest).text}",
            hint="6 shows what became of it",
        )
    return latest


def _later(journal: Journal, send: Send) -> Send:
    written = journal.send(send.id)
    return courses.later(written, send) if written else send


async def asked(client: Client, reached: Sequence[Reached]) -> Now:
    """Return what the cloud says of targets within a short time."""
    pools = [each for each in reached if each.target.kind == "pool"]
    desktops = [each for each in reached if each.target.kind == "desktops"]
    listed, numbers, found = await asyncio.gather(
        _within(every_pool(client)),
        _within(pool_connections.connected(client, [_pool(each) for each in pools])),
        asyncio.gather(
            *(_within(desktops_called(client, each.target.desktop_ids)) for each in desktops)
        ),
    )
    known = {} if isinstance(listed, ConsoleError) else {each.id or "": each for each in listed}
    counts = {} if isinstance(numbers, ConsoleError) else numbers
    names: dict[str, Sequence[str]] = {}
    notes: list[str] = []
    now: dict[str, Reached] = {}
    for each in pools:
        reached_now, said = _pool_now(each, None if isinstance(listed, ConsoleError) else known)
        now[each.target.key] = replace(reached_now, connected=counts.get(each.target.pool_id))
        notes += said
    if pools and isinstance(listed, ConsoleError):
        notes.append(f"names and numbers are as known before: {listed.sentence}")
    for each, answer in zip(desktops, found, strict=True):
        if isinstance(answer, ConsoleError):
            now[each.target.key] = replace(each, connected=None)
            notes.append(f"{each.target.name}: as known before: {answer.sentence}")
        else:
            called = [one.computer_name or one.desktop_id or "" for one in answer]
            names[each.target.key] = called
            now[each.target.key] = Reached(
                replace(each.target, name=named(called)),
                of_desktops(answer).connected,
                at_rest(zip(called, (one.status for one in answer), strict=True)),
            )
    listed_names = tuple(each.name for each in known.values() if each.name)
    return Now(tuple(now[each.target.key] for each in reached), tuple(notes), names, listed_names)


def _pool_now(
    reached: Reached, known: Mapping[str, DesktopPool] | None
) -> tuple[Reached, list[str]]:
    """Return a pool as it is among those that are known, and how that differs from before."""
    if known is None:
        return reached, []
    pool = known.get(reached.target.pool_id)
    if pool is None:
        return reached, [f"{reached.target.name} is not among the pools any more"]
    now = of_pool(pool)
    return now, _differences(reached.target, now.target)


def at_rest(desktops: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
    """Return what the sender should know of desktops, by name and state, that do not run."""
    by_state: dict[str, list[str]] = {}
    for name, state in desktops:
        if state and state != _RUNS:
            by_state.setdefault(state, []).append(name)
    return tuple(
        f"{named(names)} {'is' if len(names) == 1 else 'are'} {state}: "
        f"{'it' if len(names) == 1 else 'they'} may not get it"
        for state, names in by_state.items()
    )


def _pool(reached: Reached) -> DesktopPool:
    """Return the pool of a target, as far as it is needed to count who is connected."""
    target = reached.target
    return reached.pool or DesktopPool(id=target.pool_id, desktop_count=target.desktops)


def _differences(before: Target, now: Target) -> list[str]:
    said = []
    if before.name != now.name:
        said.append(f"{before.name} is called {now.name} now")
    if None not in {before.desktops, now.desktops} and before.desktops != now.desktops:
        many = plural(now.desktops or 0, "desktop")
        said.append(f"{now.name} has {many} now, not {before.desktops:,}")
    return said


async def _within(asking: Awaitable[T]) -> T | ConsoleError:
    """Return an answer, or why there is none."""
    try:
        async with asyncio.timeout(SECONDS):
            return await asking
    except TimeoutError:
        return ConsoleError(f"the cloud did not say it within {SECONDS:.0f} s")
    except ConsoleError as error:
        return error
