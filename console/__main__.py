"""`python -m console`, and what the `console` command starts."""

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process.

    Three habits keep a one-line command quick, and are measured in `tests/bench`: no garbage is
    collected while modules load, pydantic does not look for plugins among all that is installed,
    and the process ends without taking its modules apart again.
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _open_what_was_closed()
    try:
        from console.cli.run import run  # noqa: PLC0415 - loading is what the line above is for

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while modules load, or while `run` says that it was interrupted
        code = 130
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        pass  # whoever read the output has gone; there is nobody left to tell
    os._exit(code)


def _open_what_was_closed() -> None:
    """Let a stream that was closed before the start (`>&-`) lead nowhere.

    Otherwise the first socket would take its number, and whatever is written there.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end; pathlib is not loaded yet


if __name__ == "__main__":
    main()
