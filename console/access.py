"""The ways in: list them, choose one, open it, rename it, remove it; for every face.

A store blocks while it works, so whoever draws a screen calls `opened`, `rename` and their like
from a thread. Nothing here prints, asks or exits; what has to be asked comes in as a function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import SecretStr

from console.client.guard import refuse_ended
from console.errors import SettingsError
from console.profiles import environment, paths
from console.profiles.book import Book, checked_name
from console.profiles.choice import Choice, applied
from console.profiles.entry import Entry
from console.profiles.profile import Profile
from console.profiles.state import State
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import Secrets, Store, StoreError, store

AskSecret: TypeAlias = Callable[[str, str], SecretStr]
"""Asks the operator for one secret, given the profile's name and the secret's."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A profile, as a list shows it.

    Attributes:
        name: its name.
        entry: what the file says of it; None where that is broken, or for the environment's own.
        problem: why it cannot be used; empty where it can.
    """

    name: str
    entry: Entry | None = None
    problem: str = ""


def book(environ: Mapping[str, str]) -> Book:
    """Return the file of profiles.

    Raises:
        SettingsError: nothing says where it is.
    """
    return Book(paths.profiles_file(environ))


def listed(environ: Mapping[str, str]) -> list[Listed]:
    """Return every profile of the file, broken ones with what is wrong with them.

    Raises:
        SettingsError: the file as a whole cannot be read.
    """
    profiles = book(environ)
    found = []
    for name in profiles.names():
        try:
            found.append(Listed(name, profiles.entry(name)))
        except SettingsError as error:
            found.append(Listed(name, problem=error.sentence))
    return found


def switch(environ: Mapping[str, str], name: str) -> None:
    """Remember `name` as the profile to use from now on; the empty name forgets the choice.

    Raises:
        SettingsError: there is no such profile, or the choice cannot be written.
    """
    if name and name != environment.NAME and name not in book(environ).names():
        raise book(environ).missing(name)
    State(paths.state_file(environ)).choose(name)


def store_of(
    entry: Entry,
    environ: Mapping[str, str],
    *,
    passphrase: Passphrase | None = None,
    terminal: bool = True,
) -> Store:
    """Return the store that an entry names.

    Args:
        entry: the profile's entry.
        environ: the environment variables.
        passphrase: what opens the encrypted file; the one of the run.
        terminal: whether a command may use the terminal.

    Raises:
        SettingsError: nothing says where its file is.
    """
    needs = [need for need in entry.needs() if need != "passcode"]
    return store(
        entry.store,
        keyring_backend=entry.keyring_backend,
        command=entry.secret_command,
        command_secret=needs[0],
        terminal=terminal,
        file=paths.secrets_file(environ) if entry.store == "file" else None,
        passphrase=passphrase,
        environ=environ,
    )


def opened(
    choice: Choice,
    environ: Mapping[str, str],
    *,
    ask: AskSecret | None = None,
    passphrase: Passphrase | None = None,
    terminal: bool = True,
    read_only: bool = False,
) -> Profile:
    """Return the chosen profile with its secrets, as this run uses it.

    Args:
        choice: which one.
        environ: the environment variables.
        ask: asks for a secret that no store keeps; None where nobody can be asked.
        passphrase: what opens the encrypted file.
        terminal: whether a command that prints a secret may use the terminal.
        read_only: what the flag says; the strictest of all that say so wins.

    Raises:
        CredentialsError: a secret is missing, cannot be reached, or has ended.
        SettingsError: the profile, or a variable, cannot be used.
    """
    if choice.name == environment.NAME:
        return applied(environment.profile(environ), environ, read_only=read_only)
    entry = book(environ).entry(choice.name)
    refuse_ended(choice.name, entry.expires_at)
    where = store_of(entry, environ, passphrase=passphrase, terminal=terminal)
    secrets = _secrets(choice.name, entry, where, ask)
    return applied(entry.profile(choice.name, secrets), environ, read_only=read_only)


def _secrets(name: str, entry: Entry, where: Store, ask: AskSecret | None) -> Secrets:
    asked_each_run = entry.store == "session"
    try:
        secrets = where.get(name)
    except StoreError:
        if not (asked_each_run and ask):
            raise
        secrets = {}
    missing = [need for need in entry.needs() if need not in secrets]
    if ask is None:
        return secrets  # the entry says which one is missing
    fetched: Secrets = {
        need: ask(name, need) for need in missing if asked_each_run or need == "passcode"
    }
    if asked_each_run and fetched:
        where.put(name, {n: value for n, value in fetched.items() if n != "passcode"})
    return {**secrets, **fetched}


def forget(environ: Mapping[str, str], name: str, *, passphrase: Passphrase | None = None) -> bool:
    """Remove the secrets of a profile; return whether the program could, or others keep them.

    Raises:
        StoreError: they may still be there.
        SettingsError: there is no such profile.
    """
    entry = book(environ).entry(name)
    where = store_of(entry, environ, passphrase=passphrase)
    if where.writable:
        where.delete(name)
    return where.writable


def remove(environ: Mapping[str, str], name: str, *, passphrase: Passphrase | None = None) -> bool:
    """Remove a profile with its secrets; return whether the program could, or others keep them.

    Raises:
        StoreError: the secrets may still be there; the profile is.
        SettingsError: there is no such profile, or the file cannot be written.
    """
    removed = forget(environ, name, passphrase=passphrase)
    book(environ).remove(name)
    state = State(paths.state_file(environ))
    if state.read().profile == name:  # kept, it would stand in the way of every other one
        state.choose("")
    return removed


def rename(
    environ: Mapping[str, str], old: str, new: str, *, passphrase: Passphrase | None = None
) -> None:
    """Give a profile another name, and move its secrets along.

    Raises:
        StoreError: the secrets could not be moved; the profile keeps its name.
        SettingsError: a name cannot be used, or the file cannot be written.
    """
    profiles = book(environ)
    entry = profiles.entry(old)
    if new in profiles.names():  # its secrets would be written over
        raise SettingsError(f"there is a profile {new!r} already")
    checked_name(new)
    where = store_of(entry, environ, passphrase=passphrase)
    moves = where.writable and entry.store != "session"
    secrets = _kept(where, old) if moves else {}
    if secrets:
        where.put(new, secrets)
    try:
        profiles.rename(old, new)
    except SettingsError:
        if secrets:
            where.delete(new)
        raise
    if secrets:
        where.delete(old)
    state = State(paths.state_file(environ))
    if state.read().profile == old:
        state.choose(new)


def _kept(where: Store, name: str) -> Secrets:
    try:
        return where.get(name)
    except StoreError:
        if not where.probe().usable:
            raise
        return {}  # logged out: there is nothing to move
