"""The dialogs that copy, write to a file and choose columns: by keys, and harmless."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from textual.events import Paste
from textual.screen import Screen
from textual.widgets import Input

from console.app.command_line import Equivalent
from console.app.dialogs.columns import ColumnsDialog
from console.app.dialogs.copying import CopyDialog, Taken
from console.app.dialogs.exporting import Export, ExportDialog
from console.client.paging import Row
from console.services.listing import named
from tests.app.host import asked, hosting
from tests.outside import OUTSIDE
from tests.printed import harmful

AT: Final = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
NAME: Final = "blocked-2026-11-21T0130"
POOLS: Final = named("pools")

ROW: Final[Row] = {"id": "i-1", "name": "a\x1b[2Jb [/]"}
COMMAND: Final = Equivalent("console pools --name $'a\\x1b'", ("a note [/]",))


# Copying


def copying(**more: Any) -> CopyDialog:
    offered: dict[str, Any] = {
        "cell_title": "Pool",
        "cell_text": "a\x1b[2Jb",
        "row": ROW,
        "identity": "i-1",
        "marked": [ROW, ROW],
        "command": COMMAND,
    }
    return CopyDialog(**{**offered, **more})


@pytest.mark.parametrize(
    ("key", "taken"),
    [
        ("c", Taken("cell", "a␛[2Jb")),
        ("i", Taken("id", "i-1")),
        ("q", Taken("command", COMMAND.text)),
        ("w", Taken("file", "")),
        ("escape", None),
    ],
)
async def test_one_key_takes_one_thing(key: str, taken: Taken | None) -> None:
    async with hosting() as running:
        assert await asked(running, copying(), key) == [taken]


async def test_rows_are_taken_as_exact_json() -> None:
    async with hosting() as running:
        ((_, row),) = await asked(running, copying(), "r")
        ((_, rows),) = await asked(running, copying(), "m")
        assert json.loads(row) == ROW
        assert [json.loads(line) for line in rows.splitlines()] == [ROW, ROW]
        assert harmful(row + rows) == set()


async def test_each_offer_is_shown_with_what_it_holds() -> None:
    async with hosting() as running:
        await asked(running, copying())
        text = running.text()
        for line in (
            " c cell Pool  a␛[2Jb",
            ' r row as JSON  {"id":"i-1","name":"a\\u001b[2Jb [/]"}',
            " i id  i-1",
            " m 2 marked rows as NDJSON",
            " q equivalent command  console pools --name $'a\\x1b'",
            "a note [/]",
            " w write to a file instead",
        ):
            assert line in text


async def test_what_is_not_there_is_not_offered() -> None:
    async with hosting() as running:
        nothing = copying(cell_title="", row=None, identity="", marked=[], command=None)
        assert await asked(running, nothing, "c", "r", "i", "m", "q") == []
        assert "marked" not in running.text()
        await running.press("escape")


# Writing to a file


def exporting(folder: Path, **more: Any) -> ExportDialog:
    counts: dict[str, Any] = {"shown": 312, "loaded": 400, "total": 18_344}
    return ExportDialog("Blocked [/]", "blocked", at=AT, folder=folder, **{**counts, **more})


async def test_enter_alone_writes_the_rows_shown(tmp_path: Path) -> None:
    async with hosting() as running:
        answer = await asked(running, exporting(tmp_path), "enter")
        assert answer == [Export("csv", tmp_path / f"{NAME}.csv", "shown")]


async def test_what_will_be_written_is_said(tmp_path: Path) -> None:
    async with hosting() as running:
        await asked(running, exporting(tmp_path, marked=3, marked_unseen=1))
        assert "Writes the 3 marked rows, of 18,344; not shown now: 1." in running.text()
        await running.press("up", "up", "left")
        said = " ".join(line.strip(" │") for line in running.lines())
        assert "Writes the 312 rows shown, of 18,344" in said
        assert "leave out 88 of 400 loaded" in said
        await running.press("left")
        said = " ".join(line.strip(" │") for line in running.lines())
        assert "all rows that the cloud has under this filter, 18,344, fetched anew" in said
        await running.press("escape")
        await asked(running, exporting(Path("/usr"), total=None, shown=400))
        assert "Writes the 400 rows shown, of an unknown number." in running.text()
        assert [line.strip(" │") for line in running.lines() if "folder " in line] == [
            "folder  /usr"
        ]
        await running.press("home", *"../etc/")
        assert "folder  /usr/../etc" in running.text()


async def test_everything_is_two_keys_further(tmp_path: Path) -> None:
    async with hosting() as running:
        answer = await asked(running, exporting(tmp_path), "up", "up", "right", "enter")
        assert answer == [Export("csv", tmp_path / f"{NAME}.csv", "everything")]
        assert answer[0].everything


async def test_format_and_name_follow_each_other(tmp_path: Path) -> None:
    async with hosting() as running:
        answer = await asked(running, exporting(tmp_path), "up")
        styles = dict(running.styles())
        assert ("reverse" in styles["[CSV]"], "reverse" in styles["[312 shown]"]) == (True, False)
        await running.press("right", "enter")
        assert answer == [Export("json", tmp_path / f"{NAME}.json", "shown")]
        keys = (*["backspace"] * 3, *"ndjson", "enter")
        answer = await asked(running, exporting(tmp_path), *keys)
        assert answer == [Export("ndjson", tmp_path / f"{NAME}.ndjson", "shown")]


async def test_another_file_is_replaced_by_a_key_of_its_own_alone(tmp_path: Path) -> None:
    (tmp_path / "x.csv").touch()
    async with hosting() as running:
        keys = ("ctrl+a", "ctrl+k", "x", ".", "c", "s", "v", "enter", "enter", "enter")
        answer = await asked(running, exporting(tmp_path), *keys)
        assert answer == []
        assert "ctrl+r writes over it" in running.text()
        await running.press("ctrl+r")
        assert answer == [Export("csv", tmp_path / "x.csv", "shown", replace=True)]


async def test_what_cannot_be_written_is_said_beside_the_field(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "l").symlink_to("nowhere")
    async with hosting() as running:
        answer = await asked(running, exporting(tmp_path), "ctrl+a", "ctrl+k", "enter")
        assert "a name for the file is needed" in running.text()
        for name, sentence in (("d", "is a folder"), ("l", "is a symbolic link")):
            await running.press(name, "enter", "ctrl+r")
            assert sentence in " ".join(line.strip(" │") for line in running.lines())
            await running.press("backspace")
        assert answer == []
        await running.press("escape")
        assert answer == [None]


async def test_what_is_pasted_drives_no_terminal(tmp_path: Path) -> None:
    async with hosting() as running:
        dialogs: list[Screen[Any]] = [exporting(tmp_path), choosing("name")]
        for dialog in dialogs:
            await asked(running, dialog)
            dialog.query_one(Input).post_message(Paste("a\x1b[2J\x9b2J\u202eb\nc"))
            await running.pilot.pause()
            assert harmful("".join(running.lines())) == set()
            assert "[2J" in running.text()
            await running.press("escape")


# Columns


def choosing(*chosen: str) -> ColumnsDialog:
    every, default = POOLS.every_column(), POOLS.columns
    return ColumnsDialog(every, chosen or default, default=default, record=POOLS.record)


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ("enter", ["name", "id", "status"]),
        ("space enter", ["id", "status"]),
        ("J enter", ["id", "name", "status"]),
        ("down down K K enter", ["status", "name", "id"]),
        ("shift+down shift+up shift+up enter", ["name", "id", "status"]),
        ("down down down space enter", ["name", "id", "status", "type"]),
        ("space d enter", list(POOLS.columns)),
        (
            "tab p r o d u c t . c p u enter shift+tab enter",
            ["name", "id", "status", "product.cpu"],
        ),
        ("tab i d enter shift+tab K enter", ["id", "name", "status"]),
        ("escape", None),
    ],
)
async def test_columns_are_chosen_and_moved_by_keys(keys: str, names: list[str] | None) -> None:
    async with hosting() as running:
        answer = await asked(running, choosing("name", "id", "status"), *keys.split())
        assert answer == [names]


async def test_at_least_one_column_stays() -> None:
    async with hosting() as running:
        assert await asked(running, choosing("name"), "space", "enter") == []
        assert "at least one column is needed" in running.text()


async def test_a_column_that_nobody_knows_is_added_and_doubted() -> None:
    async with hosting() as running:
        answer = await asked(running, choosing("name"), "tab", *"nam", "enter")
        assert "nam is no column known here; did you mean name?" in running.text()
        await running.press(*"id.x", "enter")
        assert "id.x leads nowhere" in running.text()
        await running.press("shift+tab", "enter")
        assert answer == [["name", "nam"]]


async def test_the_keys_stay_in_sight_on_a_small_terminal() -> None:
    async with hosting(size=(40, 14)) as running:
        await asked(running, choosing())
        assert "escape leaves" in running.text()
        assert "> [x] Pool" in running.text()
        await running.press("end")
        assert "> [ ] Domain" in running.text()


# All of them


NASTY: Final = [
    OUTSIDE["every C0"],
    OUTSIDE["every C1"],
    "[/][@click=app.quit]x[/]\ud83d\u2028\u202e\ufeff\U000e0041\x7f\x1b]52;c;cm0gLXJm\x07",
]


@pytest.mark.parametrize(("size", "texts"), [((80, 24), NASTY), ((1, 1), NASTY[:1])])
async def test_no_text_from_outside_drives_the_terminal(
    size: tuple[int, int], texts: list[str], tmp_path: Path
) -> None:
    async with hosting(size=size) as running:
        for text in texts:
            row: Row = {text: text, "id": text}
            command = Equivalent("console", (text,))
            for dialog in (
                copying(cell_title=text, cell_text=text, row=row, identity=text, command=command),
                ExportDialog(
                    text, text, shown=1, loaded=1, total=1, at=AT, folder=tmp_path / text[:9]
                ),
                choosing("name", text.replace(".", "")),
            ):
                answer = await asked(running, dialog)
                assert harmful("".join(running.lines())) == set()
                await running.press("enter")
                assert harmful("".join(running.lines())) == set()
                await running.press("escape")
                assert len(answer) == 1
