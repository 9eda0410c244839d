"""The status line: what the rows on the screen are, and when they were true."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from textual.content import Content

from console.app.widgets.line import Line


class Part(NamedTuple):
    """One thing that the status says.

    Attributes:
        text: the words; safe to show.
        tone: "" or "warning", "error", "notice".
        weight: how soon it gives way on a narrow terminal; 0 never does.
        short: what is said of it before it is left out; empty for nothing.
    """

    text: str
    tone: str = ""
    weight: int = 0
    short: str = ""


_STYLES = {
    "": "",
    "warning": "bold $text-warning",
    "error": "bold $text-error",
    "notice": "bold $text-accent",
}
_GAP = " · "


class StatusLine(Line):
    """What is shown of how many, the page, the order, filters, when fetched; stale is said."""

    DEFAULT_CSS = """
    StatusLine {
        background: $surface;
        padding: 0 1;
    }
    """

    def tell(self, parts: Sequence[Part]) -> None:
        """Show `parts`; where there is no room for all, the weightiest give way."""
        self.show_by_width(partial(_fitted, [part for part in parts if part.text]))


def _fitted(parts: Sequence[Part], width: int) -> Content:
    kept = list(parts)
    while len(kept) > 1 and _width(kept) > width - 2:
        heaviest = max(kept, key=lambda part: part.weight)
        if not heaviest.weight:
            break
        at = kept.index(heaviest)
        kept[at : at + 1] = [heaviest._replace(text=heaviest.short, short="")][
            : bool(heaviest.short)
        ]
    styled = [Content.styled(part.text, _STYLES[part.tone]) for part in kept]
    return Content(_GAP).join(styled)


def _width(parts: Sequence[Part]) -> int:
    cells = sum(Content(part.text).cell_length for part in parts)
    return cells + len(_GAP) * (len(parts) - 1)
