"""`python -m console`, and what the `console` command starts."""

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process.

    Two habits keep a one-line command quick, and are measured in `tests/bench`: no garbage is
    collected while modules load, and the process ends without taking them apart again.
    """
    gc.disable()
    from console.cli.main import run  # noqa: PLC0415 - loading is what the line above is for

    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        pass  # whoever read the output has gone; there is nobody left to tell
    os._exit(code)


if __name__ == "__main__":
    main()
