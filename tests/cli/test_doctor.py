"""`console doctor`: every situation that it is called for."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from console.errors import Exit
from tests.cli.place import Place
from tests.cloud import Cloud, Ran

Facts = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def findings(done: Ran) -> Facts:
    return {(each["part"], each["name"]): each for each in json.loads(done.out)}


def examined(place: Place, *options: str, **more: str) -> tuple[int, Facts]:
    done = place.run("doctor", "-o", "json", *options, **more)
    assert done.err == ""
    return done.code, findings(done)


def test_a_profile_that_works_everywhere_ends_well(place: Place, cloud: Cloud) -> None:
    workspace = cloud.facts["workspace"]
    place.write(place.keyed("one", cloud, f'workspace = "{workspace}"'))
    code, found = examined(place)
    assert code == Exit.DONE
    cloudy = {name: each["well"] for (part, name), each in found.items() if part == "cloud"}
    services = ("blocked", "pools", "checks", "notices", "reviews")
    assert cloudy == dict.fromkeys(["login", "clock", *services], True)
    key = cloud.key.access_key
    masked = f"access key {key[:4]}…{key[-4:]}"
    assert found["profile", "credential"]["sentence"] == masked
    assert found["files", "profiles"]["sentence"].startswith(str(place.profiles))


def test_the_table_says_the_same_and_shows_no_secret(place: Place, cloud: Cloud) -> None:
    place.write(place.keyed("one", cloud))
    table = place.run("doctor")
    assert table.code == Exit.DONE
    assert "  ok login         project " in table.out
    assert "not asked: workspace" in table.out
    shown = table.out + place.run("doctor", "-o", "json").out
    assert cloud.key.secret_key.get_secret_value() not in shown
    assert cloud.key.access_key not in shown


def test_where_nothing_is_configured_the_way_in_is_said(place: Place) -> None:
    code, found = examined(place)
    assert code == Exit.CREDENTIALS
    assert "console login" in found["profile", "credential"]["sentence"]
    assert found["files", "profiles"]["sentence"].endswith("(not there)")
    assert "outbox.sqlite3" in found["files", "journal"]["sentence"]
    assert found["stores", "keyring"]["well"] is False
    assert found["stores", "session"]["well"] is True
    assert place.everything() == {}


def test_without_a_home_it_still_tells_all_it_can(place: Place, cloud: Cloud) -> None:
    nowhere = {"HOME": "", "CONSOLE_CONFIG_DIR": "", "CONSOLE_STATE_DIR": ""}
    code, found = examined(place, **cloud.environ(**nowhere))
    assert code == Exit.DONE
    assert "HOME is not set" in found["files", "profiles"]["sentence"]
    assert found["profile", "name"]["sentence"].startswith("environment, ")


BROKEN = {
    "an unknown key": (
        'regoin = "x"',
        "line 7: profile 'one': there is no key 'regoin'",
        "'region'",
    ),
    "a wrong value": ('colour = "rad"', "line 7: profile 'one': 'colour' is none of", '"red"'),
    "a secret": (
        'secret_key = "fake-secret"',
        "line 7: profile 'one': 'secret_key' is a secret",
        "",
    ),
    "no TOML": ("region = cn-north-4", "line 7", ""),
}


@pytest.mark.parametrize(("line", "sentence", "near"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_line_and_key(
    line: str, sentence: str, near: str, place: Place, cloud: Cloud
) -> None:
    place.write(place.keyed("one", cloud, line))
    done = place.run("doctor")
    assert done.code == Exit.USAGE
    [said] = [each for each in done.out.splitlines() if each.startswith("  NO profiles")]
    assert f"{place.profiles}, " in said
    assert sentence in said
    assert near in said
    assert "fake-secret" not in done.out


def test_a_broken_profile_hides_no_other_one(place: Place, cloud: Cloud) -> None:
    place.write(place.keyed("one", cloud, 'regoin = "x"') + place.keyed("two", cloud))
    code, found = examined(place, "--profile", "two")
    assert code == Exit.DONE
    assert found["cloud", "login"]["well"] is True
    assert found["files", "profiles"]["well"] is False


@contextmanager
def silent_bus(folder: Path) -> Iterator[str]:
    """Give the address of a D-Bus that takes connections and never answers."""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(folder / "bus"))
        bus.listen()
        yield f"unix:path={folder / 'bus'}"


def test_a_keyring_that_hangs_is_said_and_not_waited_for(place: Place, cloud: Cloud) -> None:
    place.write(place.keyed("one", cloud))
    with silent_bus(place.home) as address:
        code, found = examined(place, DBUS_SESSION_BUS_ADDRESS=address)
        place.write(
            f'[profile.hung]\nauth = "token"\nstore = "keyring"\nendpoint = "{cloud.url}"\n'
        )
        hung, told = examined(place, DBUS_SESSION_BUS_ADDRESS=address)
    assert code == Exit.DONE
    assert found["stores", "keyring"]["well"] is False
    assert hung == Exit.CREDENTIALS
    assert told["profile", "credential"]["well"] is False


def refusing(path: str, status: int = 403) -> dict[str, object]:
    body = '{"error_code":"X.403","error_msg":"not allowed"}'
    return {"action": "answer", "path": path, "status": status, "body": body}


def test_one_service_that_refuses_is_told_apart_from_those_that_work(
    place: Place, cloud: Cloud
) -> None:
    place.write(place.keyed("one", cloud))
    cloud.script({**refusing("blocked|notification-records|statistics"), "times": 20})
    code, found = examined(place)
    assert code == Exit.REFUSED
    assert found["cloud", "blocked"]["well"] is False
    assert "not allowed (X.403)" in found["cloud", "blocked"]["sentence"]
    assert found["cloud", "pools"]["well"] is True


def test_a_service_that_the_region_lacks_is_a_fact_and_no_fault(place: Place, cloud: Cloud) -> None:
    single = ("workspace", "codeartscheck", "dataartsstudio", "iam", "sts")
    table = ["[profile.one.endpoints]", *(f'{name} = "{cloud.url}"' for name in single)]
    lines = ('region = "cn-south-1"', f'project_id = "{cloud.facts["project_id"]}"')
    text = place.keyed("one", cloud, *lines, *table)
    place.write(text.replace(f'\nendpoint = "{cloud.url}"', ""))
    _, found = examined(place)
    assert found["cloud", "notices"]["well"] is None
    assert "does not exist in region cn-south-1" in found["cloud", "notices"]["sentence"]


@pytest.mark.parametrize("offset", [1200, -1200])
def test_a_clock_that_is_off_is_told_with_how_far(offset: int, place: Place, cloud: Cloud) -> None:
    place.write(place.keyed("one", cloud))
    cloud.control.put("/_emulator/clock", json={"offset_seconds": offset}).raise_for_status()
    code, found = examined(place)
    assert code == Exit.REFUSED
    way = "behind" if offset > 0 else "ahead of"
    assert f"clock is 20 minutes {way} the server's" in found["cloud", "login"]["sentence"]


def test_a_clock_that_is_off_shows_where_no_signature_suffers(place: Place, cloud: Cloud) -> None:
    cloud.control.put("/_emulator/clock", json={"offset_seconds": 300}).raise_for_status()
    facts = cloud.facts
    more = {
        "HW_USER_NAME": facts["user_name"],
        "HW_USER_PASSWORD": facts["password"],
        "HW_DOMAIN_NAME": facts["domain_name"],
        "CONSOLE_ENDPOINT": cloud.url,
    }
    code, found = examined(place, **more)
    assert code == Exit.DONE
    assert found["cloud", "clock"]["well"] is False
    assert found["cloud", "clock"]["sentence"].startswith(("-299", "-300", "-301"))
    assert found["profile", "credential"]["sentence"] == "password of operator in example-corp"


def test_a_cloud_that_is_not_there_is_worth_another_try(place: Place, cloud: Cloud) -> None:
    place.write(place.keyed("one", cloud))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
        code, found = examined(place, CONSOLE_ENDPOINT=nowhere)
    assert code == Exit.TRY_AGAIN
    assert found["cloud", "login"]["well"] is False
    assert found["profile", "overridden"]["sentence"] == "by CONSOLE_ENDPOINT"


def test_a_credential_that_is_not_accepted_is_told(place: Place, cloud: Cloud) -> None:
    text = place.keyed("one", cloud)
    (place.home / "secret-key").write_text("a-wrong-secret\n")
    place.write(text)
    code, found = examined(place)
    assert code in {Exit.CREDENTIALS, Exit.REFUSED}
    assert found["cloud", "login"]["well"] is False
    assert "a-wrong-secret" not in json.dumps([*found.values()])


def test_a_credential_that_has_ended_is_told_without_asking_the_cloud(
    place: Place, cloud: Cloud
) -> None:
    text = place.keyed("one", cloud, "expires_at = 2020-01-01T00:00:00Z")
    place.write(text.replace('"access-key"', '"temporary-key"'))
    code, found = examined(place)
    assert code == Exit.CREDENTIALS
    assert "ended at 2020-01-01" in found["profile", "credential"]["sentence"]
    assert cloud.requests() == []


def test_what_comes_from_outside_moves_no_terminal(place: Place, cloud: Cloud) -> None:
    place.write(place.keyed("one", cloud))
    done = place.run("doctor", TERM="x\x1b]0;owned\x07", COLORTERM="\x9b2J")
    assert "\x1b" not in done.out
    assert "\x07" not in done.out
    assert "\x9b" not in done.out
