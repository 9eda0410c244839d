"""What became of a send, in words: for the status line, the pane and the notice at its end."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from console.outbox.send import Outcome, Send
from console.sending import record

_ATTENTION: Final = frozenset({"failed", "partly", "rejected", "unknown"})
"""How a send stands where somebody has to do something about it."""


class Said(NamedTuple):
    """Words, and how loudly they are said: "", "notice", "warning" or "error"."""

    text: str
    tone: str = ""


def under_way(send: Send) -> bool:
    """Tell whether more is to be heard of a send: its request or its job is not over."""
    return not send.outcome.settled or (send.outcome is Outcome.ACCEPTED and not send.ended)


def said(send: Send) -> Said:
    """Say how a send stands; raw, as its names come from outside."""
    delivered, failed = record.count(send, "delivered"), record.count(send, "failed")
    many = len(send.desktops)
    match record.standing(send):
        case "not sent yet":
            return Said("waiting to leave", "notice")
        case "on its way":
            return Said("on its way", "notice")
        case "rejected":
            return Said("REJECTED: nobody saw it", "error")
        case "unknown":
            return Said("OUTCOME UNKNOWN: it may have been shown", "error")
        case "accepted":
            but = f", {failed:,} failed" if failed else ""
            return Said(f"{delivered:,} of {many:,} delivered{but}" if many else "accepted", "notice")
        case "delivered":
            words = f"delivered to all {many:,}" if many > 1 else "delivered"
            return Said(words + _others(send, many), "notice")
        case "partly":
            open_ = many - delivered - failed
            but = f", {failed:,} FAILED" if failed else ""
            but += f", {open_:,} never told of" if open_ else ""
            return Said(f"{delivered:,} of {many:,} delivered{but}", "error")
        case "failed":
            return Said(f"FAILED: none of {many:,} got it" if many else "FAILED", "error")
        case _:
            return Said("over; the cloud does not say who got it", "warning")


def needs_attention(send: Send) -> bool:
    """Tell whether somebody has to do something about a send that is over."""
    return record.standing(send) in _ATTENTION


def _others(send: Send, many: int) -> str:
    """Say where the pool had more desktops than the job worked on."""
    had = send.target.desktops
    if send.target.kind != "pool" or had is None or had == many or not many:
        return ""
    return f"; the pool had {had:,}"


def together(sends: Sequence[Send]) -> Said:
    """Say how several sends stand that are under way."""
    if len(sends) == 1:
        words = said(sends[0])
        return Said(f"{sends[0].target.name}: {words.text}", words.tone)
    delivered = sum(record.count(each, "delivered") for each in sends)
    many = sum(len(each.desktops) for each in sends)
    of = f": {delivered:,} of {many:,} delivered" if many else ""
    return Said(f"{len(sends):,} sends under way{of}", "notice")


def ended(sends: Sequence[Send]) -> Said:
    """Say what became of sends that are over and that nobody has looked at yet."""
    if len(sends) == 1:
        words = said(sends[0])
        return Said(f"{sends[0].target.name}: {words.text}", words.tone)
    counted: dict[str, int] = {}
    for each in sends:
        standing = record.standing(each)
        counted[standing] = counted.get(standing, 0) + 1
    parts = ", ".join(f"{number:,} {standing}" for standing, number in counted.items())
    tone = "error" if any(map(needs_attention, sends)) else "notice"
    return Said(f"{len(sends):,} sends ended: {parts}", tone)
