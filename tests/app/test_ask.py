"""Asking for a thread: the dialog, the answer, another try, and nobody who answers."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from console import access, login
from console.app.ask import Asker, LeftError
from console.profiles.choice import Choice, Reason
from console.profiles.entry import Entry
from console.profiles.profile import Profile
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.session import SHARED
from tests.app.stage import PASSPHRASE, Play, environ, stage

CHOICE = Choice("prod", Reason.FLAG)


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give a home with one profile, whose token is in the encrypted file; nothing changes it."""
    made = environ(tmp_path_factory.mktemp("home"))
    entry = Entry.read({"auth": "token", "store": "file"})
    given = Passphrase({}, lambda **_: SecretStr(PASSPHRASE))
    where = access.store_of(entry, made, passphrase=given)
    login.keep(made, "prod", entry, {"token": SecretStr("fake-token")}, where)
    return made


def opening(play: Play, variables: dict[str, str]) -> "asyncio.Task[Profile]":
    """Open the profile as the application does: in a thread."""
    asker = Asker.of(play.app)
    return asyncio.create_task(asyncio.to_thread(asker.opened, CHOICE, variables))


async def test_a_wrong_passphrase_is_asked_for_again_and_a_right_one_only_once(
    variables: dict[str, str],
) -> None:
    async with stage() as play:
        task = opening(play, variables)
        await play.until("passphrase of the secrets file")
        await play.press("enter")
        await play.until("it is empty")
        await play.paste("not-that-one")
        play.look()
        await play.press("enter")
        await play.until("the passphrase is wrong")
        await play.paste(PASSPHRASE)
        play.look()
        await play.press("enter")
        profile = await task
        assert await opening(play, variables) == profile
        assert play.showed(PASSPHRASE, "not-that-one") == []


async def test_a_question_that_is_left_ends_the_opening_with_an_error(
    variables: dict[str, str],
) -> None:
    async with stage() as play:
        task = opening(play, variables)
        await play.until("passphrase of the secrets file")
        await play.press("escape")
        with pytest.raises(LeftError, match="was not given"):
            await task


async def test_a_secret_of_the_session_is_asked_for_by_its_name(tmp_path: Path) -> None:
    variables = environ(tmp_path)
    entry = Entry.read({"auth": "token", "store": "session"})
    access.book(variables).put("prod", entry)
    async with stage() as play:
        task = opening(play, variables)
        await play.until("token of prod")
        await play.paste("fake-token")
        await play.press("enter")
        profile = await task
        assert profile.name == "prod"
        assert play.showed("fake-token") == []
    SHARED.delete("prod")


async def test_a_thread_that_waits_ends_with_the_application(variables: dict[str, str]) -> None:
    async with stage() as play:
        task = opening(play, variables)
        await play.until("passphrase of the secrets file")
    with pytest.raises(LeftError):
        await task
