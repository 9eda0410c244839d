"""A screen made from a listing's own description: form, error, table, record, quick filter."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from console.app.fields import FormField
from console.app.rows import Rows
from console.app.screens.frame import FrameScreen
from console.app.table_column import TableColumn
from console.app.widgets.error_panel import ErrorPanel
from console.app.widgets.field_control import TextControl
from console.app.widgets.filter_form import FilterForm
from console.app.widgets.record_detail import RecordDetail
from console.app.widgets.record_table import RecordTable
from console.errors import QueryError
from console.services import LISTINGS
from console.services.column import column
from console.services.listing import AnyListing, named
from console.services.model import Origin, literals


class ListedScreen(FrameScreen):
    """A screen of one listing, before anything is asked.

    Attributes:
        listing: what is listed.
        rows: the rows that are loaded.
    """

    DEFAULT_CSS = """
    ListedScreen #main { height: 1fr; layout: vertical; }
    ListedScreen #main.-beside { layout: horizontal; }
    ListedScreen #middle { height: 1fr; width: 1fr; layout: vertical; }
    ListedScreen RecordTable { height: 1fr; }
    ListedScreen RecordDetail { display: none; height: 1fr; border-top: solid $primary; }
    ListedScreen #main.-detail RecordDetail { display: block; }
    ListedScreen #main.-beside RecordDetail {
        width: 45%; border-top: none; border-left: solid $primary;
    }
    ListedScreen #main.-full #middle { display: none; }
    ListedScreen #quick { display: none; height: 1; border: none; padding: 0 1; }
    ListedScreen #quick.-open { display: block; }
    """

    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [  # noqa: RUF012 - Textual's own type
        (0, "-narrow"),
        (110, "-wide"),
    ]
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - as above

    FIRST: ClassVar[Mapping[str, Any]] = {}
    """What the form begins with."""

    LOCAL: ClassVar[Sequence[FormField]] = ()
    """Filters that the console applies itself, to what is loaded."""

    FIRST_COLUMNS: ClassVar[Sequence[str]] = ()
    """Columns to show where nobody chose any; the listing's own where empty."""

    PAGE_SIZE: ClassVar[int] = 100
    """Rows of a page where nobody chose."""

    def __init__(self, name: str) -> None:
        """Take a listing's name, one of `LISTINGS`; nothing is asked yet."""
        super().__init__(name=name)
        self.listing_name = name
        self.listing = self.make_listing(name)
        self.rows = Rows()
        self._values: dict[str, Any] = {}

    def make_listing(self, name: str) -> AnyListing:
        """Return what is listed under that name."""
        return named(name)

    @property
    def key(self) -> str:
        """The key that opens this screen."""
        return LISTINGS[self.listing_name].key

    def compose_content(self) -> ComposeResult:
        """Compose form, what a screen adds, table, detail and quick filter."""
        self._values = self.first_values()
        yield FilterForm(self.listing, self._values, local=self.LOCAL, known=self.known())
        yield ErrorPanel()
        with Container(id="main"):
            with Container(id="middle"):
                yield from self.compose_above()
                yield RecordTable(self.rows, self.columns(), zone=self.console.zone)
            yield from self.compose_beside()
            yield RecordDetail()
        quick = TextControl(placeholder="word, !word, column:value, /regex/ of loaded rows")
        quick.id = "quick"
        yield quick

    def compose_above(self) -> ComposeResult:
        """Compose what stands between the form and the table."""
        yield from ()

    def compose_beside(self) -> ComposeResult:
        """Compose what stands beside the table."""
        yield from ()

    @property
    def table(self) -> RecordTable:
        """The table."""
        return self.query_one(RecordTable)

    @property
    def form(self) -> FilterForm:
        """The filter form."""
        return self.query_one(FilterForm)

    @property
    def detail(self) -> RecordDetail:
        """The record in full."""
        return self.query_one(RecordDetail)

    def computed(self) -> Sequence[TableColumn]:
        """Return the columns that the screen computes; they can be chosen like any other."""
        return ()

    def every_column(self) -> list[TableColumn]:
        """Return each column that can be shown."""
        return [*self.computed(), *self.listing.every_column()]

    def columns(self) -> list[TableColumn]:
        """Return the columns to show: those chosen, else the screen's, else the listing's."""
        names = self.console.memory.texts(self.listing_name, "columns")
        return self.columns_named(names or self.FIRST_COLUMNS or self.listing.columns)

    def columns_named(self, names: Sequence[str]) -> list[TableColumn]:
        """Return the columns of these names; a name that leads nowhere is left out."""
        computed = {each.name: each for each in self.computed()}
        found: list[TableColumn] = []
        for name in names:
            try:
                found.append(computed.get(name) or column(self.listing.record, name))
            except QueryError:
                continue
        return found or list(self.listing.first_columns())

    def first_values(self) -> dict[str, Any]:
        """Return what the form begins with, and returns to when it is cleared."""
        first: dict[str, Any] = {}
        for name, field in self.listing.query.model_fields.items():
            if field.is_required() and name != self.listing.side_by_side and literals(field):
                first[name] = literals(field)[0]
        return {**first, **self.FIRST, **self.kept_size()}

    def kept_size(self) -> dict[str, Any]:
        """Return the page size that the operator chose, as the form has it; empty where none."""
        size = self.console.memory.number(self.listing_name, "page_size")
        return {"limit": size} if size and "limit" in self.listing.query.model_fields else {}

    def known(self) -> dict[str, str]:
        """Return what the profile stands in with, by the fact's name."""
        profile = self.console.way.profile
        if profile is None:
            return {}
        return {
            Origin.WORKSPACE.value: profile.workspace,
            Origin.DOMAIN.value: profile.domain_id or self.console.way.domain_id,
            Origin.CHECK_PROJECT.value: profile.check_project_id,
        }
