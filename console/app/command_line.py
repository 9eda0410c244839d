"""The command that lists what a screen shows: to be copied into a shell or a script."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from console.profiles import environment
from console.services.column import known
from console.services.listing import AnyListing
from console.text import cell, safe

_DEMO: Final = "demo"
"""The profile of the demo, which no other run can use."""

_SPECIAL: Final = {"\n": r"\n", "\t": r"\t", "\r": r"\r", "'": r"\'", "\\": r"\\"}

_EXTENT: Final = frozenset({"limit", "offset"})
"""Parameters that every listing has, under options that mean rows to write."""

_LOST: Final = re.compile("[\x00\ud800-\udfff]")
"""What no argument of a command can hold."""


class Equivalent(NamedTuple):
    """A command, and what is to be known of it.

    Attributes:
        text: the command, on one line, ready for a shell.
        notes: where it lists something else than the screen shows.
    """

    text: str
    notes: tuple[str, ...] = ()


def equivalent(
    name: str,
    listing: AnyListing,
    values: Mapping[str, Any],  # Any: each parameter has its own type
    *,
    profile: str = "",
    limit: int | None = None,
    offset: int = 0,
    everything: bool = False,
    columns: Sequence[str] = (),
    local: Sequence[str] = (),
    period: str = "",
    utc: bool = False,
) -> Equivalent:
    """Return the command that lists what a screen shows.

    Args:
        name: the listing's name.
        listing: what is listed.
        values: what the filter holds; what is no parameter of the operation is not sent.
        profile: the profile in use.
        limit: rows on the screen's page; None where there are no pages.
        offset: rows before them.
        everything: whether all rows are loaded.
        columns: columns chosen by name; none for the usual ones.
        local: filters that the console applies itself, in words.
        period: the time that rows are shown of, as it was typed; all rows of it are listed.
        utc: whether times and days are those of UTC, else those of this machine's zone.
    """
    sent = {key: value for key, value in values.items() if key in listing.query.model_fields}
    unsent = [key for key, value in values.items() if key not in sent and value is not None]
    own = [*local, *(key.replace("_", " ") for key in unsent)]
    fields = [each for each in columns if known(listing.record, each)]
    words = ["console", name]
    for key, value in sent.items():
        if key not in _EXTENT:
            words += _option(key, value)
    if period:
        words += ["--period", quoted(period), *["--utc"] * utc, "--all"]
    elif not listing.unwrap:
        words += _extent(limit, offset, everything=everything)
    if fields:
        words += ["--columns", quoted(",".join(fields))]
    if profile not in {"", _DEMO, environment.NAME}:
        words += ["--profile", quoted(profile)]
    text = " ".join(words)
    notes = {
        "without the columns {}": ", ".join(each for each in columns if each not in fields),
        "not part of it, as the console does it itself: {}": ", ".join(own),
        "the cloud of the {} ends with it; `console emulate --exports` runs one for commands": (
            profile if profile == _DEMO else ""
        ),
        "{} in it cannot stand in a command and was replaced": (
            "a character" if _LOST.search("".join(map(str, (*_texts(sent), profile)))) else ""
        ),
    }
    return Equivalent(text, tuple(cell(note.format(of)) for note, of in notes.items() if of))


def _extent(limit: int | None, offset: int, *, everything: bool) -> Iterator[str]:
    if everything:
        yield "--all"
        return
    if limit is not None:
        yield from ("--limit", str(limit))
    if offset:
        yield from ("--offset", str(offset))


def _option(name: str, value: object) -> Iterator[str]:
    flag = f"--{name.replace('_', '-')}"
    match value:
        case None:
            return
        case bool():
            yield flag if value else f"--no-{name.replace('_', '-')}"
        case list() | tuple():
            for each in value:
                yield from (flag, quoted(str(each)))
        case _:
            yield from (flag, quoted(str(value)))


def _texts(values: Mapping[str, object]) -> Iterator[object]:
    for value in values.values():
        if isinstance(value, list | tuple):
            yield from value
        else:
            yield value


def quoted(value: str) -> str:
    r"""Return `value` as one word of bash or zsh, on one line and without control characters.

    What a terminal could act on is written as `$'\x1b'`, which the shell turns back; NUL and lone
    surrogates, which no argument can hold, become U+FFFD.
    """
    value = _LOST.sub("\ufffd", value)
    if safe(value) == value and "\n" not in value and "\t" not in value:
        return shlex.quote(value)
    return f"$'{''.join(map(_escaped, value))}'"


def _escaped(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if safe(character) == character:
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
