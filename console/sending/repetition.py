"""The same text to the same people a short while ago: found, said, and refused."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from console.errors import ConsoleError, Exit
from console.outbox.journal import Journal
from console.outbox.overlap import overlap
from console.outbox.send import Place, Send, Target, hash_of
from console.sending import record

SAME_WITHIN: Final = timedelta(minutes=30)
"""How long the same text to the same people is taken for a repetition."""


class RepeatedError(ConsoleError):
    """The same text went to the same people a short while ago; nothing was sent."""

    title = "Not sent again"
    exit_code = Exit.USAGE

    def __init__(self, repeated: Mapping[Target, Sequence[Send]], hint: str = "") -> None:
        """Take what was sent before, by the target that it went to, too."""
        said = "; ".join(
            f"to {went_to(target, each)} as {each.id} ({record.became(each)})"
            for target, sends in repeated.items()
            for each in sends
        )
        more = f"; {hint}" if hint else ""
        super().__init__(
            f"the same text was sent within the last {SAME_WITHIN.seconds // 60} minutes: {said}",
            hint=f"look at what became of it before it is sent again{more}",
        )


def went_to(target: Target, earlier: Send) -> str:
    """Say whom of `target` an earlier send went to; raw, as names come from outside."""
    before = earlier.target
    if target.key == before.key:
        return before.name
    many = overlap(target, earlier)
    desktops = f"{many:,} desktop{'' if many == 1 else 's'}"
    if target.kind == "pool":
        return f"{desktops} of {target.name} ({before.name})"
    if before.kind == "pool":
        return f"pool {before.name}, with {many:,} of {len(target.desktop_ids):,} desktops"
    return f"{many:,} of {len(target.desktop_ids):,} desktops ({before.name})"


async def sent_lately(
    journal: Journal, place: Place, texts: Mapping[Target, str]
) -> dict[Target, list[Send]]:
    """Return, by target, what was sent to any of it with the same text lately.

    What was rejected is left out, as nobody saw it.

    Raises:
        JournalError: the journal cannot be read.
    """
    found = {
        target: await asyncio.to_thread(
            journal.same_lately, place, target, hash_of(text), SAME_WITHIN
        )
        for target, text in texts.items()
    }
    return {target: sends for target, sends in found.items() if sends}


async def refuse_repeats(journal: Journal, sends: Sequence[Send], known: Collection[int]) -> None:
    """Raise where another console wrote the same before these: of two, the first one sends.

    Args:
        journal: where all of them are.
        sends: what is written and has not left.
        known: the numbers of earlier sends that whoever confirmed knows of.

    Raises:
        RepeatedError: there is one before that is not known.
        JournalError: the journal cannot be read.
    """
    repeated: dict[Target, list[Send]] = {}
    for each in sends:
        found = await asyncio.to_thread(
            journal.same_lately, each.place, each.target, each.text_hash, SAME_WITHIN
        )
        if others := [other for other in found if other.id < each.id and other.id not in known]:
            repeated[each.target] = others
    if repeated:
        raise RepeatedError(repeated)
