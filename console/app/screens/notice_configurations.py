"""Notices: whether the tenant is told that resources expire or run low, both types at once."""

from datetime import UTC, datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from console.app import notices
from console.app.screens.service import ServiceScreen
from console.app.summary import Summary
from console.app.widgets.notice_board import NoticeBoard
from console.client.client import Client
from console.library import fetch
from console.services.notice_configurations import NoticeConfiguration


class NoticeConfigurationScreen(ServiceScreen):
    """The notices as sentences, above the table that has every field of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "e",
            "sentences",
            "Sentences",
            id="notices.sentences",
            show=False,
            tooltip="the sentences, or more room for the table",
        ),
    ]

    def compose_above(self) -> ComposeResult:
        """Compose the board."""
        yield NoticeBoard()

    def rows_were_loaded(self) -> None:
        """Say the notices that are loaded as sentences."""
        self.query_one(NoticeBoard).show(
            line.record for line in self.rows.lines if isinstance(line.record, NoticeConfiguration)
        )

    def action_sentences(self) -> None:
        """Leave the room to the table, or take it back."""
        self.query_one(NoticeBoard).fold()

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
