"""A real D-Bus session with, where wanted, a real keyring daemon in it."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import secretstorage
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

PASSWORD = b"fake-login-password"


@dataclass(frozen=True)
class Desktop:
    """A D-Bus session.

    Attributes:
        environ: what a process in this session sees.
        noise_file: where the bus and whatever it starts complain.
        daemon: the process id of its keyring; 0 where it has none.
    """

    environ: Mapping[str, str]
    noise_file: Path
    daemon: int = 0

    @property
    def noise(self) -> bytes:
        return self.noise_file.read_bytes()

    @property
    def has_keyring(self) -> bool:
        with open_dbus_connection(self.environ["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            owned = Proxy(message_bus, connection).NameHasOwner("org.freedesktop.secrets")
            return bool(owned[0])

    def lock(self) -> None:
        """Lock the default collection, as a screen saver would."""
        address = self.environ["DBUS_SESSION_BUS_ADDRESS"]
        with closing(open_dbus_connection(address)) as connection:
            secretstorage.Collection(connection).lock()


def bare() -> dict[str, str]:
    """Return the environment of a login without a desktop."""
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


@contextmanager
def session(*options: str, **more: str) -> Iterator[Desktop]:
    """Run a D-Bus session without a keyring daemon; `dbus-run-session` ends with our pipe."""
    script = 'echo "$DBUS_SESSION_BUS_ADDRESS"; cat'
    with tempfile.TemporaryDirectory() as home:
        runtime = Path(home, "run")
        runtime.mkdir(mode=0o700)
        environ = {**bare(), "HOME": home, "XDG_RUNTIME_DIR": str(runtime), **more}
        noise = Path(home, "noise")
        with (
            noise.open("wb") as err,
            subprocess.Popen(
                ["dbus-run-session", *options, "--", "sh", "-c", script],  # noqa: S607 - on the PATH
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=err,
            ) as process,
        ):
            assert process.stdout
            assert process.stdin
            try:
                address = process.stdout.readline().decode().strip()
                opened = Desktop({**environ, "DBUS_SESSION_BUS_ADDRESS": address}, noise)
                assert not opened.has_keyring  # and the bus has said what it says at its start
                yield opened
            finally:
                process.stdin.close()
                process.wait(10)


@contextmanager
def keyring(**more: str) -> Iterator[Desktop]:
    """Run a D-Bus session with an unlocked gnome-keyring."""
    with (
        session(**more) as desktop,
        subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],  # noqa: S607
            env=desktop.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as daemon,
    ):
        try:
            assert daemon.stdin
            daemon.stdin.write(PASSWORD)
            daemon.stdin.close()
            end = time.monotonic() + 20
            while not desktop.has_keyring:
                assert daemon.poll() is None, "gnome-keyring ended"
                assert time.monotonic() < end, "gnome-keyring does not answer"
                time.sleep(0.02)
            yield Desktop(desktop.environ, desktop.noise_file, daemon.pid)
        finally:
            daemon.send_signal(signal.SIGCONT)
            daemon.terminate()
            daemon.wait(10)
