"""One line of the table: what was measured, what it is compared with, and what we aim for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from tests.bench.side import Figure


class Unit(StrEnum):
    """What a figure counts."""

    SECONDS = "s"
    ROWS_A_SECOND = "rows/s"
    BYTES = "B"
    LINES = "lines"

    def shown(self, value: float) -> str:
        """Return `value` for people, in a fitting multiple of this unit."""
        match self:
            case Unit.SECONDS if value < 1:
                return f"{value * 1000:.1f} ms"
            case Unit.SECONDS:
                return f"{value:.2f} s"
            case Unit.BYTES if value >= 1024 * 1024:
                return f"{value / 1024 / 1024:.1f} MiB"
        return f"{value:,.0f} {self.value}"


@dataclass(frozen=True)
class Aim:
    """What we want to reach.

    Attributes:
        relation: on which side of `value` we want to be.
        value: the bound, which itself is good enough.
        dream: a bound beyond it that would be splendid.
        of: what is bound: the ratio, or our own figure.
    """

    relation: Literal["at most", "at least", "exactly"]
    value: float
    dream: float | None = None
    of: Literal["ratio", "ours"] = "ratio"

    def _holds(self, reached: float, bound: float) -> bool:
        match self.relation:
            case "at most":
                return reached <= bound
            case "at least":
                return reached >= bound
            case "exactly":
                return reached == bound

    def met(self, reached: float) -> bool:
        """Tell whether `reached` is good enough."""
        return self._holds(reached, self.value)

    def dreamt(self, reached: float) -> bool:
        """Tell whether `reached` is splendid."""
        return self.dream is not None and self._holds(reached, self.dream)


@dataclass(frozen=True)
class Result:
    """A quantity of ours beside the same of somebody else.

    Attributes:
        name: what was measured.
        unit: what both figures count.
        ours: our side.
        theirs: the other side; None where there is nothing to compare with.
        against: who the other side is.
        aim: what we want; None where the line is there to inform.
        note: what a reader should know.
        percent: which value counts: the one that so many of a hundred do not exceed.
    """

    name: str
    unit: Unit
    ours: Figure
    theirs: Figure | None = None
    against: str = ""
    aim: Aim | None = None
    note: str = ""
    percent: int = 50

    @property
    def ours_counts(self) -> float:
        """The value of ours that counts."""
        return self.ours.percentile(self.percent)

    @property
    def theirs_counts(self) -> float | None:
        """The value of theirs that counts; None where there is nothing to compare with."""
        return self.theirs.percentile(self.percent) if self.theirs else None

    @property
    def rounds(self) -> int:
        """How many samples of ours there are."""
        return len(self.ours.values)

    @property
    def ratio(self) -> float | None:
        """Our value divided by theirs; None where there is none, or it is nothing."""
        theirs = self.theirs_counts
        return self.ours_counts / theirs if theirs else None

    @property
    def ratio_of_best(self) -> float | None:
        """The same of the samples that were disturbed least: the fastest, or the smallest."""
        if self.theirs is None or not self.theirs.least:
            return None
        if self.unit is Unit.ROWS_A_SECOND:
            return self.ours.most / self.theirs.most
        return self.ours.least / self.theirs.least

    @property
    def verdict(self) -> str:
        """`yes`, `no`, `dream`, or nothing where nothing is aimed for."""
        reached = self.ours_counts if self.aim and self.aim.of == "ours" else self.ratio
        if self.aim is None or reached is None:
            return ""
        if self.aim.dreamt(reached):
            return "dream"
        return "yes" if self.aim.met(reached) else "no"
