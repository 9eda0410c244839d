"""Rows: what is shown, in which order, with which marks, and what a refresh keeps."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.app.rows import QuickError, Rows
from console.app.slices import finished
from console.app.succession import succession
from console.client.paging import Row
from console.services.column import column
from console.services.model import Record
from console.text import Json
from tests.app.table_host import (
    Desktop,
    Refusal,
    Toned,
    columns,
    desktop,
    desktops,
    loaded,
    records,
)
from tests.app.table_host import refreshed as refreshed_with

if TYPE_CHECKING:
    from _collections_abc import dict_items


def ids(rows: Rows) -> list[Json]:
    return [rows.lines[index].row.get("desktop_id") for index in rows.shown]


def sorted_values(name: str, found: list[Json], *, descending: bool = False) -> list[Json]:
    rows = loaded([{name: value} for value in found])
    rows.sort(column(Desktop, name), descending=descending)
    return [rows.lines[index].row[name] for index in rows.shown]


@pytest.mark.parametrize(
    ("name", "found", "ascending"),
    [
        ("size", [10, None, 9, 100], [9, 10, 100, None]),
        ("name", ["b", "C", None, "a"], ["a", "b", "C", None]),
        ("ready", [True, None, False], [False, True, None]),
        (
            "since",
            ["2026-11-20T08:00:00+08:00", None, "2026-11-20T01:00:00Z"],
            ["2026-11-20T08:00:00+08:00", "2026-11-20T01:00:00Z", None],
        ),
        ("seen", ["never", "2026-11-20T01:00:00Z", 7, None], None),
        ("seen", ["never", "always"], ["always", "never"]),
        ("unheard_of", [3, "b", None, 2.5, True, ["x"], {"k": 1}], None),
    ],
)
def test_values_are_sorted_as_what_they_are_and_missing_ones_last(
    name: str, found: list[Json], ascending: list[Json] | None
) -> None:
    up, down = sorted_values(name, found), sorted_values(name, found, descending=True)
    if ascending:
        assert up == ascending
    present = len(found) - found.count(None)
    assert down[:present] == up[:present][::-1]
    assert up[present:] == down[present:] == [None] * found.count(None)


def test_values_of_different_types_stand_apart() -> None:
    found: list[Json] = ["later", "2026-11-20T01:00:00Z", "Earlier", "2026-11-19T01:00:00Z"]
    expected = ["2026-11-19T01:00:00Z", "2026-11-20T01:00:00Z", "Earlier", "later"]
    assert sorted_values("seen", found) == expected


def test_equal_rows_keep_the_clouds_order_in_both_directions() -> None:
    rows = loaded([desktop(n, pool="P" if n % 2 else "p") for n in range(9)])
    for descending in (False, True):
        rows.sort(column(Desktop, "pool"), descending=descending)
        assert list(rows.shown) == list(range(9))


def test_equal_values_among_others_of_another_type_keep_their_order() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret is made of it
    found: list[Json] = [chance.choice([1, 2, "x", "Y"]) for _ in range(200)]
    rows = loaded([{"unheard_of": value} for value in found])
    for descending in (False, True):
        rows.sort(column(Desktop, "unheard_of"), descending=descending)
        ranks = [str(value).casefold() for value in found]
        expected = sorted(range(200), key=ranks.__getitem__, reverse=descending)
        assert list(rows.shown) == expected


def test_sorting_is_lifted() -> None:
    rows = loaded(desktops(5))
    rows.sort(column(Desktop, "size"), descending=True)
    assert list(rows.shown) == [4, 3, 2, 1, 0]
    rows.sort(None)
    assert list(rows.shown) == [0, 1, 2, 3, 4]
    assert rows.sorted_by is None


@pytest.mark.parametrize("name", ["size", "name", "pool", "seen", "since", "age"])
@pytest.mark.parametrize("descending", [False, True])
def test_rows_that_are_added_go_where_sorting_all_of_them_would_put_them(
    name: str,
    descending: bool,  # noqa: FBT001 - a case of the test
) -> None:
    chance = random.Random(f"{name}{descending}")  # noqa: S311 - no secret is made of it
    found = [
        desktop(
            chance.randrange(50),
            age=n if n < 30 else f"{n}",
            pool=chance.choice(["a", "B", "c", None]),
            seen=chance.choice([None, "never", "2026-11-20T01:00:00Z", n]) if n > 20 else None,
        )
        for n in range(60)
    ]
    by = column(Desktop, name)
    parts = Rows()
    parts.sort(by, descending=descending)
    parts.quick("!4", columns("desktop_id"), UTC)
    for begin in range(0, 60, 7):
        part = found[begin : begin + 7]
        parts.extend(part, records(part))
    whole = loaded(found)
    whole.quick("!4", columns("desktop_id"), UTC)
    whole.sort(by, descending=descending)
    assert list(parts.shown) == list(whole.shown)
    assert 0 < len(parts.shown) < 60


def test_an_equal_answer_touches_nothing() -> None:
    rows = loaded(desktops(3))
    rows.toggle(1)
    lines, version = rows.lines, rows.version
    assert not refreshed_with(rows, desktops(3))
    assert rows.lines is lines
    assert rows.version == version


def test_a_refresh_marks_what_is_new_and_keeps_marks_by_name() -> None:
    rows = loaded(desktops(4))
    rows.toggle(1)
    rows.toggle(3)
    changed = desktop(1, name="renamed")
    assert refreshed_with(rows, [*desktops(2, first=10), changed, desktop(2)])
    assert [line.new for line in rows.lines] == [True, True, False, False]
    assert [line.row["name"] for line in rows.marked()] == ["renamed"]
    assert rows.followed(1) == 2
    assert rows.followed(3) is None
    assert refreshed_with(rows, [changed])
    assert [line.new for line in rows.lines] == [False]


def test_rows_without_a_name_are_known_by_content_and_turn() -> None:
    twice: list[Row] = [{"user": "ann", "reason": "full"}, {"reason": "full", "user": "ann"}]
    rows = loaded([*twice, {"user": "bob"}], Refusal)
    rows.toggle(1)
    assert refreshed_with(rows, [{"user": "eve"}, *reversed(twice), {"user": "bob"}], Refusal)
    assert [rows.followed(index) for index in range(3)] == [1, 2, 3]
    assert [rows.is_marked(index) for index in range(4)] == [False, False, True, False]
    assert [line.new for line in rows.lines] == [True, False, False, False]


def test_rows_that_claim_the_same_name_stay_apart() -> None:
    first, second = desktop(1), desktop(1, name="other")
    rows = loaded([first, second, {"name": "none"}, {"name": "nobody"}])
    rows.toggle(1)
    rows.toggle(3)
    changed = desktop(1, name="changed")
    assert refreshed_with(rows, [{"name": "nobody"}, first, changed, {"name": "none"}])
    assert rows.marked() == [rows.lines[0], rows.lines[2]]
    assert not any(line.new for line in rows.lines)


def _named(row: Row, identity: Sequence[str]) -> str:
    names = [row.get(field) for field in identity]
    return f"id {names}" if any(names) else f"content {sorted(row.items())}"


def _by_name(
    before: Sequence[Row], now: Sequence[Row], identity: Sequence[str]
) -> tuple[list[int | None], list[int]]:
    """Follow rows the plain way: name every one of them, equal ones by their turn."""

    def turns(rows: Sequence[Row]) -> list[tuple[str, int]]:
        names = [_named(row, identity) for row in rows]
        return [(name, names[:n].count(name)) for n, name in enumerate(names)]

    old, new = turns(before), turns(now)
    places = {name: n for n, name in enumerate(new)}
    return [places.get(name) for name in old], [n for n, name in enumerate(new) if name not in old]


some_rows = st.lists(
    st.fixed_dictionaries(
        {"user": st.sampled_from(["a", "b"])},
        optional={
            "desktop_id": st.sampled_from(["x", "y", None]),
            "more": st.sampled_from([[], {"n": 1}]),
        },
    ),
    max_size=6,
)


@settings(max_examples=400, deadline=None)
@given(
    start=some_rows,
    before=some_rows,
    now=some_rows,
    end=some_rows,
    identity=st.sampled_from([(), ("desktop_id",), ("desktop_id", "user")]),
)
def test_rows_are_followed_as_if_each_were_named(
    start: list[Row], before: list[Row], now: list[Row], end: list[Row], identity: tuple[str, ...]
) -> None:
    old, new = [*start, *before, *end], [*start, *now, *end]
    found = finished(succession(old, new, identity))
    if found is None:
        assert old == new
        return
    followed, added = _by_name(old, new, identity)
    assert [found.followed(n) for n in range(len(old))] == followed
    assert sorted(found.new) == added


class Named(dict[str, Json]):
    """A row that counts how often its content was read to name it."""

    read = 0

    def items(self) -> "dict_items[str, Json]":
        Named.read += 1
        return super().items()


def test_only_what_has_changed_is_named() -> None:
    found: list[Row] = [Named(user=f"u{n}", reason=str(n % 7)) for n in range(500)]
    rows = loaded(found, Refusal)
    rows.toggle(250)
    now = [Named(user="new", reason="3"), *found]
    read = records(now, Refusal)
    Named.read = 0
    assert rows.refresh(now, read)
    assert Named.read < 5
    assert rows.marked() == [rows.lines[251]]
    assert (rows.put_in, rows.lines[0].new) == (range(1), True)


@pytest.mark.parametrize("name", ["size", "name", "seen", "since", "age", "pool"])
def test_a_refresh_filters_and_sorts_what_has_changed_into_the_rest(name: str) -> None:
    chance = random.Random(name)  # noqa: S311 - no secret is made of it

    def some(count: int) -> list[Row]:
        return [
            desktop(
                chance.randrange(40),
                age=chance.choice([None, 1, "x", "2026-11-20T01:00:00Z"]),
                pool=chance.choice(["a", "B", None]),
                seen=chance.choice([None, "never", "2026-11-20T01:00:00Z", 7]),
            )
            for _ in range(count)
        ]

    by = column(Desktop, name)
    for descending in (False, True):
        start, end = some(9), some(9)
        rows = loaded([*start, *some(5), *end])
        rows.sort(by, descending=descending)
        rows.quick("!3", columns("name", "pool", "since"), UTC)
        for _ in range(6):
            now = [*start, *some(chance.randrange(6)), *end]
            refreshed_with(rows, now)
            whole = loaded(now)
            whole.quick("!3", columns("name", "pool", "since"), UTC)
            whole.sort(by, descending=descending)
            assert list(rows.shown) == list(whole.shown)


class Moody(Toned):
    """A computed column whose values change by themselves."""

    sign = 1

    def of(self, record: Record) -> object:
        return self.sign * int(getattr(record, "size", 0))


def test_what_a_screen_computes_is_computed_anew_at_each_refresh() -> None:
    moody = Moody()
    rows = loaded(desktops(4))
    rows.sort(moody)
    rows.quick("rated -", [moody], UTC)
    assert list(rows.shown) == []
    Moody.sign = -1
    assert refreshed_with(rows, desktops(5))
    assert list(rows.shown) == [4, 3, 2, 1]


def test_other_rows_drop_marks_and_are_not_new() -> None:
    rows = loaded(desktops(3))
    rows.mark_all()
    rows.replace(desktops(3, first=9), records(desktops(3, first=9)))
    assert not rows.marked()
    assert not any(line.new for line in rows.lines)
    rows.clear()
    assert not rows.lines
    assert not rows.shown


def test_rows_that_are_read_anew_get_their_marks_again() -> None:
    for named in (True, False):
        found = [row if named else {"size": row["size"]} for row in desktops(6)]
        found.insert(1, found[0])  # two that cannot be told apart
        rows = loaded(found)
        for index in (0, 2, 5):
            rows.toggle(index)
        marked = [line.row for line in rows.marked()]
        rows.replace(found[:3], records(found[:3]), seeking=True)
        assert [line.row for line in rows.marked()] == marked[:2]
        rows.extend(found[3:], records(found[3:]))
        assert [line.row for line in rows.marked()] == marked
        assert rows.given_up() == 0
        rows.replace(found[5:], records(found[5:]), seeking=True)
        assert [line.row for line in rows.marked()] == marked[2:]
        assert (rows.given_up(), rows.given_up()) == (2, 0)


def test_marks_that_a_filter_hides_are_counted() -> None:
    rows = loaded(desktops(6))
    rows.toggle(0)
    rows.toggle(5)
    assert rows.marked_unseen == 0
    rows.quick("name:5", columns("name"), UTC)
    assert rows.marked_unseen == 1
    rows.quick("", columns("name"), UTC)
    rows.restrict(lambda record: getattr(record, "size", 0) in {1, 2})
    assert rows.marked_unseen == 2
    rows.mark_all()
    assert [line.row["size"] for line in rows.marked()] == [0, 1, 2, 5]
    rows.unmark_all()
    assert rows.marked_unseen == 0


def test_filter_restriction_and_sorting_go_together() -> None:
    rows = loaded(desktops(30))
    rows.sort(column(Desktop, "size"), descending=True)
    rows.restrict(lambda record: getattr(record, "size", 0) < 15)
    rows.quick("desk 1", columns("name"), UTC)
    wanted = [14, 13, 12, 11, 10, 1]
    assert [rows.lines[index].row["size"] for index in rows.shown] == wanted
    assert refreshed_with(rows, desktops(12))
    assert [rows.lines[index].row["size"] for index in rows.shown] == [11, 10, 1]
    rows.restrict(None)
    rows.quick("  ", columns("name"), UTC)
    assert rows.quick_text == ""
    assert len(rows.shown) == 12


def test_a_filter_that_makes_no_sense_changes_nothing() -> None:
    rows = loaded(desktops(5))
    rows.quick("desk", columns("name"), UTC)
    with pytest.raises(QuickError):
        rows.quick("/(/", columns("name"), UTC)
    assert rows.quick_text == "desk"
    assert len(rows.shown) == 5


def test_times_are_compared_whatever_their_zone() -> None:
    rows = loaded([desktop(0, since="2026-11-20T08:00:00+08:00"), desktop(1, since=0)])
    rows.sort(column(Desktop, "since"))
    assert ids(rows) == ["d-0001", "d-0000"]
    first = getattr(rows.lines[1].record, "since", None)
    assert first == datetime(1970, 1, 1, tzinfo=UTC)
