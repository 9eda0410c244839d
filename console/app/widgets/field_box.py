"""The field box: a field's title, its control, and beneath it what is wrong with it."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from console.app.fields import OF_LOADED_ROWS, FormField, is_set
from console.app.widgets.field_control import AFTER, BEFORE, ChoiceControl, TextControl
from console.errors import QueryError
from console.text import cell


class FieldLine(TextControl):
    """A line of text in a form; the key line says that enter applies it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "Apply", id="field.apply")]


class FieldBox(Widget):
    """One field of a form."""

    DEFAULT_CSS = """
    FieldBox {
        height: auto;
        width: 1fr;
        padding-right: 1;
        .field-title {
            dock: left;
            height: 1;
            color: $text-muted;
            text-wrap: nowrap;
        }
        .field-problem {
            display: none;
            height: auto;
            color: $text-error;
        }
        &.-wrong .field-problem {
            display: block;
        }
        &.-wrong .field-title {
            color: $text-error;
        }
        &.-inside .field-title {
            color: $foreground;
            text-style: bold;
        }
    }
    """

    def __init__(self, field: FormField, *, known: str, title_width: int) -> None:
        """Make the box of a field.

        Args:
            field: the field.
            known: what the profile stands in with; empty for nothing.
            title_width: the cells of the longest title in the form.
        """
        super().__init__()
        self.field = field
        self._known = known
        self._title_width = title_width
        self._title = Static(classes="field-title")
        self._said = Static(classes="field-problem")
        self.control = _control(field, known)
        self._problem = ""
        # What was set from outside, and its text: it may hold more than a line can show.
        self._given: tuple[str, Any] | None = None  # Any: each field has its own type
        self._seen = self.control.value

    def know(self, known: str) -> None:
        """Say what the profile stands in with; empty for nothing."""
        self._known = known
        if isinstance(self.control, TextControl):
            self.control.placeholder = f"({cell(_placeholder(self.field, known))})"

    def compose(self) -> ComposeResult:
        """Compose the title, the control and the problem."""
        self._title.styles.width = self._title_width + 2
        self._title.update(self._titled())
        yield self._title
        yield self.control
        yield self._said

    @property
    def problem(self) -> str:
        """What is wrong with the field; empty where nothing is."""
        return self._problem

    @problem.setter
    def problem(self, sentence: str) -> None:
        if sentence == self._problem:
            return
        self._problem = sentence
        self.set_class(bool(sentence), "-wrong")
        self._title.update(self._titled())
        self._said.update(Content(cell(sentence)))

    def on_descendant_focus(self) -> None:
        """Mark the title: this is the field that is typed in."""
        self.add_class("-inside")

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self.remove_class("-inside")

    def _titled(self) -> Content:
        return Content(f"{'!' if self._problem else ' '}{cell(self.field.title)}")

    def set(self, value: Any) -> None:  # Any: as `_given`
        """Show `value`, None for nothing; it is given back as it is until somebody edits it."""
        text = one = "" if not is_set(value) else self.field.write(value)
        if isinstance(self.control, TextControl):
            one = cell(text)
        self.control.value = one
        self._given = (self.control.value, value) if is_set(value) else None
        self._seen = self.control.value

    def was_edited(self) -> bool:
        """Tell, once, whether somebody changed the text; what `set` changes comes back too."""
        before, self._seen = self._seen, self.control.value
        return before != self._seen

    def read(self) -> Any:  # Any: as `_given`
        """Return the field's value; None where it is left out.

        Raises:
            ValueError: it is wrong, and why.
        """
        text = self.control.value
        if self._given and self._given[0] == text:
            return self._given[1]
        if not text.strip():
            return None
        try:
            return self.field.read(text)
        except QueryError as error:
            raise ValueError(error.problems[0].sentence) from error

    def hint(self) -> str:
        """Return what the field does and what it may be."""
        field = self.field
        offered = [label for _, label in field.choices]
        if field.choices and field.blank:
            offered.insert(0, field.blank)
        parts = [
            f"{BEFORE} {AFTER} {', '.join(offered)}" if offered else "",
            _beyond(field.meaning, [label for _, label in field.choices]),
            field.allowed,
            "commas between values" if field.kind == "list" else "",
            f"left out: {self._known or field.stand_in}" if self._known or field.stand_in else "",
            f"the console applies it, {OF_LOADED_ROWS}" if field.local else "",
        ]
        return cell("; ".join(part for part in parts if part))


def _beyond(meaning: str, labels: Sequence[str]) -> str:
    """Return the clauses of a meaning that say more than the labels of the choices do."""
    said = {word for label in labels for word in label.split()}
    clauses = meaning.split("; ")
    return "; ".join(
        each for each in clauses if not said or said - set(re.findall(r"[^\s,]+", each))
    )


def _control(field: FormField, known: str) -> TextControl | ChoiceControl:
    if field.choices:
        return ChoiceControl([label for _, label in field.choices], blank=field.blank)
    between = ", " if field.kind == "list" else " "
    return FieldLine(placeholder=f"({_placeholder(field, known)})", between=between)


def _placeholder(field: FormField, known: str) -> str:
    if known:
        return f"profile: {known}"
    if field.local:
        return field.blank or f"any, {OF_LOADED_ROWS}"
    if field.stand_in:
        return field.stand_in
    if field.mandatory:
        return "mandatory"
    return field.allowed if field.kind == "number" and field.allowed else field.blank or "any"
