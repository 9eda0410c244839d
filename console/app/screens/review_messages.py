"""The reviews: which messages wait, how long there is, in which workspace and edition."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize, ScreenResume

from console.app import deadlines
from console.app.deadlines import TimeLeft, tally
from console.app.reading import Question
from console.app.screens.service import ServiceScreen
from console.app.table_column import TableColumn
from console.app.widgets.line import Line
from console.app.widgets.status_line import Part
from console.errors import ConsoleError
from console.services.column import in_zone
from console.services.model import Record
from console.services.review_messages import ReviewMessage, WorkspaceChoice
from console.text import cell

_SHARED: Final = "SHARED"
_EXCLUSIVE: Final = "EXCLUSIVE"
_EDITIONS: Final = {_SHARED: "shared", _EXCLUSIVE: "exclusive"}
"""The documented editions, and how each is called."""

_READ_AT_ONCE: Final = 1_000
"""Messages that are read without being asked for, so that the soonest deadline is among them."""

_LOOKED_AT: Final = 2_000
"""Messages that are gone through one by one while others are still coming, or for nothing."""

_SHORT_ID: Final = 8
"""Characters of an id where there is no room for more; the form has it whole."""

_NO_WORKSPACE: Final = "no workspace is chosen, so nothing was asked"


class ReviewMessagesScreen(ServiceScreen):
    """The messages of the review centre, those that wait with the least time left first.

    The time left is counted from one moment for all rows, which moves on when the cloud has
    answered and when the screen comes to the front; it does not tick.
    """

    DEFAULT_CSS = """
    ReviewMessagesScreen #place { padding: 0 1; background: $panel; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "W",
            "workspaces",
            "Workspace",
            id="reviews.workspace",
            tooltip="choose among the workspaces of DataArts Studio",
        ),
        Binding(
            "t",
            "edition",
            "Edition",
            id="reviews.edition",
            tooltip="the other edition: shared or exclusive",
        ),
    ]

    FIRST: ClassVar[Mapping[str, Any]] = {"dlm_type": _SHARED}
    FIRST_COLUMNS: ClassVar[Sequence[str]] = (
        "time_left",
        "api_apply_status",
        "api_name",
        "api_apply_type",
        "app_name",
        "user_name",
        "api_using_time",
        "apply_time",
        "comment",
    )

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self._moment: datetime | None = None
        self._picked: dict[str, WorkspaceChoice] = {}  # by the workspace's id
        self._offered = False
        self._unbounded = False  # whether every message was asked for, however many
        self._counted: tuple[Question | None, int] = (None, 0)  # messages that came for a question
        self._time_left = TimeLeft(self.moment)
        self.rows.sort(self._time_left)

    def computed(self) -> Sequence[TableColumn]:
        """Return the time left, counted from this screen's moment."""
        return (self._time_left,)

    def compose_above(self) -> ComposeResult:
        """Compose the line that says whose messages these are and what they come to."""
        yield Line(id="place")

    # The moment to count from

    def moment(self) -> datetime:
        """Return the moment from which the time left is counted."""
        return self._moment or self.console.now()

    def reading_ended(self, error: ConsoleError | None) -> None:
        """Count the time left from now on anew."""
        super().reading_ended(error)
        self._move_on()

    @on(ScreenResume)
    def _come_to_front(self) -> None:
        self._move_on()
        if self._lacks_workspace(self._values) and not self._offered:
            self.action_workspaces()

    def _move_on(self) -> None:
        """Take the present moment; nothing is painted where every word stays the same."""
        before, now = self.moment(), self.console.now()
        self._moment = now
        if self._words_differ(before, now):
            by = self.rows.wanted.sorted_by
            if by and by[0] is self._time_left:
                self.table.work.want(self.rows.wanted, anew=True)
            self.table.rows_changed()
            self.follow_cursor()
        self._tell_place()

    def _words_differ(self, before: datetime, now: datetime) -> bool:
        """Tell whether a word on the screen may be another; of many rows that is taken for sure."""
        messages, short = self._messages(), deadlines.short
        return len(messages) > _LOOKED_AT or any(
            deadlines.in_words(each, before, short) != deadlines.in_words(each, now, short)
            for each in messages
        )

    def _messages(self) -> list[ReviewMessage]:
        records = (line.record for line in self.rows.lines)
        return [each for each in records if isinstance(each, ReviewMessage)]

    # Asking

    def reads_on(self, values: Mapping[str, Any]) -> bool:
        """Read on, so that the soonest is the soonest of all, unless a page size was chosen."""
        return not values.get("limit")

    def enough(self, records: Sequence[Record]) -> bool:
        """Stop where reading further, unasked, would cost more than it is worth."""
        before, count = self._counted
        if before is not self.question:
            count = 0
        self._counted = self.question, count + len(records)
        return not self._unbounded and self._counted[1] >= _READ_AT_ONCE

    def action_load_all(self) -> None:
        """Read every message, however many there are."""
        self._unbounded = True
        super().action_load_all()

    def way_changed(self) -> None:
        """Forget the workspace too: it belongs to the profile before."""
        self._values.pop("workspace", None)
        self._picked.clear()
        self._offered = False
        super().way_changed()

    def ask(self, values: Mapping[str, Any]) -> None:
        """Ask, but not without a workspace: then offer those that there are."""
        self._moment = self.console.now()
        self._unbounded = False
        self._tell_picked(str(values.get("workspace") or ""))
        if not self._lacks_workspace(values):
            super().ask(values)
            return
        self.workers.cancel_group(self, "read")
        self.question = None
        self._values = dict(values)
        self.form.set_values(self._values)
        self.rows.clear()
        self.table.rows_replaced()
        self.rows_were_loaded()
        self.tell_status()
        if self.is_current:
            self.action_workspaces()

    def _tell_picked(self, workspace: str) -> None:
        """Let the overview ask for the same workspace."""
        picked = self.console.way.picked
        picked.pop(self.listing_name, None)
        if workspace:
            choice = self._picked.get(workspace)
            called = (choice.workspace.name or choice.title) if choice else ""
            picked[self.listing_name] = {"workspace": workspace, "called": called}

    def first_values(self) -> dict[str, Any]:
        """Return what the form begins with; a workspace that was picked is no filter, and stays."""
        picked = self._values.get("workspace")
        return {**super().first_values(), **({"workspace": picked} if picked else {})}

    def rows_were_loaded(self) -> None:
        """Bring the line above the table up to date."""
        super().rows_were_loaded()
        if len(self.rows.lines) <= _LOOKED_AT or not self.extent.reading:
            self._tell_place()

    # Workspace and edition

    def _workspace(self, values: Mapping[str, Any]) -> str:
        profile = self.console.way.profile
        return str(values.get("workspace") or (profile.workspace if profile else ""))

    def _lacks_workspace(self, values: Mapping[str, Any]) -> bool:
        return self.console.way.client is not None and not self._workspace(values)

    def action_workspaces(self) -> None:
        """Pick the workspace whose messages to list."""
        from console.app.dialogs.workspaces import WorkspacesDialog  # noqa: PLC0415 - when asked for

        client = self.console.way.client
        if client is None:
            self.say("no profile is open")
            return
        self._offered = True
        present = self._workspace(self._values)
        reason = "" if present else "The profile names no workspace, and messages belong to one."
        self.app.push_screen(
            WorkspacesDialog(client, present=present, reason=reason), self._use_workspace
        )

    def _use_workspace(self, choice: WorkspaceChoice | None) -> None:
        if choice:
            self._picked[choice.id] = choice
            self.ask({**self._values, "workspace": choice.id})

    def action_edition(self) -> None:
        """Show the messages of the other edition."""
        present = self._values.get("dlm_type")
        other = _SHARED if present == _EXCLUSIVE else _EXCLUSIVE
        self.ask({**self._values, "dlm_type": other})

    @on(Resize)
    def _tell_place(self) -> None:
        if self.is_mounted:
            self.query_one("#place", Line).show(self._place())

    def _place(self) -> Content:
        """Return whose messages these are, of which edition, and what they come to."""
        if self.console.way.client is None:
            return Content("")
        if self._lacks_workspace(self._values):
            return Content.assemble(
                ("No workspace is chosen.", "bold $text-warning"), " W lists those that there are."
            )
        said = [
            Content.assemble("workspace ", (self._title(), "bold")),
            Content.styled(self._edition(), "bold"),
        ]
        if self.rows.lines:
            said.append(self._tallied())
        return Content(" · ").join(said)

    def _title(self) -> str:
        """Return the workspace's names where they are known, else its id; shorter when narrow."""
        workspace = self._workspace(self._values)
        choice = self._picked.get(workspace)
        if self.has_class("-wide"):
            return cell(choice.title if choice else workspace)
        if choice and choice.workspace.name:
            return cell(choice.workspace.name)
        return cell(workspace if len(workspace) <= _SHORT_ID else f"{workspace[:_SHORT_ID]}…")

    def _edition(self) -> str:
        edition = _EDITIONS.get(str(self._values.get("dlm_type")))
        if edition is None:
            return "edition as the cloud chooses"
        return f"{edition} edition" if self.has_class("-wide") else edition

    def _tallied(self) -> Content:
        messages = self._messages()
        found = tally(messages, self.moment())
        total = self.extent.total
        part = f" of the {len(messages):,} loaded" if total is None or total > len(messages) else ""
        words = found.words()
        style = "bold $text-error" if found.urgent else ""
        return Content.assemble(f"{found.open:,} open{part}{': ' if words else ''}", (words, style))

    # Saying what is so

    def status_parts(self) -> list[Part]:
        """Say also that nothing was asked where there is no workspace."""
        if self._lacks_workspace(self._values):
            return [Part(_NO_WORKSPACE, "warning")]
        return super().status_parts()

    def detail_extra(self, record: Record) -> Sequence[tuple[str, str]]:
        """Say in full how long there is, and until when."""
        extra = list(super().detail_extra(record))
        if isinstance(record, ReviewMessage) and record.api_using_time:
            now = self.moment()
            deadline = in_zone(record.api_using_time, self.console.zone)
            words = deadlines.in_words(record, now, deadlines.full)
            was = "is" if record.api_using_time >= now else "was"
            extra.append(
                ("Time left", f"{words}; the deadline {was} {deadline:%Y-%m-%d %H:%M:%S %Z}")
            )
        return extra


SCREEN: Final = ReviewMessagesScreen
