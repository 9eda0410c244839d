"""`console import`: what other tools keep becomes a profile that works."""

import json
from pathlib import Path

import pytest

from console.errors import Exit
from tests.cli.place import Place
from tests.cloud import Cloud


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path).with_passphrase()


def sources(place: Place, cloud: Cloud) -> dict[str, str]:
    """Put the key where every other tool keeps it; return the variables that hold it."""
    key = cloud.key
    secret = key.secret_key.get_secret_value()
    ini = place.home / ".huaweicloud" / "credentials"
    ini.parent.mkdir()
    ini.write_text(f"[basic]\nak = {key.access_key}\nsk = {secret}\n")
    ini.chmod(0o600)
    hcloud = place.home / ".hcloud" / "config.json"
    hcloud.parent.mkdir()
    profile = {"name": "duty", "mode": "AKSK", "accessKeyId": key.access_key}
    profile |= {"secretAccessKey": secret, "region": "cn-north-4"}
    hcloud.write_text(json.dumps({"authEncrypt": "false", "profiles": [profile]}))
    hcloud.chmod(0o600)
    return {
        "HUAWEICLOUD_SDK_AK": key.access_key,
        "HUAWEICLOUD_SDK_SK": secret,
        "HW_USER_NAME": cloud.facts["user_name"],
        "HW_USER_PASSWORD": cloud.facts["password"],
        "HW_DOMAIN_NAME": cloud.facts["domain_name"],
        "OS_ACCESS_KEY": key.access_key,
        "OS_SECRET_KEY": secret,
    }


NAMES = ("sdk", "terraform", "openstack", "basic", "duty")


def test_everything_is_offered_and_no_secret_is_shown(place: Place, cloud: Cloud) -> None:
    variables = sources(place, cloud)
    listed = place.run("import", **variables)
    as_json = place.run("import", "-o", "json", **variables)
    assert [each["name"] for each in json.loads(as_json.out)] == [*NAMES]
    assert all(f"{name}  " in listed.out for name in NAMES)
    assert "console import NAME --store " in listed.err
    written = listed.out + listed.err + as_json.out + as_json.err
    assert cloud.key.secret_key.get_secret_value() not in written
    assert cloud.facts["password"] not in written
    assert place.everything() == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_imported_works(name: str, place: Place, cloud: Cloud) -> None:
    variables = sources(place, cloud)
    done = place.run("import", name, "--store", "file", "--as", "taken", **variables)
    assert done.code == 0
    assert "profile taken is imported" in done.err
    used = place.run("notices", "-o", "json", "--profile", "taken", CONSOLE_ENDPOINT=cloud.url)
    assert (used.code, used.err) == (0, "")
    assert len(json.loads(used.out)) == 2
    secret = cloud.key.secret_key.get_secret_value().encode()
    assert not any(secret in held for held in place.everything().values())


def test_several_are_imported_at_once(place: Place, cloud: Cloud) -> None:
    variables = sources(place, cloud)
    done = place.run("import", *NAMES, "--store", "session", **variables)
    assert done.code == 0
    listed = json.loads(place.run("profile", "list", "-o", "json").out)
    assert [each["name"] for each in listed] == [*NAMES]


def test_an_import_does_not_change_the_profile_in_use(place: Place, cloud: Cloud) -> None:
    place.write(place.keyed("one", cloud))
    sources(place, cloud)
    assert place.run("import", "duty", "--store", "session").code == 0
    assert place.run("notices").code == 0  # with the profile that was the only one before


def test_what_koocli_has_encrypted_is_told_with_the_way_out(place: Place) -> None:
    hcloud = place.home / ".hcloud" / "config.json"
    hcloud.parent.mkdir()
    profile = {"name": "duty", "mode": "AKSK", "accessKeyId": "x" * 64, "secretAccessKey": "y"}
    hcloud.write_text(json.dumps({"authEncrypt": "true", "profiles": [profile]}))
    listed = place.run("import")
    assert listed.code == 0
    assert "hcloud configure set --cli-auth-encrypt=false" in listed.out
    refused = place.run("import", "duty", "--store", "file")
    assert refused.code == Exit.USAGE
    assert "only KooCLI can read that" in refused.err
    assert place.everything() == {}


def test_a_file_that_others_can_read_is_taken_with_a_warning(place: Place, cloud: Cloud) -> None:
    sources(place, cloud)
    (place.home / ".huaweicloud" / "credentials").chmod(0o644)
    assert "change the key" in place.run("import").out


REFUSED = {
    "a name that was not found": (("none", "--store", "file"), "nothing called 'none' was found"),
    "no store and nobody to ask": (("duty",), "say where to keep the secret"),
    "a store that keeps nothing": (("duty", "--store", "environment"), "Invalid value"),
    "two under one name": (("duty", "basic", "--as", "x"), "--as names one profile"),
    "a name that is taken": (("duty", "--store", "file", "--as", "one"), "there is a profile"),
    "a name that cannot be": (("duty", "--store", "file", "--as", "a b"), "cannot be the name"),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_imported_changes_nothing(
    words: tuple[str, ...], sentence: str, place: Place, cloud: Cloud
) -> None:
    sources(place, cloud)
    place.write(place.keyed("one", cloud))
    before = place.everything()
    done = place.run("import", *words)
    assert done.code == Exit.USAGE
    assert sentence in done.err
    assert place.everything() == before


def test_a_store_that_cannot_be_used_keeps_nothing(place: Place, cloud: Cloud) -> None:
    sources(place, cloud)
    done = place.run("import", "duty", "--store", "keyring")
    assert done.code == Exit.CREDENTIALS
    assert "there is no D-Bus session" in done.err
    assert place.everything() == {}


def test_nothing_to_import_is_said(place: Place) -> None:
    done = place.run("import")
    assert (done.code, done.out, done.err) == (0, "", "console: nothing was found\n")
