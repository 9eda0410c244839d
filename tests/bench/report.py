"""The table for people, and the same as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from tests.bench.machine import Machine
from tests.bench.result import Aim, Result, Unit
from tests.bench.side import Figure

_HEAD = ("measurement", "ours", "theirs", "against", "ratio", "best", "aim", "met", "n")
_RIGHT = frozenset({"ours", "theirs", "ratio", "best", "n"})


def _aim(aim: Aim | None, unit: Unit) -> str:
    if aim is None:
        return ""
    sign = {"at most": "<=", "at least": ">=", "exactly": "="}[aim.relation]
    dream = f" ({aim.dream:g})" if aim.dream is not None else ""
    value = f"{aim.value:g}" if aim.of == "ratio" else unit.shown(aim.value)
    return f"{sign} {value}{dream}"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _cells(result: Result) -> tuple[str, ...]:
    return (
        result.name,
        result.unit.shown(result.ours_counts),
        "" if (theirs := result.theirs_counts) is None else result.unit.shown(theirs),
        result.against,
        _ratio(result.ratio),
        _ratio(result.ratio_of_best),
        _aim(result.aim, result.unit),
        result.verdict,
        str(result.rounds),
    )


def heading(machine: Machine) -> Iterator[str]:
    """Yield the lines that say where the measuring happened."""
    yield (
        f"{machine.model}, {machine.cores} cores, {machine.memory / 1024**3:.0f} GiB; "
        f"{machine.system}"
    )
    yield machine.python
    yield ", ".join(f"{name} {number}" for name, number in machine.packages.items())
    yield f"{machine.at}, load {machine.load:.2f} before and {machine.load_after:.2f} after"
    if machine.busy:
        yield "OTHER WORK RAN HERE: look at `best`, the ratio of the samples disturbed least"


def table(results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines of the table, notes below it."""
    lines = [_HEAD, *map(_cells, results)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for number, line in enumerate(lines):
        yield "  ".join(
            cell.rjust(width) if name in _RIGHT else cell.ljust(width)
            for name, cell, width in zip(_HEAD, line, widths, strict=True)
        ).rstrip()
        if number == 0:
            yield "  ".join("-" * width for width in widths)
    for result in results:
        if result.note:
            yield f"* {result.name}: {result.note}"


def _figure(figure: Figure | None) -> dict[str, object] | None:
    if figure is None:
        return None
    return {
        "median": figure.median,
        "least": figure.least,
        "most": figure.most,
        "values": figure.values,
    }


def as_json(machine: Machine, results: Sequence[Result]) -> dict[str, object]:
    """Return everything, every sample included, as JSON knows it."""
    return {
        "machine": asdict(machine),
        "results": [
            {
                "measurement": result.name,
                "unit": result.unit.value,
                "ours": _figure(result.ours),
                "theirs": _figure(result.theirs),
                "against": result.against,
                "percent": result.percent,
                "ratio": result.ratio,
                "ratio_of_best": result.ratio_of_best,
                "aim": asdict(result.aim) if result.aim else None,
                "met": result.verdict or None,
                "rounds": result.rounds,
                "note": result.note,
            }
            for result in results
        ],
    }
