"""How one emulated cloud is set up."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

MOST_RECORDS = 10_000_000
RATES = ("error_rate", "drop_rate", "cut_rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run of the emulator is told; the defaults give a healthy, generous cloud.

    Attributes:
        port: TCP port on 127.0.0.1; 0 takes a free one.
        records: How many blocking records about desktops there are.
        seed: Decides every name, id, key and time of the data set.
        latency_ms: Waiting time before every answer.
        jitter_ms: Upper bound of a further, random waiting time.
        error_rate: Share of the requests answered with a server error, 0 to 1.
        drop_rate: Share of the connections closed before an answer, 0 to 1.
        cut_rate: Share of the connections closed in the middle of the body, 0 to 1.
        throttle: Requests per second that one user may make; 0 for any number.
        token_lifetime: Seconds that an IAM token lives.
        clock: ISO 8601 instant that the data takes for 'now'; without it, the real one.
        until_stdin_closes: Whether the end of standard input ends the run too.
    """

    port: int = 0
    records: int = 18_344
    seed: int = 1
    latency_ms: float = 0.0
    jitter_ms: float = 0.0
    error_rate: float = 0.0
    drop_rate: float = 0.0
    cut_rate: float = 0.0
    throttle: float = 200.0
    token_lifetime: int = 86_400
    clock: str | None = None
    until_stdin_closes: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, (int, float)) and field.name != "seed" and value < 0:
                raise ValueError(f"{field.name} must not be negative")
            if field.name in RATES and value > 1:
                raise ValueError(f"{field.name} is a share, from 0 to 1")
        if self.records > MOST_RECORDS:
            raise ValueError(f"records must not be more than {MOST_RECORDS}")
        self.now()

    def now(self) -> datetime:
        """Return the instant that the data set takes for the present.

        Raises:
            ValueError: `clock` is no ISO 8601 instant.
        """
        if self.clock is None:
            return datetime.now(UTC)
        instant = datetime.fromisoformat(self.clock)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
