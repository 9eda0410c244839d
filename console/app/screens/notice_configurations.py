"""Notices: whether the tenant is told that resources expire or run low, both types at once."""

from datetime import UTC, datetime
from typing import ClassVar

from console.app import notices
from console.app.screens.sentences import SentenceScreen
from console.app.summary import Summary
from console.app.widgets.notice_board import NoticeBoard
from console.app.widgets.passage import Passage
from console.client.client import Client
from console.library import fetch
from console.services.notice_configurations import NoticeConfiguration


class NoticeConfigurationScreen(SentenceScreen):
    """The notices as sentences, above the table that has every field of them."""

    PASSAGE: ClassVar[type[Passage]] = NoticeBoard

    def rows_were_loaded(self) -> None:
        """Say the notices that are loaded as sentences."""
        self.query_one(NoticeBoard).show(
            line.record for line in self.rows.lines if isinstance(line.record, NoticeConfiguration)
        )

    @classmethod
    async def summary(cls, client: Client, now: datetime) -> Summary:
        """Return how many notices are on, and which one is off.

        Raises:
            ConsoleError: the cloud refused, or could not be reached.
        """
        del now  # nothing here depends on the time
        found = await fetch(client, "notices")
        records = [each for each in found.records if isinstance(each, NoticeConfiguration)]
        fact, urgency = notices.most_urgent(records)
        on = sum(each.send_msg is True for each in records)
        at = found.fetched_at or datetime.now(UTC)
        return Summary(f"{on} of {len(records)} on", fact, urgency, at)


SCREEN = NoticeConfigurationScreen
