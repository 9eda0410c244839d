"""Backends of the keyring library that misbehave as third-party ones do."""

import getpass
import json
import os
import sys
import time
from pathlib import Path
from typing import ClassVar

from keyring.backend import KeyringBackend


class Prompting(KeyringBackend):
    """Asks for a password on the terminal, wherever it finds one."""

    priority: ClassVar[float] = 9

    def get_password(self, service: str, username: str) -> str | None:
        return f"{service} {username} {getpass.getpass('Keyring password: ')}"

    def set_password(self, service: str, username: str, password: str) -> None:
        getpass.getpass(f"Keyring password for {service} {username} {password}: ")


class Hanging(KeyringBackend):
    """Waits for somebody who never comes."""

    priority: ClassVar[float] = 9

    def get_password(self, service: str, username: str) -> str | None:
        del service, username
        time.sleep(3600)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        del service, username, password
        time.sleep(3600)


class Noisy(KeyringBackend):
    """Works, and prints wherever it can."""

    priority: ClassVar[float] = 9

    def get_password(self, service: str, username: str) -> str | None:
        sys.stdout.write(f"NOISE {service} {username}\n")
        sys.stderr.write("NOISE\n")
        return '{"token": "fake-noisy-token"}'

    def set_password(self, service: str, username: str, password: str) -> None:
        sys.stdout.write(f"NOISE {service} {username} {password}\n")


class Indiscreet(Noisy):
    """Says in its error what it should keep to itself."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot keep {password} of {username} for {service}")


class Plaintext(Noisy):
    """Would write a plain file."""


class Keeping(KeyringBackend):
    """Keeps what it is given, in a file beside its own settings."""

    priority: ClassVar[float] = 9

    @property
    def _file(self) -> Path:
        return Path(os.environ["HOME"], "kept.json")

    def _kept(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return found

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps({**self._kept(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        del kept[f"{service} {username}"]
        self._file.write_text(json.dumps(kept))
