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
from console.services import LISTINGS
from console.services.listing import named
from console.services.model import wire_name
from console.text import Json
from tests.app.flow import Flow, flow
from tests.app.places import (
    BEGIN,
    COURSE,
    DESKTOPS,
    END,
    JOB,
    README,
    SENDS,
    WHOLE,
    WHOLE_DESKTOP,
    Places,
    places_of,
    table,
)
from tests.app.recording import RecordingCloud, recording_cloud
from tests.app.sending import ended, paste, posts, said, send
from tests.cloud import Cloud
from tests.cloud import console as run
from tests.services.sdk import PACKAGES, inner_type, model
from tests.services.test_official_models import KINDS, of_model

LISTED: Final = ("blocked", "checks", "notices", "reviews")
"""The listings among the five operations; the fifth operation sends."""

EVERY: Final = (*LISTED, *SENDS)
"""The five operations; with the one that sends to single desktops, and the one that follows."""

TEXT: Final = "The pool restarts in ten minutes."
WRITTEN: Final = {"notifications": TEXT}

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
    """Return the parameters and the fields of an operation, fields dotted."""
    operation = places_of(name).operation
    if operation.service not in PACKAGES:
        rules = [f"result.*.{each}" for each in CHECK_RULE]
        events = [f"result.{each}" for each in CHECK_EVENTS]
        return CHECK_PARAMETERS, ["httpStatus", "status", "result", *events, *rules]
    request = model(operation, f"{operation.name}Request")
    parameters = [wire for wire in request.attribute_map.values() if wire != "body"]
    if body := request.openapi_types.get("body"):
        parameters += model(operation, body).attribute_map.values()
    parameters += SHARED
    return parameters, list(fields_in(operation, model(operation, f"{operation.name}Response")))


def fields_in(operation: Any, theirs: Any, before: str = "") -> Iterator[str]:  # Any: the SDK's own
    """Yield each field of one of the SDK's classes, and those inside it."""
    for attribute, wire in theirs.attribute_map.items():
        yield f"{before}{wire}"
        inner = inner_type(theirs.openapi_types[attribute])
        if inner not in KINDS:
            yield from fields_in(operation, model(operation, inner), f"{before}{wire}.")


@pytest.mark.parametrize("name", EVERY)
def test_every_parameter_and_field_has_a_place(name: str) -> None:
    parameters, fields = documented(name)
    places = places_of(name)
    assert set(parameters) - set(places.parameters) == set()
    assert set(fields) - set(places.fields) == set()


def test_the_readme_says_where_each_is() -> None:
    said = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert said.strip() == table({name: documented(name) for name in EVERY}).strip(), (
        "python -m tests.app.places writes the table anew"
    )


# On the screen


def answers() -> dict[str, bytes]:
    """Return what is answered by each path: one row with every field, of many."""
    found: dict[str, bytes] = {}
    for name in LISTED:
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


@pytest.mark.parametrize("name", LISTED)
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


@pytest.mark.parametrize("name", LISTED)
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


# What is sent, and what becomes of it


@pytest.mark.parametrize("name", ["pool", "desktops"])
async def test_every_parameter_of_a_send_is_chosen_by_keys_and_sent(
    name: str, cloud: Cloud, tmp_path: Path
) -> None:
    keys = {"pool": ("2", "m"), "desktops": ("2", "d", "space", "down", "space", "m")}[name]
    async with flow(cloud, tmp_path, size=(120, 40)) as console:
        await console.press(*keys)
        reached = console.screen.composed.targets[0]
        await paste(console, TEXT)
        await send(console)
        (sent,) = await ended(console, cloud)
        (asked,) = posts(cloud)
        assert f"/{cloud.facts['project_id']}/" in asked["path"]
        assert f"project {cloud.facts['project_id'][:8]}" in console.lines()[0]
        chosen = {"pool_id": asked["path"].split("/")[-2]} if name == "pool" else {}
        body = chosen | json.loads(asked["body"])
        known = {"pool_id": reached.pool_id, "desktop_ids": list(reached.desktop_ids)}
        assert body == {**{each: known[each] for each in body if each in known}, **WRITTEN}
        assert set(documented(name)[0]) == {*body, *SHARED}
        assert documented(name)[1] == ["job_id"]
        assert f"job {sent.job_id}" in said(console)


async def test_every_field_of_a_job_is_seen(cloud: Cloud, tmp_path: Path) -> None:
    operation = SENDS["job"].operation
    desktop = of_model(model(operation, "JobDetailInfo"), operation)
    desktops: list[Json] = [{**desktop, "status": status} for status in ("SUCCESS", "FAILED")]
    body = of_model(model(operation, "ShowJobResponse"), operation)
    body |= {"status": "COMPLETE", "sub_jobs_total": 2, "sub_jobs": desktops}
    answer = {"action": "answer", "path": "/workspace-jobs/", "times": 3, "body": json.dumps(body)}
    cloud.script({**answer, "headers": {"Content-Type": "application/json"}})
    async with flow(cloud, tmp_path, size=(120, 40)) as console:
        await console.press("2", "m")
        await paste(console, TEXT)
        await send(console)
        (sent,) = await ended(console, cloud)
        text = said(console)
    asked = ("job", sent.job_id, "--utc", "-o")
    job, whole = (run(*asked, form, environ=cloud.environ()).out for form in ("table", "json"))
    assert json.loads(whole) == body
    screen = {
        "id": f"job {sent.job_id} ",
        "status": " COMPLETE",
        "sub_jobs_total": "1 of 2 delivered, 1 FAILED",
        "sub_jobs": "FAILED desktop_name",
        "status of each": "delivered desktop_name",
        "entities": "desktop_name 值 user_name 值",
        "desktop_name": "desktop_name 值",
        "user_name": "user_name 值",
        "fail_reason": "fail_reason 值 (error_code 值)",
        "error_code": "desktop_name 值: fail_reason 值 (error_code 值)",
    }
    places = SENDS["job"].fields
    for wire in documented("job")[1]:
        place, title = places[wire]
        if place in {COURSE, DESKTOPS}:
            name = "status of each" if wire == "sub_jobs.status" else wire.split(".")[-1]
            assert screen.pop(name) in text
            assert title in text or place == COURSE
        elif place == JOB:
            assert re.search(rf"^{title}: +({wire} 值|2026-01-02 03:04:05)", job, re.MULTILINE)
        else:
            assert place in {WHOLE, WHOLE_DESKTOP}
    assert not screen
