"""`console decode`: what an encoded authorization message says."""

import asyncio
import sys

import click

from console.cli import way
from console.cli.options import way_options
from console.cli.output import put
from console.client.client import Client
from console.errors import AuthenticationError, CredentialsError, Exit
from console.profiles.credential import AccessKey
from console.services.projects import decode_authorization_message
from console.text import safe


@click.command("decode")
@click.argument("message")
def command(message: str, *, profile_name: str | None, read_only: bool) -> int:
    """Say which rule refused, from the encoded message of a refusal; - reads it from stdin.

    STS answers a signature made with an access key; a token is not enough.
    """
    encoded = sys.stdin.read().strip() if message == "-" else message

    profile = way.taken(profile_name, read_only=read_only)

    async def ask() -> str:
        async with Client(profile) as client:
            return await decode_authorization_message(client, encoded)

    try:
        put(f"{safe(asyncio.run(ask()))}\n")
    except AuthenticationError as error:
        if isinstance(profile.credential, AccessKey):
            raise
        raise CredentialsError(
            f"STS did not take the token of profile {profile.name}: {error.sentence}",
            hint="it is documented to answer a signature alone: use a profile with an access key",
        ) from error
    return Exit.DONE


command.params += way_options()
