"""Which profile is used, and why."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import pytest
from pydantic import SecretStr

from console.errors import ConsoleError, CredentialsError, Exit, SettingsError
from console.profiles import environment, paths
from console.profiles.book import Book
from console.profiles.choice import (
    Choice,
    Reason,
    applied,
    choose,
    has_credentials,
    overrides,
    read_only_asked,
)
from console.profiles.credential import AccessKey
from console.profiles.entry import Entry
from console.profiles.profile import Profile
from console.profiles.state import State

SDK = {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "fake-secret"}
TOKEN = Entry(auth="token", store="session")


@dataclass(frozen=True)
class Place:
    """A machine: what is in its environment, its book and its state."""

    environ: Mapping[str, str]

    def with_profiles(self, *names: str) -> "Place":
        for name in names:
            Book(paths.profiles_file(self.environ)).put(name, TOKEN)
        return self

    def used(self, name: str) -> "Place":
        State(paths.state_file(self.environ)).choose(name)
        return self


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place({"HOME": str(tmp_path)})


A, B, ENV = "alpha", "beta", "environment"


@pytest.mark.parametrize(
    ("flag", "variable", "used", "credentials", "profiles", "name", "reason"),
    [
        # every step decides over all below it
        (A, B, B, True, (A, B), A, Reason.FLAG),
        (None, A, B, True, (A, B), A, Reason.VARIABLE),
        (None, None, A, True, (A, B), A, Reason.USED),
        (None, None, None, True, (A, B), ENV, Reason.ENVIRONMENT),
        (None, None, None, True, (A,), ENV, Reason.ENVIRONMENT),
        (None, None, None, True, (), ENV, Reason.ENVIRONMENT),
        (None, None, None, False, (A,), A, Reason.ONLY),
        # each alone
        (A, None, None, False, (A, B), A, Reason.FLAG),
        (None, A, None, False, (A, B), A, Reason.VARIABLE),
        (None, None, A, False, (A, B), A, Reason.USED),
        # an empty variable says nothing
        (None, "", A, True, (A, B), A, Reason.USED),
        (None, "", None, True, (A,), ENV, Reason.ENVIRONMENT),
        # `environment` by name, at every step, with credentials or without
        (ENV, A, A, True, (A,), ENV, Reason.FLAG),
        (ENV, A, A, False, (A,), ENV, Reason.FLAG),
        (None, ENV, A, True, (A,), ENV, Reason.VARIABLE),
        (None, None, ENV, True, (A,), ENV, Reason.USED),
        (None, None, ENV, False, (A,), ENV, Reason.USED),
    ],
)
def test_the_first_that_says_something_decides(
    place: Place,
    *,
    flag: str | None,
    variable: str | None,
    used: str | None,
    credentials: bool,
    profiles: tuple[str, ...],
    name: str,
    reason: Reason,
) -> None:
    place.with_profiles(*profiles)
    if used:
        place.used(used)
    environ = {**place.environ, **(SDK if credentials else {})}
    if variable is not None:
        environ["CONSOLE_PROFILE"] = variable
    assert choose(environ, flag) == Choice(name, reason)


def test_with_nothing_to_choose_from_it_says_how_to_log_in(place: Place) -> None:
    with pytest.raises(CredentialsError, match="no profile yet") as caught:
        choose(place.environ)
    assert "console login" in caught.value.hint
    assert caught.value.exit_code is Exit.CREDENTIALS


def test_of_several_none_is_taken_by_chance(place: Place) -> None:
    place.with_profiles(A, B)
    with pytest.raises(SettingsError, match="there are alpha, beta") as caught:
        choose(place.environ)
    assert "console profile use" in caught.value.hint


@pytest.mark.parametrize("by", ["flag", "variable", "used"])
def test_a_name_that_does_not_exist_never_ends_in_another_profile(place: Place, by: str) -> None:
    place.with_profiles(A)
    environ = {**place.environ, **SDK}
    if by == "variable":
        environ["CONSOLE_PROFILE"] = "alhpa"
    if by == "used":
        place.used("alhpa")
    with pytest.raises(SettingsError, match="'alhpa'") as caught:
        choose(environ, "alhpa" if by == "flag" else None)
    assert caught.value.hint == "did you mean 'alpha'?"
    reason = {"flag": Reason.FLAG, "variable": Reason.VARIABLE, "used": Reason.USED}[by]
    assert reason in caught.value.sentence


def test_an_empty_flag_is_a_mistake(place: Place) -> None:
    with pytest.raises(SettingsError, match="--profile is empty"):
        choose({**place.environ, **SDK}, "")


def test_a_broken_book_is_told_only_where_it_is_needed(place: Place) -> None:
    place.with_profiles(A)
    paths.profiles_file(place.environ).write_text("[")
    assert choose({**place.environ, **SDK}).name == ENV
    for flag in (A, None):
        with pytest.raises(SettingsError, match="line 1"):
            choose(place.environ, flag)


def test_a_broken_profile_can_still_be_the_one_that_is_chosen(place: Place) -> None:
    place.with_profiles(A)
    paths.profiles_file(place.environ).write_text("[profile.alpha]\nx = 1\n")
    assert choose(place.environ) == Choice(A, Reason.ONLY)


def test_a_broken_state_is_said_once_and_the_choice_goes_on(place: Place) -> None:
    place.with_profiles(A).used(A)
    paths.state_file(place.environ).write_text("{")
    first = choose(place.environ)
    assert (first.name, first.reason) == (A, Reason.ONLY)
    assert "was broken" in first.notices[0]
    assert choose(place.environ) == Choice(A, Reason.ONLY)


def test_without_a_home_the_environment_still_works() -> None:
    assert choose(SDK) == Choice(ENV, Reason.ENVIRONMENT)
    assert choose({}, ENV) == Choice(ENV, Reason.FLAG)
    for environ, flag in (({}, None), (SDK, A), ({**SDK, "CONSOLE_PROFILE": A}, None)):
        with pytest.raises(SettingsError, match="HOME is not set"):
            choose(environ, flag)


def test_a_wrong_folder_of_ours_is_said_even_with_credentials() -> None:
    with pytest.raises(SettingsError, match="CONSOLE_STATE_DIR"):
        choose({**SDK, "CONSOLE_STATE_DIR": "here"})


NAMES = [
    "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "HW_ACCESS_KEY",
    "HW_SECRET_KEY",
    "HW_AUTH_TOKEN",
    "HW_USER_NAME",
    "HW_USER_PASSWORD",
    "HW_DOMAIN_NAME",
    "HW_REGION_NAME",
    "OS_ACCESS_KEY",
    "OS_AUTH_TOKEN",
    "OS_USERNAME",
    "OS_USER_NAME",
    "OS_PASSWORD",
    "OS_DOMAIN_NAME",
    "OS_USER_DOMAIN_NAME",
    "CONSOLE_PASSCODE",
]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("value", ["x", " "], ids=["set", "blank"])
def test_there_are_credentials_exactly_where_the_environment_s_profile_sees_some(
    count: int, value: str
) -> None:
    for names in combinations(NAMES, count):
        environ = dict.fromkeys(names, value)
        try:
            environment.profile(environ)
            sees = True
        except CredentialsError as error:
            sees = not error.sentence.startswith("no credential in the environment")
        assert has_credentials(environ) is sees, names


OWN = Profile(
    name=A,
    credential=AccessKey("AK", SecretStr("fake")),
    region="cn-north-4",
    project_id="p",
    domain_id="d",
    workspace="w",
    check_project_id="c",
    endpoint="https://e.example",
    endpoints={"iam": "https://i.example", "sts": "https://s.example"},
    ca_file="/ca",
    total_seconds=10,
)


@pytest.mark.parametrize(
    ("environ", "changes"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"CONSOLE_REGION": "cn-north-4"}, {}, id="the-same-region"),
        pytest.param(
            {"CONSOLE_REGION": "cn-east-3"},
            {"region": "cn-east-3", "project_id": "", "workspace": "", "check_project_id": ""},
            id="another-region-takes-no-id-of-a-region-along",
        ),
        pytest.param(
            {"CONSOLE_REGION": "cn-east-3", "CONSOLE_PROJECT_ID": "q", "CONSOLE_WORKSPACE": "v"},
            {"region": "cn-east-3", "project_id": "q", "workspace": "v", "check_project_id": ""},
            id="another-region-with-its-ids",
        ),
        pytest.param({"CONSOLE_PROJECT_ID": "q"}, {"project_id": "q"}, id="project"),
        pytest.param({"CONSOLE_DOMAIN_ID": "q"}, {"domain_id": "q"}, id="domain"),
        pytest.param({"CONSOLE_WORKSPACE": "q"}, {"workspace": "q"}, id="workspace"),
        pytest.param({"CONSOLE_CHECK_PROJECT": "q"}, {"check_project_id": "q"}, id="check-project"),
        pytest.param({"CONSOLE_CA_FILE": "/q"}, {"ca_file": "/q"}, id="ca-file"),
        pytest.param({"CONSOLE_TIMEOUT": "5"}, {"total_seconds": 5.0}, id="timeout"),
        pytest.param(
            {"CONSOLE_ENDPOINT": "https://q"},
            {"endpoint": "https://q", "endpoints": {}},
            id="one-endpoint-for-all-is-for-all",
        ),
        pytest.param(
            {"CONSOLE_ENDPOINT_IAM": "https://q"},
            {"endpoints": {"iam": "https://q", "sts": "https://s.example"}},
            id="endpoint-of-one-service",
        ),
        pytest.param(
            {"CONSOLE_ENDPOINT": "https://q", "CONSOLE_ENDPOINT_STS": "https://r"},
            {"endpoint": "https://q", "endpoints": {"sts": "https://r"}},
            id="both-kinds-of-endpoint",
        ),
        pytest.param({"CONSOLE_REGION": "", "CONSOLE_ENDPOINT": " "}, {}, id="empty-says-nothing"),
        pytest.param(
            {
                "HW_REGION_NAME": "x",
                "OS_REGION_NAME": "x",
                "HW_PROJECT_ID": "x",
                "HUAWEICLOUD_SDK_PROJECT_ID": "x",
                "HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://x",
                "HW_AUTH_URL": "https://x",
                "HW_ASSUME_ROLE_AGENCY_NAME": "x",
                "HW_AUTH_TOKEN": "x",
                **SDK,
            },
            {},
            id="variables-of-other-tools-do-not-count",
        ),
    ],
)
def test_our_variables_hold_for_a_profile_of_the_file(
    environ: dict[str, str], changes: dict[str, object]
) -> None:
    made = applied(OWN, environ)
    assert {
        name: getattr(made, name)
        for name in Profile.__dataclass_fields__
        if getattr(made, name) != getattr(OWN, name)
    } == changes
    assert made.credential is OWN.credential


def test_the_variables_that_took_part_are_told() -> None:
    environ = {"CONSOLE_REGION": "x", "CONSOLE_ENDPOINT_IAM": "y", "CONSOLE_WORKSPACE": "", **SDK}
    assert set(overrides(environ)) == {"CONSOLE_REGION", "CONSOLE_ENDPOINT_IAM"}


def test_the_environment_s_own_profile_has_them_already() -> None:
    environ = {
        **SDK,
        "CONSOLE_REGION": "cn-east-3",
        "CONSOLE_PROJECT_ID": "p",
        "CONSOLE_ENDPOINT": "https://q",
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://i",
    }
    made = environment.profile(environ)
    assert applied(made, environ) == made
    assert applied(made, {**environ, "CONSOLE_READ_ONLY": "1"}) == replace(made, read_only=True)


@pytest.mark.parametrize("text", ["soon", "0", "3601", "nan"])
def test_a_time_limit_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="CONSOLE_TIMEOUT"):
        applied(OWN, {"CONSOLE_TIMEOUT": text})


@pytest.mark.parametrize("flag", [False, True], ids=["no-flag", "flag"])
@pytest.mark.parametrize("variable", ["", "0", "1"], ids=["unset", "variable-0", "variable-1"])
@pytest.mark.parametrize("own", [False, True], ids=["profile-no", "profile-yes"])
def test_the_strictest_word_on_read_only_holds(*, flag: bool, variable: str, own: bool) -> None:
    profile = replace(OWN, read_only=own)
    made = applied(profile, {"CONSOLE_READ_ONLY": variable}, read_only=flag)
    assert made.read_only is (flag or variable == "1" or own)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        *[(yes, True) for yes in ("1", "true", "Yes", " on ")],
        *[(no, False) for no in ("", "0", "false", "NO", "off")],
    ],
)
def test_read_only_is_a_yes_or_a_no(text: str, asked: bool) -> None:  # noqa: FBT001 - a case
    assert read_only_asked({"CONSOLE_READ_ONLY": text}) is asked


@pytest.mark.parametrize("text", ["ture", "2", "-", "readonly"])
def test_a_mistyped_read_only_lets_nothing_through(text: str) -> None:
    with pytest.raises(SettingsError, match="CONSOLE_READ_ONLY"):
        applied(OWN, {"CONSOLE_READ_ONLY": text})


PROGRAM = """
import json, os, sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
from console.profiles.choice import choose
choice = choose(dict(os.environ), sys.argv[1] if len(sys.argv) > 1 else None)
heavy = ["tomlkit", "tomllib", "platformdirs", "configparser", "difflib", "shlex", "fcntl",
         "keyring", "textual", "httpx", "console.profiles.book", "console.profiles.entry",
         "console.profiles.found"]
print(json.dumps({
    "name": choice.name,
    "heavy": [name for name in heavy if name in sys.modules],
    "opened": [os.path.basename(path) for path in opened if "state.json" in path or "toml" in path],
}))
"""


@pytest.mark.parametrize(
    ("environ", "arguments", "opened"),
    [
        pytest.param(SDK, [ENV], [], id="flag"),
        pytest.param({**SDK, "CONSOLE_PROFILE": ENV}, [], [], id="variable"),
        pytest.param(SDK, [], ["state.json"], id="implicit"),
    ],
)
def test_choosing_the_environment_loads_nothing_heavy_and_leaves_the_book_shut(
    place: Place, environ: dict[str, str], arguments: list[str], opened: list[str]
) -> None:
    place.with_profiles(A).used("").used("")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**place.environ, **environ},
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"name": ENV, "heavy": [], "opened": opened}


def test_no_error_of_a_choice_shows_a_secret(place: Place) -> None:
    environ = {**place.environ, **SDK, "CONSOLE_PROFILE": "nobody", "HW_AUTH_TOKEN": "fake-secret"}
    with pytest.raises(ConsoleError) as caught:
        choose(environ)
    assert "fake-secret" not in f"{caught.value!r} {caught.value.hint}"
