"""What is known of each store while the login dialog is open, and which one is offered first."""

from collections.abc import Sequence

from console.login import STORE_WORDS
from console.profiles.stores.passphrase import OPERATOR
from console.profiles.stores.store import Probe
from console.text import cell


class StoreStates:
    """The stores, as far as they were probed."""

    def __init__(self, names: Sequence[str]) -> None:
        """Say which stores there are to choose from, in the order in which they are offered."""
        self.names = tuple(names)
        self._probes: dict[str, Probe] = {}
        self._chosen = False

    @property
    def waiting(self) -> list[str]:
        """The stores that are to be probed: all but the one that needs its command first."""
        return [each for each in self.names if each != "command" and each not in self._probes]

    def begin(self, store: str) -> None:
        """Take the store that the profile has; empty where it has none."""
        self._chosen = bool(store)

    def choose(self, store: str) -> None:
        """Take the operator's choice: none is made for them any more."""
        self._chosen = self._chosen or bool(store)

    def learn(self, store: str, probe: Probe) -> str:
        """Take what a probe found; return the store to choose, once that is certain."""
        self._probes[store] = probe
        if self._chosen:
            return ""
        for each in self.names:
            if each == "command":
                continue
            if each not in self._probes:
                return ""  # it comes before the others, if it can be used
            if self._probes[each].usable:
                return each
        return ""

    def told(self, store: str) -> tuple[str, str]:
        """Return what to say of the store that is chosen, and what is wrong with it."""
        if not store:
            return "probing …" if self.waiting else "", ""
        words = STORE_WORDS[store]
        if store == "command":
            return words, ""
        probe = self._probes.get(store)
        if probe is None:
            return f"{words}; probing …", ""
        sentence = cell(probe.sentence.removesuffix(f"; the passphrase comes from {OPERATOR}"))
        if not probe.usable:
            return "", f"{words}; not now: {sentence}"
        return f"{words}; {sentence}", ""
