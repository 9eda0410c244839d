"""What the outbox holds: sends, what became of them, and drafts.

Times are aware, in UTC. Nothing here is a secret, and nothing here is safe to show: texts and names
are as they were typed or as the cloud wrote them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from console.text import Json

Verdict: TypeAlias = Literal["", "delivered", "partly", "failed"]
"""What became of an accepted send as a whole; empty while that is not known."""


class Outcome(StrEnum):
    """How far a send has come, and what the cloud said to it."""

    WRITTEN = "written"
    """It is in the journal; nothing has left."""
    GOING = "going"
    """Bytes of it may be leaving now."""
    ACCEPTED = "accepted"
    """The cloud took it and named a job."""
    REJECTED = "rejected"
    """Nobody saw it: it was refused, or no byte has left."""
    UNKNOWN = "unknown"
    """Bytes have left, and nobody knows what became of them."""

    @property
    def settled(self) -> bool:
        """Whether the request is over; what is accepted or rejected stays so."""
        return self not in {Outcome.WRITTEN, Outcome.GOING}


def hash_of(text: str) -> str:
    """Return the SHA-256 of `text` in UTF-8, as hexadecimal digits."""
    import hashlib  # noqa: PLC0415 - what only lists sends does without OpenSSL

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """The project that a send goes to, and the way there.

    Attributes:
        profile: the profile's name.
        region: the region's id.
        project_id: the IAM project.
        domain_id: the account's id.
        endpoint: the address of the service.
    """

    profile: str
    region: str
    project_id: str
    domain_id: str
    endpoint: str

    @property
    def key(self) -> str:
        """Return what is the same for two ways into the same project."""
        return json.dumps([self.endpoint, self.region, self.project_id])

    def facts(self) -> dict[str, Json]:
        """Return the place as JSON."""
        return {
            "profile": self.profile,
            "region": self.region,
            "project_id": self.project_id,
            "domain_id": self.domain_id,
            "endpoint": self.endpoint,
        }


@dataclass(frozen=True, slots=True)
class Target:
    """Whom one request reaches: a whole pool, or single desktops.

    Attributes:
        kind: which of the two.
        pool_id: the pool; for desktops the one that they were chosen from, empty where none was.
        name: what people call it.
        desktop_ids: the desktops; empty for a pool.
        desktops: how many it reached when it was written, where that was known.
    """

    kind: Literal["pool", "desktops"]
    pool_id: str
    name: str
    desktop_ids: tuple[str, ...] = ()
    desktops: int | None = None

    @property
    def key(self) -> str:
        """Return what is the same for two targets that are the same within one project."""
        if self.kind == "pool":
            return json.dumps([self.kind, self.pool_id])
        return json.dumps([self.kind, *sorted(set(self.desktop_ids))])

    def facts(self) -> dict[str, Json]:
        """Return the target as JSON."""
        return {
            "kind": self.kind,
            "pool_id": self.pool_id,
            "name": self.name,
            "desktop_ids": list(self.desktop_ids),
            "desktops": self.desktops,
        }


@dataclass(frozen=True, slots=True)
class DesktopCourse:
    """What an accepted send did to one desktop.

    Attributes:
        desktop_id: the desktop.
        name: its name.
        user: who uses it.
        state: whether it got the message.
        reason: why it did not; empty where it did, and where nobody says.
    """

    desktop_id: str
    name: str
    user: str
    state: Literal["pending", "delivered", "failed"]
    reason: str = ""

    def facts(self) -> dict[str, Json]:
        """Return the desktop's course as JSON."""
        return {
            "desktop_id": self.desktop_id,
            "name": self.name,
            "user": self.user,
            "state": self.state,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Send:
    """One request that shows a message to people, as the journal knows it.

    Attributes:
        id: its number in the journal; never given twice.
        place: where it goes.
        target: whom it reaches.
        text: the message, whole.
        text_hash: the text's hash, for 'the same text again'.
        written_at: when it was journalled.
        outcome: how far it has come.
        settled_at: when its outcome was learnt; for one whose program ended, when that was found.
        job_id: the cloud's job; empty where none was named.
        error: why it was rejected, or why nobody knows (`ConsoleError.facts()`).
        job_status: the job's status in the cloud's own word.
        desktops: what it did to each desktop, as last heard.
        total: how many desktops its job speaks of, named or not; None where it does not say.
        resend_of: the send that this one repeats.
        followed_at: when the job was last asked for.
        ended: whether the job is over.
        verdict: what became of it as a whole.
    """

    id: int
    place: Place
    target: Target
    text: str
    text_hash: str
    written_at: datetime
    outcome: Outcome
    settled_at: datetime | None = None
    job_id: str = ""
    error: Mapping[str, Json] = field(default_factory=dict)
    job_status: str = ""
    desktops: tuple[DesktopCourse, ...] = ()
    total: int | None = None
    resend_of: int | None = None
    followed_at: datetime | None = None
    ended: bool = False
    verdict: Verdict = ""

    @property
    def is_accepted(self) -> bool:
        """Whether the cloud took it and named a job."""
        return self.outcome is Outcome.ACCEPTED

    @property
    def many(self) -> int:
        """How many desktops its job works on, as far as that is known."""
        return max(self.total or 0, len(self.desktops))

    @property
    def untold(self) -> int:
        """How many desktops its job speaks of without naming them."""
        return self.many - len(self.desktops)

    def facts(self) -> dict[str, Json]:
        """Return the send as JSON; times in ISO 8601."""
        return {
            "id": self.id,
            "written_at": self.written_at.isoformat(),
            "outcome": self.outcome.value,
            "verdict": self.verdict,
            "place": self.place.facts(),
            "target": self.target.facts(),
            "text": self.text,
            "text_hash": self.text_hash,
            "settled_at": _iso(self.settled_at),
            "job_id": self.job_id,
            "error": dict(self.error),
            "job_status": self.job_status,
            "desktops": [each.facts() for each in self.desktops],
            "total": self.total,
            "resend_of": self.resend_of,
            "followed_at": _iso(self.followed_at),
            "ended": self.ended,
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is not sent yet.

    Attributes:
        id: what its writer calls it; another draft of the same id takes its place.
        text: what was typed, whole.
        targets: whom it is meant for.
        profile: the profile that it was typed under.
        changed_at: when it was last changed; None for now.
    """

    id: str
    text: str
    targets: tuple[Target, ...] = ()
    profile: str = ""
    changed_at: datetime | None = None


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
