"""`console login` and `logout`, with every kind of credential and every store."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.errors import Exit
from tests.cli.place import FAR, KINDS, PASSPHRASE, Kind, Place, kind
from tests.cloud import Cloud, Ran, running_cloud
from tests.profiles.stores import desktop
from tests.profiles.stores.desktop import Desktop

LASTING = tuple(name for name in KINDS if name != "totp")
"""Kinds that need nobody at the keyboard once they are logged in."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path).with_passphrase()


@pytest.fixture(scope="module")
def unlocked() -> Iterator[Desktop]:
    """Give a D-Bus session with an unlocked gnome-keyring."""
    if not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")):
        pytest.skip("needs dbus and gnome-keyring: .ci/system-packages installs them")
    with desktop.keyring() as opened:
        yield opened


def in_session(place: Place, session: Desktop) -> Place:
    names = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
    return Place(place.home, {**place.more, **{name: session.environ[name] for name in names}})


def logged_in(place: Place, given: Kind, *options: str) -> Ran:
    done = place.run("login", "prod", *given.options, *options, secrets=given.secrets.values())
    assert (done.code, done.out) == (0, ""), done
    assert "profile prod is ready" in done.err
    return done


def works(place: Place, **more: str) -> None:
    done = place.run("notices", "-o", "json", "--profile", "prod", **more)
    assert (done.code, done.err) == (0, "")
    assert len(json.loads(done.out)) == 2


def kept_plain(place: Place, given: Kind) -> list[Path]:
    return [
        path
        for path, held in place.everything().items()
        if any(secret.encode() in held for secret in given.secrets.values())
    ]


@pytest.mark.parametrize("name", LASTING)
def test_each_kind_is_kept_in_the_encrypted_file_and_used(
    name: str, place: Place, cloud: Cloud
) -> None:
    given = kind(name, cloud)
    logged_in(place, given, "--store", "file")
    works(place)
    assert kept_plain(place, given) == []
    assert {path.stat().st_mode & 0o777 for path in place.everything()} == {0o600}


@pytest.mark.parametrize("name", LASTING)
def test_each_kind_is_kept_in_the_keyring_and_used(
    name: str, place: Place, cloud: Cloud, unlocked: Desktop
) -> None:
    there, given = in_session(place, unlocked), kind(name, cloud)
    logged_in(there, given, "--store", "keyring")
    works(there)
    assert kept_plain(there, given) == []
    assert there.run("profile", "remove", "prod", "--yes").code == 0


@pytest.mark.parametrize("name", LASTING)
def test_each_kind_comes_from_a_command(name: str, place: Place, cloud: Cloud) -> None:
    given, printed = kind(name, cloud), place.home / "printed"
    printed.write_text(json.dumps(given.secrets))
    words = ("--store", "command", "--secret-command", f"cat '{printed}'")
    assert place.run("login", "prod", *given.options, *words).code == 0
    works(place)
    assert kept_plain(place, given) == []


@pytest.mark.parametrize("name", LASTING)
def test_each_kind_comes_from_the_environment(name: str, place: Place, cloud: Cloud) -> None:
    given = kind(name, cloud)
    words = ("login", "prod", *given.options, "--store", "environment")
    assert place.run(*words, **given.variables).code == 0
    works(place, **given.variables)
    missing = place.run("notices", "--profile", "prod")
    assert missing.code == Exit.CREDENTIALS
    assert "no credential in the environment" in missing.err


@pytest.mark.parametrize("name", ["access-key", "token", "role-by-password"])
def test_a_secret_of_the_session_is_asked_for_in_each_run(
    name: str, place: Place, cloud: Cloud
) -> None:
    given = kind(name, cloud)
    done = logged_in(place, given, "--store", "session")
    assert "kept nowhere: each run asks for it" in done.err
    [secret] = given.secrets.values()
    with place.terminal("notices", "--profile", "prod") as screen:
        screen.answer(" of prod: ", secret)
        assert screen.end() == Exit.DONE
    assert secret not in screen.shown
    unasked = place.run("notices", "--profile", "prod", stdin=f"{secret}\n")
    assert unasked.code == Exit.CREDENTIALS
    assert "kept for one session only" in unasked.err
    assert kept_plain(place, given) == []


def test_the_six_digits_are_asked_for_each_time_and_never_kept(place: Place, cloud: Cloud) -> None:
    given = kind("totp", cloud)
    logged_in(place, given, "--store", "file")
    with place.terminal("notices", "--profile", "prod") as screen:
        screen.answer("six digits of the TOTP device of prod: ", given.secrets["passcode"])
        assert screen.end() == Exit.DONE
    assert given.secrets["passcode"] not in screen.shown
    alone = place.run("notices", "--profile", "prod")
    assert alone.code == Exit.CREDENTIALS
    assert "profile prod has no six digits of the TOTP device" in alone.err
    assert kept_plain(place, given) == []


@pytest.mark.parametrize("where", ["file", "keyring"])
def test_a_logout_removes_the_secret_and_a_login_brings_it_back(
    where: str, place: Place, cloud: Cloud, unlocked: Desktop
) -> None:
    there, given = in_session(place, unlocked), kind("access-key", cloud)
    logged_in(there, given, "--store", where, "--colour", "red")
    gone = there.run("logout")
    assert (gone.code, gone.err) == (0, "console: profile prod has no secret any more\n")
    refused = there.run("notices")
    assert refused.code == Exit.CREDENTIALS
    assert "holds no secret of profile 'prod'" in refused.err
    assert "console login prod" in refused.err
    assert there.run("logout").code == 0  # what is gone stays gone
    again = there.run("login", "prod", secrets=given.secrets.values())  # all else is remembered
    assert again.code == 0
    works(there)
    assert 'colour = "red"' in there.profiles.read_text()


def test_another_store_takes_the_secret_from_the_one_before(
    place: Place, cloud: Cloud, unlocked: Desktop
) -> None:
    there, given = in_session(place, unlocked), kind("access-key", cloud)
    logged_in(there, given, "--store", "keyring")
    moved = logged_in(there, given, "--store", "file")
    assert "removed from the keyring" in moved.err
    back = there.run("login", "prod", "--store", "keyring", "--no-check", secrets=())
    assert back.code == Exit.USAGE  # nothing to read: the secret of before is not taken unseen
    works(there)


def test_another_kind_of_credential_takes_the_place_of_the_one_before(
    place: Place, cloud: Cloud
) -> None:
    logged_in(place, kind("temporary-key", cloud), "--store", "file", "--production")
    logged_in(place, kind("password", cloud))
    works(place)
    text = place.profiles.read_text()
    assert "production = true" in text
    assert "access_key" not in text
    assert "expires_at" not in text


def test_a_temporary_key_that_has_ended_is_refused_and_can_be_replaced(
    place: Place, cloud: Cloud
) -> None:
    given = kind("temporary-key", cloud)
    logged_in(place, given, "--store", "file")
    text = place.profiles.read_text()
    place.profiles.write_text(text.replace(FAR, "2020-01-31T12:00:00Z"))
    cloud.reset()
    refused = place.run("notices")
    assert refused.code == Exit.CREDENTIALS
    assert "the credential of profile prod ended at 2020-01-31 12:00:00 UTC" in refused.err
    assert "hint: console login prod" in refused.err
    assert cloud.requests() == []
    logged_in(place, given)
    works(place)


def test_an_end_that_is_no_time_is_said_with_an_example(place: Place, cloud: Cloud) -> None:
    given = kind("temporary-key", cloud)
    words = ("--store", "file", "--expires-at", "tomorrow")
    done = place.run("login", "prod", *given.options, *words, secrets=given.secrets.values())
    assert done.code == Exit.USAGE
    assert "'tomorrow' is no time, such as 2030-01-31T12:00:00Z" in done.err


def test_a_token_that_ends_in_the_middle_of_a_listing_is_renewed(place: Place) -> None:
    quick = ("--token-lifetime", "1", "--latency-ms", "300", "--records", "3000")
    with running_cloud(*quick) as cloud:
        logged_in(place, kind("password", cloud), "--store", "file")
        before = len(cloud.requests())
        words = ("--query-type", "DESKTOP", "--all", "--page-size", "100", "-o", "ndjson")
        done = place.run("blocked", *words)
        asked = [each["path"] for each in cloud.requests()[before:]]
    assert (done.code, done.err) == (0, "")
    assert len(set(done.out.splitlines())) == 3000
    assert asked.count("/v3/auth/tokens") >= 2


def test_a_given_token_that_has_ended_needs_a_new_login(place: Place) -> None:
    with running_cloud("--token-lifetime", "60") as cloud:
        logged_in(place, kind("token", cloud), "--store", "file")
        works(place)
        cloud.control.put("/_emulator/clock", json={"offset_seconds": 90}).raise_for_status()
        done = place.run("notices")
    assert done.code == Exit.CREDENTIALS
    assert "Not authenticated" in done.err


@pytest.mark.parametrize("name", LASTING)
def test_a_wrong_secret_keeps_nothing(name: str, place: Place, cloud: Cloud) -> None:
    given = kind(name, cloud)
    wrong = [f"{secret}-wrong" for secret in given.secrets.values()]
    done = place.run("login", "prod", "--store", "file", *given.options, secrets=wrong)
    assert done.code == Exit.CREDENTIALS
    assert "nothing was kept" in done.err
    assert place.everything() == {}
    assert all(secret not in done.err for secret in wrong)


def test_a_wrong_secret_leaves_the_one_before(place: Place, cloud: Cloud) -> None:
    logged_in(place, kind("access-key", cloud), "--store", "file")
    before = place.everything()
    assert place.run("login", "prod", secrets=["wrong"]).code == Exit.CREDENTIALS
    assert place.everything() == before
    works(place)


def test_a_project_of_somebody_else_keeps_nothing(place: Place, cloud: Cloud) -> None:
    given = kind("access-key", cloud)
    words = ("--store", "file", "--project-id", "0" * 32)
    done = place.run("login", "prod", *given.options, *words, secrets=given.secrets.values())
    assert done.code == Exit.USAGE
    assert "is none of those that this credential may use" in done.err
    assert place.everything() == {}


SECRETS_THAT_CANNOT_BE_READ = {
    "a descriptor that is not open": ("987", "file descriptor 987 cannot be read"),
    "fewer lines than secrets": (None, "does not give the secret key and the security token"),
}


@pytest.mark.parametrize(
    ("number", "sentence"),
    SECRETS_THAT_CANNOT_BE_READ.values(),
    ids=SECRETS_THAT_CANNOT_BE_READ,
)
def test_a_descriptor_without_the_secrets_keeps_nothing(
    number: str | None, sentence: str, place: Place, cloud: Cloud
) -> None:
    words = ("login", "prod", "--store", "file", *kind("temporary-key", cloud).options)
    given = ("--secret-fd", number) if number else ()
    done = place.run(*words, *given, secrets=None if number else ())
    assert done.code == Exit.USAGE
    assert sentence in done.err
    assert place.everything() == {}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ((), Exit.USAGE, "say where to keep the secret"),
        (("--store", "file"), Exit.USAGE, "'auth' is missing"),
        (("--store", "session", "--auth", "token"), Exit.CREDENTIALS, "no terminal to ask at"),
        (("prod", "a-secret"), Exit.USAGE, "unexpected extra argument"),
        (("--secret-key", "a-secret"), Exit.USAGE, "No such option"),
        (("--token", "a-secret"), Exit.USAGE, "No such option"),
        (("--password", "a-secret"), Exit.USAGE, "No such option"),
        (("con trol", "--store", "session"), Exit.USAGE, "cannot be the name of a profile"),
        (("environment", "--store", "session"), Exit.USAGE, "is reserved"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_nothing_is_asked_where_there_is_no_terminal(
    words: tuple[str, ...], code: Exit, sentence: str, place: Place
) -> None:
    done = place.run("login", *words, stdin="access-key\nAK\nregion\nfile\nsecret\n")
    assert done.code == code
    assert sentence in done.err
    assert place.everything() == {}
    assert PASSPHRASE not in done.out + done.err
