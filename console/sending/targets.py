"""Whom a message is meant for: names become pools, ids become desktops, and none is guessed.

A name must be exactly one pool's. The cloud documents neither that names are unique nor how its own
filter matches, so all pools are read and compared here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from console.client.client import Client
from console.errors import ConsoleError, Exit, IncompleteError
from console.outbox.send import Outcome, Send, Target
from console.sending.name import composed, has_ink, plain
from console.services import pool_connections
from console.services.desktop_pools import POOLS, DesktopPool, DesktopPoolQuery
from console.services.pool_connections import PooledDesktop, PooledDesktopQuery
from console.text import cell

_IDS_AT_ONCE: Final = 100
"""Ids of desktops in one request, as documented."""

_NAMED: Final = 5
"""Candidates, and desktops, that are named before the rest is counted."""

_STATES: Final = {
    "TEMPORARY": "is in transition: the cloud may refuse",
    "EXIST_FROZEN": "holds frozen desktops: they may not get it",
    "UNKNOWN": "is in an unknown state",
}


class TargetError(ConsoleError):
    """A target is none, or could be more than one; nothing was sent."""

    title = "Not sent"
    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Reached:
    """A target, and what is known of it now.

    Attributes:
        target: the target.
        connected: how many of its desktops somebody is connected to; None where that is not known.
        remarks: what the sender should know of it.
        pool: the pool; None for desktops.
    """

    target: Target
    connected: int | None = None
    remarks: tuple[str, ...] = ()
    pool: DesktopPool | None = None


async def every_pool(client: Client) -> list[DesktopPool]:
    """Return all pools of the project.

    Raises:
        IncompleteError: some are missing, so no name could be called unique.
        ConsoleError: the cloud refused, or could not be reached.
    """
    pages = POOLS.pages(client, DesktopPoolQuery())
    pools = [pool async for page in pages for pool in POOLS.records(page.rows)]
    if pages.incomplete:
        raise IncompleteError(pages.incomplete, hint="the pools moved while they were read")
    return [pool for pool in pools if pool.id]


def pool_called(word: str, pools: Sequence[DesktopPool]) -> DesktopPool:
    """Return the one pool whose name or id is `word`.

    Raises:
        TargetError: there is none, or there are several.
    """
    sought = composed(word)
    found = [
        pool for pool in pools if word and (pool.id == word or composed(pool.name or "") == sought)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise TargetError(
            f"{len(found)} pools are called {word!r}: {_listed(found)}",
            hint="name the one you mean by its id",
        )
    close = near(word, pools)
    meant = f"did you mean {_listed(close)}?" if close else "console pools lists them"
    raise TargetError(f"there is no pool {word!r}", hint=meant)


def near(word: str, pools: Sequence[DesktopPool]) -> list[DesktopPool]:
    """Return the pools that `word` may mean, the likeliest at the front."""
    sought = plain(word).casefold()
    names: dict[str, list[DesktopPool]] = {}
    for pool in pools:
        names.setdefault(plain(pool.name or "").casefold(), []).append(pool)
    likely = [sought] if sought in names else []
    likely += sorted(name for name in names if sought and sought in name)
    likely += get_close_matches(sought, names, n=_NAMED)
    by_id = [pool for pool in pools if len(word) > 3 and (pool.id or "").startswith(word)]
    found = [pool for name in dict.fromkeys(likely) for pool in names[name]]
    return list({pool.id: pool for pool in [*found, *by_id]}.values())


def typed_for(target: Target) -> str:
    """Return what is typed to name a target: its name, or an id where that cannot be read."""
    return next(filter(has_ink, (target.name, target.pool_id, *target.desktop_ids)), target.key)


def of_pool(pool: DesktopPool) -> Reached:
    """Return a pool as a target."""
    remarks = []
    if words := _STATES.get(pool.status or ""):
        remarks.append(words)
    if pool.in_maintenance_mode:
        remarks.append("is in maintenance")
    if pool.desktop_count == 0:
        remarks.append("has no desktops: nobody will get it")
    target = Target("pool", pool.id or "", pool.name or pool.id or "", desktops=pool.desktop_count)
    return Reached(target, remarks=tuple(remarks), pool=pool)


def of_desktops(desktops: Sequence[PooledDesktop]) -> Reached:
    """Return single desktops as one target; they get one request together."""
    names = [each.computer_name or each.desktop_id or "" for each in desktops]
    pools = {each.pool_id or "" for each in desktops}
    target = Target(
        "desktops",
        pools.pop() if len(pools) == 1 else "",
        named(names),
        tuple(each.desktop_id or "" for each in desktops),
        len(desktops),
    )
    states = [each.connect_status for each in desktops]
    connected = None if None in states else states.count(pool_connections.CONNECTED)
    return Reached(target, connected)


async def found(
    client: Client, pool_words: Sequence[str], desktop_ids: Sequence[str]
) -> list[Reached]:
    """Return the targets that an operator named: each pool one, all single desktops another.

    Raises:
        TargetError: one does not exist, could be several, or would get the message twice.
        ConsoleError: the cloud refused, or could not be reached.
    """
    reached: dict[str, Reached] = {}
    if pool_words:
        pools = await every_pool(client)
        for word in pool_words:
            pool = pool_called(word, pools)
            reached.setdefault(pool.id or "", of_pool(pool))
    chosen = await desktops_called(client, desktop_ids)
    for each in chosen:
        if twice := reached.get(each.pool_id or ""):
            raise TargetError(
                f"desktop {each.computer_name or each.desktop_id} is in pool "
                f"{twice.target.name}: it would get the message twice"
            )
    return [*reached.values(), *([of_desktops(chosen)] if chosen else [])]


async def desktops_called(client: Client, desktop_ids: Sequence[str]) -> list[PooledDesktop]:
    """Return the desktops of some ids, each once, in their order.

    Raises:
        TargetError: one does not exist.
        ConsoleError: the cloud refused, or could not be reached.
    """
    ids = list(dict.fromkeys(desktop_ids))
    known: dict[str, PooledDesktop] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        query = PooledDesktopQuery(desktop_id=ids[start : start + _IDS_AT_ONCE])
        pages = pool_connections.DESKTOPS.pages(client, query)
        async for page in pages:
            for each in pool_connections.DESKTOPS.records(page.rows):
                known[each.desktop_id or ""] = each
    if missing := [each for each in ids if each not in known]:
        raise TargetError(
            f"there is no desktop {named(missing)}",
            hint="console desktops --pool-id lists those of a pool with their ids",
        )
    return [known[each] for each in ids]


async def with_connected(client: Client, reached: Sequence[Reached]) -> list[Reached]:
    """Return the targets with how many are connected now; where the cloud refuses, nobody knows.

    It is a courtesy to whoever confirms, and no reason not to send.
    """
    pools = [each.pool for each in reached if each.pool]
    if not pools:
        return list(reached)
    try:
        numbers = await pool_connections.connected(client, pools)
    except ConsoleError:
        numbers = {}
    return [
        replace(each, connected=numbers.get(each.pool.id or "")) if each.pool else each
        for each in reached
    ]


def repeats_of(number: int, sends: Iterable[Send]) -> list[Send]:
    """Return those of `sends` that repeat send `number` or a repetition of it, the newest first.

    What was rejected is left out, as nobody saw it.
    """
    family = {number}
    found = []
    for each in sorted(sends, key=lambda each: each.id):  # a repetition comes after the original
        if each.resend_of in family:
            family.add(each.id)
            if each.outcome is not Outcome.REJECTED:
                found.append(each)
    return found[::-1]


def without_message(send: Send, repeats: Iterable[Send] = ()) -> Target | None:
    """Return the desktops that an accepted send failed to reach; None where none is named.

    Args:
        send: the send.
        repeats: those that repeat it, see `repeats_of`; whom one of them reached, or may have
            reached or reach yet, is left out.
    """
    missed = {d.desktop_id: d.name for d in send.desktops if d.state == "failed" and d.desktop_id}
    for each in repeats:
        failed = {d.desktop_id for d in each.desktops if d.state == "failed"}
        reached = missed.keys() if each.target.kind == "pool" else set(each.target.desktop_ids)
        missed = {key: name for key, name in missed.items() if key not in reached - failed}
    if not missed:
        return None
    names = [name or desktop_id for desktop_id, name in missed.items()]
    return Target("desktops", send.target.pool_id, named(names), tuple(missed), len(missed))


def named(names: Sequence[str]) -> str:
    """Return a few names, and how many more there are."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _listed(pools: Sequence[DesktopPool]) -> str:
    return named([f"{cell(pool.name or '')} ({cell(pool.id or '')})" for pool in pools])
