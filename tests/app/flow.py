"""The application driven by keys in this process, and what is then on its screen."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.message import Message
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from console.app.app import ConsoleApp
from console.profiles.profile import Profile
from tests.cloud import Cloud

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
"""The time in every such test, and in the pictures."""


class Flow:
    """An application that runs, and the keys that drive it.

    Attributes:
        app: the application.
        pilot: presses its keys.
        messages: the names of the messages that were posted, such as `ServiceScreen.Came`.
    """

    def __init__(self, app: ConsoleApp, pilot: Pilot[None], messages: list[str]) -> None:
        self.app = app
        self.pilot = pilot
        self.messages = messages

    @property
    def screen(self) -> Any:  # Any: each test knows which screen it is on
        """The screen in front."""
        return self.app.screen

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other; wait each time until nothing is going on any more."""
        for key in keys:
            await self.pilot.press(key)
            await self.settled()

    async def type(self, text: str) -> None:
        """Type text; a character that is no key's name is sent as it is."""
        for character in text:
            await self.pilot.press(_NAMES.get(character, character))
        await self.settled()

    async def settled(self) -> None:
        """Wait until every worker has ended and every message was handled."""
        while True:
            await self.pilot.pause()
            running = [each for each in self.app.workers if not each.is_finished]
            if not running:
                break
            for worker in running:
                with suppress(WorkerCancelled):
                    await worker.wait()
        await self.pilot.pause()

    def text(self) -> str:
        """Return what is on the screen, line by line."""
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """Return the lines of the screen, without the spaces at their ends."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(part.text for part in strip).rstrip() for strip in strips]


_NAMES = {
    " ": "space",
    "/": "slash",
    "-": "minus",
    "_": "underscore",
    ":": "colon",
    ".": "full_stop",
    "!": "exclamation_mark",
    "*": "asterisk",
    "?": "question_mark",
}


@asynccontextmanager
async def flow(
    cloud: Cloud,
    tmp_path: Path,
    *,
    size: tuple[int, int] = (80, 24),
    profile: Callable[[], Profile] | None = None,
    environ: Mapping[str, str] | None = None,
    **options: Any,  # Any: whatever ConsoleApp takes
) -> AsyncIterator[Flow]:
    """Run the application on an emulated cloud until the block ends.

    Args:
        cloud: the cloud.
        tmp_path: where its files are.
        size: columns and lines.
        profile: opens the profile to begin with; the cloud's own where not given.
        environ: further environment variables.
        options: further arguments of the application.
    """
    folders = {
        "CONSOLE_CONFIG_DIR": str(tmp_path / "config"),
        "CONSOLE_STATE_DIR": str(tmp_path / "state"),
    }
    messages: list[str] = []

    def record(message: Message) -> None:
        messages.append(type(message).__qualname__)

    app = ConsoleApp(
        {**folders, **(environ or {})},
        demo=profile or cloud.profile,
        **{"begin_with_demo": True, "now": lambda: NOW, "zone": UTC, **options},
    )
    async with app.run_test(size=size, message_hook=record) as pilot:
        made = Flow(app, pilot, messages)
        await made.settled()
        yield made
