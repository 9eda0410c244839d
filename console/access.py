"""The ways in: list them, choose one, open it, verify it, keep it; for every face.

A store blocks while it works, so whoever draws a screen calls `opened`, `keep` and their like from
a thread. Nothing here prints, asks or exits; what has to be asked comes in as a function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from pydantic import SecretStr

from console.client import identity
from console.client.call import Call
from console.client.client import Client
from console.client.guard import refuse_ended
from console.errors import ConsoleError, SettingsError
from console.log import hide
from console.profiles import environment, paths
from console.profiles.book import Book, checked_name
from console.profiles.choice import Choice, applied, choose
from console.profiles.entry import Entry
from console.profiles.profile import Profile
from console.profiles.state import State
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import Probe, Secrets, Store, StoreError, store
from console.text import cell

STORE_WORDS: Final[Mapping[str, str]] = {
    "keyring": "the system's keyring",
    "command": "a command that prints it (pass, op, gopass, vault)",
    "file": "a file, encrypted with a passphrase",
    "environment": "environment variables, set anew for each session",
    "session": "nowhere: asked for in each run",
}
"""Each store as the answer to where the secret is kept."""

FILLED_BY_OTHERS: Final = frozenset({"command", "environment"})
"""Stores that hold the secret already."""

CLOCK_SECONDS: Final = 60
"""How far this machine's clock may be off before it is worth a word."""

_OF_ONE_WAY: Final = frozenset({"access_key", "user_name", "user_id", "domain_name", "totp"})
"""Keys that mean something with some ways to log in only."""

_OF_ONE_STORE: Final = frozenset({"secret_command", "keyring_backend"})

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


@dataclass(frozen=True, slots=True)
class Verified:
    """What the cloud says of a credential that it accepted.

    Attributes:
        project_id: the IAM project that calls will act in.
        domain_id: the account; empty where the cloud did not say.
        clock_offset: seconds that this machine's clock is ahead of the server's.
    """

    project_id: str
    domain_id: str
    clock_offset: float


@dataclass(frozen=True, slots=True)
class Checked:
    """A profile that the cloud accepts, before it is kept.

    Attributes:
        entry: what the file will say of it, with what the cloud said.
        profile: the profile itself, as this run uses it.
        clock_offset: seconds that this machine's clock is ahead of the server's.
    """

    entry: Entry
    profile: Profile
    clock_offset: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a login.

    Attributes:
        used: the profile that is used from now on.
        notice: what became of the secret that another store held; empty where none did.
    """

    used: str
    notice: str = ""


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


def probe(name: str, environ: Mapping[str, str], *, passphrase: Passphrase) -> Probe:
    """Say whether the store `name` can be used now, as far as that can be said of it alone."""
    file = paths.secrets_file(environ) if name == "file" else None
    return store(name, file=file, passphrase=passphrase, environ=environ).probe()


def ready(
    entry: Entry,
    environ: Mapping[str, str],
    *,
    passphrase: Passphrase,
    terminal: bool = True,
    otherwise: str = "",
) -> Store:
    """Return the store of an entry, tried: so that nothing is typed for one that fails.

    Args:
        entry: the profile's entry.
        environ: the environment variables.
        passphrase: what opens the encrypted file.
        terminal: whether a command may use the terminal.
        otherwise: what to do where it cannot be used, as the error's hint.

    Raises:
        PassphraseError: the encrypted file's is wrong, or too short for a new one.
        StoreError: it cannot be used now.
        SettingsError: nothing says where its file is.
    """
    found = store_of(entry, environ, passphrase=passphrase, terminal=terminal)
    looked = found.probe()
    if not looked.usable:
        raise StoreError(looked.sentence, hint=otherwise)
    if entry.store == "file":
        from console.profiles.stores.encrypted_file import EncryptedFile  # noqa: PLC0415 - loads cryptography

        if isinstance(found, EncryptedFile):
            found.open()
    return found


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


async def verify(profile: Profile) -> Verified:
    """Ask the cloud whether it accepts the credential of `profile`, and where that leads.

    Raises:
        CloudError: it does not.
        SettingsError: it does, and the project is none of those that it may use.
        UnreachableError: nobody could be asked.
    """
    async with Client(replace(profile, project_id="")) as client:
        answer = await client.read(Call(identity.LIST_PROJECTS))
        known = {str(each.get("id")) for each in identity.items(answer, "projects")}
        project_id = profile.project_id or identity.project_in(answer, profile.region)
        if project_id not in known:
            raise SettingsError(
                f"project {project_id} is none of those that this credential may use",
                hint="leave the project out, and it is looked up by region",
            )
        domain_id = profile.domain_id or identity.domain_in(
            await client.read(Call(identity.LIST_DOMAINS))
        )
        return Verified(project_id, domain_id, answer.clock_offset())


async def checked(
    environ: Mapping[str, str], name: str, entry: Entry, secrets: Mapping[str, SecretStr]
) -> Checked:
    """Ask the cloud whether a login works; return it with the ids that the cloud said.

    Raises:
        ConsoleError: the cloud does not accept the credential, or cannot be asked.
    """
    profile = applied(entry.profile(name, secrets), environ)
    verified = await verify(profile)
    learned = {"domain_id": verified.domain_id}
    if profile.region == entry.region:  # a variable's region is for this run, and its project too
        learned["project_id"] = verified.project_id
    said = {key: value for key, value in learned.items() if value}
    return Checked(Entry.read({**said, **entry.fields()}), profile, verified.clock_offset)


def renewed(entry: Entry, *, auth: str | None, store: str | None) -> dict[str, object]:
    """Return what stays of a profile that is logged in anew.

    Args:
        entry: the profile as it is.
        auth: the new way to log in; None where it is the same.
        store: the new store; None where it is the same.
    """
    left_out = {"expires_at"}  # it was the end of the credential before this one
    if auth not in {None, entry.auth}:
        left_out |= _OF_ONE_WAY
    if store not in {None, entry.store}:
        left_out |= _OF_ONE_STORE
    return {key: value for key, value in entry.fields().items() if key not in left_out}


def log_in(
    environ: Mapping[str, str],
    name: str,
    entry: Entry,
    secrets: Mapping[str, SecretStr],
    to: Store,
    *,
    passphrase: Passphrase,
) -> Kept:
    """Keep a profile as `keep` does, and remove its secret from the store that it had before.

    Raises:
        StoreError: the secrets were not kept; nothing has changed.
        SettingsError: the profile could not be written.
    """
    profiles = book(environ)
    old = profiles.entry(name) if name in profiles.names() else None
    used = keep(environ, name, entry, secrets, to)
    if old is None or old.store in {entry.store, "session"}:
        return Kept(used)
    where = store_of(old, environ, passphrase=passphrase)
    if not where.writable:
        return Kept(used)
    try:
        where.delete(name)
    except StoreError as error:
        return Kept(
            used, f"the secret of before is still in the {old.store}: {cell(error.sentence)}"
        )
    return Kept(used, f"the secret of before is removed from the {old.store}")


def keep(
    environ: Mapping[str, str], name: str, entry: Entry, secrets: Mapping[str, SecretStr], to: Store
) -> str:
    """Keep a profile and its secrets; the secrets first, so that no profile lacks its own.

    Returns:
        The profile that is used from now on: the one that was, and this one where none was.

    Raises:
        StoreError: the secrets were not kept; nothing has changed.
        SettingsError: the profile could not be written.
    """
    hide(*secrets.values())
    kept = {each: value for each, value in secrets.items() if each != "passcode"}
    if to.writable:
        to.put(name, kept)
    before = _used(environ)
    book(environ).put(name, entry)
    if _used(environ) != (used := before or name):  # the only profile is not the only one now
        switch(environ, used)
    return used


def _used(environ: Mapping[str, str]) -> str:
    try:
        return choose(environ).name
    except ConsoleError:
        return ""


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
