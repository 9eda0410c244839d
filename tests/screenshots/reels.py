"""What the pictures show: each reel is one run of the application, driven by keys.

A reel yields the name of a picture whenever the screen is as it shall be taken. A new screen is a
new `yield`; `python -m tests.screenshots` does the rest.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias

from console import access
from tests.app.flow import Flow
from tests.cloud import Cloud
from tests.screenshots import sending
from tests.screenshots.picture import Picture, taken
from tests.screenshots.studio import StillWay, studio

Steps: TypeAlias = Callable[[Flow], AsyncIterator[tuple[str, str]]]
"""Drives the application; yields names of pictures and what each shows."""

_PROFILES: Final = """\
[profile.night]
auth = "access-key"
store = "keyring"
access_key = "EXAMPLEACCESSKEY0001"
region = "cn-north-4"
colour = "green"
read_only = true

[profile.production]
auth = "access-key"
store = "keyring"
access_key = "EXAMPLEACCESSKEY0002"
region = "cn-east-3"
colour = "red"
production = true

[profile.drill]
auth = "password"
store = "session"
user_name = "operator"
domain_name = "example-corp"
region = "cn-north-4"
colour = "blue"
"""


@dataclass(frozen=True, slots=True)
class Reel:
    """Pictures that are taken in one run.

    Attributes:
        columns: the width of the terminal.
        lines: its height.
        steps: what drives it.
        demo: whether it begins with the emulated cloud; else without a profile.
        profiles: what the file of profiles says; empty where there is none.
    """

    columns: int
    lines: int
    steps: Steps
    demo: bool = True
    profiles: str = ""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that was taken.

    Attributes:
        name: the name of its files.
        title: what it shows.
        picture: the picture.
    """

    name: str
    title: str
    picture: Picture


async def take(reel: Reel, cloud: Cloud, folder: Path) -> list[Shot]:
    """Run a reel; `folder` is where its application may write."""
    cloud.reset()
    if reel.profiles:
        (folder / "config").mkdir()
        (folder / "config" / "profiles.toml").write_text(reel.profiles, encoding="utf-8")
    shots = []
    async with studio(cloud, folder, (reel.columns, reel.lines), demo=reel.demo) as flow:
        async for name, title in reel.steps(flow):
            shots.append(Shot(name, title, taken(flow.screen)))
    return shots


async def _screens(flow: Flow) -> AsyncIterator[tuple[str, str]]:
    yield "overview", "Overview: one line for each service"
    await flow.press("1")
    yield "blocked", "Blocked: who was not notified, when, and for what reason"
    await flow.press("2")
    yield "pools", "Pools: state, desktops in use, who is connected"
    await flow.press("3")
    yield "checks", "Checks: who is told of which event, as sentences"
    await flow.press("4")
    yield "notices", "Notices: what is told when resources end"
    await flow.press("5")
    yield "reviews", "Reviews: which messages wait, the soonest first"
    way = flow.app.way
    if not isinstance(way, StillWay):
        raise TypeError("the studio gives its own way")
    await way.forbid()
    way.clock.now += timedelta(minutes=12)
    await flow.press("r")
    yield "error", "A refusal: the rows of before stay, and are said to be stale"


async def _dialogs(flow: Flow) -> AsyncIterator[tuple[str, str]]:
    await flow.press("1", "f")
    yield "filter", "The filter form, open"
    await flow.press("escape", "F", "down", "enter")
    yield "record", "A record in full"
    await flow.press("escape", "w")
    yield "export", "Writing rows to a file"
    await flow.press("escape", "question_mark")
    yield "help", "Every key that works on a screen"
    access.switch(flow.app.environ, "night")
    await flow.press("escape", "ctrl+o")
    yield "profiles", "The profile picker"
    await flow.press("escape")
    flow.app.use_theme("textual-light")
    await flow.settled()
    yield "light", "Blocked in the light theme"


async def _narrow(flow: Flow) -> AsyncIterator[tuple[str, str]]:
    await flow.press("1")
    yield "blocked-80x24", "Blocked on 80 columns and 24 lines"
    await flow.press("2", "d")
    yield "pools-80x24", "The desktops of a pool on 80 columns and 24 lines"
    await flow.press("5")
    yield "reviews-80x24", "Reviews on 80 columns and 24 lines"
    flow.app.use_theme("ansi-dark")
    await flow.press("1")
    yield "ansi", "Blocked in the terminal's own 16 colours"


async def _first_run(_flow: Flow) -> AsyncIterator[tuple[str, str]]:
    yield "welcome", "The welcome of a first run"


WIDE: Final = (120, 36)
NARROW: Final = (80, 24)

REELS: Final = (
    Reel(*WIDE, _screens),
    Reel(*WIDE, _dialogs, profiles=_PROFILES),
    Reel(*NARROW, _narrow),
    Reel(*NARROW, _first_run, demo=False),
    Reel(*WIDE, sending.steps),
)
"""Every picture there is."""
