"""What is written to files and streams: exact as JSON, inert as CSV."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC

import pytest

from console.client.paging import Row
from console.export import FORMATS, line, writer
from console.services.column import Column, column
from console.services.listing import named
from tests.outside import OUTSIDE
from tests.printed import harmful

REVIEWS = named("reviews")
ROWS: list[Row] = [
    {"id": f"m{n}", "api_name": text, "api_using_time": 1_795_000_000_000, "new\x1b[2J": [text]}
    for n, text in enumerate(OUTSIDE.values())
]


def written(form: str, *pages: Sequence[Row], columns: Sequence[Column] | None = None) -> str:
    pieces: list[str] = []
    into = writer(form, REVIEWS, columns, UTC, pieces.append)
    for page in pages:
        into.page(page)
    into.end()
    return "".join(pieces)


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_holds_what_a_terminal_could_act_on(form: str) -> None:
    assert harmful(written(form, ROWS), allowed="\n\t") == set()


def test_json_and_ndjson_give_back_the_very_same_rows() -> None:
    assert json.loads(written("json", ROWS[:30], ROWS[30:])) == ROWS
    assert [json.loads(each) for each in written("ndjson", ROWS).splitlines()] == ROWS
    assert json.loads(line(ROWS[0])) == ROWS[0]


def test_json_parses_whatever_the_pages_are() -> None:
    one, other = ROWS[:1], ROWS[1:2]
    cases: list[list[list[Row]]] = [[], [[]], [[], one], [one, []], [one, [], other]]
    for pages in cases:
        assert json.loads(written("json", *pages)) == [row for page in pages for row in page]


def test_csv_has_one_record_for_each_row_and_no_formula() -> None:
    rows = [
        row for row in ROWS if len(str(row["api_name"])) < 100_000
    ]  # what Python's reader takes
    sheet = list(csv.DictReader(io.StringIO(written("csv", rows), newline="")))
    assert [row["id"] for row in sheet] == [row["id"] for row in rows]
    assert not [r["api_name"] for r in sheet if r["api_name"].startswith(("=", "@", "\t", "\r"))]
    assert sheet[0]["api_using_time"] == "2026-11-18T11:06:40+00:00"


def test_chosen_columns_are_written_alone_and_in_their_order() -> None:
    chosen = [column(REVIEWS.record, name) for name in ("api_name", "id")]
    assert written("csv", ROWS[-3:-2], columns=chosen).startswith("api_name,id\n")
    assert list(json.loads(written("ndjson", ROWS[:1], columns=chosen))) == ["api_name", "id"]
