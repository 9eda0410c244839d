"""A whole session, and then a search of everything that it left, for anything secret."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from console.errors import Exit
from tests.cli.place import KINDS, PASSPHRASE, Place, kind
from tests.cli.test_crash import CRASHES
from tests.cloud import Cloud, Ran
from tests.profiles.stores import desktop

ISSUED = re.compile(rb"EXAMPLE-(TOKEN|SECRET|SECURITY|PASSWORD)-|Signature\s*=\s*(?!\[hidden\])")
"""What every secret of the emulator begins with, tokens that IAM issues included; signatures."""


class Session:
    """One operator's day; everything that came of it is kept to be searched.

    Attributes:
        place: where it happens.
        written: what was shown, by what showed it.
        seen: the command lines of our processes.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.written: dict[str, str] = {}
        self.seen: set[bytes] = set()

    def run(
        self, *arguments: str, code: int, secrets: Iterable[str] | None = None, **more: str
    ) -> Ran:
        done = self.place.run(*arguments, secrets=secrets, **more)
        assert done.code == code, done
        self.written[f"{len(self.written)} {' '.join(arguments)}"] = done.out + done.err
        return done

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look at the list of processes the whole time, as another user of the machine could."""
        ended, mark = Event(), str(self.place.home).encode()

        def watch() -> None:
            while not ended.wait(0.005):
                for process in Path("/proc").glob("[0-9]*"):
                    with suppress(OSError):
                        if mark in (process / "environ").read_bytes():
                            self.seen.add((process / "cmdline").read_bytes())

        watcher = Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


def secrets_of(cloud: Cloud) -> set[bytes]:
    """Return every secret that the session is given, and what a base64 of it would begin with."""
    found = {PASSPHRASE, "fake-wrong-secret"}
    for name in KINDS:
        found |= {value for value in kind(name, cloud).secrets.values() if not value.isdigit()}
    return {each.encode() for each in found}


def a_day(session: Session, cloud: Cloud) -> None:
    place = session.place
    for name in KINDS:
        given = kind(name, cloud)
        values = tuple(given.secrets.values())
        words = ("login", name, *given.options)
        session.run(*words, "--store", "file", code=0, secrets=values)
        wrong = ("fake-wrong-secret",) * len(values)
        session.run(*words, "--store", "session", code=4, secrets=wrong)
        if name != "totp":
            session.run("notices", "--profile", name, code=0)
            session.run("doctor", "--profile", name, code=0)
        if name != "totp":
            words = ("login", f"{name}-2", *given.options, "--store", "environment")
            session.run(*words, code=0, **given.variables)
        session.run("profile", "show", name, "-o", "json", code=0)
    session.run("blocked", "--profile", "password", code=Exit.USAGE)
    session.run("notices", "--profile", "passwrod", code=Exit.USAGE)
    refusal = {"action": "answer", "path": "/", "status": 403, "body": "x" * 1000, "times": 1}
    key = kind("access-key", cloud)
    words = ("login", "again", *key.options, "--store", "file")
    session.run(*words, code=0, secrets=key.secrets.values())
    cloud.script(refusal)
    session.run("notices", "--profile", "again", code=Exit.REFUSED)
    cloud.script({**refusal, "action": "drop"})
    session.run("notices", "--profile", "again", code=0)
    session.run("import", code=0, **key.variables)
    session.run("import", "terraform", "--store", "file", code=0, **key.variables)
    session.run("profile", "rename", "terraform", "taken", code=0)
    session.run("profile", "list", code=0)
    session.run("logout", "taken", code=0)
    session.run("profile", "set", "again", "secret_key=given-in-vain", code=Exit.USAGE)
    place.write(place.profiles.read_text() + place.keyed("one", cloud))
    crash = subprocess.run(
        [sys.executable, "-c", CRASHES, "crash"],
        env=place.environ(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    session.written["crash"] = (crash.stdout + crash.stderr).decode()
    assert crash.returncode == Exit.REFUSED
    with place.terminal("login", "typed", *key.options, "--store", "session") as screen:
        screen.answer("region [cn-north-4]: ", "")
        screen.answer("secret key of typed: ", key.secrets["secret_key"])
        screen.answer("workspace (0 for none) [0]: ", "0")
        assert screen.end() == 0
    session.written["terminal"] = screen.shown


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
def test_a_whole_session_leaves_no_secret_anywhere(tmp_path: Path, cloud: Cloud) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    debug = {"CONSOLE_LOG": "debug", "TMPDIR": str(temporary), "HISTFILE": f"{tmp_path}/history"}
    place = Place(tmp_path, debug).with_passphrase()
    session = Session(place)
    with session.watched():
        a_day(session, cloud)
    given = {place.home / "passphrase", place.home / "secret-key"}  # the test's own
    files = [each for each in tmp_path.rglob("*") if each.is_file() and each not in given]
    found = {str(path): path.read_bytes() for path in files}
    found |= {name: text.encode() for name, text in session.written.items()}
    found |= {f"process list: {line!r}": line for line in session.seen}
    assert b"httpcore" in found[str(place.state / "console.log")]
    assert b"crashed" in found[str(place.state / "console.log")]
    assert len(session.seen) > 50
    secrets = secrets_of(cloud)
    leaks = [(name, each) for name, held in found.items() for each in secrets if each in held]
    leaks += [(name, each[0]) for name, held in found.items() for each in ISSUED.finditer(held)]
    assert leaks == []
    assert "given-in-vain" not in "".join(session.written.values())


def test_a_session_with_the_keyring_leaves_no_secret_anywhere(tmp_path: Path, cloud: Cloud) -> None:
    with desktop.keyring() as there:
        names = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
        bus = {name: there.environ[name] for name in names}
        session = Session(Place(tmp_path, {**bus, "CONSOLE_LOG": "debug"}))
        given = kind("temporary-key", cloud)
        words = ("login", "prod", *given.options, "--store", "keyring")
        with session.watched():
            session.run(*words, code=0, secrets=given.secrets.values())
            session.run("notices", code=0)
            session.run("doctor", code=0)
            session.run("logout", code=0)
            session.run("notices", code=Exit.CREDENTIALS)
        found = [*session.place.everything().values(), there.noise, *session.seen]
        found += [text.encode() for text in session.written.values()]
        kept = [each.read_bytes() for each in Path(there.environ["HOME"]).rglob("*.keyring")]
    assert kept  # the daemon's own file, which is its to encrypt
    for secret in given.secrets.values():
        assert not any(secret.encode() in held for held in [*found, *kept])
    assert not any(ISSUED.search(held) for held in found)


def test_the_password_of_a_proxy_is_neither_shown_nor_logged(tmp_path: Path, cloud: Cloud) -> None:
    place = Place(tmp_path)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        more = {
            **cloud.environ(CONSOLE_ENDPOINT="https://cloud.invalid", CONSOLE_TIMEOUT="2"),
            "HTTPS_PROXY": f"http://somebody:fake-proxy-password@{address}",
            "CONSOLE_LOG": "debug",
        }
        done = place.run("notices", **more)
        doctor = place.run("doctor", **more)
    assert (done.code, doctor.code) == (Exit.TRY_AGAIN, Exit.TRY_AGAIN)
    log = (place.state / "console.log").read_text()
    assert address.partition(":")[0] in log
    assert "fake-proxy-password" not in log + done.err + doctor.out + doctor.err


def test_the_search_would_find_what_it_looks_for(tmp_path: Path, cloud: Cloud) -> None:
    session = Session(Place(tmp_path))
    with session.watched():
        session.run("login", "--secret-key", cloud.key.secret_key.get_secret_value(), code=2)
    assert any(ISSUED.search(line) for line in session.seen)
    assert ISSUED.search(json.dumps({"Authorization": "Signature=abc"}).encode())
    assert not ISSUED.search(b"Signature=[hidden]")
