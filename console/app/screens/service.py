"""The screen of a listing: a filter form, a table, and all that one can do with both.

Everything is made from the listing's own description, so that it serves any of them. A screen that
needs more is a subclass in a module of its own, named as its service, and adds to it.
"""

from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from console.app.screens.exporting import ExportingScreen
from console.app.widgets.error_panel import ErrorPanel
from console.app.widgets.record_detail import RecordDetail
from console.client.paging import Row
from console.errors import CloudError, ConsoleError

if TYPE_CHECKING:
    from console.app.command_line import Equivalent
    from console.app.dialogs.copying import Taken
    from console.app.filters import Filters


class ServiceScreen(ExportingScreen):
    """The screen of one listing, with everything that takes rows away from it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "y",
            "copy",
            "Copy",
            id="take.copy",
            tooltip="copy a cell, a row, the command",
        ),
        Binding(
            "v",
            "filters",
            "Used filters",
            id="filter.history",
            show=False,
            tooltip="filters used before, and saved ones",
        ),
        Binding(
            "o",
            "columns",
            "Columns",
            id="table.columns",
            show=False,
            tooltip="choose columns and their order",
        ),
        Binding(
            "D",
            "decode",
            "Decode",
            id="error.decode",
            tooltip="which rule refused",
        ),
    ]

    class Decoded(Message):
        """An encoded authorization message was decoded, or was not."""

        def __init__(self, about: ConsoleError, text: str) -> None:
            self.about = about
            self.text = text
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take a listing's name, one of `LISTINGS`."""
        super().__init__(name)
        self._used: Filters | None = None

    # Copying

    def action_copy(self) -> None:
        """Offer what there is to copy."""
        from console.app.dialogs.copying import CopyDialog  # noqa: PLC0415 - when asked for

        line, column = self.table.line, self.table.column
        there = line is not None and column is not None
        self.app.push_screen(
            CopyDialog(
                cell_title=column.title if there and column else "",
                cell_text=column.text(line.record, self.console.zone) if line and column else "",
                row=line.row if line else None,
                identity=self._id_of(line.row) if line else "",
                marked=[each.row for each in self.rows.marked()],
                command=self.equivalent_command(),
            ),
            self._take_away,
        )

    def equivalent_command(self) -> "Equivalent":
        """Return the command that lists what is on the screen."""
        from console.app.command_line import equivalent  # noqa: PLC0415 - when asked for

        profile = self.console.way.profile
        period = str(self._values.get("period") or "") if self.listing.when else ""
        return equivalent(
            self.listing_name,
            self.listing,
            self.sent_values(),
            profile=profile.name if profile else "",
            limit=self.page_size,
            offset=self.extent.offset,
            everything=self.extent.everything,
            columns=self.console.memory.texts(self.listing_name, "columns"),
            local=self.local_words(but="form" if period else ""),
            period=period,
            utc=self.console.zone is UTC,
        )

    def _id_of(self, row: Row) -> str:
        """Return what names the row; empty where nothing does."""
        names = [row.get(name) for name in self.listing.record.IDENTITY]
        return " ".join(str(each) for each in names if each)

    def _take_away(self, taken: "Taken | None") -> None:
        if taken is None:
            return
        if taken.what == "file":
            self.action_write()
            return
        from console.app.dialogs.copying import WORDS  # noqa: PLC0415 - when asked for

        self.send_to_clipboard(taken.text, WORDS[taken.what])

    @on(RecordDetail.Copied)
    @on(ErrorPanel.Copied)
    def _copied(self, message: RecordDetail.Copied | ErrorPanel.Copied) -> None:
        message.stop()
        self.send_to_clipboard(message.text, message.what)

    def send_to_clipboard(self, text: str, what: str) -> None:
        """Send text to the terminal's clipboard, and say no more than that."""
        from console.app import clipboard  # noqa: PLC0415 - when asked for

        try:
            sequence = clipboard.osc52(text, self.console.environ)
        except ConsoleError as error:
            self.say(f"{what}: {error.sentence}", tone="warning")
            return
        self.console.write_to_terminal(sequence)
        self.say(f"{what}: {clipboard.sent_words(self.console.environ)}")

    # Columns and filters used

    def action_columns(self) -> None:
        """Ask which columns to show, in which order."""
        from console.app.dialogs.columns import ColumnsDialog  # noqa: PLC0415 - when asked for

        self.app.push_screen(
            ColumnsDialog(
                self.every_column(),
                [each.name for each in self.table.columns],
                default=self.FIRST_COLUMNS or self.listing.columns,
                record=self.listing.record,
            ),
            self._take_columns,
        )

    def _take_columns(self, names: list[str] | None) -> None:
        if names is None:
            return
        usual = list(self.FIRST_COLUMNS or self.listing.columns)
        columns = self.columns_named(names)
        self.table.columns = columns
        self.find_in(columns)
        self.console.remember(self.listing_name, "columns", None if names == usual else list(names))

    @property
    def _filters(self) -> "Filters":
        """The filters that were used or saved."""
        if self._used is None:
            from console.app.filters import Filters  # noqa: PLC0415 - when one is used

            self._used = Filters(self.console.memory, self.listing_name)
        return self._used

    def filter_used(self, values: Mapping[str, Any]) -> None:
        """Remember a filter that was applied."""
        if problem := self._filters.use(values):
            self.say(problem, tone="warning")
        self.console.keep_memory()

    def action_filters(self) -> None:
        """Offer filters that were used before, and saved ones."""
        from console.app.dialogs.filters import FilterDialog  # noqa: PLC0415 - when asked for

        self.app.push_screen(FilterDialog(self._filters, self.form.fields, self._values), self._use)

    def _use(self, values: dict[str, Any] | None) -> None:
        self.console.keep_memory()  # says what the dialog could not write, and did not say any more
        if values is not None:
            self.ask(values)

    # Errors

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer decoding only where there is something to decode."""
        if action == "decode":
            return isinstance(self.error, CloudError) and bool(
                self.error.encoded_authorization_message
            )
        return super().check_action(action, parameters)

    @on(ErrorPanel.Left)
    def _left_error(self, message: ErrorPanel.Left) -> None:
        message.stop()
        self.table.focus()

    @on(ErrorPanel.DecodeAsked)
    def _decode_asked(self, message: ErrorPanel.DecodeAsked) -> None:
        message.stop()
        self.action_decode()

    def action_decode(self) -> None:
        """Ask which rule refused."""
        if isinstance(self.error, CloudError):
            self._decode(self.error)

    @work(exclusive=True, group="decode")
    async def _decode(self, error: CloudError) -> None:
        from console.services.projects import decode_authorization_message  # noqa: PLC0415 - seldom

        client = self.console.way.client
        if client is None:
            return
        try:
            text = await decode_authorization_message(client, error.encoded_authorization_message)
        except ConsoleError as refused:
            text = f"it could not be decoded: {refused.title}: {refused.sentence}"
        self.post_message(self.Decoded(error, text))

    @on(Decoded)
    def _decoded(self, message: Decoded) -> None:
        message.stop()
        if message.about is self.error:
            self.query_one(ErrorPanel).show_decoded(message.text)
