"""Which desktops a message would reach for a second time."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from console.outbox.overlap import overlap
from console.outbox.send import DesktopCourse, Outcome, Send, Target
from tests.outbox.making import DESKTOPS, OTHER, PLACE, POOL

ONE = Target("desktops", "pool-1", "D-1", ("d-1",), 1)
MIXED = Target("desktops", "", "D-1 and D-9", ("d-1", "d-9"), 2)


def sent(target: Target, *, ended: bool = False, **states: Literal["delivered", "failed"]) -> Send:
    """Return an accepted send with the course of some desktops."""
    course = tuple(DesktopCourse(f"d-{n[1:]}", n, "", state) for n, state in states.items())
    time = datetime(2026, 11, 20, tzinfo=UTC)
    return Send(1, PLACE, target, "m", "", time, Outcome.ACCEPTED, desktops=course, ended=ended)


@pytest.mark.parametrize(
    ("target", "earlier", "many"),
    [
        pytest.param(POOL, sent(POOL), 3, id="the same pool"),
        pytest.param(OTHER, sent(OTHER), 1, id="the same pool, of unknown size"),
        pytest.param(POOL, sent(OTHER), 0, id="another pool"),
        pytest.param(ONE, sent(ONE, d1="failed"), 1, id="the same desktop"),
        pytest.param(ONE, sent(DESKTOPS), 1, id="one of these desktops"),
        pytest.param(DESKTOPS, sent(MIXED), 1, id="one of those desktops"),
        pytest.param(POOL, sent(DESKTOPS), 2, id="desktops of the pool"),
        pytest.param(POOL, sent(DESKTOPS, d1="failed"), 1, id="a desktop missed it"),
        pytest.param(OTHER, sent(DESKTOPS), 0, id="desktops of another pool"),
        pytest.param(POOL, sent(MIXED), 0, id="desktops of pools that are not known"),
        pytest.param(DESKTOPS, sent(POOL), 2, id="the pool of these desktops"),
        pytest.param(DESKTOPS, sent(POOL, d1="failed"), 1, id="one that got it or may have"),
        pytest.param(DESKTOPS, sent(POOL, ended=True, d1="delivered"), 1, id="all is told"),
        pytest.param(ONE, sent(POOL, ended=True, d1="failed"), 0, id="the one that missed it"),
        pytest.param(MIXED, sent(POOL), 0, id="nobody knows"),
        pytest.param(MIXED, sent(POOL, d1="delivered"), 1, id="its course knows"),
        pytest.param(DESKTOPS, sent(POOL, ended=True), 2, id="over, and nothing told"),
    ],
)
def test_who_got_it_or_may_have_gets_it_twice(target: Target, earlier: Send, many: int) -> None:
    assert overlap(target, earlier) == many


def test_a_name_plays_no_part() -> None:
    assert overlap(replace(POOL, name="renamed"), sent(POOL)) == 3
