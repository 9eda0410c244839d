"""A screen on which messages are written: whom they are for, texts of before, drafts, the editor.

What is written stays until it is sent, whatever is chosen, filtered or opened meanwhile.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

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
from console.sending.targets import Reached

if TYPE_CHECKING:
    from console.app.today import Now

_OF_THE_ROWS: Final = frozenset({"filter", "clear", "filters", "blocked", "interval"})
"""Actions on the rows beside the pane, which are not meant while one is in it."""


class Chosen(NamedTuple):
    """What the table says that a message is for.

    Attributes:
        reached: the targets.
        unseen: how many of them are marked and out of sight.
        left_out: how many marked ones are not among them, as none of them can be seen.
    """

    reached: Sequence[Reached] = ()
    unseen: int = 0
    left_out: int = 0


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

    class Learnt(Message):
        """It became known what is so of the targets now."""

        def __init__(self, now: "Now", generation: int) -> None:
            self.now = now
            self.generation = generation
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self.composed = Composition(new_id())
        self._origin = ""  # the mode to go back to from what was begun in another one

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

    def chosen_targets(self) -> Chosen:
        """Return what the table says that a message is for."""
        return Chosen()

    def unmark(self) -> None:
        """Take the marks away: the message is for others than the marked ones."""

    def pool_names(self) -> Sequence[str]:
        """Return the names of the pools that are known here."""
        return ()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no action on the rows while one is in the pane."""
        if action in _OF_THE_ROWS and self.composes and self.pane.has_focus_within:
            return False
        return super().check_action(action, parameters)

    # Opening and closing

    def action_message(self) -> None:
        """Write to what is chosen in the table; what was written to others stays a draft."""
        if not self.may_send():
            return
        chosen = self.chosen_targets()
        if not chosen.reached:
            self.say("no pool is chosen", tone="warning")
            return
        self._origin = ""
        composed, said = self.composed, []
        reached = composing.without_twice(chosen.reached)
        others = composed.foreign or (composed.reached and not composed.is_for(reached))
        if others and composed.text.strip():
            typed = composed.typed
            if not self.set_aside():
                self.open_pane()
                return
            said += ["a new message; a draft is kept: f4"] * typed
        self._take_targets(reached, unseen=chosen.unseen)
        self.open_pane()
        if chosen.left_out:
            marked = f"{chosen.left_out:,} marked out of sight"
            said.append(f"for the row under the cursor; {marked}: not meant")
        if said:
            self.pane.say("; ".join(said), "warning")
        else:
            self.look_for_drafts()

    def look_for_drafts(self) -> None:
        """Say, once, that an earlier run left a draft; take none up."""

    def compose_message(self) -> None:
        """Write a message; where the pane is open already, begin another one.

        It can be written before a profile is open; sent it cannot.
        """
        if self.console.way.client and not self.may_send():
            return
        self._origin = said = ""
        if self.composes and self.pane.area.has_focus and self.composed.text.strip():
            reached, unseen = self.composed.reached, self.composed.unseen
            typed = self.composed.typed
            if not self.set_aside():
                return
            self.composed.take_targets(reached, unseen=unseen)
            said = "a new message; the one before is among the drafts: f4" if typed else ""
        elif self.composed.typed:
            said = "your draft; ctrl+n begins a new message"
        self.open_pane()
        if not (self.pane.says and self.composed.text):  # what was said of that text holds
            self.pane.say(said)

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
        self.look_at_targets()
        self.refresh_bindings()

    def close_pane(self) -> None:
        """Close the pane; what is composed stays."""
        if self.composes:
            if self.pane.shows_course:
                self.console.sends_seen()
                self.pane.remove_class("-course")
            self._main.remove_class("-composing")
            self.focus_rows()
            reason = self.console.drafts.reason
            if not self.composed.typed:
                if self.composed.text:
                    self.set_aside()
            elif reason:
                words = "NOT KEPT as a draft; ctrl+n opens it in this run only"
                self.say(f"{words}: {reason}", tone="error")
            else:
                self.say("the draft is kept: ctrl+n opens it")
            self.refresh_bindings()

    @on(ComposePane.Left)
    def _left(self, message: ComposePane.Left) -> None:
        message.stop()
        self.leave_pane()

    def leave_pane(self) -> None:
        """Close the pane; go back to the screen from which it was opened."""
        back = self._origin and not self.composed.typed
        self.close_pane()
        if back:
            self.go_back()

    def go_back(self, sentence: str = "", tone: str = "notice") -> None:
        """Go back to where it was begun, and say there what came of it."""
        origin, self._origin = self._origin, ""

        async def back() -> None:
            if origin and self.in_front:
                await self.console.switch_mode(origin)
            if sentence:
                self.console.say(sentence, tone=tone)

        self.app.call_later(back)

    def _way_back(self) -> Callable[[], None] | None:
        """Return what escape does: what lies above the pane goes first."""
        return super()._way_back() or (self.leave_pane if self.composes else None)

    def focus_rows(self) -> None:
        """Put the focus on the table."""
        self.table.focus()

    def set_aside(self) -> bool:
        """Begin an empty message for nobody; what was typed is kept as a draft.

        Return False, and say why, where it cannot be kept: it stays then.
        """
        if self.composed.typed and (reason := self.console.drafts.reason):
            self.pane.say(f"it stays here, as it is NOT KEPT as a draft: {reason}", "error")
            return False
        self.keep()
        self.put(Composition(new_id()))
        return True

    def put(self, composed: Composition) -> None:
        """Show another message in the pane."""
        self.composed = composed
        self.pane.area.begin(composed.text)
        self.pane.say("")
        self.tell_pane()

    # What is composed

    def _take_targets(self, reached: Sequence[Reached], *, unseen: int = 0) -> None:
        before = self.composed.targets
        self.composed.take_targets(composing.without_twice(reached), unseen=unseen)
        self.pane.say("")
        if self.composed.text.strip() and before and before != self.composed.targets:
            to = composing.names(self.composed.reached)
            self.pane.say(f"it is for {to} from here on; nothing is sent yet", "warning")
        self.keep()

    @on(ComposePane.Typed)
    def _typed(self, message: ComposePane.Typed) -> None:
        message.stop()
        text = self.pane.area.text  # that of the message may be of another composition
        if text != self.composed.text:
            self.composed.text, self.composed.changed_at = text, None
            self.keep()
            self.tell_pane()

    def take_typed(self) -> None:
        """Keep what is typed even where the pane has not said it yet, as when the program ends."""
        if self.is_mounted and self.pane.area.text != self.composed.text:
            self.composed.text, self.composed.changed_at = self.pane.area.text, None
            self.keep()

    def keep(self) -> None:
        """Keep what is typed as a draft, soon."""
        profile = self.console.way.profile
        composed = self.composed
        text = composed.text if composed.typed else ""
        self.console.drafts.typed(
            Draft(
                composed.id,
                text,
                composed.targets,
                profile.name if profile else "",
                composed.changed_at,
            )
        )

    def tell_pane(self) -> None:
        """Bring up to date what the pane says of what is composed."""
        self.pane.tell(self.composed, self.console.drafts.reason, self.pool_names())

    def way_changed(self) -> None:
        """Drop the targets: they are of the profile of before. The text stays."""
        self.workers.cancel_group(self, "numbers")
        if self.composed.reached:
            self.composed.take_targets(())
            self.composed.foreign = True
            self.keep()
            self.pane.say("another profile: the targets of before were dropped", "warning")
        super().way_changed()
        self.tell_pane()

    @work(exclusive=True, group="numbers")
    async def _ask_now(self, client: Client, reached: Sequence[Reached], generation: int) -> None:
        from console.app import today  # noqa: PLC0415 - when asked for

        self.post_message(self.Learnt(await today.asked(client, reached), generation))

    def on_writing_screen_learnt(self, message: Learnt) -> None:
        """Say what is so of the targets now."""
        message.stop()
        if message.generation == self.console.way.generation:
            notes = message.now.notes
            whole = self.composed.is_for(message.now.reached)
            self.composed.learn(message.now.reached, notes if whole else self.composed.notes)
            self.tell_pane()

    def look_at_targets(self) -> None:
        """Ask for what is so now of those of whom that is not known."""
        client = self.console.way.client
        reached = self.composed.reached
        old = [each for each in reached if each.target.kind == "pool" and not each.pool]
        if client and (old or any(each.connected is None for each in reached)):
            self._ask_now(client, reached, self.console.way.generation)

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
        self.app.push_screen(PoolPicker(client, self.composed.reached), self._picked)

    def _picked(self, reached: list[Reached] | None) -> None:
        if reached is not None:
            self._take_targets(reached)
            self.unmark()
            self.tell_pane()
            self.look_at_targets()
