"""Somebody at the keys of a console that can send, and both counts of what has left it.

The console runs on a terminal of its own, on a cloud that notes every request that it received.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

from rich.cells import cell_len

from console.app.dialogs.confirm import DEAF_SECONDS, HELD_SECONDS, SEND_KEY
from console.outbox.journal import Journal
from console.outbox.send import Draft, Outcome, Send
from console.profiles import paths
from tests.app import keyboard
from tests.app.screen import PATIENCE, NotShownError, TerminalScreen, python_environ
from tests.app.sending import FIRST
from tests.cloud import Cloud

QUESTION: Final = "Send to"
"""What the dialog that confirms begins with."""

REPEATS: Final = 30
"""How often in a second a terminal repeats a key that is held."""

_PACE: Final = Event()
"""Never set: it is waited on where keys come at a pace, and where nobody tells of a change."""

_LEFT: Final = frozenset({Outcome.ACCEPTED, Outcome.UNKNOWN})


class Desk:
    """A console on a terminal.

    Attributes:
        screen: the terminal.
    """

    def __init__(self, screen: TerminalScreen, cloud: Cloud, home: Path) -> None:
        self.screen = screen
        self._cloud = cloud
        self._home = home

    # The way to a send

    def choose(self) -> None:
        """Open the screen of pools; the first one is under the cursor."""
        self.screen.press("2")
        self.screen.wait_for("pools 1-40 of 40")

    def write(self, text: str) -> None:
        """Write a message to the first pool."""
        self.choose()
        self.screen.press("m")
        self.screen.wait_for(f"To {FIRST}")
        self.screen.paste(text)
        self.screen.wait_for("kept as a draft")

    def ask(self) -> None:
        """Open the dialog that confirms."""
        self.screen.press("ctrl+g")
        self.wait_for_question()

    def wait_for_question(self) -> None:
        """Wait until the dialog is there, and until it hears."""
        self.screen.wait_for(QUESTION)
        self.screen.wait_until_still(DEAF_SECONDS + 0.2)

    def wait_for_release(self) -> None:
        """Wait until the key that sends would be taken for a new press."""
        self.screen.wait_until_still(HELD_SECONDS + 0.2)

    def confirm(self, *, pause: float | None = None) -> None:
        """Press the one key that sends, or press it twice, with so long a `pause` in between.

        A press that came too early is thrown away; then it is pressed anew.
        """
        self.wait_for_question()
        while True:
            if pause is None:
                self.screen.press(SEND_KEY)
            else:
                self.press_twice(SEND_KEY, pause)
            try:
                self.screen.wait_for(lambda screen: QUESTION not in screen.text(), HELD_SECONDS * 2)
            except NotShownError:
                continue
            return

    def press_twice(self, key: str, pause: float) -> None:
        """Press a key twice, in one piece or with so many seconds in between."""
        if pause:
            self.screen.press(key)
            _PACE.wait(pause)
            self.screen.press(key)
        else:
            self.screen.send(keyboard.sent(key) * 2)

    def hold(self, key: str, seconds: float = 1.0) -> None:
        """Hold a key down: it comes again and again, as often as a terminal repeats it."""
        for _ in range(round(seconds * REPEATS)):
            self.screen.send(keyboard.sent(key))
            _PACE.wait(1 / REPEATS)

    def click(self, words: str) -> None:
        """Click on words of the screen with the mouse."""
        lines = self.screen.text().split("\n")
        row = next(number for number, line in enumerate(lines) if words in line)
        column = cell_len(lines[row][: lines[row].index(words)]) + 1
        self.screen.send(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")

    # What is so then

    def received(self) -> int:
        """Return how many sends the cloud received."""
        return len([each for each in self._cloud.requests() if each["method"] == "POST"])

    def sends(self) -> list[Send]:
        """Return the sends in the journal, the newest first."""
        with Journal(outbox(self._home)) as journal:
            return journal.sends()

    def drafts(self) -> list[Draft]:
        """Return the drafts in the journal."""
        return drafts(self._home)

    def has_sent(self, number: int) -> None:
        """Wait until so many sends have left; check that each left once, as the journal says."""
        end = monotonic() + PATIENCE
        while (counts := self._counts()) != (number, number, 0):
            assert counts[0] <= number, f"{counts[0]} requests"
            assert monotonic() < end, f"{counts}:\n{self.screen.text()}"
            _PACE.wait(0.02)
        self.has_sent_no_more_than(number)

    def has_reached(self, number: int, *, settled: bool) -> None:
        """Wait until so many sends reached the cloud, and until the journal has their outcome."""
        end = monotonic() + PATIENCE
        while self.received() < number or (settled and self._counts()[2]):
            assert monotonic() < end, self.screen.text()
            _PACE.wait(0.02)

    def has_sent_no_more_than(self, number: int) -> None:
        """Check, once all keys were heard, that so many sends left, once each, and no more."""
        self.screen.wait_until_still(0.4)
        assert self._counts() == (number, number, 0), self.screen.text()

    def _counts(self) -> tuple[int, int, int]:
        """Return what the cloud received, what the journal says has left, and what goes on."""
        outcomes = Counter(each.outcome for each in self.sends())
        left = sum(count for outcome, count in outcomes.items() if outcome in _LEFT)
        going = sum(count for outcome, count in outcomes.items() if not outcome.settled)
        return self.received(), left, going


@contextmanager
def desk(
    cloud: Cloud, home: Path, *options: str, kitty: bool = False, **more: str
) -> Iterator[Desk]:
    """Run the console on a cloud, with nothing before it in its folders.

    Args:
        cloud: the cloud.
        home: where its folders are.
        options: of the command.
        kitty: whether the terminal tells keys apart as kitty does.
        more: further variables of its environment; those that lead into the cloud are there.
    """
    folders = {
        "CONSOLE_CONFIG_DIR": str(home / "config"),
        "CONSOLE_STATE_DIR": str(home / "state"),
        "PYTHON_KEYRING_BACKEND": "none",
    }
    environ = python_environ(str(home), **folders, **cloud.environ(), **more)
    command = [sys.executable, "-m", "console", *options]
    with TerminalScreen(command, environ=environ, kitty=kitty) as screen:
        yield Desk(screen, cloud, home)


def outbox(home: Path) -> Path:
    """Return the journal's file of a home."""
    return paths.outbox_file({"CONSOLE_STATE_DIR": str(home / "state")})


def drafts(home: Path) -> list[Draft]:
    """Return the drafts that are kept in a home, the one changed last first."""
    with Journal(outbox(home)) as journal:
        return journal.drafts()
