"""Files of one's own."""

import os
import resource
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from console.errors import ConsoleError, CredentialsError, SettingsError
from console.profiles.files import (
    FOREIGN,
    LARGEST,
    locked,
    read,
    read_private,
    read_shared,
    write_private,
    write_shared,
)
from tests.profiles.forked import NOBODY, forked, killed_at

ROOT = os.geteuid() == 0
READERS = pytest.mark.parametrize(
    ("reader", "error"),
    [
        pytest.param(read_private, CredentialsError, id="private"),
        pytest.param(read_shared, SettingsError, id="shared"),
        pytest.param(lambda path: read(path, FOREIGN), SettingsError, id="foreign"),
    ],
)
Reader = Callable[[Path], bytes]
Writer = Callable[[Path, bytes], None]
WRITERS = pytest.mark.parametrize(
    ("writer", "error"),
    [
        pytest.param(write_private, CredentialsError, id="private"),
        pytest.param(write_shared, SettingsError, id="shared"),
    ],
)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can come to, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


def file(path: Path, mode: int = 0o600, data: bytes = b"contents") -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def error_of(work: Callable[[], object]) -> str:
    try:
        work()
    except ConsoleError as error:
        return f"{error.sentence} | {error.hint}"
    return "nothing was refused"


@READERS
def test_a_file_of_one_s_own_is_read(tmp_path: Path, reader: Reader, error: type) -> None:  # noqa: ARG001
    assert reader(file(tmp_path / "f")) == b"contents"
    assert reader(file(tmp_path / "empty", data=b"")) == b""


@READERS
def test_a_missing_file_is_the_caller_s_to_judge(
    tmp_path: Path,
    reader: Reader,
    error: type,  # noqa: ARG001
) -> None:
    with pytest.raises(FileNotFoundError):
        reader(tmp_path / "f")
    with pytest.raises(FileNotFoundError):
        reader(tmp_path / "no" / "f")


def _directory(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def _socket(path: Path) -> None:
    made = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's name may not be long
    made.bind(path.name)
    os.chdir(here)
    made.close()


KINDS = pytest.mark.parametrize(
    ("make", "kind"),
    [
        pytest.param(_directory, "a directory", id="directory"),
        pytest.param(_pipe, "a pipe", id="pipe"),
        pytest.param(_socket, "a socket", id="socket"),
    ],
)


@READERS
@KINDS
def test_what_is_no_file_is_refused_without_waiting(
    tmp_path: Path,
    reader: Reader,
    error: type[ConsoleError],
    make: Callable[[Path], None],
    kind: str,
) -> None:
    make(tmp_path / "f")
    with pytest.raises(error, match=kind):
        reader(tmp_path / "f")


@READERS
@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/tty"])
def test_a_device_is_refused(reader: Reader, error: type[ConsoleError], device: str) -> None:
    with pytest.raises(error, match="a device"):
        reader(Path(device))


@READERS
def test_a_part_of_the_path_that_is_a_file_is_a_sentence(
    tmp_path: Path, reader: Reader, error: type[ConsoleError]
) -> None:
    file(tmp_path / "f")
    with pytest.raises(error, match="is a file, not a directory"):
        reader(tmp_path / "f" / "g")


@READERS
def test_a_path_with_a_nul_is_a_sentence(reader: Reader, error: type[ConsoleError]) -> None:
    with pytest.raises(error, match="is no path"):
        reader(Path("a\0b"))


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(read_private, id="private"),
        pytest.param(lambda path: read(path, FOREIGN), id="foreign"),
    ],
)
@pytest.mark.parametrize("target", ["there", "missing", "itself"])
def test_a_link_is_not_followed(tmp_path: Path, reader: Reader, target: str) -> None:
    file(tmp_path / "there")
    link = tmp_path / "itself"
    link.symlink_to(tmp_path / target)
    with pytest.raises(ConsoleError, match="is a symbolic link"):
        reader(link)


def test_a_shared_file_may_be_a_link(tmp_path: Path) -> None:
    file(tmp_path / "there")
    (tmp_path / "link").symlink_to("there")
    assert read_shared(tmp_path / "link") == b"contents"


def test_a_loop_of_links_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("link")
    with pytest.raises(SettingsError, match="leads nowhere"):
        read_shared(tmp_path / "link")


def _to_link(path: Path) -> None:
    path.symlink_to(path.with_name("other"))


def _to_open_file(path: Path) -> None:
    file(path, 0o644)


@pytest.mark.parametrize(
    ("swap", "words"),
    [
        pytest.param(_to_link, "is a symbolic link", id="link"),
        pytest.param(_pipe, "is a pipe", id="pipe"),
        pytest.param(_directory, "is a directory", id="directory"),
        pytest.param(_to_open_file, "others can read", id="file-open-to-others"),
    ],
)
def test_a_file_that_is_swapped_as_it_is_opened_is_refused(
    tmp_path: Path, swap: Callable[[Path], None], words: str
) -> None:
    path = file(tmp_path / "f")
    file(tmp_path / "other")

    def work() -> str:
        swapped = False

        def watch(event: str, args: tuple[object, ...]) -> None:
            nonlocal swapped
            if event == "open" and args[0] == str(path) and not swapped:
                swapped = True
                path.unlink()
                swap(path)

        sys.addaudithook(watch)
        return error_of(lambda: read_private(path))

    assert words in forked(work)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o666, 0o620, 0o602, 0o601, 0o610])
def test_a_private_file_that_others_reach_is_refused_with_what_mends_it(
    tmp_path: Path, mode: int
) -> None:
    path = file(tmp_path / "it's a secret", mode)
    with pytest.raises(CredentialsError, match="others can") as caught:
        read_private(path)
    assert caught.value.hint == f"chmod 600 {shlex.quote(str(path))}"
    subprocess.run(shlex.split(caught.value.hint), check=True)
    assert read_private(path) == b"contents"


@pytest.mark.parametrize("mode", [0o644, 0o444, 0o600, 0o400, 0o755])
def test_a_shared_file_may_be_read_by_all(tmp_path: Path, mode: int) -> None:
    assert read_shared(file(tmp_path / "f", mode)) == b"contents"


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666, 0o620, 0o602])
def test_a_shared_file_that_others_can_change_is_refused_with_what_mends_it(
    tmp_path: Path, mode: int
) -> None:
    path = file(tmp_path / "a file", mode)
    with pytest.raises(SettingsError, match="others can change") as caught:
        read_shared(path)
    subprocess.run(shlex.split(caught.value.hint), check=True)
    assert read_shared(path) == b"contents"


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o707])
def test_a_private_file_in_a_folder_that_others_write_to_is_refused(
    tmp_path: Path, mode: int
) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    path = file(folder / "f")
    folder.chmod(mode)
    with pytest.raises(CredentialsError, match="others can put files into") as caught:
        read_private(path)
    with pytest.raises(CredentialsError, match="others can put files into"):
        write_private(path, b"new")
    subprocess.run(shlex.split(caught.value.hint), check=True)
    write_private(path, b"new")
    assert read_private(path) == b"new"


def _unreadable(folder: Path) -> str:
    path = file(folder / "f")
    if not ROOT:
        path.chmod(0)
    return forked(lambda: error_of(lambda: read_shared(path)), user=NOBODY if ROOT else None)


def test_a_file_that_may_not_be_read_is_a_sentence(open_folder: Path) -> None:
    assert "may not be read | chmod 600 " in _unreadable(open_folder)


def test_a_file_of_somebody_else_is_refused(open_folder: Path) -> None:
    path = file(open_folder / "f", 0o644)
    if ROOT:
        os.chown(path, 12345, 12345)
        said = forked(lambda: error_of(lambda: read_shared(path)), user=NOBODY)
        assert "belongs to user 12345, not to you (user 65534)" in said
        assert "belongs to user 12345" in error_of(lambda: read_shared(path))
    else:  # inside a user namespace the files of the real root are somebody else's
        program = (
            "from pathlib import Path; from console.profiles.files import read_shared;"
            f"read_shared(Path({str(Path(os.__file__))!r}))"
        )
        inside = ["unshare", "--user", "--map-root-user", sys.executable, "-c", program]
        done = subprocess.run(inside, capture_output=True, check=False, text=True)
        assert "belongs to user 65534" in done.stderr


@READERS
def test_a_file_that_is_far_too_large_is_refused(
    tmp_path: Path, reader: Reader, error: type[ConsoleError]
) -> None:
    path = file(tmp_path / "f")
    os.truncate(path, LARGEST)
    assert len(reader(path)) == LARGEST
    os.truncate(path, 1 << 40)
    with pytest.raises(error, match="larger than 1 MiB"):
        reader(path)


def test_a_file_whose_size_is_not_told_is_read_to_its_limit() -> None:
    assert read(Path("/proc/self/status"), FOREIGN).startswith(b"Name:")


@WRITERS
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_new_file_is_0600_in_folders_that_are_0700(
    tmp_path: Path,
    writer: Writer,
    error: type,  # noqa: ARG001
    umask: int,
) -> None:
    path = tmp_path / "a" / "b" / "f"
    before = os.umask(umask)
    try:
        writer(path, b"x")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"x"
    modes = [each.stat().st_mode & 0o777 for each in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]
    assert [each.name for each in path.parent.iterdir()] == ["f"]


def test_a_private_file_that_was_open_to_others_is_closed_by_a_write(tmp_path: Path) -> None:
    path = file(tmp_path / "f", 0o644)
    write_private(path, b"x")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("mode", "after"), [(0o644, 0o644), (0o600, 0o600), (0o666, 0o644)])
def test_a_shared_file_keeps_its_permissions(tmp_path: Path, mode: int, after: int) -> None:
    path = file(tmp_path / "f", mode)
    write_shared(path, b"x")
    assert path.stat().st_mode & 0o777 == after


def test_a_private_write_never_follows_a_link(tmp_path: Path) -> None:
    target = file(tmp_path / "target")
    (tmp_path / "f").symlink_to(target)
    with pytest.raises(CredentialsError, match="is a symbolic link"):
        write_private(tmp_path / "f", b"secret")
    assert target.read_bytes() == b"contents"


@pytest.mark.parametrize("target", ["target", "not there yet"])
def test_a_shared_write_keeps_the_link_and_writes_where_it_leads(
    tmp_path: Path, target: str
) -> None:
    (tmp_path / "repository").mkdir()
    file(tmp_path / "repository" / "target")
    link = tmp_path / "f"
    link.symlink_to(tmp_path / "repository" / target)
    write_shared(link, b"x")
    assert link.is_symlink()
    assert (tmp_path / "repository" / target).read_bytes() == b"x"


@WRITERS
@KINDS
def test_what_is_no_file_is_not_written_over(
    tmp_path: Path,
    writer: Writer,
    error: type[ConsoleError],
    make: Callable[[Path], None],
    kind: str,
) -> None:
    make(tmp_path / "f")
    with pytest.raises(error, match=kind):
        writer(tmp_path / "f", b"x")
    assert [each.name for each in tmp_path.iterdir()] == ["f"]


@WRITERS
def test_a_file_where_the_folder_should_be_is_a_sentence(
    tmp_path: Path, writer: Writer, error: type[ConsoleError]
) -> None:
    file(tmp_path / "f")
    for path in (tmp_path / "f" / "g", tmp_path / "f" / "g" / "h"):
        with pytest.raises(error, match="is a file, not a directory"):
            writer(path, b"x")


@WRITERS
def test_a_full_disk_is_a_sentence_and_the_old_file_stays(
    tmp_path: Path,
    writer: Writer,
    error: type,  # noqa: ARG001
) -> None:
    path = file(tmp_path / "f")

    def work() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        return error_of(lambda: writer(path, b"x" * 1000))

    assert "the disk is full; what was there before is still there" in forked(work)
    assert path.read_bytes() == b"contents"
    assert [each.name for each in tmp_path.iterdir()] == ["f"]


@WRITERS
def test_a_folder_that_may_not_be_written_to_is_a_sentence(
    open_folder: Path,
    writer: Writer,
    error: type,  # noqa: ARG001
) -> None:
    path = file(open_folder / "f", 0o644)
    if not ROOT:
        open_folder.chmod(0o555)
    said = forked(lambda: error_of(lambda: writer(path, b"x")), user=NOBODY if ROOT else None)
    assert "may not be written to" in said
    assert path.read_bytes() == b"contents"


@WRITERS
def test_more_than_can_be_read_back_is_not_written(
    tmp_path: Path, writer: Writer, error: type[ConsoleError]
) -> None:
    with pytest.raises(error, match="larger than"):
        writer(tmp_path / "f", b"x" * (LARGEST + 1))
    assert list(tmp_path.iterdir()) == []


@WRITERS
def test_a_power_cut_at_any_step_leaves_the_old_file_or_the_new_one(
    tmp_path: Path,
    writer: Writer,
    error: type,  # noqa: ARG001
) -> None:
    path = file(tmp_path / "f", data=b"old")
    seen = []
    step = 0
    while killed_at(step, lambda: writer(path, b"new"), of="profiles/files.py"):
        seen.append(path.read_bytes())
        path.write_bytes(b"old")
        for left in tmp_path.glob(".f.*.new"):
            left.unlink()
        step += 1
    assert step > 15
    assert set(seen) == {b"old", b"new"}
    assert seen == sorted(seen, reverse=True)  # from some step on it is the new one
    assert path.read_bytes() == b"new"


@WRITERS
def test_an_interrupt_at_any_step_leaves_nothing_behind(
    tmp_path: Path,
    writer: Writer,
    error: type,  # noqa: ARG001
) -> None:
    path = file(tmp_path / "f", data=b"old")
    step, interrupted = 0, True
    while interrupted:
        calls = 0

        def watch(frame: FrameType, event: str, _: object) -> None:
            nonlocal calls
            if event == "c_call" and frame.f_code.co_filename.endswith("profiles/files.py"):
                calls += 1
                if calls > step:  # noqa: B023 - called in this very turn
                    raise KeyboardInterrupt

        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            writer(path, b"new")
            interrupted = False
        except KeyboardInterrupt:
            pass
        finally:
            sys.setprofile(before)
        assert path.read_bytes() in {b"old", b"new"}
        assert [each.name for each in tmp_path.iterdir()] == ["f"], step
        step += 1
    assert step > 15


@pytest.mark.parametrize(
    "plant",
    [pytest.param(_to_link, id="link"), pytest.param(_to_open_file, id="file-open-to-others")],
)
@WRITERS
def test_a_write_goes_into_no_file_that_was_there_before(
    tmp_path: Path,
    writer: Writer,
    error: type,  # noqa: ARG001
    plant: Callable[[Path], None],
) -> None:
    path, other = file(tmp_path / "f", data=b"old"), file(tmp_path / "other")

    def work() -> str:
        planted = False

        def watch(event: str, args: tuple[object, ...]) -> None:
            nonlocal planted
            if event == "open" and str(args[0]).endswith(".new") and not planted:
                planted = True
                plant(tmp_path / str(args[0]))

        sys.addaudithook(watch)
        return error_of(lambda: writer(path, b"secret"))

    assert "was not written: file exists" in forked(work)
    assert (path.read_bytes(), other.read_bytes()) == (b"old", b"contents")


def test_what_a_killed_write_left_is_swept_away_once_it_is_old(tmp_path: Path) -> None:
    path = tmp_path / "f"
    old, fresh, other = (tmp_path / n for n in (".f.0123.new", ".f.4567.new", ".g.0123.new"))
    for each in (old, fresh, other):
        file(each)
    for each in (old, other):
        os.utime(each, (time.time() - 3600, time.time() - 3600))
    write_private(path, b"x")
    assert sorted(each.name for each in tmp_path.iterdir()) == [fresh.name, other.name, "f"]


def _count(path: Path, times: int) -> str:
    for _ in range(times):
        with locked(path):
            write_shared(path, str(int(read_shared(path)) + 1).encode())
    return ""


def test_under_the_lock_no_change_of_another_process_is_lost(tmp_path: Path) -> None:
    path = file(tmp_path / "f", data=b"0")
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            try:
                _count(path, 25)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    assert path.read_bytes() == b"100"


def test_a_lock_that_is_held_is_waited_for_and_then_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "f"
    began = time.monotonic()
    with (
        locked(path),
        pytest.raises(SettingsError, match="another process is changing"),
        locked(path, seconds=0.2),
    ):
        pass
    assert 0.2 <= time.monotonic() - began < 2
    with locked(path, seconds=0):
        pass


def test_a_process_that_is_killed_gives_its_lock_back(tmp_path: Path) -> None:
    path = tmp_path / "f"
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        with locked(path):
            os.write(go, b"x")
            time.sleep(60)
    os.read(ready, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with locked(path, seconds=0.5):
        pass


def test_a_link_in_the_lock_s_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".f.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError), locked(tmp_path / "f"):
        pass
    assert not (tmp_path / "elsewhere").exists()
