"""A cloud that notes what it is asked, headers too, and answers with what it is told."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request.

    Attributes:
        path: its path.
        query: its query.
        headers: its headers, names in lower case.
    """

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


class RecordingCloud(ThreadingHTTPServer):
    """Answers by the path, whatever the method.

    Attributes:
        asked: the requests, in order.
    """

    daemon_threads = True

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def first(self, path: str) -> Asked:
        """Return the first request whose path has `path` in it."""
        return next(each for each in self.asked if path in each.path)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RecordingCloud

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        split = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(Asked(split.path, dict(parse_qsl(split.query)), headers))
        answers = self.server.answers.items()
        body = next((body for path, body in answers if re.search(path, split.path)), b"{}")
        self.send_response(200)
        self.send_header("X-Request-Id", "request-77")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its own name
        """Write nothing across the test's output."""

    def handle(self) -> None:
        """Answer until the client goes away, in whichever way."""
        with suppress(ConnectionError):
            super().handle()


@contextmanager
def recording_cloud(answers: Mapping[str, bytes]) -> Iterator[RecordingCloud]:
    """Run such a cloud on a free port."""
    with RecordingCloud(answers) as cloud:
        thread = Thread(target=cloud.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield cloud
        finally:
            cloud.shutdown()
            thread.join()
