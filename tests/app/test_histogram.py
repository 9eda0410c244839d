"""The histogram and the tally: what they draw, where their cursors go, what they post."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.widget import Widget

from console.app.bins import HOUR, bins
from console.app.glyphs import ASCII, EIGHTHS, HALVES, bar, column, glyphs
from console.app.tallies import EVER, KINDS, Share, Span
from console.app.widgets.findings import Finding, Findings, Headline
from console.app.widgets.histogram import Histogram, Picture
from console.app.widgets.tally import Ranking, Tally
from console.text import safe
from tests.app.host import Hosting, hosting
from tests.outside import OUTSIDE

USER = next(kind for kind in KINDS if kind.name == "user_name")
START = datetime(2026, 11, 20, 8, tzinfo=UTC).timestamp()
COUNTS = (0, 1, 2, 4, 8, 16, 12, 0)


def picture(counts: Sequence[int] = COUNTS, **changes: Any) -> Picture:
    """Return bars of an hour each, from eight in the morning on."""
    end = START + len(counts) * HOUR
    made = Picture(bins(START, end, UTC, len(counts)), tuple(counts), EVER)
    return replace(made, **changes)


def ranking(number: int = 9, **changes: Any) -> Ranking:
    shares = tuple(Share(f"user-{at}", 90 - at, 500, at - 1) for at in range(number))
    return Ranking(shares, number, **{"compared": "the day before", **changes})


class Counting(Histogram):
    """A histogram that counts how often it is painted."""

    painted = 0

    def render(self) -> Any:
        self.painted += 1
        return super().render()


async def shown(running: Hosting, widget: Widget, what: Any) -> None:
    widget.show(what)  # type: ignore[attr-defined]  # each of them has it
    await running.pilot.pause()


# Signs


def test_signs_are_those_that_the_terminal_has() -> None:
    assert glyphs({"TERM": "xterm-256color"}, "utf-8") is EIGHTHS
    assert glyphs({"TERM": "linux"}, "utf-8") is HALVES
    assert glyphs({"TERM": "xterm"}, "latin-1") is ASCII
    assert glyphs({}, "no-such-encoding") is ASCII
    # All that the console font of Linux is asked for is in the code page of old PCs.
    signs = (HALVES.heights, HALVES.lengths, HALVES.tick, HALVES.here, HALVES.range, HALVES.unknown)
    assert "".join(signs).encode("cp437")


@pytest.mark.parametrize("signs", [EIGHTHS, HALVES, ASCII])
def test_a_bar_is_as_high_as_its_share_and_never_nothing_for_something(signs: Any) -> None:
    assert column(0, 2, signs.heights) == "  "
    assert column(1, 2, signs.heights) == signs.heights[-1] * 2
    assert column(0.0001, 2, signs.heights) == " " + signs.heights[1]
    assert column(0.5, 2, signs.heights) == " " + signs.heights[-1]
    heights = [column(at / 99, 4, signs.heights) for at in range(100)]
    filled = [[signs.heights.index(sign) for sign in each] for each in heights]
    assert [sum(each) for each in filled] == sorted(sum(each) for each in filled)
    assert bar(0.0001, 4, signs.lengths).strip()
    assert bar(1, 4, signs.lengths) == signs.lengths[-1] * 4


# The histogram


async def test_bars_stand_over_their_times_and_the_greatest_is_labelled() -> None:
    widget = Histogram()
    async with hosting(widget, size=(60, 4)) as running:
        running.pilot.app.set_focus(None)
        await shown(running, widget, picture())
        top, bottom, axis, *_ = running.lines()
        assert top.startswith("     16 ")
        assert axis.startswith("    UTC ")
        breadth = (60 - 2 - 7) // 8
        cells = [8 + at * breadth for at in range(8)]
        assert [bottom.ljust(60)[at] for at in cells] == [" ", "▁", "▂", "▄", "█", "█", "█", " "]
        assert [top.ljust(60)[at] for at in cells] == [" ", " ", " ", " ", " ", "█", "▄", " "]
        assert axis.index("Fri 20 Nov") == cells[0]
        assert axis.index("│12:00") == cells[4]


async def test_the_cursor_says_when_and_how_many() -> None:
    widget = Histogram()
    async with hosting(widget, size=(60, 4)) as running:
        await shown(running, widget, picture())
        running.pilot.app.set_focus(None)
        await running.pilot.pause()
        assert widget.pointed == ""
        assert "▲" not in running.text()
        widget.focus()
        await running.press("left", "left")
        assert widget.pointed == "Fri 20 Nov 13:00-14:00: 16 rows"
        assert "▲" in running.lines()[2]
        await running.press("home", "right")
        assert widget.pointed == "Fri 20 Nov 09:00-10:00: 1 row"
        await running.press("left", "left", "left")
        assert widget.pointed == "Fri 20 Nov 08:00-09:00: 0 rows"
        await running.press("end", "right")
        assert widget.pointed == "Fri 20 Nov 15:00-16:00: 0 rows"


@pytest.mark.parametrize(
    "keys",
    [
        ("left", "shift+left", "shift+left"),
        ("left", "H", "H"),
        ("left", "space", "left", "left"),
        ("left", "left", "left", "space", "right", "right"),
    ],
)
async def test_a_range_is_chosen_and_lifted_by_keys(keys: tuple[str, ...]) -> None:
    widget = Histogram()
    async with hosting(widget, size=(60, 4)) as running:
        await shown(running, widget, picture())
        widget.focus()
        await running.press(*keys)
        assert widget.pointed == "Fri 20 Nov 12:00-15:00: 36 rows"
        await running.press("enter")
        span = Span(START + 4 * HOUR, START + 7 * HOUR)
        assert [each.span for each in running.posted(Histogram.Chosen)] == [span]
        await shown(running, widget, picture(chosen=span))
        await running.press("escape")  # the range
        await running.press("escape")  # the choice
        assert [each.span for each in running.posted(Histogram.Chosen)] == [span, None]
        await shown(running, widget, picture())
        assert not running.posted(Histogram.Left)
        await running.press("escape")
        assert running.posted(Histogram.Left)


async def test_a_move_lets_go_of_a_range_that_shift_made() -> None:
    widget = Histogram()
    async with hosting(widget, size=(60, 4)) as running:
        await shown(running, widget, picture())
        widget.focus()
        await running.press("shift+left", "left")
        assert widget.pointed == "Fri 20 Nov 13:00-14:00: 16 rows"


async def test_bars_that_may_lack_rows_say_so() -> None:
    widget = Histogram(ASCII)
    async with hosting(widget, size=(60, 4)) as running:
        covered = Span(START + 1.5 * HOUR, START + 90 * HOUR)
        await shown(running, widget, picture(covered=covered))
        widget.focus()
        await running.press("home")
        assert widget.pointed == "Fri 20 Nov 08:00-09:00: not loaded"
        await running.press("right")
        assert widget.pointed == "Fri 20 Nov 09:00-10:00: at least 1 row"
        await running.press("right")
        assert widget.pointed == "Fri 20 Nov 10:00-11:00: 2 rows"
        await running.press("shift+left")
        assert widget.pointed == "Fri 20 Nov 09:00-11:00: at least 3 rows"
        lines = running.lines()
        assert lines[1][8] == "?"
        assert all(line.isascii() for line in lines[:3])


async def test_the_same_picture_paints_nothing_and_another_keeps_the_cursor_on_its_time() -> None:
    widget = Counting()
    async with hosting(widget, size=(60, 4)) as running:
        await shown(running, widget, picture())
        widget.focus()
        await running.press("left", "left")
        before = widget.painted
        await shown(running, widget, picture())
        assert widget.painted == before
        earlier = bins(START - 4 * HOUR, START + 8 * HOUR, UTC, 12)
        await shown(running, widget, Picture(earlier, (0, 0, 0, 0, *COUNTS), EVER))
        assert widget.pointed == "Fri 20 Nov 13:00-14:00: 16 rows"
        assert widget.painted > before


@pytest.mark.parametrize("size", [(1, 1), (9, 3), (20, 2), (200, 12)])
async def test_any_size_is_drawn(size: tuple[int, int]) -> None:
    widget = Histogram()
    async with hosting(widget, size=size) as running:
        await shown(running, widget, picture())
        widget.focus()
        await running.press("left", "enter")
        await shown(running, widget, None)
        await running.press("left", "enter", "space", "escape")
        assert widget.pointed == ""


# The tally


async def test_a_tally_lists_what_is_most_frequent_and_says_how_many_more() -> None:
    widget = Tally(USER)
    async with hosting(widget, size=(40, 6)) as running:
        await shown(running, widget, ranking())
        lines = running.lines()
        assert lines[0].split() == ["9", "users", "rows", "±", "%"]
        assert [line.split() for line in lines[1:3]] == [
            ["user-0", "90", "-1", "18%", "██████"],
            ["user-1", "89", "=", "18%", "█████▉"],
        ]
        assert lines[5].split() == ["5", "more"]


async def test_what_changed_is_left_out_where_it_is_not_known() -> None:
    widget = Tally(USER)
    async with hosting(widget, size=(40, 6)) as running:
        unknown = tuple(share._replace(change=None) for share in ranking().shares)
        await shown(running, widget, Ranking(unknown, 9))
        assert "±" not in running.text()
        widget.focus()
        await running.pilot.pause()
        assert widget.pointed == ["90 rows, 18%: user user-0"]
        await shown(running, widget, ranking())
        assert widget.pointed == ["90 rows, 18%: user user-0", "-1 on the day before"]


@pytest.mark.parametrize(
    ("compared", "changes"),
    [
        ("the day before", ["-1 on the day before", "same as the day before"]),
        (
            "by this time the day before",
            ["-1 on that by this time the day before", "same as that by this time the day before"],
        ),
    ],
)
async def test_all_of_a_value_is_said_in_80_columns(compared: str, changes: list[str]) -> None:
    findings = Findings(KINDS)
    extents = ("of 1,000 loaded rows; the cloud has 100,000", "1,000 of 100,000")
    async with hosting(findings, size=(80, 24)) as running:
        rankings = {USER.name: ranking(compared=compared, lasting="24 h")}
        await shown(running, findings, Finding(["1,000 loaded rows"], extents, None, rankings))
        for change in changes:
            assert findings.look_at_whom()
            await running.pilot.pause()
            tally = findings.query_one("#tally-user_name", Tally)
            assert tally.pointed[1] == f"24 h: {change}"
            if len(change) < 30:
                said = running.lines()[0].split("  ")[0].strip()
                assert said == " · ".join(tally.pointed)
            await running.press("down")


async def test_a_value_is_chosen_and_let_go_of_by_keys() -> None:
    widget = Tally(USER)
    async with hosting(widget, size=(40, 6)) as running:
        await shown(running, widget, ranking())
        widget.focus()
        await running.press("down", "down", "down", "down", "down", "enter")
        assert "user-5" in running.text()  # it has scrolled
        await shown(running, widget, ranking(chosen="user-5"))
        assert ">user-5" in running.text()
        await running.press("enter", "home", "enter", "escape")
        values = [each.value for each in running.posted(Tally.Chosen)]
        assert values == ["user-5", None, "user-0"]
        assert running.posted(Tally.Left)


async def test_the_cursor_stays_on_its_value_when_the_order_changes() -> None:
    widget = Tally(USER)
    async with hosting(widget, size=(40, 6)) as running:
        await shown(running, widget, ranking())
        widget.focus()
        await running.press("down", "down")
        turned = ranking()
        await shown(running, widget, replace(turned, shares=turned.shares[::-1]))
        assert widget.share
        assert widget.share.value == "user-2"
        await shown(running, widget, Ranking())
        assert widget.pointed == ["no users"]
        await running.press("down", "enter")
        assert not running.posted(Tally.Chosen)


async def test_no_value_acts_on_the_terminal() -> None:
    findings = Findings(KINDS)
    async with hosting(findings, size=(120, 20)) as running:
        for value in OUTSIDE.values():
            shares = (Share(value, 3, 4, 1), Share("after", 1, 4, 0))
            rankings = {USER.name: Ranking(shares, 2, compared="the day before")}
            finding = Finding([f"mostly {value}"], ("of 2",), picture(), rankings)
            await shown(running, findings, finding)
            if not findings.query_one("#tally-user_name").has_focus:
                findings.query_one("#tally-user_name").focus()
                await running.pilot.pause()
            lines = running.lines()
            assert [safe(line) for line in lines] == lines
            assert "after" in running.text()


# Both


async def test_a_line_leaves_out_whole_parts_and_says_of_which_rows_it_is() -> None:
    headline = Headline()
    parts = ["last 24 h: 412 rows", "3.1x the day before (133)", "mostly pool 研发一部 (61%)"]
    extents = ("of 1,000 loaded rows; the cloud has 18,344", "1,000 of 18,344")
    for width, expected in (
        (130, [*parts, extents[0]]),
        (96, [*parts, extents[1]]),
        (70, [*parts[:2], extents[1]]),
        (44, [parts[0], extents[1]]),
    ):
        async with hosting(headline := Headline(), size=(width, 2)) as running:
            headline.tell(parts, extents)
            await running.pilot.pause()
            line = running.lines()[0]
            said = line.strip().split("  ", 1)
            assert [*said[0].split(" · "), said[1].strip()] == expected


async def test_bars_and_tallies_stand_side_by_side_only_where_there_is_room() -> None:
    for width, both in ((80, False), (120, True)):
        findings = Findings(KINDS)
        async with hosting(findings, size=(width, 24)) as running:
            finding = Finding(["said"], (), picture(), {USER.name: ranking()})
            await shown(running, findings, finding)
            tally = findings.query_one("#tally-user_name", Tally)
            assert findings.histogram.region.width > 0
            assert (tally.region.width > 0) is both
            assert findings.look_at_whom()
            await running.pilot.pause()
            assert tally.has_focus
            assert (findings.histogram.region.width > 0) is both
            assert findings.look_at_bars()
            await running.pilot.pause()
            assert findings.histogram.has_focus
            assert findings.fold()
            await running.pilot.pause()
            assert running.text().strip() == "said"
