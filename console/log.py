"""The log: a file for whoever looks for a fault, with no secret in it.

It is off unless somebody asks for it; a crash is written to it in any case. Each record is appended
by one write to a file that is opened for it, so that several consoles can write at once and none
holds a file that another one has put aside. Records of other libraries come here too.

What must not be in it: every secret that this process has met, since a credential tells `hide` of
its own when it is made; the values of headers that carry one; signatures. Text from outside is made
safe, and a record of many lines cannot look like many records: all but the first are indented.
"""

import errno
import logging
import os
import re
import stat
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from console.text import safe
from console.version import __version__

LEVELS: Final = ("debug", "info", "warning")
"""How much may be asked for, the most first."""

LARGEST: Final = 1 << 20
"""Bytes after which the file is put aside as `.1`, in the place of the one before."""

_LONGEST: Final = 20_000  # characters of one record
_SHORTEST: Final = 4  # a shorter secret would blot out half of what is said
_HIDDEN: Final = "[hidden]"

_HEADER: Final = re.compile(
    r"\b((?:proxy-)?authorization|x-(?:auth|subject|security)-token|(?:set-)?cookie)"
    r"(\\?[\"']?\s*[:=,]\s*b?\\?[\"']?)[^\"'\r\n]+",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"\b(signature\s*[=:]\s*[\"']?)[^\s,\"'&]+", re.IGNORECASE)
_USER_INFO: Final = re.compile(r"://[^/\s@]+@")

_LOGGER: Final = logging.getLogger("console")


class Secret(Protocol):
    """What a `SecretStr` is; this room does without its library."""

    def get_secret_value(self) -> str:
        """Return the plain text."""


_met: list[Secret] = []


def hide(*secrets: Secret | None) -> None:
    """Keep `secrets` out of everything that is written from now on."""
    _met.extend(each for each in secrets if each is not None and each not in _met)


def cleaned(text: str) -> str:
    """Return `text` without secrets, safe to show, and no longer than a record may be."""
    for form in sorted(_forms(), key=len, reverse=True):
        text = text.replace(form, _HIDDEN)
    text = _HEADER.sub(rf"\1\2{_HIDDEN}", text)
    text = _SIGNATURE.sub(rf"\1{_HIDDEN}", text)
    text = safe(_USER_INFO.sub(f"://{_HIDDEN}@", text))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


def _forms() -> set[str]:
    """Return every secret as it may be written: plain, in quotes, in JSON, in an address."""
    from json import dumps  # noqa: PLC0415 - for a log alone
    from urllib.parse import quote, quote_plus  # noqa: PLC0415 - as above

    forms: set[str] = set()
    for value in (each.get_secret_value() for each in _met):
        if len(value) < _SHORTEST:
            continue
        raw = value.encode("utf-8", "surrogatepass")  # a secret may hold anything at all
        forms |= {value, repr(value)[1:-1], repr(raw)[2:-1], dumps(value)[1:-1]}
        forms |= {quote(raw, safe=""), quote_plus(raw)}
    return forms


def start(path: Path, level: str) -> None:
    """Write everything from `level` on to the file `path`.

    Args:
        path: the file; its folder is there.
        level: one of `LEVELS`.

    Raises:
        OSError: it cannot be written to, or is no file of one's own.
    """
    _append(path, _line("INFO", "console", f"version {__version__} begins"))
    handler = _File(path)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())


def note(sentence: str) -> None:
    """Write a sentence about this program as a warning, where a log was started."""
    if any(isinstance(each, _File) for each in logging.getLogger().handlers):
        _LOGGER.warning("%s", sentence)


def crash(path: Path, error: BaseException) -> None:
    """Write where an unexpected error came from, without the values of any variable.

    Raises:
        OSError: the file cannot be written to.
    """
    said = "".join(traceback.format_exception(error))
    _append(path, _line("CRITICAL", "console", f"version {__version__} crashed\n{said}"))


class _File(logging.Handler):
    """Appends each record to a file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        """Write `record`; a log that cannot be written to disturbs nobody."""
        # What may fail is the disk, and words that do not fit their sentence.
        with suppress(OSError, TypeError, ValueError):
            _append(self._path, _line(record.levelname, record.name, self.format(record)))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Stay silent: the usual complaint on stderr quotes what was to be written."""


def _line(level: str, name: str, text: str) -> str:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    shown = cleaned(text).rstrip("\n").replace("\n", "\n    ")
    return f"{now} {os.getpid()} {level} {name} {shown}\n"


def _append(path: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
    descriptor = os.open(path, flags | os.O_NONBLOCK, 0o600)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise OSError(errno.EPERM, "it is no file of yours")
        if found.st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
        os.write(descriptor, text.encode("utf-8", "replace"))
        if found.st_size > LARGEST and path.lstat().st_ino == found.st_ino:
            path.rename(path.with_name(f"{path.name}.1"))
    finally:
        os.close(descriptor)
