"""Where things stand in the text of a TOML file: the line of a key, the extent of a table.

tomllib and tomlkit tell no positions, so the lines are walked here. Of a file that can be read the
walk is exact; of a broken one it is as good as a reader's eye, which is enough to name a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


def loaded(text: str) -> tuple[dict[str, object] | None, str]:
    """Return what `text` says, or None and why it cannot be read."""
    import tomllib  # noqa: PLC0415 - a command that takes no profile from the file does not pay

    try:
        return tomllib.loads(text), ""
    except RecursionError:
        return None, "brackets are nested too deeply"
    except tomllib.TOMLDecodeError as error:
        return None, str(error)
    except ValueError:  # Python's own limit
        return None, "a number has too many digits"


# Possessive, so that a line of blanks, however long, is gone over once.
_KEY: Final = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_.\- \t])++"""
_HEADING: Final = re.compile(rf"[ \t]*+\[{{1,2}}(?P<key>{_KEY})\]{{1,2}}[^\n]*\n?")
_PAIR: Final = re.compile(rf"[ \t]*+(?P<key>{_KEY})=")
_LINE: Final = re.compile(r"[^\n]*\n?")
_PIECE: Final = re.compile(
    r""""{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}"""
    r"""|'{3}(?:[^']|'{1,2}(?!'))*'{3,5}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\#[^\n]*|[^"'\#\[\]{}\n]+|.""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A heading, or a key with its value.

    Attributes:
        path: the keys that lead to it from the top of the file.
        parts: how many of them its own line says.
        heading: whether it is a heading.
        text: its own key as it is written.
        key: where that begins.
        start: where its first line begins.
        end: where the line after it begins.
        line: the number of its first line, from 1.
    """

    path: tuple[str, ...]
    parts: int
    heading: bool
    text: str
    key: int
    start: int
    end: int
    line: int


def statements(text: str) -> Iterator[Statement]:
    """Give the headings and keys of `text` in their order; what is inside a value is none."""
    at, line, table = 0, 1, tuple[str, ...]()
    while at < len(text):
        end = at
        if found := _HEADING.match(text, at):
            end = found.end()
            table = _parts(found["key"])
            yield Statement(
                path=table,
                parts=len(table),
                heading=True,
                text=found["key"],
                key=found.start("key"),
                start=at,
                end=end,
                line=line,
            )
        elif found := _PAIR.match(text, at):
            end = _past_value(text, found.end())
            own = _parts(found["key"])
            yield Statement(
                path=table + own,
                parts=len(own),
                heading=False,
                text=found["key"],
                key=found.start("key"),
                start=at,
                end=end,
                line=line,
            )
        elif rest := _LINE.match(text, at):  # blank, a comment, or nothing that TOML knows
            end = rest.end()
        line += text.count("\n", at, end)
        at = end


def _parts(key: str) -> tuple[str, ...]:
    data, _ = loaded(f"{key} = 0")
    parts: list[str] = []
    inner: object = data
    while isinstance(inner, dict):
        ((part, inner),) = inner.items()
        parts.append(part)
    return tuple(parts) or (key.strip(),)


def _past_value(text: str, at: int) -> int:
    depth = 0
    while piece := _PIECE.match(text, at):
        at = piece.end()
        if piece[0] in "[{":
            depth += 1
        elif piece[0] in "]}":
            depth -= 1
        elif piece[0] == "\n" and depth <= 0:
            break
    return at


def line_of(text: str, path: tuple[str, ...]) -> int:
    """Return the line of what `path` leads to, or of the nearest table around it."""
    stand = [*statements(text)]
    for length in range(len(path), 0, -1):
        for each in stand:
            if each.path[:length] == path[:length]:
                return each.line
    return 1


_AT_LINE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_TWICE: Final = re.compile(r"Cannot declare \(.*\) twice")


def place(text: str, problem: str) -> str:
    """Return the line, the key and the trouble, from what `loaded` says of `text`."""
    at = _AT_LINE.search(problem)
    plain = problem[: at.start()] if at else problem
    if _TWICE.match(plain):
        plain = "the same table stands twice"
    elif plain == "Cannot overwrite a value":
        plain = "the same key stands twice"
    number = int(at[1]) if at and at[1] else 0
    last = None
    for each in statements(text):
        if number and each.line > number:
            break
        last = each
    line = number or (last.line if last else 1)
    key = f" key {last.text.strip()!r}:" if last else ""
    return f"line {line}:{key} {plain[:1].lower()}{plain[1:]}"
