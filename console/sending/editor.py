"""The operator's own editor: it gets the text as a file, and what it saves is never lost."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import Final

from console.errors import ConsoleError, Exit
from console.sending.message import of_file

USUAL: Final = ("nano", "vim", "vi")
"""Editors that are tried where no variable names one."""

LARGEST: Final = 1 << 20
"""Bytes of a file that may be a message."""

_BEFORE: Final = 2_000_000_000
"""Nanoseconds by which the file is made older, so that the clock's grain hides no saving."""


class EditorError(ConsoleError):
    """The editor could not be used; what it saved is in a file that the hint names."""

    title = "Editor failed"
    exit_code = Exit.USAGE


class EditorInterruptedError(EditorError):
    """Somebody ended it with Ctrl+C."""

    exit_code = Exit.INTERRUPTED


def command(environ: Mapping[str, str]) -> list[str]:
    """Return the editor's command: that of VISUAL or EDITOR, else one that is usual.

    Raises:
        EditorError: there is none.
    """
    for name in ("VISUAL", "EDITOR"):
        said = environ.get(name, "").strip()
        if not said:
            continue
        try:
            words = shlex.split(said)
        except ValueError as error:
            raise EditorError(f"{name} cannot be read: {error}") from error
        if not words or which(words[0], path=environ.get("PATH")) is None:
            raise EditorError(f"the editor {said} of {name} was not found")
        return words
    for each in USUAL:
        if found := which(each, path=environ.get("PATH")):
            return [found]
    raise EditorError("there is no editor", hint="set EDITOR")


def edited(environ: Mapping[str, str], text: str) -> str | None:
    """Let the operator edit `text`, and return what was saved; None where nothing was.

    It waits for the editor; from a running event loop it is called in a thread. What was saved and
    is not returned stays in its file.

    Args:
        environ: says which editor, and is its environment.
        text: what it begins with.

    Raises:
        EditorError: there is no editor, it failed, or what it saved cannot be read as a message.
    """
    words = command(environ)
    sheet = _Sheet(text)
    try:
        _run([*words, str(sheet.path)], environ)
        found = sheet.read()
    except EditorError as error:
        if sheet.saved:
            kind = type(error)
            raise kind(error.sentence, hint=f"what it saved is kept: {sheet.path}") from error
        sheet.remove()
        raise type(error)(error.sentence, hint="it saved nothing") from error
    sheet.remove()
    return found


def _run(words: list[str], environ: Mapping[str, str]) -> None:
    name = Path(words[0]).name
    try:
        code = subprocess.run(words, env=dict(environ), check=False).returncode  # noqa: S603 - the operator's own command
    except KeyboardInterrupt as error:
        raise EditorInterruptedError(f"{name} was interrupted") from error
    except (OSError, ValueError) as error:
        raise EditorError(f"{name} cannot be started: {_reason(error)}") from error
    if code:
        ended = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
        raise EditorError(f"{name} {ended}; the text is as it was")


class _Sheet:
    """A file of its own, in a folder of its own as editors put copies beside it; private."""

    def __init__(self, text: str) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix="console-")) / "message.txt"
            self.path.touch(mode=0o600)
            self.path.write_text(f"{text}\n" if text else "", encoding="utf-8", errors="replace")
            made = self.path.stat().st_mtime_ns - _BEFORE
            os.utime(self.path, ns=(made, made))
        except OSError as error:
            raise EditorError(f"no file can be made for the editor: {_reason(error)}") from error
        self._before = self._state()

    @property
    def saved(self) -> bool:
        """Whether the editor has written to it."""
        return self._state() not in {self._before, None}

    def read(self) -> str | None:
        """Return what was saved; None where nothing was."""
        if not self.saved:
            return None
        try:
            with self.path.open("rb") as file:
                data = file.read(LARGEST + 1)
            if len(data) > LARGEST:
                raise EditorError("what the editor saved is no message: it is larger than 1 MiB")
            return of_file(data.decode())
        except UnicodeDecodeError as error:
            raise EditorError(
                f"what the editor saved is not UTF-8 text, from byte {error.start} on"
            ) from error
        except OSError as error:
            raise EditorError(f"what the editor saved cannot be read: {_reason(error)}") from error

    def remove(self) -> None:
        """Remove it with whatever the editor left beside it."""
        with suppress(OSError):
            for each in self.path.parent.iterdir():
                each.unlink()
            self.path.parent.rmdir()

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return (error.strerror or "the system gives no reason").lower()
    return str(error)
