"""Secrets in environment variables, under the names of the official tools."""

from collections.abc import Mapping

from pydantic import SecretStr

from console.errors import ConsoleError
from console.profiles import environment
from console.profiles.credential import AccessKey, AssumedRole, Credential, Token
from console.profiles.stores.error import StoreError
from console.profiles.stores.store import Probe, Secrets
from console.text import cell


class Environment:
    """Read secrets from `environ`; the names are those of `console.profiles.environment`."""

    name = "environment"
    writable = False

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def probe(self) -> Probe:
        """Say whether there is a credential among the variables."""
        try:
            found = self._secrets()
        except StoreError as error:
            return Probe(usable=False, sentence=f"{error.sentence}; {error.hint}", backend=_BEHIND)
        return Probe(
            usable=True, sentence=f"they hold: {', '.join(sorted(found))}", backend=_BEHIND
        )

    def get(self, profile: str) -> Secrets:
        """Return the secrets that the variables hold, whatever the profile's name.

        With a secret key comes the access key that it belongs to.

        Raises:
            StoreError: they hold no credential, or half of one.
        """
        del profile
        return self._secrets()

    def put(self, profile: str, secrets: Mapping[str, SecretStr]) -> None:
        """Refuse: a process cannot change the environment that it was started with."""
        del secrets
        raise StoreError(
            f"the secret of profile {cell(profile)!r} is kept in environment variables",
            hint="set them where the program is started",
        )

    def delete(self, profile: str) -> None:
        """Leave the variables as they are."""

    def _secrets(self) -> Secrets:
        try:
            credential = environment.profile(self._environ).credential
        except ConsoleError as error:
            raise StoreError(error.sentence, hint=error.hint) from error
        return _by_name(credential)


def _by_name(credential: Credential) -> Secrets:
    if isinstance(credential, AssumedRole):
        credential = credential.base
    if isinstance(credential, AccessKey):
        pair = {
            "access_key": SecretStr(credential.access_key),
            "secret_key": credential.secret_key,
        }
        token = credential.security_token
        return {**pair, "security_token": token} if token else pair
    if isinstance(credential, Token):
        return {"token": credential.value}
    return {"password": credential.password}


_BEHIND = "environment variables"
