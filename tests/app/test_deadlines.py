"""Deadlines: the words for the time left, what is overdue, and the order to look in."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from console.app.deadlines import TimeLeft, full, order, short, tally
from console.services.review_messages import STATUSES, ReviewMessage

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
WAITING = "STATUS_TYPE_PENDING_CHECK"
PASSED = "STATUS_TYPE_PASSED"
COLUMN = TimeLeft(lambda: NOW)


def message(status: str | None = WAITING, **ahead: float) -> ReviewMessage:
    """Return a message whose deadline is some time ahead of now; none where not given."""
    deadline = NOW + timedelta(**ahead) if ahead else None
    return ReviewMessage(id="m", api_apply_status=status, api_using_time=deadline)


@pytest.mark.parametrize(
    ("length", "words", "in_full"),
    [
        (timedelta(), "< 1 min", "less than a minute"),
        (timedelta(seconds=59), "< 1 min", "less than a minute"),
        (timedelta(seconds=60), "1 min", "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 minutes"),
        (timedelta(hours=1), "1 h", "1 hour"),
        (timedelta(hours=3, minutes=12), "3 h 12 min", "3 hours and 12 minutes"),
        (timedelta(hours=9, minutes=59), "9 h 59 min", "9 hours and 59 minutes"),
        (timedelta(hours=10, minutes=59), "10 h", "10 hours and 59 minutes"),
        (timedelta(days=1, minutes=5), "1 d", "1 day and 5 minutes"),
        (timedelta(days=2, hours=4, minutes=9), "2 d 4 h", "2 days, 4 hours and 9 minutes"),
        (timedelta(days=9, hours=23), "9 d 23 h", "9 days and 23 hours"),
        (timedelta(days=10, hours=23), "10 d", "10 days and 23 hours"),
        (timedelta(days=2_912_345), "2,912,345 d", "2,912,345 days"),
        (timedelta(hours=-3, minutes=-12, seconds=-1), "3 h 12 min", "3 hours and 12 minutes"),
    ],
)
def test_a_length_of_time_is_rounded_down_whatever_its_sign(
    length: timedelta, words: str, in_full: str
) -> None:
    assert (short(length), full(length)) == (words, in_full)


@pytest.mark.parametrize(
    ("what", "words", "tone"),
    [
        (message(days=2, hours=4), "in 2 d 4 h", ""),
        (message(hours=23), "in 23 h", "warning"),
        (message(seconds=0), "in < 1 min", "warning"),
        (message(seconds=-1), "overdue < 1 min", "error"),
        (message(hours=-3), "overdue 3 h", "error"),
        (message(days=-31), "overdue 31 d", ""),
        (message(PASSED, hours=3), "in 3 h", "dim"),
        (message(PASSED, hours=-3), "3 h ago", "dim"),
        (message(), "-", ""),
    ],
)
def test_words_and_tone_say_how_a_message_stands(
    what: ReviewMessage, words: str, tone: str
) -> None:
    assert (COLUMN.text(what, UTC), COLUMN.tone(what)) == (words, tone)


@pytest.mark.parametrize("status", [*STATUSES, "STATUS_TYPE_OF_TOMORROW", None])
def test_only_what_is_not_decided_is_overdue_and_an_unknown_status_is_not(
    status: str | None,
) -> None:
    decided = status in {PASSED, "STATUS_TYPE_REJECTED", "STATUS_TYPE_FORCED_CANCEL"}
    late, early, never = message(status, hours=-1), message(status, hours=1), message(status)
    assert tally([late, early, never], NOW).overdue == int(not decided)
    assert tally([early, never], NOW).overdue == 0


def due(deadline: datetime) -> ReviewMessage:
    """Return an open message with a deadline."""
    return ReviewMessage(id="m", api_apply_status=WAITING, api_using_time=deadline)


def test_open_ones_come_soonest_first_then_the_long_overdue_then_the_decided() -> None:
    wanted = [
        message(days=-29),
        message(hours=-1),
        message(minutes=40),
        message(days=300),
        due(datetime(9999, 12, 31, tzinfo=UTC)),
        message(),
        message(days=-31),
        message(days=-200),
        due(datetime(1, 1, 1, tzinfo=UTC)),
        message(PASSED, hours=1),
        message(PASSED, days=1),
        message(PASSED, hours=-1),
        message(PASSED, days=-100),
    ]
    keys = [order(each, NOW) for each in wanted]
    assert None not in keys
    assert all(one < other for one, other in pairwise(key for key in keys if key is not None))
    assert order(message(PASSED), NOW) is None, "a decided one without a deadline comes last"


def test_messages_come_to_a_count_and_the_next_deadline() -> None:
    found = tally(
        [
            message(hours=-1),
            message(days=-2),
            message(days=3),
            message(hours=7),
            message(),
            message(PASSED, minutes=1),
            message(PASSED, hours=-1),
        ],
        NOW,
    )
    assert (found.open, found.overdue, found.lately) == (5, 2, 1)
    assert found.words() == "2 overdue, next due in 7 h"
    assert found.urgent


@pytest.mark.parametrize(
    ("messages", "words", "urgent"),
    [
        ([], "", False),
        ([message(PASSED, hours=-1)], "", False),
        ([message(days=2)], "next due in 2 d", False),
        ([message(hours=2)], "next due in 2 h", True),
        ([message(days=-2)], "1 overdue", False),
        ([message(hours=-2)], "1 overdue", True),
    ],
)
def test_only_a_near_deadline_is_urgent(
    messages: list[ReviewMessage], words: str, *, urgent: bool
) -> None:
    found = tally(messages, NOW)
    assert (found.words(), found.urgent) == (words, urgent)
