"""Keys in turn: each is done with before the next one is heard.

Over a slow line keys come in bursts: `/`, a word and enter in one piece. Textual hands every key to
whatever has the focus when it arrives, so a word typed after `/` would be taken for keys of the
table. Here a key waits until what the one before it did is done: the focus has moved, the dialog is
open. A screen may let a key wait longer, as long as what it would act on is being made.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

from textual.dom import DOMNode
from textual.events import Callback, Event, Key, Paste
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer

from console.app.crash import GuardedApp

R = TypeVar("R")

_LOOK_AGAIN = 0.1
"""Seconds after which keys that still wait are looked at again."""

_ROUNDS = 3
"""How often the way of a key is gone before the next one is heard."""


class _Step:
    """What a place on the way of a key calls; as `call_later`, in a third of the time."""

    _param_count: Final = 0
    """How many parameters it takes; Textual would look that up anew each time."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call

    def __call__(self) -> None:
        self._call()


class KeysInTurnApp(GuardedApp[R]):
    """An app that hears one key at a time, and one paste."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Make the app for the terminal that `environ` describes.

        Raises:
            SettingsError: `environ` asks for colours that there are not.
        """
        super().__init__(environ)
        self._waiting: deque[Key | Paste] = deque()
        self._in_hand: Key | Paste | None = None
        self._held = False  # whether the one in hand is not heard yet
        self._turn = 0  # counts the rounds
        self._waits_at: MessagePump | None = None  # the place that the one in hand has come to
        self._goes_on: Callable[[], None] = lambda: None
        self._for_refresh = False  # whether it waits there for a refresh
        self._looks: Timer | None = None

    async def on_event(self, event: Event) -> None:
        """Take a key where none is in hand; keep it for later where one is."""
        if not isinstance(event, Key | Paste) or event.is_forwarded or self._is_the_way_out(event):
            await super().on_event(event)
            return
        if self._in_hand is not None and event is not self._in_hand:
            self._waiting.append(event)
            self._look_on()
            return
        self._in_hand = event
        waits = getattr(self.screen, "key_waits", None)
        self._held = waits is not None and waits(event)
        if self._held:  # what it would act on is about to be something else
            self._look_on()
            return
        self.key_heard()
        places = [*self._way_up()]
        hears = getattr(self.screen, "hears", None)
        if hears is None or hears(event):  # a dialog may be deaf to what was pressed too early
            await super().on_event(event)
        self._follow(places, _ROUNDS, self._turn)

    def _look_on(self) -> None:
        """Go on where nobody else will, and look again as long as keys wait.

        A place may be closed with what it was sent. And Textual calls nothing after the refresh of
        a screen that a dialog has covered before it was refreshed.
        """
        at = self._waits_at
        covered = isinstance(at, Screen) and self._for_refresh and at is not self.screen
        if at is not None and (covered or not at.is_running):
            self._goes_on()
        if (self._waiting or self._held) and self._looks is None:
            self._looks = self.set_timer(_LOOK_AGAIN, self._look_again)

    def _look_again(self) -> None:
        self._looks = None
        self.hear_held()
        if self._waiting or self._held:
            self._look_on()

    def hear_held(self) -> None:
        """Hear the key that waits for what it acts on, as that is there now."""
        if self._held and self._in_hand is not None:
            self._held = False
            self.post_message(self._in_hand)

    @property
    def is_hearing(self) -> bool:
        """Whether a key is being acted on; what takes long makes way for it."""
        return self._in_hand is not None and not self._held

    def key_heard(self) -> None:
        """Take note that a key is about to be acted on."""

    @staticmethod
    def _is_the_way_out(event: Event) -> bool:
        """Tell whether a key ends the app, which waits for nothing."""
        return isinstance(event, Key) and event.key == "ctrl+q"

    def _way_up(self) -> Iterator[MessagePump]:
        """Yield what a key passes on its way: the focused widget, those around it, the app."""
        node: DOMNode | None = self.focused or self.screen
        while node is not None:
            yield node
            node = node.parent
        yield self

    def _follow(self, places: Sequence[MessagePump], rounds: int, turn: int) -> None:
        """Go the way of the key as often as `rounds` says, then hear the next one.

        One round follows the key itself; the next ones what was said because of it: that a text is
        entered, that the focus is to move, that a dialog is there.
        """
        if turn != self._turn:
            return  # where a screen was closed meanwhile, this may come twice
        self._turn += 1
        if rounds:
            self._pass_on(iter(places), places, rounds)
            return
        self._in_hand = self._waiting.popleft() if self._waiting else None
        if self._in_hand is not None:
            self.post_message(self._in_hand)

    def _pass_on(
        self, rest: Iterator[MessagePump], places: Sequence[MessagePump], rounds: int
    ) -> None:
        """Wait for each place on the way: it has done with everything that came before."""
        goes_on = partial(self._pass_on, rest, places, rounds)
        for place in rest:
            step = Callback(callback=_Step(goes_on))
            if place.is_running and place.post_message(step):
                self._waits_at, self._goes_on, self._for_refresh = place, goes_on, False
                return
        once_more = partial(self._follow, places, rounds - 1, self._turn)
        self._waits_at, self._goes_on, self._for_refresh = self.screen, once_more, True
        if not self.screen.call_after_refresh(self.call_later, once_more):
            once_more()
