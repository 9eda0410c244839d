"""Filters that were used and filters that were saved: the file, and the dialog that offers them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from textual.app import App
from textual.pilot import Pilot

from console.app.dialogs.filters import FilterDialog
from console.app.fields import fields_of
from console.app.filters import KEY, MOST_USED, Filters, understood
from console.app.memory import Memory
from console.profiles import paths
from console.profiles.state import State
from console.services.listing import named
from console.text import Json
from tests.outside import OUTSIDE

_FIELDS: Final = fields_of(named("blocked"))
_POOL: Final[dict[str, Json]] = {"query_type": "DESKTOP_POOL", "desktop_pool_name": "研发一部"}
_USER: Final[dict[str, Json]] = {"query_type": "DESKTOP", "user_name": "[li]"}


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    """Remember nothing yet."""
    return Memory({"CONSOLE_STATE_DIR": str(tmp_path / "state")})


def file(tmp_path: Path) -> State:
    """Return what the program remembers, which `memory` writes."""
    return State(paths.state_file({"CONSOLE_STATE_DIR": str(tmp_path / "state")}))


def test_filters_used_come_back_newest_first_and_once(memory: Memory) -> None:
    filters = Filters(memory, "blocked")
    for values in (_POOL, _USER, {}, {"user_name": ""}, _POOL, _POOL):
        assert filters.use(values) == ""
    assert Filters(memory, "blocked").used() == [_POOL, _USER]
    assert Filters(memory, "pools").used() == []


def test_one_and_true_are_two_filters(memory: Memory) -> None:
    filters = Filters(memory, "desktops")
    filters.use({"domain_status": 1})
    filters.use({"domain_status": True})
    assert [type(each["domain_status"]) for each in filters.used()] == [bool, int]


def test_at_most_twenty_are_kept(memory: Memory) -> None:
    filters = Filters(memory, "blocked")
    for number in range(MOST_USED + 5):
        filters.use({"limit": number + 1})
    assert [each["limit"] for each in filters.used()] == list(range(25, 5, -1))


def test_a_filter_is_saved_replaced_and_forgotten(memory: Memory) -> None:
    filters = Filters(memory, "blocked")
    assert filters.save(" b ", _POOL) == ""
    assert filters.save("A", _USER) == ""
    assert filters.save("b", _USER) == ""
    assert list(filters.saved().items()) == [("A", _USER), ("b", _USER)]
    filters.remove("b")
    filters.remove("none of that name")
    assert filters.saved() == {"A": _USER}
    assert filters.save("  ", _USER) == "a filter needs a name"
    assert filters.save("x" * 61, _USER) == "a name has at most 60 characters"
    assert filters.save("a\x1b", _USER) == "a name holds no control characters"
    assert filters.save("none", {"user_name": None}) == "there is no filter to save"


@pytest.mark.parametrize(
    "kept",
    [
        *(None, 1, "x", [], {"blocked": []}, {"blocked": {"used": {}, "saved": []}}),
        {"blocked": {"used": [1, None, [], {}, "x"], "saved": {"a": 1, "b": {}, "c": None}}},
    ],
)
def test_broken_content_is_not_offered_and_does_no_harm(
    tmp_path: Path, memory: Memory, kept: Json
) -> None:
    file(tmp_path).put(KEY, kept)
    filters = Filters(memory, "blocked")
    assert filters.used() == []
    assert filters.saved() == {}
    assert filters.use(_POOL) == ""
    assert filters.save("a", _USER) == ""
    assert filters.used() == [_POOL]
    assert filters.saved()["a"] == _USER


async def test_what_others_wrote_stays(tmp_path: Path, memory: Memory) -> None:
    state = file(tmp_path)
    state.put("profile", "night")
    state.put(KEY, {"later": {"new": 1}, "blocked": {"pinned": True, "saved": {"x": 5}}})
    Filters(memory, "blocked").save("a", _USER)
    assert await memory.keep() == ""
    assert json.loads(state.path.read_text()) == {
        "profile": "night",
        KEY: {"later": {"new": 1}, "blocked": {"pinned": True, "saved": {"x": 5, "a": _USER}}},
    }


@pytest.mark.parametrize(
    "wrong",
    [
        *({"gone": 1}, {"query_type": "POOL"}, {"limit": "5"}, {"limit": 0}, {"limit": True}),
        *({"user_name": 5}, {"user_name": ["x"]}, {"type": {}}, {"sort_type": None}),
    ],
)
def test_what_the_form_cannot_show_is_named(wrong: dict[str, Any]) -> None:
    assert understood(_FIELDS, {"user_name": "li", **wrong}) in (
        ({"user_name": "li"}, list(wrong)),
        ({}, list(wrong)),
    )
    assert understood(_FIELDS, {"user_name": " li\n"}) == ({"user_name": " li\n"}, [])


def test_lists_are_lists_of_texts() -> None:
    fields = fields_of(named("desktops"))
    assert understood(fields, {"user_names": ["a", "b,c"]})[1] == []
    assert understood(fields, {"user_names": ["a", 1]})[1] == ["user_names"]


class _Host(App[None]):
    def __init__(self, filters: Filters, current: Mapping[str, Any]) -> None:
        super().__init__()
        self.filters = filters
        self.current = current
        self.answers: list[dict[str, Any] | None] = []

    def on_mount(self) -> None:
        self.push_screen(
            FilterDialog(self.filters, _FIELDS, self.current), callback=self.answers.append
        )

    @property
    def shown(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(each.text for each in strip) for strip in strips)


async def written(app: App[None], pilot: Pilot[None]) -> None:
    """Wait until what was changed is written."""
    await app.workers.wait_for_complete()
    await pilot.pause()


def test_a_filter_that_is_too_long_is_not_remembered(memory: Memory) -> None:
    filters = Filters(memory, "blocked")
    for said in (filters.use({"user_name": "x" * 5_000}), filters.save("x", {"x": "x" * 5_000})):
        assert said == "the filter is too long to be remembered"
    assert filters.used() == []
    assert filters.saved() == {}


async def test_a_filter_is_taken_from_the_saved_and_from_the_used(memory: Memory) -> None:
    filters = Filters(memory, "blocked")
    filters.save("night [x]", _POOL)
    filters.use(_USER)
    for keys, taken in ((["enter"], _POOL), (["down", "enter"], _USER), (["escape"], None)):
        app = _Host(filters, {})
        async with app.run_test(size=(80, 24)) as pilot:
            assert "night [x]  Scope: desktop pools · Pool: 研发一部" in app.shown
            assert "Scope: desktops · User: [li]" in app.shown
            await pilot.press(*keys)
            assert app.answers == [taken]


async def test_the_filter_of_now_is_saved_and_forgotten_and_brought_back(memory: Memory) -> None:
    filters = Filters(memory, "blocked")
    app = _Host(filters, _USER)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Saved: none" in app.shown
        assert "now: Scope: desktops · User: [li]" in app.shown
        await pilot.press("s", "escape", "s", "enter")
        assert "a filter needs a name" in app.shown
        await pilot.press("l", "s", "u", "enter")
        assert filters.saved() == {"lsu": _USER}
        await pilot.press("s", "l", "s", "u", "enter")
        assert "there is a filter 'lsu' already; enter again replaces it" in app.shown
        await pilot.press("enter")
        await written(app, pilot)
        assert "saved as 'lsu'" in app.shown
        await pilot.press("delete")
        await written(app, pilot)
        assert filters.saved() == {}
        assert "'lsu' is forgotten; u brings it back" in app.shown
        await pilot.press("u")
        await written(app, pilot)
        assert filters.saved() == {"lsu": _USER}
        assert "'lsu' is back" in app.shown
        await pilot.press("escape")
        assert app.answers == [None]


async def test_a_filter_that_cannot_be_written_is_saved_for_this_run_alone(
    tmp_path: Path, memory: Memory
) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    app = _Host(Filters(memory, "blocked"), _USER)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "x", "enter")
        await written(app, pilot)
        assert "for this run alone: not remembered: " in app.shown
        assert "saved as" not in app.shown
        assert "x  Scope: desktops · User: [li]" in app.shown


async def test_there_is_nothing_to_take_save_or_forget(memory: Memory) -> None:
    app = _Host(Filters(memory, "blocked"), {})
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("enter", "delete", "u", "s")
        assert "there is no filter to save" in app.shown
        assert app.answers == []


async def test_the_dialog_shows_nothing_that_a_terminal_could_act_on(
    tmp_path: Path, memory: Memory
) -> None:
    outside = [each for each in OUTSIDE.values() if len(each) < 5_000]
    values: list[Json] = [{"user_name": each, each: "x"} for each in outside]
    file(tmp_path).put(KEY, {"blocked": {"used": values, "saved": dict.fromkeys(outside, _USER)}})
    app = _Host(Filters(memory, "blocked"), {"user_name": "".join(OUTSIDE.values())[:500]})
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("pageup")
        for _ in range(5):
            shown = app.shown.replace("\n", "")
            assert not [each for each in shown if ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0]
            assert not set(shown) & set("\u202e\u2066\u2028\ufeff\ud83d\ude00")
            await pilot.press("pagedown")
