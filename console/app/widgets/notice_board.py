"""The notice board: each notice as a sentence, with its properties below."""

from collections.abc import Iterable, Iterator
from typing import Final

from textual.content import Content

from console.app import notices
from console.app.widgets.passage import GAP, Passage, in_columns
from console.services.notice_configurations import NoticeConfiguration

_SIDE_BY_SIDE: Final = 100
"""Cells from which two notices stand side by side; below, one under the other."""

_INDENT: Final = "  "

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
            return [line for each in self._notices for line in _block(each, width)]
        room = (width - GAP) // 2
        blocks = [Content("\n").join(_block(each, room)) for each in self._notices]
        return list(in_columns(blocks, [room, room]))


def _block(notice: NoticeConfiguration, width: int) -> Iterator[Content]:
    style = _STYLES.get(notice.send_msg if isinstance(notice.send_msg, bool) else None, "")
    head = Content.assemble((notices.title(notice), "bold"), ": ", (notices.sms(notice), style))
    how, lines = notices.properties(notice)
    if len(lines) == 1:
        yield from Content.assemble(head, "; properties: ", lines[0]).wrap(width)
        return
    yield from Content.assemble(head, f"; properties: {how}").wrap(width)
    for line in lines:
        indent = _INDENT + line[: len(line) - len(line.lstrip(" "))]
        for piece in Content(line.lstrip(" ")).wrap(max(2, width - len(indent))):
            yield Content("").join([Content(indent), piece])
