"""Page as fast as the wire allows: ready requests over one plain socket, answers thrown away.

What remains is the emulator's own cost and the way there and back: nobody who asks for one page
after the other can be faster.
"""

import json
import os
import socket
import sys
import time
from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit

from console.client.signer import canonical_query, sign

_PAGE = 1000
_PIECE = 1 << 20
_PATH = "/v2/{}/users/notification-records"


def _request(url: SplitResult, offset: int) -> bytes:
    project_id = os.environ["HUAWEICLOUD_SDK_PROJECT_ID"]
    path = _PATH.format(project_id)
    query = [("limit", str(_PAGE)), ("offset", str(offset)), ("query_type", "DESKTOP")]
    headers = {"host": url.netloc, "x-project-id": project_id}
    signature = sign(
        access_key=os.environ["HUAWEICLOUD_SDK_AK"],
        secret_key=os.environ["HUAWEICLOUD_SDK_SK"],
        method="GET",
        path=path,
        query=query,
        headers=headers,
        body=b"",
        now=datetime.now(UTC),
    )
    lines = [f"{name}: {value}\r\n" for name, value in {**headers, **signature.headers}.items()]
    return f"GET {path}?{canonical_query(query)} HTTP/1.1\r\n{''.join(lines)}\r\n".encode()


def _read_answer(connection: socket.socket) -> bytes:
    """Read one whole answer and return its body."""
    answer = bytearray()
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += connection.recv(_PIECE)
    head = bytes(answer[:end]).lower()
    if not head.startswith(b"http/1.1 200"):
        raise AssertionError(head.decode())
    size = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(answer) < end + 4 + size:
        answer += connection.recv(_PIECE)
    return bytes(answer[end + 4 :])


def main() -> None:
    """Read all pages and report the time of the paging alone."""
    url = urlsplit(os.environ["CONSOLE_ENDPOINT"])
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(_request(url, 0))
        total = int(_read_answer(connection).partition(b'"total_count":')[2].split(b",")[0])
        requests = [_request(url, offset) for offset in range(0, total, _PAGE)]
        began, worked = time.perf_counter(), time.process_time()
        for request in requests:
            connection.sendall(request)
            _read_answer(connection)
        report = {
            "seconds": time.perf_counter() - began,
            "work": time.process_time() - worked,
            "rows": total,
        }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main()
