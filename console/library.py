"""The library face: the same listings for a notebook or a script, without a terminal."""

import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from console.client.client import Client
from console.client.paging import Row
from console.errors import IncompleteError
from console.profiles import choice
from console.profiles.profile import Profile
from console.services.listing import named
from console.services.model import Record
from console.text import Json


@dataclass(frozen=True, slots=True)
class Fetched:
    """Some rows of a listing.

    Attributes:
        records: the rows, each value in its type.
        rows: the same as the cloud wrote them.
        total: how many rows the listing has; None where the cloud does not say.
        incomplete: why rows are missing; empty while none are.
        fetched_at: when the last of them came, aware, UTC; None where none came.
        beside: what the last answer says beside its rows and their total, such as other sums.
    """

    records: list[Record]
    rows: list[Row]
    total: int | None
    incomplete: str
    fetched_at: datetime | None
    beside: Mapping[str, Json]


def connect(profile: Profile | str | None = None, *, read_only: bool = False) -> Client:
    """Return a client, to be used as an async context manager.

    Nobody is asked for anything: a profile whose secret has to be typed cannot be used here.

    Args:
        profile: the way into the cloud, itself or by name; where none is given, the one that a
            command would take.
        read_only: whether to refuse every call that changes something.

    Raises:
        CredentialsError: there is no credential, or its secret cannot be reached.
        SettingsError: the profile, or a setting, cannot be used.
    """
    if isinstance(profile, Profile):
        return Client(replace(profile, read_only=read_only or profile.read_only))
    from console import access  # noqa: PLC0415 - loads the models of the file

    chosen = choice.choose(os.environ, profile)
    return Client(access.opened(chosen, os.environ, terminal=False, read_only=read_only))


async def fetch(
    cloud: Client, listing: str, *, limit: int = 100, offset: int = 0, **values: Any
) -> Fetched:  # Any: the query checks every value
    """Return rows of a listing.

    Args:
        cloud: a client.
        listing: the listing's name, as the commands call it.
        limit: rows to read at the most, 1 or more; as many pages as that takes.
        offset: rows to leave out at the start, 0 or more.
        values: the parameters of the operation.

    Raises:
        QueryError: a value is wrong; nothing was sent.
        ConsoleError: the cloud refused, or could not be reached.
    """
    found = named(listing)
    queries = await found.queries(cloud, values)
    pages = found.pages(cloud, *queries, offset=offset, most=limit)
    rows: list[Row] = []
    fetched_at: datetime | None = None
    beside: Mapping[str, Json] = {}
    async for page in pages:
        rows.extend(page.rows)
        fetched_at, beside = page.fetched_at, page.beside
    incomplete = pages.incomplete or found.left_out(cloud.profile, values)
    return Fetched(found.records(rows), rows, pages.total, incomplete, fetched_at, beside)


async def records(cloud: Client, listing: str, **values: Any) -> AsyncIterator[Record]:
    """Yield every record of a listing, in the memory of a few pages.

    Args:
        cloud: a client.
        listing: the listing's name, as the commands call it.
        values: the parameters of the operation.

    Raises:
        QueryError: a value is wrong; nothing was sent.
        IncompleteError: rows are missing; those before were given.
        ConsoleError: the cloud refused, or could not be reached.
    """
    found = named(listing)
    pages = found.pages(cloud, *await found.queries(cloud, values))
    async for page in pages:
        for record in found.records(page.rows):
            yield record
    if pages.incomplete:
        raise IncompleteError(pages.incomplete, hint="the listing moved while it was read")
    if left_out := found.left_out(cloud.profile, values):
        raise IncompleteError(left_out)
