"""Periods, as people type them, in zones whose clocks skip and repeat hours."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from console.app.period import Period, parse, period_field

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # 16:30 in Berlin


def _read(text: str, now: datetime = NOW, zone: tzinfo | None = BERLIN) -> Period:
    return parse(text, now, zone)


def _ends(period: Period, zone: tzinfo = BERLIN) -> tuple[str, str]:
    """Return both ends as the zone's clocks show them, with their offsets."""
    both = (period.start, period.end)
    first, last = (f"{each.astimezone(zone):%m-%d %H:%M %z}" if each else "" for each in both)
    return first, last


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("today", "11-20 00:00", "11-21 00:00", "today, 2026-11-20"),
        (" Yesterday ", "11-19 00:00", "11-20 00:00", "yesterday, 2026-11-19"),
        ("2026-11-18", "11-18 00:00", "11-19 00:00", "2026-11-18"),
        ("-2h", "11-20 14:30", "", "since 2026-11-20 14:30"),
        ("last 2h", "11-20 14:30", "", "since 2026-11-20 14:30"),
        ("last hour", "11-20 15:30", "", "since 2026-11-20 15:30"),
        ("-30m", "11-20 16:00", "", "since 2026-11-20 16:00"),
        ("-7d", "11-13 16:30", "", "since 2026-11-13 16:30"),
        ("last 7 days", "11-13 16:30", "", "since 2026-11-13 16:30"),
        ("2026-11-20 14:00", "11-20 14:00", "", "since 2026-11-20 14:00"),
        ("yesterday 14:00", "11-19 14:00", "", "since 2026-11-19 14:00"),
        ("14:00", "11-20 14:00", "", "since 2026-11-20 14:00"),
        ("23:00", "11-19 23:00", "", "since 2026-11-19 23:00"),
        ("22:00..02:00", "11-19 22:00", "11-20 02:00", "2026-11-19 22:00 to 2026-11-20 02:00"),
        ("2026-11-20 10:00..11:30", "11-20 10:00", "11-20 11:30", ""),
        (
            "2026-11-18..2026-11-20",
            "11-18 00:00",
            "11-21 00:00",
            "2026-11-18 to 2026-11-20, both days included",
        ),
        ("since yesterday", "11-19 00:00", "", "since 2026-11-19"),
        ("2026-11-18..", "11-18 00:00", "", "since 2026-11-18"),
        ("..2026-11-18", "", "11-19 00:00", "until the end of 2026-11-18"),
        ("until 12:00", "", "11-20 12:00", "until 2026-11-20 12:00"),
        ("yesterday..10:00", "11-19 00:00", "11-20 10:00", ""),
        ("-2h..-1h", "11-20 14:30", "11-20 15:30", ""),
        ("2026-11-20T12:00:00Z", "11-20 13:00", "", ""),
        ("2026-11-20 12:00:00 -0500 to now", "", "", "must end after it begins"),
        ("2026-11-20 12:00:00 +0900 to now", "11-20 04:00", "11-20 16:30", ""),
    ],
)
def test_what_people_type_is_read(text: str, start: str, end: str, words: str) -> None:
    if words.startswith("must"):
        with pytest.raises(ValueError, match=words):
            _read(text)
        return
    period = _read(text)
    ends = _ends(period)
    assert [each.removesuffix(" +0100") for each in ends] == [start, end]
    assert not words or period.words == words


@pytest.mark.parametrize(
    "text",
    [
        *("", "..", "nonsense", "-", "--2h", "-2 fortnights", "2026-13-01", "2026-02-30", "25:00"),
        *(
            "2026-11-20T",
            "2026-11-2014:00",
            "a..b..c",
            "14:00..x",
            "2026-11-20..2026-11-19",
            "last",
        ),
        *("-99999999h", "-999999999w", "0001-01-01", "9999-12-31", "0001-01-01 00:00+14:00"),
        *("[red]", "\x1b[2J", "１４:00", "9" * 5_000, "-" + "9" * 5_000 + "h"),  # noqa: RUF001 - wide figures
    ],
)
@pytest.mark.parametrize("zone", [None, UTC, BERLIN])
def test_nonsense_is_refused_in_a_plain_sentence(text: str, zone: tzinfo | None) -> None:
    with pytest.raises(ValueError, match=r"^(must|lies) [a-zA-Z0-9 ,.:-]+$"):
        parse(text, NOW, zone)


def test_a_period_holds_its_start_and_not_its_end() -> None:
    period = _read("2026-11-20 10:00..11:00")
    assert period.start
    assert period.end
    assert period.contains(period.start)
    assert not period.contains(period.end)
    assert period.contains(datetime(2026, 11, 20, 9, 59, 59, tzinfo=UTC))
    assert not period.contains(None)
    assert not period.contains("2026-11-20T09:30:00Z")


@pytest.mark.parametrize(
    ("day", "name", "start", "end", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", "03-29 00:00 +0100", "03-30 00:00 +0200", 23),
        ("2026-10-25", "Europe/Berlin", "10-25 00:00 +0200", "10-26 00:00 +0100", 25),
        ("2018-11-04", "America/Sao_Paulo", "11-04 01:00 -0200", "11-05 00:00 -0200", 23),
        ("2018-11-03", "America/Sao_Paulo", "11-03 00:00 -0300", "11-04 01:00 -0200", 24),
        ("2018-02-17", "America/Sao_Paulo", "02-17 00:00 -0200", "02-18 00:00 -0300", 25),
        ("2023-04-28", "Africa/Cairo", "04-28 01:00 +0300", "04-29 00:00 +0300", 23),
        ("2025-11-02", "America/Havana", "11-02 00:00 -0400", "11-03 00:00 -0500", 25),
        ("2025-11-01", "America/Havana", "11-01 00:00 -0400", "11-02 00:00 -0400", 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(
    day: str, name: str, start: str, end: str, hours: int
) -> None:
    zone = ZoneInfo(name)
    period = _read(day, zone=zone)
    assert period.start
    assert period.end
    assert _ends(period, zone) == (start, end)
    assert (period.end - period.start).total_seconds() == hours * 3600


def test_a_time_that_is_skipped_is_the_moment_of_the_skip() -> None:
    period = _read("2026-03-29 02:30")
    assert _ends(period)[0] == "03-29 03:00 +0200"


def test_a_time_that_comes_twice_begins_with_the_first_and_ends_with_the_second() -> None:
    assert _ends(_read("2026-10-25 02:30"))[0] == "10-25 02:30 +0200"
    assert _ends(_read("..2026-10-25 02:30"))[1] == "10-25 02:30 +0100"


def test_hours_are_counted_as_they_pass_and_days_by_the_clock() -> None:
    after_the_skip = datetime(2026, 3, 29, 10, tzinfo=UTC)  # 12:00 in Berlin
    assert _ends(_read("-24h", after_the_skip))[0] == "03-28 11:00 +0100"
    assert _ends(_read("-1d", after_the_skip))[0] == "03-28 12:00 +0100"


@pytest.mark.parametrize(
    ("typed", "meant"), [("30d", "-30d"), ("2 hours ago", "-2h"), ("1w", "-7d")]
)
def test_a_span_needs_no_sign(typed: str, meant: str) -> None:
    assert _ends(_read(typed)) == _ends(_read(meant))


@pytest.mark.parametrize("typed", ["yesterdy", "30", "d", "30 parsecs", "2h 3"])
def test_what_is_no_span_is_no_period(typed: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        _read(typed)


def test_the_field_keeps_the_text_so_that_it_is_read_anew_each_time() -> None:
    field = period_field()
    assert field.local
    assert field.read("  last   2h ") == "last 2h"
    with pytest.raises(ValueError, match="must be a period"):
        field.read("whenever")
