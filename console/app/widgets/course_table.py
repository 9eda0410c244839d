"""The tables of a course: what became of each send, and of each desktop of one."""

from dataclasses import dataclass, fields
from datetime import tzinfo
from typing import Final

from console.app import courses
from console.app.table_column import TableColumn
from console.app.widgets.column_layout import NARROWEST
from console.app.widgets.record_table import RecordTable
from console.outbox.send import DesktopCourse
from console.sending import record
from console.services.column import MISSING, Column
from console.services.model import Record

_STATES: Final = ("failed", "pending", "delivered")
"""In the order in which they are looked for."""

_TONES: Final = {"failed": "error", "delivered": "good"}


class CourseRecord(record.SentDesktop):
    """What became of a send on one desktop; a desktop keeps its line while its state changes."""

    IDENTITY = ("desktop_id",)


class State:
    """The state of a desktop; a failure is said in capitals."""

    name = "state"
    title = "State"
    is_time = False
    fixed = True

    def of(self, each: Record) -> object:
        """Return the state's place in the order in which they are looked for."""
        state = _state(each)
        return _STATES.index(state) if state in _STATES else len(_STATES)

    def text(self, each: Record, zone: tzinfo | None) -> str:
        """Return the state."""
        del zone
        state = _state(each)
        return state.upper() if state == "failed" else state or MISSING

    def tone(self, each: Record) -> str:
        """Return the colour that adds to the word."""
        return _TONES.get(_state(each), "")


class Result:
    """What became of a send, in a few words."""

    name = "result"
    title = "Result"
    is_time = False
    fixed = True

    def of(self, each: Record) -> object:
        """Return the words, to sort by."""
        return self.text(each, None)

    def text(self, each: Record, zone: tzinfo | None) -> str:
        """Return the words."""
        del zone
        return courses.briefly_of(each) if isinstance(each, record.SentRecord) else MISSING

    def tone(self, each: Record) -> str:
        """Return the colour that adds to the words."""
        if not isinstance(each, record.SentRecord):
            return ""
        if each.standing == "delivered":
            return "good"
        tone = courses.said_of(each).tone
        return tone if tone in {"warning", "error"} else ""


@dataclass(frozen=True, slots=True)
class Kept(Column):
    """A column of the journal that is not cut as soon as others are.

    Attributes:
        keeps: cells below which it is not cut.
    """

    keeps: int = NARROWEST


_KEEPS: Final = {"target.name": 12, "text": 16}
"""Cells of what tells one send from another; with its time and result they fit in 80 columns."""


def kept(each: TableColumn) -> TableColumn:
    """Return a column of the journal with the cells that it keeps on a narrow screen."""
    if not isinstance(each, Column) or each.name not in _KEEPS:
        return each
    facts = {one.name: getattr(each, one.name) for one in fields(each)}
    return Kept(**facts, keeps=_KEEPS[each.name])


class CourseTable(RecordTable):
    """A table whose rows are looked at only: they are neither opened nor marked."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what does something here."""
        del parameters
        return action not in {"choose", "mark", "mark_all"}


def order(each: DesktopCourse) -> tuple[int, str]:
    """Return the place of a desktop: what failed first, then by name."""
    return _STATES.index(each.state), each.name


def _state(each: Record) -> str:
    return (each.state or "") if isinstance(each, CourseRecord) else ""
