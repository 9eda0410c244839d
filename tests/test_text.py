"""Text from outside is shown, and never acted on, whichever way it takes."""

import csv
import io
import json
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.text import LONGEST_CELL, Json, cell, csv_cell, json_text, safe
from tests.cli.terminal import on_terminal
from tests.cloud import Cloud, Ran, console
from tests.outside import OUTSIDE
from tests.printed import harmful

CHARACTERS: Final = st.one_of(
    st.characters(),
    st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"]),
    st.sampled_from("=+-@\t\r\n\u202e\u2066\x1b\x9b'\",;0123456789"),
)
TEXT: Final = st.text(CHARACTERS, max_size=40)
JSON: Final = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXT,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)

EVERY: Final = pytest.mark.parametrize("text", OUTSIDE.values(), ids=OUTSIDE)
FORMS: Final[dict[str, tuple[Callable[[str], str], str]]] = {
    "safe": (safe, "\n\t"),
    "cell": (cell, ""),
    "csv": (csv_cell, "\n\t"),
    "json": (json_text, ""),
}
"""Each form, and the control characters that it may hold."""

EACH: Final = pytest.mark.parametrize("form", FORMS)


def joined(text: str) -> str:
    """Return text in which two halves of a character, side by side, are that character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def holds(shown: str, text: str) -> bool:
    """Tell whether every printable character of `text` is in `shown`, in the same order."""
    left = iter(shown)
    return all(character in left for character in text if character.isprintable())


@EACH
@EVERY
def test_no_form_holds_what_a_terminal_acts_on(form: str, text: str) -> None:
    make, allowed = FORMS[form]
    assert not harmful(make(text), allowed=allowed)


@EACH
@given(text=TEXT)
def test_no_form_of_any_text_does(form: str, text: str) -> None:
    make, allowed = FORMS[form]
    assert not harmful(make(text), allowed=allowed)


@given(TEXT)
def test_nothing_printable_is_lost(text: str) -> None:
    for make in (safe, cell, csv_cell):
        assert holds(make(text), text)


@given(TEXT)
def test_safe_text_stays_as_it_is(text: str) -> None:
    assert safe(safe(text)) == safe(text)
    if not harmful(text, allowed="\n\t"):
        assert holds(safe(text), text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a␛[2Jb"),
        ("a\x9b2J", "a<9B>2J"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\ufeffb", "a<U+FEFF>b"),
        ("a\ud800b", "a\ufffdb"),
        ("a\x7fb\x00", "a␡b␀"),
        ("one\ntwo\tthree", "one\ntwo\tthree"),
        ("👩\u200d👧 🇨🇳 ❤\ufe0f 张", "👩\u200d👧 🇨🇳 ❤\ufe0f 张"),
        ("x [/] y\\", "x [/] y\\"),
    ],
    ids=["CSI", "C1", "bidi", "mark", "surrogate", "DEL NUL", "lines", "emoji", "markup"],
)
def test_what_is_unsafe_is_made_visible_and_the_rest_stays(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(TEXT)
def test_a_cell_is_one_line(text: str) -> None:
    assert len(cell(text).splitlines()) <= 1


def test_a_cell_says_how_long_the_value_is_that_it_cut() -> None:
    shown = cell("长" * 1_000_000)
    assert shown == "长" * LONGEST_CELL + "… (1,000,000 characters)"
    assert cell("长" * LONGEST_CELL) == "长" * LONGEST_CELL


@EVERY
def test_json_is_exact(text: str) -> None:
    value: Json = {"text": text, text: [text]}
    assert json.loads(json_text(value)) == {"text": text, text: [text]}


@given(JSON)
@example("\ud83d\ude00")
def test_json_of_any_value_is_exact_and_on_one_line(value: Json) -> None:
    written = json_text(value)
    assert json.loads(written) == json.loads(json.dumps(value))
    assert not harmful(written, allowed="")


@EVERY
def test_no_spreadsheet_takes_a_cell_for_a_formula(text: str) -> None:
    assert inert(csv_cell(text), text)


@given(TEXT)
@example("-1\n")
@example("-\u0661")
@example("+1e5+")
def test_no_spreadsheet_takes_any_text_for_a_formula(text: str) -> None:
    shown = csv_cell(text)
    assert inert(shown, text)
    assert safe(text) in {shown, shown[1:]}


def inert(shown: str, text: str) -> bool:
    """Tell whether a spreadsheet takes a cell for text, or for the number that it is."""
    if not shown or shown[0] not in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20":
        return True
    return shown == text and text.isascii() and float(text) == float(text)


@pytest.mark.parametrize("number", ["-1", "+3", "-12.5", "-1e9", "+0.5E-3", "7", "-0"])
def test_a_number_stays_one_in_a_spreadsheet(number: str) -> None:
    assert csv_cell(number) == number


def listed(cloud: Cloud, form: str, *, terminal: bool = False) -> Ran:
    """Run `console blocked` where every text from outside is in a row of its own."""
    rows = [
        {"user_name": text, "desktop_name": "a\x1b]52;c;", "error_message": "eA==\x07", text: 1}
        for text in OUTSIDE.values()
    ]
    body = json.dumps({"total_count": len(rows), "notification_records": rows})
    cloud.script({"action": "answer", "path": "notification-records", "body": body})
    arguments = ("blocked", "--query-type", "DESKTOP", "-o", form)
    if terminal:
        return on_terminal(*arguments, environ=cloud.environ(NO_COLOR="1"))
    return console(*arguments, environ=cloud.environ())


def test_a_table_of_hostile_rows_has_a_line_for_each(cloud: Cloud) -> None:
    ran = listed(cloud, "table")
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.out.splitlines()) == len(OUTSIDE) + 1
    assert not harmful(ran.out)


def test_a_table_of_hostile_rows_on_a_terminal_has_a_line_for_each(cloud: Cloud) -> None:
    ran = listed(cloud, "table", terminal=True)
    assert ran.code == 0
    assert len(ran.out.splitlines()) == len(OUTSIDE) + 1
    assert not harmful(ran.out)


@pytest.mark.parametrize("form", ["json", "ndjson"])
def test_json_of_hostile_rows_holds_them_exactly(form: str, cloud: Cloud) -> None:
    ran = listed(cloud, form)
    assert (ran.code, ran.err) == (0, "")
    assert not harmful(ran.out)
    found = json.loads(ran.out) if form == "json" else lines_of(ran.out)
    assert [row["user_name"] for row in found] == list(OUTSIDE.values())
    assert all(row[text] == 1 for row, text in zip(found, OUTSIDE.values(), strict=True))


def lines_of(ndjson: str) -> list[dict[str, Json]]:
    """Return the rows of NDJSON."""
    return [json.loads(line) for line in ndjson.splitlines()]


def test_csv_of_hostile_rows_is_inert_and_reads_back(cloud: Cloud) -> None:
    ran = listed(cloud, "csv")
    assert (ran.code, ran.err) == (0, "")
    assert not harmful(ran.out, allowed="\n\t")
    usual = csv.field_size_limit(2_000_000)
    rows = list(csv.DictReader(io.StringIO(ran.out, newline="")))
    csv.field_size_limit(usual)
    assert [row["user_name"] for row in rows] == [csv_cell(text) for text in OUTSIDE.values()]


def refused(cloud: Cloud, *arguments: str, body: str, **headers: str) -> Ran:
    """Run a command that the cloud refuses in words of the test's choice."""
    fault = {"action": "answer", "path": "/v2/", "status": 403, "body": body}
    cloud.script({**fault, "headers": headers})
    return console(*arguments, environ=cloud.environ())


BLOCKED: Final = ("blocked", "--query-type", "DESKTOP")


def test_a_hostile_refusal_is_told_in_harmless_words(cloud: Cloud) -> None:
    words = "|".join(text for text in OUTSIDE.values() if len(text) < 50)
    fields = ("error_code", "error_msg", "error_detail", "request_id")
    body = {**dict.fromkeys(fields, words), "encoded_authorization_message": words}
    ran = refused(cloud, *BLOCKED, body=json.dumps(body))
    assert (ran.code, ran.out) == (1, "")
    assert len(ran.err.splitlines()) <= 9
    assert not harmful(ran.err)
    assert "␛]52;c;cm0gLXJm␇" in ran.err


@pytest.mark.parametrize(
    "body",
    ["<h1>\x1b[2J\u202eSorry\x9b0m</h1>" + "<p>x</p>" * 600_000, "\x1b]0;x\x07" * 900_000],
    ids=["HTML of 5 MB", "escapes of 5 MB"],
)
def test_a_huge_hostile_page_is_told_in_a_few_harmless_words(body: str, cloud: Cloud) -> None:
    ran = refused(cloud, *BLOCKED, body=body)
    assert ran.code == 1
    assert not harmful(ran.err)
    assert len(ran.err) < 1_000


def test_a_hostile_header_is_told_in_harmless_words(cloud: Cloud) -> None:
    ran = refused(cloud, *BLOCKED, body="", **{"X-Request-Id": "a\x9b2J\u202eb"})
    assert ran.code == 1
    assert "request id: a" in ran.err
    assert not harmful(ran.err)


def test_a_hostile_job_and_a_hostile_decision_are_shown_harmlessly(cloud: Cloud) -> None:
    words = "|".join(text for text in OUTSIDE.values() if len(text) < 50)
    body = json.dumps({"status": words, "fail_reason": words, "sub_jobs": [{"status": words}]})
    cloud.script({"action": "answer", "path": "workspace-jobs", "body": body})
    job = console("job", "x", environ=cloud.environ())
    told = json.dumps({"decoded_message": words})
    cloud.script({"action": "answer", "path": "decode", "body": told})
    decision = console("decode", "x", environ=cloud.environ())
    assert (job.code, decision.code) == (0, 0)
    assert not harmful(job.out + job.err)
    assert not harmful(decision.out + decision.err, allowed="\n\t")


def test_hostile_options_are_told_in_harmless_words(cloud: Cloud) -> None:
    ran = console(*BLOCKED, "--columns", "a\x1b]0;x\x07,=b,type", environ=cloud.environ())
    assert ran.code == 0
    assert not harmful(ran.out + ran.err)


def test_a_joiner_with_nothing_to_join_is_made_visible() -> None:
    assert safe("\u200da\n\u200db") == "<U+200D>a\n<U+200D>b"
    assert cell("\u200d\u200da").startswith("<U+200D>")
    assert cell("\U0001f468\u200d\U0001f4bb") == "\U0001f468\u200d\U0001f4bb"
