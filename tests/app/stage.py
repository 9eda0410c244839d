"""One screen or dialog on a stage of its own: driven by keys, and everything it showed is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

from tests.cloud import Cloud

PASSPHRASE = "fake-correct-horse-battery"
SECONDS = 15.0
"""How long something may take that is waited for."""


class Stage(App[None]):
    """An application with nothing of its own.

    Attributes:
        answers: what the screen answered when it was dismissed.
    """

    ALLOW_SELECT = False

    def __init__(self, first: Screen[Any] | None) -> None:
        super().__init__()
        self.first = first
        self.answers: list[Any] = []

    def on_mount(self) -> None:
        self.animation_level = "none"
        if self.first:
            self.push_screen(self.first, self.answers.append)


class Play:
    """A stage, and whoever sits at its keyboard.

    Attributes:
        app: the stage.
        pilot: presses its keys.
        seen: every picture that was looked at, its words and its SVG.
        messages: how every message reads in a log.
        posted: every message.
    """

    pilot: Pilot[None]

    def __init__(self, app: Stage) -> None:
        self.app = app
        self.seen: list[str] = []
        self.messages: list[str] = []
        self.posted: list[Message] = []

    def heard(self, message: Message) -> None:
        # A key says which one it is, and a paste what it is, before any control has it.
        if not isinstance(message, (events.Key, events.Paste)):
            self.messages.append(repr(message) + str(vars(message)))
            self.posted.append(message)

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        words = "\n".join(strip.text.rstrip() for strip in strips)
        self.seen.append(words)
        return words

    def look(self) -> None:
        """Keep the picture as it is now, in words and as SVG."""
        self.seen += [self.text, self.app.export_screenshot()]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def until(self, words: str) -> str:
        """Wait until `words` are on the screen; return all that is."""
        end = monotonic() + SECONDS
        while words not in (text := " ".join(self.text.replace("│", " ").split())):
            assert monotonic() < end, f"{words!r} did not come:\n{self.text}"
            await self.pilot.pause(0.01)
        self.look()
        return text

    async def answer(self) -> Any:  # Any: each screen has its own
        """Wait until the screen is dismissed; return what it answered."""
        end = monotonic() + SECONDS
        while not self.app.answers:
            assert monotonic() < end, f"no answer came:\n{self.text}"
            await self.pilot.pause(0.01)
        return self.app.answers[0]

    async def fill(self, **lines: str) -> None:
        """Paste each text into the line of that question, in place of what is there."""
        for key, text in lines.items():
            control = self.app.screen.query_one(f"#answer-{key.replace('_', '-')} Input")
            control.focus()
            await self.press("end", "ctrl+u")
            await self.paste(text)
            self.look()

    async def choose(self, key: str, value: str) -> None:
        """Press right on a choice until it says `value`."""
        control: Any = self.app.screen.query_one(f"#answer-{key} ChoiceControl")
        control.focus()
        await self.pilot.pause()
        for _ in range(9):
            if control.value == value:
                return
            await self.press("right")
        raise AssertionError(f"{key} does not offer {value}")

    def showed(self, *secrets: str) -> list[str]:
        """Return the secrets that were on a picture or in a message."""
        everything = "\n".join((*self.seen, *self.messages))
        return [secret for secret in secrets if secret in everything]


@asynccontextmanager
async def stage(
    first: Screen[Any] | None = None, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Play]:
    """Put a screen on a stage."""
    app = Stage(first)
    play = Play(app)
    async with app.run_test(size=size, message_hook=play.heard) as play.pilot:
        yield play


def environ(home: Path, cloud: Cloud | None = None, **more: str) -> dict[str, str]:
    """Return the variables of a home with nothing in it; its calls lead into `cloud`."""
    given = {
        "HOME": str(home),
        "CONSOLE_CONFIG_DIR": str(home / "config"),
        "CONSOLE_STATE_DIR": str(home / "state"),
        "PYTHON_KEYRING_BACKEND": "none",  # no machine's own keyring is touched
        **({"CONSOLE_ENDPOINT": cloud.url} if cloud else {}),
    }
    return {**given, **more}
