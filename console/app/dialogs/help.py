"""Shows every key that works, and what it means here."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from console.app.tones import MUTED
from console.app.widgets.dialog import Dialog
from console.text import cell

_GROUPS: Final = {
    "table": "In the table",
    "filter": "Filters",
    "page": "Pages",
    "take": "Take away",
    "screen": "This screen",
    "error": "Errors",
    "app": "Everywhere",
}
"""The headings, by the first word of a binding's id; any other word is its own heading."""


_KEY_CELLS: Final = 8
_MEANING_CELLS: Final = 40


class HelpDialog(Dialog[None]):
    """The keys of the screen below, in groups, with the ids under which they can be changed."""

    DEFAULT_CSS = """
    HelpDialog > .dialog-frame { width: 76; }
    """
    KEYS_TEXT = "↑ ↓ scroll · escape leaves · keys.toml beside the profiles changes keys"
    TITLE_TEXT = "Keys"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,q", "leave", "Leave", show=False, id="help.leave"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="help.up"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="help.down"),
        Binding("pageup", "scroll(-10)", "Up", show=False, id="help.page-up"),
        Binding("pagedown,space", "scroll(10)", "Down", show=False, id="help.page-down"),
        Binding("home", "scroll(-1000)", "First", show=False, id="help.first"),
        Binding("end", "scroll(1000)", "Last", show=False, id="help.last"),
    ]

    def __init__(self, below: Screen[object]) -> None:
        """Take the screen whose keys are shown."""
        super().__init__()
        self._below = below

    def compose_body(self) -> ComposeResult:
        """Compose the groups."""
        groups: dict[str, list[Content]] = {}
        seen: set[str] = set()
        for active in self._below.active_bindings.values():
            binding = active.binding
            name = binding.id or ""  # what has no id is Textual's own
            if not name or binding.system or not binding.description or name in seen:
                continue
            seen.add(name)
            heading = name.partition(".")[0]
            groups.setdefault(heading, []).append(self._line(active))
        ordered = [each for each in _GROUPS if each in groups]
        ordered = [*(each for each in groups if each not in _GROUPS), *ordered]
        for heading in ordered:
            yield Static(
                Content.styled(_GROUPS.get(heading, heading.capitalize()), "bold $text-accent")
            )
            yield Static(Content("\n").join(groups[heading]))

    def _line(self, active: ActiveBinding) -> Content:
        binding = active.binding
        key = Content(cell(self.app.get_key_display(binding)))
        meaning = Content(cell(active.tooltip or binding.description))
        gap = max(1, _KEY_CELLS - key.cell_length)
        more = max(2, _MEANING_CELLS - meaning.cell_length)
        return Content.assemble(
            "  ",
            key.stylize("bold"),
            " " * gap,
            meaning,
            " " * more,
            (binding.id or "", MUTED),
        )

    def action_scroll(self, lines: int) -> None:
        """Scroll the list of keys."""
        self.query_one(".dialog-body").scroll_relative(y=lines, animate=False)
