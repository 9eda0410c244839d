"""The keys with which one looks around in a listing: pages, filters, the record in full."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Event, Key
from textual.timer import Timer
from textual.widgets import Input

from console.app.quick import QuickError
from console.app.rows import Wish
from console.app.screens.asking import AskingScreen
from console.app.table_column import TableColumn
from console.app.widgets.filter_form import FilterForm
from console.app.widgets.record_detail import RecordDetail
from console.app.widgets.record_table import RecordTable
from console.app.widgets.status_line import Part
from console.errors import ConsoleError, ThrottledError

_LONGEST_WAIT = 600
"""Seconds between two refreshes at the most, however often the cloud says 'too many requests'."""

_AT_ONCE = frozenset(
    {
        *("cursor_up", "cursor_down", "page_up", "page_down", "top", "bottom"),
        *("column_left", "column_right", "sort", "quick", "back", "filter", "clear"),
        *("move", "sideways", "first", "last", "leave"),
        *("page", "first_page", "last_page", "load_all", "refresh", "zone", "help", "mode"),
    }
)
"""What keys do that need not wait until rows are shown as they are wanted."""

_SHORTEST_FOR_BOTH = 20
"""Lines below which the record in full takes the table's place."""


class BrowsingScreen(AskingScreen):
    """A screen of one listing that is browsed by keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter", "Filter", id="filter.open", tooltip="change what is asked"),
        Binding(
            "slash",
            "quick",
            "Find",
            id="filter.quick",
            key_display="/",
            tooltip="narrow the loaded rows",
        ),
        Binding("n", "page(1)", "Next", id="page.next", tooltip="the next page"),
        Binding("p", "page(-1)", "Previous", id="page.previous", tooltip="the page before"),
        Binding("a", "load_all", "Load all", id="page.all", tooltip="read every row"),
        Binding("x", "clear", "Clear", id="filter.clear", tooltip="clear every filter"),
        Binding(
            "less_than_sign",
            "first_page",
            "First page",
            tooltip="the first page",
            id="page.first",
            show=False,
            key_display="<",
        ),
        Binding(
            "greater_than_sign",
            "last_page",
            "Last page",
            tooltip="the last page",
            id="page.last",
            show=False,
            key_display=">",
        ),
        Binding("g", "go_to_page", "Go to page", id="page.go", show=False, tooltip="go to a page"),
        Binding(
            "i",
            "interval",
            "Refresh every",
            id="screen.interval",
            show=False,
            tooltip="refresh by itself, or not",
        ),
        Binding(
            "escape",
            "back",
            "Back",
            id="screen.back",
            tooltip="stop, close, or lift what narrows the rows",
        ),
    ]

    def __init__(self, name: str) -> None:
        """Take a listing's name, one of `LISTINGS`."""
        super().__init__(name)
        self._interval = 0  # seconds between two refreshes; 0 for none
        self._wait = 0  # seconds to the next one; more than the interval after a 429
        self._timer: Timer | None = None

    # Filters

    def action_filter(self) -> None:
        """Open the form, always at its first field."""
        self.form.focus_field(self.form.fields[0].name)

    def action_clear(self) -> None:
        """Clear every filter, those of the form and those of the loaded rows.

        Rows are read anew only where the cloud was asked for a part of them.
        """
        if self._is_clear():
            self.say("there is nothing to clear")
            return
        self._lift_quick()
        if self._asks_nothing() and self.answered:
            self.restrict("", None)
            return
        kept = {name: self._values[name] for name in self._mandatory() if name in self._values}
        self.ask({**self.first_values(), **kept})

    def _mandatory(self) -> list[str]:
        """Return the parameters that the operation cannot do without, such as a scope."""
        fields = self.listing.query.model_fields.items()
        return [name for name, field in fields if field.is_required()]

    def way_changed(self) -> None:
        """Empty everything, and find nothing in particular."""
        super().way_changed()
        self._lift_quick()

    @on(FilterForm.Submitted)
    def _submitted(self, message: FilterForm.Submitted) -> None:
        message.stop()
        self.form.folded = True
        self.table.focus()
        self.keep_size(message.values.get("limit"))
        self.ask(message.values)
        self.filter_used(message.values)

    def filter_used(self, values: Mapping[str, Any]) -> None:
        """Take note of a filter that was applied; a screen may remember it."""

    @on(FilterForm.Left)
    def _left_form(self, message: FilterForm.Left) -> None:
        message.stop()
        self.form.folded = True
        self.table.focus()

    def action_quick(self) -> None:
        """Narrow the loaded rows by words; what is typed replaces the words there are."""
        quick = self.query_one("#quick", Input)
        quick.add_class("-open")
        quick.focus()
        quick.select_all()
        self.tell_status()

    @on(Input.Changed, "#quick")
    def _narrow(self, message: Input.Changed) -> None:
        message.stop()
        self._notice = None
        self._find_again(self.narrowed)

    def _find_again(
        self, afterwards: Callable[[], None], columns: Sequence[TableColumn] | None = None
    ) -> None:
        """Show the rows that the quick filter finds; all of them where it makes no sense."""
        text = self.query_one("#quick", Input).value
        wish = self._finding(text, columns)
        refused = partial(self._find_nothing, afterwards)
        try:
            self.table.work.want(wish, afterwards, refused)
        except QuickError as error:
            refused(error)

    def find_in(self, columns: Sequence[TableColumn]) -> None:
        """Find in other columns what was found in those of before."""
        if self.query_one("#quick", Input).value.strip():
            self._find_again(self.narrowed, columns)

    def _finding(self, text: str, columns: Sequence[TableColumn] | None = None) -> Wish:
        columns = tuple(self.table.columns if columns is None else columns)
        return replace(self.rows.wanted, text=text, columns=columns, zone=self.console.zone)

    def _find_nothing(self, afterwards: Callable[[], None], error: QuickError) -> None:
        self.table.work.want(self._finding(""), afterwards)
        self.say(error.sentence, tone="warning")

    @on(Input.Submitted, "#quick")
    def _narrowed(self, message: Input.Submitted) -> None:
        message.stop()
        if message.value.strip() and not self.rows.wanted.text:
            self._find_again(self.narrowed)  # it makes no sense: say why, and let it be mended
            return
        message.input.set_class(bool(message.value), "-open")
        self.table.focus()

    def _lift_quick(self) -> None:
        quick = self.query_one("#quick", Input)
        quick.remove_class("-open")
        quick.value = ""
        self.table.focus()

    def keep_size(self, size: object) -> None:
        """Remember the page size that the form says."""
        if isinstance(size, int) and "limit" in self.listing.query.model_fields:
            self.console.remember(self.listing_name, "page_size", size)

    # Pages

    def action_page(self, step: int) -> None:
        """Ask for another page, counted from this one."""
        self._go(self.extent.page + step)

    def action_first_page(self) -> None:
        """Ask for the first page."""
        self._go(1)

    def action_last_page(self) -> None:
        """Ask for the last page, as far as the cloud has said which one that is."""
        if self.extent.pages is None:
            self.say("the cloud does not say how many pages there are")
        else:
            self._go(self.extent.pages)

    def action_go_to_page(self) -> None:
        """Ask which page to show."""
        from console.app.dialogs.page import PageDialog  # noqa: PLC0415 - when asked for

        self.app.push_screen(PageDialog(self.extent.page, self.extent.pages), self._go_to)

    def _go_to(self, page: int | None) -> None:
        if page:
            self._go(page)

    def _go(self, page: int) -> None:
        if not self.extent.paged:
            self.say("this list has no pages")
        elif self._has_everything:
            self.say("every row is loaded; there are no pages")
        elif page < 1:
            self.say("this is the first page")
        elif self.extent.pages is not None and page > self.extent.pages:
            self.say(f"there are {self.extent.pages:,} pages")
        else:
            self._ask(offset=(page - 1) * self.page_size)

    def action_load_all(self) -> None:
        """Read every row that the cloud has under this filter."""
        if not self.extent.paged or self._has_everything:
            self.say("every row is loaded; r asks for them again")
            return
        self._ask(offset=0, everything=True)

    @property
    def _has_everything(self) -> bool:
        """Whether all pages were asked for and have come."""
        return self.extent.everything and not self.extent.partial

    # Refreshing

    def action_refresh(self) -> None:
        """Ask the same again; what is on the screen stays until the answer is there."""
        if not self.extent.reading:
            self.ask_again()

    def action_interval(self) -> None:
        """Ask how often to refresh by itself."""
        from console.app.dialogs.interval import IntervalDialog  # noqa: PLC0415 - when asked for

        self.app.push_screen(IntervalDialog(self._interval), self._take_interval)

    def _take_interval(self, seconds: int | None) -> None:
        if seconds is None:
            return
        self._interval = self._wait = seconds
        self._plan()
        self.tell_status()

    def reading_ended(self, error: ConsoleError | None) -> None:
        """Plan the next refresh; later than usual where the cloud says 'too many requests'."""
        if isinstance(error, ThrottledError):
            self._wait = min(max(self._wait, 1) * 2, _LONGEST_WAIT)
        elif error is None:
            self._wait = self._interval
        self._plan()

    def _plan(self) -> None:
        if self._timer:
            self._timer.stop()
            self._timer = None
        if self._interval:
            self._timer = self.set_timer(self._wait, self._refresh_by_itself)

    def _refresh_by_itself(self) -> None:
        """Refresh, but not under a dialog, while the form is used, or on another screen."""
        busy = not self.in_front or self.form.has_focus_within or self.extent.reading
        if busy or self.answered is None:
            self._plan()
        else:
            self.ask_again()

    def useless_keys(self) -> frozenset[str]:
        """Leave out pages where there is one, clearing where nothing is set, the way back."""
        useless = set()
        if self._way_back() is None:
            useless.add("screen.back")
        if not self.extent.paged or not self.extent.partial:
            useless |= {"page.next", "page.previous", "page.all"}
        if self._is_clear():
            useless.add("filter.clear")
        return frozenset(useless)

    def _is_clear(self) -> bool:
        """Tell whether there is nothing to clear."""
        narrowed = self.query_one("#quick", Input).value or "chosen" in self._restrictions
        return self._asks_nothing() and not narrowed

    def _asks_nothing(self) -> bool:
        """Tell whether the form asks for no more than it begins with."""
        first, mandatory = self.first_values(), self._mandatory()
        names = {*first, *self._values}.difference(mandatory)
        return all(first.get(name) == self._values.get(name) for name in names)

    def status_parts(self) -> list[Part]:
        """Say also how often the rows are refreshed."""
        parts = super().status_parts()
        if self._interval:
            slower = f", now {self._wait} s" if self._wait > self._interval else ""
            parts.append(Part(f"every {self._interval} s{slower}", weight=1))
        return parts

    # The record in full

    @property
    def _main(self) -> Container:
        return self.query_one("#main", Container)

    @on(RecordTable.Chosen)
    def _open_detail(self, message: RecordTable.Chosen) -> None:
        message.stop()
        self._main.add_class("-detail")
        self._main.set_class(self.size.height < _SHORTEST_FOR_BOTH, "-full")
        self._main.set_class(self.has_class("-wide"), "-beside")
        self.follow_cursor()
        self.detail.focus()
        self.tell_status()

    @on(RecordTable.Moved)
    def _moved(self, message: RecordTable.Moved) -> None:
        message.stop()
        self.follow_cursor()

    @on(RecordTable.Sorted)
    def _sorted(self) -> None:
        self.form.say_sorted(here=self.rows.sorted_by is not None)
        self.tell_status()

    @on(RecordTable.Marked)
    def _marked(self) -> None:
        self.tell_status()

    @on(RecordDetail.Left)
    def _left_detail(self, message: RecordDetail.Left) -> None:
        message.stop()
        self.close_detail()

    def follow_cursor(self) -> None:
        """Show in full what the cursor is on, where something is shown in full."""
        if self._main.has_class("-detail"):
            line = self.table.line
            more = self.detail_extra(line.record) if line else ()
            self.detail.show(line, self.listing, self.console.zone, extra=more, beside=self.beside)

    def close_detail(self) -> None:
        """Close the record in full."""
        if self._main.has_class("-detail"):
            self._main.remove_class("-detail", "-full", "-beside")
            self.table.focus()
            self.tell_status()

    def _way_back(self) -> Callable[[], None] | None:
        """Return what escape does now; None for nothing."""
        quick = self.query_one("#quick", Input)
        if self.extent.reading and self.extent.everything:
            return self._stop_reading
        if self._main.has_class("-detail"):
            return self.close_detail
        if quick.has_class("-open") or quick.value:
            return self._lift_quick
        if "chosen" in self._restrictions:
            return partial(self.restrict, "", None)
        return None

    def action_back(self) -> None:
        """Stop reading; else close what is open; else lift what narrows the loaded rows."""
        way_back = self._way_back()
        if way_back:
            way_back()

    def _stop_reading(self) -> None:
        """Read no further; what came stays, and is said to be a part."""
        self.give_up()
        self.extent.reading = self.extent.slow = False
        self.extent.stopped = "stopped"
        self.say_lost_marks(self.rows.given_up())
        self.reading_ended(None)
        self.tell_status()

    def zone_changed(self) -> None:
        """Show times in another zone, and find by them anew."""
        self._find_again(self._take_zone)

    def _take_zone(self) -> None:
        """Show every time in the zone that rows are found by now."""
        if self.table.zone is not self.console.zone:
            self.table.zone = self.console.zone
        self._show_error(self.error)
        self.follow_cursor()
        self.narrowed()

    # Keys

    def key_waits(self, event: Event) -> bool:
        """Tell whether a key waits, as other rows are about to be shown.

        Those that only look around do not, nor those that ask for other rows still, nor letters
        where letters are typed.
        """
        if not (self.table.work.is_becoming and isinstance(event, Key)) or self.console.types:
            return False
        found = self.active_bindings.get(event.key)
        return found is not None and found.binding.action.partition("(")[0] not in _AT_ONCE

    @on(RecordTable.Became)
    def _hear_on(self, message: RecordTable.Became) -> None:
        message.stop()
        self.console.hear_held()
