"""How fast a host may be asked: a limiter for each, so that the gateway need not refuse.

Sources: the throttling pages of Workspace (reads 200 a minute for one user), MetaStudio (10 to 20 a
second) and DataArts Studio (10 a second for one user). The exact rows of our operations are not
published, so these are what their siblings have; a 429 is still understood and waited out.
"""

from typing import TYPE_CHECKING, Final

from console.client.endpoints import is_loopback
from console.client.operation import ServiceName

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

_RATES: Final[dict[ServiceName, tuple[float, float]]] = {
    "workspace": (200, 60.0),
    "metastudio": (10, 1.0),
    "dataartsstudio": (10, 1.0),
}
_UNPUBLISHED: Final = (10, 1.0)


class Limiters:
    """One limiter for each host, made when first needed. Loopback has no gateway and no limit."""

    def __init__(self) -> None:
        self._limiters: dict[str, AsyncLimiter] = {}

    async def wait(self, host: str, service: ServiceName) -> None:
        """Wait until one more request to `host` is within its rate."""
        if is_loopback(host):
            return
        if host not in self._limiters:
            from aiolimiter import AsyncLimiter  # noqa: PLC0415 - loopback never needs it

            rate, seconds = _RATES.get(service, _UNPUBLISHED)
            self._limiters[host] = AsyncLimiter(rate, seconds)
        await self._limiters[host].acquire()
