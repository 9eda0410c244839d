"""A one-line command loads what it needs and nothing more."""

import subprocess
import sys

import pytest

from tests.cloud import Cloud

PROGRAM = """
import sys
from console.cli.run import run
code = run(sys.argv[1:])
print(" ".join(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def loaded(*arguments: str, cloud: Cloud) -> set[str]:
    """Return the modules that a command has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=cloud.environ(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return set(done.stderr.decode().splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_help_loads_neither_models_nor_network(arguments: tuple[str, ...], cloud: Cloud) -> None:
    modules = loaded(*arguments, cloud=cloud)
    assert not modules & {"pydantic", "httpx", "asyncio", "rich", "textual", "keyring"}


def test_the_first_picture_loads_neither_models_nor_network(cloud: Cloud) -> None:
    program = (
        "import sys, console.cli.run, console.cli.screens, console.app.app; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=cloud.environ(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    modules = set(done.stdout.decode().split())
    assert "textual" in modules
    assert not modules & {"httpx", "pydantic", "keyring", "cryptography", "regex", "sqlite3"}
    assert "click" not in modules


def test_a_listing_in_json_loads_its_own_service_alone(cloud: Cloud) -> None:
    modules = loaded("blocked", "--query-type", "DESKTOP", "-o", "json", cloud=cloud)
    assert "console.services.blocked_notifications" in modules
    others = {
        "console.services.desktop_pools",
        "console.services.review_messages",
        "console.services.check_notifications",
        "console.emulator",
    }
    assert not modules & others
    assert not modules & {"rich", "textual", "keyring", "stamina", "huaweicloudsdkcore"}


def test_only_a_table_loads_rich(cloud: Cloud) -> None:
    assert "rich.cells" in loaded("notices", cloud=cloud)
    assert "rich" not in loaded("notices", "-o", "csv", cloud=cloud)
