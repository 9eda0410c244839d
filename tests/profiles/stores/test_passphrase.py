"""Where the passphrase of the encrypted file comes from."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import StoreError

WORDS = "fake words of a passphrase"


class Operator:
    """Somebody who answers, and counts how often."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[bool] = []

    def __call__(self, *, new: bool) -> SecretStr:
        self.asked.append(new)
        return SecretStr(self.answers[len(self.asked) - 1])


@pytest.fixture
def descriptor() -> Iterator[int]:
    """Give a descriptor from which the passphrase can be read."""
    reading, writing = os.pipe()
    os.write(writing, f"{WORDS}\nmore".encode())
    os.close(writing)
    yield reading
    os.close(reading)


def test_the_operator_is_asked_once_in_a_run() -> None:
    operator = Operator(WORDS)
    passphrase = Passphrase({}, operator)
    assert passphrase.get(new=True).get_secret_value() == WORDS
    assert passphrase.get(new=False).get_secret_value() == WORDS
    assert operator.asked == [True]


def test_a_wrong_one_that_is_forgotten_is_asked_for_again() -> None:
    operator = Operator("wrong", WORDS)
    passphrase = Passphrase({}, operator)
    passphrase.get(new=False)
    passphrase.forget()
    assert passphrase.get(new=False).get_secret_value() == WORDS


def test_a_descriptor_wins_over_a_command_and_that_over_the_operator(descriptor: int) -> None:
    command = {"CONSOLE_PASSPHRASE_COMMAND": "echo 'words of a command'"}
    operator = Operator("words of the operator")
    both = {**command, "CONSOLE_PASSPHRASE_FD": str(descriptor)}
    assert Passphrase(both, operator).get(new=True).get_secret_value() == WORDS
    assert Passphrase(command, operator).get(new=True).get_secret_value() == "words of a command"
    assert operator.asked == []
    assert "FD" in Passphrase(both, operator).source
    assert "COMMAND" in Passphrase(command, operator).source
    assert Passphrase({}, operator).source == "the operator"
    assert Passphrase({}).source == ""


def test_nobody_to_ask_is_told_with_both_ways_out() -> None:
    with pytest.raises(StoreError, match="nobody can be asked") as raised:
        Passphrase({}).get(new=False)
    assert "CONSOLE_PASSPHRASE_FD or CONSOLE_PASSPHRASE_COMMAND" in raised.value.hint


@pytest.mark.parametrize(
    "number", ["x", "-1", "²", "3.0", "99999", "1000000", "65000", " "], ids=repr
)
def test_a_descriptor_that_is_none_is_told(number: str) -> None:
    with pytest.raises(StoreError) as raised:
        Passphrase({"CONSOLE_PASSPHRASE_FD": number}).get(new=False)
    assert "CONSOLE_PASSPHRASE_FD" in f"{raised.value} {raised.value.hint}"


def test_a_descriptor_at_its_end_gives_no_passphrase(tmp_path: Path) -> None:
    with (tmp_path / "empty").open("w+b") as empty:
        environ = {"CONSOLE_PASSPHRASE_FD": str(empty.fileno())}
        with pytest.raises(StoreError, match="passphrase is empty"):
            Passphrase(environ).get(new=False)


def test_a_descriptor_without_an_end_gives_no_passphrase() -> None:
    with Path("/dev/zero").open("rb") as zeros:
        environ = {"CONSOLE_PASSPHRASE_FD": str(zeros.fileno())}
        with pytest.raises(StoreError, match="holds no passphrase"):
            Passphrase(environ).get(new=False)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("echo 'no end", "a quote that does not end"),
        ("/nonexistent/pass", "CONSOLE_PASSPHRASE_COMMAND cannot run"),
        ("false", "CONSOLE_PASSPHRASE_COMMAND failed: exit code 1"),
        ("true", "CONSOLE_PASSPHRASE_COMMAND printed no secret"),
        ('echo {"a": "fake-json"}', "printed no passphrase"),
        ("''", "cannot run"),
    ],
)
def test_a_command_that_gives_none_is_told(command: str, sentence: str) -> None:
    command = command.replace('"', '\\"')
    with pytest.raises(StoreError) as raised:
        Passphrase({"CONSOLE_PASSPHRASE_COMMAND": command}).get(new=False)
    assert sentence in raised.value.sentence
    assert "fake-json" not in f"{raised.value!r} {raised.value.hint}"


@pytest.mark.parametrize(
    ("words", "new", "good"),
    [
        ("", False, False),
        ("", True, False),
        ("1234567", True, False),
        ("1234567", False, True),
        ("12345678", True, True),
    ],
)
def test_only_a_new_one_must_be_long(words: str, new: bool, good: bool) -> None:  # noqa: FBT001 - cases
    passphrase = Passphrase({}, Operator(words))
    if good:
        assert passphrase.get(new=new).get_secret_value() == words
        return
    with pytest.raises(StoreError, match=r"empty|too short"):
        passphrase.get(new=new)
