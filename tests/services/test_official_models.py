"""Our queries and records against the official SDK's models: nothing is missing, nothing invented.

What the emulator never answers is answered here by hand, so that every field is read at least once.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from console.client.client import Client
from console.client.operation import Operation
from console.client.paging import Row
from console.services import desktop_pools, jobs, review_messages
from console.services.jobs import Job
from console.services.listing import AnyListing
from console.services.model import Query, Record, literals, wire_name
from console.text import Json
from tests.cloud import Cloud
from tests.services.sdk import (
    PACKAGES,
    REQUEST_ID,
    Sdk,
    differences,
    inner_type,
    kinds_in,
    listings,
    model,
    raw_rows_in,
    record_in,
    rows_in,
    rows_key,
    values_in,
)

QUERIES: dict[str, tuple[Operation, type[Query]]] = {
    **{name: (listing.operation, listing.query) for name, listing in listings().items()},
    "one review": (review_messages.SHOW, review_messages.ReviewMessageDetailQuery),
}

BESIDE: dict[str, set[str]] = {
    "ListPoolDesktopsDetail": {
        "inconsistent_type",
        "on_demand_desktops_num",
        "period_desktops_num",
        "on_demand_free_image_desktops_num",
        "on_demand_charge_image_desktops_num",
        "period_free_image_desktops_num",
        "period_charge_image_desktops_num",
    },
    "ListDataArtsStudioInstances": {"billing_check"},
    "ListManagerWorkSpaces": {"total_page"},
    "KeystoneListAuthProjects": {"links"},
    "KeystoneListAuthDomains": {"links"},
}
"""Fields beside the rows: `Page.beside` has them, but for the addresses of unpaged lists."""

ONE_OBJECT: dict[str, tuple[Operation, type[Record]]] = {
    "one pool": (desktop_pools.SHOW, desktop_pools.DesktopPool),
    "one job": (jobs.SHOW_JOB, Job),
    "one review": (review_messages.SHOW, review_messages.ReviewMessage),
}


def row_model(listing: AnyListing) -> Any:
    """Return the SDK's class of a listing's rows."""
    answer, key = model(listing.operation, f"{listing.operation.name}Response"), rows_key(listing)
    return model(listing.operation, inner_type(answer.openapi_types[key])) if key else answer


RECORDS: dict[str, tuple[Operation, type[Record], Any]] = {
    **{
        name: (listing.operation, listing.record, row_model(listing))
        for name, listing in listings().items()
    },
    **{
        name: (operation, record, model(operation, f"{operation.name}Response"))
        for name, (operation, record) in ONE_OBJECT.items()
    },
}

KINDS: dict[str, set[type]] = {"str": {str}, "int": {int}, "bool": {bool}, "float": {int, float}}


def gaps(operation: Operation, ours: type[Record], theirs: Any, place: str = "") -> Iterator[str]:
    """Yield each field of one of the SDK's classes that ours lacks, or has as something else."""
    fields = {wire_name(name, field): field for name, field in ours.model_fields.items()}
    for attribute, openapi in theirs.openapi_types.items():
        wire = theirs.attribute_map[attribute]
        here = f"{place}{wire}"
        if here == REQUEST_ID:
            continue
        if wire not in fields:
            yield f"{here} is missing"
            continue
        annotation = fields[wire].annotation
        kinds = {kind.__name__ for kind in kinds_in(annotation) if isinstance(kind, type)}
        inner = inner_type(openapi)
        if inner != openapi and not kinds & {"list", "dict"}:
            yield f"{here} is {openapi} and holds one value here"
        elif inner == openapi and inner in KINDS:
            if not kinds & {*(kind.__name__ for kind in KINDS[inner]), "datetime"}:
                yield f"{here} is {openapi} and {kinds} here"
        elif inner not in KINDS:
            record = record_in(annotation)
            if record is None:
                yield f"{here} is {openapi} and no record here"
            else:
                yield from gaps(operation, record, model(operation, inner), f"{here}.")


@pytest.mark.parametrize("name", RECORDS)
def test_every_field_of_the_sdk_is_a_field_of_our_record(name: str) -> None:
    assert list(gaps(*RECORDS[name])) == []


@pytest.mark.parametrize("name", QUERIES)
def test_our_query_has_the_parameters_of_the_sdk_and_no_others(name: str) -> None:
    operation, query = QUERIES[name]
    theirs = model(operation, f"{operation.name}Request").attribute_map.values()
    assert {wire_name(each, field) for each, field in query.model_fields.items()} == {*theirs}


@pytest.mark.parametrize("name", QUERIES)
def test_a_parameter_has_the_type_that_the_sdk_says(name: str) -> None:
    operation, query = QUERIES[name]
    request = model(operation, f"{operation.name}Request")
    for attribute, openapi in request.openapi_types.items():
        field = query.model_fields[attribute]
        of_literals = {type(value).__name__ for value in literals(field)}
        kinds = {kind.__name__ for kind in kinds_in(field.annotation) if isinstance(kind, type)}
        assert openapi.partition("[")[0] in of_literals | kinds, attribute


def invented(operation: Operation, ours: type[Record], theirs: Any) -> Iterator[tuple[str, str]]:
    """Yield each record and field of ours, marked with whether this class of the SDK has it."""
    wires = {wire: name for name, wire in theirs.attribute_map.items()}
    for name, field in ours.model_fields.items():
        wire = wire_name(name, field)
        if wire not in wires:
            yield f"{ours.__name__}.{name}", "absent"
            continue
        yield f"{ours.__name__}.{name}", "present"
        inner = inner_type(theirs.openapi_types[wires[wire]])
        if (record := record_in(field.annotation)) and inner not in KINDS:
            yield from invented(operation, record, model(operation, inner))


def test_no_field_of_ours_is_invented() -> None:
    said = [each for entry in RECORDS.values() for each in invented(*entry)]
    present = {field for field, mark in said if mark == "present"}
    assert {field for field, _ in said} - present == set()


def test_every_field_beside_the_rows_is_accounted_for() -> None:
    for listing in listings().values():
        name = listing.operation.name
        if not (key := rows_key(listing)):
            continue
        beside = {*model(listing.operation, f"{name}Response").attribute_map.values()}
        assert beside - {key, listing.total} == BESIDE.get(name, set())


def sample(name: str, openapi: str, operation: Operation, *, empty: bool) -> Json:
    """Return a value of one of the SDK's types: a telling one, or an empty one."""
    if openapi in KINDS:
        if name.endswith("_time") or name in {"created", "created_at"}:
            return "2026-01-02T03:04:05.678Z" if openapi == "str" else 1_767_323_045_678
        full: dict[str, Json] = {"str": f"{name} 值", "int": 7, "float": 2.5, "bool": True}
        none: dict[str, Json] = {"str": "", "int": 0, "float": 0.0, "bool": False}
        return (none if empty else full)[openapi]
    inner = inner_type(openapi)
    filled: Json = (
        sample(name, inner, operation, empty=empty)
        if inner in KINDS
        else of_model(model(operation, inner), operation, empty=empty)
    )
    if openapi.startswith("list["):
        return [] if empty else [filled, filled]
    if openapi.startswith("dict("):
        value: Json = [filled] if "list[" in openapi else filled
        return {} if empty else {"a": value, "网": value}
    return filled


def of_model(theirs: Any, operation: Operation, *, empty: bool = False) -> Row:
    """Return an answer with every field of one of the SDK's classes."""
    return {
        wire: sample(wire, theirs.openapi_types[name], operation, empty=empty)
        for name, wire in theirs.attribute_map.items()
        if wire != REQUEST_ID
    }


def variants(theirs: Any, operation: Operation) -> list[Row]:
    """Return a row with every field, one with all of them empty, one of nulls, and one of none."""
    full = of_model(theirs, operation)
    return [full, of_model(theirs, operation, empty=True), dict.fromkeys(full), {}]


ASKED: dict[str, Any] = {
    "pool_id": "pool",
    "instance_id": "instance",
    "workspace": "workspace",
    "query_type": "DESKTOP",
    "type": "RESOURCE_LEFT",
    "job_id": "job",
    "message_id": "message",
}


@pytest.mark.parametrize("name", listings())
async def test_a_listing_with_every_field_reads_as_the_sdk_reads_it(
    name: str, cloud: Cloud, client: Client, sdk: Sdk
) -> None:
    listing = listings()[name]
    theirs, key = row_model(listing), rows_key(listing)
    rows = variants(theirs, listing.operation)
    rows = rows if key else rows[:1]
    body = {key: rows, listing.total: len(rows)} if key else rows[0]
    values = {
        each: ASKED[each]
        for each, field in listing.query.model_fields.items()
        if each in ASKED and (field.is_required() or each == "job_id")
    }
    cloud.script({"action": "answer", "path": "", "times": 2, "body": json.dumps(body)})

    answer = sdk.call(listing.operation, values)
    pages = listing.pages(client, listing.query(**values), most=len(rows))
    page = await anext(aiter(pages))

    assert list(page.rows) == raw_rows_in(listing, answer) == rows
    records = listing.records(page.rows)
    for record, row in zip(records, rows_in(listing, answer), strict=True):
        assert list(differences(record, row)) == []
    assert all(value is not None for _, value in records[0])
    assert values_in(records[0]) >= len(rows[0])


@pytest.mark.parametrize("name", ONE_OBJECT)
async def test_an_object_with_every_field_reads_as_the_sdk_reads_it(
    name: str, cloud: Cloud, sdk: Sdk
) -> None:
    operation, record = ONE_OBJECT[name]
    theirs = model(operation, f"{operation.name}Response")
    parameters = model(operation, f"{operation.name}Request").openapi_types
    asked = {each: value for each, value in ASKED.items() if each in parameters}
    for row in variants(theirs, operation):
        cloud.script({"action": "answer", "path": "", "body": json.dumps(row)})
        answer = sdk.call(operation, asked)
        assert list(differences(record.of(row), answer)) == []


def test_the_sdk_has_every_service_but_code_check() -> None:
    assert {*PACKAGES} == {"workspace", "metastudio", "dataartsstudio", "iam", "sts"}
