"""What a message must be before anybody sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.sending import message
from console.sending.message import Length, MessageError
from console.text import safe


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("nul \0", "U+0000 (NUL) at line 1, column 5"),
        ("one\ntwo \x1b[31mred", "U+001B (escape) at line 2, column 5"),
        ("one\r\ntwo\x07", "U+0007 (bell) at line 2, column 4"),
        ("\x9b31m", "U+009B (control sequence introducer) at line 1, column 1"),
        ("x\x01", "the control character U+0001 at line 1, column 2"),
        ("\u202eabc\u202c", "U+202E (right-to-left override) at line 1, column 1, and 1 more"),
        ("a\u2028b", "U+2028 (line separator) at line 1, column 2"),
        ("\ufeffa", "U+FEFF (zero width no-break space) at line 1, column 1"),
        ("half \ud83d", "U+D83D (half of a pair) at line 1, column 6"),
    ],
)
def test_what_nobody_can_see_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(MessageError) as caught:
        message.checked(text)
    assert place in caught.value.sentence
    assert caught.value.sentence.isprintable()
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", " \n\t", "\r\n"])
def test_an_empty_message_is_refused(text: str) -> None:
    with pytest.raises(MessageError, match="empty"):
        message.checked(text)


@pytest.mark.parametrize("text", ["\u200b\u200b", "\u3164", "\u2800\u00ad\n", "\u034f \ufe0f"])
def test_a_message_that_nobody_can_see_is_refused(text: str) -> None:
    with pytest.raises(MessageError, match="nothing that can be seen"):
        message.checked(text)
    assert message.checked(f"{text}!") == f"{text}!"


def test_what_people_write_stays_as_it_is() -> None:
    text = '系统将于 18:00 维护 — save\tyour work ✓ 👩‍👩‍👧 🇨🇳 "quoted" [/] [red] <b> \\ é e\u0301'
    assert message.checked(f"{text}\r\n{text}\rend") == f"{text}\n{text}\nend"


def test_a_file_loses_its_mark_and_its_last_line_end() -> None:
    assert message.of_file("\ufeffone\r\ntwo\r\n\r\n") == "one\ntwo"


@pytest.mark.parametrize(
    ("pasted", "left"),
    [
        ("\x1b[31mred\x1b[0m text", "red text"),
        ("\x1b]0;title\x07body", "body"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP+q\x1b\\a\x9b2Jb\x9d52;c;x\x9cc", "abc"),
        ("\x1b]0;without end\nnext line", "\nnext line"),
        ("\x1bSave \x1b(Byour work\0\x7f", "Save your work"),
        ("a\r\nb\rc\vd\u2028e", "a\nb\nc\nd\ne"),
        ("\u202eabc\u202c\ufeff", "abc"),
        ("\x1b[200~pasted\x1b[201~", "pasted"),
        ("line\n\ttabbed", "line\n\ttabbed"),
    ],
)
def test_a_paste_is_cleaned_of_what_a_terminal_would_act_on(pasted: str, left: str) -> None:
    found = message.cleaned(pasted)
    assert found.text == left
    assert found.removed == len(message.normal(pasted)) - len(left)


@given(st.text(st.characters() | st.sampled_from("\x1b\x9b[]P\\;m0\x07\n\r\t")))
def test_what_is_cleaned_can_be_sent_and_is_shown_as_it_is(pasted: str) -> None:
    text = message.cleaned(pasted).text
    assert message.unshown(text) == []
    assert safe(text) == text
    assert message.cleaned(text) == message.Cleaned(text, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pool {pool} restarts in ${minutes}", ["{pool}", "${minutes}"]),
        ("to <pool> at XX:XX or HH:MM", ["<pool>", "XX:XX", "HH:MM"]),
        ("TODO: TBD, at ___ in XX部门, ???", ["TODO", "TBD", "___", "XX", "???"]),
        ("{{name}} and %USER% and %(x)s", ["{{name}}", "%USER%", "%(x)s"]),
        ("XX and XX", ["XX"]),
        ("XXL shirts, 3 < 4 > 2, 【通知】, at 18:30, 50% off? TODOS", []),
    ],
)
def test_places_left_open_are_found(text: str, found: list[str]) -> None:
    assert message.placeholders(text) == found


def test_the_length_is_said_in_every_unit_that_a_limit_could_be_in() -> None:
    assert message.length("a维👍\nb") == Length(characters=5, units=6, size=10, lines=2)
    assert message.length("a👍").in_words() == "2 characters (3 UTF-16 units) in 1 line"
    assert message.length("").lines == 0
    assert message.remarks("x" * message.LONG) == []
    (remark,) = message.remarks("x" * (message.LONG + 1))
    assert "not documented" in remark
