"""Which process a send on its way belongs to, and whether that process still lives.

Each process that sends holds a lock on a file of its own, for as long as it lives; the system ends
the lock with the process, however that ends. A number of a process would not do: it is given again.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

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

    def close(self) -> None:
        """Let go: what is still on its way belongs to nobody from here on."""
        with suppress(OSError):
            self._path.unlink()
        os.close(self._descriptor)


def is_dead(folder: Path, name: str) -> bool:
    """Tell whether the process that called itself `name` has ended or let go.

    Where that cannot be found out, it is taken to live.
    """
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
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


def sweep(folder: Path) -> None:
    """Remove the files of processes that have ended; never fail."""
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                _remove_dead(path)


def _remove_dead(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    finally:
        os.close(descriptor)
