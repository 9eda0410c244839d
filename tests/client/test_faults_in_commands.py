"""What the network does to a command: its exit code, one sentence, and never a traceback."""

import json
from collections.abc import Mapping

import pytest

from console.errors import Exit
from tests.client.fault_cases import BODIES, CONNECTION, STATUSES, Case
from tests.client.reading import free_port, listing
from tests.client.wire import Reply, answer, console_beside, environ_to, serving
from tests.cloud import Cloud, Ran, console

_BLOCKED = ("blocked", "--query-type=DESKTOP")
_SOME = {
    "closed after the request",
    "reset after the headers",
    "silence after the request",
    "body cut in half",
    "length too long",
    "length too short",
    "one byte a second",
    "not HTTP",
    "thousands of headers",
    "gzip bomb",
    "gzip without gzip",
    "UTF-8 broken",
    "empty 200",
    "HTML 200",
    "JSON null",
    "array for object",
    "deep nesting",
    "NaN",
    "rows null",
    "total larger than the rows",
    "502 HTML",
    "500 empty",
    "5 MB of HTML",
    "301",
    "429",
    "429, wait huge",
    "401",
}
_CASES = [each for each in (*CONNECTION, *BODIES, *STATUSES) if each.id in _SOME]


def _clean(ran: Ran) -> Ran:
    for word in ("Traceback", "fault of this program", "Exception", "stamina"):
        assert word not in ran.err
    return ran


@pytest.mark.parametrize("case", _CASES)
async def test_a_fault_ends_a_command_with_its_code_and_one_sentence(case: Case) -> None:
    async with serving(*case.replies) as wire:
        ran = _clean(await console_beside(*_BLOCKED, "-o", "json", environ=environ_to(wire.url)))
    assert ran.code == case.error.exit_code, ran.err
    assert case.error.title in ran.err
    assert len(ran.err) < 2_000
    assert isinstance(json.loads(ran.out), list)


def test_the_cases_are_all_there() -> None:
    assert len(_CASES) == len(_SOME)


def test_nobody_listening_ends_a_command_with_3() -> None:
    environ = environ_to(f"http://127.0.0.1:{free_port()}")
    ran = _clean(console(*_BLOCKED, environ=environ))
    assert ran.code == Exit.TRY_AGAIN
    assert "Unreachable" in ran.err


def test_a_name_that_nobody_knows_ends_a_command_with_3() -> None:
    ran = _clean(console(*_BLOCKED, environ=environ_to("https://nowhere.invalid")))
    assert ran.code == Exit.TRY_AGAIN
    assert "nowhere.invalid" in ran.err


async def test_a_server_that_never_speaks_tls_ends_a_command_with_3() -> None:
    async with serving(Reply(then="hold", unasked=True)) as wire:
        environ = environ_to(wire.url.replace("http:", "https:"))
        ran = _clean(await console_beside(*_BLOCKED, environ=environ))
    assert ran.code == Exit.TRY_AGAIN


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"action": "answer", "status": 503}, Exit.TRY_AGAIN),
        ({"action": "answer", "status": 403}, Exit.REFUSED),
        ({"action": "reset"}, Exit.TRY_AGAIN),
    ],
    ids=["down", "forbidden", "unreachable"],
)
def test_one_service_of_five_that_fails_leaves_the_other_four_alone(
    cloud: Cloud, fault: Mapping[str, object], code: Exit
) -> None:
    cloud.script({"path": "notice-configurations", "times": 99, **fault})
    environ = cloud.environ(CONSOLE_TIMEOUT="1")
    codes = {
        arguments[0]: _clean(console(*arguments, environ=environ)).code
        for arguments in (_BLOCKED, ("pools",), ("checks",), ("notices",), ("reviews",))
    }
    assert codes.pop("notices") == code
    assert set(codes.values()) == {Exit.DONE}


def test_a_clock_that_is_off_ends_a_command_with_1_and_its_cure(cloud: Cloud) -> None:
    cloud.control.put("/_emulator/clock", json={"offset_seconds": -1200}).raise_for_status()
    ran = _clean(console(*_BLOCKED, environ=cloud.environ()))
    assert ran.code == Exit.REFUSED
    assert "20 minutes ahead of" in ran.err


async def test_a_value_of_another_type_is_told_in_a_table_and_shown_as_it_is_in_json() -> None:
    odd = listing(notification_records=[{"user_name": 7}])
    async with serving(odd) as wire:
        table = _clean(await console_beside(*_BLOCKED, environ=environ_to(wire.url)))
        exact = await console_beside(*_BLOCKED, "-o", "json", environ=environ_to(wire.url))
    assert table.code == Exit.REFUSED
    assert "user_name" in table.err
    assert exact.code == Exit.DONE
    assert json.loads(exact.out) == [{"user_name": 7}]


async def test_what_came_before_a_listing_breaks_off_is_whole() -> None:
    rows = [{"user_name": f"u{n}"} for n in range(1_000)]
    first = listing(total_count=3_000, notification_records=rows)
    async with serving(first, answer(status=403)) as wire:
        ran = await console_beside(*_BLOCKED, "--all", "-o", "json", environ=environ_to(wire.url))
    assert _clean(ran).code == Exit.REFUSED
    assert json.loads(ran.out) == rows
    assert "broke off after 1,000 of 3,000 rows" in ran.err
