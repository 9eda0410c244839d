"""A login as functions: nothing here has a terminal, and every error has a type."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from console import access, login
from console.errors import AuthenticationError, ConsoleError, SettingsError, UnreachableError
from console.profiles.choice import choose
from console.profiles.profile import Profile
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import StoreError
from tests.cloud import Cloud
from tests.ways import Environ, entry, environ_in, keep, opened


@pytest.fixture
def environ(tmp_path: Path) -> Environ:
    return environ_in(tmp_path)


async def test_what_is_kept_is_listed_opened_and_accepted(environ: Environ, cloud: Cloud) -> None:
    assert keep(environ, "one", cloud) == "one"
    [listed] = access.listed(environ)
    assert (listed.name, listed.problem) == ("one", "")
    profile = opened(environ, "one")
    assert profile.credential == cloud.key
    verified = await login.verify(profile)
    assert verified.project_id == cloud.facts["project_id"]
    assert verified.domain_id == cloud.facts["domain_id"]
    assert abs(verified.clock_offset) < 5


def test_what_was_in_use_stays_in_use(environ: Environ, cloud: Cloud) -> None:
    assert keep(environ, "one", cloud) == "one"
    assert keep(environ, "two", cloud) == "one"
    assert choose(environ).name == "one"
    access.switch(environ, "two")
    assert choose(environ).name == "two"
    assert keep(environ, "three", cloud) == "two"


def test_a_store_that_fails_leaves_no_profile(environ: Environ, cloud: Cloud) -> None:
    where = access.store_of(entry(cloud, "file"), environ, passphrase=Passphrase({}))
    with pytest.raises(StoreError, match="nobody can be asked"):
        login.keep(environ, "one", entry(cloud, "file"), {"secret_key": SecretStr("x")}, where)
    assert access.listed(environ) == []


Change = Callable[[Profile], Profile]
REFUSED: dict[str, tuple[Change, type[ConsoleError]]] = {
    "a project of others": (lambda p: replace(p, project_id="0" * 32), SettingsError),
    "a region without a project": (lambda p: replace(p, region="cn-south-1"), SettingsError),
    "an address where nobody is": (
        lambda p: replace(p, endpoint="http://127.0.0.1:1", total_seconds=2),
        UnreachableError,
    ),
}


@pytest.mark.parametrize(("change", "kind"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_verified_has_a_type(
    change: Change, kind: type[ConsoleError], cloud: Cloud
) -> None:
    with pytest.raises(kind):
        await login.verify(change(cloud.profile(project_id="", domain_id="")))


async def test_a_credential_that_is_not_accepted_is_no_other_error(cloud: Cloud) -> None:
    wrong = replace(cloud.key, secret_key=SecretStr("fake-wrong"))
    with pytest.raises(AuthenticationError):
        await login.verify(cloud.profile(wrong))
