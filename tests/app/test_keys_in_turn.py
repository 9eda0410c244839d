"""Keys that come in one piece, as they do over a slow line."""

import csv
import sys
from pathlib import Path

from tests.app.screen import TerminalScreen, python_environ

COMMAND = (sys.executable, "-m", "console", "demo")


def test_a_burst_of_keys_does_what_the_same_keys_do_one_by_one(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with TerminalScreen(COMMAND, environ=python_environ(str(tmp_path))) as screen:
        screen.wait_for("5 of 5 services")
        screen.press("1")
        screen.wait_for("of 18,344")
        screen.send("/wang.wei\rw")
        screen.wait_for("Writes the")
        screen.send("\x15" + f"{target}\r")
        screen.wait_for("rows written")
        screen.send("g3\r")
        screen.wait_for("page 3/19")
    with target.open(encoding="utf-8") as file:
        users = [row["user_name"] for row in csv.DictReader(file)]
    assert users
    assert all("wang.wei" in user for user in users)
