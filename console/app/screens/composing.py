"""A screen on which messages are confirmed and followed, besides being written.

What is confirmed is a plan that nothing changes any more; it is sent once, by the application.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.message import Message

from console.app import composing, courses
from console.app.composing import Composition, Plan
from console.app.drafting import new_id
from console.app.screens.recalling import RecallingScreen
from console.app.widgets.job_course import JobCourse
from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.send import Draft, Outcome, Send, Target
from console.sending import record, targets
from console.sending.message import checked, cleaned
from console.sending.repetition import RepeatedError
from console.sending.targets import Reached

if TYPE_CHECKING:
    from console.app.dialogs.confirm import ConfirmDialog

_ASKING: Final = "asking who is connected, and looking what was sent there lately …"


class ComposingScreen(RecallingScreen):
    """A service screen with a compose pane whose messages are sent."""

    class Planned(Message):
        """All that is to be confirmed is known; or why nothing can be sent."""

        def __init__(self, plan: Plan | None, error: ConsoleError | None, generation: int) -> None:
            self.plan = plan
            self.error = error
            self.generation = generation
            super().__init__()

    class Reread(Message):
        """The journal said how a send stands that something is to be done with.

        Attributes:
            what: what is to be done: `resend`, `look` or `reuse`.
            send: the send as it is now.
            missed: whom neither it nor what repeats it has reached; None where there is nobody.
            here: whether the profile in use leads to where it went.
        """

        def __init__(self, what: str, send: Send, missed: Target | None, *, here: bool) -> None:
            self.what = what
            self.send = send
            self.missed = missed
            self.here = here
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self._confirming = False  # from the key until the dialog is answered
        self._dialog: ConfirmDialog | None = None  # what asks for that
        self._leaving: dict[int, Plan] = {}  # what was confirmed and is not in the journal yet
        self._gone: dict[int, Plan] = {}  # what is in the journal and not all settled
        self._repeating = False  # whether what is confirmed is a repetition
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
        self._prepare(client, self.composed, texts)
        self.pane.say(_ASKING)

    def _prepare(
        self,
        client: Client,
        composed: Composition,
        texts: Mapping[Target, str],
        again: Send | None = None,
        left_out: str = "",
    ) -> None:
        """Find out what there is to confirm."""
        self._confirming = True
        self._repeating = again is not None
        plan = Plan(
            draft_id=composed.id,
            generation=self.console.way.generation,
            place=composing.NOWHERE,
            production=client.profile.production,
            text=composed.text,
            reached=composed.reached,
            texts=texts,
            again=again,
            left_out=left_out,
            pools=self.pool_names(),
        )
        self._find_out(client, plan)

    @work(exclusive=True, group="plan")
    async def _find_out(self, client: Client, plan: Plan) -> None:
        from console.app import today  # noqa: PLC0415 - when asked for

        try:
            found = await today.found_out(self.console.sends.journal, client, plan)
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
            self._answer(f"nothing was sent: {said}", "error" if message.error else "warning")
            return
        if self._repeating:
            self.quiet()
        else:
            self.composed.learn(message.plan.reached, message.plan.notes)
            self.pane.say("")
            self.tell_pane()
        self._dialog = ConfirmDialog(message.plan, zone=self.console.zone, now=self.console.now())
        self.app.push_screen(self._dialog, self._confirmed)

    def _overtaken(self, plan: Plan) -> str:
        """Say why it is no longer asked whether a plan shall be sent; empty where it is."""
        if plan.again:
            return "" if self.in_front else "you left it meanwhile"
        if not (self.in_front and self.composes):
            return "you left it meanwhile; ctrl+g asks again"
        composed = self.composed
        # What was typed since would not be sent, and would be gone with what is.
        same = composed.id == plan.draft_id and composed.text == plan.text
        same = same and composed.is_for(plan.reached)
        return "" if same else "it was changed meanwhile; ctrl+g asks again"

    def _answer(self, sentence: str, tone: str = "notice") -> None:
        """Say what came of it: a repetition where it was asked for, all else in the pane."""
        if self._repeating:
            self.go_back(sentence, tone)
        else:
            self.pane.say(sentence, tone)

    def _confirmed(self, plan: Plan | None) -> None:
        """Send what was confirmed, once, with the profile that the dialog named or not at all."""
        confirming, self._confirming = self._confirming, False
        self._dialog = None
        client = self.console.way.client
        same = plan is None or plan.generation == self.console.way.generation
        if not (confirming and client and same):  # the dialog was called off
            self._answer(
                "nothing was sent: another profile is in use now; "
                "the targets of before were dropped",
                "error",
            )
            return
        if plan is None:
            self._answer("nothing was sent")
            return
        if not plan.again and self.pane.area.text != plan.text:  # by keys that overtook the answer
            self.pane.say("nothing was sent: it was changed meanwhile; ctrl+g asks again")
            return
        number = self.console.sends.begin(
            client,
            plan.texts,
            confirmed=plan.place,
            resend_of=plan.again.id if plan.again else None,
            knowing=plan.known,
        )
        self._leaving[number] = plan
        if plan.again:
            self.say("writing it into the journal …")
            return
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
            mine = sends.of_act(self._act)
            self.pane.course.show(mine, sends.troubles, sends.followed, known)
            self.pane.follow()
        self.tell_pane()

    def _has_left(self, number: int, plan: Plan) -> None:
        """It is in the journal: the draft has done its work, and what becomes of it is shown."""
        self._gone[number] = plan
        self.pane.area.read_only = False
        self._origin = ""
        if plan.again:
            self.quiet()
            self.close_detail()
            self._main.add_class("-composing")
            self._act = number
            return
        self.unmark()
        self.console.drafts.drop(plan.draft_id)
        if self.composed.id == plan.draft_id:
            self._act = number
            self.put(Composition(new_id()))

    def sent(self, number: int, sends: Sequence[Send], error: ConsoleError | None) -> None:
        """Say why what was confirmed here was not sent; give back what nobody saw."""
        super().sent(number, sends, error)
        plan = self._gone.pop(number, None)
        rejected = bool(sends) and all(each.outcome is Outcome.REJECTED for each in sends)
        if plan and rejected and not plan.again:
            self._take_back(plan, sends)
        if self._leaving.pop(number, None) is None or error is None:
            return
        self.pane.area.read_only = False
        again = isinstance(error, RepeatedError)
        more = f"; {'R' if self._repeating else 'ctrl+g'} asks once more" if again else ""
        self._answer(f"nothing was sent: {composing.sentence(error)}{more}", "error")

    def _take_back(self, plan: Plan, sends: Sequence[Send]) -> None:
        """Compose again what nobody saw; as a draft, where something else is composed by now."""
        here = plan.generation == self.console.way.generation
        reached = plan.reached if here else ()
        back = Composition(new_id(), plan.text, reached)
        if self.composed.text.strip() or self.composed.reached:
            self.console.drafts.typed(
                Draft(back.id, back.text, back.targets, plan.place.profile),
            )
            self.pane.say("what was sent before nobody saw; its text is among the drafts: f4")
            return
        self._back = back.id
        self.put(back)
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

    def act_on(self, what: str, send: Send, origin: str = "") -> None:
        """Do with a send what was asked for: `resend`, `look`, `reuse` or `update`.

        Args:
            what: that.
            send: the send.
            origin: the mode to go back to where nothing comes of it; empty for this one.
        """
        self._origin = origin if origin != self.console.current_mode else ""
        client = self.console.way.client
        if client is None:
            self.go_back("no profile is open", "warning")
        elif what == "update":
            self.console.sends.follow(client, send)
        elif what == "look" or self.may_send():
            self._read_again(what, client, send)
        else:
            self.go_back("this profile is READ-ONLY: nothing can be sent with it", "warning")

    @work(exclusive=True, group="reread")
    async def _read_again(self, what: str, client: Client, send: Send) -> None:
        """Find out how a send stands now, and whom it missed; other consoles send and follow."""
        from console.app import today  # noqa: PLC0415 - when asked for

        journal = self.console.sends.journal

        def read() -> tuple[Send, list[Send]]:
            return courses.later(journal.send(send.id) or send, send), journal.repetitions()

        try:
            now, others = await asyncio.to_thread(read)
            here = what != "reuse" or await today.is_at(client, send.place)
        except ConsoleError as error:
            self.go_back(composing.sentence(error), "error")
            return
        missed = targets.without_message(now, targets.repeats_of(send.id, others))
        self.post_message(self.Reread(what, now, missed, here=here))

    def on_composing_screen_reread(self, message: Reread) -> None:
        """Do with a send what was asked for, as it stands now."""
        message.stop()
        send, client = message.send, self.console.way.client
        if message.what == "reuse":
            self._use_again(send, here=message.here)
        elif message.what == "resend" and message.missed is None:
            self.go_back("a later send has reached those who did not get it, or may have")
        elif message.what == "resend":
            # Said of the moment at which the targets were chosen, so that all of them add up.
            left_out = record.left_out(send) if message.missed else ""
            self._repeat(send, Reached(message.missed or send.target), left_out)
        elif send.outcome is not Outcome.UNKNOWN:
            self.app.post_message(self.console.sends.Changed(send))
            words = courses.said(send)
            self.go_back(f"send {send.id} is UNKNOWN no more: {words.text}", words.tone)
        elif client:
            self._look(client, send)

    def _repeat(self, send: Send, reached: Reached, left_out: str = "") -> None:
        """Ask whether a send is to be made again; what is composed stays as it is."""
        client = self.console.way.client
        if client is None or self._confirming or self._leaving:
            return
        try:
            # The text is what was sent: a `{pool}` in it is no field any more.
            texts = {reached.target: checked(send.text)}
        except ConsoleError as error:
            self.go_back(composing.sentence(error), "error")
            return
        self.say(_ASKING)
        self._prepare(client, Composition("", send.text, (reached,)), texts, send, left_out)

    def _use_again(self, send: Send, *, here: bool) -> None:
        """Write with a send's text, to the same people where they are within reach."""
        reached = (Reached(send.target),) if here else ()
        if self.composed.id == self._back and self.composed.is_for(reached):
            self.open_pane()
            return
        if not self.set_aside():
            self.open_pane()
            return
        text = cleaned(send.text).text
        self.put(Composition(new_id(), text, reached, given=text))
        self.open_pane()
        if not here:
            self.pane.say("it went to another place; ctrl+t chooses pools of here", "warning")

    def _look(self, client: Client, send: Send) -> None:
        from console.app.dialogs.looking import LookingDialog, Verdict  # noqa: PLC0415 - seldom

        def looked(verdict: Verdict | None) -> None:
            if verdict is None:
                self.go_back()
            elif verdict.what == "resend":
                self._repeat(send, Reached(send.target))
            else:
                self._settle(send, verdict.job_id)
                self.go_back()

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
