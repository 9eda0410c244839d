"""Leads the session of a terminal under test, as a login shell does, and runs one program in it.

It is run by `tests.app.screen` as a script of its own, with nothing imported that takes time. When
the session's leader ends, Linux sets the terminal's attributes back by itself: with the program as
the leader, no test could see that it had not.
"""

import fcntl
import os
import signal
import sys
import termios
import time
from contextlib import suppress

END = "\x1b_the program has ended\x1b\\"
"""Written on the terminal after the program's last byte."""


def main() -> None:
    """Run the program, report on it, and hold the terminal until told to end.

    Arguments: the descriptor to report on, the one whose end of file says to end, the signals that
    the program inherits as ignored with commas between, the program and its arguments.
    """
    report, hold, ignored = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for descriptor in (report, hold):
        fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    ignoring = [getattr(signal, f"SIG{name}") for name in ignored.split(",") if name]
    for number in ignoring:
        signal.signal(number, signal.SIG_IGN)
    # Waited for one by one, so that none comes unseen between two calls.
    waited = {signal.SIGHUP, signal.SIGCHLD} - {*ignoring}
    signal.pthread_sigmask(signal.SIG_BLOCK, waited)
    usual = [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGHUP, signal.SIGINT]
    started = time.perf_counter()
    pid = os.posix_spawnp(
        sys.argv[4],
        sys.argv[4:],
        os.environ,
        setsigmask=[],
        setsigdef=[each for each in usual if each not in ignoring],
    )
    os.write(report, f"started {pid} {started!r}\n".encode())
    while True:
        if signal.sigwait(waited) == signal.SIGHUP:
            os.kill(pid, signal.SIGHUP)
            continue
        changed, status = os.waitpid(pid, os.WUNTRACED | os.WNOHANG)
        while changed and os.WIFSTOPPED(status):
            os.write(report, b"stopped\n")
            changed, status = os.waitpid(pid, os.WUNTRACED | os.WNOHANG)
        if changed:
            break
    os.write(report, f"ended {os.waitstatus_to_exitcode(status)}\n".encode())
    with suppress(OSError):  # the terminal may be gone
        os.write(1, END.encode())
    while os.read(hold, 1):
        pass


if __name__ == "__main__":
    main()
