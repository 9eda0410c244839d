"""Secrets that another program prints: pass, gopass, op, vault, a script of one's own."""

import shutil
from collections.abc import Mapping, Sequence

from pydantic import SecretStr

from console.profiles.stores.error import StoreError
from console.profiles.stores.process import LONGEST, TooMuchError, run
from console.profiles.stores.store import Probe, Secrets, unpacked
from console.text import cell

DEFAULT_SECONDS = 15.0
"""How long a command may take: a hardware token waits for a touch."""


class Command:
    """Read the secrets of a profile from what its `secret_command` prints.

    It prints one line, which is the secret, or a JSON object with several by their names. It runs
    without a shell. What it prints to stderr is shown only when it fails, and only its first line.

    Args:
        words: the program and its arguments.
        secret: which secret a bare line is.
        seconds: how long the program may take.
        terminal: whether it may use the terminal, to ask for a PIN; its stdin is then ours, where
            that is a terminal, and empty otherwise.
    """

    name = "command"
    writable = False

    def __init__(
        self,
        words: Sequence[str],
        *,
        secret: str = "secret_key",  # noqa: S107 - a secret's name
        seconds: float = DEFAULT_SECONDS,
        terminal: bool = True,
    ) -> None:
        self.words = tuple(words)
        self.secret = secret
        self.seconds = seconds
        self.terminal = terminal

    def probe(self) -> Probe:
        """Say whether the program is there; it is not run, as it may ask for a touch or a PIN."""
        if not self.words:
            return Probe(usable=False, sentence=_NO_COMMAND, backend="")
        program = cell(self.words[0])
        found = shutil.which(self.words[0])
        if not found:
            return Probe(
                usable=False,
                sentence=f"secret_command cannot run: there is no program {program!r}",
                backend=program,
            )
        return Probe(
            usable=True, sentence=f"{program} is run when a secret is needed", backend=cell(found)
        )

    def get(self, profile: str) -> Secrets:
        """Run the program and return what it printed, by names.

        Raises:
            StoreError: there is no such program, it failed, took too long, or printed no secret.
        """
        shown = cell(profile)
        if not self.words:
            raise StoreError(_NO_COMMAND, hint="write it as a list: a program and its arguments")
        program = cell(self.words[0])
        hint = f"run the secret_command of profile {shown!r} by hand to see what it says"
        try:
            finished = run(self.words, seconds=self.seconds, terminal=self.terminal)
        except TimeoutError:
            raise StoreError(
                f"secret_command did not end within {self.seconds:g} s: {program}", hint=hint
            ) from None
        except TooMuchError:
            raise StoreError(
                f"secret_command printed more than {LONGEST // 1024} KiB: {program}", hint=hint
            ) from None
        except FileNotFoundError:
            raise StoreError(
                f"secret_command cannot run: there is no program {program!r}",
                hint=f"install it, or mend secret_command of profile {shown!r}",
            ) from None
        except (OSError, ValueError) as error:  # not executable; a NUL among the words
            reason = getattr(error, "strerror", None) or "its words hold a NUL"
            raise StoreError(
                f"secret_command cannot run {program!r}: {reason}", hint=hint
            ) from None
        if finished.code:
            raise StoreError(f"secret_command failed: {finished.complaint} ({program})", hint=hint)
        if secrets := self._secrets(finished.out):
            return secrets
        raise StoreError(
            f"secret_command printed no secret: one line, or a JSON object, is needed ({program})",
            hint=hint,
        )

    def put(self, profile: str, secrets: Mapping[str, SecretStr]) -> None:
        """Refuse: what the program knows is not ours to change."""
        del secrets
        raise StoreError(
            f"the secret of profile {cell(profile)!r} comes from a command, which only reads",
            hint="change it where the command finds it",
        )

    def delete(self, profile: str) -> None:
        """Leave the program's own store as it is."""

    def _secrets(self, out: bytes) -> Secrets | None:
        """Return what was printed, by names; None where it is no secret."""
        if out.lstrip().startswith(b"{") and (several := unpacked(out)):
            return several
        text = out.decode(errors="replace").removesuffix("\n").removesuffix("\r")
        # A header cannot hold more than one line, and a replaced byte would be a wrong secret.
        if not text.strip() or not text.isprintable() or "\ufffd" in text:
            return None
        return {self.secret: SecretStr(text)}


_NO_COMMAND = "the profile names no secret_command"
