"""What is sent for the clipboard, alone and from inside tmux and GNU screen."""

import base64
import re
import sys
from pathlib import Path

import pytest

from console.app.clipboard import LARGEST, NoClipboardError, TooLargeError, osc52, sent_words
from tests.app import tiny
from tests.app.multiplexer import in_gnu_screen, in_tmux
from tests.app.screen import python_environ


def _decoded(sequence: str) -> str:
    match = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", sequence)
    assert match
    return base64.b64decode(match[1]).decode()


@pytest.mark.parametrize("text", ["who was not notified", "未通知 👩", "\x1b]52;c;x\x07\r\n", ""])
def test_any_text_is_sent_as_it_is(text: str) -> None:
    assert _decoded(osc52(text, {"TERM": "xterm-256color"})) == text


def test_tmux_gets_it_both_ways() -> None:
    sent = osc52("a pool", {"TERM": "tmux-256color", "TMUX": "/sockets/default,1,0"})
    plain, wrapped = sent.split("\x1bPtmux;")
    assert _decoded(plain) == "a pool"
    assert wrapped.endswith("\x1b\\")
    assert _decoded(wrapped.removesuffix("\x1b\\").replace("\x1b\x1b", "\x1b")) == "a pool"


def test_screen_gets_it_in_pieces_that_it_hands_on() -> None:
    text = "desktop " * 1_000
    sent = osc52(text, {"TERM": "screen", "STY": "123.pts-0"})
    pieces = re.findall(r"\x1bP(.*?)\x1b\\(?=\x1bP|\Z)", sent, re.DOTALL)
    assert sent == "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    assert max(map(len, pieces)) <= 252
    assert _decoded("".join(pieces)) == text


def test_the_largest_text_passes_and_a_larger_one_says_what_to_do() -> None:
    assert len(osc52("x" * LARGEST, {})) == 100_000
    with pytest.raises(TooLargeError, match=r"74,995 bytes of at most 74,994; w writes it to a fi"):
        osc52("x" * (LARGEST + 1), {})
    with pytest.raises(TooLargeError):
        osc52("知" * 25_000, {})


def test_a_lone_surrogate_is_no_crash() -> None:
    assert _decoded(osc52("a\ud83db", {})) == "a?b"


def test_the_linux_console_has_no_clipboard() -> None:
    with pytest.raises(NoClipboardError, match="w writes it to a file"):
        osc52("x", {"TERM": "linux"})


@pytest.mark.parametrize("environ", [{}, {"STY": "1.x"}, {"TMUX": "x"}])
def test_it_is_never_called_copied(environ: dict[str, str]) -> None:
    words = sent_words(environ)
    assert words.startswith("sent to the terminal")
    assert "copied" not in words
    assert "w writes it to a file" in words
    seen = f"the command: {words}"[:77]  # in 80 columns
    assert ("`set -g set-clipboard on`" in seen) == ("TMUX" in environ)


_SENT = osc52(tiny.COPIED, {}).encode()
_COMMAND = [sys.executable, "-P", tiny.__file__]


@pytest.mark.parametrize(
    ("settings", "arrives"),
    [
        (["set -g set-clipboard on"], True),
        (["set -g allow-passthrough on"], True),
        ([], False),
    ],
    ids=["set-clipboard", "passthrough", "neither"],
)
def test_it_gets_through_a_real_tmux_as_the_words_say(
    settings: list[str],
    arrives: bool,  # noqa: FBT001 - pytest gives it by name
    tmp_path: Path,
) -> None:
    environ = python_environ(str(tmp_path))
    with in_tmux(_COMMAND, environ=environ, home=tmp_path, settings=settings) as tmux:
        tmux.screen.wait_for("ready")
        tmux.screen.press("p")
        tmux.screen.wait_for("sent to the terminal; tmux needs `set -g set-clipboard on`")
        received = bytes(tmux.screen.received)
    # tmux writes the sequence anew: without saying which clipboard it means.
    assert any(each in received for each in (_SENT, _SENT.replace(b"52;c;", b"52;;"))) == arrives


def test_it_gets_through_a_real_gnu_screen(tmp_path: Path) -> None:
    environ = python_environ(str(tmp_path))
    with in_gnu_screen(_COMMAND, environ=environ, home=tmp_path) as screen:
        screen.wait_for("ready")
        screen.press("p")
        screen.wait_for("sent to the terminal")
        assert _SENT in screen.received
        screen.press("q")
