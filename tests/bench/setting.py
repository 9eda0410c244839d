"""What every subject may use: emulated clouds, started when first asked for; how thorough to be."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.cloud import Cloud, running_cloud


@dataclass
class Setting:
    """The surroundings of a run of the bench; use it as a context manager.

    Attributes:
        quick: whether to take fewer samples and shorter listings, for a first look.
    """

    quick: bool = False
    _clouds: dict[tuple[int, float], Cloud] = field(default_factory=dict)
    _running: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._clouds.clear()
        self._running.close()

    def cloud(self, *, records: int, latency_ms: float = 0) -> Cloud:
        """Return a cloud that is as large and as far away as told and refuses nobody for haste."""
        key = (records, latency_ms)
        if key not in self._clouds:
            words = ["--records", str(records), "--throttle", "0", "--latency-ms", str(latency_ms)]
            self._clouds[key] = self._running.enter_context(running_cloud(*words))
        return self._clouds[key]

    def rounds(self, number: int = 9) -> int:
        """Return how many samples to take, where `number` are enough for a verdict."""
        return min(number, 3) if self.quick else number
