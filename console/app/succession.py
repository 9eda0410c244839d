"""Which rows of an answer are those of the answer before, and which ones are new.

Rows have the name that their record says; others are known by their content, and by which of equal
rows they are. Making names takes long, so that only those are named which an answer has changed:
what begins and what ends both answers alike is the same by that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, islice
from marshal import dumps
from typing import Final, TypeAlias

from console.app.slices import PIECE, Slices, pieces
from console.client.paging import Row

_MARSHAL_WITHOUT_REFERENCES: Final = 2
"""From version 3 on, the bytes of equal values may differ."""

_SAMPLE: Final = 64
"""Rows that are looked at to find a field that tells many of them apart."""

_ASKED: Final = 5 * PIECE
"""Rows that are asked for one field without a pause."""


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of the rows of before.

    Attributes:
        begin: as many rows at the beginning are the same.
        end: from this number on, the rows of before are the same.
        shift: how much further down those stand now.
        named: where rows of before are now that were found by name; None for one that is gone.
        new: the numbers of rows that were not there before.
    """

    begin: int
    end: int
    shift: int
    named: Mapping[int, int | None]
    new: Sequence[int]

    def followed(self, number: int) -> int | None:
        """Return where a row of before is now; None if it is gone."""
        if number in self.named:
            return self.named[number]
        return number if number < self.begin else number + self.shift


def succession(
    before: Sequence[Row], now: Sequence[Row], identity: Sequence[str]
) -> Slices[Succession | None]:
    """Compare two answers to the same question; None where they are equal.

    Args:
        before: the rows of before.
        now: the rows of now.
        identity: the fields that name a row, of which it may lack some or all.
    """
    most = min(len(before), len(now))
    begin = yield from _alike(zip(before, now, strict=False))
    if begin == len(before) == len(now):
        return None
    backwards = zip(reversed(before), reversed(now), strict=False)
    end = len(before) - (yield from _alike(islice(backwards, most - begin)))
    shift = len(now) - len(before)
    old = yield from _places(before, range(begin, end), identity)
    new = yield from _places(now, range(begin, end + shift), identity)
    # Of rows that have one name, the first is the first one of before, and so on: where there are
    # more or fewer of them than before, those behind take part in that.
    uneven = yield from _uneven(old, new)
    some = _first_of(uneven, (before, old), (now, new)) if end < len(before) else []
    behind = yield from _maybe(before, end, some, identity)
    others = yield from _places(before, behind, identity)
    for name, places in others.items():
        if name in uneven:
            old.setdefault(name, []).extend(places)
            new.setdefault(name, []).extend(place + shift for place in places)
    named, added = yield from _paired(old, new)
    return Succession(begin, end, shift, named, added)


_Places: TypeAlias = dict[str, list[int]]
"""The numbers of rows by their names."""


def _uneven(old: _Places, new: _Places) -> Slices[set[str]]:
    """Return the names that more or fewer rows have than before."""
    uneven: set[str] = set()
    for count, name in enumerate(chain(old, new), 1):
        if len(old.get(name, ())) != len(new.get(name, ())):
            uneven.add(name)
        if not count % PIECE:
            yield
    return uneven


def _first_of(names: Iterable[str], *answers: tuple[Sequence[Row], _Places]) -> list[Row]:
    """Return the first row that has each name, of every answer that has one."""
    return [rows[places[name][0]] for rows, places in answers for name in names if name in places]


def _paired(old: _Places, new: _Places) -> Slices[tuple[dict[int, int | None], list[int]]]:
    """Return where rows of before are now, and which are new; use both up, piece by piece."""
    named: dict[int, int | None] = {}
    added: list[int] = []
    while old:
        for name in [*islice(old, PIECE)]:
            were, are = old.pop(name), new.pop(name, [])
            named.update(zip(were, are, strict=False))
            named.update(dict.fromkeys(were[len(are) :]))
            added += are[len(were) :]
        yield
    while new:
        for name in [*islice(new, PIECE)]:
            added += new.pop(name)
        yield
    return named, added


def _alike(pairs: Iterator[tuple[Row, Row]]) -> Slices[int]:
    """Return how many pairs there are before the first whose rows differ."""
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
        if not count % PIECE:
            yield
    return count


def _places(
    rows: Sequence[Row], numbers: Iterable[int], identity: Sequence[str]
) -> Slices[_Places]:
    """Return the numbers of rows by their names."""
    places: _Places = {}
    for count, number in enumerate(numbers, 1):
        places.setdefault(name_of(rows[number], identity), []).append(number)
        if not count % PIECE:
            yield
    return places


def _maybe(
    rows: Sequence[Row], begin: int, some: Sequence[Row], identity: Sequence[str]
) -> Slices[list[int]]:
    """Return the numbers of rows from `begin` on that may have the name of one of `some`."""
    if not some:
        return []
    if identity:
        field = identity[0]
    else:
        sample = [*some[:_SAMPLE], *islice(rows, begin, begin + _SAMPLE)]
        fields = sorted({field for row in sample for field in row}) or [""]
        field = max(fields, key=lambda field: len({str(row.get(field)) for row in sample}))
    wanted = {str(row.get(field)) for row in some}
    found: list[int] = []
    for piece in pieces(begin, len(rows), _ASKED):
        values = (str(row.get(field)) for row in rows[piece])
        found += [number for number, value in enumerate(values, piece.start) if value in wanted]
        yield
    return found


def name_of(row: Row, identity: Sequence[str]) -> str:
    """Return the values that name a row, or a digest of its content where it has none."""
    named = [row.get(field) for field in identity]
    if any(named):
        return "\0".join(map(str, named))
    content = dumps(sorted(row.items()), _MARSHAL_WITHOUT_REFERENCES)
    return blake2b(content, digest_size=16).hexdigest()
