"""How often one user may call."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from console.emulator.dialects import GATEWAY

if TYPE_CHECKING:
    from console.emulator.faults import Faults


class Throttle:
    """A bucket of requests per user, one second deep, filled at the rate in force.

    Source: API Gateway answers 429 with APIGW.0308 above the limit of an API. `Retry-After` is
    what the standard offers for it.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, user: str) -> None:
        """Count a request of a user.

        Raises:
            RefusedError: The user calls too fast.
        """
        rate = self._faults.rates.throttle
        if not rate:
            return
        now = time.monotonic()
        depth = max(1.0, rate)
        left, since = self._buckets.get(user, (depth, now))
        left = min(depth, left + (now - since) * rate)
        if left < 1:
            self._buckets[user] = (left, now)
            wait = math.ceil((1 - left) / rate)
            raise GATEWAY.refuse(
                429,
                f"The throttling threshold has been reached: over {rate:g} requests/s of a user",
                headers=(("Retry-After", str(wait)),),
            )
        self._buckets[user] = (left - 1, now)
