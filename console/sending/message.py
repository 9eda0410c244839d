"""What a message must be before it is shown on other people's desktops.

It may hold only what every face can show as it is, so that what is confirmed is what is sent. How
long it may be, and how the cloud counts, is not documented; so its length is said in every unit
that a limit could be in, and nothing is refused for it.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from console.errors import ConsoleError, Exit
from console.sending.name import has_ink
from console.text import safe

LONG: Final = 500
"""Characters from which on a message is worth a word: few readers of a small window scroll."""

_BREAKS: Final = re.compile(r"\r\n?")
# What a terminal takes for one command: CSI; OSC, DCS, SOS, PM and APC up to their end or that of
# the line; and the short ones, but none that a stray ESC before a word could be taken for.
_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b(?:[ -/]+[0-~]|[0-9=>])"
)

# Words of ASCII alone bound them: Chinese is written without spaces.
_OPEN: Final = re.compile(
    r"\{\{[^{}\n]{1,40}\}\}"
    r"|\$?\{[^{}\n]{0,40}\}"
    r"|<[^\W\d][\w .-]{0,40}>"
    r"|%[A-Za-z_]+%|%\([A-Za-z_]+\)s"
    r"|(?<![A-Za-z0-9_])(?:TODO|TBD|TBC|FIXME|[Xx]{2}:[Xx]{2}|[Hh]{2}:[Mm]{2}|X{2,}|_{3,})"
    r"(?![A-Za-z0-9_])"
    r"|\?{3,}|\u00d7{2,}"
)


class MessageError(ConsoleError):
    """The text cannot be sent as it is; nothing was sent."""

    title = "Not sent"
    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Unshown:
    """A character that no face shows as it is.

    Attributes:
        index: its place in the text, from 0.
        line: its line, from 1.
        column: its place in the line, from 1, in characters.
        name: what it is called, in ASCII.
    """

    index: int
    line: int
    column: int
    name: str


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is, in each unit that a limit could be in.

    Attributes:
        characters: code points; what Python and most people count.
        units: UTF-16 code units; what Java counts, and so perhaps the cloud.
        size: bytes of UTF-8, which is what travels.
        lines: lines.
    """

    characters: int
    units: int
    size: int
    lines: int

    @property
    def long(self) -> bool:
        """Whether it is longer than a notice that people read."""
        return self.characters > LONG

    def in_words(self) -> str:
        """Say it; the other units where they differ from characters."""
        said = f"{self.characters:,} character{'' if self.characters == 1 else 's'}"
        if self.units != self.characters:
            said += f" ({self.units:,} UTF-16 units)"
        return f"{said} in {self.lines:,} line{'' if self.lines == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text made fit to be sent.

    Attributes:
        text: what is left.
        removed: how many characters were taken out.
    """

    text: str
    removed: int


def normal(text: str) -> str:
    """Return `text` with plain line ends; all else stays."""
    return _BREAKS.sub("\n", text)


def of_file(text: str) -> str:
    """Return the text of a file or a pipe: without byte order mark and line ends at its end."""
    return normal(text.removeprefix("\ufeff")).rstrip("\n")


def unshown(text: str) -> list[Unshown]:
    """Return the characters of `text` that cannot be shown as they are, in order.

    Those are control characters but newline and tab, direction marks, separators of lines and
    paragraphs, byte order marks, tags and halves of pairs: what `console.text.safe` replaces.
    """
    if safe(text) == text:
        return []
    found = []
    line, start = 1, 0
    for index, each in enumerate(text):
        if each == "\n":
            line, start = line + 1, index + 1
        elif each != "\t" and safe(each) != each:
            found.append(Unshown(index, line, index - start + 1, _name(each)))
    return found


def cleaned(text: str) -> Cleaned:
    """Return `text` without what cannot be shown: what a paste into a compose pane becomes.

    Sequences meant for a terminal go as a whole, so that nothing of `ESC[31m` stays; other breaks
    of lines become newlines.
    """
    plain = normal(text)
    for each in "\v\f\x85\u2028\u2029":
        plain = plain.replace(each, "\n")
    left = _SEQUENCE.sub("", plain)
    drop = {each.index for each in unshown(left)}
    kept = "".join(each for index, each in enumerate(left) if index not in drop) if drop else left
    return Cleaned(kept, len(plain) - len(kept))


def checked(text: str) -> str:
    """Return `text` with plain line ends, if it can be sent.

    Raises:
        MessageError: it is empty, or holds what cannot be shown as it is.
    """
    plain = normal(text)
    if not plain.strip():
        raise MessageError("the message is empty")
    if not has_ink(plain):
        raise MessageError("the message holds nothing that can be seen")
    wrong = unshown(plain)
    if wrong:
        first = wrong[0]
        more = f", and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""
        raise MessageError(
            f"the message holds {first.name} at line {first.line}, column {first.column}{more}",
            hint="readers could not see it, or a terminal would act on it: take it out",
        )
    return plain


def placeholders(text: str) -> list[str]:
    """Return what looks like a place that nobody filled in, each once, in order."""
    return list(dict.fromkeys(found[0] for found in _OPEN.finditer(text)))


def length(text: str) -> Length:
    """Return how long `text` is."""
    characters = len(text)
    units = characters + sum(each > "\uffff" for each in text)
    size = len(text.encode("utf-8", "surrogatepass"))
    return Length(characters, units, size, text.count("\n") + 1 if text else 0)


def remarks(text: str) -> list[str]:
    """Return what the sender should know of `text` before it is sent; empty where nothing."""
    said = [f"{each} looks like a place left open" for each in placeholders(text)]
    measured = length(text)
    if measured.long:
        said.append(
            f"{measured.in_words()} is long for a notice; the greatest length is not documented"
        )
    return said


def _name(character: str) -> str:
    code = f"U+{ord(character):04X}"
    known = _CONTROLS.get(ord(character)) or unicodedata.name(character, "").lower()
    if not known and 0xD800 <= ord(character) <= 0xDFFF:
        known = "half of a pair"
    return f"{code} ({known})" if known else f"the control character {code}"


_CONTROLS: Final = {
    0x00: "NUL",
    0x07: "bell",
    0x08: "backspace",
    0x0B: "vertical tab",
    0x0C: "form feed",
    0x1B: "escape",
    0x7F: "delete",
    0x9B: "control sequence introducer",
}
