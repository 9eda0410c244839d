"""Keys in the table of a program: which are pressed, and how often."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final, TypeAlias

from tests.bench import screens
from tests.bench.process import BenchError
from tests.bench.side import Figure
from tests.bench.terminal import LONG_QUIET, QUIET, Answer, Line, Program, Session, Size, opened

ARROW, SCROLLING, PAGE_DOWN = "arrow", "scrolling arrow", "PageDown"
KINDS: Final = (ARROW, SCROLLING, PAGE_DOWN)

_PAGE: Final = 1_000
_KEYS: Final = {ARROW: "down", SCROLLING: "down", PAGE_DOWN: "pagedown"}

Sides: TypeAlias = Mapping[str, Session]
"""What runs, by the programs' names."""

Answers: TypeAlias = dict[str, dict[str, list[Answer]]]
"""What came, by the program and the kind of key."""


@contextmanager
def tables(
    programs: Sequence[Program], size: Size, line: Line | None = None, *, everything: bool = False
) -> Iterator[Sides]:
    """Run programs beside each other, each with rows in its table; idle, none costs the others.

    Args:
        programs: what to run.
        size: of each terminal.
        line: what lies between.
        everything: whether to load all rows; otherwise it is the first page.
    """
    with ExitStack() as running:
        found: dict[str, Session] = {}
        for program in programs:
            session = running.enter_context(opened(program, size, line))
            session.shown(program.data)
            session.settle()
            if program.name != screens.STOCK:
                session.answer("1")
            session.shown(screens.LOADED)
            session.settle()
            if everything:
                session.answer("a")
                session.shown(screens.ALL_LOADED)
                session.settle(1.0)
            found[program.name] = session
        yield found


def press(
    sides: Sides,
    rounds: int,
    presses: int,
    *,
    turns: bool = True,
    looks: bool = False,
) -> Answers:
    """Press each kind of key so often a round, in one program after the other.

    Each round goes through rows that were not seen before, as people do: what was shown once, both
    tables remember, and a stock one shows it again in a fifth of the time.

    Args:
        sides: what runs.
        rounds: how often to go round.
        presses: how often to press each kind of key then.
        turns: whether to turn the page before each round; where all rows are loaded, there is
            none to turn, and enough of them.
        looks: whether to work out the floor of each answer, and to wait longer for its last byte.
    """
    found: Answers = {name: {kind: [] for kind in KINDS} for name in sides}
    order = [*sides]
    quiet = LONG_QUIET if looks else QUIET
    for number in range(rounds):
        for name in order if number % 2 == 0 else reversed(order):
            session = sides[name]
            for kind in KINDS:
                go(kind, session, turns=turns)
                found[name][kind] += [
                    session.answer(_KEYS[kind], quiet=quiet, looks=looks) for _ in range(presses)
                ]
    return found


def go(kind: str, session: Session, *, turns: bool) -> None:
    """Go where a key does what it is pressed for."""
    if kind == ARROW and turns:
        turn(session)
        session.answer("down")  # after a page turn the first one may cost more
    elif kind == ARROW:
        session.answer("pagedown", *["up"] * (session.size.rows // 2))
    elif kind == SCROLLING:
        session.answer(*["down"] * session.size.rows)


def turn(session: Session, *, looks: bool = False) -> Answer:
    """Turn to the next page, and return what came until its last row was there."""
    shown = re.search(r"rows ([\d,]+)-", session.text())
    if shown is None:
        raise BenchError(f"no page is shown:\n{session.text()}")
    page = int(shown[1].replace(",", "")) // _PAGE + 1
    return session.answer("n", quiet=LONG_QUIET, looks=looks, until=rf"rows {page},?001-")


def seconds(answers: Sequence[Answer]) -> Figure:
    """Return the times of answers."""
    return Figure(tuple(answer.seconds for answer in answers))


def sizes(answers: Sequence[Answer]) -> Figure:
    """Return the bytes of answers."""
    return Figure(tuple(float(answer.size) for answer in answers))


def floors(answers: Sequence[Answer]) -> Figure:
    """Return the floors of answers."""
    return Figure(tuple(float(answer.floor) for answer in answers))
