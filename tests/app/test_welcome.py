"""The welcome: what a first run offers, and what one does whose profile failed."""

from pathlib import Path
from time import monotonic

import pytest
from textual.message import Message

from console.app.screens.welcome import WelcomeScreen
from console.errors import ConsoleError, CredentialsError
from console.profiles.choice import choose
from console.profiles.stores.store import StoreError
from tests.app.stage import SECONDS, Play, environ, stage


def first_error(variables: dict[str, str]) -> ConsoleError:
    """Return what a run without any profile meets."""
    with pytest.raises(ConsoleError) as met:
        choose(variables)
    return met.value


async def said(play: Play, kind: type[Message]) -> Message:
    """Wait for a message of `kind`."""
    end = monotonic() + SECONDS
    while not (found := [each for each in play.posted if isinstance(each, kind)]):
        assert monotonic() < end, f"no {kind.__name__} came:\n{play.text}"
        await play.pilot.pause(0.01)
    return found[0]


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_first_run_offers_the_ways_in_on_one_screen(
    size: tuple[int, int], tmp_path: Path
) -> None:
    variables = environ(tmp_path)
    welcome = WelcomeScreen(variables, error=first_error(variables), demo=True)
    async with stage(welcome, size=size) as play:
        shown = await play.until("There is no profile yet.")
        assert all(way in shown for way in ("l Log in", "i Import", "d Demo", "q Quit"))
        await play.until("nothing")
        assert "Credentials needed" not in play.text


async def test_half_a_credential_in_the_environment_is_an_error_and_no_first_run(
    tmp_path: Path,
) -> None:
    half = environ(tmp_path, None, HUAWEICLOUD_SDK_AK="AK")
    error = CredentialsError("HUAWEICLOUD_SDK_SK is not set", hint="both halves")
    async with stage(WelcomeScreen(half, error=error)) as play:
        shown = await play.until("HUAWEICLOUD_SDK_SK is not set both halves")
        assert "There is no profile yet" not in shown


async def test_what_was_found_is_named_without_its_secrets(tmp_path: Path) -> None:
    found = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "fake-secret-of-terraform"}
    async with stage(WelcomeScreen(environ(tmp_path, None, **found))) as play:
        await play.until("terraform: environment variables HW_*")
        assert play.showed("fake-secret-of-terraform") == []
        await play.press("i")
        await said(play, WelcomeScreen.ImportAsked)


async def test_arrows_and_enter_do_what_the_letters_do(tmp_path: Path) -> None:
    async with stage(WelcomeScreen(environ(tmp_path), demo=True)) as play:
        await play.until("nothing was found")
        await play.press("down", "enter")  # what cannot be imported is passed over
        await said(play, WelcomeScreen.DemoAsked)
        await play.press("up", "enter")
        login = await said(play, WelcomeScreen.LoginAsked)
        assert isinstance(login, WelcomeScreen.LoginAsked)
        assert login.name == ""
        await play.press("i", "r")
        await play.pilot.pause()
        kinds = (WelcomeScreen.ImportAsked, WelcomeScreen.ProfileChosen)
        assert not [each for each in play.posted if isinstance(each, kinds)]
        await play.press("q")
        await play.pilot.pause()
        assert play.app._exit


@pytest.mark.parametrize(("name", "tried"), [("prod", "prod"), ("nothing-like-it", "")])
async def test_a_profile_that_failed_says_why_and_is_tried_again(
    name: str, tried: str, tmp_path: Path
) -> None:
    (tmp_path / "config").mkdir()
    text = "".join(
        f'[profile.{each}]\nauth = "token"\nstore = "file"\n' for each in ("prod", "lab")
    )
    (tmp_path / "config" / "profiles.toml").write_text(text)
    error = StoreError("x [/] [@click=app.quit]y[/] \x1b[2J", hint="do \x9bthis")
    variables = environ(tmp_path)
    async with stage(WelcomeScreen(variables, error=error, name=name, demo=True)) as play:
        shown = await play.until("Use lab")
        assert "Secret out of reach: x [/] [@click=app.quit]y[/] ␛[2J do <9B>this" in shown
        assert ("Profile prod could not be opened." in shown) == bool(tried)
        await play.press("r")
        chosen = await said(play, WelcomeScreen.ProfileChosen)
        assert isinstance(chosen, WelcomeScreen.ProfileChosen)
        assert chosen.name == tried
        await play.press("l")
        login = await said(play, WelcomeScreen.LoginAsked)
        assert isinstance(login, WelcomeScreen.LoginAsked)
        assert login.name == tried


async def test_another_profile_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    text = "".join(
        f'[profile.{each}]\nauth = "token"\nstore = "file"\n' for each in ("prod", "lab")
    )
    (tmp_path / "config" / "profiles.toml").write_text(text)
    variables = environ(tmp_path)
    async with stage(WelcomeScreen(variables, error=first_error(variables))) as play:
        await play.until("no profile is chosen; there are prod, lab")
        await play.until("Use lab")
        await play.press("home", "down", "down", "enter")
        chosen = await said(play, WelcomeScreen.ProfileChosen)
        assert isinstance(chosen, WelcomeScreen.ProfileChosen)
        assert chosen.name == "lab"
