"""The system's keyring: one item for each profile, which holds all its secrets.

On Linux the Secret Service is asked directly (`secret_service`), about the very items that keyring
would keep there. Every other backend, macOS's and Windows's own included, is keyring's, and runs in
a process of its own (`keyring_backend`): it can be ended, it has no terminal to ask on, and what it
prints stays off the screen.

Which backend it is, in this order: the profile's `keyring_backend`; PYTHON_KEYRING_BACKEND; the
system's own. No other is looked for: keyring itself would take any that is installed, plain text
included. Its `keyringrc.cfg` is not read.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from console.profiles.stores.error import StoreError
from console.profiles.stores.process import TooMuchError, run
from console.profiles.stores.store import Probe, Secrets, packed, unpacked
from console.text import cell

SERVICE = "notification-console"
"""What the items are filed under; the profile's name is the user name."""

SECONDS = 2.0
"""How long one call may take, whatever hangs."""

_SECRET_SERVICE = "keyring.backends.SecretService.Keyring"  # noqa: S105 - a class's name
_NATIVE = {
    "darwin": "keyring.backends.macOS.Keyring",
    "win32": "keyring.backends.Windows.WinVaultKeyring",
}
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")
_ELSEWHERE = "choose another store with `console login`"


class Ring(Protocol):
    """Something that keeps one text for each account; every method raises `StoreError`."""

    def look(self) -> str:
        """Return what is behind it; raise where it cannot be used."""

    def read(self, service: str, account: str) -> str | None:
        """Return what is kept, or None."""

    def write(self, service: str, account: str, text: str) -> None:
        """Keep `text` instead of what was there."""

    def erase(self, service: str, account: str) -> None:
        """Remove what is kept, if anything is."""


class SystemKeyring:
    """Keep secrets in the system's keyring.

    Every method blocks, for 2 s at most: call it from a thread, never from the one that draws.

    Args:
        backend: the dotted name of another of keyring's backends; empty for the system's own.
        environ: where PYTHON_KEYRING_BACKEND and `KEYRING_PROPERTY_*` are looked up.
    """

    name = "keyring"
    writable = True

    def __init__(self, *, backend: str = "", environ: Mapping[str, str]) -> None:
        told = environ.get("PYTHON_KEYRING_BACKEND", "").strip()
        self.backend = backend or told or _NATIVE.get(sys.platform, _SECRET_SERVICE)
        # Whoever tunes keyring's own backend (another collection, other attributes) gets that one.
        self._tuned = any(name.startswith("KEYRING_PROPERTY_") for name in environ)

    def probe(self) -> Probe:
        """Say whether the keyring answers and is unlocked; looks up nothing that is a secret."""
        try:
            behind = self._ring().look()
        except StoreError as error:
            sentence = f"{error.sentence}; {error.hint}" if error.hint else error.sentence
            return Probe(usable=False, sentence=sentence, backend=cell(self.backend))
        return Probe(usable=True, sentence="the system keyring answers", backend=behind)

    def get(self, profile: str) -> Secrets:
        """Return the secrets of `profile`.

        Raises:
            StoreError: there are none; or the keyring is absent, locked, hangs or is unusable.
        """
        text = self._ring().read(SERVICE, profile)
        if text is None:
            raise StoreError(
                f"the system keyring holds no secret of profile {cell(profile)!r}",
                hint=f"store one with `console login {cell(profile)}`",
            )
        if secrets := unpacked(text):
            return secrets
        raise StoreError(
            f"what the system keyring holds for profile {cell(profile)!r} was not written by us",
            hint=f"store it anew with `console login {cell(profile)}`",
        )

    def put(self, profile: str, secrets: Mapping[str, SecretStr]) -> None:
        """Keep `secrets` as those of `profile`.

        Raises:
            StoreError: the keyring is absent, locked, hangs or is unusable.
        """
        self._ring().write(SERVICE, profile, packed(secrets))

    def delete(self, profile: str) -> None:
        """Remove the secrets of `profile`.

        Raises:
            StoreError: the keyring is absent, locked, hangs or is unusable.
        """
        self._ring().erase(SERVICE, profile)

    def _ring(self) -> Ring:
        if self.backend == _SECRET_SERVICE and not self._tuned and sys.platform == "linux":
            # Loads jeepney and secretstorage, which exist on Linux only.
            from console.profiles.stores.secret_service import SecretService  # noqa: PLC0415

            return SecretService(SECONDS)
        return _Backend(self.backend)


class _Backend:
    """One of keyring's backends, called in a process of its own."""

    def __init__(self, backend: str) -> None:
        self.backend = backend

    def look(self) -> str:
        return self._call("look", f"{SERVICE} probe", "probe") or self.backend

    def read(self, service: str, account: str) -> str | None:
        return self._call("read", service, account)

    def write(self, service: str, account: str, text: str) -> None:
        self._call("write", service, account, text)

    def erase(self, service: str, account: str) -> None:
        self._call("erase", service, account)

    def _call(self, action: str, service: str, account: str, text: str = "") -> str | None:
        shown = cell(self.backend)
        if not _DOTTED.fullmatch(self.backend):
            raise StoreError(f"{shown!r} is no keyring backend", hint=_NAMED)
        call = {"action": action, "backend": self.backend, "service": service, "account": account}
        program = Path(__file__).with_name("keyring_backend.py")
        try:
            finished = run(
                [sys.executable, "-P", str(program)],
                seconds=SECONDS,
                given=json.dumps({**call, "text": text}).encode(),
            )
        except TimeoutError:
            raise StoreError(
                f"the keyring backend {shown} did not answer within {SECONDS:g} s",
                hint=f"unlock it where it asks, or {_ELSEWHERE}",
            ) from None
        except (OSError, TooMuchError):
            raise StoreError(f"the keyring backend {shown} cannot run", hint=_ELSEWHERE) from None
        said = _answer(finished.out)
        if "done" in said:
            return said["done"]
        if why := said.get("refused"):
            raise StoreError(f"the keyring backend {shown} is not used: {why}", hint=_ELSEWHERE)
        raise self._error(said.get("error") or "", said.get("text") or "")

    def _error(self, kind: str, words: str) -> StoreError:
        """Return what a backend raised as an error of ours."""
        shown = cell(self.backend)
        if kind in {"ModuleNotFoundError", "ImportError", "AttributeError"}:
            return StoreError(
                f"the keyring backend {shown} cannot be loaded: {cell(words)}", hint=_NAMED
            )
        if kind == "KeyringLocked":
            return StoreError(
                f"the keyring backend {shown} is locked", hint=f"unlock it, or {_ELSEWHERE}"
            )
        if kind == "EOFError":
            return StoreError(
                f"the keyring backend {shown} asks for a password on the terminal",
                hint=f"give it what it needs through the environment, or {_ELSEWHERE}",
            )
        said = f"{kind}: {cell(words)}" if words else kind or "it ended without an answer"
        return StoreError(f"the keyring backend {shown} failed: {said}", hint=_ELSEWHERE)


def _answer(out: bytes) -> dict[str, str | None]:
    """Return the answer; empty where there is none. No error that would hold it leaves here."""
    try:
        said = json.loads(out)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


_NAMED = f"it is named by keyring_backend or PYTHON_KEYRING_BACKEND: mend that, or {_ELSEWHERE}"
