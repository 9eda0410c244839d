"""Which process a send on its way belongs to, and whether that process still lives.

Each process that sends holds a lock on a file of its own, for as long as it lives; the system ends
the lock with the process, however that ends. A number of a process would not do: it is given again.
"""

import fcntl
import os
import threading
from contextlib import suppress
from pathlib import Path

from console.outbox.error import of_system
from console.profiles.files import make_folder


class Owner:
    """This process's own file, locked until `close` or the end of the process.

    Attributes:
        name: what the journal writes beside the sends of this process.
    """

    def __init__(self, folder: Path) -> None:
        """Make the file in `folder` and lock it.

        Raises:
            OSError: it cannot be made or locked.
        """
        make_folder(folder)
        self.name = f"{os.getpid()}-{os.urandom(8).hex()}"
        self._path = folder / self.name
        self._descriptor = self._locked()

    def _locked(self) -> int:
        while True:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(self._path, flags, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                # Whoever sweeps may have removed the file before it was locked.
                with suppress(FileNotFoundError):
                    if os.path.samestat(os.fstat(descriptor), self._path.stat()):
                        return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def holds(self) -> bool:
        """Tell whether others still find the file, and so know that this process lives."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except OSError:
            return False

    def close(self) -> None:
        """Let go: what is still on its way belongs to nobody from here on."""
        with suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)


class Owners:
    """The files of all processes that send, this one's among them. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Say where the files are; nothing is made yet."""
        self._folder = folder
        self._own: Owner | None = None
        self._names: set[str] = set()
        self._lock = threading.Lock()

    def name(self) -> str:
        """Return the name that the sends of this process carry.

        Raises:
            JournalError: others could not be told that this process lives.
        """
        with self._lock:
            if self._own is None or not self._own.holds():
                try:
                    self._own = Owner(self._folder)
                except OSError as error:
                    raise of_system(self._folder, error) from error
                self._names.add(self._own.name)
            return self._own.name

    def is_own(self, name: str) -> bool:
        """Tell whether this process has ever gone by `name`."""
        return name in self._names

    def is_dead(self, name: str) -> bool:
        """Tell whether the process that called itself `name` has ended or let go.

        Where that cannot be found out, it is taken to live.
        """
        try:
            descriptor = os.open(
                self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            )
        except FileNotFoundError:
            return True
        except (OSError, ValueError):
            return False
        try:
            # A shared lock: two who ask at once do not take each other for the owner.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def sweep(self) -> None:
        """Remove the files of processes that have ended; never fail."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                with suppress(OSError):
                    _remove_dead(path)

    def close(self) -> None:
        """Let go of this process's own; what is on its way is from then on nobody's."""
        with self._lock:
            if self._own is not None:
                self._own.close()
            self._own = None


def _remove_dead(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    finally:
        os.close(descriptor)
