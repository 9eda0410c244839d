"""Rows of the journal's file, read and written.

Text is bound as bytes and cast: what is typed and what the cloud writes may hold half a surrogate
pair, which SQLite's binding refuses and which must not keep a send out of the journal.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from console.outbox.database import BrokenError
from console.outbox.send import DesktopCourse, Draft, Outcome, Place, Send, Target
from console.text import Json

TEXT: Final = "CAST(? AS TEXT)"
"""Stands for a text in a statement; its value is `bound`."""

OUTCOME: Final = (
    "CASE WHEN outcome = 'going' AND is_dead(owner) THEN 'unknown'"
    " WHEN outcome = 'written' AND is_dead(owner) THEN 'rejected' ELSE outcome END"
)
"""The outcome as it is: of a send whose process has ended, nothing more is to come."""

_COLUMNS: Final = (
    "id, written_at, place, target, text, text_hash, settled_at, job_id, error, job_status,"
    " desktops, total, resend_of, followed_at, ended, verdict"
)
_AS_IT_IS: Final = (
    f"(SELECT {_COLUMNS}, profile, project_id,"  # noqa: S608 - the parts are constants
    f" place_key, target_key, outcome AS written_as, {OUTCOME} AS outcome FROM sends)"
)
SENDS: Final = f"SELECT {_COLUMNS}, outcome, written_as FROM {_AS_IT_IS}"  # noqa: S608 - as above
"""Asks for sends; may be followed by conditions on any of the columns."""

COUNT: Final = f"SELECT count(*) FROM {_AS_IT_IS}"  # noqa: S608 - as above
"""Asks how many sends there are; may be followed as `SENDS`."""

DEAD: Final = "outcome IN ('written', 'going') AND is_dead(owner)"
"""A condition: the send was on its way when its process ended."""

FOLLOWABLE: Final = (
    "SELECT id, owner FROM sends WHERE outcome = 'accepted' AND NOT ended"  # noqa: S608 - the only part is a constant
    f" AND place_key = ? AND profile = {TEXT} AND written_at >= ?"
)
"""Asks for the sends whose job is not over, with the processes that they belong to."""

DRAFTS: Final = "SELECT id, text, targets, profile, changed_at FROM drafts"

ENDED: Final[Mapping[Outcome, Mapping[str, Json]]] = {
    Outcome.REJECTED: {
        "title": "Not sent",
        "message": "the console ended before anything of it left",
        "hint": "send it again if it is still wanted",
    },
    Outcome.UNKNOWN: {
        "title": "Outcome unknown",
        "message": "the console ended while it was on its way",
        "hint": "look at what happened in the cloud before doing it again",
    },
}
"""Why a send came to nothing, or nobody knows, where its process has ended."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

T = TypeVar("T")


def bound(text: str) -> bytes:
    """Return `text` as it is bound."""
    return text.encode("utf-8", "surrogatepass")


def stamp(time: datetime) -> int:
    """Return the aware `time` as microseconds since 1970."""
    return (time - _EPOCH) // _MICROSECOND


def time_of(microseconds: int) -> datetime:
    """Return the time that is `microseconds` after the beginning of 1970."""
    return _EPOCH + microseconds * _MICROSECOND


def sends(rows: Iterable[Any]) -> list[Send]:
    """Return the rows that `SENDS` gives.

    Raises:
        BrokenError: one of them makes no sense.
    """
    return _each(_send, rows)


def settle_dead(connection: sqlite3.Connection, now: datetime) -> list[int]:
    """Write what became of the sends that are `DEAD`, and return their numbers."""
    found = connection.execute(
        f"SELECT id, {OUTCOME} FROM sends WHERE {DEAD} ORDER BY id DESC"  # noqa: S608 - the parts are constants
    ).fetchall()
    for number, outcome in found:
        settle(connection, number, Outcome(outcome), ENDED[Outcome(outcome)], now)
    return [number for number, _ in found]


def drafts(rows: Iterable[Any]) -> list[Draft]:
    """Return the rows that `DRAFTS` gives; raises as `sends`."""
    return _each(_draft, rows)


def insert(connection: sqlite3.Connection, send: Send, owner: str) -> None:
    """Write a new send and the process that it belongs to."""
    connection.execute(
        "INSERT INTO sends (id, written_at, profile, project_id, place, place_key, target,"  # noqa: S608 - the only part is a constant
        " target_key, text, text_hash, outcome, owner, resend_of)"
        f" VALUES (?, ?, {TEXT}, {TEXT}, ?, ?, ?, ?, {TEXT}, ?, ?, ?, ?)",
        (
            send.id,
            stamp(send.written_at),
            bound(send.place.profile),
            bound(send.place.project_id),
            json.dumps(send.place.facts()),
            send.place.key,
            json.dumps(send.target.facts()),
            send.target.key,
            bound(send.text),
            send.text_hash,
            send.outcome.value,
            owner,
            send.resend_of,
        ),
    )


def next_number(connection: sqlite3.Connection) -> int:
    """Return the number of the next send, which none has had before."""
    (highest,) = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'sends'"
    ).fetchone()
    return int(highest) + 1


def settle(
    connection: sqlite3.Connection,
    number: int,
    outcome: Outcome,
    error: Mapping[str, Json],
    now: datetime,
    *,
    job_id: str = "",
) -> None:
    """Write what became of a send."""
    connection.execute(
        f"UPDATE sends SET outcome = ?, settled_at = ?, job_id = {TEXT}, error = ? WHERE id = ?",  # noqa: S608 - the only part is a constant
        (outcome.value, stamp(now), bound(job_id), json.dumps(dict(error)), number),
    )


def follow(connection: sqlite3.Connection, send: Send) -> None:
    """Write how far the job of a send has come."""
    connection.execute(
        f"UPDATE sends SET job_status = {TEXT}, desktops = ?, total = ?, followed_at = ?,"  # noqa: S608 - the only part is a constant
        " ended = ?, verdict = ? WHERE id = ?",
        (
            bound(send.job_status),
            json.dumps([each.facts() for each in send.desktops]),
            send.total,
            None if send.followed_at is None else stamp(send.followed_at),
            send.ended,
            send.verdict,
            send.id,
        ),
    )


def put(connection: sqlite3.Connection, draft: Draft, changed_at: datetime) -> None:
    """Write a draft in the place of the one of the same id."""
    connection.execute(
        "INSERT OR REPLACE INTO drafts (id, text, targets, profile, changed_at)"  # noqa: S608 - the only part is a constant
        f" VALUES ({TEXT}, {TEXT}, ?, {TEXT}, ?)",
        (
            bound(draft.id),
            bound(draft.text),
            json.dumps([each.facts() for each in draft.targets]),
            bound(draft.profile),
            stamp(changed_at),
        ),
    )


def _each(read: Callable[[Any], T], rows: Iterable[Any]) -> list[T]:
    try:
        return [read(row) for row in rows]
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BrokenError("was damaged") from error


# Any: what SQLite gives is of the types that the schema names, and a damaged file is caught above.
def _send(row: Any) -> Send:
    *values, outcome, written_as = row
    named = dict(zip(_COLUMNS.split(", "), values, strict=True))
    ended = ENDED[Outcome(outcome)] if outcome != written_as else None
    return Send(
        **{
            **named,
            "written_at": time_of(named["written_at"]),
            "place": Place(**json.loads(named["place"])),
            "target": _target(json.loads(named["target"])),
            "outcome": Outcome(outcome),
            "settled_at": _time(named["settled_at"]),
            "error": dict(ended or json.loads(named["error"])),
            "desktops": tuple(DesktopCourse(**each) for each in json.loads(named["desktops"])),
            "followed_at": _time(named["followed_at"]),
            "ended": bool(named["ended"]),
        }
    )


def _draft(row: Any) -> Draft:
    targets = tuple(_target(each) for each in json.loads(row[2]))
    return Draft(
        id=row[0], text=row[1], targets=targets, profile=row[3], changed_at=time_of(row[4])
    )


def _target(facts: Any) -> Target:
    return Target(**{**facts, "desktop_ids": tuple(facts["desktop_ids"])})


def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else time_of(microseconds)
