"""The start and the keys over a slow line; to inform, as most of it is the line's."""

from collections.abc import Iterator
from typing import Final

from tests.bench import screens
from tests.bench.result import Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Sample, Side, alternate
from tests.bench.table_keys import KINDS, press, seconds, tables
from tests.bench.terminal import SMALL, Line, Program, opened

_LINES: Final = (Line(0.05), Line(0.2, 128_000))
_ROUNDS: Final = 7
_PRESSES: Final = 1


def _side(program: Program, line: Line) -> Side:
    def start() -> Sample:
        with opened(program, SMALL, line) as session:
            return {
                "frame": session.shown(program.frame).seconds,
                "data": session.shown(program.data).seconds,
            }

    return Side(program.name, start)


def measure(setting: Setting) -> Iterator[Result]:
    """Start the console and the DataTable app over each line, and press keys in them."""
    cloud = setting.cloud(records=screens.RECORDS)
    programs = [screens.ours(cloud), screens.stock(cloud)]
    for line in _LINES:
        rounds = setting.rounds(_ROUNDS)
        series = alternate([_side(each, line) for each in programs], rounds, warm=False)
        ours, stock = series[screens.OURS], series[screens.STOCK]
        for quantity, title in (("frame", "first frame"), ("data", "first data")):
            yield Result(
                f"{line}: {title}",
                Unit.SECONDS,
                ours.figure(quantity),
                stock.figure(quantity),
                screens.STOCK,
                note="" if quantity == "frame" else "ours: one figure; theirs: 1,000 rows",
            )
        with tables(programs, SMALL, line) as sides:
            answers = press(sides, rounds, _PRESSES)
        for kind in KINDS:
            yield Result(
                f"{line}: {kind}, key to painted",
                Unit.SECONDS,
                seconds(answers[screens.OURS][kind]),
                seconds(answers[screens.STOCK][kind]),
                screens.STOCK,
            )
