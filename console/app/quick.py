"""The quick filter: which of the loaded rows match a few words, while they are typed.

`word` must stand in one of the columns, whatever its case; `!word` in none of them. `column:word`
looks in one column, `/regex/` searches for a regular expression, and quotes keep words together.
All of it combines: `column:"two words" !column:/^a.*z$/`. A quote or slash that is still open ends
with the text. An expression that takes too long on the rows there are is given up.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from math import prod
from time import thread_time
from types import NoneType
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from console.app.table_column import TableColumn, texts, values
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


class Recorded(Protocol):
    """What holds a record: a line of the table."""

    @property
    def record(self) -> Record:
        """The row's record."""


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
        self._haystacks: _Haystacks = _Haystacks(self._columns, zone)
        if before and before.haystacks.are_of(self._columns, zone):
            self._haystacks = before.haystacks

    @property
    def haystacks(self) -> "_Haystacks":
        """What was made of the rows so far."""
        return self._haystacks

    def put(self, begin: int, end: int, records: Sequence[Record]) -> None:
        """Take `records` in the place of the rows from `begin` to `end`."""
        if all(isinstance(each, Column) for each in self._columns):
            self._haystacks.put(begin, end, records)
        else:  # what a screen computes may have another text now
            self._haystacks = _Haystacks(self._columns, self._zone)

    def narrows(self, before: "Quick") -> bool:
        """Tell whether what passes this one surely passed the one before, over the same columns."""
        return self._haystacks is before.haystacks and all(
            any(mine.narrows(theirs) for mine in self.terms) for theirs in before.terms
        )

    def matching(self, lines: Sequence[Recorded], indexes: Sequence[int]) -> list[int]:
        """Return those of `indexes`, ascending, whose lines match.

        Raises:
            QuickError: a regular expression takes too long.
        """
        found = list(indexes)
        for term in self.terms:
            if not found:
                break
            found = self._passing(term, lines, found)
        return found

    def _passing(self, term: Term, lines: Sequence[Recorded], found: list[int]) -> list[int]:
        stacks = self._haystacks
        if term.regex:
            numbers = range(len(self._columns)) if term.column is None else [term.column]
            return _searched(
                [stacks.cells(number, lines) for number in numbers], term.regex, term.but, found
            )
        word = term.text
        if term.column is not None:
            return _holding(stacks.folded(term.column, lines), word, term.but, found)
        may_be_time = _TIME.issuperset(word) and stacks.has_times
        if not may_be_time:
            return _holding(stacks.words(lines), word, term.but, found)
        words, times = stacks.words(lines), stacks.times(lines)
        return [n for n in found if (word in words[n] or word in times[n]) is not term.but]


def _holding(stack: Sequence[str], word: str, but: bool, found: list[int]) -> list[int]:  # noqa: FBT001 - private, and read where it is called
    if but:
        return [n for n in found if word not in stack[n]]
    return [n for n in found if word in stack[n]]


def _searched(
    columns: Sequence[Sequence[str]],
    regex: "Pattern[str]",
    but: bool,  # noqa: FBT001 - as in `_holding`
    found: list[int],
) -> list[int]:
    end = thread_time() + _SECONDS + _SECONDS_EACH * len(found) * len(columns)
    held = [_held({column[n] for n in found}, regex, end) for column in columns]
    pairs = list(zip(columns, held, strict=True))
    return [n for n in found if any(column[n] in texts for column, texts in pairs) is not but]


def _held(texts: set[str], regex: "Pattern[str]", end: float) -> set[str]:
    """Return those of `texts` in which there is a match.

    Raises:
        QuickError: that takes longer than until `end`, or much too long for one of them.
    """
    held = set()
    for text in texts:
        try:
            if regex.search(text, timeout=_SECONDS_FOR_ONE):
                held.add(text)
        except TimeoutError as error:
            raise _too_slow(regex) from error
        if thread_time() > end:
            raise _too_slow(regex)
    return held


def _too_slow(regex: "Pattern[str]") -> QuickError:
    return QuickError(
        f"/{cell(regex.pattern)}/ takes too long on these rows",
        hint="fewer + and * in one another make it faster",
    )


_Make: TypeAlias = Callable[[Sequence[Record]], list[str]]
"""Makes the texts of some rows."""


class _Haystacks:
    """The texts of rows, made as far as somebody looks into them, and kept for the next key."""

    def __init__(self, columns: Sequence[TableColumn], zone: tzinfo | None) -> None:
        self._columns = columns
        self._zone = zone
        self._kept: dict[object, tuple[list[str], _Make]] = {}
        self._of_times = [n for n, each in enumerate(columns) if _holds_times(each)]
        self.has_times = bool(self._of_times)

    def are_of(self, columns: Sequence[TableColumn], zone: tzinfo | None) -> bool:
        """Tell whether these are the texts of `columns`, with times in `zone`."""
        return self._columns == columns and self._zone is zone

    def put(self, begin: int, end: int, records: Sequence[Record]) -> None:
        """Take `records` in the place of the rows from `begin` to `end`."""
        for kept, make in self._kept.values():
            if len(kept) < end:
                del kept[begin:]  # the rest is made when it is looked for
            else:
                kept[begin:end] = make(records)

    def cells(self, number: int, lines: Sequence[Recorded]) -> Sequence[str]:
        """Return the texts of one column."""
        return self._grown(number, lines, lambda new: self._cells(number, new))

    def folded(self, number: int, lines: Sequence[Recorded]) -> Sequence[str]:
        """Return the texts of one column, case-folded."""
        return self._grown(
            ("folded", number),
            lines,
            lambda new: list(map(str.casefold, self._cells(number, new))),
        )

    def words(self, lines: Sequence[Recorded]) -> Sequence[str]:
        """Return one text for each row, case-folded: everything but times."""
        return self._grown("words", lines, self._joined_words)

    def times(self, lines: Sequence[Recorded]) -> Sequence[str]:
        """Return one text for each row: the columns of times."""
        return self._grown("times", lines, self._joined_times)

    def _grown(
        self,
        key: object,
        lines: Sequence[Recorded],
        make: "_Make",
    ) -> list[str]:
        kept, _ = self._kept.setdefault(key, ([], make))
        if len(kept) < len(lines):
            kept += make([line.record for line in lines[len(kept) :]])
        return kept

    def _cells(self, number: int, records: Sequence[Record]) -> list[str]:
        return list(map(cell, texts(self._columns[number], records, self._zone)))

    def _joined_words(self, records: Sequence[Record]) -> list[str]:
        return _joined(
            _texts_but_times(column, records)
            if number in self._of_times
            else texts(column, records, self._zone)
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
