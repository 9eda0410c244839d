"""A listing: one operation that answers with rows, whatever its manner."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from console.client.answer import Answer, kind
from console.client.client import Client
from console.client.operation import Operation
from console.client.paging import Page, Pages, Row
from console.errors import Problem, QueryError, UnreadableError
from console.profiles.profile import Profile
from console.services import LISTINGS
from console.services.column import Column, column
from console.services.model import Origin, Query, Record, extra, limits, literals
from console.text import Json

Q = TypeVar("Q", bound=Query)
R = TypeVar("R", bound=Record)

_UNPAGED: Final = 1_000
"""More rows than an answer without pages holds."""

_LARGEST_COUNT: Final = 2**63 - 1
"""The most rows that a listing may say it has; a larger number is nonsense, and no bar fits it."""


class Spared(NamedTuple):
    """A side-by-side query that is left out where it lacks what only the profile could say.

    Attributes:
        value: the side-by-side parameter's value that is left out.
        lacks: the parameter that neither the operator nor the profile gives.
        sentence: what to say then, so that nobody takes the answer for the whole.
    """

    value: str | int
    lacks: str
    sentence: str


@dataclass(frozen=True)
class Listing(Generic[Q, R]):
    """An operation that lists, and what is in its answer.

    Attributes:
        title: what it lists, as a heading.
        operation: what is called.
        query: what the operation accepts.
        record: what one row is.
        columns: the columns to show first, the most telling at the front; dots reach inside.
        rows: the answer's key that holds the rows.
        total: the answer's key that says how many there are.
        unwrap: reads the rows of an answer that has another shape; such a listing has no pages.
        side_by_side: the mandatory parameter of which every value is asked, where none is given.
        spared: which of these values is left out, and when; None where none ever is.
        rounds_down: whether the cloud rounds an offset down to a multiple of the limit.
        order: the order in which rows come unasked, where a reader would expect another.
        when: the field that says when a row was, by which the cloud can sort; empty where none is.
        beside: documented names, of fields or headers, that an answer to be unwrapped has beside
            its rows.
    """

    title: str
    operation: Operation
    query: type[Q]
    record: type[R]
    columns: tuple[str, ...]
    rows: str = ""
    total: str = ""
    unwrap: Callable[[Answer, Q], Sequence[Row]] | None = None
    side_by_side: str = ""
    spared: Spared | None = None
    rounds_down: bool = False
    order: str = ""
    when: str = ""
    beside: tuple[str, ...] = ()

    @property
    def page_size(self) -> int:
        """The most rows that one answer may hold."""
        field = self.query.model_fields.get("limit")
        return (limits(field)[1] if field else None) or _UNPAGED

    async def queries(self, client: Client, values: Mapping[str, Any]) -> list[Q]:
        """Return the queries that ask `values`, filled up from the client's profile.

        There is one, or one for each value of the side-by-side parameter where none is given;
        `left_out` says what is missing among these. The account's id is looked up where it is
        needed and the profile does not have it.

        Raises:
            QueryError: a value is wrong, or a mandatory one is missing.
            ConsoleError: the account's id could not be looked up.
        """
        profile = client.profile
        known = _known(profile)
        if not profile.domain_id and self._needs_domain(values):
            known[Origin.DOMAIN] = await client.domain_id()
        name = self.side_by_side
        if not name or values.get(name) is not None:
            return [self.query.complete(values, known)]
        every = literals(self.query.model_fields[name])
        if self.spared and self.left_out(profile, values):
            every = tuple(value for value in every if value != self.spared.value)
        return [self.query.complete({**values, name: value}, known) for value in every]

    def left_out(self, profile: Profile, values: Mapping[str, Any]) -> str:
        """Say what `queries` does not ask, though nobody narrowed it; empty where it asks all."""
        if not self.spared or values.get(self.side_by_side) is not None:
            return ""
        lacks = self.spared.lacks
        origin = extra(self.query.model_fields[lacks], "origin")
        given = values.get(lacks) is not None or _known(profile).get(origin)
        return "" if given else self.spared.sentence

    def _needs_domain(self, values: Mapping[str, Any]) -> bool:
        return any(
            extra(field, "origin") == Origin.DOMAIN and values.get(name) is None
            for name, field in self.query.model_fields.items()
        )

    def pages(
        self,
        client: Client,
        *queries: Q,
        offset: int = 0,
        most: int | None = None,
        page_size: int | None = None,
    ) -> Pages:
        """Return the pages of `queries`, to be iterated over once.

        Args:
            client: who asks.
            queries: what to ask; several stand side by side in one page.
            offset: rows to leave out at the start.
            most: rows to give at the most; None for all.
            page_size: rows to ask for at a time; as many as needed or allowed where not given.
        """
        size = page_size or min(self.page_size, max(most or self.page_size, 1))
        fetch = partial(self._page, client, queries[0])
        if self.unwrap:
            fetch = partial(self._unpaged, client, queries)
        return Pages(
            fetch,
            page_size=size,
            offset=offset,
            most=most,
            identity=self.record.IDENTITY,
            rounds_down=self.rounds_down,
        )

    def first_columns(self) -> list[Column]:
        """Return the columns to show where nobody chose any."""
        return [column(self.record, name) for name in self.columns]

    def every_column(self) -> list[Column]:
        """Return a column for each field of a row."""
        return [column(self.record, name) for name in self.record.model_fields]

    def records(self, rows: Sequence[Row]) -> list[R]:
        """Return the records of `rows`.

        Raises:
            UnreadableError: a field has another type than the documented one.
        """
        return [self.record.of(row, number) for number, row in enumerate(rows, start=1)]

    async def _page(self, client: Client, query: Q, offset: int, limit: int) -> Page:
        asked = query.model_copy(update={"offset": offset, "limit": limit})
        answer = await client.read(asked.call(self.operation))
        rows, total = self._read(answer)
        known = {self.rows, self.total}
        return Page(
            rows=rows,
            total=total,
            offset=offset,
            limit=limit,
            fetched_at=answer.fetched_at,
            seconds=answer.seconds,
            beside={k: v for k, v in answer.json_object().items() if k not in known},
        )

    def _read(self, answer: Answer) -> tuple[tuple[Row, ...], int | None]:
        body = answer.json_object()
        total = body.get(self.total)
        if total is not None and (
            isinstance(total, bool)
            or not isinstance(total, int)
            or not 0 <= total <= _LARGEST_COUNT
        ):
            raise self._unreadable(self.total, total, "a count")
        rows = body.get(self.rows)
        if rows is None and total is not None and not total:
            return (), total
        if not isinstance(rows, list):
            raise self._unreadable(self.rows, rows, "a list")
        return objects(rows, self.rows), total

    def _unreadable(self, key: str, value: Json, documented: str) -> UnreadableError:
        return UnreadableError(
            f"the answer to {self.operation.name} is not as documented: "
            f"{key} is {kind(value)}, not {documented}"
        )

    async def _unpaged(self, client: Client, queries: Sequence[Q], offset: int, limit: int) -> Page:
        if self.unwrap is None:
            raise AssertionError("a listing without pages says how its answer is read")
        # Each is waited for, so that a failure leaves no other request behind.
        asked = [client.read(query.call(self.operation)) for query in queries]
        ended = await asyncio.gather(*asked, return_exceptions=True)
        answers = [_answered(each) for each in ended]
        rows = [
            row
            for answer, query in zip(answers, queries, strict=True)
            for row in self.unwrap(answer, query)
        ]
        return Page(
            rows=tuple(rows[offset : offset + limit]),
            total=len(rows),
            offset=offset,
            limit=limit,
            fetched_at=max(answer.fetched_at for answer in answers),
            seconds=max(answer.seconds for answer in answers),
            beside=self._beside(answers, queries),
        )

    def _beside(self, answers: Sequence[Answer], queries: Sequence[Q]) -> dict[str, Json]:
        """Return what stands beside the rows; of several answers, by what each was asked."""
        found: list[dict[str, Json]] = []
        for answer in answers:
            body: Json = answer.json
            fields = {**answer.headers, **(body if isinstance(body, dict) else {})}
            said = ((name, fields.get(name, fields.get(name.lower()))) for name in self.beside)
            found.append({name: value for name, value in said if value is not None})
        if len(found) == 1 or not any(found):
            return found[0]
        asked = (getattr(query, self.side_by_side) for query in queries)
        return {f"{self.side_by_side} {of}": said for of, said in zip(asked, found, strict=True)}


def _known(profile: Profile) -> dict[str, str]:
    """Return what of the profile stands in for a parameter, by its origin."""
    return {
        Origin.WORKSPACE: profile.workspace,
        Origin.DOMAIN: profile.domain_id,
        Origin.CHECK_PROJECT: profile.check_project_id,
    }


def _answered(ended: Answer | BaseException) -> Answer:
    if isinstance(ended, BaseException):
        raise ended
    return ended


AnyListing: TypeAlias = Listing[Any, Any]  # Any: which listing it is, is known at run time only


def named(name: str) -> AnyListing:
    """Return the listing that people call `name`, one of `LISTINGS`; loads its service.

    Raises:
        QueryError: there is none of that name.
    """
    if name not in LISTINGS:
        raise QueryError([Problem("listing", f"must be one of {', '.join(LISTINGS)}")])
    entry = LISTINGS[name]
    listing: AnyListing = getattr(import_module(f"console.services.{entry.module}"), entry.constant)
    return listing


def objects(values: Sequence[Json], name: str) -> tuple[Row, ...]:
    """Return `values`, each of which must be a JSON object.

    Raises:
        UnreadableError: one is something else.
    """
    rows: list[Row] = []
    for number, value in enumerate(values, start=1):
        if not isinstance(value, dict):
            raise UnreadableError(
                f"the answer is not as documented: item {number} of {name} is {kind(value)}"
            )
        rows.append(value)
    return tuple(rows)
