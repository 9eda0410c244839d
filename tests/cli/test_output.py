"""What the listings write: every format, what is said beside it, and how it fits a terminal."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

import pytest
from rich.cells import cell_len

from console.client.client import Client
from console.services import LISTINGS
from console.services.desktop_notifications import send_to_pool
from tests.cli.terminal import on_terminal
from tests.cloud import Cloud, Ran, console, running_cloud

BLOCKED: Final = ("blocked", "--query-type", "DESKTOP")

Rows = list[dict[str, Any]]  # Any: whatever the cloud says


def rows_of(cloud: Cloud, *arguments: str, **changes: str) -> Rows:
    """Return what a listing writes as JSON."""
    ran = console(*arguments, "-o", "json", environ=cloud.environ(**changes))
    assert ran.code == 0, ran.err
    rows: Rows = json.loads(ran.out)
    return rows


def lasting(rows: Iterable[dict[str, Any]]) -> Rows:
    """Return rows without what changes while a job goes on."""
    moving = {"status", "process", "end_time", "error_code", "fail_reason"}
    return [{name: row[name] for name in row.keys() - moving} for row in rows]


def records_of(ran: Ran) -> Rows:
    """Return the rows of CSV."""
    return list(csv.DictReader(io.StringIO(ran.out, newline="")))


# Every listing in every format


async def _sent(cloud: Cloud, pool: str) -> str:
    async with Client(cloud.profile()) as client:
        return await send_to_pool(client, pool, "hello")


@pytest.fixture
def needs(name: str, cloud: Cloud) -> tuple[str, ...]:
    """Give the options that a listing cannot do without."""
    if name not in {"blocked", "desktops", "pool-users", "job-desktops", "workspaces"}:
        return ()
    pool = next(row["id"] for row in rows_of(cloud, "pools") if row["status"] == "STEADY")
    options = {
        "blocked": ("--query-type", "DESKTOP"),
        "desktops": ("--pool-id", pool),
        "pool-users": ("--pool-id", pool),
        "job-desktops": ("--job-id", asyncio.run(_sent(cloud, pool))),
        "workspaces": ("--instance-id", cloud.facts["instance_id"]),
    }
    return options[name]


@pytest.mark.parametrize("name", LISTINGS)
def test_every_format_of_a_listing_holds_the_same_rows(
    name: str, needs: tuple[str, ...], cloud: Cloud
) -> None:
    table, array, lines, sheet = (
        console(name, *needs, "-o", form, environ=cloud.environ())
        for form in ("table", "json", "ndjson", "csv")
    )
    assert {ran.code for ran in (table, array, lines, sheet)} == {0}
    rows = json.loads(array.out)
    assert rows
    assert lasting(map(json.loads, lines.out.splitlines())) == lasting(rows)
    assert len(records_of(sheet)) == len(rows)
    assert len(table.out.splitlines()) == len(rows) + 1
    assert array.err == lines.err == sheet.err == table.err


def test_a_listing_without_rows_says_so_and_parses(cloud: Cloud) -> None:
    nobody = (*BLOCKED, "--user-name", "nobody.at.all")
    for form, written in (("table", ""), ("json", "[]\n"), ("ndjson", "")):
        ran = console(*nobody, "-o", form, environ=cloud.environ())
        said = (
            "console: no rows for --query-type DESKTOP --user-name nobody.at.all; "
            "is each of these meant, and spelt as the cloud has it?\n"
        )
        assert (ran.code, ran.out, ran.err) == (0, written, said)
    assert records_of(console(*nobody, "-o", "csv", environ=cloud.environ())) == []


@pytest.mark.parametrize(
    "changes",
    [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}],
    ids=["C", "ascii", "C without UTF-8 mode"],
)
def test_the_output_is_utf8_in_any_locale(changes: Mapping[str, str], cloud: Cloud) -> None:
    arguments = (*BLOCKED, "--columns", "user_name,type,desktop_nam")
    plain = console(*arguments, environ=cloud.environ())
    ran = console(*arguments, environ=cloud.environ(**changes))
    assert not plain.out.isascii()
    assert (ran.code, ran.out, ran.err) == (0, plain.out, plain.err)
    assert console("--help", environ=cloud.environ(**changes)).code == 0


# Whose rows


def test_a_pool_is_named_where_its_id_is_asked_for(cloud: Cloud) -> None:
    one = next(row for row in rows_of(cloud, "pools") if row["desktop_count"])
    cloud.reset()
    by_id = rows_of(cloud, "desktops", "--pool-id", one["id"])
    assert len(cloud.requests()) == 1, "an id is taken for one"
    assert rows_of(cloud, "desktops", "--pool", one["name"]) == by_id
    ran = console("pool-users", "--pool-id", "Kiosk", environ=cloud.environ())
    assert (ran.code, ran.out) == (2, "")
    assert "there is no pool 'Kiosk'" in ran.err
    assert "did you mean Kiosk-Lobby (" in ran.err


def test_desktops_are_listed_with_what_names_them_to_other_commands(cloud: Cloud) -> None:
    one = next(row for row in rows_of(cloud, "pools") if row["desktop_count"])
    ran = on_terminal(
        "desktops", "--pool", one["name"], environ=cloud.environ(NO_COLOR="1"), columns=80
    )
    ids = [row["desktop_id"] for row in rows_of(cloud, "desktops", "--pool", one["name"])]
    assert all(each in line for each, line in zip(ids, ran.out.splitlines()[1:], strict=True))


# Of which time


@pytest.fixture(scope="module")
def past() -> Iterator[Cloud]:
    """Run a cloud whose rows end at a time that does not move."""
    with running_cloud("--clock", "2026-11-21T01:30:00Z") as found:
        yield found


def test_the_rows_of_a_period_are_read_to_its_edge_and_not_further(past: Cloud) -> None:
    def on(row: Mapping[str, Any]) -> bool:
        return str(row["operate_time"]).startswith("2026-11-20")

    newest = ("--sort-field", "operate_time", "--sort-type", "DESC")
    every = [row for row in rows_of(past, *BLOCKED, *newest, "--all") if on(row)]
    asked = (*BLOCKED, "--period", "2026-11-20", "--utc")
    past.reset()
    assert rows_of(past, *asked, "--all", "--page-size", "200") == every
    assert len(past.requests()) < 12, "of about 90 pages"
    oldest = ("--sort-field", "operate_time", "--sort-type", "ASC", "--limit", "5")
    assert rows_of(past, *asked, *oldest) == every[::-1][:5]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (
            ("2026-11-20", "--limit", "2"),
            0,
            "console: 2026-11-20: the newest 2 rows; --all writes every one\n",
        ),
        (
            ("2020-01-01..2020-01-02", "--user-name", "nobody"),
            0,
            ", both days included: no rows for --query-type DESKTOP --user-name nobody; is each",
        ),
        (("2026-11-20T01:30..2026-11-20T01:31",), 0, "to 2026-11-20 01:31: "),
        (("someday",), 2, "--period must be a period: yesterday, 2h"),
        (("today", "--offset", "3"), 2, "--period and --offset exclude each other"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_a_period_is_and_how_much_of_it_is_written_is_said(
    options: tuple[str, ...], code: int, said: str, past: Cloud
) -> None:
    ran = console(*BLOCKED, "--utc", "--period", *options, environ=past.environ())
    assert ran.code == code
    assert said in ran.err


# How many rows


@pytest.mark.parametrize(
    ("options", "count", "said"),
    [
        ((), 100, "console: 100 of 18,344 rows, oldest first; --all writes every one\n"),
        (("--limit", "3"), 3, "console: 3 of 18,344 rows, oldest first; --all writes every one\n"),
        (
            ("--limit", "1500"),
            1500,
            "console: 1,500 of 18,344 rows, oldest first; --all writes every one\n",
        ),
        (("--all",), 18_344, ""),
        (("--offset", "18340"), 4, "console: rows 18,341 to 18,344 of 18,344, oldest first\n"),
        (
            ("--all", "--offset", "18340"),
            4,
            "console: rows 18,341 to 18,344 of 18,344, oldest first\n",
        ),
        (("--offset", "99999"), 0, "console: no rows from 99,999 on; there are 18,344\n"),
        (("--limit", "20000"), 18_344, ""),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, tuple) else "",
)
def test_truncation_is_said(options: tuple[str, ...], count: int, said: str, cloud: Cloud) -> None:
    ran = console(*BLOCKED, *options, "-o", "ndjson", environ=cloud.environ())
    assert (ran.code, len(ran.out.splitlines()), ran.err) == (0, count, said)


def test_limit_and_offset_choose_rows_of_the_whole(cloud: Cloud) -> None:
    whole = rows_of(cloud, *BLOCKED, "--limit", "30")
    part = rows_of(cloud, *BLOCKED, "--limit", "7", "--offset", "11", "--page-size", "3")
    assert part == whole[11:18]


def test_the_page_size_is_what_is_asked_for(cloud: Cloud) -> None:
    rows_of(cloud, *BLOCKED, "--limit", "10", "--page-size", "4")
    assert {"limit=4" in request["query"] for request in cloud.requests()} == {True}


# Columns


def test_columns_are_written_in_the_order_that_was_asked_for(cloud: Cloud) -> None:
    options = ("--columns", "desktop_name,type", "--limit", "1")
    sheet = console(*BLOCKED, *options, "-o", "csv", environ=cloud.environ())
    assert sheet.out.startswith("desktop_name,type\n")
    assert list(rows_of(cloud, *BLOCKED, *options)[0]) == ["desktop_name", "type"]
    table = console(*BLOCKED, *options, environ=cloud.environ())
    assert table.out.splitlines()[0].split() == ["Desktop", "Channel"]


def test_a_column_with_dots_reaches_inside(cloud: Cloud) -> None:
    whole = rows_of(cloud, "pools")
    options = ("--columns", "product.cpu,root_volume.size")
    rows = rows_of(cloud, "pools", *options)
    assert [row["product.cpu"] for row in rows] == [row["product"]["cpu"] for row in whole]
    sheet = records_of(console("pools", *options, "-o", "csv", environ=cloud.environ()))
    assert [row["product.cpu"] for row in sheet] == [row["product"]["cpu"] for row in whole]


def test_a_column_may_be_called_as_the_cloud_calls_it(cloud: Cloud) -> None:
    ours, theirs = (
        console("checks", "--columns", name, environ=cloud.environ())
        for name in ("send_mail", "sendMail")
    )
    assert ours == theirs
    assert ours.err == ""


@pytest.mark.parametrize(
    ("command", "name", "said"),
    [
        (BLOCKED, "user_nam", "user_nam is no column known here; did you mean user_name?"),
        (
            ("pools",),
            "product.cpus",
            "product.cpus is no column known here; did you mean product.cpu?",
        ),
        (BLOCKED, "qqqq", "qqqq is no column known here"),
        (BLOCKED, "model_dump", "model_dump is no column known here"),
    ],
    ids=["near", "near inside", "far", "a method of ours"],
)
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_an_unknown_column_is_said_and_empty(
    command: tuple[str, ...], name: str, said: str, form: str, cloud: Cloud
) -> None:
    options = ("--columns", name, "--limit", "2", "-o", form)
    ran = console(*command, *options, environ=cloud.environ())
    assert ran.code == 0
    assert ran.err.splitlines()[0] == f"console: {said}"
    filled = {
        "table": f"{name.rpartition('.')[2]}\n-\n-\n",
        "json": f'[\n{{"{name}":null}},\n{{"{name}":null}}\n]\n',
        "csv": f'{name}\n""\n""\n',
    }
    assert ran.out == filled[form]


def test_a_field_that_nobody_knows_yet_is_a_column_too(cloud: Cloud) -> None:
    row = {"brand_new": "here", "inner": {"deep": [1, None]}}
    body = json.dumps({"total_count": 1, "notification_records": [row]})
    cloud.script({"action": "answer", "path": "notification-records", "body": body})
    options = ("--columns", "brand_new,inner", "-o", "csv")
    ran = console(*BLOCKED, *options, environ=cloud.environ())
    assert ran.out == 'brand_new,inner\nhere,"deep 1, -"\n'


# Times


def test_times_are_in_the_zone_that_the_header_names(cloud: Cloud) -> None:
    options = (*BLOCKED, "--limit", "1", "--columns", "operate_time")
    there, utc, same = (
        console(*options, *more, environ=cloud.environ(TZ="XYZ-08:00"))
        for more in ((), ("--utc",), ("--utc",))
    )
    assert there.out.startswith("Time (XYZ)")
    assert utc.out.startswith("Time (UTC)")
    raw = rows_of(cloud, *options, TZ="XYZ-08:00")[0]["operate_time"]
    assert utc.out.splitlines()[1] == raw[:19].replace("T", " ")
    assert there.out.splitlines()[1] != utc.out.splitlines()[1] == same.out.splitlines()[1]


def test_times_in_csv_carry_their_offset(cloud: Cloud) -> None:
    options = (*BLOCKED, "--limit", "1", "-o", "csv", "--columns", "operate_time")
    there = console(*options, environ=cloud.environ(TZ="XYZ-08:00"))
    utc = console(*options, "--utc", environ=cloud.environ(TZ="XYZ-08:00"))
    assert there.out.splitlines()[1].endswith("+08:00")
    assert utc.out.splitlines()[1].endswith("+00:00")


# On a terminal


@pytest.mark.parametrize("columns", [80, 40, 12])
def test_a_table_fits_the_terminal_and_says_what_it_leaves_out(columns: int, cloud: Cloud) -> None:
    ran = on_terminal(*BLOCKED, environ=cloud.environ(NO_COLOR="1"), columns=columns)
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert len(lines) == 101
    assert all(cell_len(line) <= columns for line in lines)
    assert any(line.endswith("…") for line in lines)
    left_out = re.findall(r"too narrow for (.*); --columns chooses", ran.err)
    # The column that holds nothing goes first, then those at the end.
    assert left_out[0].startswith("desktop_pool_name" if columns == 80 else "")
    assert (columns < 80) == left_out[0].endswith("error_message")


def test_a_command_without_columns_to_choose_offers_no_such_option(cloud: Cloud) -> None:
    pool = next(row["id"] for row in rows_of(cloud, "pools") if row["status"] == "STEADY")
    job = asyncio.run(_sent(cloud, pool))
    ran = on_terminal("job", job, environ=cloud.environ(NO_COLOR="1"), columns=30)
    assert "too narrow for " in ran.err
    assert "-o json has them" in ran.err
    assert "--columns" not in ran.err


def test_times_ids_and_the_cloud_s_own_words_are_never_cut(cloud: Cloud) -> None:
    ran = on_terminal("pools", environ=cloud.environ(NO_COLOR="1"), columns=60)
    ids = [str(row["id"]) for row in rows_of(cloud, "pools")]
    assert all(id_ in line for id_, line in zip(ids, ran.out.splitlines()[1:], strict=True))
    reviews = on_terminal("reviews", environ=cloud.environ(NO_COLOR="1"), columns=80)
    assert all(
        re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", li) for li in reviews.out.splitlines()[1:]
    )
    assert " to review " in reviews.out


def test_a_wide_terminal_cuts_nothing(cloud: Cloud) -> None:
    ran = on_terminal(*BLOCKED, environ=cloud.environ(NO_COLOR="1"), columns=400)
    assert ran.out == console(*BLOCKED, environ=cloud.environ()).out


@pytest.mark.parametrize("columns", [0, 60])
def test_wide_narrow_and_joined_characters_are_aligned_by_cells(columns: int, cloud: Cloud) -> None:
    names = [
        "abc",
        "张三丰",
        "e\u0301" * 3,
        "\uff21\uff22\uff23",
        "مرحبا",
        "长" * 200,
        "x" * 399,
        "-",
    ]
    rows = [{"user_name": name, "type": "MARK"} for name in names]
    body = json.dumps({"total_count": len(rows), "notification_records": rows})
    cloud.script({"action": "answer", "path": "notification-records", "body": body})
    arguments = (*BLOCKED, "--columns", "user_name,type")
    if columns:
        ran = on_terminal(*arguments, environ=cloud.environ(NO_COLOR="1"), columns=columns)
    else:
        ran = console(*arguments, environ=cloud.environ())
    lines = ran.out.splitlines()[1:]
    assert len({cell_len(line.partition("MARK")[0]) for line in lines}) == 1
    assert len(lines) == len(names)


def test_a_header_stands_out_on_a_terminal_alone(cloud: Cloud) -> None:
    ran = on_terminal(*BLOCKED, environ=cloud.environ())
    assert ran.out.count("\x1b") == 2
    assert "\x1b" not in console(*BLOCKED, environ=cloud.environ(TERM="xterm")).out


@pytest.mark.parametrize("changes", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}])
def test_a_terminal_that_wants_no_style_gets_none(changes: dict[str, str], cloud: Cloud) -> None:
    ran = on_terminal(*BLOCKED, environ=cloud.environ(**changes))
    assert ran.code == 0
    assert "\x1b" not in ran.out


# Progress


def test_progress_is_shown_where_rows_go_elsewhere_and_somebody_watches(cloud: Cloud) -> None:
    arguments = (*BLOCKED, "--all", "-o", "ndjson")
    ran = on_terminal(*arguments, environ=cloud.environ(), streams=["err"])
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 18_344
    steps = [int(step) for step in re.findall(r"(\d+)/18344", ran.err)]
    assert all(earlier <= later for earlier, later in pairwise(steps))
    assert steps[-1] == 18_344
    assert ran.err.endswith("\n")


def test_progress_is_not_shown_on_the_terminal_that_the_rows_go_to(cloud: Cloud) -> None:
    everywhere = ("in", "out", "err")
    arguments = (*BLOCKED, "--all", "-o", "ndjson")
    ran = on_terminal(*arguments, environ=cloud.environ(), streams=everywhere)
    assert len(ran.out.splitlines()) == 18_344
    assert all(line.startswith("{") for line in ran.out.splitlines())


def test_an_absurd_total_is_refused_and_breaks_no_bar(cloud: Cloud) -> None:
    body = f'{{"total_count":1{"0" * 400},"notification_records":[{{}}]}}'
    cloud.script({"action": "answer", "path": "notification-records", "body": body})
    ran = on_terminal(*BLOCKED, "--all", "-o", "ndjson", environ=cloud.environ(), streams=["err"])
    assert (ran.code, ran.out) == (1, "")
    assert "total_count is number, not a count" in ran.err


def test_progress_is_not_shown_where_nobody_watches(cloud: Cloud) -> None:
    assert console(*BLOCKED, "--all", "-o", "ndjson", environ=cloud.environ()).err == ""
