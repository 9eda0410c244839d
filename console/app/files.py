"""An export written to a file: whole or not at all, and never over another one unasked."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

from console.errors import OutputError
from console.export import Put

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What a file system says that knows no hard links."""

_LONGEST_PART: Final = 40


class FileThereError(OutputError):
    """There is a file of that name already, and nobody said to replace it."""

    title = "Not written"


def part_of_name(text: str) -> str:
    """Return what of `text` may stand in a file's name: letters, digits, `.`, `_` and `-`.

    What comes from outside can hold `../`, spaces and control characters; none of them is left,
    and no leading dot or hyphen.
    """
    kept = "".join(each if each.isalnum() or each in "._-" else "-" for each in text)
    while "--" in kept:
        kept = kept.replace("--", "-")
    return kept.strip(".-_")[:_LONGEST_PART]


def default_name(name: str, form: str, at: datetime, *, folder: Path | None = None) -> str:
    """Return a name that no file in `folder` has, such as `blocked-2026-11-21T0130.csv`.

    Args:
        name: what is exported.
        form: the format, which is how the name ends.
        at: when, in the zone that the operator sees.
        folder: where the file is to be; None for the current folder.
    """
    begin = f"{part_of_name(name) or 'rows'}-{at:%Y-%m-%dT%H%M}"
    found = f"{begin}.{form}"
    number = 1
    while os.path.lexists((folder or Path()) / found):
        number += 1
        found = f"{begin}-{number}.{form}"
    return found


def path_of(typed: str) -> Path:
    """Return the path that an operator typed; `~` is the home folder.

    Raises:
        OutputError: it can be none, such as an empty one.
    """
    if not typed.strip():
        raise OutputError("a name for the file is needed")
    if "\0" in typed or not typed.isprintable():
        raise OutputError("the name holds a control character")
    try:
        return Path(typed.strip()).expanduser()
    except RuntimeError as error:
        raise OutputError(f"{typed.strip()}: there is no such home folder") from error


def shortly(folder: Path) -> str:
    """Return how a folder is called; raw. `~` is the home folder."""
    home = Path("~")
    with suppress(RuntimeError):
        home = home.expanduser()
    if not folder.is_relative_to(home):
        return str(folder)
    return str(Path("~") / folder.relative_to(home))


def refuse(path: Path, *, replace: bool = False) -> None:
    """Raise where an export cannot be written to `path`; nothing is changed.

    Raises:
        FileThereError: there is a file already, and `replace` is not set.
        OutputError: it is a folder, a link, a pipe or a device, or its folder is missing.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise OutputError(f"there is no folder {path.parent}") from None
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise OutputError(f"the folder {path.parent} may not be written to") from None
        return
    except OSError as error:
        raise _unwritten(path, error) from error
    except ValueError as error:  # a NUL, or what the system's encoding does not have
        raise OutputError("no file can have that name") from error
    if stat.S_ISDIR(found.st_mode):
        raise OutputError(f"{path} is a folder; name a file in it")
    if stat.S_ISLNK(found.st_mode):
        raise OutputError(f"{path} is a symbolic link; name the file itself")
    if not stat.S_ISREG(found.st_mode):
        raise OutputError(f"{path} is a pipe or a device, not a file")
    if not replace:
        raise FileThereError(f"there is a file {path} already")


class Exporting:
    """A file that is being written: there once it is whole, and whole.

    Until then the text goes to a file beside it whose name ends in `.part`. The file is its owner's
    alone (0600). `open`, `put` and `close` wait for the disk: an application calls them in threads,
    one after the other. `abandon` may be called at any time and from anywhere: while a thread
    writes it takes effect when that write is done.

    Attributes:
        is_done: whether the file is there.
    """

    def __init__(self, path: Path, *, replace: bool = False) -> None:
        """Say where it is to be; nothing happens yet.

        Args:
            path: the file.
            replace: whether one that is there is written over.
        """
        self.is_done = False
        self._path = path
        self._replace = replace
        self._part: Path | None = None
        self._descriptor: int | None = None
        self._abandoned = False
        self._turn = Lock()  # whoever has it may use the descriptor

    def open(self) -> None:
        """Make the file beside it.

        Raises:
            FileThereError: there is a file already, and `replace` is not set.
            OutputError: it cannot be written.
        """
        with self._using():
            refuse(self._path, replace=self._replace)
            part = self._path.with_name(f".{self._path.name}.{os.urandom(4).hex()}.part")
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            try:
                self._descriptor = os.open(part, flags, 0o600)
            except OSError as error:
                raise _unwritten(self._path, error) from error
            self._part = part

    def put(self, text: str) -> None:
        """Write text, as UTF-8.

        Raises:
            OutputError: it cannot be written, or was abandoned.
        """
        with self._using():
            _, descriptor = self._opened()
            left = memoryview(text.encode("utf-8", "replace"))
            try:
                while left:
                    left = left[os.write(descriptor, left) :]
            except OSError as error:
                raise _unwritten(self._path, error) from error

    def close(self) -> None:
        """Give the file its name; it is whole.

        Raises:
            FileThereError: there is a file now, and `replace` is not set; it stays.
            OutputError: it cannot be written to its end, or was abandoned.
        """
        with self._using():
            part, descriptor = self._opened()
            _flush(descriptor, self._path)
            self._opened()  # flushing takes long: it may have been abandoned meanwhile
            try:
                self._close()
            except OSError as error:  # some network file systems write only now
                raise _unwritten(self._path, error) from error
            _name(part, self._path, replace=self._replace)
            self.is_done = True

    def abandon(self) -> None:
        """Leave nothing of it; where it is done, it stays."""
        self._abandoned = True
        self._let_go()

    @contextmanager
    def _using(self) -> Iterator[None]:
        try:
            with self._turn:
                yield
        finally:
            if self._abandoned:
                self._let_go()

    def _opened(self) -> tuple[Path, int]:
        if self._abandoned or self._part is None or self._descriptor is None:
            raise OutputError(f"{self._path} was not written: the writing was ended")
        return self._part, self._descriptor

    def _let_go(self) -> None:
        """Close the descriptor and remove the file beside; whoever uses it does that instead."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            with suppress(OSError):
                self._close()
            if self._part and not self.is_done:
                with suppress(OSError):
                    self._part.unlink()
        finally:
            self._turn.release()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def written(path: Path, *, replace: bool = False) -> Iterator[Put]:
    """Give what writes into `path`; the file is there once the block ends well.

    Where the block ends in an error, or the disk is full, nothing is left behind, and what was at
    `path` stays.

    Raises:
        FileThereError: there is a file already, and `replace` is not set.
        OutputError: it cannot be written, or not to its end.
    """
    export = Exporting(path, replace=replace)
    try:
        export.open()
        yield export.put
        export.close()
    finally:
        export.abandon()  # an interrupt too leaves nothing behind


def _flush(descriptor: int, path: Path) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot
            raise _unwritten(path, error) from error


def _name(part: Path, path: Path, *, replace: bool) -> None:
    """Give a finished file its name; another one that came meanwhile is not written over."""
    try:
        if not replace:
            try:
                path.hardlink_to(part)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
            else:
                part.unlink()
                return
        refuse(path, replace=replace)
        part.rename(path)
    except FileExistsError as error:
        raise FileThereError(f"there is a file {path} already") from error
    except OSError as error:
        raise _unwritten(path, error) from error


def _unwritten(path: Path, error: OSError) -> OutputError:
    if error.errno in _FULL:
        return OutputError(
            f"{path} was not written: the disk is full", hint="nothing of it was left behind"
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return OutputError(f"{path} was not written: its folder may not be written to")
    if error.errno == errno.ENAMETOOLONG:
        return OutputError("the name is too long for a file")
    if error.errno == errno.ENOTDIR:
        return OutputError(f"{path} was not written: a part of it is a file, not a folder")
    reason = (error.strerror or "the system gives no reason").lower()
    return OutputError(f"{path} was not written: {reason}")
