"""The key line: the keys that work now, as many as fit."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from textual.binding import ActiveBinding, Binding
from textual.content import Content

from console.app.tones import MUTED
from console.app.widgets.line import Line
from console.text import cell

_HELP = "?"
_HELP_ANYWHERE = "f1"

_FIRST = (
    "dialog.leave",
    "screen.back",
    "table.choose",
    "filter.open",
    "filter.quick",
    "page.next",
    "take.write",
    "take.copy",
    "page.all",
    "screen.refresh",
)
"""What is shown first, by the binding's id; a screen's own keys come before these."""


_COMMON = frozenset({"app", "dialog", "filter", "page", "screen", "table", "take"})
"""The first words of the ids of keys that every screen has."""


class KeyLine(Line):
    """Keys and what they do; the last one always shows all of them."""

    DEFAULT_CSS = """
    KeyLine {
        background: $panel;
    }
    """

    def tell(
        self,
        bindings: Mapping[str, ActiveBinding],
        useless: Collection[str] = frozenset(),
        *,
        typing: bool = False,
    ) -> None:
        """Show the bindings that want to be shown, until the line is full.

        Args:
            bindings: the keys that are bound.
            useless: ids of keys that would do nothing now but say so.
            typing: whether letters are typed where the focus is, and are no keys.
        """
        key, words = (_HELP_ANYWHERE, "keys") if typing else (_HELP, "all keys")
        last = Content.assemble((f" {key} ", "bold"), (words, MUTED))
        parts = [
            Content.assemble(
                (f" {cell(self.app.get_key_display(binding))} ", "bold"),
                (cell(binding.description), MUTED),
            )
            for binding in _wanted(bindings, useless)
        ]
        self.show_by_width(partial(_fitted, parts, last))


def _fitted(parts: Sequence[Content], last: Content, width: int) -> Content:
    room = width - last.cell_length - 1
    kept: list[Content] = []
    for part in parts:
        if part.cell_length > room:
            break
        room -= part.cell_length
        kept.append(part)
    return Content("").join([*kept, last])


def _wanted(bindings: Mapping[str, ActiveBinding], useless: Collection[str]) -> list[Binding]:
    """Return the bindings to show, each action once, the most wanted first."""
    found: dict[str, Binding] = {}
    for each in bindings.values():
        binding = each.binding
        if not binding.show or not each.enabled or binding.id in useless or binding.action in found:
            continue
        found[binding.action] = binding
    order = {name: place for place, name in enumerate(_FIRST)}
    own = [each for each in found.values() if (each.id or "").split(".")[0] not in _COMMON]
    rest = [each for each in found.values() if each not in own]
    return own + sorted(rest, key=lambda each: order.get(each.id or "", len(order)))
