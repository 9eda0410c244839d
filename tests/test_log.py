"""The log: what is in it, what is never in it, and what becomes of its file."""

import json
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from console import log

SECRET = 'fake "quoted" \\ sécret+/='


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "console.log"


@pytest.fixture
def started(path: Path) -> Iterator[Path]:
    """Give a log that is written to at every level."""
    root = logging.getLogger()
    level, handlers = root.level, [*root.handlers]
    log.start(path, "debug")
    yield path
    root.handlers[:] = handlers
    root.setLevel(level)


FORMS = {
    "plain": SECRET,
    "in a repr": repr({"password": SECRET}),
    "in JSON": json.dumps({"password": SECRET}),
    "in an address": f"https://host/?p={quote(SECRET, safe='')}",
    "as bytes": repr(SECRET.encode()),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_hidden_in_whatever_form(form: str) -> None:
    log.hide(SecretStr(SECRET))
    shown = log.cleaned(f"before {form} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert "[hidden]" in shown
    assert "quoted" not in shown


CARRIERS = {
    "a token": "X-Auth-Token: MIIabc",
    "a subject token in a list": "[(b'X-Subject-Token', b'MIIabc'), (b'Date', b'now')]",
    "a security token in a mapping": "{'x-security-token': 'MIIabc', 'date': 'now'}",
    "a header in JSON": '{"Authorization": "Basic MIIabc"}',
    "a signature": "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=MIIabc",
    "a proxy's password": "no answer of http://user:MIIabc@proxy:3128",
    "a proxy's header": "proxy-authorization=Basic MIIabc",
}


@pytest.mark.parametrize("text", CARRIERS.values(), ids=CARRIERS)
def test_what_carries_a_secret_is_hidden_even_if_nobody_knows_it(text: str) -> None:
    shown = log.cleaned(text)
    assert "MIIabc" not in shown
    assert "[hidden]" in shown


def test_what_holds_no_secret_stays_as_it_is() -> None:
    plain = 'HTTP Request: GET https://host/v2/x?offset=0 "HTTP/1.1 200 OK"'
    assert log.cleaned(plain) == plain


def test_a_secret_inside_a_longer_one_leaves_no_rest() -> None:
    log.hide(SecretStr("fake-long"), SecretStr("fake-long-and-longer"), None, SecretStr("-"))
    assert log.cleaned("a fake-long-and-longer b - c") == "a [hidden] b - c"


def test_a_record_of_many_lines_does_not_look_like_many_records(started: Path) -> None:
    logging.getLogger("x").warning("one\n2099-01-01T00:00:00Z 1 INFO forged\x1b[2J\r")
    lines = started.read_text().splitlines()
    assert [line.startswith("    ") for line in lines] == [False, False, True]
    assert "\x1b" not in started.read_text()


def test_a_record_that_cannot_be_written_disturbs_nobody(
    started: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    started.unlink()
    started.mkdir()
    logging.getLogger("x").warning("lost")
    started.rmdir()
    root = logging.getLogger()
    root.handlers[:] = [each for each in root.handlers if isinstance(each, log._File)]
    two_numbers = "%d %d"
    logging.getLogger("x").warning(two_numbers, "none")
    logging.getLogger("x").warning("found")
    assert started.read_text().endswith(" WARNING x found\n")
    assert capfd.readouterr() == ("", "")


def test_the_file_is_its_owners_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        log.crash(path, ValueError("x"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    log.crash(path, ValueError("x"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_is_not_followed(path: Path) -> None:
    aim = path.with_name("aim")
    aim.write_text("precious")
    path.symlink_to(aim)
    with pytest.raises(OSError, match="symbolic links"):
        log.crash(path, ValueError("x"))
    assert aim.read_text() == "precious"


def test_a_pipe_holds_nobody_up(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(OSError, match="No such device"):
        log.start(path, "info")


def test_the_file_does_not_grow_for_ever(started: Path) -> None:
    record = "x" * 19_000
    for _ in range(130):
        logging.getLogger("x").warning(record)
    found = {each.name: each.stat().st_size for each in started.parent.iterdir()}
    assert set(found) == {"console.log", "console.log.1"}
    assert max(found.values()) < log.LARGEST + 40_000
    assert {stat.S_IMODE(each.stat().st_mode) for each in started.parent.iterdir()} == {0o600}


def test_a_huge_record_is_cut(started: Path) -> None:
    logging.getLogger("x").warning("y" * 5_000_000)
    assert started.stat().st_size < 25_000
    assert "(5,000,000 characters)" in started.read_text()


def test_a_crash_is_written_without_the_values_of_variables(path: Path) -> None:
    def crashes() -> None:
        unknown = f"value-of-a-{path.name}"
        raise RuntimeError(len(unknown))

    log.hide(SecretStr("fake-secret-of-an-error"))
    try:
        try:
            crashes()
        except RuntimeError as inner:
            raise ValueError("holds fake-secret-of-an-error") from inner
    except ValueError as error:
        log.crash(path, error)
    text = path.read_text()
    assert "crashes()" in text
    assert "ValueError: holds [hidden]" in text
    assert "value-of-a-console.log" not in text


def test_a_note_is_written_where_a_log_was_started_and_nowhere_else(
    started: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log.note("Refused: %s")
    assert started.read_text().endswith(" WARNING console Refused: %s\n")
    logging.getLogger().handlers[:] = []
    log.note("unheard")
    assert "unheard" not in started.read_text()
    assert capfd.readouterr() == ("", "")


def test_a_secret_that_is_no_text_stops_no_log(tmp_path: Path) -> None:
    log.hide(SecretStr("half a character: \ud83d and \udcff"))
    log.crash(tmp_path / "console.log", ValueError("half a character: \ud83d and \udcff"))
    written = (tmp_path / "console.log").read_text(encoding="utf-8")
    assert "ValueError" in written
    assert "half a character" not in written
