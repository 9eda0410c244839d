"""The filter form, by keys: every parameter is reached, set, checked, applied and said in words."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from console.app.fields import FormField, fields_of
from console.app.period import period_field
from console.app.widgets.field_box import FieldBox
from console.app.widgets.filter_form import FilterForm
from console.errors import Problem, QueryError
from console.services import LISTINGS
from console.services.listing import named
from tests.app.flow import Flow
from tests.app.form_host import FormHost
from tests.outside import OUTSIDE

_SMALL: Final = (80, 24)
_WIDE: Final = (120, 36)

_TYPED: Final[dict[str, Sequence[str]]] = {
    "text": ("a",),
    "number": ("7",),
    "list": ("a", ",", "b"),
    "choice": ("end",),
    "switch": ("y",),
}
_VALUES: Final = {"text": "a", "number": 7, "list": ["a", "b"], "switch": True}


def _expected(field: FormField) -> object:
    return field.choices[-1][0] if field.kind == "choice" else _VALUES[field.kind]


async def _type(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*text)


@pytest.mark.parametrize(
    ("name", "size", "step"),
    [
        *((name, _SMALL, "down") for name in LISTINGS),
        ("blocked", _WIDE, "tab"),
    ],
)
async def test_every_parameter_is_reached_and_set_by_keys_alone(
    name: str, size: tuple[int, int], step: str
) -> None:
    app = FormHost(name)
    fields = fields_of(named(name))
    async with app.run_test(size=size) as pilot:
        app.form.focus()
        await pilot.pause()
        reached = []
        for _ in fields:
            assert app.form.region.contains_region(app.box.control.region)
            reached.append(app.box.field.name)
            for key in (*_TYPED[app.box.field.kind], step):
                app.simulate_key(key)
            await pilot.pause()
        assert sorted(reached) == sorted(each.name for each in fields)
        assert app.form.size.height <= size[1] * 3 // 10 + 1
        await pilot.press("enter")
        wanted = {each.name: _expected(each) for each in fields}
        assert app.form.values == wanted
        assert app.submitted == ([wanted] if fields else [])


async def test_up_goes_the_way_back() -> None:
    app = FormHost("blocked")
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus()
        ways: list[list[Widget | None]] = []
        for key in ("down", "up"):
            ways.append([])
            for _ in fields_of(named("blocked")):
                ways[-1].append(app.focused)
                app.simulate_key(key)
                await pilot.pause()
        assert ways[0] == ways[1][::-1]


async def test_shift_tab_goes_round_within_the_form(console: Flow) -> None:
    await console.press("1", "f")
    form = console.screen.form
    boxes = [box.field.name for box in console.screen.query(FieldBox)]
    reached = []
    for _ in boxes * 2:
        await console.press("shift+tab")
        assert form.has_focus_within
        box = console.app.focused and console.app.focused.parent
        assert isinstance(box, FieldBox)
        reached.append(box.field.name)
    assert reached == [*reversed(boxes)] * 2


async def test_enter_applies_from_every_kind_of_control() -> None:
    app = FormHost("blocked", {"query_type": "DESKTOP"})
    async with app.run_test(size=_SMALL) as pilot:
        for name in ("query_type", "user_name", "limit"):
            app.form.focus_field(name)
            await pilot.press("enter")
        assert app.submitted == [{"query_type": "DESKTOP"}] * 3


async def test_a_choice_is_made_by_arrows_and_by_letters() -> None:
    app = FormHost("desktops")
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field("status")
        for key, value in (
            ("right", "ACTIVE"),
            ("s", "SHUTOFF"),
            ("left", "ACTIVE"),
            ("left", ""),
            ("left", "HIBERNATED"),
            ("h", "HIBERNATED"),
            ("space", ""),
            ("z", ""),
            ("E", "ERROR"),
            ("backspace", ""),
            ("end", "HIBERNATED"),
            ("a", ""),  # the blank says 'any'
            ("a", "ACTIVE"),
        ):
            await pilot.press(key)
            assert app.form.values.get("status", "") == value
        assert "‹ ACTIVE ›" in "\n".join(app.shown)  # noqa: RUF001 - the arrows of a choice


async def test_a_mandatory_choice_has_no_blank_but_side_by_side() -> None:
    blocked = FormHost("blocked")
    async with blocked.run_test(size=_SMALL) as pilot:
        blocked.form.focus()
        for value in ("DESKTOP", "DESKTOP_POOL", "DESKTOP"):
            assert blocked.form.values["query_type"] == value
            await pilot.press("right")
    checks = FormHost("checks")
    async with checks.run_test(size=_SMALL):
        assert "is_check_project" not in checks.form.values
        assert "(both, side by side)" in "\n".join(checks.shown)


async def test_what_is_wrong_is_said_beneath_the_field_as_it_is_typed() -> None:
    app = FormHost("blocked")
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field("limit")
        await _type(pilot, "100")
        assert not app.box.problem
        await _type(pilot, "0")
        assert not app.box.problem
        await _type(pilot, "0")
        line = next(at for at, shown in enumerate(app.shown) if "!Page size 10000" in shown)
        assert "must be 1 to 1000" in app.shown[line + 1]
        await pilot.press("tab", "enter")
        assert not app.submitted
        assert app.box.field.name == "limit"
        await pilot.press("backspace", "enter")
        assert app.submitted == [{"query_type": "DESKTOP", "limit": 1000}]
        assert "must be 1 to 1000" not in "\n".join(app.shown)


async def test_what_does_not_go_together_is_said_after_enter() -> None:
    app = FormHost("blocked", {"query_type": "DESKTOP"})
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field("sort_field")
        await pilot.press("t", "enter")
        app.form.folded = True
        with pytest.raises(QueryError) as raised:
            named("blocked").query(**app.submitted[0])
        app.form.show_problems(raised.value.problems)
        await pilot.pause()
        assert not app.form.folded
        assert app.form.applied == {"query_type": "DESKTOP"}
        assert app.box.field.name == "sort_type"
        said = app.box.problem
        assert said == "must be given together with 'Sort by': oldest first or newest first"
        assert "!Direction" in "\n".join(app.shown)
        await pilot.press("n", "enter")
        assert app.submitted[-1]["sort_type"] == "DESC"
        assert not app.box.problem


async def test_a_problem_of_no_field_is_said_all_the_same() -> None:
    app = FormHost("blocked")
    async with app.run_test(size=_SMALL) as pilot:
        app.form.show_problems([Problem("offset", "must be [a] multiple")])
        await pilot.pause()
        assert "offset: must be [a] multiple" in "\n".join(app.shown)


async def test_a_direction_brings_the_only_field_to_sort_by() -> None:
    app = FormHost("blocked")
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field("sort_type")
        await pilot.press("n")
        assert app.form.values["sort_field"] == "operate_time"
        await pilot.press("home")
        assert not {"sort_field", "sort_type"} & app.form.values.keys()


async def test_what_is_typed_is_told_from_what_is_applied() -> None:
    app = FormHost("blocked", {"query_type": "DESKTOP"})
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field("user_name")
        await _type(pilot, "li")
        assert "not applied yet" in "\n".join(app.shown)
        assert app.form.applied == {"query_type": "DESKTOP"}
        app.form.folded = True
        await pilot.pause()
        assert app.shown[0] == " Filter  Scope: desktops (more is typed and not applied)"
        app.form.focus()
        await pilot.press("enter")
        assert "not applied yet" not in "\n".join(app.shown)
        assert app.form.applied == {"query_type": "DESKTOP", "user_name": "li"}


async def test_a_folded_form_is_one_line_in_words_and_takes_no_focus() -> None:
    values = {"query_type": "DESKTOP_POOL", "desktop_pool_name": "研发", "period": "-2h"}
    app = FormHost("blocked", values, local=[period_field()])
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus()
        app.form.folded = True
        await pilot.press("tab")
        await pilot.pause()
        assert app.form.size.height == 1
        assert app.focused is None
        assert app.shown[0] == (" Filter  Scope: desktop pools · Pool: 研发 · Period: -2h")
        app.form.set_values({})
        app.form.folded = False
        await pilot.pause()
        assert app.form.size.height > 1
        assert [each.folded for each in app.posted if isinstance(each, FilterForm.Folded)] == [
            True,
            False,
        ]
    pools = FormHost("pools")
    async with pools.run_test(size=_SMALL) as pilot:
        pools.form.folded = True
        await pilot.pause()
        assert pools.shown[0] == " Filter  none"


async def test_escape_leaves_and_keeps_what_was_typed() -> None:
    app = FormHost("blocked")
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field("user_name")
        await pilot.press("l", "escape")
        assert isinstance(app.posted[-1], FilterForm.Left)
        assert app.form.values["user_name"] == "l"


async def test_the_profile_stands_in_where_a_field_is_left_out() -> None:
    app = FormHost("reviews", known={"workspace": "ws-[1]"})
    async with app.run_test(size=_SMALL) as pilot:
        assert "(profile: ws-[1])" in "\n".join(app.shown)
        app.form.focus()
        await pilot.pause()
        assert "left out: ws-[1]" in "\n".join(app.shown)
        assert app.form.values == {}


@pytest.mark.parametrize(
    ("name", "pasted", "value"),
    [
        ("user_name", "li wei\r\n  zhang\tsan \n\n", "li wei zhang san"),
        ("user_name", "\x1b[31mred\x1b[0m\u202e\x00", "[31mred[0m"),
        ("user_name", "研发 👩‍💻 [x]", "研发 👩‍💻 [x]"),
        ("user_names", "li\nwei,\nzhang\n", ["li", "wei", "zhang"]),
    ],
)
async def test_a_paste_keeps_every_line_and_no_control_character(
    name: str, pasted: str, value: object
) -> None:
    app = FormHost("desktops")
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field(name)
        app.post_message(Paste(pasted))
        await pilot.pause()
        assert app.form.values == {name: value}


async def test_a_paste_that_does_not_fit_is_refused_and_said() -> None:
    app = FormHost("desktops")
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field("user_name")
        app.post_message(Paste("x" * 20_000))
        await pilot.pause()
        assert app.form.values == {}
        assert app.box.problem == "nothing was pasted: at most 16,000 characters fit"


async def test_a_value_from_outside_stays_exact_and_is_shown_safely() -> None:
    app = FormHost("desktops")
    names = [each.name for each in fields_of(named("desktops")) if each.kind == "text"]
    async with app.run_test(size=(200, 60)) as pilot:
        for some in batched(OUTSIDE.values(), len(names)):
            values = {name: each for name, each in zip(names, some, strict=False) if each}
            app.form.set_values(values)
            await pilot.pause()
            _assert_safe("".join(app.shown))
            assert app.form.values == app.form.applied == values
        app.form.folded = True
        await pilot.pause()
        _assert_safe(app.shown[0])


def batched(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield `values` in lists of `size`; itertools has this from Python 3.12 on."""
    left = iter(values)
    while some := list(islice(left, size)):
        yield some


def _assert_safe(shown: str) -> None:
    assert not [each for each in shown if ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0]
    assert not set(shown) & set("\u202e\u2066\u2028\ufeff\ud83d\ude00")


async def test_a_period_is_checked_as_it_is_typed() -> None:
    app = FormHost("blocked", local=[period_field()])
    async with app.run_test(size=_SMALL) as pilot:
        app.form.focus_field("period")
        await _type(pilot, "-2")
        assert "such as -2h" in app.box.problem
        await pilot.press("h")
        assert not app.box.problem
        await pilot.press("enter")
        assert app.submitted[-1]["period"] == "-2h"


async def test_no_cursor_blinks() -> None:
    app = FormHost("blocked")
    async with app.run_test(size=_SMALL):
        assert not [each for each in app.query(Input) if each.cursor_blink]


@pytest.mark.parametrize("size", [(1, 1), (40, 10), (200, 60)])
async def test_it_stands_any_size(size: tuple[int, int]) -> None:
    app = FormHost("desktops", local=[period_field()])
    async with app.run_test(size=size) as pilot:
        app.form.focus()
        await pilot.press("down", "x")
        await pilot.resize_terminal(*_SMALL)
        await pilot.pause()
        assert app.box.region.height
