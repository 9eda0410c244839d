"""A cloud that answers with texts a terminal would act on, and a home whose files are full of them.

Each row stands for one text, or for several in one: every field of it that can be a text is that
text, and so is the name of one more field that no document knows.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final, get_args, get_origin
from urllib.parse import parse_qs, urlsplit

from console.services.check_notifications import CheckNotification
from console.services.listing import Listing, named
from console.services.model import Record, wire_name
from console.services.notice_configurations import NoticeConfiguration
from console.services.pool_connections import DESKTOPS
from console.text import Json
from tests.outside import OUTSIDE

LARGE: Final = 10_000
"""Characters from which on a text stands in few fields alone, so that answers end."""

SINGLE: Final = tuple(OUTSIDE.values())
"""The texts, one by one."""

_AT_ONCE: Final = 16
_SMALL: Final = [each for each in SINGLE if len(each) < LARGE]
_PARTS: Final = [_SMALL[n : n + _AT_ONCE] for n in range(0, len(_SMALL), _AT_ONCE)]
JOINED: Final = tuple(f"part{n:02} {' '.join(each)}" for n, each in enumerate(_PARTS))
"""The texts, several in one, so that few pictures show them all; each begins with its name."""

TEXTS: Final = (*JOINED, *SINGLE)
"""What rows are made of, in their order."""

NUMBER: Final = "number"
"""The field, of which no document knows, that says which row it is."""

PROFILE: Final = "night"
"""The profile that leads into this cloud."""

_LARGE_FIELDS: Final = 3
_TIME: Final = "2026-11-20T08:00:00.000Z"


def written(value: Json) -> bytes:
    """Return `value` as a cloud writes it: characters as they are, lone surrogates escaped."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


class _Filling:
    """Makes rows of a record in which every text is the same one."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = _LARGE_FIELDS if len(text) >= LARGE else 10_000

    def row(self, record: type[Record]) -> dict[str, Json]:
        """Return a row with every field."""
        return {
            wire_name(name, info): self._value(info.annotation, name)
            for name, info in record.model_fields.items()
        }

    def _value(self, annotation: Any, name: str) -> Json:  # Any: what pydantic keeps of a type
        kinds = [annotation, *get_args(annotation)]
        for kind in kinds:
            if get_origin(kind) is list:
                return [self._value(get_args(kind)[0], name)]
            if get_origin(kind) is dict:
                return {self._said(name): self._value(get_args(kind)[1], name)}
            if isinstance(kind, type) and issubclass(kind, Record):
                return self.row(kind)
        if str in kinds:
            return self._said(name)
        if bool in kinds:
            return True
        return 7 if int in kinds or float in kinds else _TIME

    def _said(self, name: str) -> str:
        if name.endswith("id"):  # it may stand in an address
            return "…" if len(self._text) >= LARGE else _unicode(self._text)
        self._left -= 1
        return self._text if self._left >= 0 else "…"


def _unicode(text: str) -> str:
    """Return `text` without lone surrogates, which are no characters."""
    return text.encode(errors="replace").decode()


def row(record: type[Record], number: int) -> dict[str, Json]:
    """Return the row whose every text is `TEXTS[number]`."""
    text = TEXTS[number]
    unknown = text if len(text) < LARGE else "large"
    return {NUMBER: number, **_Filling(text).row(record), unknown: [text[:LARGE]]}


def rows(record: type[Record]) -> list[Json]:
    """Return a row of each text."""
    return [row(record, number) for number in range(len(TEXTS))]


def _listed(listing: Listing[Any, Any], query: str, count: int = len(TEXTS)) -> Json:  # Any: each
    asked = parse_qs(query)
    start = int(asked.get("offset", ["0"])[0])
    limit = int(asked.get("limit", ["1000"])[0])
    return {listing.rows: rows(listing.record)[:count][start : start + limit], listing.total: count}


def _rules(_: str) -> Json:
    rules: dict[str, Json] = {}
    for number, text in enumerate(TEXTS):
        rule = row(CheckNotification, number)
        del rule["scope"], rule["event"]
        rules[text if len(text) < LARGE else "executeTask"] = rule
    return {"status": "success", "httpStatus": "OK", "result": rules}


def _notices(query: str) -> Json:
    every, half = rows(NoticeConfiguration), len(TEXTS) // 2
    return every[:half] if "RESOURCE_EXPIRE" in parse_qs(query)["type"] else every[half:]


_ANSWERS: Final[Mapping[str, Callable[[str], Json]]] = {
    r"/notification-records$": partial(_listed, named("blocked")),
    r"/desktop-pools$": partial(_listed, named("pools")),
    r"/desktop-pools/.*/desktops$": partial(_listed, named("desktops")),
    r"^/v2/[^/]*/desktops$": partial(_listed, DESKTOPS),
    r"/transmission/notification$": _rules,
    r"/notice-configurations$": _notices,
    r"/service/messages$": partial(_listed, named("reviews")),
    r"/instances$": partial(_listed, named("instances"), count=len(JOINED)),
    r"/workspaces/.*$": partial(_listed, named("workspaces"), count=len(JOINED)),
}
"""What is answered to a query, by the path; all of it is read with GET."""

_ENCODED: Final = "encoded_authorization_message"


class HostileCloud(ThreadingHTTPServer):
    """Answers every operation of the console with outside texts, as rows or as errors.

    Attributes:
        refusing: the number of the text to refuse with from now on; None to answer.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refusing: int | None = None
        self._bodies: dict[tuple[str, str], bytes] = {}

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str, query: str) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a request."""
        number = self.refusing
        if number is not None:
            text = TEXTS[number]
            if path.endswith("/decode-authorization-message"):
                return 200, written({"decoded_message": f"{number} {text}"})
            names = ("error_code", "error_msg", "error_detail", "request_id")
            return 403, written({**dict.fromkeys(names, text), _ENCODED: text or "?"})
        for pattern, made in _ANSWERS.items():
            if re.search(pattern, path):
                asked = pattern, query
                if asked not in self._bodies:
                    self._bodies[asked] = written(made(query))
                return 200, self._bodies[asked]
        return 404, b"{}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HostileCloud

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = urlsplit(self.path)
        status, body = self.server.answer(asked.path, asked.query)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if self.server.refusing is not None:
            self.send_header("Retry-After", str(1000 + self.server.refusing))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as above

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its own name
        """Write nothing across the test's output."""

    def handle(self) -> None:
        """Answer until the client goes away, in whichever way."""
        with suppress(ConnectionError):
            super().handle()


@contextmanager
def hostile_cloud() -> Iterator[HostileCloud]:
    """Run such a cloud on a free port."""
    with HostileCloud() as cloud:
        thread = Thread(target=cloud.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield cloud
        finally:
            cloud.shutdown()
            thread.join()


def furnish(home: Path, cloud: HostileCloud) -> dict[str, str]:
    """Write a home whose files hold such texts; return the variables that lead there."""
    config, state = home / "config", home / "state"
    for folder in (config, state):
        folder.mkdir(parents=True, mode=0o700)
    names = {_unicode(each) for each in _SMALL}
    profiles = "".join(_profile(name, cloud) for name in (PROFILE, *names))
    (config / "profiles.toml").write_text(profiles, encoding="utf-8")
    keys = _toml(f"n,{OUTSIDE['OSC 0 (title) ended by BEL']}")
    (config / "keys.toml").write_text(f'"page.next" = {keys}\n', encoding="utf-8")
    used: list[Json] = [{"query_type": "DESKTOP", "user_name": each, each: 1} for each in JOINED]
    saved: dict[str, Json] = {each: {"desktop_name": each} for each in _SMALL if each}
    remembered: dict[str, Json] = {
        "profile": PROFILE,
        "filters": {"blocked": {"used": used, "saved": saved}},
        "screens": {"blocked": {"columns": [NUMBER, "user_name", "error_message", *_SMALL]}},
    }
    path = state / "state.json"
    path.write_text(json.dumps(remembered), encoding="utf-8")
    path.chmod(0o600)
    return {
        "CONSOLE_CONFIG_DIR": str(config),
        "CONSOLE_STATE_DIR": str(state),
        "PYTHON_KEYRING_BACKEND": "none",  # no machine's own keyring is touched
    }


def _profile(name: str, cloud: HostileCloud) -> str:
    said: dict[str, str | list[str]] = {
        "auth": "access-key",
        "access_key": "AK",
        "store": "command",
        "secret_command": ["echo", "secret"],
        "project_id": "[red]p[/red]",
        "domain_id": "d1",
        "workspace": "[@click=app.quit]w[/]",
        "check_project_id": "p1",
        "endpoint": cloud.url,
    }
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in said.items())
    return f"[profile.{_toml(name)}]\n{lines}"


def _toml(value: str | list[str]) -> str:
    """Return a value as TOML has it; it takes a control character only when it is escaped."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    plain = json.dumps(value, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in plain)
