"""The encrypted file, with real files."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from console.errors import Exit
from console.profiles.stores.encrypted_file import EncryptedFile
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import StoreError
from tests.profiles.stores.desktop import bare
from tests.profiles.stores.use import SECRETS, use

WORDS = "fake words of a passphrase"
TOKEN = SecretStr("fake-token-of-the-file")
WRONG = "the passphrase is wrong, or the encrypted file was damaged"


def opened(path: Path, words: str = WORDS) -> EncryptedFile:
    return EncryptedFile(path, Passphrase({}, lambda *, new: SecretStr(words + "!" * (new < 0))))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a file that holds one profile's secrets."""
    made = tmp_path / "state" / "secrets"
    opened(made).put("prod", {"token": TOKEN})
    return made


def error(act: Callable[[], object]) -> StoreError:
    """Return the error that an act ends with; nothing secret may be in it."""
    with pytest.raises(StoreError) as raised:
        act()
    found = raised.value
    assert found.exit_code == Exit.CREDENTIALS
    chain = f"{found!r} {found.hint} {found.__cause__!r} {found.__context__!r}"
    assert WORDS not in chain
    assert TOKEN.get_secret_value() not in chain
    return found


def test_secrets_are_kept_changed_and_removed(path: Path) -> None:
    file = opened(path)
    file.put("dev", {"secret_key": TOKEN, "security_token": TOKEN})
    file.put("prod", {"password": TOKEN})
    assert opened(path).get("prod") == {"password": TOKEN}
    assert opened(path).get("dev") == {"secret_key": TOKEN, "security_token": TOKEN}
    file.delete("dev")
    assert "holds no secret of profile 'dev'" in error(lambda: file.get("dev")).sentence
    file.delete("dev")
    file.delete("prod")
    assert not path.exists()
    file.delete("prod")
    assert "holds no secret" in error(lambda: file.get("prod")).sentence


def test_the_file_is_one_s_own_and_shows_nothing(path: Path) -> None:
    data = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert TOKEN.get_secret_value().encode() not in data
    assert b"prod" not in data
    assert "fake" not in repr(opened(path))


def test_every_write_takes_a_new_salt_and_a_new_nonce(path: Path) -> None:
    before = path.read_bytes()
    opened(path).put("prod", {"token": TOKEN})
    after = path.read_bytes()
    assert len(before) == len(after)
    assert before[:14] == after[:14]
    assert before[14:30] != after[14:30]
    assert before[30:42] != after[30:42]
    assert before[42:] != after[42:]


def test_the_key_is_hard_to_try(path: Path) -> None:
    version, log_n, r, p = path.read_bytes()[10:14]
    assert (version, r, p) == (1, 8, 1)
    assert log_n >= 17


def test_a_wrong_passphrase_is_told_and_asked_for_again(path: Path) -> None:
    answers = iter(["wrong", WORDS])
    file = EncryptedFile(path, Passphrase({}, lambda *, new: SecretStr(next(answers)[new:])))
    assert error(lambda: file.get("prod")).sentence == WRONG
    assert file.get("prod") == {"token": TOKEN}


def test_a_wrong_passphrase_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    wrong = "other words of a passphrase"
    assert error(lambda: opened(path, wrong).put("dev", {"token": TOKEN})).sentence == WRONG
    assert error(lambda: opened(path, wrong).delete("prod")).sentence == WRONG
    assert path.read_bytes() == before


REGIONS = {
    "magic": (0, "none of this program's"),
    "version": (10, "has version"),
    "n": (11, "was damaged"),
    "r": (12, "was damaged"),
    "p": (13, "was damaged"),
    "salt, first": (14, WRONG),
    "salt, last": (29, WRONG),
    "nonce, first": (30, WRONG),
    "nonce, last": (41, WRONG),
    "ciphertext, first": (42, WRONG),
    "tag, last": (-1, WRONG),
}


@pytest.mark.parametrize(("at", "sentence"), REGIONS.values(), ids=REGIONS.keys())
def test_one_flipped_bit_anywhere_is_noticed(path: Path, at: int, sentence: str) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x80
    path.write_bytes(data)
    assert sentence in error(lambda: opened(path).get("prod")).sentence


def test_parameters_that_are_bearable_and_not_the_writer_s_are_noticed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[11] = 18
    path.write_bytes(data)
    assert error(lambda: opened(path).get("prod")).sentence == WRONG


@pytest.mark.parametrize("length", [0, 5, 10, 41, 42, 43, -1])
def test_a_file_that_was_cut_is_told(path: Path, length: int) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:length])
    sentence = error(lambda: opened(path).get("prod")).sentence
    assert "cut off" in sentence or "none of" in sentence or sentence == WRONG
    assert opened(path).probe().usable is (len(data[:length]) > 42)


def a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_huge_file(path: Path) -> None:
    with path.open("ab") as file:
        file.truncate(1 << 30)


PLACES = {
    "mode 0644": (lambda path: path.chmod(0o644), "others can read", "chmod 600"),
    "mode 0620": (lambda path: path.chmod(0o620), "others can change", "chmod 600"),
    "symlink": (a_link, "is a symbolic link", "put the file itself"),
    "pipe": (a_pipe, "is a pipe", "move it away"),
    "directory": (a_directory, "is a directory", "move it away"),
    "huge": (a_huge_file, "is larger than", ""),
    "folder of others": (lambda path: path.parent.chmod(0o777), "others can put", "chmod go-w"),
}


@pytest.mark.parametrize(("change", "sentence", "hint"), PLACES.values(), ids=PLACES.keys())
def test_a_file_that_is_not_safe_is_refused_with_what_mends_it(
    path: Path, change: Callable[[Path], None], sentence: str, hint: str
) -> None:
    change(path)
    file = opened(path)
    for act in (
        lambda: file.get("prod"),
        lambda: file.put("prod", {"token": TOKEN}),
        lambda: file.delete("prod"),
    ):
        found = error(act)
        assert sentence in found.sentence
        assert hint in found.hint
    assert not file.probe().usable
    assert sentence in file.probe().sentence


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_refused(path: Path) -> None:
    os.chown(path, 65534, 65534)
    assert "belongs to user 65534" in error(lambda: opened(path).get("prod")).sentence


WRITE = """
import os, resource, sys
from pathlib import Path
from pydantic import SecretStr
from console.profiles.stores.encrypted_file import EncryptedFile
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import StoreError
path, limit, user = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
if user and os.geteuid() == 0:
    os.seteuid(user)
file = EncryptedFile(path, Passphrase({}, lambda *, new: SecretStr("fake words of a passphrase")))
try:
    file.put("dev", {"token": SecretStr("fake-token" * 100)})
except StoreError as error:
    print(error.sentence)
    print(file.probe().usable)
    sys.exit(error.exit_code)
"""


def write(path: Path, *, limit: int = 0, user: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WRITE, str(path), str(limit), str(user)],
        env=bare(),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


def test_a_full_disk_leaves_what_was_there(path: Path) -> None:
    before = path.read_bytes()
    done = write(path, limit=500)
    assert done.returncode == Exit.CREDENTIALS
    assert "the disk is full; what was there before is still there" in done.stdout
    assert done.stderr == ""
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} == {"secrets", ".secrets.lock"}


def test_a_folder_that_may_not_be_written_to_is_told() -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "state", "secrets")
        opened(path).put("prod", {"token": TOKEN})
        before = path.read_bytes()
        if os.geteuid() == 0:  # who is held up by nothing, so it is done as another user
            Path(place).chmod(0o711)
            for each in (path.parent, *path.parent.iterdir()):
                os.chown(each, 65534, 65534)
        path.parent.chmod(0o500)
        done = write(path, user=65534)
        path.parent.chmod(0o700)
        assert done.returncode == Exit.CREDENTIALS
        assert "may not be written to" in done.stdout
        assert done.stdout.endswith("False\n")
        assert done.stderr == ""
        assert path.read_bytes() == before


def test_writers_at_once_lose_nothing(path: Path) -> None:
    environ = {**bare(), "CONSOLE_PASSPHRASE_COMMAND": f"echo '{WORDS}'"}
    names = [f"writer-{number}" for number in range(6)]

    def put(name: str) -> int:
        return use(
            "file", "put", environ=environ, profile=name, secrets={"token": name}, file=str(path)
        ).code

    with ThreadPoolExecutor() as pool:
        assert set(pool.map(put, names)) == {0}
    file = opened(path)
    assert {name: file.get(name)["token"].get_secret_value() for name in names} == {
        name: name for name in names
    }
    assert file.get("prod") == {"token": TOKEN}


def test_a_writer_that_is_killed_leaves_the_old_file_or_the_new_one(path: Path) -> None:
    for delay in (0.2, 0.5, 0.8, 1.1):
        with subprocess.Popen(
            [sys.executable, "-c", WRITE, str(path), "0", "0"],
            env=bare(),
            stdout=subprocess.DEVNULL,
        ) as process:
            try:
                process.wait(delay)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        assert opened(path).get("prod") == {"token": TOKEN}


def test_too_little_memory_for_the_key_is_told(path: Path) -> None:
    code = WRITE.replace("RLIMIT_FSIZE, (limit, limit)", "RLIMIT_AS, (limit, limit)")
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(128 << 20), "0"],
        env=bare(),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == Exit.CREDENTIALS
    assert "it takes 128 MiB" in done.stdout
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 128 << 20


@pytest.mark.parametrize("way", ["descriptor", "command"])
def test_a_run_without_anybody_to_ask_finds_its_passphrase(tmp_path: Path, way: str) -> None:
    path, words = tmp_path / "secrets", tmp_path / "words"
    words.write_text(f"{WORDS}\n")
    environ = {**bare(), "CONSOLE_PASSPHRASE_COMMAND": f"cat '{words}'"}
    put = use("file", "put", environ=environ, secrets=SECRETS, file=str(path))
    assert (put.code, put.err) == (0, "")
    if way == "command":
        used = use("file", "get", environ=environ, file=str(path)).said
    else:
        call = {"store": "file", "action": "get", "profile": "prod"}
        shell = f'exec "$0" -P "$1" 3<{words}'
        done = subprocess.run(
            [
                "/bin/sh",
                "-c",
                shell,
                sys.executable,
                str(Path(__file__).with_name("asking.py")),
            ],
            env={**bare(), "CONSOLE_PASSPHRASE_FD": "3"},
            input=json.dumps({**call, "settings": {"file": str(path)}}).encode(),
            capture_output=True,
            check=True,
            timeout=60,
        )
        used = json.loads(done.stdout)
    assert used["secrets"] == SECRETS


def test_the_probe_tells_without_opening_the_file(path: Path) -> None:
    def ask(*, new: bool) -> SecretStr:
        raise AssertionError(f"asked, {new}")

    probe = EncryptedFile(path, Passphrase({}, ask)).probe()
    assert probe.usable
    assert probe.sentence == "it is there; the passphrase comes from the operator"
    assert probe.backend == str(path)
    missing = EncryptedFile(path.with_name("other"), Passphrase({}, ask)).probe()
    assert missing.sentence.startswith("it will be made")
    assert not EncryptedFile(path, Passphrase({})).probe().usable
    below = EncryptedFile(path / "below" / "secrets", Passphrase({}, ask)).probe()
    assert not below.usable
