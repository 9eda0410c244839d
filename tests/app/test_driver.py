"""The terminal is given back as it was, however the program ends."""

import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.app import tiny
from tests.app.screen import TerminalScreen, python_environ
from tests.app.sequences import foreign_sequences

COMMAND = [sys.executable, "-P", tiny.__file__]


def tiny_on(home: Path, *options: str, **more: str) -> TerminalScreen:
    """Run the tiny app on a terminal of 80 by 24."""
    return TerminalScreen([*COMMAND, *options], environ=python_environ(str(home), **more))


def test_quitting_restores_every_mode(tmp_path: Path) -> None:
    with tiny_on(tmp_path, "--mouse") as screen:
        screen.wait_for("ready")
        assert screen.is_on(1049)
        assert screen.is_on(1000)
        screen.press("q")
        assert screen.wait_exit() == 0
        assert screen.modes_left() == []
        assert foreign_sequences(bytes(screen.received)) == []


@pytest.mark.parametrize("name", ["TERM", "HUP", "INT", "QUIT"])
def test_a_signal_ends_it_with_the_terminal_restored(name: str, tmp_path: Path) -> None:
    number = signal.Signals[f"SIG{name}"]
    with tiny_on(tmp_path, "--mouse") as screen:
        screen.wait_for("ready")
        screen.signal(number)
        assert screen.wait_exit() == 128 + number
        assert screen.modes_left() == []


def test_a_signal_ends_it_while_it_is_busy(tmp_path: Path) -> None:
    with tiny_on(tmp_path) as screen:
        screen.wait_for("ready")
        screen.press("b")
        screen.wait_for("blocked")
        screen.signal(signal.SIGTERM)
        assert screen.wait_exit() == 128 + signal.SIGTERM
        assert screen.modes_left() == []


def test_a_hang_up_ends_it_where_that_was_to_be_ignored(tmp_path: Path) -> None:
    with TerminalScreen(COMMAND, environ=python_environ(str(tmp_path)), ignored=["HUP"]) as screen:
        screen.wait_for("ready")
        screen.signal(signal.SIGHUP)
        assert screen.wait_exit() == 128 + signal.SIGHUP
        assert screen.modes_left() == []


@pytest.mark.parametrize("ignored", [[], ["HUP"]])
def test_a_terminal_that_is_closed_ends_it(ignored: list[str], tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with (
        errors.open("wb") as file,
        TerminalScreen(
            COMMAND,
            environ=python_environ(str(tmp_path)),
            ignored=ignored,
            errors=file.fileno(),
        ) as screen,
    ):
        screen.wait_for("ready")
        screen.close()
        assert screen.wait_exit() == 128 + signal.SIGHUP
    assert errors.read_text() == ""


def test_a_terminal_that_takes_nothing_does_not_keep_it(tmp_path: Path) -> None:
    with tiny_on(tmp_path) as screen:
        screen.wait_for("ready")
        screen.press("f")
        screen.wait_for("flooding")
        screen.stop_reading()
        screen.wait_until_stuck()
        screen.signal(signal.SIGTERM)
        assert screen.wait_exit() == 128 + signal.SIGTERM


def shell_on(home: Path, environ: Mapping[str, str]) -> TerminalScreen:
    """Run an interactive shell."""
    return TerminalScreen(
        ["bash", "--norc", "--noprofile", "-i"],
        environ={**environ, "HOME": str(home), "PS1": "prompt> "},
    )


def test_ctrl_z_gives_the_terminal_back_and_fg_repaints(tmp_path: Path) -> None:
    with shell_on(tmp_path, python_environ(str(tmp_path))) as screen:
        screen.wait_for("prompt>")
        before = _attributes(screen)
        screen.type(f"{' '.join(COMMAND)} --mouse\n")
        screen.wait_for("ready")
        screen.press("k")
        screen.wait_for("pressed 1")
        for times in (1, 2):
            screen.press("ctrl+z")
            screen.wait_for(re.compile("Stopped.*prompt>.*" * times, re.DOTALL))
            assert not screen.is_on(1049)
            assert _attributes(screen) == before
            screen.type("fg\n")
            screen.wait_for(f"pressed {times}")
            assert screen.is_on(1049)
            assert screen.is_on(1000)
            screen.press("k")
            screen.wait_for(f"pressed {times + 1}")
        screen.press("q")
        screen.wait_for(
            lambda shown: not shown.is_on(1049) and shown.text().rstrip().endswith("prompt>")
        )
        assert _attributes(screen) == before
        screen.type("exit\n")
        assert screen.wait_exit() == 0


def test_a_stop_from_outside_does_not_cost_the_terminal(tmp_path: Path) -> None:
    with tiny_on(tmp_path, "--mouse") as screen:
        screen.wait_for("ready")
        screen.press("k")
        screen.wait_for("pressed 1")
        screen.signal(signal.SIGSTOP)
        screen.wait_stopped()
        screen.show("a shell's prompt")
        screen.signal(signal.SIGCONT)
        screen.wait_for(lambda shown: shown.text().strip() == "pressed 1")
        screen.press("k")
        screen.wait_for("pressed 2")
        screen.press("q")
        assert screen.wait_exit() == 0
        assert screen.modes_left() == []


def test_ctrl_z_without_a_shell_that_could_go_on_is_harmless(tmp_path: Path) -> None:
    with tiny_on(tmp_path) as screen:
        screen.wait_for("ready")
        mark = screen.mark()
        screen.press("ctrl+z", "k")
        screen.wait_for("pressed 1")
        assert b"\x1b[?1049l" in screen.bytes_since(mark)
        assert screen.is_on(1049)
        assert screen.stops == 0
        screen.press("q")
        assert screen.wait_exit() == 0
        assert screen.modes_left() == []


def test_an_editor_gets_the_terminal_and_gives_it_back(tmp_path: Path) -> None:
    with tiny_on(tmp_path) as screen:
        screen.wait_for("ready")
        screen.press("v")
        screen.wait_for("editing")
        assert screen.modes_left() == []
        screen.type("words\n")
        screen.wait_for("edited")
        assert b"got words" in screen.received
        screen.press("q")
        assert screen.wait_exit() == 0
        assert screen.modes_left() == []


def test_noise_of_others_goes_to_the_log_and_not_on_the_screen(tmp_path: Path) -> None:
    with tiny_on(tmp_path, CONSOLE_LOG="info") as screen:
        screen.wait_for("ready")
        screen.press("n")
        screen.wait_for("made noise")
        assert "noise:" not in screen.text()
        screen.press("q")
        assert screen.wait_exit() == 0
        assert b"noise:" not in screen.received
        assert foreign_sequences(bytes(screen.received)) == []
    log = (tmp_path / ".local/state/console/console.log").read_text()
    for each in ("print", "print on stderr", "a warning", "a library in C", "a child"):
        assert f"noise: {each}" in log


def test_errors_may_go_to_a_file(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with (
        errors.open("wb") as file,
        TerminalScreen(
            COMMAND, environ=python_environ(str(tmp_path)), errors=file.fileno()
        ) as screen,
    ):
        screen.wait_for("ready")
        screen.press("n", "q")
        assert screen.wait_exit() == 0
        assert screen.modes_left() == []
    assert "a library in C" in errors.read_text()


def test_what_is_no_utf_8_is_no_key_and_no_crash(tmp_path: Path) -> None:
    with tiny_on(tmp_path) as screen:
        screen.wait_for("ready")
        screen.send_bytes(b"\xe9\xff\xfe")
        screen.press("k")
        screen.wait_for("pressed 1")


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (1, 1), (300, 100)])
def test_the_terminal_itself_says_its_size(size: tuple[int, int], tmp_path: Path) -> None:
    environ = python_environ(str(tmp_path), COLUMNS="33", LINES="7")
    with TerminalScreen(COMMAND, environ=environ, columns=size[0], rows=size[1]) as screen:
        screen.wait_for("r")
        screen.resize(60, 5)
        screen.press("s")
        screen.wait_for("size 60x5")
        screen.press("q")
        assert screen.wait_exit() == 0


def test_a_storm_of_sizes_ends_in_the_last_one(tmp_path: Path) -> None:
    with tiny_on(tmp_path) as screen:
        screen.wait_for("ready")
        for times in range(300):
            screen.resize(1 + times % 90, 1 + times % 40)
        screen.resize(50, 6)
        screen.press("s")
        screen.wait_for("size 50x6")
        screen.signal(signal.SIGTERM)
        assert screen.wait_exit() == 128 + signal.SIGTERM
        assert screen.modes_left() == []


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({"TERM": "linux", "COLORTERM": "truecolor"}, "16"),
        ({"TERM": "xterm-16color"}, "16"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "SSH_TTY": "/dev/pts/1"}, "256"),
    ],
)
def test_no_more_colours_are_sent_than_there_are(
    environ: dict[str, str], wanted: str, tmp_path: Path
) -> None:
    with tiny_on(tmp_path, **environ) as screen:
        screen.wait_for("ready")
        screen.press("q")
        screen.wait_exit()
        sent = bytes(screen.received)
    assert (b"38;2;" in sent) == (wanted == "truecolor")
    assert (b"38;5;" in sent) == (wanted == "256")
    assert foreign_sequences(sent) == []


def _attributes(screen: TerminalScreen) -> str:
    """Return how the shell finds the line set, which it changes while it reads."""
    mark = screen.mark()
    screen.type("stty -g; echo do''ne\n")
    screen.wait_for(lambda shown: b"done" in shown.bytes_since(mark))
    return next(
        line for line in screen.bytes_since(mark).decode().splitlines() if line.count(":") > 5
    )
