"""Faults of the network and of answers, and the error that each ends in."""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest

from console.errors import (
    AuthenticationError,
    CloudError,
    ConsoleError,
    IncompleteError,
    PermissionDeniedError,
    ServerError,
    ThrottledError,
    UnreachableError,
    UnreadableError,
)
from tests.client.reading import GOOD, ROW, TEXT, listing
from tests.client.wire import Reply, answer, document, head


@dataclass(frozen=True)
class Case:
    """A fault and the error it ends in."""

    id: str
    replies: Sequence[Reply]
    error: type[ConsoleError]
    says: str = ""


def _case(id_: str, error: type[ConsoleError], *replies: Reply, says: str = "") -> Any:
    return pytest.param(Case(id_, replies, error, says), id=id_)


def framed(length: int, body: bytes, then: Any = "close", *headers: tuple[str, str]) -> Reply:
    return Reply(head(200, [*headers, ("Content-Length", str(length))]) + body, then)


def chunks(*chunks: bytes, then: Any = "keep", end: bytes = b"0\r\n\r\n") -> Reply:
    raw = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return Reply(head(200, [("Transfer-Encoding", "chunked")]) + raw + end, then)


def row(**changes: Any) -> Reply:
    return listing(notification_records=[{**ROW, **changes}])


HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1>nginx</body></html>"
_BOMB = gzip.compress(b" " * (80 << 20), 9)
_DEEP = b"[" * 200_000 + b"]" * 200_000

CONNECTION: Final = [
    _case("closed before the request", UnreachableError, Reply(then="close", unasked=True)),
    _case("reset before the request", UnreachableError, Reply(then="reset", unasked=True)),
    _case("closed after the request", UnreachableError, Reply(then="close")),
    _case("reset after the request", UnreachableError, Reply(then="reset")),
    _case("silence after the request", UnreachableError, Reply(then="hold"), says="within 0.5 s"),
    _case("status line cut", UnreachableError, Reply(b"HTTP/1.1 200 O", "close")),
    _case("headers cut", UnreachableError, Reply(b"HTTP/1.1 200 OK\r\nContent-Le", "close")),
    _case("reset after the headers", UnreachableError, framed(500, b"", "reset")),
    _case("body cut in half", UnreachableError, framed(len(TEXT), TEXT[:40])),
    _case("body reset in half", UnreachableError, framed(len(TEXT), TEXT[:40], "reset")),
    _case("body stalls in half", UnreachableError, framed(len(TEXT), TEXT[:40], "hold")),
    _case("length too long", UnreachableError, framed(len(TEXT) + 9, TEXT)),
    _case("length too long and silent", UnreachableError, framed(len(TEXT) + 9, TEXT, "hold")),
    _case("length too short", UnreadableError, framed(len(TEXT) - 9, TEXT)),
    _case("length no number", UnreachableError, answer(TEXT, headers=[("Content-Length", "x")])),
    _case("two lengths", UnreachableError, answer(TEXT, headers=[("Content-Length", "3")])),
    _case("chunk cut", UnreachableError, chunks(TEXT[:9], then="close", end=b"ff\r\n{")),
    _case("chunk length no number", UnreachableError, chunks(then="close", end=b"zz\r\n{}\r\n")),
    _case("one byte a second", UnreachableError, answer(TEXT, pace=1.0), says="within 0.5 s"),
    _case("one byte of the body a second", UnreachableError, Reply(head(200, ()), pace=0.01)),
    _case("not HTTP", UnreachableError, Reply(b"SSH-2.0-OpenSSH_9.6\r\n", "close", unasked=True)),
    _case("HTTP/0.9", UnreachableError, Reply(TEXT, "close")),
    _case("binary noise", UnreachableError, Reply(bytes(range(256)) * 40, "close")),
    _case("status 99", UnreachableError, Reply(b"HTTP/1.1 99 Odd\r\n\r\n", "close")),
    _case(
        "thousands of headers",
        UnreachableError,
        answer(TEXT, headers=[(f"X-{n}", "y" * 40) for n in range(5_000)]),
    ),
    _case(
        "an endless header",
        UnreachableError,
        Reply(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 500_000, "hold"),
    ),
    _case(
        "headers drip",
        UnreachableError,
        answer(TEXT, headers=[("X", "y" * 300)], pace=0.01),
        says="within 0.5 s",
    ),
    _case("100 Continue for ever", UnreachableError, Reply(head(100, ()) * 20, "hold")),
]

BODIES: Final = [
    _case("gzip bomb", UnreadableError, answer(_BOMB, headers=[("Content-Encoding", "gzip")])),
    _case(
        "gzip bomb in a gzip",
        UnreadableError,
        answer(gzip.compress(_BOMB), headers=[("Content-Encoding", "gzip, gzip")]),
    ),
    _case("80 MB", UnreadableError, answer(b" " * (80 << 20)), says="64 MiB"),
    _case(
        "gzip without gzip", UnreadableError, answer(TEXT, headers=[("Content-Encoding", "gzip")])
    ),
    _case(
        "gzip cut",
        UnreadableError,
        answer(gzip.compress(TEXT)[:-12], headers=[("Content-Encoding", "gzip")]),
    ),
    _case(
        "gzip with a wrong checksum",
        UnreadableError,
        answer(gzip.compress(TEXT)[:-8] + b"\0" * 8, headers=[("Content-Encoding", "gzip")]),
    ),
    _case(
        "unknown encoding",
        UnreadableError,
        answer(zlib.compress(TEXT), headers=[("Content-Encoding", "zz")]),
    ),
    _case("UTF-8 broken", UnreadableError, answer(TEXT.replace(b"li", b"\xff\xfe"))),
    _case(
        "GBK",
        UnreadableError,
        answer(
            '{"x":"\u4e2d\u6587"}'.encode("gbk"),
            headers=[("Content-Type", "application/json;charset=GBK")],
        ),
    ),
    _case("empty 200", UnreadableError, answer(), says="empty body"),
    _case("blanks", UnreadableError, answer("  \r\n"), says="empty body"),
    _case("204", UnreadableError, Reply(head(204, ()))),
    _case(
        "HTML 200",
        UnreadableError,
        answer(HTML, headers=[("Content-Type", "text/html")]),
        says="502 Bad Gateway",
    ),
    _case("JSON null", UnreadableError, answer("null")),
    _case("JSON number", UnreadableError, answer("12"), says="a JSON number"),
    _case("JSON text", UnreadableError, answer('"x"'), says="a JSON string"),
    _case("array for object", UnreadableError, document([GOOD]), says="a JSON array"),
    _case("deep nesting", UnreadableError, answer(_DEEP)),
    _case(
        "deep nesting in a row",
        UnreadableError,
        answer(b'{"total_count":1,"notification_records":[{"x":' + _DEEP + b"}]}"),
    ),
    _case("NaN", UnreadableError, answer(b'{"total_count":NaN,"notification_records":[]}')),
    _case("1e999", UnreadableError, answer(b'{"total_count":1e999,"notification_records":[]}')),
    _case(
        "a number of 10,000 digits",
        UnreadableError,
        answer(b'{"total_count":%s}' % (b"9" * 10_000)),
    ),
    _case("JSON cut", UnreadableError, answer(TEXT[:-3])),
    _case("JSON twice", UnreadableError, answer(TEXT + TEXT)),
    _case("no rows", UnreadableError, document({"total_count": 1}), says="notification_records"),
    _case("rows null", UnreadableError, listing(notification_records=None)),
    _case("rows an object", UnreadableError, listing(notification_records=ROW)),
    _case("a row null", UnreadableError, listing(notification_records=[None]), says="item 1"),
    _case("a row a text", UnreadableError, listing(notification_records=["x"])),
    _case("total a text", UnreadableError, listing(total_count="1"), says="total_count"),
    _case("total true", UnreadableError, listing(total_count=True)),
    _case("total negative", UnreadableError, listing(total_count=-1)),
    _case("total a fraction", UnreadableError, listing(total_count=1.5)),
    _case("total larger than the rows", IncompleteError, listing(total_count=10)),
    _case("a name that is a number", UnreadableError, row(user_name=7), says="user_name"),
    _case("a name that is a list", UnreadableError, row(user_name=[])),
    _case("a time that is none", UnreadableError, row(operate_time="yesterday")),
    _case("a time in the year 0", UnreadableError, row(operate_time="0000-01-01T00:00:00Z")),
    _case("a time in the year 10000", UnreadableError, row(operate_time="10000-01-01T00:00:00Z")),
    _case(
        "a time before the year 1", UnreadableError, row(operate_time="0001-01-01T00:00:00+14:00")
    ),
    _case("an epoch without end", UnreadableError, row(operate_time=10**300)),
    _case("an epoch of 400 digits", UnreadableError, row(operate_time=10**400)),
]

STATUSES: Final = [
    _case("502 HTML", ServerError, answer(HTML, 502), says="502 Bad Gateway"),
    _case("503 HTML", ServerError, answer(HTML, 503)),
    _case("504 HTML", ServerError, answer(HTML, 504)),
    _case("500 empty", ServerError, answer(status=500), says="an empty body"),
    _case("503 with Retry-After", ServerError, answer(status=503, headers=[("Retry-After", "99")])),
    _case("599", ServerError, answer(status=599)),
    _case("5 MB of HTML", PermissionDeniedError, answer(HTML + "x" * (5 << 20), 403)),
    _case("5 MB of script", PermissionDeniedError, answer("<script>" * (5 << 17), 403)),
    _case("403 with a JSON array", PermissionDeniedError, document([1], 403)),
    _case(
        "403 with broken gzip",
        PermissionDeniedError,
        answer(b"{", 403, [("Content-Encoding", "gzip")]),
    ),
    _case("301", CloudError, answer(status=301, headers=[("Location", "http://127.0.0.1:9/")])),
    _case("304", CloudError, Reply(head(304, ()))),
    _case("407", CloudError, answer(status=407)),
    _case("418", CloudError, answer(status=418)),
    _case("429", ThrottledError, answer(status=429)),
    _case("429, wait 99", ThrottledError, answer(status=429, headers=[("Retry-After", "99")])),
    _case(
        "429, wait a date",
        ThrottledError,
        answer(status=429, headers=[("Retry-After", "Fri, 31 Dec 2999 23:59:59 GMT")]),
    ),
    _case(
        "429, wait negative", ThrottledError, answer(status=429, headers=[("Retry-After", "-5")])
    ),
    _case(
        "429, wait huge", ThrottledError, answer(status=429, headers=[("Retry-After", "9" * 400)])
    ),
    _case(
        "429, wait nonsense", ThrottledError, answer(status=429, headers=[("Retry-After", "soon")])
    ),
    _case(
        "429, wait an odd date",
        ThrottledError,
        answer(status=429, headers=[("Retry-After", "Mon, 99 Foo 0000 99:99:99 +9999")]),
    ),
    _case("401", AuthenticationError, answer(status=401)),
    _case(
        "a Date that is none", AuthenticationError, answer(status=401, headers=[("Date", "never")])
    ),
    _case(
        "a Date out of range",
        AuthenticationError,
        answer(status=401, headers=[("Date", "Fri, 31 Dec 9999 23:59:59 -2359")]),
    ),
]
