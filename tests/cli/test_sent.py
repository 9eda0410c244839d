"""`console sent`: the journal, as a table, in full, pruned and exported."""

import csv
import io
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from console.cli.run import run
from console.outbox.journal import Journal
from console.outbox.send import DesktopCourse, Outcome, Place, Target
from console.text import Json
from tests.cli.terminal import on_terminal
from tests.cloud import Ran

ENVIRON = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}

Here: TypeAlias = Callable[..., Ran]

PLACE = Place("prod", "cn-north-4", "project", "domain", "https://workspace.example.com")
POOL = Target("pool", "p-1", "研发一部 \x1b[31m[/]", desktops=3)
COURSE = (
    DesktopCourse("d-1", "DEV-1", "li", "delivered"),
    DesktopCourse("d-2", "DEV-2", "=cmd", "failed", "桌面已关机 (WKS.1)"),
)


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Here:
    """Give what runs a command in this process, in a home of its own, without any profile."""
    for name in [
        each for each in os.environ if each.startswith(("CONSOLE_", "HUAWEI", "HW_", "OS_"))
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CONSOLE_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("CONSOLE_CONFIG_DIR", str(tmp_path))

    def ran(*words: str) -> Ran:
        code = run(("sent", *words))
        return Ran(int(code), *capfd.readouterr())

    return ran


@pytest.fixture
def filled(tmp_path: Path) -> None:
    """Fill the journal: one of each outcome, from 90 minutes ago on, half an hour apart."""
    now = datetime.now(UTC)
    times = iter(now - timedelta(minutes=90 - 30 * number) for number in range(4))
    at = [now]
    with Journal(tmp_path / "outbox.sqlite3", now=lambda: at[0]) as journal:
        for outcome in ("partly", "rejected", "unknown", "accepted"):
            at[0] = next(times)
            (send,) = journal.write(PLACE, [POOL], f"to be {outcome}\n=1+1")
            journal.going(send.id)
            if outcome == "partly":
                journal.settle(send.id, Outcome.ACCEPTED, job_id="job-1")
                journal.course(send.id, "COMPLETE", COURSE, ended=True, verdict="partly")
            elif outcome == "accepted":
                journal.settle(send.id, Outcome.ACCEPTED, job_id="job-2")
            else:
                error: dict[str, Json] = {"title": "T", "message": "why\x1b[31m", "status": 409}
                journal.settle(send.id, Outcome(outcome), error=error)


def numbers(ran: Ran) -> list[int]:
    """Return the numbers of the sends in an output of JSON."""
    return [row["id"] for row in json.loads(ran.out)]


def test_an_empty_journal_is_said(here: Here) -> None:
    ran = here()
    assert (ran.code, ran.out) == (0, "")
    assert "nothing was sent" in ran.err
    assert numbers(here("-o", "json")) == []


@pytest.mark.usefixtures("filled")
def test_the_newest_is_first_and_what_is_not_known_is_no_nought(here: Here) -> None:
    lines = here("--utc").out.splitlines()
    assert lines[0].split()[:2] == ["No.", "Sent"]
    assert [line.split()[0] for line in lines[1:]] == ["4", "3", "2", "1"]
    assert [word in line for word, line in zip(STANDS, lines[1:], strict=True)] == [True] * 4
    assert "\x1b" not in "".join(lines)
    partly, accepted = lines[4].split("partly")[1], lines[1].split("accepted")[1]
    assert partly.split()[:2] == ["1", "1"]
    assert accepted.split()[:2] == ["-", "-"]


STANDS = ("accepted", "unknown", "rejected", "partly")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], [4, 3, 2, 1]),
        (["--limit", "2"], [4, 3]),
        (["--limit", "2", "--all"], [4, 3, 2, 1]),
        (["--outcome", "unknown"], [3]),
        (["--outcome", "accepted"], [4, 1]),
        (["--outcome", "partly", "--outcome", "rejected"], [2, 1]),
        (["--since", "-45m"], [4, 3]),
        (["--since", "-45m", "--outcome", "partly"], []),
    ],
    ids=lambda each: " ".join(map(str, each)),
)
def test_what_is_asked_for_is_shown(words: list[str], found: list[int], here: Here) -> None:
    assert numbers(here(*words, "-o", "json")) == found


@pytest.mark.usefixtures("filled")
def test_each_format_is_safe_in_its_own_way(here: Here) -> None:
    rows = [json.loads(line) for line in here("-o", "ndjson").out.splitlines()]
    assert rows[-1]["target"]["name"] == POOL.name
    assert rows[-1]["desktops"][1]["reason"] == "桌面已关机 (WKS.1)"
    assert (rows[-1]["delivered"], rows[-1]["failed"]) == (1, 1)
    assert rows[0]["delivered"] is None
    table = here("-o", "csv", "--columns", "id,text,target.name").out
    assert list(csv.reader(io.StringIO(table)))[-1] == [
        "1",
        "to be partly\n=1+1",
        POOL.name.replace("\x1b", "\u241b"),
    ]


@pytest.mark.usefixtures("filled")
def test_one_send_is_shown_in_full(here: Here) -> None:
    shown = here("1").out
    for words in ("Status:       partly", "  | to be partly\n  | =1+1\n", "DEV-2", "桌面已关机"):
        assert words in shown
    assert "\x1b" not in shown
    assert "Why:          why\u241b[31m" in here("2").out
    assert "console job job-2 --follow" in here("4").err
    assert json.loads(here("1", "-o", "json").out)["verdict"] == "partly"
    assert [json.loads(line)["state"] for line in here("1", "-o", "ndjson").out.splitlines()] == [
        "delivered",
        "failed",
    ]
    missing = here("9")
    assert (missing.code, missing.out) == (1, "")
    assert "there is no send 9" in missing.err


def test_reasons_are_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    long = "The desktop is hibernated and cannot receive any notifications at all (WKS.0202)"
    course = [
        DesktopCourse("1" * 36, "DEV-2", "wang", "delivered"),
        DesktopCourse("0" * 36, "DEV-1", "li", "failed", long),
    ]
    with Journal(tmp_path / "outbox.sqlite3") as journal:
        (send,) = journal.write(PLACE, [POOL], "m")
        journal.going(send.id)
        journal.settle(send.id, Outcome.ACCEPTED, job_id="j")
        journal.course(send.id, "FAIL", course, ended=True, verdict="partly")
    environ = {**ENVIRON, "CONSOLE_STATE_DIR": str(tmp_path)}
    narrow = on_terminal("sent", "1", environ=environ, columns=80).out.splitlines()
    at = narrow.index("DEV-1  li    failed")
    assert narrow[at + 1 : at + 4] == [
        "    The desktop is hibernated and cannot receive any notifications at all",
        "    (WKS.0202): it does not exist, or not in this project",
        "DEV-2  wang  delivered",
    ]
    assert max(map(len, narrow)) <= 80
    wide = on_terminal("sent", "1", environ=environ, columns=200).out
    assert "0" * 36 in wide
    assert f"{long}: it does not exist" in wide


@pytest.mark.usefixtures("filled")
def test_pruning_keeps_what_is_not_over(here: Here) -> None:
    assert "2 sends removed" in here("--prune", "0").err
    assert numbers(here("-o", "json")) == [4, 3]


@pytest.mark.usefixtures("filled")
def test_an_export_is_whole_oldest_first_and_over_nothing(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "sent.ndjson"
    assert "4 sends written" in here("--export", str(file)).err
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == [1, 2, 3, 4]
    again = here("--export", str(file))
    assert again.code == 1
    assert "already" in again.err
    assert here("--export", str(tmp_path / "sent.txt")).code == 2


@pytest.mark.parametrize(
    "words", [["--since", "soon"], ["1", "--prune", "3"], ["--outcome", "lost"], ["0"]]
)
def test_what_makes_no_sense_is_two(words: list[str], here: Here) -> None:
    assert here(*words).code == 2


@pytest.mark.parametrize("job_id", ["job-2", "$(touch x)", "-o json", "a;b", "作业", "a\x1b[31m"])
def test_a_command_to_be_pasted_holds_no_more_than_a_plain_id(
    job_id: str, here: Here, tmp_path: Path
) -> None:
    with Journal(tmp_path / "outbox.sqlite3") as journal:
        (send,) = journal.write(PLACE, [POOL], "m")
        journal.going(send.id)
        journal.settle(send.id, Outcome.ACCEPTED, job_id=job_id)
    said = here("1").err
    assert "its course is not known here" in said
    assert ("--follow" in said) is (job_id == "job-2")
