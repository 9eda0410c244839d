"""The application: its screens, its profile, and the keys that work everywhere."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar, Final

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from console.app import keys, terminal
from console.app.keys_in_turn import KeysInTurnApp
from console.app.memory import Memory
from console.app.screens.frame import FrameScreen
from console.app.screens.overview import OverviewScreen
from console.app.way import Way
from console.client.client import Client
from console.errors import ConsoleError
from console.profiles.profile import Profile
from console.services import LISTINGS

OVERVIEW: Final = "overview"
DEMO: Final = "demo"

THEMES: Final = ("textual-dark", "textual-light", "ansi-dark", "ansi-light")
"""The themes offered: dark and light, in colours of their own and in the terminal's."""

_NAMES_OF_THEMES: Final = dict(zip(("dark", "light", *THEMES[2:]), THEMES, strict=True))

Open = Callable[[], Profile]
"""Opens a profile; blocks while it does, and may ask through a dialog."""


class ConsoleApp(KeysInTurnApp[None]):
    """The console on a terminal.

    Attributes:
        environ: the environment variables.
        way: the profile in use and its client.
        zone: the zone that times are shown in; None for this machine's.
        opening: the name of the profile that is being opened; empty while none is.
    """

    TITLE = "console"
    CSS_PATH = None
    ENABLE_COMMAND_PALETTE = True
    DEFAULT_MODE = OVERVIEW
    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("0", f"mode('{OVERVIEW}')", "Overview", id="app.overview", show=False),
        *(
            Binding(each.key, f"mode('{name}')", each.name, id=f"app.{name}", show=False)
            for name, each in LISTINGS.items()
            if each.key
        ),
        Binding("ctrl+o", "profiles", "Profile", id="app.profiles", tooltip="use another profile"),
        Binding(
            "z", "zone", "UTC/local", id="app.zone", show=False, tooltip="times in UTC or local"
        ),
        Binding("question_mark", "help", "Keys", id="app.help", show=False, key_display="?"),
        Binding("q", "quit", "Quit", id="app.quit", show=False),
        Binding("ctrl+q", "quit", "Quit", id="app.quit-always", show=False, priority=True),
        Binding("ctrl+c", "interrupted", "Quit?", id="app.interrupt", show=False, system=True),
    ]

    class Opened(Message):
        """A profile was opened."""

        def __init__(self, profile: Profile, number: int) -> None:
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
        self,
        environ: Mapping[str, str],
        *,
        profile_name: str | None = None,
        read_only: bool = False,
        demo: Open | None = None,
        begin_with_demo: bool = False,
        now: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        """Say what to begin with; nothing is opened before the first picture is there.

        Args:
            environ: the environment variables.
            profile_name: the profile to begin with; None for the one that a command would take.
            read_only: whether every call that changes something is refused.
            demo: opens the emulated cloud; None where there is none.
            begin_with_demo: whether to begin with it.
            now: gives the time, aware; the clock where not given.
            zone: the zone to show times in; None for this machine's.
        """
        super().__init__(environ)
        self.environ = environ
        self.way = Way()
        self.zone = zone
        self.opening = DEMO if begin_with_demo else (profile_name or "profile")
        self.read_only = read_only
        self.memory = Memory(environ)
        self._local_zone = zone
        self._demo = demo
        self._begin = (profile_name, begin_with_demo)
        self._now = now
        self._openings = 0
        self.modes: list[tuple[str, str]] = [
            ("0", "Overview"),
            *((each.key, each.name) for each in LISTINGS.values() if each.key),
        ]
        self.add_mode(OVERVIEW, OverviewScreen)
        for name, each in LISTINGS.items():
            if each.key:
                self.add_mode(name, partial(service_screen, name))

    def now(self) -> datetime:
        """Return the time, aware."""
        return self._now() if self._now else datetime.now(UTC)

    @property
    def has_demo(self) -> bool:
        """Whether there is an emulated cloud to try."""
        return self._demo is not None

    def on_mount(self) -> None:
        """Show the first picture, then open the profile and read what was remembered."""
        self.animation_level = "none"
        self.call_after_refresh(self._after_first_picture)

    async def on_unmount(self) -> None:
        """Close every connection."""
        if client := self.way.leave():
            await client.close()

    def _after_first_picture(self) -> None:
        name, demo = self._begin
        if demo:
            self.open_demo()
        else:
            self.open_profile(name)
        self._take_remembered()

    def _take_remembered(self) -> None:
        chosen, problem = keys.read(self.environ)
        if chosen:
            self.set_keymap(chosen)
        if problem:
            self.say(problem, tone="warning")
        theme = self.memory.get("app", "theme")
        if isinstance(theme, str) and theme in THEMES:
            self.theme = theme
        elif terminal.few_colours(self.environ):
            self.theme = "ansi-dark"

    # Opening a profile

    def open_demo(self) -> None:
        """Open the emulated cloud."""
        if self._demo:
            self._open(DEMO, self._demo)

    def open_profile(self, name: str | None) -> None:
        """Open a profile by name; None for the one that a command would take."""
        from console.app.ask import Asker  # noqa: PLC0415 - after the first picture
        from console.profiles import choice  # noqa: PLC0415 - as above

        asker = Asker.of(self)

        def opened() -> Profile:
            chosen = choice.choose(self.environ, name)
            return asker.opened(chosen, self.environ, read_only=self.read_only)

        self._open(name or "profile", opened)

    def _open(self, name: str, opened: Open) -> None:
        """Leave the profile in use, empty every screen, then open another."""
        self._openings += 1
        self.opening = name
        before = self.way.leave()
        for screen in self.frames():
            screen.way_changed()
            screen.tell_context()
            screen.tell_status()
        number = self._openings
        self.run_worker(self._opened(name, opened, number, before), group="way", exit_on_error=True)

    async def _opened(self, name: str, opened: Open, number: int, before: Client | None) -> None:
        if before:
            await before.close()
        try:
            profile = await asyncio.to_thread(opened)
        except ConsoleError as error:
            self.post_message(self.NotOpened(error, name, number))
        else:
            self.post_message(self.Opened(profile, number))

    def on_console_app_opened(self, message: Opened) -> None:
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

    def on_console_app_not_opened(self, message: NotOpened) -> None:
        """Say why, and offer what can be done."""
        if message.number == self._openings:
            self._refuse(message.error, message.name)

    def _refuse(self, error: ConsoleError, name: str) -> None:
        self.opening = ""
        self.way.error = error
        for screen in self.frames():
            screen.tell_context()
        from console.app.screens.welcome import WelcomeScreen  # noqa: PLC0415 - seldom shown

        self.push_screen(WelcomeScreen(self.environ, error=error, name=name, demo=self.has_demo))

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

    def frames(self) -> list[FrameScreen]:
        """Return every screen that was opened so far, below whatever dialog covers it."""
        stacks = self._screen_stacks.values()
        return [each for stack in stacks for each in stack if isinstance(each, FrameScreen)]

    # Keys that work everywhere

    async def action_mode(self, name: str) -> None:
        """Open a screen."""
        await self.switch_mode(name)

    def action_zone(self) -> None:
        """Show times in UTC, or in the zone of before."""
        self.zone = None if self.zone is UTC else UTC
        if self.zone is None:
            self.zone = self._local_zone
        for screen in self.frames():
            screen.tell_context()
            zone_changed = getattr(screen, "zone_changed", None)
            if zone_changed:
                zone_changed()

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

        def kept(profile: str | None) -> None:
            if profile:
                self.open_profile(profile)

        self.push_screen(LoginDialog(self.environ, name), kept)

    def action_help(self) -> None:
        """Show every key that works here."""
        from console.app.dialogs.help import HelpDialog  # noqa: PLC0415 - when asked for

        self.push_screen(HelpDialog(self.screen))

    def action_interrupted(self) -> None:
        """Say how to quit; a reflex must not end a night's work."""
        self.say("q or ctrl+q quits")

    def write_to_terminal(self, sequence: str) -> None:
        """Write a control sequence that this program made to the terminal, past the screen."""
        if self._driver:
            self._driver.write(sequence)
            self._driver.flush()

    def say(self, sentence: str, *, tone: str = "notice") -> None:
        """Say one sentence where the present screen says such things."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, FrameScreen):
                screen.say(sentence, tone=tone)
                return

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every key's action, every screen, the themes, and listings without a key."""
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.action in seen or not active.enabled or not binding.description:
                continue
            seen.add(binding.action)
            yield SystemCommand(
                binding.description,
                binding.tooltip or f"key {self.get_key_display(binding)}",
                lambda active=active: self.call_later(
                    self.run_action, active.binding.action, active.node
                ),
            )
        for word, theme in _NAMES_OF_THEMES.items():
            yield SystemCommand(
                f"Theme: {word}",
                "colours",
                lambda theme=theme: self.use_theme(theme),
            )

    def use_theme(self, theme: str) -> None:
        """Use a theme from now on."""
        self.theme = theme
        if problem := self.memory.put("app", "theme", theme):
            self.say(problem, tone="warning")


def service_screen(name: str) -> Screen[None]:
    """Return the screen of a listing: its own where it has one, else the one that any has."""
    module = f"console.app.screens.{LISTINGS[name].module}"
    if LISTINGS[name].key and find_spec(module):
        made: Screen[None] = import_module(module).SCREEN(name)
        return made
    from console.app.screens.service import ServiceScreen  # noqa: PLC0415 - loads pydantic

    return ServiceScreen(name)
