"""From a region to the hosts of a service.

Source: the region modules of the official SDK, kept in `endpoints.json` beside this module. The
first address of a region is the primary one; reads try the later ones when a connection to it
cannot be made.
"""

import json
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from console.client.operation import TITLES, ServiceName
from console.errors import ServiceNotInRegionError, SettingsError

_FALLBACKS: frozenset[str] = frozenset({"iam", "sts"})
"""Services whose default host serves every region that has no host of its own."""


@cache
def _table() -> Mapping[str, Any]:  # Any: a JSON file of our own, checked by a test
    loaded: Mapping[str, Any] = json.loads(
        Path(__file__).with_name("endpoints.json").read_text(encoding="utf-8")
    )
    return loaded


def regions(service: ServiceName) -> tuple[str, ...]:
    """Return the regions that have `service`, sorted."""
    return tuple(sorted(_table()[service]))


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def checked(url: str) -> str:
    """Return `url` without its last slash when it can be used as an endpoint.

    Raises:
        SettingsError: it is no absolute http(s) address, has a path, or is plain http to another
            machine.
    """
    if "@" in url:  # said without repeating it: what stands before the sign is a secret
        raise SettingsError("an endpoint holds no user name or password")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(f"the endpoint {url!r} is no address: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise SettingsError(
            f"the endpoint {url!r} is no address",
            hint="give it like https://host or https://host:port",
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(f"the endpoint {url!r} has a path", hint="give the host alone")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise SettingsError(
            f"the endpoint {url!r} is plain http to another machine",
            hint="use https; plain http is for loopback only",
        )
    return url.rstrip("/")


def _each(urls: str) -> tuple[str, ...]:
    return tuple(checked(url.strip()) for url in urls.split(",") if url.strip())


class Endpoints:
    """The addresses of every service, for one region and its overrides."""

    def __init__(self, region: str, *, everywhere: str = "", single: Mapping[str, str]) -> None:
        """Check the overrides.

        Args:
            region: the region's id.
            everywhere: one address for all services; empty for none.
            single: addresses of single services; they win over `everywhere`. Each may name
                fail-over addresses after the first, separated by commas.

        Raises:
            SettingsError: an override cannot be used.
        """
        self.region = region
        self._everywhere = _each(everywhere)
        self._single = {service: _each(urls) for service, urls in single.items()}

    def of(self, service: ServiceName) -> tuple[str, ...]:
        """Return the addresses of `service`, the one to try first at the front.

        Raises:
            ServiceNotInRegionError: the region has no such service.
        """
        if own := self._single.get(service) or self._everywhere:
            return own
        table = _table()
        if found := table[service].get(self.region):
            return tuple(found)
        if service in _FALLBACKS:
            return (str(table["defaults"][service]),)
        raise ServiceNotInRegionError(TITLES[service], self.region, regions(service))
