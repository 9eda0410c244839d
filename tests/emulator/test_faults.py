"""Faults, by option and by control route, as a client meets them on the socket."""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.emulator.conftest import Emulator

DESKTOP = ("query_type", "DESKTOP")
FEW = ("limit", 5)
RECORDS = "notification-records"


def fine(cloud: Emulator) -> bool:
    return cloud.blocked(DESKTOP, FEW).status_code == 200


def test_a_canned_answer_is_given_as_often_as_asked_and_then_no_more(cloud: Emulator) -> None:
    cloud.script(
        {
            "path": RECORDS,
            "times": 2,
            "action": "answer",
            "status": 502,
            "headers": {"Content-Type": "text/html"},
            "body": "<html>坏了</html>",
        }
    )
    for _ in range(2):
        answer = cloud.blocked(DESKTOP, FEW)
        assert (answer.status_code, answer.text) == (502, "<html>坏了</html>")
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.headers["X-Request-Id"]
    assert fine(cloud)


def test_a_canned_answer_may_be_bytes_and_lie_about_its_length(cloud: Emulator) -> None:
    raw = base64.b64encode(b"\xff\xfe").decode()
    cloud.script(
        {"path": RECORDS, "action": "answer", "body_base64": raw},
        {"path": RECORDS, "action": "answer", "headers": [["Content-Length", "50"]], "body": "ab"},
        {"path": RECORDS, "action": "answer", "headers": {"Content-Length": "1"}, "body": "abc"},
    )
    assert cloud.blocked(DESKTOP).content == b"\xff\xfe"
    with pytest.raises(httpx.RemoteProtocolError):
        cloud.blocked(DESKTOP)
    assert cloud.blocked(DESKTOP).content == b"a"
    assert fine(cloud)


def test_an_answer_without_a_body_has_none(cloud: Emulator) -> None:
    cloud.script({"path": RECORDS, "action": "answer", "status": 204})
    answer = cloud.blocked(DESKTOP)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_dropped_connection_gives_no_byte(cloud: Emulator) -> None:
    cloud.script({"path": RECORDS, "action": "drop"})
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        cloud.blocked(DESKTOP)
    assert fine(cloud)


def test_a_reset_connection_is_an_error_of_the_socket(cloud: Emulator) -> None:
    cloud.script({"path": RECORDS, "action": "reset"})
    with pytest.raises(httpx.ReadError):
        cloud.blocked(DESKTOP)
    assert fine(cloud)


def test_a_cut_answer_ends_in_the_middle(cloud: Emulator) -> None:
    cloud.script({"path": RECORDS, "action": "cut"})
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        cloud.blocked(DESKTOP)
    assert fine(cloud)


def send(cloud: Emulator) -> httpx.Response:
    pools = cloud.call("GET", cloud.at("/v2/{}/desktop-pools")).json()["desktop_pools"]
    pool_id = next(row["id"] for row in pools if row["status"] == "STEADY")
    path = cloud.at("/v2/{}/desktop-pools/") + f"{pool_id}/notifications"
    return cloud.call("POST", path, body={"notifications": "x"})


def jobs(cloud: Emulator) -> int:
    query = [("job_type", "sendDesktopPoolNotifications")]
    path = cloud.at("/v2/{}/workspace-sub-jobs")
    rows = cloud.call("GET", path, query).json()["jobs"]
    return len({row["job_id"] for row in rows})


@pytest.mark.parametrize(("acts", "expected"), [(False, 0), (True, 1)])
def test_a_dropped_send_has_happened_or_not_as_scripted(
    cloud: Emulator, *, acts: bool, expected: int
) -> None:
    cloud.script({"path": "/notifications$", "method": "POST", "action": "drop", "acts": acts})
    with pytest.raises(httpx.RemoteProtocolError):
        send(cloud)
    assert jobs(cloud) == expected


def test_a_stalled_send_has_happened_before_its_answer_comes(cloud: Emulator) -> None:
    cloud.script({"path": "/notifications$", "action": "stall", "seconds": 60})
    cloud.http.timeout = httpx.Timeout(1.0)
    with pytest.raises(httpx.ReadTimeout):
        send(cloud)
    cloud.http.timeout = httpx.Timeout(30.0)
    assert jobs(cloud) == 1


def test_a_stalled_answer_comes_after_its_time(cloud: Emulator) -> None:
    cloud.script({"path": RECORDS, "action": "stall", "seconds": 0.2})
    began = time.monotonic()
    assert fine(cloud)
    assert time.monotonic() - began >= 0.2


def test_a_delayed_request_acts_after_its_time(cloud: Emulator) -> None:
    cloud.script({"path": RECORDS, "action": "delay", "seconds": 0.2})
    began = time.monotonic()
    assert fine(cloud)
    assert time.monotonic() - began >= 0.2


def test_a_trickling_answer_arrives_whole(cloud: Emulator) -> None:
    cloud.script({"path": RECORDS, "action": "trickle", "seconds": 0})
    assert cloud.blocked(DESKTOP, FEW).json() == cloud.blocked(DESKTOP, FEW).json()


def test_a_script_meets_only_what_fits_and_in_its_order(cloud: Emulator) -> None:
    cloud.script(
        {"path": "desktop-pools", "action": "answer", "status": 500},
        {"path": RECORDS, "method": "POST", "action": "answer", "status": 501},
        {"path": "offset=10", "action": "answer", "status": 502},
        {"path": RECORDS, "action": "answer", "status": 503},
    )
    statuses = [cloud.blocked(DESKTOP, FEW, ("offset", at)).status_code for at in (10, 10, 10)]
    assert statuses == [502, 503, 200]
    cloud.control("DELETE", "script")
    assert cloud.call("GET", cloud.at("/v2/{}/desktop-pools")).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {"path": "x"},
        {"action": "drop"},
        {"path": "x", "action": "explode"},
        {"path": "(", "action": "drop"},
        {"path": "x", "action": "drop", "wrong": 1},
        {"path": "x", "action": "answer", "body": 1},
        {"path": "x", "action": "answer", "body_base64": "?"},
        {"path": "x", "action": "answer", "headers": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_told(cloud: Emulator, fault: Mapping[str, object]) -> None:
    answer = cloud.http.post(f"{cloud.url}/_emulator/script", json=[fault])
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("rates", "outcome"),
    [({"error_rate": 1}, 503), ({"error_rate": 1, "error_status": 500}, 500)],
)
def test_every_request_can_be_answered_with_an_error(
    cloud: Emulator, rates: dict[str, float], outcome: int
) -> None:
    cloud.control("PUT", "faults", rates)
    assert cloud.blocked(DESKTOP).status_code == outcome
    cloud.control("DELETE", "faults")
    assert fine(cloud)


@pytest.mark.parametrize("rate", ["drop_rate", "cut_rate"])
def test_every_connection_can_be_broken(cloud: Emulator, rate: str) -> None:
    cloud.control("PUT", "faults", {rate: 1})
    with pytest.raises(httpx.RemoteProtocolError):
        cloud.blocked(DESKTOP)


def test_rates_of_the_options_hold_and_come_back(start: Callable[..., Emulator]) -> None:
    cloud = start(error_rate=1, latency_ms=50)
    began = time.monotonic()
    assert cloud.blocked(DESKTOP).status_code == 503
    assert time.monotonic() - began >= 0.05
    cloud.control("PUT", "faults", {"error_rate": 0, "latency_ms": 0})
    assert fine(cloud)
    cloud.control("DELETE", "faults")
    assert cloud.blocked(DESKTOP).status_code == 503


def test_a_share_of_requests_meets_the_same_errors_each_time(
    start: Callable[..., Emulator],
) -> None:
    runs = []
    for _ in range(2):
        cloud = start(error_rate=0.4, seed=5)
        runs.append([cloud.blocked(DESKTOP, FEW).status_code for _ in range(30)])
    assert runs[0] == runs[1]
    assert 3 < runs[0].count(503) < 25


@pytest.mark.parametrize("rates", [{"speed": 1}, {"latency_ms": "much"}, {"throttle": -1}, []])
def test_rates_that_make_no_sense_are_told(cloud: Emulator, rates: object) -> None:
    answer = cloud.http.put(f"{cloud.url}/_emulator/faults", json=rates)
    assert answer.status_code == 400


def test_who_calls_too_fast_is_told_when_to_come_back(cloud: Emulator) -> None:
    cloud.control("PUT", "faults", {"throttle": 0.001})
    assert fine(cloud)
    answer = cloud.blocked(DESKTOP)
    assert (answer.status_code, answer.json()["error_code"]) == (429, "APIGW.0308")
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json()["request_id"]
    assert cloud.blocked(DESKTOP, keys=cloud.restricted).status_code == 200


def test_the_log_tells_who_called_what_and_no_secret(cloud: Emulator) -> None:
    token = cloud.token()
    send(cloud)
    entries = cloud.control("GET", "requests")
    assert [entry["operation"] for entry in entries] == [
        "KeystoneCreateToken",
        "ListDesktopPools",
        "SendDesktopPoolNotifications",
    ]
    assert entries[2]["body"] == '{"notifications": "x"}'
    assert entries[2]["content_type"] == "application/json"
    assert [entry["user"] for entry in entries] == [None, "operator", "operator"]
    assert [entry["status"] for entry in entries] == [201, 200, 200]
    assert entries[0]["body"] is None
    text = str(entries)
    for secret in (token, cloud.facts["password"], cloud.facts["secret_key"]):
        assert secret not in text
    cloud.control("DELETE", "requests")
    assert cloud.control("GET", "requests") == []


def test_the_log_notes_the_fault_and_a_missing_answer(cloud: Emulator) -> None:
    cloud.script({"path": RECORDS, "action": "drop"})
    with pytest.raises(httpx.RemoteProtocolError):
        cloud.blocked(DESKTOP)
    entry = cloud.control("GET", "requests")[0]
    assert (entry["fault"], entry["status"]) == ("drop", None)


def test_one_can_wait_for_requests_to_arrive(cloud: Emulator) -> None:
    requests = [cloud.signed("GET", cloud.at("/v2/{}/desktop-pools")) for _ in range(3)]
    cloud.script({"path": "desktop-pools", "action": "delay", "seconds": 1, "times": 3})
    with httpx.Client(timeout=30) as another, ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(another.send, request) for request in requests]
        entries = cloud.control("GET", "requests?at_least=3")
        assert [entry["in_flight"] for entry in entries] == [1, 2, 3]
        assert [entry["status"] for entry in entries] == [None, None, None]
        assert [answer.result().status_code for answer in answers] == [200, 200, 200]


def test_a_reset_forgets_everything(cloud: Emulator) -> None:
    before = cloud.blocked(DESKTOP).json()
    cloud.control("PUT", "faults", {"error_rate": 1})
    cloud.control("PUT", "clock", {"offset_seconds": 3600})
    cloud.control("POST", "records", {"insert": 5})
    cloud.script({"path": RECORDS, "action": "drop"})
    cloud.control("POST", "reset")
    assert cloud.control("GET", "requests") == []
    assert cloud.blocked(DESKTOP).json() == before


def test_a_small_answer_waits_for_no_acknowledgement(cloud: Emulator) -> None:
    fine(cloud)
    began = time.monotonic()
    for _ in range(20):
        assert fine(cloud)
    # With Nagle's delay each of them takes 40 ms.
    assert time.monotonic() - began < 20 * 0.02
