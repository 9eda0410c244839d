"""Outside text in every place of the screen: nothing of it is a command to the terminal, or to us.

Whatever the cloud, the files and the clipboard say is shown, character by character or as a picture
of it; the terminal gets the sequences that the program made itself and no others.
"""

import base64
import re
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from rich.cells import cell_len

from console.app.facts import facts
from console.app.raw_json import RawJson
from console.services import LISTINGS
from console.services.listing import named
from console.text import cell, safe
from tests.app.hostile import (
    JOINED,
    LARGE,
    TEXTS,
    HostileCloud,
    furnish,
    hostile_cloud,
    row,
)
from tests.app.screen import PATIENCE, TerminalScreen, python_environ
from tests.app.sequences import decoded, foreign_sequences, tokens
from tests.outside import OUTSIDE
from tests.printed import harmful

STILL: Final = 0.03
"""Seconds of silence after which a picture is taken to be whole."""

LAST: Final = 1.0
"""Seconds after which a page is taken to be the last one."""

PASTED: Final = "q\x1bq\x1b]0;owned\x07\x1b[2J\x9b2J\x9d0;owned\x9c\u202ed\u2028[/]\\"
"""A paste that would press keys, retitle the window and clear it."""

PASTE_SHOWN: Final = "q␛q␛]0;owned"
"""How the paste begins, where it is shown."""

_SHOWN: Final = 6
"""Cells of a text by which it is found; a column has two more, for the ellipsis."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[HostileCloud]:
    """Run a cloud that says nothing but outside texts."""
    with hostile_cloud() as running:
        yield running


class Night:
    """The console on a terminal, in a cloud of outside texts.

    Attributes:
        screen: the terminal.
    """

    def __init__(self, screen: TerminalScreen, cloud: HostileCloud) -> None:
        self.screen = screen
        self._cloud = cloud

    def press(self, *keys: str) -> None:
        """Press keys, each when the picture of the one before is there."""
        for key in keys:
            self.screen.press(key)
            self.screen.wait_until_still(STILL)

    def open(self, key: str, *wanted: str) -> None:
        """Press a key and wait for what it opens."""
        self.screen.press(key)
        self.until(*wanted)

    def until(self, *wanted: str, more_than: int = 0) -> None:
        """Wait until texts are there more often than that; only whole pictures are read."""
        end = time.monotonic() + PATIENCE
        while True:
            self.screen.wait_until_still(STILL)
            text = self.screen.text()
            if all(text.count(each) > more_than for each in wanted):
                return
            assert time.monotonic() < end, f"{wanted!r} is not shown:\n{text}"

    def until_gone(self, text: str) -> None:
        """Wait until a text is not there any more."""
        end = time.monotonic() + PATIENCE
        while text in self.screen.text():
            assert time.monotonic() < end, f"{text!r} is still there:\n{self.screen.text()}"
            self.screen.wait_until_still(STILL)

    def page_down(self) -> bool:
        """Show the next page; tell whether there was one."""
        before = self.screen.text()
        self.screen.press("pagedown")
        end = time.monotonic() + LAST
        while self.screen.text() == before:
            if time.monotonic() > end:
                return False
            self.screen.wait_until_still(STILL)
        self.screen.wait_until_still(STILL)
        return True

    def refuse(self, number: int | None) -> None:
        """Let the cloud refuse with a text, or answer again."""
        self._cloud.refusing = number

    def lines(self) -> list[str]:
        """Return what is on the screen in the form that `as_shown` gives texts."""
        return [as_shown(line) for line in self.screen.text().split("\n")]

    def click_every(self, text: str) -> int:
        """Click on each place where `text` stands; return how many there were."""
        count = 0
        for y, line in enumerate(self.screen.cells()):
            written = "".join(each.data or "\0" for each in line)
            for found in re.finditer(re.escape(text), written):
                x = found.start() + 3
                self.screen.send(f"\x1b[<0;{x};{y + 1}M\x1b[<0;{x};{y + 1}m")
                count += 1
        self.screen.wait_until_still(STILL)
        return count


@contextmanager
def night(
    home: Path,
    cloud: HostileCloud,
    *options: str,
    also: Sequence[str] = (),
    size: tuple[int, int] = (160, 100),
) -> Iterator[Night]:
    """Run the console; check at the end that the terminal is untouched and nothing has crashed."""
    cloud.refusing = None
    environ = python_environ(str(home), **furnish(home, cloud))
    command = [sys.executable, "-m", "console", *options]
    with TerminalScreen(
        command, environ=environ, columns=size[0], rows=size[1], kitty=True
    ) as screen:
        screen.wait_for(re.compile("services answered"))
        screen.wait_for(lambda shown: "asked …" not in shown.text())
        yield Night(screen, cloud)
        screen.press("ctrl+q")
        assert screen.wait_exit() == 0
        assert screen.modes_left() == []
        sent = bytes(screen.received)
    assert foreign_sequences(sent, also=also) == []
    words = "".join(each.text for each in tokens(decoded(sent)) if each.kind == "text")
    assert harmful(words) == set()
    assert not (home / "state" / "console.log").exists()


def as_shown(text: str) -> str:
    """Return `text` as pyte has it: joined to one character where there is one, no widthless."""
    return "".join(each for each in unicodedata.normalize("NFC", text) if cell_len(each))


def beginning(text: str) -> str:
    """Return the beginning of what a cell shows of a text; empty where that is blank."""
    shown = as_shown(cell(text))[:_SHOWN]
    while cell_len(shown) > _SHOWN:
        shown = shown[:-1]
    return shown.rstrip()


# To pyte a flag is twice as wide as to the console, so that one is written over by the other.
WANTED: Final = {beginning(text): text[:40] for text in TEXTS if text != OUTSIDE["flag"]}


def missing(console: Night) -> list[str]:
    """Return the texts whose beginnings are nowhere in the table, page after page."""
    shown = ""
    while True:
        shown += "\n".join(console.lines())
        lacking = [text for start, text in WANTED.items() if start not in shown]
        if not lacking or not console.page_down():
            return lacking


# Every field of every record, in full


@pytest.mark.parametrize("name", LISTINGS)
def test_every_field_of_every_record_is_safe_in_full(name: str) -> None:
    listing = named(name)
    for number in range(len(TEXTS)):
        written = row(listing.record, number)
        record = listing.record.of(written)
        found = facts(record, written, None)
        said = {text for each in found for text in (each.title, each.text, each.meaning)}
        said |= {each.whole for each in found} | set(RawJson.of(written).lines)
        said |= {cell(each.text(record, None)) for each in listing.every_column()}
        assert not harmful("".join(said), allowed="\n\t")
        assert sum(safe(TEXTS[number])[:20] in each.text for each in found) >= 1


# Rows and records, on the terminal


SCREENS: Final = {
    "1": ("1", f"of {len(TEXTS)} · page", "number"),
    "2": ("2", f"of {len(TEXTS)} · page", "Connected"),
    "2 d": ("d", f"{len(TEXTS)} desktops"),
    "3": ("3", "rows ·", "To roles"),
    "4": ("4", f"{len(TEXTS)} rows ·", "SMS"),
    "5": ("5", f"all {len(TEXTS)} rows", "Time left"),
}
"""Tables, each with the key that opens it and what is there then."""


@pytest.mark.parametrize("tables", [["1", "3", "4", "5"], ["2", "2 d"]], ids=" ".join)
def test_rows_and_records_are_shown_and_command_nothing(
    tables: list[str], cloud: HostileCloud, tmp_path: Path
) -> None:
    with night(tmp_path, cloud, "--mouse") as console:
        for table in tables:
            console.open(*SCREENS[table])
            assert missing(console) == []
            look_at_records(console, before=3 if table == "3" else 0)
            assert click_links(console), table
            console.press("escape", "home")


def look_at_records(console: Night, *, before: int) -> None:
    """Look at the first records in full, with their JSON, at two of them to the end.

    Args:
        console: where to look.
        before: rows before them: the events that are documented and that the cloud left out.
    """
    console.press("home", *["down"] * before)
    console.press("enter", *["pagedown"] * 3, "shift+tab")
    for text in JOINED[1:]:
        seen = console.screen.text().count(name := text.split()[0])
        console.screen.press("down")
        console.until(name, more_than=seen)
    console.press("tab", *["pagedown"] * 3, "escape")


def click_links(console: Night) -> int:
    """Click on whatever looks like a link; return how many there were."""
    while not (clicked := console.click_every("@click")):
        if not console.page_down():
            break
    return clicked


# Errors


def test_an_error_is_shown_and_commands_nothing(cloud: HostileCloud, tmp_path: Path) -> None:
    with night(tmp_path, cloud, size=(100, 24)) as console:
        for key in "12345":
            console.refuse(None)
            console.open(*SCREENS[key])
            for number, text in enumerate(JOINED):
                console.refuse(number)
                console.open("r", f"│ {text.split()[0]}")
                assert "Not permitted" in console.screen.text()
                console.press(*["D"] * (key == "1"))
        console.press("0")
        for number, text in enumerate(JOINED):
            console.refuse(number)
            console.open("r", text.split()[0])
        console.press(*["down"] * 4)


def test_an_error_of_a_megabyte_is_cut(cloud: HostileCloud, tmp_path: Path) -> None:
    with night(tmp_path, cloud, size=(100, 24)) as console:
        console.open(*SCREENS["1"])
        console.refuse(next(n for n, each in enumerate(TEXTS) if len(each) >= LARGE))
        console.open("r", "Not permitted")
        assert "STALE" in console.screen.text()
        console.press("0", "r", "down")


# Everywhere else


def osc52(text: str) -> str:
    """Return the sequence with which the program itself sends `text` to the clipboard."""
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


def test_dialogs_and_words_show_outside_text(cloud: HostileCloud, tmp_path: Path) -> None:
    first = safe(JOINED[0])
    with night(tmp_path, cloud, also=[osc52(first)]) as console:
        console.open("ctrl+o", "cannot be the name")
        console.press(*["pagedown"] * 3, "escape")
        console.open(*SCREENS["1"])
        for key, wanted in (
            ("o", "Columns"),
            ("v", "Saved"),
            ("y", "Copy"),
            ("w", "Write to a file"),
        ):
            console.open(key, wanted)
            console.press("pagedown", "pagedown", "escape")
        console.press("right", "y", "c")  # a cell goes to the clipboard, in a sequence of our own
        console.open("u", "1%: ")
        for _ in JOINED:  # tallies: each is chosen, said in the status line, and let go
            console.press("enter", "enter", "down")
        console.press("escape", "v", "end", "enter")  # a filter of before fills form and words
        console.open("f", "Leave the form")
        console.press("escape")
        console.open(*SCREENS["5"])
        console.open("W", "members")
        console.press("pagedown", "end", "enter")


def test_a_paste_is_text_wherever_it_goes(cloud: HostileCloud, tmp_path: Path) -> None:
    with night(tmp_path, cloud) as console:
        console.open(*SCREENS["1"])
        lines = (["/"], ["f", "down"], ["ctrl+p"], ["w"], ["o", "tab"], ["v", "s"], ["ctrl+o", "/"])
        for keys in lines:
            console.press(*keys)
            console.screen.paste(PASTED)
            console.until(PASTE_SHOWN)
            console.press("escape", "escape", "escape")
            console.until_gone("╭─")
            console.until_gone(PASTE_SHOWN)
        console.screen.wait_until_still(5 * STILL)
        before = console.screen.text()
        console.screen.paste(PASTED)  # into the table: there are keys in it that would do something
        console.press("right", "left")
        console.screen.wait_until_still(5 * STILL)
        assert console.screen.text() == before


@pytest.mark.parametrize("text", JOINED[:1])
def test_a_profile_that_is_named_by_a_variable_is_refused_in_words(
    text: str, cloud: HostileCloud, tmp_path: Path
) -> None:
    furnished = furnish(tmp_path, cloud)
    (tmp_path / "config" / "keys.toml").write_text('"\\u001b]0;owned\\u0007" = 1\n')
    environ = python_environ(str(tmp_path), **furnished, CONSOLE_PROFILE=text)
    command = [sys.executable, "-m", "console"]
    with TerminalScreen(command, environ=environ, columns=160, rows=50, kitty=True) as screen:
        screen.wait_for(beginning(text))
        screen.wait_until_still(STILL)
        screen.press("ctrl+q")
        screen.wait_exit()
        assert foreign_sequences(bytes(screen.received)) == []
