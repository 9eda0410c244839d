"""Picks another profile: every one that there is, with what is to be known before it is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console import access
from console.access import Listed
from console.app.dialogs.told import told
from console.app.widgets.context_line import COLOURS
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import TextControl
from console.errors import ConsoleError
from console.profiles import choice, environment
from console.profiles.choice import Choice, Reason
from console.profiles.entry import Entry
from console.text import cell


@dataclass(frozen=True, slots=True)
class Picked:
    """The profile `name` is to be used."""

    name: str


@dataclass(frozen=True, slots=True)
class LoginWanted:
    """A login is asked for: again to the profile `name`, or a new one where that is empty."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class DemoWanted:
    """The emulated cloud is asked for."""


Answer: TypeAlias = Picked | LoginWanted | DemoWanted


class ProfilesDialog(Dialog[Answer]):
    """Lists the profiles; what is picked holds for this run, unless it is kept as the default."""

    DEFAULT_CSS = """
    ProfilesDialog > .dialog-frame { width: 76; }
    ProfilesDialog OptionList {
        height: auto; padding: 0; background: $surface; display: none;
    }
    """
    TITLE_TEXT = "Profiles"
    AUTO_FOCUS = ""  # the first of its widgets is the line that narrows, hidden as yet
    KEYS_TEXT = (
        "enter uses it in this run · u makes it the default · l logs in again · "
        "n adds one · / narrows the list · escape leaves"
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash",
            "narrow",
            "Narrow",
            key_display="/",
            id="profiles.narrow",
            tooltip="narrow the list to what has some words",
        ),
        Binding(
            "u",
            "use",
            "Make it the default",
            id="profiles.use",
            tooltip="make it the default, for later runs too",
        ),
        Binding("l", "log_in", "Log in again", id="profiles.log-in", tooltip="log in to it again"),
        Binding("n", "new", "Log in anew", id="profiles.new", tooltip="log in to a new profile"),
        Binding("d", "demo", "Demo", id="profiles.demo", tooltip="a cloud on this machine"),
        Binding("j", "move(1)", "the next profile", show=False, id="profiles.down"),
        Binding("k", "move(-1)", "the profile before", show=False, id="profiles.up"),
    ]

    class Read(Message):
        """The file of profiles was read."""

        def __init__(
            self, listed: Sequence[Listed], default: Choice | None, notice: str = ""
        ) -> None:
            super().__init__()
            self.notice = notice
            self.listed = listed
            self.default = default

    class Refused(Message):
        """The file could not be read, or the choice not be kept."""

        def __init__(self, error: ConsoleError) -> None:
            super().__init__()
            self.error = error

    class Used(Message):
        """Another profile is the default now."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(
        self, environ: Mapping[str, str], *, present: str = "", demo: bool = False
    ) -> None:
        """Say where one is.

        Args:
            environ: the environment variables.
            present: the profile in use; empty where none is.
            demo: whether there is an emulated cloud to try.
        """
        super().__init__()
        self._environ = environ
        self._present = present
        self._has_demo = demo
        self._listed: Sequence[Listed] = ()
        self._default: Choice | None = None
        self._plain = ""  # the profile whose badges are shown without colours

    def compose_body(self) -> ComposeResult:
        """Compose the list, and the line that narrows it."""
        yield TextControl(placeholder="(type to narrow the list)")
        yield Static(Content("reading the profiles …"), id="said")
        yield OptionList(markup=False, compact=True)

    def on_mount(self) -> None:
        """Read the profiles, without holding up the picture."""
        self.query_one(TextControl).display = False
        if self._has_demo:
            self.tell_keys(f"{self.KEYS_TEXT} · d opens the demo")
        self._read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the demo where there is one."""
        del parameters
        return self._has_demo if action == "demo" else True

    def _read(self, notice: str = "") -> None:
        """Read the profiles; when they are shown, say `notice`, which is safe to show."""

        def read() -> None:
            try:
                listed = access.listed(self._environ)
            except ConsoleError as error:
                self.post_message(self.Refused(error))
                return
            if choice.has_credentials(self._environ):
                listed.append(Listed(environment.NAME))
            try:
                default = choice.choose(self._environ)
            except ConsoleError:
                default = None
            self.post_message(self.Read(listed, default, notice))

        self.run_worker(read, thread=True, group="read")

    def on_profiles_dialog_read(self, message: Read) -> None:
        """Show the profiles."""
        self._listed, self._default = message.listed, message.default
        if not self._listed:
            keys = " and d shows the demo" if self._has_demo else ""
            self._say(Content(f"There is no profile yet: n logs in{keys}."))
            return
        self.query_one("#said").display = False
        self._show()
        if message.notice:
            self._say(Content(message.notice))
        listed = self.query_one(OptionList)
        if not self.query_one(TextControl).has_focus:
            listed.focus()

    def _show(self) -> None:
        """Show the profiles that have every word typed, the cursor where it was."""
        words = self.query_one(TextControl).value.casefold().split()
        listed = self.query_one(OptionList)
        at = self._highlighted() or self._present
        listed.clear_options()
        shown = [
            each
            for each in self._listed
            if all(word in self._content(each).plain.casefold() for word in words)
        ]
        listed.add_options(Option(self._content(each), id=each.name) for each in shown)
        self._plain = ""
        listed.display = bool(shown)
        names = [each.name for each in shown]
        if names:
            listed.highlighted = names.index(at) if at in names else 0
            self.query_one("#said").display = False
        elif self._listed:
            self._say(Content(f"none of {len(self._listed)} profiles has these words"))

    def _content(self, each: Listed, *, at_cursor: bool = False) -> Content:
        default = self._default is not None and each.name == self._default.name
        badges = [
            Content("in use" * (each.name == self._present)),
            Content("the default" * default),
        ]
        if each.entry and each.entry.production:
            badges.append(Content.styled("PRODUCTION", "bold" if at_cursor else "bold $text-error"))
        if each.entry and each.entry.read_only:
            badges.append(
                Content.styled("READ-ONLY", "bold" if at_cursor else "bold $text-warning")
            )
        said = Content(" · ").join(filter(None, badges))
        mark = "*" if each.name == self._present else " "
        first = Content.assemble(f"{mark} ", (cell(each.name), "bold"), "  ", said)
        if each.problem:
            second = Content(f"! {cell(each.problem)}")
        elif each.entry:
            second = _facts(each.entry)
        else:
            second = Content("made of the environment variables")
        return Content("\n  ").join([first, second])

    def _highlighted(self) -> str:
        option = self.query_one(OptionList).highlighted_option
        return option.id or "" if option else ""

    def _say(self, words: Content) -> None:
        said = self.query_one("#said", Static)
        said.update(words)
        said.display = True

    def on_profiles_dialog_refused(self, message: Refused) -> None:
        """Say why it did not work."""
        self._say(told(message.error))

    @on(OptionList.OptionHighlighted)
    def _show_cursor(self, message: OptionList.OptionHighlighted) -> None:
        """Take the badges' colours where the cursor is, whose own colour they would not go with."""
        message.stop()
        listed, at = self.query_one(OptionList), message.option_id or ""
        if at != self._highlighted() or at == self._plain:
            return
        before, self._plain = self._plain, at
        shown = {option.id for option in listed.options}
        for each in self._listed:
            if each.name in {before, at} & shown:
                content = self._content(each, at_cursor=each.name == at)
                listed.replace_option_prompt(each.name, content)

    @on(OptionList.OptionSelected)
    def _pick(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._use_now(message.option.id or "")

    def _use_now(self, name: str) -> None:
        for each in self._listed:
            if each.name == name and each.problem:
                self._say(Content(f"{cell(name)} cannot be used: {cell(each.problem)}"))
                return
        if name:
            self.dismiss(Picked(name))

    def action_use(self) -> None:
        """Make the profile the one that later runs begin with."""
        if not (name := self._highlighted()):
            return

        def use() -> None:
            try:
                access.switch(self._environ, name)
            except ConsoleError as error:
                self.post_message(self.Refused(error))
            else:
                self.post_message(self.Used(name))

        self.run_worker(use, thread=True, group="use")

    def on_profiles_dialog_used(self, message: Used) -> None:
        """Say what became of it, and what stands in the way."""
        said = f"console begins with {cell(message.name)} from now on"
        if self._environ.get(str(Reason.VARIABLE)):
            said += f"; but while {Reason.VARIABLE} is set, that decides"
        self._read(said)

    def action_log_in(self) -> None:
        """Ask for a login to the profile."""
        name = self._highlighted()
        if name == environment.NAME:
            self._say(Content("that profile is made of variables: there is nothing to log in to"))
        elif name:
            self.dismiss(LoginWanted(name))

    def action_new(self) -> None:
        """Ask for a login that makes a profile."""
        self.dismiss(LoginWanted())

    def action_demo(self) -> None:
        """Ask for the emulated cloud."""
        self.dismiss(DemoWanted())

    def action_move(self, step: int) -> None:
        """Go to the next one, or the one before."""
        listed = self.query_one(OptionList)
        (listed.action_cursor_down if step > 0 else listed.action_cursor_up)()

    # Narrowing

    def action_narrow(self) -> None:
        """Type words; the profiles that have them all stay."""
        line = self.query_one(TextControl)
        line.display = True
        line.focus()

    @on(Input.Changed)
    def _narrowed(self, message: Input.Changed) -> None:
        message.stop()
        self._show()

    @on(Input.Submitted)
    def _narrowed_enough(self, message: Input.Submitted) -> None:
        message.stop()
        if len(self.query_one(OptionList).options) == 1:
            self._use_now(self._highlighted())
        else:
            self.query_one(OptionList).focus()

    def action_leave(self) -> None:
        """Take back what narrows the list; leave where nothing does."""
        line = self.query_one(TextControl)
        if not line.display:
            self.dismiss(None)
            return
        line.value = ""
        line.display = False
        self.query_one(OptionList).focus()


def _facts(entry: Entry) -> Content:
    kept = "asked for in each run" if entry.store == "session" else f"secret in the {entry.store}"
    parts = [
        Content(cell(entry.region)),
        Content(entry.auth.replace("-", " ")),
        Content(kept),
    ]
    if entry.colour:
        parts.append(Content.assemble(("■ ", COLOURS.get(entry.colour, "")), entry.colour))
    if entry.endpoint or entry.endpoints:
        parts.append(Content("its own endpoint"))
    return Content(" · ").join(parts)
