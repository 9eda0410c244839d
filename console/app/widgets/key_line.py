"""The key line: the keys that work now, as many as fit."""

from collections.abc import Mapping

from textual.content import Content
from textual.binding import ActiveBinding

from console.app.widgets.line import Line
from console.text import cell

_HELP = "?"


class KeyLine(Line):
    """Keys and what they do; the last one always shows all of them."""

    DEFAULT_CSS = """
    KeyLine {
        background: $panel;
    }
    """

    def tell(self, bindings: Mapping[str, ActiveBinding]) -> None:
        """Show the bindings that want to be shown, until the line is full."""
        last = Content.assemble((f" {_HELP} ", "bold"), ("all keys", "$text-muted"))
        room = self.size.width - last.cell_length - 1
        parts: list[Content] = []
        seen: set[str] = set()
        for each in bindings.values():
            binding = each.binding
            if not binding.show or not each.enabled or binding.action in seen:
                continue
            seen.add(binding.action)
            key = self.app.get_key_display(binding)
            part = Content.assemble(
                (f" {cell(key)} ", "bold"), (cell(binding.description), "$text-muted")
            )
            if part.cell_length > room:
                break
            room -= part.cell_length
            parts.append(part)
        self.show(Content("").join([*parts, last]))
