"""A pool by its name, where an operation takes its id."""

import re
from collections.abc import Mapping
from typing import Any, Final

from console.client.client import Client
from console.errors import ConsoleError, Exit

FIELDS: Final = frozenset({"pool_id", "desktop_pool_id"})
"""Parameters that are the id of a pool."""

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE)
"""What is an id by its looks, so that no pool has to be read for it."""


class PoolError(ConsoleError):
    """A name is no pool's, or that of several; their rows were not asked for."""

    title = "Not asked"
    exit_code = Exit.USAGE


async def with_ids(
    client: Client,
    values: Mapping[str, Any],  # Any: each parameter has its own type
) -> dict[str, Any]:
    """Return `values` with the id of a pool where they have its name.

    Raises:
        PoolError: no pool is called so, or several are.
        ConsoleError: the pools could not be read.
    """
    found = dict(values)
    for field in FIELDS & found.keys():
        word = found[field]
        if word and not _ID.fullmatch(word):
            found[field] = await _id_of(client, word)
    return found


async def _id_of(client: Client, word: str) -> str | None:
    from console.sending import targets  # noqa: PLC0415 - loads the journal, for a name alone

    try:
        return targets.pool_called(word, await targets.every_pool(client)).id
    except targets.TargetError as error:
        raise PoolError(error.sentence, hint=error.hint) from error
