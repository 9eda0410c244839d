"""The table of records beside Textual's own: loading very many rows, and paging down in them."""

import json
from collections.abc import Iterator

from tests.bench.process import module, run
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Sample, Side, alternate

_ROWS, _QUICK_ROWS = 100_000, 5_000
_STOCK = "DataTable"


def _side(name: str, rows: int) -> Side:
    def show() -> Sample:
        ran = run(*module("tables"), name, str(rows), environ={"COLORTERM": "truecolor"})
        return {**ran.sample, **json.loads(ran.last_line)}

    return Side(name, show)


def measure(setting: Setting) -> Iterator[Result]:
    """Load the same rows of eight columns into both, and press PageDown in both."""
    rows = _QUICK_ROWS if setting.quick else _ROWS
    sides = [_side("ours", rows), _side("stock", rows)]
    series = alternate(sides, setting.rounds(3), warm=False)
    ours, stock = series["ours"], series["stock"]
    yield Result(
        f"loading {rows:,} rows into the table, to painted",
        Unit.SECONDS,
        ours.figure("load"),
        stock.figure("load"),
        _STOCK,
        Aim("at most", 0.02, dream=0.01),
        note="of records and texts that are there already",
    )
    yield Result(
        f"PageDown in {rows:,} rows, key to painted",
        Unit.SECONDS,
        ours.figure("page"),
        stock.figure("page"),
        _STOCK,
        Aim("at most", 0.25),
    )
    yield Result(
        f"{rows:,} rows in the table: peak memory",
        Unit.BYTES,
        ours.figure("peak"),
        stock.figure("peak"),
        _STOCK,
    )
