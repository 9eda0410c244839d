"""Counting: by kind, over time, under filters, and what changed."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from math import inf
from random import Random
from zoneinfo import ZoneInfo

import pytest

from console.app.bins import DAY, HOUR, MINUTE, bins, local
from console.app.changes import Change, before, comparing, latest, sentence
from console.app.slices import finished
from console.app.tallies import EVER, KINDS, Selection, Share, Span, Tallies
from console.services.blocked_notifications import BlockedNotification

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
USER = next(kind for kind in KINDS if kind.name == "user_name")
REASON = next(kind for kind in KINDS if kind.name == "error_message")
POOL = next(kind for kind in KINDS if kind.name == "desktop_pool_name")


def row(
    moment: datetime | None, user: str | None = "li", reason: str = "full"
) -> BlockedNotification:
    return BlockedNotification(operate_time=moment, user_name=user, error_message=reason)


def rows(
    number: int, *, span: timedelta = timedelta(days=9), seed: int = 1
) -> list[BlockedNotification]:
    """Return rows, newest first, of a few users and reasons."""
    random = Random(seed)  # noqa: S311 - rows, no secrets
    ages = sorted(random.random() for _ in range(number))
    return [
        BlockedNotification(
            operate_time=NOW - age * span,
            user_name=random.choice(["li", "wang", "王", None]),
            error_message=random.choice(["full", "no mail"]),
        )
        for age in ages
    ]


def counted(records: Sequence[BlockedNotification]) -> Tallies:
    tallies = Tallies()
    tallies.extend(records)
    return tallies


def stamp(moment: datetime) -> float:
    return moment.timestamp()


# Bins


@pytest.mark.parametrize(
    ("span", "room", "words"),
    [
        (timedelta(minutes=50), 60, "1 min"),
        (timedelta(hours=4), 60, "5 min"),
        (timedelta(hours=24), 60, "30 min"),
        (timedelta(days=2), 60, "1 h"),
        (timedelta(days=9), 60, "6 h"),
        (timedelta(days=40), 60, "1 day"),
        (timedelta(days=4000), 60, "16 weeks"),
    ],
)
def test_bins_suit_the_span_and_never_outnumber_the_room(
    span: timedelta, room: int, words: str
) -> None:
    found = bins(stamp(NOW - span), stamp(NOW), UTC, room)
    assert found.step.words == words
    assert len(found) <= room
    assert found.edges[0] <= stamp(NOW - span)
    assert found.edges[-1] >= stamp(NOW)


@pytest.mark.parametrize("zone", [UTC, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("Asia/Shanghai")])
@pytest.mark.parametrize("hours", [5, 30, 100, 400, 3000])
def test_bins_begin_when_the_clock_shows_a_round_time(zone: tzinfo, hours: int) -> None:
    start = datetime(2026, 10, 24, 13, 7, tzinfo=zone)  # Berlin's clock goes back the day after
    found = bins(stamp(start), stamp(start) + hours * HOUR, zone, 60)
    for edge in found.edges:
        wall = local(edge, zone)
        since_midnight = wall.hour * HOUR + wall.minute * MINUTE + wall.second
        assert since_midnight % min(found.step.seconds, DAY) == 0


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 10, 25), 25), ((2026, 3, 29), 23), ((2026, 6, 1), 24)]
)
def test_a_day_lasts_from_midnight_to_midnight(day: tuple[int, int, int], hours: int) -> None:
    noon = datetime(*day, 12, tzinfo=BERLIN)
    found = bins(stamp(noon) - 15 * DAY, stamp(noon) + 15 * DAY, BERLIN, 40)
    at = found.index(stamp(noon))
    assert at is not None
    assert (found.edges[at + 1] - found.edges[at]) / HOUR == hours
    six_hours = bins(stamp(noon) - 2 * DAY, stamp(noon) + 2 * DAY, BERLIN, 20)
    walls = {local(edge, BERLIN).hour for edge in six_hours.edges}
    assert walls == {0, 6, 12, 18}


def test_an_hour_that_comes_twice_has_two_bins() -> None:
    start = datetime(2026, 10, 25, 0, tzinfo=BERLIN)
    found = bins(stamp(start), stamp(start) + 5 * HOUR, BERLIN, 5)
    assert [local(edge, BERLIN).hour for edge in found.edges] == [0, 1, 2, 2, 3, 4]


def test_bins_reach_the_edges_of_the_calendar() -> None:
    first = stamp(datetime.min.replace(tzinfo=UTC))
    last = stamp(datetime.max.replace(tzinfo=UTC))
    for start, end in ((first, first + 1), (first, last), (last, last), (last - 9 * DAY, last)):
        found = bins(start, end, BERLIN, 30)
        assert 1 <= len(found) <= 30
        assert found.words(0, len(found) - 1)
        assert found.ticks(1, 30)


def test_times_on_the_axis_stand_where_their_bins_do_and_do_not_touch() -> None:
    random = Random(7)  # noqa: S311 - spans, no secrets
    for _ in range(200):
        span = 10 ** random.uniform(2, 8)
        room = random.randrange(8, 150)
        start = stamp(NOW) - span - random.random() * 300 * DAY
        found = bins(start, start + span, BERLIN, room)
        breadth = max(1, room // len(found))
        said = found.ticks(breadth, room, "|")
        for (at, text), (following, _) in pairwise(said):
            assert at + len(text) < following
        assert all(at % breadth == 0 and at + len(text) <= room for at, text in said)
        for at, text in said:
            wall = local(found.edges[at // breadth], BERLIN)
            assert (
                (f"{wall:%H:%M}" in text)
                or (f"{wall.day} {wall:%b}" in text)
                or (wall.date().isoformat() in text)
            )


def test_bins_say_when_they_are() -> None:
    start = datetime(2026, 11, 20, 14, tzinfo=UTC)
    hours = bins(stamp(start), stamp(start) + 12 * HOUR, UTC, 12)
    assert hours.words(0, 0) == "Fri 20 Nov 14:00-15:00"
    assert hours.words(0, 9) == "Fri 20 Nov 14:00-24:00"
    assert hours.words(9, 10) == "Fri 20 Nov 23:00 to Sat 21 Nov 01:00"
    days = bins(stamp(start), stamp(start) + 12 * DAY, UTC, 13)
    assert days.words(1, 1) == "Sat 21 Nov"
    assert days.words(1, 3) == "Sat 21 Nov to Mon 23 Nov"


# Counts


def test_pages_that_stream_in_give_the_same_counts_as_all_rows_at_once() -> None:
    records = rows(3_000)
    whole, streamed = counted(records), Tallies()
    selection = Selection(
        chosen=Span(stamp(NOW) - 3 * DAY, stamp(NOW) - DAY), values={"error_message": "full"}
    )
    whole.select(selection)
    streamed.select(selection)
    drawn = bins(stamp(NOW) - 9 * DAY, stamp(NOW) + 1, UTC, 50)
    for start in range(0, len(records), 170):
        streamed.extend(records[start : start + 170])
        extent = streamed.extent
        assert extent
        drawn = bins(extent.start, stamp(NOW) + 1, UTC, 50)
        came = records[: start + 170]
        assert sum(finished(streamed.bars(drawn))) == sum(
            each.error_message == "full" for each in came
        )
    assert finished(streamed.bars(drawn)) == finished(whole.bars(drawn))
    for kind in KINDS:
        assert streamed.top(kind, 99) == whole.top(kind, 99)
        assert streamed.distinct(kind) == whole.distinct(kind)


def test_counts_are_carried_over_to_bins_that_go_further() -> None:
    day = stamp(NOW) - DAY
    before = bins(day, day + 10 * HOUR, UTC, 12)
    counts = list(range(len(before)))
    longer = bins(day - 3 * HOUR, day + 12 * HOUR, UTC, 16)
    assert longer.step == before.step
    carried = longer.carried(before, counts)
    assert carried
    assert [(edge, count) for edge, count in zip(longer.edges, carried, strict=False) if count] == [
        (edge, count) for edge, count in zip(before.edges, counts, strict=False) if count
    ]
    assert before.carried(longer, carried) is None
    assert bins(day, day + 3 * DAY, UTC, 12).carried(before, counts) is None


def test_each_count_is_of_what_everything_but_itself_lets_through() -> None:
    records = rows(2_000, seed=2)
    tallies = counted(records)
    period = Span(stamp(NOW) - 8 * DAY, stamp(NOW) - DAY)
    chosen = Span(stamp(NOW) - 3 * DAY, stamp(NOW) - 2 * DAY)
    found = bytes(at % 3 == 0 for at in range(len(records)))
    tallies.select(Selection(period, chosen, {"error_message": "full"}, found))

    def passing(*, time: bool = True, reason: bool = True) -> list[BlockedNotification]:
        return [
            each
            for each, is_found in zip(records, found, strict=True)
            if is_found
            and period.holds(each.operate_time)
            and (not time or chosen.holds(each.operate_time))
            and (not reason or each.error_message == "full")
        ]

    users = Counter(each.user_name for each in passing())
    rows_in_all = users.total()
    del users[None]
    assert {share.value: share.rows for share in tallies.top(USER, 9)} == dict(users)
    assert {share.of for share in tallies.top(USER, 9)} == {rows_in_all}
    reasons = Counter(each.error_message for each in passing(reason=False))
    assert {share.value: share.rows for share in tallies.top(REASON, 9)} == dict(reasons)
    drawn = bins(period.start, period.end, UTC, 40)
    times = [each.operate_time for each in passing(time=False)]
    assert finished(tallies.bars(drawn)) == [
        sum(start <= stamp(moment) < end for moment in times if moment)
        for start, end in pairwise(drawn.edges)
    ]


def test_values_that_are_missing_are_no_value_and_rows_without_a_time_are_in_no_bar() -> None:
    records = [
        BlockedNotification(user_name=None, operate_time=NOW),
        BlockedNotification(user_name="", operate_time=None),
        BlockedNotification(user_name="li", operate_time=NOW),
    ]
    tallies = counted(records)
    assert tallies.top(USER, 9) == [Share("", 1, 3), Share("li", 1, 3)]
    assert tallies.distinct(USER) == 2
    assert not tallies.has(POOL)
    assert tallies.untimed == 1
    assert sum(finished(tallies.bars(bins(stamp(NOW) - DAY, stamp(NOW) + DAY, UTC, 30)))) == 2
    assert finished(tallies.within(Span(stamp(NOW), stamp(NOW) + 1)))["user_name"] == {
        None: 1,
        "li": 1,
    }


def test_a_share_is_all_or_nothing_only_where_it_is() -> None:
    shares = [Share("", 1_999, 2_000), Share("", 1, 2_000), Share("", 5, 5), Share("", 1, 3)]
    assert [share.percent for share in shares] == [99, 1, 100, 33]


# What is covered


@pytest.mark.parametrize(
    ("newest_first", "at_start", "complete", "expected"),
    [
        (True, True, False, (False, True, True, True)),
        (True, False, False, (False, True, True, False)),
        (False, True, False, (None, None, None, None)),
        (True, True, True, (True, True, True, True)),
    ],
)
def test_a_time_is_covered_only_where_no_row_of_it_can_be_missing(
    newest_first: bool,  # noqa: FBT001 - a case
    at_start: bool,  # noqa: FBT001 - as above
    complete: bool,  # noqa: FBT001 - as above
    expected: tuple[bool | None, ...],
) -> None:
    tallies = counted([row(NOW - timedelta(hours=age)) for age in range(5)])
    covered = tallies.covered(newest_first=newest_first, at_start=at_start, complete=complete)
    oldest, newest = stamp(NOW) - 4 * HOUR, stamp(NOW)
    asked = [
        Span(oldest, newest),  # another row of the very time of the oldest may follow
        Span(oldest + 0.001, newest - 1),
        Span(oldest + 0.001, newest),
        Span(newest - 1, newest + DAY),
    ]
    if covered is None:
        assert expected[0] is None
        return
    holds = [covered.start <= each.start and each.end <= covered.end for each in asked]
    assert holds == list(expected)


def test_rows_that_come_in_another_order_than_asked_cover_nothing() -> None:
    ages = [0, 2, 1, 3]
    tallies = counted([row(NOW - timedelta(hours=age)) for age in ages])
    assert tallies.covered(newest_first=True, at_start=True, complete=False) is None
    assert tallies.covered(newest_first=True, at_start=True, complete=True) == EVER


def test_rows_in_any_order_are_counted_within_a_time() -> None:
    for ages in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]):
        tallies = counted([row(NOW - timedelta(hours=age)) for age in ages])
        span = Span(stamp(NOW) - 3 * HOUR, stamp(NOW) - HOUR)
        assert finished(tallies.within(span))["user_name"].total() == 2
        assert finished(tallies.within(Span(-inf, inf)))["user_name"].total() == 5


# What changed


def test_the_time_before_is_as_long_by_the_clock() -> None:
    day = datetime(2026, 10, 25, tzinfo=BERLIN)  # of 25 hours
    span = Span(stamp(day), stamp(day + timedelta(days=1)))
    found = before(span, inf, BERLIN)
    assert found == (
        Span(stamp(datetime(2026, 10, 24, tzinfo=BERLIN)), span.start),
        "the day before",
    )
    noon = stamp(day.replace(hour=12))
    assert before(span, noon, BERLIN) == (
        Span(stamp(datetime(2026, 10, 24, tzinfo=BERLIN)), noon - 25 * HOUR),
        "by this time the day before",
    )
    assert before(Span(noon, noon + HOUR), inf, BERLIN) == (
        Span(noon - HOUR, noon),
        "the hour before",
    )
    assert before(Span(-inf, noon), inf, BERLIN) is None


def busy(recent: int, earlier: int) -> Tallies:
    """Return rows of the last day and the one before, and one that is older, newest first."""
    ages = [at * 20 / max(1, recent) for at in range(recent)]
    ages += [25 + at * 20 / max(1, earlier) for at in range(earlier)]
    return counted([row(NOW - timedelta(hours=age), f"u{age > 24:d}") for age in [*ages, 60.0]])


@pytest.mark.parametrize(
    ("recent", "earlier", "words"),
    [
        (31, 10, "3.1x the day before (10)"),
        (10, 10, "as many as the day before (10)"),
        (100, 10, "10x the day before (10)"),
        (5, 100, "0.05x the day before (100)"),
        (0, 4, "4 the day before"),
        (4, 0, "none the day before"),
        (0, 0, "nor the day before"),
    ],
)
def test_a_day_is_compared_with_the_one_before(recent: int, earlier: int, words: str) -> None:
    tallies = busy(recent, earlier)
    covered = tallies.covered(newest_first=True, at_start=True, complete=False)
    compared = latest(tallies, stamp(NOW), covered)
    assert compared
    said = sentence(compared[0], KINDS)
    rows_words = {0: "no rows"}.get(recent, f"{recent} rows")
    assert said[:2] == [f"last 24 h: {rows_words}", words]


def test_a_shorter_time_is_compared_where_not_all_of_two_days_is_loaded() -> None:
    ages = [at / 60 for at in range(60 * 13)]  # 13 hours back
    tallies = counted([row(NOW - timedelta(hours=age)) for age in ages])
    covered = tallies.covered(newest_first=True, at_start=True, complete=False)
    compared = latest(tallies, stamp(NOW), covered)
    assert compared
    assert compared[1] == "6 h"
    assert compared[0].rows == 361  # the row of this very minute too
    assert compared[0].rows_before == 360
    middle = tallies.covered(newest_first=True, at_start=False, complete=False)
    assert latest(tallies, stamp(NOW), middle) is None


def test_nothing_is_compared_with_a_time_of_which_rows_may_be_missing() -> None:
    tallies = counted([row(NOW - timedelta(hours=age)) for age in range(30)])
    covered = tallies.covered(newest_first=True, at_start=True, complete=False)
    day = Span(stamp(NOW) - DAY, stamp(NOW) + 1)
    found = finished(comparing(tallies, day, "today", covered, before(day, inf, UTC)))
    assert found.whole
    assert found.counts_before is None
    assert found.of(USER, "li") is None
    assert sentence(found, KINDS)[0] == "today: 25 rows"
    longer = Span(stamp(NOW) - 2 * DAY, stamp(NOW) + 1)
    part = finished(comparing(tallies, longer, "two days", covered, before(longer, inf, UTC)))
    assert sentence(part, KINDS)[0] == "two days: at least 30 rows"


def test_a_sentence_names_whom_it_is_about() -> None:
    def said(now: dict[str, int], then: dict[str, int] | None) -> str:
        found = Change(
            "today",
            {"user_name": Counter(now)},
            None if then is None else {"user_name": Counter(then)},
            "the day before",
        )
        return sentence(found, [USER])[-1]

    assert said({"li": 60, "wang": 40}, None) == "mostly user li (60%)"
    assert said({"li": 30, "wang": 25, "xu": 45}, None) == "top user xu (45%)"
    grown = {"li": 38, "xu": 2}, {"li": 40, "xu": 20, "wang": 20}
    assert said(grown[1], grown[0]) == "grown most: user wang (25%, none before)"
    assert said({"li": 7}, None) == "all user li (100%)"
    assert said({f"u{at}": 1 for at in range(30)}, None) == "spread over 30 users"
    # What grew says more than what is always there.
    assert said({"li": 50, "wang": 50}, {"li": 48, "wang": 2}) == "mostly user wang (50%)"
    assert said({"li": 40, "xu": 60}, {"li": 40}) == "mostly user xu (60%, none before)"
