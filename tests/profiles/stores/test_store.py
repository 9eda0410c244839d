"""What all stores have in common, and the two that need nothing but this process."""

import pickle
from pathlib import Path

import pytest
from pydantic import SecretStr

from console.errors import CredentialsError, Exit, SettingsError
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import NAMES, StoreError, store

SECRET = SecretStr("fake-secret")
AK = {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "fake-secret"}


@pytest.mark.parametrize("name", NAMES)
def test_each_name_leads_to_its_store(name: str, tmp_path: Path) -> None:
    made = store(name, command=["true"], file=tmp_path / "secrets", environ={})
    assert made.name == name
    assert made.writable is (name in {"keyring", "file", "session"})


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="plain") as raised:
        store("plain")
    assert "keyring, command, file, environment, session" in raised.value.hint


def test_the_encrypted_file_needs_a_path() -> None:
    with pytest.raises(SettingsError, match="needs a path"):
        store("file")


def test_a_store_s_error_is_one_of_credentials() -> None:
    assert issubclass(StoreError, CredentialsError)
    assert StoreError("x").exit_code == Exit.CREDENTIALS


def test_what_a_session_keeps_is_there_for_all_of_the_run_until_it_is_removed() -> None:
    store("session").put("once", {"token": SECRET})
    assert store("session").get("once") == {"token": SECRET}
    assert store("session").probe().usable
    store("session").delete("once")
    store("session").delete("once")
    with pytest.raises(StoreError, match="one session only"):
        store("session").get("once")


def test_what_a_session_gives_is_not_what_it_keeps() -> None:
    session = store("session")
    session.put("copied", {"token": SECRET})
    session.get("copied").clear()
    assert session.get("copied") == {"token": SECRET}
    session.delete("copied")


def test_no_store_with_secrets_in_it_is_pickled_or_shown() -> None:
    session = store("session")
    session.put("shown", {"token": SECRET})
    assert "fake-secret" not in f"{session!r} {session.get('shown')!r} {session.get('shown')}"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(session)
    session.delete("shown")
    passphrase = Passphrase({"CONSOLE_PASSPHRASE_COMMAND": "echo fake-secret"})
    passphrase.get(new=False)
    assert "fake-secret" not in repr(passphrase)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(passphrase)


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        (AK, {"access_key", "secret_key"}),
        (
            {**AK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "fake-token"},
            {"access_key", "secret_key", "security_token"},
        ),
        ({"HW_AUTH_TOKEN": "fake-secret"}, {"token"}),
        (
            {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "fake-secret", "HW_DOMAIN_NAME": "d"},
            {"password"},
        ),
        ({**AK, "HW_ASSUME_ROLE_AGENCY_NAME": "a"}, {"access_key", "secret_key"}),
    ],
    ids=["key", "temporary key", "token", "password", "assumed role"],
)
def test_the_environment_gives_what_the_official_names_hold(
    environ: dict[str, str], names: set[str]
) -> None:
    made = store("environment", environ=environ)
    found = made.get("whatever")
    assert set(found) == names
    assert "fake-secret" in {each.get_secret_value() for each in found.values()}
    probe = made.probe()
    assert probe.usable
    assert "fake" not in f"{made!r} {probe} {found}"


def test_an_environment_without_credentials_is_told() -> None:
    made = store("environment", environ={"HUAWEICLOUD_SDK_AK": "AK"})
    with pytest.raises(StoreError, match="HUAWEICLOUD_SDK_SK is not set"):
        made.get("prod")
    assert not made.probe().usable
    assert "HUAWEICLOUD_SDK_SK is not set" in made.probe().sentence


@pytest.mark.parametrize("name", ["command", "environment"])
def test_a_store_that_only_reads_keeps_nothing_and_has_nothing_to_remove(name: str) -> None:
    made = store(name, command=["true"], environ=AK)
    with pytest.raises(StoreError) as raised:
        made.put("prod", {"token": SECRET})
    assert raised.value.hint
    made.delete("prod")
