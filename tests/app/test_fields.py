"""The fields of a form: made from the query, and as strict as the query."""

import pytest

from console.app.fields import FormField, fields_of, in_words
from console.app.period import period_field
from console.app.widgets.field_box import FieldBox
from console.services import LISTINGS
from console.services.listing import named
from console.services.model import literals
from tests.outside import OUTSIDE


def _field(listing: str, name: str) -> FormField:
    return next(each for each in fields_of(named(listing)) if each.name == name)


@pytest.mark.parametrize("name", LISTINGS)
def test_every_parameter_but_the_offset_is_a_field(name: str) -> None:
    listing = named(name)
    fields = fields_of(listing)
    assert [each.name for each in fields] == [
        each for each in listing.query.model_fields if each != "offset" or listing.unwrap
    ]
    for each in fields:
        info = listing.query.model_fields[each.name]
        assert each.meaning == info.description
        is_size = each.name == "limit" and not listing.unwrap
        assert each.title == ("Page size" if is_size else info.title)
        if allowed := literals(info):
            assert tuple(value for value, _ in each.choices) == allowed
        for value, label in each.choices:
            assert each.read(label) == value
            assert type(each.read(label)) is type(value)
            assert each.write(value) == label


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("limit", " 100 ", 100),
        ("computer_name", "  研发 [x] ", "研发 [x]"),
        ("computer_names", "a, b ,,c", ["a", "b", "c"]),
        ("computer_names", 'a, "b, c"', ["a", "b, c"]),
        ("isolated", "no", False),
        ("domain_status", "off the domain", 2),
        ("sort_type", "descending", "DESC"),
    ],
)
def test_a_text_becomes_the_value_and_again_a_text(name: str, text: str, value: object) -> None:
    field = _field("desktops", name)
    assert field.read(text) == value
    assert field.read(field.write(value)) == value


@pytest.mark.parametrize(
    ("listing", "name", "text", "reason"),
    [
        ("blocked", "limit", "0", "must be 1 to 1000"),
        ("blocked", "limit", "many", "must be a whole number, 1 to 1000"),
        ("blocked", "limit", "9" * 5_000, "must be a whole number, 1 to 1000"),
        ("blocked", "desktop_pool_name", "x" * 256, "must be 1 to 255 characters"),
        ("checks", "domain_id", "a-b", "is empty or holds a character that is not allowed"),
        ("checks", "domain_id", "a" * 129, "must be 1 to 128 characters"),
        ("desktops", "computer_names", ",".join(["x"] * 101), "must be 0 to 100 values"),
        ("desktops", "computer_names", " , ", "must be values with commas between them"),
        ("desktops", "status", "ASLEEP", "must be one of ACTIVE, SHUTOFF, ERROR, HIBERNATED"),
    ],
)
def test_what_the_query_refuses_is_refused(listing: str, name: str, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        _field(listing, name).read(text)


def test_what_goes_together_is_no_fault_of_one_field() -> None:
    assert _field("blocked", "sort_type").read("newest first") == "DESC"
    assert _field("blocked", "user_name").read("li") == "li"


def test_what_is_left_out_is_said() -> None:
    assert not _field("blocked", "query_type").blank
    assert _field("blocked", "type").blank == "any"
    assert _field("checks", "is_check_project").blank == "both, side by side"
    assert _field("reviews", "dlm_type").blank == "the cloud's default"
    assert _field("reviews", "workspace").stand_in == "the profile's workspace"


def test_a_filter_is_said_in_words() -> None:
    fields = [*fields_of(named("blocked")), period_field()]
    values = {
        "query_type": "DESKTOP_POOL",
        "desktop_pool_name": "研发一部",
        "user_name": "",
        "sort_field": "operate_time",
        "sort_type": "DESC",
        "period": "yesterday",
        "elsewhere": 1,
    }
    assert in_words(fields, values) == (
        "Scope: desktop pools · Pool: 研发一部 · Period: yesterday · newest first · elsewhere: 1"
    )
    assert in_words(fields, {}) == ""
    desktops = fields_of(named("desktops"))
    assert in_words(desktops, {"sort_field": "created", "sort_type": "ASC", "isolated": False}) == (
        "Isolated: no · Sort by: Created · ascending"
    )


def test_words_are_safe_whatever_a_value_holds() -> None:
    fields = fields_of(named("blocked"))
    for value in OUTSIDE.values():
        words = in_words(fields, {"user_name": value, value: value})
        assert not any(ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0 for each in words)
        assert not set(words) & set("\u202e\u2066\u2028\ufeff\ud83d\ude00")


@pytest.mark.parametrize(
    ("listing", "name", "hint"),
    [
        ("blocked", "query_type", "desktops, desktop pools"),
        (
            "blocked",
            "sort_type",
            "as it comes, oldest first, newest first; goes together with the field",
        ),
        ("checks", "is_check_project", "both, side by side, the project's, the tenant's"),
        ("blocked", "type", "any, EMAIL, SMS; how the notification was to go out"),
    ],
)
def test_a_hint_says_nothing_twice(listing: str, name: str, hint: str) -> None:
    box = FieldBox(_field(listing, name), known="", title_width=0)
    assert box.hint()[4:] == hint
