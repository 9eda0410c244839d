"""Which sends are asked for, as SQL: a journal of years is not read to show a page of it."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final, TypedDict, cast

from console.outbox.row import TEXT, bound, stamp
from console.outbox.send import Outcome

Value = int | str | bytes
Term = tuple[str, list[Value]]

ENDED: Final = "ended"
"""Stands for accepted sends whose job is over without a verdict."""


class Choice(TypedDict, total=False):
    """What chooses among sends; what is left out or None chooses all.

    Attributes:
        since: only those written then or later; aware.
        until: only those written before then; aware.
        outcome: only those of that outcome, or of one of those.
        stands: only those that stand in one of these ways: an outcome, or for accepted ones whose
            job is over its verdict, or `ENDED`.
        profile: only those of that profile.
        project_id: only those into that project.
        ended: only accepted ones whose job is over, or is not.
        job_id: only those of that job.
        name: only those with this in the name or an id of their target, whatever the case.
        text: only those with this in their text, whatever the case.
    """

    since: datetime | None
    until: datetime | None
    outcome: Outcome | Collection[Outcome] | None
    stands: Collection[str] | None
    profile: str | None
    project_id: str | None
    ended: bool | None
    job_id: str | None
    name: str | None
    text: str | None


def condition(choice: Choice) -> tuple[str, list[Value]]:
    """Return what chooses among `row.SENDS`, and its values."""
    said = {name: value for name, value in choice.items() if value is not None}
    terms = [_TERMS[name](value) for name, value in said.items()]
    where = f" WHERE {' AND '.join(term for term, _ in terms)}" if terms else ""
    return where, [value for _, values in terms for value in values]


def holds(whole: bytes, part: bytes) -> bool:
    """Tell whether a text holds another one, whatever the case: a function of SQL."""
    return _folded(part) in _folded(whole)


def reaches(target: bytes, part: bytes) -> bool:
    """Tell whether a target, as JSON, is called by a part of a name or id: a function of SQL."""
    facts = json.loads(target)
    names = " ".join((facts["name"], facts["pool_id"], *facts["desktop_ids"]))
    return _folded(part) in names.casefold()


FUNCTIONS: Final[Mapping[str, Callable[[bytes, bytes], bool]]] = {
    "holds": holds,
    "reaches": reaches,
}
"""The functions of SQL that conditions use, each of two blobs."""


def _folded(text: bytes) -> str:
    return text.decode("utf-8", "surrogatepass").casefold()


def _one_of(expression: str, words: Collection[str]) -> Term:
    return f"{expression} IN ({', '.join('?' * len(words))})", [str(each) for each in words]


def _outcomes(wanted: object) -> Term:
    every = [wanted] if isinstance(wanted, Outcome) else cast("Collection[Outcome]", wanted)
    return _one_of("outcome", every)


def _stands(wanted: object) -> Term:
    words = cast("Collection[str]", wanted)
    first, outcomes = _one_of("outcome", words)
    then, verdicts = _one_of("verdict", ["" if each == ENDED else each for each in words])
    return f"({first} OR outcome = 'accepted' AND ended AND {then})", [*outcomes, *verdicts]


# Text is bound as `row` says; SQLite gives functions what is no text as it is, halves of pairs too.
_TERMS: Final[Mapping[str, Callable[[object], Term]]] = {
    "since": lambda time: ("written_at >= ?", [stamp(cast("datetime", time))]),
    "until": lambda time: ("written_at < ?", [stamp(cast("datetime", time))]),
    "outcome": _outcomes,
    "stands": _stands,
    "profile": lambda name: (f"profile = {TEXT}", [bound(str(name))]),
    "project_id": lambda name: (f"project_id = {TEXT}", [bound(str(name))]),
    "ended": lambda over: ("outcome = 'accepted' AND ended = ?", [bool(over)]),
    "job_id": lambda name: (f"job_id = {TEXT}", [bound(str(name))]),
    "name": lambda part: ("reaches(CAST(target AS BLOB), ?)", [bound(str(part))]),
    "text": lambda part: ("holds(CAST(text AS BLOB), ?)", [bound(str(part))]),
}
