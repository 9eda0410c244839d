"""`console send` on a terminal: all is shown, a word lets it go, and what was typed is kept."""

import json
from pathlib import Path

import pytest

from tests.cli.dialogue import dialogue
from tests.cli.place import Place
from tests.cli.sends import WELL, drafts, journalled, posts, texts
from tests.cloud import Cloud


@pytest.fixture
def keyed(place: Place, cloud: Cloud) -> Place:
    """Give a home with a profile for production."""
    made = Place(place.home)
    made.write(made.keyed("prod", cloud, "production = true", 'region = "cn-north-4"'))
    return made


def test_a_terminal_shows_all_and_yes_sends(place: Place, cloud: Cloud) -> None:
    with place.terminal("send", "--pool", WELL, "--message", "one\n\ttwo") as dialogue:
        shown = dialogue.answer("type `yes` to send: ", "yes")
        assert dialogue.end() == 0
    for words in (
        "profile   environment\n",
        f"project   {cloud.facts['project_id']} in {cloud.facts['region']}\n",
        f"endpoint  {cloud.url}\n",
        f"to        pool {WELL} (",
        "): 4 desktops, ",
        " connected now\n",
        "message   8 characters in 2 lines\n",
        "          | one\n",
    ):
        assert words in shown
    assert texts(cloud) == ["one\n\ttwo"]


@pytest.mark.parametrize("answer", ["", "yes please", WELL])
def test_anything_else_does_not_send(answer: str, place: Place, cloud: Cloud) -> None:
    with place.terminal("send", "--pool", WELL, "--message", "m {x}") as dialogue:
        shown = dialogue.answer("to send: ", answer)
        assert dialogue.end() == 2
        assert "nothing was sent" in dialogue.shown
    assert "{x} looks like a place left open" in shown
    assert posts(cloud) == []
    assert journalled(place) == []


def test_what_is_typed_before_the_question_does_not_answer_it(place: Place, cloud: Cloud) -> None:
    with place.terminal("send", "--pool", WELL, "--message", "m") as dialogue:
        dialogue.type("yes\nyes\nyes\n")
        dialogue.until("type `yes` to send: ")
        dialogue.type("\n")
        assert dialogue.end() == 2
    assert posts(cloud) == []


@pytest.mark.parametrize(
    ("pools", "question", "answer", "code"),
    [
        ([WELL], "type the name of the target", "yes", 2),
        ([WELL], "type the name of the target", WELL, 0),
        ([WELL, "研发一部"], "type the number of targets", "yes", 2),
        ([WELL, "研发一部"], "type the number of targets", "2", 0),
    ],
)
def test_production_wants_the_name_and_several_targets_their_number(  # noqa: PLR0917 - four facts of a case, and two fixtures
    pools: list[str], question: str, answer: str, code: int, keyed: Place, cloud: Cloud
) -> None:
    options = [word for name in pools for word in ("--pool", name)]
    with keyed.terminal("send", *options, "--message", "m") as dialogue:
        shown = dialogue.answer(f"{question} to send: ", answer)
        assert dialogue.end() == code
    assert "profile   prod (PRODUCTION)" in shown
    assert texts(cloud) == ([] if code else ["m"] * len(pools))


@pytest.mark.parametrize(
    ("name", "what", "answer", "code"),
    [
        ("Bu\u0308ro", "name", "B\u00fcro", 1),
        ("a\u200bb", "name", "ab", 1),
        ("\u3164 ", "id", "", 2),
        ("\u3164 ", "id", "p-1", 1),
    ],
)
def test_a_name_is_typed_as_it_can_be_read(  # noqa: PLR0917 - four facts of a case, and two fixtures
    name: str, what: str, answer: str, code: int, keyed: Place, cloud: Cloud
) -> None:
    listed = {"total_count": 1, "desktop_pools": [{"id": "p-1", "name": name, "desktop_count": 2}]}
    at = {"action": "answer", "path": r"/desktop-pools(\?|$)", "method": "GET", "times": 9}
    cloud.script({**at, "status": 200, "body": json.dumps(listed)})
    with keyed.terminal("send", "--pool", "p-1", "--message", "m") as dialogue:
        dialogue.answer(f"type the {what} of the target to send: ", answer)
        assert dialogue.end() == code  # the cloud refuses, as it has no such pool
    assert len(posts(cloud)) == (code == 1)


def test_the_same_again_is_asked_about_once_more(place: Place, cloud: Cloud) -> None:
    assert place.run("send", "--pool", WELL, "--message", "m", "--yes").code == 0
    for answer, code, sent in (("yes", 2, 1), ("again", 0, 2)):
        with place.terminal("send", "--pool", WELL, "--message", "m") as dialogue:
            shown = dialogue.answer("to send: ", "yes")
            assert f"the same text went to {WELL} " in shown
            dialogue.answer("type `again` to send it all the same: ", answer)
            assert dialogue.end() == code
        assert len(posts(cloud)) == sent


def test_ctrl_c_at_the_question_sends_nothing(place: Place, cloud: Cloud) -> None:
    with place.terminal("send", "--pool", WELL, "--message", "m") as dialogue:
        dialogue.until("to send: ")
        assert dialogue.interrupt() == 130
    assert posts(cloud) == []


def test_lines_break_between_words_and_an_address_never(place: Place, cloud: Cloud) -> None:
    with dialogue(
        *("send", "--pool", WELL, "--message", "in {x}"), environ=place.environ(), columns=50
    ) as asked:
        asked.answer("to send: ", "no")
        asked.end()
    head = asked.shown.split("type `yes`")[0].splitlines()
    assert f"endpoint  {cloud.url}" in head
    assert max(len(line) for line in head if "(" not in line) <= 50
    assert any(line.startswith(f"{'':<10}") and "connected now" in line for line in head)


def editor(place: Place, script: str) -> str:
    """Return the command of an editor that does this with the file that it gets."""
    path = place.home / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize(
    ("script", "said", "kept"),
    [
        (r'printf "caf\351\n" > "$1"', "is not UTF-8 text, from byte 3 on", b"caf\xe9\n"),
        (r'printf "typed\n" > "$1"; exit 3', "editor ended with 3", b"typed\n"),
        ("exit 3", "editor ended with 3", None),
        (":", "the editor saved nothing", None),
    ],
)
def test_what_an_editor_saved_is_kept_whatever_it_is(  # noqa: PLR0917 - three facts of a case, and three fixtures
    script: str, said: str, kept: bytes | None, place: Place, cloud: Cloud, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    words = {"EDITOR": editor(place, script), "TMPDIR": str(folder)}
    with place.terminal("send", "--pool", WELL, **words) as dialogue:
        assert dialogue.end() == 2
    assert said in dialogue.shown
    assert posts(cloud) == []
    left = [each for each in folder.rglob("*") if each.is_file()]
    assert [each.read_bytes() for each in left] == ([] if kept is None else [kept])
    for each in left:
        assert f"what it saved is kept: {each}" in dialogue.shown


def test_what_was_typed_in_the_editor_is_there_again(place: Place, cloud: Cloud) -> None:
    words = editor(place, 'printf "%s typed\n" "$(cat "$1")" > "$1"')
    for answer, code in (("no", 2), ("yes", 0)):
        with place.terminal("send", "--pool", WELL, EDITOR=words) as dialogue:
            dialogue.answer("to send: ", answer)
            assert dialogue.end() == code
    assert texts(cloud) == [" typed typed"]
    assert drafts(place) == []


def test_what_nobody_saw_is_in_the_editor_again(place: Place, cloud: Cloud) -> None:
    words = editor(place, 'printf "typed\n" >> "$1"')
    with place.terminal("send", "--pool", "外包开发-B", EDITOR=words) as dialogue:
        dialogue.answer("to send: ", "yes")
        assert dialogue.end() == 1
    assert texts(cloud) == drafts(place) == ["typed"]
