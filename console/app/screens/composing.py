"""A screen on which messages are composed, confirmed and followed.

What is composed stays until it is sent, whatever is chosen, filtered or opened meanwhile. What is
confirmed is a plan that nothing changes any more; it is sent once, by the application.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from console.app import composing
from console.app.composing import Composition, Plan
from console.app.drafting import new_id
from console.app.screens.service import ServiceScreen
from console.app.status import clock
from console.app.widgets.compose_pane import ComposePane
from console.app.widgets.job_course import JobCourse
from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.send import Draft, Outcome, Send
from console.sending import targets
from console.sending.dispatch import RepeatedError
from console.sending.targets import Reached
from console.services.desktop_pools import DesktopPool

_RECENT: Final = 300
"""Sends that are looked through for texts to use again."""

_TEXTS: Final = 40
"""Texts that are offered."""


class ComposingScreen(ServiceScreen):
    """A service screen with a compose pane."""

    DEFAULT_CSS = """
    ComposingScreen ComposePane { display: none; border-top: solid $primary; }
    ComposingScreen #main.-composing ComposePane { display: block; }
    ComposingScreen #main.-composing #middle { height: 6; }
    ComposingScreen #main.-composing.-detail ComposePane { display: none; }
    ComposingScreen.-short #main.-composing #middle { display: none; }
    ComposingScreen.-short #main.-composing ComposePane { border-top: none; }
    ComposingScreen.-wide #main.-composing { layout: horizontal; }
    ComposingScreen.-wide #main.-composing #middle { height: 1fr; }
    ComposingScreen.-wide #main.-composing ComposePane {
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

    class Planned(Message):
        """All that is to be confirmed is known; or why nothing can be sent."""

        def __init__(self, plan: Plan | None, error: ConsoleError | None, generation: int) -> None:
            self.plan = plan
            self.error = error
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
        self._confirming = False  # from the key until the dialog is answered
        self._leaving: dict[int, Plan] = {}  # what was confirmed and is not in the journal yet
        self._act = 0  # the act whose sends the pane shows
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

    # Opening and closing

    def action_message(self) -> None:
        """Write to what is chosen in the table."""
        if self._may_send():
            reached, unseen = self.chosen_targets()
            if not reached:
                self.say("no pool is chosen", tone="warning")
                return
            self._take_targets(reached, unseen=unseen)
            self._open()

    def compose_message(self) -> None:
        """Write a message; where the pane is open already, begin another one.

        It can be written before a profile is open; sent it cannot.
        """
        if self.console.way.client and not self._may_send():
            return
        if self.composes and self.pane.area.has_focus and self.composed.text.strip():
            self._begin_anew()
            self.pane.say("a new message; the one before is among the drafts: f4")
        self._open()

    def _may_send(self) -> bool:
        """Tell whether anything can be sent at all; say why not."""
        client = self.console.way.client
        if client is None:
            self.say("no profile is open", tone="warning")
            return False
        if client.profile.read_only:
            self.say("this profile is READ-ONLY: nothing can be sent with it", tone="warning")
            return False
        return True

    def _open(self) -> None:
        self.close_detail()
        self._main.add_class("-composing")
        self._act = 0
        self.pane.write()
        self._tell_pane()
        if not self._looked_for_drafts:
            self._looked_for_drafts = True
            self._offer("begin")
        self._count_connected()
        self.refresh_bindings()

    def _close(self) -> None:
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
        self._close()

    def _way_back(self) -> Callable[[], None] | None:
        """Return what escape does: what lies above the pane goes first."""
        return super()._way_back() or (self._close if self.composes else None)

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
        self._keep()

    @on(ComposePane.Typed)
    def _typed(self, message: ComposePane.Typed) -> None:
        message.stop()
        if message.text != self.composed.text:
            self.composed.text = message.text
            self._keep()
            self._tell_pane()

    def _keep(self) -> None:
        """Keep what is composed as a draft, soon."""
        profile = self.console.way.profile
        composed = self.composed
        self.console.drafts.typed(
            Draft(composed.id, composed.text, composed.targets, profile.name if profile else "")
        )

    def _tell_pane(self) -> None:
        self.pane.tell(self.composed, self.console.drafts.problem)

    def way_changed(self) -> None:
        """Drop the targets: they are of the profile of before. The text stays."""
        self.workers.cancel_group(self, "plan")
        self.workers.cancel_group(self, "numbers")
        self._confirming = False
        if self.composed.reached:
            self.composed.take_targets(())
            self._keep()
            self.pane.say("another profile: the targets of before were dropped", "warning")
        super().way_changed()
        self._tell_pane()

    @work(exclusive=True, group="numbers")
    async def _ask_numbers(self, client: Client, reached: Sequence[Reached]) -> None:
        known = await targets.with_connected(client, reached)
        numbers = {each.target.pool_id: each.connected for each in known if each.pool}
        self.composed.reached = composing.with_numbers(self.composed.reached, numbers)
        self.call_later(self._tell_pane)

    def _count_connected(self) -> None:
        """Ask how many are connected where the table does not know it."""
        client = self.console.way.client
        unknown = [each for each in self.composed.reached if each.connected is None and each.pool]
        if client and unknown:
            self._ask_numbers(client, unknown)

    # What the pane asks for

    @on(ComposePane.Asked)
    def _asked_by_pane(self, message: ComposePane.Asked) -> None:
        message.stop()
        match message.what:
            case "send":
                self._begin_plan()
            case "to":
                self._pick()
            case "templates":
                self._offer_templates()
            case "edit":
                self._edit(self.composed.text)
            case _:
                self._offer(message.what)

    def _pick(self) -> None:
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
            self._tell_pane()
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

    def on_composing_screen_edited(self, message: Edited) -> None:
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

    def on_composing_screen_offered(self, message: Offered) -> None:
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
        self._keep()
        if not self.console.drafts.typed_elsewhere(draft):
            self.console.drafts.drop(draft.id)
        at = draft.changed_at
        since = clock(at, self.console.zone, self.console.now()) if at else "before"
        others = f"; f4 shows {composing.plural(more, 'more draft')}" if more else ""
        dropped = "" if same or not draft.targets else "; its targets were of another profile"
        self.pane.say(f"your draft from {since}, which was not sent{dropped}{others}", "warning")
        self._tell_pane()

    # Confirming

    def _begin_plan(self) -> None:
        """Find out what there is to confirm, and ask; nothing is written yet."""
        client = self.console.way.client
        if self._confirming or client is None or not self._may_send():
            return
        try:
            texts = composing.texts(self.composed.text, self.composed.targets)
        except ConsoleError as error:
            self.pane.say(composing.sentence(error), "warning")
            if not self.composed.reached and self.composed.text.strip():
                self._pick()
            return
        self._confirming = True
        self.pane.say("asking who is connected, and looking what was sent there lately …")
        plan = Plan(
            draft_id=self.composed.id,
            generation=self.console.way.generation,
            place=composing.NOWHERE,
            production=client.profile.production,
            reached=self.composed.reached,
            texts=texts,
            resend_of=self.composed.resend_of,
        )
        self._find_out(client, plan)

    @work(exclusive=True, group="plan")
    async def _find_out(self, client: Client, plan: Plan) -> None:
        try:
            found = await composing.found_out(self.console.sends.journal, client, plan)
        except ConsoleError as error:
            self.post_message(self.Planned(None, error, plan.generation))
        else:
            self.post_message(self.Planned(found, None, plan.generation))

    def on_composing_screen_planned(self, message: Planned) -> None:
        """Ask whether it shall be sent; say why it cannot be."""
        from console.app.dialogs.confirm import ConfirmDialog  # noqa: PLC0415 - when asked for

        message.stop()
        if message.generation != self.console.way.generation or not self._confirming:
            self._confirming = False
            return
        if message.plan is None or not self.is_current:
            self._confirming = False
            if message.error:
                said = composing.sentence(message.error)
                self.pane.say(f"nothing was sent: {said}", "error")
            return
        self.pane.say("")
        dialog = ConfirmDialog(message.plan, zone=self.console.zone, now=self.console.now())
        self.app.push_screen(dialog, self._confirmed)

    def _confirmed(self, plan: Plan | None) -> None:
        """Send what was confirmed, once."""
        confirming, self._confirming = self._confirming, False
        client = self.console.way.client
        if plan is None:
            self.pane.say("nothing was sent")
            return
        if not confirming or client is None or plan.generation != self.console.way.generation:
            self.pane.say("nothing was sent: another profile is in use now", "error")
            return
        number = self.console.sends.begin(
            client, plan.texts, resend_of=plan.resend_of, knowing=plan.known
        )
        self._leaving[number] = plan
        self.pane.say("writing it into the journal …")

    def sends_changed(self) -> None:
        """Show what becomes of what was sent here."""
        super().sends_changed()
        if not self.is_mounted:
            return
        sends = self.console.sends
        for number in [each for each in self._leaving if sends.of_act(each)]:
            self._has_left(number, self._leaving.pop(number))
        if self._act and self.composes:
            self.pane.follow(sends.of_act(self._act), sends.troubles)
        self._tell_pane()

    def _has_left(self, number: int, plan: Plan) -> None:
        """It is in the journal: the draft has done its work, and what becomes of it is shown."""
        self.console.drafts.drop(plan.draft_id)
        if self.composed.id == plan.draft_id:
            self._act = number
            self.composed = Composition(new_id())
            self.pane.area.take("")
            self.pane.say("")

    def sent(self, number: int, sends: Sequence[Send], error: ConsoleError | None) -> None:
        """Say why what was confirmed here was not sent; the text is as it was."""
        super().sent(number, sends, error)
        if self._leaving.pop(number, None) is None or error is None:
            return
        again = isinstance(error, RepeatedError)
        more = "; ctrl+g asks once more" if again else ""
        self.pane.say(f"nothing was sent: {composing.sentence(error)}{more}", "error")

    # What is done with what was sent

    @on(JobCourse.Asked)
    def _asked_of_course(self, message: JobCourse.Asked) -> None:
        message.stop()
        self.act_on(message.what, message.send)

    def act_on(self, what: str, send: Send) -> None:
        """Do with a send what was asked for: `resend`, `look`, `reuse` or `update`."""
        client = self.console.way.client
        if client is None:
            self.say("no profile is open", tone="warning")
            return
        match what:
            case "resend":
                if missed := targets.without_message(send):
                    self._write_again(send, Reached(missed), resend_of=send.id)
            case "reuse":
                self._write_again(send, Reached(send.target), resend_of=None)
            case "update":
                self.console.sends.follow(client, send)
            case "look":
                self._look(client, send)

    def _write_again(self, send: Send, reached: Reached, *, resend_of: int | None) -> None:
        """Put a send's text into the pane; where it is a repetition, ask at once."""
        profile = self.console.way.profile
        if not self._may_send():
            return
        here = profile is not None and profile.name == send.place.profile
        known = () if not here and not resend_of else (reached,)
        self._keep()
        self.composed = Composition(new_id(), send.text, known, resend_of=resend_of)
        self._open()
        self.pane.area.take(send.text)
        self._keep()
        self._tell_pane()
        if resend_of:
            self._begin_plan()

    def _look(self, client: Client, send: Send) -> None:
        from console.app.dialogs.looking import LookingDialog, Verdict  # noqa: PLC0415 - seldom

        def looked(verdict: Verdict | None) -> None:
            if verdict is None:
                return
            if verdict.what == "resend":
                self._write_again(send, Reached(send.target), resend_of=send.id)
            else:
                self._settle(send, verdict.job_id)

        journal = self.console.sends.journal
        self.app.push_screen(LookingDialog(journal, client, send, zone=self.console.zone), looked)

    @work(group="settle")
    async def _settle(self, send: Send, job_id: str) -> None:
        sends = self.console.sends
        try:
            settled = await asyncio.to_thread(
                sends.journal.settle, send.id, Outcome.ACCEPTED, job_id=job_id
            )
        except ConsoleError as error:
            self.say(composing.sentence(error), tone="error")
            return
        if client := self.console.way.client:
            sends.follow(client, settled)
        self.app.post_message(sends.Changed(settled))
