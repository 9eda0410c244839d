"""Where the time of a one-line command goes, ours beside the SDK's; to inform, not to judge."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.process import Ran, program, run
from tests.bench.result import Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Sample, Side, alternate
from tests.bench.subjects.cold import BLOCKED, RECORDS

_LINE: Final = re.compile(
    r"mark: (?P<at>[\d.]+) (?P<mark>\w+)"
    r"|import time: +(?P<micros>\d+) \| +\d+ \| +(?P<module>\S+)"
)
_SHOWN: Final = 12
"""Packages that get a line of their own."""

_STDLIB: Final = "the standard library"
_IMPORTING: Final = "importing "
"""Before a package's name: the quantity that says what importing it took."""


@dataclass(frozen=True)
class _Stage:
    """What happens between two marks.

    Attributes:
        seconds: how long it took.
        imports: seconds of it that went into importing, by package.
    """

    seconds: float
    imports: Mapping[str, float]

    @property
    def importing(self) -> float:
        return sum(self.imports.values())

    @property
    def working(self) -> float:
        return max(0.0, self.seconds - self.importing)  # two clocks; the rest may be nothing


def _package(module: str) -> str:
    name = module.partition(".")[0]
    return _STDLIB if name in sys.stdlib_module_names else name


def _stages(ran: Ran) -> dict[str, _Stage]:
    """Cut a run at its marks; what is imported in each part is in Python's own list."""
    name, since = "python", ran.sample["began"]
    stages: dict[str, _Stage] = {}
    imports: defaultdict[str, float] = defaultdict(float)
    for found in _LINE.finditer(ran.talk):
        if found["module"]:
            imports[_package(found["module"])] += int(found["micros"]) / 1e6
            continue
        at = float(found["at"])
        stages[name] = _Stage(at - since, imports)
        name, since, imports = found["mark"], at, defaultdict(float)
    stages[name] = _Stage(ran.sample["ended"] - since, imports)
    return stages


def _side(name: str, words: Sequence[str], environ: Mapping[str, str]) -> Side:
    def trace() -> Sample:
        ran = run(*program("marked_blocked", options=("-X", "importtime")), *words, environ=environ)
        stages = _stages(ran)
        later = [stages[each] for each in ("program", "request", "rest")]
        sample = {
            "whole": ran.sample["wall"],
            "python": stages["python"].seconds,
            "imports": sum(stage.importing for stage in later),
            "before": stages["program"].working,
            "request": stages["request"].working,
            "after": stages["rest"].working,
        }
        for stage in later:
            for package, seconds in stage.imports.items():
                key = _IMPORTING + package
                sample[key] = sample.get(key, 0) + seconds
        return sample

    return Side(name, trace)


_STAGES: Final = {
    "whole": "the whole, as traced",
    "python": "Python's own start",
    "imports": "importing",
    "before": "working before the request",
    "request": "the request, parsing included",
    "after": "writing, and ending",
}


def measure(setting: Setting) -> Iterator[Result]:
    """Run both commands under Python's import timer, with marks around the request."""
    environ = setting.cloud(records=RECORDS).environ()
    sides = [_side("ours", ("console", *BLOCKED), environ), _side("sdk", ("sdk",), environ)]
    series = alternate(sides, setting.rounds(7))
    ours, sdk = series["ours"], series["sdk"]
    for quantity, title in _STAGES.items():
        yield Result(
            f"cold command: {title}",
            Unit.SECONDS,
            ours.figure(quantity),
            sdk.figure(quantity),
            "official SDK",
        )
    keys = set(ours.samples[0]).intersection(*ours.samples)
    imported = [key for key in keys if key.startswith(_IMPORTING)]
    dearest = sorted(imported, key=lambda key: ours.figure(key).median, reverse=True)
    for key in dearest[:_SHOWN]:
        package = key.removeprefix(_IMPORTING)
        yield Result(f"cold command: importing {package}", Unit.SECONDS, ours.figure(key))
