"""Takes over a credential that another tool keeps: it is picked here, and logged in with."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.app.dialogs.login import LoginDialog
from console.app.widgets.dialog import Dialog
from console.profiles.found import Found, found
from console.text import cell


class ImportingDialog(Dialog[str]):
    """Lists what was found; answers with the name of the profile that was made of it."""

    DEFAULT_CSS = """
    ImportingDialog OptionList { height: auto; padding: 0; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "move(1)", "Down", show=False, id="import.down"),
        Binding("k", "move(-1)", "Up", show=False, id="import.up"),
    ]
    TITLE_TEXT = "Import what other tools keep"
    KEYS_TEXT = "enter takes one · escape leaves · nothing is changed where it was found"

    class Looked(Message):
        """Every place was looked at."""

        def __init__(self, offered: Sequence[Found]) -> None:
            super().__init__()
            self.offered = offered

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take the environment variables, which say where to look."""
        super().__init__()
        self._environ = environ
        self._offered: Sequence[Found] = ()

    def compose_body(self) -> ComposeResult:
        """Compose the list."""
        yield Static(Content("looking …"), id="looked")
        yield OptionList(markup=False, compact=True)

    def on_mount(self) -> None:
        """Look, without holding up the picture."""
        self.query_one(OptionList).display = False
        self.run_worker(
            lambda: self.post_message(self.Looked(found(self._environ))), thread=True, group="look"
        )

    def on_importing_dialog_looked(self, message: Looked) -> None:
        """Show what was found, and why some of it cannot be taken."""
        self._offered = message.offered
        said = self.query_one("#looked", Static)
        if not self._offered:
            said.update(
                Content(
                    "Nothing was found: neither HUAWEICLOUD_SDK_*, HW_* or OS_* in the "
                    "environment, nor ~/.huaweicloud/credentials, nor KooCLI's config.json."
                )
            )
            return
        said.display = False
        listed = self.query_one(OptionList)
        listed.add_options(
            Option(_content(each), id=str(index), disabled=bool(each.problem))
            for index, each in enumerate(self._offered)
        )
        listed.display = True
        listed.focus()
        listed.action_first()

    @on(OptionList.OptionSelected)
    def _take(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        taken = self._offered[int(message.option.id or 0)]
        self.app.push_screen(LoginDialog(self._environ, taken=taken), self._done)

    def _done(self, name: str | None) -> None:
        if name:
            self.dismiss(name)

    def action_move(self, step: int) -> None:
        """Go to the next one, or the one before."""
        listed = self.query_one(OptionList)
        (listed.action_cursor_down if step > 0 else listed.action_cursor_up)()


def _content(each: Found) -> Content:
    kind = str(each.fields.get("auth", "")).replace("-", " ")
    facts = " · ".join(filter(None, (kind, cell(str(each.fields.get("region", ""))))))
    lines = [Content.assemble((cell(each.name), "bold"), f"  {facts}"), Content(cell(each.source))]
    if each.problem:
        lines.append(Content(f"! cannot be imported: {cell(each.problem)}"))
    elif each.warning:
        lines.append(Content(f"! {cell(each.warning)}"))
    return Content("\n  ").join(lines)
