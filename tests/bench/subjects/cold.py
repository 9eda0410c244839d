"""One-line commands from the start of the process to its end, output read through a pipe."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence

from tests.bench.process import CONSOLE, PYTHON, ROOT, BenchError, program, run
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Sample, Side, alternate

RECORDS = 100_000
"""How many records the cloud has of which a command asks for some."""

BLOCKED = ("blocked", "--query-type", "DESKTOP", "--limit", "1000", "-o", "json")
"""The command that everything else is compared with."""

_SDK = "official SDK"


def _side(name: str, words: Sequence[str], environ: Mapping[str, str]) -> Side:
    def start() -> Sample:
        return run(*words, environ=environ).sample

    return Side(name, start)


def _rows(words: Sequence[str], environ: Mapping[str, str]) -> list[dict[str, object]]:
    done = subprocess.run(words, cwd=ROOT, env=dict(environ), capture_output=True, check=True)
    parsed = json.loads(done.stdout)
    return [{k: v for k, v in row.items() if v is not None} for row in parsed]


def _check_that_both_do_the_same(
    ours: Sequence[str], theirs: Sequence[str], environ: Mapping[str, str]
) -> None:
    if _rows(ours, environ) != _rows(theirs, environ):
        raise BenchError("the console and the SDK do not write the same rows")


def measure(setting: Setting) -> Iterator[Result]:
    """Compare one request of 1,000 rows with the SDK, and the help with bare Python."""
    environ = setting.cloud(records=RECORDS).environ()
    blocked, sdk = (CONSOLE, *BLOCKED), program("sdk_blocked")
    _check_that_both_do_the_same(blocked, sdk, environ)
    series = alternate(
        [
            _side("blocked", blocked, environ),
            _side("sdk", sdk, environ),
            _side("help", (CONSOLE, "--help"), environ),
            _side("python", (PYTHON, "-c", "pass"), environ),
        ],
        setting.rounds(15),
    )
    lines = (
        ("wall time", "wall", Unit.SECONDS, Aim("at most", 0.40, dream=0.30)),
        ("processor time", "cpu", Unit.SECONDS, None),
        ("peak memory", "peak", Unit.BYTES, None),
    )
    for title, quantity, unit, aim in lines:
        yield Result(
            f"cold `console blocked -o json`, 1,000 rows: {title}",
            unit,
            series["blocked"].figure(quantity),
            series["sdk"].figure(quantity),
            _SDK,
            aim,
        )
    for title, quantity, unit, _ in lines:
        yield Result(
            f"`console --help`: {title}",
            unit,
            series["help"].figure(quantity),
            series["python"].figure(quantity),
            "bare Python",
        )
