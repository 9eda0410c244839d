"""What people can read of a text, and whether a name that they type is the one that is meant.

The same name can be written in several ways that look the same: composed or not, and with
characters in it that show nothing. Whoever types what the screen shows must be understood.
"""

import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cf"})
"""Categories of characters that show nothing by themselves."""

_FILLERS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)
"""Characters of other categories that show nothing: fillers, a blank, variation selectors."""


def has_ink(text: str) -> bool:
    """Tell whether anything of `text` can be seen."""
    return any(not each.isspace() and _shows(each) for each in text)


def composed(name: str) -> str:
    """Return `name` in the one form of all that show the same characters."""
    return unicodedata.normalize("NFC", name)


def plain(name: str) -> str:
    """Return `name` composed, and without what shows nothing."""
    return composed("".join(filter(_shows, name))).strip()


def same(typed: str, name: str) -> bool:
    """Tell whether what was typed is `name` as it can be read; what cannot be read is never."""
    return bool(plain(name)) and plain(typed) == plain(name)


def _shows(character: str) -> bool:
    return character not in _FILLERS and unicodedata.category(character) not in _UNSEEN
