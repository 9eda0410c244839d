"""The way into the cloud that a command takes: which profile, and what must be asked for it."""

import os
import sys
from typing import Any

import click
from pydantic import SecretStr

from console.cli.talk import say
from console.errors import CredentialsError
from console.profiles import choice, environment
from console.profiles.profile import Profile
from console.text import cell


def taken(profile_name: str | None, *, read_only: bool) -> Profile:
    """Return the profile that the options of a command, or those before it, choose."""
    before = click.get_current_context().find_root().params
    return profile(named(profile_name), read_only=read_only or bool(before.get("read_only")))


def named(profile_name: str | None) -> str | None:
    """Return the name that a command gives, or that `--profile` before it gives."""
    if profile_name is not None:
        return profile_name
    before: str | None = click.get_current_context().find_root().params.get("profile_name")
    return before


def profile(profile_name: str | None = None, *, read_only: bool = False) -> Profile:
    """Return the profile to use, with its secrets.

    Args:
        profile_name: what `--profile` says.
        read_only: what `--read-only` says.

    Raises:
        CredentialsError: there is no credential, or its secret cannot be reached.
        SettingsError: the profile or a setting cannot be used.
    """
    decided = choice.choose(os.environ, profile_name)
    for notice in decided.notices:
        say(cell(notice))
    if decided.name == environment.NAME:  # nothing of files and stores is loaded for it
        found = environment.profile(os.environ)
        return choice.applied(found, os.environ, read_only=read_only)
    from console import access  # noqa: PLC0415 - loads the models of the file

    return access.opened(
        decided,
        os.environ,
        ask=ask_secret if asks() else None,
        passphrase=passphrase(),
        terminal=asks(),
        read_only=read_only,
    )


def asks() -> bool:
    """Tell whether there is somebody to ask: stdin and stderr are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_secret(name: str, secret: str) -> SecretStr:
    """Ask for one secret of a profile; nothing of it is shown.

    Raises:
        CredentialsError: there is nobody to ask.
    """
    from console.profiles.entry import SECRET_WORDS  # noqa: PLC0415 - loads the file's models

    words = SECRET_WORDS.get(secret, secret)
    if not asks():
        raise CredentialsError(
            f"profile {name} needs the {words}, and there is no terminal to ask at",
            hint="keep the secret in a store that needs no terminal: console login",
        )
    return SecretStr(click.prompt(f"{words} of {name}", hide_input=True, err=True))


def passphrase() -> Any:  # Any: the class is loaded with the stores only
    """Return what opens the encrypted file in this run; asked for once, if at all."""
    from console.profiles.stores.passphrase import Passphrase  # noqa: PLC0415 - as the class

    def ask(*, new: bool) -> SecretStr:
        words = "a new passphrase, for" if new else "passphrase of"
        said = click.prompt(
            f"{words} the secrets file", hide_input=True, confirmation_prompt=new, err=True
        )
        return SecretStr(said)

    return Passphrase(os.environ, ask if asks() else None, terminal=asks())
