"""Run one command line, from its log to its exit code, whatever happens on the way."""

import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from console.cli.talk import ReaderGoneError, say, tell_error
from console.errors import ConsoleError, Exit, SettingsError
from console.text import cell

_SCREENS: Final = {(): False, ("demo",): True}
"""The command lines that open the screens without any option, and whether with the demo.

They are typed most, and need none of what reads options, which takes a while to load.
"""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; never raises what an operator can cause."""
    try:
        return _outcome(arguments)
    except ReaderGoneError:
        # The reader has what it wanted (`console blocked | head`). Python must not try to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:  # noqa: BLE001 - the outermost place; Python would print the error's words, which may hold anything
        return _crashed(error)


def _outcome(arguments: Sequence[str]) -> int:
    try:
        _start_log()
        return _obeyed(tuple(arguments))
    except KeyboardInterrupt:
        # What was being made when the signal came is dropped half-made; Python would tell of it.
        sys.unraisablehook = lambda _: None
        warnings.simplefilter("ignore")
        say("interrupted")
        return Exit.INTERRUPTED
    except ConsoleError as error:
        tell_error(error)
        _note(f"{error.title}: {error.sentence}")
        return error.exit_code


def _obeyed(arguments: tuple[str, ...]) -> int:
    if arguments in _SCREENS and "_CONSOLE_COMPLETE" not in os.environ:  # a shell's question
        from console.cli.screens import open_screens  # noqa: PLC0415 - loads the application

        return open_screens(begin_with_demo=_SCREENS[arguments])
    from console.cli.main import obeyed  # noqa: PLC0415 - loads what reads options

    return obeyed(arguments)


def _start_log() -> None:
    """Begin the log that CONSOLE_LOG asks for; without it, nothing of logging is loaded.

    Raises:
        SettingsError: it asks for something else.
    """
    level = os.environ.get("CONSOLE_LOG", "").strip().lower()
    if not level:
        return
    from console import log  # noqa: PLC0415 - as the docstring says

    if level not in log.LEVELS:
        raise SettingsError(f"CONSOLE_LOG is {level!r}: one of {', '.join(log.LEVELS)}")
    try:
        log.start(_log_file(), level)
    except (OSError, ConsoleError) as error:  # a log is not worth an outage
        say(f"no log is written: {cell(str(error))}")


def _note(sentence: str) -> None:
    if os.environ.get("CONSOLE_LOG"):
        from console import log  # noqa: PLC0415 - as in `_start_log`

        log.note(sentence)


def _log_file() -> Path:
    from console.profiles import files, paths  # noqa: PLC0415 - for a log alone

    path = paths.log_file(os.environ)
    files.make_folder(path.parent)
    return path


def _crashed(error: Exception) -> Exit:
    """Say that this program is at fault, and where to read more; its words may hold anything."""
    from console import log  # noqa: PLC0415 - for a crash alone

    try:
        path = _log_file()
        log.crash(path, error)
        where = f"where it happened is written in {path}, without any secret"
    except (OSError, ConsoleError) as unwritten:
        where = f"where it happened could not be written down: {unwritten}"
    say(f"a fault of this program ended it: {type(error).__name__}; {cell(where)}")
    return Exit.REFUSED
