"""The error panel: what went wrong, in the screen, until it is mended."""

from datetime import datetime, tzinfo
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.app.facts import json_laid_out
from console.errors import CloudError, ConsoleError, QueryError
from console.services.column import in_zone
from console.services.listing import AnyListing
from console.text import cell, safe

_LONGEST: Final = 20_000
"""Characters of one text that are shown."""

_MOST_LINES: Final = 8
"""Lines of the panel with its border, as long as nothing is decoded."""

_LEAST_LINES: Final = 4


class ErrorPanel(VerticalScroll, can_focus=True):
    """Title, sentence, code, request id, hint and time of an error; hidden while there is none."""

    DEFAULT_CSS = """
    ErrorPanel {
        height: auto;
        border: round $error;
        border-title-color: $text-error;
        border-subtitle-color: $text-error;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        display: none;
    }
    ErrorPanel:focus { border: heavy $error; }
    ErrorPanel > Static { height: auto; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("D", "decode", "Decode", id="error.decode", tooltip="which rule refused"),
        Binding("y", "copy", "Copy request id", id="error.copy", tooltip="copy the request id"),
        Binding("escape", "leave", "back to the rows", id="error.leave", show=False),
    ]

    class DecodeAsked(Message):
        """The encoded authorization message of an error is to be decoded."""

        def __init__(self, error: CloudError) -> None:
            self.error = error
            super().__init__()

    class Copied(Message):
        """A text of the error is to be copied."""

        def __init__(self, text: str, what: str) -> None:
            self.text = text
            self.what = what
            super().__init__()

    class Left(Message):
        """The operator goes back to where the focus was."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._error: ConsoleError | None = None
        self._stale = ""
        self._decoded = ""
        self._listing: AnyListing | None = None
        self._body = Static(Content(""))

    @property
    def error(self) -> ConsoleError | None:
        """The error that is shown; None while there is none."""
        return self._error

    def compose(self) -> ComposeResult:
        """Compose the one text."""
        yield self._body

    def show(
        self,
        error: ConsoleError | None,
        *,
        at: datetime,
        stale: str = "",
        zone: tzinfo | None = None,
        listing: AnyListing | None = None,
    ) -> None:
        """Show an error; hide where it is None.

        Args:
            error: what went wrong.
            at: when, aware.
            stale: what on the screen is older than that.
            zone: the zone to show the time in; None for this machine's.
            listing: what was asked, whose parameters a `QueryError` names.
        """
        if error is not self._error:
            self._decoded = ""
            self.scroll_home(animate=False)
        self._error, self._stale, self._listing = error, stale, listing
        self.display = error is not None
        if error is None:
            return
        time = in_zone(at, zone)
        self.border_title = Content(f"{cell(error.title)} · {time:%H:%M:%S %Z}")
        keys = _copies(error)
        if _encoded(error) and not self._decoded:
            keys = f"D decodes which rule refused · {keys}"
        self.border_subtitle = Content(keys)
        self._fit()
        self._body.update(self._content(error))

    def show_decoded(self, text: str) -> None:
        """Show what the encoded authorization message says."""
        if self._error is None:
            return
        self._decoded = json_laid_out(text) or _cut(text)
        self.border_subtitle = Content(_copies(self._error))
        self._fit()
        self._body.update(self._content(self._error))

    def on_resize(self) -> None:
        """Leave room for the rows on a small terminal."""
        self._fit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer decoding where there is something to decode."""
        del parameters
        return action != "decode" or bool(_encoded(self._error))

    def action_decode(self) -> None:
        """Ask for the encoded authorization message to be decoded."""
        if isinstance(self._error, CloudError) and _encoded(self._error):
            self.post_message(self.DecodeAsked(self._error))

    def action_copy(self) -> None:
        """Ask for the request id to be copied, or the sentence where there is none."""
        if request_id := _request_id(self._error):
            self.post_message(self.Copied(safe(request_id), "request id"))
        elif self._error:
            self.post_message(self.Copied(safe(self._error.sentence), "error"))

    def action_leave(self) -> None:
        """Go back to where the focus was."""
        self.post_message(self.Left())

    def _fit(self) -> None:
        height = self.app.size.height
        most = height // 2 if self._decoded else min(_MOST_LINES, height // 3)
        self.styles.max_height = max(most, _LEAST_LINES)

    def _content(self, error: ConsoleError) -> Content:
        lines = [*self._said(error)]
        if self._stale:
            lines.append(Content.styled(cell(self._stale), "bold"))
        if isinstance(error, CloudError):
            lines += _facts(error)
        if error.hint:
            lines.append(Content(f"hint: {_cut(error.hint)}"))
        if self._decoded:
            lines.append(Content(f"decoded:\n{self._decoded}"))
        return Content("\n").join(lines)

    def _said(self, error: ConsoleError) -> list[Content]:
        if isinstance(error, CloudError) and error.message:
            return [Content(_cut(error.message))]  # without the code, which stands below
        if not isinstance(error, QueryError):
            return [Content(_cut(error.sentence))]
        return [
            Content.assemble((self._title(each.field), "bold"), f" {_cut(each.sentence)}")
            for each in error.problems
        ]

    def _title(self, name: str) -> str:
        field = self._listing.query.model_fields.get(name) if self._listing else None
        return cell((field.title if field else "") or name)


def _copies(error: ConsoleError) -> str:
    return "y copies the request id" if _request_id(error) else "y copies this"


def _request_id(error: ConsoleError | None) -> str:
    return error.request_id if isinstance(error, CloudError) else ""


def _encoded(error: ConsoleError | None) -> str:
    return error.encoded_authorization_message if isinstance(error, CloudError) else ""


def _facts(error: CloudError) -> list[Content]:
    said = [f"status {error.status}"]
    if error.code:
        said.append(f"code {cell(error.code)}")
    if error.request_id:
        said.append(f"request id {_cut(error.request_id)}")
    if error.retry_after is not None:
        said.append(f"the cloud asks to wait {error.retry_after:.0f} s")
    lines = [Content(" · ".join(said))]
    if error.detail:
        lines.append(Content(f"detail: {_cut(error.detail)}"))
    return lines


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return safe(text)
    return f"{safe(text[:_LONGEST])}… ({len(text):,} characters)"
