"""Ways into the cloud of the tests: described, kept, and opened again."""

from pathlib import Path
from typing import TypeAlias

from pydantic import SecretStr

from console import access, login
from console.profiles.choice import Choice, Reason
from console.profiles.entry import Entry
from console.profiles.profile import Profile
from console.profiles.stores.passphrase import Passphrase
from tests.cloud import Cloud

Environ: TypeAlias = dict[str, str]


def environ_in(folder: Path) -> Environ:
    """Return variables that keep all files in a folder."""
    return {"CONSOLE_CONFIG_DIR": f"{folder}/config", "CONSOLE_STATE_DIR": f"{folder}/state"}


def passphrase() -> Passphrase:
    """Return what opens the encrypted file."""
    return Passphrase({}, lambda **_: SecretStr("fake-long-passphrase"))


def entry(cloud: Cloud, store: str = "session", **more: object) -> Entry:
    """Return an entry that leads to the emulator."""
    fields = {"auth": "access-key", "access_key": cloud.key.access_key, "endpoint": cloud.url}
    return Entry.read({**fields, "store": store, **more})


def keep(environ: Environ, name: str, cloud: Cloud, store: str = "file", **more: object) -> str:
    """Keep a profile that leads to the emulator; return the name of the one that is used."""
    made, secret = entry(cloud, store, **more), {"secret_key": cloud.key.secret_key}
    where = access.store_of(made, environ, passphrase=passphrase())
    return login.keep(environ, name, made, secret, where)


def opened(environ: Environ, name: str, *, read_only: bool = False) -> Profile:
    """Return a profile that was kept, with its secrets."""
    chosen = Choice(name, Reason.FLAG)
    return access.opened(chosen, environ, passphrase=passphrase(), read_only=read_only)
