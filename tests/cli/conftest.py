"""What the tests of `console send` may ask for; those of other commands have their own."""

import os
from pathlib import Path

import pytest

from console.cli.run import run
from tests.cli.place import Place
from tests.cli.sends import Here
from tests.cloud import Cloud, Ran


@pytest.fixture
def place(tmp_path: Path, cloud: Cloud) -> Place:
    """Give a home from which the environment leads into the cloud."""
    return Place(tmp_path, cloud.environ())


@pytest.fixture
def here(place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Here:
    """Give what runs a command in this process, which is quicker."""
    for name in [
        each for each in os.environ if each.startswith(("CONSOLE_", "HUAWEI", "HW_", "OS_"))
    ]:
        monkeypatch.delenv(name)
    for name, value in place.environ().items():
        monkeypatch.setenv(name, value)

    def ran(*words: str) -> Ran:
        code = run(words)
        return Ran(int(code), *capfd.readouterr())

    return ran
