"""Keyring's own items on the Linux desktop's Secret Service, without loading keyring.

In a fresh process, `keyring.get_password` spends most of its time on imports and on looking for
backends. This module asks the same daemon for the same items: the default collection, and the
attributes that keyring 25's `SecretService` backend writes, so that `keyring get` and this module
read what the other kept. It differs where keyring would wait for a person: nothing here opens a
prompt, makes a collection, starts a daemon that could not be unlocked, or waits past a deadline.

Sources: the Secret Service API 0.2 of freedesktop.org; keyring 25.7, `backends/SecretService.py`.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

import secretstorage
from jeepney import DBusErrorResponse
from jeepney.auth import AuthenticationError
from jeepney.bus import get_bus
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, prep_socket

from console.profiles.stores.error import StoreError
from console.text import cell

BUS_NAME = "org.freedesktop.secrets"
APPLICATION = "Python keyring library"
"""What keyring signs its items with; the daemon replaces an item whose attributes are all alike."""

_ELSEWHERE = "choose another store with `console login`"
_UNLOCK = (
    "unlock it on the desktop, or start `gnome-keyring-daemon --unlock` (it reads the password from"
    f" its input) in this session, or {_ELSEWHERE}"
)
_START = (
    "start one in this session (`dbus-run-session`, then `gnome-keyring-daemon --unlock`), or"
    f" {_ELSEWHERE}"
)
# Daemons that ask for their password in a window, and so stay locked where there is none.
_DESKTOP_DAEMONS = frozenset(
    {"gnome-keyring-daemon", "kwalletd5", "kwalletd6", "ksecretd", "keepassxc"}
)


class _Connection(DBusConnection):  # type: ignore[misc]  # jeepney ships no types
    """A D-Bus connection on which everything together ends by a deadline."""

    def __init__(self, address: str, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        # The socket's own time limit covers writing; `receive` covers reading.
        socket = prep_socket(address, timeout=seconds)
        socket.settimeout(seconds)
        try:
            super().__init__(socket)
        except BaseException:
            self.close()
            raise

    def receive(self, *, timeout: float | None = None) -> Any:  # Any: jeepney's message
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return super().receive(timeout=left if timeout is None else min(left, timeout))


class SecretService:
    """The default collection of this D-Bus session's keyring daemon.

    Every method blocks for `seconds` at most: call it from a thread. Each raises `StoreError`.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def look(self) -> str:
        """Return what is behind: the daemon and its collection; raise where it is unusable."""
        with self._collection() as collection:
            daemon = _daemon(collection.connection)
            return f"Secret Service ({daemon}, collection {cell(collection.get_label())!r})"

    def read(self, service: str, account: str) -> str | None:
        """Return what is kept for an account, or None."""
        with self._collection() as collection:
            for item in collection.search_items({"service": service, "username": account}):
                return bytes(item.get_secret()).decode(errors="replace")
        return None

    def write(self, service: str, account: str, text: str) -> None:
        """Keep `text` for an account, instead of what was there."""
        attributes = {"service": service, "username": account, "application": APPLICATION}
        label = f"Password for '{account}' on '{service}'"
        with self._collection() as collection:
            collection.create_item(label, attributes, text.encode(), replace=True)

    def erase(self, service: str, account: str) -> None:
        """Remove whatever is kept for an account."""
        with self._collection() as collection:
            for item in collection.search_items({"service": service, "username": account}):
                item.delete()

    @contextmanager
    def _collection(self) -> Iterator[secretstorage.Collection]:
        """Give the default collection, unlocked; errors of the libraries become ours here."""
        try:
            with _Connection(_address(), self.seconds) as connection:
                _running(connection)
                collection = secretstorage.Collection(connection)
                collection.ensure_not_locked()
                yield collection
        except secretstorage.LockedException:
            raise StoreError("the system keyring is locked", hint=_UNLOCK) from None
        except secretstorage.PromptDismissedException:
            raise StoreError(
                "the system keyring asked for a confirmation and got none", hint=_UNLOCK
            ) from None
        except secretstorage.ItemNotFoundException:
            raise StoreError("the system keyring has no default collection", hint=_UNLOCK) from None
        except secretstorage.SecretStorageException as error:
            raise StoreError(
                f"the keyring daemon cannot be used: {cell(str(error))}", hint=_START
            ) from None
        except TimeoutError:
            raise StoreError(
                f"the system keyring did not answer within {self.seconds:g} s",
                hint=f"its daemon or the D-Bus session hangs: restart it, or {_ELSEWHERE}",
            ) from None
        except DBusErrorResponse as error:
            raise StoreError(
                f"the keyring daemon refused: {cell(str(error.name))}", hint=_START
            ) from None
        except AuthenticationError:
            raise StoreError("the D-Bus session does not let this user in", hint=_START) from None
        except OSError as error:
            raise StoreError(
                f"the D-Bus session cannot be reached: {error.strerror or 'the connection ended'}",
                hint=_START,
            ) from None


def _address() -> str:
    """Return the socket of the session's bus: where the environment says, or where systemd does."""
    told = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not told:
        usual = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent", "bus")
        if usual.is_socket() and usual.stat().st_uid == os.getuid():
            return str(usual)
        raise StoreError(
            "there is no D-Bus session, so no system keyring: DBUS_SESSION_BUS_ADDRESS is not set",
            hint=_START,
        )
    try:
        return str(get_bus(told))
    except (ValueError, RuntimeError, StopIteration):
        raise StoreError(
            "DBUS_SESSION_BUS_ADDRESS does not name a socket of this machine", hint=_START
        ) from None


def _running(connection: _Connection) -> None:
    """Return once a daemon owns the service's name; start one where that can help."""
    bus = Proxy(message_bus, connection)
    if bus.NameHasOwner(BUS_NAME)[0]:
        return
    if BUS_NAME not in bus.ListActivatableNames()[0]:
        raise StoreError("no keyring daemon runs in this D-Bus session", hint=_START)
    if _would_need_a_window():
        raise StoreError(
            "no keyring daemon runs, and one started without a display would stay locked",
            hint=_START,
        )
    bus.StartServiceByName(BUS_NAME)


def _would_need_a_window() -> bool:
    """Return whether the daemon that the bus would start could only be unlocked on a display."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return False
    if Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent", "keyring", "control").exists():
        return False  # PAM or systemd started it already; the bus only makes it answer
    # Where dbus-daemon looks, in its order; the last one whatever the environment says.
    home = os.environ.get("XDG_DATA_HOME") or Path("~/.local/share").expanduser()
    system = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share"
    runtime = os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent"
    for folder in (runtime, home, *system.split(":"), "/usr/share"):
        try:
            entry = Path(folder, "dbus-1", "services", f"{BUS_NAME}.service").read_bytes()
        except OSError:
            continue
        program = re.search(rb"^Exec=(\S+)", entry, re.MULTILINE)
        return program is not None and PurePath(os.fsdecode(program[1])).name in _DESKTOP_DAEMONS
    return False


def _daemon(connection: _Connection) -> str:
    """Return the name of the program that answers as the keyring."""
    try:
        bus = Proxy(message_bus, connection)
        (process,) = bus.GetConnectionUnixProcessID(BUS_NAME)
        program = Path("/proc", str(process), "cmdline").read_bytes().split(b"\0")[0]
        return cell(PurePath(os.fsdecode(program)).name) or "an unknown daemon"
    except (DBusErrorResponse, OSError):
        return "an unknown daemon"
