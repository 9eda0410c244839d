"""What a record says, field by field: told in words, nothing hidden, nothing harmful."""

from typing import Any, Final

import pytest

from console.app.facts import LONGEST, MOST, NEW, facts, json_laid_out
from console.client.paging import Row
from console.services.listing import named
from tests.app.host import POOL, REVIEW, SHANGHAI
from tests.outside import OUTSIDE
from tests.printed import harmful

REVIEWS: Final = named("reviews")
POOLS: Final = named("pools")


def said(listing: Any, row: Row, **more: Any) -> dict[str, str]:
    """Return the text of each field by its title."""
    record = listing.record.of(row)
    return {fact.title: fact.text for fact in facts(record, row, SHANGHAI, **more)}


def whole(**values: Any) -> dict[str, str]:
    """Return what of each field is copied, by its title."""
    row = {**REVIEW, **values}
    return {f.title: f.whole for f in facts(REVIEWS.record.of(row), row, SHANGHAI)}


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
    assert told["Applicant"] == "-  not given"
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
    assert missing.startswith("-  not given, or null: Product, Flavor,")


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
