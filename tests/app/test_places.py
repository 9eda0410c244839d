"""Every parameter and every field of the five operations has its place on a screen, and is there.

Which there are is read from the official SDK; CodeArts Check, which it lacks, from its reference.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from console.app.widgets.field_box import FieldBox
from console.services import LISTINGS, desktop_pools
from console.services.listing import named
from console.services.model import wire_name
from tests.app.flow import Flow, flow
from tests.app.places import BEGIN, END, README, Places, table
from tests.app.recording import RecordingCloud, recording_cloud
from tests.cloud import Cloud
from tests.services.sdk import PACKAGES, inner_type, model
from tests.services.test_official_models import KINDS, of_model

FIVE: Final = ("blocked", "checks", "notices", "reviews")
"""The listings among the five operations; the fifth operation sends."""

PENDING: Final = {
    "SendDesktopPoolNotifications": "the pane that composes a message is being built: its "
    "parameters pool_id and notifications, and the job_id of its answer, get their places with it",
}
"""Operations of the five that have no screen yet, and why."""

SHARED: Final = ["project_id", "X-Auth-Token"]
"""Parameters that the SDK has elsewhere than in a request: in its credentials."""

CHECK_PARAMETERS: Final = ["is_check_project", "domain_id", "project_id", "X-Auth-Token"]
CHECK_EVENTS: Final = ["codeGateFailed", "deleteTask", "executeTask"]
CHECK_RULE: Final = [
    *("eventType", "sendMail", "sendMessage", "sendRolesEnable"),
    *("roles", "sendUsersEnable", "userIds"),
]
"""CodeArts Check, as its API reference has it (`ShowDataTransmissionServiceNotification`)."""


def documented(name: str) -> tuple[list[str], list[str]]:
    """Return the parameters and the fields of a listing's operation, fields dotted."""
    operation = named(name).operation
    if operation.service not in PACKAGES:
        rules = [f"result.*.{each}" for each in CHECK_RULE]
        events = [f"result.{each}" for each in CHECK_EVENTS]
        return CHECK_PARAMETERS, ["httpStatus", "status", "result", *events, *rules]
    parameters = [*model(operation, f"{operation.name}Request").attribute_map.values(), *SHARED]
    return parameters, list(fields_in(operation, model(operation, f"{operation.name}Response")))


def fields_in(operation: Any, theirs: Any, before: str = "") -> Iterator[str]:  # Any: the SDK's own
    """Yield each field of one of the SDK's classes, and those inside it."""
    for attribute, wire in theirs.attribute_map.items():
        yield f"{before}{wire}"
        inner = inner_type(theirs.openapi_types[attribute])
        if inner not in KINDS:
            yield from fields_in(operation, model(operation, inner), f"{before}{wire}.")


def test_the_five_operations_are_these_and_the_one_that_is_pending() -> None:
    names = {named(name).operation.name for name in FIVE} | set(PENDING)
    assert len(names) == 5
    assert desktop_pools.SEND_TO_POOL.name in PENDING


@pytest.mark.parametrize("name", FIVE)
def test_every_parameter_and_field_has_a_place(name: str) -> None:
    parameters, fields = documented(name)
    places = Places(name)
    assert set(parameters) - set(places.parameters) == set()
    assert set(fields) - set(places.fields) == set()


def test_the_readme_says_where_each_is() -> None:
    said = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert said.strip() == table({name: documented(name) for name in FIVE}).strip(), (
        "python -m tests.app.places writes the table anew"
    )


# On the screen


def answers() -> dict[str, bytes]:
    """Return what is answered by each path: one row with every field, of many."""
    found: dict[str, bytes] = {}
    for name in FIVE:
        listing = named(name)
        operation = listing.operation
        path = operation.path.rpartition("}")[2] + "$"
        if operation.service not in PACKAGES:
            rule = {each: f"{each} value" for each in CHECK_RULE}
            body: Any = {"httpStatus": "OK", "status": "success"}
            found[path] = json.dumps({**body, "result": dict.fromkeys(CHECK_EVENTS, rule)}).encode()
            continue
        body = of_model(model(operation, f"{operation.name}Response"), operation)
        if listing.total:
            body[listing.total] = 300
        found[path] = json.dumps(body).encode()
    return found


@pytest.fixture(scope="module")
def recorder() -> Iterator[RecordingCloud]:
    """Run a cloud that notes what it is asked."""
    with recording_cloud(answers()) as running:
        yield running


@pytest.mark.parametrize("name", FIVE)
async def test_every_parameter_is_set_by_keys_and_sent(
    name: str, recorder: RecordingCloud, cloud: Cloud, tmp_path: Path
) -> None:
    listing = named(name)
    path = listing.operation.path.rpartition("}")[2]
    profile = cloud.profile(endpoint=recorder.url, workspace="other")
    async with flow(cloud, tmp_path, size=(120, 40), profile=lambda: profile) as console:
        await console.press(LISTINGS[name].key)
        said = await fill(console)
        recorder.asked.clear()
        await console.press("enter")
        asked = recorder.first(path)
        sent = {**asked.headers, **asked.query}
        parameters = list(documented(name)[0])
        for field, value in said.items():
            wire = wire_name(field, listing.query.model_fields[field])
            assert sent.get(wire, sent.get(wire.lower())) == value, wire
            parameters.remove(wire)
        if "{project_id}" in listing.operation.path:
            assert f"project {profile.project_id[:8]}" in console.lines()[0]
            assert f"/{profile.project_id}/" in asked.path
            parameters.remove("project_id")
        if not listing.unwrap:
            recorder.asked.clear()
            await console.press("n")
            assert recorder.first(path).query["offset"] == said["limit"]
            parameters.remove("offset")
        assert parameters == ["X-Auth-Token"]


async def fill(console: Flow) -> dict[str, str]:
    """Set every field of the form by keys, one after the other; return what each must send."""
    await console.press("f")
    fields = console.screen.form.fields
    await console.pilot.press(*["up"] * len(fields))
    said: dict[str, str] = {}
    for number in range(len(fields)):
        assert console.app.focused
        box = console.app.focused.parent
        assert isinstance(box, FieldBox)
        if not box.field.local:
            await set_by_keys(console, box, f"v{number}")
            value = box.read()
            assert value is not None
            said[box.field.name] = str(value)
        await console.press("down")
    assert len(said) == sum(not each.local for each in fields)
    return said


async def set_by_keys(console: Flow, box: FieldBox, text: str) -> None:
    """Set the field that has the focus: to another value than it has, or to `text`."""
    field = box.field
    if field.choices:
        await console.press("right")
        await console.press(*["right"] * (not box.control.value))  # past what leaves it out
    elif field.kind == "number":
        await console.type("50" if field.name == "limit" else str(field.low or 0))
    else:
        await console.type(text)


@pytest.mark.parametrize("name", FIVE)
async def test_every_field_of_an_answer_is_seen(
    name: str, recorder: RecordingCloud, cloud: Cloud, tmp_path: Path
) -> None:
    places = Places(name)
    profile = cloud.profile(endpoint=recorder.url)
    async with flow(cloud, tmp_path, size=(160, 60), profile=lambda: profile) as console:
        await console.press(LISTINGS[name].key)
        table_text = console.text()
        await console.press("enter")
        text = console.text()
        for field in documented(name)[1]:
            place, title = places.fields[field]
            wire = field.split(".")[-1]
            if place == "the rows of the table":
                assert title in table_text
            elif place == "the line above the keys":
                assert "300" in console.lines()[-2]
            else:
                value = "request-77|OK|success|yes|2026-01-02 03:04:05"
                wanted = rf"{re.escape(title or wire)} +({re.escape(wire)} (值|value)|{value})"
                assert re.search(wanted, text), (field, text)
