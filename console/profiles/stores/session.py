"""Secrets that live as long as this process: written nowhere, gone when it ends."""

from collections.abc import Mapping

from pydantic import SecretStr

from console.profiles.stores.error import StoreError
from console.profiles.stores.store import Probe, Secrets
from console.text import cell


class Session:
    """Keep secrets in the memory of this process."""

    name = "session"
    writable = True

    def __init__(self) -> None:
        self._kept: dict[str, Secrets] = {}

    def __reduce__(self) -> str:
        raise TypeError("a store is not pickled: its secrets would be plain text")

    def probe(self) -> Probe:
        """Say that memory is there."""
        return Probe(
            usable=True,
            sentence="the secret is forgotten when the program ends",
            backend="the memory of this process",
        )

    def get(self, profile: str) -> Secrets:
        """Return the secrets of `profile`.

        Raises:
            StoreError: this process was not given any.
        """
        if profile not in self._kept:
            raise StoreError(
                f"the secret of profile {cell(profile)!r} was kept for one session only",
                hint="at a terminal it is asked for; elsewhere choose a store: "
                f"console login {cell(profile)} --store keyring|file|command",
            )
        return dict(self._kept[profile])

    def put(self, profile: str, secrets: Mapping[str, SecretStr]) -> None:
        """Keep `secrets` until this process ends."""
        self._kept[profile] = dict(secrets)

    def delete(self, profile: str) -> None:
        """Forget the secrets of `profile`."""
        self._kept.pop(profile, None)


SHARED = Session()
"""The memory that all of one run share."""
