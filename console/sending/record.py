"""The journal as rows: what a table, an export and a script see of what was sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from console.client.paging import Row
from console.outbox.send import DesktopCourse, Outcome, Send
from console.services.column import Column, column
from console.services.model import Record, attribute
from console.services.value import LooseInstant
from console.text import Json

R = TypeVar("R", bound=Record)

STANDINGS: Final = (
    "not sent yet",
    "on its way",
    "rejected",
    "unknown",
    "accepted",
    "delivered",
    "partly",
    "failed",
    "ended",
)
"""What `standing` may be."""


def standing(send: Send) -> str:
    """Return in one word or two how a send stands; one of `STANDINGS`."""
    match send.outcome:
        case Outcome.WRITTEN:
            return "not sent yet"
        case Outcome.GOING:
            return "on its way"
        case Outcome.ACCEPTED if send.ended:
            return send.verdict or "ended"
        case _:
            return send.outcome.value


def count(send: Send, state: str) -> int:
    """Return how many desktops of a send are in a state, as last heard.

    Those that the job counts and does not name are pending: nothing is known of them.
    """
    named = sum(each.state == state for each in send.desktops)
    return named + send.untold if state == "pending" else named


def reach(send: Send) -> str:
    """Return how many desktops got a send, of how many; empty while the cloud tells of none."""
    return in_words(send.desktops, send.total, ended=send.ended)


def became(send: Send) -> str:
    """Return what became of a send, as far as it is known: its standing, and whom it reached."""
    reached = reach(send)
    return f"{standing(send)}: {reached}" if reached else standing(send)


def left_out(send: Send) -> str:
    """Say how many desktops are left out where a send goes again to those that it missed.

    Nobody knows of these whether they got it; empty where there are none.
    """
    many = count(send, "pending")
    if not many:
        return ""
    one = many == 1
    if send.ended:
        return f"{many:,} never told of {'is' if one else 'are'} left out"
    return f"{many:,} {'is' if one else 'are'} still pending and {'is' if one else 'are'} left out"


def in_words(desktops: Sequence[DesktopCourse], total: int | None, *, ended: bool) -> str:
    """Return how many desktops got a message; empty where the cloud tells of none.

    Args:
        desktops: those that the cloud names.
        total: how many it counts; None where it does not say.
        ended: whether no more is to be heard of them.
    """
    many = max(total or 0, len(desktops))
    if not many:
        return ""
    states = Counter(each.state for each in desktops)
    failed = f", {states['failed']:,} failed" if states["failed"] else ""
    open_ = many - states["delivered"] - states["failed"]
    untold = f", {open_:,} never told of" if ended and open_ else ""
    return f"{states['delivered']:,} of {many:,} desktops got it{failed}{untold}"


def row(send: Send) -> Row:
    """Return a send as a row of JSON: its facts, and what follows from them.

    The numbers of desktops are null where the cloud tells of none: nobody knows then.
    """
    numbers: dict[str, Json] = {
        state: count(send, state) if send.many else None
        for state in ("delivered", "failed", "pending")
    }
    return {**send.facts(), "standing": standing(send), **numbers}


class SentPlace(Record):
    """Where a send went."""

    profile: str | None = attribute("Profile")
    region: str | None = attribute("Region")
    project_id: str | None = attribute("Project")
    domain_id: str | None = attribute("Account")
    endpoint: str | None = attribute("Endpoint")


class SentTarget(Record):
    """Whom a send was for."""

    kind: str | None = attribute("Kind", choices="pool desktops")
    pool_id: str | None = attribute("Pool id")
    name: str | None = attribute("To")
    desktop_ids: list[str] | None = attribute("Desktop ids")
    desktops: int | None = attribute("Desktops", "how many it reached, as known when it was sent")


class SentDesktop(Record):
    """What became of a send on one desktop."""

    desktop_id: str | None = attribute("Desktop id")
    name: str | None = attribute("Desktop")
    user: str | None = attribute("User")
    state: str | None = attribute("State", choices="pending delivered failed")
    reason: str | None = attribute("Reason")


class SentError(Record):
    """Why a send was rejected, or why nobody knows."""

    title: str | None = attribute("Error")
    message: str | None = attribute("Why")
    hint: str | None = attribute("Hint")
    status: int | None = attribute("HTTP status")
    code: str | None = attribute("Error code")
    request_id: str | None = attribute("Request id")


class SentRecord(Record):
    """A send, as the journal knows it."""

    IDENTITY = ("id",)

    id: int | None = attribute("No.", "its number in the journal")
    written_at: LooseInstant = attribute("Sent", "when it was journalled")
    target: SentTarget | None = attribute("To")
    standing: str | None = attribute(
        "Status", "what became of it, in a word", choices="delivered partly failed"
    )
    delivered: int | None = attribute("Got it", "desktops that got it, as last heard")
    failed: int | None = attribute("Did not", "desktops that did not get it")
    pending: int | None = attribute("Open", "desktops of which nothing is known")
    total: int | None = attribute("Of", "how many desktops its job speaks of")
    text: str | None = attribute("Text")
    outcome: str | None = attribute("Outcome", choices="written going accepted rejected unknown")
    verdict: str | None = attribute("Job's result", choices="delivered partly failed")
    job_id: str | None = attribute("Job")
    job_status: str | None = attribute("Job status")
    place: SentPlace | None = attribute("Place")
    error: SentError | None = attribute("Why")
    resend_of: int | None = attribute("Repeats", "the number of the send that it repeats")
    settled_at: LooseInstant = attribute("Answered", "when its outcome was learnt")
    followed_at: LooseInstant = attribute("Last asked", "when its job was last asked for")
    ended: bool | None = attribute("Ended", "whether its job is over")
    text_hash: str | None = attribute("Hash")
    desktops: list[SentDesktop] | None = attribute("Course")


@dataclass(frozen=True)
class Rows(Generic[R]):
    """Rows of the journal as a table; `console.export.Table` says what that is.

    Attributes:
        record: what one row is.
        columns: the columns to show first; dots reach inside.
    """

    record: type[R]
    columns: tuple[str, ...]

    def records(self, rows: Sequence[Row]) -> list[R]:
        """Return the records of `rows`."""
        return [self.record.of(each, number) for number, each in enumerate(rows, start=1)]

    def first_columns(self) -> list[Column]:
        """Return the columns to show where nobody chose any."""
        return [column(self.record, name) for name in self.columns]

    def every_column(self) -> list[Column]:
        """Return a column for each field."""
        return [column(self.record, name) for name in self.record.model_fields]


SENT: Final = Rows(
    SentRecord,
    (
        "id",
        "written_at",
        "target.name",
        "standing",
        "delivered",
        "failed",
        "text",
        "place.profile",
    ),
)
"""The journal."""

COURSE: Final = Rows(SentDesktop, ("name", "user", "state", "reason", "desktop_id"))
"""What a send did to each desktop."""
