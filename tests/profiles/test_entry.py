"""What one profile of the file says."""

import pytest
from pydantic import SecretStr, ValidationError

from console.errors import CredentialsError
from console.profiles.credential import AccessKey, AssumedRole, Password, Token
from console.profiles.entry import Entry, EntryError
from console.profiles.environment import profile as environment_profile
from console.profiles.profile import Profile
from tests.profiles.entries import KEY, NOW, PASSWORD, ROLE, TEMPORARY, TOKEN, TOTP

SECRETS = {
    name: SecretStr(f"fake-{name}")
    for name in ("secret_key", "security_token", "token", "password", "passcode")
}


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
