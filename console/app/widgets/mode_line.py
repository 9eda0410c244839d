"""The mode line: the screens there are, and which one this is."""

from collections.abc import Sequence
from functools import partial

from textual.content import Content

from console.app.tones import MUTED
from console.app.widgets.line import Line


class ModeLine(Line):
    """Each screen's key and name; the present one in reverse."""

    DEFAULT_CSS = """
    ModeLine {
        background: $panel;
    }
    """

    def tell(self, modes: Sequence[tuple[str, str]], present: str) -> None:
        """Show `modes`, each a key and a name; `present` is the key of this one."""
        self.show_by_width(partial(_fitted, modes, present))


def _fitted(modes: Sequence[tuple[str, str]], present: str, width: int) -> Content:
    short = width < sum(len(key) + len(name) + 3 for key, name in modes)
    parts = []
    for key, name in modes:
        if key == present:
            parts.append(Content.styled(f" {key} {name} ", "bold reverse"))
        elif short:
            parts.append(Content.styled(f" {key} ", MUTED))
        else:
            parts.append(Content.assemble((f" {key}", "bold"), (f" {name} ", MUTED)))
    return Content("").join(parts)
