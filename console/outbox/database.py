"""The journal's file: opened, kept in order, and asked in transactions.

It is opened when it is first needed, and again where somebody has put another file in its place. A
file that makes no sense is set aside with what belongs to it, which is said, and a new one begins;
one of a newer version of this program is left alone.

Nothing here opens the file but SQLite: closing it would end the locks that other connections of
this process hold on it.
"""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from console.errors import SettingsError
from console.outbox import schema
from console.outbox.error import JournalError, broken, of_sqlite, of_system
from console.outbox.filesystem import is_remote
from console.profiles.files import locked, make_folder

BUSY_SECONDS: Final = 2.0
"""How long another process may hold the journal."""

_SIDES: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; it is a part of it."""

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]


class BrokenError(Exception):
    """What is in the file makes no sense; the words say what it is, as in 'it was damaged'."""


class Database:
    """The file of the journal. Thread-safe; not to be taken into a forked process.

    Attributes:
        path: where it is.
        notice: what to tell the operator about the file; empty where there is nothing to tell.
        opened: how often a file was opened.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        steps: Sequence[schema.Step],
        prepare: Callable[[sqlite3.Connection], object],
        mounts: Path,
        *,
        only_read: bool = False,
    ) -> None:
        """Say where the file is; nothing is opened yet.

        Args:
            path: the file.
            now: the clock, for the name of a file that is set aside.
            steps: what makes the file what it is.
            prepare: what is done to each new connection.
            mounts: the kernel's list of file systems.
            only_read: whether the file stays as it is, even where it makes no sense.
        """
        self.path = path
        self.notice = ""
        self.opened = 0
        self._now = now
        self._steps = steps
        self._prepare = prepare
        self._mounts = mounts
        self._only_read = only_read
        self._connection: sqlite3.Connection | None = None
        self._file: os.stat_result | None = None
        self._lock = threading.RLock()

    def read(self, work: Work[T]) -> T:
        """Return what `work` returns, which sees one state of the journal.

        Raises:
            JournalError: the journal cannot be read.
        """
        return self._run(lambda connection: self._within("BEGIN", connection, work))

    def write(self, work: Work[T], *, flushed: bool = True) -> T:
        """Return what `work` returns; what it writes is written to its end or not at all.

        Args:
            work: reads and writes; it is called again where the file had to be set aside.
            flushed: whether it must outlast a power cut too, and not only the process.

        Raises:
            JournalError: the journal cannot be written; it is as it was.
        """

        def run(connection: sqlite3.Connection) -> T:
            # EXTRA: without a log, FULL may take a transaction back after a power cut.
            kept = flushed or _mode(connection) != "wal"
            connection.execute(f"PRAGMA synchronous = {'EXTRA' if kept else 'NORMAL'}")
            return self._within("BEGIN IMMEDIATE", connection, work)

        return self._run(run)

    def ask(self, work: Work[T]) -> T:
        """Return what `work` returns, outside of any transaction; raises as `read`."""
        return self._run(work)

    def close(self) -> None:
        """Close the file; whatever is asked next opens it again."""
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):  # what is committed is in the file already
                    self._connection.close()
            self._connection = self._file = None

    def _run(self, work: Work[T]) -> T:
        with self._lock:
            try:
                try:
                    return work(self._open())
                except BrokenError as error:
                    reason = str(error)
                except sqlite3.DatabaseError as error:
                    if not broken(error):
                        raise
                    reason = "was damaged"
                return work(self._open(broken=reason))
            except BrokenError as error:
                raise JournalError(f"the journal {self.path} {error}") from error
            except sqlite3.Error as error:
                raise of_sqlite(self.path, error) from error
            except OSError as error:
                raise of_system(self.path, error) from error

    def _within(self, begin: str, connection: sqlite3.Connection, work: Work[T]) -> T:
        connection.execute(begin)
        try:
            self._refuse_newer(schema.version(connection))  # another process may have changed it
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with suppress(sqlite3.Error):  # SQLite does it by itself where it cannot be done
                    connection.execute("ROLLBACK")
            raise
        return result

    # Opening: what is found is checked before it is used.

    def _open(self, *, broken: str = "") -> sqlite3.Connection:
        if self._connection is not None and not broken and self._is_the_same():
            return self._connection
        if "\0" in str(self.path):
            raise JournalError(f"{str(self.path)!r} is no path")
        found = self._file
        self.close()
        if self._only_read:
            if broken:
                raise BrokenError(broken)
            self._connection = self._looked_at()
            self._file = self.path.stat(follow_symlinks=False)
            return self._connection
        make_folder(self.path.parent)
        try:
            # One process at a time, so that none sets aside what another has just begun.
            with locked(self.path, seconds=BUSY_SECONDS):
                if broken and (found is None or self._is(found)):
                    self._replace(broken)
                self._connection = self._checked()
                self._file = self.path.stat(follow_symlinks=False)
        except SettingsError as error:
            raise JournalError(error.sentence, hint=error.hint) from error
        self.opened += 1
        return self._connection

    def _is_the_same(self) -> bool:
        return self._file is not None and self._is(self._file)

    def _is(self, file: os.stat_result) -> bool:
        try:
            return os.path.samestat(self.path.stat(follow_symlinks=False), file)
        except FileNotFoundError:
            return False

    def _checked(self) -> sqlite3.Connection:
        try:
            found = self.path.stat(follow_symlinks=False)
        except FileNotFoundError:
            self._begin()
        else:
            if not stat.S_ISREG(found.st_mode):
                self._replace("was no file")
            elif found.st_size == 0:  # which a new one never is
                self._replace("was empty")  # SQLite would remove the log beside it
        try:
            return self._connected()
        except BrokenError as error:
            self._replace(str(error))
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        self._make_private()
        if is_remote(self.path.parent, self._mounts):
            self._without_log()
        connection = self._connect(self.path)
        try:
            found = schema.version(connection)
            self._refuse_newer(found)
            if found == 0:
                raise BrokenError("was no journal")  # noqa: TRY301 - as with what SQLite finds
            for (said,) in connection.execute("PRAGMA quick_check(1)"):
                if said != "ok":
                    raise BrokenError("was damaged")  # noqa: TRY301 - as above
            if found < len(self._steps):
                schema.bring_up(connection, self._steps)
            if not schema.complete(connection):
                raise BrokenError("was damaged")  # noqa: TRY301 - as above
            self._prepare(connection)
        except sqlite3.DatabaseError as error:
            connection.close()
            if broken(error):
                raise BrokenError("was damaged") from error
            raise
        except BaseException:
            connection.close()
            raise
        return connection

    def _looked_at(self) -> sqlite3.Connection:
        """Return a connection that changes nothing, to a file that is used as it is."""
        # Without a log nobody has it open; reading one that may change would leave a log beside it.
        logged = os.path.lexists(self._side("-wal"))
        connection = self._connect(self.path, "mode=ro" if logged else "mode=ro&immutable=1")
        try:
            found = schema.version(connection)
            self._refuse_newer(found)
            if not schema.complete(connection):
                raise BrokenError("is no journal, or was damaged")  # noqa: TRY301 - as with what SQLite finds
            if found < len(self._steps):
                raise JournalError(  # noqa: TRY301 - as above
                    f"the journal {self.path} was written by an older console",
                    hint="`console sent` brings it up to date",
                )
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_private(self) -> None:
        for path in (self.path, *map(self._side, _SIDES)):
            with suppress(FileNotFoundError):
                mode = path.stat(follow_symlinks=False).st_mode
                if stat.S_ISREG(mode) and mode & 0o077:
                    path.chmod(0o600)

    def _connect(self, path: Path, how: str = "mode=rw") -> sqlite3.Connection:
        # `rw`: a file that has gone meanwhile is not made again, empty.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{how}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogatepass")
        # What is pruned is gone from the file as well.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA fullfsync = ON")  # macOS leaves it in the drive otherwise
        return connection

    def _refuse_newer(self, found: int) -> None:
        if found > len(self._steps):
            raise JournalError(
                f"the journal {self.path} was written by a newer console: its version is {found}, "
                f"this one knows up to {len(self._steps)}",
                hint="use the newer console; the journal is as it was",
            )

    def _begin(self) -> None:
        """Put a new journal in place, all of it at once."""
        for side in _SIDES:
            # A log of another database's changes would be played into this one.
            with suppress(FileNotFoundError):
                self._side(side).rename(f"{self._aside()}{side}")
        new = self.path.with_name(f".{self.path.name}.new")
        try:
            # With a log readers and a writer work at once, where the file system can do that.
            if not self._made(new, log=True):
                self._made(new, log=False)
            new.rename(self.path)
        except BaseException:
            _remove(new)
            raise
        with suppress(OSError):  # some file systems cannot flush a folder
            folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _made(self, new: Path, *, log: bool) -> bool:
        """Make a journal at `new`; tell whether it can have a log, where it shall."""
        _remove(new)
        os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        connection = self._connect(new)
        try:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            schema.bring_up(connection, self._steps)
            if not log:
                return True
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
                return True
            return False
        finally:
            connection.close()

    def _without_log(self) -> None:
        """Do without the log that a file came with to where it cannot be relied on."""
        connection = self._connect(self.path)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # needs no shared memory
            if _mode(connection) == "wal":
                connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.DatabaseError as error:
            if broken(error):
                raise BrokenError("was damaged") from error
            raise
        finally:
            connection.close()

    # Setting aside.

    def _replace(self, reason: str) -> None:
        """Set the file aside with all that belongs to it, say so, and begin a new one."""
        aside = self._aside()
        # The database goes last: whoever is killed on the way leaves it to be found again.
        for side in _SIDES:
            with suppress(FileNotFoundError):
                self._side(side).rename(f"{aside}{side}")
        with suppress(FileNotFoundError):
            self.path.rename(aside)
        self.notice = f"the journal {reason}; a new one was begun, and the old one is now {aside}"
        self._begin()

    def _aside(self) -> Path:
        name = f"{self.path.name}.broken-{self._now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
        number = 1
        while True:
            aside = self.path.with_name(name if number == 1 else f"{name}-{number}")
            if not any(os.path.lexists(f"{aside}{side}") for side in ("", *_SIDES)):
                return aside
            number += 1

    def _side(self, side: str) -> Path:
        return Path(f"{self.path}{side}")


def _mode(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def _remove(path: Path) -> None:
    for side in ("", *_SIDES):
        Path(f"{path}{side}").unlink(missing_ok=True)
