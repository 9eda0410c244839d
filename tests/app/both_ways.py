"""The console, that also writes into a file what it would send without the painter; as a program.

`both_ways.py FILE`
"""

import os
import sys
from pathlib import Path
from typing import Any, ClassVar

from rich.color import ColorSystem
from rich.control import Control
from textual._compositor import CompositorUpdate
from textual.driver import Driver

from console.app.app import ConsoleApp
from console.app.crash import run
from console.app.driver import CLEARED, ConsoleDriver
from console.cli.demo_cloud import emulator, profile_of

_OTHER_SCREEN = "\x1b[?1049l\x1b[?1049h"


class BothWaysDriver(ConsoleDriver):
    """A driver that keeps what would have been sent."""

    KEPT: ClassVar[Path]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept = self.KEPT.open("ab", buffering=0)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        super().start_application_mode()
        self._kept.write((_OTHER_SCREEN + CLEARED).encode())

    def close(self) -> None:
        """Give back all that is held."""
        super().close()
        self._kept.close()

    def write(self, data: str) -> None:
        """Send `data`."""
        self._kept.write(data.encode())
        super().write(data)

    def paint(
        self,
        update: CompositorUpdate,
        colours: ColorSystem,
        cursor: tuple[int, int],
        *,
        seen: bool,
        whole: bool,
    ) -> bool:
        """Send what is new in an update, and keep all of it."""
        # First: whoever has seen a frame finds it in the file.
        frame = update.render_segments(self._app.console) + Control.move_to(*cursor).segment.text
        self._kept.write(frame.encode())
        painted = super().paint(update, colours, cursor, seen=seen, whole=whole)
        assert painted, "an update that is not understood"
        return painted


class BothWays(ConsoleApp):
    """The console, with that driver."""

    def get_driver_class(self) -> type[Driver]:
        """Return the driver."""
        return BothWaysDriver


def main() -> int:
    """Run the console on an emulated cloud."""
    BothWaysDriver.KEPT = Path(sys.argv[1])
    with emulator() as facts:
        app = BothWays(os.environ, demo=lambda: profile_of(facts), begin_with_demo=True)
        return run(app, mouse=False)


if __name__ == "__main__":
    sys.exit(main())
