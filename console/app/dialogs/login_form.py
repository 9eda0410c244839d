"""The questions of a login: which are asked after the answers so far, and what is said of each."""

from collections.abc import Mapping

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.suggester import SuggestFromList
from textual.widget import Widget

from console.app.dialogs import login_answers
from console.app.dialogs.asking import passphrase_problem
from console.app.dialogs.login_answers import QUESTIONS, SECRETS, Circumstances, Question
from console.app.dialogs.login_states import StoreStates
from console.app.widgets.answer_box import AnswerBox, Control
from console.app.widgets.field_control import ChoiceControl, TextControl
from console.app.widgets.secret_control import SecretControl
from console.profiles.stores.store import Probe, Secrets


class LoginForm(Widget):
    """Every question, in a box of its own; those that are not asked now are not shown.

    Attributes:
        given: what is asked depends on it beside the answers.
        stores: what is known of each store.
    """

    DEFAULT_CSS = "LoginForm { width: 1fr; height: auto; }"

    def __init__(self, stores: StoreStates, given: Circumstances) -> None:
        """Ask with no answer known yet."""
        super().__init__()
        self.given = given
        self.stores = stores
        self._boxes = {
            each.key: AnswerBox(each.key, each.title, self._control(each)) for each in QUESTIONS
        }

    def compose(self) -> ComposeResult:
        """Compose the boxes."""
        yield from self._boxes.values()

    def _control(self, question: Question) -> Control:
        if question.secret:
            return SecretControl()
        if question.key == "store":
            return ChoiceControl(self.stores.names, blank="none yet")
        if question.choices:
            return ChoiceControl([words for _, words in question.choices])
        control = TextControl(placeholder=f"({question.placeholder})")
        control.select_on_focus = question.key in {"name", "region"}  # they begin with a guess
        if question.key == "region":
            control.suggester = SuggestFromList(login_answers.known_regions())
        return control

    # The answers

    def begin(self, known: Mapping[str, str], *, named: bool) -> None:
        """Answer what is known already.

        Args:
            known: the answers by their keys.
            named: whether the profile's name is not to be changed.
        """
        for key, value in known.items():
            self._set(key, value)
        self._boxes["name"].control.disabled = named
        self.stores.begin(known.get("store", ""))
        self._arrange()

    def _set(self, key: str, value: str) -> None:
        control = self._boxes[key].control
        if isinstance(control, ChoiceControl):
            question = next(each for each in QUESTIONS if each.key == key)
            control.value = dict(question.choices).get(value, "")
        else:
            control.value = value

    @property
    def values(self) -> dict[str, str]:
        """The answers, but for secrets."""
        found = {}
        for question in QUESTIONS:
            value = self._boxes[question.key].value
            if question.choices:
                words = {words: value for value, words in question.choices}
                value = words.get(value, "")
            if not question.secret:
                found[question.key] = value
        return found

    @property
    def asked(self) -> list[Question]:
        """What is asked after the answers so far."""
        values = self.values
        return [each for each in QUESTIONS if login_answers.is_asked(each, values, self.given)]

    def secret(self, key: str) -> SecretStr:
        """Return what is typed as a secret."""
        control = self._boxes[key].control
        return control.secret if isinstance(control, SecretControl) else SecretStr("")

    def secrets(self) -> Secrets:
        """Return the profile's secrets, as far as they are asked."""
        keys = {each.key for each in self.asked}
        return {key: self.secret(key) for key in SECRETS if key in keys}

    def forget(self) -> None:
        """Forget the secrets that were typed."""
        for box in self._boxes.values():
            if isinstance(box.control, SecretControl):
                box.control.value = ""

    # What is shown

    def _arrange(self) -> None:
        """Show what is asked after the answers so far, and what is to be said of them."""
        asked = {each.key for each in self.asked}
        for key, box in self._boxes.items():
            box.display = key in asked
        self._tell_store()

    def _tell_store(self) -> None:
        note, problem = self.stores.told(self.values["store"])
        self._boxes["store"].tell(note, problem=problem)

    def learn(self, store: str, probe: Probe) -> None:
        """Say what is known of a store; choose the first that can be used."""
        if chosen := self.stores.learn(store, probe):
            self._set("store", chosen)
        self._tell_store()

    def go_to_first_open(self) -> None:
        """Put the focus where to type first: on the secret, where all else is known."""
        self._first_open().focus()

    def _first_open(self) -> Control:
        values = self.values
        for question in self.asked:
            control = self._boxes[question.key].control
            if control.disabled or question.choices:
                continue
            if question.secret or question.key == "name" or not values[question.key]:
                return control
        return self._boxes["region"].control

    def tell(self, key: str, problem: str) -> None:
        """Say what is wrong beside an answer, and go to it; nothing where that is not asked.

        Args:
            key: the question; there may be none of that name.
            problem: what is wrong, safe to show.
        """
        box = self._boxes.get(key)
        if box and box.display:
            box.tell(problem=problem)
            box.control.focus()

    # What is typed is looked at as it is typed

    @on(AnswerBox.Changed)
    def _changed(self, message: AnswerBox.Changed) -> None:
        message.stop()
        box = message.box
        if isinstance(box.control, SecretControl):
            if box.value or not box.problem:
                box.tell(problem=self._secret_problem(box.key))
            return
        value = self.values[box.key]
        if box.key == "store":
            self.stores.choose(value)
        wrong = login_answers.problem(box.key, value, self.given)
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
        if self.given.new_file and key in {"passphrase", "again"}:
            return passphrase_problem(typed, again)[key == "again"]
        return ""

    def is_complete(self) -> bool:
        """Say what is wrong beside each answer; go to the first one that is."""
        values = self.values
        wrong: list[AnswerBox] = []
        for question in self.asked:
            box = self._boxes[question.key]
            found = self._problem(question, values)
            if found:
                box.tell(problem=found)
            if found or (question.key == "store" and not values["store"]):
                wrong.append(box)
        if wrong:
            wrong[0].control.focus()
        return not wrong

    def _problem(self, question: Question, values: Mapping[str, str]) -> str:
        """Return what is wrong with an answer; of the store its box says what there is to say."""
        box = self._boxes[question.key]
        if question.key == "store":
            return ""
        if question.secret:
            found, lacks = self._secret_problem(question.key), not box.control.value
        else:
            found = login_answers.problem(question.key, box.value, self.given)
            lacks = login_answers.lacks(question, values)
        return found or "it is empty" * lacks
