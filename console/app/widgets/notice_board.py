"""The notice board: each notice as a sentence, with its properties below."""

from collections.abc import Iterable, Iterator
from typing import Final

from textual.content import Content

from console.app import notices
from console.app.tones import MUTED
from console.app.widgets.passage import GAP, Passage, in_columns
from console.services.notice_configurations import NoticeConfiguration

_SIDE_BY_SIDE: Final = 100
"""Cells from which two notices stand side by side; below, one under the other."""

_INDENT: Final = "  "

_FEW: Final = 6
_MANY: Final = 24
"""Lines of one notice's properties, on a low terminal and a high one, so that no notice hides the
next."""

_STYLES: Final = {True: "$text-success", False: "bold $text-warning", None: "bold $text-warning"}


class NoticeBoard(Passage):
    """What the tenant is told of, in sentences."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._notices: list[NoticeConfiguration] = []

    def show(self, found: Iterable[NoticeConfiguration]) -> None:
        """Show these notices."""
        self._notices = list(found)
        self.tell()

    def lines(self, width: int) -> list[Content]:
        """Return the lines for a width in cells."""
        if not self._notices:
            return []
        if width < _SIDE_BY_SIDE or len(self._notices) != 2:
            return [line for each in self._notices for line in self._block(each, width)]
        room = (width - GAP) // 2
        blocks = [Content("\n").join(self._block(each, room)) for each in self._notices]
        return list(in_columns(blocks, [room, room]))

    def _block(self, notice: NoticeConfiguration, width: int) -> Iterator[Content]:
        known = notice.send_msg if isinstance(notice.send_msg, bool) else None
        said = (notices.sms(notice), _STYLES[known])
        head = Content.assemble((notices.title(notice), "bold"), ": ", said)
        how, lines = notices.properties(notice)
        if len(lines) == 1:
            how, lines = lines[0], []
        said_of = f"; properties: {how}" if how else "; properties:"
        yield from self._shortened(Content.assemble(head, said_of).wrap(width))
        yield from self._shortened([piece for line in lines for piece in _indented(line, width)])

    def _shortened(self, lines: list[Content]) -> list[Content]:
        most = _MANY if self.roomy else _FEW
        if len(lines) <= most:
            return lines
        more = f"{_INDENT}\u2026 {len(lines) - most:,} more lines; enter shows the record in full"
        return [*lines[:most], Content.styled(more, MUTED)]


def _indented(line: str, width: int) -> Iterator[Content]:
    text = line.lstrip(" ")
    indent = _INDENT + line[: len(line) - len(text)]
    for piece in Content(text).wrap(max(2, width - len(indent))):
        yield Content("").join([Content(indent[: max(0, width - 2)]), piece])
