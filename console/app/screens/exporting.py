"""Writing rows to a file: those shown, those marked, or all that the cloud has.

What is written is what the dialog said: the rows are taken when it opens. All rows are read by the
client that was in use then; once its profile is left, the writing ends, and says so.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from console.app.reading import read_everything
from console.app.screens.browsing import BrowsingScreen
from console.client.paging import Row
from console.errors import ConsoleError
from console.services.column import in_zone

if TYPE_CHECKING:
    from console.app.dialogs.exporting import Export, What


class ExportingScreen(BrowsingScreen):
    """A screen of one listing whose rows can be written to a file."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "write", "Write file", id="take.write", tooltip="write rows to a file"),
    ]

    class Wrote(Message):
        """A file was written, or was not."""

        def __init__(
            self, export: "Export", rows: int, gaps: Sequence[str], error: ConsoleError | None
        ) -> None:
            self.export = export
            self.rows = rows
            self.gaps = gaps
            self.error = error
            super().__init__()

    class Writing(Message):
        """So many rows are written by now."""

        def __init__(self, export: "Export", rows: int) -> None:
            self.export = export
            self.rows = rows
            super().__init__()

    def action_write(self) -> None:
        """Ask what to write, and where."""
        from console.app.dialogs.exporting import ExportDialog  # noqa: PLC0415 - when asked for

        every = self.every_row(self.sent_values())
        if every is None:
            self.say("no profile is open: there is nothing to write")
            return
        rows: dict[What, list[Row]] = {
            "marked": [each.row for each in self.rows.marked()],
            "shown": [self.rows.lines[index].row for index in self.rows.shown],
        }
        gaps = self.gaps()
        self.app.push_screen(
            ExportDialog(
                self.listing.title,
                self.listing_name,
                shown=len(rows["shown"]),
                loaded=len(self.rows.lines),
                total=self.extent.total,
                at=in_zone(self.console.now(), self.console.zone),
                marked=len(rows["marked"]),
                marked_unseen=self.rows.marked_unseen,
                gaps=gaps,
            ),
            partial(self._export, rows, every, gaps),
        )

    def _export(
        self,
        rows: "Mapping[What, Sequence[Row]]",
        every: AsyncIterator[Sequence[Row]],
        gaps: Sequence[str],
        export: "Export | None",
    ) -> None:
        if export is None:
            return
        self.say(f"writing {export.path.name}")
        if export.everything:
            self._write(export, every, ())
        else:
            self._write(export, _once(rows[export.what]), gaps)

    @work(group="write")
    async def _write(
        self, export: "Export", pages: AsyncIterator[Sequence[Row]], gaps: Sequence[str]
    ) -> None:
        from console.app import files  # noqa: PLC0415 - when asked for
        from console.export import writer  # noqa: PLC0415 - as above

        count = 0
        file = files.Exporting(export.path, replace=export.replace)
        try:
            await asyncio.to_thread(file.open)
            out = writer(export.form, self.listing, None, self.console.zone, file.put)
            async for page in pages:
                await asyncio.to_thread(out.page, page)
                count += len(page)
                self.post_message(self.Writing(export, count))
            await asyncio.to_thread(out.end)
            await asyncio.to_thread(file.close)
        except ConsoleError as error:
            self.post_message(self.Wrote(export, count, gaps, error))
        else:
            self.post_message(self.Wrote(export, count, gaps, None))
        finally:
            file.abandon()

    def every_row(self, values: Mapping[str, Any]) -> AsyncIterator[Sequence[Row]] | None:
        """Return all rows under a filter, some at a time; None while there is nobody to ask."""
        client = self.console.way.client
        return read_everything(self.listing, client, values) if client else None

    def gaps(self) -> list[str]:
        """Return why the rows on the screen may not be all, or not be true any more."""
        gaps = []
        if self.extent.reading:
            gaps.append("rows are still coming: those that are here now are written")
        if self.extent.stopped:
            gaps.append(f"INCOMPLETE: the reading {self.extent.stopped} before its end")
        if self._stale:
            gaps.append("STALE: the last refresh failed")
        return gaps

    def way_changed(self) -> None:
        """Stop writing too: what is still to come would be of a profile that was left."""
        writing = any(
            each.group == "write" and not each.is_finished and each.node is self
            for each in self.workers
        )
        self.workers.cancel_group(self, "write")
        super().way_changed()
        if writing:
            self.console.say("the export was stopped: its profile was left", tone="error")

    @on(Writing)
    def _tell_writing(self, message: Writing) -> None:
        message.stop()
        self.console.say(f"writing {message.export.path.name}: {message.rows:,} rows")

    @on(Wrote)
    def _wrote(self, message: Wrote) -> None:
        message.stop()
        if message.error:
            self.console.say(message.error.sentence, tone="error")
            return
        missing = "".join(f"; {each}" for each in message.gaps)
        tone = "warning" if missing else "notice"
        where = _near(message.export.path)
        self.console.say(f"{message.rows:,} rows written to {where}{missing}", tone=tone)


async def _once(rows: Sequence[Row]) -> AsyncIterator[Sequence[Row]]:
    yield rows


def _near(path: Path) -> str:
    """Return a path as seen from the current folder, where it is below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
