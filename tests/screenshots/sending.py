"""A message on its way through the screens: written, confirmed, followed, and in the journal."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from console.app.dialogs.confirm import SEND_KEY
from tests.app.flow import Flow
from tests.app.sending import TO_POOL, ask, compose, send, until
from tests.screenshots.studio import StillWay

_WIDE, _NARROW = (120, 36), (80, 24)

_HALF: Final = 1.5
"""Seconds after which a job is about half done."""

_DONE: Final = 10.0

_ALSO: Final = "The file server is back. Thank you for waiting."


def _way(flow: Flow) -> StillWay:
    way = flow.app.way
    if not isinstance(way, StillWay):
        raise TypeError("the studio gives its own way")
    return way


class _Times:
    """The one time of a reel: that of the application, and of the cloud's jobs."""

    def __init__(self, flow: Flow) -> None:
        self._way = _way(flow)
        self._passed = 0.0
        self.let_pass(0)

    def let_pass(self, seconds: float) -> None:
        """Let some time pass."""
        self._passed += seconds
        self._way.clock.now += timedelta(seconds=seconds)
        at = {"stands_at_seconds": self._passed}
        self._way.cloud.control.put("/_emulator/clock", json=at).raise_for_status()


async def _sized(flow: Flow, size: tuple[int, int]) -> None:
    await flow.pilot.resize_terminal(*size)
    await flow.pilot.pause()


async def _sent(flow: Flow, times: _Times) -> None:
    """Send what is composed, and wait until that is over."""
    sends = flow.app.sends
    many = len(sends.known) + 1
    await send(flow)
    await until(flow, lambda: len(sends.known) == many, "the send")
    times.let_pass(_DONE)
    await until(flow, lambda: not sends.under_way, "the end")
    await flow.settled()


async def steps(flow: Flow) -> AsyncIterator[tuple[str, str]]:
    """Send a message; one whose answer is lost; one that is refused; one that all get."""
    times = _Times(flow)
    await flow.press("2", "m", "ctrl+l")
    yield "templates", "Messages written beforehand, with fields"
    await flow.press("enter")
    yield "compose", "A message to a pool, and what its readers will see"
    await _sized(flow, _NARROW)
    yield "compose-80x24", "A message to a pool on 80 columns and 24 lines"
    await ask(flow)
    yield "confirm-80x24", "What would be sent, to whom and where, on 80 columns and 24 lines"
    await _sized(flow, _WIDE)
    yield "confirm", "What would be sent, to whom and where, and the one key that sends it"
    await flow.pilot.press(SEND_KEY)
    await until(flow, lambda: "0 of 13 delivered" in flow.text(), "the job")
    times.let_pass(_HALF)
    await until(flow, lambda: "5 of 13 delivered" in flow.text(), "half of it")
    yield "follow", "A message that is being delivered, desktop by desktop"
    await flow.pilot.press("1")
    await _sized(flow, _NARROW)
    await until(flow, lambda: "5 of 13 delivered" in flow.lines()[-2], "the line above the keys")
    yield "follow-80x24", "Another screen while a message is being delivered"
    times.let_pass(_DONE)
    await until(flow, lambda: not flow.app.sends.under_way, "the end")
    await flow.press("2", "down")
    yield "partly-80x24", "A message that 11 of 13 desktops got, on 80 columns and 24 lines"
    await _sized(flow, _WIDE)
    yield "partly", "A message that 11 of 13 desktops got: who did not, and why"

    times.let_pass(240)
    await flow.press("escape")
    _way(flow).cloud.script({"action": "drop", "path": TO_POOL, "acts": True})
    await compose(flow, _ALSO, pool="人力资源")
    await _sent(flow, times)
    yield "unknown", "A message whose answer was lost: nobody knows whether it arrived"
    await _sized(flow, _NARROW)
    await flow.press("L")
    yield "unknown-80x24", "What was found out about it, before it can be sent again"
    await flow.press("escape", "escape")

    for pool in ("外包开发-B", "HR-Shared"):
        times.let_pass(240)
        await compose(flow, _ALSO, pool=pool)
        await _sent(flow, times)
        await flow.press("escape")
    await flow.press("6", "down", "down", "down", "d")
    yield "sent-80x24", "What was sent, and who got it, on 80 columns and 24 lines"
    await _sized(flow, _WIDE)
    yield "sent", "What was sent, and what became of it on each desktop"
