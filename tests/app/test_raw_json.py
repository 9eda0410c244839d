"""A row as JSON on many lines: exact, and it knows where each value stands."""

import json

import pytest

from console.app.raw_json import RawJson
from console.client.paging import Row
from tests.app.host import POOL
from tests.outside import OUTSIDE
from tests.printed import harmful


@pytest.mark.parametrize("text", OUTSIDE.values(), ids=OUTSIDE)
def test_it_gives_back_the_very_same_row_and_drives_no_terminal(text: str) -> None:
    row: Row = {"id": text, text: {text: [text, {text: []}]}, "empty": {}, "number": 1.5e-7}
    written = RawJson.of(row)
    assert harmful("".join(written.lines)) == set()
    assert json.loads(written.text) == row


def test_the_json_knows_where_each_value_stands() -> None:
    written = RawJson.of(POOL)
    first, end = written.places["data_volumes", 1, "size"]
    assert written.lines[first:end] == ['      "size": 20']
    assert written.places[()] == (0, len(written.lines))
    assert '  "subnet_ids": ["s-1","s-2"],' in written.lines
