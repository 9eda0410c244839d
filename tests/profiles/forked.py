"""Work done in a process of its own: as another user, under a limit, or until it is killed."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType

NOBODY = 65534


def forked(work: Callable[[], str], *, user: int | None = None) -> str:
    """Return what `work` returns in a child; as `user` where one is given, which takes root."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if user is not None:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)
            os.write(writing, work().encode())
        except BaseException:  # noqa: BLE001 - the parent shows it
            os.write(writing, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8") as answer:  # noqa: PTH123 - a descriptor has no path
        said = answer.read()
    os.waitpid(child, 0)
    return said


def killed_at(step: int, work: Callable[[], object], *, of: str | tuple[str, ...]) -> bool:
    """Kill a child before call number `step` into C that the files `of` make; tell whether it was.

    So a power cut is had between any two steps, in any thread, and nothing of the work is replaced.
    """
    child = os.fork()
    if child == 0:
        calls = 0

        def watch(frame: FrameType, event: str, _: object) -> None:
            nonlocal calls
            if event == "c_call" and frame.f_code.co_filename.endswith(of):
                if calls == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                calls += 1

        threading.setprofile(watch)
        sys.setprofile(watch)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
