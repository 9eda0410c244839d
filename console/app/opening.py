"""Opening a profile: at the start, by choice, after a login; and what stands there meanwhile.

Opening blocks, and may ask: it happens in a thread. Before it begins, the profile of before is left
and every screen is emptied, so that nothing of one place is ever seen under the name of another.
"""

import asyncio
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from textual import on
from textual.message import Message
from textual.screen import Screen

from console.app.keys_in_turn import KeysInTurnApp
from console.app.screens.frame import FrameScreen
from console.app.way import Way
from console.errors import ConsoleError

if TYPE_CHECKING:
    from console.client.client import Client
    from console.profiles.profile import Profile

R = TypeVar("R")

DEMO: Final = "demo"

Open: TypeAlias = Callable[[], "Profile"]
"""Opens a profile; blocks while it does, and may ask through a dialog."""


class OpeningApp(KeysInTurnApp[R]):
    """An app that uses one profile at a time.

    Attributes:
        environ: the environment variables.
        way: the profile in use and its client.
        opening: the name of the profile that is being opened; empty while none is.
    """

    class Opened(Message):
        """A profile was opened."""

        def __init__(self, profile: "Profile", number: int) -> None:
            self.profile = profile
            self.number = number
            super().__init__()

    class NotOpened(Message):
        """A profile could not be opened."""

        def __init__(self, error: ConsoleError, name: str, number: int) -> None:
            self.error = error
            self.name = name
            self.number = number
            super().__init__()

    def __init__(
        self, environ: Mapping[str, str], *, read_only: bool = False, demo: Open | None = None
    ) -> None:
        """Say what may be opened; nothing is.

        Args:
            environ: the environment variables.
            read_only: whether every call that changes something is refused.
            demo: opens the emulated cloud; None where there is none.
        """
        super().__init__(environ)
        self.environ = environ
        self.way = Way()
        self.opening = ""
        self.read_only = read_only
        self._demo = demo
        self._openings = 0
        self._welcome: Screen[None] | None = None

    @property
    def has_demo(self) -> bool:
        """Whether there is an emulated cloud to try."""
        return self._demo is not None

    def frames(self) -> list[FrameScreen]:
        """Return every screen that was opened so far, below whatever dialog covers it.

        One that is only being made has nothing to empty yet, and asks by itself when it is there.
        """
        every = [each for stack in self._screen_stacks.values() for each in stack]
        return [each for each in every if isinstance(each, FrameScreen) and each.is_composed]

    async def on_unmount(self) -> None:
        """Close every connection."""
        if client := self.way.leave():
            await client.close()

    async def release(self, client: "Client") -> None:
        """Close the client of a profile that is left."""
        await client.close()

    def open_demo(self) -> None:
        """Open the emulated cloud."""
        if self._demo:
            self._open(DEMO, self._demo)

    def open_profile(self, name: str | None) -> None:
        """Open a profile by name; None for the one that a command would take."""

        def opened() -> "Profile":
            from console.profiles import choice, environment  # noqa: PLC0415 - in the thread

            chosen = choice.choose(self.environ, name)
            if chosen.name == environment.NAME:  # nothing of files and stores is loaded for it
                found = environment.profile(self.environ)
                return choice.applied(found, self.environ, read_only=self.read_only)
            from console.app.ask import Asker  # noqa: PLC0415 - in the thread, and only for files

            return Asker.of(self).opened(chosen, self.environ, read_only=self.read_only)

        self._open(name or "profile", opened)

    def _open(self, name: str, opened: Open) -> None:
        """Leave the profile in use, empty every screen, then open another."""
        self._openings += 1
        self.opening = name
        self._leave_welcome()
        before = self.way.leave()
        for screen in self.frames():
            screen.way_changed()
            screen.tell_context()
            screen.tell_status()
        number = self._openings
        self.run_worker(self._opened(name, opened, number, before), group="way", exit_on_error=True)

    async def _opened(self, name: str, opened: Open, number: int, before: "Client | None") -> None:
        if before:
            await self.release(before)
        try:
            profile = await asyncio.to_thread(_ready, opened)
        except ConsoleError as error:
            self.post_message(self.NotOpened(error, name, number))
        else:
            self.post_message(self.Opened(profile, number))

    @on(Opened)
    def _take(self, message: Opened) -> None:
        """Use the profile, unless another one was asked for meanwhile."""
        if message.number != self._openings:
            return
        try:
            self.way.take(message.profile)
        except ConsoleError as error:
            self._refuse(error, message.profile.name)
            return
        self.opening = ""
        for screen in self.frames():
            screen.tell_context()
        for screen in self.frames():
            screen.way_ready()
        self.run_worker(self._look_up(self.way.generation), group="look-up", exclusive=True)
        self.way_taken()

    def way_taken(self) -> None:
        """Take note that a profile is in use now."""

    @on(NotOpened)
    def _not_opened(self, message: NotOpened) -> None:
        """Say why, and offer what can be done."""
        if message.number == self._openings:
            self._refuse(message.error, message.name)

    def _refuse(self, error: ConsoleError, name: str) -> None:
        self.opening = ""
        for screen in self.frames():
            screen.tell_context()
        self._offer_ways(error, name)

    def _offer_ways(self, error: ConsoleError, name: str) -> None:
        from console.app.screens.welcome import WelcomeScreen  # noqa: PLC0415 - seldom shown

        self._leave_welcome()
        self._welcome = WelcomeScreen(self.environ, error=error, name=name, demo=self.has_demo)
        self.push_screen(self._welcome)

    def _leave_welcome(self) -> None:
        if self._welcome and self.screen is self._welcome:
            self.pop_screen()
        self._welcome = None

    def on_welcome_screen_demo_asked(self) -> None:
        """Open the emulated cloud."""
        self.open_demo()

    def on_welcome_screen_profile_chosen(self, message: Message) -> None:
        """Open a profile, or the one of before once more."""
        self.open_profile(getattr(message, "name", "") or None)

    def on_welcome_screen_login_asked(self, message: Message) -> None:
        """Make a profile, or give one its secret again."""
        self.log_in(getattr(message, "name", ""))

    def on_welcome_screen_import_asked(self) -> None:
        """Take over what other tools keep."""
        from console.app.dialogs.importing import ImportingDialog  # noqa: PLC0415 - as above

        self.push_screen(ImportingDialog(self.environ), self._kept)

    def _kept(self, name: str | None) -> None:
        if name:
            self.open_profile(name)

    async def _look_up(self, generation: int) -> None:
        """Find the ids of the project and the account, for the context line alone."""
        client = self.way.client
        if client is None:
            return
        for what in ("project_id", "domain_id"):
            if getattr(self.way, what):
                continue
            try:
                found = await getattr(client, what)()
            except ConsoleError:
                continue  # whatever needs it says so in its own place
            if generation != self.way.generation:
                return
            setattr(self.way, what, found)
        for screen in self.frames():
            screen.tell_context()

    def action_profiles(self) -> None:
        """Pick another profile, or log in."""
        from console.app.dialogs.profiles import ProfilesDialog  # noqa: PLC0415 - when asked for

        present = self.way.profile.name if self.way.profile else ""
        self.push_screen(
            ProfilesDialog(self.environ, present=present, demo=self.has_demo), self._picked
        )

    def _picked(self, answer: object) -> None:
        from console.app.dialogs import profiles  # noqa: PLC0415 - as above

        match answer:
            case profiles.Picked(name):
                self.open_profile(name)
            case profiles.LoginWanted(name):
                self.log_in(name)
            case profiles.DemoWanted():
                self.open_demo()
            case _:
                pass

    def log_in(self, name: str = "") -> None:
        """Make a profile, or give one its secret again; then use it."""
        from console.app.dialogs.login import LoginDialog  # noqa: PLC0415 - when asked for

        self.push_screen(LoginDialog(self.environ, name), self._kept)


def _ready(opened: Open) -> "Profile":
    """Open a profile; load what its client is made of meanwhile, which takes a while too."""
    import_module("console.client.client")
    for name in ("httpcore", "anyio._backends._asyncio"):  # else loaded by the first request
        import_module(name)
    return opened()
