"""What the writers wrote, and which of its characters a terminal could act on."""

import contextlib
import io
import unicodedata
from collections.abc import Sequence
from datetime import UTC
from typing import Final

from console.cli.output import writer
from console.client.paging import Row
from console.services.column import Column
from console.services.listing import AnyListing

_BIDI: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_MARKS: Final = frozenset("\u061c\u200e\u200f\u2028\u2029\ufeff")


def harmful(text: str, *, allowed: str = "\n") -> set[str]:
    """Return the characters of `text` that a terminal could act on, `allowed` ones aside.

    Told by Unicode's own tables: controls, surrogates, and what turns the direction of writing.
    """
    return {
        character
        for character in set(text)
        if character not in allowed
        and (
            unicodedata.category(character) in {"Cc", "Cs"}
            or unicodedata.bidirectional(character) in _BIDI
            or character in _MARKS
        )
    }


class _Terminal(io.TextIOWrapper):
    """An output that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def written(
    form: str,
    listing: AnyListing,
    rows: Sequence[Row],
    *,
    columns: Sequence[Column] | None = None,
    terminal: bool = False,
) -> str:
    """Return what the writer of a format writes for `rows`."""
    kept = io.BytesIO()
    kind = _Terminal if terminal else io.TextIOWrapper
    with kind(kept) as out, contextlib.redirect_stdout(out):
        into = writer(form, listing, columns, UTC)
        if rows:
            into.page(rows)
        into.end()
        return kept.getvalue().decode()
