"""Files of one's own: read only when nobody else could have meddled, written whole or not at all.

Three kinds of file are told apart:

- *private* ones hold a secret, encrypted or not: nobody else may read or change them, or put
  another file in their place, and they are never reached through a link;
- *shared* ones hold settings (`profiles.toml`): everybody may read them, nobody else may change
  them, since a setting can name a command that is run; links are followed, as people keep such
  files in a repository and link to them;
- *foreign* ones belong to other tools: read as they are found, but for links, pipes and devices.

A write goes to a new file in the same folder, is flushed to the disk and then renamed, so whoever
reads, and whatever is found after a power cut, sees the old contents or the new ones.
"""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from console.errors import CredentialsError, SettingsError

LARGEST: Final = 1 << 20
"""Bytes that a file of ours, or one that is imported from, may have."""

LOCK_SECONDS: Final = 5.0
"""How long another process may hold a file's lock; a change takes milliseconds."""

_STALE_SECONDS: Final = 600.0
"""When the new file of a write that never ended is swept away."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LOCKS: Final = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS})


class Rule(NamedTuple):
    """What a file must be like.

    Attributes:
        error: the kind of error where it is not.
        links: whether it may be reached through a symbolic link.
        forbidden: permission bits that it must not have.
        guarded: whether its owner, and its folder, must be beyond the reach of others.
    """

    error: type[SettingsError | CredentialsError]
    links: bool
    forbidden: int
    guarded: bool


PRIVATE: Final = Rule(CredentialsError, links=False, forbidden=0o077, guarded=True)
SHARED: Final = Rule(SettingsError, links=True, forbidden=0o022, guarded=False)
FOREIGN: Final = Rule(SettingsError, links=False, forbidden=0, guarded=False)


def read_private(path: Path) -> bytes:
    """Return what the private file `path` holds.

    Raises:
        FileNotFoundError: there is none; only the caller knows what that means.
        CredentialsError: it is a link, a folder, a pipe or a device, others can read or change it,
            it belongs to somebody else, is too large, or cannot be read. The hint is the command
            that mends it.
    """
    return read(path, PRIVATE)


def read_shared(path: Path) -> bytes:
    """Return what the shared file `path` holds.

    Raises:
        FileNotFoundError: there is none.
        SettingsError: it is no file, others can change it, or it cannot be read.
    """
    return read(path, SHARED)


def read(path: Path, rule: Rule) -> bytes:
    """Return what `path` holds, if it is as `rule` says.

    Raises:
        FileNotFoundError: there is none.
        SettingsError, CredentialsError: as `rule.error` says; it is not, or it cannot be read.
    """
    try:
        # Opening a device can do something; so it is looked at before, and again once it is open.
        _refuse_kind(path, path.stat(follow_symlinks=rule.links), rule)
        descriptor = os.open(
            path,
            os.O_RDONLY
            | os.O_NONBLOCK  # a pipe that is put there meanwhile holds nobody up
            | os.O_NOCTTY
            | os.O_CLOEXEC
            | (0 if rule.links else os.O_NOFOLLOW),
        )
        try:
            _refuse(path, os.fstat(descriptor), rule)
            if rule.guarded:
                _refuse_folder(path.parent, path.parent.stat(), rule)
            return _all(descriptor, path, rule)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _unread(path, error, rule) from error
    except ValueError as error:  # a NUL in the path
        raise rule.error(f"{str(path)!r} is no path") from error


def write_private(path: Path, data: bytes) -> None:
    """Write the private file `path`: 0600, in a folder that is made 0700 where it is missing.

    Raises:
        CredentialsError: something else than a file of one's own is in its place, others can
            write to its folder, or the disk is full or not writable. What was there before is
            still there.
    """
    _write(path, data, PRIVATE, 0o600)


def write_shared(path: Path, data: bytes) -> None:
    """Write the shared file `path`; a link stays one, and the file keeps its permissions.

    A new file is 0600.

    Raises:
        SettingsError: as `write_private` does CredentialsError.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = stat.S_IMODE(target.stat().st_mode) & 0o755
    except OSError:
        mode = 0o600
    _write(target, data, SHARED, mode)


def set_aside(path: Path) -> Path:
    """Give `path` the name under which what cannot be used is kept, and return that name.

    Raises:
        OSError: it could not be renamed.
    """
    aside = path.with_name(f"{path.name}.broken")
    path.rename(aside)
    return aside


@contextmanager
def locked(path: Path, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of `path`, so that reading, changing and writing it is one step.

    The lock is a file beside it, which stays; the lock itself ends with the process. Where the
    file system knows no locks there is none, and the last of two writers wins.

    Raises:
        SettingsError: another process held it for `seconds`, or the folder is not writable.
    """
    import fcntl  # noqa: PLC0415 - needed for a write alone

    target = Path(os.path.realpath(path))
    lock = target.with_name(f".{target.name}.lock")
    try:
        make_folder(target.parent)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritten(path, error, SHARED) from error
    try:
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= end:
                    raise SettingsError(
                        f"another process is changing {path}", hint="try again"
                    ) from error
                time.sleep(0.01)
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    raise _unwritten(path, error, SHARED) from error
                break
            else:
                break
        yield
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make `folder` and what it lies in, each 0700, where they are missing.

    Raises:
        OSError: it cannot be made.
    """
    missing: list[Path] = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        with suppress(FileExistsError):
            each.mkdir(mode=0o700)


def _refuse_kind(path: Path, found: os.stat_result, rule: Rule) -> None:
    mode = found.st_mode
    if stat.S_ISREG(mode):
        return
    if stat.S_ISLNK(mode):
        raise rule.error(f"{path} is a symbolic link", hint="put the file itself in its place")
    if stat.S_ISDIR(mode):
        kind = "a directory"
    elif stat.S_ISFIFO(mode):
        kind = "a pipe"
    elif stat.S_ISSOCK(mode):
        kind = "a socket"
    else:
        kind = "a device"
    raise rule.error(f"{path} is {kind}, not a file", hint="move it away")


def _refuse(path: Path, found: os.stat_result, rule: Rule) -> None:
    """Raise where the open file behind `found` breaks `rule`."""
    _refuse_kind(path, found, rule)
    if rule is not FOREIGN and found.st_uid not in {0, os.geteuid()}:
        raise rule.error(
            f"{path} belongs to user {found.st_uid}, not to you (user {os.geteuid()})",
            hint=f"run this as user {found.st_uid}, or chown {os.geteuid()} {_quoted(path)}",
        )
    if found.st_mode & rule.forbidden:
        can = "read" if found.st_mode & rule.forbidden & 0o044 else "change"
        mend = "chmod 600" if rule.guarded else "chmod go-w"
        raise rule.error(f"others can {can} {path}", hint=f"{mend} {_quoted(path)}")


def _refuse_folder(folder: Path, found: os.stat_result, rule: Rule) -> None:
    """Raise where others could put another file in the place of one in `folder`."""
    if found.st_uid not in {0, os.geteuid()}:
        raise rule.error(f"the folder {folder} belongs to user {found.st_uid}, not to you")
    if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
        raise rule.error(
            f"others can put files into {folder}", hint=f"chmod go-w {_quoted(folder)}"
        )


def _too_large(path: Path, rule: Rule) -> SettingsError | CredentialsError:
    return rule.error(f"{path} is larger than {LARGEST >> 20} MiB, so it is not what it should be")


def _all(descriptor: int, path: Path, rule: Rule) -> bytes:
    pieces: list[bytes] = []
    left = LARGEST + 1
    while left > 0 and (piece := os.read(descriptor, left)):
        pieces.append(piece)
        left -= len(piece)
    if left <= 0:
        raise _too_large(path, rule)
    return b"".join(pieces)


def _write(path: Path, data: bytes, rule: Rule, mode: int) -> None:
    if len(data) > LARGEST:
        raise _too_large(path, rule)
    new = f".{path.name}.{os.urandom(6).hex()}.new"
    try:
        make_folder(path.parent)
        # All steps name the file by this descriptor: a folder that is swapped meanwhile is not met.
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if rule.guarded:
                _refuse_folder(path.parent, os.fstat(folder), rule)
            with suppress(FileNotFoundError):
                _refuse_kind(path, os.stat(path.name, dir_fd=folder, follow_symlinks=False), rule)
            _sweep(path, folder)
            try:
                _fill(new, data, folder, mode)
                os.rename(new, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:  # an interrupt too leaves nothing behind
                with suppress(OSError):
                    os.unlink(new, dir_fd=folder)
                raise
            _flush_folder(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise _unwritten(path, error, rule) from error
    except ValueError as error:  # a NUL in the path
        raise rule.error(f"{str(path)!r} is no path") from error


def _fill(name: str, data: bytes, folder: int, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        if mode != 0o600:
            os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_folder(folder: int) -> None:
    try:
        os.fsync(folder)
    except OSError as error:
        # Some network file systems cannot flush a folder; the file itself is written by now.
        if error.errno not in {errno.EINVAL, *_NO_LOCKS}:
            raise


def _sweep(path: Path, folder: int) -> None:
    """Remove what a write that was killed has left, once it is too old to be under way."""
    with os.scandir(folder) as entries:
        left = [e.name for e in entries if _is_new_file(e.name, path.name) and _is_stale(e)]
    for name in left:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)


def _is_new_file(name: str, of: str) -> bool:
    return name.startswith(f".{of}.") and name.endswith(".new")


def _is_stale(entry: "os.DirEntry[str]") -> bool:
    try:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > _STALE_SECONDS
    except OSError:
        return False


def _unread(path: Path, error: OSError, rule: Rule) -> SettingsError | CredentialsError:
    if error.errno in {errno.EACCES, errno.EPERM}:
        return rule.error(f"{path} may not be read", hint=f"chmod 600 {_quoted(path)}")
    if error.errno == errno.ELOOP:
        return rule.error(f"{path} is a symbolic link that leads nowhere")
    if error.errno == errno.ENOTDIR:
        return rule.error(f"a part of {path} is a file, not a directory")
    return rule.error(f"{path} cannot be read: {_reason(error)}")


def _unwritten(path: Path, error: OSError, rule: Rule) -> SettingsError | CredentialsError:
    before = "; what was there before is still there"
    if error.errno in _FULL:
        return rule.error(f"{path} was not written: the disk is full{before}")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return rule.error(
            f"{path} was not written: its folder may not be written to",
            hint=f"ls -ld {_quoted(path.parent)}",
        )
    if error.errno == errno.EROFS:
        return rule.error(f"{path} was not written: its file system is read-only")
    if error.errno == errno.ENOTDIR:
        return rule.error(f"{path} was not written: a part of it is a file, not a directory")
    return rule.error(f"{path} was not written: {_reason(error)}{before}")


def _reason(error: OSError) -> str:
    return (error.strerror or "the system gives no reason").lower()


def _quoted(path: Path) -> str:
    from shlex import quote  # noqa: PLC0415 - needed for an error's hint alone

    return quote(str(path))
