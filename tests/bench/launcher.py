"""Run one command and say what it took: `python -I -S launcher.py COMMAND ...`.

Linux counts the memory of whoever starts a process into the peak of the process itself, until the
new program has replaced the old. So what is measured is started from here, where next to nothing is
loaded, and not from the bench. Its output is read from a pipe to the end, as a shell would.

The answer is one line on stdout, a Python literal.
"""

import os
import sys
import time

_PIECE = 1 << 20
_TAIL = 64 * 1024


def main() -> None:
    """Run the command in the arguments."""
    words = sys.argv[1:]
    read_end, write_end = os.pipe()
    actions = [
        (os.POSIX_SPAWN_DUP2, write_end, 1),
        (os.POSIX_SPAWN_CLOSE, read_end),
        (os.POSIX_SPAWN_CLOSE, write_end),
    ]
    began = time.monotonic()
    process = os.posix_spawn(words[0], words, os.environ, file_actions=actions)
    os.close(write_end)
    size = lines = 0
    first_byte = 0.0
    tail = b""
    while piece := os.read(read_end, _PIECE):
        first_byte = first_byte or time.monotonic() - began
        size += len(piece)
        lines += piece.count(b"\n")
        tail = (tail + piece)[-_TAIL:]
    _, status, usage = os.wait4(process, 0)
    ended = time.monotonic()
    answer = {
        "code": os.waitstatus_to_exitcode(status),
        "tail": tail,
        "quantities": {
            "began": began,
            "ended": ended,
            "wall": ended - began,
            "first_byte": first_byte,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss * 1024,
            "bytes": size,
            "lines": lines,
        },
    }
    sys.stdout.write(repr(answer))


main()
