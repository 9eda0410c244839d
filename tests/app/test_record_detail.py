"""The record detail: every field told apart, texts whole and harmless, the JSON beside it."""

from typing import Any, Final

import pytest

from console.app.widgets.record_detail import RecordDetail
from console.app.widgets.record_panes import RawPane
from console.client.paging import Row
from console.services.listing import named
from tests.app.host import POOL, REVIEW, SHANGHAI, Hosting, hosting, line_of
from tests.outside import OUTSIDE
from tests.printed import harmful

REVIEWS: Final = named("reviews")
POOLS: Final = named("pools")


async def open_detail(running: Hosting, row: Row, listing: Any = REVIEWS, **more: Any) -> Any:
    detail = running.pilot.app.query_one(RecordDetail)
    detail.show(line_of(listing, row), listing, SHANGHAI, **more)
    detail.focus()
    await running.pilot.pause()
    return detail


async def test_the_json_stands_beside_the_fields_where_there_is_room() -> None:
    async with hosting(RecordDetail(), size=(120, 30)) as running:
        await open_detail(running, REVIEW, extra=[("Time left", "2 h")])
        text = running.text()
        assert "Time left" in text
        assert "waiting for review" in text
        assert '"id": "m-1",' in text
        assert "how far the review is" in text
        await running.press("J")
        assert '"id": "m-1"' not in running.text()
        await running.press("J")
        assert '"id": "m-1"' in running.text()


async def test_the_json_takes_the_fields_place_on_a_narrow_terminal() -> None:
    async with hosting(RecordDetail()) as running:
        await open_detail(running, REVIEW)
        assert '"id": "m-1"' not in running.text()
        await running.press("J")
        assert '"id": "m-1"' in running.text()
        assert "how far the review is" not in running.text()
        await running.press("J")
        assert "how far the review is" in running.text()


async def test_the_chosen_field_is_marked_here_and_in_the_json() -> None:
    async with hosting(RecordDetail(), size=(120, 30)) as running:
        detail = await open_detail(running, REVIEW)
        await running.press("down")
        assert detail.fact.title == "Deadline"
        marked = [line for line in running.lines() if ">" in line]
        assert len(marked) == 1  # on one line here, as both panes are short
        assert marked[0].startswith("> Deadline ")
        assert '>   "api_using_time": 1795000000000,' in marked[0]
        await running.press("end")
        assert detail.fact.title == "deep"
        await running.press("home", "up")
        assert detail.fact.title == "Message"


async def test_y_copies_the_field_whole_and_escape_leaves() -> None:
    async with hosting(RecordDetail()) as running:
        await open_detail(running, {**REVIEW, "id": "i" * 300})
        await running.press("y", "escape")
        copied = running.posted(RecordDetail.Copied)
        assert [(each.text, each.what) for each in copied] == [("i" * 300, "Message")]
        assert len(running.posted(RecordDetail.Left)) == 1
        assert running.text().count("i") > 300  # whole on the screen too, over some lines
        await running.press("down", "down", "y")
        assert running.posted(RecordDetail.Copied)[-1].text == "STATUS_TYPE_PENDING_APPROVAL"


async def test_nothing_is_copied_where_there_is_nothing() -> None:
    async with hosting(RecordDetail()) as running:
        detail = await open_detail(running, {})
        await running.press("y")
        detail.show(None, REVIEWS, None)
        await running.press("y", "down", "up", "pagedown", "end", "J", "home", "J")
        assert running.posted(RecordDetail.Copied) == []
        assert running.lines()[0] == " no record"


async def test_a_field_longer_than_the_screen_is_read_line_by_line() -> None:
    long = " ".join(f"word{n}" for n in range(120))
    async with hosting(RecordDetail(), size=(60, 7)) as running:
        detail = await open_detail(running, {"user_name": long, "comment": "last"})
        await running.press("end", "up", "up", "up", "up")
        assert detail.fact.title == "Applicant"
        seen = running.text()
        while detail.fact.title == "Applicant":
            await running.press("down")
            seen += running.text()
        assert all(f"word{n}" in seen for n in range(120))
        while detail.fact.title != "App id":
            await running.press("up")


async def test_pages_go_through_fields_and_json_to_their_ends() -> None:
    async with hosting(RecordDetail()) as running:
        detail = await open_detail(running, POOL, POOLS)
        await running.press(*["pagedown"] * 4)
        assert detail.fact.title == "Domain"
        assert "Domain" in running.text()
        await running.press(*["pageup"] * 4)
        assert detail.fact.title == "Pool id"
        await running.press("J", *["pagedown"] * 3)
        assert running.text().rstrip().endswith("}")


async def test_another_record_keeps_the_chosen_field_in_sight() -> None:
    async with hosting(RecordDetail()) as running:
        detail = await open_detail(running, POOL, POOLS)
        await running.press("end", "up", "up")
        title = detail.fact.title
        other = {**POOL, "id": "p-2", "domain": "d", "ou_name": "o" * 3000}
        await open_detail(running, other, POOLS)
        assert detail.fact.title == title
        assert f"> {title}" in running.text()


@pytest.mark.parametrize("size", [(160, 150), (80, 24), (40, 10), (1, 1)])
async def test_text_from_outside_stays_text_at_any_size(size: tuple[int, int]) -> None:
    row: Row = {f"{n}{text[:99]}": {text[:99]: text} for n, text in enumerate(OUTSIDE.values())}
    async with hosting(RecordDetail(), size=size) as running:
        detail = await open_detail(running, row, extra=[("a\x1b[2J", "b\x9b2J")])
        for key in (*["pagedown"] * 3, "end", "J", "home", *["pagedown"] * 3, "down", "J"):
            await running.press(key)
            assert harmful("".join(running.lines())) == set()
        assert detail.is_attached


async def test_markup_is_shown_as_it_is() -> None:
    async with hosting(RecordDetail(), size=(120, 30)) as running:
        await open_detail(running, {"id": "[@click=app.quit]x[/]", "[/]": "x [/] y"})
        text = running.text()
        assert "[@click=app.quit]x[/]" in text
        assert '"[/]": "x [/] y"' in text


async def test_a_megabyte_in_a_field_is_shown_in_part_and_whole_as_json() -> None:
    async with hosting(RecordDetail(), size=(120, 30)) as running:
        detail = await open_detail(running, {**REVIEW, "comment": OUTSIDE["a megabyte"]})
        assert any("(the beginning of 1,000,000 characters)" in f.text for f in detail._facts)
        await running.press("J", "J")
        raw = running.pilot.app.query_one(RawPane)
        assert raw.virtual_size.height > 1_000_000 // 60
        raw.go(raw.max_scroll_y)
        await running.pilot.pause()
        assert "长x长x" in running.lines()[-10] or "长x长x" in running.text()
