"""An export in a file: whole or not at all, and never over another one unasked."""

import os
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from console.app.files import (
    Exporting,
    FileThereError,
    default_name,
    part_of_name,
    path_of,
    refuse,
    shortly,
    written,
)
from console.errors import OutputError
from tests.outside import OUTSIDE
from tests.printed import harmful

AT = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Let files of this process grow to `size` bytes at the most."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def write(
    path: Path, *pieces: str, replace: bool = False, meanwhile: Callable[[], object] = bool
) -> None:
    """Write a file; do something else before it is done."""
    with written(path, replace=replace) as put:
        for piece in pieces:
            put(piece)
        meanwhile()


def test_a_file_is_there_when_it_is_whole_and_its_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with written(path) as put:
        put("研发\n")
        put("two\n")
        assert not path.exists()
        assert [each.suffix for each in tmp_path.iterdir()] == [".part"]
    assert path.read_bytes() == "研发\ntwo\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_says_what_and_when_and_is_free(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        names.append(default_name("blocked", "csv", AT, folder=tmp_path))
        (tmp_path / names[-1]).touch()
    assert names == [
        "blocked-2026-11-21T0130.csv",
        "blocked-2026-11-21T0130-2.csv",
        "blocked-2026-11-21T0130-3.csv",
    ]


@pytest.mark.parametrize("text", [*OUTSIDE.values(), "../../etc/passwd", "..", "/a", "-rf", "~"])
def test_text_from_outside_makes_no_path(text: str) -> None:
    name = default_name(text, "csv", AT)
    assert os.path.basename(name) == name  # noqa: PTH119 - a Path would tidy it up
    assert not name.startswith((".", "-", "~"))
    assert harmful(name, allowed="") == set()
    assert len(part_of_name(text)) <= 40


def test_another_file_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("mine")
    with pytest.raises(FileThereError):
        write(path, "other")
    assert path.read_text() == "mine"
    write(path, "other", replace=True)
    assert path.read_text() == "other"


def test_a_file_that_comes_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with pytest.raises(FileThereError):
        write(path, "ours", meanwhile=lambda: path.write_text("theirs"))
    assert [each.read_text() for each in tmp_path.iterdir()] == ["theirs"]


@pytest.mark.parametrize("replace", [False, True])
def test_no_folder_link_or_pipe_is_written_to(tmp_path: Path, *, replace: bool) -> None:
    (tmp_path / "target").write_text("kept")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.iterdir())
    for name, word in (
        ("link", "is a symbolic link"),
        ("dangling", "is a symbolic link"),
        ("folder", "is a folder"),
        ("pipe", "is a pipe"),
        ("target/x", "file, not a folder"),
        ("none/x", "no folder"),
        ("x" * 300, "too long"),
        ("a\0b", "no file can have that name"),
        ("a\ud83db", "no file can have that name"),
    ):
        with pytest.raises(OutputError, match=word):
            write(tmp_path / name, "lost", replace=replace)
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "target").read_text() == "kept"


def test_a_link_that_comes_meanwhile_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("kept")
    path = tmp_path / "rows.csv"
    with pytest.raises(OutputError, match="is a symbolic link"):
        write(path, "lost", replace=True, meanwhile=lambda: path.symlink_to("target"))
    assert (tmp_path / "target").read_text() == "kept"


@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_leaves_nothing_half(tmp_path: Path, *, there: bool) -> None:
    path = tmp_path / "rows.csv"
    if there:
        path.write_text("mine")
    with full_disk(4096), pytest.raises(OutputError, match="the disk is full"):
        write(path, *["x" * 1000] * 10, replace=there)
    assert [each.read_text() for each in tmp_path.iterdir()] == (["mine"] if there else [])


def test_an_interrupt_leaves_nothing_half(tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "rows.csv", "x", meanwhile=interrupt)
    assert list(tmp_path.iterdir()) == []


class Slow(str):
    """Text that takes until `go` to be written."""

    __slots__ = ("go", "going")

    go: Event
    going: Event

    def encode(self, encoding: str = "", errors: str = "") -> bytes:
        del encoding, errors
        self.going.set()
        assert self.go.wait(10)
        return b"late"


@pytest.mark.parametrize("last", [False, True])
def test_what_is_abandoned_while_a_thread_writes_is_let_go_when_that_is_done(
    tmp_path: Path, *, last: bool
) -> None:
    export, text = Exporting(tmp_path / "rows.csv"), Slow()
    text.going, text.go = Event(), Event()
    said: list[str] = []

    def put() -> None:
        export.put(text)
        try:
            if last:
                export.close()
            else:
                export.put("more")
        except OutputError as error:
            said.append(error.sentence)

    export.open()
    writing = Thread(target=put)
    writing.start()
    assert text.going.wait(10)
    descriptor = export._descriptor
    assert descriptor is not None
    export.abandon()
    os.fstat(descriptor)  # it is open as long as the thread writes
    assert len(list(tmp_path.iterdir())) == 1
    text.go.set()
    writing.join(10)
    assert list(tmp_path.iterdir()) == []
    assert ["was ended" in each for each in said] == [True]
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_what_is_done_stays_when_it_is_abandoned(tmp_path: Path) -> None:
    export = Exporting(tmp_path / "rows.csv")
    export.abandon()
    with pytest.raises(OutputError, match="was ended"):
        export.put("x")
    export = Exporting(tmp_path / "rows.csv")
    export.open()
    export.put("x")
    export.close()
    export.abandon()
    assert export.is_done
    assert [each.read_text() for each in tmp_path.iterdir()] == ["x"]


def test_what_is_typed_is_a_path_of_the_operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert path_of(" ~/a b.csv ") == tmp_path / "a b.csv"
    assert path_of("../x.csv") == Path("../x.csv")
    for typed in ("", "  ", "a\0b", "a\x1b[2Jb", "a\u202eb", "~nobody-of-that-name/x"):
        with pytest.raises(OutputError):
            path_of(typed)
    assert shortly(tmp_path) == "~"
    assert shortly(tmp_path / "a") == "~/a"
    assert shortly(tmp_path.parent) == str(tmp_path.parent)


def test_looking_changes_nothing(tmp_path: Path) -> None:
    refuse(tmp_path / "rows.csv")
    assert list(tmp_path.iterdir()) == []
