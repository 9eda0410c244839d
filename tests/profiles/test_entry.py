"""What one profile of the file says."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import SecretStr, ValidationError

from console.errors import CredentialsError, Exit
from console.profiles.credential import AccessKey, AssumedRole, Password, Token
from console.profiles.entry import Entry, EntryError
from console.profiles.environment import profile as environment_profile
from console.profiles.profile import Profile

KEY = {"auth": "access-key", "store": "keyring", "access_key": "AK"}
TEMPORARY = {"auth": "temporary-key", "store": "keyring", "access_key": "AK"}
TOKEN = {"auth": "token", "store": "keyring"}
PASSWORD = {"auth": "password", "store": "keyring", "user_name": "u", "domain_name": "d"}
TOTP = {**PASSWORD, "totp": True, "user_id": "0123"}
ROLE = {"agency_name": "a", "domain_name": "d"}
SECRETS = {
    name: SecretStr(f"fake-{name}")
    for name in ("secret_key", "security_token", "token", "password", "passcode")
}
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "needs", "kind"),
    [
        pytest.param(KEY, ("secret_key",), AccessKey, id="access-key"),
        pytest.param(TEMPORARY, ("secret_key", "security_token"), AccessKey, id="temporary-key"),
        pytest.param(TOKEN, ("token",), Token, id="token"),
        pytest.param(PASSWORD, ("password",), Password, id="password"),
        pytest.param(TOTP, ("password", "passcode"), Password, id="totp"),
        pytest.param({**KEY, "assume_role": ROLE}, ("secret_key",), AssumedRole, id="role-by-key"),
        pytest.param({**TOKEN, "assume_role": ROLE}, ("token",), AssumedRole, id="role-by-token"),
        pytest.param(
            {**TOTP, "assume_role": ROLE}, ("password", "passcode"), AssumedRole, id="role-by-totp"
        ),
    ],
)
def test_each_way_to_authenticate_says_what_it_needs_and_takes_it(
    fields: dict[str, object], needs: tuple[str, ...], kind: type
) -> None:
    entry = Entry.read(fields)
    assert entry.needs() == needs
    made = entry.profile("p", {name: SECRETS[name] for name in needs})
    assert isinstance(made.credential, kind)
    for secret in needs:
        lacking = {name: SECRETS[name] for name in needs if name != secret}
        for secrets in (lacking, {**lacking, secret: SecretStr("")}):
            with pytest.raises(CredentialsError, match="profile p has no") as caught:
                entry.profile("p", secrets)
            assert caught.value.hint == "console login p"


def test_secrets_end_in_the_places_they_are_named_for() -> None:
    key = Entry.read(TEMPORARY).profile("p", SECRETS).credential
    assert key == AccessKey("AK", SECRETS["secret_key"], SECRETS["security_token"])
    password = Entry.read(TOTP).profile("p", SECRETS).credential
    assert password == Password("u", SECRETS["password"], "d", "0123", SECRETS["passcode"])
    role = Entry.read({**TOKEN, "assume_role": {"agency_name": "a", "domain_id": "i"}})
    assert role.profile("p", SECRETS).credential == AssumedRole(
        Token(SECRETS["token"]), "a", domain_id="i"
    )


def test_a_permanent_key_takes_no_security_token_that_lies_about() -> None:
    credential = Entry.read(KEY).profile("p", SECRETS).credential
    assert credential == AccessKey("AK", SECRETS["secret_key"])


@pytest.mark.parametrize("store", ["command", "environment"])
def test_a_store_that_others_fill_may_give_the_whole_key(store: str) -> None:
    command = {"secret_command": ["x"]} if store == "command" else {}
    entry = Entry.read({"auth": "access-key", "store": store, **command})
    given = {**SECRETS, "access_key": SecretStr("AK-GIVEN")}
    assert entry.profile("p", given).credential == AccessKey(
        "AK-GIVEN", SECRETS["secret_key"], SECRETS["security_token"]
    )
    with pytest.raises(CredentialsError, match="has no access key"):
        entry.profile("p", SECRETS)
    named = Entry.read({**KEY, "store": store, **command})
    assert named.profile("p", given).credential == AccessKey(
        "AK-GIVEN", SECRETS["secret_key"], SECRETS["security_token"]
    )


def test_a_profile_is_what_the_entry_says() -> None:
    entry = Entry.read(
        {
            **TEMPORARY,
            "region": "cn-east-3",
            "project_id": "p1",
            "domain_id": "d1",
            "workspace": "w1",
            "check_project_id": "c1",
            "endpoint": "https://all.example",
            "endpoints": {"iam": "https://iam.example"},
            "ca_file": "/etc/ca.pem",
            "timeout": 30,
            "colour": "red",
            "read_only": True,
            "production": True,
            "expires_at": NOW,
        }
    )
    assert entry.profile("p", SECRETS) == Profile(
        name="p",
        credential=AccessKey("AK", SECRETS["secret_key"], SECRETS["security_token"]),
        region="cn-east-3",
        project_id="p1",
        domain_id="d1",
        workspace="w1",
        check_project_id="c1",
        endpoint="https://all.example",
        endpoints={"iam": "https://iam.example"},
        ca_file="/etc/ca.pem",
        total_seconds=30,
        colour="red",
        read_only=True,
        production=True,
        expires_at=NOW,
    )


def test_what_is_not_said_is_what_the_environment_s_profile_has() -> None:
    environ = {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "fake-secret_key"}
    assert Entry.read(KEY).profile("environment", SECRETS) == environment_profile(environ)


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        pytest.param({}, "auth", "is missing", id="nothing"),
        pytest.param({"auth": "token"}, "store", "is missing", id="no-store"),
        pytest.param({**TOKEN, "auth": "acess-key"}, "auth", '"access-key"?', id="auth-mistyped"),
        pytest.param({**TOKEN, "auth": 3}, "auth", "is none of", id="auth-number"),
        pytest.param({**TOKEN, "store": "keychain"}, "store", '"keyring"?', id="store-mistyped"),
        pytest.param({**TOKEN, "store": "plain"}, "store", "is none of", id="store-plain"),
        pytest.param({**TOKEN, "colour": "violet"}, "colour", '"red"', id="colour"),
        pytest.param({**TOKEN, "color": "red"}, "color", "'colour'?", id="color"),
        pytest.param({**TOKEN, "regoin": "x"}, "regoin", "'region'?", id="unknown-key"),
        pytest.param({**TOKEN, "zzz": 1}, "zzz", "keys: auth, store", id="unknown-far-key"),
        pytest.param({**TOKEN, "read_only": "yes"}, "read_only", "true nor false", id="bool-text"),
        pytest.param({**TOKEN, "read_only": 1}, "read_only", "true nor false", id="bool-number"),
        pytest.param({**TOKEN, "region": 3}, "region", "stands in quotes", id="text-number"),
        pytest.param({**TOKEN, "project_id": "a b"}, "project_id", "something else", id="id-space"),
        pytest.param({**TOKEN, "region": "FakeSecret"}, "region", "no region", id="no-region"),
        pytest.param({**TOKEN, "project_id": "é"}, "project_id", "something else", id="id-accent"),
        pytest.param({**TOKEN, "ca_file": "a\x1b"}, "ca_file", "control", id="text-control"),
        pytest.param({**TOKEN, "timeout": "30"}, "timeout", "no number", id="timeout-text"),
        pytest.param({**TOKEN, "timeout": True}, "timeout", "no number", id="timeout-bool"),
        pytest.param({**TOKEN, "timeout": 0}, "timeout", "1 to 3600", id="timeout-0"),
        pytest.param({**TOKEN, "timeout": 3601}, "timeout", "1 to 3600", id="timeout-3601"),
        pytest.param({**TOKEN, "timeout": float("nan")}, "timeout", "1 to 3600", id="timeout-nan"),
        pytest.param({**TOKEN, "timeout": float("inf")}, "timeout", "1 to 3600", id="timeout-inf"),
        pytest.param(
            {**TOKEN, "endpoint": "https://u:p@h"}, "endpoint", "password", id="endpoint-password"
        ),
        pytest.param({**TOKEN, "endpoints": 3}, "endpoints", "no table", id="endpoints-number"),
        pytest.param(
            {**TOKEN, "endpoints": {"iamm": "x"}}, "endpoints.iamm", "'iam'?", id="endpoints-key"
        ),
        pytest.param(
            {**TOKEN, "endpoints": {"iam": 3}}, "endpoints.iam", "quotes", id="endpoints-type"
        ),
        pytest.param(
            {**TOKEN, "expires_at": "2030-01-01T00:00:00Z"}, "expires_at", "no time", id="time-text"
        ),
        pytest.param(
            {**TOKEN, "expires_at": NOW.replace(tzinfo=None)}, "expires_at", "zone", id="time-naive"
        ),
        pytest.param({**KEY, "access_key": ""}, "access_key", "missing", id="key-without-id"),
        pytest.param({**TEMPORARY, "access_key": ""}, "access_key", "missing", id="temporary"),
        pytest.param({**TOKEN, "access_key": "A"}, "access_key", "goes with", id="token-and-key"),
        pytest.param({**KEY, "user_name": "u"}, "user_name", "goes with", id="key-and-user"),
        pytest.param({**KEY, "totp": True}, "totp", "goes with", id="key-and-totp"),
        pytest.param({**KEY, "expires_at": NOW}, "expires_at", "goes with", id="key-that-ends"),
        pytest.param({**PASSWORD, "user_name": ""}, "user_name", "missing", id="no-user"),
        pytest.param({**PASSWORD, "domain_name": ""}, "domain_name", "missing", id="no-account"),
        pytest.param({**PASSWORD, "totp": True}, "user_id", "totp = true", id="totp-without-id"),
        pytest.param({**TOKEN, "store": "command"}, "secret_command", "missing", id="no-command"),
        pytest.param(
            {**TOKEN, "store": "command", "secret_command": []},
            "secret_command",
            "missing",
            id="empty-command",
        ),
        pytest.param(
            {**TOKEN, "store": "command", "secret_command": [""]},
            "secret_command",
            "missing",
            id="nameless-command",
        ),
        pytest.param(
            {**TOKEN, "store": "command", "secret_command": "pass show x"},
            "secret_command",
            "no list",
            id="command-as-text",
        ),
        pytest.param(
            {**TOKEN, "store": "command", "secret_command": ["pass", 3]},
            "secret_command.1",
            "quotes",
            id="command-with-number",
        ),
        pytest.param(
            {**TOKEN, "secret_command": ["x"]}, "secret_command", "goes with", id="stray-command"
        ),
        pytest.param(
            {**TOKEN, "store": "file", "keyring_backend": "x"},
            "keyring_backend",
            "goes with",
            id="stray-backend",
        ),
        pytest.param({**TOKEN, "assume_role": "a"}, "assume_role", "no table", id="role-text"),
        pytest.param(
            {**TOKEN, "assume_role": {}}, "assume_role.agency_name", "missing", id="role-empty"
        ),
        pytest.param(
            {**TOKEN, "assume_role": {"agency_name": "", "domain_id": "x"}},
            "assume_role.agency_name",
            "empty",
            id="role-nameless",
        ),
        pytest.param(
            {**TOKEN, "assume_role": {"agency_name": "a"}},
            "assume_role.domain_name",
            "domain_id",
            id="role-of-nobody",
        ),
        pytest.param(
            {**TOKEN, "assume_role": {**ROLE, "agency": "a"}},
            "assume_role.agency",
            "'agency_name'?",
            id="role-unknown-key",
        ),
    ],
)
def test_a_broken_rule_names_its_key(fields: dict[str, object], where: str, words: str) -> None:
    with pytest.raises(EntryError) as caught:
        Entry.read(fields)
    assert ".".join(caught.value.where) == where
    assert words in f"{caught.value.sentence} {caught.value.hint}"
    assert caught.value.exit_code is Exit.USAGE


@pytest.mark.parametrize(
    "key",
    [
        "sk",
        "SK",
        "secret",
        "secret_key",
        "secret-key",
        "Secret_Access_Key",
        "security_token",
        "token",
        "auth_token",
        "password",
        "passwd",
        "user_password",
        "passcode",
        "passphrase",
        "private_key",
    ],
)
@pytest.mark.parametrize("inside", [False, True], ids=["in-the-profile", "in-a-table-of-it"])
def test_a_secret_in_the_file_is_refused_and_never_shown(key: str, inside: bool) -> None:  # noqa: FBT001 - a case
    secret = {key: "hunter2hunter2"}
    with pytest.raises(EntryError, match="is a secret, and none is kept in this file") as caught:
        Entry.read({**TOKEN, "endpoints": secret} if inside else {**TOKEN, **secret})
    assert caught.value.where[-1] == key
    assert "console login" in caught.value.hint


@pytest.mark.parametrize(
    "fields",
    [
        {**TOKEN, "regoin": "hunter2"},
        {**TOKEN, "region": "hunter2 hunter2"},
        {**TOKEN, "auth": "hunter2"},
        {**TOKEN, "endpoint": "https://me:hunter2@h"},
        {**TOKEN, "expires_at": "hunter2"},
        {**TOKEN, "endpoints": {"iam": ["hunter2"]}},
        {**TOKEN, "secret_command": "hunter2"},
        {**TOKEN, "password": "hunter2"},
    ],
)
def test_no_value_of_the_file_is_in_an_error_or_behind_it(fields: dict[str, object]) -> None:
    with pytest.raises(EntryError) as caught:
        Entry.read(fields)
    shown = f"{caught.value} {caught.value.hint} {caught.value.facts()} {caught.value!r}"
    assert "hunter2" not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_rule_holds_for_an_entry_made_in_python_too() -> None:
    with pytest.raises(ValidationError) as caught:
        Entry(auth="access-key", store="keyring")
    assert "input_value" not in str(caught.value)


@pytest.mark.parametrize("fields", [KEY, TEMPORARY, TOKEN, PASSWORD, TOTP])
def test_the_fields_of_an_entry_make_it_again(fields: dict[str, object]) -> None:
    full = {
        **fields,
        "store": "command",
        "secret_command": ["pass", "show"],
        "timeout": 2.5,
        "assume_role": ROLE,
        "endpoints": {"sts": "https://s.example"},
    }
    assert Entry.read(fields).fields() == fields
    assert Entry.read(full).fields() == full
    assert Entry.read(Entry.read(full).fields()) == Entry.read(full)


def test_an_entry_never_changes() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Entry.read(KEY), "region", "x")  # noqa: B010 - a type checker refuses the other way


@pytest.mark.parametrize(
    ("ends", "seconds", "outlives"),
    [
        pytest.param(None, 1e9, True, id="no-end"),
        pytest.param(NOW + timedelta(hours=1), 3599, True, id="just-enough"),
        pytest.param(NOW + timedelta(hours=1), 3600, False, id="to-the-second"),
        pytest.param(NOW + timedelta(hours=1), 3601, False, id="too-long"),
        pytest.param(NOW, 0, False, id="ends-now"),
        pytest.param(NOW - timedelta(days=1), 0, False, id="has-ended"),
        pytest.param(
            (NOW + timedelta(hours=1)).astimezone(timezone(timedelta(hours=8))),
            3599,
            True,
            id="other-zone",
        ),
    ],
)
def test_a_task_must_not_outlive_the_credential(
    ends: datetime | None,
    seconds: float,
    outlives: bool,  # noqa: FBT001 - a case
) -> None:
    entry = Entry.read({**TEMPORARY, "expires_at": ends} if ends else TEMPORARY)
    assert entry.outlives(NOW, seconds) is outlives
    assert entry.ends_in(NOW) == (ends - NOW if ends else None)
