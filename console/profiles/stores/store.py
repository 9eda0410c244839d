"""What every store is, and how to get one by its name.

A store blocks while it works: a daemon, a hardware token or a passphrase may take seconds. It is
called from a thread, never from the one that draws the screen, and only once a secret is needed.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pydantic import SecretStr

from console.errors import SettingsError
from console.profiles.stores.error import StoreError

if TYPE_CHECKING:
    from console.profiles.stores.passphrase import Passphrase  # which needs this module

__all__ = ["NAMES", "Ask", "Probe", "Secrets", "Store", "StoreError", "packed", "store", "unpacked"]

Secrets: TypeAlias = dict[str, SecretStr]
"""The secrets of one profile by their names: `secret_key` and `security_token`, `token`, or
`password`. A store that is given a whole key by others (`command`, `environment`) may hold its
`access_key` too, which then belongs with the secret and wins over the profile's own."""

NAMES = ("keyring", "command", "file", "environment", "session")
"""The stores, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether a store can be used now.

    Attributes:
        usable: whether a secret could be kept, or read, this moment.
        sentence: why, or why not, in plain words; with a way out where it is not.
        backend: what exactly is behind it: a daemon and its collection, a program, a file.
    """

    usable: bool
    sentence: str
    backend: str


class Store(Protocol):
    """A place where secrets are kept."""

    @property
    def name(self) -> str:
        """Return one of `NAMES`."""

    @property
    def writable(self) -> bool:
        """Return whether the program may keep secrets there, or only read them."""

    def probe(self) -> Probe:
        """Say whether the store can be used; take 3 s at most, print nothing, ask nothing."""

    def get(self, profile: str) -> Secrets:
        """Return all secrets of `profile`, in one lookup.

        Raises:
            StoreError: there are none, or they cannot be reached.
        """

    def put(self, profile: str, secrets: Mapping[str, SecretStr]) -> None:
        """Keep `secrets` as all the secrets of `profile`.

        Raises:
            StoreError: they were not kept; what was there before still is.
        """

    def delete(self, profile: str) -> None:
        """Remove the secrets of `profile`; where there are none, that is well.

        Raises:
            StoreError: they may still be there.
        """


class Ask(Protocol):
    """Whoever can ask the operator for the passphrase of the encrypted file."""

    def __call__(self, *, new: bool) -> SecretStr:
        """Return the passphrase; `new` where it will be one, which is asked for twice."""


def store(
    name: str,
    *,
    keyring_backend: str = "",
    command: Sequence[str] = (),
    command_secret: str = "secret_key",  # noqa: S107 - a secret's name
    command_seconds: float = 0.0,
    terminal: bool = True,
    file: Path | None = None,
    passphrase: "Passphrase | None" = None,
    environ: Mapping[str, str] | None = None,
) -> Store:
    """Return the store of that name; only what it needs is loaded.

    Args:
        name: one of `NAMES`.
        keyring_backend: for `keyring`: another backend than the system's own, as a dotted name.
        command: for `command`: the program and its arguments.
        command_secret: for `command`: which secret a bare line is.
        command_seconds: for `command`: how long it may take; 0 is the default, 15 s.
        terminal: whether a command may use the terminal; the screens, which own it, say no.
        file: for `file`: where it is.
        passphrase: for `file`: what opens it; the one of the run, so that it is asked for once.
        environ: the environment variables; the process's own where not given.

    Raises:
        SettingsError: there is no such store, or a setting that it needs is missing.
    """
    # Each store loads libraries of its own, so each is imported where it is asked for.
    environ = os.environ if environ is None else environ
    if name == "keyring":
        from console.profiles.stores.system_keyring import SystemKeyring  # noqa: PLC0415

        return SystemKeyring(backend=keyring_backend, environ=environ)
    if name == "command":
        from console.profiles.stores.command import DEFAULT_SECONDS, Command  # noqa: PLC0415

        seconds = command_seconds or DEFAULT_SECONDS
        return Command(command, secret=command_secret, seconds=seconds, terminal=terminal)
    if name == "file":
        from console.profiles.stores.encrypted_file import EncryptedFile  # noqa: PLC0415
        from console.profiles.stores.passphrase import Passphrase  # noqa: PLC0415

        if file is None:
            raise SettingsError("the encrypted file needs a path")
        return EncryptedFile(file, passphrase or Passphrase(environ, terminal=terminal))
    if name == "environment":
        from console.profiles.stores.environment import Environment  # noqa: PLC0415

        return Environment(environ)
    if name == "session":
        from console.profiles.stores.session import SHARED  # noqa: PLC0415

        return SHARED
    raise SettingsError(f"there is no store named {name!r}", hint=f"stores: {', '.join(NAMES)}")


def packed(secrets: Mapping[str, SecretStr]) -> str:
    """Return `secrets` as one line of JSON, in plain text: for a store's inside only."""
    return json.dumps({name: value.get_secret_value() for name, value in sorted(secrets.items())})


def unpacked(text: str | bytes) -> Secrets | None:
    """Return the secrets in a JSON object, or None where it is none of ours.

    An error of the parser would carry the text, so none leaves this function.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    secrets = {name: SecretStr(each) for name, each in found.items() if isinstance(each, str)}
    return secrets or None
