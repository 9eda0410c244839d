"""What an error tells beyond its words, and how often and how long a read was tried."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from console.client.answer import Answer
from console.client.call import Call
from console.client.client import Client
from console.errors import (
    AuthenticationError,
    CloudError,
    ConsoleError,
    Exit,
    NotFoundError,
    PermissionDeniedError,
    Problem,
    QueryError,
    ServerError,
    ServiceNotInRegionError,
    ThrottledError,
    UnreachableError,
    UnreadableError,
)
from console.services.desktop_notifications import send_to_pool
from console.services.desktop_pools import LIST
from console.services.projects import decode_authorization_message
from tests.client.sends import outcome, pool_that_is
from tests.client.wire import Reply, answer, client_of, document, serving
from tests.cloud import Cloud

READ = Call(LIST)
POOLS = "desktop-pools"


async def refused(reply: Reply, **options: Any) -> CloudError:
    """Return the error of a read that is answered so."""
    async with serving(reply) as wire, client_of(wire, **options) as client:
        with pytest.raises(CloudError) as caught:
            await client.read(READ)
        return caught.value


def tried(cloud: Cloud) -> int:
    """Return how often the pools were asked for."""
    return sum(each["path"].endswith(POOLS) for each in cloud.requests())


SHAPES: Mapping[str, tuple[Reply, str, str]] = {
    "a list": (document([{"error_code": "X.1"}], 400), "", '[{"error_code": "X.1"}]'),
    "a list of nothing": (document([], 400), "", "[]"),
    "a text": (document("no", 400), "", '"no"'),
    "null": (document(None, 400), "", "null"),
    "an object of nothing": (document({}, 400), "", "{}"),
    "nulls for both": (document({"error_code": None, "error_msg": None}, 400), "", "null"),
    "JSON that is cut": (answer('{"error_code": "X.1', 400), "", '{"error_code": "X.1'),
    "deeply nested": (answer("[" * 9000 + "]" * 9000, 400), "", "[[["),
    "a number for a code": (document({"error": {"code": 400, "message": "m"}}, 400), "400", "m"),
    "a code within": (
        document({"fault": {"error_code": "X.1", "error_msg": "m"}}, 400),
        "X.1",
        "m",
    ),
    "bytes that are no text": (answer(b"\xff\xfe no \x9b", 400), "", "no"),
    "5 MB of HTML": (
        answer("<html><script>" + "x" * 5000 + "</script><p>gone" + "<br>" * 1_300_000, 400),
        "",
        "gone",
    ),
}


@pytest.mark.parametrize(("reply", "code", "said"), SHAPES.values(), ids=SHAPES.keys())
async def test_an_odd_refusal_becomes_one_short_error(reply: Reply, code: str, said: str) -> None:
    error = await refused(reply, seconds=10)
    assert type(error) is CloudError
    assert (error.status, error.code) == (400, code)
    assert said in error.message
    assert len(error.sentence) < 400
    assert error.sentence.isprintable()


@pytest.mark.parametrize(
    "error",
    [
        ConsoleError("text", hint="do"),
        QueryError([Problem("limit", "is 0"), Problem("offset", "is -1")]),
        ServiceNotInRegionError("MetaStudio", "eu-west-101", ["cn-north-4"]),
        UnreachableError("silent", host="h", request_left=True),
        CloudError(
            status=403,
            code="X.1",
            message="\x1b[31m\ud800 警告",
            detail="d",
            request_id="r",
            encoded_authorization_message="e",
            retry_after=1.5,
            hint="h",
        ),
    ],
    ids=lambda each: type(each).__name__,
)
def test_the_facts_of_an_error_are_json_that_holds_what_it_knows(error: ConsoleError) -> None:
    facts = json.loads(json.dumps(error.facts()))
    assert facts["title"] == error.title
    assert facts["message"] == error.sentence == str(error)
    assert facts["hint"] == error.hint
    for name in ("status", "code", "detail", "request_id", "encoded_authorization_message"):
        assert facts.get(name) == getattr(error, name, None)


def test_every_kind_of_error_has_a_title_and_an_exit_code_of_its_own() -> None:
    kinds = [ConsoleError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    assert len(kinds) > 15
    assert all(kind.title and isinstance(kind.exit_code, Exit) for kind in kinds)
    assert all(kind.exit_code is not Exit.DONE for kind in kinds)


async def test_the_rule_that_refused_is_decoded_by_sts(cloud: Cloud) -> None:
    async with Client(cloud.profile()) as operator:
        pool = await pool_that_is(operator, "STEADY")
    async with Client(cloud.profile(cloud.restricted_key)) as restricted:
        denied = await outcome(send_to_pool(restricted, pool, "text"))
        assert isinstance(denied, PermissionDeniedError)
        encoded = denied.encoded_authorization_message
        rule = json.loads(await decode_authorization_message(restricted, encoded))
    assert rule["failure"] == "implicit deny by identity-based policy"
    assert rule["context"]["action"] == "workspace:desktopPools:sendNotifications"
    assert pool in rule["context"]["resource"]


@pytest.mark.parametrize("encoded", ["", "x" * 10_241], ids=["empty", "too long"])
async def test_a_message_that_cannot_be_encoded_is_not_sent_to_sts(
    cloud: Cloud, client: Client, encoded: str
) -> None:
    with pytest.raises(QueryError, match="encoded_message"):
        await decode_authorization_message(client, encoded)
    assert cloud.requests() == []


async def test_a_message_that_sts_does_not_know_is_refused(client: Client) -> None:
    with pytest.raises(CloudError, match=r"STS5\."):
        await decode_authorization_message(client, "bm9uc2Vuc2U=")


async def test_sts_takes_no_token_and_says_so(cloud: Cloud) -> None:
    async with Client(cloud.profile(cloud.password)) as client:
        with pytest.raises(AuthenticationError):
            await decode_authorization_message(client, "bm9uc2Vuc2U=")


@pytest.mark.parametrize("body", [{}, {"decoded_message": None}, {"decoded_message": {}}, []])
async def test_an_answer_of_sts_without_a_message_is_unreadable(body: object) -> None:
    async with serving(document(body)) as wire, client_of(wire) as client:
        with pytest.raises(UnreadableError):
            await decode_authorization_message(client, "x")


PASSING: Sequence[tuple[Mapping[str, object], type[ConsoleError]]] = [
    ({"action": "answer", "status": 429}, ThrottledError),
    ({"action": "answer", "status": 500}, ServerError),
    ({"action": "answer", "status": 502}, ServerError),
    ({"action": "answer", "status": 503}, ServerError),
    ({"action": "answer", "status": 504}, ServerError),
    ({"action": "drop"}, UnreachableError),
    ({"action": "reset"}, UnreachableError),
    ({"action": "cut"}, UnreachableError),
]


async def side_by_side(cloud: Cloud, client: Client, times: int) -> list[Any]:
    """Read once for each passing fault, all at once; each read meets its own fault."""
    cloud.script(
        *(
            {"path": f"limit={n}$", "times": times, **fault}
            for n, (fault, _) in enumerate(PASSING, 1)
        )
    )
    reads = [
        client.read(Call(LIST, query=(("limit", str(n)),))) for n in range(1, len(PASSING) + 1)
    ]
    return await asyncio.wait_for(asyncio.gather(*reads, return_exceptions=True), 10)


def tries(cloud: Cloud) -> Counter[str]:
    """Return how often each of those reads arrived."""
    return Counter(each["query"] for each in cloud.requests())


async def test_a_fault_that_stays_ends_a_read_after_four_tries(
    cloud: Cloud, client: Client
) -> None:
    ended = await side_by_side(cloud, client, times=9)
    assert [type(each) for each in ended] == [kind for _, kind in PASSING]
    assert {each.exit_code for each in ended} == {Exit.TRY_AGAIN}
    assert tries(cloud) == {f"limit={n}": 4 for n in range(1, len(PASSING) + 1)}


async def test_a_fault_that_passes_is_tried_through(cloud: Cloud, client: Client) -> None:
    ended = await side_by_side(cloud, client, times=3)
    assert [type(each) for each in ended] == [Answer] * len(PASSING)
    assert tries(cloud) == {f"limit={n}": 4 for n in range(1, len(PASSING) + 1)}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, CloudError),
        (400, CloudError),
        (401, AuthenticationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, CloudError),
    ],
)
async def test_a_refusal_of_a_read_is_not_tried_again(
    cloud: Cloud, client: Client, status: int, kind: type[CloudError]
) -> None:
    cloud.script({"path": POOLS, "times": 9, "action": "answer", "status": status})
    with pytest.raises(kind) as caught:
        await client.read(READ)
    assert type(caught.value) is kind
    assert tried(cloud) == 1


@pytest.mark.parametrize("look_up", ["/v3/auth/projects", "/v3/auth/tokens"])
async def test_a_look_up_that_fails_is_not_tried_again_for_the_call_that_needs_it(
    cloud: Cloud, look_up: str
) -> None:
    credential = cloud.password if look_up.endswith("tokens") else None
    cloud.script({"path": look_up, "times": 99, "action": "answer", "status": 503})
    async with Client(cloud.profile(credential, project_id="")) as client:
        with pytest.raises(ServerError):
            await client.read(READ)
    assert [each["path"] for each in cloud.requests()] == [look_up] * 4


@pytest.mark.parametrize(("seconds", "tries"), [("21", 1), ("0", 4)], ids=["too long", "at once"])
async def test_a_wait_is_kept_within_its_cap(
    cloud: Cloud, client: Client, seconds: str, tries: int
) -> None:
    throttled = {"action": "answer", "status": 429, "headers": {"Retry-After": seconds}}
    cloud.script({"path": POOLS, "times": 9, **throttled})
    with pytest.raises(ThrottledError) as caught:
        await client.read(READ)
    assert tried(cloud) == tries
    assert caught.value.retry_after == (float(seconds) or None)  # 0 asks for no wait of its own


async def test_the_total_time_ends_a_read_with_the_last_error(cloud: Cloud) -> None:
    cloud.script({"path": POOLS, "times": 9, "action": "answer", "status": 503})
    async with Client(cloud.profile(total_seconds=0.1)) as client:
        with pytest.raises(ServerError):
            await client.read(READ)
    assert tried(cloud) == 1


async def test_the_total_time_ends_a_read_without_an_answer(cloud: Cloud) -> None:
    cloud.script({"path": POOLS, "times": 9, "action": "stall", "seconds": 30})
    async with Client(cloud.profile(total_seconds=0.2)) as client:
        with pytest.raises(UnreachableError, match=r"within 0\.2 s") as caught:
            await client.read(READ)
    assert caught.value.request_left
    assert "CONSOLE_TIMEOUT" in caught.value.hint


async def test_a_service_that_a_region_does_not_have_is_named(cloud: Cloud) -> None:
    profile = cloud.profile(region="eu-west-101", endpoint="")
    async with Client(profile) as client:
        with pytest.raises(ServiceNotInRegionError) as caught:
            client.endpoints.of("metastudio")
    assert caught.value.sentence == "MetaStudio does not exist in region eu-west-101"
    assert "cn-north-4" in caught.value.hint
    assert caught.value.exit_code is Exit.REFUSED
