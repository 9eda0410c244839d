"""Whatever a cloud answers: records, or one of our errors, and nothing else."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from console.cli.output import FORMATS
from console.client.answer import Answer, refusal
from console.client.client import Client
from console.client.paging import Row
from console.errors import CloudError, ConsoleError
from console.profiles.credential import Password
from console.services import LISTINGS, desktop_pools, jobs, projects, review_messages
from console.services.column import column, exported, shown
from console.services.listing import AnyListing, named
from console.services.model import Record
from console.text import Json, cell, csv_cell
from tests.cloud import Cloud
from tests.printed import harmful, written
from tests.services.mutation import EDGES, HOSTILE, TEXTS, bodies
from tests.services.wire import SINGLE, Wire, running_wire

LISTED: Final = 400
"""Examples of each listing that come through a socket, page after page."""

READ: Final = 300
"""Examples of each listing that are read without one, under every status."""

SHOWN: Final = 250
"""Examples of each operation that answers with one thing, all through a socket."""

STATUSES: Final = (*[200] * 14, 201, 204, 301, 400, 401, 403, 404, 409, 418, 429, 500, 503)
NOT_TRIED_AGAIN: Final = (*[200] * 12, 400, 401, 403, 404, 409)


def test_all_examples_together_are_ten_thousand() -> None:
    assert (LISTED + READ) * len(LISTINGS) + SHOWN * len(SINGLE) >= 10_000


@pytest.fixture(scope="module")
def wire(shared_cloud: Cloud) -> Iterator[Wire]:
    """Give a client whose answers a test decides."""
    shared_cloud.reset()
    with running_wire(shared_cloud) as made, pytest.MonkeyPatch.context() as environment:
        shared_cloud.reset()
        environment.setenv("NO_COLOR", "1")
        environment.setenv("COLUMNS", "60")
        yield made


def fuzz(count: int, check: Callable[..., None], *strategies: st.SearchStrategy[object]) -> None:
    """Call `check` with `count` examples of `strategies`."""
    seen = 0

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.tuples(*strategies))
    def example(values: tuple[object, ...]) -> None:
        nonlocal seen
        seen += 1
        check(*values)

    example()
    assert seen >= count


@pytest.mark.parametrize("name", LISTINGS)
def test_a_listing_over_a_socket_gives_records_or_one_error(name: str, wire: Wire) -> None:
    listing = named(name)

    async def rows_of() -> list[Row]:
        queries = await listing.queries(wire.client, wire.values[name])
        pages = listing.pages(wire.client, *queries, page_size=3)
        rows: list[Row] = []
        try:
            async for page in pages:
                rows += page.rows
        except ConsoleError:
            pass  # the rows that came before it are shown all the same
        assert pages.given == len(rows)
        return rows

    def check(bodies: Sequence[bytes], status: int) -> None:
        wire.server.answer(*bodies, status=status)
        rows = wire.run(rows_of())
        assert wire.server.asked <= 100
        shown_everywhere(listing, rows)

    answers = st.lists(bodies(wire.samples[name]), min_size=1, max_size=2)
    fuzz(LISTED, check, answers, st.sampled_from(NOT_TRIED_AGAIN))


@pytest.mark.parametrize("name", LISTINGS)
def test_an_answer_of_any_status_gives_records_or_one_error(name: str, wire: Wire) -> None:
    listing = named(name)
    query = wire.run(listing.queries(wire.client, wire.values[name]))[0]

    def check(body: bytes, status: int, request_id: str, wait: str) -> None:
        headers = {"x-request-id": request_id, "retry-after": wait, "date": wait}
        answer = Answer(status, headers, body, "cloud", datetime.now(UTC), 0.1)
        if not answer.succeeded:
            said(refusal(answer))
            return
        try:
            rows = listing.unwrap(answer, query) if listing.unwrap else listing._read(answer)[0]
        except ConsoleError as error:
            said(error)
            return
        shown_everywhere(listing, rows)

    waits = st.one_of(TEXTS, st.sampled_from(("Fri, 31 Dec 9999 23:59:59 -1400", "9" * 400, "٣")))
    fuzz(READ, check, bodies(wire.samples[name]), st.sampled_from(STATUSES), TEXTS, waits)


SHAPES: Final[tuple[Json, ...]] = (True, False, [], {}, [[]], [{}], [None], {"x": None})


@pytest.mark.parametrize("name", LISTINGS)
def test_a_field_takes_an_odd_value_and_shows_it_or_is_named_in_the_error(name: str) -> None:
    listing = named(name)
    for each in listing.every_column():
        for odd in (*EDGES, *HOSTILE, *SHAPES):
            row: Row = {each.wire[0]: odd}
            try:
                [record] = listing.records([row])
            except ConsoleError as error:
                said(error, about=each.wire[0])
                continue
            value = each.of(record)
            assert not harmful(cell(shown(value, None)), allowed="")
            assert not harmful(csv_cell(exported(value, None)), allowed="\n\t")


@pytest.mark.parametrize("name", SINGLE)
def test_an_answer_with_one_thing_gives_it_or_one_error(name: str, wire: Wire) -> None:
    client = wire.client

    async def asked() -> object:
        if name == "job":
            return (await jobs.show_job(client, "job"))[0]
        if name == "pool detail":
            return await desktop_pools.show(client, "pool")
        if name == "message detail":
            query = review_messages.ReviewMessageDetailQuery(workspace="w", message_id="m")
            return await review_messages.show(client, query)
        if name == "decoded message":
            return await projects.decode_authorization_message(client, "encoded")
        return await token_of(client)

    def check(body: bytes, status: int, token: str) -> None:
        headers = [("X-Subject-Token", token)] if name == "token" and token else []
        wire.server.answer(body, status=status, headers=headers)
        try:
            found = wire.run(asked())
        except ConsoleError as error:
            said(error)
        else:
            assert isinstance(found, Record | str)

    visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20)
    answers = bodies(wire.samples[name])
    fuzz(SHOWN, check, answers, st.sampled_from(NOT_TRIED_AGAIN), visible)


async def token_of(client: Client) -> str:
    """Log in with a password and return the project that the token is for."""
    password = Password("user", SecretStr("password"), "domain")
    async with Client(replace(client.profile, credential=password, project_id="")) as user:
        return await user.project_id()


def shown_everywhere(listing: AnyListing, rows: Sequence[Row]) -> None:
    """Check what each writer makes of rows: nothing harmful, and JSON to the letter."""
    array, lines = written("json", listing, rows), written("ndjson", listing, rows)
    assert not harmful(array + lines)
    assert json.loads(array) == [json.loads(line) for line in lines.splitlines()] == exact(rows)
    try:
        listing.records(rows)
    except ConsoleError as error:
        said(error)
        return
    table = written("table", listing, rows)
    assert len(table.splitlines()) == (len(rows) + 1 if rows else 0)
    sheet = written("csv", listing, rows)
    assert len(list(csv.reader(io.StringIO(sheet, newline="")))) == len(rows) + 1
    names = [name for row in rows[:1] for name in row if "." not in name][:8]
    chosen = [column(listing.record, name) for name in names]
    for form in FORMATS if chosen else ():
        assert not harmful(written(form, listing, rows, columns=chosen), allowed="\n\t")
    terminal = written("table", listing, rows, terminal=True)
    assert not harmful(table + terminal) | harmful(sheet, allowed="\n\t")


def exact(rows: Sequence[Row]) -> Json:
    """Return rows as JSON can say them: two halves of a character, side by side, are one."""
    said_once: Json = json.loads(json.dumps(rows))
    return said_once


def said(error: ConsoleError, *, about: str = "") -> None:
    """Check that an error is one that a log can take: it has words, and its facts are JSON."""
    assert error.sentence
    assert about in error.sentence
    assert json.loads(json.dumps(error.facts()))["message"] == error.sentence
    assert isinstance(error, CloudError) or not harmful(error.sentence)
