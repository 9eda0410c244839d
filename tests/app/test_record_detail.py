"""The record detail: every field told apart, texts whole and harmless, the JSON beside it."""

import json
import time
from typing import Any, Final

import pytest

from console.app.facts import LONGEST, MOST, NEW, facts, json_laid_out
from console.app.raw_json import RawJson
from console.app.widgets.record_detail import RecordDetail
from console.app.widgets.record_panes import RawPane
from console.app.wrapped import wrapped
from console.client.paging import Row
from console.services.listing import named
from tests.app.host import SHANGHAI, Hosting, hosting, line_of
from tests.outside import OUTSIDE
from tests.printed import harmful

REVIEWS: Final = named("reviews")
POOLS: Final = named("pools")

REVIEW: Final[Row] = {
    "id": "m-1",
    "api_using_time": 1_795_000_000_000,
    "api_apply_status": "STATUS_TYPE_PENDING_APPROVAL",
    "api_apply_type": None,
    "app_name": "",
    "comment": " spaces ",
    "brand_new": {"deep": [1, None]},
}
POOL: Final[Row] = {
    "id": "p-1",
    "name": "研发一部",
    "in_maintenance_mode": False,
    "product": {"cpu": "4", "shiny": True},
    "data_volumes": [{"size": 10}, {"size": 20}],
    "subnet_ids": ["s-1", "s-2"],
    "tags": [],
}


def said(listing: Any, row: Row, **more: Any) -> dict[str, str]:
    """Return the text of each field by its title."""
    record = listing.record.of(row)
    return {fact.title: fact.text for fact in facts(record, row, SHANGHAI, **more)}


def whole(**values: Any) -> dict[str, str]:
    """Return what of each field is copied, by its title."""
    row = {**REVIEW, **values}
    return {f.title: f.whole for f in facts(REVIEWS.record.of(row), row, SHANGHAI)}


async def open_detail(running: Hosting, row: Row, listing: Any = REVIEWS, **more: Any) -> Any:
    detail = running.pilot.app.query_one(RecordDetail)
    detail.show(line_of(listing, row), listing, SHANGHAI, **more)
    detail.focus()
    await running.pilot.pause()
    return detail


# --- what is said


def test_a_value_is_told_in_words_and_as_the_cloud_wrote_it() -> None:
    told = said(REVIEWS, REVIEW)
    assert told["Status"] == "waiting for review (STATUS_TYPE_PENDING_APPROVAL)"
    assert told["Deadline"] == "2026-11-18 19:06:40 CST (+0800) · 2026-11-18 11:06:40 UTC"
    assert told["Comment"] == '" spaces "'
    assert said(named("checks"), {"sendMail": "1"})["Mail"] == 'yes ("1")'
    assert said(named("checks"), {"sendMail": True})["Mail"] == "yes"
    assert said(named("checks"), {"sendMail": "perhaps"})["Mail"] == "perhaps"


def test_missing_null_and_empty_are_three_things() -> None:
    told = said(REVIEWS, REVIEW)
    assert told["Applicant"] == "-  missing"
    assert told["Type"] == "-  null"
    assert told["App"] == '""  empty text'
    assert said(POOLS, POOL)["Tags"] == "[]"


@pytest.mark.parametrize("name", ["blocked", "pools", "checks", "notices", "reviews", "desktops"])
def test_every_field_of_a_record_has_its_title(name: str) -> None:
    listing = named(name)
    found = facts(listing.record.of({}), {}, None)
    fields = listing.record.model_fields.values()
    assert [fact.title for fact in found] == [field.title for field in fields]
    told = {fact.title: fact.meaning for fact in found}
    assert all(told[f.title or ""] in {f.description, ""} for f in fields)


def test_nested_fields_lie_inside_the_one_that_holds_them() -> None:
    found = facts(POOLS.record.of(POOL), POOL, None)
    at = {fact.title: fact for fact in found}
    assert (at["Product"].depth, at["CPUs"].depth, at["CPUs"].text) == (0, 1, "4")
    assert at["CPUs"].path == ("product", "cpu")
    assert [at[f"Data disks {n}"].depth for n in (1, 2)] == [1, 1]
    assert at["Subnets"].text == "s-1\ns-2"
    missing = next(f.text for f in found if f.title == "others")
    assert missing.startswith("-  missing or null: Product, Flavor,")


def test_a_field_that_nobody_knows_yet_is_marked() -> None:
    found = facts(POOLS.record.of(POOL), POOL, None)
    assert next(fact for fact in found if fact.title == "shiny").meaning == NEW
    told = facts(REVIEWS.record.of(REVIEW), REVIEW, None)
    assert next(fact for fact in told if fact.title == "brand_new").meaning == NEW
    assert next(fact for fact in told if fact.title == "deep").text == "1\n-  null"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a":[{"b":1},2]}', 8),
        ("[1]", 1),
        ("{broken", None),
        ('{"a":1,"a":2}', None),
        ('{"a":1.10}', None),
        ('{"a":1e999}', None),
        ("NaN", None),
        ("{}", None),
        ("17", None),
        ("[" * 90_000, None),
        ('{"a":"\\ud800"}', 3),
    ],
)
def test_a_text_that_is_json_is_laid_out_where_nothing_is_lost(
    text: str, lines: int | None
) -> None:
    laid_out = json_laid_out(text)
    assert (laid_out and len(laid_out.splitlines())) == lines
    shown = said(named("notices"), {"properties": text})["Properties"]
    assert shown[:9] == (laid_out or text)[:9]
    assert harmful(shown) == set()


def test_what_is_copied_is_the_whole_value() -> None:
    assert whole()["Status"] == "STATUS_TYPE_PENDING_APPROVAL"
    assert whole()["brand_new"] == '{"deep":[1,null]}'
    assert len(whole(comment="x" * 1_000_000)["Comment"]) == 1_000_000
    assert whole(comment="a\x1b[2Jb")["Comment"] == "a␛[2Jb"
    assert whole()["Applicant"] == ""


def test_a_record_without_end_is_cut_and_says_so() -> None:
    row: Row = {"id": "m", "many": {str(n): {str(m): m for m in range(99)} for n in range(99)}}
    found = facts(REVIEWS.record.of(row), row, None)
    assert len(found) == MOST + 1
    assert "the JSON has it all" in found[-1].text
    row = {"id": "m", "list": [*range(1000)], "objects": [{"a": 1}] * 1000}
    told = said(REVIEWS, row)
    assert told["list"].endswith("… 900 more; the JSON has them")
    assert told["…"] == "900 more; the JSON has them"


@pytest.mark.parametrize("text", OUTSIDE.values(), ids=OUTSIDE)
def test_no_text_from_outside_drives_the_terminal(text: str) -> None:
    row: Row = {"id": text, "comment": text, text: {text: [text]}}
    found = facts(REVIEWS.record.of(row), row, None, [(text, text)])
    for fact in found:
        assert harmful(fact.title + fact.meaning) == set()
        assert harmful(fact.text + fact.whole, allowed="\n\t") == set()
        assert len(fact.text) < LONGEST + 100
    written = RawJson.of(row)
    assert harmful("".join(written.lines)) == set()
    assert json.loads(written.text) == row


def test_the_json_knows_where_each_value_stands() -> None:
    written = RawJson.of(POOL)
    first, end = written.places["data_volumes", 1, "size"]
    assert written.lines[first:end] == ['      "size": 20']
    assert written.places[()] == (0, len(written.lines))
    assert '  "subnet_ids": ["s-1","s-2"],' in written.lines


@pytest.mark.parametrize("width", [1, 2, 7, 30])
def test_lines_fit_and_lose_nothing(width: int) -> None:
    from rich.cells import cell_len  # noqa: PLC0415 - for this test alone

    from console.text import safe  # noqa: PLC0415 - as above

    for text in (*OUTSIDE.values(), "研发 some words " * 30, "a❤\ufe0f b" * 50):
        shown = safe(text)[:500]
        lines = wrapped(shown, width)
        assert max(map(cell_len, lines)) <= max(width, 2)
        assert "".join("".join(lines).split()) == "".join(shown.split())


# --- the widget


async def test_the_json_stands_beside_the_fields_where_there_is_room() -> None:
    async with hosting(RecordDetail(), size=(120, 30)) as running:
        detail = await open_detail(running, REVIEW, extra=[("Time left", "2 h")])
        text = running.text()
        assert "Time left" in text
        assert "waiting for review" in text
        assert '"id": "m-1",' in text
        assert "how far the review is" in text
        await running.press("J")
        assert (detail.shows_json, '"id": "m-1"' in running.text()) == (False, False)
        await running.press("J")
        assert '"id": "m-1"' in running.text()


async def test_the_json_takes_the_fields_place_on_a_narrow_terminal() -> None:
    async with hosting(RecordDetail()) as running:
        detail = await open_detail(running, REVIEW)
        assert not detail.shows_json
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


async def test_nothing_is_copied_where_there_is_nothing() -> None:
    async with hosting(RecordDetail()) as running:
        detail = await open_detail(running, {})
        await running.press("y")
        detail.show(None, REVIEWS, None)
        await running.press("y", "down", "up", "pagedown", "end", "J", "home", "J")
        assert running.posted(RecordDetail.Copied) == []
        assert running.lines()[0] == " no record"


async def test_a_field_longer_than_the_screen_is_read_line_by_line() -> None:
    long = " ".join(f"word{n}" for n in range(60))
    async with hosting(RecordDetail(), size=(60, 7)) as running:
        detail = await open_detail(running, {"user_name": long, "comment": "last"})
        await running.press("end", "up", "up", "up", "up")
        assert detail.fact.title == "Applicant"
        seen = running.text()
        while detail.fact.title == "Applicant":
            await running.press("down")
            seen += running.text()
        assert all(f"word{n}" in seen for n in range(60))
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


async def test_a_megabyte_in_a_field_holds_nobody_up() -> None:
    async with hosting(RecordDetail(), size=(120, 30)) as running:
        begun = time.process_time()
        detail = await open_detail(running, {**REVIEW, "comment": OUTSIDE["a megabyte"]})
        assert time.process_time() - begun < 1
        assert "(the beginning of 1,000,000 characters)" in detail._facts[-3].text
        await running.press("J", "J")
        raw = running.pilot.app.query_one(RawPane)
        assert raw.virtual_size.height > 1_000_000 // 60
        raw.go(raw.max_scroll_y)
        await running.pilot.pause()
        assert "长x长x" in running.lines()[-10] or "长x长x" in running.text()


async def test_moving_the_cursor_with_the_detail_open_is_quick() -> None:
    """A frame at 60 Hz lasts 16 ms; the largest record of all has to fit into it, and be drawn."""
    row: Row = {
        **{field.alias or name: None for name, field in POOLS.record.model_fields.items()},
        **POOL,
        "data_volumes": [{"size": n, "type": "SAS", "id": "v" * 36} for n in range(10)],
        "description": "研发 words " * 100,
    }
    async with hosting(RecordDetail(), size=(120, 36)) as running:
        detail = await open_detail(running, row, POOLS)
        other = line_of(POOLS, {**row, "name": "other"})
        taken = []
        for _ in range(9):
            begun = time.process_time()
            detail.show(other, POOLS, SHANGHAI)
            running.lines()
            taken.append(time.process_time() - begun)
        assert sorted(taken)[4] < 0.016
