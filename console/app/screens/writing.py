"""A screen on which messages are written: whom they are for, texts of before, drafts, the editor.

What is written stays until it is sent, whatever is chosen, filtered or opened meanwhile.
"""

import asyncio
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
from console.app.status import clock
from console.app.widgets.compose_pane import ComposePane
from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.send import Draft, Send
from console.sending import targets
from console.sending.targets import Reached
from console.services.desktop_pools import DesktopPool

_RECENT: Final = 300
"""Sends that are looked through for texts to use again."""

_TEXTS: Final = 40
"""Texts that are offered."""


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

    class Edited(Message):
        """The editor is closed."""

        def __init__(self, text: str, error: ConsoleError | None) -> None:
            self.text = text
            self.error = error
            super().__init__()

    class Offered(Message):
        """Texts that can be taken: what was `recent`ly sent, or `drafts`."""

        def __init__(
            self,
            what: str,
            *,
            drafts: Sequence[Draft] = (),
            sends: Sequence[Send] = (),
            error: ConsoleError | None = None,
        ) -> None:
            self.what = what
            self.drafts = drafts
            self.sends = sends
            self.error = error
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self.composed = Composition(new_id())
        self._looked_for_drafts = False

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
        if not self._looked_for_drafts:
            self._looked_for_drafts = True
            self._offer("begin")
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

    @on(ComposePane.Asked)
    def _asked_by_pane(self, message: ComposePane.Asked) -> None:
        message.stop()
        match message.what:
            case "send":
                self.ask_to_send()
            case "to":
                self.pick()
            case "templates":
                self._offer_templates()
            case "edit":
                self._edit(self.composed.text)
            case _:
                self._offer(message.what)

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

    def _offer_templates(self) -> None:
        from console.app.dialogs.templates import TemplatesDialog  # noqa: PLC0415 - when asked for
        from console.sending.template import BUILT_IN, templates  # noqa: PLC0415 - as above

        problem = ""
        try:
            found = templates(self.console.environ)
        except ConsoleError as error:
            found = {each.name: each for each in BUILT_IN}
            problem = f"your own are left out: {composing.sentence(error)}"
        self.app.push_screen(TemplatesDialog(found, problem), self._take_text)

    def _take_text(self, text: str | None) -> None:
        if text is not None:
            self.pane.area.take(text)

    @work(exclusive=True, group="edit")
    async def _edit(self, text: str) -> None:
        from console.app.editor import edited  # noqa: PLC0415 - when asked for

        try:
            saved = await edited(self.console, self.console.environ, text)
        except ConsoleError as error:
            self.post_message(self.Edited(text, error))
        else:
            self.post_message(self.Edited(saved, None))

    def on_writing_screen_edited(self, message: Edited) -> None:
        """Take what the editor saved; where it failed, the text is as it was."""
        message.stop()
        if message.error:
            self.pane.say(composing.sentence(message.error), "error")
        else:
            self.pane.say("")
            self.pane.area.take(message.text)
        self.pane.area.focus()

    # Texts of before

    @work(exclusive=True, group="texts")
    async def _offer(self, what: str) -> None:
        journal = self.console.sends.journal
        try:
            if what == "recent":
                sends = await asyncio.to_thread(journal.sends, limit=_RECENT)
                self.post_message(self.Offered(what, sends=sends))
            else:
                drafts = await self.console.drafts.left()
                self.post_message(self.Offered(what, drafts=drafts))
        except ConsoleError as error:
            self.post_message(self.Offered(what, error=error))

    def on_writing_screen_offered(self, message: Offered) -> None:
        """Offer texts; at the first opening, take up the draft that an earlier run left."""
        from console.app.dialogs.texts import Choice, TextsDialog  # noqa: PLC0415 - when asked for

        message.stop()
        if message.error:
            self.pane.say(composing.sentence(message.error), "error")
            return
        now, zone = self.console.now(), self.console.zone
        keeper = self.console.drafts
        drafts = [each for each in message.drafts if not keeper.is_of(each, self.composed.id)]
        if message.what == "begin":
            left = [each for each in drafts if not keeper.typed_elsewhere(each)]
            if left and not self.composed.text.strip():
                self._take_draft(left[0], more=len(left) - 1)
            return
        choices = [
            Choice(
                each.id,
                f"{clock(each.changed_at, zone, now) if each.changed_at else ''}"
                f"{'  in another console' * keeper.typed_elsewhere(each)}",
                each.text,
            )
            for each in drafts
        ]
        texts: dict[str, Send] = {}
        for each in message.sends:
            texts.setdefault(each.text, each)
        choices += [
            Choice(str(each.id), f"{clock(each.written_at, zone, now)} {each.target.name}", text)
            for text, each in list(texts.items())[:_TEXTS]
        ]
        kept = {each.id: each for each in drafts}
        of_drafts = message.what == "drafts"
        title, nothing = (
            ("Drafts", "There is no other draft.")
            if of_drafts
            else ("Sent before", "Nothing was sent yet.")
        )

        def take(chosen: str | None) -> None:
            if chosen in kept:
                self._take_draft(kept[chosen])
            elif chosen is not None:
                self._take_text(next(t for t, each in texts.items() if str(each.id) == chosen))

        forget = self.console.drafts.drop if of_drafts else None
        self.app.push_screen(TextsDialog(title, choices, nothing=nothing, forget=forget), take)

    def _take_draft(self, draft: Draft, *, more: int = 0) -> None:
        """Go on with a draft; what is being typed stays among the drafts itself."""
        profile = self.console.way.profile
        reached, unseen = self.composed.reached, self.composed.unseen
        same = profile is not None and draft.profile == profile.name
        if not reached and same:
            reached = tuple(Reached(each) for each in draft.targets)
        self.composed = Composition(new_id(), draft.text, reached, unseen)
        self.pane.area.take(draft.text)
        self.keep()
        if not self.console.drafts.typed_elsewhere(draft):
            self.console.drafts.drop(draft.id)
        at = draft.changed_at
        since = clock(at, self.console.zone, self.console.now()) if at else "before"
        others = f"; f4 shows {composing.plural(more, 'more draft')}" if more else ""
        dropped = "" if same or not draft.targets else "; its targets were of another profile"
        self.pane.say(f"your draft from {since}, which was not sent{dropped}{others}", "warning")
        self.tell_pane()
