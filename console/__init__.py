"""A terminal console for the notification operations of Huawei Cloud.

What a notebook or a script imports. Everything is loaded when it is first used.

    async with console.connect() as cloud:
        page = await console.fetch(cloud, "blocked", query_type="DESKTOP", limit=100)
        async for record in console.records(cloud, "reviews"):
            ...
"""

from typing import TYPE_CHECKING, Any

from console.version import __version__

if TYPE_CHECKING:
    from console.library import connect, fetch, records

__all__ = ["__version__", "connect", "fetch", "records"]


def __getattr__(name: str) -> Any:  # Any: whichever function is asked for
    """Load the library face when one of its functions is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from console import library  # noqa: PLC0415 - a command never needs it

    return getattr(library, name)
