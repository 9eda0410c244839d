"""One attempt to log in: the store is tried, the cloud is asked, and only then anything is kept."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from console import login
from console.client.client import Client
from console.errors import ConsoleError, ServiceNotInRegionError
from console.profiles.entry import FILLED_BY_OTHERS, Entry
from console.profiles.stores.error import PassphraseError
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import Secrets, Store
from console.services.review_messages import workspaces


class RefusedError(Exception):
    """A step went wrong; nothing was kept.

    Attributes:
        error: what went wrong.
        key: the question whose answer it is about; empty where it is about none.
    """

    def __init__(self, error: ConsoleError, key: str = "") -> None:
        super().__init__(error.sentence)
        self.error = error
        self.key = key


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the store and the cloud accepted, and what keeps it.

    Attributes:
        entry: the profile, with what the cloud said of it.
        secrets: its secrets.
        store: where they are to be kept.
        notices: what the operator should know.
    """

    entry: Entry
    secrets: Secrets
    store: Store
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt.

    Attributes:
        environ: the environment variables.
        name: the profile's name.
        passphrase: what opens the encrypted file.
        say: is told which step has begun.
        pick: lets the operator pick one of the workspaces that there are; answers with its id, or
            with nothing.
    """

    environ: Mapping[str, str]
    name: str
    passphrase: Passphrase
    say: Callable[[str], object]
    pick: Callable[[Client], Awaitable[str]]

    async def accepted(self, entry: Entry, typed: Secrets) -> Accepted:
        """Try the store, then the cloud.

        Raises:
            RefusedError: one of them does not accept it.
        """
        self.say("trying the store …")
        try:
            store = await asyncio.to_thread(
                login.ready, entry, self.environ, passphrase=self.passphrase, terminal=False
            )
            if entry.store in FILLED_BY_OTHERS:
                typed = {**await asyncio.to_thread(store.get, self.name), **typed}
        except PassphraseError as error:
            raise RefusedError(error, "passphrase") from error
        except ConsoleError as error:
            raise RefusedError(error, "store") from error
        self.say("asking the cloud …")
        try:
            checked = await login.checked(self.environ, self.name, entry, typed)
        except ConsoleError as error:
            raise RefusedError(error) from error
        workspace, notices = await self._workspace(checked)
        if abs(checked.clock_offset) > login.CLOCK_SECONDS:
            offset = f"{checked.clock_offset:+.0f}"
            notices.append(f"this machine's clock is {offset} s off the server's")
        fields = checked.entry.fields()
        if workspace:
            fields["workspace"] = workspace
        return Accepted(Entry.read(fields), typed, store, notices)

    async def _workspace(self, checked: login.Checked) -> tuple[str, list[str]]:
        """Return the DataArts workspace that the operator picks, where there are some."""
        if checked.profile.workspace:
            return "", []
        self.say("looking for DataArts workspaces …")
        async with Client(checked.profile) as client:
            try:
                if not await workspaces(client):
                    return "", []
            except ServiceNotInRegionError:
                return "", []
            except ConsoleError as error:
                return "", [f"the DataArts workspaces are not known: {error.sentence}"]
            self.say("waiting for a workspace …")
            return await self.pick(client), []

    async def kept(self, accepted: Accepted) -> list[str]:
        """Keep the profile and its secrets; return what the operator should know.

        Raises:
            RefusedError: they were not kept.
        """
        self.say("keeping the secret …")
        try:
            kept = await asyncio.to_thread(
                login.log_in,
                self.environ,
                self.name,
                accepted.entry,
                accepted.secrets,
                accepted.store,
                passphrase=self.passphrase,
            )
        except ConsoleError as error:
            raise RefusedError(error) from error
        return [*accepted.notices, *([kept.notice] if kept.notice else [])]
