"""`console login` on a terminal: what it asks, in which order, and what it never shows."""

from pathlib import Path

import pytest

from console.errors import Exit
from tests.cli.dialogue import Dialogue
from tests.cli.place import PASSPHRASE, Place, kind
from tests.cloud import Cloud


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def secret(cloud: Cloud) -> str:
    return cloud.key.secret_key.get_secret_value()


def answers(cloud: Cloud, secret: str) -> list[tuple[str, str]]:
    """Return what a first login with an access key asks, and what an operator types."""
    return [
        ("name of the profile [default]: ", "prod"),
        ("[access-key]: ", ""),
        ("access key (AK): ", cloud.key.access_key),
        ("region [cn-north-4]: ", ""),
        ("store (file, session) [file]: ", ""),
        ("a new passphrase, for the secrets file: ", PASSPHRASE),
        ("Repeat for confirmation: ", PASSPHRASE),
        ("secret key of prod: ", secret),
        ("workspace (0 for none) [0]: ", "1"),
    ]


def type_all(screen: Dialogue, lines: list[tuple[str, str]]) -> None:
    for prompt, line in lines:
        screen.answer(prompt, line)


def test_a_first_login_asks_for_everything_and_shows_no_secret(
    place: Place, cloud: Cloud, secret: str
) -> None:
    with place.terminal("login", "--endpoint", cloud.url) as screen:
        type_all(screen, answers(cloud, secret))
        assert screen.end() == Exit.DONE
    assert "profile prod is ready; its secret is in " in screen.shown
    assert "keyring     the system's keyring; not now: there is no D-Bus session" in screen.shown
    assert secret not in screen.shown
    assert PASSPHRASE not in screen.shown
    with place.terminal("reviews") as listing:
        listing.answer("passphrase of the secrets file: ", PASSPHRASE)
        assert listing.end() == Exit.DONE
    assert "workspace = " in place.profiles.read_text()


@pytest.mark.parametrize("at", range(9))
def test_an_interrupt_at_any_question_leaves_nothing(
    at: int, place: Place, cloud: Cloud, secret: str
) -> None:
    with place.terminal("login", "--endpoint", cloud.url) as screen:
        lines = answers(cloud, secret)
        type_all(screen, lines[:at])
        screen.until(lines[at][0])
        assert screen.interrupt() == Exit.INTERRUPTED
    assert screen.shown.rstrip().endswith("console: interrupted")
    assert place.everything() == {}


UNUSABLE = {
    "keyring": "there is no D-Bus session",
    "environment": "no credential in the environment",
    "command": "there is no program 'no-such-program'",
}


@pytest.mark.parametrize(("store", "sentence"), UNUSABLE.items(), ids=UNUSABLE)
def test_a_store_that_cannot_be_used_is_said_before_the_secret_is_asked_for(
    store: str, sentence: str, place: Place, cloud: Cloud
) -> None:
    words = ["--store", store, "--region", "cn-north-4", *kind("access-key", cloud).options]
    if store == "command":
        words += ["--secret-command", "no-such-program"]
    with place.terminal("login", "prod", *words) as screen:
        assert screen.end() == Exit.CREDENTIALS
    assert sentence in screen.shown
    assert "secret key of" not in screen.shown
    assert cloud.requests() == []


def test_a_wrong_passphrase_is_said_before_the_secret_is_asked_for(
    place: Place, cloud: Cloud
) -> None:
    given = kind("access-key", cloud)
    keeping = place.with_passphrase()
    words = ("--store", "file", "--region", "cn-north-4")
    done = keeping.run("login", "a", *words, *given.options, secrets=given.secrets.values())
    assert done.code == 0
    with place.terminal("login", "b", *words, *given.options) as screen:
        screen.answer("passphrase of the secrets file: ", "not-that-one")
        assert screen.end() == Exit.CREDENTIALS
    assert "the passphrase is wrong" in screen.shown
    assert "secret key of" not in screen.shown


def test_a_passphrase_that_is_too_short_is_said_before_the_secret_is_asked_for(
    place: Place, cloud: Cloud
) -> None:
    words = ("--store", "file", "--region", "cn-north-4", *kind("access-key", cloud).options)
    with place.terminal("login", "prod", *words) as screen:
        screen.answer("a new passphrase, for the secrets file: ", "short")
        screen.answer("Repeat for confirmation: ", "short")
        assert screen.end() == Exit.CREDENTIALS
    assert "8 characters at least" in screen.shown
    assert "secret key of" not in screen.shown


def test_a_password_with_a_second_factor_asks_for_user_account_and_digits(
    place: Place, cloud: Cloud
) -> None:
    facts = cloud.facts
    words = ("--endpoint", cloud.url, "--store", "session", "--totp", "--workspace", "none")
    lines = [
        ("[access-key]: ", "password"),
        ("account name: ", facts["domain_name"]),
        ("user name: ", facts["totp_user_name"]),
        ("user id: ", facts["totp_user_id"]),
        ("region [cn-north-4]: ", ""),
        ("password of prod: ", facts["totp_password"]),
        ("six digits of the TOTP device of prod: ", facts["totp_passcode"]),
    ]
    with place.terminal("login", "prod", *words) as screen:
        type_all(screen, lines)
        assert screen.end() == Exit.DONE
    assert facts["totp_password"] not in screen.shown
    assert facts["totp_passcode"] not in screen.shown


def test_a_temporary_key_is_asked_when_it_ends(place: Place, cloud: Cloud) -> None:
    key = cloud.temporary_key
    assert key.security_token
    words = ("--endpoint", cloud.url, "--store", "session", "--workspace", "none")
    lines = [
        ("[access-key]: ", "temporary-key"),
        ("access key (AK): ", key.access_key),
        ("when it ends", "2099-01-31T12:00:00+08:00"),
        ("region [cn-north-4]: ", ""),
        ("secret key of prod: ", key.secret_key.get_secret_value()),
        ("security token of prod: ", key.security_token.get_secret_value()),
    ]
    with place.terminal("login", "prod", *words) as screen:
        type_all(screen, lines)
        assert screen.end() == Exit.DONE
    assert "expires_at = 2099-01-31T12:00:00+08:00" in place.profiles.read_text()


def test_a_workspace_that_is_not_permitted_does_not_stop_the_login(
    place: Place, cloud: Cloud
) -> None:
    key = cloud.restricted_key
    words = ("--endpoint", cloud.url, "--store", "session", "--region", "cn-north-4")
    more = ("--auth", "access-key", "--access-key", key.access_key)
    refusal = '{"error_code":"DLM.403","error_msg":"no"}'
    cloud.script({"action": "answer", "path": "/v1/.*instances", "status": 403, "body": refusal})
    with place.terminal("login", "prod", *words, *more) as screen:
        screen.answer("secret key of prod: ", key.secret_key.get_secret_value())
        assert screen.end() == Exit.DONE
    assert "the DataArts workspace can be set later" in screen.shown
    assert "profile prod is ready" in screen.shown
