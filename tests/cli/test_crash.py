"""A fault of ours ends with one sentence; CONSOLE_LOG writes down what happened before."""

import subprocess
import sys
from pathlib import Path

import pytest

from console.errors import Exit
from tests.cli.place import Place
from tests.cloud import Cloud, Ran

CRASHES = """
import sys, types
import click
from console.cli import main, run, way

@click.command("crash")
def command():
    profile = way.taken("one", read_only=False)
    secret = profile.credential.secret_key.get_secret_value()
    local = "-".join(["unseen", "local", "value"])
    raise RuntimeError(f"cannot go on with {secret}")

module = types.ModuleType("crashing")
module.command = command
sys.modules["crashing"] = module
main._OTHERS["crash"] = ("crashing", "crash")
sys.exit(run.run(sys.argv[1:]))
"""


@pytest.fixture
def place(tmp_path: Path, cloud: Cloud) -> Place:
    made = Place(tmp_path)
    made.write(made.keyed("one", cloud))
    return made


def crashed(place: Place, **more: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-c", CRASHES, "crash"],
        env=place.environ(**more),
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_crash_is_one_sentence_and_names_the_file(place: Place, cloud: Cloud) -> None:
    done = crashed(place)
    path = place.state / "console.log"
    assert (done.code, done.out) == (Exit.REFUSED, "")
    assert done.err == (
        "console: a fault of this program ended it: RuntimeError; "
        f"where it happened is written in {path}, without any secret\n"
    )
    text = path.read_text()
    assert 'raise RuntimeError(f"cannot go on with {secret}")' in text or "in command" in text
    assert "RuntimeError: cannot go on with [hidden]" in text
    assert "unseen-local-value" not in text
    assert cloud.key.secret_key.get_secret_value() not in text + done.err
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_crash_where_nothing_can_be_written_still_ends_cleanly(place: Place) -> None:
    place.state.write_text("a file in the place of the folder")
    done = crashed(place)
    assert done.code == Exit.REFUSED
    assert "where it happened could not be written down" in done.err
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) == 1


def test_no_log_is_written_unless_it_is_asked_for(place: Place) -> None:
    assert place.run("notices").code == 0
    assert not (place.state / "console.log").exists()


@pytest.mark.parametrize(("level", "words"), [("debug", "httpcore"), ("info", "HTTP Request: GET")])
def test_a_log_is_written_at_the_level_that_is_asked_for(
    level: str, words: str, place: Place
) -> None:
    done = place.run("notices", CONSOLE_LOG=level)
    assert (done.code, done.err) == (0, "")
    text = (place.state / "console.log").read_text()
    assert words in text
    assert ("DEBUG" in text) is (level == "debug")


def test_a_log_of_warnings_holds_what_the_operator_was_told(place: Place) -> None:
    done = place.run("blocked", CONSOLE_LOG="warning")
    assert done.code == Exit.USAGE
    text = (place.state / "console.log").read_text()
    assert "WARNING console Not sent: query_type: is mandatory" in text


def test_a_level_that_does_not_exist_is_said(place: Place) -> None:
    done = place.run("notices", CONSOLE_LOG="verbose")
    assert done.code == Exit.USAGE
    assert "CONSOLE_LOG is 'verbose': one of debug, info, warning" in done.err


def test_a_log_that_cannot_be_written_is_no_outage(place: Place) -> None:
    place.state.write_text("a file in the place of the folder")
    done = place.run("notices", "--profile", "one", CONSOLE_LOG="debug")
    assert done.code == Exit.DONE
    assert "no log is written: " in done.err
