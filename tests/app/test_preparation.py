"""What opens screens and dialogs is made ready ahead, and nobody sees anything of it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from textual.widget import Widget

from console.app.app import ConsoleApp
from console.app.preparation import MODULES
from tests.app.flow import NOW, Flow, flow
from tests.cloud import Cloud

_PAINTING = {"Update", "Layout", "UpdateScroll"}
"""The messages by which something is painted."""


async def until(running: Flow, so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(1500):
        if so():
            return
        await running.pilot.pause(0.01)
    raise AssertionError(running.text())


async def prepared(running: Flow) -> None:
    """Wait until everything is ready."""
    await until(running, lambda: running.app.preparation.is_done)


def styles(running: Flow) -> list[dict[str, Any]]:
    """Return the styles of everything on the screen in front."""
    found = []
    for node in running.app.screen.walk_children(Widget, with_self=True):
        found.append({name: repr(value) for name, value in node.styles.base.get_rules().items()})
        parts = node._component_styles
        found += [{"name": name, "css": parts[name].base.css} for name in sorted(parts)]
    return found


def styled_anew(running: Flow) -> list[dict[str, Any]]:
    running.app.screen.update_node_styles(animate=False)
    return styles(running)


async def test_what_is_ready_is_opened_without_reading_styles(cloud: Cloud, tmp_path: Path) -> None:
    async with flow(cloud, tmp_path, size=(120, 40)) as running:
        before = running.text()
        del running.messages[:]
        await prepared(running)
        assert _PAINTING.isdisjoint(running.messages)
        assert running.text() == before
        rules = running.app.stylesheet.rules
        for key in ("1", "enter", "escape", "f", "escape", "3", "4", "5", "?", "escape", "ctrl+o"):
            await running.press({"?": "question_mark"}.get(key, key))
            assert running.app.stylesheet.rules is rules, key


@asynccontextmanager
async def beginning(cloud: Cloud, tmp_path: Path) -> AsyncIterator[Flow]:
    """Run the application; give it as soon as it makes anything ready."""
    folders = {"CONSOLE_CONFIG_DIR": str(tmp_path), "CONSOLE_STATE_DIR": str(tmp_path)}
    app = ConsoleApp(folders, demo=cloud.profile, begin_with_demo=True, now=lambda: NOW, zone=UTC)
    async with app.run_test(size=(120, 40)) as pilot:
        while not app.preparation.is_begun:  # noqa: ASYNC110 - any pause would be too long
            await asyncio.sleep(0)
        assert not app.preparation.is_done
        yield Flow(app, pilot, [])


async def test_what_is_not_ready_is_opened_as_ever(cloud: Cloud, tmp_path: Path) -> None:
    async with beginning(cloud, tmp_path) as running:
        had = set(running.app.stylesheet.source)
        await running.pilot.press("1")
        await until(running, lambda: "rows 1-" in running.text())
        await running.press("question_mark")
        assert "a screenful" in running.text()
        await prepared(running)
        assert had < set(running.app.stylesheet.source)


async def test_whoever_types_goes_first(cloud: Cloud, tmp_path: Path) -> None:
    async with beginning(cloud, tmp_path) as running:
        preparation = running.app.preparation
        before = preparation._key_at
        await running.pilot.press("down")
        assert preparation._key_at > before
        preparation._key_at += 3600  # as if keys came for an hour
        had = set(running.app.stylesheet.source)
        for _ in range(20):
            await running.pilot.pause(0.01)
        assert set(running.app.stylesheet.source) == had
        assert not preparation.is_done


async def test_leaving_in_the_middle_is_no_trouble(cloud: Cloud, tmp_path: Path) -> None:
    async with beginning(cloud, tmp_path) as running:
        running.app.exit()
    assert running.app.preparation.is_done
    assert running.app.fault is None


async def test_a_screen_looks_the_same_however_it_came(cloud: Cloud, tmp_path: Path) -> None:
    looks = []
    for ready in (False, True):
        async with flow(cloud, tmp_path / str(ready), size=(120, 40)) as running:
            if not ready:
                running.app.preparation.end()
            await prepared(running)
            look = []
            for key in ("1", "f", "escape", "3", "0", "1"):
                await running.press(key)
                look.append(styles(running))
                assert styled_anew(running) == look[-1], key
            looks.append(look)
    assert looks[0] == looks[1]


async def test_a_screen_that_was_away_follows_sizes_and_colours(
    cloud: Cloud, tmp_path: Path
) -> None:
    async with flow(cloud, tmp_path, size=(120, 40)) as running:
        await running.press("1")
        wide = styles(running)
        await running.press("0")
        running.app.use_theme("textual-light")
        await running.pilot.resize_terminal(80, 18)
        await running.settled()
        await running.press("1")
        now = styles(running)
        assert now != wide
        assert {"-narrow", "-short"} <= running.app.screen.classes
        assert styled_anew(running) == now
        await running.press("3")  # the first of its kind in these colours
        assert styled_anew(running) == styles(running)


@pytest.mark.parametrize("heavy", ["console.outbox.journal", "sqlite3", "keyring", "textual_dev"])
def test_nothing_heavy_is_loaded_ahead(heavy: str) -> None:
    code = f"import sys, importlib; [importlib.import_module(each) for each in {MODULES!r}]; "
    code += f"print({heavy!r} in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
