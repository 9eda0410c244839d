"""A small command that uses one store, run in a process of its own as the console would be.

Reads a call from stdin: `store`, `settings`, `action`, `profile`, `secrets`. Writes what came of it
to stdout, as JSON, and ends with the error's exit code. Its stderr stays empty.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from console.profiles.stores.store import Store, StoreError, store


def act(opened: Store, call: dict[str, Any]) -> dict[str, Any]:
    """Do what the call asks."""
    if call["action"] == "probe":
        probe = opened.probe()
        return {"usable": probe.usable, "sentence": probe.sentence, "backend": probe.backend}
    if call["action"] == "put":
        opened.put(call["profile"], {k: SecretStr(v) for k, v in call["secrets"].items()})
    elif call["action"] == "delete":
        opened.delete(call["profile"])
    else:
        found = opened.get(call["profile"])
        return {"secrets": {name: value.get_secret_value() for name, value in found.items()}}
    return {}


def main() -> int:
    """Do what stdin asks, and say what came of it."""
    call = json.load(sys.stdin)
    if "file" in call["settings"]:
        call["settings"]["file"] = Path(call["settings"]["file"])
    started, code = time.monotonic(), 0
    try:
        answer = act(store(call["store"], **call["settings"]), call)
    except StoreError as error:
        answer, code = {"sentence": error.sentence, "hint": error.hint}, error.exit_code
    seconds = time.monotonic() - started
    sys.stdout.write(json.dumps({**answer, "seconds": seconds, "modules": sorted(sys.modules)}))
    return code


if __name__ == "__main__":
    sys.exit(main())
