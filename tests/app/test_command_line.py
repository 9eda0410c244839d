"""The command that lists what a screen shows: a shell turns it into the very same values."""

import json
import shlex
import subprocess
from typing import Any

import click
import pytest

from console.app.command_line import Equivalent, equivalent, quoted
from console.cli.listing import command_for
from console.services.listing import named
from tests.cloud import Cloud, console
from tests.outside import OUTSIDE
from tests.printed import harmful


def command(name: str, values: dict[str, Any], **more: Any) -> Equivalent:
    return equivalent(name, named(name), values, **more)


def parsed(text: str) -> dict[str, Any]:
    """Return what our own command makes of a command line."""
    _, name, *words = shlex.split(text)
    with click.Context(click.Command("console")):
        context = command_for(name).make_context(name, words)
    return {key: value for key, value in context.params.items() if value not in (None, ())}


def test_it_reads_as_one_would_type_it() -> None:
    said = command(
        "blocked", {"query_type": "DESKTOP", "desktop_name": "x y"}, limit=100, offset=200
    )
    assert said == Equivalent(
        "console blocked --query-type DESKTOP --desktop-name 'x y' --limit 100 --offset 200"
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("blocked", {"query_type": "DESKTOP_POOL", "user_name": "-x", "sort_type": "DESC"}),
        ("pools", {"name": "it's", "in_maintenance_mode": False, "type": "STATIC"}),
        ("pools", {"in_maintenance_mode": True}),
        ("desktops", {"pool_id": "p", "user_names": ("a b", "--c"), "domain_status": 2}),
        ("checks", {"is_check_project": 0}),
        ("notices", {"type": "RESOURCE_LEFT"}),
        ("reviews", {"workspace": "w1", "api_name": "研发", "dlm_type": "SHARED"}),
    ],
)
def test_our_own_command_understands_every_option(name: str, values: dict[str, Any]) -> None:
    taken = parsed(command(name, values, limit=50, offset=10, columns=["id"], profile="p 1").text)
    assert {key: value for key, value in taken.items() if key in values} == values
    paged = not named(name).unwrap
    assert (taken.get("limit"), taken.get("offset")) == ((50, 10) if paged else (None, None))
    assert taken["profile_name"] == "p 1"
    assert (
        taken["everything"] if (taken := parsed(command("pools", {}, everything=True).text)) else 0
    )


@pytest.mark.parametrize("profile", ["", "environment", "demo"])
def test_a_profile_of_no_other_run_is_not_named(profile: str) -> None:
    said = command("pools", {}, profile=profile)
    assert "--profile" not in said.text
    assert bool(said.notes) == (profile == "demo")


def test_what_the_command_does_not_do_is_said() -> None:
    said = command(
        "blocked",
        {"query_type": "DESKTOP", "period": "yesterday\x1b[2J"},
        local=["quick filter 'a\x1b'"],
        columns=["type", "time_left"],
    )
    assert said.text == "console blocked --query-type DESKTOP --columns type"
    assert said.notes == (
        "without the columns time_left",
        "not part of it, as the console does it itself: quick filter 'a␛', period",
    )


def test_a_period_is_part_of_the_command_and_all_of_it_is_listed() -> None:
    scope = {"query_type": "DESKTOP"}
    said = command("blocked", scope, limit=100, offset=200, period="last 2 h", utc=True)
    assert said == Equivalent(
        "console blocked --query-type DESKTOP --period 'last 2 h' --utc --all"
    )
    assert parsed(said.text)["period"] == "last 2 h"


def test_a_shell_gives_back_every_text_from_outside() -> None:
    texts = [text for text in OUTSIDE.values() if "\x00" not in text and not _lone(text)]
    script = "".join(f"printf '%s\\0' {quoted(text)}\n" for text in texts)
    assert harmful(script) == set()
    assert len(script.splitlines()) == len(texts)
    ran = subprocess.run(
        ["/bin/bash"],
        input=script.encode(),
        capture_output=True,
        check=True,
        env={"LC_ALL": "C.UTF-8"},
    )
    assert ran.stdout.decode().split("\0")[:-1] == texts


def _lone(text: str) -> bool:
    return any(0xD800 <= ord(each) < 0xE000 for each in text)


def test_what_no_command_can_hold_is_replaced_and_said() -> None:
    for text in ("a\x00b", "a\ud83db"):
        said = command("pools", {"name": text})
        assert said.text == "console pools --name a\ufffdb" or "'a\ufffdb'" in said.text
        assert "cannot stand in a command" in said.notes[0]


def test_the_command_lists_the_same_rows(cloud: Cloud) -> None:
    values = {"query_type": "DESKTOP", "sort_field": "operate_time", "sort_type": "DESC"}
    words = shlex.split(command("blocked", values, limit=3, offset=4).text)[1:]
    rows = [
        json.loads(console(*more, "-o", "json", environ=cloud.environ()).out)
        for more in (words, [*words[:7], "--limit", "7"])
    ]
    assert rows[0] == rows[1][4:]
