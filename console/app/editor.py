"""The operator's own editor: it gets the terminal for a while, and the text as a file."""

import asyncio
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from console.sending import editor
from console.sending.editor import EditorError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App


async def edited(app: "App[None]", environ: Mapping[str, str], text: str) -> str:
    """Let the operator edit `text`, and return what was saved.

    Sends that are under way go on meanwhile; nothing is painted.

    Raises:
        EditorError: there is no editor, it failed, or what it saved cannot be read.
    """
    editor.command(environ)  # where there is none, the terminal is not given away for it
    saved = problem = None
    with _given_away(app):
        # Textual takes the terminal back only where nothing is raised in here.
        try:
            saved = await asyncio.to_thread(editor.edited, environ, text)
        except EditorError as error:
            problem = error
    if problem:
        raise problem
    return text if saved is None else saved


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
