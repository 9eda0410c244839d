"""Templates: what the file may say, and what becomes of their fields."""

from pathlib import Path

import pytest

from console.errors import SettingsError
from console.outbox.send import Target
from console.sending.template import BUILT_IN, Template, TemplateError, template, templates

POOLS = [Target("pool", "p-1", "研发一部"), Target("pool", "p-2", "QA {x}")]
RESTART = """\
[restart]
text = "Pool {pool} restarts in {minutes} minutes. {{not a field}}"
[restart.fields]
minutes = 10
"""


def environ(folder: Path, text: str | bytes = "") -> dict[str, str]:
    if text:
        data = text.encode() if isinstance(text, str) else text
        (folder / "templates.toml").write_bytes(data)
    return {"CONSOLE_CONFIG_DIR": str(folder)}


def test_each_target_fills_in_its_own_name(tmp_path: Path) -> None:
    found = template(environ(tmp_path, RESTART), "restart")
    assert (found.fields, found.own) == (("pool", "minutes"), True)
    assert found.texts({"minutes": "5"}, POOLS) == {
        POOLS[0]: "Pool 研发一部 restarts in 5 minutes. {not a field}",
        POOLS[1]: "Pool QA {x} restarts in 5 minutes. {not a field}",
    }
    assert found.filled({}) == "Pool {pool} restarts in 10 minutes. {not a field}"
    assert found.filled({"pool": "ours"}, pool="theirs").startswith("Pool ours ")


def test_an_own_template_takes_the_place_of_a_built_in_one(tmp_path: Path) -> None:
    every = templates(environ(tmp_path, RESTART))
    assert [name for name, each in every.items() if each.own] == ["restart"]
    assert set(every) == {each.name for each in BUILT_IN}


def test_the_built_in_ones_can_be_filled_in() -> None:
    for each in BUILT_IN:
        values = {name: "18:00" for name in each.fields if name != "pool"}
        assert "{" not in each.filled(values, pool="QA")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "needs time, who"),
        ({"time": "18:00"}, "needs who"),
        ({"time": "18:00", "who": "us", "when": "now"}, "has no field 'when'"),
    ],
)
def test_fields_are_filled_in_wholly_and_none_is_invented(
    values: dict[str, str], said: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        Template("t", "At {time}, {who}").filled(values, pool="QA")
    assert said in caught.value.sentence
    assert caught.value.hint


def test_a_template_that_names_the_pool_is_not_for_single_desktops() -> None:
    desktops = Target("desktops", "p-1", "DEV-1", ("d-1",))
    named = Template("t", "Pool {pool}")
    with pytest.raises(TemplateError, match="DEV-1 is none"):
        named.texts({}, [desktops])
    assert named.texts({"pool": "QA"}, [desktops]) == {desktops: "Pool QA"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff", "is not UTF-8 text"),
        ("[a\n", "line 1"),
        ('a = "x"\n', "line 1: a is no template"),
        ("[a]\nmeaning = 'x'\n", "line 1: a must be a text"),
        ("\n[a]\ntext = 7\n", "line 3: a.text must be a text"),
        ("[a]\ntext = 'x'\ntxt = 'y'\n", "line 3: a.txt is unknown: did you mean text?"),
        ("[a]\ntext = 'x {'\n", "line 2: a.text has a brace without a field's name"),
        ("[a]\ntext = 'x {1 2}'\n", "line 2: a.text has a brace"),
        ("[a]\ntext = 'x'\n[a.fields]\nb = 'y'\n", "line 4: a.fields.b stands nowhere"),
        ("[a]\ntext = '{b}'\n[a.fields]\nb = true\n", "line 4: a.fields.b must be a text"),
        ("[a]\ntext = '{b}'\nfields = 3\n", "line 3: a.fields must be a table"),
    ],
)
def test_what_is_wrong_with_the_file_is_said_with_its_line(
    text: str | bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as caught:
        templates(environ(tmp_path, text))
    assert str(tmp_path / "templates.toml") in caught.value.sentence
    assert said in caught.value.sentence


def test_an_unknown_template_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no template 'restrat'") as caught:
        template(environ(tmp_path), "restrat")
    assert caught.value.hint == "did you mean 'restart'?"
