"""The quick filter: which of the loaded rows match a few words, while they are typed.

`word` must stand in one of the columns, whatever its case; `!word` in none of them. `column:word`
looks in one column, `/regex/` searches for a regular expression, and quotes keep words together.
All of it combines: `column:"two words" !column:/^a.*z$/`. A quote or slash that is still open ends
with the text. An expression that takes too long on the rows there are is given up.
"""

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import prod
from time import thread_time
from types import NoneType
from typing import TYPE_CHECKING, Final, TypeAlias

from console.app.slices import Slices, pieces
from console.app.table_column import Recorded, TableColumn, texts, values
from console.errors import ConsoleError, Exit
from console.services.column import Column
from console.services.model import Record
from console.text import cell

if TYPE_CHECKING:
    from regex import Pattern

_TERM: Final = re.compile(
    r"""(?P<but>!)?
        (?:(?P<column>[^\W\d][\w.]*):)?
        (?:/(?P<regex>(?:\\.|[^\\/]|/(?!\s|$))*)(?:/|\\?$)
          |"(?P<quoted>[^"]*)(?:"|$)
          |(?P<word>\S*))""",
    re.VERBOSE,
)
_TIME: Final = frozenset("0123456789-: +")
"""Characters that the text of a time may hold; a word with another one is in none."""

_TIMELESS: Final = frozenset({str, int, float, bool, NoneType})
"""Types of values whose text is the same in every zone."""

_BETWEEN: Final = "\u241e"
"""Stands between the cells of a row that is searched as one text; it is printable."""

_LONGEST: Final = 200
"""Characters of a regular expression."""
_MOST_GROUPS: Final = 12
"""Groups; where they stand in one another, each may double the time that compiling takes."""
_COUNTS: Final = re.compile(r"\{(\d+,?\d*|,\d+)\}")
_MOST_REPEATS: Final = 100_000
"""What counted repeats may come to when they stand in one another, as they do when compiled."""

_SECONDS_FOR_ONE: Final = 0.05
"""How long an expression may search one text; a text takes microseconds."""
_SECONDS: Final = 0.1
_SECONDS_EACH: Final = 5e-6
"""How long it may search all of them, and for each of them in addition."""


class QuickError(ConsoleError):
    """The quick filter's text cannot be understood."""

    title = "Not a filter"
    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Attributes:
        text: what to look for, case-folded; a regular expression as it was written.
        but: whether it must not be found.
        column: where to look, as an index of the columns; None for all of them.
        regex: the compiled expression; None for a word.
    """

    text: str
    but: bool
    column: int | None
    regex: "Pattern[str] | None" = None

    def narrows(self, other: "Term") -> bool:
        """Tell whether what passes this one surely passes the other."""
        if self == other:
            return True
        if self.regex or other.regex or self.but != other.but:
            return False
        if self.but:
            return self.text in other.text and self.column in {None, other.column}
        return other.text in self.text and other.column in {None, self.column}


class Quick:
    """A compiled quick filter.

    Args:
        text: what was typed.
        columns: where to look.
        zone: the zone in which times are shown.
        before: the filter that was there before; what it made of the rows is used again.

    Attributes:
        terms: the conditions.
        haystacks: what was made of the rows so far.

    Raises:
        QuickError: there is no such column, or a regular expression is none, or too large a one.
    """

    def __init__(
        self,
        text: str,
        columns: Sequence[TableColumn],
        zone: tzinfo | None,
        before: "Quick | None" = None,
    ) -> None:
        self._columns = tuple(columns)
        self._zone = zone
        self.terms = tuple(_terms(text, self._columns))
        self.haystacks: _Haystacks = _Haystacks(self._columns, zone)
        if before:
            self.haystacks = before.haystacks.of(self._columns, zone)
        self._searches = {term: _Search(term.regex) for term in self.terms if term.regex}

    def put(self, begin: int, end: int, records: Sequence[Record]) -> "Slices[Quick]":
        """Return the same filter with `records` in the place of the rows from `begin` to `end`."""
        other = copy(self)
        if all(isinstance(each, Column) for each in self._columns):
            other.haystacks = yield from self.haystacks.put(begin, end, records)
        else:  # what a screen computes may have another text now
            other.haystacks = _Haystacks(self._columns, self._zone)
        return other

    def narrows(self, before: "Quick") -> bool:
        """Tell whether what passes this one surely passed the one before, over the same columns."""
        return self.haystacks is before.haystacks and all(
            any(mine.narrows(theirs) for mine in self.terms) for theirs in before.terms
        )

    def matching(self, lines: Sequence[Recorded], indexes: Sequence[int]) -> list[int]:
        """Return those of `indexes`, ascending, whose lines match.

        Texts are made of the lines up to the last one of `indexes`, and kept.

        Raises:
            QuickError: a regular expression takes too long.
        """
        found = list(indexes)
        upto = found[-1] + 1 if found else 0
        for term in self.terms:
            if not found:
                break
            found = self._passing(term, lines, upto, found)
        return found

    def _passing(
        self, term: Term, lines: Sequence[Recorded], upto: int, found: list[int]
    ) -> list[int]:
        stacks = self.haystacks
        if term.regex:
            numbers = range(len(self._columns)) if term.column is None else [term.column]
            columns = [stacks.cells(number, lines, upto) for number in numbers]
            held = self._searches[term].held_in(columns, found)
            return [n for n in found if (n in held) is not term.but]
        word = term.text
        if term.column is not None:
            return _holding(stacks.folded(term.column, lines, upto), word, term.but, found)
        may_be_time = _TIME.issuperset(word) and stacks.has_times
        if not may_be_time:
            return _holding(stacks.words(lines, upto), word, term.but, found)
        words, times = stacks.words(lines, upto), stacks.times(lines, upto)
        return [n for n in found if (word in words[n] or word in times[n]) is not term.but]


def _holding(stack: Sequence[str], word: str, but: bool, found: list[int]) -> list[int]:  # noqa: FBT001 - private, and read where it is called
    if but:
        return [n for n in found if word not in stack[n]]
    return [n for n in found if word in stack[n]]


class _Search:
    """Looks for a regular expression, once in each text, and not for long."""

    def __init__(self, regex: "Pattern[str]") -> None:
        self._regex = regex
        self._known: dict[str, bool] = {}
        self._left = _SECONDS

    def held_in(self, columns: Sequence[Sequence[str]], found: Sequence[int]) -> set[int]:
        """Return those rows of `found` where a text of one of the columns matches.

        Raises:
            QuickError: that takes too long.
        """
        self._left += _SECONDS_EACH * len(found) * len(columns)
        held: set[int] = set()
        for column in columns:
            self._look({column[n] for n in found}.difference(self._known))
            held.update(n for n in found if self._known[column[n]])
        return held

    def _look(self, texts: set[str]) -> None:
        began = thread_time()
        for text in texts:
            try:
                self._known[text] = bool(self._regex.search(text, timeout=_SECONDS_FOR_ONE))
            except TimeoutError as error:
                raise _too_slow(self._regex) from error
            if thread_time() - began > self._left:
                raise _too_slow(self._regex)
        self._left -= thread_time() - began


def _too_slow(regex: "Pattern[str]") -> QuickError:
    return QuickError(
        f"/{cell(regex.pattern)}/ takes too long on these rows",
        hint="fewer + and * in one another make it faster",
    )


_Key: TypeAlias = int | str | tuple[str, int]
"""Of what there are texts: a column's number, all words, all times, a column case-folded."""

_WORDS: Final = "words"
_TIMES: Final = "times"


class _Haystacks:
    """The texts of rows, made as far as somebody looks into them, and kept for the next key."""

    def __init__(self, columns: Sequence[TableColumn], zone: tzinfo | None) -> None:
        self._columns = columns
        self._zone = zone
        self.kept: dict[_Key, list[str]] = {}
        self._of_times = [n for n, each in enumerate(columns) if _holds_times(each)]
        self.has_times = bool(self._of_times)
        self._tells_no_other_time = True  # whether nothing else would differ in another zone

    def of(self, columns: Sequence[TableColumn], zone: tzinfo | None) -> "_Haystacks":
        """Return the texts of `columns` with times in `zone`, as far as they are these."""
        if self._columns != columns:
            return _Haystacks(columns, zone)
        if self._zone is zone:
            return self
        other = _Haystacks(columns, zone)
        if self._tells_no_other_time and all(isinstance(each, Column) for each in columns):
            words = {_WORDS, *range(len(columns))}.difference(self._of_times)
            other.kept = {key: kept for key, kept in self.kept.items() if key in words}
        return other

    def put(self, begin: int, end: int, records: Sequence[Record]) -> "Slices[_Haystacks]":
        """Return these with `records` in the place of the rows from `begin` to `end`."""
        other = _Haystacks(self._columns, self._zone)
        for key, kept in self.kept.items():
            if len(kept) < end:  # the rest is made when it is looked for
                other.kept[key] = kept[:begin]
                continue
            new: list[str] = []
            for piece in pieces(0, len(records)):
                new += self._made(key, records[piece])
                yield
            other.kept[key] = [*kept[:begin], *new, *kept[end:]]
        return other

    def cells(self, number: int, lines: Sequence[Recorded], upto: int) -> Sequence[str]:
        """Return the texts of one column, at least `upto` a line."""
        return self._grown(number, lines, upto)

    def folded(self, number: int, lines: Sequence[Recorded], upto: int) -> Sequence[str]:
        """Return the texts of one column, case-folded."""
        return self._grown(("folded", number), lines, upto)

    def words(self, lines: Sequence[Recorded], upto: int) -> Sequence[str]:
        """Return one text for each row, case-folded: everything but times."""
        return self._grown(_WORDS, lines, upto)

    def times(self, lines: Sequence[Recorded], upto: int) -> Sequence[str]:
        """Return one text for each row: the columns of times."""
        return self._grown(_TIMES, lines, upto)

    def _grown(self, key: _Key, lines: Sequence[Recorded], upto: int) -> list[str]:
        kept = self.kept.setdefault(key, [])
        if len(kept) < upto:
            kept += self._made(key, [line.record for line in lines[len(kept) : upto]])
        return kept

    def _made(self, key: _Key, records: Sequence[Record]) -> list[str]:
        match key:
            case int():
                return self._cells(key, records)
            case (_, int(number)):
                return list(map(str.casefold, self._cells(number, records)))
            case _ if key == _TIMES:
                return self._joined_times(records)
        return self._joined_words(records)

    def _cells(self, number: int, records: Sequence[Record]) -> list[str]:
        return list(map(cell, self._texts(number, records)))

    def _texts(self, number: int, records: Sequence[Record]) -> list[str]:
        column = self._columns[number]
        if number not in self._of_times:  # a list or a record may hold times too
            self._tells_no_other_time &= set(map(type, values(column, records))) <= _TIMELESS
        return texts(column, records, self._zone)

    def _joined_words(self, records: Sequence[Record]) -> list[str]:
        return _joined(
            _texts_but_times(column, records)
            if number in self._of_times
            else self._texts(number, records)
            for number, column in enumerate(self._columns)
        )

    def _joined_times(self, records: Sequence[Record]) -> list[str]:
        return _joined(texts(self._columns[n], records, self._zone) for n in self._of_times)


def _holds_times(column: TableColumn) -> bool:
    """Tell whether the text of a time in a column is digits; a computed one may write words."""
    return column.is_time and isinstance(column, Column)


def _texts_but_times(column: TableColumn, records: Sequence[Record]) -> list[str]:
    """Return the texts of values that could not be read as times, and nothing for the others."""
    found = values(column, records)
    if set(map(type, found)) <= {datetime, NoneType}:
        return [""] * len(found)
    return ["" if isinstance(each, datetime | NoneType) else str(each) for each in found]


def _joined(columns: Iterable[list[str]]) -> list[str]:
    """Return one text for each row, case-folded and as safe as a cell."""
    joined = map(_BETWEEN.join, zip(*columns, strict=True))
    return [
        (text if text.isprintable() else _BETWEEN.join(map(cell, text.split(_BETWEEN)))).casefold()
        for text in joined
    ]


def _terms(text: str, columns: Sequence[TableColumn]) -> list[Term]:
    terms: list[Term] = []
    place = 0
    while place < len(text):
        found = _TERM.match(text, place)
        if found is None or found.end() == place:
            place += 1
            continue
        place = found.end()
        name, regex = found["column"], found["regex"]
        word = found["quoted"] or found["word"] or ""
        if not regex and not word:
            continue  # not typed yet
        column = _column(name, columns) if name else None
        compiled = _compiled(regex) if regex else None
        terms.append(Term(regex or word.casefold(), bool(found["but"]), column, compiled))
    return terms


def _compiled(expression: str) -> "Pattern[str]":
    """Compile an expression with a library that can be told how long a search may take."""
    import regex  # noqa: PLC0415 - seldom typed

    if _is_too_large(expression):
        raise QuickError(f"/{cell(expression)}/ is too large an expression")
    try:
        return regex.compile(expression, regex.IGNORECASE)
    except regex.error as error:
        raise QuickError(f"/{cell(expression)}/ is no regular expression: {error}") from error


def _is_too_large(expression: str) -> bool:
    """Tell whether it may take long to compile an expression, which cannot be given up."""
    if len(expression) > _LONGEST:
        return True
    counts = [found.split(",") for found in _COUNTS.findall(expression)]
    repeats = prod(max(1, *(int(count) for count in each if count)) for each in counts)
    return repeats > _MOST_REPEATS or expression.count("(") > _MOST_GROUPS


def _column(name: str, columns: Sequence[TableColumn]) -> int:
    """Return the number of the column that `name` names, in full or by its beginning."""
    wanted = name.casefold()
    known = [{each.name.casefold(), each.title.casefold()} for each in columns]
    for number, names in enumerate(known):
        if wanted in names:
            return number
    begun = [n for n, names in enumerate(known) if any(each.startswith(wanted) for each in names)]
    if len(begun) == 1:
        return begun[0]
    shown = ", ".join(cell(each.name) for each in columns)
    if begun:
        among = ", ".join(cell(columns[number].name) for number in begun)
        raise QuickError(f"{cell(name)}: may be {among}")
    raise QuickError(
        f"no column is called {cell(name)}; there are {shown}",
        hint=f'quotes make it a word: "{cell(name)}:…"',
    )
