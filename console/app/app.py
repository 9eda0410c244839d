"""The application: its screens, its profile, and the keys that work everywhere."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar, Final

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from console.app import terminal
from console.app.memory import Memory
from console.app.opening import DEMO, Open
from console.app.preparation import Preparation
from console.app.screens.frame import FrameScreen
from console.app.screens.overview import OverviewScreen
from console.app.sending import SendingApp
from console.app.sends import KEY as SENT_KEY
from console.services import LISTINGS
from console.text import Json

OVERVIEW: Final = "overview"
SENT: Final = "sent"

THEMES: Final = ("textual-dark", "textual-light", "ansi-dark", "ansi-light")
"""The themes offered: dark and light, in colours of their own and in the terminal's."""

_NAMES_OF_THEMES: Final = dict(zip(("dark", "light", *THEMES[2:]), THEMES, strict=True))


class ConsoleApp(SendingApp[None]):
    """The console on a terminal.

    Attributes:
        zone: the zone that times are shown in; None for this machine's.
        memory: what is remembered between two runs.
        modes: the screens, each its key and its name.
        preparation: what is made ready before it is asked for.
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
        Binding(SENT_KEY, f"mode('{SENT}')", "Sent", id="app.sent", show=False),
        Binding("ctrl+o", "profiles", "Profile", id="app.profiles", tooltip="use another profile"),
        Binding(
            "z", "zone", "UTC/local", id="app.zone", show=False, tooltip="times in UTC or local"
        ),
        Binding("question_mark", "help", "Keys", id="app.help", show=False, key_display="?"),
        # Where letters are typed, and in dialogs.
        Binding("f1", "help", "Keys", id="app.help-anywhere", show=False, priority=True),
        Binding("q", "quit", "Quit", id="app.quit", show=False),
        Binding("ctrl+q", "quit", "Quit", id="app.quit-always", show=False, priority=True),
        Binding("ctrl+c", "interrupted", "Quit?", id="app.interrupt", show=False, system=True),
    ]

    class Kept(Message):
        """What is remembered was written; `problem` says why it was not."""

        def __init__(self, problem: str) -> None:
            self.problem = problem
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
        super().__init__(environ, read_only=read_only, demo=demo)
        self.zone = zone
        self.opening = DEMO if begin_with_demo else (profile_name or "profile")
        self.memory = Memory(environ)
        self.preparation = Preparation(self)
        self._not_kept = ""
        self._local_zone = zone
        self._begin = (profile_name, begin_with_demo)
        self._now = now
        self.modes: list[tuple[str, str]] = [
            ("0", "Overview"),
            *((each.key, each.name) for each in LISTINGS.values() if each.key),
            (SENT_KEY, "Sent"),
        ]
        self.add_mode(OVERVIEW, partial(self._styled, OverviewScreen))
        for name, each in LISTINGS.items():
            if each.key:
                self.add_mode(name, partial(self._styled, partial(service_screen, name)))
        self.add_mode(SENT, partial(self._styled, sent_screen))

    def _styled(self, make: Callable[[], Screen[None]]) -> Screen[None]:
        """Make a screen that takes its styles in the colours of now, which it does as it comes.

        Textual takes a new screen for one of before the last change of colours: it would read all
        styles again, twice, and style the screen before and this one once more.
        """
        screen = make()
        self.stylesheet.apply(self)  # what a screen inherits has to be there when it is first drawn
        screen._css_update_count = self._css_update_count  # noqa: SLF001 - nothing else says so
        return screen

    def now(self) -> datetime:
        """Return the time, aware."""
        return self._now() if self._now else datetime.now(UTC)

    def on_mount(self) -> None:
        """Show the first picture, then open the profile and read what was remembered."""
        self.animation_level = "none"
        self.call_after_refresh(self._after_first_picture)

    def _after_first_picture(self) -> None:
        name, demo = self._begin
        if demo:
            self.open_demo()
        else:
            self.open_profile(name)
        self._take_remembered()
        self.drafts.look()

    def _take_remembered(self) -> None:
        from console.app import keys  # noqa: PLC0415 - after the first picture

        chosen, problem = keys.read(self.environ)
        if chosen:
            self.set_keymap(chosen)
            problem = keys.wrong(chosen, keys.known_ids())
        if problem:
            self.say(problem, tone="warning")
        theme = self.memory.get("app", "theme")
        if isinstance(theme, str) and theme in THEMES:
            self.theme = theme
        elif terminal.few_colours(self.environ):
            self.theme = "ansi-dark"

    # Keys that work everywhere

    def key_heard(self) -> None:
        """Take back what was said before this key; what it brings about is said anew."""
        self.preparation.key_heard()
        if isinstance(self.screen, FrameScreen):
            self.screen.quiet()

    async def action_mode(self, name: str) -> None:
        """Open a screen, where there is a profile for it, or one is being opened."""
        if isinstance(self.screen, FrameScreen):
            await self.switch_mode(name)

    def action_zone(self) -> None:
        """Show times in UTC, or in the zone of before."""
        self.zone = self._local_zone if self.zone is UTC else UTC
        now = self.now()
        if now.astimezone(self._local_zone).tzname() == "UTC":
            self.say("times are in UTC, which is this machine's zone too")
        for screen in self.frames():
            screen.tell_context()
            zone_changed = getattr(screen, "zone_changed", None)
            if zone_changed:
                zone_changed()

    def action_help(self) -> None:
        """Show every key that works here; or no longer."""
        from console.app.dialogs.help import HelpDialog  # noqa: PLC0415 - when asked for

        if isinstance(self.screen, HelpDialog):
            self.screen.dismiss(None)
        else:
            self.push_screen(HelpDialog(self.screen))

    def action_interrupted(self) -> None:
        """Say how to quit; a reflex must not end a night's work."""
        self.say("ctrl+q quits" if self.types else "q or ctrl+q quits")

    @property
    def types(self) -> bool:
        """Whether a letter would be typed where the focus is, and be no key."""
        return self.focused is not None and self.focused.check_consume_key("q", "q")

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
            meaning = f": {binding.tooltip}" if binding.tooltip else ""  # it is searched too
            yield SystemCommand(
                f"{binding.description}{meaning}",
                f"key {self.get_key_display(binding)}",
                lambda active=active: self.call_later(
                    self.run_action, active.binding.action, active.node
                ),
            )
        yield SystemCommand(
            "Bell at the end of a send: on or off", "the terminal's bell", self.action_ring
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
        self.remember("app", "theme", theme)

    # What is remembered

    def remember(self, screen: str, name: str, value: Json) -> None:
        """Keep a value for a screen, in this run at once; None forgets it."""
        self.memory.put(screen, name, value)
        self.keep_memory()

    def keep_memory(self) -> None:
        """Write what is to be remembered; say where that cannot be, once for each reason."""
        self.run_worker(self._keep_memory(), group="memory")

    async def _keep_memory(self) -> None:
        self.post_message(self.Kept(await self.memory.keep()))

    @on(Kept)
    def _tell_kept(self, message: Kept) -> None:
        message.stop()
        before, self._not_kept = self._not_kept, message.problem
        if message.problem and message.problem != before:
            self.say(message.problem, tone="warning")

    async def on_unmount(self) -> None:
        """Write what still waits to be remembered."""
        self.preparation.end()
        await self.memory.keep()


def service_screen(name: str) -> Screen[None]:
    """Return the screen of a listing: its own where it has one, else the one that any has."""
    module = f"console.app.screens.{LISTINGS[name].module}"
    if LISTINGS[name].key and find_spec(module):
        made: Screen[None] = import_module(module).SCREEN(name)
        return made
    from console.app.screens.service import ServiceScreen  # noqa: PLC0415 - loads pydantic

    return ServiceScreen(name)


def sent_screen() -> Screen[None]:
    """Return the screen of what was sent."""
    from console.app.screens.sent import SCREEN  # noqa: PLC0415 - as `service_screen`

    made: Screen[None] = SCREEN(SENT)
    return made
