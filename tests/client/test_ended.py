"""A temporary credential: no call after its end, and no send that could outlive it."""

from datetime import UTC, datetime, timedelta

import pytest

import console
from console.client.call import Call
from console.client.guard import refuse_ended
from console.errors import CredentialsError, Exit
from console.services.desktop_notifications import send_to_desktops, send_to_pool
from console.services.desktop_pools import LIST
from tests.cloud import Cloud


def ends_in(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def test_a_credential_that_has_ended_makes_no_call(cloud: Cloud) -> None:
    profile = cloud.profile(cloud.temporary_key, expires_at=ends_in(-1))
    async with console.connect(profile) as client:
        with pytest.raises(CredentialsError, match="of profile test ended at") as caught:
            await client.read(Call(LIST))
        with pytest.raises(CredentialsError, match="ended at"):
            await send_to_pool(client, "pool", "text")
    assert caught.value.exit_code is Exit.CREDENTIALS
    assert caught.value.hint == "console login test"
    assert cloud.requests() == []


async def test_a_password_whose_profile_has_ended_asks_for_no_token(cloud: Cloud) -> None:
    profile = cloud.profile(cloud.password, expires_at=ends_in(-1))
    async with console.connect(profile) as client:
        with pytest.raises(CredentialsError, match="ended at"):
            await client.read(Call(LIST))
    assert cloud.requests() == []


async def test_a_send_that_could_outlive_its_credential_is_not_begun(cloud: Cloud) -> None:
    profile = cloud.profile(cloud.temporary_key, expires_at=ends_in(30), total_seconds=60)
    async with console.connect(profile) as client:
        with pytest.raises(CredentialsError, match="this may take 60 s: it is not begun"):
            await send_to_pool(client, "pool", "text")
        with pytest.raises(CredentialsError, match="it is not begun"):
            await send_to_desktops(client, ["desktop"], "text")
        assert cloud.requests() == []
        assert (await client.read(Call(LIST))).succeeded  # a read may be tried to the end


async def test_a_send_that_ends_before_its_credential_is_made(cloud: Cloud) -> None:
    profile = cloud.profile(cloud.temporary_key, expires_at=ends_in(90), total_seconds=60)
    async with console.connect(profile) as client:
        listed = (await client.read(Call(LIST))).json_object()
        pools = listed["desktop_pools"]
        assert isinstance(pools, list)
        assert isinstance(pools[0], dict)
        await send_to_pool(client, str(pools[0]["id"]), "text")
    assert [each["method"] for each in cloud.requests()] == ["GET", "POST"]


def test_a_credential_without_an_end_is_never_refused() -> None:
    refuse_ended("test", None, seconds=3600)
