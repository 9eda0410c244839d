"""A cloud that answers with texts a terminal would act on, and a home whose files are full of them.

Each row stands for one text: every field of it that can be a text is that text, and so is the name
of one more field that no document knows.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final, get_args, get_origin
from urllib.parse import urlsplit

from console.services.check_notifications import CheckNotification
from console.services.listing import named
from console.services.model import Record, wire_name
from console.services.notice_configurations import NoticeConfiguration
from console.text import Json, safe
from tests.outside import OUTSIDE

ITEMS: Final = tuple(OUTSIDE.values())
"""The texts; a row's number is the text's place here."""

NUMBER: Final = "number"
"""The field, of which no document knows, that says which row it is."""

PROFILE: Final = "night"
"""The profile that leads into this cloud."""

_LARGE: Final = 10_000
"""Characters from which on a text stands in a row's first fields alone, so that answers end."""

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
        self._left = _LARGE_FIELDS if len(text) >= _LARGE else 10_000

    def row(self, record: type[Record]) -> dict[str, Json]:
        """Return a row with every field."""
        return {
            wire_name(name, info): self._value(info.annotation)
            for name, info in record.model_fields.items()
        }

    def _value(self, annotation: Any) -> Json:  # Any: what pydantic keeps of a type
        if get_origin(annotation) is list:
            return [self._value(get_args(annotation)[0])]
        if get_origin(annotation) is dict:
            return {self._said(): self._value(get_args(annotation)[1])}
        kinds = [annotation, *get_args(annotation)]
        if str in kinds:
            return self._said()
        for kind in kinds:
            if get_origin(kind) in {list, dict}:
                return self._value(kind)
            if isinstance(kind, type) and issubclass(kind, Record):
                return self.row(kind)
        if bool in kinds:
            return True
        return 7 if int in kinds or float in kinds else _TIME

    def _said(self) -> str:
        self._left -= 1
        return self._text if self._left >= 0 else "…"


def row(record: type[Record], number: int) -> dict[str, Json]:
    """Return the row whose every text is the text of that number."""
    text = ITEMS[number]
    unknown = text if len(text) < _LARGE else "large"
    return {NUMBER: number, **_Filling(text).row(record), unknown: [text[:_LARGE]]}


def _listed(name: str) -> Json:
    listing = named(name)
    rows: list[Json] = [row(listing.record, number) for number in range(len(ITEMS))]
    return {listing.rows: rows, listing.total: len(rows)}


def _rules() -> Json:
    rules: dict[str, Json] = {}
    for number, text in enumerate(ITEMS):
        rule = row(CheckNotification, number)
        del rule["scope"], rule["event"]
        rules[text if len(text) < _LARGE else "executeTask"] = rule
    return {"status": "success", "httpStatus": "OK", "result": rules}


def _notices() -> Json:
    return [row(NoticeConfiguration, number) for number in range(len(ITEMS))]


_ANSWERS: Final[Mapping[str, Callable[[], Json]]] = {
    r"/notification-records$": partial(_listed, "blocked"),
    r"/desktop-pools$": partial(_listed, "pools"),
    r"/desktop-pools/.*/desktops$": partial(_listed, "desktops"),
    r"/connect-desktops$": partial(_listed, "connected"),
    r"/transmission/notification$": _rules,
    r"/notice-configurations$": _notices,
    r"/service/messages$": partial(_listed, "reviews"),
    r"/instances$": partial(_listed, "instances"),
    r"/workspaces/.*$": partial(_listed, "workspaces"),
}
"""What is answered, by the end of the path; all of it is read with GET."""


class HostileCloud(ThreadingHTTPServer):
    """Answers every operation of the console with outside texts, as rows or as errors.

    Attributes:
        refusing: the number of the text to refuse with from now on; None to answer.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refusing: int | None = None
        self._bodies: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of the answer to a request."""
        number = self.refusing or 0
        if path.endswith("/decode-authorization-message"):
            return 200, written({"decoded_message": f"{number} {ITEMS[number]}"})
        if self.refusing is not None:
            text = ITEMS[number]
            names = ("error_code", "error_msg", "error_detail", "request_id")
            return 403, written({**dict.fromkeys(names, text), _ENCODED: text or "?"})
        for pattern, made in _ANSWERS.items():
            if re.search(pattern, path):
                if pattern not in self._bodies:
                    self._bodies[pattern] = written(made())
                return 200, self._bodies[pattern]
        return 404, b"{}"


_ENCODED: Final = "encoded_authorization_message"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HostileCloud

    def do_GET(self) -> None:  # noqa: N802 - the name that the server looks for
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, body = self.server.answer(urlsplit(self.path).path)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.server.refusing is not None:
            self.send_header("Retry-After", str(1000 + self.server.refusing))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its own name
        """Write nothing across the test's output."""


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
    names = [each for each in ITEMS if len(each) < _LARGE and _fits_toml(each)]
    profiles = "".join(_profile(name, cloud) for name in (PROFILE, *names))
    (config / "profiles.toml").write_text(profiles, encoding="utf-8")
    (config / "keys.toml").write_text(
        f'"page.next" = {json.dumps("n," + OUTSIDE["OSC 0 (title) ended by BEL"])}\n',
        encoding="utf-8",
    )
    texts = [each for each in ITEMS if len(each) < _LARGE]
    filters = {
        "used": [{"query_type": "DESKTOP", "user_name": each, each: each} for each in texts[:20]],
        "saved": {
            each or "none": {"query_type": "DESKTOP", "desktop_name": each} for each in texts
        },
    }
    remembered = {
        "profile": PROFILE,
        "filters": {"blocked": filters},
        "screens": {"blocked": {"columns": [NUMBER, "user_name", "error_message", *texts]}},
    }
    path = state / "state.json"
    path.write_text(json.dumps(remembered), encoding="utf-8")
    path.chmod(0o600)
    return {
        "CONSOLE_CONFIG_DIR": str(config),
        "CONSOLE_STATE_DIR": str(state),
        "PYTHON_KEYRING_BACKEND": "none",
    }


def _fits_toml(text: str) -> bool:
    return text.isascii() or safe(text) == text or text.encode(errors="ignore").decode() == text


def _profile(name: str, cloud: HostileCloud) -> str:
    said = {
        "auth": "access-key",
        "access_key": "AK",
        "store": "command",
        "secret_command": ["echo", "secret"],
        "project_id": "[red]p[/red]",
        "domain_id": "d[/]",
        "workspace": "[@click=app.quit]w[/]",
        "check_project_id": "a1",
        "endpoint": cloud.url,
    }
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in said.items())
    return f"[profile.{_toml(name)}]\n{lines}"


def _toml(value: str | list[str]) -> str:
    """Return a value as TOML has it; it takes a control character only when it is escaped."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    plain = json.dumps(value, ensure_ascii=False)
    return "".join(
        f"\\u{ord(each):04x}" if not each.isprintable() and ord(each) < 0x10000 else each
        for each in plain
    )
