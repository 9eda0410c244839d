"""Shows what was found out about a send of unknown outcome; only then can it be sent again."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar, Literal, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.app import courses
from console.app.composing import plural
from console.app.looking import Findings, FoundJob, look
from console.app.widgets.dialog import Dialog
from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.journal import Journal
from console.outbox.send import Send
from console.services.column import in_zone
from console.text import cell


class Verdict(NamedTuple):
    """What the operator makes of it.

    Attributes:
        what: `resend`: it did not arrive; `arrived`: it did, as `job_id`.
        job_id: the job.
    """

    what: Literal["resend", "arrived"]
    job_id: str = ""


class LookingDialog(Dialog[Verdict]):
    """Looks for the job of a send, and says what was found."""

    DEFAULT_CSS = """
    LookingDialog > .dialog-frame { width: 78; }
    """
    TITLE_TEXT = "Did it arrive?"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("A", "arrived", "It arrived", id="looking.arrived"),
        Binding("R", "resend", "Send again", id="looking.resend"),
    ]

    class Found(Message):
        """Something was found out, or nothing could be."""

        def __init__(self, findings: Findings | None, error: ConsoleError | None) -> None:
            self.findings = findings
            self.error = error
            super().__init__()

    def __init__(
        self, journal: Journal, client: Client, send: Send, *, zone: tzinfo | None
    ) -> None:
        """Take what is looked for, and who is asked."""
        super().__init__()
        self._journal = journal
        self._client = client
        self._send = send
        self._zone = zone
        self._findings: Findings | None = None

    def compose_body(self) -> ComposeResult:
        """Compose what there is to say."""
        send = self._send
        yield Static(
            Content.assemble(
                f"Send {send.id} to ",
                (cell(send.target.name), "bold"),
                f" was written at {self._time(send.written_at)}. Bytes of it left, and no answer "
                "came.",
            )
        )
        yield Static(Content("\nasking the cloud …"), id="found")

    def on_mount(self) -> None:
        """Ask."""
        self.run_worker(self._look(), group="look")

    async def _look(self) -> None:
        try:
            findings = await look(self._journal, self._client, self._send)
        except ConsoleError as error:
            self.post_message(self.Found(None, error))
        else:
            self.post_message(self.Found(findings, None))

    def on_looking_dialog_found(self, message: Found) -> None:
        """Say what was found."""
        message.stop()
        self._findings = message.findings or Findings(self._send, error=message.error)
        self.query_one("#found", Static).update(Content("\n").join(self._lines(self._findings)))
        keys = ["escape leaves it as it is"]
        if not self._repeats:
            keys.insert(0, "R sends it again, and asks first")
        if self._candidate(self._findings):
            keys.insert(0, "A notes that it arrived as this job, and follows it")
        self.tell_keys(" · ".join(keys))
        self.refresh_bindings()

    @property
    def _repeats(self) -> Sequence[Send]:
        """The sends that repeat it and that somebody saw, or may have seen."""
        return self._findings.repeats if self._findings else ()

    @staticmethod
    def _candidate(findings: Findings) -> FoundJob | None:
        return findings.jobs[0] if len(findings.jobs) == 1 else None

    def _lines(self, findings: Findings) -> list[Content]:
        lines = [Content("")]
        if findings.error:
            words = f"Its job could not be looked for: {cell(findings.error.sentence)}"
            lines.append(Content.styled(words, "bold $text-error"))
        elif findings.jobs:
            likely = any(each.likely for each in findings.jobs)
            words = "It has probably ARRIVED:" if likely else "It may have ARRIVED:"
            lines.append(Content.styled(words, "bold $text-warning"))
            lines += [self._job(each) for each in findings.jobs]
            if not likely:
                lines.append(Content("No document names the zone of these times."))
        else:
            lines.append(Content.styled("No job of that time was found.", "bold"))
            looked = f"Jobs of type {cell(findings.type)} were looked through: "
            doubts = f"This proves nothing: {cell('; '.join(findings.doubts))}."
            proven = f"{looked}it has probably not arrived."
            lines.append(Content(doubts if findings.doubts else proven))
        lines += [
            Content.styled(
                f"It was repeated as send {each.id}: {cell(courses.said(each).text)}",
                "bold $text-warning",
            )
            for each in self._repeats
        ]
        connected = findings.connected
        if connected is not None:
            words = f"{plural(connected, 'desktop')} of {cell(self._send.target.name)} "
            lines.append(Content(f"\n{words}connected now: their users can be asked."))
        return lines

    def _job(self, job: FoundJob) -> Content:
        began = f" began {self._time(job.began)}," if job.began else ""
        states = ", ".join(f"{number:,} {cell(state)}" for state, number in job.states.items())
        return Content(f"  job {cell(job.id)}{began} {states}")

    def _time(self, time: datetime) -> str:
        return f"{in_zone(time, self._zone):%H:%M:%S %Z}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing before it was looked."""
        if action == "resend":
            return self._findings is not None and not self._repeats
        if action == "arrived":
            return self._findings is not None and self._candidate(self._findings) is not None
        return super().check_action(action, parameters)

    def action_arrived(self) -> None:
        """Answer that it arrived, as the job that was found."""
        if self._findings and (job := self._candidate(self._findings)):
            self.dismiss(Verdict("arrived", job.id))

    def action_resend(self) -> None:
        """Answer that it is to be sent again."""
        self.dismiss(Verdict("resend"))
