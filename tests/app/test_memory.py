"""What is remembered holds at once, and is written while nobody waits for it."""

from pathlib import Path

from console.app.filters import Filters
from console.app.memory import Memory
from console.profiles import paths
from console.profiles.files import locked
from console.profiles.state import State
from console.text import Json
from tests.app.flow import Flow, flow
from tests.cloud import Cloud


def environ(tmp_path: Path) -> dict[str, str]:
    return {"CONSOLE_STATE_DIR": str(tmp_path / "state")}


def state(tmp_path: Path) -> State:
    return State(paths.state_file(environ(tmp_path)))


def columns(tmp_path: Path) -> Json:
    screens = state(tmp_path).read().values["screens"]
    assert isinstance(screens, dict)
    return screens


async def test_a_value_holds_at_once_and_is_written_beside_what_another_console_wrote(
    tmp_path: Path,
) -> None:
    mine, theirs = Memory(environ(tmp_path)), Memory(environ(tmp_path))
    assert mine.get("blocked", "columns") is None
    mine.put("blocked", "columns", ["type"])
    theirs.put("blocked", "page_size", 50)
    theirs.put("pools", "columns", ["name"])
    assert mine.texts("blocked", "columns") == ["type"]
    assert not state(tmp_path).path.exists()
    assert (await theirs.keep(), await mine.keep(), await mine.keep()) == ("", "", "")
    assert columns(tmp_path) == {
        "blocked": {"columns": ["type"], "page_size": 50},
        "pools": {"columns": ["name"]},
    }
    mine.put("blocked", "columns", None)
    assert mine.get("blocked", "columns") is None
    await mine.keep()
    assert columns(tmp_path) == {"blocked": {"page_size": 50}, "pools": {"columns": ["name"]}}


async def test_filters_of_two_consoles_come_together(tmp_path: Path) -> None:
    memories = [Memory(environ(tmp_path)) for _ in range(2)]
    mine, theirs = (Filters(each, "blocked") for each in memories)
    assert (mine.use({"limit": 1}), theirs.use({"limit": 2})) == ("", "")
    assert (mine.save("a", {"limit": 1}), theirs.save("b", {"limit": 2})) == ("", "")
    for memory in memories:
        await memory.keep()
    for filters in (mine, theirs):
        assert filters.used() == [{"limit": 2}, {"limit": 1}]
        assert list(filters.saved()) == ["a", "b"]


async def test_what_cannot_be_written_is_kept_for_this_run_and_tried_again(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("a file where a folder should be")
    memory = Memory(environ(tmp_path))
    memory.put("app", "theme", "ansi-dark")
    assert (await memory.keep()).startswith("not remembered: ")
    assert memory.get("app", "theme") == "ansi-dark"
    in_the_way.unlink()
    memory.put("app", "bell", value=True)
    assert await memory.keep() == ""
    assert columns(tmp_path) == {"app": {"theme": "ansi-dark", "bell": True}}


async def test_a_file_that_makes_no_sense_holds_nobody_up(tmp_path: Path) -> None:
    path = state(tmp_path).path
    path.parent.mkdir(mode=0o700)
    path.write_text("{")
    memory = Memory(environ(tmp_path))
    with locked(path):  # reading it with a mind to mend it would wait for this
        assert memory.get("app", "theme") is None
    assert path.read_text() == "{"


def folded(running: Flow) -> bool:
    return bool(running.screen.findings.has_class("-folded"))


async def test_keys_are_heard_while_another_process_holds_the_file(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path, size=(120, 36)) as running:
        await running.press("1")
        before = folded(running)
        path = state(tmp_path).path
        with locked(path):
            await running.pilot.press("B")
            await running.pilot.pause()
            assert folded(running) is not before
            assert not path.exists()
    assert columns(tmp_path) == {"blocked": {"folded": not before}}


async def test_what_is_chosen_last_is_written_before_the_program_ends(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path) as running:
        running.app.memory.put("app", "theme", "ansi-light")
    assert columns(tmp_path) == {"app": {"theme": "ansi-light"}}


async def test_that_nothing_is_remembered_is_said_once(cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    async with flow(cloud, tmp_path, size=(120, 36)) as running:
        await running.press("1", "B")
        assert "not remembered: " in running.text()
        running.screen.quiet()
        await running.press("B")
        assert "not remembered: " not in running.text()
