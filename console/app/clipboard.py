"""The operator's clipboard, through the terminal: OSC 52, also from inside tmux and GNU screen.

The terminal never answers, so nothing here may be called 'copied': it was sent.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Final

from console.errors import ConsoleError

LARGEST: Final = 74_994
"""Bytes of text that terminals take: hterm and others stop at 100,000 of the whole sequence, which
leaves 99,992 for the base64. Source: libapps, hterm/etc/osc52.sh."""

_FILE: Final = "w writes it to a file"

# GNU screen cuts a string at 256 bytes in old versions and at 768 in newer ones.
_SCREEN_CHUNK: Final = 240


class TooLargeError(ConsoleError):
    """The text is larger than what terminals take."""

    title = "Too large"


class NoClipboardError(ConsoleError):
    """The terminal has no clipboard."""

    title = "No clipboard"


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """Return what to write to the terminal so that `text` gets into its clipboard.

    Args:
        text: exact, not made safe: in base64 nothing of it can act on the terminal.
        environ: says which terminal it is, and what stands before it.

    Raises:
        TooLargeError: terminals would drop it, or keep a part only.
        NoClipboardError: the Linux console has none.
    """
    if environ.get("TERM", "") == "linux":
        raise NoClipboardError(f"the Linux console has no clipboard: {_FILE}", hint=_FILE)
    data = text.encode("utf-8", "replace")
    if len(data) > LARGEST:
        raise TooLargeError(
            f"too large for the terminal's clipboard: {len(data):,} bytes of at most {LARGEST:,}; "
            f"{_FILE}",
            hint=_FILE,
        )
    plain = f"\x1b]52;c;{b64encode(data).decode('ascii')}\x07"
    if environ.get("TMUX"):
        return _through_tmux(plain)
    if environ.get("STY"):
        return _through_screen(plain)
    return plain


def _through_tmux(plain: str) -> str:
    """Return `plain` for tmux both ways, as nobody outside knows which of them it takes.

    With `set-clipboard on` tmux takes it as it is and hands it on, through an outer tmux too; with
    `allow-passthrough on`, and always before tmux 3.3, it hands on what is wrapped. Where both are
    on, the clipboard is set to the same text twice.
    """
    doubled = plain.replace("\x1b", "\x1b\x1b")
    return f"{plain}\x1bPtmux;{doubled}\x1b\\"


def _through_screen(plain: str) -> str:
    """Return `plain` in pieces that GNU screen hands on to its terminal unread."""
    pieces = [plain[at : at + _SCREEN_CHUNK] for at in range(0, len(plain), _SCREEN_CHUNK)]
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


def sent_words(environ: Mapping[str, str]) -> str:
    """Return what may be said once it was written: that it was sent, and what that needs."""
    if environ.get("TMUX"):
        return (
            "sent to the terminal; tmux needs `set -g set-clipboard on` or "
            f"`set -g allow-passthrough on`; {_FILE}"
        )
    return f"sent to the terminal; {_FILE}"
