"""The place of columns, and text that fills its place exactly."""

from collections.abc import Sequence
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from console.app.table_column import TableColumn
from console.app.widgets.cell_text import fit, fitted, one_line, one_lines, padded, shortened
from console.app.widgets.column_layout import GAP, NAME, Width, arrange
from console.app.widgets.column_measure import Measure
from console.client.paging import Row
from tests.app.table_host import Desktop, columns, desktop, records
from tests.outside import OUTSIDE

outside = st.one_of(
    st.sampled_from(list(OUTSIDE.values())),
    st.text(max_size=40),
    st.text(st.sampled_from("a研\u0301👨\u200d👩\ufe0f🇨#\t\n\x1b é"), max_size=30),
    st.integers(0, 600).map(lambda count: "a" + "\u0301" * count),
)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.lists(outside, min_size=3, max_size=3), max_size=6),
    sizes=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 9)), min_size=2, max_size=5),
)
def test_every_line_is_exactly_as_wide_as_the_table(
    texts: list[list[str]], sizes: list[tuple[int, int]]
) -> None:
    found: list[Row] = [dict(zip(("name", "state", "seen"), each, strict=True)) for each in texts]
    shown = columns("name", "state", "seen")
    measure = Measure(shown, None)
    measure.add(records(found))
    for width, _ in sizes:
        layout = arrange(measure.widths(None), width, 0, 0)
        for record in records(found):
            line = (" " * GAP).join(
                fit(one_line(shown[p.number].text(record, None)), p.width) for p in layout.places
            )
            used = sum(p.width for p in layout.places) + GAP * (len(layout.places) - 1)
            assert cell_len(line) == sum(map(cell_len, line)) == used <= width
            assert not {"Cc", "Cs", "Zl", "Zp"}.intersection(map(category, line))


@settings(max_examples=60, deadline=None)
@given(st.lists(outside, max_size=6), st.integers(0, 60))
def test_many_cells_are_made_as_one_is(texts: list[str], width: int) -> None:
    for some in (texts, [*texts, "x" * 3_000], [each for each in texts if each.isascii()]):
        lines = one_lines(some)
        assert lines == [*map(one_line, some)]
        assert fitted(lines, width) == [fit(each, width) for each in lines]


widths = st.builds(Width, natural=st.integers(1, 60), fixed=st.booleans(), empty=st.booleans())


@given(st.lists(widths, min_size=1, max_size=9), st.integers(1, 150), st.data())
def test_a_layout_has_room_for_what_it_shows(
    found: Sequence[Width], room: int, data: st.DataObject
) -> None:
    wanted = data.draw(st.integers(0, len(found) - 1))
    layout = arrange(found, room, data.draw(st.integers(0, len(found) - 1)), wanted)
    numbers = [place.number for place in layout.places]
    assert wanted in numbers
    assert numbers == sorted(numbers)
    assert layout.places[-1].left + layout.places[-1].width <= room
    assert layout.before + len(numbers) + layout.after == len(found)
    for place in layout.places:
        width = found[place.number]
        assert place.width <= width.natural
        if len(numbers) > 1:
            assert place.width >= width.least
    left_out = [n for n in range(len(found)) if n not in numbers]
    if sum(width.natural + GAP for width in found) - GAP <= room:
        assert not left_out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u0301a", " \u0301a"),
        ("a" + "\u0301" * 500, "a" + "\u0301" * 4),
        ("👨\u200d👩", "👨👩"),
        ("one\ttwo\r\nthree", "one two three"),
    ],
)
def test_text_that_terminals_disagree_on_is_settled(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("研发一部", 8, "研发一部"),
        ("研发一部", 7, "研发一…"),
        ("研发一部", 6, "研发… "),
        ("研", 1, "…"),
        ("abc", 2, "a…"),
        ("abc", 0, ""),
        ("ab", 4, "ab  "),
    ],
)
def test_a_wide_character_is_never_cut_in_half(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


def test_no_blank_stands_before_an_ellipsis() -> None:
    text = Content.styled("ab 研发", "bold")
    assert [shortened(text, width).plain for width in (7, 6, 5, 4, 0)] == [
        "ab 研发",
        "ab 研…",
        "ab…",
        "ab…",
        "",
    ]
    assert shortened(text, 6).spans
    assert padded(shortened(text, 5), 5).plain == "ab…  "


def test_a_column_knows_when_it_grows() -> None:
    shown: list[TableColumn] = columns("name", "since", "state")
    measure = Measure(shown, None)
    assert measure.widths(None)[0] == Width(4, fixed=False, empty=True, keeps=NAME)
    assert measure.add([Desktop.of(desktop(1, name="研" * 9))])
    assert not measure.add([Desktop.of(desktop(2, name="b" * 18))])
    assert measure.widths(None)[0] == Width(18, fixed=False, empty=False, keeps=NAME)
    assert measure.widths(shown[0])[0].natural == 18
    measure.add([Desktop.of(desktop(2, state="A"))])
    assert measure.widths(None)[2].natural == len("attached")
    measure.add([Desktop.of(desktop(1, name="c" * 10_000))])
    assert measure.widths(None)[0].natural == 400
