"""Looking a secret up in the system's keyring, in a fresh process; Linux with gnome-keyring."""

import subprocess
from collections.abc import Iterator, Mapping
from typing import Final

from tests.bench.process import PYTHON, ROOT, run
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Sample, Side, alternate
from tests.profiles.stores.desktop import keyring

_KEPT: Final = """
import keyring
keyring.set_password("notification-console", "bench", '{"secret_key": "fake"}')
"""
_THEIRS: Final = """
import keyring
assert keyring.get_password("notification-console", "bench")
"""
_OURS: Final = """
from console.profiles.stores.secret_service import SecretService
assert SecretService(2.0).read("notification-console", "bench")
"""
_WHOLE: Final = """
from console.profiles.stores.store import store
assert store("keyring").get("bench")
"""


def _side(name: str, code: str, environ: Mapping[str, str]) -> Side:
    def look_up() -> Sample:
        return run(PYTHON, "-c", code, environ=environ).sample

    return Side(name, look_up)


def measure(setting: Setting) -> Iterator[Result]:
    """Compare our lookup with keyring's, each in a process that does nothing else."""
    with keyring(PYTHONPATH=str(ROOT)) as desktop:
        subprocess.run([PYTHON, "-c", _KEPT], env=dict(desktop.environ), check=True)
        sides = {"ours": _OURS, "whole": _WHOLE, "keyring": _THEIRS}
        series = alternate(
            [_side(name, code, desktop.environ) for name, code in sides.items()],
            setting.rounds(15),
        )
    theirs = series["keyring"].figure("wall")
    yield Result(
        "a secret from the keyring, fresh process",
        Unit.SECONDS,
        series["ours"].figure("wall"),
        theirs,
        "keyring.get_password",
        Aim("at most", 0.50),
    )
    yield Result(
        "the same through the store, with what the console loads anyway",
        Unit.SECONDS,
        series["whole"].figure("wall"),
        theirs,
        "keyring.get_password",
    )
