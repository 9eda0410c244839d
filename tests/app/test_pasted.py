"""What is pasted: text, and never keys, however it comes."""

import pytest

from console.app.pasted import BEGIN, END, Pastes

READ = f"k\x1b[A{BEGIN}a\x1b]0;owned\x07\x1b[20b\x1b{END}\x1bj{BEGIN}{END}{BEGIN}\x1bq{END}\x1b"
WANTED = f"k\x1b[A{BEGIN}a␛]0;owned\x07␛[20b␛{END}\x1bj{BEGIN}{END}{BEGIN}␛q{END}\x1b"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, len(READ)])
def test_an_escape_inside_a_paste_is_text(size: int) -> None:
    pastes = Pastes()
    pieces = [READ[start : start + size] for start in range(0, len(READ), size)]
    assert "".join(map(pastes.made_text, pieces)) == WANTED


def test_a_key_is_never_held_back() -> None:
    pastes = Pastes()
    assert [pastes.made_text(each) for each in "\x1b[2~"] == [*"\x1b[2~"]
