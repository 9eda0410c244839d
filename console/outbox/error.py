"""The journal's error, and how errors of SQLite and of the system become it."""

import errno
import sqlite3
from pathlib import Path
from typing import Final

from console.errors import ConsoleError


class JournalError(ConsoleError):
    """The journal cannot be read or written; what cannot be journalled is not sent."""

    title = "Journal not usable"


_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def broken(error: sqlite3.Error) -> bool:
    """Tell whether `error` says that the file itself makes no sense."""
    return _code(error) in _BROKEN


def of_sqlite(path: Path, error: sqlite3.Error) -> JournalError:
    """Return what `error` means for the journal at `path`."""
    code = _code(error)
    if code in _BUSY:
        return JournalError(f"another program holds the journal {path}", hint="try again")
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code == sqlite3.SQLITE_READONLY:
        return JournalError(
            f"the journal {path} may not be written to",
            hint="look at who owns it and its folder, and with which permissions",
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return JournalError(
            f"the journal {path} cannot be opened",
            hint="look at the permissions of it and of its folder, and at the space on the disk",
        )
    if code == sqlite3.SQLITE_IOERR:
        return JournalError(
            f"the disk failed under the journal {path}: {error}", hint="is there space left on it?"
        )
    return JournalError(f"the journal {path} cannot be used: {error}")


def of_system(path: Path, error: OSError) -> JournalError:
    """Return what `error`, met on the way to the journal at `path`, means for it."""
    if error.errno in _FULL:
        return _full(path)
    reason = (error.strerror or "the system gives no reason").lower()
    return JournalError(f"the journal {path} cannot be used: {reason}")


def _full(path: Path) -> JournalError:
    return JournalError(
        f"the journal {path} could not be written: the disk is full", hint="make room on it"
    )


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's own code, without what it adds to it; 0 where the error is not its own."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else 0
