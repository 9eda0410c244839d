"""Outside text made safe to show.

What comes from the cloud, a file or the environment may hold escape sequences, direction marks or
the first character of a spreadsheet formula. Each face has its own form of one rule, kept here; the
raw value stays with the record, for exports that must be exact.
"""

import json
import re
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A parsed JSON value."""

LONGEST_CELL: Final = 2_000
"""Characters of one value that a table cell may hold; a longer one is cut, and says so."""

# C0 but tab and newline, DEL, C1, bidi controls, line and paragraph separators, byte order mark,
# interlinear annotation, tag characters, lone surrogates.
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
    # A joiner with nothing before it; rich divides by the width of nothing.
    "|(?<![^\n])[\u200d]"
)
_BREAKS: Final = re.compile(r"\r\n|[\r\n\t\v\f]")
# Spreadsheets in East Asian locales take the wide forms too.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"<{code:02X}>" if code < 0x100 else f"<U+{code:04X}>"


def safe(value: str) -> str:
    """Return `value` with every control character made visible; newline and tab stay.

    C0 controls become the pictures at U+2400, C1 controls `<9B>`, direction marks `<U+202E>`,
    lone surrogates U+FFFD.
    """
    if value.isprintable():  # one pass in C; most values end here
        return value
    return _UNSAFE.sub(_visible, value)


def cell(value: str) -> str:
    """Return `value` safe and on one line, for a table cell or a message of one line."""
    if len(value) > LONGEST_CELL:
        value = f"{value[:LONGEST_CELL]}… ({len(value):,} characters)"
    if value.isprintable():
        return value
    return _UNSAFE.sub(_visible, _BREAKS.sub(" ", value))


def csv_cell(value: str) -> str:
    """Return `value` safe and inert in a spreadsheet.

    A value that a spreadsheet would take for a formula gets an apostrophe before it; a plain
    number stays one.
    """
    shown = safe(value)
    if value.startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{shown}"
    return shown


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def json_text(value: Json) -> str:
    r"""Return `value` as one line of JSON that is exact and holds no control character.

    Readable scripts stay readable; whatever a terminal could act on is written as `\uXXXX`, which
    any JSON reader turns back into the very same character.
    """
    written = _COMPACT.encode(value)
    if written.isprintable():
        return written
    return _UNSAFE.sub(_escaped, written)
