"""A choice of a few, side by side on one line: left and right choose."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from console.text import cell


class ChoiceLine(Widget, can_focus=True):
    """A few words of which one is chosen; the chosen one stands in brackets."""

    DEFAULT_CSS = """
    ChoiceLine { height: auto; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Before", id="choice.before", show=False),
        Binding("right,l,space", "step(1)", "After", id="choice.after", show=False),
    ]

    value: reactive[str] = reactive("")

    class Changed(Message):
        """Another one was chosen."""

        def __init__(self, line: "ChoiceLine", value: str) -> None:
            self.line = line
            self.value = value
            super().__init__()

        @property
        def control(self) -> "ChoiceLine":
            """The line, for `on`."""
            return self.line

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        value: str = "",
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """Offer `choices`, each a value and its words; choose `value`, or the first."""
        super().__init__(id=id)
        self._choices = list(choices)
        self.set_reactive(ChoiceLine.value, value or self._choices[0][0])

    def render(self) -> Content:
        """Return the words; those of the chosen one in brackets, reversed where keys reach it."""
        style = "bold reverse" if self.has_focus else "bold"
        return Content("  ").join(
            Content.styled(f"[{cell(words)}]", style)
            if value == self.value
            else Content(f" {cell(words)} ")
            for value, words in self._choices
        )

    def on_focus(self) -> None:
        """Show that the keys reach it."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that the keys reach it no more."""
        self.refresh()

    def action_step(self, by: int) -> None:
        """Choose the one before or after; behind the last one comes the first."""
        values = [value for value, _ in self._choices]
        self.value = values[(values.index(self.value) + by) % len(values)]

    def watch_value(self, value: str) -> None:
        """Say that another one was chosen."""
        self.post_message(self.Changed(self, value))
