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
    return not send.outcome.settled or (send.is_accepted and not send.ended)


def later(one: Send, other: Send) -> Send:
    """Return which of two states of the same send came later; `one` where nothing tells."""
    return other if _far(other) > _far(one) else one


def _far(send: Send) -> int:
    """Return how far a send has come: other consoles settle and follow it, too."""
    if send.outcome in {Outcome.ACCEPTED, Outcome.REJECTED}:
        return 3 + send.ended + bool(send.verdict)
    return [Outcome.WRITTEN, Outcome.GOING, Outcome.UNKNOWN].index(send.outcome)


def said(send: Send) -> Said:
    """Say how a send stands; raw, as its names come from outside."""
    numbers = Numbers(
        send.many,
        record.count(send, "delivered"),
        record.count(send, "failed"),
        send.target.desktops if send.target.kind == "pool" else None,
    )
    return in_words(record.standing(send), numbers)


def said_of(sent: record.SentRecord) -> Said:
    """Say how a send stands that is read from a row; raw."""
    return in_words(sent.standing or "", _numbers(sent))


def briefly_of(sent: record.SentRecord) -> str:
    """Say in a few words how a send stands that is read from a row; raw."""
    return briefly(sent.standing or "", _numbers(sent))


def _numbers(sent: record.SentRecord) -> "Numbers":
    delivered, failed = sent.delivered or 0, sent.failed or 0
    target = sent.target or record.SentTarget()
    return Numbers(
        delivered + failed + (sent.pending or 0),
        delivered,
        failed,
        target.desktops if target.kind == "pool" else None,
    )


class Numbers(NamedTuple):
    """How many desktops a job works on, and how many it is done with.

    Attributes:
        many: those that it names or counts.
        delivered: those that got the message.
        failed: those that did not.
        had: those that the pool had when it was sent; None where that says nothing.
    """

    many: int
    delivered: int
    failed: int
    had: int | None


def in_words(standing: str, numbers: Numbers) -> Said:
    """Say how a send stands; `standing` is one of `record.STANDINGS`."""
    many, delivered, failed, had = numbers
    but = f", {failed:,} failed" if failed else ""
    going = f"{delivered:,} of {many:,} delivered{but}" if many else "accepted"
    untold = many - delivered - failed
    partly = f"{delivered:,} of {many:,} delivered"
    partly += f", {failed:,} FAILED" if failed else ""
    partly += f", {untold:,} never told of" if untold else ""
    whole = f"delivered to all {many:,}" if many > 1 else "delivered"
    whole += f"; the pool had {had:,}" if many and had not in {None, many} else ""
    none = f"FAILED: none of {many:,} got it"
    if untold:
        none = f"FAILED: {failed:,} of {many:,} did not get it, {untold:,} never told of"
    words = {
        "not sent yet": Said("waiting to leave", "notice"),
        "on its way": Said("on its way", "notice"),
        "rejected": Said("REJECTED: nobody saw it", "error"),
        "unknown": Said("OUTCOME UNKNOWN: it may have been shown", "error"),
        "accepted": Said(going, "notice"),
        "delivered": Said(whole, "notice"),
        "partly": Said(partly, "error"),
        "failed": Said(none if failed else "FAILED", "error"),
    }
    return words.get(standing, Said("over; the cloud does not say who got it", "warning"))


def briefly(standing: str, numbers: Numbers) -> str:
    """Say in a few words how a send stands, for a column."""
    many, delivered, failed, _ = numbers
    of = f"{delivered:,} of {many:,}"
    words = {
        "not sent yet": "waiting to leave",
        "on its way": "on its way",
        "rejected": "REJECTED",
        "unknown": "UNKNOWN",
        "accepted": f"{of} so far" if many else "accepted",
        "delivered": f"all {many:,} delivered" if many > 1 else "delivered",
        "partly": f"{of}, {failed:,} FAILED" if failed else f"{of} delivered",
        "failed": f"FAILED, {of}" if failed else "FAILED",
    }
    return words.get(standing, "over, not known")


def needs_attention(send: Send) -> bool:
    """Tell whether somebody has to do something about a send that is over."""
    return record.standing(send) in _ATTENTION


def together(sends: Sequence[Send]) -> Said:
    """Say how several sends stand that are under way."""
    if len(sends) == 1:
        words = said(sends[0])
        return Said(f"{sends[0].target.name}: {words.text}", words.tone)
    delivered = sum(record.count(each, "delivered") for each in sends)
    many = sum(each.many for each in sends)
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
    if many := sum(each.many for each in sends):
        delivered = sum(record.count(each, "delivered") for each in sends)
        failed = sum(record.count(each, "failed") for each in sends)
        parts += f": {delivered:,} of {many:,} delivered"
        parts += f", {failed:,} FAILED" if failed else ""
    tone = "error" if any(map(needs_attention, sends)) else "notice"
    return Said(f"{len(sends):,} sends ended: {parts}", tone)
