"""What the screen of pools works out of a pool: state, how full it is, who is connected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import ClassVar, Final

from console.services.column import MISSING
from console.services.desktop_pools import DesktopPool
from console.services.model import Record

STEADY: Final = "STEADY"

STATES: Final = {
    "EXIST_FROZEN": "some frozen",
    "TEMPORARY": "in transition",
    "UNKNOWN": "unknown",
    STEADY: "steady",
}
"""The documented states of a pool, the most alarming first, and what each means."""

_ORDER: Final = {state: number for number, state in enumerate(STATES)}

NOT_KNOWN_YET: Final = "…"
NOT_TOLD: Final = "?"


def state_in_words(pool: DesktopPool) -> str:
    """Return a pool's state in words, with the cloud's own word where that is another."""
    state = pool.status
    if state is None:
        return MISSING
    words = STATES.get(state, state)
    return words if words.upper() == state.upper() else f"{words} ({state})"


def is_full(pool: DesktopPool) -> bool:
    """Tell whether every desktop of a pool is in use; a pool without desktops is not full."""
    used, count = pool.desktop_used, pool.desktop_count
    return used is not None and bool(count) and used >= (count or 0)


@dataclass(frozen=True, slots=True)
class State:
    """The column of a pool's state; the alarming ones are the smallest."""

    name: ClassVar[str] = "state"
    title: ClassVar[str] = "State"
    keeps: ClassVar[int] = max(map(len, STATES.values()))
    fixed: ClassVar[bool] = False
    is_time: ClassVar[bool] = False

    def of(self, record: Record) -> int | None:
        """Return how calm the state is; None where the cloud does not say."""
        if not isinstance(record, DesktopPool) or record.status is None:
            return None
        return _ORDER.get(record.status, _ORDER["UNKNOWN"])

    def text(self, record: Record, zone: tzinfo | None) -> str:
        """Return the state in words."""
        del zone
        return state_in_words(record) if isinstance(record, DesktopPool) else MISSING

    def tone(self, record: Record) -> str:
        """Return a warning for what is not steady."""
        state = record.status if isinstance(record, DesktopPool) else None
        return "warning" if state not in {None, STEADY} else ""


@dataclass(frozen=True, slots=True)
class InUse:
    """The column of desktops used of all; sorts by the share."""

    name: ClassVar[str] = "in_use"
    title: ClassVar[str] = "In use"
    fixed: ClassVar[bool] = True
    is_time: ClassVar[bool] = False

    def of(self, record: Record) -> float | None:
        """Return the share of desktops in use, 0 for a pool without any; None where not told."""
        if not isinstance(record, DesktopPool):
            return None
        used, count = record.desktop_used, record.desktop_count
        if used is None or count is None:
            return None
        return used / count if count else 0.0

    def text(self, record: Record, zone: tzinfo | None) -> str:
        """Return '12 of 40', and say where that is all."""
        del zone
        if not isinstance(record, DesktopPool):
            return MISSING
        used, count = record.desktop_used, record.desktop_count
        if used is None and count is None:
            return MISSING
        numbers = (NOT_TOLD if each is None else f"{each:,}" for each in (used, count))
        return " of ".join(numbers) + (" full" if is_full(record) else "")

    def tone(self, record: Record) -> str:
        """Return a warning for a full pool."""
        return "warning" if isinstance(record, DesktopPool) and is_full(record) else ""


@dataclass(slots=True)
class Connected:
    """The column of desktops that somebody is connected to now.

    Attributes:
        numbers: by the pool's id; None where the cloud did not tell. Pools that are missing were
            not asked for yet.
        failed: whether the cloud could not be asked.
    """

    numbers: Mapping[str, int | None] = field(default_factory=dict)
    failed: bool = False

    name: ClassVar[str] = "connected"
    title: ClassVar[str] = "Connected"
    fixed: ClassVar[bool] = True
    is_time: ClassVar[bool] = False

    def of(self, record: Record) -> int | str:
        """Return the number; what is not known is text, and so it comes after all numbers."""
        pool_id = record.id if isinstance(record, DesktopPool) else None
        if self.failed or pool_id is None:
            return NOT_TOLD
        if pool_id not in self.numbers:
            return NOT_KNOWN_YET
        number = self.numbers[pool_id]
        return NOT_TOLD if number is None else number

    def text(self, record: Record, zone: tzinfo | None) -> str:
        """Return the number, or whether it is not known yet or cannot be known."""
        del zone
        number = self.of(record)
        return f"{number:,}" if isinstance(number, int) else number

    def tone(self, record: Record) -> str:
        """Return a quiet look for what is not known."""
        return "dim" if isinstance(self.of(record), str) else ""
