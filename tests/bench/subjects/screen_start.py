"""The start of the screens: to the first frame, to the first data, and what it sends."""

from collections.abc import Iterator

from tests.bench import screens
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Sample, Series, Side, alternate
from tests.bench.terminal import LARGE, SMALL, Program, Size, opened

_DEMO = "console demo"


def _side(program: Program, size: Size, until: str = "") -> Side:
    def start() -> Sample:
        with opened(program, size) as session:
            frame = session.shown(program.frame)
            data = session.shown(program.data) if program.data else frame
            session.shown(until or program.data or program.frame)
            return {
                "frame": frame.seconds,
                "data": data.seconds,
                "bytes": session.settle(),
                "floor": session.start_floor(),
            }

    return Side(program.name, start)


def measure(setting: Setting) -> Iterator[Result]:
    """Start everything, in both sizes."""
    cloud = setting.cloud(records=screens.RECORDS)
    for size, rounds in ((LARGE, 9), (SMALL, 7)):
        sides = [
            _side(screens.hello(), size),
            _side(screens.demo(), size, screens.COMPLETE),
            _side(screens.ours(cloud), size, screens.COMPLETE),
            _side(screens.stock(cloud), size),
        ]
        if size == LARGE:
            sides.append(_side(screens.ours(cloud, whole=True), size, screens.COMPLETE))
        series = alternate(sides, setting.rounds(rounds), warm=size == LARGE)
        yield from _times(size, series)
        yield from _bytes(size, series)


def _times(size: Size, series: dict[str, Series]) -> Iterator[Result]:
    hello = series[screens.HELLO].figure("frame")
    lines = (
        (_DEMO, "frame", "`console demo` to its first frame", Aim("at most", 1.2), ""),
        (
            screens.OURS,
            "frame",
            "`console` on a running cloud to its first frame",
            None,
            "with credentials from the environment",
        ),
        (
            screens.OURS,
            "data",
            "`console` on a running cloud to its first data",
            Aim("at most", 1.5),
            "the first figure beside one of the five services",
        ),
        (
            _DEMO,
            "data",
            "`console demo` to its first data",
            None,
            "the start of the emulated cloud is part of it",
        ),
        (screens.STOCK, "frame", "the DataTable app to its first frame", None, ""),
        (screens.STOCK, "data", "the DataTable app to its first data", None, "1,000 rows"),
    )
    for name, quantity, title, aim, note in lines:
        yield Result(
            f"{size}: {title}",
            Unit.SECONDS,
            series[name].figure(quantity),
            hello,
            screens.HELLO,
            aim,
            note,
        )


def _bytes(size: Size, series: dict[str, Series]) -> Iterator[Result]:
    ours = series[screens.OURS].figure("bytes")
    title = f"{size}: bytes at the start, to the last data"
    stock = series[screens.STOCK].figure("bytes")
    yield Result(title, Unit.BYTES, ours, stock, screens.STOCK, Aim("at most", 0.10))
    floor = series[screens.OURS].figure("floor")
    yield Result(title, Unit.BYTES, ours, floor, "the floor", Aim("at most", 1.5))
    if screens.WHOLE in series:
        whole = series[screens.WHOLE].figure("bytes")
        yield Result(title, Unit.BYTES, ours, whole, "whole frames")
