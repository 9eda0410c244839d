"""Logs in: a profile is described, tried against the cloud, and kept.

The order is the operator's: the store is tried first, then the cloud is asked, and only then is
anything kept. Whatever goes wrong is said on the dialog, with everything typed still there.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Static

from console import access
from console.app.ask import Asker
from console.app.dialogs import login_answers
from console.app.dialogs.asking import passphrase_problem
from console.app.dialogs.login_answers import QUESTIONS, SECRETS, Circumstances, Question
from console.app.dialogs.login_attempt import Attempt, RefusedError
from console.app.dialogs.login_states import StoreStates
from console.app.dialogs.told import told
from console.app.dialogs.workspaces import WorkspacesDialog
from console.app.tones import MUTED
from console.app.widgets.answer_box import AnswerBox, Control
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import ChoiceControl, TextControl
from console.app.widgets.secret_control import SecretControl
from console.client.client import Client
from console.errors import ConsoleError
from console.profiles import choice, paths
from console.profiles.entry import Entry, EntryError
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
        self._stores = StoreStates(
            [each for each in NAMES if not (taken and each in access.FILLED_BY_OTHERS)]
        )
        self._before: Entry | None = None
        self._unreadable: ConsoleError | None = None
        self._given = Circumstances(taken=taken is not None)
        self._boxes = {
            each.key: AnswerBox(each.key, each.title, self._control(each)) for each in QUESTIONS
        }
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
        self._given = Circumstances(
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
        yield from self._boxes.values()

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
        typed = asker.asks_passphrase(self._environ) and (
            not passphrase.known or self._given.new_file
        )
        self._given = replace(self._given, passphrase=typed)
        known = login_answers.answers(self._before) if self._before else {}
        if self._taken:
            known["region"] = str(self._taken.fields.get("region", ""))
        first = self._profile_name or ("" if _FIRST_NAME in self._given.names else _FIRST_NAME)
        known |= {"name": first, "region": known.get("region") or DEFAULT_REGION}
        for key, value in known.items():
            self._set(key, value)
        self._boxes["name"].control.disabled = self._before is not None
        self._stores.begin(known.get("store", ""))
        self._arrange()
        for name in self._stores.waiting:
            self._probe(name)
        if self._unreadable:
            self._tell(told(self._unreadable))
        self._first_open().focus()

    def _control(self, question: Question) -> Control:
        if question.secret:
            return SecretControl()
        if question.key == "store":
            return ChoiceControl(self._stores.names, blank="none yet")
        if question.choices:
            return ChoiceControl([words for _, words in question.choices])
        control = TextControl(placeholder=f"({question.placeholder})")
        control.select_on_focus = question.key in {"name", "region"}  # they begin with a guess
        if question.key == "region":
            control.suggester = SuggestFromList(login_answers.known_regions())
        return control

    def _set(self, key: str, value: str) -> None:
        control = self._boxes[key].control
        if isinstance(control, ChoiceControl):
            control.value = dict(_question(key).choices).get(value, "")
        else:
            control.value = value

    def _values(self) -> dict[str, str]:
        """Return the answers, but for secrets."""
        found = {}
        for question in QUESTIONS:
            value = self._boxes[question.key].value
            if question.choices:
                words = {words: value for value, words in question.choices}
                value = words.get(value, "")
            if not question.secret:
                found[question.key] = value
        return found

    def _asked(self) -> list[Question]:
        values = self._values()
        return [each for each in QUESTIONS if login_answers.is_asked(each, values, self._given)]

    def _arrange(self) -> None:
        """Show what is asked after the answers so far, and what is to be said of them."""
        asked = {each.key for each in self._asked()}
        for key, box in self._boxes.items():
            box.display = key in asked
        self._tell_store()

    def _first_open(self) -> Control:
        """Return the first control to type into: the secret, where all else is known."""
        values = self._values()
        for question in self._asked():
            control = self._boxes[question.key].control
            if control.disabled or question.choices:
                continue
            if question.secret or question.key == "name" or not values[question.key]:
                return control
        return self._boxes["region"].control

    # What is typed is looked at as it is typed

    @on(AnswerBox.Changed)
    def _changed(self, message: AnswerBox.Changed) -> None:
        message.stop()
        box = message.box
        if isinstance(box.control, SecretControl):
            if box.value or not box.problem:
                box.tell(problem=self._secret_problem(box.key))
            return
        value = self._values()[box.key]
        if box.key == "store":
            self._stores.choose(value)
        wrong = login_answers.problem(box.key, value, self._given)
        note = login_answers.region_note(value) if box.key == "region" and value else ""
        box.tell(note, problem=wrong)
        if isinstance(box.control, ChoiceControl) or box.key == "agency_name":
            self._arrange()

    def _secret_problem(self, key: str) -> str:
        """Return what is wrong with a secret as far as it is typed; empty where it is not yet."""
        typed, again = (self._boxes[each].control.value for each in ("passphrase", "again"))
        value = self._boxes[key].control.value
        if not value:
            return ""
        if key == "passcode":
            return login_answers.code_problem(value)
        if self._given.new_file and key in {"passphrase", "again"}:
            return passphrase_problem(typed, again)[key == "again"]
        return ""

    def _probe(self, store: str) -> None:
        passphrase = Asker.of(self.app).passphrase(self._environ)

        def probe() -> None:
            try:
                found = access.probe(store, self._environ, passphrase=passphrase)
            except ConsoleError as error:
                found = Probe(usable=False, sentence=error.sentence, backend="")
            self.post_message(self.Probed(store, found))

        self.run_worker(probe, thread=True, group="probe")

    def on_login_dialog_probed(self, message: Probed) -> None:
        """Say what is known of the store; choose the first that can be used."""
        if chosen := self._stores.learn(message.store, message.probe):
            self._set("store", chosen)
        self._tell_store()

    def _tell_store(self) -> None:
        note, problem = self._stores.told(self._values()["store"])
        self._boxes["store"].tell(note, problem=problem)

    # Enter

    @on(AnswerBox.Submitted)
    def action_submit(self) -> None:
        """Look at every answer; then try the store, ask the cloud, and keep the profile."""
        if self._finished:
            self._leave_with(self._profile_name)
            return
        if self._step:
            return
        values, asked = self._values(), self._asked()
        if not self._is_complete(asked, values):
            return
        taken = self._taken.fields if self._taken else None
        keys = frozenset(each.key for each in asked)
        try:
            entry = login_answers.entry_of(values, keys, before=self._before, taken=taken)
        except EntryError as error:
            self._fail(error, error.where[-1] if error.where else "")
            return
        self._profile_name = values["name"]
        if "passphrase" in keys:
            Asker.of(self.app).give(self._environ, self._secret("passphrase"))
        self._step = "trying"
        self.run_worker(self._log_in(entry, self._secrets(keys)), group="login", exclusive=True)

    def _is_complete(self, asked: list[Question], values: Mapping[str, str]) -> bool:
        """Say what is wrong beside each answer; go to the first one that is."""
        wrong: list[AnswerBox] = []
        for question in asked:
            box = self._boxes[question.key]
            if question.key == "store":
                if not values["store"]:
                    self._tell(
                        Content.styled("The stores are being probed: choose one, or wait.", "bold")
                    )
                    wrong.append(box)
                continue
            if question.secret:
                found = self._secret_problem(question.key) or "it is empty" * (
                    not box.control.value
                )
            else:
                found = login_answers.problem(question.key, box.value, self._given)
                found = found or "it is empty" * login_answers.lacks(question, values)
            if found:
                box.tell(problem=found)
                wrong.append(box)
        if wrong:
            wrong[0].control.focus()
        return not wrong

    def _secret(self, key: str) -> SecretStr:
        control = self._boxes[key].control
        return control.secret if isinstance(control, SecretControl) else SecretStr("")

    def _secrets(self, keys: frozenset[str]) -> Secrets:
        if self._taken:
            return dict(self._taken.secrets)
        return {key: self._secret(key) for key in SECRETS if key in keys}

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
        box = self._boxes.get(key)
        if box and box.display:
            box.tell(problem=cell(error.sentence))
            box.control.focus()
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
        for box in self._boxes.values():
            if isinstance(box.control, SecretControl):
                box.control.value = ""
        self.dismiss(name)


def _question(key: str) -> Question:
    return next(each for each in QUESTIONS if each.key == key)
