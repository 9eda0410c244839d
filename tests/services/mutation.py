"""Bodies that no cloud should send: valid ones with something changed, other JSON, any bytes."""

import json
from typing import Final, cast

from hypothesis import strategies as st

from console.text import Json

Path = tuple[str | int, ...]

HOSTILE: Final = (
    "\x1b]52;c;cm0gLXJm\x07",
    "\x9b2J",
    "\u202egnp.exe",
    "[@click=app.quit]x[/]",
    "=HYPERLINK(1)",
    "\ud800",
    "a\r\nb\tc\x00\x7f",
    "",
    " ",
    "-1",
    "true",
    "2020-02-30 06:45:14",
    "e\u0301" * 50,
    "👩\u200d👩\u200d👧",
    "🇨🇳",
    "长" * 3_000,
)
"""Texts that a terminal, a spreadsheet or a reader of times could trip over."""

NUMBERS: Final = (
    0,
    -1,
    1,
    2**31,
    2**53 + 1,
    2**63,
    10**30,
    10**4_000,
    10**400,
    -(10**400),
    -0.5,
    1e308,
    -1e308,
    5e-324,
    99_999_999_999,
    253_402_300_800_000,
)
"""Numbers at the edges of what a count or a time may be."""

TEXTS: Final = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))
SCALARS: Final = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), TEXTS)


@st.composite
def nested(draw: st.DrawFn) -> Json:
    """Draw a value under lists and objects, now and then hundreds deep."""
    value = cast("Json", draw(SCALARS))
    for _ in range(draw(st.sampled_from((0, 1, 2, 3, 500)))):
        value = [value] if isinstance(value, dict) else {"x": value, "error_code": 1}
    return value


ANY_JSON: Final = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)

LITERALS: Final = (
    b"",
    b" \n",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b'""',
    b"NaN",
    b"-Infinity",
    b"1e400",
    b"9" * 5_000,
    b"[" * 100_000,
    b'{"a":' * 700 + b"1" + b"}" * 700,
    b"<html><title>Sign in</title><script>x</script></html>",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b'{"a":"\xed\xa0\xbd\xed\xb8\x80"}',
    b'{"a":1,"a":2}',
    b"\x1f\x8b\x08\x00",
)
"""Whole bodies that are strange in a way of their own."""

EDGES: Final = (
    *NUMBERS,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01",
    "9999-12-31 23:59:59",
)
"""Values at the edges of what a time or a count may be."""

RAW: Final = (b"NaN", b"1e400", b"-1e999", b"9" * 5_000, b"[" * 600 + b"]" * 600, b"\xff", b'"\\u"')
"""What is put in a value's place, byte for byte."""

_MARK: Final = "a value to be replaced"


def paths(value: Json, before: Path = ()) -> list[Path]:
    """Return the way to each value inside `value`."""
    items: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    found = []
    for key, inner in items:
        found += [(*before, key), *paths(inner, (*before, key))]
    return found


def _holder(document: Json, path: Path) -> tuple[dict[str, Json] | list[Json], str | int] | None:
    """Return what holds the value at `path`, and its key; None where it is there no more."""
    value = document
    for key in path[:-1]:
        if isinstance(value, dict) and key in value:
            value = value[str(key)]
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    key = path[-1]
    if isinstance(value, dict) and key in value:
        return value, key
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value, key
    return None


def _put(holder: dict[str, Json] | list[Json], key: str | int, value: Json) -> None:
    if isinstance(holder, dict):
        holder[str(key)] = value
    else:
        holder[int(key)] = value


@st.composite
def mutated(draw: st.DrawFn, sample: bytes) -> bytes:
    """Draw a valid body in which up to four things are not as they were."""
    document: Json = json.loads(sample)
    ways = paths(document)
    raw = b""
    for _ in range(draw(st.sampled_from((1, 1, 2, 4)))):
        found = _holder(document, draw(st.sampled_from(ways)))
        if found is None:
            continue
        holder, key = found
        match draw(st.integers(0, 9)):
            case 0:
                if isinstance(holder, dict):
                    del holder[str(key)]
                else:
                    del holder[int(key)]
            case 1 | 2 | 3:
                _put(holder, key, cast("Json", draw(st.sampled_from(EDGES))))
            case 4 | 5:
                _put(holder, key, cast("Json", draw(SCALARS)))
            case 6:
                _put(holder, key, draw(nested()))
            case 7 if isinstance(holder, dict):
                holder[draw(TEXTS)] = cast("Json", draw(SCALARS))
            case 8:
                raw = draw(st.sampled_from(RAW))
                _put(holder, key, _MARK)
            case _:
                inner = holder[str(key)] if isinstance(holder, dict) else holder[int(key)]
                _put(holder, key, [inner, inner])
    ascii_only = draw(st.booleans())
    written = json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    return written.replace(f'"{_MARK}"'.encode(), raw)


@st.composite
def torn(draw: st.DrawFn, sample: bytes) -> bytes:
    """Draw a valid body that was cut, or of which a few bytes are others."""
    body = bytearray(sample)
    if draw(st.booleans()):
        return bytes(body[: draw(st.integers(0, len(body)))])
    for place, byte in draw(
        st.lists(st.tuples(st.integers(0, len(body) - 1), st.integers(0, 255)), max_size=4)
    ):
        body[place] = byte
    return bytes(body)


def bodies(sample: bytes) -> st.SearchStrategy[bytes]:
    """Return bodies in the place of `sample`; most are close to it, where the traps are."""
    # The same strategy again would count once, so each is made anew.
    return st.one_of(
        *[mutated(sample) for _ in range(6)],
        torn(sample),
        ANY_JSON.map(lambda value: json.dumps(value).encode()),
        st.binary(max_size=40),
        st.sampled_from(LITERALS),
    )
