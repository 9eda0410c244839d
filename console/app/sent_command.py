"""The commands of what was sent: the one that lists the same, and the one that sends the same."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from console.app.command_line import Equivalent, quoted
from console.outbox.send import Send
from console.profiles import environment
from console.sending import record
from console.sending.elsewhere import DEMO
from console.services.column import known
from console.text import cell

WITHIN: Final = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
}
"""What each `within` of the filter means."""


def listing(
    values: Mapping[str, Any],  # Any: each field of the filter has its own type
    *,
    limit: int | None,
    offset: int = 0,
    columns: Sequence[str] = (),
    local: Sequence[str] = (),
) -> Equivalent:
    """Return the command that lists what the screen of what was sent shows.

    Args:
        values: what the filter holds.
        limit: rows on the screen's page; None where all are loaded.
        offset: rows before them.
        columns: columns chosen by name; none for the usual ones.
        local: filters that the console applies itself, in words.
    """
    fields = [each for each in columns if known(record.SentRecord, each)]
    words = ["console", "sent", *_chosen(values)]
    words += ["--all"] if limit is None else ["--limit", str(offset + limit)]
    if fields:
        words += ["--columns", quoted(",".join(fields))]
    own = [*local, *(each for each in ("profile", "target", "text") if values.get(each))]
    outcome, standing = values.get("outcome"), values.get("standing")
    if outcome and standing:
        own.append(f"outcome {outcome}")
    if standing == "accepted":
        own.append("only what is not over")
    notes = {
        "without the columns {}": ", ".join(each for each in columns if each not in fields),
        "not part of it, as the console does it itself: {}": ", ".join(own),
        "it lists the {} newer ones too": f"{offset:,}" if offset and limit is not None else "",
    }
    return Equivalent(
        " ".join(words), tuple(cell(note.format(of)) for note, of in notes.items() if of)
    )


def _chosen(values: Mapping[str, Any]) -> Iterator[str]:  # Any: as above
    if within := values.get("within"):
        hours = WITHIN[within] // timedelta(hours=1)
        yield from ("--since", f"-{hours}h" if hours < 24 else f"-{hours // 24}d")
    if chosen := values.get("standing") or values.get("outcome"):
        yield from ("--outcome", quoted(str(chosen)))


def command(send: Send) -> str:
    """Return the command that sends the same to the same."""
    words = ["console", "send"]
    if send.target.kind == "pool":
        words += ["--pool", quoted(send.target.pool_id)]
    for each in send.target.desktop_ids:
        words += ["--desktop", quoted(each)]
    words += ["--message", quoted(send.text), "--wait"]
    if send.place.profile not in {"", DEMO, environment.NAME}:
        words += ["--profile", quoted(send.place.profile)]
    return " ".join(words)
