"""What the README says is true."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli.main import root
from console.errors import Exit

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> dict[str, str]:
    """Return the blocks of code that the README marks as `kind`, by path."""
    pattern = rf"<!-- {kind} (\S+) -->\n```python\n(.*?)```"
    return dict(re.findall(pattern, README, re.DOTALL))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the program and add what the README says a new service takes."""
    shutil.copytree(ROOT / "console", tmp_path / "console")
    for path, code in blocks("file").items():
        (tmp_path / path).write_text(code, encoding="utf-8")
    for path, line in blocks("line").items():
        registry = tmp_path / path
        known = registry.read_text(encoding="utf-8")
        last = '    "domains": Entry('
        assert last in known
        registry.write_text(known.replace(last, line + last), encoding="utf-8")
    return tmp_path


SCREENS = """
import asyncio, json, os
from console.app.app import ConsoleApp

def lines(app):
    strips = app.screen._compositor.render_strips()
    return ["".join(part.text for part in strip) for strip in strips]

async def main():
    app = ConsoleApp(os.environ)
    async with app.run_test(size=(120, 30)) as pilot:
        while app.way.client is None:
            await pilot.pause(0.01)
        overview = lines(app)
        await pilot.press("7")
        app.screen.ask({"metric_name": "desktop_idle_duration"})
        while not app.screen.rows.lines:
            await pilot.pause(0.01)
        await pilot.press("enter")
        await pilot.pause()
        print(json.dumps([overview, lines(app)]))

asyncio.run(main())
"""


def run(copy: Path, *arguments: str, environ: dict[str, str]) -> str:
    words = arguments if arguments[0] == "-c" else ("-m", "console", *arguments)
    return subprocess.run(
        [sys.executable, *words],
        cwd=copy,
        env={**environ, "PYTHONPATH": str(copy)},
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout.decode()


def test_a_service_is_added_as_the_readme_says(copy: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "console", "emulate", "--until-stdin-closes"],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as emulator:
        assert emulator.stdin
        assert emulator.stdout
        facts = json.loads(emulator.stdout.readline())
        environ = {
            "HUAWEICLOUD_SDK_AK": facts["access_key"],
            "HUAWEICLOUD_SDK_SK": facts["secret_key"],
            "CONSOLE_PROJECT_ID": facts["project_id"],
            "CONSOLE_ENDPOINT": facts["url"],
            "CONSOLE_CONFIG_DIR": str(copy / "config"),
            "CONSOLE_STATE_DIR": str(copy / "state"),
        }
        metric = ("--metric-name", "desktop_idle_duration")
        rows = json.loads(run(copy, "idle", *metric, "-o", "json", environ=environ))
        table = run(copy, "idle", *metric, "--limit", "1", environ=environ)
        overview, screen = json.loads(run(copy, "-c", SCREENS, environ=environ))
        assert "days" not in run(copy, "--help", environ={})
        assert "how often desktops were found idle" in run(copy, "--help", environ={})
        emulator.stdin.close()
    assert [row["match_count"] for row in rows] == [3, 1, 4, 1, 5]
    assert any(line.strip().startswith("7 Idle") for line in overview)
    assert any(line.split()[:2] == ["Desktops", "Metric"] for line in screen)
    assert "1-5 of 5" in "\n".join(screen)
    assert table.splitlines()[0].split() == ["Desktops", "Metric", "Compared", "Threshold"]


def test_a_new_service_takes_about_as_many_lines_as_the_readme_says() -> None:
    files = [*blocks("file").values(), *blocks("line").values()]
    lines = sum(bool(line.strip()) for code in files for line in code.splitlines())
    said = re.search(r"about (\d+)\nlines", README)
    assert said
    assert abs(lines - int(said[1])) <= 5


def test_the_readme_names_every_exit_code() -> None:
    table = README[README.index("Exit codes are a contract") :]
    named = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert named == {code.value for code in Exit}


def test_every_command_in_the_readme_exists() -> None:
    names = set(re.findall(r"(?:^|`|\()console ([a-z]+(?:-[a-z]+)*)", README, re.MULTILINE))
    context = root.make_context("console", ["--help"], resilient_parsing=True)
    known = set(root.list_commands(context)) | {"idle"}
    assert names <= known, names - known
    assert names >= {"blocked", "pools", "checks", "notices", "reviews"}
