"""The mode line: the screens there are, and which one this is."""

from collections.abc import Sequence

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
        short = self.size.width < sum(len(key) + len(name) + 3 for key, name in modes)
        parts = []
        for key, name in modes:
            if key == present:
                parts.append(Content.styled(f" {key} {name} ", "bold reverse"))
            elif short:
                parts.append(Content.styled(f" {key} ", MUTED))
            else:
                parts.append(Content.assemble((f" {key}", "bold"), (f" {name} ", MUTED)))
        self.show(Content("").join(parts))
