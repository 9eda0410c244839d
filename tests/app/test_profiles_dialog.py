"""The picker of profiles: what it says of each, and what it answers."""

from pathlib import Path

import pytest

from console import access
from console.app.dialogs.profiles import DemoWanted, LoginWanted, Picked, ProfilesDialog
from console.profiles import choice
from tests.app.stage import environ, stage

PROFILES = """
[profile.prod]
auth = "access-key"
access_key = "AK"
store = "keyring"
colour = "red"
production = true
[profile.lab]
auth = "password"
user_name = "[/]"
domain_name = "d"
store = "session"
region = "cn-east-3"
read_only = true
[profile."a[b]"]
auth = "token"
store = "command"
secret_command = ["x"]
[profile.broken]
auth = "[@click=app.quit]x[/]"
store = "file"
"""


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Give a home with four profiles, one of them broken and one with a hostile name."""
    made = environ(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "profiles.toml").write_text(PROFILES)
    return made


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_every_profile_is_there_with_what_is_to_be_known(
    size: tuple[int, int], variables: dict[str, str]
) -> None:
    access.switch(variables, "lab")
    dialog = ProfilesDialog(variables, present="prod", demo=True)
    async with stage(dialog, size=size) as play:
        shown = await play.until("* prod in use · PRODUCTION")
        if size[0] == 40:
            return
        assert "cn-north-4 · access key · secret in the keyring · ■ red" in shown
        assert "lab the default · READ-ONLY" in shown
        assert "cn-east-3 · password · asked for in each run" in shown
        assert "a[b] " in shown
        assert "! " in shown.partition("broken")[2]
        assert "d opens the demo" in shown


async def test_enter_answers_with_the_profile_and_remembers_nothing(
    variables: dict[str, str], tmp_path: Path
) -> None:
    async with stage(ProfilesDialog(variables, present="prod")) as play:
        await play.until("* prod")
        await play.press("j", "enter")
        assert await play.answer() == Picked("lab")
    assert not (tmp_path / "state").exists()


async def test_a_broken_profile_is_not_picked_but_explained(variables: dict[str, str]) -> None:
    async with stage(ProfilesDialog(variables, present="prod")) as play:
        await play.until("* prod")
        await play.press("end", "enter")
        await play.until("broken cannot be used:")
        assert play.app.answers == []


async def test_u_makes_it_the_default_and_says_what_stands_in_the_way(
    variables: dict[str, str],
) -> None:
    async with stage(ProfilesDialog(variables, present="prod")) as play:
        await play.until("* prod")
        await play.press("down", "u")
        await play.until("console begins with lab from now on")
        await play.until("lab the default")
    assert choice.choose(variables).name == "lab"
    told = {**variables, "CONSOLE_PROFILE": "lab"}
    async with stage(ProfilesDialog(told)) as play:
        await play.until("lab the default")
        await play.press("u")
        await play.until("while CONSOLE_PROFILE is set, that decides")
        assert "lab the default" in " ".join(play.text.split())


async def test_words_narrow_the_list_and_escape_brings_all_of_it_back(
    variables: dict[str, str],
) -> None:
    async with stage(ProfilesDialog(variables)) as play:
        await play.until("prod PRODUCTION")
        await play.press("slash", *"east")
        await play.until("lab")
        assert "prod" not in play.text
        await play.press(*"xx")
        await play.until("none of 4 profiles has these words")
        await play.press("escape")
        await play.until("prod")
        await play.press("slash", *"lab", "enter")
        assert await play.answer() == Picked("lab")


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("down", "l"), LoginWanted("lab")),
        (("n",), LoginWanted()),
        (("d",), DemoWanted()),
        (("escape",), None),
    ],
)
async def test_the_other_answers(
    keys: tuple[str, ...], answer: object, variables: dict[str, str]
) -> None:
    async with stage(ProfilesDialog(variables, demo=True)) as play:
        await play.until("prod")
        await play.press(*keys)
        assert await play.answer() == answer


async def test_without_profiles_and_without_a_demo_a_login_is_what_is_left(tmp_path: Path) -> None:
    async with stage(ProfilesDialog(environ(tmp_path))) as play:
        await play.until("There is no profile yet: n logs in.")
        await play.press("d", "l", "u", "enter")
        assert play.app.answers == []
        await play.press("n")
        assert await play.answer() == LoginWanted()


async def test_a_file_that_cannot_be_read_is_said(variables: dict[str, str]) -> None:
    access.book(variables).path.write_text("[profile")
    async with stage(ProfilesDialog(variables)) as play:
        await play.until("Unusable setting:")


async def test_the_profile_of_the_environment_is_offered_and_has_no_login(
    variables: dict[str, str],
) -> None:
    both = {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "fake-secret-of-variables"}
    async with stage(ProfilesDialog({**variables, **both})) as play:
        await play.until("environment the default")
        await play.press("end", "l")
        await play.until("nothing to log in to")
        assert play.showed("fake-secret-of-variables") == []
        await play.press("enter")
        assert await play.answer() == Picked("environment")
