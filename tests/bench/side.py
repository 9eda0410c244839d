"""Sides, and how they are measured alternately."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Sample: TypeAlias = Mapping[str, float]
"""What one run gave: quantities by name. Times are in seconds, sizes in bytes."""


@dataclass(frozen=True)
class Side:
    """One of the things that are compared.

    Attributes:
        name: what people call it.
        run: does it once.
    """

    name: str
    run: Callable[[], Sample]


@dataclass(frozen=True)
class Figure:
    """The values of one quantity over all rounds, at least one."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value; the one that counts."""
        return statistics.median(self.values)

    def percentile(self, percent: int) -> float:
        """Return the value that so many of a hundred do not exceed; the middle one for 50."""
        if percent == 50:
            return self.median
        in_order = sorted(self.values)
        return in_order[min(len(in_order) - 1, math.ceil(len(in_order) * percent / 100) - 1)]

    @property
    def least(self) -> float:
        """The smallest value; of a time, the one with the least of other people's work in it."""
        return min(self.values)

    @property
    def most(self) -> float:
        """The largest value."""
        return max(self.values)

    def per(self, amount: float) -> "Figure":
        """Return `amount` divided by each value: a rate, where the values are times."""
        return Figure(tuple(amount / value for value in self.values))


@dataclass(frozen=True)
class Series:
    """All samples of one side."""

    samples: tuple[Sample, ...]

    def figure(self, quantity: str) -> Figure:
        """Return the values of one quantity."""
        return Figure(tuple(sample[quantity] for sample in self.samples))


def alternate(sides: Sequence[Side], rounds: int, *, warm: bool = True) -> dict[str, Series]:
    """Run every side once a round and return the samples by the sides' names.

    Every other round goes backwards, so that no side always follows the same other one.

    Args:
        sides: what to run; their names differ.
        rounds: how many samples to take of each.
        warm: whether to run each once beforehand, unmeasured, so that files are cached and
            bytecode is written.
    """
    if warm:
        for side in sides:
            side.run()
    taken: dict[str, list[Sample]] = {side.name: [] for side in sides}
    for number in range(rounds):
        for side in sides if number % 2 == 0 else reversed(sides):
            taken[side.name].append(side.run())
    return {name: Series(tuple(samples)) for name, samples in taken.items()}
