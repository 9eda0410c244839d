"""Notices: whether the tenant is told that resources expire or run low, both types at once."""

from typing import ClassVar

from console.app.screens.sentences import SentenceScreen
from console.app.widgets.notice_board import NoticeBoard
from console.app.widgets.passage import Passage
from console.services.notice_configurations import NoticeConfiguration


class NoticeConfigurationScreen(SentenceScreen):
    """The notices as sentences, above the table that has every field of them."""

    PASSAGE: ClassVar[type[Passage]] = NoticeBoard

    def rows_were_loaded(self) -> None:
        """Say the notices that are loaded as sentences."""
        self.query_one(NoticeBoard).show(
            line.record for line in self.rows.lines if isinstance(line.record, NoticeConfiguration)
        )


SCREEN = NoticeConfigurationScreen
