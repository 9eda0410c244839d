"""Steps of whoever writes a message, confirms and follows it; and what the journal then says."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any, Final

from textual.events import Key, Paste

from console.app.dialogs.confirm import SEND_KEY, ConfirmDialog
from console.outbox.journal import Journal
from console.outbox.send import Send
from console.profiles import paths
from tests.app.flow import Flow
from tests.cloud import Cloud

PATIENCE: Final = 20.0
"""Seconds that something may take which is waited for."""

TO_POOL: Final = "/desktop-pools/[^/]+/notifications$"
TO_DESKTOPS: Final = "/desktops/notifications$"

FIRST: Final = "研发一部"
"""The first pool of the table: 13 desktops, two of which never get a message."""

WHOLE: Final = "法务合规"
SECOND: Final = "研发二部-Linux"


async def until(console: Flow, wanted: Callable[[], object], what: str = "") -> None:
    """Wait until something is so."""
    end = monotonic() + PATIENCE
    while not wanted():
        assert monotonic() < end, f"{what or wanted} did not come:\n{console.text()}"
        await console.pilot.pause(0.01)


async def shown(console: Flow, words: str) -> None:
    """Wait until the screen says something, in however many lines."""
    await until(console, lambda: words in said(console), words)


def said(console: Flow) -> str:
    """Return the words on the screen, without lines, frames and repeated spaces."""
    text = console.text().replace("│", " ").replace("█", " ")
    return " ".join(text.split())


async def compose(console: Flow, text: str = "", *, pool: str = "") -> None:
    """Open the pane for a pool, and paste a text."""
    await console.press("2")
    if pool:
        table = console.screen.table
        names = [table.rows.lines[index].record.name for index in table.rows.shown]
        table.cursor = names.index(pool)
    await console.press("m")
    if text:
        await paste(console, text)


async def paste(console: Flow, text: str) -> None:
    """Paste a text."""
    console.app.post_message(Paste(text))
    await console.settled()


async def ask(console: Flow) -> ConfirmDialog:
    """Open the dialog that confirms, and wait until it hears."""
    await console.pilot.press("ctrl+g")
    await until(console, lambda: isinstance(console.screen, ConfirmDialog), "the dialog")
    return await awake(console)


async def awake(console: Flow) -> ConfirmDialog:
    """Wait until the dialog hears."""
    dialog = console.screen
    assert isinstance(dialog, ConfirmDialog)
    await until(console, lambda: dialog.hears(Key("x", "x")), "hearing")
    return dialog


async def send(console: Flow, typed: str = "") -> None:
    """Confirm; what has to be typed is typed."""
    await ask(console)
    if typed:
        await paste(console, typed)
    await console.pilot.press(SEND_KEY)
    await until(console, lambda: not isinstance(console.screen, ConfirmDialog), "the end of it")


def posts(cloud: Cloud) -> list[dict[str, Any]]:
    """Return the sends that the cloud received."""
    return [each for each in cloud.requests() if each["method"] == "POST"]


class Hurry:
    """Lets the jobs of a cloud end at once."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._offset = 0

    def __call__(self) -> None:
        """Move the cloud's clock on by ten seconds."""
        self._offset += 10
        answer = self._cloud.control.put("/_emulator/clock", json={"offset_seconds": self._offset})
        answer.raise_for_status()


async def ended(console: Flow, cloud: Cloud, many: int = 1) -> list[Send]:
    """Wait until so many sends of this console are over, and return them."""
    sends = console.app.sends
    await until(console, lambda: len(sends.known) >= many, "the send")
    await until(
        console, lambda: all(each.outcome.settled for each in sends.known.values()), "an outcome"
    )
    Hurry(cloud)()
    await until(console, lambda: not sends.under_way, "the end")
    await console.settled()
    return sorted(sends.known.values(), key=lambda each: each.id)


def journalled(folder: Path) -> list[Send]:
    """Return what the journal of a test says was sent, the newest first."""
    with Journal(outbox(folder)) as journal:
        return journal.sends()


def outbox(folder: Path) -> Path:
    """Return the journal's file of a test."""
    return paths.outbox_file(environ(folder))


def make_newer(folder: Path) -> None:
    """Turn the journal of a test into one that a newer console has written."""
    with Journal(outbox(folder)) as journal:
        journal.version()
    with closing(sqlite3.connect(outbox(folder))) as newer:
        newer.execute("PRAGMA user_version = 99")


def environ(folder: Path) -> Mapping[str, str]:
    """Return the folders of a test, as `flow` has them."""
    return {"CONSOLE_STATE_DIR": str(folder / "state")}
