"""Phrases with ` · ` between them, broken into lines between two of them only."""

from textual.content import Content

_GAP = " · "


def broken(text: str, width: int) -> str:
    """Return `text` in lines of at most `width` cells, as far as its phrases are no longer."""
    lines: list[str] = []
    for phrase in text.split(_GAP):
        longer = f"{lines[-1]}{_GAP}{phrase}" if lines else phrase
        if lines and Content(longer).cell_length > width:
            lines.append(phrase)
        else:
            lines[-1:] = [longer]
    return "\n".join(lines)
