"""A tiny application around one widget, and what is then on its screen."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from console.client.paging import Row
from console.services.listing import AnyListing
from console.services.model import Record

SHANGHAI: Final[tzinfo] = ZoneInfo("Asia/Shanghai")

REVIEW: Final[Row] = {
    "id": "m-1",
    "api_using_time": 1_795_000_000_000,
    "api_apply_status": "STATUS_TYPE_PENDING_APPROVAL",
    "api_apply_type": None,
    "app_name": "",
    "comment": " spaces ",
    "brand_new": {"deep": [1, None]},
}
POOL: Final[Row] = {
    "id": "p-1",
    "name": "研发一部",
    "in_maintenance_mode": False,
    "product": {"cpu": "4", "shiny": True},
    "data_volumes": [{"size": 10}, {"size": 20}],
    "subnet_ids": ["s-1", "s-2"],
    "tags": [],
}


@dataclass
class Line:
    """A row and its record, as a table holds them."""

    row: Row
    record: Record


def line_of(listing: AnyListing, row: Row) -> Line:
    """Return a row with its record."""
    return Line(row, listing.record.of(row))


class Hosting:
    """An application that runs.

    Attributes:
        pilot: presses its keys.
        messages: what its widgets posted.
    """

    def __init__(self, pilot: Pilot[None], messages: list[Message]) -> None:
        self.pilot = pilot
        self.messages = messages

    def lines(self) -> list[str]:
        """Return what is on the screen, line by line."""
        strips = self.pilot.app.screen._compositor.render_strips()
        return ["".join(part.text for part in strip).rstrip() for strip in strips]

    def text(self) -> str:
        """Return what is on the screen."""
        return "\n".join(self.lines())

    def styles(self) -> list[tuple[str, str]]:
        """Return each piece of text on the screen with its style."""
        strips = self.pilot.app.screen._compositor.render_strips()
        return [(part.text, str(part.style)) for strip in strips for part in strip]

    async def press(self, *keys: str) -> None:
        """Press keys and wait until each has been dealt with."""
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause()

    def posted(self, kind: type[Message]) -> list[Any]:
        """Return the messages of one kind, each once, though every parent of its sender saw it."""
        return list({id(each): each for each in self.messages if isinstance(each, kind)}.values())


@asynccontextmanager
async def hosting(*widgets: Widget, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Hosting]:
    """Run an application of `widgets` until the block ends."""
    messages: list[Message] = []
    async with _host(widgets).run_test(size=size, message_hook=messages.append) as pilot:
        await pilot.pause()
        yield Hosting(pilot, messages)


def _host(widgets: Iterable[Widget]) -> App[None]:
    class Host(App[None]):
        ALLOW_SELECT = False

        def compose(self) -> ComposeResult:
            yield from widgets

    return Host()


async def asked(running: Hosting, dialog: "Screen[Any]", *keys: str) -> list[Any]:
    """Open a dialog, press keys, and return its answer; nothing while it is open."""
    answers: list[Any] = []
    running.pilot.app.push_screen(dialog, answers.append)
    await running.pilot.pause()
    await running.press(*keys)
    return answers
