"""Peak memory of the screens with a page of rows in the table."""

from collections.abc import Iterator

from tests.bench import screens
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Sample, Side, alternate
from tests.bench.terminal import LARGE, Program, opened


def _side(program: Program, *keys: str) -> Side:
    def show() -> Sample:
        with opened(program, LARGE) as session:
            session.shown(program.data or program.frame)
            session.settle()
            if keys:
                session.answer(*keys)
                session.shown(screens.LOADED)
                session.settle()
            return {"peak": session.peak()}

    return Side(program.name, show)


def measure(setting: Setting) -> Iterator[Result]:
    """Compare the screen of blocked notifications with Textual's own table of the same rows."""
    cloud = setting.cloud(records=screens.RECORDS)
    sides = [
        _side(screens.ours(cloud), "1"),
        _side(screens.stock(cloud)),
    ]
    series = alternate(sides, setting.rounds(7), warm=False)
    ours, stock = series[screens.OURS], series[screens.STOCK]
    yield Result(
        "peak memory of the screens, 1,000 rows",
        Unit.BYTES,
        ours.figure("peak"),
        stock.figure("peak"),
        screens.STOCK,
        Aim("at most", 1.3),
    )
