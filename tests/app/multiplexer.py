"""A program inside tmux or GNU screen, each with a server of its own that knows no settings."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.app.screen import TerminalScreen

_NAME: Final = "under-test"
_TMUX: Final = ("tmux", "-L", _NAME, "-f", "/dev/null")
_SCREEN: Final = ("screen", "-S", _NAME)


class Tmux:
    """A tmux with one pane.

    Attributes:
        screen: the terminal that tmux is on.
    """

    def __init__(self, screen: TerminalScreen, environ: Mapping[str, str]) -> None:
        self.screen = screen
        self._environ = environ

    def ask(self, words: str) -> str:
        """Return what tmux fills into `words`, such as `#{alternate_on}`."""
        return _run([*_TMUX, "display-message", "-p", words], self._environ)


@contextmanager
def in_tmux(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    home: Path,
    settings: Sequence[str] = (),
    columns: int = 80,
    rows: int = 25,
) -> Iterator[Tmux]:
    """Run `command` in tmux, whose bottom row is its own; the pane stays when it ends.

    Args:
        command: the program and its arguments.
        environ: its environment.
        home: where the server's socket is kept.
        settings: commands of tmux, such as `set -g set-clipboard on`.
        columns: the width of the outer terminal.
        rows: the height of the outer terminal.
    """
    environ = {**environ, "TMUX_TMPDIR": str(home)}
    given = [word for each in settings for word in (*each.split(), ";")]
    words = [*_TMUX, *given, "set", "-g", "remain-on-exit", "on", ";", "new-session", *command]
    try:
        with TerminalScreen(words, environ=environ, columns=columns, rows=rows) as screen:
            try:
                yield Tmux(screen, environ)
            finally:
                _run([*_TMUX, "kill-server"], environ)
    finally:
        subprocess.run([*_TMUX, "kill-server"], env=environ, capture_output=True, check=False)


@contextmanager
def in_gnu_screen(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    home: Path,
    columns: int = 80,
    rows: int = 24,
) -> Iterator[TerminalScreen]:
    """Run `command` in GNU screen; when it ends, screen does."""
    folder = home / "screens"
    folder.mkdir(mode=0o700)
    environ = {**environ, "SCREENDIR": str(folder), "SHELL": "/bin/sh"}
    words = [*_SCREEN, "-U", "-c", "/dev/null", *command]
    try:
        with TerminalScreen(words, environ=environ, columns=columns, rows=rows) as screen:
            yield screen
    finally:
        subprocess.run([*_SCREEN, "-X", "quit"], env=environ, capture_output=True, check=False)


def _run(words: Sequence[str], environ: Mapping[str, str]) -> str:
    done = subprocess.run(
        words, env={"TERM": "xterm", **environ}, capture_output=True, check=True, text=True
    )
    return done.stdout.strip()
