"""Text broken into lines: each fits, nothing is lost."""

import pytest
from rich.cells import cell_len

from console.app.wrapped import padded, wrapped
from console.text import safe
from tests.outside import OUTSIDE


@pytest.mark.parametrize("width", [1, 2, 7, 30])
def test_lines_fit_and_lose_nothing(width: int) -> None:
    for text in (*OUTSIDE.values(), "研发 some words " * 30, "a❤\ufe0f b" * 50):
        shown = safe(text)[:500]
        lines = wrapped(shown, width)
        assert max(map(cell_len, lines)) <= max(width, 2)
        assert "".join("".join(lines).split()) == "".join(shown.split())


def test_it_breaks_at_spaces_where_it_can() -> None:
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("研发 一部 name", 7) == ["研发", "一部", "name"]
    assert wrapped("abcdefgh\n\tx", 5) == ["abcde", "fgh", "    x"]
    assert wrapped("", 5) == [""]


def test_padding_counts_cells() -> None:
    assert padded("研", 4) == "研  "
    assert padded("long", 2) == "long"
