"""Secrets appear in no log, no repr and no traceback, whatever level somebody turns on."""

import asyncio
import logging
import pickle
import traceback
from collections.abc import Sequence

import pytest
from pydantic import SecretStr

from console.client import tokens
from console.client.auth import AccessKeyAuth, AgencyKeyAuth, TokenAuth
from console.client.call import Call
from console.client.client import Client
from console.client.tokens import IssuedToken
from console.errors import ConsoleError
from console.profiles.credential import AccessKey, AssumedRole, Credential, Password, Token
from console.services.desktop_notifications import send_to_pool
from console.services.desktop_pools import LIST
from tests.client.sends import pool_that_is
from tests.client.wire import Reply, client_of, document, serving
from tests.cloud import Cloud

SECRETS = ["pa55-w0rd", "p4sscode", "s3cret-key", "s3curity-token", "t0ken"]
KEY = AccessKey("AK", SecretStr("s3cret-key"), SecretStr("s3curity-token"))
PASSWORD = Password("user", SecretStr("pa55-w0rd"), "account", "id", SecretStr("p4sscode"))
TOKEN = Token(SecretStr("t0ken"))
CREDENTIALS: Sequence[Credential] = [
    KEY,
    PASSWORD,
    TOKEN,
    AssumedRole(KEY, "agency", "account"),
    AssumedRole(PASSWORD, "agency", "account"),
    AssumedRole(TOKEN, "agency", "account"),
]


def shown(*things: object) -> str:
    """Return things as a careless person would print them."""
    return " ".join(f"{thing!r} {thing!s} {thing}" for thing in things)


def assert_clean(text: str, secrets: Sequence[str] = SECRETS) -> None:
    """Find no secret and no signature in a text."""
    assert [secret for secret in secrets if secret in text] == []
    assert "Signature=" not in text


@pytest.mark.parametrize("credential", CREDENTIALS, ids=lambda each: type(each).__name__)
async def test_nothing_that_holds_a_secret_shows_it(credential: Credential) -> None:
    key = {"access": "AK2", "secret": "s3cret-key-2", "securitytoken": "s3curity-token-2"}
    ends = {"expires_at": "2099-01-01T00:00:00Z"}
    both = {"token": ends, "credential": {**key, **ends}}
    given = document(both, 201, [("X-Subject-Token", "t0ken")])
    async with serving(given) as wire, client_of(wire, credential=credential) as client:
        answer = await client.read(Call(LIST))
        auth = client._auth
        assert_clean(shown(credential, client.profile, client, auth, vars(auth), answer))
        if not isinstance(auth, AccessKeyAuth):
            assert_clean(shown(await auth.fresh()))
        assert wire.received


def test_a_call_and_what_comes_of_it_show_no_secret() -> None:
    role = AssumedRole(TOKEN, "agency", "account")
    assert_clean(
        shown(
            tokens.by_password(PASSWORD, project_id="p", region="r"),
            tokens.by_agency(role, token=TOKEN.value, project_id="p", region="r"),
            AccessKeyAuth(KEY),
        )
    )


@pytest.mark.parametrize("credential", CREDENTIALS, ids=lambda each: type(each).__name__)
def test_a_credential_is_not_pickled(credential: Credential) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(credential)


async def test_a_whole_session_at_debug_logs_no_secret(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0  # asyncio then describes everything that it runs
    caplog.set_level(logging.DEBUG)
    facts = cloud.facts
    careful = Password(
        facts["totp_user_name"],
        SecretStr(facts["totp_password"]),
        facts["domain_name"],
        facts["totp_user_id"],
        SecretStr(facts["totp_passcode"]),
    )
    agency = AssumedRole(cloud.password, facts["agency_name"], facts["domain_name"])
    signed = AssumedRole(cloud.key, facts["agency_name"], facts["domain_name"])
    ways: list[Credential] = [
        cloud.key,
        cloud.temporary_key,
        cloud.password,
        careful,
        agency,
        signed,
    ]
    issued: list[str] = []
    told: list[str] = []
    for way in ways:
        async with Client(cloud.profile(way)) as client:
            pool = await pool_that_is(client, "STEADY")
            await send_to_pool(client, pool, "text")
            cloud.script(
                {"path": "desktop-pools", "action": "answer", "status": 401},
                {"path": "desktop-pools", "action": "cut"},
                {"path": "desktop-pools", "action": "answer", "status": 503},
                {"path": "notifications$", "action": "drop"},
            )
            for doing in (pool_that_is(client, "STEADY"), send_to_pool(client, pool, "text")):
                try:
                    await doing
                except ConsoleError as error:
                    told.append("".join(traceback.format_exception(error)))
            if isinstance(client._auth, TokenAuth):
                issued.append((await client._auth.fresh()).value.get_secret_value())
            elif isinstance(client._auth, AgencyKeyAuth):
                key = (await client._auth.fresh()).value
                issued.append(key.secret_key.get_secret_value())
        cloud.reset()
    assert len(issued) == 4
    assert told
    assert any("receive_response_headers.complete" in line for line in caplog.messages)
    assert {"httpcore.http11", "httpx", "asyncio"} <= {record.name for record in caplog.records}
    secrets = [*issued, *(str(facts[name]) for name in ("secret_key", "password", "totp_password"))]
    secrets += [facts["temporary"]["secret_key"], facts["temporary"]["security_token"]]
    everything = "\n".join(str(vars(record)) for record in caplog.records)
    assert_clean(f"{caplog.text}\n{everything}\n{''.join(told)}", secrets)
    assert "X-Subject-Token" not in everything


@pytest.mark.parametrize(
    "header", [b"X-Subject-Token: t0ken\x00", b"X-Subject-Token : t0ken", b"X Subject: t0ken"]
)
async def test_a_malformed_header_is_not_quoted(
    header: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bad = Reply(b"HTTP/1.1 201 Created\r\n%s\r\nContent-Length: 0\r\n\r\n" % header, then="close")
    async with serving(bad) as wire, client_of(wire, credential=TOKEN) as client:
        with pytest.raises(ConsoleError) as caught:
            await client.read(Call(LIST))
    assert "malformed" in caught.value.sentence
    assert_clean("".join(traceback.format_exception(caught.value)))
    assert_clean(caplog.text)


async def test_a_given_token_that_no_header_can_carry_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    broken = Token(SecretStr("t0ken\n"))
    async with serving(document({})) as wire, client_of(wire, credential=broken) as client:
        with pytest.raises(ConsoleError) as caught:
            await client.read(Call(LIST))
    assert_clean("".join(traceback.format_exception(caught.value)))
    assert_clean(caplog.text)


def test_an_issued_token_is_never_plain() -> None:
    assert IssuedToken.__dataclass_fields__["value"].type in {SecretStr, "SecretStr"}
