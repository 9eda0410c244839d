"""The ways in as functions: listed, opened, renamed and removed, without a terminal."""

import pickle
from pathlib import Path

import pytest
from pydantic import SecretStr

import console
from console import access
from console.errors import CredentialsError, ReadOnlyError, SettingsError
from console.profiles.choice import Choice, Reason, choose
from console.profiles.stores.store import StoreError
from console.services.desktop_notifications import send_to_pool
from tests.cloud import Cloud
from tests.ways import Environ, entry, environ_in, keep, opened, passphrase


@pytest.fixture
def environ(tmp_path: Path) -> Environ:
    return environ_in(tmp_path)


def test_a_broken_profile_is_listed_with_what_is_wrong(environ: Environ, cloud: Cloud) -> None:
    keep(environ, "one", cloud)
    path = access.book(environ).path
    path.write_text(f"{path.read_text()}\n[profile.two]\nauth = 'none'\n")
    one, two = access.listed(environ)
    assert one.entry
    assert not two.entry
    assert "'auth' is none of" in two.problem


@pytest.mark.parametrize("name", ["none", "../one", "demo"])
def test_nothing_is_switched_to_that_does_not_exist(
    name: str, environ: Environ, cloud: Cloud
) -> None:
    keep(environ, "one", cloud)
    with pytest.raises(SettingsError, match="there is no profile"):
        access.switch(environ, name)
    assert choose(environ).name == "one"


def test_a_rename_onto_another_profile_leaves_both_secrets(environ: Environ, cloud: Cloud) -> None:
    keep(environ, "one", cloud)
    keep(environ, "two", cloud)
    with pytest.raises(SettingsError, match="there is a profile 'two' already"):
        access.rename(environ, "one", "two", passphrase=passphrase())
    with pytest.raises(SettingsError, match="cannot be the name"):
        access.rename(environ, "one", "a b", passphrase=passphrase())
    assert opened(environ, "one").credential == opened(environ, "two").credential
    access.rename(environ, "one", "three", passphrase=passphrase())
    assert opened(environ, "three").name == "three"
    assert choose(environ).name == "three"
    store = access.store_of(entry(cloud, "file"), environ, passphrase=passphrase())
    with pytest.raises(StoreError, match="holds no secret"):
        store.get("one")


def test_what_is_removed_is_gone_with_its_secret_and_as_the_choice(
    environ: Environ, cloud: Cloud
) -> None:
    keep(environ, "one", cloud)
    keep(environ, "two", cloud)
    assert access.remove(environ, "one", passphrase=passphrase())
    assert choose(environ).name == "two"
    keep(environ, "one", cloud, "session")
    assert access.forget(environ, "one")


def test_a_secret_of_the_session_is_asked_for_once(environ: Environ, cloud: Cloud) -> None:
    keep(environ, "asked-once", cloud, "session")
    access.forget(environ, "asked-once")
    asked: list[tuple[str, str]] = []

    def ask(name: str, secret: str) -> SecretStr:
        asked.append((name, secret))
        return cloud.key.secret_key

    chosen = Choice("asked-once", Reason.FLAG)
    for _ in range(2):
        assert access.opened(chosen, environ, ask=ask).credential == cloud.key
    assert asked == [("asked-once", "secret_key")]


def test_what_has_ended_is_refused_before_its_secret_is_touched(
    environ: Environ, cloud: Cloud
) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 - one test of all

    past = datetime(2020, 1, 1, tzinfo=UTC)
    made = entry(cloud, "keyring", auth="temporary-key", expires_at=past)
    access.book(environ).put("one", made)
    with pytest.raises(CredentialsError, match="ended at 2020-01-01 00:00:00 UTC"):
        access.opened(Choice("one", Reason.FLAG), environ)


@pytest.mark.parametrize("how", ["flag", "variable", "profile"])
async def test_read_only_by_any_of_three_ways_refuses_a_send(
    how: str, environ: Environ, cloud: Cloud
) -> None:
    keep(environ, "one", cloud, read_only=how == "profile")
    variables = {**environ, "CONSOLE_READ_ONLY": "1" if how == "variable" else "0"}
    profile = opened(variables, "one", read_only=how == "flag")
    async with console.connect(profile) as client:
        with pytest.raises(ReadOnlyError):
            await send_to_pool(client, "pool", "text")
    assert {each["method"] for each in cloud.requests()} == {"GET"}  # the look-up of the project


def test_an_opened_profile_shows_no_secret_and_is_not_pickled(
    environ: Environ, cloud: Cloud
) -> None:
    keep(environ, "one", cloud)
    profile = opened(environ, "one")
    assert cloud.key.secret_key.get_secret_value() not in f"{profile} {profile!r}"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(profile)
