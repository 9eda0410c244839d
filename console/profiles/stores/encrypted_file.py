"""One encrypted file with the secrets of all profiles, for machines without a keyring.

The layout, all numbers big-endian: a header of 42 bytes, then the ciphertext with its tag.

| bytes | what |
|---|---|
| 10 | `NC-SECRETS` |
| 1 | version: 1 |
| 1 | binary logarithm of scrypt's n |
| 1 | scrypt's r |
| 1 | scrypt's p |
| 16 | salt of the passphrase's key |
| 12 | nonce |

The key comes from scrypt (RFC 7914), the ciphertext from AES-256-GCM with the header as associated
data, both as the cryptography library does them; salt and nonce are new for every write. Inside is
JSON: the secrets of each profile by their names, by the profiles' names.
"""

import json
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import SecretStr

from console.errors import ConsoleError
from console.profiles.files import locked, read_private, write_private
from console.profiles.stores.error import PassphraseError, StoreError
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import Probe, Secrets
from console.text import cell

_MAGIC = b"NC-SECRETS"
_VERSION = 1
_HEADER = struct.Struct(">10sBBBB16s12s")
_LOG_N, _R, _P = 17, 8, 1  # 128 MiB and a third of a second: OWASP's least for scrypt
_LARGEST_LOG_N = 20  # what a file may ask of us: 1 GiB, not a machine's whole memory
_LOCK_SECONDS = 20.0  # a change takes two keys, so a queue of writers takes seconds

_Book = dict[str, dict[str, str]]


class EncryptedFile:
    """Keep secrets in a file that a passphrase opens.

    Every method but `probe` blocks while the passphrase is found and its key is derived: call it
    from a thread.

    Args:
        path: where the file is; its folder is made where it is missing.
        passphrase: what opens it; one for the whole run, so that it is asked for once.
    """

    name = "file"
    writable = True

    def __init__(self, path: Path, passphrase: Passphrase) -> None:
        self.path = path
        self._passphrase = passphrase

    def probe(self) -> Probe:
        """Say whether the file can be read and written; neither opens it nor asks for anything."""
        try:
            with _ours():
                sentence = self._look()
        except StoreError as error:
            sentence = f"{error.sentence}; {error.hint}" if error.hint else error.sentence
            return Probe(usable=False, sentence=sentence, backend=cell(str(self.path)))
        return Probe(usable=True, sentence=sentence, backend=cell(str(self.path)))

    def open(self) -> None:
        """Find the passphrase now, and try it where there is a file.

        Raises:
            StoreError: as `get` does, but for a profile that has no secrets.
        """
        with _ours():
            data = self._read()
            passphrase = self._passphrase.get(new=data is None)
            if data is not None:
                self._opened(data, passphrase)

    def get(self, profile: str) -> Secrets:
        """Return the secrets of `profile`.

        Raises:
            StoreError: there are none; the passphrase is wrong or missing; others can read the
                file; it is damaged, or is no file.
        """
        with _ours():
            data = self._read()
            book = self._opened(data, self._passphrase.get(new=False)) if data is not None else {}
        if not (found := book.get(profile)):
            raise StoreError(
                f"the encrypted file holds no secret of profile {cell(profile)!r}",
                hint=f"store one with `console login {cell(profile)}`",
            )
        return {name: SecretStr(value) for name, value in found.items()}

    def put(self, profile: str, secrets: Mapping[str, SecretStr]) -> None:
        """Keep `secrets` as those of `profile`; the others' stay as they are.

        Raises:
            StoreError: as `get` does; or the disk is full or not writable, or another process
                changes the file for longer than 20 s. What was there before still is.
        """
        kept = {name: value.get_secret_value() for name, value in secrets.items()}
        with _ours():
            # Found before the lock is taken: a person who types holds nobody up.
            passphrase = self._passphrase.get(new=self._read() is None)
            with locked(self.path, seconds=_LOCK_SECONDS):
                data = self._read()
                book = self._opened(data, passphrase) if data is not None else {}
                write_private(self.path, _sealed({**book, profile: kept}, passphrase))

    def delete(self, profile: str) -> None:
        """Remove the secrets of `profile`; with the last of them goes the file.

        Raises:
            StoreError: as `put` does.
        """
        with _ours():
            if self._read() is None:
                return
            passphrase = self._passphrase.get(new=False)
            with locked(self.path, seconds=_LOCK_SECONDS):
                data = self._read()
                book = self._opened(data, passphrase) if data is not None else {}
                if book.pop(profile, None) is None:
                    return
                if book:
                    write_private(self.path, _sealed(book, passphrase))
                else:
                    self.path.unlink()

    def _look(self) -> str:
        """Return what there is to say; raise where the file cannot be used."""
        source = self._passphrase.source
        if not source:
            raise StoreError(
                "nobody can be asked for the passphrase here",
                hint="set CONSOLE_PASSPHRASE_FD or CONSOLE_PASSPHRASE_COMMAND",
            )
        if (data := self._read()) is not None:
            _header(data)
        folder = next(each for each in self.path.absolute().parents if each.exists())
        effective = os.access in os.supports_effective_ids
        may = os.access(folder, os.W_OK | os.X_OK, effective_ids=effective)
        if not (may and folder.is_dir()):
            raise StoreError(f"the folder {folder} may not be written to", hint="mend it")
        state = "it is there" if data is not None else "it will be made"
        return f"{state}; the passphrase comes from {source}"

    def _read(self) -> bytes | None:
        try:
            return read_private(self.path)
        except FileNotFoundError:
            return None

    def _opened(self, data: bytes, passphrase: SecretStr) -> _Book:
        """Return what the file holds."""
        log_n, r, p, salt, nonce = _header(data)
        key = _key(passphrase, salt, log_n, r, p)
        try:
            text = AESGCM(key).decrypt(nonce, data[_HEADER.size :], data[: _HEADER.size])
        except InvalidTag:
            self._passphrase.forget()
            raise PassphraseError(
                "the passphrase is wrong, or the encrypted file was damaged",
                hint=f"try again; a file that is lost for good can go: {self.path}",
            ) from None
        book: _Book = json.loads(text)  # authentic, so it is what we wrote
        return book


def _sealed(book: _Book, passphrase: SecretStr) -> bytes:
    """Return the bytes of a file that holds `book`."""
    salt, nonce = os.urandom(16), os.urandom(12)
    header = _HEADER.pack(_MAGIC, _VERSION, _LOG_N, _R, _P, salt, nonce)
    key = _key(passphrase, salt, _LOG_N, _R, _P)
    return header + AESGCM(key).encrypt(nonce, json.dumps(book).encode(), header)


def _header(data: bytes) -> tuple[int, int, int, bytes, bytes]:
    """Return the parameters in the file's header, as far as they are bearable."""
    if not data.startswith(_MAGIC):
        raise StoreError("the encrypted file is none of this program's", hint="move it away")
    if len(data) <= _HEADER.size:
        raise StoreError("the encrypted file was cut off", hint="bring back a copy of it")
    _, version, log_n, r, p, salt, nonce = _HEADER.unpack_from(data)
    if version != _VERSION:
        raise StoreError(
            f"the encrypted file has version {version}, and this program knows {_VERSION}",
            hint="use the newer program that wrote it",
        )
    if not (_LOG_N <= log_n <= _LARGEST_LOG_N and r == _R and p == _P):
        raise StoreError("the encrypted file was damaged", hint="bring back a copy of it")
    return log_n, r, p, salt, nonce


def _key(passphrase: SecretStr, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    words = passphrase.get_secret_value().encode(errors="surrogateescape")
    try:
        return Scrypt(salt, length=32, n=1 << log_n, r=r, p=p).derive(words)
    except MemoryError:
        size = (128 * r << log_n) >> 20
        raise StoreError(
            f"there is no memory for the passphrase's key: it takes {size} MiB",
            hint="end something else, or choose another store with `console login`",
        ) from None


@contextmanager
def _ours() -> Iterator[None]:
    """Make what other rooms say of the file a store's error."""
    try:
        yield
    except StoreError:
        raise
    except ConsoleError as error:
        raise StoreError(error.sentence, hint=error.hint) from None
    except OSError as error:
        raise StoreError(f"the encrypted file cannot be used: {error.strerror}") from None
