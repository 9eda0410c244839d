"""Where the program keeps things: settings, state, the outbox, the log, the encrypted secrets.

- settings: `$XDG_CONFIG_HOME`, else `~/.config`;
- state: `$XDG_STATE_HOME`, else `~/.local/state`;
- both on macOS, where XDG's variables are not set: `~/Library/Application Support`.

In each of them the folder is `console`. CONSOLE_CONFIG_DIR and CONSOLE_STATE_DIR name the folders
themselves and win over all that. XDG's variables count only where they are absolute, as their
specification asks. The
places are those that platformdirs names; a test compares them. The rules stand here because
platformdirs reads the process's own environment, answers a relative path where there is no home,
and takes longer to import than everything else that choosing a profile needs.

Nothing is created here, and nothing is read but the mapping that is given.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from console.errors import SettingsError

FOLDER: Final = "console"
"""The name of our folder inside the system's ones."""


class NoHomeError(SettingsError):
    """Nothing says where this user's files are."""

    title = "No home"


def home(environ: Mapping[str, str]) -> Path:
    """Return the user's home.

    Raises:
        NoHomeError: HOME is not set, or is no absolute path.
    """
    found = environ.get("HOME", "")
    if not found.startswith("/"):
        raise NoHomeError(
            f"HOME is {found!r}, which is no absolute path" if found else "HOME is not set",
            hint="set HOME, or both CONSOLE_CONFIG_DIR and CONSOLE_STATE_DIR",
        )
    return Path(found)


def config_dir(environ: Mapping[str, str], *, system: str = sys.platform) -> Path:
    """Return the folder of what people write: the profiles.

    Raises:
        SettingsError: CONSOLE_CONFIG_DIR is no absolute path, or there is no home.
    """
    return _folder(environ, "CONSOLE_CONFIG_DIR", "XDG_CONFIG_HOME", ".config", system)


def state_dir(environ: Mapping[str, str], *, system: str = sys.platform) -> Path:
    """Return the folder of what the program writes.

    Raises:
        SettingsError: CONSOLE_STATE_DIR is no absolute path, or there is no home.
    """
    return _folder(environ, "CONSOLE_STATE_DIR", "XDG_STATE_HOME", ".local/state", system)


def _folder(environ: Mapping[str, str], own: str, xdg: str, usual: str, system: str) -> Path:
    if named := environ.get(own, ""):
        if not named.startswith("/"):
            raise SettingsError(f"{own} is {named!r}, which is no absolute path")
        return Path(named)
    if (base := environ.get(xdg, "").strip()).startswith("/"):
        return Path(base) / FOLDER
    if system == "darwin":
        usual = "Library/Application Support"
    return home(environ) / usual / FOLDER


def profiles_file(environ: Mapping[str, str]) -> Path:
    """Return where the profiles are written; raises as `config_dir` does."""
    return config_dir(environ) / "profiles.toml"


def state_file(environ: Mapping[str, str]) -> Path:
    """Return where the last choices are remembered; raises as `state_dir` does."""
    return state_dir(environ) / "state.json"


def outbox_file(environ: Mapping[str, str]) -> Path:
    """Return where drafts and sends are kept; raises as `state_dir` does."""
    return state_dir(environ) / "outbox.sqlite3"


def log_file(environ: Mapping[str, str]) -> Path:
    """Return where the log is written; raises as `state_dir` does."""
    return state_dir(environ) / "console.log"


def secrets_file(environ: Mapping[str, str]) -> Path:
    """Return where the encrypted secrets are kept; raises as `state_dir` does.

    It is not beside the profiles: that folder is what people copy to other machines and publish.
    """
    return state_dir(environ) / "secrets"
