"""The control sequences in what a program writes to a terminal: which they are, whose they are."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from console.app import driver

_TOKEN: Final = re.compile(
    r"""
      (?P<text>[^\x00-\x1f\x7f-\x9f\udc80-\udcff]+)
    | (?P<csi>\x1b\[[0-?]*[ -/]*[@-~])
    | (?P<string>\x1b[\]P_^X][^\x07\x1b]*(?:\x1b[^\\\x07][^\x07\x1b]*)*(?:\x07|\x1b\\))
    | (?P<escape>\x1b[ -/]*[0-OQ-WYZ\\`-~])
    | (?P<rest>\x1b(?:\[[0-?]*[ -/]*|[\]P_^X][^\x07]*|[ -/]*)\Z)
    | (?P<control>\r\n|[\x00-\x1f\x7f])
    | (?P<c1>[\x80-\x9f\udc80-\udcff])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A run of text, or one control.

    Attributes:
        kind: `text`, `csi`, `string` (OSC, DCS, APC, PM, SOS), `escape`, `control` (C0), `c1`
            (also a byte that is no UTF-8), or `rest`: a sequence whose end is still missing.
        text: what it is, as it was written.
    """

    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """Split what a program wrote into text and controls; nothing is left out."""
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup or "", match[0])


def decoded(data: bytes) -> str:
    """Return `data` as text; a byte that is no UTF-8 stays visible as a lone surrogate."""
    return data.decode("utf-8", "surrogateescape")


def _settings() -> Counter[str]:
    """Return the sequences that the driver sends when it takes the terminal and gives it back."""
    pairs = (*driver.MODES, driver.KITTY, *driver.MOUSE)
    sent = (driver.ASK_SYNCHRONIZED, driver.CLEARED, *(each for pair in pairs for each in pair))
    return Counter(each.text for text in sent for each in tokens(text))


_SETTINGS: Final = _settings()
_FRAME: Final = frozenset({"\x1b[?2026h", "\x1b[?2026l", "\r\n", "\n", "\x1b[K"})
_PLACE: Final = re.compile(r"\x1b\[(?:(?:\d+(?:;\d+)?)?H|\d*[BCD]|\d+G)")
_SCROLL: Final = re.compile(r"\x1b\[(?:\d+;\d+)?r|\x1bM")
_STYLE: Final = re.compile(r"\x1b\[([0-9;]*)m")
# Attributes but blink, the 16 colours and their backgrounds.
_ATTRIBUTES: Final = frozenset(
    (
        *(0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29, 39, 49),
        *(*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)),
    )
)


def _is_our_style(parameters: str) -> bool:
    numbers = [int(each or 0) for each in parameters.split(";")]
    while numbers:
        first = numbers.pop(0)
        if first in {38, 48}:
            length = {5: 2, 2: 4}.get(numbers[0] if numbers else -1)
            if length is None or len(numbers) < length:
                return False
            del numbers[:length]
        elif first not in _ATTRIBUTES:
            return False
    return True


def foreign_sequences(data: bytes, *, taken: int = 1, also: Collection[str] = ()) -> list[str]:
    """Return every control in `data` that the program does not make by itself, in order.

    Made by itself are: places (`CSI row;column H`) and steps, styles (without blink), the end of a
    line and what erases it, lines that scroll, frames (mode 2026), and what the driver sets and
    gives back, which it does as often as it takes the terminal; once more, and it came from
    elsewhere.

    Args:
        data: what reached the terminal.
        taken: how often the program took the terminal: once, and once for each `fg`.
        also: further sequences that are expected, whole.
    """
    found: list[str] = []
    seen: Counter[str] = Counter()
    for kind, text in tokens(decoded(data)):
        if kind == "text" or text in _FRAME or text in also:
            continue
        if _PLACE.fullmatch(text) or _SCROLL.fullmatch(text):
            continue
        if (style := _STYLE.fullmatch(text)) and _is_our_style(style[1]):
            continue
        seen[text] += 1
        if seen[text] <= taken * _SETTINGS[text]:
            continue
        found.append(text)
    return found


_FIRST: Final = {25: True, 7: True}
_SET: Final = re.compile(r"\x1b\[\?([0-9;]+)([hl])")


class Modes:
    """The modes that a terminal is in, as far as programs have told it.

    Attributes:
        kitty: how often kitty's way to send keys was asked for, and not yet given back.
    """

    def __init__(self) -> None:
        self._private: dict[int, bool] = {}
        self.kitty = 0
        self._keypad = False
        self._style = ""
        self._margins = ""

    def see(self, token: Token) -> None:
        """Take note of what `token` sets."""
        text = token.text
        if match := _SET.fullmatch(text):
            for number in match[1].split(";"):
                self._private[int(number)] = match[2] == "h"
        elif style := _STYLE.fullmatch(text):
            self._style = style[1].lstrip("0;")
        elif text.endswith("u") and text.startswith(("\x1b[>", "\x1b[<")):
            self.kitty = max(0, self.kitty + (1 if text[2] == ">" else -1))
        elif text in {"\x1b=", "\x1b>"}:
            self._keypad = text == "\x1b="
        elif token.kind == "csi" and text.endswith("r") and "?" not in text:
            self._margins = text[2:-1]

    def is_on(self, number: int) -> bool:
        """Return whether a private mode is set."""
        return self._private.get(number, _FIRST.get(number, False))

    def left(self) -> list[str]:
        """Return what differs from a terminal that nobody has touched."""
        differing = [
            f"mode {number} is {'on' if now else 'off'}"
            for number, now in sorted(self._private.items())
            if now != _FIRST.get(number, False)
        ]
        others = {
            "kitty's keys": self.kitty,
            "the keypad": self._keypad,
            f"the style {self._style}": self._style,
            f"the margins {self._margins}": self._margins,
        }
        return differing + [name for name, kept in others.items() if kept]
