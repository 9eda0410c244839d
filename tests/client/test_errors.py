"""Refusals of every documented shape become one error with everything that the cloud said."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from console.client.client import Client
from console.errors import (
    AuthenticationError,
    ClockError,
    CloudError,
    ConsoleError,
    Exit,
    NotFoundError,
    PermissionDeniedError,
    QueryError,
    ServerError,
    ThrottledError,
    UnreadableError,
)
from console.services.blocked_notifications import LISTING as BLOCKED
from console.services.blocked_notifications import BlockedNotificationQuery
from console.services.check_notifications import LISTING as CHECKS
from console.services.check_notifications import CheckNotificationQuery
from console.services.desktop_notifications import send_to_pool
from console.services.desktop_pools import show
from console.services.listing import AnyListing
from console.services.model import Query
from console.services.review_messages import LISTING as REVIEWS
from console.services.review_messages import ReviewMessageQuery
from tests.client.reading import rows_of
from tests.client.wire import Reply, answer, client_of, document, serving
from tests.cloud import Cloud


async def _refusal(reply: Reply) -> CloudError:
    async with serving(reply) as wire, client_of(wire, seconds=1.0) as client:
        with pytest.raises(CloudError) as caught:
            await rows_of(client)
        return caught.value


@dataclass(frozen=True)
class Told:
    """What an error must say."""

    kind: type[CloudError]
    code: str = ""
    message: str = ""
    detail: str = ""
    request_id: str = ""
    encoded: str = ""
    hint: str = ""


def _case(id_: str, reply: Reply, told: Told) -> Any:
    return pytest.param(reply, told, id=id_)


_REQUEST_ID = ("X-Request-Id", "from-the-header")

SHAPES = [
    _case(
        "flat",
        document(
            {
                "error_code": "WKS.0403",
                "error_msg": "no",
                "encoded_authorization_message": "c2VjcmV0",
            },
            403,
            [_REQUEST_ID],
        ),
        Told(
            PermissionDeniedError,
            "WKS.0403",
            "no",
            request_id="from-the-header",
            encoded="c2VjcmV0",
            hint="permission",
        ),
    ),
    _case(
        "with a detail",
        document({"error_code": "WKS.0409", "error_msg": "busy", "error_detail": "pool 1"}, 409),
        Told(CloudError, "WKS.0409", "busy", "pool 1", hint="another change"),
    ),
    _case(
        "IAM, nested, with a number",
        document({"error": {"code": 401, "message": "wrong", "title": "Unauthorized"}}, 401),
        Told(AuthenticationError, "401", "wrong", hint="credential"),
    ),
    _case(
        "the gateway, its request id in the body",
        document(
            {"error_code": "APIGW.0301", "error_msg": "bad signature", "request_id": "in-the-body"},
            401,
            [_REQUEST_ID],
        ),
        Told(
            AuthenticationError,
            "APIGW.0301",
            "bad signature",
            request_id="in-the-body",
            hint="access key",
        ),
    ),
    _case(
        "the gateway throttles",
        document({"error_code": "APIGW.0308", "error_msg": "slow"}, 429),
        Told(ThrottledError, "APIGW.0308", "slow", hint="wait"),
    ),
    _case(
        "the gateway throttles with another status",
        document({"error_code": "APIGW.0308", "error_msg": "slow"}, 400),
        Told(ThrottledError, "APIGW.0308", "slow"),
    ),
    _case(
        "the clock, by its code",
        document({"error_code": "APIGW.0303", "error_msg": "expired"}, 401),
        Told(ClockError, "APIGW.0303", "expired", hint="clock"),
    ),
    _case(
        "camel case",
        document({"errorCode": "X.1", "errorMsg": "said"}, 400),
        Told(CloudError, "X.1", "said"),
    ),
    _case(
        "code and message",
        document({"code": "X.2", "message": "said"}, 404),
        Told(NotFoundError, "X.2", "said"),
    ),
    _case(
        "missing, though 400",
        document({"error_code": "WKS.0202", "error_msg": "not here"}, 400),
        Told(NotFoundError, "WKS.0202", "not here", hint="does not exist"),
    ),
    _case(
        "DataArts",
        document({"error_code": "DLM.4001", "error_msg": "Workspace does not exists"}, 400),
        Told(NotFoundError, "DLM.4001", "Workspace does not exists", hint="X-Project-Id"),
    ),
    _case("a code alone", document({"error_code": "X.3"}, 400), Told(CloudError, "X.3")),
    _case(
        "a message alone",
        document({"error_msg": "only words"}, 400),
        Told(CloudError, "", "only words"),
    ),
    _case(
        "HTML",
        answer("<html><style>a{}</style><h1>403 Forbidden</h1></html>", 403),
        Told(PermissionDeniedError, "", "403 Forbidden"),
    ),
    _case("nothing", answer(status=403), Told(PermissionDeniedError, "", "an empty body")),
    _case(
        "text", answer("no \x1b[31mway\x07", 403), Told(PermissionDeniedError, "", "no ␛[31mway␇")
    ),
    _case(
        "an error with fields of other types",
        document(
            {"error_code": 7, "error_msg": ["a"], "error_detail": {"b": 1}, "request_id": 5}, 400
        ),
        Told(CloudError, "7", "['a']", "{'b': 1}", request_id="5"),
    ),
    _case(
        "a 200 that carries an error",
        document({"error_code": "CC.00050003", "error_msg": "refused"}),
        Told(CloudError, "CC.00050003", "refused"),
    ),
    _case(
        "a 200 that carries a camel case error",
        document({"errorCode": "CC.00050004", "errorMsg": "refused"}),
        Told(CloudError, "CC.00050004", "refused"),
    ),
    _case(
        "500 with a code",
        document({"error_code": "WKS.0500", "error_msg": "inside"}, 500),
        Told(ServerError, "WKS.0500", "inside"),
    ),
]


@pytest.mark.parametrize(("reply", "told"), SHAPES)
async def test_a_refusal_of_any_shape_says_all_that_the_cloud_said(
    reply: Reply, told: Told
) -> None:
    error = await _refusal(reply)
    assert type(error) is told.kind
    assert error.code == told.code
    assert told.message in error.message
    assert error.detail == told.detail
    assert error.request_id == told.request_id
    assert error.encoded_authorization_message == told.encoded
    assert told.hint in error.hint
    assert error.facts()["status"] == error.status


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (CloudError, Exit.REFUSED),
        (PermissionDeniedError, Exit.REFUSED),
        (NotFoundError, Exit.REFUSED),
        (ClockError, Exit.REFUSED),
        (ThrottledError, Exit.TRY_AGAIN),
        (ServerError, Exit.TRY_AGAIN),
        (AuthenticationError, Exit.CREDENTIALS),
        (UnreadableError, Exit.REFUSED),
        (QueryError, Exit.USAGE),
    ],
)
def test_each_class_has_its_exit_code(kind: type[ConsoleError], code: Exit) -> None:
    assert kind.exit_code is code


@pytest.mark.parametrize("minutes", [-20, 20])
async def test_a_401_with_clocks_far_apart_is_the_clock_and_says_by_how_much(minutes: int) -> None:
    theirs = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    error = await _refusal(answer(status=401, headers=[("Date", theirs)]))
    assert type(error) is ClockError
    side = "behind" if minutes > 0 else "ahead of"
    assert f"20 minutes {side} the server's" in error.hint


async def test_a_401_with_clocks_together_is_the_credential() -> None:
    theirs = format_datetime(datetime.now(UTC), usegmt=True)
    error = await _refusal(answer(status=401, headers=[("Date", theirs)]))
    assert type(error) is AuthenticationError


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", None),
        ("-5", None),
        ("", None),
        ("1.5", None),
        ("\u0667", None),
        ("soon", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ("9" * 60, 999_999_999.0),
    ],
)
async def test_retry_after_is_read_where_it_makes_sense(header: str, seconds: float | None) -> None:
    error = await _refusal(answer(status=429, headers=[("Retry-After", header)]))
    assert error.retry_after == seconds


async def test_retry_after_as_a_date_counts_from_the_servers_own_clock() -> None:
    theirs = datetime.now(UTC) + timedelta(hours=3)
    headers = [
        ("Date", format_datetime(theirs, usegmt=True)),
        ("Retry-After", format_datetime(theirs + timedelta(seconds=90), usegmt=True)),
    ]
    error = await _refusal(answer(status=429, headers=headers))
    assert error.retry_after == 90


async def test_a_clock_off_by_20_minutes_is_told_by_the_emulated_cloud_too(cloud: Cloud) -> None:
    cloud.control.put("/_emulator/clock", json={"offset_seconds": 1200}).raise_for_status()
    async with Client(cloud.profile()) as client:
        with pytest.raises(ClockError, match=r"APIGW\.0303") as caught:
            await rows_of(client)
    assert "20 minutes behind" in caught.value.hint


_EVERY: list[tuple[AnyListing, Query]] = [
    (BLOCKED, BlockedNotificationQuery(query_type="DESKTOP")),
    (REVIEWS, ReviewMessageQuery(workspace="w")),
    (CHECKS, CheckNotificationQuery(is_check_project=0, domain_id="d")),
]


@pytest.mark.parametrize(("listing", "query"), _EVERY, ids=lambda each: type(each).__name__)
async def test_a_service_that_is_down_leaves_the_others_alone(
    cloud: Cloud, listing: AnyListing, query: Query
) -> None:
    cloud.script({"action": "answer", "path": "notification-records", "status": 503, "times": 99})
    query = query.model_copy(
        update={"workspace": cloud.facts["workspace"], "domain_id": cloud.facts["domain_id"]}
        if listing is not BLOCKED
        else {}
    )
    async with Client(cloud.profile(total_seconds=1.0)) as client:
        pages = listing.pages(client, query, most=5)
        if listing is BLOCKED:
            with pytest.raises(ServerError):
                _ = [page async for page in pages]
        else:
            assert [page async for page in pages]


async def test_a_pool_that_does_not_exist_is_told_with_a_hint(client: Client) -> None:
    with pytest.raises(CloudError, match=r"WKS\.0001") as caught:
        await show(client, "00000000-0000-0000-0000-000000000000")
    assert "the pool does not exist" in caught.value.hint


async def test_a_user_without_permission_gets_the_message_to_decode(cloud: Cloud) -> None:
    async with Client(cloud.profile(cloud.restricted_key)) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            await send_to_pool(client, "00000000-0000-0000-0000-000000000000", "text")
    assert "for workspace:desktopPools:sendNotifications (Workspace)" in caught.value.hint
    assert caught.value.encoded_authorization_message
    assert caught.value.request_id


@pytest.mark.parametrize(
    "body",
    [
        {"status": "error", "httpStatus": "BAD_REQUEST", "result": None},
        {"status": "success", "httpStatus": "INTERNAL_SERVER_ERROR", "result": {}},
        {"status": ["success"], "httpStatus": "OK", "result": {}},
        {"status": "success", "httpStatus": {"OK": 1}, "result": {}},
        {"status": None, "httpStatus": 200, "result": {}},
    ],
)
async def test_an_envelope_that_says_error_under_200_is_a_refusal(body: dict[str, Any]) -> None:
    async with serving(document(body)) as wire, client_of(wire) as client:
        pages = CHECKS.pages(client, CheckNotificationQuery(is_check_project=0, domain_id="d"))
        with pytest.raises(CloudError) as caught:
            _ = [page async for page in pages]
    assert caught.value.status == 200
