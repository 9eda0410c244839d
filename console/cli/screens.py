"""The application, as the commands open it: `console` alone, and `console demo`."""

import gc
import os
import sys
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from console.profiles.profile import Profile

_GARBAGE: Final = (2_000, 10, 1_000)
"""How much is made until garbage is looked for, the young, the older and all: little at a time, so
that no key waits long for it, and all of it seldom."""


_TURN: Final = 0.001
"""Seconds that a thread which loads modules may keep a key waiting, where Python takes 0.005."""


def open_screens(
    profile_name: str | None = None,
    *,
    read_only: bool = False,
    mouse: bool | None = None,
    whole_frames: bool | None = None,
    begin_with_demo: bool = False,
) -> int:
    """Open the application and return the exit code once it is left.

    Args:
        profile_name: the profile to begin with; None for the one that a command would take.
        read_only: whether every call that changes something is refused.
        mouse: whether the mouse is used; None for what suits the terminal.
        whole_frames: whether all that is painted is sent; None for what the environment says.
        begin_with_demo: whether to begin with the emulated cloud.

    Raises:
        SettingsError: this is no terminal that screens can be shown on.
    """
    from console.app import terminal  # noqa: PLC0415 - loads nothing of Textual

    terminal.check(os.environ, sys.stdin, sys.stdout)
    from console.app import crash  # noqa: PLC0415 - loads Textual
    from console.app.app import ConsoleApp  # noqa: PLC0415 - as above

    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    gc.enable()
    sys.setswitchinterval(_TURN)
    with ExitStack() as running:

        @cache
        def demo() -> "Profile":
            from console.cli.demo_cloud import emulator, profile_of  # noqa: PLC0415 - after the first picture

            return profile_of(running.enter_context(emulator()))

        app = ConsoleApp(
            os.environ,
            profile_name=profile_name,
            read_only=read_only,
            demo=demo,
            begin_with_demo=begin_with_demo,
        )
        app.whole_frames = terminal.whole_frames(os.environ, whole_frames)
        return crash.run(app, mouse=terminal.mouse_wanted(os.environ, mouse))
