"""A draft outlives the console, however that ends: all that was shown, or all but a moment of it.

Whoever is told to end, or sees the terminal go, keeps at once what still waits. Only a console that
is killed can lose what waits, and that is never more than what was typed in `drafting.SECONDS` and
the time of one write.
"""

import random
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Final

from tests.app.desk import Desk, desk, drafts
from tests.app.screen import TerminalScreen
from tests.cloud import Cloud

WORDS: Final = "研发一部 restarts at ten; save your work"
"""What is typed; it fits into one line."""

ENDS: Final[Mapping[str, Callable[[TerminalScreen], object]]] = {
    "the terminal is closed": lambda screen: screen.close(),
    "SIGHUP": lambda screen: screen.signal(signal.SIGHUP),
    "SIGTERM": lambda screen: screen.signal(signal.SIGTERM),
    "ctrl+q": lambda screen: screen.press("ctrl+q"),
}
"""How a console ends that can still do something."""


def go_on(at: Desk, kept: str) -> None:
    """Open the pane, in which the draft that was left is whole, and begin a line of its own."""
    at.screen.wait_for("a draft from" if kept else "5 of 5")
    at.screen.press("ctrl+n")
    at.screen.wait_for("your draft from" if kept else "write the message")
    shown = at.screen.text()
    assert all(line.strip() in shown for line in kept.split("\n"))


def type_and_see(at: Desk, line: str) -> list[float]:
    """Type a line letter by letter, each once the one before is shown; return when that was.

    Letter number 0 is the end of the line before.
    """
    times = [monotonic()]
    at.screen.press("enter")
    for number in range(len(line)):
        times.append(monotonic())
        at.screen.type(line[number])
        at.screen.wait_for(line[: number + 1].rstrip())
    return times


def test_what_was_shown_is_kept_whole_where_a_console_can_still_end(
    cloud: Cloud, tmp_path: Path
) -> None:
    typed = ""
    for number, (name, end) in enumerate(ENDS.items()):
        with desk(cloud, tmp_path, kitty=True) as at:
            go_on(at, typed)
            line = f"{number} {WORDS}"
            type_and_see(at, line)
            end(at.screen)
            at.screen.wait_exit()
        typed += f"\n{line}"
        assert [each.text for each in drafts(tmp_path)] == [typed], name


def test_a_killed_console_keeps_all_but_what_it_was_about_to_write(
    cloud: Cloud, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    choose = random.Random(5)  # noqa: S311 - no secret is made of it
    kept, lost = "", []
    for number in range(4):
        with desk(cloud, tmp_path) as at:
            go_on(at, kept)
            line = f"{number} {WORDS[: choose.randint(5, len(WORDS))]}".rstrip()
            times = type_and_see(at, line)
            at.screen.signal(signal.SIGKILL)
            at.screen.wait_exit()
        typed, before = f"{kept}\n{line}", kept
        (kept,) = [each.text for each in drafts(tmp_path)] or [""]
        assert typed.startswith(kept)
        assert kept.startswith(before)
        lost.append(monotonic() - times[len(kept) - len(before)] if kept != typed else 0.0)
    record_property("seconds lost", lost)


def test_it_is_kept_while_somebody_types_without_a_pause(cloud: Cloud, tmp_path: Path) -> None:
    with desk(cloud, tmp_path) as at:
        go_on(at, "")
        end = monotonic() + 20
        typed = 0
        while not drafts(tmp_path):
            assert monotonic() < end, "nothing is kept before there is a pause"
            at.screen.type("x")
            typed += 1
            at.screen.wait_for(f"{typed} character")
