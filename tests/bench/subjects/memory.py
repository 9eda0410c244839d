"""Peak memory of writing every row: a long listing must need hardly more than a short one."""

from collections.abc import Iterator

from tests.bench.process import CONSOLE, run
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Figure, Sample, Side, alternate

_SHORT, _LONG, _QUICK_LONG = 10_000, 1_000_000, 100_000
_ALL = ("blocked", "--query-type", "DESKTOP", "--all", "-o", "ndjson")


def _side(setting: Setting, records: int) -> Side:
    environ = setting.cloud(records=records).environ()

    def write_all() -> Sample:
        return run(CONSOLE, *_ALL, environ=environ).sample

    return Side(str(records), write_all)


def measure(setting: Setting) -> Iterator[Result]:
    """Compare both, and count the lines."""
    long = _QUICK_LONG if setting.quick else _LONG
    sides = [_side(setting, records) for records in (_SHORT, long)]
    series = alternate(sides, setting.rounds(3), warm=False)
    yield Result(
        f"peak memory of `--all -o ndjson`, {long:,} rows",
        Unit.BYTES,
        series[str(long)].figure("peak"),
        series[str(_SHORT)].figure("peak"),
        f"{_SHORT:,} rows",
        Aim("at most", 1.3),
    )
    for records in (_SHORT, long):
        total = setting.cloud(records=records).facts["records"]["DESKTOP"]
        written = series[str(records)].figure("lines")
        yield Result(
            f"lines of `--all -o ndjson`, {records:,} rows",
            Unit.LINES,
            written,
            Figure(tuple(float(total) for _ in written.values)),
            "total_count",
            Aim("exactly", 1),
        )
    yield Result(
        f"`--all -o ndjson`, {long:,} rows",
        Unit.ROWS_A_SECOND,
        series[str(long)].figure("wall").per(long),
        note="from the start of the process to its end",
    )
