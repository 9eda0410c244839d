"""A screen on which messages are confirmed and followed, besides being written.

What is confirmed is a plan that nothing changes any more; it is sent once, by the application.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from console.app import composing
from console.app.composing import Composition, Plan
from console.app.drafting import new_id
from console.app.screens.recalling import RecallingScreen
from console.app.sends import WAY_BACK
from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.send import Draft, Outcome, Send, Target
from console.sending import elsewhere
from console.sending.repetition import RepeatedError

if TYPE_CHECKING:
    from console.app.dialogs.confirm import ConfirmDialog

ASKING: Final = "asking who is connected, and looking what was sent there lately …"
"""What is said while it is not known yet what there is to confirm."""


class ComposingScreen(RecallingScreen):
    """A service screen with a compose pane whose messages are sent."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "why_not('resend')", "", id="pools.why-not-resend", show=False),
        Binding("L", "why_not('look')", "", id="pools.why-not-look", show=False),
    ]

    class Planned(Message):
        """All that is to be confirmed is known; or why nothing can be sent."""

        def __init__(self, plan: Plan | None, error: ConsoleError | None, generation: int) -> None:
            self.plan = plan
            self.error = error
            self.generation = generation
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
        self._ask_no_more()
        self._confirming = False
        super().way_changed()
        if self._dialog:
            self._dialog.call_off()

    def open_pane(self) -> None:
        """Open the pane, with what is composed; what was sent is in the journal."""
        self._act = 0
        super().open_pane()

    def close_pane(self) -> None:
        """Close the pane; where what became of sends was in it, say where it is to be found."""
        followed = self.composes and self.pane.shows_course
        super().close_pane()
        if followed and not (self._origin or self.composed.typed):
            self.say(WAY_BACK)

    def action_why_not(self, what: str) -> None:
        """Say why a key does nothing that is of the course of what was sent."""
        if self.composes and self.pane.shows_course:
            self.say(self.pane.course.why_not(what), tone="warning")
        else:
            self.say(WAY_BACK)

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
        self.pane.say(ASKING)

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
        self._ask_no_more()
        if message.plan is None or (why := self._overtaken(message.plan)):
            self._confirming = False
            said = composing.sentence(message.error) if message.error else why
            self._answer(f"nothing was sent: {said}", "error" if message.error else "warning")
            return
        if not self._repeating:
            self.composed.learn(message.plan.reached, message.plan.notes)
            self.tell_pane()
        self._dialog = ConfirmDialog(message.plan, zone=self.console.zone, now=self.console.now())
        self.app.push_screen(self._dialog, self._confirmed)

    def _ask_no_more(self) -> None:
        """Take back that the cloud is being asked; whatever else was said stays."""
        if not (self._confirming and self.is_mounted):
            return
        if self._repeating:
            self.quiet()
        else:
            self.pane.say("")

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
            way = self.console.way
            away = elsewhere.out_of_reach(way.client, way.project_id, mine)
            self.pane.course.show(mine, sends.troubles, sends.followed, known, away)
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
