"""The way into the cloud that a command takes."""

import os
from collections.abc import Mapping

from console.client.client import Client
from console.profiles import environment
from console.profiles.profile import Profile
from console.services.listing import AnyListing
from console.services.model import Origin, Query, extra


def profile() -> Profile:
    """Return the profile to use.

    Raises:
        CredentialsError: the environment holds no credential.
        SettingsError: it holds something that cannot be used.
    """
    return environment.profile(os.environ)


async def queries(client: Client, listing: AnyListing, values: Mapping[str, object]) -> list[Query]:
    """Return the queries that ask `values`, filled up from the client's profile.

    The account's id is looked up where the listing needs one and the profile has none.

    Raises:
        QueryError: a value is wrong, or a mandatory one is missing.
        ConsoleError: the account's id could not be looked up.
    """
    profile_ = client.profile
    known: dict[str, str] = {
        Origin.WORKSPACE: profile_.workspace,
        Origin.DOMAIN: profile_.domain_id,
        Origin.CHECK_PROJECT: profile_.check_project_id,
    }
    wants_domain = any(
        extra(field, "origin") == Origin.DOMAIN and values.get(name) is None
        for name, field in listing.query.model_fields.items()
    )
    if wants_domain and not known[Origin.DOMAIN]:
        known[Origin.DOMAIN] = await client.domain_id()
    found: list[Query] = listing.queries(values, known)
    return found
