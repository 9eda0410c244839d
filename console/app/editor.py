"""The operator's own editor: it gets the terminal for a while, and the text as a file."""

import asyncio
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final

from textual.app import SuspendNotSupported

from console.errors import ConsoleError
from console.sending.message import of_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App

USUAL: Final = ("nano", "vim", "vi")
"""Editors that are tried where no variable names one."""

LARGEST: Final = 1 << 20
"""Bytes of a file that may be a message."""


class EditorError(ConsoleError):
    """The editor could not be used; what was typed before is as it was."""

    title = "Editor failed"


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
        if which(words[0], path=environ.get("PATH")) is None:
            raise EditorError(f"the editor {words[0]} of {name} was not found")
        return words
    for each in USUAL:
        if found := which(each, path=environ.get("PATH")):
            return [found]
    raise EditorError("there is no editor", hint="set EDITOR")


async def edited(app: "App[None]", environ: Mapping[str, str], text: str) -> str:
    """Let the operator edit `text`, and return what was saved.

    Sends that are under way go on meanwhile; nothing is painted.

    Raises:
        EditorError: there is no editor, it failed, or what it saved cannot be read.
    """
    words = command(environ)
    with tempfile.TemporaryDirectory(prefix="console-") as folder:
        path = Path(folder) / "message.txt"
        path.touch(mode=0o600)
        path.write_text(f"{text}\n" if text else "", encoding="utf-8", errors="replace")
        problem = None
        with _given_away(app):
            # Textual takes the terminal back only where nothing is raised in here.
            try:
                await asyncio.to_thread(_run, [*words, str(path)], environ)
            except EditorError as error:
                problem = error
        if problem:
            raise problem
        return _read(path)


@contextmanager
def _given_away(app: "App[None]") -> "Iterator[None]":
    """Give the terminal away, and keep the picture still as long."""
    try:
        with app.batch_update(), app.suspend():
            yield
    except SuspendNotSupported as error:
        raise EditorError("this terminal cannot be given to an editor") from error
    finally:
        app.refresh(layout=True)


def _run(words: list[str], environ: Mapping[str, str]) -> None:
    try:
        code = subprocess.run(words, env=dict(environ), check=False).returncode  # noqa: S603 - the operator's own command
    except OSError as error:
        reason = (error.strerror or "the system gives no reason").lower()
        raise EditorError(f"{words[0]} cannot be started: {reason}") from error
    if code:
        raise EditorError(f"{Path(words[0]).name} ended with {code}; the text is as it was")


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise EditorError("what the editor saved is no message: it is larger than 1 MiB")
        return of_file(path.read_bytes().decode())
    except UnicodeDecodeError as error:
        raise EditorError("what the editor saved is not UTF-8 text; it was not taken") from error
    except OSError as error:
        reason = (error.strerror or "the system gives no reason").lower()
        raise EditorError(f"what the editor saved cannot be read: {reason}") from error
