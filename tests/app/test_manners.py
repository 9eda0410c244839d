"""The console on terminals of many kinds: its sizes, its ends, and how little it writes.

These run `console demo` as a person does; what a terminal can do to any app is tested with a tiny
one, in `test_driver.py`.
"""

import re
import signal
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.app.multiplexer import in_gnu_screen, in_tmux
from tests.app.screen import TerminalScreen, python_environ
from tests.app.sequences import foreign_sequences

COMMAND: Final = [sys.executable, "-m", "console", "demo"]
LOADED: Final = re.compile(r"18,344 \+ 3,057 rows.*5 of 5 services", re.DOTALL)
"""What the overview shows once every service has answered."""

_UNCHANGED: Final = 200  # bytes of a refresh: only the time of the fetch has changed
_THEN_A_LINE: Final = ["sh", "-c", f"{' '.join(COMMAND)}; echo left with $?; read -r line"]


def demo(home: Path, *, columns: int = 80, rows: int = 24, **more: Any) -> TerminalScreen:
    """Run `console demo` on a terminal that can tell an escape from what follows it."""
    environ = python_environ(str(home), **more)
    return TerminalScreen(COMMAND, environ=environ, columns=columns, rows=rows, kitty=True)


@pytest.mark.parametrize(
    ("term", "name"), [("linux", "TERM"), ("xterm-16color", "HUP"), ("xterm-256color", "INT")]
)
def test_it_works_on_every_terminal_and_gives_it_back(term: str, name: str, tmp_path: Path) -> None:
    number = signal.Signals[f"SIG{name}"]
    with demo(tmp_path, TERM=term, COLORTERM="truecolor" if term == "linux" else "") as screen:
        screen.wait_for(LOADED)
        screen.press("1")
        screen.wait_for("page 1/19")
        screen.press("down", "?")
        screen.wait_for("a screenful down")
        screen.press("escape")
        screen.wait_for("page 1/19")
        screen.signal(number)
        assert screen.wait_exit() == 128 + number
        assert screen.modes_left() == []
        sent = bytes(screen.received)
    assert foreign_sequences(sent) == []
    assert b"38;2;" not in sent
    assert (b"38;5;" in sent) == (term == "xterm-256color")


def test_any_size_does(tmp_path: Path) -> None:
    with demo(tmp_path, columns=1, rows=1) as screen:
        screen.wait_for(lambda shown: shown.is_on(1049))
        for key in (*"12345", "down", "pagedown", "end", "0", "down", "up"):
            screen.wait_until_still()
            screen.press(key)
        screen.resize(40, 10)
        screen.wait_for("services answered")
        screen.press("1")
        screen.wait_for("rows 1-1,000 of 18,344")
        for key, shown in (
            ("f", "Leave the form"),
            ("escape", "all keys"),
            ("enter", "Back"),
            ("escape", "all keys"),
            ("?", "Keys"),
            ("escape", "all keys"),
        ):
            screen.press(key)
            screen.wait_for(shown)
        screen.resize(80, 24)
        screen.wait_for("page 1/19")
        for times in range(200):
            screen.resize(1 + times * 7 % 130, 1 + times * 3 % 50)
        screen.resize(80, 24)
        screen.wait_for(re.compile(r"5 Reviews.*page 1/19.*all keys", re.DOTALL))
        screen.press("q")
        assert screen.wait_exit() == 0
        assert screen.modes_left() == []
        assert foreign_sequences(bytes(screen.received)) == []


def test_a_closed_terminal_ends_it(tmp_path: Path) -> None:
    environ = python_environ(str(tmp_path))
    with TerminalScreen(COMMAND, environ=environ, ignored=["HUP"]) as screen:
        screen.wait_for(LOADED)
        screen.close()
        assert screen.wait_exit() == 128 + signal.SIGHUP


def test_ctrl_z_and_fg(tmp_path: Path) -> None:
    environ = {**python_environ(str(tmp_path)), "PS1": "prompt> "}
    with TerminalScreen(["bash", "--norc", "--noprofile", "-i"], environ=environ) as screen:
        screen.wait_for("prompt>")
        screen.type(f"{' '.join(COMMAND)}\n")
        screen.wait_for(LOADED)
        screen.press("1")
        screen.wait_for("page 1/19")
        screen.wait_until_still()
        before = screen.text()
        screen.press("ctrl+z")
        screen.wait_for(re.compile(r"Stopped.*prompt>", re.DOTALL))
        assert not screen.is_on(1049)
        screen.type("fg\n")
        screen.wait_for(lambda shown: shown.text() == before)
        screen.press("q")
        screen.wait_for(
            lambda shown: not shown.is_on(1049) and shown.text().rstrip()[-7:] == "prompt>"
        )
        screen.type("exit\n")
        assert screen.wait_exit() == 0
        assert foreign_sequences(bytes(screen.received), taken=2, also=_OF_BASH) == []


_OF_BASH: Final = ("\r", "\x1b[?2004h", "\x1b[?2004l", "\x07")


def test_inside_tmux(tmp_path: Path) -> None:
    environ = python_environ(str(tmp_path))
    with in_tmux(_THEN_A_LINE, environ=environ, home=tmp_path) as tmux:
        tmux.screen.wait_for(LOADED)
        tmux.screen.press("1", "down")
        tmux.screen.wait_for("page 1/19")
        assert tmux.ask("#{alternate_on} #{cursor_flag}") == "1 0"
        tmux.screen.press("q")
        tmux.screen.wait_for("left with 0")
        assert tmux.ask("#{alternate_on} #{mouse_any_flag}") == "0 0"
        assert tmux.ask("#{cursor_flag} #{wrap_flag} #{keypad_flag}") == "1 1 0"


def test_inside_gnu_screen(tmp_path: Path) -> None:
    environ = python_environ(str(tmp_path))
    with in_gnu_screen(_THEN_A_LINE, environ=environ, home=tmp_path) as screen:
        screen.wait_for(LOADED)
        screen.press("1", "down")
        screen.wait_for("page 1/19")
        screen.press("q")
        # It has no second screen to go back from: what was on it is wiped.
        assert screen.wait_for("left with 0").strip() == "left with 0"
        assert not screen.is_on(1000)
        assert screen.is_on(25)
        screen.type("\n")
        screen.wait_exit()


def test_it_writes_nothing_by_itself_and_little_for_an_unchanged_refresh(tmp_path: Path) -> None:
    with demo(tmp_path) as screen:
        screen.wait_for(LOADED)
        screen.press("1")
        screen.wait_for("page 1/19")
        for key, shown in (
            ("f", "Leave the form"),
            ("/", "of loaded rows"),
            ("ctrl+p", "Search for commands"),
        ):
            screen.press(key)
            screen.wait_for(shown)
            before = screen.wait_until_still(0.5)
            # A cursor that blinks does it twice a second.
            assert screen.wait_until_still(1.1) == before, f"after {key}"
            screen.press("escape")
            screen.wait_for("all keys")
        before = screen.wait_until_still(0.5)
        assert screen.wait_until_still(10) == before
        screen.press("r")
        screen.wait_for(lambda screen: screen.mark() > before)
        assert screen.wait_until_still(0.6) - before <= _UNCHANGED
