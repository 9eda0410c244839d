"""The keys: the groups in which help shows them, and the file in which people change them.

The file is `keys.toml` beside the profiles. Each line gives an action's id one key, or several
separated by commas: `page.next = "ctrl+right,n"`. `?` in the application shows every id.
"""

import tomllib
from collections.abc import Mapping
from typing import Final

from console.errors import ConsoleError
from console.profiles import paths
from console.profiles.files import read_shared
from console.text import cell

FILE: Final = "keys.toml"


def read(environ: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the keys that people chose, by the action's id, and what is wrong with their file.

    A file that cannot be used changes nothing; the sentence is empty where all is well.
    """
    try:
        path = paths.config_dir(environ) / FILE
        text = read_shared(path).decode("utf-8-sig")
        values = tomllib.loads(text)
    except FileNotFoundError:
        return {}, ""
    except ConsoleError as error:
        return {}, f"{FILE} is not used: {error.sentence}"
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, f"{FILE} is not used: {cell(str(error))}"
    chosen = dict(_flat(values))
    wrong = [name for name, keys in chosen.items() if not keys]
    if wrong:
        return {}, f"{FILE} is not used: {cell(wrong[0])} must be a key in quotes"
    return chosen, ""


def _flat(values: Mapping[str, object], before: str = "") -> list[tuple[str, str]]:
    """Return dotted names; TOML reads `page.next` as a table `page` that holds `next`."""
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, dict):
            found += _flat(value, f"{before}{name}.")
        else:
            found.append((f"{before}{name}", value if isinstance(value, str) else ""))
    return found
