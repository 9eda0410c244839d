"""Who the official SDK and our client are: callers, tokens and temporary keys."""

import huaweicloudsdkiam.v3 as iam
import pytest
from pydantic import SecretStr

from console.client import identity, tokens
from console.client.auth import TokenAuth
from console.client.call import Call
from console.client.client import Client
from console.errors import AuthenticationError
from console.profiles.credential import AccessKey, AssumedRole, Credential, Password, Token
from console.services import blocked_notifications
from tests.cloud import Cloud
from tests.services.sdk import Refused, Sdk, later, moment, plain, raw_call, refused_by_us

RECORDS = {"query_type": "DESKTOP", "limit": 1}


@pytest.mark.parametrize("kind", ["access key", "temporary key"])
async def test_the_caller_is_the_same_by_the_sdk_and_by_us(cloud: Cloud, kind: str) -> None:
    key = cloud.key if kind == "access key" else cloud.temporary_key
    sdk = Sdk(cloud, key)
    theirs = sdk.call(identity.CALLER_IDENTITY, {})
    sdk.close()
    async with Client(cloud.profile(key)) as client:
        ours = await client.read(Call(identity.CALLER_IDENTITY))
        async with Client(cloud.profile(key, domain_id="", project_id="")) as unknowing:
            assert await unknowing.domain_id() == theirs.account_id
            assert await unknowing.project_id() == cloud.facts["project_id"]
    assert ours.json == plain(theirs)
    assert theirs.account_id == cloud.facts["domain_id"]


def by_password(cloud: Cloud, password: str) -> iam.KeystoneCreateUserTokenByPasswordRequest:
    """Return the SDK's request for a token by password, built of the SDK's own models."""
    user = iam.PwdPasswordUser(
        name=cloud.facts["user_name"],
        password=password,
        domain=iam.PwdPasswordUserDomain(name=cloud.facts["domain_name"]),
    )
    auth = iam.PwdAuth(
        identity=iam.PwdIdentity(methods=["password"], password=iam.PwdPassword(user=user)),
        scope=iam.AuthScope(project=iam.AuthScopeProject(id=cloud.facts["project_id"])),
    )
    return iam.KeystoneCreateUserTokenByPasswordRequest(
        nocatalog="true", body=iam.KeystoneCreateUserTokenByPasswordRequestBody(auth=auth)
    )


def careful_password(cloud: Cloud) -> Password:
    """Return the password and passcode of the user who needs both."""
    return Password(
        cloud.facts["totp_user_name"],
        SecretStr(cloud.facts["totp_password"]),
        cloud.facts["domain_name"],
        cloud.facts["totp_user_id"],
        SecretStr(cloud.facts["totp_passcode"]),
    )


async def our_token(cloud: Cloud, credential: Credential) -> tokens.IssuedToken:
    """Let our client get a token."""
    async with Client(cloud.profile(credential)) as client:
        assert isinstance(client._auth, TokenAuth)
        return await client._auth.fresh()


async def test_a_token_by_password_is_the_same_by_the_sdk_and_by_us(cloud: Cloud, sdk: Sdk) -> None:
    client = sdk.client("iam")
    theirs = client.keystone_create_user_token_by_password(
        by_password(cloud, cloud.facts["password"])
    )
    asked_by_sdk = cloud.requests()[-1]
    ours = await our_token(cloud, cloud.password)
    asked_by_us = cloud.requests()[-1]

    same = ("method", "path", "query", "status", "operation")
    assert [asked_by_us[each] for each in same] == [asked_by_sdk[each] for each in same]
    assert ours.project_id == theirs.token.project.id == cloud.facts["project_id"]
    assert ours.domain_id == theirs.token.project.domain.id == cloud.facts["domain_id"]
    shown = client.keystone_validate_token(
        iam.KeystoneValidateTokenRequest(
            x_subject_token=ours.value.get_secret_value(), nocatalog="true"
        )
    )
    assert ours.expires_at == moment(shown.token.expires_at)
    for wanted in ("methods", "project", "roles", "user", "domain"):
        assert plain(getattr(shown.token, wanted)) == plain(getattr(theirs.token, wanted))
    assert shown.token.user.name == cloud.facts["user_name"]


async def test_a_token_of_the_sdk_opens_the_same_rows_to_us(
    cloud: Cloud, sdk: Sdk, client: Client
) -> None:
    request = by_password(cloud, cloud.facts["password"])
    issued = sdk.client("iam").keystone_create_user_token_by_password(request)
    given = Token(SecretStr(issued.x_subject_token))
    call = raw_call(blocked_notifications.LIST, RECORDS)
    async with Client(cloud.profile(given)) as by_token:
        assert (await by_token.read(call)).json == (await client.read(call)).json


async def test_a_wrong_password_is_refused_alike(cloud: Cloud, sdk: Sdk) -> None:
    with pytest.raises(Refused) as caught:
        sdk.client("iam").keystone_create_user_token_by_password(by_password(cloud, "wrong"))
    theirs = caught.value
    wrong = Password(cloud.facts["user_name"], SecretStr("wrong"), cloud.facts["domain_name"])
    async with Client(cloud.profile(wrong)) as client:
        ours = await refused_by_us(client, raw_call(blocked_notifications.LIST, RECORDS))
    assert isinstance(ours, AuthenticationError)
    # IAM's codes are numbers; ours are always text.
    assert (ours.status, ours.code) == (theirs.status_code, str(theirs.error_code)) == (401, "401")
    assert ours.message == theirs.error_msg


@pytest.mark.parametrize("kind", ["a passcode", "an agency by password", "an agency by a token"])
async def test_the_sdk_finds_our_other_tokens_valid(cloud: Cloud, sdk: Sdk, kind: str) -> None:
    agency, domain = cloud.facts["agency_name"], cloud.facts["domain_name"]
    held = await our_token(cloud, cloud.password)
    credentials: dict[str, Credential] = {
        "a passcode": careful_password(cloud),
        "an agency by password": AssumedRole(cloud.password, agency, domain),
        "an agency by a token": AssumedRole(Token(held.value), agency, domain),
    }
    ours = await our_token(cloud, credentials[kind])
    shown = sdk.client("iam").keystone_validate_token(
        iam.KeystoneValidateTokenRequest(x_subject_token=ours.value.get_secret_value())
    )
    assert shown.token.methods == (
        ["password", "totp"] if kind == "a passcode" else ["assume_role"]
    )
    assert ours.expires_at == moment(shown.token.expires_at)
    assert ours.project_id == shown.token.project.id


async def test_temporary_keys_from_the_sdk_open_the_same_rows_to_both(
    cloud: Cloud, sdk: Sdk
) -> None:
    identity_ = iam.TokenAuthIdentity(
        methods=["token"], token=iam.IdentityToken(duration_seconds=900)
    )
    body = iam.CreateTemporaryAccessKeyByTokenRequestBody(auth=iam.TokenAuth(identity=identity_))
    made = sdk.client("iam").create_temporary_access_key_by_token(
        iam.CreateTemporaryAccessKeyByTokenRequest(body=body)
    )
    key = AccessKey(
        made.credential.access,
        SecretStr(made.credential.secret),
        SecretStr(made.credential.securitytoken),
    )
    temporary = Sdk(cloud, key)
    theirs = temporary.call(blocked_notifications.LIST, RECORDS)
    async with Client(cloud.profile(key)) as client:
        ours = await client.read(raw_call(blocked_notifications.LIST, RECORDS))
        assert ours.json == theirs.to_json_object()
        later(cloud, 901)
        refusal = await refused_by_us(client, raw_call(blocked_notifications.LIST, RECORDS))
    with pytest.raises(Refused) as caught:
        temporary.call(blocked_notifications.LIST, RECORDS)
    temporary.close()
    assert (refusal.status, refusal.code) == (caught.value.status_code, caught.value.error_code)
