"""What the program remembers by itself."""

import json
import os
from pathlib import Path

import pytest

from console.errors import SettingsError
from console.profiles.files import locked
from console.profiles.state import Remembered, State
from console.text import Json
from tests.profiles.forked import killed_at


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state.json")


def written(state: State, data: bytes) -> State:
    state.path.write_bytes(data)
    state.path.chmod(0o600)
    return state


def test_nothing_is_remembered_at_first_and_looking_makes_no_file(state: State) -> None:
    assert state.read() == Remembered()
    assert state.read().profile == ""
    assert list(state.path.parent.iterdir()) == []


def test_a_choice_is_remembered_and_forgotten(state: State) -> None:
    state.choose("prod")
    assert State(state.path).read().profile == "prod"
    state.choose("")
    assert state.read() == Remembered()
    state.choose("")


def test_the_folder_is_made_and_the_file_is_one_s_own(tmp_path: Path) -> None:
    state = State(tmp_path / "a" / "b" / "state.json")
    state.choose("prod")
    assert state.path.stat().st_mode & 0o777 == 0o600
    assert state.path.parent.stat().st_mode & 0o777 == 0o700


def test_keys_of_another_version_stay(state: State) -> None:
    unknown = {"later": {"deep": [1, None, "é", True]}, "profile": "old"}
    written(state, json.dumps(unknown).encode())
    state.choose("new")
    state.put("columns", {"blocked": ["a", "b"]})
    assert state.read().values == {**unknown, "profile": "new", "columns": {"blocked": ["a", "b"]}}


@pytest.mark.parametrize("value", ["生产", "\ud800", "a\x1b[2J", 3.5, [], {}, False, 0, ""])
def test_every_value_comes_back(state: State, value: Json) -> None:
    state.put("key", value)
    assert state.read().values == {"key": value}


@pytest.mark.parametrize("name", [3, None, ["prod"], {}, True])
def test_a_choice_that_is_no_name_is_none(state: State, name: Json) -> None:
    written(state, json.dumps({"profile": name}).encode())
    assert state.read().profile == ""


BROKEN = [
    pytest.param(b"", id="empty"),
    pytest.param(b"{", id="cut"),
    pytest.param(b'{"profile": "prod"', id="cut-later"),
    pytest.param(b"[]", id="list"),
    pytest.param(b"null", id="null"),
    pytest.param(b"\x00" * 100, id="zeros"),
    pytest.param(b"\xff\xfe{}", id="no-text"),
    pytest.param(b'{"profile": "\xe9"}', id="latin-1"),
    pytest.param(b"[" * 100_000, id="deep"),
    pytest.param(b'{"n": ' + b"9" * 5000 + b"}", id="digits"),
]


@pytest.mark.parametrize("data", BROKEN)
def test_a_broken_file_is_set_aside_said_once_and_forgotten(state: State, data: bytes) -> None:
    written(state, data)
    remembered = state.read()
    assert remembered.profile == ""
    assert "state.json was broken; it is now state.json.broken" in remembered.notice
    assert state.read() == Remembered()
    assert state.path.with_name("state.json.broken").read_bytes() == data
    state.choose("prod")
    assert state.read() == Remembered({"profile": "prod"})


@pytest.mark.parametrize("data", BROKEN)
def test_a_broken_file_does_not_keep_a_choice_from_being_made(state: State, data: bytes) -> None:
    written(state, data).choose("prod")
    assert state.read() == Remembered({"profile": "prod"})


def _directory(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _open_to_all(path: Path) -> None:
    path.write_text('{"profile": "evil"}')
    path.chmod(0o666)


def _link_to_nowhere(path: Path) -> None:
    path.symlink_to(path)


def _file_for_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("")


@pytest.mark.parametrize(
    "make",
    [_directory, _pipe, _open_to_all, _link_to_nowhere, _file_for_folder],
    ids=lambda make: make.__name__.lstrip("_"),
)
def test_what_cannot_be_believed_is_said_and_is_no_outage(tmp_path: Path, make: object) -> None:
    assert callable(make)
    state = State(tmp_path / "s" / "state.json")
    state.path.parent.mkdir()
    make(state.path)
    remembered = state.read()
    assert remembered.profile == ""
    assert str(state.path) in remembered.notice


def test_a_choice_that_cannot_be_kept_is_an_error(state: State) -> None:
    state.path.mkdir()
    with pytest.raises(SettingsError, match="is a directory"):
        state.choose("prod")


def test_a_file_open_to_all_is_closed_by_the_next_choice(state: State) -> None:
    _open_to_all(state.path)
    state.choose("prod")
    assert state.path.stat().st_mode & 0o022 == 0
    assert state.read() == Remembered({"profile": "prod"})


def test_a_broken_file_that_another_process_holds_is_no_outage(state: State) -> None:
    written(state, b"{")
    with locked(state.path):
        assert "another process" in state.read().notice


def test_two_processes_that_remember_at_once_lose_nothing(state: State) -> None:
    children = []
    for writer in range(4):
        child = os.fork()
        if child == 0:
            try:
                for number in range(10):
                    state.put(f"{writer}-{number}", number)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    assert len(state.read().values) == 40


def test_a_power_cut_while_it_is_written_leaves_the_old_choice_or_the_new(state: State) -> None:
    state.choose("old")
    step = 0
    while killed_at(step, lambda: state.choose("new"), of="profiles/files.py"):
        remembered = state.read()
        assert remembered.profile in {"old", "new"}
        assert not remembered.notice
        state.choose("old")
        for left in state.path.parent.glob("*.new"):
            left.unlink()
        step += 1
    assert step > 15
    assert state.read().profile == "new"
