"""A tiny app with every way to go wrong, each on a key; run as a program on a terminal."""

import os
import subprocess
import sys
import threading
import time
import warnings

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker

from console.app.clipboard import osc52, sent_words
from console.app.crash import GuardedApp, run
from console.cli import run as command_line
from console.cli.talk import tell_error
from console.errors import ConsoleError

SECRET = "correct-horse-battery-staple"
COPIED = "who was not notified? " * 100


class UnexpectedError(Exception):
    """What nobody expected; its words hold a secret, as those of libraries may."""


def fail() -> None:
    """Fail with a secret among the local variables."""
    password = SECRET
    raise UnexpectedError(len(password))


class BrokenCompose(Screen[None]):
    """A screen that fails when it is made."""

    def compose(self) -> ComposeResult:
        """Fail."""
        fail()
        yield Static("never")


class BrokenStyle(Screen[None]):
    """A screen whose style is no style."""

    DEFAULT_CSS = "BrokenStyle { colour-of-money: green; }"


class BrokenRender(Widget):
    """A widget that cannot be drawn."""

    def render(self) -> str:
        """Fail."""
        fail()
        return "never"


class Tiny(GuardedApp[None]):
    """Says which key was pressed last, and how often one was."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self) -> None:
        super().__init__(os.environ)
        self._pressed = 0

    def compose(self) -> ComposeResult:
        """Show one line."""
        yield Static("ready", id="said")

    def say(self, text: str) -> None:
        """Show `text`."""
        self.query_one("#said", Static).update(text)

    def key_k(self) -> None:
        """Count."""
        self._pressed += 1
        self.say(f"pressed {self._pressed}")

    def key_s(self) -> None:
        """Say how large the terminal is."""
        self.say(f"size {self.size.width}x{self.size.height}")

    def key_q(self) -> None:
        """End."""
        self.exit()

    def key_h(self) -> None:
        """Fail in a handler."""
        fail()

    def key_e(self) -> None:
        """Fail with an error that has a place in the tree."""
        raise ConsoleError("the cloud is upside down")

    def key_w(self) -> Worker[None]:
        """Fail in a worker."""

        async def work() -> None:
            fail()

        return self.run_worker(work())

    def key_t(self) -> Worker[None]:
        """Fail in a worker's thread."""
        return self.run_worker(fail, thread=True)

    def key_y(self) -> None:
        """Fail in a thread of a library."""
        threading.Thread(target=fail).start()

    def key_c(self) -> None:
        """Fail in a screen's compose."""
        self.push_screen(BrokenCompose())

    def key_x(self) -> None:
        """Fail in a style sheet."""
        self.push_screen(BrokenStyle())

    def key_r(self) -> None:
        """Fail when a widget is drawn."""
        self.mount(BrokenRender())

    def key_i(self) -> None:
        """Fail in a timer."""
        self.set_timer(0.01, fail)

    def key_b(self) -> None:
        """Never give control back."""
        if self._driver is not None:
            self._driver.write("\x1b[1;1Hblocked")
        while True:
            time.sleep(0.05)

    def key_f(self) -> None:
        """Write more than any terminal holds unread."""
        self.say("flooding")
        self.set_interval(0.01, lambda: self.refresh(layout=True))

    def key_p(self) -> None:
        """Send something to the clipboard."""
        if self._driver is not None:
            self._driver.write(osc52(COPIED, os.environ))
        self.say(sent_words(os.environ))

    def key_n(self) -> None:
        """Make noise in every way that libraries do."""
        print("noise: print")  # noqa: T201 - what is tested
        print("noise: print on stderr", file=sys.stderr)  # noqa: T201 - as above
        warnings.warn("noise: a warning", stacklevel=1)
        os.write(2, b"noise: a library in C\n")
        subprocess.run(["sh", "-c", "echo noise: a child >&2"], check=True)  # noqa: S607 - as PATH has it
        self.say("made noise")

    def key_v(self) -> None:
        """Run an editor, more or less."""
        with self.suspend():
            subprocess.run(["sh", "-c", 'echo editing; read -r line; echo "got $line"'], check=True)  # noqa: S607 - as PATH has it
        self.say("edited")


def main() -> int:
    """Run the app as the commands do."""
    command_line._start_log()
    try:
        return run(Tiny(), mouse="--mouse" in sys.argv)
    except ConsoleError as error:
        tell_error(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - as the outermost place does
        return command_line._crashed(error)


if __name__ == "__main__":
    sys.exit(main())
