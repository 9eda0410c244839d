"""What is pasted into a terminal: text, and never keys.

A terminal marks where a paste begins and ends. Textual's reader takes an escape character in
between for the beginning of a key, and what follows it for keys: a text would press them.
"""

from typing import Final

BEGIN: Final = "\x1b[200~"
END: Final = "\x1b[201~"

_ESCAPE: Final = "\x1b"
_PICTURE: Final = "\u241b"
"""What stands for an escape character, as `console.text` has it."""


class Pastes:
    """Makes the escape characters inside pastes visible, in text that comes in pieces."""

    def __init__(self) -> None:
        self._inside = False
        self._kept = ""  # what may be the beginning of a mark: given already, or held back inside

    def made_text(self, text: str) -> str:
        """Return what was read, its pastes without escape characters.

        What may be the beginning of the mark at a paste's end is held back until more comes.
        """
        done: list[str] = []
        while text:
            given, text = self._inner(text) if self._inside else self._outer(text)
            done.append(given)
        return "".join(done)

    def _outer(self, text: str) -> tuple[str, str]:
        """Return what comes before a paste, with the mark at its beginning, and what is left."""
        seen = self._kept + text
        before, found, rest = seen.partition(BEGIN)
        self._inside = bool(found)
        given = len(self._kept)
        self._kept = "" if found else _begun(before, BEGIN)
        return (before + found)[given:], rest

    def _inner(self, text: str) -> tuple[str, str]:
        """Return what is left of a paste, as text, and what comes after it."""
        before, found, rest = (self._kept + text).partition(END)
        self._inside = not found
        self._kept = "" if found else _begun(before, END)
        return before.removesuffix(self._kept).replace(_ESCAPE, _PICTURE) + found, rest


def _begun(text: str, mark: str) -> str:
    """Return the end of `text` that may be the beginning of `mark`; empty where there is none."""
    return next((mark[:n] for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), "")
