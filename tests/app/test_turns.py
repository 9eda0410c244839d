"""Work in slices: what comes of it, in which order, and what keys do meanwhile."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.events import Key

from console.app.rows import Rows, Wish
from console.app.slices import Slices
from console.app.table_column import TableColumn
from console.app.turns import Turns
from console.client.paging import Row
from console.services.column import column
from tests.app.flow import flow
from tests.app.table_host import Desktop, Host, columns, desktop, loaded, records
from tests.cloud import Cloud

MANY = 6_000
"""Rows that are too many to be done with at once."""


def many(seed: int, count: int = MANY, first: int = 0) -> list[Row]:
    """Return rows in no order, of which many are equal in a column, and some lack a value."""
    chance = random.Random(seed)  # noqa: S311 - rows, no secrets
    return [
        desktop(
            number,
            size=chance.choice([None, 1, 2, 3, chance.randrange(10**6)]),
            name=chance.choice([None, "office", f"desk {chance.randrange(999)}", "研发"]),
        )
        for number in range(first, first + count)
    ]


def told(said: list[str], word: str, times: int) -> Slices[None]:
    """Say a word some times, with a pause after each."""
    for _ in range(times):
        said.append(word)
        yield


async def done(turns: Turns, *names: str) -> None:
    """Wait until some work is done."""
    async with asyncio.timeout(15):
        while any(name in turns for name in names):  # noqa: ASYNC110 - work says to nobody that it is done
            await asyncio.sleep(0.001)


def lasting(said: list[str], word: str) -> Slices[None]:
    """Say a word when it begins and when it ends, and be too long for one slice."""
    said.append(f"{word} begins")
    for _ in range(50):
        sum(range(50_000))
        yield
    said.append(f"{word} ends")


def turns_here(hearing: Sequence[bool] = (False,)) -> Turns:
    tasks: list[asyncio.Task[None]] = []
    return Turns(lambda work: tasks.append(asyncio.ensure_future(work)), lambda: hearing[0])


async def test_what_is_short_is_done_at_once() -> None:
    said: list[str] = []
    turns = turns_here()
    turns.take("a", told(said, "a", 3))
    assert said == ["a"] * 3
    assert "a" not in turns


async def test_what_is_long_gives_way_and_newer_work_takes_its_place() -> None:
    said: list[str] = []
    turns = turns_here()
    turns.take("view", lasting(said, "first"))
    turns.take("count", lasting(said, "count"), rank=1)
    assert said == ["first begins"]
    turns.take("view", lasting(said, "second"))
    await done(turns, "view", "count")
    assert said == ["first begins", "second begins", "second ends", "count begins", "count ends"]


async def test_work_that_is_dropped_is_not_done_and_later_work_is() -> None:
    said: list[str] = []
    turns = turns_here()
    turns.take("view", lasting(said, "dropped"))
    turns.drop("view")
    turns.take("view", lasting(said, "kept"))
    await done(turns, "view")
    assert said == ["dropped begins", "kept begins", "kept ends"]


async def test_work_may_ask_for_work_of_its_own_name() -> None:
    said: list[str] = []
    turns = turns_here()

    def again() -> Slices[None]:
        yield
        turns.take("view", told(said, "again", 1))

    turns.take("view", again())
    await done(turns, "view")
    assert said == ["again"]


async def test_what_goes_wrong_is_told_and_the_rest_goes_on() -> None:
    said: list[str] = []
    turns = turns_here()

    def wrong() -> Slices[None]:
        yield
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        turns.take("a", wrong())
    turns.take("b", told(said, "b", 1))
    assert said == ["b"]


async def test_work_makes_way_while_a_key_is_heard_but_not_for_ever() -> None:
    said: list[str] = []
    hearing = [True]
    turns = turns_here(hearing)
    turns.take("view", lasting(said, "view"))
    await done(turns, "view")
    assert said == ["view begins", "view ends"]


# The rows


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 99),
    name=st.sampled_from(["size", "name", "since", None]),
    way=st.sampled_from(["up", "down"]),
    text=st.sampled_from(["", "off", "研", "!desk 1", "/k [0-3]/", "08:1"]),
    before=st.sampled_from(["", "o", "8"]),
    more=st.integers(0, 20),
)
def test_slices_come_to_what_is_done_at_once(  # noqa: PLR0917 - hypothesis passes them by name
    seed: int, name: str | None, way: str, text: str, before: str, more: int
) -> None:
    """Whatever was shown before, and however many rows come meanwhile."""
    found = many(seed)
    descending = way == "down"
    by: tuple[TableColumn, bool] | None = (column(Desktop, name), descending) if name else None
    sliced = loaded(found)
    sliced.quick(before, columns(), UTC)
    sliced.want(replace(sliced.wanted, sorted_by=by, text=text, columns=tuple(columns())))
    work, slices = sliced.becoming(), 0
    for slices, _ in enumerate(work, 1):
        if slices <= more:
            assert (sliced.sorted_by, sliced.quick_text) == (None, before)
            come = many(seed + slices, 100, first=len(sliced.lines))
            sliced.extend(come, records(come))
            found += come
    assert slices or not (by or text)
    at_once = loaded(found)
    at_once.quick(text, columns(), UTC)
    at_once.sort(*(by[:1] if by else (None,)), descending=descending)
    assert list(sliced.shown) == list(at_once.shown)
    assert (sliced.sorted_by, sliced.quick_text) == (by, text)
    if by:
        assert list(sliced.shown) == plainly(sliced, *by)


def plainly(rows: Rows, by: TableColumn, descending: bool) -> list[int]:  # noqa: FBT001 - as in `Wish`
    """Return the shown rows as Python's own sorting puts them."""
    values = {n: by.of(rows.lines[n].record) for n in sorted(rows.shown)}
    present = [n for n, value in values.items() if value is not None]
    present.sort(key=lambda n: _comparable(values[n]), reverse=descending)
    return present + [n for n, value in values.items() if value is None]


def _comparable(value: object) -> Any:  # Any: what compares with its like
    return value.casefold() if isinstance(value, str) else value


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 99), gone=st.integers(0, 300), came=st.integers(0, 4_000))
def test_a_refresh_in_slices_keeps_marks_that_are_made_meanwhile(
    seed: int, gone: int, came: int
) -> None:
    found = many(seed)
    rows = loaded(found)
    rows.sort(column(Desktop, "name"), descending=True)
    rows.quick("desk", columns(), UTC)
    rows.toggle(5_000)
    now = [*many(seed + 1, came, first=MANY), *found[gone:]]
    work = rows.refreshing(now, records(now))
    next(work)
    rows.toggle(5_001)
    for _ in work:
        assert [line.row for line in rows.lines[:5]] == found[:5]
    kept = [line.row["desktop_id"] for line in rows.marked()]
    assert kept == ["d-5000", "d-5001"]
    assert sum(line.new for line in rows.lines) == came
    at_once = loaded(now)
    at_once.sort(column(Desktop, "name"), descending=True)
    at_once.quick("desk", columns(), UTC)
    assert list(rows.shown) == list(at_once.shown)


# The table

_VIEW = "view"


async def test_keys_meanwhile_act_on_what_is_shown_and_wishes_add_up() -> None:
    rows = loaded([desktop(number, size=(number * 7919) % 40_009) for number in range(40_000)])
    host = Host(rows, columns("name", "size"))
    async with host.run_test() as pilot:
        table = host.table
        table.column_cursor = 1
        table.action_sort()
        assert _VIEW in table.work.turns
        assert rows.shown == range(40_000)
        table.action_cursor_down()
        assert table.line is rows.lines[1]
        assert "↑" not in host.painted()[0]
        table.action_sort()  # the second press, before the first one is done
        table.work.want(replace(rows.wanted, text="7", columns=tuple(columns("name"))))
        await done(table.work.turns, _VIEW)
        await pilot.pause()
        assert rows.sorted_by == (table.column, True)
        assert "Size ↓" in host.painted()[0]
        sizes = [table.columns[1].of(rows.lines[n].record) for n in rows.shown]
        assert sizes == sorted(sizes, key=_comparable, reverse=True)
        assert all("7" in str(rows.lines[n].row["name"]) for n in rows.shown)
        assert host.said.count("sorted") == 1


async def test_other_rows_are_shown_as_was_wished_for_those_before() -> None:
    rows = loaded([desktop(number, size=-number) for number in range(40_000)])
    host = Host(rows, columns("name", "size"))
    async with host.run_test() as pilot:
        table = host.table
        table.sort_by(table.columns[1])
        assert _VIEW in table.work.turns
        few = [desktop(number, size=-number) for number in range(3)]
        rows.replace(few, records(few))
        table.rows_replaced()
        assert _VIEW not in table.work.turns
        assert list(rows.shown) == [2, 1, 0]
        await done(table.work.turns, "release")
        await pilot.pause()
        assert "desk 2" in host.painted()[1]


async def test_an_expression_that_takes_too_long_is_refused_and_the_sorting_is_not() -> None:
    rows = loaded([desktop(n, name="a word! " * (1 + n // 25), size=-n) for n in range(3_000)])
    host = Host(rows, columns("name", "size"))
    refused: list[str] = []
    async with host.run_test():
        table = host.table
        by = (table.columns[1], False)
        wish = Wish(sorted_by=by, text=r"name:/^(\w+\s?|.)+\d$/", columns=tuple(table.columns))
        table.work.want(wish, refused=lambda error: refused.append(error.sentence))
        await done(table.work.turns, _VIEW)
        assert [words for words in refused if "takes too long" in words]
        assert (rows.quick_text, rows.sorted_by) == ("", by)
        assert [rows.shown[0], len(rows.shown)] == [2_999, 3_000]


async def test_another_zone_and_other_columns_are_as_wide_as_if_they_had_been_measured() -> None:
    rows = loaded(many(3))
    host = Host(rows, columns("since", "name"))
    async with host.run_test() as pilot:
        table = host.table
        table.columns = columns("name", "desktop_id", "since")
        await done(table.work.turns, "columns")
        table.zone = None
        await pilot.pause()
        header = host.painted()[0]
        widths = table.measure.widths(None)
    fresh = Host(rows, columns("name", "desktop_id", "since"), zone=None)
    async with fresh.run_test() as pilot:
        await pilot.pause()
        assert fresh.table.measure.widths(None) == widths
        assert fresh.painted()[0] == header


async def test_a_key_that_acts_on_rows_waits_for_those_that_were_asked_for(
    cloud: Cloud, tmp_path: Path
) -> None:
    """Otherwise it would mark a row that is about to be somewhere else."""
    async with flow(cloud, tmp_path) as console:
        await console.press("1")
        rows, table = console.screen.rows, console.screen.table
        first = rows.lines[0].row
        found = [{**first, "user_name": f"user {(n * 7919) % 40_009}"} for n in range(40_000)]
        rows.replace(found, [type(rows.lines[0].record).of(row) for row in found])
        table.rows_replaced()
        by = next(each for each in table.columns if each.name == "user_name")
        wish = Wish(sorted_by=(by, True), text="user", columns=tuple(table.columns), zone=UTC)
        table.work.want(wish)
        assert _VIEW in table.work.turns
        for key in (Key("down", None), Key("space", " ")):
            console.app.post_message(key)
        while _VIEW in table.work.turns:
            assert not rows.marks
            await console.pilot.pause()
        assert table.line is rows.lines[1]  # it was gone to while rows were shown as before
        while not rows.marks:
            await console.pilot.pause()
        assert [line.row["user_name"] for line in rows.marked()] == [found[1]["user_name"]]
        assert rows.sorted_by == (by, True)
