"""A screen on which something is done with what was sent: looked for, sent again, written with."""

import asyncio

from textual import on, work
from textual.message import Message

from console.app import composing, courses
from console.app.composing import Composition
from console.app.drafting import new_id
from console.app.screens.composing import ASKING, ComposingScreen
from console.app.widgets.job_course import JobCourse
from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.send import Outcome, Send, Target
from console.sending import elsewhere, record, targets
from console.sending.dispatch import place_of
from console.sending.message import checked, cleaned
from console.sending.targets import Reached


class RepeatingScreen(ComposingScreen):
    """A screen with a compose pane that does with a send of before what is asked for."""

    class Reread(Message):
        """The journal said how a send stands that something is to be done with.

        Attributes:
            what: what is to be done: `resend`, `look` or `reuse`.
            send: the send as it is now.
            missed: whom neither it nor what repeats it has reached; None where there is nobody.
            away: why the profile in use does not lead to where it went; empty where it does.
        """

        def __init__(self, what: str, send: Send, missed: Target | None, away: str) -> None:
            self.what = what
            self.send = send
            self.missed = missed
            self.away = away
            super().__init__()

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
        journal = self.console.sends.journal

        def read() -> tuple[Send, list[Send]]:
            return courses.later(journal.send(send.id) or send, send), journal.repetitions()

        try:
            now, others = await asyncio.to_thread(read)
            away = elsewhere.in_full(send, await place_of(client))
        except ConsoleError as error:
            self.go_back(composing.sentence(error), "error")
            return
        missed = targets.without_message(now, targets.repeats_of(send.id, others))
        self.post_message(self.Reread(what, now, missed, away))

    def on_repeating_screen_reread(self, message: Reread) -> None:
        """Do with a send what was asked for, as it stands now."""
        message.stop()
        send, client = message.send, self.console.way.client
        if message.what == "reuse":
            self._use_again(send, here=not message.away)
        elif message.what == "resend" and message.missed is None:
            self.go_back("a later send has reached those who did not get it, or may have")
        elif message.what == "look" and send.outcome is not Outcome.UNKNOWN:
            self.app.post_message(self.console.sends.Changed(send))
            words = courses.said(send)
            self.go_back(f"send {send.id} is UNKNOWN no more: {words.text}", words.tone)
        elif message.away:
            nothing = "nothing was sent: " if message.what == "resend" else ""
            self.go_back(f"{nothing}{message.away}", "warning")
        elif message.what == "resend":
            # Said of the moment at which the targets were chosen, so that all of them add up.
            left_out = record.left_out(send) if message.missed else ""
            self._repeat(send, Reached(message.missed or send.target), left_out)
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
        self.say(ASKING)
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
