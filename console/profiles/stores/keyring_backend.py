"""One call to one backend of the keyring library, in a process of its own.

This file is run, not imported: by its path, with `-P`, so that it loads nothing of ours. The call
is a JSON object on stdin, the answer one on stdout; whatever a backend prints goes to stderr, which
the parent reads. A backend that waits, for a daemon or for a person, is ended with this process.

Call: `action` (`look`, `read`, `write` or `erase`), `backend`, `service`, `account`, `text`.
Answer: `{"done": text or null}`, `{"refused": why}` or `{"error": type, "text": its words}`.
"""

import importlib
import json
import os
import sys
from types import TracebackType
from typing import Any, TextIO

UNSAFE = {
    "keyring.backends.null.Keyring": "it keeps nothing",
    "keyring.backends.fail.Keyring": "it keeps nothing",
    "keyring.backends.chainer.ChainerBackend": "it takes whatever backend is installed",
}


def refusal(backend: type) -> str:
    """Return why secrets are not given to a backend; empty where they may be."""
    for each in backend.__mro__:
        if why := UNSAFE.get(f"{each.__module__}.{each.__qualname__}"):
            return why
        if "plaintext" in each.__name__.lower():
            return "it writes secrets to a file in plain text"
    return ""


def load(name: str) -> tuple[Any, str]:
    """Return the backend of that dotted name, or why it is not used; its errors are the caller's.

    Any: whatever class the name leads to.
    """
    module, _, attribute = name.rpartition(".")
    backend = getattr(importlib.import_module(module), attribute)
    if why := refusal(backend):
        return None, why
    _ = backend.priority  # raises where the backend cannot work here
    return backend(), ""


def answer(ring: Any, call: dict[str, str]) -> dict[str, str | None]:
    """Do what the call asks; what the backend raises is the caller's. Any: see `load`."""
    place = (call["service"], call["account"])
    if call["action"] == "look":
        # A backend that is not the system's own may only ask, or refuse, once it has to keep
        # something; and a real secret must not be the first thing that it is given.
        if call["backend"].startswith("keyring.backends."):
            ring.get_password(*place)
            return {"done": call["backend"]}
        kept = answer(ring, {**call, "action": "write", "text": "probe"})
        return kept if "refused" in kept else answer(ring, {**call, "action": "erase"})
    if call["action"] == "write":
        ring.set_password(*place, call["text"])
        if ring.get_password(*place) != call["text"]:
            return {"refused": "it did not keep what it was given"}
        return {"done": None}
    found = ring.get_password(*place)
    if call["action"] == "read":
        return {"done": found}
    if found is not None:
        ring.delete_password(*place)
    return {"done": None}


def main() -> None:
    """Read the call, answer it, and let no backend write where the answer goes."""
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    call = json.load(sys.stdin)
    # Until it is loaded, a backend has seen no secret, and may say what is wrong with it.
    told: dict[str, bool] = {"secret": False}

    def say(error: type[BaseException], value: BaseException, _: TracebackType | None) -> None:
        text = "" if told["secret"] else str(value)
        write(out, {"error": error.__name__, "text": text})

    sys.excepthook = say
    ring, why = load(call["backend"])
    told["secret"] = bool(call["text"])
    write(out, {"refused": why} if why else answer(ring, call))


def write(out: TextIO, said: dict[str, str | None]) -> None:
    """Write the answer."""
    json.dump(said, out)
    out.flush()


if __name__ == "__main__":
    main()
