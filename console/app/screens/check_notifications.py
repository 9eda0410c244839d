"""Checks: who is told of which check event, in sentences, the project's rules and the tenant's."""

from typing import ClassVar

from console.app.screens.sentences import SentenceScreen
from console.app.widgets.passage import Passage
from console.app.widgets.rule_matrix import RuleMatrix
from console.services.check_notifications import CheckNotification


class CheckNotificationScreen(SentenceScreen):
    """The rules as sentences, above the table that has every field of them."""

    PASSAGE: ClassVar[type[Passage]] = RuleMatrix

    def rows_were_loaded(self) -> None:
        """Say the rules that are loaded as sentences."""
        records = [
            line.record for line in self.rows.lines if isinstance(line.record, CheckNotification)
        ]
        profile = self.console.way.profile
        left_out = self.listing.left_out(profile, self.sent_values()) if profile else ""
        self.query_one(RuleMatrix).show(records, left_out)


SCREEN = CheckNotificationScreen
