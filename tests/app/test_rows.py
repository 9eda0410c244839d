"""Rows: what is shown, in which order, with which marks, and what a refresh keeps."""

import random
from datetime import UTC, datetime

import pytest

from console.app.rows import QuickError, Rows
from console.client.paging import Row
from console.services.column import column
from console.text import Json
from tests.app.table_host import Desktop, Refusal, columns, desktop, desktops, loaded, records
from tests.app.table_host import refreshed as refreshed_with


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
    assert len({rows.identity(index) for index in range(3)}) == 3
    rows.toggle(1)
    named = rows.identity(1)
    assert refreshed_with(rows, [{"user": "eve"}, *reversed(twice), {"user": "bob"}], Refusal)
    assert rows.identity(2) == named
    assert rows.position(named) == 2
    assert [rows.is_marked(index) for index in range(4)] == [False, False, True, False]
    assert [line.new for line in rows.lines] == [True, False, False, False]


def test_rows_that_claim_the_same_name_stay_apart() -> None:
    rows = loaded([desktop(1), desktop(1, name="other"), {"name": "none"}, {"name": "nobody"}])
    assert len({rows.identity(index) for index in range(4)}) == 4
    assert rows.position("not there") is None


def test_other_rows_drop_marks_and_are_not_new() -> None:
    rows = loaded(desktops(3))
    rows.mark_all()
    rows.replace(desktops(3, first=9), records(desktops(3, first=9)))
    assert not rows.marked()
    assert not any(line.new for line in rows.lines)
    rows.clear()
    assert not rows.lines
    assert not rows.shown


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
