"""The course of sends: what became of each, and of each desktop of the chosen one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.app import courses
from console.app.rows import Rows
from console.app.table_column import TableColumn
from console.app.tones import MUTED, STYLES
from console.app.widgets.course_table import CourseRecord, CourseTable, Result, State, order
from console.app.widgets.line import Line
from console.app.widgets.record_table import RecordTable
from console.errors import ConsoleError
from console.outbox.send import Outcome, Send, Target
from console.sending import record
from console.sending.dispatch import unjournalled
from console.sending.follow import can_be_followed
from console.sending.targets import repeats_of, without_message
from console.services.column import column
from console.text import cell

_REPEATS: Final = 2
"""Sends that repeat one and that are named with it."""


class JobCourse(Vertical):
    """What became of some sends, as it becomes known.

    Attributes:
        sends: the sends, in the order of their numbers.
    """

    DEFAULT_CSS = """
    JobCourse, JobCourse:focus-within { height: 1fr; width: 1fr; }
    JobCourse > .heading { background: $panel; padding: 0 1; }
    JobCourse:focus-within > .heading { text-style: bold; }
    JobCourse > .said { height: auto; padding: 0 1; max-height: 6; }
    JobCourse > #sends { height: auto; max-height: 40%; display: none; }
    JobCourse.-several > #sends { display: block; }
    JobCourse > #desktops { height: 1fr; }
    JobCourse > .reason { height: auto; max-height: 3; padding: 0 1; display: none; }
    JobCourse > .reason.-told { display: block; }
    JobCourse.-unnamed > #desktops, JobCourse.-unnamed > .reason { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="course.leave"),
        Binding(
            "R",
            "resend",
            "Send again",
            id="course.resend",
            tooltip="send again to those who did not get it; asks first",
        ),
        Binding(
            "L",
            "look",
            "Look",
            id="course.look",
            tooltip="look whether it arrived, before it is sent again",
        ),
        Binding("E", "reuse", "Use the text", id="course.reuse", tooltip="write with this text"),
        Binding(
            "U",
            "update",
            "Follow on",
            id="course.follow",
            tooltip="ask the cloud again what became of it",
        ),
    ]

    class Left(Message):
        """The operator is done with it."""

    class Asked(Message):
        """Something is to be done with a send: `resend`, `look`, `reuse`, or `update`."""

        def __init__(self, what: str, send: Send) -> None:
            self.what = what
            self.send = send
            super().__init__()

    def __init__(self, *, zone: tzinfo | None = None, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        """Begin without any sends."""
        super().__init__(id=id)
        self.sends: list[Send] = []
        self._zone = zone
        self._troubles: Mapping[int, ConsoleError] = {}
        self._send_rows = Rows()
        self._desktop_rows = Rows()
        self._followed: frozenset[int] = frozenset()
        self._repeats: Mapping[int, Sequence[Send]] = {}
        self._away: Mapping[int, str] = {}
        self._shown: Send | None = None

    def compose(self) -> ComposeResult:
        """Compose the heading, the sends where there are several, what is said, the desktops."""
        yield Line(classes="heading")
        columns: list[TableColumn] = [
            column(record.SentRecord, "target.name"),
            Result(),
        ]
        yield CourseTable(self._send_rows, columns, zone=self._zone, id="sends")
        yield Static(classes="said")
        names = [column(CourseRecord, each) for each in ("name", "user", "reason")]
        yield CourseTable(self._desktop_rows, [State(), *names], zone=self._zone, id="desktops")
        yield Static(classes="reason")

    @property
    def send(self) -> Send | None:
        """The chosen send; the only one where there is one."""
        if len(self.sends) <= 1:
            return self.sends[0] if self.sends else None
        line = self.query_one("#sends", RecordTable).line
        number = line.row.get("id") if line else None
        return next((each for each in self.sends if each.id == number), None)

    def show(
        self,
        sends: Sequence[Send],
        troubles: Mapping[int, ConsoleError],
        followed: Collection[int],
        others: Iterable[Send],
        away: Mapping[int, str],
    ) -> None:
        """Show how some sends stand now; what is the same is not painted again.

        Args:
            sends: the sends.
            troubles: why one is hard to follow, by its number.
            followed: the numbers of those that are followed.
            others: sends among which are those that repeat one of them.
            away: why the profile in use does not lead to where one went, by its number.
        """
        self._away = away
        self._followed = frozenset(followed)
        others = list(others)
        self._repeats = {each.id: repeats_of(each.id, others) for each in sends}
        same = [each.id for each in sends] == [each.id for each in self.sends]
        self.sends, self._troubles = list(sends), dict(troubles)
        rows = [record.row(each) for each in self.sends]
        records = record.SENT.records(rows)
        table = self.query_one("#sends", RecordTable)
        self.set_class(len(self.sends) > 1, "-several")
        if not same:
            self._send_rows.replace(rows, records)
            table.styles.height = len(rows) + 1
            table.rows_replaced()
        elif self._send_rows.refresh(rows, records):
            table.rows_changed()
        self._tell()

    def go(self) -> None:
        """Put the focus where the keys are of use."""
        several = self.has_class("-several")
        named = not self.has_class("-unnamed")
        if several or not named:
            self.query_one("#sends", RecordTable).focus()
        else:
            self.query_one("#desktops", RecordTable).focus()
        if not several and not named:
            self.can_focus = True
            self.focus()

    def _tell(self) -> None:
        send = self.send
        self.query_one(".heading", Line).show(self._heading())
        self.query_one(".said", Static).update(self._said(send) if send else Content(""))
        self._show_desktops(send)
        self.refresh_bindings()

    def _said(self, send: Send) -> Content:
        """Return what there is to say of a send beside its desktops."""
        job = f", job {cell(send.job_id)}" if send.job_id else " in the journal"
        if send.job_id and send.job_status:
            job += f" {cell(send.job_status)}"
        lines = [Content.styled(f"send {send.id}{job}", MUTED)]
        if message := send.error.get("message"):
            style = STYLES["error"] if not send.is_accepted else ""
            lines.append(Content.styled(cell(str(message)), style))
        if send.outcome is Outcome.UNKNOWN:
            then = "" if self._repeats.get(send.id) else "; then it can be sent again"
            away = self._away.get(send.id)
            lines.append(Content(cell(away) if away else f"L looks whether it arrived{then}"))
        elif send.outcome is Outcome.REJECTED:
            hint = send.error.get("hint")
            more = f"{cell(str(hint))} · " if hint else ""
            lines.append(Content(f"{more}E takes the text up again"))
        elif send.is_accepted:
            lines += self._left_to_do(send)
        lines += [
            Content(f"repeated as send {each.id}: {cell(courses.said(each).text)}")
            for each in self._repeats.get(send.id, ())[:_REPEATS]
        ]
        if why := unjournalled(send):
            words = f"the journal does not have this: {cell(why)}"
            lines.append(Content.styled(words, STYLES["error"]))
        going = courses.under_way(send) or can_be_followed(send)
        if going and (trouble := self._troubles.get(send.id)):
            words = f"hard to follow: {cell(trouble.sentence)}"
            lines.append(Content.styled(words, STYLES["warning"]))
        return Content("\n").join(lines)

    def _left_to_do(self, send: Send) -> list[Content]:
        """Return what can be done with an accepted send whose course is not all it could be."""
        lines = []
        if missed := self._missed(send):
            whom = "again to those who did not get it"
            if not send.ended:
                whom = f"to the {len(missed.desktop_ids):,} failed so far"
            words = f"R sends it {whom}; {record.left_out(send) or 'asks first'}"
            lines.append(Content(cell(self._away.get(send.id, words))))
        if self._is_left(send) and not (missed and send.ended):
            words = "U asks again" if send.ended else "it is not followed; U follows it on"
            lines.append(Content.styled(words, STYLES["warning"]))
        return lines

    def _heading(self) -> Content:
        words = courses.together(self.sends) if self.sends else courses.Said("nothing was sent")
        if len(self.sends) > 1:
            over = [each for each in self.sends if not courses.under_way(each)]
            going = len(self.sends) - len(over)
            words = courses.ended(over) if not going else courses.together(self.sends)
            if going and over:
                words = courses.Said(f"{words.text}; {len(over):,} are over", words.tone)
        return Content.styled(cell(words.text), STYLES[words.tone])

    def _show_desktops(self, send: Send | None) -> None:
        before, self._shown = self._shown, send
        desktops = sorted(send.desktops, key=order) if send else []
        had_focus = self.has_focus or self.has_focus_within
        self.set_class(not desktops, "-unnamed")
        rows = [each.facts() for each in desktops]
        records = [CourseRecord.of(row, number) for number, row in enumerate(rows, start=1)]
        table = self.query_one("#desktops", RecordTable)
        if before is None or send is None or before.id != send.id:
            self._desktop_rows.replace(rows, records)
            table.rows_replaced()
        elif self._desktop_rows.refresh(rows, records):
            for line in self._desktop_rows.lines:
                line.new = False
            at_top = table.cursor == 0
            table.rows_changed()
            if at_top:  # whoever has not moved sees what failed, which comes first
                table.cursor = 0
        self._tell_reason()
        if had_focus and not self.has_class("-several"):
            self.call_after_refresh(self.go)

    def _tell_reason(self) -> None:
        """Say why the desktop under the cursor did not get it, in full; its cell may be cut."""
        line = self.query_one("#desktops", RecordTable).line
        desktop = line.record if line else None
        words = ""
        if isinstance(desktop, CourseRecord) and desktop.reason:
            words = f"{cell(desktop.name or desktop.desktop_id or '')}: {cell(desktop.reason)}"
        said = self.query_one(".reason", Static)
        said.update(Content(words))
        said.set_class(bool(words), "-told")

    @on(RecordTable.Moved, "#sends")
    def _another(self, message: RecordTable.Moved) -> None:
        message.stop()
        self._tell()

    @on(RecordTable.Moved, "#desktops")
    def _another_desktop(self, message: RecordTable.Moved) -> None:
        message.stop()
        self._tell_reason()

    @on(RecordTable.Chosen)
    @on(RecordTable.Marked)
    @on(RecordTable.Sorted)
    def _keep_to_itself(self, message: Message) -> None:
        message.stop()

    # What can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with the chosen send as it stands."""
        del parameters
        send = self.send
        match action:
            case "look":
                return self._can_look(send)
            case "resend":
                return self._can_resend(send)
            case "reuse":
                return send is not None and send.outcome.settled
            case "update":
                return send is not None and self._is_left(send)
            case _:
                return True

    def why_not(self, what: str) -> str:
        """Say why the chosen send cannot be `resend`, or a `look` be taken whether it arrived."""
        send = self.send
        if send is None or not send.outcome.settled:
            return f"send {send.id} is still on its way" if send else "nothing was sent"
        unknown = send.outcome is Outcome.UNKNOWN
        away = self._away.get(send.id, "")
        if away and (unknown or self._missed(send)):
            return away
        words = f"nobody is known to have missed send {send.id}"
        if what == "look":
            words = f"send {send.id} is not of unknown outcome"
        elif unknown:
            words = "L looks whether it arrived, before it is sent again"
        elif send.outcome is Outcome.REJECTED:
            words = f"nobody saw send {send.id}; E takes the text up again"
        elif repeats := self._repeats.get(send.id):
            words = f"send {send.id} was repeated as send {repeats[0].id}"
        return words

    def _can_look(self, send: Send | None) -> bool:
        return send is not None and send.outcome is Outcome.UNKNOWN and send.id not in self._away

    def _can_resend(self, send: Send | None) -> bool:
        return send is not None and bool(self._missed(send)) and send.id not in self._away

    def _missed(self, send: Send) -> Target | None:
        """Return the desktops that neither the send nor one that repeats it reached."""
        return without_message(send, self._repeats.get(send.id, ()))

    def _is_left(self, send: Send) -> bool:
        """Tell whether nobody follows a job of which more may be heard."""
        return can_be_followed(send) and send.id not in self._followed

    def action_leave(self) -> None:
        """Be done with it; what is under way goes on."""
        self.post_message(self.Left())

    def _ask(self, what: str) -> None:
        if send := self.send:
            self.post_message(self.Asked(what, send))

    def action_resend(self) -> None:
        """Ask for the send to be made again to the desktops that it did not reach."""
        self._ask("resend")

    def action_look(self) -> None:
        """Ask whether a send of unknown outcome arrived."""
        self._ask("look")

    def action_reuse(self) -> None:
        """Ask for the text to be written with."""
        self._ask("reuse")

    def action_update(self) -> None:
        """Ask for the send to be followed again."""
        self._ask("update")
