"""Asks the operator, on behalf of a thread: a dialog is shown, and the thread waits for it."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any
from weakref import WeakKeyDictionary, ref

from pydantic import SecretStr
from textual.app import App

from console import access
from console.app.dialogs.asking import AskingDialog
from console.profiles.choice import Choice
from console.profiles.entry import SECRET_WORDS
from console.profiles.profile import Profile
from console.profiles.stores.error import PassphraseError, StoreError
from console.profiles.stores.passphrase import OPERATOR, Passphrase

_LOOK_SECONDS = 0.2
"""How often a thread that waits for an answer looks whether the application is still there."""


class LeftError(StoreError):
    """The operator left a question without an answer."""

    title = "Not answered"


class Asker:
    """Whoever asks in one application; `of` gives it, so that a passphrase is asked for once.

    `secret`, `opened` and the passphrase are used in threads, never in the one that draws.
    """

    def __init__(self, app: App[Any]) -> None:  # Any: it asks in whatever application
        """Say where to ask."""
        self._app = ref(app)  # the table of all must not keep it alive
        self._passphrase: Passphrase | None = None
        self._typed: SecretStr | None = None
        self._problem = ""

    @classmethod
    def of(cls, app: App[Any]) -> "Asker":  # Any: as above
        """Return the one of `app`."""
        if app not in _ASKERS:
            _ASKERS[app] = cls(app)
        return _ASKERS[app]

    def passphrase(self, environ: Mapping[str, str]) -> Passphrase:
        """Return what opens the encrypted file in this run."""
        if self._passphrase is None:
            self._passphrase = Passphrase(environ, self._ask_passphrase, terminal=False)
        return self._passphrase

    def give(self, environ: Mapping[str, str], typed: SecretStr) -> None:
        """Take a passphrase that another dialog has asked for; it is used instead of asking."""
        self.passphrase(environ).forget()
        self._typed = typed

    def secret(self, name: str, secret: str) -> SecretStr:
        """Ask for one secret of the profile `name`.

        Raises:
            LeftError: the operator did not answer.
        """
        words = SECRET_WORDS.get(secret, secret)
        short = "Six digits" if secret == "passcode" else words.capitalize()  # noqa: S105 - a name
        answer = self._ask(AskingDialog(f"{words} of {name}", short))
        if answer is None:
            raise LeftError(f"profile {name} needs the {words}, and it was not given")
        return answer

    def opened(
        self, choice: Choice, environ: Mapping[str, str], *, read_only: bool = False
    ) -> Profile:
        """Open a profile as `access.opened` does; a wrong passphrase is asked for again.

        Raises:
            LeftError: the operator left a question without an answer.
            CredentialsError: a secret is missing, cannot be reached, or has ended.
            SettingsError: the profile, or a variable, cannot be used.
        """
        while True:
            try:
                return access.opened(
                    choice,
                    environ,
                    ask=self.secret,
                    passphrase=self.passphrase(environ),
                    terminal=False,
                    read_only=read_only,
                )
            except PassphraseError as error:
                if not self.asks_passphrase(environ):
                    raise
                self._problem = error.sentence

    def asks_passphrase(self, environ: Mapping[str, str]) -> bool:
        """Tell whether the passphrase comes from the operator, and not from a variable."""
        return self.passphrase(environ).source == OPERATOR

    def _ask_passphrase(self, *, new: bool) -> SecretStr:
        typed, self._typed = self._typed, None
        if typed is not None:
            return typed
        problem, self._problem = self._problem, ""
        title = "passphrase of the secrets file"
        answer = self._ask(AskingDialog(title, "Passphrase", twice=new, problem=problem))
        if answer is None:
            raise LeftError(f"the {title} was not given")
        return answer

    def _ask(self, dialog: AskingDialog) -> SecretStr | None:
        app = self._app()
        if app is None:
            return None
        answer: Future[SecretStr | None] = Future()
        app.call_from_thread(app.push_screen, dialog, answer.set_result)
        while True:
            try:
                return answer.result(_LOOK_SECONDS)
            except TimeoutError:
                if not app.is_running:
                    return None


_ASKERS: WeakKeyDictionary[App[Any], Asker] = WeakKeyDictionary()  # Any: as above
