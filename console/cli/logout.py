"""`console logout`: the secret of a profile is removed, the profile stays."""

import os

import click

from console import access
from console.cli import way
from console.cli.talk import say
from console.errors import Exit, SettingsError
from console.profiles import choice, environment


@click.command("logout")
@click.argument("name", required=False, metavar="[PROFILE]")
def command(name: str | None) -> int:
    """Remove the secret of a profile; the profile stays."""
    decided = choice.choose(os.environ, way.named(name))
    if decided.name == environment.NAME:
        raise SettingsError("the environment keeps its own secret", hint="unset its variables")
    if access.forget(os.environ, decided.name, passphrase=way.passphrase()):
        say(f"profile {decided.name} has no secret any more")
    else:
        say(f"the secret of profile {decided.name} is kept by others; remove it there")
    return Exit.DONE
