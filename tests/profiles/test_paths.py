"""Where things live."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from console.errors import Exit, SettingsError
from console.profiles import paths

LINUX, MACOS = "linux", "darwin"
SUPPORT = "/h/Library/Application Support/console"


@pytest.mark.parametrize(
    ("environ", "system", "config", "state"),
    [
        pytest.param({}, LINUX, "/h/.config/console", "/h/.local/state/console", id="linux"),
        pytest.param({}, MACOS, SUPPORT, SUPPORT, id="macos"),
        pytest.param(
            {"XDG_CONFIG_HOME": "/x", "XDG_STATE_HOME": "/y"},
            LINUX,
            "/x/console",
            "/y/console",
            id="xdg",
        ),
        pytest.param(
            {"XDG_CONFIG_HOME": "/x", "XDG_STATE_HOME": "/y"},
            MACOS,
            "/x/console",
            "/y/console",
            id="xdg-on-macos",
        ),
        pytest.param(
            {"XDG_CONFIG_HOME": "x", "XDG_STATE_HOME": "./y"},
            LINUX,
            "/h/.config/console",
            "/h/.local/state/console",
            id="relative-xdg-does-not-count",
        ),
        pytest.param(
            {"XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""},
            LINUX,
            "/h/.config/console",
            "/h/.local/state/console",
            id="empty-xdg",
        ),
        pytest.param(
            {"CONSOLE_CONFIG_DIR": "/c", "CONSOLE_STATE_DIR": "/s", "XDG_CONFIG_HOME": "/x"},
            LINUX,
            "/c",
            "/s",
            id="ours-win",
        ),
        pytest.param(
            {"CONSOLE_CONFIG_DIR": "/c", "CONSOLE_STATE_DIR": ""},
            LINUX,
            "/c",
            "/h/.local/state/console",
            id="one-of-ours",
        ),
    ],
)
def test_the_folders_are_where_the_platform_has_them(
    environ: dict[str, str], system: str, config: str, state: str
) -> None:
    environ = {"HOME": "/h", **environ}
    assert paths.config_dir(environ, system=system) == Path(config)
    assert paths.state_dir(environ, system=system) == Path(state)


@pytest.mark.parametrize("system", [LINUX, MACOS])
@pytest.mark.parametrize(
    "xdg",
    [
        pytest.param({}, id="plain"),
        pytest.param({"XDG_CONFIG_HOME": "/x", "XDG_STATE_HOME": "/y"}, id="xdg"),
        pytest.param({"XDG_CONFIG_HOME": "x", "XDG_STATE_HOME": "y"}, id="relative-xdg"),
    ],
)
def test_platformdirs_names_the_same_folders(xdg: dict[str, str], system: str) -> None:
    program = (
        "import json, platformdirs.unix as u, platformdirs.macos as m\n"
        f"d = {'u.Unix' if system == LINUX else 'm.MacOS'}('console')\n"
        "print(json.dumps([d.user_config_dir, d.user_state_dir]))"
    )
    environ = {"HOME": "/h", **xdg}
    said = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, check=True
    )
    assert json.loads(said.stdout) == [
        str(paths.config_dir(environ, system=system)),
        str(paths.state_dir(environ, system=system)),
    ]


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="unset"),
        pytest.param({"HOME": ""}, id="empty"),
        pytest.param({"HOME": "home/me"}, id="relative"),
        pytest.param({"HOME": "~"}, id="tilde"),
    ],
)
@pytest.mark.parametrize("place", ["profiles_file", "state_file", "log_file", "secrets_file"])
def test_without_a_home_one_sentence_says_what_to_set(environ: dict[str, str], place: str) -> None:
    with pytest.raises(SettingsError, match="HOME is") as caught:
        getattr(paths, place)(environ)
    assert "CONSOLE_CONFIG_DIR" in caught.value.hint
    assert caught.value.exit_code is Exit.USAGE


@pytest.mark.parametrize("variable", ["CONSOLE_CONFIG_DIR", "CONSOLE_STATE_DIR"])
@pytest.mark.parametrize("value", ["here", "./here", "~/here"])
def test_a_relative_folder_of_ours_is_refused(variable: str, value: str) -> None:
    place = paths.config_dir if "CONFIG" in variable else paths.state_dir
    with pytest.raises(SettingsError, match=variable):
        place({"HOME": "/h", variable: value})


def test_our_folders_need_no_home() -> None:
    environ = {"CONSOLE_CONFIG_DIR": "/c", "CONSOLE_STATE_DIR": "/s"}
    assert paths.profiles_file(environ) == Path("/c/profiles.toml")
    assert paths.state_file(environ) == Path("/s/state.json")
    assert paths.log_file(environ) == Path("/s/console.log")
    assert paths.secrets_file(environ) == Path("/s/secrets")


def test_asking_where_things_are_makes_nothing(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    paths.profiles_file(environ)
    paths.secrets_file(environ)
    assert list(tmp_path.iterdir()) == []
