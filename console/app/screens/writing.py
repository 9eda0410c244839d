"""A screen on which messages are written: whom they are for, texts of before, drafts, the editor.

What is written stays until it is sent, whatever is chosen, filtered or opened meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from console.app import composing
from console.app.composing import Composition
from console.app.drafting import new_id
from console.app.screens.service import ServiceScreen
from console.app.widgets.compose_pane import ComposePane
from console.client.client import Client
from console.outbox.send import Draft
from console.sending import targets
from console.sending.targets import Reached
from console.services.desktop_pools import DesktopPool

_OF_THE_ROWS: Final = frozenset({"filter", "clear", "filters", "blocked", "interval"})
"""Actions on the rows beside the pane, which are not meant while one is in it."""


class WritingScreen(ServiceScreen):
    """A service screen with a compose pane.

    Attributes:
        composed: what is composed.
    """

    DEFAULT_CSS = """
    WritingScreen ComposePane { display: none; border-top: solid $primary; }
    WritingScreen #main.-composing ComposePane { display: block; }
    WritingScreen #main.-composing #middle { height: 6; }
    WritingScreen #main.-composing.-detail ComposePane { display: none; }
    WritingScreen.-short #main.-composing #middle { display: none; }
    WritingScreen.-short #main.-composing ComposePane { border-top: none; }
    WritingScreen.-wide #main.-composing { layout: horizontal; }
    WritingScreen.-wide #main.-composing #middle { height: 1fr; }
    WritingScreen.-wide #main.-composing ComposePane {
        border-top: none; border-left: solid $primary;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "m",
            "message",
            "Message",
            id="pools.message",
            tooltip="write to this pool, or to the marked ones",
        ),
    ]

    class Numbered(Message):
        """How many are connected to the targets became known."""

        def __init__(self, numbers: Mapping[str, int | None], generation: int) -> None:
            self.numbers = numbers
            self.generation = generation
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self.composed = Composition(new_id())

    def compose_pane(self) -> ComposeResult:
        """Compose the pane; a screen says where it stands."""
        yield ComposePane(zone=self.console.zone)

    @property
    def pane(self) -> ComposePane:
        """The compose pane."""
        return self.query_one(ComposePane)

    @property
    def composes(self) -> bool:
        """Whether the pane is open."""
        return self.is_mounted and self._main.has_class("-composing")

    def chosen_targets(self) -> tuple[list[Reached], int]:
        """Return what the table says that a message is for, and how much of it is out of sight."""
        return [], 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no action on the rows while one is in the pane."""
        if action in _OF_THE_ROWS and self.composes and self.pane.has_focus_within:
            return False
        return super().check_action(action, parameters)

    # Opening and closing

    def action_message(self) -> None:
        """Write to what is chosen in the table."""
        if self.may_send():
            reached, unseen = self.chosen_targets()
            if not reached:
                self.say("no pool is chosen", tone="warning")
                return
            self._take_targets(reached, unseen=unseen)
            self.open_pane()

    def compose_message(self) -> None:
        """Write a message; where the pane is open already, begin another one.

        It can be written before a profile is open; sent it cannot.
        """
        if self.console.way.client and not self.may_send():
            return
        if self.composes and self.pane.area.has_focus and self.composed.text.strip():
            self._begin_anew()
            self.pane.say("a new message; the one before is among the drafts: f4")
        self.open_pane()

    def may_send(self) -> bool:
        """Tell whether anything can be sent at all; say why not."""
        client = self.console.way.client
        if client is None:
            self.say("no profile is open", tone="warning")
            return False
        if client.profile.read_only:
            self.say("this profile is READ-ONLY: nothing can be sent with it", tone="warning")
            return False
        return True

    def open_pane(self) -> None:
        """Open the pane, with what is composed."""
        self.close_detail()
        self._main.add_class("-composing")
        self.pane.write()
        self.tell_pane()
        self._count_connected()
        self.refresh_bindings()

    def close_pane(self) -> None:
        """Close the pane; what is composed stays."""
        if self.composes:
            if self.pane.shows_course:
                self.console.sends_seen()
                self.pane.remove_class("-course")
            self._main.remove_class("-composing")
            self.focus_rows()
            if self.composed.text.strip():
                self.say("the draft is kept: ctrl+n opens it")
            self.refresh_bindings()

    @on(ComposePane.Left)
    def _left(self, message: ComposePane.Left) -> None:
        message.stop()
        self.close_pane()

    def _way_back(self) -> Callable[[], None] | None:
        """Return what escape does: what lies above the pane goes first."""
        return super()._way_back() or (self.close_pane if self.composes else None)

    def focus_rows(self) -> None:
        """Put the focus on the table."""
        self.table.focus()

    def _begin_anew(self) -> None:
        reached, unseen = self.composed.reached, self.composed.unseen
        self.composed = Composition(new_id(), reached=reached, unseen=unseen)
        self.pane.area.take("")

    # What is composed

    def _take_targets(self, reached: Sequence[Reached], *, unseen: int = 0) -> None:
        before = self.composed.targets
        self.composed.take_targets(composing.without_twice(reached), unseen=unseen)
        if self.composed.text.strip() and before and before != self.composed.targets:
            self.pane.say(f"it goes to {composing.names(self.composed.reached)} now", "warning")
        self.keep()

    @on(ComposePane.Typed)
    def _typed(self, message: ComposePane.Typed) -> None:
        message.stop()
        if message.text != self.composed.text:
            self.composed.text = message.text
            self.keep()
            self.tell_pane()

    def take_typed(self) -> None:
        """Keep what is typed even where the pane has not said it yet, as when the program ends."""
        if self.is_mounted and self.pane.area.text != self.composed.text:
            self.composed.text = self.pane.area.text
            self.keep()

    def keep(self) -> None:
        """Keep what is composed as a draft, soon."""
        profile = self.console.way.profile
        composed = self.composed
        self.console.drafts.typed(
            Draft(composed.id, composed.text, composed.targets, profile.name if profile else "")
        )

    def tell_pane(self) -> None:
        """Bring up to date what the pane says of what is composed."""
        self.pane.tell(self.composed, self.console.drafts.problem)

    def way_changed(self) -> None:
        """Drop the targets: they are of the profile of before. The text stays."""
        self.workers.cancel_group(self, "numbers")
        if self.composed.reached:
            self.composed.take_targets(())
            self.keep()
            self.pane.say("another profile: the targets of before were dropped", "warning")
        super().way_changed()
        self.tell_pane()

    @work(exclusive=True, group="numbers")
    async def _ask_numbers(
        self, client: Client, reached: Sequence[Reached], generation: int
    ) -> None:
        known = await targets.with_connected(client, reached)
        numbers = {each.target.pool_id: each.connected for each in known if each.pool}
        self.post_message(self.Numbered(numbers, generation))

    def on_writing_screen_numbered(self, message: Numbered) -> None:
        """Say how many are connected."""
        message.stop()
        if message.generation == self.console.way.generation:
            reached = composing.with_numbers(self.composed.reached, message.numbers)
            self.composed.reached = reached
            self.tell_pane()

    def _count_connected(self) -> None:
        """Ask how many are connected where the table does not know it."""
        client = self.console.way.client
        unknown = [each for each in self.composed.reached if each.connected is None and each.pool]
        if client and unknown:
            self._ask_numbers(client, unknown, self.console.way.generation)

    # What the pane asks for

    def ask_to_send(self) -> None:
        """Ask whether what is composed shall be sent."""

    def pick(self) -> None:
        """Ask which pools it is for."""
        from console.app.dialogs.pool_picker import PoolPicker  # noqa: PLC0415 - when asked for

        client = self.console.way.client
        if client is None:
            self.pane.say("no profile is open", "warning")
            return
        chosen = [each.target.pool_id for each in self.composed.reached if each.pool]
        self.app.push_screen(PoolPicker(client, chosen), self._picked)

    def _picked(self, pools: list[DesktopPool] | None) -> None:
        if pools is not None:
            self._take_targets([targets.of_pool(each) for each in pools])
            self.tell_pane()
            self._count_connected()
