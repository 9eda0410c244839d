"""What is said of rules, of their switches in every state, and of how two scopes differ."""

from itertools import product
from typing import Any

import pytest

from console.app.rules import (
    Event,
    differences,
    events,
    is_silent,
    names,
    sentence,
    tells_nobody,
    text_of,
)
from console.services.check_notifications import EVENTS, CheckNotification

FULL: dict[str, Any] = {
    "sendMail": 1,
    "sendMessage": 0,
    "sendRolesEnable": 1,
    "roles": "Developer,Tester",
    "sendUsersEnable": 0,
    "userIds": "",
}


def rule(scope: str = "project", event: str = "executeTask", **values: Any) -> CheckNotification:
    """Return a rule as the cloud would write it."""
    return CheckNotification.of({"scope": scope, "event": event, **values})


def said(**values: Any) -> str:
    return text_of(sentence(rule(**values)))


def differing(project: dict[str, Any], tenant: dict[str, Any]) -> list[str]:
    return [each.words for each in differences(rule(**project), rule("tenant", **tenant))]


CHANNELS = {
    (1, 1): "mail and system message to Developer, Tester",
    (1, 0): "mail to Developer, Tester; no system message",
    (0, 1): "system message to Developer, Tester; no mail",
    (0, 0): "nobody is told: no mail, no system message",
    (1, None): "mail to Developer, Tester; nothing said of system message",
    (None, 1): "system message to Developer, Tester; nothing said of mail",
    (0, None): "no mail; nothing said of system message; meant for Developer, Tester",
    (None, 0): "nothing said of mail; no system message; meant for Developer, Tester",
    (None, None): "nothing said of mail; nothing said of system message; "
    "meant for Developer, Tester",
    (2, 1): "system message to Developer, Tester; mail switch says 2",
    (1, 2): "mail to Developer, Tester; system message switch says 2",
    (2, 0): "mail switch says 2; no system message; meant for Developer, Tester",
    (0, 2): "no mail; system message switch says 2; meant for Developer, Tester",
    (2, None): "mail switch says 2; nothing said of system message; meant for Developer, Tester",
    (None, 2): "nothing said of mail; system message switch says 2; meant for Developer, Tester",
    (2, 2): "mail switch says 2; system message switch says 2; meant for Developer, Tester",
}


def test_every_pair_of_channels_has_its_sentence() -> None:
    for mail, message in product((1, 0, None, 2), repeat=2):
        assert said(**{**FULL, "sendMail": mail, "sendMessage": message}) == CHANNELS[mail, message]


AUDIENCES = {
    (1, 1): "to Developer, Tester and 2 users",
    (1, 0): "to Developer, Tester",
    (0, 1): "to 2 users",
    (0, 0): "to nobody: roles off, users off",
    (1, None): "to Developer, Tester; users (2 users): not said",
    (None, 1): "to 2 users; roles (Developer, Tester): not said",
    (0, None): "on; users (2 users): not said",
    (None, 0): "on; roles (Developer, Tester): not said",
    (None, None): "on; roles (Developer, Tester): not said; users (2 users): not said",
    (1, "x"): "to Developer, Tester; users (2 users): switch says x",
    ("x", 1): "to 2 users; roles (Developer, Tester): switch says x",
    (0, "x"): "on; users (2 users): switch says x",
    ("x", 0): "on; roles (Developer, Tester): switch says x",
    ("x", None): "on; roles (Developer, Tester): switch says x; users (2 users): not said",
    (None, "x"): "on; roles (Developer, Tester): not said; users (2 users): switch says x",
    ("x", "x"): "on; roles (Developer, Tester): switch says x; users (2 users): switch says x",
}


def test_every_pair_of_audiences_has_its_sentence() -> None:
    for roles, users in product((1, 0, None, "x"), repeat=2):
        switches = {"sendRolesEnable": roles, "sendUsersEnable": users, "userIds": "a1,b2"}
        expected = f"mail {AUDIENCES[roles, users]}; no system message"
        assert said(**{**FULL, **switches}) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "- (the cloud said nothing)"),
        ({"eventType": "taskExecuteCompleted"}, "- (the cloud said nothing)"),
        (
            {**FULL, "roles": ""},
            "mail to nobody: roles on but none named, users off; no system message",
        ),
        (
            {**FULL, "roles": None, "sendUsersEnable": True, "userIds": "u1"},
            "mail to 1 user; roles on but none named; no system message",
        ),
        (
            {**FULL, "sendMail": "true", "sendMessage": False},
            "mail to Developer, Tester; no system message",
        ),
        (
            {**FULL, "sendMail": 0, "sendOfficialAccount": True},
            "no mail, no system message; also sendOfficialAccount true",
        ),
        (
            {**FULL, "sendMail": ""},
            "mail switch says ''; no system message; meant for Developer, Tester",
        ),
    ],
)
def test_what_is_odd_is_said_as_it_came(values: dict[str, Any], expected: str) -> None:
    assert said(**values) == expected


@pytest.mark.parametrize(
    "listed",
    [
        "Project manager,Tester",
        "Project manager, Tester,",
        "Project manager;Tester",
        "Project manager|Tester|Tester",
        "Project manager\uff0cTester",
        "Project manager\u3001Tester",
        '["Project manager","Tester"]',
        "Project manager\nTester",
    ],
)
def test_names_are_found_however_they_are_separated(listed: str) -> None:
    assert names(listed) == ["Project manager", "Tester"]


def test_names_that_only_look_like_a_list_stay_as_they_came() -> None:
    assert names("[ops") == ["[ops"]
    assert names("[" * 100_000) == ["[" * 100_000]
    assert names('[1,{"a":2}]') == ["1", '{"a": 2}']
    assert names(None) == names("") == names(" , ") == []


@pytest.mark.parametrize(
    ("project", "tenant", "expected"),
    [
        (FULL, FULL, []),
        ({**FULL, "roles": "Tester, Developer"}, FULL, []),
        ({**FULL, "userIds": "told-nothing"}, FULL, []),
        ({**FULL, "sendMail": True}, FULL, []),
        ({**FULL, "eventType": "another"}, FULL, []),
        (FULL, {**FULL, "sendMail": 0}, ["mail only in the project"]),
        ({**FULL, "sendMail": 0}, FULL, ["mail only for the tenant"]),
        (FULL, {**FULL, "sendMessage": 1}, ["system message only for the tenant"]),
        (
            FULL,
            {**FULL, "sendMessage": None},
            ["system message: off in the project, not said for the tenant"],
        ),
        ({**FULL, "sendMail": 7}, FULL, ["mail: 7 in the project, on for the tenant"]),
        ({**FULL, "roles": "Developer,Tester,Viewer"}, FULL, ["Viewer only in the project"]),
        (
            {**FULL, "roles": "Viewer"},
            {**FULL, "roles": "Tester"},
            ["Viewer only in the project", "Tester only for the tenant"],
        ),
        (FULL, {**FULL, "sendRolesEnable": 0}, ["Developer, Tester only in the project"]),
        (
            {**FULL, "roles": ""},
            {**FULL, "sendRolesEnable": 0, "roles": ""},
            ["roles only in the project"],
        ),
        (
            {**FULL, "sendRolesEnable": 2},
            {**FULL, "sendRolesEnable": 2, "roles": "Viewer"},
            ["other roles"],
        ),
        (
            {**FULL, "sendUsersEnable": 1, "userIds": "a,b,c"},
            {**FULL, "sendUsersEnable": 1, "userIds": "c"},
            ["2 users only in the project"],
        ),
        (FULL, {}, ["only the project has a rule"]),
        ({}, FULL, ["only the tenant has a rule"]),
        ({}, {"eventType": "x"}, []),
        (
            {**FULL, "sendPigeon": 1},
            FULL,
            ["sendPigeon: 1 in the project, not said for the tenant"],
        ),
    ],
)
def test_differences_say_in_what_the_scopes_differ(
    project: dict[str, Any], tenant: dict[str, Any], expected: list[str]
) -> None:
    assert differing(project, tenant) == expected


def test_a_rule_tells_nobody_only_where_that_is_sure() -> None:
    assert tells_nobody(rule(**{**FULL, "sendMail": 0}))
    assert tells_nobody(rule(**{**FULL, "sendRolesEnable": 0}))
    assert tells_nobody(rule(**{**FULL, "roles": ""}))
    for unsure in (
        {"sendMail": None},
        {"sendMail": 0, "sendMessage": None},
        {"roles": None},
        {"sendRolesEnable": 0, "sendUsersEnable": None},
        {"sendMail": 0, "sendPigeon": 1},
    ):
        assert not tells_nobody(rule(**{**FULL, **unsure}))
    assert not tells_nobody(None)
    assert not tells_nobody(rule())


def test_events_keep_their_order_and_new_ones_are_kept() -> None:
    records = [
        *(rule("project", each, **FULL) for each in EVENTS),
        rule("project", "taskPaused", **FULL),
        *(rule("tenant", each) for each in EVENTS),
    ]
    found = events(records)
    assert [event.title for event in found] == [*EVENTS.values(), "taskPaused"]
    assert found[-1].rules["tenant"] is None
    assert is_silent(found[-1].rules["tenant"])
    assert [each.words for each in found[-1].differences()] == ["only the project has a rule"]


def test_one_scope_alone_differs_from_nothing() -> None:
    (found,) = events([rule("tenant", **FULL)])
    assert found == Event("executeTask", "task finished", {"tenant": rule("tenant", **FULL)})
    assert found.differences() == []
