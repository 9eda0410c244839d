"""Paging: every row once and in order, from listings that move, repeat themselves or stop short."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.client.page import Row, Rows
from console.client.paging import Fetch, Page, Pages
from tests.client.moving import STILL, Change, Moving, numbers

_PLACES = st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0]), max_size=3).map(tuple)
_INSERTS = st.builds(Change, inserts=_PLACES)
_DELETES = st.builds(Change, deletes=_PLACES)
_BOTH = st.builds(Change, inserts=_PLACES, deletes=_PLACES)


def _sequences(change: st.SearchStrategy[Change]) -> st.SearchStrategy[list[Change]]:
    return st.lists(st.one_of(st.just(STILL), change), max_size=14)


@st.composite
def _listings(draw: st.DrawFn, changes: st.SearchStrategy[list[Change]]) -> Moving:
    return Moving(
        list(range(draw(st.integers(0, 40)))),
        draw(changes),
        named=draw(st.booleans()),
        cap=draw(st.sampled_from([2, 3, 5, 100])),
        first_again=draw(st.booleans()),
    )


_WINDOWS = st.tuples(st.integers(0, 20), st.none() | st.integers(1, 30))
_SIZES = st.integers(2, 9)
_AHEAD = st.integers(1, 8)


def _check(
    listing: Moving, got: Sequence[int], pages: Pages, most: int | None, bound: int = 250
) -> None:
    assert len(got) == len(set(got))
    assert len(got) == pages.given
    assert most is None or len(got) <= most
    assert len(listing.asked) < bound
    lasting = [number for number in got if number in listing.always]
    assert lasting == [number for number in listing.order if number in set(lasting)]
    if not pages.incomplete and len(got) != most:
        assert listing.always <= set(got)


@settings(max_examples=1_500, deadline=None)
@given(_listings(_sequences(_BOTH)), _SIZES, _WINDOWS, _AHEAD)
def test_a_listing_that_moves_gives_every_lasting_row_once_and_in_order_or_says_incomplete(
    listing: Moving, size: int, window: tuple[int, int | None], ahead: int
) -> None:
    offset, most = window
    pages = listing.pages(size, offset=offset, most=most, ahead=ahead)
    _check(listing, asyncio.run(numbers(pages)), pages, most)


@settings(max_examples=500, deadline=None)
@given(_listings(_sequences(_BOTH)), _SIZES, _AHEAD)
def test_a_listing_that_moves_and_tells_no_total_gives_every_lasting_row_once(
    listing: Moving, size: int, ahead: int
) -> None:
    listing.tells_total, listing.first_again = False, False
    pages = listing.pages(size, ahead=ahead)
    _check(listing, asyncio.run(numbers(pages)), pages, None)


@settings(max_examples=800, deadline=None)
@given(_listings(_sequences(_INSERTS) | _sequences(_DELETES)), _SIZES, _WINDOWS, _AHEAD)
def test_a_listing_that_rounds_offsets_down_and_grows_or_shrinks_gives_every_lasting_row_once(
    listing: Moving, size: int, window: tuple[int, int | None], ahead: int
) -> None:
    listing.rounds_down, listing.named, listing.cap = True, True, 100
    offset, most = window
    pages = listing.pages(size, offset=offset, most=most, ahead=ahead)
    _check(listing, asyncio.run(numbers(pages)), pages, most)


@settings(max_examples=500, deadline=None)
@given(_listings(_sequences(_BOTH)), _SIZES, _WINDOWS, _AHEAD)
def test_a_listing_that_rounds_offsets_down_never_doubles_a_row_whatever_moves(
    listing: Moving, size: int, window: tuple[int, int | None], ahead: int
) -> None:
    listing.rounds_down, listing.named = True, True
    offset, most = window
    pages = listing.pages(size, offset=offset, most=most, ahead=ahead)
    got = asyncio.run(numbers(pages))
    assert len(got) == len(set(got))
    assert len(listing.asked) < 250


@settings(max_examples=1_000, deadline=None)
@given(
    _listings(st.just([])),
    st.integers(1, 9),
    _WINDOWS,
    _AHEAD,
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
)
def test_a_listing_that_stands_still_gives_exactly_its_rows(  # noqa: PLR0917 - hypothesis fills them
    listing: Moving,
    size: int,
    window: tuple[int, int | None],
    ahead: int,
    cap: int,
    tells_total: bool,  # noqa: FBT001 - as above
    rounds_down: bool,  # noqa: FBT001 - as above
) -> None:
    listing.cap = min(listing.cap, cap) if tells_total else max(listing.cap, cap)
    listing.cap = 100 if rounds_down else listing.cap
    listing.tells_total, listing.rounds_down = tells_total, rounds_down
    offset, most = window
    if not tells_total and listing.first_again:
        offset = 0  # nothing else says that the first page is one that comes again
    pages = listing.pages(size, offset=offset, most=most, ahead=ahead)
    got = asyncio.run(numbers(pages))
    assert got == listing.rows[offset:][:most]
    assert not pages.incomplete


@settings(max_examples=400, deadline=None)
@given(_listings(st.just([])), st.integers(1, 9), _AHEAD)
def test_an_offset_that_is_rounded_down_without_notice_is_recognised(
    listing: Moving, size: int, ahead: int
) -> None:
    listing.cap = 100
    pages = listing.pages(size, ahead=ahead)
    listing.rounds_down = True
    assert asyncio.run(numbers(pages)) == listing.rows
    assert not pages.incomplete
    assert len(listing.asked) <= 4 * (len(listing.rows) // size + 1) + 3 * ahead + 4


def _canned(*pages: tuple[Sequence[object], int | None]) -> tuple[Fetch, list[tuple[int, int]]]:
    """Return a fetch that gives these rows and totals in turn, the last ones for ever."""
    asked: list[tuple[int, int]] = []

    async def fetch(offset: int, limit: int) -> Page:
        await asyncio.sleep(0)
        rows, total = pages[min(len(asked), len(pages) - 1)]
        asked.append((offset, limit))
        return Page(
            tuple({"id": str(n), "n": str(n)} for n in rows),
            total,
            offset,
            limit,
            datetime.now(UTC),
            0.0,
        )

    return fetch, asked


async def _ids(pages: Pages) -> list[str]:
    return [str(row["id"]) async for page in pages for row in page.rows]


@pytest.mark.parametrize("identity", [("id",), ()])
@pytest.mark.parametrize("rounds_down", [True, False])
async def test_one_page_given_again_and_again_ends_as_incomplete(
    identity: tuple[str, ...], *, rounds_down: bool
) -> None:
    fetch, asked = _canned(("abc", 1_000_000))
    pages = Pages(fetch, page_size=3, identity=identity, rounds_down=rounds_down)
    assert await _ids(pages) == ["a", "b", "c"]
    assert pages.incomplete
    assert len(asked) <= 40


@pytest.mark.parametrize("identity", [("id",), ()])
@pytest.mark.parametrize("rounds_down", [True, False])
async def test_one_page_given_for_ever_without_a_total_ends(
    identity: tuple[str, ...], *, rounds_down: bool
) -> None:
    fetch, asked = _canned(("aa", None))
    pages = Pages(fetch, page_size=2, identity=identity, rounds_down=rounds_down)
    assert len(await _ids(pages)) <= 3
    assert len(asked) <= 8


async def test_an_empty_page_too_early_ends_as_incomplete() -> None:
    fetch, _ = _canned(("abc", 9), ("cde", 9), ("", 9))
    pages = Pages(fetch, page_size=3, identity=("id",), in_flight=1)
    assert await _ids(pages) == list("abcde")
    assert pages.incomplete


async def test_a_first_page_without_rows_is_incomplete_where_a_total_says_otherwise() -> None:
    fetch, _ = _canned(("", 5))
    pages = Pages(fetch, page_size=3)
    assert await _ids(pages) == []
    assert pages.incomplete == "0 of 5 rows came"


async def test_the_row_that_moves_up_while_another_one_comes_in_is_not_lost() -> None:
    # The retention of a listing at work: the oldest row goes, a new one comes, the total stays.
    listing = Moving(list(range(9)), [STILL, Change(inserts=(1.0,), deletes=(0.0,))], named=False)
    pages = listing.pages(3, ahead=1)
    assert await numbers(pages) == [*range(9), 10_001]
    assert pages.total == 9
    assert not pages.incomplete


async def test_a_page_that_comes_again_by_chance_is_not_taken_for_rounding() -> None:
    to_and_fro = [Change(inserts=(0.0,), deletes=(1.0,)), Change(deletes=(0.0,))]
    listing = Moving(list(range(8)), [*[STILL] * 6, *to_and_fro], named=False, cap=2)
    pages = listing.pages(2, ahead=1)
    assert await numbers(pages) == list(range(7))
    assert not pages.incomplete


async def test_the_last_row_is_not_lost_when_the_last_page_has_become_empty() -> None:
    listing = Moving(list(range(7)), [STILL, STILL, STILL, Change(deletes=(0.0,))])
    pages = listing.pages(3, ahead=1)
    assert await numbers(pages) == list(range(7))
    assert not pages.incomplete


async def test_rows_that_come_in_while_reading_do_not_make_it_incomplete() -> None:
    listing = Moving(list(range(20)), [STILL, Change(inserts=(0.0, 0.0))])
    pages = listing.pages(5, ahead=2)
    assert await numbers(pages) == list(range(20))
    assert pages.total == 22
    assert not pages.incomplete


async def test_rows_whose_name_is_missing_are_all_given() -> None:
    async def fetch(offset: int, limit: int) -> Page:
        await asyncio.sleep(0)
        rows: Rows = tuple({"n": n} for n in range(offset, min(offset + limit, 10)))
        return Page(rows, 10, offset, limit, datetime.now(UTC), 0.0)

    pages = Pages(fetch, page_size=3, identity=("id",))
    assert [row["n"] async for page in pages for row in page.rows] == list(range(10))
    assert not pages.incomplete


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_pages_of_equal_rows_are_taken_for_one_page_that_comes_again(size: int) -> None:
    async def fetch(offset: int, limit: int) -> Page:
        await asyncio.sleep(0)
        row: Row = {"n": 1}
        rows = (row,) * max(0, min(limit, 6 - offset))
        return Page(rows, 6, offset, limit, datetime.now(UTC), 0.0)

    pages = Pages(fetch, page_size=size)
    assert len([row async for page in pages for row in page.rows]) == size
    assert pages.incomplete == "the cloud gave the same page again"


async def test_equal_rows_that_meet_where_two_pages_do_are_all_given() -> None:
    rows: Rows = tuple({"n": n} for n in (1, 2, 2, 2, 3, 3, 4))

    async def fetch(offset: int, limit: int) -> Page:
        await asyncio.sleep(0)
        return Page(rows[offset : offset + limit], 7, offset, limit, datetime.now(UTC), 0.0)

    pages = Pages(fetch, page_size=3)
    assert await numbers(pages) == [1, 2, 2, 2, 3, 3, 4]
    assert not pages.incomplete


async def test_pages_are_asked_for_ahead_and_never_more_than_allowed() -> None:
    flying = most = 0

    async def fetch(offset: int, limit: int) -> Page:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        for _ in range(50):
            await asyncio.sleep(0)
        flying -= 1
        rows: Rows = tuple({"n": n} for n in range(offset, min(offset + limit, 200)))
        return Page(rows, 200, offset, limit, datetime.now(UTC), 0.0)

    pages = Pages(fetch, page_size=5, in_flight=8)
    assert await numbers(pages) == list(range(200))
    assert most == 8


async def test_a_page_that_fails_ends_the_reading_after_the_pages_before_it() -> None:
    async def fetch(offset: int, limit: int) -> Page:
        await asyncio.sleep(0)
        if offset > 10:
            raise ConnectionError(str(offset))
        rows: Rows = tuple({"n": n} for n in range(offset, offset + limit))
        return Page(rows, 100, offset, limit, datetime.now(UTC), 0.0)

    got: list[object] = []

    async def read() -> None:
        async for page in Pages(fetch, page_size=4):
            got.extend(row["n"] for row in page.rows)

    with pytest.raises(ConnectionError, match="12"):
        await read()
    assert got == list(range(13))
