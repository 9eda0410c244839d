"""The rule matrix: each event's rule as a sentence, the project's and the tenant's side by side."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from textual.content import Content

from console.app.rules import SCOPES, Difference, Event, Scope, events, sentence
from console.app.tones import MUTED
from console.app.widgets.passage import GAP, Passage, in_columns
from console.services.check_notifications import CheckNotification
from console.text import cell

_SIDE_BY_SIDE: Final = 100
"""Cells from which the scopes have columns of their own; below, they stand under each other."""

_WIDEST_TITLE: Final = 24

_TITLES: Final[dict[Scope, str]] = {"project": "Project", "tenant": "Tenant"}

_DIFFERS: Final = "\u2260"
_SAME: Final = "="


class RuleMatrix(Passage):
    """The rules of all events as sentences; what differs is said, and marked by a sign."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._events: list[Event] = []
        self._beside = ""

    def show(self, records: Iterable[CheckNotification], beside: str = "") -> None:
        """Show the rules in `records`.

        Args:
            records: what the cloud said, in both scopes or one.
            beside: a sentence of our own to say with them; empty for none.
        """
        self._events = events(records)
        self._beside = beside
        self.tell()

    def lines(self, width: int) -> list[Content]:
        """Return the lines for a width in cells."""
        if not self._events:
            return []
        beside = Content.styled(f"! {self._beside}", "bold $text-warning") if self._beside else None
        return [*(beside.wrap(width) if beside else ()), *self._matrix(width)]

    def _matrix(self, width: int) -> Iterator[Content]:
        scopes = [each for each in SCOPES if any(each in event.rules for event in self._events)]
        if len(scopes) == 1:
            if not self._beside:
                yield Content.styled(f"{_TITLES[scopes[0]]}'s rules alone", "bold underline")
            yield from _alone(self._events, scopes[0], width)
        elif width >= _SIDE_BY_SIDE:
            yield from _side_by_side(self._events, width, roomy=self.roomy)
        else:
            for event in self._events:
                yield from _stacked(event, width)


def _alone(every: Sequence[Event], scope: Scope, width: int) -> Iterator[Content]:
    """Yield each event's sentence behind its title; there is nothing to compare it with."""
    for event in every:
        title = Content.styled(cell(event.title), "bold")
        said = Content(": ").join([title, _sentence(event.rules[scope], ())])
        yield from said.wrap(width)


def _side_by_side(every: Sequence[Event], width: int, *, roomy: bool) -> Iterator[Content]:
    """Yield the scopes in columns of their own, what differs below both."""
    title_cells = min(_WIDEST_TITLE, max(Content(cell(each.title)).cell_length for each in every))
    room = (width - title_cells - GAP * len(SCOPES)) // len(SCOPES)
    widths = [title_cells, *(room for _ in SCOPES)]
    heads = [Content.styled(_TITLES[scope], "bold underline") for scope in SCOPES]
    yield from in_columns([Content(""), *heads], widths)
    for number, event in enumerate(every):
        if number and roomy:
            yield Content("")
        found = event.differences()
        title = Content.styled(cell(event.title), "bold")
        cells = [_sentence(event.rules[scope], found) for scope in SCOPES]
        yield from in_columns([title, *cells], widths)
        indent = Content(" " * (title_cells + GAP))
        for line in _verdict(found).wrap(width - len(indent)):
            yield Content("").join([indent, line])


def _stacked(event: Event, width: int) -> Iterator[Content]:
    """Yield an event's title with what differs, then each scope's sentence below it."""
    found = event.differences()
    title = Content.styled(cell(event.title), "bold")
    yield from Content("  ").join([title, _verdict(found)]).wrap(width)
    label_cells = max(len(scope) for scope in SCOPES) + GAP
    for scope in SCOPES:
        label = Content.styled(f"{' ' * GAP}{scope}", MUTED)
        said = _sentence(event.rules[scope], found)
        yield from in_columns([label, said], [label_cells, width - label_cells - GAP])


def _sentence(rule: CheckNotification | None, found: Sequence[Difference]) -> Content:
    """Return a rule's sentence; the parts that differ stand out."""
    return Content("").join(
        Content.styled(cell(part.text), "bold" if any(each.is_in(part) for each in found) else "")
        for part in sentence(rule)
    )


def _verdict(found: Sequence[Difference]) -> Content:
    if not found:
        return Content.styled(f"{_SAME} the same in both", MUTED)
    words = "; ".join(cell(each.words) for each in found)
    return Content.styled(f"{_DIFFERS} {words}", "$text-warning")
