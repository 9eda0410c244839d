"""What terminals send for keys."""

from collections.abc import Mapping
from typing import Final

KEYS: Final[Mapping[str, str]] = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "insert": "\x1b[2~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    **{f"f{n}": f"\x1bO{letter}" for n, letter in enumerate("PQRS", 1)},
}
"""What an xterm sends for the keys that are no characters."""


def sent(key: str) -> str:
    """Return what an xterm sends for `key`: see `TerminalScreen.press`.

    Raises:
        ValueError: there is no such key.
    """
    if key.startswith("alt+"):
        return "\x1b" + sent(key[4:])
    if key.startswith("ctrl+") and len(key) == len("ctrl+") + 1:
        return chr(ord(key[5].upper()) & 0x1F)
    if key in KEYS:
        return KEYS[key]
    if len(key) != 1:
        raise ValueError(f"no such key: {key}")
    return key


def sent_apart(key: str) -> str:
    """Return what kitty sends with the first step of its protocol on."""
    if key == "escape":
        return "\x1b[27u"
    for name, number in (("ctrl+", 5), ("alt+", 3)):
        if key.startswith(name) and len(key) == len(name) + 1:
            return f"\x1b[{ord(key[-1].lower())};{number}u"
    return sent(key)
