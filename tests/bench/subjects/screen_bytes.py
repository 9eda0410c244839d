"""What keys cost on the wire, beside Textual's own table, whole frames, and the floor."""

from collections.abc import Iterator
from typing import Final

from tests.bench import screens
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.table_keys import (
    KINDS,
    SCROLLING,
    Answers,
    Sides,
    floors,
    press,
    sizes,
    tables,
    turn,
)
from tests.bench.terminal import LARGE, LONG_QUIET, SMALL, Answer, Session

_ROUNDS: Final = 7
_PRESSES: Final = 1

_TURN, _REFRESH, _IDLE = "page turn", "unchanged refresh", "a second idle"
_QUICK, _FORM, _COMPOSE = (
    "letter into the quick filter",
    "letter into the filter form",
    "letter into the compose pane",
)
_LETTERS: Final = "wangfang"
_SECOND: Final = 1.0

_OF_STOCK: Final = {
    SCROLLING: Aim("at most", 0.12),
    _TURN: Aim("at most", 0.20),
}
_OF_FLOOR: Final = Aim("at most", 1.5)
_ITSELF: Final = {
    _REFRESH: Aim("at most", 60, of="ours"),
    _IDLE: Aim("exactly", 0, of="ours"),
}


def measure(setting: Setting) -> Iterator[Result]:
    """Press keys in the console, with and without whole frames, and in Textual's own table."""
    cloud = setting.cloud(records=screens.RECORDS)
    rounds = setting.rounds(_ROUNDS)
    for size in (LARGE, SMALL):
        programs = [screens.ours(cloud), screens.stock(cloud)]
        if size == LARGE:
            programs.append(screens.ours(cloud, whole=True))
        with tables(programs, size) as sides:
            answers = press(sides, rounds, _PRESSES, looks=True)
            kinds = [*KINDS]
            for name, more in _paging(sides, rounds).items():
                answers[name].update(more)
            kinds += [_TURN, _REFRESH, _IDLE]
            for name in {*answers} - {screens.STOCK}:
                answers[name].update(_letters(sides[name], rounds))
            kinds += [_QUICK, _FORM, _COMPOSE]
        for kind in kinds:
            yield from _results(f"{size}: {kind}, bytes", kind, answers)


def _paging(sides: Sides, rounds: int) -> Answers:
    """Turn pages, do nothing for a second, and read the same page again."""
    found: Answers = {name: {_TURN: [], _REFRESH: [], _IDLE: []} for name in sides}
    for _ in range(rounds):
        for name, session in sides.items():
            found[name][_TURN].append(turn(session, looks=True))
            if name != screens.WHOLE:
                found[name][_IDLE].append(session.maybe_nothing(quiet=_SECOND))
                found[name][_REFRESH].append(session.maybe_nothing("r", quiet=_SECOND))
    return found


def _letters(session: Session, count: int) -> dict[str, list[Answer]]:
    """Type so many letters in each place where one types."""

    def typed() -> list[Answer]:
        session.settle()
        return [session.answer(letter, quiet=LONG_QUIET, looks=True) for letter in _LETTERS[:count]]

    found = {}
    session.answer("/")
    found[_QUICK] = typed()
    session.answer("escape", quiet=LONG_QUIET)
    session.answer("f", quiet=LONG_QUIET)
    session.answer("tab", "tab")
    found[_FORM] = typed()
    session.answer("escape", quiet=LONG_QUIET)
    session.answer("2", quiet=LONG_QUIET)
    session.answer("m", quiet=LONG_QUIET)
    found[_COMPOSE] = typed()
    return found


def _results(title: str, kind: str, answers: Answers) -> Iterator[Result]:
    ours = answers[screens.OURS][kind]
    size = sizes(ours)
    if kind in _ITSELF:
        stock = sizes(answers[screens.STOCK][kind])
        yield Result(title, Unit.BYTES, size, stock, screens.STOCK, _ITSELF[kind])
        return
    if kind in answers[screens.STOCK]:
        stock = sizes(answers[screens.STOCK][kind])
        yield Result(title, Unit.BYTES, size, stock, screens.STOCK, _OF_STOCK.get(kind))
    yield Result(title, Unit.BYTES, size, floors(ours), "the floor", _OF_FLOOR)
    if screens.WHOLE in answers:
        whole = sizes(answers[screens.WHOLE][kind])
        yield Result(title, Unit.BYTES, size, whole, "whole frames")
