"""The contract with scripts: what a command ends with, and how, whoever ends it."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from console.errors import ConsoleError, Exit, OutcomeUnknownError
from tests.cli.process import begun, in_shell
from tests.cloud import Cloud, console

BLOCKED: Final = ("blocked", "--query-type", "DESKTOP")


def test_the_exit_codes_are_a_contract() -> None:
    assert {code.name: int(code) for code in Exit} == {
        "DONE": 0,
        "REFUSED": 1,
        "USAGE": 2,
        "TRY_AGAIN": 3,
        "CREDENTIALS": 4,
        "UNKNOWN": 5,
        "PARTLY": 6,
        "INTERRUPTED": 130,
    }
    assert OutcomeUnknownError("sent, perhaps").exit_code == 5


def test_the_help_names_every_exit_code(cloud: Cloud) -> None:
    said = console("--help", environ=cloud.environ()).out
    assert all(f"  {code:<5}" in said for code in Exit)


def every_error(kind: type[ConsoleError] = ConsoleError) -> Iterator[type[ConsoleError]]:
    """Yield every error there is."""
    yield kind
    for child in kind.__subclasses__():
        yield from every_error(child)


def test_every_error_ends_in_a_failure_of_the_contract() -> None:
    assert {kind.exit_code for kind in every_error()} <= set(Exit) - {Exit.DONE}


def test_rows_end_in_zero(cloud: Cloud) -> None:
    assert console(*BLOCKED, environ=cloud.environ()).code == 0


def test_no_credential_ends_in_four_and_says_what_to_set(tmp_path: Path) -> None:
    ran = console(*BLOCKED, environ={"HOME": str(tmp_path)})
    assert (ran.code, ran.out) == (4, "")
    assert "Credentials needed" in ran.err


def test_half_a_credential_ends_in_four_and_names_the_other_half(cloud: Cloud) -> None:
    ran = console(*BLOCKED, environ=cloud.environ(HUAWEICLOUD_SDK_SK=""))
    assert (ran.code, ran.out) == (4, "")
    assert "HUAWEICLOUD_SDK_SK" in ran.err


def test_a_wrong_secret_ends_in_four_in_the_clouds_words(cloud: Cloud) -> None:
    ran = console(*BLOCKED, environ=cloud.environ(HUAWEICLOUD_SDK_SK="x" * 40))
    assert (ran.code, ran.out) == (4, "")
    assert "APIGW.0301" in ran.err
    assert "hint:" in ran.err
    assert "no rows" not in ran.err
    assert "x" * 40 not in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "nothing"),
        (("blocked", "--nothing"), "--nothing"),
        (("blocked",), "--query-type is mandatory: one of DESKTOP, DESKTOP_POOL"),
        ((*BLOCKED, "-o", "xml"), "xml"),
        ((*BLOCKED, "--limit", "0"), "--limit"),
        ((*BLOCKED, "--offset", "-1"), "--offset"),
        ((*BLOCKED, "--page-size", "1001"), "--page-size"),
        (("connected", "--offset", "2001"), "--offset"),
        ((*BLOCKED, "--sort-type", "ASC"), "--sort-field"),
        ((*BLOCKED, "--columns", "type.inner"), "leads nowhere"),
        (("desktops",), "--pool-id"),
        (("workspaces", "--instance-id", ".."), "--instance-id"),
        (("job",), "JOB_ID"),
        (("job", "j", "--follow", "--timeout", "nan"), "nan is no number of seconds"),
        (("decode", ""), "--encoded-message"),
        (("completion", "tcsh"), "tcsh"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_ends_in_two_and_sends_nothing(
    arguments: tuple[str, ...], said: str, cloud: Cloud
) -> None:
    ran = console(*arguments, environ=cloud.environ())
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert cloud.requests() == []


@pytest.mark.parametrize(
    "name_and_value",
    ["CONSOLE_ENDPOINT=http://example.com", "CONSOLE_ENDPOINT=nonsense", "CONSOLE_TIMEOUT=soon"],
)
def test_a_setting_that_cannot_be_used_ends_in_two(name_and_value: str, cloud: Cloud) -> None:
    name, _, value = name_and_value.partition("=")
    ran = console(*BLOCKED, environ=cloud.environ(**{name: value}))
    assert (ran.code, ran.out) == (2, "")
    assert "Unusable setting" in ran.err


def test_an_unknown_check_project_ends_in_one(cloud: Cloud) -> None:
    ran = console("checks", environ=cloud.environ(CONSOLE_CHECK_PROJECT="0" * 32))
    assert (ran.code, ran.out) == (1, "")
    assert "CodeArts" in ran.err


def test_a_service_that_the_region_does_not_have_ends_in_one(cloud: Cloud) -> None:
    environ = cloud.environ(CONSOLE_REGION="af-south-1", CONSOLE_ENDPOINT="")
    ran = console("notices", environ=environ)
    assert (ran.code, ran.out) == (1, "")
    assert "MetaStudio does not exist in region af-south-1" in ran.err


def test_nobody_listening_ends_in_three(cloud: Cloud) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        ran = console(*BLOCKED, environ=cloud.environ(CONSOLE_ENDPOINT=url))
    assert (ran.code, ran.out) == (3, "")
    assert "Unreachable: no connection to 127.0.0.1: Connection refused" in ran.err


def test_a_cloud_that_asks_to_wait_an_hour_ends_in_three_at_once(cloud: Cloud) -> None:
    cloud.script(
        {"action": "answer", "path": "", "status": 429, "headers": {"Retry-After": "3600"}}
    )
    ran = console(*BLOCKED, environ=cloud.environ())
    assert (ran.code, ran.out) == (3, "")
    assert "Throttled" in ran.err
    assert len(cloud.requests()) == 1


@pytest.mark.parametrize(
    ("command", "path"),
    [("notices", "type=RESOURCE_LEFT"), ("checks", "is_check_project=0")],
)
def test_one_of_two_calls_side_by_side_failing_is_told_once_and_shows_no_half(
    command: str, path: str, cloud: Cloud
) -> None:
    body = '{"error_code":"MSS.00000005","error_msg":"no permission"}'
    cloud.script({"action": "answer", "path": path, "status": 403, "body": body})
    ran = console(command, environ=cloud.environ())
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("no permission") == 1
    assert len(cloud.requests()) == 2


def test_a_listing_that_breaks_off_says_after_how_many_rows(cloud: Cloud) -> None:
    cloud.script({"action": "answer", "path": "offset=(?!0)", "status": 403, "times": 99})
    ran = console(*BLOCKED, "--all", "-o", "json", environ=cloud.environ())
    assert ran.code == 1
    assert len(json.loads(ran.out)) == 1_000
    assert "broke off after 1,000 of 18,344 rows" in ran.err


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
def test_an_interrupt_in_the_middle_ends_in_130_without_a_traceback(
    form: str, cloud: Cloud
) -> None:
    cloud.control.put("/_emulator/faults", json={"latency_ms": 100}).raise_for_status()
    arguments = (*BLOCKED, "--all", "--page-size", "10", "-o", form)
    with begun(*arguments, environ=cloud.environ()) as (process, out):
        first = out.readline()
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.decode().split() == ["console:", "interrupted"]
    if form == "json":
        assert json.loads(first + rest)


def test_an_interrupt_before_the_first_answer_ends_in_130(cloud: Cloud) -> None:
    cloud.script({"action": "stall", "path": "", "seconds": 60})
    with begun(*BLOCKED, environ=cloud.environ()) as (process, _):
        cloud.control.get("/_emulator/requests", params={"at_least": 1})
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert err.decode().split() == ["console:", "interrupted"]


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv"])
def test_a_reader_that_has_enough_ends_it_quietly(form: str, cloud: Cloud) -> None:
    ran = in_shell(f"console {' '.join(BLOCKED)} --all -o {form} | head -1", cloud)
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.out.splitlines()) == 1


def test_a_full_disk_is_told_without_a_traceback(cloud: Cloud) -> None:
    ran = in_shell(f"console {' '.join(BLOCKED)} > /dev/full", cloud)
    assert ran.code == 1
    assert "Output broke off: the output cannot be written: No space left" in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("gone", ["2> >(true)", "2> /dev/full"])
def test_the_exit_code_stays_when_nobody_reads_what_is_said(gone: str, cloud: Cloud) -> None:
    assert in_shell(f"console job {gone}", cloud).code == 2
    assert in_shell(f"console pools --profile nobody {gone}", cloud).code == 2


@pytest.mark.parametrize(
    ("closed", "lines"), [(">&-", 0), ("2>&-", 2), ("<&-", 2), ("<&- >&- 2>&-", 0)]
)
def test_closed_streams_change_nothing_else(closed: str, lines: int, cloud: Cloud) -> None:
    ran = in_shell(f"console {' '.join(BLOCKED)} --limit 2 -o ndjson {closed}", cloud)
    assert ran.code == 0
    assert len(ran.out.splitlines()) == lines
    assert "Traceback" not in ran.err


def test_nothing_is_asked_where_stdin_is_no_terminal(tmp_path: Path) -> None:
    with begun(*BLOCKED, environ={"HOME": str(tmp_path)}) as (process, _):
        assert process.wait(30) == 4  # its stdin stays open and empty all the while
