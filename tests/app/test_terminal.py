"""What terminal this is, from its streams and its environment."""

import os
import pty
import sys
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

import pytest

from console.app import terminal
from console.app.terminal import NoTerminalError
from console.errors import Exit, SettingsError
from tests.app import tiny
from tests.app.screen import TerminalScreen, python_environ


@pytest.fixture
def tty() -> Iterator[TextIO]:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as opened:
        yield opened
    os.close(ours)


@pytest.fixture
def pipe() -> Iterator[TextIO]:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as opened:
        yield opened


@pytest.mark.parametrize("term", ["linux", "xterm", "xterm-256color", "screen", "tmux-256color"])
def test_a_terminal_is_taken(term: str, tty: TextIO) -> None:
    terminal.check({"TERM": term}, tty, tty)


def test_what_is_no_terminal_is_refused_with_a_command_instead(tty: TextIO, pipe: TextIO) -> None:
    for stdin, stdout, name in ((pipe, tty, "input"), (tty, pipe, "output"), (None, tty, "input")):
        with pytest.raises(NoTerminalError, match=f"standard {name} is not a terminal") as refused:
            terminal.check({"TERM": "xterm"}, stdin, stdout)
        assert "`console blocked`" in refused.value.hint
        assert refused.value.exit_code == Exit.USAGE


def test_a_closed_stream_is_no_terminal(tty: TextIO) -> None:
    closed = TextIOWrapper(open(os.devnull, "rb"))  # noqa: PTH123, SIM115 - closed in the next line
    closed.close()
    with pytest.raises(NoTerminalError, match="input"):
        terminal.check({"TERM": "xterm"}, closed, tty)


@pytest.mark.parametrize("environ", [{}, {"TERM": ""}, {"TERM": "dumb"}, {"TERM": "unknown"}])
def test_a_terminal_that_cannot_be_drawn_on_is_refused(
    environ: dict[str, str], tty: TextIO
) -> None:
    with pytest.raises(NoTerminalError, match="TERM is"):
        terminal.check(environ, tty, tty)


@pytest.mark.parametrize(
    ("environ", "option", "wanted"),
    [
        ({}, None, True),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, None, False),
        ({"SSH_TTY": "/dev/pts/0"}, None, False),
        ({"SSH_TTY": "/dev/pts/0", "CONSOLE_MOUSE": "on"}, None, True),
        ({"SSH_TTY": "/dev/pts/0"}, True, True),
        ({"CONSOLE_MOUSE": "No"}, None, False),
        ({"CONSOLE_MOUSE": "1"}, False, False),
        ({"CONSOLE_MOUSE": " "}, None, True),
    ],
)
def test_the_mouse_is_off_over_ssh_unless_asked_for(
    environ: dict[str, str],
    option: bool | None,  # noqa: FBT001 - pytest gives it by name
    wanted: bool,  # noqa: FBT001 - as above
) -> None:
    assert terminal.mouse_wanted(environ, option) is wanted


def test_the_mouse_moves_are_never_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, "-P", tiny.__file__, "--mouse"]
    with TerminalScreen(command, environ=python_environ(str(tmp_path))) as screen:
        screen.wait_for("ready")
        screen.press("q")
        screen.wait_exit()
        assert b"\x1b[?1002h" in screen.received
        for every_move in (b"?1003h", b"?1015h", b"?1016h"):
            assert every_move not in screen.received


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"TERM": "linux"}, "16"),
        ({"TERM": "xterm"}, "16"),
        ({"TERM": "xterm-16color", "COLORTERM": "truecolor"}, "16"),
        ({"TERM": "screen-256color"}, "256"),
        ({"TERM": "xterm-kitty"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, "truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit", "SSH_CONNECTION": "x"}, "256"),
        ({"TERM": "linux", "CONSOLE_COLORS": "256"}, "256"),
        ({"TERM": "xterm", "CONSOLE_COLORS": "TrueColor"}, "truecolor"),
    ],
)
def test_colours_are_those_of_the_terminal(environ: dict[str, str], wanted: str) -> None:
    assert terminal.colours(environ) == wanted
    assert terminal.few_colours(environ) is (wanted == "16")


def test_settings_that_are_none_are_refused_and_shown_safely() -> None:
    with pytest.raises(SettingsError, match="CONSOLE_MOUSE is 'may␛be': on or off"):
        terminal.mouse_wanted({"CONSOLE_MOUSE": "may\x1bbe"})
    with pytest.raises(SettingsError, match="16, 256 or truecolor"):
        terminal.colours({"CONSOLE_COLORS": "many"})
