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
    """Title, sentence, code, request id, hint and time of an error; hidden while there is none.

    Code and request id are seen whatever the length of the rest, which scrolls above them.
    """

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
    ErrorPanel > .facts { dock: bottom; display: none; }
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
        self._facts = Static(Content(""), classes="facts")
        self._shown_facts = Content("")

    @property
    def error(self) -> ConsoleError | None:
        """The error that is shown; None while there is none."""
        return self._error

    def compose(self) -> ComposeResult:
        """Compose what is said, and the facts below it."""
        yield self._body
        yield self._facts

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
        traced = error if isinstance(error, CloudError) and _traced(error) else None
        self._shown_facts = Content(_facts(traced) if traced else "")
        self._facts.update(self._shown_facts)
        self._facts.display = bool(self._shown_facts.plain)
        self._show_keys()
        self._fit()
        self._body.update(self._content(error))

    def show_decoded(self, text: str) -> None:
        """Show what the encoded authorization message says."""
        if self._error is None:
            return
        self._decoded = json_laid_out(text) or _cut(text)
        self._show_keys()
        self._fit()
        self._body.update(self._content(self._error))

    def on_resize(self) -> None:
        """Leave room for the rows on a small terminal."""
        self._fit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer decoding where there is something to decode."""
        del parameters
        return action != "decode" or bool(_encoded(self._error))

    def action_page_down(self) -> None:
        """Show what follows the lines that are seen; the facts take some of the room."""
        self.scroll_relative(y=self._page(), animate=False)

    def action_page_up(self) -> None:
        """Show what comes before the lines that are seen."""
        self.scroll_relative(y=-self._page(), animate=False)

    def _page(self) -> int:
        facts = self._facts.size.height if self._facts.display else 0
        return max(self.scrollable_content_region.height - facts, 1)

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

    def watch_show_vertical_scrollbar(self) -> None:
        """Say that there is more than is seen, or that there is no more."""
        self._show_keys()

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001 - as Textual calls it
        """Say which keys show the rest."""
        super().watch_has_focus(_has_focus)
        self._show_keys()

    def _show_keys(self) -> None:
        if self._error is None:
            return
        keys = [_copies(self._error)]
        if _encoded(self._error) and not self._decoded:
            keys.insert(0, "D decodes which rule refused")
        if self.show_vertical_scrollbar:
            keys.insert(0, "… ↓ more" if self.has_focus else "… tab ↓ more")
        self.border_subtitle = Content(" · ".join(keys))

    def _fit(self) -> None:
        """Leave room for the rows, and within the panel for one line beside the facts."""
        width, height = self.app.size
        most = height // 2 if self._decoded else min(_MOST_LINES, height // 3)
        frame = self.gutter
        facts = self._shown_facts.get_height({}, max(width - frame.width, 1))
        with_facts = min(facts + 1 + frame.height, height // 2)
        most = max(most, with_facts, _LEAST_LINES)
        self.styles.max_height = most
        self._facts.styles.max_height = max(most - frame.height - 1, 1)

    def _content(self, error: ConsoleError) -> Content:
        lines = [*self._said(error)]
        if self._stale:
            lines.append(Content.styled(cell(self._stale), "bold"))
        if isinstance(error, CloudError):
            lines += [] if _traced(error) else [Content(_facts(error))]
            lines += [Content(f"detail: {_cut(error.detail)}")] if error.detail else []
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


def _traced(error: CloudError) -> bool:
    """Tell whether it has what whoever helps asks for."""
    return bool(error.code or error.request_id)


def _facts(error: CloudError) -> str:
    """Return the facts of an error; first what a narrow terminal must show of them."""
    said = [f"code {cell(error.code)}"] if error.code else []
    if error.request_id:
        said.append(f"request id {_cut(error.request_id)}")
    said.append(f"HTTP {error.status}")
    if error.retry_after is not None:
        said.append(f"the cloud asks to wait {error.retry_after:.0f} s")
    return " · ".join(said)


def _cut(text: str) -> str:
    if len(text) <= _LONGEST:
        return safe(text)
    return f"{safe(text[:_LONGEST])}… ({len(text):,} characters)"
