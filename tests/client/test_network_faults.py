"""Whatever the network does to a read, it ends in rows or in one clear error, soon."""

import json
import time
from collections.abc import Sequence
from typing import Any

import pytest

from console.client.paging import Row
from console.errors import ServerError, ThrottledError, UnreachableError
from tests.client.fault_cases import BODIES, CONNECTION, HTML, STATUSES, Case, chunks, framed, row
from tests.client.reading import GOOD, ROW, SOON, TEXT, ending, listing
from tests.client.wire import Reply, answer, document, head, zipped

_TRIED = (UnreachableError, ServerError, ThrottledError)
"""Errors that are tried again until the time is up; the others come at once."""


@pytest.mark.parametrize("case", [*CONNECTION, *BODIES, *STATUSES])
async def test_a_fault_ends_in_one_clear_error_soon(case: Case) -> None:
    started = time.monotonic()
    ended = await ending(*case.replies, seconds=0.5 if issubclass(case.error, _TRIED) else SOON)
    assert type(ended) is case.error
    assert case.says in ended.sentence
    assert ended.sentence.isprintable()
    assert len(ended.sentence) < 1_000
    assert json.dumps(ended.facts())
    assert time.monotonic() - started < SOON


def _rows(id_: str, *replies: Reply, rows: Sequence[Row] = (ROW,)) -> Any:
    return pytest.param(replies, list(rows), id=id_)


def _with(**changes: Any) -> list[Row]:
    return [{**ROW, **changes}]


_DROPPED = Reply(then="close")
_BYTES = [chunks(*(TEXT[n : n + 1] for n in range(len(TEXT))))]


@pytest.mark.parametrize(
    ("replies", "rows"),
    [
        _rows("closed once", _DROPPED, listing()),
        _rows("reset once", Reply(then="reset"), listing()),
        _rows("cut once", framed(len(TEXT), TEXT[:40]), listing()),
        _rows("503 once", answer(HTML, 503), listing()),
        _rows("429 once", answer(status=429), listing()),
        _rows("429 once, wait 0", answer(status=429, headers=[("Retry-After", "0")]), listing()),
        _rows(
            "429 once, wait a date gone by",
            answer(status=429, headers=[("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT")]),
            listing(),
        ),
        _rows("gzip", zipped(TEXT)),
        _rows("chunk by chunk", *_BYTES),
        _rows("closed after the answer", answer(TEXT, then="close")),
        _rows("no length, closed", Reply(head(200, ()) + TEXT, "close")),
        _rows("100 Continue first", Reply(head(100, ()) + answer(TEXT).raw)),
        _rows("a byte order mark", answer(b"\xef\xbb\xbf" + TEXT)),
        _rows("UTF-16", answer(TEXT.decode().encode("utf-16"))),
        _rows("a wrong content type", answer(TEXT, headers=[("Content-Type", "text/html")])),
        _rows(
            "an unknown charset",
            answer(TEXT, headers=[("Content-Type", "application/json;charset=zz")]),
        ),
        _rows("no content type", answer(TEXT)),
        _rows("no total", document({"notification_records": [ROW]})),
        _rows("total null", listing(total_count=None)),
        _rows("total smaller than the rows", listing(total_count=0)),
        _rows("no rows at all", document({"total_count": 0}), rows=()),
        _rows(
            "rows null and none to come",
            listing(total_count=0, notification_records=None),
            rows=(),
        ),
        _rows(
            "a field missing",
            listing(notification_records=[{"type": "SMS"}]),
            rows=[{"type": "SMS"}],
        ),
        _rows("every field missing", listing(notification_records=[{}]), rows=[{}]),
        _rows("a field more", row(new={"a": [1]}), rows=_with(new={"a": [1]})),
        _rows("a field null", row(user_name=None), rows=_with(user_name=None)),
        _rows("an unknown value", row(type="PIGEON"), rows=_with(type="PIGEON")),
        _rows(
            "a time in seconds",
            row(operate_time=1_744_681_223),
            rows=_with(operate_time=1_744_681_223),
        ),
        _rows(
            "a time in ms",
            row(operate_time=1_744_681_223_584),
            rows=_with(operate_time=1_744_681_223_584),
        ),
        _rows(
            "the year 1",
            row(operate_time="0001-01-01T00:00:00Z"),
            rows=_with(operate_time="0001-01-01T00:00:00Z"),
        ),
        _rows(
            "the year 9999",
            row(operate_time="9999-12-31T23:59:59Z"),
            rows=_with(operate_time="9999-12-31T23:59:59Z"),
        ),
        _rows("an empty error code", document({**GOOD, "error_code": "", "error_msg": None})),
    ],
)
async def test_a_fault_that_passes_or_does_no_harm_ends_in_the_right_rows(
    replies: Sequence[Reply], rows: list[Row]
) -> None:
    assert await ending(*replies, seconds=3.0) == rows
