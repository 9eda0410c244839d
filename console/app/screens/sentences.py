"""A screen that says in sentences what its table holds, above the table."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from console.app.screens.service import ServiceScreen
from console.app.widgets.passage import Passage


class SentenceScreen(ServiceScreen):
    """The screen of one listing, with a passage above the table.

    A subclass names the passage, and tells it what to say in `rows_were_loaded`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "e",
            "sentences",
            "Sentences",
            id="passage.fold",
            show=False,
            tooltip="the sentences, or more room for the table",
        ),
    ]

    PASSAGE: ClassVar[type[Passage]] = Passage
    """What says the sentences."""

    def compose_above(self) -> ComposeResult:
        """Compose the passage."""
        yield self.PASSAGE()

    def action_sentences(self) -> None:
        """Leave the room to the table, or take it back."""
        self.query_one(Passage).fold()
