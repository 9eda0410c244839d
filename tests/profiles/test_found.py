"""What can be imported from other tools."""

import json
import os
import pickle
import traceback
from pathlib import Path

import pytest

from console.profiles.credential import AccessKey, AssumedRole
from console.profiles.entry import Entry
from console.profiles.found import Found, found

SECRET = "fake-hunter2-secret"
SDK = {"HUAWEICLOUD_SDK_AK": "AK-SDK", "HUAWEICLOUD_SDK_SK": SECRET}
HW = {"HW_ACCESS_KEY": "AK-HW", "HW_SECRET_KEY": SECRET}
KEY_ID = "ABCDEFGHIJ0123456789"
INI = f"[basic]\nak = AK-INI\nsk = {SECRET}\n"


def plain(secrets: Found) -> dict[str, str]:
    return {name: value.get_secret_value() for name, value in secrets.secrets.items()}


def koocli(*profiles: object, encrypted: object = "false") -> str:
    head = {} if encrypted is None else {"authEncrypt": encrypted}
    return json.dumps({"current": "default", **head, "profiles": list(profiles)})


def one(**more: object) -> dict[str, object]:
    return {
        "name": "default",
        "mode": "AKSK",
        "accessKeyId": KEY_ID,
        "secretAccessKey": SECRET,
        **more,
    }


def put(path: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def at(home: Path, **environ: str) -> list[Found]:
    return found({"HOME": str(home), **environ})


def test_a_bare_machine_has_nothing_to_import(home: Path) -> None:
    assert at(home) == []
    assert found({}) == []


@pytest.mark.parametrize(
    ("environ", "name", "fields", "secrets"),
    [
        pytest.param(
            {**SDK, "HUAWEICLOUD_SDK_PROJECT_ID": "p", "HUAWEICLOUD_SDK_DOMAIN_ID": "d"},
            "sdk",
            {"auth": "access-key", "access_key": "AK-SDK", "project_id": "p", "domain_id": "d"},
            {"secret_key": SECRET},
            id="sdk",
        ),
        pytest.param(
            {**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "fake-t"},
            "sdk",
            {"auth": "temporary-key", "access_key": "AK-SDK"},
            {"secret_key": SECRET, "security_token": "fake-t"},
            id="sdk-temporary",
        ),
        pytest.param(
            {**HW, "HW_REGION_NAME": "cn-east-3", "HW_AUTH_URL": "https://iam.example/v3"},
            "terraform",
            {
                "auth": "access-key",
                "access_key": "AK-HW",
                "region": "cn-east-3",
                "endpoints": {"iam": "https://iam.example"},
            },
            {"secret_key": SECRET},
            id="terraform",
        ),
        pytest.param(
            {"HW_AUTH_TOKEN": SECRET}, "terraform", {"auth": "token"}, {"token": SECRET}, id="token"
        ),
        pytest.param(
            {"HW_USER_NAME": "u", "HW_USER_PASSWORD": SECRET, "HW_DOMAIN_NAME": "d"},
            "terraform",
            {"auth": "password", "user_name": "u", "domain_name": "d"},
            {"password": SECRET},
            id="password",
        ),
        pytest.param(
            {"OS_USERNAME": "u", "OS_PASSWORD": SECRET, "OS_USER_DOMAIN_NAME": "d"},
            "openstack",
            {"auth": "password", "user_name": "u", "domain_name": "d"},
            {"password": SECRET},
            id="openstack",
        ),
        pytest.param(
            {**HW, "HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "i"},
            "terraform",
            {
                "auth": "access-key",
                "access_key": "AK-HW",
                "assume_role": {"agency_name": "a", "domain_id": "i"},
            },
            {"secret_key": SECRET},
            id="agency",
        ),
    ],
)
def test_variables_of_other_tools_are_offered(
    home: Path,
    environ: dict[str, str],
    name: str,
    fields: dict[str, object],
    secrets: dict[str, str],
) -> None:
    (offer,) = at(home, **environ)
    assert offer.name == name
    assert dict(offer.fields) == fields
    assert plain(offer) == secrets
    assert offer.problem == ""
    Entry.read({**offer.fields, "store": "keyring"}).profile(offer.name, offer.secrets)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        pytest.param({"HUAWEICLOUD_SDK_AK": "AK"}, "HUAWEICLOUD_SDK_SK is not set", id="half"),
        pytest.param({"HW_SECRET_KEY": SECRET}, "HW_ACCESS_KEY is not set", id="other-half"),
        pytest.param(
            {"OS_USERNAME": "u", "OS_PASSWORD": SECRET}, "is not set", id="password-no-account"
        ),
        pytest.param({**HW, "HW_REGION_NAME": "a b"}, "'region'", id="impossible-region"),
        pytest.param(
            {**HW, "HW_ASSUME_ROLE_AGENCY_NAME": "a"}, "domain_name", id="agency-of-nobody"
        ),
    ],
)
def test_variables_that_do_not_make_a_profile_say_why(
    home: Path, environ: dict[str, str], words: str
) -> None:
    (offer,) = at(home, **environ)
    assert words in offer.problem
    assert offer.secrets == {}


def test_groups_of_variables_are_never_mixed(home: Path) -> None:
    offers = at(home, HUAWEICLOUD_SDK_AK="AK", HW_SECRET_KEY=SECRET)
    assert [bool(offer.problem) for offer in offers] == [True, True]


@pytest.mark.parametrize(
    ("text", "name", "fields", "secrets"),
    [
        pytest.param(
            INI,
            "basic",
            {"auth": "access-key", "access_key": "AK-INI"},
            {"secret_key": SECRET},
            id="basic",
        ),
        pytest.param(
            f"\ufeff# mine\r\n[global]\r\nak=AK\r\nsk = {SECRET}\r\ndomain_id = d\r\n",
            "global",
            {"auth": "access-key", "access_key": "AK", "domain_id": "d"},
            {"secret_key": SECRET},
            id="global-with-mark-and-crlf",
        ),
        pytest.param(
            f"{INI}security_token = fake=t%3D\nproject_id = p\niam_endpoint = https://i.example\n",
            "basic",
            {
                "auth": "temporary-key",
                "access_key": "AK-INI",
                "project_id": "p",
                "endpoints": {"iam": "https://i.example"},
            },
            {"secret_key": SECRET, "security_token": "fake=t%3D"},
            id="temporary-with-percent",
        ),
        pytest.param(
            f"[other]\nx = 1\n{INI}unknown = 1\n",
            "basic",
            {"auth": "access-key", "access_key": "AK-INI"},
            {"secret_key": SECRET},
            id="others-do-not-matter",
        ),
    ],
)
def test_the_sdk_s_file_is_offered(
    home: Path, text: str, name: str, fields: dict[str, object], secrets: dict[str, str]
) -> None:
    path = put(home / ".huaweicloud" / "credentials", text)
    (offer,) = at(home)
    assert offer.source == f"{path}: [{name}]"
    assert offer.name == name
    assert dict(offer.fields) == fields
    assert plain(offer) == secrets
    assert (offer.problem, offer.warning) == ("", "")


@pytest.mark.parametrize("named", ["mine", "~/mine"])
def test_the_sdk_s_file_may_be_elsewhere(home: Path, named: str) -> None:
    put(home / ".huaweicloud" / "credentials", "[basic]\nak=OTHER\nsk=x\n")
    put(home / "mine", INI)
    path = named if named.startswith("~") else str(home / named)
    (offer,) = at(home, HUAWEICLOUD_SDK_CREDENTIALS_FILE=path)
    assert offer.fields["access_key"] == "AK-INI"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "no section [basic] or [global]", id="empty"),
        pytest.param("[basics]\nak=1\n", "no section", id="section-mistyped"),
        pytest.param(f"ak = x\nsk = {SECRET}\n", "line 1", id="no-section"),
        pytest.param(f"[basic]\nak = x\n{SECRET}\n", "line 3", id="no-equals-sign"),
        pytest.param(f"[basic]\nsk = {SECRET}\nsk = {SECRET}\n", "line 3", id="key-twice"),
        pytest.param(f"{INI}{INI}", "line 4", id="section-twice"),
        pytest.param(f"[basic\nsk = {SECRET}\n", "line 1", id="bracket-open"),
        pytest.param(f"[basic]\nsk = {SECRET}\n", "ak is missing", id="half"),
        pytest.param("[basic]\nak = x\nsk =\n", "sk is missing", id="other-half"),
        pytest.param(f"{INI}idp_id = i\nid_token_file = /f\n", "identity token", id="federated"),
        pytest.param(b"[basic]\nak = \xe9\n", "line 2 is not UTF-8", id="latin-1"),
        pytest.param(b"\x00\x01\x02", "line 1", id="binary"),
        pytest.param(INI.replace("AK-INI", "A K"), "'access_key'", id="impossible-key"),
    ],
)
def test_a_broken_file_of_the_sdk_is_a_sentence(home: Path, text: str | bytes, words: str) -> None:
    put(home / ".huaweicloud" / "credentials", text)
    (offer,) = at(home)
    assert words in offer.problem
    assert SECRET not in offer.problem
    assert offer.secrets == {}


@pytest.mark.parametrize("encrypted", ["false", False, "False", None])
def test_koocli_s_profiles_are_offered_where_they_are_plain(home: Path, encrypted: object) -> None:
    text = koocli(
        one(region="cn-east-3", projectId="p", domainId="d", securityToken=""),
        one(name="temp", securityToken="fake-t", mode=""),
        one(name="role", agencyName="a", agencyDomainName="n", agencyDomainId=None),
        encrypted=encrypted,
    )
    put(home / ".hcloud" / "config.json", text)
    plain_key, temporary, role = at(home)
    assert dict(plain_key.fields) == {
        "auth": "access-key",
        "access_key": KEY_ID,
        "region": "cn-east-3",
        "project_id": "p",
        "domain_id": "d",
    }
    assert plain(temporary) == {"secret_key": SECRET, "security_token": "fake-t"}
    made = Entry.read({**role.fields, "store": "file"}).profile("r", role.secrets).credential
    assert isinstance(made, AssumedRole)
    assert isinstance(made.base, AccessKey)
    assert (made.agency_name, made.domain_name) == ("a", "n")
    assert [offer.name for offer in (plain_key, temporary, role)] == ["default", "temp", "role"]


@pytest.mark.parametrize(
    ("encrypted", "key"),
    [
        pytest.param("true", KEY_ID, id="true-as-text"),
        pytest.param(True, KEY_ID, id="true"),
        pytest.param("TRUE", KEY_ID, id="true-in-capitals"),
        pytest.param(None, "0a1b2c3d" * 8, id="not-said-but-hex"),
        pytest.param(None, "q83vEjRWeJCrze8SNFZ4kA==", id="not-said-but-base64"),
        pytest.param("perhaps", "q83vEjRWeJCrze8SNFZ4kA==", id="said-badly"),
    ],
)
def test_koocli_s_encrypted_profiles_say_how_to_decrypt_them(
    home: Path, encrypted: object, key: str
) -> None:
    put(home / ".hcloud" / "config.json", koocli(one(accessKeyId=key), encrypted=encrypted))
    (offer,) = at(home)
    assert "hcloud configure set --cli-auth-encrypt=false" in offer.problem
    assert offer.secrets == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "no JSON object", id="empty"),
        pytest.param("{", "no JSON object", id="cut"),
        pytest.param("[]", "no JSON object", id="list"),
        pytest.param("null", "no JSON object", id="null"),
        pytest.param("[" * 100_000, "no JSON object", id="deep"),
        pytest.param('{"n": ' + "9" * 5000 + "}", "no JSON object", id="digits"),
        pytest.param("{}", "no list of profiles", id="no-profiles"),
        pytest.param('{"profiles": {}}', "no list of profiles", id="profiles-object"),
        pytest.param(koocli(3), "a profile is no JSON object", id="profile-number"),
        pytest.param(koocli(one(secretAccessKey=3)), "secretAccessKey is no text", id="number"),
        pytest.param(koocli(one(secretAccessKey=[SECRET])), "is no text", id="list-for-text"),
        pytest.param(koocli(one(secretAccessKey="")), "secretAccessKey is missing", id="half"),
        pytest.param(koocli(one(accessKeyId=None)), "accessKeyId is missing", id="other-half"),
        pytest.param(koocli(one(mode="ecsAgency")), "'ecsAgency'", id="agency-of-a-server"),
        pytest.param(koocli(one(mode="SSO")), "'SSO'", id="sso"),
        pytest.param(koocli(one(name=["x"])), "name is no text", id="name-list"),
        pytest.param(koocli(one(region="a b")), "'region'", id="impossible-region"),
        pytest.param(koocli(one(agencyName="a")), "domain_name", id="agency-of-nobody"),
        pytest.param(b"{\n\xe9}", "line 2 is not UTF-8", id="latin-1"),
    ],
)
def test_a_broken_file_of_koocli_is_a_sentence(home: Path, text: str | bytes, words: str) -> None:
    put(home / ".hcloud" / "config.json", text)
    (offer,) = at(home)
    assert words in offer.problem
    assert SECRET not in offer.problem
    assert offer.secrets == {}


def test_one_broken_profile_of_koocli_hides_no_other(home: Path) -> None:
    put(home / ".hcloud" / "config.json", koocli(3, one(), one(name="b", mode="SSO")))
    assert [bool(offer.problem) for offer in at(home)] == [True, False, True]


def test_terraform_s_shared_file_is_koocli_s_with_one_profile_named(home: Path) -> None:
    path = put(home / "shared.json", koocli(one(), one(name="b"), encrypted=None))
    (offer,) = at(home, HW_SHARED_CONFIG_FILE=str(path), HW_PROFILE="b")
    assert (offer.name, offer.problem) == ("b", "")
    assert len(at(home, HW_SHARED_CONFIG_FILE=str(path))) == 2
    (offer,) = at(home, HW_SHARED_CONFIG_FILE=str(path), HW_PROFILE="c")
    assert "no profile 'c'" in offer.problem


def test_a_file_that_is_both_koocli_s_and_terraform_s_is_offered_once(home: Path) -> None:
    path = put(home / ".hcloud" / "config.json", koocli(one()))
    assert len(at(home, HW_SHARED_CONFIG_FILE=str(path))) == 1
    assert len(at(home, HW_SHARED_CONFIG_FILE="~/.hcloud/config.json")) == 1


@pytest.mark.parametrize("variable", ["HUAWEICLOUD_SDK_CREDENTIALS_FILE", "HW_SHARED_CONFIG_FILE"])
def test_a_file_that_is_named_and_missing_is_told(home: Path, variable: str) -> None:
    (offer,) = at(home, **{variable: str(home / "nowhere")})
    assert offer.problem == "there is no such file"


def _directory(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link(path: Path) -> None:
    put(path.with_name("target"), INI)
    path.symlink_to("target")


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _huge(path: Path) -> None:
    put(path, "")
    os.truncate(path, 1 << 40)


def _folder_is_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("")


@pytest.mark.parametrize(
    "make",
    [_directory, _pipe, _link, _device, _huge, _folder_is_a_file],
    ids=lambda make: make.__name__.lstrip("_"),
)
@pytest.mark.parametrize("name", [".huaweicloud/credentials", ".hcloud/config.json"])
def test_what_is_no_plain_file_is_a_sentence(home: Path, name: str, make: object) -> None:
    assert callable(make)
    path = home / name
    path.parent.mkdir()
    make(path)
    (offer,) = at(home)
    assert str(path) in offer.problem
    assert offer.secrets == {}


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_imported_with_a_warning(home: Path, mode: int) -> None:
    put(home / ".huaweicloud" / "credentials", INI, mode)
    (offer,) = at(home)
    assert offer.problem == ""
    assert "others on this machine can read it" in offer.warning


@pytest.mark.parametrize(
    ("name", "usable"),
    [
        ("prod", "prod"),
        ("my profile", "my-profile"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\x1b[2Jb", "a-2Jb"),
        ("生产", "imported"),
        ("environment", "imported"),
        ("demo", "imported"),
        ("x" * 500, "x" * 60),
    ],
)
def test_every_name_becomes_one_that_a_profile_may_have(home: Path, name: str, usable: str) -> None:
    put(home / ".hcloud" / "config.json", koocli(one(name=name)))
    (offer,) = at(home)
    assert offer.name == usable
    assert "\x1b" not in offer.source


def test_no_two_offers_have_one_name(home: Path) -> None:
    put(home / ".hcloud" / "config.json", koocli(one(name="sdk"), one(name="sdk"), one(name="HW")))
    assert [offer.name for offer in at(home, **SDK)] == ["sdk", "sdk-2", "sdk-3", "HW"]


def test_no_secret_is_in_any_repr_and_none_is_pickled(home: Path) -> None:
    put(home / ".huaweicloud" / "credentials", INI)
    put(home / ".hcloud" / "config.json", koocli(one(securityToken=SECRET)))
    offers = at(home, **SDK, **HW)
    assert len(offers) == 4
    assert SECRET not in f"{offers!r} {[str(offer) for offer in offers]}"
    for offer in offers:
        assert plain(offer)["secret_key"] == SECRET
        with pytest.raises(TypeError, match="not pickled") as caught:
            pickle.dumps(offer)
        assert SECRET not in "".join(traceback.format_exception(caught.value))
