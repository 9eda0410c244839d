"""From a key to the last byte of what it brings about, in the table of blocked notifications."""

from collections.abc import Iterator

from tests.bench import screens
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.table_keys import ARROW, KINDS, PAGE_DOWN, SCROLLING, press, seconds, tables
from tests.bench.terminal import LARGE, SMALL, Size

_ROUNDS, _PRESSES, _FEW_PRESSES = 7, 9, 3
_AIMS = {ARROW: None, SCROLLING: Aim("at most", 0.45), PAGE_DOWN: Aim("at most", 0.20)}
_SLOWEST = Aim("at most", 0.025, of="ours")


def measure(setting: Setting) -> Iterator[Result]:
    """Press keys in the console and in Textual's own table, beside each other."""
    for size, everything in ((LARGE, False), (SMALL, False), (LARGE, True)):
        yield from _measure(setting, size, everything=everything)


def _measure(setting: Setting, size: Size, *, everything: bool) -> Iterator[Result]:
    cloud = setting.cloud(records=screens.RECORDS)
    programs = [screens.ours(cloud), screens.stock(cloud)]
    presses = _FEW_PRESSES if setting.quick or size == SMALL else _PRESSES
    with tables(programs, size, everything=everything) as sides:
        answers = press(sides, setting.rounds(_ROUNDS), presses, turns=not everything)
    rows = f"{screens.RECORDS if everything else 1_000:,}"
    for kind in KINDS:
        title = f"{size}, {rows} rows: {kind}, key to painted"
        ours, stock = seconds(answers[screens.OURS][kind]), seconds(answers[screens.STOCK][kind])
        yield Result(title, Unit.SECONDS, ours, stock, screens.STOCK, _AIMS[kind])
        yield Result(
            f"{title}, 95 of 100",
            Unit.SECONDS,
            ours,
            stock,
            screens.STOCK,
            _SLOWEST if everything else None,
            percent=95,
        )
