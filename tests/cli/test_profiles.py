"""`console profile`, and which profile a command takes: the whole order, end to end."""

import json
from pathlib import Path

import pytest

from console.errors import Exit
from console.services import LISTINGS
from tests.cli.place import Place, kind
from tests.cloud import Cloud

NEEDS_MORE = {
    "blocked": ("--query-type", "DESKTOP"),
    "desktops": ("--pool-id", "x"),
    "workspaces": ("--instance-id", "x"),
}
"""What a listing has to be asked."""


@pytest.fixture
def place(tmp_path: Path, cloud: Cloud) -> Place:
    """Give a home with the profiles `one` and `two`."""
    made = Place(tmp_path)
    made.write(made.keyed("one", cloud) + made.keyed("two", cloud, 'region = "cn-east-3"'))
    return made


def used(place: Place, *options: str, **more: str) -> tuple[str, str]:
    """Return the profile that is taken, and what decided."""
    name = ("--profile", options[1]) if options else ()
    facts = json.loads(place.run(*name, "doctor", "-o", "json", **more).out)
    [chosen] = [each["sentence"] for each in facts if each["name"] == "name"]
    found, _, reason = chosen.partition(", chosen by ")
    return found, reason


def test_each_way_to_choose_wins_over_those_below_it(place: Place, cloud: Cloud) -> None:
    keys = {
        "HUAWEICLOUD_SDK_AK": cloud.key.access_key,
        "HUAWEICLOUD_SDK_SK": cloud.key.secret_key.get_secret_value(),
        "CONSOLE_ENDPOINT": cloud.url,
    }
    assert used(place, **keys) == ("environment", "the credentials in the environment")
    assert place.run("profile", "use", "one").code == 0
    assert used(place, **keys) == ("one", "console profile use")
    assert used(place, CONSOLE_PROFILE="two", **keys) == ("two", "CONSOLE_PROFILE")
    flag = ("--profile", "one")
    assert used(place, *flag, CONSOLE_PROFILE="two", **keys) == ("one", "--profile")
    assert used(place, "--profile", "environment", **keys) == ("environment", "--profile")


def test_the_only_profile_is_used_and_among_several_none_is_guessed(
    place: Place, cloud: Cloud
) -> None:
    several = place.run("notices")
    assert several.code == Exit.USAGE
    assert "no profile is chosen; there are one, two" in several.err
    place.write(place.keyed("one", cloud))
    assert used(place) == ("one", "being the only profile")


def test_a_name_stands_before_the_command_or_behind_it(place: Place) -> None:
    assert place.run("--profile", "one", "notices").code == 0
    assert place.run("notices", "--profile", "one").code == 0
    both = place.run("--profile", "none", "notices", "--profile", "one")
    assert both.code == 0  # the one that stands nearer


@pytest.mark.parametrize("name", ["oen", "TWO", "nothing-like-it", ""])
def test_a_name_that_does_not_exist_never_ends_in_another_account(name: str, place: Place) -> None:
    place.run("profile", "use", "one")
    done = place.run("notices", "--profile", name)
    assert done.code == Exit.USAGE
    assert done.out == ""
    assert "hint: " in done.err


def test_without_anything_the_way_in_is_said(tmp_path: Path) -> None:
    done = Place(tmp_path).run("notices")
    assert done.code == Exit.CREDENTIALS
    assert "hint: console login" in done.err


def test_switching_is_remembered_and_seen_in_the_list(place: Place) -> None:
    assert "*" not in place.run("profile", "list").out
    assert place.run("profile", "use", "two").err == "console: profile two is used from now on\n"
    listed = place.run("profile", "list").out.splitlines()
    assert [line[0] for line in listed] == [" ", "*"]
    assert place.run("notices").code == 0
    said = place.run("profile", "use", "one", CONSOLE_PROFILE="two").err
    assert "but CONSOLE_PROFILE says two in this shell" in said
    wrong = place.run("profile", "use", "tow")
    assert wrong.code == Exit.USAGE
    assert "did you mean 'two'?" in wrong.err


def test_a_second_login_does_not_change_the_profile_in_use(place: Place, cloud: Cloud) -> None:
    place.write(place.keyed("one", cloud))
    given = kind("password", cloud)
    words = ("login", "two", "--store", "session", *given.options)
    done = place.run(*words, secrets=given.secrets.values())
    assert "profile one is the one in use; `console profile use two`" in done.err
    assert used(place) == ("one", "console profile use")


def test_a_rename_takes_secret_and_choice_along(place: Place, cloud: Cloud) -> None:
    keeping, given = place.with_passphrase(), kind("access-key", cloud)
    words = ("login", "kept", "--store", "file", *given.options)
    assert keeping.run(*words, secrets=given.secrets.values()).code == 0
    assert keeping.run("profile", "use", "kept").code == 0
    assert keeping.run("profile", "rename", "kept", "moved").code == 0
    assert keeping.run("notices").code == 0
    assert used(keeping)[0] == "moved"
    again = keeping.run(*words, "--no-check", secrets=["another-secret"])
    assert again.code == 0
    onto = keeping.run("profile", "rename", "kept", "moved")
    assert onto.code == Exit.USAGE
    assert "there is a profile 'moved' already" in onto.err
    assert keeping.run("notices", "--profile", "moved").code == 0  # its secret is still its own


def test_a_profile_that_is_removed_leaves_neither_secret_nor_choice(
    place: Place, cloud: Cloud
) -> None:
    keeping, given = place.with_passphrase(), kind("access-key", cloud)
    words = ("login", "kept", "--store", "file", *given.options)
    assert keeping.run(*words, secrets=given.secrets.values()).code == 0
    assert keeping.run("profile", "use", "kept").code == 0
    asked = keeping.run("profile", "remove", "kept")
    assert asked.code == Exit.USAGE
    assert "--yes removes without asking" in asked.err
    with keeping.terminal("profile", "remove", "kept") as screen:
        screen.answer("remove profile kept and its secrets? [y/N]: ", "n")
        assert screen.end() == Exit.INTERRUPTED
    assert keeping.run("profile", "remove", "kept", "--yes").code == 0
    assert not (keeping.state / "secrets").exists()
    left = keeping.run("notices")
    assert "there are one, two" in left.err


def test_another_region_leaves_what_belonged_to_the_one_before(place: Place, cloud: Cloud) -> None:
    project = f'project_id = "{cloud.facts["project_id"]}"'
    place.write(place.keyed("one", cloud, project, 'workspace = "w"', "# mine"))
    done = place.run("profile", "set", "one", "region=cn-east-3", "timeout=30", "colour=red")
    assert done.code == 0
    assert f"project_id {cloud.facts['project_id']} belonged to cn-north-4" in done.err
    text = place.profiles.read_text()
    assert "project_id" not in text
    assert "workspace" not in text
    assert "# mine" in text
    assert place.run("notices").code == 0
    wrong = place.run("profile", "set", "one", "colour=pink")
    assert wrong.code == Exit.USAGE
    assert place.profiles.read_text() == text


def test_a_secret_is_not_taken_into_the_file(place: Place) -> None:
    done = place.run("profile", "set", "one", "secret_key=fake-secret")
    assert done.code == Exit.USAGE
    assert "is a secret" in done.err
    assert "fake-secret" not in done.err + place.profiles.read_text()


OVERRIDES = {
    "CONSOLE_REGION": ("cn-east-3", "region", "cn-east-3"),
    "CONSOLE_ENDPOINT": ("http://127.0.0.1:9", "endpoint", "http://127.0.0.1:9"),
    "CONSOLE_TIMEOUT": ("7", "overridden", "by CONSOLE_TIMEOUT"),
}


@pytest.mark.parametrize("variable", OVERRIDES)
def test_a_variable_of_our_own_changes_a_profile_for_one_run(variable: str, place: Place) -> None:
    value, name, sentence = OVERRIDES[variable]
    more = {variable: value}
    facts = json.loads(place.run("--profile", "one", "doctor", "-o", "json", **more).out)
    said = {each["name"]: each["sentence"] for each in facts if each["part"] == "profile"}
    assert said[name] == sentence
    assert said["overridden"] == f"by {variable}"
    assert "overridden" not in place.run("--profile", "one", "doctor", "-o", "json").out


def test_the_variables_of_other_tools_leave_a_profile_alone(place: Place) -> None:
    more = {"HW_REGION_NAME": "cn-south-1", "OS_PROJECT_ID": "x", "HUAWEICLOUD_SDK_PROJECT_ID": "y"}
    assert place.run("notices", "--profile", "one", **more).code == 0


@pytest.mark.parametrize("name", sorted(LISTINGS))
@pytest.mark.parametrize("how", ["flag", "variable", "profile"])
def test_every_listing_reads_where_nothing_may_be_changed(
    name: str, how: str, place: Place, cloud: Cloud
) -> None:
    more = 'workspace = "x"', 'check_project_id = "x"', "read_only = true" * (how == "profile")
    place.write(place.keyed("one", cloud, *more))
    words = ("--read-only",) if how == "flag" else ()
    variable = "1" if how == "variable" else ""
    done = place.run(name, *NEEDS_MORE.get(name, ()), *words, CONSOLE_READ_ONLY=variable)
    assert "Read-only" not in done.err
    facts = json.loads(place.run("doctor", *words, "-o", "json", CONSOLE_READ_ONLY=variable).out)
    assert "every call that changes something is refused" in [each["sentence"] for each in facts]


def test_a_mistyped_read_only_lets_nothing_through(place: Place) -> None:
    done = place.run("notices", "--profile", "one", CONSOLE_READ_ONLY="ture")
    assert done.code == Exit.USAGE
    assert "CONSOLE_READ_ONLY is 'ture': 1 or 0" in done.err


def test_a_plain_profile_is_told_as_json_without_a_secret(place: Place, cloud: Cloud) -> None:
    shown = json.loads(place.run("profile", "show", "two", "-o", "json").out)
    assert shown["name"] == "two"
    assert "chosen_by" not in shown  # it was named here
    listed = json.loads(place.run("profile", "list", "-o", "json").out)
    assert [each["name"] for each in listed] == ["one", "two"]
    assert cloud.key.secret_key.get_secret_value() not in json.dumps([shown, listed])


def test_the_name_before_a_command_holds_for_those_that_change_something(
    place: Place, cloud: Cloud
) -> None:
    keeping, given = place.with_passphrase(), kind("access-key", cloud)
    secrets = given.secrets.values()
    words = ("--profile", "kept", "login", "--store", "file", *given.options)
    assert "profile kept is ready" in keeping.run(*words, secrets=secrets).err
    keeping.run("profile", "use", "one")
    out = keeping.run("--profile", "kept", "logout")
    assert out.err == "console: profile kept has no secret any more\n"
    shown = json.loads(keeping.run("--profile", "two", "profile", "show", "-o", "json").out)
    assert (shown["name"], shown["chosen_by"]) == ("two", "--profile")
