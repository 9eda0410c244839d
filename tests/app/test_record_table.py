"""The record table, by its keys, its messages and the lines it paints."""

from unicodedata import category

import pytest
from rich.cells import cell_len
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.strip import Strip

from console.app.rows import Rows
from console.app.widgets.record_table import RecordTable
from console.client.paging import Row
from tests.app.table_host import (
    Host,
    Refusal,
    Toned,
    columns,
    desktop,
    desktops,
    loaded,
    records,
    refreshed,
)
from tests.outside import OUTSIDE


def name_under(table: RecordTable) -> object:
    return table.line and table.line.row.get("name")


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_keys_move_the_cursor_and_say_so() -> None:
    host = Host(loaded(desktops(100)), columns("name", "size"))
    async with host.run_test(size=(60, 11)) as pilot:
        await press(pilot)
        positions = []
        for key in ("down", "j", "up", "k", "pagedown", "end", "pageup", "home", "up"):
            await press(pilot, key)
            positions.append(host.table.cursor)
        assert positions == [1, 2, 1, 0, 9, 99, 90, 0, 0]
        assert host.said[:3] == [("moved", "desk 0"), ("moved", "desk 1"), ("moved", "desk 2")]
        assert host.said[-1] == ("moved", "desk 0")
        assert len(host.said) == 9  # nothing for the last key, which moved nothing


async def test_keys_that_somebody_chose_are_the_tables_too() -> None:
    host = Host(loaded(desktops(9)), columns("name"))
    async with host.run_test() as pilot:
        host.set_keymap({"table.down": "x"})
        await press(pilot, "x", "down", "x")
        assert host.table.cursor == 2


async def test_the_cursor_stays_on_screen() -> None:
    host = Host(loaded(desktops(100)), columns("name"))
    async with host.run_test(size=(40, 6)) as pilot:
        await press(pilot, *["down"] * 7)
        assert [line.split("▐")[0].strip() for line in host.painted()[1:]] == [
            f"desk {n}" for n in range(3, 8)
        ]
        await pilot.resize_terminal(40, 3)
        await press(pilot)
        assert "desk 7" in host.painted()[2]
        await press(pilot, "end")
        assert "desk 99" in host.painted()[2]


async def test_enter_space_and_sort_are_said() -> None:
    host = Host(loaded(desktops(3)), columns("name", "size"))
    async with host.run_test() as pilot:
        await press(pilot)
        host.said.clear()
        await press(pilot, "space")
        assert host.painted()[1].startswith("* desk 0")
        await press(pilot, "down", "enter", "space", "space", "s")
        assert host.said == [
            "marked",
            ("moved", "desk 1"),
            ("chosen", "desk 1"),
            "marked",
            "marked",
            "sorted",
        ]
        assert [line.row["name"] for line in host.rows.marked()] == ["desk 0"]
        assert host.painted()[1].startswith("* desk 0")
        assert host.painted()[2].startswith("  desk 1")


async def test_all_rows_that_are_shown_are_marked_and_then_none_is() -> None:
    host = Host(loaded(desktops(12)), columns("name", "size"))
    async with host.run_test() as pilot:
        host.rows.quick("1", columns("name"), None)
        host.table.rows_changed()
        await press(pilot, "asterisk")
        assert [line[:8] for line in host.painted()[1:4]] == ["* desk 1", "* desk 1", "* desk 1"]
        assert len(host.rows.marked()) == 3
        await press(pilot, "space", "asterisk")
        assert len(host.rows.marked()) == 3
        await press(pilot, "asterisk")
        assert host.rows.marked() == []
        assert host.said.count("marked") == 4


async def test_an_empty_table_has_no_line_and_says_nothing() -> None:
    host = Host(Rows(), columns("name"))
    async with host.run_test() as pilot:
        await press(pilot, "down", "enter", "space", "pagedown", "end", "right", "s")
        assert host.table.line is None
        assert host.table.cursor == 0
        assert host.said == ["sorted"]
        assert host.painted()[1:] == [""] * 23


async def test_sorting_goes_up_down_and_off() -> None:
    host = Host(loaded(desktops(12)), columns("name", "size"))
    async with host.run_test() as pilot:
        await press(pilot, "l", "s")
        assert "Size ↑" in host.painted()[0]
        await press(pilot, "s")
        assert "Size ↓" in host.painted()[0]
        assert name_under(host.table) == "desk 11"
        assert host.table.cursor == 0
        await press(pilot, "down", "s")
        assert host.rows.sorted_by is None
        assert "Size ↓" not in host.painted()[0]
        assert name_under(host.table) == "desk 10"
        assert host.table.cursor == 10


async def test_a_refresh_keeps_the_line_and_its_place_on_screen() -> None:
    rows = loaded(desktops(100))
    host = Host(rows, columns("name"))
    async with host.run_test(size=(40, 11)) as pilot:
        await press(pilot, *["pagedown"] * 3)
        row_on_screen = host.table.cursor - host.table.top
        host.said.clear()
        assert refreshed(rows, [*desktops(5, first=200), *desktops(90, first=1)])
        host.table.rows_changed()
        await press(pilot)
        assert name_under(host.table) == "desk 27"
        assert host.table.cursor == 31
        assert host.table.cursor - host.table.top == row_on_screen
        assert host.said == []
        await press(pilot, "home")
        assert host.painted()[1].startswith(" +desk 200")


async def test_a_line_that_went_away_leaves_the_cursor_where_it_was() -> None:
    rows = loaded(desktops(20))
    host = Host(rows, columns("name"))
    async with host.run_test() as pilot:
        await press(pilot, *["down"] * 5)
        host.said.clear()
        refreshed(rows, [row for row in desktops(20) if row["size"] != 5])
        host.table.rows_changed()
        await press(pilot)
        assert host.table.cursor == 5
        assert host.said == [("moved", "desk 6")]
        refreshed(rows, [])
        host.table.rows_changed()
        await press(pilot)
        assert host.table.line is None
        assert host.said[-1] == ("moved", None)


async def test_a_filter_keeps_the_line_where_it_shows_it() -> None:
    rows = loaded(desktops(30))
    host = Host(rows, columns("name"))
    async with host.run_test() as pilot:
        await press(pilot, *["down"] * 12)
        for text, name, cursor in (
            ("2", "desk 12", 1),
            ("", "desk 12", 12),
            ("5", "desk 5", 0),
            ("", "desk 5", 5),
        ):
            rows.quick(text, host.table.columns, None)
            host.table.rows_changed()
            assert (name_under(host.table), host.table.cursor) == (name, cursor)


async def test_rows_that_are_added_leave_cursor_and_screen_alone() -> None:
    rows = loaded(desktops(30))
    host = Host(rows, columns("name"))
    async with host.run_test(size=(40, 8)) as pilot:
        await press(pilot, "end")
        before, top = host.painted(), host.table.top
        more = desktops(30, first=30)
        rows.extend(more, records(more))
        host.table.rows_changed()
        await press(pilot)
        assert host.table.top == top
        shorter = [line.removesuffix("▐").rstrip() for line in before]
        assert [line.removesuffix("▐").rstrip() for line in host.painted()] == shorter
        await press(pilot, "end")
        assert name_under(host.table) == "desk 59"


async def test_other_rows_put_the_cursor_at_the_top() -> None:
    rows = loaded(desktops(30))
    host = Host(rows, columns("name"))
    async with host.run_test(size=(40, 8)) as pilot:
        await press(pilot, "end")
        rows.replace(desktops(9, first=50), records(desktops(9, first=50)))
        host.table.rows_replaced()
        await press(pilot)
        assert host.table.cursor == host.table.top == 0
        assert host.said[-1] == ("moved", "desk 50")


async def test_columns_without_room_move_in_and_are_counted() -> None:
    row = desktop(1, pool="a pool", seen="2026-11-20T01:00:00Z", ready=True, state="A")
    host = Host(loaded([row]), columns())
    async with host.run_test(size=(40, 5)) as pilot:
        await press(pilot)
        seen = [host.painted()[:2]]
        for _ in range(7):
            await press(pilot, "right")
            seen.append(host.painted()[:2])
        assert seen[0][0].startswith("  Id      Name    Pool")
        assert seen[0][0].endswith("3>")
        assert "2026-11-20 01:00:00" in seen[6][1]
        assert seen[7][0].startswith("<6")
        assert not seen[7][0].endswith(">")
        assert seen[7][1].endswith("attached")
        for header, line in seen:
            assert cell_len(header) <= 40
            assert line.count("2026") * len("2026-11-20 01:00:00") == sum(
                len(part) for part in ("2026-11-20 01:00:00", "2026-11-20 08:01:00") if part in line
            )  # a time is shown whole or not at all
        await press(pilot, *["left"] * 7)
        assert host.painted()[:2] == seen[0]


async def test_columns_that_hold_nothing_lose_their_place_first() -> None:
    rows = loaded([{"name": "n" * 30, "since": "2026-11-20T08:00:00Z"}])
    host = Host(rows, columns("pool", "state", "name", "since"))
    async with host.run_test(size=(80, 5)) as pilot:
        await press(pilot)
        assert "Pool" in host.painted()[0]
        await pilot.resize_terminal(58, 5)
        await press(pilot, "right", "right")
        assert "Pool" not in host.painted()[0]
        assert host.painted()[0].startswith("<2")
        assert "n" * 30 + "  2026-11-20 08:00:00" in host.painted()[1]


async def test_widths_stay_while_scrolling_and_follow_the_widest_row() -> None:
    found = desktops(200)
    found[150]["name"] = "研发一部" * 3
    host = Host(loaded(found), columns("name", "size"))
    async with host.run_test(size=(60, 10)) as pilot:
        await press(pilot)
        header = host.painted()[0]
        assert header.index("Size") == 2 + 24 + 2
        host.table.cursor = 150
        await press(pilot, "down", "down")
        assert host.painted()[0] == header
        assert any("研发一部研发一部研发一部  150" in line for line in host.painted())


async def test_the_header_names_the_zone_and_follows_it() -> None:
    host = Host(loaded(desktops(1)), columns("since"))
    async with host.run_test() as pilot:
        await press(pilot)
        assert "Since (UTC)" in host.painted()[0]
        assert "2026-11-20 08:00:00" in host.painted()[1]


async def test_the_column_cursor_follows_its_column_when_others_are_chosen() -> None:
    host = Host(loaded(desktops(1)), columns("name", "size"))
    async with host.run_test() as pilot:
        await press(pilot, "right")
        host.table.columns = columns("since", "pool", "size")
        assert host.table.column is not None
        assert host.table.column.name == "size"
        host.table.columns = columns("name")
        assert host.table.column_cursor == 0


async def test_a_moving_cursor_paints_two_lines() -> None:
    class Counting(RecordTable):
        asked: list[int]

        def render_lines(self, crop: Region) -> list[Strip]:
            self.asked += crop.line_range
            return super().render_lines(crop)

    host = Host(loaded(desktops(50)), columns("name"))
    counting = Counting(host.rows, columns("name"))
    counting.asked = []
    host.table = counting
    async with host.run_test() as pilot:
        await press(pilot)
        counting.asked.clear()
        await press(pilot, "down")
        assert sorted(set(counting.asked)) == [1, 2]
        counting.asked.clear()
        await press(pilot, "space")
        assert set(counting.asked) == {2}


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_the_cursor_is_seen_without_colours_and_calmer_without_focus(theme: str) -> None:
    host = Host(loaded(desktops(3)), columns("name", "size"))
    async with host.run_test() as pilot:
        host.theme = theme
        await press(pilot)

        def reversed_cells() -> int:
            styled = [s for s in host.table.render_line(1) if s.style and s.style.reverse]
            return sum(segment.cell_length for segment in styled)

        assert reversed_cells() >= 78
        host.set_focus(None)
        await press(pilot)
        assert 0 < reversed_cells() < 10
        assert all(s.style and s.style.bold for s in list(host.table.render_line(1))[1:3])
        assert not any(s.style and s.style.reverse for s in host.table.render_line(2))


async def test_a_column_may_colour_what_it_says() -> None:
    host = Host(loaded(desktops(3)), [Toned(), *columns("name")])
    async with host.run_test() as pilot:
        await press(pilot)
        plain, toned = host.table.render_line(3), host.table.render_line(2)
        assert len({str(segment.style) for segment in toned}) > len(
            {str(segment.style) for segment in plain}
        )
        host.table.cursor = 1
        await press(pilot)
        assert "rated 1" in host.painted()[2]


async def test_the_mouse_moves_the_cursor_chooses_and_sorts() -> None:
    host = Host(loaded(desktops(100)), columns("name", "size"))
    async with host.run_test(size=(40, 10)) as pilot:
        await pilot.click(RecordTable, offset=(3, 4))
        assert host.table.cursor == 3
        await pilot.click(RecordTable, offset=(12, 0))
        await pilot.pause()
        assert "Size ↑" in host.painted()[0]
        await pilot.click(RecordTable, offset=(3, 2), times=2)
        await pilot.pause()
        assert ("chosen", "desk 1") in host.said


async def test_outside_text_is_one_safe_line_in_every_column() -> None:
    found: list[Row] = [
        {"desktop_id": text, "name": text, "pool": text, "seen": text, "state": text, text: text}
        for text in OUTSIDE.values()
    ]
    host = Host(loaded(found), columns())
    async with host.run_test(size=(120, len(found) + 1)) as pilot:
        await press(pilot)
        for y in range(host.table.size.height):
            strip = host.table.render_line(y)
            assert not {"Cc", "Cs", "Zl", "Zp"}.intersection(map(category, strip.text))
            assert sum(map(cell_len, strip.text)) == 120
        assert not any(isinstance(said, str) for said in host.said)


@pytest.mark.parametrize("count", [0, 30])
async def test_every_size_paints_lines_of_its_width(count: int) -> None:
    found = [desktop(n, pool="研发👨‍👩‍👧一部", state="é\u0301" * 9) for n in range(count)]
    host = Host(loaded(found), columns())
    async with host.run_test(size=(80, 24)) as pilot:
        for size in ((1, 1), (2, 3), (5, 1), (40, 10), (1, 1)):
            await pilot.resize_terminal(*size)
            for keys in (("end", "right"), ("s", "home", "space")):
                await press(pilot, *keys)
                assert host.table.size == Size(*size)
                strips = [host.table.render_line(y) for y in range(size[1])]
                assert {sum(map(cell_len, strip.text)) for strip in strips} == {size[0]}
                assert {strip.cell_length for strip in strips} == {size[0]}


async def test_a_fixed_column_takes_the_room_that_a_value_turns_out_to_need() -> None:
    found = [desktop(n, size=10**9 if n == 1 else n) for n in range(1200)]
    host = Host(loaded(found), [Toned(fixed=True), *columns("name")])
    async with host.run_test() as pilot:
        await press(pilot)
        assert host.painted()[2].startswith("  rated 1000000000  desk 1")


async def test_a_row_without_a_name_keeps_the_cursor_too() -> None:
    found: list[Row] = [{"user": f"user {n // 2}", "reason": "full"} for n in range(20)]
    rows = loaded(found, Refusal)
    host = Host(rows, columns("user", "reason", record=Refusal))
    async with host.run_test() as pilot:
        await press(pilot, *["down"] * 7)
        refreshed(rows, [{"user": "new"}, *found], Refusal)
        host.table.rows_changed()
        assert host.table.cursor == 8
