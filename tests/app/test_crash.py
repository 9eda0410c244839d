"""An error that nobody expected ends the app: the terminal is back, and no secret is shown."""

import sys
from pathlib import Path

import pytest

from tests.app import tiny
from tests.app.screen import TerminalScreen, python_environ
from tests.app.sequences import foreign_sequences

_WAYS = {
    "h": "a handler",
    "w": "a worker",
    "t": "a worker's thread",
    "y": "another thread",
    "c": "compose",
    "r": "drawing",
    "i": "a timer",
}


@pytest.mark.parametrize("key", _WAYS, ids=_WAYS.values())
def test_a_crash_gives_the_terminal_back_and_names_the_log(key: str, tmp_path: Path) -> None:
    _ends_with("UnexpectedError", key, tmp_path)


def test_a_style_that_is_none_ends_it_as_any_crash_does(tmp_path: Path) -> None:
    said, log = _ends_with("StylesheetParseError", "x", tmp_path)
    assert "colour-of-money" not in said
    assert "StylesheetParseError" in log


def _ends_with(name: str, key: str, home: Path) -> tuple[str, str]:
    """Press `key`, check the end that it brings, and return what was said and logged."""
    with TerminalScreen(
        [sys.executable, "-P", tiny.__file__, "--mouse"], environ=python_environ(str(home))
    ) as screen:
        screen.wait_for("ready")
        screen.press(key)
        assert screen.wait_exit() == 1
        assert screen.modes_left() == []
        said = " ".join(screen.text().split())
        assert foreign_sequences(bytes(screen.received)) == []
        assert tiny.SECRET.encode() not in screen.received
        assert b"Traceback" not in screen.received
    path = home / ".local/state/console/console.log"
    log = path.read_text()
    assert said.startswith(f"console: a fault of this program ended it: {name};")
    assert path.name in said.replace(" ", "")
    assert tiny.SECRET not in log
    return said, log


def test_an_error_of_the_tree_is_told_as_any_command_tells_it(tmp_path: Path) -> None:
    with TerminalScreen(
        [sys.executable, "-P", tiny.__file__], environ=python_environ(str(tmp_path))
    ) as screen:
        screen.wait_for("ready")
        screen.press("e")
        assert screen.wait_exit() == 1
        assert screen.text().strip() == "console: Error: the cloud is upside down"
        assert screen.modes_left() == []


def test_the_log_says_where_it_happened_without_values(tmp_path: Path) -> None:
    _, log = _ends_with("UnexpectedError", "w", tmp_path)
    assert "in fail" in log
    assert "raise UnexpectedError" in log
