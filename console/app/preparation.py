"""What screens and dialogs are made of, made ready while nobody types.

Whatever is opened first would load its modules and read its styles while its key waits. Here that
is done ahead, in small steps with pauses: a module in a thread, the styles of one kind of widget at
a time. A key goes first, and waits for no more than one such step. What is opened before its turn
has come is opened as ever. Nothing is painted by it, and nothing is asked of anybody.
"""

from asyncio import Task, create_task, sleep, to_thread
from collections.abc import Iterator
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual.css.stylesheet import Stylesheet
from textual.widget import Widget

if TYPE_CHECKING:
    from console.app.app import ConsoleApp

MODULES: Final = (
    "console.app.screens.blocked_notifications",
    "console.app.dialogs.help",
    "console.app.palette",
    "console.app.screens.check_notifications",
    "console.app.screens.notice_configurations",
    "console.app.screens.review_messages",
    "console.app.dialogs.profiles",
)
"""What is loaded ahead, that which is likely to be wanted first at the front.

Nothing is here that takes much memory as long as it is not used, as all that sends does.
"""

_PLAIN: Final = ("Container", "Horizontal", "OptionList")
"""What the console uses of Textual's widgets as they are; loaded by whatever uses them."""

_PAUSE: Final = 0.01
"""Seconds between two steps, in which whatever else there is to do is done."""

_QUIET: Final = 0.1
"""Seconds without a key after which it goes on."""

_STYLES_KEPT: Final = 1_024
"""Texts of styles that are kept as read; Textual's own number is less than the console has, so that
it would read all of them again for each new one."""


class Preparation:
    """What an application makes ready, once."""

    def __init__(self, app: "ConsoleApp") -> None:
        """Take the application; nothing is made ready yet."""
        self._app = app
        self._task: Task[None] | None = None
        self._key_at = 0.0
        self._looked_at: set[type[Widget]] = set()
        keep_styles(app.stylesheet)

    def key_heard(self) -> None:
        """Take note that somebody types, who goes first."""
        self._key_at = monotonic()

    def begin(self) -> None:
        """Begin, unless that was done already."""
        if self._task is None and self._app.is_running:
            self._key_at = monotonic()  # what was asked for just now is shown first
            # No worker: nobody is to wait for it.
            self._task = create_task(self._prepare())

    @property
    def is_begun(self) -> bool:
        """Whether anything is made ready yet."""
        return self._task is not None

    @property
    def is_done(self) -> bool:
        """Whether everything is ready, or left undone."""
        return self._task is not None and self._task.done()

    def end(self) -> None:
        """Leave undone what is not done yet."""
        if self._task is not None:
            self._task.cancel()

    async def _prepare(self) -> None:
        for name in MODULES:
            await self._turn()
            await to_thread(import_module, name)
            for kind in [each for each in _kinds(Widget) if each not in self._looked_at]:
                self._looked_at.add(kind)
                if is_new(self._app.stylesheet, kind):
                    await self._turn()
                    read_styles(self._app.stylesheet, kind)
        await self._turn()
        _ = self._app.stylesheet.rules_map  # made anew from all that was read

    async def _turn(self) -> None:
        """Wait until it is this one's turn again."""
        await sleep(_PAUSE)
        while (left := self._key_at + _QUIET - monotonic()) > 0:  # noqa: ASYNC110 - each key moves the moment on
            await sleep(left)


def keep_styles(stylesheet: Stylesheet) -> None:
    """Let a stylesheet read each text of styles once only, however many there are."""
    stylesheet._parse_cache.grow(_STYLES_KEPT)  # noqa: SLF001 - Textual has no setting for it


def is_new(stylesheet: Stylesheet, kind: type[Widget]) -> bool:
    """Tell whether a kind of widget has styles that the stylesheet has not."""
    return any(where not in stylesheet.source for where, *_ in _styles(kind))


def read_styles(stylesheet: Stylesheet, kind: type[Widget]) -> None:
    """Read the styles of a kind of widget, as Textual does when the first one is mounted."""
    for where, text, tie_breaker, scope in _styles(kind):
        stylesheet.add_source(
            text, read_from=where, is_default_css=True, tie_breaker=tie_breaker, scope=scope
        )
    _ = stylesheet.rules  # read now


def _styles(kind: type[Widget]) -> list[tuple[tuple[str, str], str, int, str]]:
    """Return where the styles of a kind and of its bases are from, with all that goes with them."""
    blank = kind.__new__(kind)  # Textual asks a widget for it, which need not have been made
    return blank._get_default_css()  # noqa: SLF001 - Textual has no other way to them


def _kinds(base: type[Widget]) -> Iterator[type[Widget]]:
    """Yield every kind of widget that is loaded and used: the console's, and a few of Textual's."""
    for kind in base.__subclasses__():
        yield from _kinds(kind)
        if kind.__name__ in _PLAIN or kind.__module__.startswith("console.app."):
            yield kind
