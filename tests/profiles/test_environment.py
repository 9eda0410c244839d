"""The profile that the environment makes."""

import pickle

import pytest

from console.errors import CredentialsError, Exit, SettingsError
from console.profiles.credential import AccessKey, AssumedRole, Password, Token
from console.profiles.environment import profile
from console.profiles.profile import DEFAULT_REGION

SDK = {"HUAWEICLOUD_SDK_AK": "AK-SDK", "HUAWEICLOUD_SDK_SK": "fake-sdk-secret"}
TERRAFORM = {"HW_ACCESS_KEY": "AK-HW", "HW_SECRET_KEY": "fake-hw-secret"}
PASSWORD = {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "fake-password", "HW_DOMAIN_NAME": "d"}


def test_the_official_sdk_names_make_an_access_key() -> None:
    credential = profile(SDK).credential
    assert isinstance(credential, AccessKey)
    assert credential.access_key == "AK-SDK"
    assert credential.secret_key.get_secret_value() == "fake-sdk-secret"
    assert credential.security_token is None


def test_a_security_token_makes_the_key_a_temporary_one() -> None:
    credential = profile({**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "fake-token"}).credential
    assert isinstance(credential, AccessKey)
    assert credential.security_token
    assert credential.security_token.get_secret_value() == "fake-token"


def test_a_key_never_borrows_the_other_name_s_security_token() -> None:
    credential = profile({**SDK, "HW_SECURITY_TOKEN": "fake-token"}).credential
    assert isinstance(credential, AccessKey)
    assert credential.security_token is None


def test_the_sdk_s_names_win_over_terraform_s() -> None:
    credential = profile({**SDK, **TERRAFORM}).credential
    assert isinstance(credential, AccessKey)
    assert credential.access_key == "AK-SDK"


@pytest.mark.parametrize(
    ("environ", "kind"),
    [
        (TERRAFORM, AccessKey),
        ({"HW_AUTH_TOKEN": "fake-token", **TERRAFORM}, Token),
        ({"OS_AUTH_TOKEN": "fake-token"}, Token),
        (PASSWORD, Password),
        ({"OS_USERNAME": "u", "OS_PASSWORD": "fake", "OS_DOMAIN_NAME": "d"}, Password),
        ({"OS_USER_NAME": "u", "OS_PASSWORD": "fake", "OS_USER_DOMAIN_NAME": "d"}, Password),
        ({**PASSWORD, "HW_ASSUME_ROLE_AGENCY_NAME": "a"}, AssumedRole),
        ({**SDK, "HW_ASSUME_ROLE_AGENCY_NAME": "a"}, AssumedRole),
    ],
)
def test_each_way_to_log_in_is_understood(environ: dict[str, str], kind: type) -> None:
    assert isinstance(profile(environ).credential, kind)


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"HUAWEICLOUD_SDK_AK": "AK"}, "HUAWEICLOUD_SDK_SK"),
        ({"HUAWEICLOUD_SDK_SK": "fake"}, "HUAWEICLOUD_SDK_AK"),
        ({"HW_ACCESS_KEY": "AK"}, "HW_SECRET_KEY"),
        ({"HW_USER_NAME": "u", "HW_USER_PASSWORD": "fake"}, "HW_DOMAIN_NAME"),
        ({}, "no credential"),
        ({"HUAWEICLOUD_SDK_AK": "  ", "HUAWEICLOUD_SDK_SK": "\n"}, "no credential"),
    ],
)
def test_half_a_credential_is_named(environ: dict[str, str], missing: str) -> None:
    with pytest.raises(CredentialsError, match=missing) as caught:
        profile(environ)
    assert caught.value.exit_code is Exit.CREDENTIALS


def test_our_own_names_win_over_the_others() -> None:
    made = profile(
        {
            **SDK,
            "CONSOLE_REGION": "cn-east-3",
            "HW_REGION_NAME": "cn-south-1",
            "CONSOLE_PROJECT_ID": "ours",
            "HUAWEICLOUD_SDK_PROJECT_ID": "sdk",
            "HW_PROJECT_ID": "hw",
        }
    )
    assert (made.region, made.project_id) == ("cn-east-3", "ours")
    assert profile(SDK).region == DEFAULT_REGION


def test_terraform_s_address_of_iam_loses_the_version_in_it() -> None:
    made = profile({**SDK, "HW_AUTH_URL": "https://iam.example.com:443/v3"})
    assert made.endpoints["iam"] == "https://iam.example.com:443"


@pytest.mark.parametrize("text", ["soon", "0", "-1", "3601", "nan", "inf"])
def test_a_time_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="CONSOLE_TIMEOUT"):
        profile({**SDK, "CONSOLE_TIMEOUT": text})


@pytest.mark.parametrize(
    "environ",
    [
        {**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "fake-sdk-secret-token"},
        {"HW_AUTH_TOKEN": "fake-sdk-secret-token"},
        {**PASSWORD, "HW_USER_PASSWORD": "fake-sdk-secret-token"},
        {**SDK, "HW_ASSUME_ROLE_AGENCY_NAME": "a"},
    ],
)
def test_no_secret_is_in_the_repr_of_a_profile(environ: dict[str, str]) -> None:
    made = profile(environ)
    assert "fake-sdk-secret" not in f"{made!r} {made} {made.credential!r}"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_profile_is_never_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(profile(SDK), protocol)
