"""Chooses a template: enter takes it with what stands in its fields."""

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.widgets.answer_box import AnswerBox
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import TextControl
from console.sending.template import POOL, Template
from console.text import cell, safe

_NAME_CELLS: Final = 14


class TemplatesDialog(Dialog[str]):
    """Lists templates; answers with the text of one, its fields filled in.

    `{pool}` stays as it is: each pool gets its own name when it is sent.
    """

    DEFAULT_CSS = """
    TemplatesDialog > .dialog-frame { width: 78; }
    TemplatesDialog OptionList {
        height: auto; max-height: 9; border: none; padding: 0; background: $surface;
    }
    TemplatesDialog OptionList:ansi { background: ansi_default; }
    TemplatesDialog .fields { height: auto; margin-top: 1; }
    TemplatesDialog .filled {
        height: auto; margin-top: 1; padding: 0 1; border-left: thick $primary;
    }
    """
    TITLE_TEXT = "Templates"
    KEYS_TEXT = (
        "enter takes it, with what stands in its fields · tab goes to them · escape leaves · "
        "templates.toml beside the profiles holds more of them"
    )
    AUTO_FOCUS = "OptionList"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next field", show=False, id="templates.next"),
        Binding("up", "app.focus_previous", "Field before", show=False, id="templates.before"),
    ]

    def __init__(self, templates: Mapping[str, Template], problem: str = "") -> None:
        """Take the templates by name.

        Args:
            templates: what can be chosen.
            problem: why those of the file are not among them; empty where they are.
        """
        super().__init__()
        self._templates = dict(templates)
        self._problem = problem
        self._boxes: dict[AnswerBox, str] = {}

    def compose_body(self) -> ComposeResult:
        """Compose the list, the fields of the one under the cursor, and its text."""
        if self._problem:
            yield Static(Content.styled(cell(self._problem), "bold $text-error"))
        yield OptionList(
            *(Option(_line(each), id=name) for name, each in self._templates.items()),
            markup=False,
            compact=True,
        )
        yield Vertical(classes="fields")
        yield Static(classes="filled")

    @property
    def template(self) -> Template | None:
        """The template under the cursor."""
        listed = self.query_one(OptionList)
        if listed.highlighted is None:
            return None
        return self._templates.get(listed.get_option_at_index(listed.highlighted).id or "")

    @on(OptionList.OptionHighlighted)
    async def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        template = self.template
        fields = self.query_one(".fields", Vertical)
        await fields.remove_children()
        names = [name for name in (template.fields if template else ()) if name != POOL]
        self._boxes = {}
        for number, name in enumerate(names):
            control = TextControl(placeholder="")
            control.select_on_focus = True  # what is typed takes the place of the default
            control.value = template.defaults.get(name, "") if template else ""
            # A name may hold what no id may.
            self._boxes[AnswerBox(f"field-{number}", cell(name), control)] = name
        await fields.mount_all(self._boxes)
        self._show()

    def _values(self) -> dict[str, str]:
        """Return what stands in the fields; what is empty stands for nothing, not a default."""
        return {name: box.control.value for box, name in self._boxes.items() if box.value}

    def _empty(self) -> list[AnswerBox]:
        return [box for box in self._boxes if not box.value]

    def _show(self) -> None:
        template = self.template
        if template is None:
            self.query_one(".filled", Static).update(Content(""))
            return
        gaps = {name: f"[{name}]" for name in template.fields if name != POOL}
        text = template.filled({**gaps, **self._values()})
        self.query_one(".filled", Static).update(Content(safe(text)))

    @on(AnswerBox.Changed)
    def _changed(self, message: AnswerBox.Changed) -> None:
        message.stop()
        message.box.tell()
        self._show()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take()

    @on(AnswerBox.Submitted)
    def _submitted(self, message: AnswerBox.Submitted) -> None:
        message.stop()
        self._take()

    def _take(self) -> None:
        """Answer, where every field is filled in; else go to the first that is not."""
        template = self.template
        if template is None:
            return
        if empty := self._empty():
            for box in empty:
                box.tell(problem="is needed")
            empty[0].control.focus()
            return
        self.dismiss(template.filled(self._values()))


def _line(template: Template) -> Content:
    name = Content(cell(template.name)).truncate(_NAME_CELLS, ellipsis=True, pad=True)
    return Content.assemble(name.stylize("bold"), f" {cell(template.meaning)}")
