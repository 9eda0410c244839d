"""What reaches the terminal past the painter and leaves cells, cursor and style as they are."""

import re
from typing import Final

_HARMLESS: Final = re.compile(
    r"""(?:
      \x07                                                      # the bell
    | \x1b\[\?(?:25|100[0-6]|101[56]|2004|2026|2048)[hl]         # cursor, mouse, pasting, frames
    | \x1b\[\?[0-9]+\$p                                         # a question
    | \x1b\[[<>=][0-9;]*u                                       # kitty's keys
    | \x1b\](?:0|1|2|7|22|52);[^\x07\x1b]*(?:\x07|\x1b\\)       # titles, the pointer, the clipboard
    | \x1bPtmux;\x1b\x1b\]52;[^\x07\x1b]*\x07\x1b\\             # the clipboard, through tmux
    )*""",
    re.VERBOSE,
)
_THROUGH_SCREEN: Final = re.compile(r"\x1bP(\x1b?[^\x1b]*)\x1b\\")


def is_harmless(data: str) -> bool:
    """Tell whether a terminal shows the same after `data`; False where that is not known."""
    if _HARMLESS.fullmatch(data):
        return True
    # GNU screen hands on what is in such strings, unread and in pieces.
    rest = _THROUGH_SCREEN.sub("", data)
    return not rest and is_harmless("".join(_THROUGH_SCREEN.findall(data)))
