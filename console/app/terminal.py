"""What terminal this is: whether it can show screens, its colours, its mouse.

Everything here is decided from the environment and the streams alone; nothing is asked of the
terminal, which over a slow line would cost the first frame its quickness.
"""

from collections.abc import Mapping
from typing import Final, Literal, TextIO, TypeAlias

from console.errors import SettingsError
from console.text import cell

Colours: TypeAlias = Literal["16", "256", "truecolor"]
"""How many colours are sent."""

_INSTEAD: Final = (
    "`console blocked` and the other lists print rows and need no terminal; "
    "`console --help` names them"
)
_WORDLESS: Final = ("", "dumb", "unknown")
_ON: Final = ("1", "on", "yes", "true")
_OFF: Final = ("0", "off", "no", "false")

# Terminals whose names do not say that they have 256 colours.
_RICH_IN_COLOURS: Final = (
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "iterm",
    "kitty",
    "konsole",
    "rio",
    "vte",
    "wezterm",
)

# Terminals that erase in the background colour, by their names.
_COLOURED: Final = (*_RICH_IN_COLOURS, "linux", "rxvt", "st-", "tmux", "xterm")


class NoTerminalError(SettingsError):
    """There is no terminal that screens could be shown on."""

    title = "No terminal"


def check(environ: Mapping[str, str], stdin: TextIO | None, stdout: TextIO | None) -> None:
    """Refuse to show screens where keys cannot be read or the screen cannot be drawn.

    Keys come from stdin and the screen goes to stdout; stderr may be anything, so that
    `console 2>errors` works.

    Raises:
        NoTerminalError: one of them is no terminal, or TERM names one that cannot be drawn on.
    """
    for name, stream in (("input", stdin), ("output", stdout)):
        if stream is None or stream.closed or not stream.isatty():
            raise NoTerminalError(f"standard {name} is not a terminal", hint=_INSTEAD)
    term = environ.get("TERM", "")
    if term.lower() in _WORDLESS:
        said = f"TERM is {cell(term)!r}, a terminal without" if term else "TERM is not set: no"
        raise NoTerminalError(f"{said} way to place text on the screen", hint=_INSTEAD)


def over_ssh(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is at the other end of an SSH line."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))


def mouse_wanted(environ: Mapping[str, str], option: bool | None = None) -> bool:  # noqa: FBT001 - three values: yes, no, not said
    """Return whether to ask the terminal for mouse clicks.

    The command's option wins, then CONSOLE_MOUSE; otherwise the mouse is on where the terminal is
    near, and off over SSH, where selecting text is what the mouse is wanted for.

    Raises:
        SettingsError: CONSOLE_MOUSE is neither yes nor no.
    """
    said = _switched(environ, "CONSOLE_MOUSE") if option is None else option
    return not over_ssh(environ) if said is None else said


def _switched(environ: Mapping[str, str], name: str) -> bool | None:
    """Return what a variable says; None where it says nothing."""
    said = environ.get(name, "").strip().lower()
    if said in _ON:
        return True
    if said in _OFF:
        return False
    if said:
        raise SettingsError(f"{name} is {cell(said)!r}: on or off")
    return None


def whole_frames(environ: Mapping[str, str], option: bool | None = None) -> bool:  # noqa: FBT001 - as above
    """Return whether to send the terminal all that is painted, not only the cells that changed.

    The command's option wins, then CONSOLE_WHOLE_FRAMES; otherwise only what changed is sent.

    Raises:
        SettingsError: CONSOLE_WHOLE_FRAMES is neither yes nor no.
    """
    said = _switched(environ, "CONSOLE_WHOLE_FRAMES") if option is None else option
    return bool(said)


def erases_in_colour(environ: Mapping[str, str]) -> bool:
    """Return whether erased cells get the background that is set, as on most terminals.

    In GNU screen they get the terminal's own, unless its user has settled that differently; it
    calls itself `screen.xterm-256color` and the like where it can.
    """
    term = environ.get("TERM", "").lower()
    if environ.get("STY") or term.startswith("screen"):
        return False
    return any(name in term for name in _COLOURED)


def colours(environ: Mapping[str, str]) -> Colours:
    """Return how many colours to send.

    CONSOLE_COLORS wins. Otherwise 16 where TERM promises no more, such as `linux`; every colour
    where COLORTERM says that the terminal has them and the line is short; else 256, which take a
    quarter fewer bytes.

    Raises:
        SettingsError: CONSOLE_COLORS is none of the three.
    """
    said = environ.get("CONSOLE_COLORS", "").strip().lower()
    if said:
        for known in ("16", "256", "truecolor"):
            if said == known:
                return known
        raise SettingsError(f"CONSOLE_COLORS is {cell(said)!r}: 16, 256 or truecolor")
    term = environ.get("TERM", "").lower()
    if not ("256color" in term or "-direct" in term or any(n in term for n in _RICH_IN_COLOURS)):
        return "16"
    every = environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}
    return "truecolor" if every and not over_ssh(environ) else "256"


def few_colours(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal's own 16 colours are all there is: the ANSI themes suit it."""
    return colours(environ) == "16"
