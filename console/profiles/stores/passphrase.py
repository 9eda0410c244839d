"""The passphrase of the encrypted file: found once, and remembered for the run.

Where it comes from, in this order: the file descriptor that CONSOLE_PASSPHRASE_FD numbers; the
command in CONSOLE_PASSPHRASE_COMMAND, split into words as a shell would, and run without one; the
operator.
"""

import os
import select
import shlex
import time
from collections.abc import Mapping

from pydantic import SecretStr

from console.log import hide
from console.profiles.stores.command import DEFAULT_SECONDS, Command
from console.profiles.stores.error import PassphraseError, StoreError
from console.profiles.stores.store import Ask

DESCRIPTOR = "CONSOLE_PASSPHRASE_FD"
COMMAND = "CONSOLE_PASSPHRASE_COMMAND"

OPERATOR = "the operator"
"""The source that is a person."""

SHORTEST = 8
"""Characters of a new passphrase; a shorter one is found by trying."""

_LONGEST = 4096  # bytes


class Passphrase:
    """Find the passphrase when it is first needed; remember it until `forget`.

    Args:
        environ: where the two variables are looked up.
        ask: who asks the operator; None where nobody can.
        terminal: whether the command may use the terminal.
    """

    def __init__(
        self, environ: Mapping[str, str], ask: Ask | None = None, *, terminal: bool = True
    ) -> None:
        self._environ = environ
        self._ask = ask
        self._terminal = terminal
        self._found: SecretStr | None = None

    def __reduce__(self) -> str:
        raise TypeError("a passphrase is not pickled: it would be plain text")

    @property
    def source(self) -> str:
        """Return where it comes from, in words; empty where it can come from nowhere."""
        if self._environ.get(DESCRIPTOR):
            return f"the file descriptor in {DESCRIPTOR}"
        if self._environ.get(COMMAND):
            return f"the command in {COMMAND}"
        return OPERATOR if self._ask else ""

    def get(self, *, new: bool) -> SecretStr:
        """Return the passphrase; `new` where a file will be made with it.

        Raises:
            PassphraseError: it is empty, or new and too short.
            StoreError: it comes from nowhere, or its source fails.
        """
        if self._found is None:
            self._found = self._find(new=new)
            hide(self._found)
        length = len(self._found.get_secret_value())
        if not length or (new and length < SHORTEST):
            self._found = None
            raise PassphraseError(
                "the passphrase is empty"
                if not length
                else f"the passphrase is too short: {SHORTEST} characters at least",
                hint="a few random words make a good one",
            )
        return self._found

    @property
    def known(self) -> bool:
        """Whether it was found already, so that nobody will be asked."""
        return self._found is not None

    def forget(self) -> None:
        """Forget it, as it was wrong: the next use asks again."""
        self._found = None

    def _find(self, *, new: bool) -> SecretStr:
        if number := self._environ.get(DESCRIPTOR, "").strip():
            return _read(number)
        if command := self._environ.get(COMMAND, "").strip():
            return _run(command, terminal=self._terminal)
        if self._ask is None:
            raise StoreError(
                "the encrypted file needs its passphrase, and nobody can be asked here",
                hint=f"set {DESCRIPTOR} or {COMMAND}, or run the command on a terminal",
            )
        return self._ask(new=new)


def _read(number: str) -> SecretStr:
    """Return the first line from a file descriptor."""
    hint = f"{DESCRIPTOR} is the number of an open descriptor: `{DESCRIPTOR}=3 … 3<FILE`"
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise StoreError(f"{DESCRIPTOR} is no number of a file descriptor", hint=hint)
    descriptor, text = int(number), b""
    deadline = time.monotonic() + DEFAULT_SECONDS
    try:
        while b"\n" not in text and len(text) <= _LONGEST:
            ready, _, _ = select.select([descriptor], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise StoreError(f"no passphrase came from file descriptor {descriptor}", hint=hint)
            piece = os.read(descriptor, _LONGEST)
            if not piece:
                break
            text += piece
    except (OSError, ValueError):  # not open; too high a number for `select`
        raise StoreError(f"file descriptor {descriptor} cannot be read", hint=hint) from None
    line = text.partition(b"\n")[0].removesuffix(b"\r")
    if len(line) > _LONGEST:
        raise StoreError(f"file descriptor {descriptor} holds no passphrase", hint=hint)
    return SecretStr(os.fsdecode(line))


def _run(command: str, *, terminal: bool) -> SecretStr:
    """Return the line that the command prints."""
    try:
        words = shlex.split(command)
    except ValueError:
        raise StoreError(f"{COMMAND} has a quote that does not end", hint="mend it") from None
    try:
        found = Command(words, secret="passphrase", terminal=terminal).get("")  # noqa: S106 - a name
    except StoreError as error:
        sentence = error.sentence.replace("secret_command", COMMAND)
        raise StoreError(sentence, hint=f"run {COMMAND} by hand to see what it says") from None
    if "passphrase" not in found:
        raise StoreError(f"{COMMAND} printed no passphrase", hint="it prints one line")
    return found["passphrase"]
