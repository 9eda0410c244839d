"""A screen on which messages are confirmed and followed, besides being written.

What is confirmed is a plan that nothing changes any more; it is sent once, by the application.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message

from console.app import composing
from console.app.composing import Composition, Plan
from console.app.drafting import new_id
from console.app.screens.recalling import RecallingScreen
from console.app.widgets.job_course import JobCourse
from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.send import Draft, Outcome, Send, Target
from console.sending import targets
from console.sending.repetition import RepeatedError
from console.sending.targets import Reached

if TYPE_CHECKING:
    from console.app.dialogs.confirm import ConfirmDialog


class ComposingScreen(RecallingScreen):
    """A service screen with a compose pane whose messages are sent."""

    class Planned(Message):
        """All that is to be confirmed is known; or why nothing can be sent."""

        def __init__(self, plan: Plan | None, error: ConsoleError | None, generation: int) -> None:
            self.plan = plan
            self.error = error
            self.generation = generation
            super().__init__()

    class Missed(Message):
        """It was found out whom a send did not reach: a target, or nobody."""

        def __init__(self, send: Send, target: Target | None) -> None:
            self.send = send
            self.target = target
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self._confirming = False  # from the key until the dialog is answered
        self._dialog: ConfirmDialog | None = None  # what asks for that
        self._leaving: dict[int, Plan] = {}  # what was confirmed and is not in the journal yet
        self._gone: dict[int, Plan] = {}  # what is in the journal and not all settled
        self._back = ""  # the id of what nobody saw and is composed again
        self._act = 0  # the act whose sends the pane shows

    def way_changed(self) -> None:
        """Confirm nothing that was planned with the profile of before."""
        self.workers.cancel_group(self, "plan")
        self._confirming = False
        super().way_changed()
        if self._dialog:
            self._dialog.call_off()

    def open_pane(self) -> None:
        """Open the pane, with what is composed; what was sent is in the journal."""
        self._act = 0
        super().open_pane()

    # Confirming

    def ask_to_send(self) -> None:
        """Find out what there is to confirm, and ask; nothing is written yet."""
        client = self.console.way.client
        if self._confirming or self._leaving:
            return
        if client is None or not self.may_send():
            self.pane.say(
                "it cannot be sent now: no profile is open, or it is read-only", "warning"
            )
            return
        try:
            texts = composing.texts(self.composed.text, self.composed.targets)
        except ConsoleError as error:
            self.pane.say(composing.sentence(error), "warning")
            if not self.composed.reached and self.composed.text.strip():
                self.pick()
            return
        self._confirming = True
        self.pane.say("asking who is connected, and looking what was sent there lately …")
        plan = Plan(
            draft_id=self.composed.id,
            generation=self.console.way.generation,
            place=composing.NOWHERE,
            production=client.profile.production,
            text=self.composed.text,
            reached=self.composed.reached,
            texts=texts,
            resend_of=self.composed.resend_of,
            bound=self.composed.bound,
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
        if message.plan is None or (why := self._overtaken(message.plan)):
            self._confirming = False
            said = composing.sentence(message.error) if message.error else why
            self.pane.say(f"nothing was sent: {said}", "error" if message.error else "warning")
            return
        self.pane.say("")
        self._dialog = ConfirmDialog(message.plan, zone=self.console.zone, now=self.console.now())
        self.app.push_screen(self._dialog, self._confirmed)

    def _overtaken(self, plan: Plan) -> str:
        """Say why it is no longer asked whether a plan shall be sent; empty where it is."""
        if not (self.in_front and self.composes):
            return "you left it meanwhile; ctrl+g asks again"
        try:
            texts = composing.texts(self.composed.text, self.composed.targets)
        except ConsoleError:
            texts = {}
        # What was typed since would not be sent, and would be gone with what is.
        same = self.composed.id == plan.draft_id and texts == plan.texts
        return "" if same else "it was changed meanwhile; ctrl+g asks again"

    def _confirmed(self, plan: Plan | None) -> None:
        """Send what was confirmed, once, with the profile that the dialog named or not at all."""
        confirming, self._confirming = self._confirming, False
        self._dialog = None
        client = self.console.way.client
        same = plan is None or plan.generation == self.console.way.generation
        if not (confirming and client and same):  # the dialog was called off
            self.pane.say(
                "nothing was sent: another profile is in use now; "
                "the targets of before were dropped",
                "error",
            )
            return
        if plan is None:
            self.pane.say("nothing was sent")
            return
        if self.pane.area.text != plan.text:  # by keys that overtook the answer of the dialog
            self.pane.say("nothing was sent: it was changed meanwhile; ctrl+g asks again")
            return
        number = self.console.sends.begin(
            client,
            plan.texts,
            confirmed=plan.place,
            resend_of=plan.resend_of,
            knowing=plan.known,
        )
        self._leaving[number] = plan
        self.pane.area.read_only = True  # nothing typed now may be taken for a part of it
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
            known = sends.known.values()
            self.pane.follow(sends.of_act(self._act), sends.troubles, sends.followed, known)
        self.tell_pane()

    def _has_left(self, number: int, plan: Plan) -> None:
        """It is in the journal: the draft has done its work, and what becomes of it is shown."""
        self._gone[number] = plan
        self.pane.area.read_only = False
        self.console.drafts.drop(plan.draft_id)
        if self.composed.id == plan.draft_id:
            self._act = number
            self.composed = Composition(new_id())
            self.pane.area.take("")
            self.pane.say("")

    def sent(self, number: int, sends: Sequence[Send], error: ConsoleError | None) -> None:
        """Say why what was confirmed here was not sent; give back what nobody saw."""
        super().sent(number, sends, error)
        plan = self._gone.pop(number, None)
        if plan and sends and all(each.outcome is Outcome.REJECTED for each in sends):
            self._take_back(plan, sends)
        if self._leaving.pop(number, None) is None or error is None:
            return
        self.pane.area.read_only = False
        again = isinstance(error, RepeatedError)
        more = "; ctrl+g asks once more" if again else ""
        self.pane.say(f"nothing was sent: {composing.sentence(error)}{more}", "error")

    def _take_back(self, plan: Plan, sends: Sequence[Send]) -> None:
        """Compose again what nobody saw; as a draft, where something else is composed by now."""
        here = plan.generation == self.console.way.generation
        reached = plan.reached if here else ()
        back = Composition(new_id(), plan.text, reached, resend_of=plan.resend_of, bound=plan.bound)
        if self.composed.text.strip() or self.composed.reached:
            self.console.drafts.typed(
                Draft(back.id, back.text, back.targets, plan.place.profile),
            )
            self.pane.say("what was sent before nobody saw; its text is among the drafts: f4")
            return
        self.composed, self._back = back, back.id
        self.pane.area.take(back.text)
        self.keep()
        reasons = dict.fromkeys(str(each.error.get("message", "")) for each in sends)
        why = "; ".join(each for each in reasons if each)
        self.pane.say(f"nobody saw it: {why}; the text is as it was", "error")
        self.tell_pane()

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
                self._find_missed(send)
            case "reuse":
                self._write_again(send, Reached(send.target), resend_of=None)
            case "update":
                self.console.sends.follow(client, send)
            case "look":
                self._look(client, send)

    @work(group="missed")
    async def _find_missed(self, send: Send) -> None:
        """Find out whom neither a send nor what repeats it has reached; other consoles may have."""
        try:
            others = await asyncio.to_thread(self.console.sends.journal.repetitions)
        except ConsoleError as error:
            self.say(composing.sentence(error), tone="error")
            return
        repeats = targets.repeats_of(send.id, others)
        self.post_message(self.Missed(send, targets.without_message(send, repeats)))

    def on_composing_screen_missed(self, message: Missed) -> None:
        """Write to those again whom a send did not reach."""
        message.stop()
        if message.target is None:
            self.say("a later send has reached those who did not get it, or may have")
        else:
            self._write_again(message.send, Reached(message.target), resend_of=message.send.id)

    def _write_again(self, send: Send, reached: Reached, *, resend_of: int | None) -> None:
        """Put a send's text into the pane; where it is a repetition, ask at once."""
        profile = self.console.way.profile
        if not self.may_send():
            return
        same = self.composed.id == self._back and self.composed.targets == (send.target,)
        if same and not resend_of:
            self.open_pane()
            return
        here = profile is not None and profile.name == send.place.profile
        known = () if not here and not resend_of else (reached,)
        self.keep()
        bound = send.place if resend_of else None
        self.composed = Composition(new_id(), send.text, known, resend_of=resend_of, bound=bound)
        self.open_pane()
        self.pane.area.take(send.text)
        self.keep()
        self.tell_pane()
        if resend_of:
            self.ask_to_send()

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
