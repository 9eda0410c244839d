"""A message before it is sent: its text, whom it is for, and what is to be known of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.journal import Journal
from console.outbox.send import Place, Send, Target
from console.sending import message
from console.sending.dispatch import place_of
from console.sending.repetition import sent_lately
from console.sending.targets import (
    Reached,
    TargetError,
    desktops_called,
    of_desktops,
    typed_for,
    with_connected,
)
from console.sending.template import POOL

NOWHERE: Final = Place("", "", "", "", "")
"""The place of a plan before it is found out."""

FIELD: Final = f"{{{POOL}}}"
"""What stands in a text for the name of the pool that it goes to."""

_NAMED: Final = 3
"""Targets that are named before the rest is counted."""


@dataclass(slots=True)
class Composition:
    """What is composed.

    Attributes:
        id: the draft's id.
        text: what is typed.
        reached: whom it is for, and what is known of them.
        unseen: how many of these targets were marked and out of sight.
        resend_of: the number of the send that it repeats.
        bound: the place that it must go to, as a repetition; None for wherever the profile leads.
    """

    id: str
    text: str = ""
    reached: tuple[Reached, ...] = ()
    unseen: int = 0
    resend_of: int | None = None
    bound: Place | None = None

    @property
    def targets(self) -> tuple[Target, ...]:
        """Whom it is for."""
        return tuple(each.target for each in self.reached)

    def take_targets(self, reached: Sequence[Reached], *, unseen: int = 0) -> None:
        """Take other targets; a repetition of a send is none any more."""
        self.reached, self.unseen = tuple(reached), unseen
        self.resend_of = self.bound = None


@dataclass(frozen=True)
class Plan:
    """What is to be confirmed: nothing in it changes any more, whatever the screens show.

    Attributes:
        draft_id: the draft that it was made of.
        generation: the way in use when it was made.
        place: where it goes.
        production: whether the profile is one that asks for more.
        text: what was typed.
        reached: whom it is for.
        texts: the message for each target.
        lately: what was sent to any of the same people with the same text lately, by target.
        resend_of: the number of the send that it repeats.
        bound: the place that it must go to, as a repetition; None for wherever the profile leads.
    """

    draft_id: str
    generation: int
    place: Place
    production: bool
    text: str
    reached: tuple[Reached, ...]
    texts: Mapping[Target, str]
    lately: Mapping[Target, Sequence[Send]] = field(default_factory=dict)
    resend_of: int | None = None
    bound: Place | None = None

    @property
    def known(self) -> list[int]:
        """The numbers of the earlier sends that whoever confirms is told of."""
        return sorted({each.id for sends in self.lately.values() for each in sends})

    @property
    def asked(self) -> str:
        """What is typed before it is sent; empty where a key is enough."""
        if len(self.reached) > 1:
            return str(len(self.reached))
        if not self.production:
            return ""
        target = self.reached[0].target
        return typed_for(target) if target.kind == "pool" else str(len(target.desktop_ids))

    @property
    def asked_for(self) -> str:
        """What that is, in words."""
        if len(self.reached) > 1:
            return "the number of targets"
        target = self.reached[0].target
        if target.kind != "pool":
            return "the number of desktops"
        return "the pool's name" if self.asked == target.name else "the pool's id"


class Number(NamedTuple):
    """How many there are, as far as that is known."""

    sum: int
    whole: bool


def plural(count: int, word: str) -> str:
    """Return a count with its word."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def texts(text: str, targets: Sequence[Target]) -> dict[Target, str]:
    """Return the message for each target, checked; `{pool}` becomes the pool's name.

    Raises:
        MessageError: it is empty, or holds what cannot be shown as it is.
        TargetError: there is nobody to send to, or the text names the pool and a target is none.
    """
    checked = message.checked(text)
    if not targets:
        raise TargetError("nobody is chosen yet", hint="ctrl+t chooses pools")
    if FIELD in checked and (others := [each for each in targets if each.kind != "pool"]):
        raise TargetError(f"{FIELD} stands in the text, and {others[0].name} is no pool")
    return {target: message.checked(checked.replace(FIELD, target.name)) for target in targets}


def remarks(text: str, reached: Sequence[Reached]) -> list[str]:
    """Return what the sender should know of a message before it is sent."""
    pools = [each.target.name for each in reached if each.target.kind == "pool"]
    filled = text.replace(FIELD, pools[0] if pools else POOL) if pools or not reached else text
    said = message.remarks(filled)
    for each in reached:
        said += [f"{each.target.name} {remark}" for remark in each.remarks]
    return said


def total(numbers: Sequence[int | None]) -> Number:
    """Return a sum, and whether every number is known."""
    known = [each for each in numbers if each is not None]
    return Number(sum(known), len(known) == len(numbers))


def desktops_of(target: Target) -> int | None:
    """Return how many desktops a target has; None where that is not known."""
    return target.desktops if target.kind == "pool" else len(target.desktop_ids)


def whom(reached: Sequence[Reached]) -> str:
    """Say how many pools and desktops are reached, and how many are connected now."""
    if not reached:
        return "nobody is chosen"
    pools = [each for each in reached if each.target.kind == "pool"]
    desktops = total([desktops_of(each.target) for each in reached])
    connected = total([each.connected for each in reached])
    parts = [plural(len(pools), "pool")] if pools else []
    least = "" if desktops.whole else "at least "
    parts.append(f"{least}{plural(desktops.sum, 'desktop')}")
    if connected.whole:
        parts.append(f"{connected.sum:,} connected now")
    elif any(each.connected is not None for each in reached):
        parts.append(f"at least {connected.sum:,} connected now")
    else:
        parts.append("not known how many are connected")
    return ", ".join(parts)


def names(reached: Sequence[Reached], most: int = _NAMED) -> str:
    """Return the targets' names, a few of them; raw."""
    shown = [each.target.name for each in reached]
    if len(shown) <= most:
        return ", ".join(shown)
    return f"{', '.join(shown[:most])} and {len(shown) - most:,} more"


def without_twice(reached: Sequence[Reached]) -> list[Reached]:
    """Return targets, each once; desktops of a pool that is a target itself are left out.

    Whoever got the message through the pool would get it twice.
    """
    once = {each.target.key: each for each in reached}
    pools = {each.target.pool_id for each in once.values() if each.target.kind == "pool"}
    return [
        each
        for each in once.values()
        if each.target.kind == "pool" or each.target.pool_id not in pools
    ]


def with_numbers(
    reached: Sequence[Reached], numbers: Mapping[str, int | None]
) -> tuple[Reached, ...]:
    """Return targets with how many of each pool are connected, where that is known."""
    return tuple(
        replace(each, connected=numbers[each.target.pool_id])
        if each.target.kind == "pool" and each.target.pool_id in numbers
        else each
        for each in reached
    )


def sentence(error: ConsoleError) -> str:
    """Return an error in one sentence, with what to do about it."""
    return f"{error.sentence}; {error.hint}" if error.hint else error.sentence


async def found_out(journal: Journal, client: Client, plan: Plan) -> Plan:
    """Return a plan with its place, how many are connected, and what was sent there lately.

    Raises:
        JournalError: the journal cannot be read, so nothing can be sent.
        TargetError: it repeats a send that went elsewhere.
        ConsoleError: the place cannot be found out.
    """
    place = await place_of(client)
    if plan.bound and plan.bound.key != place.key:
        raise TargetError(
            f"send {plan.resend_of} went to project {plan.bound.project_id} of "
            f"{plan.bound.region}, and this profile leads elsewhere",
            hint=f"use profile {plan.bound.profile}",
        )
    lately = await sent_lately(journal, place, plan.texts)
    reached = await with_connected(client, plan.reached)
    counted = [await _counted(client, each) for each in reached]
    return replace(plan, place=place, lately=lately, reached=tuple(counted))


async def _counted(client: Client, reached: Reached) -> Reached:
    """Return single desktops with how many are connected; with None where nobody says."""
    if reached.target.kind == "pool":
        return reached
    try:
        found = await desktops_called(client, reached.target.desktop_ids)
    except ConsoleError:
        return replace(reached, connected=None)
    return replace(reached, connected=of_desktops(found).connected)
