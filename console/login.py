"""A login: the store is tried, the cloud is asked, and only then anything is kept; for every face.

A store blocks while it works, so whoever draws a screen calls `ready`, `log_in` and their like from
a thread. Nothing here prints, asks or exits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import SecretStr

from console import access
from console.client import identity
from console.client.call import Call
from console.client.client import Client
from console.errors import ConsoleError, SettingsError
from console.log import hide
from console.profiles import paths
from console.profiles.choice import applied, choose
from console.profiles.entry import OF_ONE_WAY, Entry
from console.profiles.profile import Profile
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import Probe, Store, StoreError, store
from console.text import cell

STORE_WORDS: Final[Mapping[str, str]] = {
    "keyring": "the system's keyring",
    "command": "a command that prints it (pass, op, gopass, vault)",
    "file": "a file, encrypted with a passphrase",
    "environment": "environment variables, set anew for each session",
    "session": "nowhere: asked for in each run",
}
"""Each store as the answer to where the secret is kept."""

CLOCK_SECONDS: Final = 60
"""How far this machine's clock may be off before it is worth a word."""

_OF_ONE_STORE: Final = frozenset({"secret_command", "keyring_backend"})
"""Keys that mean something with one store only."""


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
    found = access.store_of(entry, environ, passphrase=passphrase, terminal=terminal)
    looked = found.probe()
    if not looked.usable:
        raise StoreError(looked.sentence, hint=otherwise)
    if entry.store == "file":
        from console.profiles.stores.encrypted_file import EncryptedFile  # noqa: PLC0415 - loads cryptography

        if isinstance(found, EncryptedFile):
            found.open()
    return found


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
        left_out |= OF_ONE_WAY.keys()
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
    profiles = access.book(environ)
    old = profiles.entry(name) if name in profiles.names() else None
    used = keep(environ, name, entry, secrets, to)
    if old is None or old.store in {entry.store, "session"}:
        return Kept(used)
    where = access.store_of(old, environ, passphrase=passphrase)
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
    access.book(environ).put(name, entry)
    if _used(environ) != (used := before or name):  # the only profile is not the only one now
        access.switch(environ, used)
    return used


def _used(environ: Mapping[str, str]) -> str:
    try:
        return choose(environ).name
    except ConsoleError:
        return ""
