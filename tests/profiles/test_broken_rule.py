"""Every rule of an entry, broken: the key is named, and what to write instead."""

import pytest

from console.errors import Exit
from console.profiles.entry import Entry, EntryError
from tests.profiles.entries import KEY, NOW, PASSWORD, ROLE, TEMPORARY, TOKEN


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
        pytest.param({"regoin": "x", "timeout": 0}, "regoin", "'region'?", id="unknown-first"),
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
