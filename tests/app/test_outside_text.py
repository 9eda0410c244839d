"""Outside text in every place of the screen: nothing of it is a command to the terminal, or to us.

Whatever the cloud, the files and the clipboard say is shown, character by character or as a picture
of it; the terminal gets the sequences that the program made itself and no others.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
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
from tests.app.hostile import JOINED, SINGLE, TEXTS, HostileCloud, furnish, hostile_cloud, row
from tests.app.screen import TerminalScreen, python_environ
from tests.app.sequences import decoded, foreign_sequences, tokens
from tests.printed import harmful

STILL: Final = 0.06
"""Seconds of silence after which a picture is taken to be whole."""

PASTED: Final = "q\x1b]0;owned\x07\x1b[2J\x9b2J\x9d0;owned\x9c\u202ed\u2028[/]\\"
"""A paste that would press keys, retitle the window and clear it."""

_SHOWN: Final = 6
"""Characters of a text by which it is found; a column is never narrower."""


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

    def open(self, key: str, wanted: str) -> None:
        """Press a key and wait for what it opens."""
        self.screen.press(key)
        self.screen.wait_for(wanted)
        self.screen.wait_until_still(STILL)

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

    def shows(self, key: str, expected: str) -> bool:
        """Tell whether the screen of that key is there, and `expected` on it."""
        return expected in self.screen.text()


@contextmanager
def night(
    home: Path, cloud: HostileCloud, *options: str, also: tuple[str, ...] = (), rows: int = 130
) -> Iterator[Night]:
    """Run the console; check at the end that the terminal is untouched and nothing has crashed."""
    cloud.refusing = None
    environ = python_environ(str(home), **furnish(home, cloud))
    command = [sys.executable, "-m", "console", *options]
    with TerminalScreen(command, environ=environ, columns=160, rows=rows, kitty=True) as screen:
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
    return as_shown(cell(text))[:_SHOWN].rstrip()


WANTED: Final = {beginning(text): text[:40] for text in SINGLE} | {
    beginning(text): text[:40] for text in JOINED
}


def missing(night: Night) -> list[str]:
    """Return the texts whose beginnings are nowhere on the screen."""
    shown = "\n".join(night.lines())
    return [text for start, text in WANTED.items() if start not in shown]


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


@pytest.mark.parametrize("keys", ["12d", "345"])
def test_rows_and_records_are_shown_and_command_nothing(
    keys: str, cloud: HostileCloud, tmp_path: Path
) -> None:
    with night(tmp_path, cloud, "--mouse") as console:
        for key in keys:
            console.open(key, "by Time left" if key == "5" else "page 1/1")
            assert missing(console) == []
            console.click_every("@click")
            look_at_records(console)
        assert console.shows(keys[-1], "Overview")


def look_at_records(console: Night) -> None:
    """Look at the first records in full and as JSON, each from its beginning to its end."""
    console.press("home", "enter", "J")
    for number, text in enumerate(JOINED):
        name = text.split()[0]
        console.screen.wait_for(lambda shown, name=name: shown.text().count(name) > 8)
        if number in {0, len(JOINED) - 1}:
            console.press("end", "home")
        console.press("y")
        console.press("shift+tab", "down", "tab")
    console.press("escape")
