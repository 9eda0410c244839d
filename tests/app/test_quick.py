"""The quick filter's language, and that typing on gives what typing it whole would."""

from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.app.quick import QuickError
from console.app.rows import Rows
from console.client.paging import Row
from tests.app.table_host import Toned, columns, loaded, records

FOUND: list[Row] = [
    {"name": "Ann Lee", "pool": "研发一部", "size": 10, "since": "2026-11-20T08:00:00Z"},
    {"name": "ANNA", "pool": "sales", "size": 1, "state": "A", "seen": "never"},
    {"name": "bob", "pool": "ann's pool", "size": 100, "ready": True},
    {"name": "straße\n7", "pool": None, "size": None, "seen": "2026-11-20T08:30:00Z"},
]
COLUMNS = [*columns("name", "pool", "size", "ready", "since", "seen", "state"), Toned()]


def matches(text: str, found: list[Row] = FOUND) -> list[int]:
    rows = loaded(found)
    rows.quick(text, COLUMNS, UTC)
    return list(rows.shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ann", [0, 1, 2]),
        ("ann lee", [0]),
        ('"ann lee"', [0]),
        ('"lee ann"', []),
        ('"ann le', [0]),
        ("!ann", [3]),
        ("ann !sales", [0, 2]),
        ("name:ann", [0, 1]),
        ("NAME:ann pool:sales", [1]),
        ("!name:ann", [2, 3]),
        ("pool:\"ann's p", [2]),
        ("研发", [0]),
        ("STRASSE", [3]),
        ('"strasse 7"', [3]),
        ("/^ann/", [0, 1, 2]),
        ("name:/^anna$/", [1]),
        ("name:/^anna$", [1]),
        ("!/ann/", [3]),
        (r"/an{2}\b/", [0, 2]),
        ("/a.n/b", []),
        ("pool:-", [3]),
        ("ready:yes", [2]),
        ("state:attached", [1]),
        ("08:00", [0]),
        ("08", [0, 3]),
        ("!08", [1, 2]),
        ("never", [1]),
        ("seen:never", [1]),
        ("nev", [1]),
        ("2026-11-20 name:lee", [0]),
        ('"rated 10"', [0, 2]),
        ("rat:100", [2]),
        ("", [0, 1, 2, 3]),
        ("!", [0, 1, 2, 3]),
        ("name:", [0, 1, 2, 3]),
        ("/", [0, 1, 2, 3]),
        ('"', [0, 1, 2, 3]),
        ("ann '", [2]),
    ],
)
def test_words_columns_quotes_and_expressions(text: str, expected: list[int]) -> None:
    assert matches(text) == expected


def test_what_is_said_of_paths() -> None:
    assert matches("/var/log", [{"name": "/var/log"}, {"name": "/var/lib"}]) == [0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nowhere:x", "no column is called nowhere"),
        ("s:x", "may be size, since, seen, state"),
        ("/(/", "no regular expression"),
        ("name:/[/", "no regular expression"),
        ("/" + "(" * 13 + "a" + ")+" * 13, "too large"),
        ("/" + "a" * 201, "too large"),
        ("/((a{99}){99}){99}/", "too large"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(QuickError, match=said) as caught:
        matches(text)
    assert caught.value.sentence.isprintable()


def test_times_are_looked_for_as_they_are_shown() -> None:
    rows = loaded(FOUND)
    for hours, expected in ((0, [0, 3]), (8, [])):
        rows.quick("20 08:", COLUMNS, timezone(timedelta(hours=hours)))
        assert list(rows.shown) == expected


def test_what_a_cell_shows_for_control_characters_is_what_is_found() -> None:
    assert matches("␛[31m", [{"name": "\x1b[31mred"}, {"name": "red"}]) == [0]


SLOW = r"/^(\w+\s?|.)+\d$/"
"""Takes longer the longer the text is in which there is no match; for ever, by and by."""


def test_an_expression_that_takes_too_long_is_given_up() -> None:
    found: list[Row] = [{"name": "a word! " * n} for n in (1, 60, 90)]
    rows = loaded(found[:1])
    rows.quick("word", COLUMNS, UTC)
    rows.quick(SLOW, COLUMNS, UTC)
    assert (list(rows.shown), rows.quick_text) == ([], SLOW)
    rows.extend(found[1:], records(found[1:]))
    assert (list(rows.shown), rows.quick_text) == ([0, 1, 2], "")
    assert "takes too long" in rows.quick_problem
    rows.quick("word", COLUMNS, UTC)
    assert rows.quick_problem == ""
    with pytest.raises(QuickError, match="takes too long"):
        rows.quick(SLOW, COLUMNS, UTC)
    assert (list(rows.shown), rows.quick_text) == ([0, 1, 2], "word")


word = st.text(st.sampled_from('an1-: "/!éß'), max_size=6)


@settings(max_examples=150, deadline=None)
@given(typed=st.lists(word, max_size=4).map(" ".join), more=word)
def test_typing_on_shows_what_typing_it_whole_would(typed: str, more: str) -> None:
    rows = loaded(FOUND[:3])
    for text in (typed, typed + more):
        try:
            rows.quick(text, COLUMNS, UTC)
        except QuickError:
            return
    rows.extend(FOUND[3:], records(FOUND[3:]))
    whole = Rows()
    whole.replace(FOUND, records(FOUND))
    whole.quick(typed + more, COLUMNS, UTC)
    assert list(rows.shown) == list(whole.shown)
