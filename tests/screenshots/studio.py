"""The application where nothing depends on the day, the machine or its speed.

The emulated cloud tells of one moment, `NOW`; the console takes the same for the present. What
differs from run to run is given: when answers came, how long they took, ids of requests, and the
cloud's port.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, chdir, contextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Final

import httpx

from console.app.app import THEMES, ConsoleApp
from console.app.way import Way
from console.cli.demo_cloud import profile_of
from console.client.answer import Answer
from console.client.call import Call
from console.client.client import Client
from console.errors import CloudError
from console.profiles.profile import Profile
from tests.app.flow import NOW, Flow
from tests.cloud import Cloud, running_cloud

ENDPOINT: Final = "http://127.0.0.1:8900"
"""Where the cloud seems to be."""

_SECONDS: Final = 0.12
"""How long every answer seems to take."""

_REQUEST_ID: Final = "9b1f0c6e2d7a48c5a3e4f60d8c21b75e"
"""The request of every refusal; the emulator's own ids count the requests before."""


class StillClock:
    """A clock that stands still.

    Attributes:
        now: what it shows.
    """

    def __init__(self) -> None:
        self.now = NOW


class StillClient(Client):
    """A client whose answers come when a clock says so, each as quickly as the other.

    It takes `ENDPOINT` for the cloud's address, and asks the cloud where that is.
    """

    def __init__(self, profile: Profile, clock: StillClock, cloud: Cloud) -> None:
        super().__init__(replace(profile, endpoint=ENDPOINT))
        self._clock = clock
        self._cloud = cloud

    async def read(self, call: Call) -> Answer:
        """Make a call."""
        try:
            answer = await super().read(call)
        except CloudError as error:
            error.request_id = _REQUEST_ID
            raise
        return replace(answer, fetched_at=self._clock.now, seconds=_SECONDS)

    async def _request(self, call: Call, base: str, *, fresh: bool) -> httpx.Request:
        del base
        return await super()._request(call, self._cloud.url, fresh=fresh)


class StillWay(Way):
    """A way that says `ENDPOINT` and leads to where the cloud is.

    Attributes:
        clock: the clock of its client.
        cloud: where it leads.
    """

    def __init__(self, cloud: Cloud) -> None:
        super().__init__()
        self.clock = StillClock()
        self.cloud = cloud

    def take(self, profile: Profile) -> None:
        """Use a profile."""
        super().take(profile)
        self.client = StillClient(profile, self.clock, self.cloud)

    async def forbid(self) -> None:
        """Let the user of now lose the permissions that the cloud's observer lacks."""
        if self.profile is None or self.client is None:
            raise AssertionError("no profile is open")
        await self.client.close()
        observer = replace(self.profile, credential=self.cloud.restricted_key)
        self.client = StillClient(observer, self.clock, self.cloud)


@contextmanager
def still_cloud() -> Iterator[Cloud]:
    """Run a cloud whose data is that of `NOW`, on whatever day."""
    with running_cloud("--clock", f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "--seed", "1") as cloud:
        yield cloud


@contextmanager
def _at_home(folder: Path) -> Iterator[None]:
    """Be in a folder, and let it be the home folder, as no picture may show where it was taken."""
    before = os.environ.get("HOME", "")
    os.environ["HOME"] = str(folder)
    try:
        with chdir(folder):
            yield
    finally:
        os.environ["HOME"] = before


@asynccontextmanager
async def studio(
    cloud: Cloud, folder: Path, size: tuple[int, int], *, demo: bool = True
) -> AsyncIterator[Flow]:
    """Run the application until the block ends.

    Args:
        cloud: the cloud, from `still_cloud`.
        folder: where the application's files are.
        size: columns and lines.
        demo: whether to begin with that cloud, as `console demo` does; else without a profile.
    """
    environ = {
        "HOME": str(folder),
        "TERM": "xterm-256color",
        "CONSOLE_CONFIG_DIR": str(folder / "config"),
        "CONSOLE_STATE_DIR": str(folder / "state"),
    }
    way = StillWay(cloud)
    app = ConsoleApp(
        environ,
        demo=lambda: replace(profile_of(cloud.facts), endpoint=ENDPOINT),
        begin_with_demo=demo,
        now=lambda: way.clock.now,
        zone=UTC,
    )
    app.way = way
    app.theme = THEMES[0]  # not that of TEXTUAL_THEME
    with _at_home(folder):
        async with app.run_test(size=size) as pilot:
            made = Flow(app, pilot, [])
            await made.settled()
            yield made
