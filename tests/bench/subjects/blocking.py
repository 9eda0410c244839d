"""How long the screens' event loop is held, with very many rows and with a page of them.

A key waits for so long at the most before the console takes note of it. What is not about rows,
such as laying out and painting a screenful, takes the same with a page of rows.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.bench import screens
from tests.bench.process import program
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Figure
from tests.bench.terminal import LARGE, Program, Session, opened

_ROUNDS: Final = 5
_SETTLED: Final = 0.4
"""Seconds without a byte after which nothing is done any more either."""

_AIM: Final = Aim("at most", 0.016, of="ours")


@dataclass(frozen=True)
class _Step:
    """Keys that are pressed, and what comes of it.

    Attributes:
        title: what is measured; empty where the keys only lead to the next step.
        keys: what is pressed at once.
        until: what is shown at the end; any byte will do where there is nothing.
    """

    title: str
    keys: Sequence[str]
    until: str = ""


_STEPS: Final = (
    _Step("an arrow key", ("down",)),
    _Step("sorting by time", ("home", "s")),
    _Step("the other way round", ("s",)),
    _Step("", ("s",)),
    _Step("sorting by a text", ("right", "right", "s")),
    _Step("", ("s",)),
    _Step("", ("s", "left", "left")),
    _Step("", ("/",)),
    _Step("the quick filter's first letter", ("m",)),
    _Step("its next ones", tuple("ailbox")),
    _Step("leaving the quick filter", ("escape",)),
    _Step("", ("/",)),
    _Step("a time in the quick filter", ("1", "6", ":")),
    _Step("", ("escape",)),
    _Step("another time zone", ("z",)),
    _Step("", ("z",)),
    _Step("marking all rows", ("*",)),
    _Step("", ("*",)),
    _Step("", ("b",)),
    _Step("", ("left",)),
    _Step("only the rows of one bar", ("enter",)),
    _Step("", ("escape",)),
    _Step("", ("escape",)),
    _Step("", ("o",)),
    _Step("", ("down", " ")),
    _Step("other columns", ("enter",)),
    _Step("", ("2",)),
    _Step("back from another screen", ("1",)),
    _Step("a refresh", ("r",)),
)

_LOADING: Final = (
    _Step("", ("f", "enter"), screens.LOADED),
    _Step("loading them", ("a",), screens.ALL_LOADED),
)
"""What is done with all rows alone."""


def measure(setting: Setting) -> Iterator[Result]:
    """Do the same in a console with all rows and in one with a page of them."""
    cloud = setting.cloud(records=screens.RECORDS)
    with ExitStack() as running:
        consoles = [
            running.enter_context(_Watched(cloud.environ(), everything=everything))
            for everything in (True, False)
        ]
        held: dict[str, list[list[float]]] = {}
        for _ in range(setting.rounds(_ROUNDS)):
            for step in (*_STEPS, *_LOADING):
                for at, console in enumerate(consoles[:1] if step in _LOADING else consoles):
                    held.setdefault(step.title, [[], []])[at].append(console.step(step))
    for title, (all_rows, page) in held.items():
        if title:
            yield Result(
                f"{screens.RECORDS:,} rows: {title}, the loop held",
                Unit.SECONDS,
                Figure(tuple(all_rows)),
                Figure(tuple(page)) if page else None,
                "1,000 rows" if page else "",
                _AIM,
            )


class _Watched:
    """A console that notes how long its loop is held; use it as a context manager."""

    def __init__(self, environ: dict[str, str], *, everything: bool) -> None:
        self._environ = environ
        self._everything = everything
        self._running = ExitStack()

    def __enter__(self) -> Self:
        folder = self._running.enter_context(tempfile.TemporaryDirectory())
        self._notes = Path(folder) / "held"
        words = (*program("held_console"), str(self._notes))
        watched = Program(screens.OURS, words, self._environ, "", "")
        self._session: Session = self._running.enter_context(opened(watched, LARGE))
        session = self._session
        session.shown(screens.COMPLETE)
        session.settle()
        session.answer("1")
        session.shown(screens.LOADED)
        session.settle()
        if self._everything:
            session.answer("a")
            session.shown(screens.ALL_LOADED)
        session.settle(_SETTLED)
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def step(self, step: _Step) -> float:
        """Press keys, and return for how long the loop was held at most."""
        began = time.monotonic()
        self._session.answer(*step.keys, quiet=_SETTLED, until=step.until)
        notes = (line.split() for line in self._notes.read_text(encoding="utf-8").splitlines())
        return max((float(held) for ended, held in notes if float(ended) >= began), default=0.0)
