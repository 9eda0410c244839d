"""Logging in inside the application: what is asked, what is kept, and what is never shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from textual.widgets import OptionList

from console import access, login
from console.app.dialogs.importing import ImportingDialog
from console.app.dialogs.login import LoginDialog
from console.errors import CredentialsError
from console.profiles.choice import Choice, Reason
from console.profiles.entry import Entry
from console.profiles.profile import Profile
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.session import SHARED
from tests.app.stage import PASSPHRASE, Play, environ, stage
from tests.cloud import Cloud

HOSTILE = "[/] [@click=app.quit]x[/] \x1b]52;c;eA==\x07"


def opened(variables: dict[str, str], name: str, passphrase: str = PASSPHRASE) -> Profile:
    given = Passphrase({}, lambda **_: SecretStr(passphrase))
    return access.opened(Choice(name, Reason.FLAG), variables, passphrase=given)


def secret_of(cloud: Cloud) -> str:
    return cloud.key.secret_key.get_secret_value()


def everything(home: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in home.rglob("*") if each.is_file()}


async def describe(play: Play, cloud: Cloud, **more: str) -> None:
    """Type what a login with an access key asks, but for the store."""
    await play.until("a file, encrypted with a passphrase")
    lines = {"name": "prod", "access_key": cloud.key.access_key, "secret_key": secret_of(cloud)}
    await play.fill(**{**lines, **more})


async def pick_no_workspace(play: Play) -> None:
    await play.until("4 workspaces in 2 instances")
    await play.press("escape")


async def test_a_login_keeps_the_secret_in_the_encrypted_file_and_shows_it_nowhere(
    tmp_path: Path, cloud: Cloud
) -> None:
    variables = environ(tmp_path, cloud)
    async with stage(LoginDialog(variables)) as play:
        await describe(play, cloud, passphrase=PASSPHRASE, again=PASSPHRASE)
        await play.choose("colour", "red")
        await play.choose("production", "yes")
        await play.press("enter")
        await play.until("4 workspaces in 2 instances")
        await play.press("down", "enter")
        assert await play.answer() == "prod"
        assert play.showed(secret_of(cloud), PASSPHRASE) == []
        assert "••••" in "".join(play.seen)
    profile = opened(variables, "prod")
    assert profile.credential == cloud.key
    assert profile.project_id == cloud.facts["project_id"]
    assert profile.domain_id == cloud.facts["domain_id"]
    assert (profile.colour, profile.production, profile.read_only) == ("red", True, False)
    assert profile.workspace
    held = b"".join(everything(tmp_path).values())
    assert secret_of(cloud).encode() not in held


async def test_a_wrong_secret_keeps_nothing_and_loses_nothing_that_was_typed(
    tmp_path: Path, cloud: Cloud
) -> None:
    variables = environ(tmp_path, cloud)
    async with stage(LoginDialog(variables)) as play:
        await describe(play, cloud, secret_key="fake-wrong-secret")
        await play.choose("store", "session")
        assert "Passphrase" not in play.text
        await play.press("enter")
        told = await play.until("Nothing was kept.")
        assert "Not authenticated" in told
        assert cloud.key.access_key in told
        assert everything(tmp_path) == {}
        await play.fill(secret_key=secret_of(cloud))
        await play.press("enter")
        await pick_no_workspace(play)
        assert await play.answer() == "prod"
        assert play.showed(secret_of(cloud), "fake-wrong-secret") == []
    try:
        assert opened(variables, "prod").credential == cloud.key
    finally:
        SHARED.delete("prod")
    assert not (tmp_path / "state" / "secrets").exists()


async def test_a_wrong_passphrase_is_said_before_the_cloud_is_asked_and_does_not_end_it(
    tmp_path: Path, cloud: Cloud
) -> None:
    variables = environ(tmp_path, cloud)
    entry = Entry.read({"auth": "token", "store": "file"})
    given = Passphrase({}, lambda **_: SecretStr(PASSPHRASE))
    where = access.store_of(entry, variables, passphrase=given)
    login.keep(variables, "before", entry, {"token": SecretStr("fake-token")}, where)
    async with stage(LoginDialog(variables)) as play:
        await describe(play, cloud, passphrase="not-that-one")
        assert "Once more" not in play.text
        await play.press("enter")
        told = await play.until("Nothing was kept.")
        assert "!Passphrase" in told
        assert "the passphrase is wrong" in told
        assert cloud.requests() == []
        await play.fill(passphrase=PASSPHRASE)
        await play.press("enter")
        await pick_no_workspace(play)
        assert await play.answer() == "prod"
        assert play.showed("not-that-one", PASSPHRASE) == []
    assert opened(variables, "prod").credential == cloud.key


async def test_a_store_that_cannot_be_used_says_why_before_anything_is_sent(
    tmp_path: Path, cloud: Cloud
) -> None:
    async with stage(LoginDialog(environ(tmp_path, cloud))) as play:
        await describe(play, cloud)
        await play.choose("store", "keyring")
        assert "not now: 'none' is no keyring backend" in await play.until("!Keep secret in")
        await play.press("enter")
        await play.until("Nothing was kept.")
    assert cloud.requests() == []


WRONG = {
    "region": ("Beijing!", "that is no region, such as cn-north-4"),
    "name": ("con trol", "letters and digits of ASCII"),
    "endpoint": ("http://example.com", "use https; plain http is for loopback only"),
    "access_key": ("two words", "letters, digits and signs of ASCII only"),
    "passphrase": ("short", "8 characters at least"),
    "again": ("another", "the two are not the same"),
}


async def test_what_is_typed_is_judged_beside_it_and_the_first_wrong_one_is_gone_to(
    tmp_path: Path, cloud: Cloud
) -> None:
    async with stage(LoginDialog(environ(tmp_path, cloud))) as play:
        await describe(play, cloud)
        for key, (typed, sentence) in WRONG.items():
            await play.fill(**{key: typed})
            await play.until(sentence)
        await play.fill(region="cn-north-9")
        await play.until("it has no CodeArts Check, no MetaStudio")
        await play.press("enter")
        await play.pilot.pause()
        focused = play.app.focused
        assert focused
        assert focused.parent
        assert focused.parent.id == "answer-name"
    assert cloud.requests() == []


ENDPOINTS = {
    "https://user:pw@host": "an address alone, such as https://host or https://host:port",
    "https://host/path": "give the host alone",
    "host": "give it like https://host or https://host:port",
    "https://host:99999": "an address alone, such as https://host or https://host:port",
}


async def test_an_endpoint_of_its_own_is_judged_as_it_is_typed_and_kept(
    tmp_path: Path, cloud: Cloud
) -> None:
    variables = environ(tmp_path, cloud, CONSOLE_WORKSPACE="ws")
    del variables["CONSOLE_ENDPOINT"]
    async with stage(LoginDialog(variables)) as play:
        await describe(play, cloud)
        await play.choose("store", "session")
        for typed, sentence in ENDPOINTS.items():
            await play.fill(endpoint=typed)
            assert sentence in await play.until("!Endpoint"), typed
            await play.press("enter")
            assert sentence in await play.until("!Endpoint"), typed
        assert cloud.requests() == []
        await play.fill(endpoint=cloud.url)
        assert "!Endpoint" not in play.text
        await play.press("enter")
        assert await play.answer() == "prod"
    SHARED.delete("prod")
    assert access.book(variables).entry("prod").endpoint == cloud.url
    async with stage(LoginDialog(variables, "prod")) as play:
        box: Any = play.app.screen.query_one("#answer-endpoint")
        box.control.focus()
        await play.until(cloud.url)


async def test_a_profile_that_there_is_cannot_be_made_anew_by_accident(tmp_path: Path) -> None:
    variables = environ(tmp_path)
    entry = Entry.read({"auth": "token", "store": "session"})
    access.book(variables).put("default", entry)
    async with stage(LoginDialog(variables)) as play:
        await play.fill(name="default")
        await play.until("there is a profile of that name")


async def test_a_login_again_asks_for_the_secret_alone_and_keeps_the_rest(
    tmp_path: Path, cloud: Cloud
) -> None:
    variables = environ(tmp_path, cloud)
    fields = {"auth": "access-key", "access_key": cloud.key.access_key, "store": "session"}
    kept = {"timeout": 33.0, "workspace": "ws", "colour": "green", "check_project_id": "c1"}
    access.book(variables).put("prod", Entry.read({**fields, **kept}))
    async with stage(LoginDialog(variables, "prod")) as play:
        assert "Log in again: prod" in await play.until("Access key")
        await play.paste(secret_of(cloud))  # the cursor is there already
        await play.press("enter")
        assert await play.answer() == "prod"
    SHARED.delete("prod")
    said = access.book(variables).entry("prod").fields()
    assert {key: said[key] for key in kept} == kept


async def test_a_password_with_a_second_factor_asks_for_account_user_and_digits(
    tmp_path: Path, cloud: Cloud
) -> None:
    facts = cloud.facts
    variables = environ(tmp_path, cloud, CONSOLE_WORKSPACE="ws")
    async with stage(LoginDialog(variables)) as play:
        await play.until("a file, encrypted with a passphrase")
        await play.choose("auth", "password")
        await play.choose("totp", "six digits of a device")
        await play.choose("store", "session")
        await play.fill(
            domain_name=facts["domain_name"],
            user_name=facts["totp_user_name"],
            user_id=facts["totp_user_id"],
            password=facts["totp_password"],
            passcode=facts["totp_passcode"],
        )
        await play.press("enter")
        assert await play.answer() == "default"
        assert play.showed(facts["totp_password"], facts["totp_passcode"]) == []
    kept = SHARED.get("default")
    SHARED.delete("default")
    assert set(kept) == {"password"}


async def test_a_command_that_prints_the_secret_is_asked_for_instead_of_it(
    tmp_path: Path, cloud: Cloud
) -> None:
    printed = tmp_path / "printed"
    printed.write_text(f"{secret_of(cloud)}\n")
    variables = environ(tmp_path, cloud, CONSOLE_WORKSPACE="ws")
    async with stage(LoginDialog(variables)) as play:
        await play.until("a file, encrypted with a passphrase")
        await play.choose("store", "command")
        assert "Secret key" not in await play.until("Command")
        await play.fill(access_key=cloud.key.access_key, secret_command="cat '")
        await play.until("a quote that is not closed")
        await play.fill(secret_command=f"cat '{printed}'")
        await play.press("enter")
        assert await play.answer() == "default"
    assert opened(variables, "default").credential == cloud.key


async def test_escape_stops_what_is_under_way_and_then_leaves(tmp_path: Path, cloud: Cloud) -> None:
    cloud.script({"action": "stall", "path": "/v3/", "seconds": 30})
    async with stage(LoginDialog(environ(tmp_path, cloud))) as play:
        await describe(play, cloud)
        await play.choose("store", "session")
        await play.press("enter")
        await play.until("asking the cloud")
        await play.press("escape")
        await play.until("Stopped. Nothing was kept.")
        await play.pilot.pause()
        assert not [w for w in play.app.workers if w.group == "login" and not w.is_finished]
        await play.press("escape")
        assert await play.answer() is None
    assert everything(tmp_path) == {}


async def test_words_of_the_cloud_are_no_markup_and_no_escape_sequence(
    tmp_path: Path, cloud: Cloud
) -> None:
    body = json.dumps({"error_msg": HOSTILE, "error_code": "X.1"})
    cloud.script({"action": "answer", "path": "/v3/", "status": 403, "body": body})
    async with stage(LoginDialog(environ(tmp_path, cloud))) as play:
        await describe(play, cloud)
        await play.choose("store", "session")
        await play.press("enter")
        told = await play.until("Nothing was kept.")
        assert "[@click=app.quit]" in told
        assert "\x1b" not in told


async def test_a_secret_is_neither_copied_nor_cut_and_one_in_two_lines_is_one(
    tmp_path: Path,
) -> None:
    async with stage(LoginDialog(environ(tmp_path))) as play:
        await play.fill(secret_key="fake-half\n  and-half\n")
        box: Any = play.app.screen.query_one("#answer-secret-key")
        assert box.control.secret.get_secret_value() == "fake-halfand-half"
        await play.press("ctrl+shift+a", "ctrl+c", "ctrl+x")
        assert play.app.clipboard == ""
        assert box.control.value == "fake-halfand-half"
        await play.press("escape")
        assert await play.answer() is None
        assert box.control.value == ""


async def test_what_was_found_is_imported_checked_and_kept(tmp_path: Path, cloud: Cloud) -> None:
    secret = secret_of(cloud)
    ini = tmp_path / ".huaweicloud" / "credentials"
    ini.parent.mkdir()
    ini.write_text(f"[basic]\nak = {cloud.key.access_key}\nsk = {secret}\n[global]\nak = x\n")
    ini.chmod(0o600)
    variables = environ(tmp_path, cloud, CONSOLE_WORKSPACE="ws")
    async with stage(ImportingDialog(variables)) as play:
        listed = await play.until("cannot be imported: sk is missing")
        assert "credentials: [basic]" in listed
        await play.press("enter")
        await play.until("a file, encrypted with a passphrase")
        assert "Secret key" not in play.text
        await play.fill(name="mine", passphrase=PASSPHRASE, again=PASSPHRASE)
        await play.press("enter")
        assert await play.answer() == "mine"
        assert play.showed(secret, PASSPHRASE) == []
        assert not play.app.screen.query(OptionList)
    assert opened(variables, "mine").credential == cloud.key
    with pytest.raises(CredentialsError):
        opened(variables, "mine", "wrong-passphrase")


@pytest.mark.parametrize("size", [(40, 10), (1, 1)])
async def test_a_small_terminal_scrolls_and_nothing_breaks(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with stage(LoginDialog(environ(tmp_path)), size=size) as play:
        await play.press(*["down"] * 14)
        assert play.app.focused
        if size[0] == 40:
            assert "enter logs in" in play.text
            assert play.app.focused.region.bottom <= size[1]
