"""Secrets that another program prints."""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from console.profiles.stores.process import run
from console.profiles.stores.store import Secrets, StoreError, store

SECRET = "fake-secret-of-a-command"


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def get(words: Sequence[str], *, seconds: float = 20.0, terminal: bool = False) -> Secrets:
    return store("command", command=words, command_seconds=seconds, terminal=terminal).get("prod")


def shown(secrets: Secrets) -> dict[str, str]:
    return {name: value.get_secret_value() for name, value in secrets.items()}


@pytest.mark.parametrize(
    ("printed", "secrets"),
    [
        (f"{SECRET}\n", {"secret_key": SECRET}),
        (SECRET, {"secret_key": SECRET}),
        (f"{SECRET}\r\n", {"secret_key": SECRET}),
        (f" {SECRET} \n", {"secret_key": f" {SECRET} "}),
        ("{not json\n", {"secret_key": "{not json"}),
        ("пароль\n", {"secret_key": "пароль"}),
        (
            '{"access_key": "AK", "secret_key": "s", "security_token": "t"}\n',
            {"access_key": "AK", "secret_key": "s", "security_token": "t"},
        ),
        ('\n  {"token": "t", "expires": 3}', {"token": "t"}),
    ],
    ids=["line", "no newline", "CRLF", "spaces", "brace", "unicode", "JSON", "JSON with more"],
)
def test_what_a_command_prints_is_the_secret(printed: str, secrets: dict[str, str]) -> None:
    assert shown(get(["printf", "%s", printed])) == secrets


def test_a_bare_line_is_the_secret_that_the_profile_needs() -> None:
    made = store("command", command=["echo", SECRET], command_secret="password")
    assert shown(made.get("prod")) == {"password": SECRET}


FAILURES = {
    "no command": ([], "names no secret_command"),
    "missing program": (["/nonexistent/pass"], "there is no program '/nonexistent/pass'"),
    "directory": (["/"], "cannot run '/': Permission denied"),
    "NUL in its words": (["echo", "a\0b"], "its words hold a NUL"),
    "exit 1": (python(f"print({SECRET!r}); raise SystemExit(1)"), "failed: exit code 1"),
    "exit 1 with words": (
        python(f"import sys; print({SECRET!r}); sys.exit('\\n\\x1b]0;no key\\x07 found\\nmore')"),
        "failed: ␛]0;no key␇ found (",
    ),
    "killed": (python("import os; os.kill(os.getpid(), 9)"), "failed: signal 9"),
    "1 MB": (python(f"print({SECRET!r} * 43_000)"), "printed more than 64 KiB"),
    "endless": (python("while True: print('fake' * 1000)"), "printed more than 64 KiB"),
    "nothing": (["true"], "printed no secret"),
    "blank": (["echo", " "], "printed no secret"),
    "two lines": (["printf", f"{SECRET}\\nmore\\n"], "printed no secret"),
    "control character": (["printf", f"{SECRET}\\033[2J"], "printed no secret"),
    "no text": (["printf", f"{SECRET}\\377"], "printed no secret"),
}


@pytest.mark.parametrize(("words", "sentence"), FAILURES.values(), ids=FAILURES.keys())
def test_a_command_that_gives_no_secret_is_told_without_its_output(
    words: list[str], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StoreError) as raised:
        get(words)
    assert sentence in raised.value.sentence
    assert raised.value.hint
    assert raised.value.__cause__ is None
    assert SECRET not in f"{raised.value!r} {raised.value.hint} {raised.value.__context__!r}"
    assert capfd.readouterr() == ("", "")


HANGS = {
    "sleeps": "import time; time.sleep(60)",
    "writes to stderr for ever": "import sys\nwhile True: sys.stderr.write('x' * 100)",
    "waits for a child": "import subprocess; subprocess.run(['sleep', '60'])",
    "heeds no signal": "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)",
    "closes its output": "import os, time; os.close(1); os.close(2); time.sleep(60)",
}


@pytest.mark.parametrize("terminal", [False, True], ids=["own session", "on the terminal"])
@pytest.mark.parametrize("code", HANGS.values(), ids=HANGS.keys())
def test_a_command_that_hangs_is_ended(code: str, terminal: bool) -> None:  # noqa: FBT001 - a case
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"did not end within 0\.5 s"):
        get(python(code), seconds=0.5, terminal=terminal)
    assert time.monotonic() - started < 3


def test_a_command_that_is_ended_takes_its_children_with_it(tmp_path: Path) -> None:
    note = tmp_path / "child"
    code = (
        "import subprocess, pathlib; child = subprocess.Popen(['sleep', '60']);"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid)); child.wait()"
    )
    with pytest.raises(StoreError, match="did not end"):
        get(python(code), seconds=3)
    child = Path("/proc", note.read_text(), "stat")
    end = time.monotonic() + 10
    with suppress(FileNotFoundError, ProcessLookupError):
        while ") Z " not in child.read_text():  # ended, and nobody has waited for it yet
            assert time.monotonic() < end
            time.sleep(0.02)


def test_what_a_command_leaves_running_holds_nobody_up() -> None:
    code = f"import subprocess; subprocess.Popen(['sleep', '4']); print({SECRET!r})"
    started = time.monotonic()
    assert shown(get(python(code))) == {"secret_key": SECRET}
    assert time.monotonic() - started < 3


def test_a_command_gets_no_input_and_no_terminal() -> None:
    code = (
        "import os, sys\n"
        "try: os.open('/dev/tty', os.O_RDWR); tty = 'a'\n"
        "except OSError: tty = 'no'\n"
        "print(repr(sys.stdin.read()), tty, 'terminal')"
    )
    assert shown(get(python(code))) == {"secret_key": "'' no terminal"}


def test_words_are_not_a_shell_s() -> None:
    assert shown(get(["echo", "$HOME;", "`id`", "*"])) == {"secret_key": "$HOME; `id` *"}


def test_the_probe_looks_for_the_program_and_does_not_run_it(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    assert not store("command", command=[str(program)]).probe().usable
    program.chmod(0o700)
    probe = store("command", command=[str(program), "--secret", SECRET]).probe()
    assert (probe.usable, probe.backend) == (True, str(program))
    assert os.listdir(tmp_path) == ["program"]  # noqa: PTH208 - names are enough
    assert not store("command").probe().usable


def test_the_repr_of_what_a_program_did_shows_none_of_it() -> None:
    finished = run(["echo", SECRET], seconds=20)
    assert finished.out == f"{SECRET}\n".encode()
    assert SECRET not in repr(finished)
