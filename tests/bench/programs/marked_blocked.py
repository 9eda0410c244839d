"""`console`, or the SDK's script, with marks on stderr where one part of its work ends.

`python -X importtime marked_blocked.py console ARGUMENTS...` or `... sdk`: the interpreter lists
what is imported in the same stream, so that what is imported between two marks is known.
"""

import gc
import os
import sys
import time
from typing import NoReturn


def mark(name: str) -> None:
    """Say that `name` begins now."""
    os.write(2, f"mark: {time.monotonic()} {name}\n".encode())


def _console() -> NoReturn:
    sys.argv[0] = "console"
    gc.disable()  # as `console.__main__` does before it loads what is loaded here already
    from console.__main__ import main  # noqa: PLC0415 - imports are what is measured
    from console.client.client import Client  # noqa: PLC0415 - as above

    read = Client.read

    async def marked(self, call):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - whatever `read` takes
        mark("request")
        answer = await read(self, call)
        mark("rest")
        return answer

    Client.read = marked  # type: ignore[method-assign] # the marks are the point
    main()


def _sdk() -> None:
    import sdk_blocked  # type: ignore[import-not-found] # noqa: PLC0415 - as a script, beside this one

    client_type = sdk_blocked.WorkspaceClient
    ask = client_type.list_notification_records

    def marked(*arguments):  # type: ignore[no-untyped-def] # noqa: ANN002, ANN202 - whatever it takes
        mark("request")
        response = ask(*arguments)
        mark("rest")
        return response

    client_type.list_notification_records = marked
    sdk_blocked.main()


mark("program")
sys.argv.pop(0)
if sys.argv[0] == "console":
    _console()
else:
    _sdk()
