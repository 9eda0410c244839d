"""The dialog that picks a DataArts workspace: every instance with its workspaces."""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.widgets.dialog import Dialog
from console.client.client import Client
from console.errors import ConsoleError
from console.services.column import column
from console.services.review_messages import Instance, Workspace, WorkspaceChoice, workspaces
from console.text import cell

_NAME_CELLS: Final = 30
_KIND_CELLS: Final = 10


class WorkspacesDialog(Dialog[WorkspaceChoice]):
    """Lists the workspaces that the credential may use; Enter takes one."""

    DEFAULT_CSS = """
    WorkspacesDialog OptionList {
        height: auto;
        max-height: 12;
        background: $surface;
        display: none;
    }
    WorkspacesDialog.-found OptionList { display: block; }
    WorkspacesDialog #told { margin-bottom: 1; }
    WorkspacesDialog #told.-error { color: $text-error; }
    WorkspacesDialog #about { height: 2; margin-top: 1; color: $text-muted; display: none; }
    WorkspacesDialog.-found #about { display: block; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask", "Ask again", id="workspaces.ask"),
        Binding("j", "down", "Down", id="workspaces.down", show=False),
        Binding("k", "up", "Up", id="workspaces.up", show=False),
    ]

    TITLE_TEXT = "DataArts workspaces"
    KEYS_TEXT = "enter takes it · r asks again · escape leaves"

    class Found(Message):
        """The cloud has said which workspaces there are."""

        def __init__(self, choices: Sequence[WorkspaceChoice]) -> None:
            self.choices = choices
            super().__init__()

    class Refused(Message):
        """The cloud has not said which there are."""

        def __init__(self, error: ConsoleError) -> None:
            self.error = error
            super().__init__()

    def __init__(self, client: Client, *, present: str = "", reason: str = "") -> None:
        """Say whom to ask; nothing is asked before the dialog is open.

        Args:
            client: who asks.
            present: the id of the workspace in use; empty where there is none.
            reason: why the operator is asked, as one sentence of ours.
        """
        super().__init__()
        self._client = client
        self._present = present
        self._reason = reason
        self._choices: list[WorkspaceChoice] = []

    def compose_body(self) -> ComposeResult:
        """Compose a sentence, the workspaces, and what is known of the one under the cursor."""
        yield Static(id="told", markup=False)
        yield OptionList(markup=False, compact=True)
        yield Static(id="about", markup=False)

    def on_mount(self) -> None:
        """Ask at once."""
        self.action_ask()

    def action_ask(self) -> None:
        """Ask which workspaces there are."""
        self._tell("asking the cloud")
        self._ask()

    def action_down(self) -> None:
        """Go to the next workspace."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Go to the workspace before."""
        self.query_one(OptionList).action_cursor_up()

    @work(exclusive=True, group="workspaces")
    async def _ask(self) -> None:
        try:
            found = await workspaces(self._client)
        except ConsoleError as error:
            self.post_message(self.Refused(error))
        else:
            self.post_message(self.Found(found))

    def on_workspaces_dialog_found(self, message: Found) -> None:
        """Show the workspaces, the one in use under the cursor."""
        self._choices = list(message.choices)
        self.set_class(bool(self._choices), "-found")
        if not self._choices:
            self._tell("this project has no workspace that the credential may use")
            return
        self._tell(self._counted())
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(self._options())
        ids = [each.id for each in self._choices]
        if self._present in ids:
            listed.highlighted = listed.get_option_index(str(ids.index(self._present)))
        else:
            listed.action_first()
        listed.focus()

    def on_workspaces_dialog_refused(self, message: Refused) -> None:
        """Say why there is nothing to pick."""
        error = message.error
        self.remove_class("-found")
        hint = f"\n{cell(error.hint)}" if error.hint else ""
        self._tell(f"{error.title}: {cell(error.sentence)}{hint}", error=True)

    def _tell(self, text: str, *, error: bool = False) -> None:
        told = self.query_one("#told", Static)
        told.set_class(error, "-error")
        reason = f"{self._reason}\n" if self._reason else ""
        told.update(Content(f"{reason}{text}"))

    def _counted(self) -> str:
        count, instances = len(self._choices), len(_first(self._choices))
        many = f"{count:,} workspace{'s' * (count != 1)}"
        return f"{many} in {instances:,} instance{'s' * (instances != 1)}"

    def _options(self) -> list[Option]:
        """Return the workspaces below a heading for each instance."""
        options: list[Option] = []
        heads = {id(each) for each in _first(self._choices)}
        for index, choice in enumerate(self._choices):
            if id(choice) in heads:
                options.append(Option(_heading(choice.instance), disabled=True))
            options.append(Option(self._line(choice), id=str(index)))
        return options

    def _line(self, choice: WorkspaceChoice) -> Content:
        workspace = choice.workspace
        used = choice.id == self._present
        name = cell(workspace.name or choice.id)
        kind = cell(_text(workspace, "is_default"))
        members = cell(_text(workspace, "member_num"))
        return Content.assemble(
            "* " if used else "  ",
            _padded(name, _NAME_CELLS),
            "  ",
            _padded(kind, _KIND_CELLS),
            f"{members} members" if workspace.member_num != 1 else "1 member",
            ("  in use" if used else "", "bold"),
        )

    @on(OptionList.OptionHighlighted)
    def _tell_about(self, message: OptionList.OptionHighlighted) -> None:
        choice = self._choice(message.option)
        if choice:
            workspace = choice.workspace
            owner = f"owner {_text(workspace, 'owner_name')}"
            words = " · ".join(each for each in (owner, workspace.description or "") if each)
            self.query_one("#about", Static).update(Content(f"{cell(choice.id)}\n{cell(words)}"))

    @on(OptionList.OptionSelected)
    def _take(self, message: OptionList.OptionSelected) -> None:
        choice = self._choice(message.option)
        if choice:
            self.dismiss(choice)

    def _choice(self, option: Option) -> WorkspaceChoice | None:
        return self._choices[int(option.id)] if option.id else None


def _first(choices: Sequence[WorkspaceChoice]) -> list[WorkspaceChoice]:
    """Return the first workspace of each instance."""
    before = [None, *(each.instance.resource_id for each in choices)]
    return [
        each
        for each, last in zip(choices, before, strict=False)
        if each.instance.resource_id != last
    ]


def _heading(instance: Instance) -> Content:
    name = instance.resource_name or instance.resource_id or ""
    return Content.assemble((cell(name), "bold"), f"  {cell(_text(instance, 'status'))}")


def _text(record: Workspace | Instance, name: str) -> str:
    return column(type(record), name).text(record, None)


def _padded(text: str, cells: int) -> str:
    """Return `text` in so many cells, cut with an ellipsis where it is longer."""
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return f"{set_cell_size(text, cells - 1)}…"
