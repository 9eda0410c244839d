"""The dialog of filters: those saved under a name, and those used before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.fields import FormField, in_words
from console.app.filters import Filters, understood, wrong_name
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import TextControl
from console.text import cell

_KEYS: Final = "enter takes it · s saves the filter of now · delete forgets · escape"
_NAMING: Final = "enter saves · escape goes back"


@dataclass(frozen=True, slots=True)
class _Choice:
    """One filter that can be taken; `name` is empty for one that was used."""

    name: str
    values: dict[str, Any]
    lost: list[str]


class FilterDialog(Dialog[dict[str, Any]]):  # Any: each parameter has its own type
    """Asks which filter to take; answers with its values, or with None."""

    DEFAULT_CSS = """
    FilterDialog {
        OptionList {
            height: auto;
            max-height: 60vh;
            border: none;
            padding: 0;
            background: $surface;
            & > .option-list--option-disabled {
                color: $text-muted;
            }
        }
        OptionList:ansi {
            background: ansi_default;
        }
        .filter-name {
            display: none;
            height: 1;
            margin-top: 1;
        }
        &.-naming .filter-name {
            display: block;
        }
        .filter-said {
            height: auto;
            margin-top: 1;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save", "Save the filter of now", id="filters.save"),
        Binding("delete,backspace", "forget", "Forget a saved filter", id="filters.forget"),
        Binding("u", "undo", "Bring it back", id="filters.undo"),
    ]

    TITLE_TEXT = "Filters"
    KEYS_TEXT = _KEYS

    class Kept(Message):
        """What was changed was written, or was not."""

        def __init__(self, sentence: str) -> None:
            self.sentence = sentence
            super().__init__()

    def __init__(
        self,
        filters: Filters,
        fields: Sequence[FormField],
        current: Mapping[str, Any],  # Any: as above
    ) -> None:
        """Make the dialog.

        Args:
            filters: what is remembered.
            fields: the fields of the form, `FilterForm.fields`.
            current: the filter that is applied now, `FilterForm.applied`.
        """
        super().__init__()
        self._filters = filters
        self._fields = fields
        self._current = dict(current)
        self._choices: dict[str, _Choice] = {}
        self._list = OptionList(compact=True)
        self._line = TextControl(placeholder="(a name for the filter of now)")
        self._line.add_class("filter-name")
        self._said = Static(classes="filter-said")
        self._forgotten: tuple[str, dict[str, Any]] | None = None
        self._replacing = ""

    def compose_body(self) -> ComposeResult:
        """Compose the list, the line for a name and what there is to say."""
        yield self._list
        yield self._line
        yield self._said

    def on_mount(self) -> None:
        """Show what is remembered."""
        self._show()
        self._list.focus()
        now = in_words(self._fields, self._current)
        self._say(f"now: {now or 'none'}")

    def _show(self) -> None:
        saved = [
            _Choice(name, *understood(self._fields, values))
            for name, values in self._filters.saved().items()
        ]
        used = [_Choice("", *understood(self._fields, each)) for each in self._filters.used()]
        self._choices = {str(place): each for place, each in enumerate([*saved, *used])}
        options = [Option(self._words(choice), id=place) for place, choice in self._choices.items()]
        self._list.clear_options()
        for title, part in (
            ("Saved", options[: len(saved)]),
            ("Used before", options[len(saved) :]),
        ):
            heading = title if part else f"{title}: none"
            self._list.add_option(Option(Content.styled(heading, "bold underline"), disabled=True))
            self._list.add_options(part)
        if options:
            self._list.highlighted = self._list.get_option_index("0") if saved else 2

    def _words(self, choice: _Choice) -> Content:
        words = in_words(self._fields, choice.values) or "none"
        lost = f" (without what is not understood: {', '.join(choice.lost)})" if choice.lost else ""
        name = f"{choice.name}  " if choice.name else ""
        return Content.assemble((cell(name), "bold"), cell(f"{words}{lost}"))

    def _say(self, sentence: str) -> None:
        self._said.update(Content(cell(sentence)))

    @on(OptionList.OptionSelected)
    def _take(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if choice := self._choices.get(event.option_id or ""):
            self.dismiss(choice.values)

    def action_save(self) -> None:
        """Ask for the name under which to save the filter of now."""
        if not self._current:
            self._say("there is no filter to save")
            return
        self._line.value = ""
        self._replacing = ""
        self.add_class("-naming")
        self.tell_keys(_NAMING)
        self._line.focus()
        self._say(f"saves: {in_words(self._fields, self._current)}")

    @on(TextControl.Submitted)
    def _named(self, event: TextControl.Submitted) -> None:
        event.stop()
        name = event.value.strip()
        if reason := wrong_name(name):
            self._say(reason)
            return
        if name in self._filters.saved() and self._replacing != name:
            self._replacing = name
            self._say(f"there is a filter '{name}' already; enter again replaces it")
            return
        failed = self._filters.save(name, self._current)
        self._list_again()
        self._keep(failed, f"saved as '{name}'")

    def action_forget(self) -> None:
        """Forget the saved filter under the cursor; it can be brought back."""
        choice = self._under_cursor()
        if choice is None or not choice.name:
            self._say("only a saved filter can be forgotten")
            return
        values = self._filters.saved().get(choice.name, choice.values)
        self._filters.remove(choice.name)
        self._forgotten = choice.name, values
        self._show()
        self._keep("", f"'{choice.name}' is forgotten; u brings it back")

    def action_undo(self) -> None:
        """Bring back the saved filter that was forgotten last."""
        if self._forgotten is None:
            self._say("nothing was forgotten")
            return
        name, values = self._forgotten
        failed = self._filters.save(name, values)
        self._show()
        self._keep(failed, f"'{name}' is back")
        self._forgotten = self._forgotten if failed else None

    def _keep(self, failed: str, done: str) -> None:
        """Write what was changed, and say so once it is written; or say why nothing was changed."""
        if failed:
            self._say(failed)
        else:
            self._say("")
            self.app.run_worker(self._write(done), group="memory")

    async def _write(self, done: str) -> None:
        problem = await self._filters.memory.keep()
        self.post_message(self.Kept(f"for this run alone: {problem}" if problem else done))

    @on(Kept)
    def _tell_kept(self, message: Kept) -> None:
        message.stop()
        self._say(message.sentence)

    def action_leave(self) -> None:
        """Go back to the list from a name; leave from the list."""
        if self.has_class("-naming"):
            self._list_again()
            self._say("")
        else:
            super().action_leave()

    def _under_cursor(self) -> _Choice | None:
        place = self._list.highlighted
        option = None if place is None else self._list.get_option_at_index(place)
        return self._choices.get(option.id or "") if option else None

    def _list_again(self) -> None:
        self.remove_class("-naming")
        self.tell_keys(_KEYS)
        self._show()
        self._list.focus()
