"""Names of pools: whether there is a pool of a name, and which one may be meant."""

from difflib import get_close_matches

from console.client.client import Client
from console.library import fetch
from console.services.desktop_pools import DesktopPool

_MOST = 1_000
"""Pools that are looked at."""


async def missing(client: Client, name: str) -> str:
    """Say that there is no pool whose name holds `name`, and which is most like it.

    The sentence is empty where there is one, or where not all pools were looked at. No rows of a
    pool that does not exist would be a false comfort.

    Raises:
        ConsoleError: the cloud refused, or could not be reached.
    """
    found = await fetch(client, "pools", limit=_MOST)
    names = [each.name for each in found.records if isinstance(each, DesktopPool) and each.name]
    if found.incomplete or found.total != len(found.records) or any(name in one for one in names):
        return ""
    folded = {each.casefold(): each for each in names}
    like = [each for each in folded if name.casefold() in each]
    like += get_close_matches(name.casefold(), folded, n=1)
    return f"there is no pool named {name}" + (f"; {folded[like[0]]}?" if like else "")
