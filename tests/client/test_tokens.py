"""Tokens: obtained, renewed, shared, and given up."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from console.client.auth import TokenAuth
from console.client.call import Call
from console.client.client import Client
from console.client.identity import LIST_PROJECTS
from console.client.tokens import IssuedToken
from console.errors import (
    AuthenticationError,
    CloudError,
    ConsoleError,
    Exit,
    NotFoundError,
    SettingsError,
    UnreachableError,
    UnreadableError,
)
from console.profiles.credential import AccessKey, AssumedRole, Credential, Password, Token
from console.services.desktop_notifications import send_to_pool
from console.services.desktop_pools import LIST
from tests.client.sends import outcome, pool_that_is, sends_to, tokens_of
from tests.client.wire import Reply, answer, client_of, document, serving
from tests.cloud import Cloud, running_cloud

READ = Call(LIST)
PASSWORD = Password("user", SecretStr("pa55-w0rd"), "account")


def issue(
    value: str = "t0ken", ends: object = "2099-01-01T00:00:00.000000Z", **more: object
) -> Reply:
    """Return IAM's answer that gives a token."""
    return document({"token": {"expires_at": ends, **more}}, 201, [("X-Subject-Token", value)])


def totp(cloud: Cloud, passcode: str) -> Password:
    """Return the credential of the user who needs a second factor."""
    facts = cloud.facts
    return Password(
        facts["totp_user_name"],
        SecretStr(facts["totp_password"]),
        facts["domain_name"],
        user_id=facts["totp_user_id"],
        passcode=SecretStr(passcode),
    )


def role(cloud: Cloud, base: AccessKey | Token | Password) -> AssumedRole:
    """Return the credential of the agency, entered with another one."""
    return AssumedRole(base, cloud.facts["agency_name"], cloud.facts["domain_name"])


async def own_token(cloud: Cloud) -> Token:
    """Obtain a token as somebody else would."""
    async with Client(cloud.profile(cloud.password)) as client:
        assert isinstance(client._auth, TokenAuth)
        return Token((await client._auth.fresh()).value)


async def readers(cloud: Cloud, credential: Credential) -> list[str]:
    """Read once; return who the cloud says it was, for each answered request."""
    async with Client(cloud.profile(credential)) as client:
        await client.read(READ)
    return [each["user"] for each in cloud.requests() if each["operation"] == "ListDesktopPools"]


async def test_a_password_is_exchanged_for_a_token(cloud: Cloud) -> None:
    assert await readers(cloud, cloud.password) == ["operator"]
    assert tokens_of(cloud) == 1


async def test_a_second_factor_travels_with_the_password(cloud: Cloud) -> None:
    assert await readers(cloud, totp(cloud, cloud.facts["totp_passcode"])) == ["operator-totp"]


async def test_an_agency_is_entered_with_a_password(cloud: Cloud) -> None:
    assert await readers(cloud, role(cloud, cloud.password)) == ["example-corp/notification-duty"]
    assert tokens_of(cloud) == 2


async def test_an_agency_is_entered_with_a_token(cloud: Cloud) -> None:
    given = await own_token(cloud)
    assert await readers(cloud, role(cloud, given)) == ["example-corp/notification-duty"]


async def test_an_agency_is_entered_with_an_access_key(cloud: Cloud) -> None:
    assert await readers(cloud, role(cloud, cloud.key)) == ["example-corp/notification-duty"]
    assert tokens_of(cloud) == 0


async def test_an_agency_is_entered_once_for_eight_reads(cloud: Cloud) -> None:
    async with Client(cloud.profile(role(cloud, cloud.key))) as client:
        await asyncio.gather(*(client.read(READ) for _ in range(8)))
    asked = Counter(each["operation"] for each in cloud.requests())
    assert asked == {"CreateTemporaryAccessKey": 1, "ListDesktopPools": 8}


async def test_an_ended_key_of_an_agency_is_replaced_once_for_eight_reads(cloud: Cloud) -> None:
    refused = {"path": "desktop-pools", "action": "answer", "status": 401, "times": 8}
    async with Client(cloud.profile(role(cloud, cloud.key))) as client:
        await client.read(READ)
        cloud.script(refused)
        await asyncio.gather(*(client.read(READ) for _ in range(8)))
    asked = Counter(each["operation"] for each in cloud.requests())
    assert asked["CreateTemporaryAccessKey"] == 2


async def test_a_send_in_an_agency_is_not_repeated_after_a_401(cloud: Cloud) -> None:
    async with Client(cloud.profile(role(cloud, cloud.key))) as client:
        pool = await pool_that_is(client, "STEADY")
        cloud.script({"path": "/notifications$", "action": "answer", "status": 401})
        ended = await outcome(send_to_pool(client, pool, "text"))
        assert isinstance(ended, AuthenticationError)
        assert sends_to(cloud) == 1
        assert await send_to_pool(client, pool, "text")
        assert sends_to(cloud) == 2


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"agency_name": "no-such-agency"}, NotFoundError),
        ({"domain_name": "no-such-account"}, NotFoundError),
    ],
    ids=["agency", "account"],
)
async def test_an_agency_that_is_not_there_is_told(
    cloud: Cloud, changes: Mapping[str, str], kind: type[CloudError]
) -> None:
    known = {"agency_name": "notification-duty", "domain_name": "example-corp", **changes}
    async with Client(cloud.profile(AssumedRole(cloud.password, **known))) as client:
        with pytest.raises(kind, match="no-such"):
            await client.read(READ)


async def test_the_project_and_the_account_are_those_of_the_token(cloud: Cloud) -> None:
    async with Client(cloud.profile(cloud.password, project_id="", domain_id="")) as client:
        assert await client.project_id() == cloud.facts["project_id"]
        assert await client.domain_id() == cloud.facts["domain_id"]
    assert [each["operation"] for each in cloud.requests()] == ["KeystoneCreateToken"]


async def test_eight_reads_at_once_ask_for_one_token(cloud: Cloud) -> None:
    async with Client(cloud.profile(cloud.password)) as client:
        await asyncio.gather(*(client.read(READ) for _ in range(8)))
        assert tokens_of(cloud) == 1
        await asyncio.gather(*(client.read(READ) for _ in range(8)))
        assert tokens_of(cloud) == 1


async def test_eight_reads_with_an_ended_token_ask_for_one_more() -> None:
    with running_cloud("--token-lifetime", "100") as cloud:
        async with Client(cloud.profile(cloud.password)) as client:
            await client.read(READ)
            cloud.control.put("/_emulator/clock", json={"offset_seconds": 200})
            await asyncio.gather(*(client.read(READ) for _ in range(8)))
        assert tokens_of(cloud) == 2


async def test_a_read_that_is_refused_twice_is_not_tried_a_third_time(cloud: Cloud) -> None:
    refused = {"path": "desktop-pools", "action": "answer", "status": 401, "times": 9}
    async with Client(cloud.profile(cloud.password)) as client:
        cloud.script(refused)
        with pytest.raises(AuthenticationError) as caught:
            await client.read(READ)
    assert caught.value.exit_code is Exit.CREDENTIALS
    reads = [each for each in cloud.requests() if each["path"].endswith("desktop-pools")]
    assert (len(reads), tokens_of(cloud)) == (2, 2)


@pytest.mark.parametrize(
    ("lived", "left", "asks_again"),
    [
        pytest.param(timedelta(hours=23), timedelta(hours=1), False, id="an hour left"),
        pytest.param(timedelta(hours=23), timedelta(seconds=130), False, id="130 s left"),
        pytest.param(timedelta(hours=23), timedelta(seconds=110), True, id="110 s left"),
        pytest.param(timedelta(hours=24), timedelta(seconds=-1), True, id="ended"),
        pytest.param(timedelta(seconds=1), timedelta(seconds=60), False, id="short-lived, new"),
        pytest.param(timedelta(seconds=95), timedelta(seconds=5), True, id="short-lived, old"),
        pytest.param(timedelta(0), timedelta(hours=-6), True, id="a clock hours ahead"),
    ],
)
async def test_a_token_is_renewed_shortly_before_it_ends(
    lived: timedelta, left: timedelta, *, asks_again: bool
) -> None:
    now = datetime.now(UTC)
    supply = iter([now - lived, now])
    auth = TokenAuth(lambda: _token(supply, now + left), None)
    first, second = await auth.fresh(), await auth.fresh()
    assert (first is not second) is asks_again


async def _token(issued: Iterator[datetime], ends: datetime) -> IssuedToken:
    return IssuedToken(SecretStr("t"), ends, issued_at=next(issued))


async def test_a_token_that_was_given_and_has_ended_needs_a_new_one() -> None:
    with running_cloud("--token-lifetime", "100") as cloud:
        given = await own_token(cloud)
        cloud.control.put("/_emulator/clock", json={"offset_seconds": 200})
        async with Client(cloud.profile(given)) as client:
            with pytest.raises(AuthenticationError) as caught:
                await client.read(READ)
        assert caught.value.exit_code is Exit.CREDENTIALS
        assert "get a new" in caught.value.hint
        assert given.value.get_secret_value() not in str(caught.value.facts())
        assert [each["operation"] for each in cloud.requests()[1:]] == ["ListDesktopPools"]


@pytest.mark.parametrize("factor", ["password", "passcode"])
async def test_a_wrong_secret_gives_the_cloud_s_code_and_never_the_secret(
    cloud: Cloud, factor: str
) -> None:
    wrong: Credential = totp(cloud, "000111")
    if factor == "password":
        wrong = Password("operator", SecretStr("000111"), "example-corp")
    async with Client(cloud.profile(wrong)) as client:
        with pytest.raises(AuthenticationError) as caught:
            await client.read(READ)
    assert (caught.value.status, caught.value.code) == (401, "401")
    assert "wrong" in caught.value.message
    assert caught.value.exit_code is Exit.CREDENTIALS
    assert "000111" not in f"{caught.value!r} {caught.value.facts()}"
    assert tokens_of(cloud) == 1


@pytest.mark.parametrize("length", [1, 8_000, 60_000, 100_000])
async def test_a_token_of_any_length_is_taken_and_used(length: int) -> None:
    value = "M" * length
    async with (
        serving(issue(value), document({})) as wire,
        client_of(wire, credential=PASSWORD) as client,
    ):
        await client.read(READ)
        assert wire.received[1].headers["x-auth-token"] == value


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(document({"token": {"expires_at": "2099-01-01"}}, 201), id="no header"),
        pytest.param(issue(ends=None), id="no end"),
        pytest.param(issue(ends="soon"), id="an end that is no time"),
        pytest.param(issue(ends=[]), id="an end that is a list"),
        pytest.param(document([], 201, [("X-Subject-Token", "t0ken")]), id="a list"),
        pytest.param(document({"token": 1}, 201, [("X-Subject-Token", "t0ken")]), id="no object"),
        pytest.param(answer("<html>", 201, [("X-Subject-Token", "t0ken")]), id="HTML"),
        pytest.param(answer("", 201, [("X-Subject-Token", "t0ken")]), id="nothing"),
    ],
)
async def test_an_answer_without_a_usable_token_is_unreadable(reply: Reply) -> None:
    async with serving(reply) as wire, client_of(wire, credential=PASSWORD) as client:
        with pytest.raises(UnreadableError) as caught:
            await client.read(READ)
        assert "t0ken" not in str(caught.value)
        assert len(wire.received) == 1


@pytest.mark.parametrize(
    ("ends", "more"),
    [
        pytest.param("2099-01-01T00:00:00", {}, id="an end without a zone"),
        pytest.param("2099-01-01T00:00:00+08:00", {}, id="an end in another zone"),
        pytest.param("2099-01-01T00:00:00Z", {"project": None, "domain": []}, id="odd owners"),
    ],
)
async def test_a_token_with_odd_details_is_taken(ends: str, more: Mapping[str, object]) -> None:
    async with (
        serving(issue("t0ken", ends, **more), document({})) as wire,
        client_of(wire, credential=PASSWORD) as client,
    ):
        await client.read(READ)
        assert len(wire.received) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_of_iam_takes_neither_password_nor_token_along(status: int) -> None:
    async with serving(issue()) as elsewhere:
        there = answer("", status, [("Location", f"{elsewhere.url}/v3/auth/tokens")])
        for credential in (PASSWORD, AssumedRole(Token(SecretStr("t0ken")), "agency", "account")):
            async with (
                serving(there) as wire,
                client_of(wire, credential=credential) as client,
            ):
                with pytest.raises(CloudError) as caught:
                    await client.read(READ)
                assert caught.value.status == status
                assert len(wire.received) == 1
        assert elsewhere.connections == 0


async def test_iam_out_of_reach_is_told_and_the_next_read_asks_again(cloud: Cloud) -> None:
    cloud.script({"path": "/v3/auth/tokens", "action": "drop", "times": 4})
    async with Client(cloud.profile(cloud.password)) as client:
        with pytest.raises(UnreachableError):
            await client.read(READ)
        assert tokens_of(cloud) == 4
        await client.read(READ)
        assert tokens_of(cloud) == 5


async def test_a_reader_that_gives_up_takes_no_token_from_the_others(cloud: Cloud) -> None:
    cloud.script({"path": "/v3/auth/tokens", "action": "delay", "seconds": 0.5})
    async with Client(cloud.profile(cloud.password)) as client:
        impatient, patient = (asyncio.create_task(client.read(READ)) for _ in range(2))
        await asyncio.to_thread(cloud.control.get, "/_emulator/requests?at_least=1")
        impatient.cancel()
        assert (await patient).succeeded
        with pytest.raises(asyncio.CancelledError):
            await impatient


@pytest.mark.parametrize("value", ["t0ken\n", "t0\r\nX-Evil: 1", "t0\x00ken", "t0\ud83dken"])
async def test_a_token_that_fits_in_no_header_is_refused_without_quoting_it(value: str) -> None:
    async with (
        serving(document({})) as wire,
        client_of(wire, credential=Token(SecretStr(value))) as client,
    ):
        with pytest.raises(ConsoleError) as caught:
            await client.read(Call(LIST_PROJECTS))
        assert isinstance(caught.value, SettingsError)
        assert "t0" not in f"{caught.value!r}{caught.value.facts()}{caught.value.__cause__!r}"
        assert not wire.received
