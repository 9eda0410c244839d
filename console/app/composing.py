"""A message before it is sent: its text, whom it is for, and what is to be known of both."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from console.errors import ConsoleError
from console.outbox.send import Place, Send, Target
from console.sending import message
from console.sending.targets import Reached, TargetError, typed_for
from console.sending.template import POOL

NOWHERE: Final = Place("", "", "", "", "")
"""The place of a plan before it is found out."""

FIELD: Final = f"{{{POOL}}}"
"""What stands in a text for the name of the pool that it goes to."""

_NAMED: Final = 3
"""Targets that are named before the rest is counted."""

_SHORTEST: Final = 2
"""Characters of the shortest name that is looked for in a text."""


@dataclass(slots=True)
class Composition:
    """What is composed.

    Attributes:
        id: the draft's id.
        text: what is typed.
        reached: whom it is for, and what is known of them.
        unseen: how many of these targets were marked and out of sight.
        notes: what the cloud said of the targets since they were chosen.
        given: the text that was put there for the operator, of an earlier send; while it is
            unchanged nobody has typed anything, and it is no draft.
        foreign: whether it was typed for a place that is not in use any more.
        changed_at: when it was last changed, where that was in an earlier draft; None for now.
    """

    id: str
    text: str = ""
    reached: tuple[Reached, ...] = ()
    unseen: int = 0
    notes: tuple[str, ...] = ()
    given: str = ""
    foreign: bool = False
    changed_at: datetime | None = None

    @property
    def targets(self) -> tuple[Target, ...]:
        """Whom it is for."""
        return tuple(each.target for each in self.reached)

    @property
    def typed(self) -> bool:
        """Whether there is anything that the operator has typed."""
        return bool(self.text.strip()) and self.text != self.given

    def is_for(self, reached: Sequence[Reached]) -> bool:
        """Tell whether it is for exactly these targets."""
        return {each.key for each in self.targets} == {each.target.key for each in reached}

    def take_targets(self, reached: Sequence[Reached], *, unseen: int = 0) -> None:
        """Take other targets."""
        self.reached, self.unseen = tuple(reached), unseen
        self.notes, self.foreign = (), False

    def learn(self, now: Sequence[Reached], notes: Sequence[str]) -> None:
        """Take what the cloud says now of the targets; what it does not say stays as it was."""
        by_key = {each.target.key: each for each in now}
        self.reached = tuple(
            _later(each, by_key.get(each.target.key, each)) for each in self.reached
        )
        self.notes = tuple(notes)


@dataclass(frozen=True)
class Plan:
    """What is to be confirmed: nothing in it changes any more, whatever the screens show.

    Attributes:
        draft_id: the draft that it was made of; empty for a repetition.
        generation: the way in use when it was made.
        place: where it goes.
        production: whether the profile is one that asks for more.
        text: what was typed.
        reached: whom it is for.
        texts: the message for each target.
        lately: what was sent to any of the same people with the same text lately, by target.
        again: the send that it repeats, which must go where that one went.
        left_out: how many of those whom that one is for are left out, in words; empty for none.
        notes: what the cloud says of the targets now that was not known when they were chosen.
        names: the names of single desktops, by the key of their target.
        pools: the names of the pools that there are.
    """

    draft_id: str
    generation: int
    place: Place
    production: bool
    text: str
    reached: tuple[Reached, ...]
    texts: Mapping[Target, str]
    lately: Mapping[Target, Sequence[Send]] = field(default_factory=dict)
    again: Send | None = None
    left_out: str = ""
    notes: tuple[str, ...] = ()
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pools: Sequence[str] = ()

    @property
    def remarks(self) -> list[str]:
        """What speaks against it, each once."""
        said = list(self.notes)
        for text in self.texts.values():
            # What is made again goes to some of those whom it has named before.
            said += remarks(text, self.reached, () if self.again else self.pools)
        return list(dict.fromkeys(said))

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
        raise TargetError(
            f"{FIELD} stands in the text, and {others[0].name} is no pool",
            hint=f"write the name yourself where {FIELD} stands, or send to the pool",
        )
    return {target: message.checked(checked.replace(FIELD, target.name)) for target in targets}


def remarks(text: str, reached: Sequence[Reached], pools: Iterable[str] = ()) -> list[str]:
    """Return what the sender should know of a message before it is sent.

    Args:
        text: the message.
        reached: whom it is for.
        pools: the names of the pools that there are, as far as they are known.
    """
    own = [each.target.name for each in reached if each.target.kind == "pool"]
    filled = text.replace(FIELD, own[0] if own else POOL) if own or not reached else text
    said = []
    if reached and (others := named_else(text, own, pools)):
        said.append(f"the text names {_few(others)}, and it does not go there")
    said += message.remarks(filled)
    for each in reached:
        whose = f"{each.target.name} " if each.target.kind == "pool" else ""
        said += [f"{whose}{remark}" for remark in each.remarks]
    return said


def named_else(text: str, own: Iterable[str], pools: Iterable[str]) -> list[str]:
    """Return the pools that `text` names and that are not among its own, the longest name first.

    A name within a longer one is not named.
    """
    rest = text.casefold()
    mine = {each.casefold() for each in own}
    found = []
    for name in sorted({*own, *pools}, key=len, reverse=True):
        folded = name.strip().casefold()
        if len(folded) < _SHORTEST or folded not in rest:
            continue
        pattern = rf"{_edge(folded[0], '<!')}{re.escape(folded)}{_edge(folded[-1], '!')}"
        left = re.sub(pattern, "\n", rest)
        if left != rest and name.casefold() not in mine:
            found.append(name)
        rest = left
    return found


def _edge(character: str, look: str) -> str:
    """Return what must not stand beside a name that begins or ends so; Chinese has no spaces."""
    return f"(?{look}[a-z0-9_])" if character.isascii() else ""


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


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


def names(reached: Sequence[Reached]) -> str:
    """Return the targets' names, a few of them; raw."""
    return _few([each.target.name for each in reached])


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


def _later(before: Reached, now: Reached) -> Reached:
    """Return what is known of a target now; a number that nobody says now is that of before."""
    return replace(now, connected=before.connected) if now.connected is None else now
