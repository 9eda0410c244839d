"""The filter form of a listing: every parameter as a control, and one line that says it in words.

The form tells what was typed from what was applied: `values` is what the controls hold, `applied`
what was last set or submitted, which is what the rows on the screen were asked with.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final, Self

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from console.app.fields import FormField, fields_of, in_words
from console.app.widgets.field_box import FieldBox
from console.app.widgets.field_control import ChoiceControl, TextControl
from console.app.widgets.line import Line
from console.errors import Problem
from console.services.listing import AnyListing
from console.text import cell

_NARROWEST: Final = 38
"""Cells that one column of fields needs."""

_MOST_COLUMNS: Final = 3

_PARAMETER: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
"""The name of a parameter in a sentence; a name of one word could be any word."""

_UNAPPLIED: Final = "not applied yet (enter)"
_UNSAID: Final = " (more is typed and not applied)"


class _Fields(Widget):
    """The fields: as high as they need to be, and at most three tenths of the terminal.

    Textual's own scrolling containers would take the arrow keys for themselves.
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines to take; Textual ignores `max-height: 30vh` inside what is auto."""
        needed = super().get_content_height(container, viewport, width)
        return min(needed, max(1, viewport.height * 3 // 10))


class FilterForm(Widget):
    """Every parameter of a listing, and the filters that the console applies by itself."""

    DEFAULT_CSS = """
    FilterForm {
        height: auto;
        width: 1fr;
        padding: 0 1;
        .form-fields {
            layout: grid;
            grid-size: 1;
            grid-rows: auto;
            height: auto;
            overflow-y: auto;
            scrollbar-size-vertical: 1;
        }
        .form-hint {
            display: none;
            color: $text-muted;
        }
        &.-inside .form-hint, &.-typed .form-hint {
            display: block;
        }
        .form-words {
            display: none;
        }
        &.-folded .form-words {
            display: block;
        }
        &.-folded .form-fields, &.-folded .form-hint {
            display: none;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape",
            "leave",
            "Leave the form",
            id="form.leave",
            tooltip="leave the form; what was typed stays",
        ),
        Binding("up", "move(-1)", "the field above", show=False, id="form.up"),
        Binding("down", "move(1)", "the field below", show=False, id="form.down"),
        Binding("shift+tab", "before", "the field before", show=False, id="form.before"),
    ]

    folded: reactive[bool] = reactive(False, init=False)  # noqa: FBT003 - Textual takes it so

    class Submitted(Message):
        """The filter was applied.

        Attributes:
            values: what is set, by the names of the parameters.
        """

        def __init__(self, form: "FilterForm", values: dict[str, Any]) -> None:
            super().__init__()
            self.form = form
            self.values = values

        @property
        def control(self) -> "FilterForm":
            """The form."""
            return self.form

    class Left(Message):
        """The form was left with escape; it keeps what was typed."""

    class Folded(Message):
        """The form was folded, or unfolded."""

        def __init__(self, *, folded: bool) -> None:
            super().__init__()
            self.folded = folded

    def __init__(
        self,
        listing: AnyListing,
        values: Mapping[str, Any],  # Any: each parameter has its own type
        *,
        local: Sequence[FormField] = (),
        known: Mapping[str, str] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """Make the form of `listing`.

        Args:
            listing: whose parameters to offer.
            values: what it begins with; what it has no field for is left out.
            local: fields that the console applies by itself to the loaded rows.
            known: what the profile stands in with, by the parameter's name or the fact's.
            id: the widget's id.
        """
        super().__init__(id=id)
        self.fields: list[FormField] = [*fields_of(listing), *local]
        width = max((Content(cell(each.title)).cell_length for each in self.fields), default=0)
        facts = known or {}
        self._boxes = [
            FieldBox(
                each, known=facts.get(each.name) or facts.get(each.origin, ""), title_width=width
            )
            for each in self.fields
        ]
        self._grid = _Fields(*self._boxes, classes="form-fields")
        self._hint = Line(classes="form-hint")
        self._words = Line(classes="form-words")
        self._columns = 1
        self._last: FieldBox | None = None
        self._together: set[FieldBox] = set()
        self._elsewhere = ""  # what is wrong with no field of the form
        self._applied: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        self._sorted_here = False
        self.set_values(values)

    def compose(self) -> ComposeResult:
        """Compose the line in words, the fields and the hint."""
        yield self._words
        yield self._grid
        yield self._hint

    def on_mount(self) -> None:
        """Show the form folded where it was folded before it was shown."""
        self._show_fold()

    @property
    def values(self) -> dict[str, Any]:
        """What the controls hold and is right, by the names of the parameters."""
        found: dict[str, Any] = {}
        for box in self._boxes:
            try:
                value = box.read()
            except ValueError:
                continue
            if value is not None:
                found[box.field.name] = value
        return found

    @property
    def applied(self) -> dict[str, Any]:
        """What was last set or submitted."""
        return dict(self._applied)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show `values` as the filter that is applied; all other fields become blank."""
        for box in self._boxes:
            box.set(values.get(box.field.name))
            box.problem = ""
        self._applied = self._before = self.values
        self._together.clear()
        self._elsewhere = ""
        self._tell()

    def set_known(self, known: Mapping[str, str]) -> None:
        """Say what the profile stands in with, by the parameter's name or the fact's."""
        for box in self._boxes:
            box.know(known.get(box.field.name) or known.get(box.field.origin, ""))

    def say_sorted(self, *, here: bool) -> None:
        """Say of the order that it is what was asked for, as the rows stand in another one."""
        self._sorted_here = here
        self._tell()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong with the filter that was submitted, each beside its field.

        The filter submitted counts as not applied. The first field in question gets the focus.
        """
        if not problems:
            return
        self._applied = self._before
        by_name = {box.field.name: box for box in self._boxes}
        elsewhere = []
        for problem in problems:
            sentence = _PARAMETER.sub(partial(_titled, by_name), problem.sentence)
            if box := by_name.get(problem.field):
                box.problem = _labelled(box.field, sentence)
                self._together.add(box)
            else:
                elsewhere.append(f"{problem.field}: {sentence}")
        self.folded = False
        self._elsewhere = "; ".join(elsewhere)
        self._tell()
        for box in self._boxes:
            if box.problem:
                self._enter(box)
                return

    def focus(self, scroll_visible: bool = True) -> Self:  # noqa: FBT001, FBT002 - Textual's own
        """Focus the field that had it last, or the first; unfold the form for it."""
        self.folded = False
        if self._boxes:
            self._enter(self._last or self._boxes[0], scroll_visible=scroll_visible)
        return self

    def focus_field(self, name: str) -> None:
        """Focus the field of a parameter; unfold the form for it."""
        self._last = next((box for box in self._boxes if box.field.name == name), self._last)
        self.focus()

    def watch_folded(self) -> None:
        """Fold or unfold; a folded form lets go of the focus."""
        self._show_fold()
        self.post_message(self.Folded(folded=self.folded))

    def _show_fold(self) -> None:
        self._mark("-folded", on=self.folded)
        self._grid.disabled = self.folded  # which styles the fields anew, for both reasons
        self._tell()

    def _mark(self, name: str, *, on: bool) -> None:
        """Set a class, and style the lines for it: no field looks different for it alone."""
        if self.has_class(name) != on:
            self.set_class(on, name, update=False)
            for line in (self._words, self._hint):
                if line.is_attached:
                    line.update_node_styles(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Use as many columns as fit."""
        self._columns = max(1, min(_MOST_COLUMNS, event.size.width // _NARROWEST))
        self._grid.styles.grid_size_columns = self._columns

    def action_leave(self) -> None:
        """Leave the form for whoever takes the focus."""
        self.post_message(self.Left())

    def action_move(self, step: int) -> None:
        """Move to the field above or below; from the end of a column to the next one."""
        box = self._focused()
        if box is None:
            return
        # The order of the columns, one beneath the other.
        count, columns = len(self._boxes), self._columns
        order = [i for column in range(columns) for i in range(column, count, columns)]
        place = order.index(self._boxes.index(box)) + step
        if 0 <= place < count:
            self._enter(self._boxes[order[place]])

    def action_before(self) -> None:
        """Move to the field before; from the first one to the last, and not out of the form."""
        if box := self._focused():
            self._enter(self._boxes[self._boxes.index(box) - 1])

    def action_apply(self) -> None:
        """Apply what was typed, unless a field is wrong; that one gets the focus then."""
        for box in self._boxes:
            self._check(box)
        wrong = next((box for box in self._boxes if box.problem), None)
        if wrong:
            self._enter(wrong)
            self._tell()
            return
        self._elsewhere = ""
        self._before, self._applied = self._applied, self.values
        self._tell()
        self.post_message(self.Submitted(self, self.applied))

    @on(TextControl.Submitted)
    @on(ChoiceControl.Submitted)
    def _submitted(self, event: Message) -> None:
        event.stop()
        self.action_apply()

    @on(TextControl.Changed)
    @on(ChoiceControl.Changed)
    def _edited(self, event: TextControl.Changed | ChoiceControl.Changed) -> None:
        event.stop()
        box = event.control.parent
        if not isinstance(box, FieldBox) or not box.was_edited():
            return
        # What does not go together may do so now; the next attempt tells.
        for other in self._together:
            other.problem = ""
        self._together.clear()
        self._elsewhere = ""
        self._check(box)
        self._pair(box)
        self._tell()

    @on(TextControl.Refused)
    def _refused(self, event: TextControl.Refused) -> None:
        event.stop()
        if isinstance(event.control.parent, FieldBox):
            event.control.parent.problem = event.sentence

    def on_descendant_focus(self) -> None:
        """Say what the field does that has the focus now."""
        self._last = self._focused()
        self._tell()

    def on_descendant_blur(self) -> None:
        """Stop saying it."""
        self._tell()

    def _pair(self, box: FieldBox) -> None:
        """Sort by the one field that there is, where a direction is chosen."""
        by = next((each for each in self._boxes if each.field.name == "sort_field"), None)
        if by is None or box.field.name != "sort_type" or len(by.field.choices) != 1:
            return
        value, label = by.field.choices[0]
        if by.control.value != (wanted := label if box.control.value else ""):
            by.set(value if wanted else None)

    def _check(self, box: FieldBox) -> None:
        try:
            box.read()
            box.problem = ""
        except ValueError as error:
            box.problem = str(error)

    def _enter(self, box: FieldBox, *, scroll_visible: bool = True) -> None:
        # At once: `Widget.focus` waits, and of two quick keys the second would move from here too.
        self.screen.set_focus(box.control, scroll_visible)

    def _focused(self) -> FieldBox | None:
        focused = self.screen.focused if self.is_attached else None
        return next((box for box in self._boxes if box.control is focused), None)

    def _typed(self) -> bool:
        return any(box.problem for box in self._boxes) or self.values != self._applied

    def _tell(self) -> None:
        """Say in words what is applied, whether more is typed, and what the field does."""
        typed = self._typed()
        self._mark("-typed", on=typed)
        words = in_words(self.fields, self._applied, sorted_here=self._sorted_here) or "none"
        self._words.show(
            Content.assemble(("Filter", "bold"), f"  {words}", _UNSAID if typed else "")
        )
        box = self._focused()
        self._mark("-inside", on=box is not None)
        parts = [cell(self._elsewhere), _UNAPPLIED if typed else "", box.hint() if box else ""]
        self._hint.show(Content(" · ".join(part for part in parts if part)))


def _titled(boxes: Mapping[str, FieldBox], match: re.Match[str]) -> str:
    """Return a field's title for the parameter that a sentence names."""
    box = boxes.get(match[0])
    return f"'{box.field.title}'" if box else match[0]


def _labelled(field: FormField, sentence: str) -> str:
    """Return a sentence with the labels of a field's values instead of the values."""
    labels = {str(value): label for value, label in field.choices}
    if not labels:
        return sentence
    values = re.compile(rf"\b({'|'.join(map(re.escape, labels))})\b")
    return values.sub(lambda match: labels[match[0]], sentence)
