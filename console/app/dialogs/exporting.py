"""The dialog that writes rows to a file: which, in which format, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from console.app import files
from console.app.widgets.choice_line import ChoiceLine
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import TextControl
from console.errors import OutputError
from console.export import FORMATS
from console.text import cell

What: TypeAlias = Literal["shown", "marked", "everything"]

_FORMS: Mapping[str, str] = {"csv": "CSV", "json": "JSON", "ndjson": "NDJSON"}


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written.

    Attributes:
        form: the format, one of `console.export.FORMATS`.
        path: the file.
        what: the rows shown, the rows marked, or all that the cloud has, fetched anew.
        replace: whether a file that is there already is to be written over.
    """

    form: str
    path: Path
    what: What
    replace: bool = False

    @property
    def everything(self) -> bool:
        """Whether all rows are to be fetched anew."""
        return self.what == "everything"


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:  # the folder was removed meanwhile; writing says so
        return Path()


class ExportDialog(Dialog[Export]):
    """Asks which rows to write, in which format, and to which file."""

    DEFAULT_CSS = """
    ExportDialog .field { height: auto; }
    ExportDialog .label { width: 8; }
    ExportDialog #said { height: auto; margin: 1 0 0 0; }
    ExportDialog #folder { width: 1fr; height: auto; color: $text-muted; }
    ExportDialog #problem {
        height: auto; color: $text-error; text-style: bold; display: none;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "the field before", id="export.before", show=False),
        Binding("down", "app.focus_next", "the next field", id="export.next", show=False),
        Binding("enter", "write", "write the file", id="export.write", show=False),
        Binding(
            "ctrl+r",
            "replace",
            "write over the file that is there",
            id="export.replace",
            show=False,
        ),
    ]

    KEYS_TEXT = "enter writes · up/down: the other fields · left/right choose · escape leaves"

    def __init__(
        self,
        title: str,
        name: str,
        *,
        shown: int,
        loaded: int,
        total: int | None,
        at: datetime,
        marked: int = 0,
        marked_unseen: int = 0,
        gaps: Sequence[str] = (),
        form: str = "csv",
        folder: Path | None = None,
    ) -> None:
        """Say what there is to write.

        Args:
            title: what the rows are, as a heading.
            name: the listing's name, which begins the file's.
            shown: rows that the local filters leave.
            loaded: rows that are loaded.
            total: rows that the cloud has under the filter; None where it does not say.
            at: now, in the zone that the operator sees.
            marked: rows that are marked.
            marked_unseen: marked rows that are not shown.
            gaps: why the rows shown may not be all, or not be true any more.
            form: the format to begin with.
            folder: where a name without a folder leads; None for the current folder.
        """
        super().__init__()
        self._title = title
        self._shown, self._loaded, self._total = shown, loaded, total
        self._marked, self._marked_unseen = marked, marked_unseen
        self._gaps = gaps
        self._folder = folder or _here()
        self._first_form = form
        self._first_name = files.default_name(name, form, at, folder=self._folder)

    def title_text(self) -> str:
        """Return the title."""
        return f"Write to a file: {self._title}"

    def compose_body(self) -> ComposeResult:
        """Compose the three fields."""
        with Horizontal(classes="field"):
            yield Static(Content("rows"), classes="label")
            yield ChoiceLine(self._choices(), "marked" if self._marked else "shown", id="what")
        with Horizontal(classes="field"):
            yield Static(Content("format"), classes="label")
            yield ChoiceLine([(form, _FORMS[form]) for form in _FORMS], self._first_form, id="form")
        with Horizontal(classes="field"):
            yield Static(Content("file"), classes="label")
            path = TextControl(placeholder="")
            path.id = "path"
            path.value = self._first_name
            yield path
        with Horizontal(classes="field"):
            yield Static(Content("folder"), classes="label")
            yield Static(Content(""), id="folder")
        yield Static(Content(""), id="problem")
        yield Static(Content(""), id="said")

    def on_mount(self) -> None:
        """Begin in the file's name, so that one key writes."""
        self.query_one("#path", Input).focus()
        self._say()

    def _choices(self) -> list[tuple[str, str]]:
        total = f"{self._total:,}" if self._total is not None else ""
        found = [("shown", f"{self._shown:,} shown")]
        if self._marked:
            found.append(("marked", f"{self._marked:,} marked"))
        return [*found, ("everything", f"all {total}, fetched anew".replace(" ,", ","))]

    @property
    def _what(self) -> What:
        chosen = self.query_one("#what", ChoiceLine).value
        return "marked" if chosen == "marked" else "shown" if chosen == "shown" else "everything"

    @property
    def _form(self) -> str:
        return self.query_one("#form", ChoiceLine).value

    @on(ChoiceLine.Changed, "#form")
    def _form_changed(self, event: ChoiceLine.Changed) -> None:
        """Let the file's name end as the format does."""
        path = self.query_one("#path", Input)
        begin, dot, end = path.value.rpartition(".")
        if dot and end.lower() in FORMATS and end.lower() != event.value:
            path.value = f"{begin}.{event.value}"
        self._say()

    @on(ChoiceLine.Changed, "#what")
    def _what_changed(self) -> None:
        self._say()

    @on(Input.Changed, "#path")
    def _path_changed(self, event: Input.Changed) -> None:
        """Let the format follow the end of the file's name."""
        end = event.value.rpartition(".")[2].lower()
        if end in FORMATS:
            self.query_one("#form", ChoiceLine).value = end
        self.query_one("#problem", Static).display = False
        self._say()

    @on(Input.Submitted, "#path")
    def _submitted(self) -> None:
        self.action_write()

    def action_write(self) -> None:
        """Answer, where the file can be written."""
        self._answer(replace=False)

    def action_replace(self) -> None:
        """Answer, and let a file that is there be written over."""
        self._answer(replace=True)

    def _answer(self, *, replace: bool) -> None:
        try:
            path = self._folder / files.path_of(self.query_one("#path", Input).value)
            files.refuse(path, replace=replace)
        except files.FileThereError as error:
            self._refuse(f"{error.sentence}; ctrl+r writes over it")
        except OutputError as error:
            self._refuse(error.sentence)
        else:
            self.dismiss(Export(self._form, path, self._what, replace))

    def _refuse(self, sentence: str) -> None:
        problem = self.query_one("#problem", Static)
        problem.update(Content(cell(sentence)))
        problem.display = True
        self.query_one("#path", Input).focus()

    def _say(self) -> None:
        self.query_one("#said", Static).update(Content(cell(self._in_words())))
        self.query_one("#folder", Static).update(Content(cell(self._where())))

    def _where(self) -> str:
        """Say in which folder the file will be; `~` is the home folder."""
        try:
            path = self._folder / files.path_of(self.query_one("#path", Input).value)
        except OutputError:
            path = self._folder / "unnamed"
        return files.shortly(path.parent)

    def _in_words(self) -> str:
        total = "an unknown number" if self._total is None else f"{self._total:,}"
        what = self._what
        if what == "everything":
            said = f"Writes all rows that the cloud has under this filter, {total}, fetched anew"
            return f"{said}; the console's own filters are not applied."
        gaps = "".join(f" {each}." for each in self._gaps)
        return f"{self._of_what_is_here(what, total)}{gaps}"

    def _of_what_is_here(self, what: What, total: str) -> str:
        if what == "marked":
            said = f"Writes the {self._marked:,} marked rows, of {total}"
            unseen = self._marked_unseen
            return f"{said}; not shown now: {unseen:,}." if unseen else f"{said}."
        said = f"Writes the {self._shown:,} rows shown, of {total}"
        hidden = self._loaded - self._shown
        if not hidden:
            return f"{said}."
        return f"{said}; the console's own filters leave out {hidden:,} of {self._loaded:,} loaded."
