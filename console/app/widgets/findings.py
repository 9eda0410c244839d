"""The findings: what changed, and for whom, in one sentence, as bars over time and as tallies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize

from console.app.glyphs import EIGHTHS, Glyphs
from console.app.tallies import Kind
from console.app.tones import MUTED
from console.app.widgets.cell_text import one_line, padded, shortened
from console.app.widgets.histogram import Histogram, Picture
from console.app.widgets.line import Line
from console.app.widgets.tally import Ranking, Tally

_BETWEEN: Final = " · "

_WIDE: Final = 110
"""Cells from which on bars and tallies stand side by side."""

_WHOM: Final = 1.6 / 2.6
"""The share of the width that the tallies have beside the bars."""

_SHORT: Final = 18
"""Lines of the terminal below which the sentence stands alone."""

_TINY: Final = 12
"""Lines of the terminal below which the table has all the room."""

_LEAST_PART: Final = 20
"""Cells that a part of a sentence needs to be cut rather than left out."""

_LEAST_TALLY: Final = 22
"""Cells that a tally gets."""


@dataclass(frozen=True)
class Finding:
    """What is found in the loaded rows.

    Attributes:
        sentence: what changed, in parts, the most telling first; outside text is still raw.
        extents: of which rows all this is, at length and in short; empty where it is of all.
        picture: the bars; None while there is no row with a time.
        rankings: a list for each kind that the rows have, by the kind's name.
        is_found: whether the quick filter lets any row through.
        awaited: whether rows are asked for and none has come: everything keeps its place.
    """

    sentence: Sequence[str] = ()
    extents: Sequence[str] = ()
    picture: Picture | None = None
    rankings: Mapping[str, Ranking] = field(default_factory=dict)
    is_found: bool = True
    awaited: bool = False


class Headline(Line):
    """A sentence in parts, as many as fit; what it is said of stands at the right."""

    DEFAULT_CSS = """
    Headline {
        padding: 0 1;
    }
    """

    def tell(self, parts: Sequence[str], extents: Sequence[str]) -> None:
        """Say `parts`, and of what; the last one that fits in part is cut."""
        self.show(_headline(parts, extents, self.content_size.width))


def _headline(parts: Sequence[str], extents: Sequence[str], width: int) -> Content:
    said = Content("")
    whole = Content(_BETWEEN.join(map(one_line, parts))).cell_length
    fitting = [each for each in extents if whole + 2 + Content(each).cell_length <= width]
    extent = fitting[:1] or extents[-1:]
    tail = Content.styled("".join(extent), MUTED)
    room = width - (tail.cell_length + 2 if extent else 0)
    for at, part in enumerate(parts):
        more = Content.styled(one_line(part), "bold" if at == 0 else "")
        longer = Content.assemble(said, _BETWEEN, more) if at else more
        if at and longer.cell_length > room and room - said.cell_length < _LEAST_PART:
            break
        said = longer
    if not extent:
        return said
    return Content.assemble(padded(shortened(said, room), room), "  ", tail)


class Findings(Vertical):
    """The sentence, and below it bars, tallies, or both where there is room."""

    DEFAULT_CSS = """
    Findings {
        height: auto;
    }
    Findings #figures { height: auto; display: none; }
    Findings.-found #figures { display: block; }
    Findings #whom { display: none; height: auto; width: 1fr; }
    Findings.-whom #whom { display: block; }
    Findings.-whom Histogram { display: none; }
    Findings.-wide #whom { display: block; width: 1.6fr; padding: 0 1 0 0; }
    Findings.-wide Histogram { display: block; height: 6; padding: 0 0 0 1; }
    Findings.-folded #figures, Findings.-short #figures { display: none; }
    Findings.-tiny { display: none; }
    """

    def __init__(self, kinds: Sequence[Kind], signs: Glyphs = EIGHTHS) -> None:
        super().__init__()
        self.kinds = tuple(kinds)
        self._signs = signs
        self._finding = Finding()

    def compose(self) -> ComposeResult:
        """Compose sentence, bars and tallies."""
        yield Headline()
        with Horizontal(id="figures"):
            yield Histogram(self._signs)
            with Horizontal(id="whom"):
                for kind in self.kinds:
                    yield Tally(kind, self._signs, id=f"tally-{kind.name}")

    @property
    def histogram(self) -> Histogram:
        """The bars."""
        return self.query_one(Histogram)

    @property
    def finding(self) -> Finding:
        """What is shown."""
        return self._finding

    def show(self, finding: Finding) -> None:
        """Show what was found; paint only what differs."""
        self._finding = finding
        self.histogram.show(finding.picture)
        for tally in self.query(Tally):
            tally.show(finding.rankings.get(tally.kind.name, Ranking()))
        self._arrange()
        self._say()

    def on_resize(self, _: Resize) -> None:
        """Show as much as there is room for."""
        self.fit()

    def fit(self) -> None:
        """Show as much as there is room for; the screen says when, as a hidden one is not told."""
        self._arrange()
        self._say()

    def _arrange(self) -> None:
        """Choose what there is room for."""
        width = self.size.width
        height = self.app.size.height
        self.set_class(width >= _WIDE, "-wide")
        self.set_class(height < _SHORT, "-short")
        self.set_class(height < _TINY, "-tiny")
        if self._finding.awaited:
            return
        self.set_class(bool(self._finding.rankings), "-found")
        whom = width * _WHOM if width >= _WIDE else width
        room = int(whom // _LEAST_TALLY)
        for tally in self.query(Tally):
            has = tally.kind.name in self._finding.rankings and room > 0
            room -= has
            if tally.display != has:
                tally.display = has

    @on(Histogram.Pointed)
    @on(Tally.Pointed)
    def _take_pointed(self, message: Histogram.Pointed | Tally.Pointed) -> None:
        message.stop()
        self._say()

    def _say(self) -> None:
        """Say what the cursor is on; else what changed."""
        tallies = (words for tally in self.query(Tally) for words in tally.pointed)
        said = [self.histogram.pointed, *tallies]
        pointed = [words for words in said if words]
        finding = self._finding
        self.query_one(Headline).tell(pointed or finding.sentence, finding.extents)

    def look_at_bars(self) -> bool:
        """Go to the bars; tell whether there are any, and room for them."""
        self.remove_class("-whom", "-folded")
        finding = self._finding
        if not (finding.rankings and finding.is_found) or self.has_class("-short"):
            return False
        self.histogram.focus()
        return True

    def look_at_whom(self) -> bool:
        """Go to the first tally; tell whether there is one, and room for it."""
        self.remove_class("-folded")
        if self.has_class("-short"):
            return False
        self.add_class("-whom")
        self._arrange()
        first = next((tally for tally in self.query(Tally) if tally.display), None)
        if first is None:
            self.remove_class("-whom")
            return False
        first.focus()
        return True

    def look_away(self) -> None:
        """Show the bars where only one of both has room."""
        self.remove_class("-whom")

    def fold(self) -> bool:
        """Leave the sentence alone, or show the rest again; tell whether it is alone."""
        self.toggle_class("-folded")
        return self.has_class("-folded")
