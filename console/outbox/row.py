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

SENDS: Final = (
    "SELECT id, written_at, place, target, text, text_hash, outcome, settled_at, job_id, error,"  # noqa: S608 - both parts are constants
    " job_status, desktops, resend_of, followed_at, ended, verdict, profile, project_id,"
    " place_key, target_key, owner, written_as FROM"
    f" (SELECT *, outcome AS written_as, {OUTCOME} AS outcome FROM sends)"
)
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


def drafts(rows: Iterable[Any]) -> list[Draft]:
    """Return the rows that `DRAFTS` gives; raises as `sends`."""
    return _each(_draft, rows)


def _each(read: Callable[[Any], T], rows: Iterable[Any]) -> list[T]:
    try:
        return [read(row) for row in rows]
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BrokenError("was damaged") from error


# Any: what SQLite gives is of the types that the schema names, and a damaged file is caught above.
def _send(row: Any) -> Send:
    outcome = Outcome(row[6])
    error = json.loads(row[9])
    if outcome != row[21]:
        error = ENDED[outcome]
    return Send(
        id=row[0],
        written_at=time_of(row[1]),
        place=Place(**json.loads(row[2])),
        target=_target(json.loads(row[3])),
        text=row[4],
        text_hash=row[5],
        outcome=outcome,
        settled_at=_time(row[7]),
        job_id=row[8],
        error=dict(error),
        job_status=row[10],
        desktops=tuple(DesktopCourse(**each) for each in json.loads(row[11])),
        resend_of=row[12],
        followed_at=_time(row[13]),
        ended=bool(row[14]),
        verdict=row[15],
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
