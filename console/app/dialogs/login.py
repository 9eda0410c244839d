"""Logs in: a profile is described, tried against the cloud, and kept.

The order is the operator's: the store is tried first, then the cloud is asked, and only then is
anything kept. Whatever goes wrong is said on the dialog, with everything typed still there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console import access, login
from console.app.ask import Asker
from console.app.dialogs import login_answers
from console.app.dialogs.login_answers import Circumstances
from console.app.dialogs.login_attempt import Attempt, RefusedError
from console.app.dialogs.login_form import LoginForm
from console.app.dialogs.login_states import StoreStates
from console.app.dialogs.told import told
from console.app.dialogs.workspaces import WorkspacesDialog
from console.app.tones import MUTED
from console.app.widgets.answer_box import AnswerBox
from console.app.widgets.dialog import Dialog
from console.client.client import Client
from console.errors import ConsoleError
from console.profiles import choice, paths
from console.profiles.entry import FILLED_BY_OTHERS, Entry, EntryError
from console.profiles.found import Found
from console.profiles.profile import DEFAULT_REGION
from console.profiles.stores.store import NAMES, Probe, Secrets
from console.text import cell

_FIRST_NAME: Final = "default"
_KEYS: Final = "enter logs in · up, down move · left, right choose · escape leaves"


class LoginDialog(Dialog[str]):
    """Makes a profile, or gives one its secret again; answers with its name once it is kept."""

    DEFAULT_CSS = """
    LoginDialog > .dialog-frame { height: 100%; max-height: 30; }
    LoginDialog .dialog-body { height: 1fr; }
    LoginDialog #about { color: $text-muted; }
    LoginDialog .dialog-keys { max-height: 6; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "Log in", id="login.submit"),
        Binding("down", "app.focus_next", "Next field", show=False, id="login.next"),
        Binding("up", "app.focus_previous", "Field before", show=False, id="login.previous"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="login.page-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="login.page-up"),
    ]
    KEYS_TEXT = _KEYS
    AUTO_FOCUS = ""  # what is known already is filled in before anything has the focus

    class Progressed(Message):
        """The next step has begun."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Probed(Message):
        """A store was probed."""

        def __init__(self, store: str, probe: Probe) -> None:
            super().__init__()
            self.store = store
            self.probe = probe

    class Failed(Message):
        """A step went wrong; nothing was kept."""

        def __init__(self, error: ConsoleError, key: str = "") -> None:
            super().__init__()
            self.error = error
            self.key = key

    class Kept(Message):
        """The profile and its secret are kept."""

        def __init__(self, notices: list[str]) -> None:
            super().__init__()
            self.notices = notices

    def __init__(
        self, environ: Mapping[str, str], name: str = "", *, taken: Found | None = None
    ) -> None:
        """Say which profile.

        Args:
            environ: the environment variables.
            name: the profile to log in to again; one that there is not, or none, is made.
            taken: a credential that was found, and is not typed.
        """
        super().__init__()
        self._environ = environ
        self._profile_name = name or (taken.name if taken else "")
        self._taken = taken
        self._before: Entry | None = None
        self._unreadable: ConsoleError | None = None
        stores = [each for each in NAMES if not (taken and each in FILLED_BY_OTHERS)]
        self._form = LoginForm(StoreStates(stores), Circumstances(taken=taken is not None))
        self._step = ""
        self._finished = False
        try:
            self._read_profiles()
        except ConsoleError as error:
            self._unreadable = error

    def _read_profiles(self) -> None:
        names = access.book(self._environ).names()
        again = self._profile_name in names and self._taken is None
        if again:
            self._before = access.book(self._environ).entry(self._profile_name)
            names = ()
        self._form.given = Circumstances(
            names=names,
            taken=self._taken is not None,
            new_file=not paths.secrets_file(self._environ).exists(),
        )

    def title_text(self) -> str:
        """Return what is done here."""
        if self._before:
            return f"Log in again: {self._profile_name}"
        return f"Import {self._taken.name}" if self._taken else "Log in"

    def compose_body(self) -> ComposeResult:
        """Compose the questions."""
        yield Static(Content("\n").join(self._about()), id="about")
        yield self._form

    def _about(self) -> list[Content]:
        lines = []
        if self._taken:
            lines.append(Content(f" The credential is that of {cell(self._taken.source)}."))
            if self._taken.warning:
                lines.append(Content.styled(f" {cell(self._taken.warning)}", "$text-warning"))
        if said := sorted(choice.overrides(self._environ)):
            names = cell(", ".join(said))
            lines.append(Content(f" Variables win over the profile in this run: {names}"))
        return lines

    def on_mount(self) -> None:
        """Answer what is known already, and begin to probe the stores."""
        self.query_one("#about").display = bool(self._about())
        asker = Asker.of(self.app)
        passphrase = asker.passphrase(self._environ)
        form = self._form
        typed = asker.asks_passphrase(self._environ) and (
            not passphrase.known or form.given.new_file
        )
        form.given = replace(form.given, passphrase=typed)
        known = login_answers.answers(self._before) if self._before else {}
        if self._taken:
            known["region"] = str(self._taken.fields.get("region", ""))
        first = self._profile_name or ("" if _FIRST_NAME in form.given.names else _FIRST_NAME)
        known |= {"name": first, "region": known.get("region") or DEFAULT_REGION}
        form.begin(known, named=self._before is not None)
        for name in form.stores.waiting:
            self._probe(name)
        if self._unreadable:
            self._tell(told(self._unreadable))
        form.go_to_first_open()

    def _probe(self, store: str) -> None:
        passphrase = Asker.of(self.app).passphrase(self._environ)

        def probe() -> None:
            try:
                found = login.probe(store, self._environ, passphrase=passphrase)
            except ConsoleError as error:
                found = Probe(usable=False, sentence=error.sentence, backend="")
            self.post_message(self.Probed(store, found))

        self.run_worker(probe, thread=True, group="probe")

    def on_login_dialog_probed(self, message: Probed) -> None:
        """Say what is known of the store."""
        self._form.learn(message.store, message.probe)

    # Enter

    @on(AnswerBox.Submitted)
    def action_submit(self) -> None:
        """Look at every answer; then try the store, ask the cloud, and keep the profile."""
        if self._finished:
            self._leave_with(self._profile_name)
            return
        if self._step:
            return
        form, values = self._form, self._form.values
        if not form.is_complete():
            if not values["store"]:
                words = "The stores are being probed: choose one, or wait."
                self._tell(Content.styled(words, "bold"))
            return
        taken = self._taken.fields if self._taken else None
        keys = frozenset(each.key for each in form.asked)
        try:
            entry = login_answers.entry_of(values, keys, before=self._before, taken=taken)
        except EntryError as error:
            self._fail(error, error.where[-1] if error.where else "")
            return
        self._profile_name = values["name"]
        if "passphrase" in keys:
            Asker.of(self.app).give(self._environ, form.secret("passphrase"))
        self._step = "trying"
        secrets = dict(self._taken.secrets) if self._taken else form.secrets()
        self.run_worker(self._log_in(entry, secrets), group="login", exclusive=True)

    async def _log_in(self, entry: Entry, typed: Secrets) -> None:
        attempt = Attempt(
            self._environ,
            self._profile_name,
            Asker.of(self.app).passphrase(self._environ),
            say=lambda words: self.post_message(self.Progressed(words)),
            pick=self._picked_workspace,
        )
        try:
            accepted = await attempt.accepted(entry, typed)
            self._step = "keeping"  # from here on nothing stops it half-way
            notices = await attempt.kept(accepted)
        except RefusedError as refused:
            self.post_message(self.Failed(refused.error, refused.key))
        else:
            self.post_message(self.Kept(notices))

    async def _picked_workspace(self, client: Client) -> str:
        reason = "The review messages of one workspace are shown; escape takes none for now."
        chosen = await self.app.push_screen_wait(WorkspacesDialog(client, reason=reason))
        return chosen.id if chosen else ""

    # What became of it

    def on_login_dialog_progressed(self, message: Progressed) -> None:
        """Say which step it is."""
        if self._step:  # not stopped meanwhile
            self._tell(Content.styled(message.words, "bold"), keys="escape stops")

    def on_login_dialog_failed(self, message: Failed) -> None:
        """Say what went wrong; everything typed is still there."""
        if self._step:
            self._fail(message.error, message.key)

    def _fail(self, error: ConsoleError, key: str) -> None:
        self._step = ""
        self._form.tell(key, cell(error.sentence))
        nothing = Content.styled("Nothing was kept.", "bold")
        self._tell(Content("\n").join([told(error), nothing]))

    def on_login_dialog_kept(self, message: Kept) -> None:
        """Answer with the name; say first what the operator should know."""
        self._step, self._finished = "", True
        if not message.notices:
            self._leave_with(self._profile_name)
            return
        lines = [Content(cell(each)) for each in message.notices]
        ready = Content.styled(f"profile {cell(self._profile_name)} is ready", "bold")
        self._tell(Content("\n").join([ready, *lines]), keys="enter uses it")

    def _tell(self, words: Content, *, keys: str = _KEYS) -> None:
        """Say something above the keys, where it is seen however the questions are scrolled."""
        line = self.query_one(".dialog-keys", Static)
        line.update(Content("\n").join([words, Content.styled(keys, MUTED)]))

    def action_page(self, pages: int) -> None:
        """Scroll the questions."""
        body = self.query_one(".dialog-body")
        body.scroll_relative(y=pages * body.size.height, animate=False)

    def action_leave(self) -> None:
        """Stop what is under way; leave where nothing is."""
        if self._finished:
            self._leave_with(self._profile_name)
        elif self._step == "trying":
            self.workers.cancel_group(self, "login")
            self._step = ""
            self._tell(Content.styled("Stopped. Nothing was kept.", "bold"))
        elif not self._step:
            self._leave_with(None)

    def _leave_with(self, name: str | None) -> None:
        """Forget what was typed, and answer."""
        self._form.forget()
        self.dismiss(name)
