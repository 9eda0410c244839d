"""The first screen of a first run, and of one whose profile could not be opened."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console import access
from console.access import Listed
from console.app.dialogs.told import told
from console.errors import ConsoleError, CredentialsError
from console.profiles import environment
from console.profiles.choice import NoProfileError
from console.profiles.found import Found, found
from console.text import cell

_WHAT: Final = (
    "Who was not notified, and why: notifications of Huawei Cloud's desktops, checks, notices and "
    "reviews."
)
_FIRST: Final = "There is no profile yet. A profile is a named way in; begin with:"
_FIRST_SHORT: Final = "There is no profile yet."
_AGAIN: Final = "What now?"
_WORDS_CELLS: Final = 14
_DEMO: Final = "demo"
_WIDE: Final = 60
_TALL: Final = 16


class WelcomeScreen(Screen[None]):
    """Says what this is, and offers the ways in; whoever shows it acts on its messages."""

    DEFAULT_CSS = """
    WelcomeScreen { layout: vertical; }
    WelcomeScreen #welcome { height: 1fr; padding: 1 2; }
    WelcomeScreen.-short #welcome { padding: 0 1; }
    WelcomeScreen #welcome > Static { height: auto; margin-bottom: 1; max-width: 76; }
    WelcomeScreen.-short #welcome > Static { margin-bottom: 0; }
    WelcomeScreen OptionList {
        height: auto; padding: 0; max-width: 76; background: $background;
    }
    WelcomeScreen #welcome-keys { height: 1; padding: 0 2; color: $text-muted; }
    WelcomeScreen.-short #welcome-keys { padding: 0 1; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]  # noqa: RUF012 - Textual's own declaration

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "r",
            "choose('retry')",
            "Try again",
            id="welcome.retry",
            tooltip="open the profile once more",
        ),
        Binding("l", "choose('login')", "Log in", id="welcome.log-in", tooltip="log in"),
        Binding(
            "i",
            "choose('import')",
            "Import",
            id="welcome.import",
            tooltip="import what other tools keep",
        ),
        Binding(
            "d", "choose('demo')", "Demo", id="welcome.demo", tooltip="a cloud on this machine"
        ),
        Binding("q", "choose('quit')", "Quit", id="welcome.quit", tooltip="quit"),
        Binding("j", "move(1)", "the next way", show=False, id="welcome.down"),
        Binding("k", "move(-1)", "the way before", show=False, id="welcome.up"),
    ]

    class DemoAsked(Message):
        """The emulated cloud is asked for."""

    class ImportAsked(Message):
        """What was found is to be imported."""

    class LoginAsked(Message):
        """A login is asked for: again to the profile `name`, or a new one where it is empty."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class ProfileChosen(Message):
        """The profile `name` is to be opened; the empty name is what was tried before."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class Looked(Message):
        """What there is was looked up."""

        def __init__(
            self, listed: Sequence[Listed], offered: Sequence[Found], error: ConsoleError | None
        ) -> None:
            super().__init__()
            self.listed = listed
            self.offered = offered
            self.error = error

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        error: ConsoleError | None = None,
        name: str = "",
        demo: bool = False,
    ) -> None:
        """Say what went before.

        Args:
            environ: the environment variables.
            error: why no profile is open; None on a first run.
            name: the profile that could not be opened; empty where none was named.
            demo: whether there is an emulated cloud to try.
        """
        super().__init__()
        self._environ = environ
        self._error = error
        self._tried = name
        self._has_demo = demo
        self._listed: Sequence[Listed] = ()
        self._offered: Sequence[Found] | None = None

    def compose(self) -> ComposeResult:
        """Compose a few lines and the ways in."""
        with VerticalScroll(id="welcome", can_focus=False):
            yield Static(id="what")
            yield Static(id="why")
            yield OptionList(markup=False, compact=True)
        yield Static(Content("up, down and enter, or the letter"), id="welcome-keys")

    def on_mount(self) -> None:
        """Show the ways in, and look for more."""
        self._show()
        self.query_one(OptionList).focus()

        def look() -> None:
            listed: Sequence[Listed] = ()
            error = None
            try:
                listed = access.listed(self._environ)
            except ConsoleError as refused:
                error = refused
            self.post_message(self.Looked(listed, found(self._environ), error))

        self.run_worker(look, thread=True, group="look")

    @property
    def _is_wide(self) -> bool:
        """Whether there is room for more than the least."""
        return self.app.size.width >= _WIDE and self.app.size.height >= _TALL

    def on_resize(self) -> None:
        """Say as much as there is room for."""
        self._show()

    def on_welcome_screen_looked(self, message: Looked) -> None:
        """Offer what there is."""
        self._listed, self._offered = message.listed, message.offered
        self._error = self._error or message.error
        self._show()

    @property
    def _is_first(self) -> bool:
        """Whether nothing is wrong but that there is no profile yet."""
        quiet = self._error is None or isinstance(self._error, NoProfileError)
        return quiet and not self._listed

    def _show(self) -> None:
        """Show what is known by now; the cursor stays where it is."""
        first = self._is_first
        title = Content.styled("Notification console", "bold $text-accent")
        lines = [title, Content(_WHAT)] if first and self._is_wide else [title]
        self.query_one("#what", Static).update(Content("\n").join(lines))
        said = _FIRST if self._is_wide else _FIRST_SHORT
        why = [Content(said if first else _AGAIN)]
        if self._error and not first:
            named = [each.name for each in self._listed if each.name == self._tried]
            which = [Content(f"Profile {cell(name)} could not be opened.") for name in named]
            why = [*which, told(self._error), Content(""), *why]
        self.query_one("#why", Static).update(Content("\n").join(why))
        ways = self.query_one(OptionList)
        at = ways.highlighted_option.id if ways.highlighted_option else None
        ways.clear_options()
        options = self._options()
        ways.add_options(options)
        ids = [each.id for each in options]
        ways.highlighted = ids.index(at) if at in ids and not options[ids.index(at)].disabled else 0

    def _options(self) -> list[Option]:
        options = []
        if self._error and not self._is_first:
            options.append(_option("retry", "r", "Try again", "open the profile once more"))
        options += [
            _option(f"profile {each.name}", " ", "Use", cell(each.name))
            for each in self._listed
            if not each.problem and (each.name != self._tried or not self._error)
        ]
        wide = self._is_wide
        again = cell(self._again)
        login = f"to {again} again" if again else "with an access key, a token or a password" * wide
        options.append(_option("login", "l", "Log in", login))
        options.append(_option("import", "i", "Import", self._found_words(), off=not self._offered))
        if self._has_demo:
            demo = "a cloud on this machine; nothing in it is real" if wide else "nothing is real"
            options.append(_option("demo", "d", "Demo", demo))
        options.append(_option("quit", "q", "Quit", ""))
        return options

    @property
    def _again(self) -> str:
        """The profile that a login is for; empty for a new one."""
        named = [each.name for each in self._listed if each.name == self._tried]
        return named[0] if named and isinstance(self._error, CredentialsError) else ""

    def _found_words(self) -> str:
        if self._offered is None:
            return "looking for what other tools keep …" if self._is_wide else "looking …"
        if not self._offered:
            return "nothing was found that other tools keep" if self._is_wide else "nothing found"
        if not self._is_wide:
            return ", ".join(cell(each.name) for each in self._offered)
        return "; ".join(f"{cell(each.name)}: {cell(each.source)}" for each in self._offered)

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.action_choose(message.option.id or "")

    def action_choose(self, way: str) -> None:
        """Go one of the ways, where it is offered."""
        offered = {each.id for each in self.query_one(OptionList).options if not each.disabled}
        if way not in offered:
            return
        if way == "quit":
            self.app.exit()
        elif way == "retry" and self._tried != _DEMO:
            known = {environment.NAME, *(each.name for each in self._listed)}
            self.post_message(self.ProfileChosen(self._tried if self._tried in known else ""))
        elif way in {_DEMO, "retry"}:
            self.post_message(self.DemoAsked())
        elif way == "import":
            self.post_message(self.ImportAsked())
        elif way == "login":
            self.post_message(self.LoginAsked(self._again))
        else:
            self.post_message(self.ProfileChosen(way.removeprefix("profile ")))

    def action_move(self, step: int) -> None:
        """Go to the next way, or the one before."""
        ways = self.query_one(OptionList)
        (ways.action_cursor_down if step > 0 else ways.action_cursor_up)()


def _option(way: str, key: str, words: str, meaning: str, *, off: bool = False) -> Option:
    said = Content.assemble(
        (f" {key} ", "bold"),
        (f"{words:<{_WORDS_CELLS}}", "bold"),
        meaning,
    )
    return Option(said, id=way, disabled=off)
