"""An application that holds nothing but a filter form, and records what the form posts."""

from collections.abc import Mapping, Sequence
from typing import Any

from textual.app import App, ComposeResult
from textual.message import Message

from console.app.fields import FormField
from console.app.widgets.field_box import FieldBox
from console.app.widgets.filter_form import FilterForm
from console.services.listing import named


class FormHost(App[None]):
    """A filter form, alone."""

    def __init__(
        self,
        listing: str,
        values: Mapping[str, Any] | None = None,  # Any: each parameter has its own type
        *,
        local: Sequence[FormField] = (),
        known: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self._listing = named(listing)
        self._values = values or {}
        self._local = local
        self._known = known
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield FilterForm(self._listing, self._values, local=self._local, known=self._known)

    @property
    def form(self) -> FilterForm:
        """The form."""
        return self.query_one(FilterForm)

    def on_filter_form_submitted(self, message: FilterForm.Submitted) -> None:
        self.posted.append(message)

    def on_filter_form_left(self, message: FilterForm.Left) -> None:
        self.posted.append(message)

    def on_filter_form_folded(self, message: FilterForm.Folded) -> None:
        self.posted.append(message)

    @property
    def submitted(self) -> list[dict[str, Any]]:  # Any: as in `__init__`
        """The filters that were submitted, the oldest first."""
        return [each.values for each in self.posted if isinstance(each, FilterForm.Submitted)]

    @property
    def box(self) -> FieldBox:
        """The field that has the focus."""
        assert self.focused
        box = self.focused.parent
        assert isinstance(box, FieldBox)
        return box

    @property
    def shown(self) -> list[str]:
        """The lines on the screen."""
        strips = self.screen._compositor.render_strips()
        return ["".join(each.text for each in strip).rstrip() for strip in strips]
