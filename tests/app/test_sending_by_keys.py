"""Keys, pastes and clicks on a terminal: one confirmation sends once, and nothing else ever sends.

After each of them the requests that the cloud received are as many as the journal says have left.
"""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from console.app.dialogs.confirm import SEND_KEY
from tests.app.desk import QUESTION, Desk, desk
from tests.app.sending import FIRST
from tests.cli.place import Place
from tests.cloud import Cloud

TEXT = "The pool restarts in ten minutes."
LINES = "one\ntwo\nthree\n"
TYPED = LINES.replace("\n", "\r")
"""The same, as it comes from a terminal that does not mark what is pasted."""


@pytest.fixture
def at(cloud: Cloud, tmp_path: Path) -> Iterator[Desk]:
    """Give a console with nothing written yet."""
    with desk(cloud, tmp_path) as made:
        yield made


@pytest.fixture
def written(at: Desk) -> Desk:
    """Give a console with a message to the first pool, ready to be sent."""
    at.write(TEXT)
    return at


# Held keys


def test_a_held_enter_sends_nothing(at: Desk) -> None:
    at.choose()
    at.hold("enter", 0.5)  # the record opens
    at.screen.press("escape")
    at.has_sent_no_more_than(0)
    at.write(TEXT)
    at.hold("enter", 0.5)  # lines of the text
    for way in ("\x07", "\x10Send\r"):  # the key, and the palette in one piece
        holding = Thread(target=at.hold, args=("enter", 1.5))
        holding.start()
        at.screen.send(way)
        holding.join()
        at.has_sent_no_more_than(0)
        assert QUESTION not in at.screen.text()
    at.ask()
    at.hold("enter")  # the focus is on Cancel
    at.has_sent_no_more_than(0)
    assert QUESTION not in at.screen.text()
    at.ask()
    at.confirm()
    at.has_sent(1)


def test_held_keys_of_the_question_send_once_and_only_after_it_was_seen(written: Desk) -> None:
    written.hold(SEND_KEY)  # it does nothing to the text
    written.hold("ctrl+g")
    written.screen.wait_for(QUESTION)
    written.has_sent_no_more_than(0)
    written.screen.press("escape")
    written.screen.wait_for("nothing was sent")
    assert written.drafts()[0].text == TEXT
    written.screen.press("ctrl+g")
    written.hold(SEND_KEY, 1.5)  # held since before the dialog was there
    written.screen.wait_for(QUESTION)
    written.has_sent_no_more_than(0)
    written.wait_for_release()
    written.hold(SEND_KEY)
    written.has_sent(1)
    for key in ("ctrl+g", SEND_KEY, "enter"):
        written.hold(key, 0.5)
    written.has_sent_no_more_than(1)


# Keys that come twice


def test_every_key_on_the_way_may_come_twice(written: Desk) -> None:
    for number, pause in enumerate((0, 0.03, 0.3), start=1):
        written.screen.press("escape")
        written.screen.wait_until_still(0.3)
        written.press_twice("m", pause)
        written.screen.wait_for(f"To {FIRST}")
        written.screen.paste(f" {number}")
        written.screen.wait_for(f" {number}")
        written.press_twice("ctrl+g", pause)
        written.confirm(pause=pause)
        written.has_sent(number)


def test_keys_that_came_before_the_question_was_seen_do_not_answer_it(written: Desk) -> None:
    for keys in ("\x07\x19\x19", "\x10Send \r\x07\x19"):  # the key; the palette, and the key
        written.screen.send(keys)
        written.wait_for_question()
        written.has_sent_no_more_than(0)
        written.screen.press("escape")
        written.screen.wait_for("nothing was sent")
    written.ask()
    written.confirm()
    written.has_sent(1)


def test_clicks_confirm_nothing(cloud: Cloud, tmp_path: Path) -> None:
    with desk(cloud, tmp_path, "--mouse") as at:
        at.write(TEXT)
        for words in (SEND_KEY, "sends it", "Cancel"):
            at.ask()
            at.click(words)
            at.click(words)  # a double click
            at.has_sent_no_more_than(0)
            assert (QUESTION in at.screen.text()) == (words != "Cancel")
            at.screen.press("escape")
            at.screen.wait_for("nothing was sent")


# Pastes


def test_a_paste_of_three_lines_sends_nothing_wherever_it_lands(at: Desk) -> None:
    at.choose()
    at.screen.paste(LINES)  # on the table
    at.screen.wait_until_still()
    at.screen.send(TYPED)  # there its letters are keys of the table
    at.screen.wait_until_still()
    for _ in range(3):  # whatever is open then
        at.screen.press("escape")
        at.has_sent_no_more_than(0)
    at.write(LINES)
    at.screen.send(TYPED)
    at.screen.wait_for("in 7 lines")
    at.ask()
    at.screen.paste(f"{LINES}\x19\r")
    at.has_sent_no_more_than(0)
    at.screen.send(TYPED)  # its first Enter is one on Cancel
    at.screen.wait_for("nothing was sent")
    at.has_sent_no_more_than(0)
    at.ask()
    at.confirm()
    at.has_sent(1)
    (sent,) = at.sends()
    assert sent.text == f"{LINES}{LINES}two\nthree\n"


def test_a_paste_where_the_name_is_typed_sends_nothing(cloud: Cloud, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write(place.keyed("prod", cloud, "production = true", 'region = "cn-north-4"'))
    with desk(cloud, tmp_path, CONSOLE_PROFILE="prod") as at:
        at.write(TEXT)
        at.ask()
        at.wait_for_release()
        at.screen.paste(f"{FIRST}\n{LINES}\x19")
        at.has_sent_no_more_than(0)
        at.screen.press(SEND_KEY)
        at.screen.wait_for("not sent: what is typed is not the pool's name")
        at.screen.press("ctrl+u")
        at.screen.send(f"{FIRST}\r\r\r")
        at.screen.wait_for("enter does not send")
        at.hold("enter", 0.5)
        at.has_sent_no_more_than(0)
        at.wait_for_release()
        at.confirm(pause=0)
        at.has_sent(1)


# What changes between the key and the question


def test_what_is_typed_before_the_question_comes_is_neither_sent_nor_lost(
    written: Desk, cloud: Cloud
) -> None:
    cloud.script({"action": "delay", "path": "/desktops$", "seconds": 1})
    written.screen.send("\x07 Or never.")
    written.screen.wait_for("nothing was sent: it was changed meanwhile; ctrl+g asks again")
    assert QUESTION not in written.screen.text()
    written.ask()
    written.confirm()
    written.has_sent(1)
    assert written.sends()[0].text == f"{TEXT} Or never."


def test_whoever_leaves_before_the_question_comes_is_not_asked(written: Desk, cloud: Cloud) -> None:
    for keys in ("\x07\x1b", "\x07\x0e"):  # no message, and another one
        cloud.script({"action": "delay", "path": "/desktops$", "seconds": 1})
        written.screen.send(keys)
        written.screen.wait_until_still(1.2)
        written.has_sent_no_more_than(0)
        assert QUESTION not in written.screen.text()
        written.screen.press("ctrl+n")
        written.screen.wait_for("nothing was sent: ")


# Two consoles


def test_of_two_people_who_confirm_the_same_one_sends(
    written: Desk, cloud: Cloud, tmp_path: Path
) -> None:
    with desk(cloud, tmp_path) as other:
        other.write(TEXT)
        for each in (written, other):
            each.ask()
        for each in (written, other):
            each.wait_for_question()
        for each in (written, other):
            each.screen.press(SEND_KEY)
        written.has_sent(1)
        said = [each.screen.text() for each in (written, other)]
        assert sum("nothing was sent: the same text" in each for each in said) == 1
