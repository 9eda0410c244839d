"""A command for each listing: its options come from the query's own description."""

import asyncio
import gc
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

import click
from pydantic.fields import FieldInfo

from console.cli import pool, way
from console.cli.options import way_options
from console.cli.output import FORMATS, writer
from console.cli.talk import option, say
from console.client.client import Client
from console.client.paging import Pages
from console.errors import ConsoleError, Exit, IncompleteError
from console.export import Table, Writer
from console.profiles.profile import Profile
from console.services import LISTINGS, column
from console.services.column import Column
from console.services.listing import AnyListing, named
from console.services.model import extra, limits, literals, range_text
from console.text import cell

if TYPE_CHECKING:
    from console.app.period import Period

_DEFAULT_LIMIT = 100
"""Rows that are written where nothing else is asked for."""

_GENERIC = frozenset({"offset", "limit"})
"""Parameters that every listing has, under the same options."""


def command_for(name: str) -> click.Command:
    """Return the command that writes the rows of a listing."""
    listing = named(name)

    def callback(**values: Any) -> int:  # Any: each option has its own type
        profile = way.taken(values.pop("profile_name"), read_only=values.pop("read_only"))
        return run(listing, profile, values)

    return click.Command(
        name,
        params=[*_query_options(listing), *_output_options(listing), *way_options()],
        callback=callback,
        help=_help(name, listing),
        context_settings={"max_content_width": 100},
    )


def _help(name: str, listing: AnyListing) -> str:
    names = " ".join(listing.record.model_fields)
    return (
        f"List {LISTINGS[name].summary}.\n\n"
        f"Asks {listing.operation.name}. Columns: {names}; dots reach inside, as in product.cpu."
    )


def _query_options(listing: AnyListing) -> list[click.Parameter]:
    return [
        _option(name, field, side_by_side=name == listing.side_by_side)
        for name, field in listing.query.model_fields.items()
        if name not in _GENERIC
    ]


def _option(name: str, field: FieldInfo, *, side_by_side: bool) -> click.Option:
    text = field.description or ""
    if (allowed := range_text(field)) and not literals(field):
        text = f"{text} ({allowed})"
    if origin := extra(field, "origin"):
        text = f"{text}  [default: the profile's {origin.replace('_', ' ')}]"
    elif side_by_side:
        text = f"{text}  [default: each, side by side]"
    elif field.is_required():
        text = f"{text}  [mandatory]"
    flags = [option(name), name]
    if name in pool.FIELDS:
        flags.insert(1, "--pool")
        text = text.replace("id", "id or its name")
    if field.annotation == bool | None:
        flags[0] = f"{option(name)}/--no-{name.replace('_', '-')}"
        return click.Option(flags, default=None, help=text)
    return click.Option(
        flags, type=_click_type(field), multiple=field.annotation == list[str] | None, help=text
    )


def _click_type(field: FieldInfo) -> click.ParamType[Any]:  # Any: what it turns text into
    if allowed := literals(field):
        return click.Choice(allowed)
    return click.INT if field.annotation == int | None else click.STRING


def _output_options(listing: AnyListing) -> list[click.Parameter]:
    paged: list[click.Parameter] = []
    if listing.when:
        paged.append(
            click.Option(
                ["--period"],
                help="only rows of that time, the newest first: yesterday, -2h, 2026-11-20, "
                "'2026-11-20 14:00..15:00'",
            )
        )
    if not listing.unwrap:
        field = listing.query.model_fields["limit"]
        paged += [
            click.Option(
                ["--limit"],
                type=click.IntRange(min=1),
                default=_DEFAULT_LIMIT,
                show_default=True,
                help="rows to write at the most",
            ),
            click.Option(
                ["--offset"],
                type=click.IntRange(*limits(listing.query.model_fields["offset"])),
                default=0,
                help="rows to leave out at the start",
            ),
            click.Option(
                ["--page-size"],
                type=click.IntRange(*limits(field)),
                help="rows to ask for at a time  [default: as many as allowed]",
            ),
            click.Option(["--all", "everything"], is_flag=True, help="write every row"),
        ]
    return [
        *paged,
        click.Option(
            ["-o", "--output", "form"],
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="how to write the rows",
        ),
        click.Option(["--columns"], help="columns to write, separated by commas"),
        click.Option(["--utc"], is_flag=True, help="times in UTC instead of this machine's zone"),
    ]


def chosen_columns(listing: Table, names: str | None) -> list[Column] | None:
    """Return the columns that people named; None where they named none.

    Raises:
        QueryError: a name leads nowhere.
    """
    if not names:
        return None
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        if not column.known(listing.record, name):
            like = column.nearest(listing.record, name)
            maybe = f"; did you mean {like}?" if like else ""
            say(f"{cell(name)} is no column known here{maybe}")
    return [column.column(listing.record, name) for name in chosen]


def run(listing: AnyListing, profile: Profile, values: dict[str, Any]) -> int:
    """Write the rows that `values` ask for; return the exit code.

    Raises:
        ConsoleError: the cloud refused or could not be reached, or a value is wrong.
    """
    columns = chosen_columns(listing, values.pop("columns", None))
    zone = UTC if values.pop("utc") else None
    out = writer(values.pop("form"), listing, columns, zone, choosable=True)
    period = _period(values, zone)
    return asyncio.run(_write(listing, profile, values, out, period))


def _period(values: dict[str, Any], zone: tzinfo | None) -> "Period | None":
    typed = values.pop("period", None)
    if typed is None:
        return None
    if values.get("offset"):
        raise click.UsageError("--period and --offset exclude each other")
    from console.cli.period import given  # noqa: PLC0415 - for this option alone

    return given(typed, zone)


async def _write(
    listing: AnyListing,
    profile: Profile,
    values: dict[str, Any],
    out: Writer,
    period: "Period | None",
) -> int:
    most = None if values.pop("everything", False) else values.pop("limit", None)
    values.pop("limit", None)
    offset, size = values.pop("offset", 0), values.pop("page_size", None)
    given = {name: list(v) or None if isinstance(v, tuple) else v for name, v in values.items()}
    async with Client(profile) as client:
        if period:
            return await _write_period(listing, client, given, out, period, most=most, size=size)
        queries = await listing.queries(client, await pool.with_ids(client, given))
        pages = listing.pages(client, *queries, offset=offset, most=most, page_size=size)
        written = 0
        try:
            with _progress(pages, most) as advance:
                async for page in pages:
                    out.page(page.rows)
                    written += len(page.rows)
                    advance(len(page.rows))
                    _collect_garbage_from_here_on()
        except ConsoleError:
            _tell_broken_off(written, pages.total)
            raise
        finally:
            out.end()
    if left_out := listing.left_out(profile, given):
        say(left_out)
    return _tell_extent(
        pages,
        offset,
        everything=most is None,
        order=_order(listing, given),
        filters=_filters(listing, given),
    )


async def _write_period(
    listing: AnyListing,
    client: Client,
    given: dict[str, Any],
    out: Writer,
    period: "Period",
    *,
    most: int | None,
    size: int | None,
) -> int:
    """Write the rows of a period, read from its end that comes first."""
    from console.cli.period import RowsOfPeriod, sorted_by_time  # noqa: PLC0415 - as in `_period`

    asked = sorted_by_time(listing, given)
    oldest_first = asked.get("sort_type") == "ASC"
    chosen = RowsOfPeriod(listing, period, most=most, oldest_first=oldest_first)
    queries = await listing.queries(client, asked)
    pages = listing.pages(client, *queries, page_size=size)
    try:
        async for rows in chosen.of(pages):
            out.page(rows)
            _collect_garbage_from_here_on()
    except ConsoleError:
        _tell_broken_off(chosen.written, None)
        raise
    finally:
        out.end()
    if pages.incomplete:
        raise IncompleteError(
            pages.incomplete, hint="the listing moved while it was read; try again"
        )
    say(cell(chosen.extent(_filters(listing, given))))
    return Exit.DONE


def _collect_garbage_from_here_on() -> None:
    """Collect what comes with further pages; all that was loaded for the first one stays."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _tell_broken_off(written: int, total: int | None) -> None:
    if written:
        of = f" of {total:,}" if total is not None else ""
        say(f"broke off after {written:,}{of} rows")


def _tell_extent(pages: Pages, offset: int, *, everything: bool, order: str, filters: str) -> int:
    """Say what was left out, and of what; return the exit code."""
    if pages.incomplete:
        raise IncompleteError(
            pages.incomplete, hint="the listing moved while it was read; try again"
        )
    total, given = pages.total, pages.given
    if total is None:
        say(f"{given:,} rows; the cloud does not say how many there are")
    elif not total:
        say(f"no rows{cell(filters)}")
    elif offset >= total:
        say(f"no rows from {offset:,} on; there are {total:,}")
    elif offset:
        say(f"rows {offset + 1:,} to {offset + given:,} of {total:,}{order}")
    elif given < total:
        cure = "the others came in meanwhile" if everything else "--all writes every one"
        say(f"{given:,} of {total:,} rows{order}; {cure}")
    return Exit.DONE


def _order(listing: AnyListing, given: Mapping[str, Any]) -> str:
    """Say in which order the rows come, where the operator chose none and would guess wrong."""
    return f", {listing.order}" if listing.order and not given.get("sort_type") else ""


def _filters(listing: AnyListing, given: Mapping[str, Any]) -> str:
    """Say what the rows had to match; empty where nothing narrowed them."""
    said = {
        name: value
        for name, value in given.items()
        if value is not None and not name.startswith("sort_")
    }
    if all(listing.query.model_fields[name].is_required() for name in said):
        return ""
    words = " ".join(f"{option(name)} {value}" for name, value in said.items())
    return f" for {words}; is each of these meant, and spelt as the cloud has it?"


def _progress(pages: Pages, most: int | None) -> AbstractContextManager[Callable[[int], None]]:
    """Return a bar that advances with the rows, where there is somebody to see it."""
    if sys.stdout.isatty() or not sys.stderr.isatty():
        return nullcontext(lambda _: None)
    return _Bar(pages, most)


class _Bar:
    """A progress bar on stderr; its length is known once the first page has come."""

    def __init__(self, pages: Pages, most: int | None) -> None:
        self._pages = pages
        self._most = most
        self._bar: Any = None  # Any: click does not export the type of its bar

    def __enter__(self) -> Callable[[int], None]:
        return self.advance

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.render_finish()

    def advance(self, rows: int) -> None:
        """Take note of rows that were written."""
        if self._bar is None:
            total = self._pages.total or rows
            length = total if self._most is None else min(total, self._most)
            self._bar = click.progressbar(
                length=length, file=sys.stderr, show_pos=True, label="rows"
            )
        self._bar.update(rows)
