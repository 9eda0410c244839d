"""The system keyring, with real daemons, in every state that a server finds it in."""

import os
import pty
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.errors import Exit
from console.profiles.stores.store import store
from console.profiles.stores.system_keyring import SECONDS
from tests.profiles.stores import desktop
from tests.profiles.stores.desktop import Desktop, bare
from tests.profiles.stores.use import PROGRAM, ROOT, SECRETS, Used, use

pytestmark = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="needs dbus and gnome-keyring: .ci/system-packages installs them",
)

MOST_SECONDS = 3.0
STAND_INS = "tests.profiles.stores.backends"


@pytest.fixture(scope="module")
def unlocked() -> Iterator[Desktop]:
    """Give a session whose keyring is unlocked and holds the secrets of `prod`."""
    with desktop.keyring() as opened:
        assert use("keyring", "put", environ=opened.environ, secrets=SECRETS).code == 0
        yield opened


@dataclass(frozen=True)
class Row:
    """One state of a machine.

    Attributes:
        name: what the state is.
        state: makes it, and gives the environment of a process in it.
        sentence: a part of what the operator must be told.
        slow: whether the state is one that hangs, so that the whole limit is used up.
    """

    name: str
    state: Callable[[], AbstractContextManager[Desktop]]
    sentence: str
    slow: bool = False


@contextmanager
def _no_bus(**more: str) -> Iterator[Desktop]:
    with tempfile.TemporaryDirectory() as home:
        noise = Path(home, "noise")
        noise.touch()
        yield Desktop({**bare(), "HOME": home, "PYTHONPATH": str(ROOT), **more}, noise)


def named(backend: str) -> Callable[[], AbstractContextManager[Desktop]]:
    return lambda: _no_bus(PYTHON_KEYRING_BACKEND=backend)


@contextmanager
def a_socket_nobody_listens_on() -> Iterator[Desktop]:
    with _no_bus() as place, socket.socket(socket.AF_UNIX) as left:
        path = f"{place.environ['HOME']}/bus"
        left.bind(path)
        yield Desktop(
            {**place.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={path}"}, place.noise_file
        )


@contextmanager
def _a_bus(greet: Callable[[socket.socket], None]) -> Iterator[Desktop]:
    """Run a bus that does what `greet` does and then says nothing, until we end."""
    held: list[socket.socket] = []

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                peer, _ = listening.accept()
                held.append(peer)
                greet(peer)

    with _no_bus() as place, socket.socket(socket.AF_UNIX) as listening:
        path = f"{place.environ['HOME']}/bus"
        listening.bind(path)
        listening.listen()
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield Desktop(
                {**place.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={path}"},
                place.noise_file,
            )
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)
            for each in held:
                each.close()


def a_bus_that_accepts_and_never_answers() -> AbstractContextManager[Desktop]:
    return _a_bus(lambda _: None)


def a_bus_that_lets_in_and_never_answers() -> AbstractContextManager[Desktop]:
    def greet(peer: socket.socket) -> None:
        peer.recv(1024)
        peer.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")

    return _a_bus(greet)


def a_bus_that_hangs_up() -> AbstractContextManager[Desktop]:
    return _a_bus(lambda peer: peer.shutdown(socket.SHUT_RDWR))


def a_bus_that_refuses_this_user() -> AbstractContextManager[Desktop]:
    def greet(peer: socket.socket) -> None:
        peer.recv(1024)
        peer.sendall(b"REJECTED DBUS_COOKIE_SHA1\r\n")

    return _a_bus(greet)


@contextmanager
def a_locked_collection() -> Iterator[Desktop]:
    with desktop.keyring() as opened:
        use("keyring", "put", environ=opened.environ, secrets=SECRETS)
        opened.lock()
        yield opened


@contextmanager
def a_stopped_daemon() -> Iterator[Desktop]:
    with desktop.keyring() as opened:
        os.kill(opened.daemon, signal.SIGSTOP)
        yield opened


@contextmanager
def a_session_that_can_start_nothing() -> Iterator[Desktop]:
    with tempfile.TemporaryDirectory() as place:
        config = Path(place, "bus.conf")
        config.write_text(
            f"<busconfig><type>session</type><listen>unix:tmpdir={place}</listen>"
            '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
            '<allow eavesdrop="true"/><allow own="*"/></policy>'
            "</busconfig>"
        )
        with desktop.session(f"--config-file={config}") as opened:
            yield opened


ROWS = (
    Row("no address", _no_bus, "there is no D-Bus session"),
    Row(
        "address of nothing",
        lambda: _no_bus(DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus"),
        "cannot be reached: No such file",
    ),
    Row(
        "address of another kind",
        lambda: _no_bus(DBUS_SESSION_BUS_ADDRESS="tcp:host=localhost,port=1"),
        "does not name a socket",
    ),
    Row(
        "address that is none",
        lambda: _no_bus(DBUS_SESSION_BUS_ADDRESS="rubbish"),
        "does not name a socket",
    ),
    Row("dead socket", a_socket_nobody_listens_on, "cannot be reached: Connection refused"),
    Row("bus hangs up", a_bus_that_hangs_up, "cannot be reached"),
    Row("bus refuses the user", a_bus_that_refuses_this_user, "does not let this user in"),
    Row(
        "bus accepts and never answers",
        a_bus_that_accepts_and_never_answers,
        "did not answer within 2 s",
        slow=True,
    ),
    Row(
        "bus lets in and never answers",
        a_bus_that_lets_in_and_never_answers,
        "did not answer within 2 s",
        slow=True,
    ),
    Row("daemon is stopped", a_stopped_daemon, "did not answer within 2 s", slow=True),
    Row("no daemon to start", a_session_that_can_start_nothing, "no keyring daemon runs"),
    Row("daemon would start by itself, no display", desktop.session, "without a display"),
    Row("locked collection", a_locked_collection, "the system keyring is locked"),
    Row("backend's module is missing", named("nowhere.Keyring"), "No module named 'nowhere'"),
    Row(
        "backend's class is missing",
        named("keyring.backends.null.Nothing"),
        "has no attribute 'Nothing'",
    ),
    Row("backend's name is none", named("rubbish; exit"), "is no keyring backend"),
    Row("null backend", named("keyring.backends.null.Keyring"), "it keeps nothing"),
    Row("fail backend", named("keyring.backends.fail.Keyring"), "it keeps nothing"),
    Row(
        "chainer backend",
        named("keyring.backends.chainer.ChainerBackend"),
        "whatever backend is installed",
    ),
    Row("keyrings.alt by name", named("keyrings.alt.file.PlaintextKeyring"), "in plain text"),
    Row("plain text by another name", named(f"{STAND_INS}.Plaintext"), "in plain text"),
    Row("backend that asks", named(f"{STAND_INS}.Prompting"), "asks for a password"),
    Row("backend that hangs", named(f"{STAND_INS}.Hanging"), "within 2 s", slow=True),
    Row("KWallet without dbus-python", named("keyring.backends.kwallet.DBusKeyring"), "failed"),
    Row(
        "keyring's own backend tuned, no bus",
        lambda: _no_bus(KEYRING_PROPERTY_SCHEME="default"),
        "RuntimeError: Unable to initialize SecretService",
    ),
)


def check(used: Used, row: Row, place: Desktop, noise: bytes) -> None:
    """Check what every use of a store in a bad state must be like."""
    assert used.err == ""
    assert place.noise == noise
    assert (SECONDS if row.slow else 0) <= used.seconds < MOST_SECONDS
    assert row.sentence in used.said["sentence"]
    assert not any(secret in used.everything for secret in SECRETS.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_keyring_that_cannot_be_used_is_told_in_time_and_in_silence(row: Row) -> None:
    with row.state() as place:
        noise = place.noise
        with ThreadPoolExecutor() as pool:  # most of these wait
            probed, *used = pool.map(
                lambda action: use("keyring", action, environ=place.environ, secrets=SECRETS),
                ("probe", "get", "put", "delete"),
            )
        for each in used:
            check(each, row, place, noise)
            assert each.code == Exit.CREDENTIALS
            assert "console login" in each.said["hint"]
        check(probed, row, place, noise)
        assert probed.said["usable"] is False
        assert "console login" in probed.said["sentence"]
        left = [each for each in Path(place.environ["HOME"]).rglob("*") if each.is_file()]
        assert not any(
            secret.encode() in each.read_bytes() for each in left for secret in SECRETS.values()
        )


def test_a_secret_comes_back_from_an_unlocked_keyring(unlocked: Desktop) -> None:
    noise = unlocked.noise
    used = use("keyring", "get", environ=unlocked.environ)
    assert used.said["secrets"] == SECRETS
    assert (used.code, used.err, unlocked.noise) == (0, "", noise)
    assert used.seconds < MOST_SECONDS


def test_the_probe_names_the_daemon_and_the_collection(unlocked: Desktop) -> None:
    probed = use("keyring", "probe", environ=unlocked.environ).said
    assert probed["usable"] is True
    assert probed["backend"] == "Secret Service (gnome-keyring-daemon, collection 'Login')"


@pytest.mark.parametrize("profile", ["prod-eu", "ключ 'x' \"y\"", "-", "p" * 300])
def test_a_secret_is_kept_changed_and_removed(unlocked: Desktop, profile: str) -> None:
    def done(action: str, **secrets: str) -> Used:
        return use("keyring", action, environ=unlocked.environ, profile=profile, secrets=secrets)

    assert done("put", token="fake-1").code == 0
    assert done("put", password="fake-2").code == 0
    assert done("get").said["secrets"] == {"password": "fake-2"}
    assert done("delete").code == 0
    gone = done("get")
    assert gone.code == Exit.CREDENTIALS
    assert "holds no secret" in gone.said["sentence"]
    assert done("delete").code == 0


def their_keyring(
    place: Desktop, code: str, *, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", f"import keyring, sys\n{code}"],
        env=dict(place.environ),
        input=stdin,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


def test_keyring_itself_reads_what_we_kept(unlocked: Desktop) -> None:
    code = "print(keyring.get_password('notification-console', 'prod'))"
    assert SECRETS["secret_key"] in their_keyring(unlocked, code).stdout


def test_we_read_change_and_remove_what_keyring_itself_kept(unlocked: Desktop) -> None:
    keep = "keyring.set_password('notification-console', 'theirs', sys.stdin.read())"
    assert their_keyring(unlocked, keep, stdin='{"token": "fake-theirs"}').returncode == 0
    found = use("keyring", "get", environ=unlocked.environ, profile="theirs")
    assert found.said["secrets"] == {"token": "fake-theirs"}
    use(
        "keyring", "put", environ=unlocked.environ, profile="theirs", secrets={"token": "fake-ours"}
    )
    read = "print(keyring.get_password('notification-console', 'theirs'))"
    assert their_keyring(unlocked, read).stdout == '{"token": "fake-ours"}\n'
    use("keyring", "delete", environ=unlocked.environ, profile="theirs")
    assert their_keyring(unlocked, read).stdout == "None\n"


@pytest.mark.parametrize("text", ["rubbish fake-rubbish", "[]", "{}", '{"a": 1}', "null", ""])
def test_an_item_that_is_not_ours_is_told_and_not_shown(unlocked: Desktop, text: str) -> None:
    keep = "keyring.set_password('notification-console', 'odd', sys.stdin.read())"
    assert their_keyring(unlocked, keep, stdin=text).returncode == 0
    used = use("keyring", "get", environ=unlocked.environ, profile="odd")
    assert used.code == Exit.CREDENTIALS
    assert "was not written by us" in used.said["sentence"]
    assert "fake-rubbish" not in used.everything


def test_keyring_s_own_backend_serves_whoever_tunes_it(unlocked: Desktop) -> None:
    environ = {
        **unlocked.environ,
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/session",
    }
    assert use("keyring", "put", environ=environ, profile="tuned", secrets=SECRETS).code == 0
    found = use("keyring", "get", environ=environ, profile="tuned")
    assert found.said["secrets"] == SECRETS
    assert use("keyring", "get", environ=unlocked.environ, profile="tuned").code == 4
    assert use("keyring", "delete", environ=environ, profile="tuned").code == 0


def test_a_bus_where_systemd_puts_it_is_found_without_its_address(unlocked: Desktop) -> None:
    address = unlocked.environ["DBUS_SESSION_BUS_ADDRESS"]
    path = address.removeprefix("unix:path=").partition(",")[0]
    with tempfile.TemporaryDirectory() as runtime:
        Path(runtime, "bus").symlink_to(path)
        environ = {**bare(), "HOME": runtime, "XDG_RUNTIME_DIR": runtime}
        assert use("keyring", "get", environ=environ).said["secrets"] == SECRETS


def test_a_daemon_that_could_only_be_unlocked_on_a_display_is_not_started() -> None:
    with desktop.session() as opened:
        use("keyring", "get", environ=opened.environ)
        assert not opened.has_keyring


def test_the_row_is_real_as_keyring_itself_starts_the_daemon_and_fails_noisily() -> None:
    with desktop.session() as opened:
        noise = opened.noise
        theirs = their_keyring(opened, "keyring.get_password('notification-console', 'prod')")
        assert "InitError" in theirs.stderr
        assert opened.has_keyring
        assert opened.noise != noise


def test_a_daemon_that_may_be_started_is_started_and_asked_for_nothing() -> None:
    with desktop.session(DISPLAY=":987") as opened:
        used = use("keyring", "get", environ=opened.environ)
        assert opened.has_keyring
        assert used.code == Exit.CREDENTIALS
        assert "has no default collection" in used.said["sentence"]
        assert used.err == ""
        assert used.seconds < MOST_SECONDS


def test_keyrings_alt_is_not_taken_though_keyring_itself_would() -> None:
    with _no_bus() as place:
        code = (
            "from keyring import backend\n"
            "print([type(each).__module__ for each in backend.get_all_keyring()])"
        )
        assert "keyrings.alt.file" in their_keyring(place, code).stdout
        used = use("keyring", "put", environ=place.environ, secrets=SECRETS)
        assert used.code == Exit.CREDENTIALS
        assert [each.name for each in Path(place.environ["HOME"]).iterdir()] == ["noise"]


def test_the_row_is_real_as_keyrings_alt_itself_writes_plain_text() -> None:
    with _no_bus(PYTHON_KEYRING_BACKEND="keyrings.alt.file.PlaintextKeyring") as place:
        keep = "keyring.set_password('notification-console', 'prod', 'fake')"
        assert their_keyring(place, keep).returncode == 0
        left = [each for each in Path(place.environ["HOME"]).rglob("*") if each.is_file()]
        assert any(b"notification" in each.read_bytes() for each in left)


def test_a_backend_that_the_profile_names_wins_over_the_environment() -> None:
    with _no_bus(PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring") as place:
        used = use("keyring", "get", environ=place.environ, keyring_backend=f"{STAND_INS}.Noisy")
        assert used.said["secrets"] == {"token": "fake-noisy-token"}
        assert "NOISE" not in used.everything


def test_a_backend_that_the_user_names_keeps_secrets() -> None:
    with _no_bus(PYTHON_KEYRING_BACKEND=f"{STAND_INS}.Keeping") as place:
        probed = use("keyring", "probe", environ=place.environ).said
        assert (probed["usable"], probed["backend"]) == (True, f"{STAND_INS}.Keeping")
        kept = Path(place.environ["HOME"], "kept.json")
        assert kept.read_text() == "{}"  # nothing is left of the probe
        assert use("keyring", "put", environ=place.environ, secrets=SECRETS).code == 0
        assert use("keyring", "get", environ=place.environ).said["secrets"] == SECRETS
        assert use("keyring", "delete", environ=place.environ).code == 0
        assert use("keyring", "delete", environ=place.environ).code == 0
        assert kept.read_text() == "{}"


def test_a_backend_that_forgets_is_found_out() -> None:
    with _no_bus(PYTHON_KEYRING_BACKEND=f"{STAND_INS}.Noisy") as place:
        used = use("keyring", "put", environ=place.environ, secrets=SECRETS)
        assert used.code == Exit.CREDENTIALS
        assert "did not keep" in used.said["sentence"]


def test_a_backend_s_words_are_not_shown_while_it_knows_the_secret() -> None:
    with _no_bus(PYTHON_KEYRING_BACKEND=f"{STAND_INS}.Indiscreet") as place:
        used = use("keyring", "put", environ=place.environ, secrets=SECRETS)
        assert used.code == Exit.CREDENTIALS
        assert used.said["sentence"].endswith("failed: RuntimeError")
        assert not any(secret in used.everything for secret in SECRETS.values())


@pytest.mark.parametrize(
    "backend",
    [f"{STAND_INS}.Prompting", "keyrings.cryptfile.cryptfile.CryptFileKeyring"],
)
def test_nothing_asks_on_the_terminal(backend: str) -> None:
    with _no_bus(PYTHON_KEYRING_BACKEND=backend) as place:
        code, shown = on_a_terminal(
            [sys.executable, "-P", "-c", LOOK_UP], environ=place.environ, seconds=20
        )
    assert code == Exit.CREDENTIALS
    assert shown == "usable: False\r\nasks for a password: True\r\n"


def test_the_row_is_real_as_the_same_backend_asks_where_it_can() -> None:
    with _no_bus(PYTHON_KEYRING_BACKEND=f"{STAND_INS}.Prompting") as place:
        code, shown = on_a_terminal(
            [sys.executable, "-P", "-c", "import keyring; keyring.get_password('a', 'b')"],
            environ=place.environ,
            seconds=20,
        )
    assert code is None
    assert "Keyring password:" in shown


LOOK_UP = """
import sys
from pydantic import SecretStr
from console.profiles.stores.store import StoreError, store
found = store("keyring")
print("usable:", found.probe().usable)
try:
    found.put("prod", {"token": SecretStr("fake")})
except StoreError as error:
    print("asks for a password:", "asks for a password" in error.sentence)
    sys.exit(error.exit_code)
"""


def on_a_terminal(
    words: list[str], *, environ: Mapping[str, str], seconds: float
) -> tuple[int | None, str]:
    """Run a program on a terminal; return its exit code and its screen; None where it asks."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(words[0], words, dict(environ))  # noqa: S606 - our own program
    shown, code = b"", None
    while b"Keyring password:" not in shown and select.select([terminal], [], [], seconds)[0]:
        try:
            shown += os.read(terminal, 1024)
        except OSError:  # its end
            code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            break
    if code is None:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    os.close(terminal)
    return code, shown.decode()


def test_a_lookup_loads_neither_keyring_nor_what_it_looks_for_backends_with(
    unlocked: Desktop,
) -> None:
    modules = set(use("keyring", "get", environ=unlocked.environ).said["modules"])
    assert "secretstorage" in modules
    assert not modules & {"keyring", "importlib_metadata", "jaraco.context", "urllib.request"}


@pytest.mark.parametrize("name", ["command", "environment", "session"])
def test_no_other_store_loads_what_the_keyring_needs(name: str) -> None:
    settings: dict[str, Any] = {"command": ["true"]} if name == "command" else {}
    modules = set(use(name, "probe", environ=bare(), **settings).said["modules"])
    assert not modules & {"keyring", "secretstorage", "jeepney", "cryptography"}


def test_a_bare_lookup_in_a_fresh_process_loads_no_models() -> None:
    code = "import sys, console.profiles.stores.secret_service; print('pydantic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=bare(), capture_output=True, check=True, timeout=60
    )
    assert done.stdout == b"False\n"


def test_nothing_secret_is_in_the_process_list(unlocked: Desktop) -> None:
    with subprocess.Popen(
        PROGRAM, env=dict(unlocked.environ), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        line = Path("/proc", str(process.pid), "cmdline").read_bytes()
        assert process.stdin
        process.stdin.write(b'{"store": "session", "settings": {}, "action": "probe"}')
        process.stdin.close()
    assert not any(secret.encode() in line for secret in SECRETS.values())


def test_the_repr_of_a_store_shows_nothing_of_the_environment() -> None:
    assert "fake" not in repr(store("keyring", environ={"KEYRING_PROPERTY_PASSWORD": "fake"}))
